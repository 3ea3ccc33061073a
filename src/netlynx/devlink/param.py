"""Parameters of a device: values with a type, which count from one time or another on.

Source: net/devlink/param.c.
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.devlink.attributes import DEVLINK_ATTR
from netlynx.devlink.constants import ParamMode, ValueType
from netlynx.devlink.handle import OTHERS, OfDevice
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema import (
    Record,
    array,
    attr,
    binary,
    enum,
    flag,
    multi,
    nest,
    select,
    string,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.arguments import member_of
from netlynx.schema.facts import Facts

_A, _SPEC = DEVLINK_ATTR, ("devlink", "devlink")
_TYPED = {
    ValueType.U8: u8,
    ValueType.U16: u16,
    ValueType.U32: u32,
    ValueType.U64: u64,
    ValueType.STRING: string,
    ValueType.NUL_STRING: string,
    ValueType.FLAG: flag,
    ValueType.BINARY: binary,
    ValueType.U64_ARRAY: array(u64),
}
_BITS = {ValueType.U8: 8, ValueType.U16: 16, ValueType.U32: 32, ValueType.U64: 64}
_WORDS = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}


class ParamKey(OfDevice):
    """Which parameter."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_param_get_do_nl_policy", spec=_SPEC)

    name: str | None = attr(_A.PARAM_NAME, string)


class ParamValue(Record):
    """What a parameter is, or is to be from some time on: `value` is an int, a str, True, of the parameter's type.

    A flag that is off is not there: its `value` is None, of which `Param.value` and `Param.meant` make False. `default`
    is told since Linux 6.19, of what has one.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=_A)
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    mode: takes.Member[ParamMode | None] = attr(_A.PARAM_VALUE_CMODE, enum(ParamMode, u8))
    value: Any = attr(_A.PARAM_VALUE_DATA, select("type", _TYPED))
    default: Any = attr(_A.PARAM_VALUE_DEFAULT, select("type", _TYPED))


class Param(OfDevice):
    """A parameter with its values, one for each of the times that it has. `generic`: drivers mean the same by it."""

    name: str | None = attr((_A.PARAM, _A.PARAM_NAME), string)
    generic: bool = attr((_A.PARAM, _A.PARAM_GENERIC), flag)
    type: takes.Member[ValueType | None] = attr((_A.PARAM, _A.PARAM_TYPE), enum(ValueType, u8))
    values: takes.Records[ParamValue] = attr((_A.PARAM, _A.PARAM_VALUES_LIST, _A.PARAM_VALUE), multi(nest(ParamValue)))

    def value(self, mode: ParamMode | str | int = ParamMode.RUNTIME) -> Any:
        """The value that it has in one mode; None without one. Raises EncodeError for what is no mode."""
        wanted = member_of(ParamMode, mode, "Param.value(mode)")
        found = next((each for each in self.values if each.mode == wanted), None)
        return None if found is None else self.meant(found)

    def meant(self, each: ParamValue) -> Any:
        """What one of `values` is: that of a flag that is off, too, which is told by nothing."""
        return False if each.value is None and self.type is ValueType.FLAG else each.value


class ParamRequest(OfDevice):
    """A value as the kernel takes it; `ParamSetting` makes one, once the parameter's type is known."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_param_set_nl_policy", spec=_SPEC)

    name: str | None = attr(_A.PARAM_NAME, string)
    type: takes.Member[ValueType | None] = attr(_A.PARAM_TYPE, enum(ValueType, u8))
    value: Any = attr(_A.PARAM_VALUE_DATA, select("type", _TYPED))
    mode: takes.Member[ParamMode | None] = attr(_A.PARAM_VALUE_CMODE, enum(ParamMode, u8))
    reset: bool = attr(_A.PARAM_RESET_DEFAULT, flag)


class ParamSetting(OfDevice):
    """What a parameter is to be: a `value` in words ("16", "true", "text"), or its default again (`reset`).

    `mode` says from when on; it can be left out of a parameter that has one alone.
    """

    name: str | None = attr(_A.PARAM_NAME, string)
    value: str | None = attr(_A.PARAM_VALUE_DATA, string)
    mode: takes.Member[ParamMode | None] = attr(_A.PARAM_VALUE_CMODE, enum(ParamMode, u8))
    reset: bool = attr(_A.PARAM_RESET_DEFAULT, flag)


def typed(value: Any, wanted: ValueType, path: str) -> Any:
    """A value as a parameter of this type has it: text is read as one of it, so that the command line can say it.

    Raises EncodeError, EncodeTypeError, with that `path`.
    """
    if wanted is ValueType.FLAG:
        found = value if isinstance(value, bool) else _WORDS.get(str(value).lower())
        if found is None:
            raise EncodeError(f"the parameter is true or false, not {value!r}", path)
        return found
    if wanted in _BITS:
        if isinstance(value, str):
            try:
                value = int(value, 0)
            except ValueError:
                raise EncodeError(f"the parameter is a number, not {value!r}", path) from None
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise EncodeTypeError(f"the parameter is a number, not {value!r}", path)
        if not 0 <= int(value) < 1 << _BITS[wanted]:
            raise EncodeError(f"the parameter is a {wanted.label}, which {value} is not", path)
        return int(value)
    if wanted in (ValueType.STRING, ValueType.NUL_STRING) and not isinstance(value, str):
        raise EncodeTypeError(f"the parameter is a text, not {value!r}", path)
    return value

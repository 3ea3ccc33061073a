"""Options and ports of a team, with values as they are meant.

    from netlynx.families import team

    for option in nl.do(team.options("team0")):
        print(option.name, option.value)
    nl.do(team.set_option("team0", "mode", "activebackup"))
    nl.do(team.set_option("team0", "priority", 10, port="eth0"))

Source: drivers/net/team/team_core.c, libteam's include/team.h.
"""

from __future__ import annotations

import errno
from collections.abc import Generator
from sys import byteorder
from typing import Any

import msgspec

from netlynx.engine.operation import Do, Dump, Group, Talk
from netlynx.errors import EncodeError, EncodeTypeError, NotFound
from netlynx.generic import Family, event, parts
from netlynx.schema import Enumeration
from netlynx.schema.arguments import text_of

from .generated import TEAM_CMD, AttrOption, AttrPort, ItemOption, OptionsGetRequest, Team, TeamRecord


class OptionType(Enumeration, prefix="NLA_"):
    """What the value of an option is, in the kernel's own numbers of types."""

    __not_in_headers__ = dict.fromkeys(
        ("NLA_U32", "NLA_STRING", "NLA_FLAG", "NLA_BINARY", "NLA_S32"), "include/net/netlink.h of the kernel"
    )

    U32 = 3
    STRING = 5
    FLAG = 6
    BINARY = 11
    S32 = 14


Value = int | str | bool | bytes

_TAKES: dict[int, tuple[type, str]] = {
    OptionType.U32: (int, "a number"),
    OptionType.S32: (int, "a number"),
    OptionType.STRING: (str, "a text"),
    OptionType.FLAG: (bool, "True or False"),
    OptionType.BINARY: (bytes, "bytes"),
}
_RANGE: dict[int, tuple[int, int]] = {OptionType.U32: (0, (1 << 32) - 1), OptionType.S32: (-(1 << 31), (1 << 31) - 1)}
_LONGEST = 31  # bytes, before the NUL


class Option(msgspec.Struct, frozen=True, repr_omit_defaults=True):
    """An option of a team, of one of its `port` (an index of a link), or one place (`index`) of an option with many.

    `value` is a number, text, truth or bytes, as its `type` says. `changed` tells that it did since it was last told,
    `removed` that it is gone, with its mode or its port.
    """

    name: str
    value: Value
    type: OptionType | int
    port: int | None = None
    index: int | None = None
    changed: bool = False
    removed: bool = False


class _Told(Family, name="team", version=1):
    """What the kernel answers in parts, and tells."""

    options = parts(
        TEAM_CMD.OPTIONS_GET,
        request=OptionsGetRequest,
        reply=TeamRecord,
        required=("team_ifindex",),
        privileged=True,
    )
    ports = parts(
        TEAM_CMD.PORT_LIST_GET,
        request=OptionsGetRequest,
        reply=TeamRecord,
        required=("team_ifindex",),
        privileged=True,
    )
    options_changed = event(TEAM_CMD.OPTIONS_GET, TeamRecord, group="change_event")
    ports_changed = event(TEAM_CMD.PORT_LIST_GET, TeamRecord, group="change_event")


EVENTS: Group[TeamRecord] = _Told.notifications()
"""Options and ports of all teams that changed; `options_of` and `ports_of` say what of a record."""


def options(team: int | str) -> Talk[tuple[Option, ...]]:
    """All options of a team (a link's name or index), those of its mode and of its ports too."""
    return _asked("families.team.options", _Told.options(team_ifindex=team), options_of)


def ports(team: int | str) -> Talk[tuple[AttrPort, ...]]:
    """The ports of a team: index, whether the link is up, `speed` in Mbit/s, `duplex` (1: full)."""
    return _asked("families.team.ports", _Told.ports(team_ifindex=team), ports_of)


def options_of(told: TeamRecord) -> tuple[Option, ...]:
    """The options that the kernel told in one record."""
    return tuple(map(_option, told.list_option.option)) if told.list_option is not None else ()


def ports_of(told: TeamRecord) -> tuple[AttrPort, ...]:
    """The ports that the kernel told in one record."""
    return told.list_port.port if told.list_port is not None else ()


def set_option(
    team: int | str, name: str, value: Value, *, port: int | str | None = None, index: int | None = None
) -> Talk[None]:
    """Set an option of a team, of one of its ports, or one place of it.

    Of which type it is the team is asked first. Raises EncodeError for an option that the team does not have, for one
    of ports without a `port`, or of many places without an `index`, and the other way round; EncodeTypeError for a
    value of another type.
    """
    path = "families.team.set_option"
    text_of(name, f"{path}(name)")
    asking = _Told.options(team_ifindex=team)

    def steps() -> Generator[Do[Any] | Dump[Any], Any, None]:
        told = yield asking
        known = [each for record in told for each in options_of(record)]
        found = [each for each in known if each.name == name and not each.removed]
        if not found:
            names = ", ".join(dict.fromkeys(each.name for each in known))
            raise EncodeError(f"the team has no option {name!r}; it has {names}", f"{path}(name)")
        for given, told, argument in ((port, found[0].port, "port"), (index, found[0].index, "index")):
            if given is None and told is not None:
                raise EncodeError(f"the team has it for each {argument}: say which", f"{path}({argument})")
            if given is not None and told is None:
                raise EncodeError(f"{name} has no {argument}", f"{path}({argument})")
        option = AttrOption(
            name=name,
            type=found[0].type,
            data=_data(found[0].type, value, f"{path}(value)"),
            port_ifindex=port,
            array_index=index,
        )
        try:
            yield Team.set_options(team_ifindex=team, list_option=ItemOption(option=(option,)))
        except NotFound as error:
            if error.errno != errno.ESRCH:
                raise
            # It is set, and told to the group, to which nobody listens: that is what the kernel answers.
            told = yield asking
            kept = [each for record in told for each in options_of(record) if (each.name, each.index) == (name, index)]
            if value not in [each.value for each in kept]:
                raise

    return Talk(path, steps)


def _asked(name: str, asking: Dump[TeamRecord], read: Any) -> Talk[Any]:
    def steps() -> Generator[Do[Any] | Dump[Any], Any, Any]:
        told = yield asking
        return tuple(each for record in told for each in read(record))

    return Talk(name, steps)


def _option(told: AttrOption) -> Option:
    kind, data = told.type or 0, told.data
    value: Value = b"" if data is None else data  # of a type that is not known here
    if kind == OptionType.FLAG:
        value = data is not None
    elif kind == OptionType.STRING:
        value = (data or b"").rstrip(b"\0").decode("utf-8", "surrogateescape")
    elif kind in _RANGE:
        value = int.from_bytes(data or b"", byteorder, signed=kind == OptionType.S32)
    if kind in _TAKES:
        kind = OptionType(kind)
    return Option(
        told.name or "", value, kind, told.port_ifindex, told.array_index, changed=told.changed, removed=told.removed
    )


def _data(kind: int, value: Value, path: str) -> bytes | None:
    """The bytes of a value; None for a flag that is off. Raises EncodeError, EncodeTypeError."""
    wanted, words = _TAKES.get(kind, (bytes, "bytes, of a type that is not known here"))
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise EncodeTypeError(f"the option takes {words}, not {value!r}", path)
    if isinstance(value, bool):
        return b"" if value else None
    if isinstance(value, int):
        low, high = _RANGE[kind]
        if not low <= value <= high:
            raise EncodeError(f"{value} is not from {low} to {high}", path)
        return value.to_bytes(4, byteorder, signed=kind == OptionType.S32)
    if isinstance(value, str):
        data = value.encode("utf-8", "surrogateescape")
        if len(data) > _LONGEST or b"\0" in data:
            raise EncodeError(f"text of {_LONGEST} bytes at most, without a NUL", path)
        return data + b"\0"
    return value

"""Names that stand in a record where the kernel wants numbers, and the record with the numbers in their place.

An open network namespace stands in a record as its name would: the number is that of its descriptor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from netlynx.errors import EncodeError
from netlynx.schema.kinds import Kind
from netlynx.schema.namespaces import Descriptor
from netlynx.schema.record import Layout, Record, class_of, replace_fields
from netlynx.schema.settle import kind_of

if TYPE_CHECKING:
    from netlynx.netns import NetworkNamespace

R = TypeVar("R", bound=Record | Layout)


class Wanted(NamedTuple):
    """A name whose number is wanted: what sort of name it is (`Kind.names`), and the field that it stands in."""

    names: str
    name: str | NetworkNamespace
    path: str


Numbers: TypeAlias = "Mapping[tuple[str, str | NetworkNamespace], int]"
"""The numbers of names, by sort and name."""


def stand_ins(names: Iterable[Wanted]) -> dict[tuple[str, str | NetworkNamespace], int]:
    """Numbers that stand for any, to see whether something can be made with them."""
    return {
        each[:2]: Descriptor(number) if each.names == "namespace" else number for number, each in enumerate(names, 1)
    }


def wanted(record: Record | Layout) -> tuple[Wanted, ...]:
    """The names in a record and in all within it, in the order of the fields.

    Raises EncodeError for the name of an interface that the record says to be in another namespace.
    """
    return tuple(_wanted(record, class_of(record).__name__))


def _wanted(value: Any, path: str, abroad: str = "") -> Iterator[Wanted]:
    if isinstance(value, tuple | list):
        for i, each in enumerate(value):
            yield from _wanted(each, f"{path}[{i}]", abroad)
    elif isinstance(value, Record | Layout):
        named, others = _fields(class_of(value))
        for name, names in named.items():
            given = getattr(value, name)
            if _stands(names, given):
                if names == "interface" and (told := abroad or _abroad(value, name)):
                    raise elsewhere(told, f"{path}.{name}")
                yield Wanted(names, given, f"{path}.{name}")
        for name in others:
            yield from _wanted(getattr(value, name), f"{path}.{name}", abroad or _abroad(value, name))


def _abroad(record: Any, name: str) -> str:
    """The field of a record that says that the interface which another one means is in another namespace, if one does.

    Which fields say so of which, a class tells as `__elsewhere__`; "" stands for all.
    """
    says = getattr(record, "__elsewhere__", {})
    fields = (*says.get(name, ()), *says.get("", ()))
    return next((field for field in fields if getattr(record, field) is not None), "")


def elsewhere(told: str, path: str) -> EncodeError:
    """The error for the name of an interface of another namespace, which is not looked into."""
    return EncodeError(
        f"names are looked up in the connection's namespace, and {told} tells another: give an index", path
    )


def telling(record: R, names: Mapping[int, str]) -> R:
    """The record with names of interfaces in the place of their numbers, where they have one: to be made elsewhere."""
    made: R = _told(record, names)
    return made


def _told(value: Any, names: Mapping[int, str]) -> Any:
    if isinstance(value, tuple | list):
        return tuple(_told(each, names) for each in value)
    if not isinstance(value, Record | Layout):
        return value
    named, others = _fields(class_of(value))
    numbers = {name: getattr(value, name) for name, sort in named.items() if sort == "interface"}
    changes: dict[str, Any] = {name: names[number] for name, number in numbers.items() if number in names}
    changes |= {name: _told(getattr(value, name), names) for name in others}
    return replace_fields(value, **changes) if changes else value


def filled(record: R, numbers: Numbers) -> R:
    """The record with numbers in the place of names. Raises KeyError for a name that has none."""
    made: R = _filled(record, numbers)
    return made


def _filled(value: Any, numbers: Numbers) -> Any:
    if isinstance(value, tuple | list):
        return tuple(_filled(each, numbers) for each in value)
    if not isinstance(value, Record | Layout):
        return value
    named, others = _fields(class_of(value))
    changes = {
        name: numbers[names, given] for name, names in named.items() if _stands(names, given := getattr(value, name))
    }
    for name in others:
        given = getattr(value, name)
        if isinstance(given, Record | Layout | tuple | list):
            made = _filled(given, numbers)
            if made != given:
                changes[name] = made
    return replace_fields(value, **changes) if changes else value


def wanted_values(cls: Any, values: Mapping[str, Any]) -> tuple[Wanted, ...]:
    """The names in values that fields of a class are to have: one each, several in a set or a list, or a dict of them
    for a record within. See `Dump.where`."""
    return tuple(_wanted_values(cls, values, cls.__name__))


def _wanted_values(cls: Any, values: Mapping[str, Any], path: str) -> Iterator[Wanted]:
    named, others = _fields(cls)
    for name, value in values.items():
        if named.get(name) in _COMPARED:
            several = sorted(filter(_is_text, value)) if isinstance(value, _SEVERAL) else [value]
            yield from (Wanted(named[name], each, f"{path}.{name}") for each in several if isinstance(each, str))
        elif name in others:
            for each in value if isinstance(value, _SEVERAL) else [value]:
                if isinstance(each, Mapping):
                    yield from _wanted_values(_holder(cls, name, each), each, f"{path}.{name}")
                else:
                    yield from _wanted(each, f"{path}.{name}")


def filled_values(cls: Any, values: Mapping[str, Any], numbers: Numbers) -> dict[str, Any]:
    """The values with numbers in the place of names. Raises KeyError for a name that has none."""
    named, others = _fields(cls)
    made = {}
    for name, value in values.items():
        if named.get(name) in _COMPARED:
            fill = partial(_number, named[name], numbers)
        elif name in others:
            fill = partial(_filled_value, cls, name, numbers)
        else:
            made[name] = value
            continue
        made[name] = type(value)(map(fill, value)) if isinstance(value, _SEVERAL) else fill(value)
    return made


def _number(names: str, numbers: Numbers, value: Any) -> Any:
    return numbers[names, value] if isinstance(value, str) else value


def _filled_value(cls: Any, name: str, numbers: Numbers, value: Any) -> Any:
    if isinstance(value, Mapping):
        return filled_values(_holder(cls, name, value), value, numbers)
    return _filled(value, numbers)


_COMPARED = ("interface", "table", "rdma device")  # whose numbers fields of what is listed have
_SEVERAL = (set, frozenset, list, tuple)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _holder(cls: Any, name: str, values: Mapping[str, Any]) -> Any:
    """The class of the records in a field: of several, one that has all of some fields."""
    classes = list(records_in(kind_of(cls, name)))
    return next((each for each in classes if values.keys() <= each.__declarations__.keys()), classes[0])


def records_in(kind: Kind) -> Iterator[Any]:
    """The classes of records that a field may hold."""
    if kind.target is not None:
        yield kind.target()
    for each in (kind.item, *(kind.choices or {}).values()):
        if each is not None:
            yield from records_in(each)


def _stands(names: str, given: Any) -> bool:
    """Whether it is in the place of a number."""
    return isinstance(given, str) or (names == "namespace" and hasattr(given, "fileno"))


@cache
def _fields(cls: Any) -> tuple[dict[str, str], tuple[str, ...]]:
    """The fields of a class that take names, with the sort of them, and those that may have records in them."""
    named = {}
    others = []
    for name in cls.__declarations__:
        kind = kind_of(cls, name)
        if kind.names:
            named[name] = kind.names
        elif next(records_in(kind), None) is not None:
            others.append(name)
    return named, tuple(others)

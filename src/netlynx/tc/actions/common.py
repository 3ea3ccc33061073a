"""What actions of all kinds have in their options. Source: linux/pkt_cls.h (tc_gen, struct tcf_t)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final, Self, TypeVar

from netlynx.errors import EncodeError
from netlynx.schema import Kind, Layout, Record, attr, member, quantity, s32, struct, takes, u32, u64
from netlynx.schema.facts import NoFacts
from netlynx.tc.control import CONTROL, PIPE, Control
from netlynx.tc.units import Time

SIMPLE = NoFacts("what people write of the attributes of the record that it is made of")

hundredths: Kind = quantity(Time, u64, 100)
"""Ticks as programs are told them (USER_HZ), 100 a second on all that Linux runs on but alpha and ia64."""


class Parms(Layout):
    """What the struct of each kind begins with (`tc_gen`): the number of the action, what becomes of a packet, and how
    many use it; `capab` means nothing."""

    index: int = member(u32)
    capab: int = member(u32)
    control: takes.Member[Control] = member(CONTROL, c="action")
    references: int = member(s32, c="refcnt")
    bindings: int = member(s32, c="bindcnt")


class Times(Layout, c="tcf_t"):
    """How long ago an action was made, was last used and was first used (0: never), and when it expires."""

    installed: takes.Amount[Time] = member(hundredths, c="install")
    last_used: takes.Amount[Time] = member(hundredths, c="lastuse")
    expires: takes.Amount[Time] = member(hundredths)
    first_used: takes.Amount[Time] = member(hundredths, c="firstuse")


class Options(Record):
    """What all kinds have: `index` tells an action from others of its kind (None: the kernel takes one that is free).

    The kernel tells how many refer to it, how many of those are filters (`bindings`), and its `times`.
    """

    __facts__ = SIMPLE

    index: int | None = attr(1, u32)
    references: int | None = attr(2, s32, read_only=True)
    bindings: int | None = attr(3, s32, read_only=True)
    times: takes.Nested[Times | None] = attr(4, struct(Times), read_only=True)


class Controlled(Options):
    """What all kinds have but `police`, in which that is two: `control` is what becomes of a packet afterwards (None:
    what tc takes for that kind)."""

    control: takes.Member[Control | None] = attr(5, CONTROL)


class Plain(Controlled):
    """What most kinds are: fields that attributes, or members of the kind's struct, of the same names hold.

    `__wire__` is the record of the attributes, `__parms__` the struct, and `__default__` what becomes of a packet
    where nothing is said.
    """

    __facts__ = SIMPLE
    __wire__: ClassVar[Any]  # a record of attributes
    __parms__: ClassVar[type[Parms]]
    __default__: ClassVar[Control] = PIPE

    @classmethod
    def __read__(cls, wire: Any) -> Self:
        parms = wire.parms or cls.__parms__()
        fields = said(parms, wire.times)
        for name in _own(cls):
            fields[name] = getattr(parms if name in cls.__parms__.__declarations__ else wire, name)
        return cls(**fields)

    def __write__(self) -> Any:
        if not refers(self):
            self.__check__()
        cls = type(self)
        values = {name: getattr(self, name) for name in _own(cls)}
        members = {
            name: value
            for name, value in values.items()
            if name in cls.__parms__.__declarations__ and value is not None
        }
        others = {name: value for name, value in values.items() if name not in cls.__parms__.__declarations__}
        parms = parms_of(cls.__parms__, self, cls.__default__, **members)
        return cls.__wire__(parms=parms, times=self.times, **others)

    def __check__(self) -> None:
        """Raises EncodeError, with the field's name, for what the kernel would refuse, ignore or cut."""


def _own(cls: type[Plain]) -> Iterator[str]:
    return (name for name in cls.__declarations__ if name not in Controlled.__declarations__)


P = TypeVar("P", bound=Parms)


COUNTED: Final[Mapping[str, tuple[str, ...]]] = {
    "index": ("parms", "index"),
    "references": ("parms", "references"),
    "times": ("times",),
}
"""What `counted` takes over of the attributes of a kind, whose struct stands in one place, and what depends on itself
alone: where nothing refers to an action, its bindings mean nothing."""


def said(parms: Parms, times: Times | None) -> dict[str, Any]:
    """The fields of `Controlled` that a struct says; of a request, which has no references, those that are set."""
    return {**counted(parms, times), "control": parms.control}


def counted(parms: Any, times: Times | None) -> dict[str, Any]:
    """The fields of `Options` that a struct says."""
    live = parms.references > 0
    return {
        "index": parms.index or None,
        "references": parms.references if live else None,
        "bindings": parms.bindings if live else None,
        "times": times,
    }


def parms_of(cls: type[P], options: Controlled, default: Control = PIPE, **more: Any) -> P:
    """The struct of a kind for options; `default` is what becomes of a packet where they do not say."""
    control = default if options.control is None else options.control
    return cls(
        index=options.index or 0,
        control=control,
        references=options.references or 0,
        bindings=options.bindings or 0,
        **more,
    )


def refers(options: Options) -> bool:
    """Whether options say nothing but the number of an action that is there already."""
    names = type(options).__declarations__
    return options.index is not None and all(
        getattr(options, name) in (None, declaration.default) for name, declaration in names.items() if name != "index"
    )


def needs(options: Record, *names: str, what: str) -> None:
    """Raises EncodeError for the first of these fields that says nothing; `what` says why it is needed."""
    for name in names:
        if getattr(options, name) is None:
            raise EncodeError(f"{what} needs it", name)


def lacks(options: Record, *names: str, what: str) -> None:
    """Raises EncodeError for the first of these fields that says something, which the kernel would not look at."""
    for name in names:
        if getattr(options, name) is not None:
            raise EncodeError(f"{what} takes none", name)


def within(options: Record, name: str, low: int, high: int) -> None:
    """Raises EncodeError for a field whose number is not between these."""
    value = getattr(options, name)
    if value is not None and not low <= value <= high:
        raise EncodeError(f"{value} is not from {low} to {high}", name)

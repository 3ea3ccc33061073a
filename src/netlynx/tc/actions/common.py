"""What actions of all kinds have in their options. Source: linux/pkt_cls.h (tc_gen, struct tcf_t)."""

from __future__ import annotations

from typing import Any, TypeVar

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
    action: takes.Member[Control] = member(CONTROL)
    references: int = member(s32, c="refcnt")
    bindings: int = member(s32, c="bindcnt")


class Times(Layout, c="tcf_t"):
    """How long ago an action was made, was last used and was first used (0: never), and when it expires."""

    installed: takes.Amount[Time] = member(hundredths, c="install")
    last_used: takes.Amount[Time] = member(hundredths, c="lastuse")
    expires: takes.Amount[Time] = member(hundredths)
    first_used: takes.Amount[Time] = member(hundredths, c="firstuse")


class Options(Record):
    """What all kinds have: `index` tells an action from others of its kind (None: the kernel takes one that is free),
    `control` is what becomes of a packet afterwards (None: what tc takes for that kind).

    The kernel tells how many refer to it, how many of those are filters (`bindings`), and its `times`.
    """

    __facts__ = SIMPLE

    index: int | None = attr(1, u32)
    control: takes.Member[Control | None] = attr(2, CONTROL)
    references: int | None = attr(3, s32, read_only=True)
    bindings: int | None = attr(4, s32, read_only=True)
    times: takes.Nested[Times | None] = attr(5, struct(Times), read_only=True)


P = TypeVar("P", bound=Parms)


def said(parms: Parms, times: Times | None) -> dict[str, Any]:
    """The fields of `Options` that a struct says; of a request, which has no references, those that are set."""
    live = parms.references > 0
    return {
        "index": parms.index or None,
        "control": parms.action,
        "references": parms.references if live else None,
        "bindings": parms.bindings if live else None,
        "times": times,
    }


def parms_of(cls: type[P], options: Options, default: Control = PIPE, **more: Any) -> P:
    """The struct of a kind for options; `default` is what becomes of a packet where they do not say."""
    control = default if options.control is None else options.control
    return cls(
        index=options.index or 0,
        action=control,
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

"""Trees of conditions, which the kernel keeps as lists. Source: linux/pkt_cls.h, net/sched/ematch.c.

A list has the conditions of the outermost level first; each says how it is joined to the rest of its level, so that ``a
and b or c`` means ``a and (b or c)``. What stands in brackets is a condition of its own kind, the container, with the
place in the list at which its level begins. Containers refer forward only.
"""

from __future__ import annotations

import sys
from typing import Any, ClassVar, Literal

from netlynx.codec._codec import decode, encode, plan_for
from netlynx.errors import EncodeError
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Kind,
    Layout,
    Record,
    attr,
    binary,
    boolean,
    enum,
    indexed,
    member,
    nest,
    struct,
    takes,
    u16,
)
from netlynx.schema.facts import Facts, NoFacts
from netlynx.schema.simplified import simpler
from netlynx.tc.ematches.compared import Bytes, Compare, Text
from netlynx.tc.ematches.meta import META, Meta
from netlynx.tc.ematches.others import CAN_FILTERS, CanFilter, SetMatch, XtablesMatch
from netlynx.tc.u32_match import U32Match

_MOST = 0xFFFF
_ORDER: Literal["little", "big"] = sys.byteorder
_META_READ: Any = META.decoder
_META_WRITE: Any = META.encoder


class TCA_EMATCH_TREE(Constants):
    """Attributes of a tree."""

    UNSPEC = 0
    HDR = 1
    LIST = 2


class EmatchKind(Enumeration, prefix="TCF_EM_"):
    """Kinds of conditions."""

    __omitted__: ClassVar[dict[str, str]] = {
        "TCF_EM_VLAN": "the kernel has none of it",
        "TCF_EM_PROG_TC": "the program that a condition is of: the only one",
        "TCF_EM_REL_*": "how conditions are joined",
        "TCF_EM_INVERT": "a flag",
        "TCF_EM_SIMPLE": "a flag",
    }

    CONTAINER = 0
    CMP = 1
    NBYTE = 2
    U32 = 3
    META = 4
    TEXT = 5
    CANID = 7
    IPSET = 8
    IPT = 9


class EmatchFlag(FlagSet, prefix="TCF_EM_"):
    """How a condition is joined to the next one (none of the first two: it is the last), whether it is turned round."""

    __omitted__: ClassVar[dict[str, str]] = {"TCF_EM_*": "kinds"}

    REL_AND = 1
    REL_OR = 2
    INVERT = 4
    SIMPLE = 8


class TreeHeader(Layout, c="tcf_ematch_tree_hdr"):
    """How many conditions there are."""

    count: int = member(u16, c="nmatches")
    program: int = member(u16, c="progid")


class EmatchHeader(Layout, c="tcf_ematch_hdr"):
    """One condition; what its kind has of its own stands behind it."""

    number: int = member(u16, c="matchid")
    kind: takes.Member[EmatchKind] = member(enum(EmatchKind, u16), default=EmatchKind.CONTAINER)
    flags: takes.Flags[EmatchFlag] = member(enum(EmatchFlag, u16))
    pad: int = member(u16)


class TreeAttributes(Record):
    """A tree as the message has it. Source: net/sched/ematch.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_EMATCH_TREE, policy="em_policy", spec=("tc", "ematch-attrs"))

    header: takes.Nested[TreeHeader | None] = attr(TCA_EMATCH_TREE.HDR, struct(TreeHeader))
    conditions: takes.MaybeSeveral[EmatchHeader] = attr(TCA_EMATCH_TREE.LIST, indexed(struct(EmatchHeader)))


class Ematch(Record):
    """A condition: one of its fields, ``Ematch(cmp={"value": 20, "operand": "gt", "offset": 3})``.

    `all_of` and `any_of` are conditions of which all, or some, are to be true; `inverted` turns any of them round. What
    this package does not know is `other`, with the number of its kind in front.

    `cmp`, `nbyte`, `text`, `meta`, `u32`, `canid`, `ipset`, `ipt`: as in tc-ematch(8).
    """

    __facts__: ClassVar[NoFacts] = NoFacts("what people write of TreeAttributes")

    inverted: bool | None = attr(1, boolean)
    all_of: takes.MaybeSeveral[Ematch] = attr(2, indexed(nest(lambda: Ematch)))
    any_of: takes.MaybeSeveral[Ematch] = attr(3, indexed(nest(lambda: Ematch)))
    cmp: takes.Nested[Compare | None] = attr(4, struct(Compare))
    nbyte: takes.Nested[Bytes | None] = attr(5, struct(Bytes))
    u32: takes.Natural[U32Match | None] = attr(6, struct(U32Match))
    meta: takes.Nested[Meta | None] = attr(7, META)
    text: takes.Nested[Text | None] = attr(8, struct(Text))
    canid: takes.MaybeSeveral[CanFilter] = attr(9, CAN_FILTERS)
    ipset: takes.Nested[SetMatch | None] = attr(10, struct(SetMatch))
    ipt: takes.Nested[XtablesMatch | None] = attr(11, nest(XtablesMatch))
    other: bytes | None = attr(12, binary)

    @classmethod
    def __read__(cls, wire: TreeAttributes) -> Ematch:
        conditions = wire.conditions or ()
        return _level(conditions, 0, 0) if conditions else cls()

    def __write__(self) -> TreeAttributes:
        made: list[EmatchHeader] = []
        _place(self, made)
        if len(made) > _MOST:
            raise EncodeError(f"a tree has up to {_MOST} conditions, not {len(made)}")
        return TreeAttributes(header=TreeHeader(count=len(made)), conditions=made)


_STRUCTS: dict[int, tuple[str, Any]] = {
    EmatchKind.CMP: ("cmp", Compare),
    EmatchKind.NBYTE: ("nbyte", Bytes),
    EmatchKind.U32: ("u32", U32Match),
    EmatchKind.TEXT: ("text", Text),
    EmatchKind.IPSET: ("ipset", SetMatch),
    EmatchKind.IPT: ("ipt", XtablesMatch),
}
_KINDS = {name: kind for kind, (name, _) in _STRUCTS.items()}


def _level(conditions: tuple[EmatchHeader, ...], first: int, depth: int) -> Ematch:
    """The condition that a level of the list says, which begins at a place. Raises ValueError for one that has none."""
    here: list[tuple[Ematch, EmatchFlag]] = []
    at = first
    while True:
        if at >= len(conditions) or depth > len(conditions):
            raise ValueError("a level of a tree has no end")
        condition = conditions[at]
        here.append((_condition(conditions, condition, at, depth), condition.flags))
        if not condition.flags & (EmatchFlag.REL_AND | EmatchFlag.REL_OR):
            break
        at += 1
    made, kind = here[-1][0], ""
    for one, flags in reversed(here[:-1]):
        joined: Literal["all_of", "any_of"] = "all_of" if flags & EmatchFlag.REL_AND else "any_of"
        others = getattr(made, joined) if kind == joined else (made,)
        made = Ematch(all_of=(one, *others)) if joined == "all_of" else Ematch(any_of=(one, *others))
        kind = joined
    return made


def _condition(conditions: tuple[EmatchHeader, ...], condition: EmatchHeader, at: int, depth: int) -> Ematch:
    body, inverted = condition.tail, True if condition.flags & EmatchFlag.INVERT else None
    if condition.kind == EmatchKind.CONTAINER:
        place = int.from_bytes(body[:4], _ORDER)
        if place <= at:
            raise ValueError("a container refers to what stands before it")
        inner = _level(conditions, place, depth + 1)
        if inverted and not inner.inverted:
            return inner.replace(inverted=True)
        return Ematch(all_of=(inner,), inverted=inverted) if inverted else inner
    known = _STRUCTS.get(condition.kind)
    if known is not None:
        name, cls = known
        made = decode(plan_for(cls), body)
        if isinstance(made, Bytes | Text):
            made = made.replace(tail=made.pattern)
        return Ematch(**{name: made}, inverted=inverted)
    if condition.kind == EmatchKind.META:
        return Ematch(meta=_META_READ(body), inverted=inverted)
    if condition.kind == EmatchKind.CANID and not len(body) % 8:
        return Ematch(canid=[CanFilter.from_bytes(body[i : i + 8]) for i in range(0, len(body), 8)], inverted=inverted)
    return Ematch(other=int(condition.kind).to_bytes(2, _ORDER) + body, inverted=inverted)


def _place(top: Ematch, made: list[EmatchHeader]) -> None:
    """Put a tree's conditions into a list, level by level. Raises EncodeError for one that says none or two things."""
    levels: list[tuple[int, Ematch, str]] = [(-1, top, "Ematch")]
    for owner, level, path in levels:
        if owner >= 0:
            made[owner] = made[owner].replace(tail=len(made).to_bytes(4, _ORDER))
        joined = _joined(level)
        bare = joined and (owner >= 0 or not level.inverted)
        members = getattr(level, joined) if bare else (level,)
        relation = EmatchFlag.REL_AND if joined == "all_of" else EmatchFlag.REL_OR
        for i, one in enumerate(members):
            where = f"{path}.{joined}[{i}]" if bare else path
            flags = relation if i + 1 < len(members) else EmatchFlag(0)
            if one.inverted:
                flags |= EmatchFlag.INVERT
            if _joined(one):
                levels.append((len(made), one, where))
                made.append(EmatchHeader(kind=EmatchKind.CONTAINER, flags=flags))
            else:
                kind, body = _body(one, where)
                made.append(EmatchHeader(kind=kind, flags=flags, tail=body))


def _joined(one: Ematch) -> str:
    return "all_of" if one.all_of else "any_of" if one.any_of else ""


def _body(one: Ematch, path: str) -> tuple[int, bytes]:
    said = [name for name in Ematch.__declarations__ if name != "inverted" and getattr(one, name) not in (None, ())]
    if len(said) != 1:
        raise EncodeError(f"a condition is one thing, not {' and '.join(said) or 'none'}", path)
    name = said[0]
    value = getattr(one, name)
    if name == "other":
        return int.from_bytes(value[:2], _ORDER), value[2:]
    try:
        if name == "meta":
            return EmatchKind.META, _META_WRITE(value)
        if name == "canid":
            return EmatchKind.CANID, b"".join(encode(plan_for(CanFilter), each) for each in value)
        body = encode(plan_for(_STRUCTS[_KINDS[name]][1]), value)
        return _KINDS[name], body + bytes(-len(body) % 4)
    except EncodeError as error:
        raise error.unwrapped().within(f"{path}.{name}") from error.__cause__


EMATCHES: Kind = simpler(Ematch, TreeAttributes)
"""A tree of conditions."""

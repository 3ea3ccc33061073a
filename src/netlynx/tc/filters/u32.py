"""`u32`: bits of a packet, in hash tables. Source: linux/pkt_cls.h, net/sched/cls_u32.c, tc-u32(8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec.structs import replace

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema import (
    Constants,
    FlagSet,
    Layout,
    Record,
    attr,
    be16,
    be32,
    enum,
    member,
    rest,
    s16,
    string,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts
from netlynx.schema.masks import Form
from netlynx.tc.action import ACTIONS_OF_A_FILTER, Action
from netlynx.tc.actions.police import POLICE, Police
from netlynx.tc.constants import KIND_LIMIT
from netlynx.tc.filters.common import ClassifierFlag
from netlynx.tc.handle import FILTER_HANDLE, HANDLE, FilterHandle, Handle
from netlynx.tc.u32_match import U32Match, matches_of, words_of

MOST_MATCHES = 128


class TCA_U32(Constants):
    """Attributes of `u32`."""

    UNSPEC = 0
    CLASSID = 1
    HASH = 2
    LINK = 3
    DIVISOR = 4
    SEL = 5
    POLICE = 6
    ACT = 7
    INDEV = 8
    PCNT = 9
    MARK = 10
    FLAGS = 11
    PAD = 12


class SelectorFlag(FlagSet, prefix="TC_U32_"):
    """What a filter does with a packet that it matches.

    `terminal`: it is taken; else filters that it is linked to are asked. `offset` and `varoffset` say where the next
    header is, for those: at `offset`, at what is read from the packet. `eat`: theirs count from there.
    """

    __omitted__: ClassVar[dict[str, str]] = {
        "TC_U32_ROOT": "the handle of a table",
        "TC_U32_UNSPEC": "no flag",
        "TC_U32_MAXDEPTH": "a limit",
    }

    TERMINAL = 1
    OFFSET = 2
    VAROFFSET = 4
    EAT = 8


class _Matches(Form):
    """How matches are written: those of one text may be several."""

    def settle(self, value: Any) -> tuple[U32Match, ...]:
        """Raises EncodeError and EncodeTypeError for what is no match, or too many."""
        if type(value) is tuple and all(type(each) is U32Match for each in value):
            return value  # as they are, and in one call where a record is made
        given = (value,) if isinstance(value, str) else value
        if not isinstance(given, Iterable) or isinstance(given, Mapping | bytes):
            raise EncodeTypeError(f"expected matches such as 'ip dport 80 0xffff', not {type(value).__name__}")
        made = matches_of(given)
        if len(made) > MOST_MATCHES:
            raise EncodeError(f"a filter has up to {MOST_MATCHES} matches, not {len(made)}")
        return made


_MATCHES = replace(rest(struct(U32Match)), form=_Matches())


class U32Selector(Layout, c="tc_u32_sel"):
    """Which packets match, and where to look on in those.

    All of `matches` have to be met: each is a `U32Match`, its fields, or a text in tc's words, of which one may mean
    several. The next header, which linked filters look at, is at `offset`, plus (the 16 bits at `offset_at`, those of
    `offset_mask`) shifted right by `offset_shift`. Which bucket of a linked table is asked, the bits of `hash_mask` at
    `hash_offset` say.
    """

    flags: takes.Flags[SelectorFlag] = member(enum(SelectorFlag, u8))
    offset_shift: int = member(u8, c="offshift")
    count: int = member(u8, c="nkeys")
    offset_mask: int = member(be16, c="offmask")
    offset: int = member(u16, c="off")
    offset_at: int = member(s16, c="offoff")
    hash_offset: int = member(s16, c="hoff")
    hash_mask: int = member(be32, c="hmask")
    matches: takes.Takes[tuple[U32Match, ...], Any] = member(_MATCHES, c="keys")

    __sure__: ClassVar[tuple[frozenset[str], frozenset[str]]] = (frozenset(("count",)), frozenset())

    @classmethod
    def __settle__(cls, values: dict[str, Any]) -> dict[str, Any]:
        return values if values.get("count") else {**values, "count": len(values.get("matches", ()))}


class U32Mark(Layout, c="tc_u32_mark"):
    """The mark of a packet is `value` in the bits of `mask`; `success` counts how often it was (read only)."""

    value: int = member(u32, c="val")
    mask: int = member(u32)
    success: int = member(u32)


class U32Hits(Layout, c="tc_u32_pcnt"):
    """How often the filter was looked at, matched, and each of its matches did; on all processors."""

    looked_at: int = member(u64, c="rcnt")
    hits: int = member(u64, c="rhit")
    matches: takes.Several[int] = member(rest(u64), c="kcnts")


class U32(Record):
    """`u32`: packets that `matches` say, or a hash table of filters (`divisor` buckets, and no matches).

    ``U32(matches=["ip src 192.0.2.0/24", "ip dport 80 0xffff"], classid="1:10")``. `matches` stands for
    ``selector={"matches": …}``; a filter that says a class or an action takes the packet (`terminal`), unless `link`
    has it look on in another table. `hash` is the table and bucket that a filter is put into, ``2:5:``; the handle of a
    table is ``2:``, of a filter in it ``2:5:1``.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_U32, policy="u32_policy", spec=("tc", "u32-attrs"))

    classid: takes.Member[Handle | None] = attr(TCA_U32.CLASSID, HANDLE)
    hash: takes.Member[FilterHandle | None] = attr(TCA_U32.HASH, FILTER_HANDLE)
    link: takes.Member[FilterHandle | None] = attr(TCA_U32.LINK, FILTER_HANDLE)
    divisor: int | None = attr(TCA_U32.DIVISOR, u32)
    selector: takes.Nested[U32Selector | None] = attr(TCA_U32.SEL, struct(U32Selector))
    indev: str | None = attr(TCA_U32.INDEV, string(KIND_LIMIT))
    actions: takes.MaybeSeveral[Action] = attr(TCA_U32.ACT, ACTIONS_OF_A_FILTER)
    police: takes.Nested[Police | None] = attr(TCA_U32.POLICE, POLICE)  # as filters had it before actions
    mark: takes.Nested[U32Mark | None] = attr(TCA_U32.MARK, struct(U32Mark))
    flags: takes.Flags[ClassifierFlag | None] = attr(TCA_U32.FLAGS, enum(ClassifierFlag, u32))
    hits: takes.Nested[U32Hits | None] = attr(TCA_U32.PCNT, struct(U32Hits), read_only=True)
    if TYPE_CHECKING:
        matches: takes.Takes[tuple[U32Match, ...], Any] = member(_MATCHES)
    else:

        @property
        def matches(self) -> tuple[U32Match, ...]:
            """What has to be met."""
            return self.selector.matches if self.selector is not None else ()

    def words(self, protocol: str = "ip") -> list[str]:
        """What has to be met, in tc's words for the headers of a protocol (``ip``, ``ipv6``)."""
        return words_of(self.selector.matches if self.selector is not None else (), protocol)

    __besides__: ClassVar[frozenset[str]] = frozenset(("matches",))

    @classmethod
    def __beside__(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The selector that `matches` are of."""
        made = dict(values)
        matches = made.pop("matches")
        if made.get("selector") is not None:
            raise EncodeError("give it as selector.matches, or give no selector", f"{cls.__name__}.matches")
        takes_it = any(made.get(name) is not None for name in ("classid", "actions", "police"))
        flags = SelectorFlag.TERMINAL if takes_it else SelectorFlag(0)
        made["selector"] = {"matches": () if matches is None else matches, "flags": flags}
        return made


__all__ = ["MOST_MATCHES", "U32", "SelectorFlag", "U32Hits", "U32Mark", "U32Match", "U32Selector", "matches_of"]

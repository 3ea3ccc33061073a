"""Actions: what becomes of packets that a filter finds; in the filter, or by themselves for several filters to share.

Source: linux/pkt_cls.h, linux/rtnetlink.h, net/sched/act_api.c, tc-actions(8).
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, ClassVar, Final

import msgspec

from netlynx.engine.operation import Do, Dump, EventKind, Group, Talk, make_do, make_dump
from netlynx.engine.reading import Reading
from netlynx.errors import EncodeError
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily
from netlynx.schema import (
    Constants,
    FlagSet,
    Kind,
    Layout,
    Record,
    attr,
    binary,
    class_of,
    enum,
    indexed,
    member,
    nest,
    quantity,
    replace_fields,
    select,
    string,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.arguments import text_of
from netlynx.schema.facts import Facts
from netlynx.schema.natural import Masked
from netlynx.schema.record import RecordMeta
from netlynx.schema.sending import settable
from netlynx.tc.actions import ACTION_OPTIONS
from netlynx.tc.actions.common import Options
from netlynx.tc.constants import KIND_LIMIT
from netlynx.tc.kind import kinds_by_class, with_kind
from netlynx.tc.statistics import Statistics
from netlynx.tc.units import Time
from netlynx.tc.verbs import Verbs, heard, register
from netlynx.wire.constants import NETLINK


class TCA_ACT(Constants):
    """Attributes of an action."""

    __omitted__: ClassVar[dict[str, str]] = {"TCA_ACT_*": "kinds of actions and their attributes begin so, too"}

    UNSPEC = 0
    KIND = 1
    OPTIONS = 2
    INDEX = 3
    STATS = 4
    PAD = 5
    COOKIE = 6
    FLAGS = 7
    HW_STATS = 8
    USED_HW_STATS = 9
    IN_HW_COUNT = 10


class TCA_ROOT(Constants):
    """Attributes of a message about actions."""

    UNSPEC = 0
    TAB = 1
    FLAGS = 2
    COUNT = 3
    TIME_DELTA = 4
    EXT_WARN_MSG = 5


class ActionFlags(FlagSet, prefix="TCA_ACT_FLAGS_"):
    """Where an action works and counts: `SKIP_HW` not in hardware, `SKIP_SW` in hardware alone."""

    NO_PERCPU_STATS = 1
    SKIP_HW = 2
    SKIP_SW = 4


class HardwareStatistics(FlagSet, prefix="TCA_ACT_HW_STATS_"):
    """Which statistics hardware is to have: `IMMEDIATE` asks it each time, `DELAYED` may be a few seconds old."""

    IMMEDIATE = 1
    DELAYED = 2


class ListingFlags(FlagSet, prefix="TCA_ACT_FLAG_"):
    """How actions are listed: more than 32 to a message, and without what they do."""

    LARGE_DUMP_ON = 1
    TERSE_DUMP = 2


class ActionFlagBits(Layout, Masked, c="nla_bitfield32"):
    """Flags of an action and which of them count."""

    value: takes.Flags[ActionFlags] = member(enum(ActionFlags, u32))
    selector: takes.Flags[ActionFlags] = member(enum(ActionFlags, u32))


class HardwareStatisticsBits(Layout, Masked, c="nla_bitfield32"):
    """Sorts of hardware statistics and which of them are spoken of; none: no statistics at all."""

    value: takes.Flags[HardwareStatistics] = member(enum(HardwareStatistics, u32))
    selector: takes.Flags[HardwareStatistics] = member(enum(HardwareStatistics, u32))


class ListingFlagBits(Layout, Masked, c="nla_bitfield32"):
    """Flags of a listing and which of them count."""

    value: takes.Flags[ListingFlags] = member(enum(ListingFlags, u32))
    selector: takes.Flags[ListingFlags] = member(enum(ListingFlags, u32))


class ActionMessage(Layout, c="tcamsg"):
    """The fixed header of messages about actions."""

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8), c="tca_family")
    pad1: int = member(u8, c="tca__pad1")
    pad2: int = member(u16, c="tca__pad2")


COOKIE_LIMIT: Final = 16  # TC_COOKIE_MAX_SIZE
MOST: Final = 32  # TCA_ACT_MAX_PRIO


class Action(Record, header=ActionMessage):
    """An action of `kind` that does what `data` says: ``Action(data=Mirred(redirect="v1"), cookie=b"mine")``. Where a
    filter has actions, ``Mirred(redirect="v1")`` alone will do.

    Actions of a kind are told from each other by an index, which stands in their options: ``action.data.index``.
    `index` here is of one of which nothing else is said: ``Action(kind="mirred", index=7)`` in a filter refers to the
    one that is there, and a terse listing has no more. `cookie` is up to 16 bytes that the kernel keeps for whoever
    made it. `hardware_statistics` says which ones a device is to have, ``[]`` that it need none; `in_hardware` is how
    many devices do the action themselves, and the statistics that are used there are in
    `used_hardware_statistics`.

    Source: tcf_action_init_1 and tcf_action_dump_1 in net/sched/act_api.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_ACT, policy="tcf_action_policy")

    kind: str | None = attr(TCA_ACT.KIND, string(KIND_LIMIT), always=True)
    data: Any = attr(TCA_ACT.OPTIONS, select("kind", ACTION_OPTIONS))
    index: int | None = attr(TCA_ACT.INDEX, u32)
    cookie: bytes | None = attr(TCA_ACT.COOKIE, binary(COOKIE_LIMIT))
    flags: takes.Natural[ActionFlagBits | None] = attr(TCA_ACT.FLAGS, struct(ActionFlagBits))
    hardware_statistics: takes.Natural[HardwareStatisticsBits | None] = attr(
        TCA_ACT.HW_STATS, struct(HardwareStatisticsBits)
    )
    used_hardware_statistics: takes.Natural[HardwareStatisticsBits | None] = attr(
        TCA_ACT.USED_HW_STATS, struct(HardwareStatisticsBits), read_only=True
    )
    in_hardware: int | None = attr(TCA_ACT.IN_HW_COUNT, u32, read_only=True)
    statistics: takes.Nested[Statistics | None] = attr(TCA_ACT.STATS, nest(Statistics), read_only=True)

    __understands__: ClassVar[bool] = True

    @classmethod
    def __natural__(cls, value: Any) -> Any:
        """The options of an action stand for one that has nothing else."""
        if isinstance(type(value), RecordMeta) and class_of(value) in _KINDS:
            return cls(kind=_KINDS[class_of(value)], data=value)
        return value

    __sure__: ClassVar[tuple[frozenset[str], frozenset[str]]] = (frozenset(("kind",)), frozenset(("index",)))

    @classmethod
    def __settle__(cls, values: dict[str, Any]) -> dict[str, Any]:
        values = with_kind(values, _KINDS)
        index, data = values.get("index"), values.get("data")
        if index is not None and isinstance(data, Options):
            if data.index not in (None, index):
                raise EncodeError(f"the options say {data.index}: one of both", "Action.index")
            values = {**values, "data": data.replace(index=index), "index": None}
        return values

    def __sent__(self) -> Action:
        """One that only says its index says so in the options of its kind: there the kernel looks for it."""
        made = _CLASSES.get(self.kind) if isinstance(self.kind, str) else None
        if self.index is None or self.data is not None or made is None:
            return self
        return replace_fields(self, data=made(index=self.index), index=None)


class ActionList(Record, header=ActionMessage):
    """A message about `actions`: a notification, which may tell of several, or what one asks for.

    `count` is how many there are in a message of a listing, `flags` how they are listed, and `since` asks for those
    alone that were used in this time before now (milliseconds). `warning` is the kernel's, of one that it took.
    Source: tca_get_fill and tc_dump_action in net/sched/act_api.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_ROOT, policy="tcaa_policy")

    actions: takes.Records[Action] = attr(TCA_ROOT.TAB, indexed(nest(Action, headless=True)))
    flags: takes.Natural[ListingFlagBits | None] = attr(TCA_ROOT.FLAGS, struct(ListingFlagBits))
    count: int | None = attr(TCA_ROOT.COUNT, u32, read_only=True)
    since: takes.Amount[Time | None] = attr(TCA_ROOT.TIME_DELTA, quantity(Time, u32, 1000))
    warning: str | None = attr(TCA_ROOT.EXT_WARN_MSG, string, read_only=True)


_KINDS: Mapping[Any, str] = kinds_by_class(ACTION_OPTIONS)
_CLASSES: Mapping[Any, Any] = {kind: cls for cls, kind in _KINDS.items()}
_READING = Reading((), rows=int(TCA_ROOT.TAB), aside=(2, 3, 4, 5), bare=True)

ACTIONS_OF_A_FILTER: Final[Kind] = indexed(nest(Action, headless=True))
"""The actions of a filter, in the order in which they work: TCA_*_ACT, up to 32 of them."""


def actions(*, kind: str | None = None, terse: bool = False, since: Time | str | float | None = None) -> Dump[Action]:
    """All actions, or those of a kind: those that stand in filters, and those that are there by themselves.

    The kernel lists one kind at a time: without one, it is asked for each of them. With `terse` it says of each what
    kind it is, its index, its cookie and its statistics alone. With `since`, those that were used in this time before
    now. Raises EncodeError for a kind that there is none of: the kernel would list nothing.
    """
    path = "tc.actions"
    asked = [kind_of(kind, f"{path}(kind)")] if kind is not None else [*ACTION_OPTIONS]
    try:
        lately = None if since is None else Time.of(since)
    except EncodeError as error:
        raise error.within(f"{path}(since)") from None
    flags = ["large_dump_on", "terse_dump"] if terse else ["large_dump_on"]
    requests = [ActionList(actions=[Action(kind=each)], flags=flags, since=lately) for each in asked]
    first, *others = (
        msgspec.structs.replace(
            make_dump(path, NETLINK.ROUTE, RTM.GETACTION, request, Action, RTM.GETACTION), reading=_READING
        )
        for request in requests
    )
    return msgspec.structs.replace(first, following=tuple(others))


def action(kind: str, index: int) -> Talk[Action]:
    """One action, by its kind and its index. `NotFound` if there is none. Raises EncodeError for what is no kind."""
    path = "tc.action"
    asked = ActionList(actions=[Action(kind=kind_of(kind, f"{path}(kind)"), index=index_of(index, f"{path}(index)"))])
    request = make_do(path, NETLINK.ROUTE, RTM.GETACTION, asked, reply=ActionList, reply_type=RTM.GETACTION)

    def steps() -> Generator[Do[ActionList], Any, Action]:
        answer: ActionList = yield request
        found: Action = answer.actions[0]
        return found

    return Talk(path, steps)


def kind_of(kind: str, path: str) -> str:
    """A kind of actions. Raises EncodeError for one that is not known."""
    name = text_of(kind, path)
    if name not in ACTION_OPTIONS:
        raise EncodeError(f"there are no actions of kind {name!r}: {', '.join(ACTION_OPTIONS)}", path)
    return name


def index_of(index: object, path: str) -> int:
    """The index of an action. Raises EncodeError for what is none."""
    if isinstance(index, bool) or not isinstance(index, int) or not 0 < index < 1 << 32:
        raise EncodeError(f"{index!r} is no index of an action (1 to {(1 << 32) - 1})", path)
    return index


ACTIONS: Group[ActionList] = Group(
    "tc.ACTIONS",
    NETLINK.ROUTE,
    (RTNLGRP.TC,),
    {RTM.NEWACTION: (EventKind.NEW, ActionList), RTM.DELACTION: (EventKind.DELETE, ActionList)},
)
"""What becomes of actions that are there by themselves: those that come and go with a filter are not told.

Of all actions of a kind that were removed at once (`tc actions flush`) one is told, of that kind and with nothing else
but their number, four bytes in `cookie`.
"""


def _prepare(record: Action, verb: str) -> ActionList:
    if verb == "delete":
        index = getattr(record.data, "index", None) if record.index is None else record.index
        if record.kind is None:
            raise EncodeError("say of which kind it is", "Action.kind")
        if index is None:
            raise EncodeError("say which one: without it, the kernel would remove all of this kind", "Action.index")
        return ActionList(actions=(Action(kind=record.kind, index=index),))
    record = settable(record, "Action")
    if record.kind is None:
        raise EncodeError("say what it does: data, or kind", "Action.kind")
    if record.data is None:
        raise EncodeError("say what it does", "Action.data")
    return ActionList(actions=(record,))


register(
    Action,
    Verbs(
        new=RTM.NEWACTION,
        delete=RTM.DELACTION,
        prepare=_prepare,
        removable="netlynx.tc.flushing:actions",
        mute=heard,
        told=(ActionList, lambda answer: answer.actions[0]),
        without={
            "change": "the kernel would make one that is not there, too: tc.replace does that",
            "link": "that is for qdiscs",
        },
    ),
)

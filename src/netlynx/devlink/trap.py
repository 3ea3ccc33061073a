"""Traps: packets that a device drops, or hands to the processor; groups of them, and the policers of those.

Source: net/devlink/trap.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.devlink.attributes import DEVLINK_ATTR, DEVLINK_ATTR_STATS, DEVLINK_ATTR_TRAP_METADATA_TYPE
from netlynx.devlink.constants import TrapAction, TrapType
from netlynx.devlink.handle import OTHERS, OfDevice
from netlynx.schema import attr, enum, flag, string, takes, u8, u32, u64
from netlynx.schema.facts import Facts

_A, _S, _SPEC = DEVLINK_ATTR, DEVLINK_ATTR_STATS, ("devlink", "devlink")
_WHOLE = Facts(attributes=_A, spec=_SPEC)
_COUNTED = Facts(attributes=_S, spec=("devlink", "dl-attr-stats"))


class TrapKey(OfDevice):
    """Which trap."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_trap_get_do_nl_policy", spec=_SPEC)

    name: str | None = attr(_A.TRAP_NAME, string)


class Trap(OfDevice):
    """A trap. `in_port` and `cookie` say that the port, and what a filter's action was told, go with its packets."""

    __facts__: ClassVar[Facts | tuple[Facts, ...]] = (
        _WHOLE,
        _COUNTED,
        Facts(attributes=DEVLINK_ATTR_TRAP_METADATA_TYPE, spec=("devlink", "dl-trap-metadata")),
    )

    name: str | None = attr(_A.TRAP_NAME, string)
    group: str | None = attr(_A.TRAP_GROUP_NAME, string, read_only=True)
    type: takes.Member[TrapType | None] = attr(_A.TRAP_TYPE, enum(TrapType, u8), read_only=True)
    generic: bool = attr(_A.TRAP_GENERIC, flag, read_only=True)
    action: takes.Member[TrapAction | None] = attr(_A.TRAP_ACTION, enum(TrapAction, u8))
    in_port: bool = attr((_A.TRAP_METADATA, DEVLINK_ATTR_TRAP_METADATA_TYPE.IN_PORT), flag, read_only=True)
    cookie: bool = attr((_A.TRAP_METADATA, DEVLINK_ATTR_TRAP_METADATA_TYPE.FA_COOKIE), flag, read_only=True)
    packets: int | None = attr((_A.STATS, _S.RX_PACKETS), u64, read_only=True)
    bytes: int | None = attr((_A.STATS, _S.RX_BYTES), u64, read_only=True)
    dropped: int | None = attr((_A.STATS, _S.RX_DROPPED), u64, read_only=True)  # by the device, of a trap that drops


class TrapSettings(OfDevice):
    """What a trap is to do."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_trap_set_nl_policy", spec=_SPEC)

    name: str | None = attr(_A.TRAP_NAME, string)
    action: takes.Member[TrapAction | None] = attr(_A.TRAP_ACTION, enum(TrapAction, u8))


class TrapGroupKey(OfDevice):
    """Which group of traps."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_trap_group_get_do_nl_policy", spec=_SPEC)

    name: str | None = attr(_A.TRAP_GROUP_NAME, string)


class TrapGroup(OfDevice):
    """A group of traps, with the policer, if any, that all of them share.

    `action` is of requests: what all of its traps are to do. A `policer` of 0 takes theirs away.
    """

    __facts__: ClassVar[Facts | tuple[Facts, ...]] = (_WHOLE, _COUNTED)

    name: str | None = attr(_A.TRAP_GROUP_NAME, string)
    generic: bool = attr(_A.TRAP_GENERIC, flag, read_only=True)
    policer: int | None = attr(_A.TRAP_POLICER_ID, u32)
    action: takes.Member[TrapAction | None] = attr(_A.TRAP_ACTION, enum(TrapAction, u8))
    packets: int | None = attr((_A.STATS, _S.RX_PACKETS), u64, read_only=True)
    bytes: int | None = attr((_A.STATS, _S.RX_BYTES), u64, read_only=True)
    dropped: int | None = attr((_A.STATS, _S.RX_DROPPED), u64, read_only=True)


class TrapGroupSettings(OfDevice):
    """What all traps of a group are to do, and their policer, 0: none."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_trap_group_set_nl_policy", spec=_SPEC)

    name: str | None = attr(_A.TRAP_GROUP_NAME, string)
    action: takes.Member[TrapAction | None] = attr(_A.TRAP_ACTION, enum(TrapAction, u8))
    policer: int | None = attr(_A.TRAP_POLICER_ID, u32)


class TrapPolicerKey(OfDevice):
    """Which policer."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_trap_policer_get_do_nl_policy", spec=_SPEC)

    id: int | None = attr(_A.TRAP_POLICER_ID, u32)


class TrapPolicer(OfDevice):
    """A policer: `rate` in packets a second, `burst` in packets. `dropped` packets were more than that."""

    __facts__: ClassVar[Facts | tuple[Facts, ...]] = (_WHOLE, _COUNTED)
    __omitted__: ClassVar[dict[str, str]] = {**OTHERS, "DEVLINK_ATTR_STATS_*": "not counted of a policer"}

    id: int | None = attr(_A.TRAP_POLICER_ID, u32)
    rate: int | None = attr(_A.TRAP_POLICER_RATE, u64)
    burst: int | None = attr(_A.TRAP_POLICER_BURST, u64)
    dropped: int | None = attr((_A.STATS, _S.RX_DROPPED), u64, read_only=True)


class TrapPolicerSettings(OfDevice):
    """What can be set of a policer; what is None stays."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_trap_policer_set_nl_policy", spec=_SPEC)

    id: int | None = attr(_A.TRAP_POLICER_ID, u32)
    rate: int | None = attr(_A.TRAP_POLICER_RATE, u64)
    burst: int | None = attr(_A.TRAP_POLICER_BURST, u64)

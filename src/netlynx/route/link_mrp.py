"""Media Redundancy Protocol (IEC 62439-2) of a bridge: rings of bridges that survive a broken link.

The kernel answers with `Mrp.rings`; the other fields are for requests.
Source: linux/if_bridge.h, linux/mrp_bridge.h, net/bridge/br_mrp_netlink.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Enumeration, Record, attr, enum, interface, multi, nest, takes, u16, u32
from netlynx.schema.facts import Facts


class IFLA_BRIDGE_MRP(Constants):
    """Attributes of IFLA_BRIDGE_MRP: all but `INFO` are requests."""

    UNSPEC = 0
    INSTANCE = 1
    PORT_STATE = 2
    PORT_ROLE = 3
    RING_STATE = 4
    RING_ROLE = 5
    START_TEST = 6
    INFO = 7
    IN_ROLE = 8
    IN_STATE = 9
    START_IN_TEST = 10


class IFLA_BRIDGE_MRP_INFO(Constants):
    """Attributes of one ring as the kernel describes it."""

    UNSPEC = 0
    RING_ID = 1
    P_IFINDEX = 2
    S_IFINDEX = 3
    PRIO = 4
    RING_STATE = 5
    RING_ROLE = 6
    TEST_INTERVAL = 7
    TEST_MAX_MISS = 8
    TEST_MONITOR = 9
    I_IFINDEX = 10
    IN_STATE = 11
    IN_ROLE = 12
    IN_TEST_INTERVAL = 13
    IN_TEST_MAX_MISS = 14


class IFLA_BRIDGE_MRP_INSTANCE(Constants):
    """Attributes of a request to make or remove a ring."""

    UNSPEC = 0
    RING_ID = 1
    P_IFINDEX = 2
    S_IFINDEX = 3
    PRIO = 4


class IFLA_BRIDGE_MRP_PORT_STATE(Constants):
    """Attributes of a request to set the state of a port."""

    UNSPEC = 0
    STATE = 1


class IFLA_BRIDGE_MRP_PORT_ROLE(Constants):
    """Attributes of a request to set the role of a port."""

    UNSPEC = 0
    ROLE = 1


class IFLA_BRIDGE_MRP_RING_STATE(Constants):
    """Attributes of a request to set the state of a ring."""

    UNSPEC = 0
    RING_ID = 1
    STATE = 2


class IFLA_BRIDGE_MRP_RING_ROLE(Constants):
    """Attributes of a request to set the role in a ring."""

    UNSPEC = 0
    RING_ID = 1
    ROLE = 2


class IFLA_BRIDGE_MRP_START_TEST(Constants):
    """Attributes of a request to test a ring."""

    UNSPEC = 0
    RING_ID = 1
    INTERVAL = 2
    MAX_MISS = 3
    PERIOD = 4
    MONITOR = 5


class IFLA_BRIDGE_MRP_IN_ROLE(Constants):
    """Attributes of a request to set the role in the interconnection of rings."""

    UNSPEC = 0
    RING_ID = 1
    IN_ID = 2
    ROLE = 3
    I_IFINDEX = 4


class IFLA_BRIDGE_MRP_IN_STATE(Constants):
    """Attributes of a request to set the state of an interconnection."""

    UNSPEC = 0
    IN_ID = 1
    STATE = 2


class IFLA_BRIDGE_MRP_START_IN_TEST(Constants):
    """Attributes of a request to test an interconnection."""

    UNSPEC = 0
    IN_ID = 1
    INTERVAL = 2
    MAX_MISS = 3
    PERIOD = 4


class MrpPortState(Enumeration, prefix="BR_MRP_PORT_STATE_"):
    """State of a port of a ring."""

    DISABLED = 0
    BLOCKED = 1
    FORWARDING = 2
    NOT_CONNECTED = 3


class MrpPortRole(Enumeration, prefix="BR_MRP_PORT_ROLE_"):
    """Role of a port in a ring."""

    PRIMARY = 0
    SECONDARY = 1
    INTER = 2


class MrpRingState(Enumeration, prefix="BR_MRP_RING_STATE_"):
    """Whether a ring is broken (open) or whole (closed)."""

    OPEN = 0
    CLOSED = 1


class MrpRingRole(Enumeration, prefix="BR_MRP_RING_ROLE_"):
    """Role of a bridge in a ring: none, client, manager, or manager if no other is."""

    DISABLED = 0
    MRC = 1
    MRM = 2
    MRA = 3


class MrpInState(Enumeration, prefix="BR_MRP_IN_STATE_"):
    """Whether an interconnection of rings is broken (open) or whole (closed)."""

    OPEN = 0
    CLOSED = 1


class MrpInRole(Enumeration, prefix="BR_MRP_IN_ROLE_"):
    """Role of a bridge in an interconnection of rings: none, client, manager."""

    DISABLED = 0
    MIC = 1
    MIM = 2


class MrpRing(Record):
    """One ring of a bridge, as the kernel describes it. Source: br_mrp_fill_info in net/bridge/br_mrp_netlink.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BRIDGE_MRP_INFO)

    ring_id: int | None = attr(IFLA_BRIDGE_MRP_INFO.RING_ID, u32)
    primary: takes.Name[int | None] = attr(IFLA_BRIDGE_MRP_INFO.P_IFINDEX, interface)  # interface index
    secondary: takes.Name[int | None] = attr(IFLA_BRIDGE_MRP_INFO.S_IFINDEX, interface)  # interface index
    interconnection: takes.Name[int | None] = attr(IFLA_BRIDGE_MRP_INFO.I_IFINDEX, interface)  # interface index
    priority: int | None = attr(IFLA_BRIDGE_MRP_INFO.PRIO, u16)
    ring_state: takes.Member[MrpRingState | None] = attr(IFLA_BRIDGE_MRP_INFO.RING_STATE, enum(MrpRingState, u32))
    ring_role: takes.Member[MrpRingRole | None] = attr(IFLA_BRIDGE_MRP_INFO.RING_ROLE, enum(MrpRingRole, u32))
    test_interval: int | None = attr(IFLA_BRIDGE_MRP_INFO.TEST_INTERVAL, u32)  # us
    test_max_miss: int | None = attr(IFLA_BRIDGE_MRP_INFO.TEST_MAX_MISS, u32)
    test_monitor: bool | None = attr(IFLA_BRIDGE_MRP_INFO.TEST_MONITOR, enum(bool, u32))
    in_state: takes.Member[MrpInState | None] = attr(IFLA_BRIDGE_MRP_INFO.IN_STATE, enum(MrpInState, u32))
    in_role: takes.Member[MrpInRole | None] = attr(IFLA_BRIDGE_MRP_INFO.IN_ROLE, enum(MrpInRole, u32))
    in_test_interval: int | None = attr(IFLA_BRIDGE_MRP_INFO.IN_TEST_INTERVAL, u32)  # us
    in_test_max_miss: int | None = attr(IFLA_BRIDGE_MRP_INFO.IN_TEST_MAX_MISS, u32)


class MrpInstance(Record):
    """A ring to be made or removed."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BRIDGE_MRP_INSTANCE, policy="br_mrp_instance_policy")

    ring_id: int | None = attr(IFLA_BRIDGE_MRP_INSTANCE.RING_ID, u32)
    primary: takes.Name[int | None] = attr(IFLA_BRIDGE_MRP_INSTANCE.P_IFINDEX, interface)  # interface index
    secondary: takes.Name[int | None] = attr(IFLA_BRIDGE_MRP_INSTANCE.S_IFINDEX, interface)  # interface index
    priority: int | None = attr(IFLA_BRIDGE_MRP_INSTANCE.PRIO, u16)


class MrpTest(Record):
    """A test of a ring that is to begin, or to end when `interval` is 0."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BRIDGE_MRP_START_TEST, policy="br_mrp_start_test_policy")

    ring_id: int | None = attr(IFLA_BRIDGE_MRP_START_TEST.RING_ID, u32)
    interval: int | None = attr(IFLA_BRIDGE_MRP_START_TEST.INTERVAL, u32)  # us
    max_miss: int | None = attr(IFLA_BRIDGE_MRP_START_TEST.MAX_MISS, u32)
    period: int | None = attr(IFLA_BRIDGE_MRP_START_TEST.PERIOD, u32)  # us
    monitor: bool | None = attr(IFLA_BRIDGE_MRP_START_TEST.MONITOR, enum(bool, u32))


class MrpInTest(Record):
    """A test of an interconnection that is to begin, or to end when `interval` is 0."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BRIDGE_MRP_START_IN_TEST, policy="br_mrp_start_in_test_policy")

    in_id: int | None = attr(IFLA_BRIDGE_MRP_START_IN_TEST.IN_ID, u32)
    interval: int | None = attr(IFLA_BRIDGE_MRP_START_IN_TEST.INTERVAL, u32)  # us
    max_miss: int | None = attr(IFLA_BRIDGE_MRP_START_IN_TEST.MAX_MISS, u32)
    period: int | None = attr(IFLA_BRIDGE_MRP_START_IN_TEST.PERIOD, u32)  # us


class MrpInRoleSetting(Record):
    """The role that a bridge is to have in an interconnection."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BRIDGE_MRP_IN_ROLE, policy="br_mrp_in_role_policy")

    ring_id: int | None = attr(IFLA_BRIDGE_MRP_IN_ROLE.RING_ID, u32)
    in_id: int | None = attr(IFLA_BRIDGE_MRP_IN_ROLE.IN_ID, u16)
    role: takes.Member[MrpInRole | None] = attr(IFLA_BRIDGE_MRP_IN_ROLE.ROLE, enum(MrpInRole, u32))
    interconnection: takes.Name[int | None] = attr(IFLA_BRIDGE_MRP_IN_ROLE.I_IFINDEX, interface)  # interface index


class MrpInStateSetting(Record):
    """The state that an interconnection is to have."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BRIDGE_MRP_IN_STATE, policy="br_mrp_in_state_policy")

    in_id: int | None = attr(IFLA_BRIDGE_MRP_IN_STATE.IN_ID, u32)
    state: takes.Member[MrpInState | None] = attr(IFLA_BRIDGE_MRP_IN_STATE.STATE, enum(MrpInState, u32))


class MrpRingStateSetting(Record):
    """The state that a ring is to have."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BRIDGE_MRP_RING_STATE, policy="br_mrp_ring_state_policy")

    ring_id: int | None = attr(IFLA_BRIDGE_MRP_RING_STATE.RING_ID, u32)
    state: takes.Member[MrpRingState | None] = attr(IFLA_BRIDGE_MRP_RING_STATE.STATE, enum(MrpRingState, u32))


class MrpRingRoleSetting(Record):
    """The role that a bridge is to have in a ring."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BRIDGE_MRP_RING_ROLE, policy="br_mrp_ring_role_policy")

    ring_id: int | None = attr(IFLA_BRIDGE_MRP_RING_ROLE.RING_ID, u32)
    role: takes.Member[MrpRingRole | None] = attr(IFLA_BRIDGE_MRP_RING_ROLE.ROLE, enum(MrpRingRole, u32))


class Mrp(Record):
    """Rings of a bridge (`rings`), or one request about a ring. Source: linux/if_bridge.h, br_mrp_parse."""

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=IFLA_BRIDGE_MRP, policy="br_mrp_policy"),
        Facts(attributes=IFLA_BRIDGE_MRP_PORT_STATE, policy="br_mrp_port_state_policy"),
        Facts(attributes=IFLA_BRIDGE_MRP_PORT_ROLE, policy="br_mrp_port_role_policy"),
    )

    rings: takes.Records[MrpRing] = attr(IFLA_BRIDGE_MRP.INFO, multi(nest(MrpRing)))
    instance: takes.Nested[MrpInstance | None] = attr(IFLA_BRIDGE_MRP.INSTANCE, nest(MrpInstance))
    port_state: takes.Member[MrpPortState | None] = attr(
        (IFLA_BRIDGE_MRP.PORT_STATE, IFLA_BRIDGE_MRP_PORT_STATE.STATE), enum(MrpPortState, u32)
    )
    port_role: takes.Member[MrpPortRole | None] = attr(
        (IFLA_BRIDGE_MRP.PORT_ROLE, IFLA_BRIDGE_MRP_PORT_ROLE.ROLE), enum(MrpPortRole, u32)
    )
    ring_state: takes.Nested[MrpRingStateSetting | None] = attr(IFLA_BRIDGE_MRP.RING_STATE, nest(MrpRingStateSetting))
    ring_role: takes.Nested[MrpRingRoleSetting | None] = attr(IFLA_BRIDGE_MRP.RING_ROLE, nest(MrpRingRoleSetting))
    test: takes.Nested[MrpTest | None] = attr(IFLA_BRIDGE_MRP.START_TEST, nest(MrpTest))
    in_role: takes.Nested[MrpInRoleSetting | None] = attr(IFLA_BRIDGE_MRP.IN_ROLE, nest(MrpInRoleSetting))
    in_state: takes.Nested[MrpInStateSetting | None] = attr(IFLA_BRIDGE_MRP.IN_STATE, nest(MrpInStateSetting))
    in_test: takes.Nested[MrpInTest | None] = attr(IFLA_BRIDGE_MRP.START_IN_TEST, nest(MrpInTest))

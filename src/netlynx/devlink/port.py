"""Ports of a device, and the functions behind them.

Source: net/devlink/port.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.devlink.attributes import DEVLINK_ATTR, DEVLINK_PORT_FN_ATTR
from netlynx.devlink.constants import FunctionCapabilities, FunctionOperation, FunctionState, PortFlavour, PortType
from netlynx.devlink.handle import NestedDevice, OfPort
from netlynx.schema import (
    Layout,
    Record,
    attr,
    boolean,
    enum,
    interface,
    mac,
    member,
    nest,
    string,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.schema.natural import Masked

_A, _F, _SPEC = DEVLINK_ATTR, DEVLINK_PORT_FN_ATTR, ("devlink", "devlink")


class PortKey(OfPort):
    """Which port."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_A,
        policy=(
            "devlink_port_get_do_nl_policy",
            "devlink_port_del_nl_policy",
            "devlink_port_unsplit_nl_policy",
            "devlink_health_reporter_get_dump_nl_policy",
            "devlink_notify_filter_set_nl_policy",
            "devlink_resource_dump_do_nl_policy",
        ),
        spec=_SPEC,
    )


class Capabilities(Masked, Layout, c="nla_bitfield32"):
    """What a function may do, of what `selector` says: of a request, of all that is given if that says nothing."""

    value: takes.Flags[FunctionCapabilities] = member(enum(FunctionCapabilities, u32))
    selector: takes.Flags[FunctionCapabilities] = member(enum(FunctionCapabilities, u32))


class PortFunction(Record):
    """The function behind a port: `hw_addr`, `state`, `caps` and `max_io_eqs` can be set where a driver has it."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_F,
        policy=("devlink_function_nl_policy", "devlink_dl_port_function_nl_policy"),
        spec=("devlink", "dl-port-function"),
    )

    hw_addr: str | None = attr(_F.HW_ADDR, mac)
    state: takes.Member[FunctionState | None] = attr(_F.STATE, enum(FunctionState, u8))
    operation: takes.Member[FunctionOperation | None] = attr(_F.OPSTATE, enum(FunctionOperation, u8), read_only=True)
    caps: takes.Natural[Capabilities | None] = attr(_F.CAPS, struct(Capabilities))
    nested: takes.Nested[NestedDevice | None] = attr(_F.DEVLINK, nest(NestedDevice), read_only=True)
    max_io_eqs: int | None = attr(_F.MAX_IO_EQS, u32)  # event queues of I/O


class Port(OfPort):
    """A port. `netdev` is the name of its net device, `ibdev` that of its RDMA device.

    Physical ports have a `number`, and of one that came from splitting `split_group` is the index of the first.
    Others have the numbers of a controller and of functions (`pf`, `vf`, `sf`).
    """

    type: takes.Member[PortType | None] = attr(_A.PORT_TYPE, enum(PortType, u16))
    desired_type: takes.Member[PortType | None] = attr(_A.PORT_DESIRED_TYPE, enum(PortType, u16), read_only=True)
    netdev: str | None = attr(_A.PORT_NETDEV_NAME, string)
    netdev_index: takes.Name[int | None] = attr(_A.PORT_NETDEV_IFINDEX, interface, read_only=True)
    ibdev: str | None = attr(_A.PORT_IBDEV_NAME, string, read_only=True)
    flavour: takes.Member[PortFlavour | None] = attr(_A.PORT_FLAVOUR, enum(PortFlavour, u16))
    number: int | None = attr(_A.PORT_NUMBER, u32, read_only=True)
    split_group: int | None = attr(_A.PORT_SPLIT_GROUP, u32, read_only=True)
    split_subport: int | None = attr(_A.PORT_SPLIT_SUBPORT_NUMBER, u32, read_only=True)
    lanes: int | None = attr(_A.PORT_LANES, u32, read_only=True)
    splittable: bool | None = attr(_A.PORT_SPLITTABLE, boolean, read_only=True)
    controller: int | None = attr(_A.PORT_CONTROLLER_NUMBER, u32)
    external: bool | None = attr(_A.PORT_EXTERNAL, boolean, read_only=True)  # of another host
    pf: int | None = attr(_A.PORT_PCI_PF_NUMBER, u16)
    vf: int | None = attr(_A.PORT_PCI_VF_NUMBER, u16, read_only=True)
    sf: int | None = attr(_A.PORT_PCI_SF_NUMBER, u32)
    linecard: int | None = attr(_A.LINECARD_INDEX, u32, read_only=True)  # that it is on
    function: takes.Nested[PortFunction | None] = attr(_A.PORT_FUNCTION, nest(PortFunction))


class PortSettings(OfPort):
    """What can be set of a port; what is None stays."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_port_set_nl_policy", spec=_SPEC)

    type: takes.Member[PortType | None] = attr(_A.PORT_TYPE, enum(PortType, u16))
    function: takes.Nested[PortFunction | None] = attr(_A.PORT_FUNCTION, nest(PortFunction))


class NewPort(OfPort):
    """A port to be made; `port` is chosen by the kernel unless given."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_port_new_nl_policy", spec=_SPEC)

    flavour: takes.Member[PortFlavour | None] = attr(_A.PORT_FLAVOUR, enum(PortFlavour, u16))
    pf: int | None = attr(_A.PORT_PCI_PF_NUMBER, u16)
    sf: int | None = attr(_A.PORT_PCI_SF_NUMBER, u32)
    controller: int | None = attr(_A.PORT_CONTROLLER_NUMBER, u32)


class PortSplit(OfPort):
    """Into how many ports one is split."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_port_split_nl_policy", spec=_SPEC)

    count: int | None = attr(_A.PORT_SPLIT_COUNT, u32)

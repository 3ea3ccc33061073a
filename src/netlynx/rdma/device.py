"""Devices of RDMA, their ports, and what of them is told when it changes.

Source: fill_dev_info, fill_port_info and rdma_nl_notify_event of drivers/infiniband/core/nldev.c.
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.rdma.constants import (
    DeviceCapabilities,
    DeviceType,
    NameAssignType,
    NodeType,
    Notice,
    PhysicalState,
    PortCapabilities,
    PortState,
)
from netlynx.rdma.parts import OTHERS, TOLD, A, Guid, device_index, guid
from netlynx.schema import Record, attr, boolean, enum, interface, namespace, string, takes, u8, u32, u64
from netlynx.schema.facts import Facts

_POLICY = "nldev_policy"


class Device(Record):
    """A device: a card, or what a driver made of a network interface.

    `index` is its number, or its name where it is looked up; `ports` is how many it has. `driver` ("rxe", "siw") and
    `netdev` say of what to make one, `netns_fd` into which network namespace it is to go, by whatever names one. `dim`
    is whether completions are moderated as the load has it. A sub-device has a `type` and the name of its `parent`.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = OTHERS
    __differs__: ClassVar[dict[str, str]] = {"firmware": TOLD, "protocol": TOLD}

    index: takes.Name[int | None] = attr(A.DEV_INDEX, device_index, always=True)
    name: str | None = attr(A.DEV_NAME, string(64), always=True)
    ports: int | None = attr(A.PORT_INDEX, u32, read_only=True)
    capabilities: takes.Flags[DeviceCapabilities | None] = attr(
        A.CAP_FLAGS, enum(DeviceCapabilities, u64), read_only=True
    )
    firmware: str | None = attr(A.FW_VERSION, string, read_only=True)
    node_guid: takes.Member[Guid | None] = attr(A.NODE_GUID, guid, read_only=True)
    system_guid: takes.Member[Guid | None] = attr(A.SYS_IMAGE_GUID, guid, read_only=True)
    node_type: takes.Member[NodeType | None] = attr(A.DEV_NODE_TYPE, enum(NodeType, u8), read_only=True)
    protocol: str | None = attr(A.DEV_PROTOCOL, string, read_only=True)
    dim: bool | None = attr(A.DEV_DIM, boolean)
    type: takes.Member[DeviceType | None] = attr(A.DEV_TYPE, enum(DeviceType, u8))
    parent: str | None = attr(A.PARENT_NAME, string)
    named_by: takes.Member[NameAssignType | None] = attr(A.NAME_ASSIGN_TYPE, enum(NameAssignType, u8), read_only=True)
    driver: str | None = attr(A.LINK_TYPE, string(16))
    netdev: str | None = attr(A.NDEV_NAME, string(16))
    netns_fd: takes.Takes[int | None, Any] = attr(A.NET_NS_FD, namespace)


class Link(Record):
    """A port of a device. `netdev` is the network interface behind it, where it is in this network namespace.

    `capabilities`, `subnet_prefix`, `lid`, `sm_lid` and `lmc` are of InfiniBand alone.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    index: takes.Name[int | None] = attr(A.DEV_INDEX, device_index, always=True)
    name: str | None = attr(A.DEV_NAME, string(64), always=True)
    port: int | None = attr(A.PORT_INDEX, u32, always=True)
    capabilities: takes.Flags[PortCapabilities | None] = attr(A.CAP_FLAGS, enum(PortCapabilities, u64))
    subnet_prefix: takes.Member[Guid | None] = attr(A.SUBNET_PREFIX, guid)
    lid: int | None = attr(A.LID, u32)
    sm_lid: int | None = attr(A.SM_LID, u32)
    lmc: int | None = attr(A.LMC, u8)
    state: takes.Member[PortState | None] = attr(A.PORT_STATE, enum(PortState, u8))
    physical_state: takes.Member[PhysicalState | None] = attr(A.PORT_PHYS_STATE, enum(PhysicalState, u8))
    netdev_index: takes.Name[int | None] = attr(A.NDEV_INDEX, interface)
    netdev: str | None = attr(A.NDEV_NAME, string(16))


class Notification(Record):
    """What happened to a device, or to a port of it: `event` says what."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    event: takes.Member[Notice | None] = attr(A.EVENT_TYPE, enum(Notice, u8), always=True)
    index: takes.Name[int | None] = attr(A.DEV_INDEX, device_index, always=True)
    name: str | None = attr(A.DEV_NAME, string(64), always=True)
    port: int | None = attr(A.PORT_INDEX, u32)
    netdev_index: takes.Name[int | None] = attr(A.NDEV_INDEX, interface)
    netdev: str | None = attr(A.NDEV_NAME, string(16))

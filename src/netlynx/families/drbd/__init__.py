"""DRBD, disks that are kept alike on several machines: resources, volumes, connections, and what becomes of them.

    from netlynx.families import drbd

    for told in nl.dump(drbd.devices()):
        print(told.minor, told.context.resource_name, told.device.disk_state)
    answer = nl.do(drbd.new_resource(context=drbd.Context(resource_name="r0")))
    assert answer.code == drbd.NO_ERROR

A refusal is an answer, too: its `code` is one of `drbd_ret_code` of linux/drbd.h, `said` has words about it. Older
kernels mark most attributes with the bit that is NLA_F_NET_BYTEORDER elsewhere, and take them without it. Source:
linux/drbd.h, linux/drbd_genl.h, drivers/block/drbd/drbd_nl.c of the kernel.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Group
from netlynx.generic import Family, GenericHeader, do, dump, event
from netlynx.schema import Record, attr, head, member, nest, takes, u32
from netlynx.schema.facts import Facts, NoFacts

from .constants import DRBD_ADM, DRBD_NLA
from .parts import ConnectionInfo as ConnectionInfo
from .parts import ConnectionStatistics as ConnectionStatistics
from .parts import Context as Context
from .parts import DetachParameters as DetachParameters
from .parts import DeviceInfo as DeviceInfo
from .parts import DeviceStatistics as DeviceStatistics
from .parts import DisconnectParameters as DisconnectParameters
from .parts import DiskOptions as DiskOptions
from .parts import Helper as Helper
from .parts import NetOptions as NetOptions
from .parts import Notification as Notification
from .parts import PeerDeviceInfo as PeerDeviceInfo
from .parts import PeerDeviceStatistics as PeerDeviceStatistics
from .parts import ResizeParameters as ResizeParameters
from .parts import ResourceInfo as ResourceInfo
from .parts import ResourceOptions as ResourceOptions
from .parts import ResourceStatistics as ResourceStatistics
from .parts import RoleParameters as RoleParameters
from .parts import StateInfo as StateInfo
from .parts import TimeoutParameters as TimeoutParameters
from .parts import Told as Told
from .parts import UuidParameters as UuidParameters
from .parts import VerifyParameters as VerifyParameters

NO_ERROR = 101
"""The `code` of an answer where all went well."""


class DrbdHeader(GenericHeader, c="drbd_genlmsghdr"):
    """What comes before the attributes: the number of a volume's device, and flags, or the code of an answer."""

    __facts__: ClassVar[NoFacts] = NoFacts("struct drbd_genlmsghdr stands behind the header of all families")

    minor: int = member(u32, c="minor")
    flags: int = member(u32, c="flags")


class Answer(Record, header=DrbdHeader):
    """What the kernel answers and tells. `code` is `NO_ERROR` where all went well."""

    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_NLA)

    minor: int = head()
    code: int = head("flags")
    said: takes.Nested[Told | None] = attr(DRBD_NLA.CFG_REPLY, nest(Told))
    context: takes.Nested[Context | None] = attr(DRBD_NLA.CFG_CONTEXT, nest(Context))
    disk: takes.Nested[DiskOptions | None] = attr(DRBD_NLA.DISK_CONF, nest(DiskOptions))
    resource_options: takes.Nested[ResourceOptions | None] = attr(DRBD_NLA.RESOURCE_OPTS, nest(ResourceOptions))
    net: takes.Nested[NetOptions | None] = attr(DRBD_NLA.NET_CONF, nest(NetOptions))
    role: takes.Nested[RoleParameters | None] = attr(DRBD_NLA.SET_ROLE_PARMS, nest(RoleParameters))
    resize: takes.Nested[ResizeParameters | None] = attr(DRBD_NLA.RESIZE_PARMS, nest(ResizeParameters))
    state: takes.Nested[StateInfo | None] = attr(DRBD_NLA.STATE_INFO, nest(StateInfo))
    verify: takes.Nested[VerifyParameters | None] = attr(DRBD_NLA.START_OV_PARMS, nest(VerifyParameters))
    uuid: takes.Nested[UuidParameters | None] = attr(DRBD_NLA.NEW_C_UUID_PARMS, nest(UuidParameters))
    timeout: takes.Nested[TimeoutParameters | None] = attr(DRBD_NLA.TIMEOUT_PARMS, nest(TimeoutParameters))
    disconnect: takes.Nested[DisconnectParameters | None] = attr(DRBD_NLA.DISCONNECT_PARMS, nest(DisconnectParameters))
    detach: takes.Nested[DetachParameters | None] = attr(DRBD_NLA.DETACH_PARMS, nest(DetachParameters))
    resource: takes.Nested[ResourceInfo | None] = attr(DRBD_NLA.RESOURCE_INFO, nest(ResourceInfo))
    device: takes.Nested[DeviceInfo | None] = attr(DRBD_NLA.DEVICE_INFO, nest(DeviceInfo))
    connection: takes.Nested[ConnectionInfo | None] = attr(DRBD_NLA.CONNECTION_INFO, nest(ConnectionInfo))
    peer_device: takes.Nested[PeerDeviceInfo | None] = attr(DRBD_NLA.PEER_DEVICE_INFO, nest(PeerDeviceInfo))
    resource_statistics: takes.Nested[ResourceStatistics | None] = attr(
        DRBD_NLA.RESOURCE_STATISTICS, nest(ResourceStatistics)
    )
    device_statistics: takes.Nested[DeviceStatistics | None] = attr(DRBD_NLA.DEVICE_STATISTICS, nest(DeviceStatistics))
    connection_statistics: takes.Nested[ConnectionStatistics | None] = attr(
        DRBD_NLA.CONNECTION_STATISTICS, nest(ConnectionStatistics)
    )
    peer_device_statistics: takes.Nested[PeerDeviceStatistics | None] = attr(
        DRBD_NLA.PEER_DEVICE_STATISTICS, nest(PeerDeviceStatistics)
    )
    notification: takes.Nested[Notification | None] = attr(DRBD_NLA.NOTIFICATION_HEADER, nest(Notification))
    helper: takes.Nested[Helper | None] = attr(DRBD_NLA.HELPER, nest(Helper))


class _Message:
    """What all messages have: of the family's attributes they take and tell those that are declared."""

    __slots__ = ()
    __facts__: ClassVar[Facts] = Facts(attributes=DRBD_NLA)
    __omitted__: ClassVar[dict[str, str]] = {"DRBD_NLA_*": "not of this message"}


class Key(_Message, Record, header=DrbdHeader):
    """Which resource, volume or connection is meant."""

    minor: int = head()
    flags: int = head()
    context: takes.Nested[Context | None] = attr(DRBD_NLA.CFG_CONTEXT, nest(Context))


class ResourceOptsRequest(_Message, Record, header=DrbdHeader):
    """What is meant, and its `resource_options`."""

    minor: int = head()
    flags: int = head()
    context: takes.Nested[Context | None] = attr(DRBD_NLA.CFG_CONTEXT, nest(Context))
    resource_options: takes.Nested[ResourceOptions | None] = attr(DRBD_NLA.RESOURCE_OPTS, nest(ResourceOptions))


class NetRequest(_Message, Record, header=DrbdHeader):
    """What is meant, and its `net`."""

    minor: int = head()
    flags: int = head()
    context: takes.Nested[Context | None] = attr(DRBD_NLA.CFG_CONTEXT, nest(Context))
    net: takes.Nested[NetOptions | None] = attr(DRBD_NLA.NET_CONF, nest(NetOptions))


class DisconnectRequest(_Message, Record, header=DrbdHeader):
    """What is meant, and its `disconnect`."""

    minor: int = head()
    flags: int = head()
    context: takes.Nested[Context | None] = attr(DRBD_NLA.CFG_CONTEXT, nest(Context))
    disconnect: takes.Nested[DisconnectParameters | None] = attr(DRBD_NLA.DISCONNECT_PARMS, nest(DisconnectParameters))


class DiskRequest(_Message, Record, header=DrbdHeader):
    """What is meant, and its `disk`."""

    minor: int = head()
    flags: int = head()
    context: takes.Nested[Context | None] = attr(DRBD_NLA.CFG_CONTEXT, nest(Context))
    disk: takes.Nested[DiskOptions | None] = attr(DRBD_NLA.DISK_CONF, nest(DiskOptions))


class ResizeRequest(_Message, Record, header=DrbdHeader):
    """What is meant, and its `resize`."""

    minor: int = head()
    flags: int = head()
    context: takes.Nested[Context | None] = attr(DRBD_NLA.CFG_CONTEXT, nest(Context))
    resize: takes.Nested[ResizeParameters | None] = attr(DRBD_NLA.RESIZE_PARMS, nest(ResizeParameters))


class SetRoleRequest(_Message, Record, header=DrbdHeader):
    """What is meant, and its `role`."""

    minor: int = head()
    flags: int = head()
    context: takes.Nested[Context | None] = attr(DRBD_NLA.CFG_CONTEXT, nest(Context))
    role: takes.Nested[RoleParameters | None] = attr(DRBD_NLA.SET_ROLE_PARMS, nest(RoleParameters))


class NewCUuidRequest(_Message, Record, header=DrbdHeader):
    """What is meant, and its `uuid`."""

    minor: int = head()
    flags: int = head()
    context: takes.Nested[Context | None] = attr(DRBD_NLA.CFG_CONTEXT, nest(Context))
    uuid: takes.Nested[UuidParameters | None] = attr(DRBD_NLA.NEW_C_UUID_PARMS, nest(UuidParameters))


class StartOvRequest(_Message, Record, header=DrbdHeader):
    """What is meant, and its `verify`."""

    minor: int = head()
    flags: int = head()
    verify: takes.Nested[VerifyParameters | None] = attr(DRBD_NLA.START_OV_PARMS, nest(VerifyParameters))


class DetachRequest(_Message, Record, header=DrbdHeader):
    """What is meant, and its `detach`."""

    minor: int = head()
    flags: int = head()
    context: takes.Nested[Context | None] = attr(DRBD_NLA.CFG_CONTEXT, nest(Context))
    detach: takes.Nested[DetachParameters | None] = attr(DRBD_NLA.DETACH_PARMS, nest(DetachParameters))


class Drbd(Family, name="drbd", version=1, header=DrbdHeader):
    """The family ``drbd``."""

    status = do(DRBD_ADM.GET_STATUS, request=Key, reply=Answer)
    statuses = dump(DRBD_ADM.GET_STATUS, request=Key, reply=Answer)
    new_minor = do(DRBD_ADM.NEW_MINOR, request=Key, reply=Answer, privileged=True)
    delete_minor = do(DRBD_ADM.DEL_MINOR, request=Key, reply=Answer, privileged=True)
    new_resource = do(DRBD_ADM.NEW_RESOURCE, request=ResourceOptsRequest, reply=Answer, privileged=True)
    delete_resource = do(DRBD_ADM.DEL_RESOURCE, request=Key, reply=Answer, privileged=True)
    set_resource_options = do(DRBD_ADM.RESOURCE_OPTS, request=ResourceOptsRequest, reply=Answer, privileged=True)
    connect = do(DRBD_ADM.CONNECT, request=NetRequest, reply=Answer, privileged=True)
    disconnect = do(DRBD_ADM.DISCONNECT, request=DisconnectRequest, reply=Answer, privileged=True)
    attach = do(DRBD_ADM.ATTACH, request=DiskRequest, reply=Answer, privileged=True)
    resize = do(DRBD_ADM.RESIZE, request=ResizeRequest, reply=Answer, privileged=True)
    primary = do(DRBD_ADM.PRIMARY, request=SetRoleRequest, reply=Answer, privileged=True)
    secondary = do(DRBD_ADM.SECONDARY, request=SetRoleRequest, reply=Answer, privileged=True)
    new_uuid = do(DRBD_ADM.NEW_C_UUID, request=NewCUuidRequest, reply=Answer, privileged=True)
    verify = do(DRBD_ADM.START_OV, request=StartOvRequest, reply=Answer, privileged=True)
    detach = do(DRBD_ADM.DETACH, request=DetachRequest, reply=Answer, privileged=True)
    invalidate = do(DRBD_ADM.INVALIDATE, request=Key, reply=Answer, privileged=True)
    invalidate_peer = do(DRBD_ADM.INVAL_PEER, request=Key, reply=Answer, privileged=True)
    pause_sync = do(DRBD_ADM.PAUSE_SYNC, request=Key, reply=Answer, privileged=True)
    resume_sync = do(DRBD_ADM.RESUME_SYNC, request=Key, reply=Answer, privileged=True)
    suspend_io = do(DRBD_ADM.SUSPEND_IO, request=Key, reply=Answer, privileged=True)
    resume_io = do(DRBD_ADM.RESUME_IO, request=Key, reply=Answer, privileged=True)
    outdate = do(DRBD_ADM.OUTDATE, request=Key, reply=Answer, privileged=True)
    timeout_type = do(DRBD_ADM.GET_TIMEOUT_TYPE, request=Key, reply=Answer, privileged=True)
    down = do(DRBD_ADM.DOWN, request=Key, reply=Answer, privileged=True)
    set_disk_options = do(DRBD_ADM.CHG_DISK_OPTS, request=DiskRequest, reply=Answer, privileged=True)
    set_net_options = do(DRBD_ADM.CHG_NET_OPTS, request=NetRequest, reply=Answer, privileged=True)
    resources = dump(DRBD_ADM.GET_RESOURCES, request=Key, reply=Answer)
    devices = dump(DRBD_ADM.GET_DEVICES, request=Key, reply=Answer)
    connections = dump(DRBD_ADM.GET_CONNECTIONS, request=Key, reply=Answer)
    peer_devices = dump(DRBD_ADM.GET_PEER_DEVICES, request=Key, reply=Answer)
    initial_state = dump(DRBD_ADM.GET_INITIAL_STATE, request=Key, reply=Answer)
    told_event = event(DRBD_ADM.EVENT, Answer, group="events")
    told_resource_state = event(DRBD_ADM.RESOURCE_STATE, Answer, group="events")
    told_device_state = event(DRBD_ADM.DEVICE_STATE, Answer, group="events")
    told_connection_state = event(DRBD_ADM.CONNECTION_STATE, Answer, group="events")
    told_peer_device_state = event(DRBD_ADM.PEER_DEVICE_STATE, Answer, group="events")
    told_helper = event(DRBD_ADM.HELPER, Answer, group="events")
    told_initial_state_done = event(DRBD_ADM.INITIAL_STATE_DONE, Answer, group="events")


EVENTS: Group[Answer] = Drbd.notifications()
"""Resources, volumes and connections that change, and programs that the kernel runs."""

status = Drbd.status
statuses = Drbd.statuses
new_minor = Drbd.new_minor
delete_minor = Drbd.delete_minor
new_resource = Drbd.new_resource
delete_resource = Drbd.delete_resource
set_resource_options = Drbd.set_resource_options
connect = Drbd.connect
disconnect = Drbd.disconnect
attach = Drbd.attach
resize = Drbd.resize
primary = Drbd.primary
secondary = Drbd.secondary
new_uuid = Drbd.new_uuid
verify = Drbd.verify
detach = Drbd.detach
invalidate = Drbd.invalidate
invalidate_peer = Drbd.invalidate_peer
pause_sync = Drbd.pause_sync
resume_sync = Drbd.resume_sync
suspend_io = Drbd.suspend_io
resume_io = Drbd.resume_io
outdate = Drbd.outdate
timeout_type = Drbd.timeout_type
down = Drbd.down
set_disk_options = Drbd.set_disk_options
set_net_options = Drbd.set_net_options
resources = Drbd.resources
devices = Drbd.devices
connections = Drbd.connections
peer_devices = Drbd.peer_devices
initial_state = Drbd.initial_state

"""What hosts of a storage network tell unasked (NETLINK_SCSITRANSPORT): links that come and go, changes of the fabric.

    from netlynx import scsi

    with nl.subscribe(scsi.EVENTS) as events:
        for event in events:
            print(event.record.host, event.record.code, event.record.payload)  # 3 link-up b'...'

Nothing can be asked here: which hosts there are stands in /sys/class/fc_host. Source: scsi/scsi_netlink.h,
scsi/scsi_netlink_fc.h, fc_host_post_fc_event in drivers/scsi/scsi_transport_fc.c.
"""

from __future__ import annotations

import struct as _struct
import sys

from netlynx.engine.call import PlainFeed
from netlynx.engine.operation import Group
from netlynx.schema import Constants, Enumeration, Layout, enum, member, struct, takes, u8, u16, u32, u64
from netlynx.wire.constants import NETLINK

__all__ = ["EVENTS", "FibreChannelCode", "FibreChannelEvent", "HostVendorMessage", "ScsiHeader", "Transport"]

_FC_EVENTS = 4
"""SCSI_NL_GRP_FC_EVENTS. The header's comment calls it a bit, of group 2 or 3; the kernel takes it for the number."""

_HEADER = _struct.Struct("=BBHHH")
_MAGIC = 0xA1B2  # SCSI_NL_MAGIC


class SCSI_NL(Constants):
    """Messages to hosts of any transport, or from them."""

    SHOST_VENDOR = 1


class FC_NL(Constants):
    """Messages of Fibre Channel."""

    ASYNC_EVENT = 0x100


class Transport(Enumeration, prefix="SCSI_NL_TRANSPORT_", renamed={"ANY": "SCSI_NL_TRANSPORT"}):
    """What a message is about: hosts of any transport, or those of Fibre Channel."""

    ANY = 0
    FC = 1


class FibreChannelCode(Enumeration):
    """What happened to a host, or on its fabric (`enum fc_host_event_code`, include/scsi/scsi_transport_fc.h).

    LIP, LIP_RESET: a loop was initialised, or reset. RSCN: the fabric tells that something in it has changed.
    ADAPTER_CHANGE: it is set up otherwise. LINK_FPIN: the fabric tells of what slows it down, in the payload;
    LINK_FPIN_ACK: the driver has acted on that. VENDOR_UNIQUE: what the payload says, the driver's maker knows.
    """

    LIP = 0x1
    LINK_UP = 0x2
    LINK_DOWN = 0x3
    LIP_RESET = 0x4
    RSCN = 0x5
    ADAPTER_CHANGE = 0x103
    PORT_UNKNOWN = 0x200
    PORT_OFFLINE = 0x201
    PORT_ONLINE = 0x202
    PORT_FABRIC = 0x204
    LINK_UNKNOWN = 0x500
    LINK_FPIN = 0x501
    LINK_FPIN_ACK = 0x502
    VENDOR_UNIQUE = 0xFFFF


class ScsiHeader(Layout, c="scsi_nl_hdr"):
    """How every message begins; `length` is in bytes, from here on."""

    version: int = member(u8, c="version")
    transport: takes.Member[Transport] = member(enum(Transport, u8), c="transport")
    magic: int = member(u16, c="magic")
    message: int = member(u16, c="msgtype")
    length: int = member(u16, c="msglen")


class FibreChannelEvent(Layout, c="fc_nl_event"):
    """Something happened to a host: `host` is the N of hostN, `seconds` when it was, since 1970.

    `number` counts the events of all hosts; `vendor` names who made the driver, of what he alone understands. What
    else there is to say is the `payload`.
    """

    header: takes.Nested[ScsiHeader | None] = member(struct(ScsiHeader), c="snlh")
    seconds: int = member(u64, c="seconds")
    vendor: int = member(u64, c="vendor_id")
    host: int = member(u16, c="host_no")
    data_length: int = member(u16, c="event_datalen")
    number: int = member(u32, c="event_num")
    code: takes.Member[FibreChannelCode] = member(enum(FibreChannelCode, u32), c="event_code")
    data: int = member(u32, c="event_data")

    @property
    def payload(self) -> bytes:
        """The data, `data_length` bytes: what begins in `data` goes on behind the struct."""
        return (self.data.to_bytes(4, sys.byteorder) + self.tail)[: self.data_length]


class HostVendorMessage(Layout, c="scsi_nl_host_vendor_msg"):
    """What a driver's maker has to say, or to hear, of a host: Linux sends and takes none any more.

    The message is in `tail`, `data_length` bytes of it.
    """

    header: takes.Nested[ScsiHeader | None] = member(struct(ScsiHeader), c="snlh")
    vendor: int = member(u64, c="vendor_id")
    host: int = member(u16, c="host_no")
    data_length: int = member(u16, c="vmsg_datalen")


class _Feed(PlainFeed):
    """All messages have one type: what they are says the header within."""

    __slots__ = ()

    def kind(self, number: int, payload: memoryview) -> int:
        """See `PlainFeed.kind`."""
        return kind_of(payload)


def kind_of(payload: bytes | memoryview) -> int:
    """What a message is, as the header within says; 0 for what is no message of these."""
    if len(payload) < _HEADER.size:
        return 0
    _, transport, magic, message, _ = _HEADER.unpack_from(payload)
    return _known(transport, message) if magic == _MAGIC else 0


def _known(transport: int, message: int) -> int:
    return transport << 16 | message


EVENTS: Group[FibreChannelEvent | HostVendorMessage] = Group(
    "scsi.EVENTS",
    NETLINK.SCSITRANSPORT,
    (_FC_EVENTS,),
    {
        _known(Transport.FC, FC_NL.ASYNC_EVENT): ("event", FibreChannelEvent),
        _known(Transport.ANY, SCSI_NL.SHOST_VENDOR): ("vendor", HostVendorMessage),
    },
    initial_only=True,  # netlink_kernel_create(&init_net, …)
    feed=_Feed,
)
"""Each is an event of kind ``"event"``, or ``"vendor"``. It takes CAP_NET_ADMIN, in the first network namespace."""

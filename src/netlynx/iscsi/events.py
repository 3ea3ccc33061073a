"""What the kernel says of iSCSI sessions, connections and adapters, as the C struct of each message has it.

All are `struct iscsi_uevent`: `type` says what the union at its end is about (`rest` is what is left of that).
`transport` is the handle that /sys/class/iscsi_transport/NAME/handle shows, `host` the N of hostN, `session` and
`connection` the numbers in /sys/class/iscsi_connection. What stands behind the struct is in `tail`; `error` and `asked`
are for answers.

Source: include/scsi/iscsi_if.h, drivers/scsi/scsi_transport_iscsi.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.iscsi.constants import ConnectionState, HostEventCode, IscsiError, IscsiEventType, PingStatus
from netlynx.schema import Layout, chars, enum, mac, member, raw, takes, u16, u32, u64

_PDU_HEADER = 48  # bytes of struct iscsi_hdr (RFC 7143, 11.2.1)
_REST = {"rest": "what the union has room for beside this"}


class Told(Layout):
    """What an event of the kernel's own begins with."""

    type: takes.Member[IscsiEventType] = member(enum(IscsiEventType, u32), c="type")
    error: int = member(u32, c="iferror")
    transport: int = member(u64, c="transport_handle")
    asked: bytes = member(raw(24), c="u")


class Counted(Layout):
    """What an answer with counters begins with."""

    type: int = member(u32, c="type")
    error: int = member(u32, c="iferror")
    transport: int = member(u64, c="transport_handle")


class PduReceived(Told, c="iscsi_uevent"):
    """A message from the target, for iscsid to answer: its header is the first 48 bytes of `tail`."""

    session: int = member(u32, c="sid")
    connection: int = member(u32, c="cid")
    handle: int = member(u64, c="recv_handle")

    @property
    def pdu_header(self) -> bytes:
        """The message's header (RFC 7143, 11)."""
        return self.tail[:_PDU_HEADER]

    @property
    def pdu_data(self) -> bytes:
        """What comes behind the header."""
        return self.tail[_PDU_HEADER:]


class ConnectionFailed(Told, c="iscsi_uevent"):
    """A connection is broken; `code` says why."""

    __differs__: ClassVar[dict[str, str]] = _REST

    session: int = member(u32, c="sid")
    connection: int = member(u32, c="cid")
    code: takes.Member[IscsiError] = member(enum(IscsiError, u32), c="error")
    rest: bytes = member(raw(4))


class LoginState(Told, c="iscsi_uevent"):
    """How far a connection is that an adapter logs in by itself."""

    __differs__: ClassVar[dict[str, str]] = _REST

    session: int = member(u32, c="sid")
    connection: int = member(u32, c="cid")
    state: takes.Member[ConnectionState] = member(enum(ConnectionState, u32), c="state")
    rest: bytes = member(raw(4))


class SessionCreated(Told, c="iscsi_uevent"):
    """An adapter has made a session by itself."""

    __differs__: ClassVar[dict[str, str]] = _REST

    session: int = member(u32, c="sid")
    host: int = member(u32, c="host_no")
    rest: bytes = member(raw(8))


class SessionUnbound(Told, c="iscsi_uevent"):
    """The devices of a session are gone: it can be ended."""

    __differs__: ClassVar[dict[str, str]] = _REST

    session: int = member(u32, c="sid")
    host: int = member(u32, c="host_no")
    rest: bytes = member(raw(8))


class SessionDestroyed(Told, c="iscsi_uevent"):
    """A session has ended."""

    __differs__: ClassVar[dict[str, str]] = _REST

    host: int = member(u32, c="host_no")
    session: int = member(u32, c="sid")
    rest: bytes = member(raw(8))


class PathWanted(Told, c="iscsi_uevent"):
    """An adapter asks for the way to an address: `path` is what it knows."""

    __differs__: ClassVar[dict[str, str]] = _REST

    host: int = member(u32, c="host_no")
    rest: bytes = member(raw(12))

    @property
    def path(self) -> Path:
        """The addresses that it is about."""
        return Path.from_bytes(self.tail)


class InterfaceDown(Told, c="iscsi_uevent"):
    """The network card of an adapter is down."""

    __differs__: ClassVar[dict[str, str]] = _REST

    host: int = member(u32, c="host_no")
    rest: bytes = member(raw(12))


class HostEvent(Told, c="iscsi_uevent"):
    """Something happened to an adapter; `data_length` bytes more about it are in `tail`."""

    __differs__: ClassVar[dict[str, str]] = _REST

    host: int = member(u32, c="host_no")
    data_length: int = member(u32, c="data_size")
    code: takes.Member[HostEventCode] = member(enum(HostEventCode, u32), c="code")
    rest: bytes = member(raw(4))


class PingDone(Told, c="iscsi_uevent"):
    """What became of an echo request that an adapter was to send; `ping` is the number that it was given."""

    host: int = member(u32, c="host_no")
    status: takes.Member[PingStatus] = member(enum(PingStatus, u32), c="status")
    ping: int = member(u32, c="pid")
    data_length: int = member(u32, c="data_size")


class SessionStatistics(Counted, c="iscsi_uevent"):
    """What a connection has counted, which somebody asked for: `counters` are behind the struct."""

    __differs__: ClassVar[dict[str, str]] = _REST

    session: int = member(u32, c="sid")
    connection: int = member(u32, c="cid")
    rest: bytes = member(raw(16))
    told: bytes = member(raw(16), c="r")

    @property
    def counters(self) -> Counters:
        """What was counted."""
        return Counters.from_bytes(self.tail)


class HostStatistics(Counted, c="iscsi_uevent"):
    """What an adapter has counted, which somebody asked for: `struct iscsi_offload_host_stats` is in `tail`."""

    __differs__: ClassVar[dict[str, str]] = _REST

    host: int = member(u32, c="host_no")
    rest: bytes = member(raw(20))
    told: bytes = member(raw(16), c="r")


class Counters(Layout, c="iscsi_stats"):
    """Messages of each kind, those sent before those received, and bytes of data."""

    sent_bytes: int = member(u64, c="txdata_octets")
    received_bytes: int = member(u64, c="rxdata_octets")
    nop_out: int = member(u32, c="noptx_pdus")
    commands: int = member(u32, c="scsicmd_pdus")
    task_management: int = member(u32, c="tmfcmd_pdus")
    logins: int = member(u32, c="login_pdus")
    texts: int = member(u32, c="text_pdus")
    data_out: int = member(u32, c="dataout_pdus")
    logouts: int = member(u32, c="logout_pdus")
    snacks: int = member(u32, c="snack_pdus")
    nop_in: int = member(u32, c="noprx_pdus")
    responses: int = member(u32, c="scsirsp_pdus")
    task_management_responses: int = member(u32, c="tmfrsp_pdus")
    text_responses: int = member(u32, c="textrsp_pdus")
    data_in: int = member(u32, c="datain_pdus")
    logout_responses: int = member(u32, c="logoutrsp_pdus")
    ready_to_transfer: int = member(u32, c="r2t_pdus")
    asynchronous: int = member(u32, c="async_pdus")
    rejects: int = member(u32, c="rjt_pdus")
    digest_errors: int = member(u32, c="digest_err")
    timeout_errors: int = member(u32, c="timeout_err")
    own_count: int = member(u32, c="custom_length")

    @property
    def own(self) -> dict[str, int]:
        """What the driver counts besides, by the names that it gives."""
        size = len(OwnCounter().to_bytes())
        whole = min(self.own_count, len(self.tail) // size)
        found = (OwnCounter.from_bytes(self.tail[size * at : size * (at + 1)]) for at in range(whole))
        return {each.name: each.value for each in found}


class OwnCounter(Layout, c="iscsi_stats_custom"):
    """One of a driver's own counters."""

    name: str = member(chars(64), c="desc")
    value: int = member(u64, c="value")


class Path(Layout, c="iscsi_path"):
    """The way to an address. `source` and `destination` are 4 or 16 bytes long, `address_length` of them."""

    handle: int = member(u64, c="handle")
    address: str = member(mac(6), c="mac_addr")
    old_address: str = member(mac(6), c="mac_addr_old")
    address_length: int = member(u32, c="ip_addr_len")
    source: bytes = member(raw(16), c="src")
    destination: bytes = member(raw(16), c="dst")
    vlan: int = member(u16, c="vlan_id")
    mtu: int = member(u16, c="pmtu")

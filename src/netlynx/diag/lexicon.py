"""What the messages about sockets are called and what they carry: see `netlynx.engine.lexicon`."""

from __future__ import annotations

from typing import Any

from netlynx.diag.constants import SOCK_DESTROY, SOCK_DIAG_BY_FAMILY, SocketFamily
from netlynx.diag.everything import TABLES
from netlynx.diag.inet import InetRequest, InetSocket
from netlynx.diag.listing import protocol_of
from netlynx.diag.netlink_sockets import NetlinkRequest
from netlynx.diag.packet_sockets import PacketRequest
from netlynx.diag.smc_sockets import SmcRequest
from netlynx.diag.tipc_sockets import TipcRequest
from netlynx.diag.unix_sockets import UnixRequest
from netlynx.diag.vsock_sockets import VsockRequest
from netlynx.diag.xdp_sockets import XdpRequest
from netlynx.engine.lexicon import Entry, Said

_NAMES = {int(SOCK_DIAG_BY_FAMILY): "SOCK_DIAG_BY_FAMILY", int(SOCK_DESTROY): "SOCK_DESTROY"}
_INET = (int(SocketFamily.INET), int(SocketFamily.INET6))
_PROTOCOL = 1  # where it stands in struct inet_diag_req_v2

_REQUESTS: dict[int, Any] = {
    **dict.fromkeys(_INET, InetRequest),
    SocketFamily.UNIX: UnixRequest,
    SocketFamily.PACKET: PacketRequest,
    SocketFamily.NETLINK: NetlinkRequest,
    SocketFamily.VSOCK: VsockRequest,
    SocketFamily.XDP: XdpRequest,
    SocketFamily.TIPC: TipcRequest,
    SocketFamily.SMC: SmcRequest,
}
_ANSWERS: dict[int, Any] = {
    **{int(family): table.record for table in TABLES.values() for family in table.families},
    **dict.fromkeys(_INET, InetSocket),
}
# Messages about sockets of IP do not say of which protocol: what was asked does.
_BY_PROTOCOL: dict[int, Any] = {
    protocol_of(table.record): table.record for table in TABLES.values() if issubclass(table.record, InetSocket)
}


def entry(said: Said) -> Entry | None:
    """See `netlynx.engine.lexicon.look_up`."""
    message = said.message
    name = _NAMES.get(message.type)
    if name is None:
        return None
    family = message.payload[0] if message.payload else 0
    if not said.answer:
        return Entry(name, _REQUESTS.get(family))
    record = _ANSWERS.get(family)
    if family not in _INET:
        # TIPC tells its sockets in attributes alone, without a family before them.
        asked = said.asked.payload[:1] if said.asked is not None else b""
        record = _ANSWERS[SocketFamily.TIPC] if asked == bytes((SocketFamily.TIPC,)) else record
    elif said.asked is not None and len(said.asked.payload) > _PROTOCOL:
        record = _BY_PROTOCOL.get(said.asked.payload[_PROTOCOL], record)
    return Entry(name, record)

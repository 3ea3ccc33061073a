"""Tunnels of L2TP and the sessions in them. Source: linux/l2tp.h, net/l2tp/l2tp_netlink.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.l2tp.constants import L2TP_ATTR, L2TP_ATTR_STATS, Encapsulation, Pseudowire, SublayerHeader
from netlynx.schema import Record, attr, binary, boolean, enum, flag, ip, nest, string, takes, u8, u16, u32, u64
from netlynx.schema.facts import Facts

_COUNTS = L2TP_ATTR_STATS
_UNHEEDED = {
    "L2TP_ATTR_DEBUG": "kernels since 5.10 do not look at it, and tell 0",
    "L2TP_ATTR_MTU": "kernels since 4.18 do not look at it",
    "L2TP_ATTR_MRU": "kernels since 4.18 do not look at it",
    "L2TP_ATTR_OFFSET": "kernels since 4.16 do not look at it",
    "L2TP_ATTR_DATA_SEQ": "kernels since 5.10 do not look at it",
    "L2TP_ATTR_L2SPEC_LEN": "follows from L2TP_ATTR_L2SPEC_TYPE",
    "L2TP_ATTR_VLAN_ID": "no kernel looks at it",
}


class Statistics(Record):
    """What a tunnel or a session counted."""

    __facts__: ClassVar[Facts] = Facts(attributes=L2TP_ATTR_STATS)

    tx_packets: int | None = attr(_COUNTS.TX_PACKETS, u64)
    tx_bytes: int | None = attr(_COUNTS.TX_BYTES, u64)
    tx_errors: int | None = attr(_COUNTS.TX_ERRORS, u64)
    rx_packets: int | None = attr(_COUNTS.RX_PACKETS, u64)
    rx_bytes: int | None = attr(_COUNTS.RX_BYTES, u64)
    rx_sequence_discards: int | None = attr(_COUNTS.RX_SEQ_DISCARDS, u64)  # packets with a wrong sequence number
    rx_out_of_order: int | None = attr(_COUNTS.RX_OOS_PACKETS, u64)
    rx_errors: int | None = attr(_COUNTS.RX_ERRORS, u64)
    rx_cookie_discards: int | None = attr(_COUNTS.RX_COOKIE_DISCARDS, u64)  # packets with a wrong cookie
    rx_invalid: int | None = attr(_COUNTS.RX_INVALID, u64)  # packets that could not be read


class Tunnel(Record, header=GenericHeader):
    """A tunnel to another host, in UDP or in IP packets of their own. `id` tells which.

    A new one takes `peer_id`, and `local` and `remote` address, with UDP also the ports; or `fd`, a socket of this
    process that is connected to the other host. Without `version` it is of L2TPv3. `udp_checksum` is for UDP over IPv4;
    over IPv6 there is a checksum unless `zero_checksum_sent`, and one is wanted unless `zero_checksum_received`.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=L2TP_ATTR, policy="l2tp_nl_policy")
    __omitted__: ClassVar[dict[str, str]] = {**_UNHEEDED, "L2TP_ATTR_*": "of sessions: Session"}

    id: int | None = attr(L2TP_ATTR.CONN_ID, u32)
    peer_id: int | None = attr(L2TP_ATTR.PEER_CONN_ID, u32)
    version: int | None = attr(L2TP_ATTR.PROTO_VERSION, u8)  # 2 or 3
    encapsulation: takes.Member[Encapsulation | None] = attr(L2TP_ATTR.ENCAP_TYPE, enum(Encapsulation, u16))
    local: takes.Ip[str | None] = attr(L2TP_ATTR.IP_SADDR, ip, ip6=L2TP_ATTR.IP6_SADDR)
    remote: takes.Ip[str | None] = attr(L2TP_ATTR.IP_DADDR, ip, ip6=L2TP_ATTR.IP6_DADDR)
    local_port: int | None = attr(L2TP_ATTR.UDP_SPORT, u16)
    remote_port: int | None = attr(L2TP_ATTR.UDP_DPORT, u16)
    udp_checksum: bool | None = attr(L2TP_ATTR.UDP_CSUM, boolean)
    zero_checksum_sent: bool = attr(L2TP_ATTR.UDP_ZERO_CSUM6_TX, flag)
    zero_checksum_received: bool = attr(L2TP_ATTR.UDP_ZERO_CSUM6_RX, flag)
    fd: int | None = attr(L2TP_ATTR.FD, u32)  # of a socket; requests only
    using_ipsec: bool | None = attr(L2TP_ATTR.USING_IPSEC, boolean, read_only=True)
    statistics: takes.Nested[Statistics | None] = attr(L2TP_ATTR.STATS, nest(Statistics), read_only=True)


class Session(Record, header=GenericHeader):
    """A session in a tunnel: a link. `tunnel_id` and `id` tell which, or `name`, which that link has.

    A new one takes `peer_id`. Without `pseudowire` it carries Ethernet frames, and has a link from then on. Both ends
    have the same `sublayer_header`, which is not told, and one's `cookie` is the other's `peer_cookie`: 4 or 8 bytes.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=L2TP_ATTR, policy="l2tp_nl_policy")
    __omitted__: ClassVar[dict[str, str]] = {**_UNHEEDED, "L2TP_ATTR_*": "of tunnels: Tunnel"}

    tunnel_id: int | None = attr(L2TP_ATTR.CONN_ID, u32)
    id: int | None = attr(L2TP_ATTR.SESSION_ID, u32)
    peer_tunnel_id: int | None = attr(L2TP_ATTR.PEER_CONN_ID, u32, read_only=True)
    peer_id: int | None = attr(L2TP_ATTR.PEER_SESSION_ID, u32)
    pseudowire: takes.Member[Pseudowire | None] = attr(L2TP_ATTR.PW_TYPE, enum(Pseudowire, u16))
    name: str | None = attr(L2TP_ATTR.IFNAME, string(15))  # the kernel gives one: l2tpeth0
    cookie: bytes | None = attr(L2TP_ATTR.COOKIE, binary(8))  # of packets that are received
    peer_cookie: bytes | None = attr(L2TP_ATTR.PEER_COOKIE, binary(8))  # of packets that are sent
    sublayer_header: takes.Member[SublayerHeader | None] = attr(L2TP_ATTR.L2SPEC_TYPE, enum(SublayerHeader, u8))
    receive_sequence: bool | None = attr(L2TP_ATTR.RECV_SEQ, boolean)  # packets have to have numbers
    send_sequence: bool | None = attr(L2TP_ATTR.SEND_SEQ, boolean)  # packets get numbers
    lns_mode: bool | None = attr(L2TP_ATTR.LNS_MODE, boolean)  # it decides on sequence numbers, for both ends
    reorder_timeout: int | None = attr(L2TP_ATTR.RECV_TIMEOUT, u64)  # milliseconds that packets are waited for
    using_ipsec: bool | None = attr(L2TP_ATTR.USING_IPSEC, boolean, read_only=True)
    statistics: takes.Nested[Statistics | None] = attr(L2TP_ATTR.STATS, nest(Statistics), read_only=True)

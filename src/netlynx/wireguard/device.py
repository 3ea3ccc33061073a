"""WireGuard devices, their peers, and the addresses that each peer may have. Source: linux/wireguard.h."""

from __future__ import annotations

import ipaddress
from typing import ClassVar

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.generic import GenericHeader
from netlynx.route.constants import AddressFamily
from netlynx.schema import (
    Constants,
    FlagSet,
    Layout,
    Record,
    attr,
    enum,
    indexed,
    interface,
    ip,
    member,
    nest,
    s64,
    string,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts, NoFacts

from .texts import endpoint, key


class WGDEVICE_A(Constants):
    """Attributes of a device."""

    UNSPEC = 0
    IFINDEX = 1
    IFNAME = 2
    PRIVATE_KEY = 3
    PUBLIC_KEY = 4
    FLAGS = 5
    LISTEN_PORT = 6
    FWMARK = 7
    PEERS = 8


class WGPEER_A(Constants):
    """Attributes of a peer."""

    UNSPEC = 0
    PUBLIC_KEY = 1
    PRESHARED_KEY = 2
    FLAGS = 3
    ENDPOINT = 4
    PERSISTENT_KEEPALIVE_INTERVAL = 5
    LAST_HANDSHAKE_TIME = 6
    RX_BYTES = 7
    TX_BYTES = 8
    ALLOWEDIPS = 9
    PROTOCOL_VERSION = 10


class WGALLOWEDIP_A(Constants):
    """Attributes of an allowed network."""

    UNSPEC = 0
    FAMILY = 1
    IPADDR = 2
    CIDR_MASK = 3
    FLAGS = 4


class DeviceFlags(FlagSet, prefix="WGDEVICE_F_"):
    """How a device is to be changed."""

    REPLACE_PEERS = 1  # peers that are not given go


class PeerFlags(FlagSet, prefix="WGPEER_F_"):
    """How a peer is to be changed."""

    REMOVE_ME = 1
    REPLACE_ALLOWEDIPS = 2  # networks that are not given go
    UPDATE_ONLY = 4  # never made anew


class AllowedIpFlags(FlagSet, prefix="WGALLOWEDIP_F_"):
    """How an allowed network is to be changed; since Linux 6.16."""

    REMOVE_ME = 1


class Handshake(Layout):
    """When something happened, on the clock of the host (`struct __kernel_timespec`)."""

    __facts__: ClassVar[NoFacts] = NoFacts("struct __kernel_timespec of linux/time_types.h: two numbers of 64 bits")

    seconds: int = member(s64)  # since 1970
    nanoseconds: int = member(s64)


class AllowedIp(Record):
    """A network whose packets a peer may send, and whose packets go to it."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=WGALLOWEDIP_A, policy="wireguard_wgallowedip_nl_policy", spec=("wireguard", "wgallowedip")
    )

    family: takes.Member[AddressFamily | None] = attr(  # as the address, unless given
        WGALLOWEDIP_A.FAMILY, enum(AddressFamily, u16)
    )
    address: takes.Ip[str | None] = attr(WGALLOWEDIP_A.IPADDR, ip)
    prefixlen: int | None = attr(WGALLOWEDIP_A.CIDR_MASK, u8)
    flags: takes.Flags[AllowedIpFlags | None] = attr(WGALLOWEDIP_A.FLAGS, enum(AllowedIpFlags, u32))

    @property
    def network(self) -> str:
        """The network as text: ``10.0.0.0/8``."""
        return f"{self.address}/{self.prefixlen}"


class Peer(Record):
    """Somebody at the other end, known by the public key."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=WGPEER_A, policy="wireguard_wgpeer_nl_policy", spec=("wireguard", "wgpeer")
    )

    public_key: str | None = attr(WGPEER_A.PUBLIC_KEY, key)
    preshared_key: str | None = attr(WGPEER_A.PRESHARED_KEY, key, secret=True)  # zeros: none
    last_handshake: takes.Nested[Handshake | None] = attr(  # zeros: never
        WGPEER_A.LAST_HANDSHAKE_TIME, struct(Handshake)
    )
    keepalive: int | None = attr(WGPEER_A.PERSISTENT_KEEPALIVE_INTERVAL, u16)  # seconds, 0: off
    tx_bytes: int | None = attr(WGPEER_A.TX_BYTES, u64)
    rx_bytes: int | None = attr(WGPEER_A.RX_BYTES, u64)
    protocol_version: int | None = attr(WGPEER_A.PROTOCOL_VERSION, u32)
    endpoint: str | None = attr(WGPEER_A.ENDPOINT, endpoint)  # 192.0.2.1:51820 or [2001:db8::1]:51820
    flags: takes.Flags[PeerFlags | None] = attr(WGPEER_A.FLAGS, enum(PeerFlags, u32))
    allowed_ips: takes.Records[AllowedIp] = attr(WGPEER_A.ALLOWEDIPS, indexed(nest(AllowedIp)), default=())


class Device(Record, header=GenericHeader):
    """A WireGuard interface: what it is itself, and its peers."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=WGDEVICE_A, policy="wireguard_set_device_nl_policy", spec=("wireguard", "wgdevice")
    )

    listen_port: int | None = attr(WGDEVICE_A.LISTEN_PORT, u16)  # 0: any
    fwmark: int | None = attr(WGDEVICE_A.FWMARK, u32)  # 0: none
    index: takes.Name[int | None] = attr(WGDEVICE_A.IFINDEX, interface)
    name: str | None = attr(WGDEVICE_A.IFNAME, string(15))
    private_key: str | None = attr(WGDEVICE_A.PRIVATE_KEY, key, secret=True)  # zeros: none
    public_key: str | None = attr(WGDEVICE_A.PUBLIC_KEY, key)  # follows from the private one
    flags: takes.Flags[DeviceFlags | None] = attr(WGDEVICE_A.FLAGS, enum(DeviceFlags, u32))
    peers: takes.Records[Peer] = attr(WGDEVICE_A.PEERS, indexed(nest(Peer)), default=())


_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address  # with interfaces, which are addresses
_ALLOWED = "wireguard.allowed(networks)"


def allowed(*networks: str | ipaddress.IPv4Network | ipaddress.IPv6Network) -> tuple[AllowedIp, ...]:
    """Allowed networks from text: ``allowed("10.0.0.0/8", "2001:db8::/32")``. Raises EncodeError for what is none."""
    made = []
    for given in networks:
        if not isinstance(given, str | _Network | _Address):
            raise EncodeTypeError(f"expected a network such as 10.0.0.0/8, not {given!r}", _ALLOWED)
        try:
            network = ipaddress.ip_network(given, strict=False)
        except ValueError:
            raise EncodeError(f"{given!r} is no network such as 10.0.0.0/8", _ALLOWED) from None
        family = AddressFamily.INET6 if network.version == 6 else AddressFamily.INET
        made.append(AllowedIp(family=family, address=str(network.network_address), prefixlen=network.prefixlen))
    return tuple(made)

"""Sockets for tests of those that list them: made in a namespace, of all sorts, and closed with it."""

from __future__ import annotations

import socket as sockets
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType

from netlynx import netns
from support import until

# linux/socket.h, linux/if_packet.h
SOL_PACKET = 263
PACKET_VERSION, PACKET_RX_RING, PACKET_FANOUT, PACKET_RESERVE, PACKET_AUXDATA = 10, 5, 18, 12, 8
PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC, PACKET_MR_MULTICAST = 1, 1, 0

ADDRESSES = {sockets.AF_INET: "127.0.0.1", sockets.AF_INET6: "::1"}


# linux/tcp.h: the state is the first byte of tcp_info, tcpi_unacked its fifth u32; net/tcp_states.h
TCP_INFO_SIZE, UNACKED = 28, 24
PASSING = (4, 9, 11)  # FIN_WAIT1, LAST_ACK, CLOSING
LISTEN = 10  # whose tcpi_unacked is something else


def settled(each: sockets.socket) -> bool:
    """Whether all that a TCP socket sent was acknowledged; of other sockets, always."""
    if each.fileno() < 0 or each.type != sockets.SOCK_STREAM or each.proto not in (0, sockets.IPPROTO_TCP):
        return True
    if each.family not in ADDRESSES:
        return True
    info = each.getsockopt(sockets.IPPROTO_TCP, sockets.TCP_INFO, TCP_INFO_SIZE)
    return info[0] == LISTEN or (info[0] not in PASSING and struct.unpack_from("=I", info, UNACKED) == (0,))


class Maker:
    """Makes sockets in a namespace and keeps them open until it is closed itself."""

    def __init__(self, namespace: netns.NetworkNamespace) -> None:
        self._namespace = namespace
        self._kept = ExitStack()
        self._made: list[sockets.socket] = []

    def close(self) -> None:
        self._kept.close()

    def kept(self, made: sockets.socket) -> sockets.socket:
        """A socket that was made elsewhere, kept open as long."""
        self._made.append(made)
        return self._kept.enter_context(made)

    def socket(
        self, family: int = sockets.AF_INET, kind: int = sockets.SOCK_STREAM, protocol: int = 0
    ) -> sockets.socket:
        made: sockets.socket = netns.run_in(self._namespace, sockets.socket, family, kind, protocol)
        return self.kept(made)

    def listening(
        self,
        family: int = sockets.AF_INET,
        address: str = "",
        protocol: int = 0,
        *,
        port: int = 0,
        options: Mapping[tuple[int, int], int] = MappingProxyType({}),
    ) -> sockets.socket:
        """A TCP socket that listens on a port of its own."""
        made = self.socket(family, protocol=protocol)
        for (level, option), value in options.items():
            made.setsockopt(level, option, value)
        made.bind((address or ADDRESSES[sockets.AddressFamily(family)], port))
        made.listen(16)
        return made

    def connected(
        self,
        to: sockets.socket,
        prepare: Callable[[sockets.socket], object] = lambda each: None,
        address: str = "",
        protocol: int = 0,
    ) -> tuple[sockets.socket, sockets.socket]:
        """Both ends of a connection to a socket that listens."""
        family = to.family if not address or ":" in address else sockets.AF_INET
        one = self.socket(family, protocol=protocol)
        prepare(one)
        one.connect((address or to.getsockname()[0], to.getsockname()[1]))
        other, _ = to.accept()
        return one, self.kept(other)

    def settle(self) -> None:
        """Wait until nothing is on the way between the TCP sockets, so that two readers see the same of them.

        Also on the loopback, an acknowledgement may take its time: of a busy machine, in a thread of the kernel.
        """
        until(lambda: all(map(settled, self._made)))

    def datagrams(self, family: int = sockets.AF_INET, protocol: int = 0, connect: bool = False) -> sockets.socket:
        """A UDP socket on a port of its own, perhaps with itself as its peer."""
        made = self.socket(family, sockets.SOCK_DGRAM, protocol)
        made.bind((ADDRESSES[sockets.AddressFamily(family)], 0))
        if connect:
            made.connect(made.getsockname()[:2])
        return made


def some_unix_sockets(maker: Maker, folder: Path) -> tuple[sockets.socket, dict[str, str]]:
    """One that listens with two pending, and the names that were given."""
    names = {"path": str(folder / "path"), "abstract": "\0netlynx\0inner"}
    listening = maker.socket(sockets.AF_UNIX)
    listening.bind(names["path"])
    listening.listen(7)
    for _ in range(3):
        one = maker.socket(sockets.AF_UNIX)
        one.connect(names["path"])
    accepted = maker.kept(listening.accept()[0])
    accepted.sendall(b"x" * 5000)
    accepted.shutdown(sockets.SHUT_RD)
    datagrams = maker.socket(sockets.AF_UNIX, sockets.SOCK_DGRAM)
    datagrams.bind(names["abstract"])
    connected = maker.socket(sockets.AF_UNIX, sockets.SOCK_DGRAM)
    connected.connect(names["abstract"])
    connected.send(b"letter")
    maker.socket(sockets.AF_UNIX, sockets.SOCK_SEQPACKET).bind("\0seq")
    maker.socket(sockets.AF_UNIX).bind("")  # autobind: the kernel chooses an abstract name
    return listening, names


def some_packet_sockets(maker: Maker) -> tuple[sockets.socket, sockets.socket]:
    """One with a ring, a fanout, memberships and a filter; and one that receives nothing."""
    busy = maker.socket(sockets.AF_PACKET, sockets.SOCK_RAW, sockets.htons(0x0800))
    busy.setsockopt(SOL_PACKET, PACKET_VERSION, 1)
    busy.setsockopt(SOL_PACKET, PACKET_RESERVE, 32)
    busy.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    busy.setsockopt(SOL_PACKET, PACKET_RX_RING, struct.pack("IIIII", 2, 4096, 2, 2048, 4)[4:])
    busy.bind(("lo", 0x0800))
    busy.setsockopt(SOL_PACKET, PACKET_FANOUT, 0x2A | 2 << 16)
    index = 1  # of the loopback
    busy.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, struct.pack("iHH8s", index, PACKET_MR_PROMISC, 0, b""))
    group = bytes.fromhex("01005e000001") + b"\0\0"
    busy.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, struct.pack("iHH8s", index, PACKET_MR_MULTICAST, 6, group))
    return busy, maker.socket(sockets.AF_PACKET, sockets.SOCK_DGRAM)


@contextmanager
def sockets_in(namespace: netns.NetworkNamespace) -> Iterator[Maker]:
    """A maker of sockets in a namespace, in which the loopback is up."""
    import netlynx
    from netlynx import route

    with netlynx.connect(netns=namespace) as nl:
        nl.do(route.up("lo"))
    maker = Maker(namespace)
    try:
        yield maker
    finally:
        maker.close()

"""Sockets for tests of those that list them: made in a namespace, of all sorts, and closed with it."""

from __future__ import annotations

import socket as sockets
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import MappingProxyType

from netlynx import netns

ADDRESSES = {sockets.AF_INET: "127.0.0.1", sockets.AF_INET6: "::1"}


class Maker:
    """Makes sockets in a namespace and keeps them open until it is closed itself."""

    def __init__(self, namespace: netns.NetworkNamespace) -> None:
        self._namespace = namespace
        self._kept = ExitStack()

    def close(self) -> None:
        self._kept.close()

    def kept(self, made: sockets.socket) -> sockets.socket:
        """A socket that was made elsewhere, kept open as long."""
        return self._kept.enter_context(made)

    def socket(
        self, family: int = sockets.AF_INET, kind: int = sockets.SOCK_STREAM, protocol: int = 0
    ) -> sockets.socket:
        made: sockets.socket = netns.run_in(self._namespace, sockets.socket, family, kind, protocol)
        return self._kept.enter_context(made)

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
        return one, self._kept.enter_context(other)

    def datagrams(self, family: int = sockets.AF_INET, protocol: int = 0, connect: bool = False) -> sockets.socket:
        """A UDP socket on a port of its own, perhaps with itself as its peer."""
        made = self.socket(family, sockets.SOCK_DGRAM, protocol)
        made.bind((ADDRESSES[sockets.AddressFamily(family)], 0))
        if connect:
            made.connect(made.getsockname()[:2])
        return made


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

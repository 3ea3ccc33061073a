"""The fixture that the tests of the plain socket share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from netlynx.transport.netlink_socket import NetlinkSocket
from support import PATIENCE, Open


@pytest.fixture
def connect() -> Iterator[Open]:
    """Opens sockets on NETLINK_USERSOCK (or another protocol) that do not wait longer than a test should."""
    with ExitStack() as stack:

        def connect(protocol: int | str = "usersock", *args: object, **kwargs: object) -> NetlinkSocket:
            sock = stack.enter_context(NetlinkSocket(protocol, *args, **kwargs))  # type: ignore[arg-type]  # passed on
            sock.settimeout(PATIENCE)
            return sock

        yield connect

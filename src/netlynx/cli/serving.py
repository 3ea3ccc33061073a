"""What commands have in common that serve until they are ended."""

from __future__ import annotations

import contextlib
import ipaddress
import re
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

from netlynx.cli.form import misused

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address


@contextlib.contextmanager
def until_interrupted() -> Iterator[None]:
    """Have Ctrl-C and SIGTERM end the block, as if it had come to its end."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, before)


def address_and_port(place: str, option: str) -> tuple[IPv4Address | IPv6Address, int]:
    """Where to listen: an IP address and a port. Raises typer.BadParameter."""
    found = re.fullmatch(r"\[(?P<six>[^]]+)\]:(?P<p>\d+)|(?P<four>[\d.]+):(?P<q>\d+)", place)
    try:
        address = ipaddress.ip_address((found["six"] or found["four"]) if found else "")
    except ValueError:
        raise misused(f"{place!r} is no address with a port, such as 127.0.0.1:0 or [::1]:8080", option) from None
    port = int((found["p"] or found["q"]) if found else "")
    if port >= 1 << 16:
        raise misused(f"{port} is no port: they are numbers up to 65535", option)
    return address, port

"""`netlynx topology --serve`: the page of a topology that is live."""

from __future__ import annotations

import contextlib
import ipaddress
import re

from netlynx.cli.form import misused
from netlynx.cli.options import namespace_of
from netlynx.cli.stdout import write


def run(place: str, netns: str | None, *, public: bool, unfold: bool) -> None:
    """Serve the page until Ctrl-C. Raises typer.BadParameter, and as `Live`."""
    from netlynx.topology import FOLD, Live

    found = re.fullmatch(r"\[(?P<six>[^]]+)\]:(?P<p>\d+)|(?P<four>[\d.]+):(?P<q>\d+)", place)
    try:
        address = ipaddress.ip_address((found["six"] or found["four"]) if found else "")
    except ValueError:
        raise misused(f"{place!r} is no address with a port, such as 127.0.0.1:0 or [::1]:8080", "--serve") from None
    port = int((found["p"] or found["q"]) if found else "")
    if port >= 1 << 16:
        raise misused(f"{port} is no port: they are numbers up to 65535", "--serve")
    if not address.is_loopback and not public:
        raise misused(
            f"others can reach {address}, and could read all that is drawn: add --public if they may", "--serve"
        )
    fold = None if unfold else FOLD
    with (
        contextlib.suppress(KeyboardInterrupt),
        Live(str(address), port, public=public, netns=namespace_of(netns), fold=fold) as live,
    ):
        write(f"{live.url} shows this host until Ctrl-C", flush=True)
        live.wait()

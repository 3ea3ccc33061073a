"""`netlynx topology --serve`: the page of a topology that is live."""

from __future__ import annotations

import contextlib

from netlynx.cli.form import misused
from netlynx.cli.options import namespace_of
from netlynx.cli.serving import address_and_port
from netlynx.cli.stdout import write


def run(place: str, netns: str | None, *, public: bool, unfold: bool) -> None:
    """Serve the page until Ctrl-C. Raises typer.BadParameter, and as `Live`."""
    from netlynx.topology import FOLD, Live

    address, port = address_and_port(place, "--serve")
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

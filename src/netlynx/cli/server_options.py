"""Options of commands that talk to a server of NATS: how it is trusted, and oneself to it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Credentials = Annotated[
    Path | None,
    typer.Option(
        "--credentials", metavar="FILE", help="Who one is, in a file of NATS's; a name and a password stand in the URL."
    ),
]
TlsCa = Annotated[
    Path | None,
    typer.Option(
        "--tls-ca", metavar="FILE", help="Certificates that the server's is to be signed by; else the system's."
    ),
]
TlsCertificate = Annotated[
    Path | None, typer.Option("--tls-cert", metavar="FILE", help="One's own certificate, where the server asks for it.")
]
TlsKey = Annotated[Path | None, typer.Option("--tls-key", metavar="FILE", help="The key of --tls-cert.")]
Stream = Annotated[str, typer.Option("--stream", metavar="NAME", help="The stream of JetStream that has it.")]

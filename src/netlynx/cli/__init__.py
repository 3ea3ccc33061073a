"""The `netlynx` command, the only room that prints: listings, notifications, plain sockets, and `hello`."""

from __future__ import annotations


def main() -> None:
    """Run the command line and exit: status 0, 1 for an error (one line on stderr), 2 for wrong usage."""
    from netlynx.cli.app import app

    app(prog_name="netlynx")

"""The `netlynx` command, the only room that prints: listings, notifications, plain sockets, and `hello`."""

from __future__ import annotations


def main() -> None:
    """Run the command line and exit: status 0, 1 for an error (one line on stderr), 2 for wrong usage."""
    import sys

    if sys.argv[1:] == ["--version"]:  # asked for by scripts, again and again: what it takes is here already
        from netlynx._version import __version__

        print(f"netlynx {__version__}")
        return
    from netlynx.cli.quick import run

    status = run(sys.argv[1:])
    if status is not None:
        sys.exit(status)
    from netlynx.cli.app import app

    app(prog_name="netlynx")

"""The `netlynx` command, the only room that prints: listings, notifications, plain sockets, and `hello`."""

from __future__ import annotations


def main() -> None:
    """Run the command line and exit: status 0, 1 for an error (one line on stderr), 2 for wrong usage."""
    import sys

    if sys.argv[1:2] == ["__complete"]:
        import gc

        gc.disable()  # as below
        from netlynx.cli.completion import run as complete

        complete(sys.argv[2:])
        return

    from netlynx.cli.terminal import take_over

    take_over()
    if sys.argv[1:] == ["--version"]:  # asked for by scripts, again and again: what it takes is here already
        from netlynx._version import __version__
        from netlynx.cli.stdout import status_of, write

        sys.exit(status_of(lambda: write(f"netlynx {__version__}")))
    import gc

    gc.disable()  # declarations are made once and stay: looking through them for garbage, again and again, finds none
    try:
        from netlynx.cli.quick import run

        status = run(sys.argv[1:])
    finally:
        gc.freeze()  # nor is any to be found among them later, least of all at exit
        gc.enable()
    if status is None:
        status = _whole(sys.argv[1:])
    sys.exit(status)


def _whole(arguments: list[str]) -> int:
    """The whole command line, which takes libraries that those who embed netlynx do without."""
    try:
        import rich  # noqa: F401  # some commands use it, all say so

        from netlynx.cli.app import run_all
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in ("typer", "rich"):
            raise
        from netlynx.cli.stdout import tell

        tell(f"the command line needs {missing}, which is not installed: pip install 'netlynx[cli]'")
        return 1
    return run_all(arguments)

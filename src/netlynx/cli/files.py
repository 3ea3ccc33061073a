"""What commands read lines from: a file that is named, or standard input."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import BinaryIO

from netlynx.cli.form import misused
from netlynx.cli.stdout import input_of_bytes


@contextmanager
def opened(file: str) -> Iterator[BinaryIO]:
    """The file, or standard input for ``-``. Raises the error of a wrong argument for one that cannot be read."""
    if file == "-":
        yield input_of_bytes()
        return
    with ExitStack() as stack:
        try:
            source = stack.enter_context(open(file, "rb"))
        except OSError as error:
            raise misused(f"{file!r} cannot be read: {error.strerror}", "FILE") from None
        yield source

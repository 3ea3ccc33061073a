"""Whether a spec can be written as Python: what it calls things goes into a program, and may come from anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from netlynx.ynl.family import Spec
from netlynx.ynl.text import Definition, SpecError

_NAME = re.compile(r"[\w.+/ -]*", re.ASCII)


def check(spec: Spec) -> None:
    """Raises SpecError for a name that is more than letters, digits, and the signs that names have."""
    for name in _names(spec.text):
        if _NAME.fullmatch(name) is None:
            raise SpecError(f"{name!r} is no name that can be written into a program", spec.where)


def _names(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _names(each)
    elif isinstance(value, msgspec.Struct):
        constant = isinstance(value, Definition)  # whose value is a text, and written as one
        for field in value.__struct_fields__:
            if field != "doc" and not (constant and field == "value"):
                yield from _names(getattr(value, field))


def literal(text: str) -> str:
    """A text as Python writes it, in double quotes where it has none."""
    return repr(text) if '"' in text else '"' + repr(text)[1:-1].replace("\\'", "'") + '"'

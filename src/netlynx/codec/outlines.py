"""Outlines read back from plain data: enough to write the messages of a table as JSON, without their records' classes.

`netlynx.schema.outlining` makes the data of a class; see there. Loading the classes of a large protocol takes longer
than reading a hundred thousand messages.
"""

from __future__ import annotations

from netlynx.codec._codec import Outline

TYPE_CHECKING = False  # checkers take it for true
if TYPE_CHECKING:
    from typing import Any

    # Of an enum: its name, the single flags if it is a set of them, what JSON shows by number.
    Names = tuple[str, tuple[tuple[int, str], ...] | None, dict[int, Any]]
    # Of a record: name, size of what is fixed, whether that is all, whether the rest is kept; fields; scopes with the
    # fields of their attributes; fields in the header, and those of the slots.
    Fields = tuple[dict[str, Any], ...]
    Scopes = tuple[tuple[int, dict[int, int]], ...]
    Laid = tuple[str, int, bool, bool, Fields, Scopes, tuple[int, ...], tuple[int, ...]]


class Flags:
    """What JSON shows for a set of flags: the labels of those that are set, what has none in hexadecimal."""

    __slots__ = ("__members__", "_single")

    def __init__(self, single: tuple[tuple[int, str], ...]) -> None:
        self._single = single
        self.__members__ = {label: flag for flag, label in single}

    def __call__(self, value: int) -> list[str]:
        """The labels of a number."""
        labels = [label for flag, label in self._single if flag & value]
        rest = value & ~sum(flag for flag, _ in self._single)
        return [*labels, hex(rest)] if rest else labels


def outline_of(names: tuple[Names, ...], records: tuple[Laid, ...]) -> Outline:
    """The outline of the first of `records`, the others those within it. Field entries refer to both by number."""
    outlines = [Outline.__new__(Outline) for _ in records]  # known before they are filled: they refer to each other
    values = [dict(texts) for _, _, texts in names]
    flags = [None if single is None else Flags(single) for _, single, _ in names]
    for outline, (name, size, is_struct, keeps_unknown, fields, scopes, heads, slots) in zip(
        outlines, records, strict=True
    ):
        described = []
        for field in fields:
            made = dict(field)
            if "plan" in field:
                made["plan"] = outlines[field["plan"]]
            if "values" in field:
                made["values"], made["enum"] = values[field["values"]], flags[field["values"]]
            described.append(made)
        outline.__init__(name, size, is_struct, keeps_unknown, described, list(scopes), list(heads), list(slots))  # type: ignore[misc]
    return outlines[0]

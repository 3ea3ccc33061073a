"""Fields that a request has and the kernel would not look at: they are refused by name, never lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from netlynx.errors import EncodeError


def refuse(record: Any, lacking: Mapping[str, str] | Iterable[tuple[str, str]]) -> None:
    """Raise EncodeError for a field that is set: `lacking` says of each what is wrong with that."""
    for name, problem in dict(lacking).items():
        declared = record.__declarations__[name]
        value = getattr(record, name)
        if value and value != declared.default:
            raise EncodeError(problem, f"{type(record).__name__}.{name}")

"""Operations that are acknowledged with the number of what they made, where others have an errno."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, cast

from netlynx.engine.operation import Do, Dump, Talk


def numbered(name: str, operation: Do[None]) -> Talk[int]:
    """The operation, whose answer is that number."""

    def steps() -> Generator[Do[Any] | Dump[Any], Any, int]:
        made = yield operation
        return cast(int, made or 0)

    return Talk(name, steps)

"""What peers say to each other in tests."""

from __future__ import annotations

from netlynx.schema import Record, attr, string, u32


class Greeting(Record):
    text: str | None = attr(1, string)
    times: int | None = attr(2, u32)
    note: str | None = attr(3, string, rare=True)


RECORDS = {0x20: Greeting}

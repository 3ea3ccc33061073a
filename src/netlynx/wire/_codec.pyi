from collections.abc import Callable
from typing import Any

from netlynx.errors import DecodeError as DecodeError

plans: dict[type, Plan]

class Plan:
    record: type
    name: str
    header_size: int
    size: int
    selectors: dict[str, int]
    def __new__(cls, *args: Any) -> Plan: ...
    def __init__(
        self,
        record: type,
        name: str,
        header_size: int,
        size: int,
        family_position: int,
        fields: list[dict[str, Any]],
        scopes: list[tuple[int, dict[int, int]]],
        heads: list[int],
        order: list[int],
        slots: list[int],
        unknown: str | None,
        attribute: type | None,
    ) -> None: ...

def read_messages(
    plan: Plan,
    data: bytes | bytearray | memoryview,
    at: int,
    end: int,
    type: int,
    sequence: int,
    portid: int,
    out: list[Any],
    match: tuple[tuple[int, Any], ...] = (),
) -> tuple[int, int]: ...
def read_header(data: bytes | bytearray | memoryview, at: int, end: int) -> tuple[int, int, int, int, int]: ...
def read_events(
    table: dict[int, tuple[Plan, Any] | dict[int, tuple[Plan, Any]]],
    data: bytes | bytearray | memoryview,
    size: int,
    out: list[Any],
    event: Callable[[Any, Any], Any],
) -> int: ...
def decode(plan: Plan, data: bytes | bytearray | memoryview, at: int = 0, end: int | None = None) -> Any: ...
def encode(plan: Plan, record: Any) -> bytes: ...
def to_json(value: Any) -> bytes: ...

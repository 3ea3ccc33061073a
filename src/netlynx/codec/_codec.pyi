from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Self, TypeVar

from netlynx.errors import DecodeError as DecodeError

T = TypeVar("T")

plans: dict[type, Plan]

class Outline:
    name: str
    header_size: int
    size: int
    is_struct: bool
    selectors: dict[str, int]
    def __new__(cls, *args: Any) -> Self: ...
    def __init__(
        self,
        name: str,
        size: int,
        is_struct: bool,
        keeps_unknown: bool,
        fields: list[dict[str, Any]],
        scopes: list[tuple[int, dict[int, int]]],
        heads: list[int],
        slots: list[int],
    ) -> None: ...

class Pairs:
    variants: dict[int, tuple[tuple[int, int], ...]]
    def __init__(self, fields: list[tuple[int, tuple[tuple[int, int], ...]]]) -> None: ...
    def fold(self, payload: bytes) -> bytes | None: ...

class Plan(Outline):
    record: type
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
    def filter(self, wanted: tuple[tuple[str, Any], ...]) -> Filter: ...

class Filter:
    plan: Plan
    def __init__(self, plan: Plan, wanted: tuple[tuple[str, Any], ...]) -> None: ...
    def matches(self, record: Any) -> bool: ...

EMPTY: int  # datagrams in a row that a dump may have with nothing in them

class Datagrams:
    descriptor: int
    pending: bool
    def __init__(self, descriptor: int) -> None: ...
    def close(self) -> None: ...

class Traffic:
    sent_messages: int
    sent_bytes: int
    received_messages: int
    received_bytes: int
    strays: int
    overruns: int
    dropped: int
    retries: int
    def sent(self, data: bytes | bytearray | memoryview) -> None: ...
    def received(self, data: bytes | bytearray | memoryview, size: int, sender: int) -> None: ...
    def received_many(self, data: bytes | bytearray | memoryview, index: bytearray, count: int) -> None: ...
    def strayed(self, count: int) -> None: ...
    def overran(self) -> None: ...
    def lost(self, count: int) -> None: ...
    def retried(self) -> None: ...

class Sink:
    def only_of(self, families: Iterable[int]) -> None: ...
    def read(
        self, data: bytes | bytearray | memoryview, at: int, end: int, type: int, sequence: int, portid: int
    ) -> tuple[int, int]: ...
    def drain(
        self,
        datagrams: Datagrams,
        data: bytearray | memoryview,
        type: int,
        sequence: int,
        portid: int,
        traffic: Traffic,
        most: int,
    ) -> tuple[int, int, int, int]: ...
    def settle(self) -> None: ...

class Spread(Sink):
    def __init__(
        self,
        sink: Sink,
        header: int,
        rows: int,
        said: bytes = b"",
        key: int = 0,
        last: int = 0,
        flags: int = 0,
        aside: Collection[int] = (),
        bare: bool = False,
    ) -> None: ...

class Unfold(Sink):
    def __init__(
        self,
        sink: Sink | None,
        header: int,
        path: Sequence[int],
        lead: int = 0,
        within: int = 0,
        also: int = 0,
        aside: Collection[int] = (),
    ) -> None: ...
    def unfolded(
        self, data: bytes | bytearray | memoryview, size: int, types: Collection[int], mark: int
    ) -> bytes | None: ...

class Counter(Sink):
    count: int
    def __init__(self, filter: Filter | None = None) -> None: ...

class Notifications:
    def __init__(
        self, table: Mapping[int, tuple[Plan, Any, Any] | dict[int, tuple[Plan, Any, Any]]], event: type
    ) -> None: ...
    def read(self, data: bytes | bytearray | memoryview, size: int, out: list[Any]) -> int: ...
    def read_many(
        self,
        data: bytes | bytearray | memoryview,
        index: bytearray,
        first: int,
        count: int,
        out: list[Any],
        asking: bool = False,
    ) -> tuple[int, int]: ...

class Mailbox:
    def __init__(self, letter: Any, owner: Any, plans: dict[int, Plan], raw: bool) -> None: ...
    def receive(self, fd: int, out: list[Any]) -> tuple[int, int]: ...

class Records(Sink):
    records: list[Any]
    parts: int
    def __init__(self, plan: Plan, filter: Filter | None = None) -> None: ...
    def take(self) -> list[Any]: ...

class Text:
    def __len__(self) -> int: ...
    def __buffer__(self, flags: int) -> memoryview: ...

class Json(Sink):
    count: int
    size: int
    def __init__(
        self,
        plan: Outline,
        filter: Filter | None = None,
        between: bytes = b"",
        after: bytes = b"",
        complete: Callable[[], Plan] | None = None,
    ) -> None: ...
    def take(self) -> Text: ...

class Columns(Sink):
    def __init__(
        self, plan: Plan, filter: Filter | None = None, binary: bool = False, only: frozenset[str] | None = None
    ) -> None: ...
    def finish(self) -> ArrowTable: ...

class ArrowTable:
    num_rows: int
    nbytes: int
    fields: list[tuple[str, str, tuple[Any, ...]]]
    def schema_capsule(self) -> object: ...
    def stream_capsule(self) -> object: ...

def joined_rows(payloads: Sequence[bytes], list: int, item: int, header_size: int, number: int = 0) -> bytes: ...
def sole_row(payload: bytes, list: int, item: int, header_size: int) -> bytes: ...
def page_aligned(size: int) -> memoryview: ...
def read_header(data: bytes | bytearray | memoryview, at: int, end: int) -> tuple[int, int, int, int, int]: ...
def decode(
    plan: Plan, data: bytes | bytearray | memoryview, at: int = 0, end: int | None = None, *, strict: bool = False
) -> Any: ...
def encode(plan: Plan, record: Any) -> bytes: ...
def encode_record(record: Any) -> bytes: ...
def plan_for(cls: type) -> Plan: ...

class Filling:
    def __init__(
        self,
        record: type,
        given: Collection[str],
        values: dict[str, Any],
        where: dict[str, int | None],
        only: dict[str, Any] | None = None,
    ) -> None: ...
    def __call__(self, record: T) -> T | None: ...

class Maker:
    def __init__(
        self,
        kind: type,
        name: str,
        verb: str,
        protocol: int,
        learn: Callable[[str, Any], tuple[int, int, Callable[[Any, str], Any], tuple[Filling, ...]]],
        finish: Callable[[str, Any], Callable[[Any, Any], Any] | None] | None = None,
    ) -> None: ...
    def make(self, record: Any) -> Any: ...

def untouched(record: Any) -> bool: ...
def given(record: Any) -> list[str]: ...

class TakenOver:
    def __init__(self, made: type, wire: type, paths: dict[str, tuple[str, ...]]) -> None: ...

def record_calls(
    resort: Callable[[Any, dict[str, Any]], Any],
    respell: Callable[[Any, dict[str, Any]], Any],
    look_up: Callable[[Any], dict[Any, Any] | None],
    read_mark: tuple[Any, ...],
) -> None: ...
def adopt_calls(cls: type) -> None: ...
def make_record(cls: type[T], keywords: dict[str, Any]) -> T: ...

class Look:
    def __init__(self, code: int, nothing: bool, type: type | None = None) -> None: ...

class Gatherer:
    met: Any
    mixed: bool
    def __init__(self, operations: Iterable[Any], most: int, room: int, weight: int, reply_weight: int) -> None: ...
    def widen(self, most: int, weight: int) -> None: ...
    def take(self) -> list[Any]: ...
    def look_ahead(self) -> list[Any]: ...

def pack_requests(operations: list[Any], sequence: int, portid: int) -> tuple[bytes, bytes]: ...
def read_answers(
    data: bytes | bytearray | memoryview,
    size: int,
    sequence: int,
    count: int,
    portid: int,
    out: list[tuple[int, int, int, int, int, int]],
) -> int: ...
def operations_are(kind: type) -> None: ...

class Told:
    sequence: int
    def __init__(self, sequence: int = 0) -> None: ...
    def next(self) -> int: ...
    def pack(self, operations: tuple[Any, ...], first: int, portid: int) -> tuple[bytes, int]: ...
    def find(self, sequence: int) -> tuple[str, type, bytes] | None: ...

class Stamp:
    def __init__(
        self, record: type, make: Callable[[Any], Any], carried: dict[tuple[str, ...], tuple[str, ...]]
    ) -> None: ...
    def make(self, record: Any) -> Any: ...

class Asked:
    operation: Any
    sequence: int
    portid: int
    request: bytes
    answer: Any
    error: Any
    answers: Records | None
    came: tuple[int, int] | None
    done: bool
    strays: int
    def __init__(
        self, operation: Any, sequence: int, portid: int, before: bytes | None = None, after: bytes | None = None
    ) -> None: ...
    def ask(self, descriptor: int, buffer: bytearray | memoryview, traffic: Traffic) -> bool: ...
    def settle(self, data: bytes | bytearray | memoryview, size: int, sender: int) -> bool: ...

def to_json(value: Any) -> bytes: ...
def to_json_lines(records: Iterable[Any], between: bytes) -> bytes: ...

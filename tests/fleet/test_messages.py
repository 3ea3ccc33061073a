"""Messages: what is written is read back, what is malformed is refused in words."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import netlynx
from netlynx import route
from netlynx.cli.watched import OBJECTS, watched
from netlynx.errors import EncodeError
from netlynx.fleet.messages import Events, Part, cut, line, read, record_class
from netlynx.fleet.needed import FleetError
from netlynx.fleet.subjects import Subject
from netlynx.schema import Record

HOST = Subject("db.example", None, "route", "link")
TABLE = Subject("db.example", "blue", "route", "snapshot", "links", 2)
numbers = st.integers(0, 2**63 - 1)


def a_line(sequence: int, record: bytes = b"null") -> bytes:
    said = {"sequence": sequence, "time": 5, "generation": 1, "event": "new", "object": "link"}
    return line(said, record)


@given(st.integers(1, 10**12), st.integers(1, 5), numbers, numbers, numbers)
def test_events_are_read_back(first: int, count: int, settled: int, generation: int, time: int) -> None:
    payload = b"".join(a_line(first + each) for each in range(count))
    events = Events(HOST, "a1", first, count, settled, generation, time, "route.link.Link", payload)
    assert read(HOST.text, events.headers(), payload) == events
    assert [each.sequence for each in events.lines()] == [*range(first, events.last + 1)]


@given(numbers, numbers, numbers, numbers, numbers, st.integers(2, 99))
def test_parts_are_read_back(sequence: int, generation: int, time: int, snapshot: int, rows: int, parts: int) -> None:
    part = Part(TABLE, "a1", sequence, generation, time, snapshot, rows, parts, b"ARROW")
    assert read(TABLE.text, part.headers(), b"ARROW") == part


@given(st.binary(max_size=100), st.integers(1, 50))
def test_parts_together_are_the_whole(payload: bytes, most: int) -> None:
    parts = cut(payload, most)
    assert b"".join(parts) == payload
    assert parts
    assert all(len(each) <= most for each in parts)


def test_records_are_read_back_as_what_they_were() -> None:
    link = route.Link(index=7, name="v0")
    events = Events(HOST, "a1", 1, 1, 1, 1, 5, "route.link.Link", a_line(1, netlynx.to_json(link)))
    assert record_class(events.record) is route.Link
    assert events.record_of(events.lines()[0]) == link


@pytest.mark.parametrize("record", [b"[]", b"7", b'"x"', b'{"nothing":1}'])
def test_what_is_no_record_of_its_class_is_refused(record: bytes) -> None:
    events = Events(HOST, "a1", 1, 1, 1, 1, 5, "route.link.Link", a_line(1, record))
    with pytest.raises(EncodeError):
        events.record_of(events.lines()[0])


def test_an_event_without_a_record_has_none_and_unknown_attributes_are_left_out() -> None:
    for record in (b"null", b'{"unknown":[{"path":[],"type":99,"data":"00"}],"index":7}'):
        events = Events(HOST, "a1", 1, 1, 1, 1, 5, "route.link.Link", a_line(1, record))
        assert events.record_of(events.lines()[0]) == (None if record == b"null" else route.Link(index=7))


@pytest.mark.parametrize(
    "name", ["", "Link", "route.link.Nobody", "nowhere.Link", "errors.NetlynxError", "..os.path", "a b.c"]
)
def test_what_names_no_record_is_none(name: str) -> None:
    assert record_class(name) is None


@pytest.mark.parametrize(
    "name", ["__main__.Link", "cli.app.Link", "route.__main__.Link", "vm.boot.Link", "fleet.messages.Record"]
)
def test_a_header_has_nothing_imported_but_what_declares_records(name: str) -> None:
    before = {*sys.modules}
    assert record_class(name) is None
    assert {*sys.modules} - before <= {"netlynx.route"}


def test_all_that_is_monitored_has_a_class_that_is_found() -> None:
    for kind in OBJECTS:
        if kind == "task" and not Path("/sys/devices/system/cpu/possible").exists():
            continue
        for each in watched(kind):
            for _, cls in (*each.group.messages.values(), *each.group.commands.values()):
                if issubclass(cls, Record):
                    module = cls.__module__.removeprefix("netlynx.")
                    assert record_class(f"{module}.{cls.__name__}") is cls, kind


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Netlynx-Schema": "2"}, "schema 2 .* is not known here"),
        ({"Netlynx-Start": ""}, "Netlynx-Start is missing"),
        ({"Netlynx-Count": "x"}, "Netlynx-Count is no number: 'x'"),
        ({"Netlynx-Count": "0"}, "0 events from 1 on are none"),
        ({"Netlynx-Sequence": "-1"}, "Netlynx-Sequence is no number"),
    ],
)
def test_malformed_headers_of_events_are_refused(changes: dict[str, str], words: str) -> None:
    headers = Events(HOST, "a1", 1, 1, 1, 1, 5, "", b"").headers()
    with pytest.raises(FleetError, match=words):
        read(HOST.text, {**headers, **changes}, b"")


@pytest.mark.parametrize(
    "changes", [{"Netlynx-Part": "1/3"}, {"Netlynx-Part": "2/1"}, {"Netlynx-Part": "2"}, {"Netlynx-Table": "routes"}]
)
def test_malformed_headers_of_tables_are_refused(changes: dict[str, str]) -> None:
    headers = Part(TABLE, "a1", 1, 1, 1, 1, 1, 3, b"").headers()
    with pytest.raises(FleetError, match="its header"):
        read(TABLE.text, {**headers, **changes}, b"")


def test_a_message_without_headers_is_refused() -> None:
    with pytest.raises(FleetError, match="schema None"):
        read(HOST.text, None, b"{}")


@pytest.mark.parametrize("payload", [b"", b"{", b"\xff", a_line(2), a_line(1) + a_line(2), b'{"sequence":1}\n'])
def test_lines_that_are_not_what_headers_say_are_refused(payload: bytes) -> None:
    with pytest.raises(FleetError, match=r"netlynx\.db%2Eexample"):
        Events(HOST, "a1", 1, 1, 1, 1, 5, "", payload).lines()

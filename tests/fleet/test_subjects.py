"""Subjects: each name is one token, and is read back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlynx.fleet.needed import FleetError
from netlynx.fleet.subjects import EVENTS, SNAPSHOTS, Subject, escape, escape_namespace, matching, unescape

names = st.text(st.characters(exclude_categories=[]), min_size=1, max_size=20).filter(
    lambda text: text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape") == text
)
namespaces = st.none() | names | st.integers(0, 2**31 - 1)


def fits(text: str, pattern: str) -> bool:
    """Whether NATS takes a subject for one of those that a pattern says."""
    words = {"*": r"[^.]+", ">": r".+"}
    return re.fullmatch(r"\.".join(words.get(each, re.escape(each)) for each in pattern.split(".")), text) is not None


@given(names, namespaces, names, names.filter(lambda kind: kind != "snapshot"))
def test_subjects_of_events_are_read_back(host: str, namespace: str | int | None, room: str, kind: str) -> None:
    subject = Subject(host, namespace, room, kind)
    assert Subject.parse(subject.text) == subject
    assert re.fullmatch(r"[A-Za-z0-9_%.-]+", subject.text)
    assert fits(subject.text, EVENTS)
    assert fits(subject.text, matching(host, room, kind))
    assert not fits(subject.text, SNAPSHOTS)


@given(names, namespaces, names, names, st.integers(1, 10**6))
def test_subjects_of_tables_are_read_back(
    host: str, namespace: str | int | None, room: str, table: str, part: int
) -> None:
    subject = Subject(host, namespace, room, "snapshot", table, part)
    assert Subject.parse(subject.text) == subject
    assert fits(subject.text, SNAPSHOTS)
    assert not fits(subject.text, EVENTS)


@given(st.text("abAF09%._*> \u00e9", max_size=12))
def test_a_name_is_written_in_one_way_only(token: str) -> None:
    try:
        name = unescape(token)
    except FleetError:
        return
    assert escape(name) == token


def test_names_with_dots_are_one_token() -> None:
    assert Subject("db.example.org", "blue net", "route", "link").text == (
        "netlynx.db%2Eexample%2Eorg.blue%20net.route.link"
    )


def test_a_namespace_is_never_taken_for_another() -> None:
    assert [escape_namespace(each) for each in (None, 3, "_", "_3", "3")] == ["_", "_3", "%5F", "%5F3", "3"]


def test_bytes_that_are_no_text_are_read_back() -> None:
    name = b"\xff\xfe".decode("utf-8", "surrogateescape")
    assert escape(name) == "%FF%FE"
    assert unescape("%FF%FE") == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "netlynx",
        "other.host._.route.link",
        "netlynx.host._.route",
        "netlynx.host._.route.link.more",
        "netlynx..b.route.link",
        "netlynx.a%2eb._.route.link",
        "netlynx.a%41._.route.link",
        "netlynx.host.__.route.link",
        "netlynx.host._03.route.link",
        "netlynx.host._.route.snapshot",
        "netlynx.host._.route.snapshot.links.0",
        "netlynx.host._.route.link.links.1",
    ],
)
def test_what_is_no_subject_of_a_fleet_is_refused(text: str) -> None:
    with pytest.raises(FleetError, match="is no"):
        Subject.parse(text)


def test_empty_names_are_refused() -> None:
    with pytest.raises(FleetError, match="empty"):
        print(Subject("", None, "route", "link").text)
    with pytest.raises(FleetError, match="a table and a part"):
        Subject("host", None, "route", "snapshot")

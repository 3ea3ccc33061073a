"""Lines of JSON that somebody else wrote: each is understood, or refused in one line that says where and why."""

from __future__ import annotations

import io
import json
import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netlynx.cli import lines
from netlynx.cli.lines import DEEPEST, LONGEST, LineError, Missing, arriving, object_of, objects


def read(text: bytes) -> list[tuple[int, int, dict[str, object]]]:
    return [(number, position, found) for number, position, found in objects(io.BytesIO(text)) if found is not None]


def deep(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


def test_objects_come_with_their_place() -> None:
    text = b'{"a": 1}\n\n  # a remark\n\r\n{"b": [1, 2]}\r\n \t{"c": "x\\n"}'
    assert read(text) == [(1, 9, {"a": 1}), (5, 40, {"b": [1, 2]}), (6, 54, {"c": "x\n"})]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "column 2: no JSON: Expecting property name enclosed in double quotes"),
        (b"{} {}", "column 4: no JSON: Extra data"),
        (b'{"a": NaN}', ": no JSON: NaN is no number"),
        (b'{"a": [-Infinity]}', ": no JSON: -Infinity is no number"),
        (b'\xef\xbb\xbf{"a": 1}', ": it begins with a byte order mark"),
        ('{"a": 1}'.encode("utf-16"), ", byte 1: not UTF-8"),
        (b'{"a": "caf\xe9"}', ", byte 11: not UTF-8"),
        (b'{"a": {"b": 1, "b": 2}}', ": 'b' stands there twice"),
        (b"\0", "column 1: no JSON"),
        (b'{"a": "\x1b"}', "column 8: no JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", ": a number has thousands of digits"),
        (deep(DEEPEST + 1), f": nested deeper than {DEEPEST}"),
        (deep(990), f": nested deeper than {DEEPEST}"),
        (deep(200_000), f": nested deeper than {DEEPEST}"),
        (b'{"a": ' + b"[" * 200_000, f": nested deeper than {DEEPEST}"),
        (b"[1]", ": expected an object, as in {…}, not an array"),
        (b'"x"', "not a text"),
        (b"1", "not a number"),
        (b"1.5", "not a number"),
        (b"true", "not a truth value"),
        (b"null", "not null"),
    ],
)
def test_what_cannot_be_read_is_one_line_with_its_number(line: bytes, said: str) -> None:
    with pytest.raises(LineError) as caught:
        read(b'{"fine": 1}\n\n' + line + b"\n")
    assert caught.value.number == 3
    assert str(caught.value).startswith("line 3")
    assert said in str(caught.value)
    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)


def test_as_deep_as_is_allowed() -> None:
    assert read(deep(DEEPEST))[0][0] == 1


def test_a_line_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(io.BytesIO):
        def readline(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert 0 < size <= LONGEST + 1
            return b"x" * size

    with pytest.raises(LineError, match="line 1: it is longer than 16 MiB"):
        next(objects(Endless()))
    monkeypatch.setattr(lines, "LONGEST", 10)
    assert read(b'{"a": 12}\n'[:10]) == [(1, 10, {"a": 12})]
    with pytest.raises(LineError, match="line 2: it is longer"):
        read(b"{}\n" + b"x" * 11)


@pytest.mark.parametrize(
    ("text", "first", "said"),
    [
        (b"", 2, "line 2 is not there: the input is empty"),
        (b"{}\n", 2, "line 2 is not there: the input ends with line 1"),
        (b"{}", 2, "line 2 is not there: the input ends with line 1"),
        (b"{}\n\n" + b"x" * 200_000, 99, "line 99 is not there: the input ends with line 3"),
    ],
)
def test_a_line_behind_the_end_is_not_there(text: bytes, first: int, said: str) -> None:
    with pytest.raises(Missing) as caught:
        list(objects(io.BytesIO(text), first))
    assert (str(caught.value), caught.value.number) == (said, first)
    assert list(objects(io.BytesIO(b"{}\n#\n"), 2)) == [(2, 5, None)]
    assert list(objects(io.BytesIO(b""))) == []


@given(st.lists(st.sampled_from([b"{}\n", b"x", b"\n", b"yz\n#", b"w" * 60_000]), max_size=12), st.integers(1, 90_000))
def test_lines_that_arrive_in_pieces_are_those_of_the_whole(pieces: list[bytes], size: int) -> None:
    whole = io.BytesIO(b"".join(pieces))
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as source, os.fdopen(writing, "wb", buffering=0) as far:
        lines = arriving(source)
        assert lines is not None
        for piece in pieces:
            far.write(piece)  # less than the pipe holds, with what is taken at once
            while not lines.would_wait():
                assert lines.readline(size) == whole.readline(size)
        far.close()
        assert not lines.would_wait()
        while line := lines.readline(size):
            assert line == whole.readline(size)
        assert whole.readline(size) == b""


def test_a_file_makes_nobody_wait() -> None:
    with open(__file__, "rb") as file:
        assert arriving(file) is None


@example(b'{"a": "\\ud800"}')
@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.floats() | st.text(), st.lists).map(json.dumps).map(str.encode)
)
def test_nothing_but_value_errors_comes_out(text: bytes) -> None:
    said = ""
    try:
        assert isinstance(object_of(text), dict)
    except ValueError as error:
        said = str(error)
    assert not said or said.startswith((":", ", column ", ", byte "))

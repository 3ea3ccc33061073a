"""What cannot be decoded stays raw where it stands, with a note; what is beside it is read."""

from __future__ import annotations

import json
import struct

import pyarrow
import pytest

from codec.records import attribute, decode, nested
from netlynx.codec._codec import to_json
from netlynx.errors import DecodeError
from netlynx.route import Link, Route
from netlynx.schema import Attribute
from table_rows import table_of_payloads

LINK = struct.pack("=BxHiII", 0, 1, 7, 0, 0)
MTU = attribute(4, struct.pack("=I", 1400))
BROKEN = b"\5\0"


@pytest.mark.parametrize(
    ("payload", "unknown", "problem"),
    [
        (
            nested(18, attribute(1, b"veth\0"), BROKEN),
            Attribute(18, attribute(1, b"veth\0") + BROKEN, nested=True),
            "2 bytes are left where an attribute's 4-byte header should be (at byte 12)",
        ),
        (
            nested(18, attribute(1, b"veth\0"), nested(2, BROKEN)),
            Attribute(2, BROKEN, within=(18,), nested=True),
            "data: 2 bytes are left where an attribute's 4-byte header should be (at byte 0)",
        ),
        (attribute(13, b"abc"), Attribute(13, b"abc"), "txqlen: 3 bytes are no number (those have 1, 2, 4 or 8)"),
        (attribute(3, b"a\0b\0"), Attribute(3, b"a\0b\0"), "name: 4 bytes are no single text"),
    ],
)
def test_a_note_says_what_was_wrong(payload: bytes, unknown: Attribute, problem: str) -> None:
    record = decode(Link, LINK + payload + MTU)
    assert (record.unknown, record.mtu) == ((unknown,), 1400)
    assert record.unknown[0].problem == problem
    assert f"problem={problem!r}" in repr(record)
    (shown,) = json.loads(to_json(record))["unknown"]
    assert (shown["payload"], shown["problem"]) == (unknown.payload.hex(), problem)
    (row,) = pyarrow.table(table_of_payloads(Link, LINK + payload + MTU)).to_pylist()
    assert [each["problem"] for each in row["unknown"]] == [problem]
    assert row["mtu"] == 1400


def test_within_a_nest_it_is_the_nests() -> None:
    inner = nested(8, attribute(2, struct.pack("=I", 1400)), attribute(3, b"abc"))
    record = decode(Route, bytes(12) + inner)
    assert (record.metrics.mtu, record.unknown) == (1400, ())
    assert [each.payload for each in record.metrics.unknown] == [b"abc"]


def test_a_value_is_known_by_its_last_attribute_that_can_be_decoded() -> None:
    good = nested(8, attribute(2, struct.pack("=I", 1400)))
    record = decode(Route, bytes(12) + good + nested(8, BROKEN))
    assert (record.metrics.mtu, [each.payload for each in record.unknown]) == (1400, [BROKEN])


def test_a_message_that_is_malformed_itself_is_refused() -> None:
    for payload in (LINK[:9], LINK + BROKEN, LINK + MTU + b"\3\0\4\0"):
        with pytest.raises(DecodeError, match="Link"):
            decode(Link, payload)


def test_whoever_must_not_guess_is_told() -> None:
    with pytest.raises(DecodeError, match=r"^Link\.data: 2 bytes are left"):
        decode(Link, LINK + nested(18, attribute(1, b"veth\0"), nested(2, BROKEN)), strict=True)

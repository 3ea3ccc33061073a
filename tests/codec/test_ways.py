"""What one way of reading says, all say: records, JSON, a number, columns and filters, of any bytes.

The messages are made by `fuzz.strange`, the same ones each time; `make ways` goes on with others for as long as it may.
"""

from __future__ import annotations

import struct
from random import Random
from typing import Any

import pytest

from codec.records import attribute, nested
from facts.walk import declared, title
from fuzz import ways
from netlynx.codec import _codec
from netlynx.ethtool.tunnels import TunnelTable
from netlynx.nftables import Dynset, Set
from netlynx.route import Link, Route
from netlynx.schema import Record
from netlynx.schema.compile import plan_of
from netlynx.taskstats import Usage
from netlynx.tc import Chain
from table_rows import complaints

RECORDS = declared(Record)
EACH = 6  # times for each record, a second or two for all of them; columns are looked at in one of them


@pytest.mark.parametrize("cls", RECORDS, ids=title)
def test_all_ways_agree(cls: Any, full: bool) -> None:
    for seed in range(EACH * (200 if full else 1)):
        ways.once(cls, seed, complaints if seed % EACH == EACH - 1 else None)


@pytest.mark.parametrize(
    ("cls", "seed"),
    [
        (Usage, 361),
        (TunnelTable, 362),
        (Set, 1796037847242783216),  # fields of what stands for a tagged record
        (Dynset, 1796026047066475058),
        (Chain, 8),  # fields of a record that a function makes
    ],
    ids=lambda each: title(each) if isinstance(each, type) else None,
)
def test_what_they_disagreed_on_once_they_agree_on(cls: Any, seed: int) -> None:
    ways.once(cls, seed, complaints)


def test_it_would_see_what_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    payload = struct.pack("=BxHiII", 0, 1, 7, 0, 0)
    ways.check(Link, [payload], Random(1), complaints)
    for name in ("fits_all", "condition"):
        with monkeypatch.context() as patched:
            answer = {"fits_all": lambda record, wanted: False, "condition": lambda record, random: {"index": 8}}[name]
            patched.setattr(ways, name, answer)
            if name == "condition":
                patched.setattr(ways, "fits_all", lambda record, wanted: True)
            with pytest.raises(AssertionError):
                ways.check(Link, [payload], Random(1))
    with pytest.raises(AssertionError):
        ways.check(Link, [payload], Random(1), lambda columns, records: ["anything"])


NUMBER = struct.pack("=I", 9)
HEADER = struct.pack("=BxHiII", 0, 1, 7, 0, 0)
KIND, DATA, BROKEN = attribute(1, b"veth\0"), nested(2, b""), b"\5\0"


@pytest.mark.parametrize(
    ("cls", "payload"),
    [
        (Link, HEADER + nested(18, DATA, KIND)),
        (Link, HEADER + nested(18, DATA) + nested(18, KIND)),
        (Link, HEADER + nested(18, DATA, DATA, KIND)),
        (Link, HEADER + nested(18, KIND, nested(2, BROKEN))),
        (Link, HEADER + nested(18, KIND, BROKEN) + attribute(4, NUMBER)),
        (Link, HEADER + attribute(4, b"abc") + attribute(4, NUMBER)),
        (Link, HEADER + attribute(23, bytes(20)) + nested(26, nested(10, BROKEN)) + nested(26, BROKEN)),
        (Route, bytes(12) + nested(8, BROKEN) + attribute(4, NUMBER)),
        (Route, bytes(12) + nested(8, attribute(2, NUMBER)) + nested(8, BROKEN)),
        (Route, bytes(12) + attribute(9, bytes(3)) + attribute(9, bytes(8))),
    ],
)
def test_what_no_kernel_sends_ends_nothing(cls: Any, payload: bytes, full: bool) -> None:
    plain = bytes(plan_of(cls).header_size)
    for payloads in ([payload], [plain, payload, plain], [payload] * 5):
        for seed in range(200 if full else 5):
            ways.check(cls, payloads, Random(seed), complaints if full or not seed else None)
    record = _codec.decode(plan_of(cls), payload)
    for entry in record.unknown:
        assert entry.problem

"""The benchmark's reference decoder and the native codec know nothing of each other, and agree about any bytes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.reference import decode, plain
from netlynx.codec._codec import decode as decode_natively
from netlynx.codec._codec import encode
from netlynx.route import Link, Neighbour, Route
from netlynx.schema.compile import plan_of
from strategies import records


def natively(cls: Any, payload: bytes) -> Any:
    return plain(decode_natively(plan_of(cls), payload))


@pytest.mark.parametrize("cls", [Route, Link, Neighbour])
@given(data=st.data())
def test_any_record(cls: Any, data: st.DataObject) -> None:
    payload = encode(plan_of(cls), data.draw(records(cls, depth=2)))
    assert decode(cls, payload) == natively(cls, payload)


# ip route add 10.0.0.16/28 nexthop via 192.0.2.2 dev 3 onlink nexthop via 192.0.2.3 dev 3 onlink weight 2
MULTIPATH = bytes.fromhex(
    "021c0000fe040001000000000800 0f00fe000000 08000100 0a000010 2400 0900"
    "1000 04 00 03000000 08000500 c0000202 1000 04 01 03000000 08000500 c0000203".replace(" ", "")
)


def test_a_route_by_hand() -> None:
    hops = [{"oif": 3, "flags": 4, "gateway": "192.0.2.2"}, {"oif": 3, "flags": 4, "gateway": "192.0.2.3", "weight": 2}]
    assert decode(Route, MULTIPATH) == {
        "family": 2,
        "tos": 0,
        "protocol": 4,
        "scope": 0,
        "type": 1,
        "flags": 0,
        "table": 254,
        "destination": "10.0.0.16/28",
        "multipath": hops,
    }


def test_what_does_not_fit_stays_raw() -> None:
    payload = MULTIPATH + bytes.fromhex("0700050001020300")  # a gateway of three bytes
    assert decode(Route, payload)["unknown"] == [{"type": 5, "payload": "010203", "within": []}]
    assert decode(Route, payload) == natively(Route, payload)

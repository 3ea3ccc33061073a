"""A flush removes what its listing finds and nothing else: what says otherwise is refused when the flush is made."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from netlynx import generic, route
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.netfilter import conntrack

CRITERIA = {
    "family": "inet",
    "zone": 1,
    "mark": 0,
    "mark_mask": 1,
    "status": "assured",
    "original": conntrack.Tuple(source="192.0.2.1"),
    "reply": conntrack.Tuple(source="192.0.2.1"),
}


def test_all_criteria_are_tried() -> None:
    assert list(inspect.signature(conntrack.flush).parameters) == ["listing", *CRITERIA]


@pytest.mark.parametrize("name", CRITERIA)
@pytest.mark.parametrize("listing", [conntrack.flows(), conntrack.expectations()], ids=str)
def test_a_criterion_beside_a_listing_is_refused(listing: Any, name: str) -> None:
    flush: Any = conntrack.flush
    with pytest.raises(EncodeError, match=rf"conntrack\.flush\({name}\)"):
        flush(listing, **{name: CRITERIA[name]})


@pytest.mark.parametrize(
    ("flush", "listing"),
    [
        (conntrack.flush, route.routes()),
        (conntrack.flush, conntrack.cpu_statistics()),
        (route.flush, conntrack.flows()),
        (route.flush, generic.families()),
    ],
    ids=["routes", "counters", "flows", "families"],
)
def test_a_listing_of_what_it_does_not_remove_is_refused(flush: Any, listing: Any) -> None:
    with pytest.raises(EncodeTypeError, match="takes a listing of"):
        flush(listing)


@pytest.mark.parametrize("flush", [conntrack.flush, route.flush], ids=["conntrack", "route"])
@pytest.mark.parametrize("given", ["inet", route.link(index=1), conntrack.Flow(mark=1)], ids=["text", "do", "record"])
def test_what_is_no_listing_is_refused(flush: Any, given: Any) -> None:
    with pytest.raises(TypeError, match="flush takes a listing such as"):
        flush(given)

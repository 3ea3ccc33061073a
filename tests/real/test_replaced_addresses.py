"""What an address that is there cannot become is refused by the field's name, and the rest is not carried out."""

from __future__ import annotations

from typing import Any

import pytest

import netlynx
from conftest import Ip
from netlynx import route
from netlynx.errors import NotSupported
from netlynx.route import Address

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]

MADE: dict[str, Any] = {"local": "192.0.2.1", "prefixlen": 24, "broadcast": "192.0.2.255", "label": "lo:x"}
KEPT: list[dict[str, Any]] = [
    {"scope": "link"},
    {"broadcast": "192.0.2.254"},
    {"label": "lo:y"},
    {"label": "lo"},
    {"flags": "noprefixroute"},
    {"address": "192.0.2.7"},
]
CHANGED: list[dict[str, Any]] = [
    {"metric": 7},
    {"protocol": 9},
    {"cacheinfo": {"preferred": 100, "valid": 200}},
    {"scope": "global"},
    {"flags": 0},
    {"broadcast": None},
    {"label": None},
]


@pytest.mark.parametrize("way", ["do", "batch"])
@pytest.mark.parametrize("more", KEPT, ids=str)
def test_what_the_kernel_would_not_change_is_refused(
    nl: netlynx.Connection, ip: Ip, more: dict[str, Any], way: str
) -> None:
    nl.do(route.replace(Address(index=1, **MADE)))
    before = ip.json("-d address show dev lo")
    operation = route.replace(Address(index=1, **{**MADE, "metric": 9, **more}))
    with pytest.raises(NotSupported) as caught:
        nl.do(operation) if way == "do" else nl.batch([operation])
    assert caught.value.attribute == f"Address.{next(iter(more))}"
    assert ip.json("-d address show dev lo") == before


@pytest.mark.parametrize("more", CHANGED, ids=str)
def test_what_it_changes_is_changed(nl: netlynx.Connection, more: dict[str, Any]) -> None:
    nl.do(route.add(Address(index=1, **MADE)))
    [read] = nl.dump(route.addresses(family="inet", index=1)).all()
    nl.do(route.replace(Address(index=1, **{**MADE, **more})))
    [found] = nl.dump(route.addresses(family="inet", index=1)).all()
    for name in ("metric", "protocol"):
        assert getattr(found, name) == more.get(name)
    assert found.cacheinfo is not None
    assert (found.cacheinfo.valid < 1000) is ("cacheinfo" in more)
    assert (found.broadcast, found.label, found.scope) == (read.broadcast, read.label, read.scope)
    nl.do(route.replace(found))
    assert nl.count(route.addresses(family="inet", index=1)) == 1

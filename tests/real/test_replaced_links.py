"""What a link that is there cannot become is refused by the field's name, and nothing of the rest is carried out."""

from __future__ import annotations

from typing import Any

import pytest

import netlynx
from conftest import Ip
from netlynx import route
from netlynx.errors import NotSupported
from netlynx.route import Link, Vlan

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]

# What is made, what says the same again, and what says another thing in the field named.
CASES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"kind": "ifb", "num_tx_queues": 3, "num_rx_queues": 2}, {"num_tx_queues": 4}, "num_tx_queues"),
    ({"kind": "ifb", "num_tx_queues": 3, "num_rx_queues": 2}, {"num_rx_queues": 1}, "num_rx_queues"),
    ({"kind": "ifb"}, {"kind": "bridge"}, "kind"),
    ({"kind": "macvlan", "parent": "v0"}, {"parent": "v1"}, "parent"),
    ({"kind": "vlan", "parent": "v0", "data": Vlan(id=7)}, {"parent": "v1"}, "parent"),
    ({"kind": "vlan", "parent": "v0", "data": Vlan(id=7)}, {"data": Vlan(id=8)}, "data.id"),
    ({"kind": "vlan", "parent": "v0", "data": Vlan(id=7)}, {"data": Vlan(id=7, protocol="802.1ad")}, "data.protocol"),  # type: ignore[arg-type]
]


@pytest.fixture
def pair(nl: netlynx.Connection) -> None:
    nl.do(route.add(Link(name="v0", kind="veth", data=route.Veth(peer=Link(name="v1")))))


def make(nl: netlynx.Connection, link: Link) -> None:
    try:
        nl.do(route.replace(link))
    except NotSupported:
        pytest.skip(f"this kernel has no links of kind {link.kind}")


@pytest.mark.parametrize("way", ["do", "batch"])
@pytest.mark.parametrize("by", ["name", "index"])
@pytest.mark.parametrize(("made", "other", "field"), CASES, ids=lambda each: each if isinstance(each, str) else "")
def test_what_cannot_be_changed_is_refused(
    nl: netlynx.Connection, pair: None, made: dict[str, Any], other: dict[str, Any], field: str, by: str, way: str
) -> None:
    make(nl, Link(name="x0", **made))
    there = nl.do(route.link(name="x0"))
    which: dict[str, Any] = {"name": "x0"} if by == "name" else {"index": there.index}
    nl.do(route.replace(Link(**which, **made, mtu=1300)))
    assert nl.do(route.link(name="x0")).mtu == 1300
    operation = route.replace(Link(**which, **{**made, **other}, mtu=1200))
    with pytest.raises(NotSupported) as caught:
        nl.do(operation) if way == "do" else nl.batch([operation])
    assert caught.value.attribute == f"Link.{field}"
    after = nl.do(route.link(name="x0"))
    assert (after.index, after.mtu, after.kind, after.parent) == (there.index, 1300, there.kind, there.parent)


def test_a_batch_knows_what_it_made_itself(nl: netlynx.Connection, ip: Ip, pair: None) -> None:
    result = nl.batch(
        [
            route.replace(Link(name="x0", kind="macvlan", parent="v0")),  # type: ignore[arg-type]
            route.replace(Link(name="x0", kind="macvlan", parent="v1")),  # type: ignore[arg-type]
            route.add(Link(name="x1", kind="ifb")),
            route.replace(Link(name="x1", kind="bridge")),
            route.delete(Link(name="x1")),
            route.replace(Link(name="x1", kind="bridge")),
        ],
        on_error="continue",
    )
    assert {at: type(error) for at, error in result.errors.items()} == {1: NotSupported, 3: NotSupported}
    assert {each["ifname"]: each["linkinfo"]["info_kind"] for each in ip.json("-d link show type bridge") if each} == {
        "x1": "bridge"
    }


def test_the_vlan_of_a_link_that_is_there_cannot_be_changed(nl: netlynx.Connection, pair: None) -> None:
    make(nl, Link(name="x0", kind="vlan", parent="v0", data=Vlan(id=7)))  # type: ignore[arg-type]
    nl.do(route.change(Link(name="x0", kind="vlan", data=Vlan(id=7))))
    with pytest.raises(NotSupported, match=r"Link\.data\.id"):
        nl.do(route.change(Link(name="x0", kind="vlan", data=Vlan(id=8), mtu=1200)))
    assert nl.do(route.link(name="x0")).mtu == 1500


def test_what_was_read_is_what_it_is_replaced_by(nl: netlynx.Connection, pair: None) -> None:
    nl.do(route.add(Link(name="x0", kind="macvlan", parent="v0")))  # type: ignore[arg-type]
    read = nl.do(route.link(name="x0"))
    nl.do(route.replace(read))
    nl.do(route.replace(read.replace(mtu=1400)))
    assert nl.do(route.link(name="x0")).mtu == 1400

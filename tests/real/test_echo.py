"""What was made or removed comes back with the answer (NLM_F_ECHO), where the kernel says it."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

import netlynx
from netlynx import netns, route
from netlynx.errors import EncodeError, NetlinkError, NotSupported
from netlynx.route import kinds
from netlynx.schema.record import fields_of

pytestmark = pytest.mark.namespace


@pytest.fixture
def index(nl: netlynx.Connection) -> int:
    nl.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=route.Link(name="v1")))))
    for name in ("lo", "v0", "v1"):
        nl.do(route.up(name))
    found = nl.do(route.link(name="v0")).index
    nl.do(route.add(route.Address(index=found, address="192.0.2.1/24")))
    nl.do(route.add(route.Address(index=found, address="2001:db8::1/64", flags="nodad")))
    return found


def test_the_name_of_a_link_that_the_kernel_chose(nl: netlynx.Connection) -> None:
    made = nl.do(route.add(route.Link(name="x%d", kind="bridge"), echo=True))
    assert made.kind == "bridge"
    assert made.index == nl.do(route.link(name="x0")).index
    gone = nl.do(route.delete(made, echo=True))
    assert (gone.name, gone.index) == ("x0", made.index)
    with pytest.raises(EncodeError, match=r"route\.change\(echo\)"):
        route.change(route.Link(index=1, mtu=1400), echo=True)


_PEER = route.Link(name="peer")
_BELOW: dict[str, Any] = {"parent": "below"}
# What a link needs beside its kind; those of other kinds need nothing.
NEEDED: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("ipvlan", "ipvtap", "macsec", "macvlan", "macvtap"), _BELOW),
    "amt": {"data": route.Amt(mode="gateway", local="192.0.2.1", discovery="192.0.2.2", link="below")},
    "bareudp": {"data": route.Bareudp(port=6635, ethertype=0x8847)},
    "erspan": {"data": route.Gre(local="192.0.2.1", remote="192.0.2.2", erspan_version=1, input_key=1, output_key=1)},
    **{kind: {"data": route.Gre(remote="192.0.2.2")} for kind in ("gre", "gretap")},
    "geneve": {"data": route.Geneve(id=5, remote="192.0.2.2")},
    "hsr": {"data": route.Hsr(port1="below", port2="beside")},
    "netkit": {"data": route.Netkit(peer=_PEER)},
    "veth": {"data": route.Veth(peer=_PEER)},
    "vlan": {**_BELOW, "data": route.Vlan(id=5)},
    "vrf": {"data": route.Vrf(table=55)},
    "vti": {"data": route.Vti(local="192.0.2.1", remote="192.0.2.2", input_key=1, output_key=1)},
    "vxcan": {"data": route.Vxcan(peer=_PEER)},
    "vxlan": {"data": route.Vxlan(id=77, port=4789)},
}


@pytest.mark.every_kernel
def test_a_link_of_any_kind_is_told_or_asked_about_in_vain_before_it_is_made(netns: netns.NetworkNamespace) -> None:
    """Of kinds that this kernel lacks nothing is tried."""
    wrong, tried = [], set()
    for kind in sorted(kinds.DATA.keys() | kinds.WITHOUT_DATA):
        with netlynx.connect(netns=netns) as nl:
            wrong += [f"{kind}: {each}" for each in _told(nl, kind)]
            there = [each.name for each in nl.dump(route.links()) if each.name == "made"]
            tried.add(kind) if there else None
            for name in ("made", "below", "beside"):
                nl.batch([route.delete(route.Link(name=name))], on_error="continue")
    assert wrong == []
    assert {"veth", "bridge", "vxlan"} <= tried


def _told(nl: netlynx.Connection, kind: str) -> Any:
    for name in ("below", "beside"):
        nl.do(
            route.add(route.Link(name=name, kind="veth", flags="up", data=route.Veth(peer=route.Link(name=name[3:]))))
        )
    wanted = route.Link(name="made", kind=kind, **NEEDED.get(kind, {}))
    try:
        made = nl.do(route.add(wanted, echo=True))
    except EncodeError as error:
        if (kind, error.path) != ("vxlan", "route.add(echo)"):
            yield str(error)
        made = nl.do(route.add(wanted.replace(flags="up"), echo=True))
    except NotSupported:
        return
    except NetlinkError as error:
        if any(each.name == "made" for each in nl.dump(route.links())):
            yield f"{error}, and it is there"
        return
    except netlynx.NetlynxError as error:
        yield str(error)
        return
    found = nl.do(route.link(name="made"))
    if (made.index, made.kind) != (found.index, kind):
        yield f"told {made}, there is {found}"
    gone = nl.do(route.delete(made, echo=True))
    if (gone.index, gone.name) != (found.index, "made"):
        yield f"told that {gone} is gone"
    nl.do(route.add(wanted))


def records(index: int) -> list[tuple[Any, Any, str]]:
    hops = tuple(route.NextHop(gateway=f"2001:db8::{i}", oif=index) for i in (2, 3))
    return [
        (route.Rule(table=5), route.rules(), "priority"),
        (route.NextHopObject(oif=index, gateway="192.0.2.2"), route.nexthops(), "id"),
        (route.Address(index=index, address="192.0.2.5/24"), route.addresses(), "label"),
        (route.Route(destination="198.51.100.0/24", gateway="192.0.2.2"), route.routes(), "oif"),
        (route.Route(destination="2001:db8:5::/48", gateway="2001:db8::2"), route.routes(), "oif"),
        (route.Route(destination="2001:db8:5::/48", multipath=hops), route.routes(), "metric"),
    ]


def plain(record: Any) -> dict[str, Any]:
    return {name: value for name, value in fields_of(record).items() if name != "cacheinfo"}


@pytest.mark.parametrize("number", range(6))
def test_what_was_made_and_what_was_removed(nl: netlynx.Connection, index: int, number: int) -> None:
    record, listing, chosen = records(index)[number]
    made = nl.do(route.add(record, echo=True))
    assert getattr(made, chosen) is not None
    assert plain(made) in [plain(each) for each in nl.dump(listing)]
    gone = nl.do(route.delete(made, echo=True))
    assert plain(gone) == plain(made)
    assert plain(made) not in [plain(each) for each in nl.dump(listing)]


def test_a_batch_has_them_at_their_places(nl: netlynx.Connection, netns: netns.NetworkNamespace) -> None:
    rules = [route.Rule(table=table) for table in range(100, 400)]
    result = nl.batch(route.add(rule, echo=True) for rule in rules)
    assert [each.table for each in result] == list(range(100, 400))  # type: ignore[union-attr]
    assert len({each.priority for each in result}) == 300  # type: ignore[union-attr]

    async def removed() -> list[Any]:
        async with netlynx.aconnect(netns=netns) as anl:
            return list(await anl.batch(route.delete(each, echo=True) for each in result))  # type: ignore[type-var]

    assert [each.table for each in anyio.run(removed)] == list(range(100, 400))


def test_a_refusal_is_one(nl: netlynx.Connection, index: int) -> None:
    with pytest.raises(netlynx.AlreadyExists):
        nl.do(route.add(route.Address(index=index, address="192.0.2.1/24"), echo=True))
    assert nl.do(route.link(index=index)).name == "v0"


def test_where_none_comes_it_is_refused(index: int) -> None:
    for record in (
        route.Neighbour(index=index, destination="192.0.2.7", address="02:00:00:00:00:01"),
        route.Address(index=index, address="2001:db8::5/64"),
    ):
        with pytest.raises(EncodeError, match=r"route\.add\(echo\): the kernel does not answer"):
            route.add(record, echo=True)

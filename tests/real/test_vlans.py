"""VLANs of a bridge's ports on a real kernel, with bridge(8) as the witness; and entries of one address in several."""

from __future__ import annotations

import random
from typing import Any

import anyio
import pytest

import netlynx
from conftest import Ip
from netlynx import netns, route
from netlynx.errors import Ambiguous, NetlinkError, NotFound, NotSupported
from netlynx.route import BridgeSpec, BridgeVlan, Link, Neighbour

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]

HARDWARE = "02:00:00:00:00:77"


@pytest.fixture
def bridge(ip: Ip) -> None:
    """A bridge with two ports that filters VLANs."""
    try:
        ip("link add br0 type bridge vlan_filtering 1 vlan_default_pvid 0")
    except RuntimeError:
        pytest.skip("bridges of this kernel do not filter VLANs")
    for port in ("p0", "p1"):
        ip(f"link add {port} type veth peer name {port}x")
        ip(f"link set {port} master br0")
        ip(f"link set {port} up")
    ip("link set br0 up")


def shown(ip: Ip, name: str) -> dict[int, set[str]]:
    """The VLANs of a link, with what they are."""
    found: dict[int, set[str]] = {}
    for each in ip.json("vlan show", tool="bridge"):
        if each["ifname"] == name:
            for vlan in each["vlans"]:
                for vid in range(vlan["vlan"], vlan.get("vlanEnd", vlan["vlan"]) + 1):
                    found[vid] = set(vlan.get("flags", ()))
    return found


PVID, UNTAGGED = "PVID", "Egress Untagged"


@pytest.mark.parametrize("name", ["p0", "br0"])
def test_vlans_are_added_and_removed(nl: netlynx.Connection, ip: Ip, bridge: None, name: str) -> None:
    own = name == "br0"
    index = nl.do(route.link(name=name)).index
    nl.do(route.add_vlans(index, "10-20", own=own))
    assert shown(ip, name) == {vid: set() for vid in range(10, 21)}
    nl.do(route.add_vlans(name, 15, untagged=True, pvid=True, own=own))
    assert shown(ip, name)[15] == {PVID, UNTAGGED}
    nl.do(route.add_vlans(nl.do(route.link(name=name)), "12,16-17", untagged=True, own=own))
    assert {vid for vid, flags in shown(ip, name).items() if flags == {UNTAGGED}} == {12, 16, 17}
    nl.do(route.add_vlans(name, 15, own=own))
    assert shown(ip, name)[15] == set()
    nl.do(route.delete_vlans(name, "11-19", own=own))
    assert set(shown(ip, name)) == {10, 20}
    with pytest.raises(NotFound, match=r"not in VLAN 11-19\b"):
        nl.do(route.delete_vlans(name, "10-20", own=own))
    with pytest.raises(NotFound, match=r"not in VLAN 30\b"):
        nl.batch([route.delete_vlans(name, [10, 30], own=own)])
    assert set(shown(ip, name)) == {10, 20}
    assert shown(ip, "p1") == {}
    nl.do(route.delete_vlans(index, [20, 10], own=own))
    assert shown(ip, name) == {}


def test_what_bridge_makes_is_removed_and_what_is_made_bridge_removes(
    nl: netlynx.Connection, ip: Ip, bridge: None
) -> None:
    ip("vlan add dev p0 vid 100-4000 untagged", tool="bridge")
    nl.do(route.delete_vlans("p0", "2000"))
    assert set(shown(ip, "p0")) == {*range(100, 4001)} - {2000}
    nl.do(route.add_vlans("p1", [7, 9, 11]))
    ip("vlan del dev p1 vid 9", tool="bridge")
    assert set(shown(ip, "p1")) == {7, 11}


@pytest.mark.parametrize("shell", ["sync", "async"])
def test_a_batch_removes_what_is_there_and_tells_what_is_not(
    nl: netlynx.Connection, ip: Ip, bridge: None, namespace: netns.NetworkNamespace, shell: str
) -> None:
    async def carry_out(operations: list[Any]) -> Any:
        async with netlynx.aconnect(netns=namespace) as far:
            return await far.batch(operations, on_error="continue")

    chance = random.Random(3)
    for _ in range(8):
        there = {port: set(chance.sample(range(1, 30), 12)) for port in ("p0", "p1")}
        operations: list[Any] = []
        refused = []
        for port, vids in there.items():
            nl.do(route.add_vlans(port, vids))
        for _ in range(12):
            port, some = chance.choice(["p0", "p1"]), set(chance.sample(range(1, 30), chance.randint(1, 3)))
            if chance.random() < 0.3:
                operations.append(route.add_vlans(port, some))
                there[port] |= some
                continue
            operations.append(route.delete_vlans(port, some))
            if some <= there[port]:
                there[port] -= some
            else:
                refused.append(len(operations) - 1)
        result = anyio.run(carry_out, operations) if shell == "async" else nl.batch(operations, on_error="continue")
        assert sorted(result.errors) == refused
        assert {type(error) for error in result.errors.values()} <= {NotFound}
        for port, vids in there.items():
            assert set(shown(ip, port)) == vids
            if vids:
                nl.do(route.delete_vlans(port, vids))


def test_a_vlan_goes_only_if_it_is_what_the_record_says(nl: netlynx.Connection, ip: Ip, bridge: None) -> None:
    index = nl.do(route.link(name="p0")).index
    nl.do(route.add_vlans(index, 10))
    vlan = BridgeVlan(vid=10, flags="untagged")  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        nl.do(route.delete(Link(family="bridge", index=index, af_spec=BridgeSpec(vlans=(vlan,)))))  # type: ignore[arg-type]
    assert set(shown(ip, "p0")) == {10}


@pytest.mark.parametrize("verb", [route.add_vlans, route.delete_vlans])
def test_what_is_no_port_is_refused(nl: netlynx.Connection, ip: Ip, verb: Any) -> None:
    ip("link add v0 type veth peer name v1")
    with pytest.raises(NetlinkError):
        nl.do(verb("v0", 10))


def test_a_kernel_without_vlans_on_bridges_refuses(nl: netlynx.Connection, ip: Ip) -> None:
    ip("link add br0 type bridge")
    ip("link add v0 type veth peer name v1")
    ip("link set v0 master br0")
    if "vlan_default_pvid" in ip("-d link show br0"):
        pytest.skip("bridges of this kernel know VLANs")
    for own, name in ((False, "v0"), (True, "br0")):
        with pytest.raises(NotSupported):
            nl.do(route.add_vlans(name, 10, own=own))
        with pytest.raises(NotFound, match="no VLAN"):
            nl.do(route.delete_vlans(name, 10, own=own))


def entries(ip: Ip) -> set[tuple[str, int | None]]:
    return {
        (each["ifname"], each.get("vlan")) for each in ip.json("fdb show", tool="bridge") if each["mac"] == HARDWARE
    }


def test_an_entry_without_a_vlan_goes_by_itself_or_stays(nl: netlynx.Connection, ip: Ip, bridge: None) -> None:
    chance = random.Random(4)
    ip("vlan add dev p0 vid 10-12", tool="bridge")
    listing = route.fdb().where(address=HARDWARE)
    refused = 0
    for _ in range(4):
        # Without its VLANs, a port takes an entry that is in none.
        for vlan in chance.sample(["", "vlan 10", "vlan 11", "vlan 12"], chance.randint(1, 4)):
            if not vlan:
                ip("vlan del dev p0 vid 10-12", tool="bridge")
                ip(f"fdb replace {HARDWARE} dev p0 master static", tool="bridge")
                ip("vlan add dev p0 vid 10-12", tool="bridge")
            else:
                ip(f"fdb replace {HARDWARE} dev p0 master static {vlan}", tool="bridge")
        while there := nl.dump(listing).all():
            before = entries(ip)
            for record in chance.sample(there, len(there)):
                try:
                    nl.do(route.delete(record))
                except Ambiguous:
                    refused += 1
                    assert record.vlan is None
                    assert entries(ip) == before
                else:
                    assert entries(ip) == before - {("p0", record.vlan)}
                    break
            else:
                pytest.fail(f"nothing of {there} can be deleted")
    assert refused


def test_an_entry_that_somebody_wrote_goes_if_all_of_it_fits(nl: netlynx.Connection, ip: Ip, bridge: None) -> None:
    ip("vlan add dev p0 vid 10-12", tool="bridge")
    for words in ("static vlan 10", "static vlan 11", "static sticky vlan 12"):
        ip(f"fdb add {HARDWARE} dev p0 master {words}", tool="bridge")
    before = entries(ip)
    plain = Neighbour(family="bridge", index="p0", address=HARDWARE)  # type: ignore[arg-type]
    for record in (plain.replace(flags="sticky"), plain.replace(vlan=10, state="permanent"), plain.replace(vlan=13)):
        with pytest.raises(NetlinkError):
            nl.do(route.delete(record))
        assert entries(ip) == before
    nl.do(route.delete(plain.replace(flags="sticky", vlan=12)))
    assert entries(ip) == before - {("p0", 12)}
    nl.do(route.delete(plain.replace(state="noarp")))  # in each VLAN
    assert entries(ip) == set()

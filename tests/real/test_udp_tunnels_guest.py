"""Foo over UDP, identifier-locator addressing and GTP in the guest: beside `ip`, and by what becomes of packets."""

from __future__ import annotations

import json
import subprocess

import pytest

import netlynx
from conftest import Ip
from forking import typed
from netlynx import fou, gtp, ila, netns, route

pytestmark = [pytest.mark.guest, pytest.mark.namespace]


@pytest.fixture(autouse=True)
def modules() -> None:
    for each in ("fou", "fou6", "ila", "gtp", "ipip"):
        done = subprocess.run(["modprobe", each], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"no {each}: {done.stderr.strip()}")


NONE = ("0.0.0.0", "::")  # as the kernel tells that there is no address


def here(nl: netlynx.Connection) -> list[dict[str, object]]:
    """The ports as `ip -j fou show` has them, in the order of their numbers."""
    found = []
    for each in nl.dump(fou.ports()):
        shown: dict[str, object] = {"port": each.port, "family": str(each.family)}
        shown |= {"gue": None} if each.type == fou.Encapsulation.GUE else {"ipproto": int(each.protocol or 0)}
        shown |= {} if each.local in (None, *NONE) else {"local": each.local}
        shown |= {} if each.peer in (None, *NONE) else {"peer": each.peer, "peer_port": each.peer_port}
        found.append(shown)
    return sorted(found, key=lambda one: str(one["port"]))


def shown(ip: Ip) -> list[dict[str, object]]:
    return sorted(json.loads(ip("-j fou show")), key=lambda one: str(one["port"]))


def test_ports_that_ip_made_are_read(nl: netlynx.Connection, ip: Ip) -> None:
    ip("link set lo up")
    for line in (
        "port 5555 ipproto 4",
        "port 5556 gue",
        "port 5557 ipproto 47 -6",
        "port 5558 ipproto 4 local 127.0.0.1 peer 127.0.0.2 peer_port 7777",
    ):
        ip(f"fou add {line}")
    assert here(nl) == shown(ip)
    assert len(here(nl)) == 4
    assert nl.do(fou.port(fou.Port(port=5556))).type == fou.Encapsulation.GUE


def test_ports_that_are_made_here_are_read_by_ip(nl: netlynx.Connection, ip: Ip) -> None:
    ip("link set lo up")
    for each in (
        fou.Port(port=5555, protocol="ipip"),
        fou.Port(port=5556, type="gue", remote_checksum_no_partial=True),
        fou.Port(port=5557, protocol="gre", family="inet6"),
        fou.Port(port=5558, protocol=4, local="127.0.0.1", peer="127.0.0.2", peer_port=7777),
    ):
        nl.do(fou.add(each))
    assert here(nl) == shown(ip)
    assert nl.do(fou.port(fou.Port(port=5556))).remote_checksum_no_partial
    with pytest.raises(netlynx.NetlinkError):
        nl.do(fou.add(fou.Port(port=5555, protocol="ipip")))
    for each in nl.dump(fou.ports()).all():
        nl.do(fou.delete(each))
    assert nl.dump(fou.ports()).all() == []


def test_packets_are_taken_out_of_udp(namespace: netns.NetworkNamespace) -> None:
    with netns.anonymous() as far, netlynx.connect(netns=namespace) as near, netlynx.connect(netns=far) as other:
        peer = route.Link(name="v1", netns_fd=far)
        near.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=peer))))
        for nl, dev, mine, theirs in ((near, "v0", 1, 2), (other, "v1", 2, 1)):
            nl.do(route.add(route.Address(index=dev, address=f"192.0.2.{mine}/24")))
            nl.do(route.up(dev))
            nl.do(fou.add(fou.Port(port=5555, protocol="ipip")))
            ends = {"local": f"192.0.2.{mine}", "remote": f"192.0.2.{theirs}"}
            data = route.Ipip(**ends, encapsulation="fou", encapsulation_port=5555)
            nl.do(route.add(route.Link(name="t0", kind="ipip", data=data)))
            nl.do(route.add(route.Address(index="t0", address=f"10.0.0.{mine}/24")))
            nl.do(route.up("t0"))
        netns.run(namespace, ["ping", "-q", "-c", "2", "-i", "0.2", "-W", "30", "10.0.0.2"], check=True)
        near.do(fou.delete(fou.Port(port=5555)))
        done = netns.run(namespace, ["ping", "-q", "-c", "1", "-W", "1", "10.0.0.2"], capture_output=True)
        assert done.returncode != 0


def test_mappings_beside_ip(nl: netlynx.Connection, ip: Ip) -> None:
    ip("ila add loc_match 2001:db8:0:1 loc 2001:db8:1:1 csum-mode neutral-map ident-type luid")
    ip("ila add loc_match 2001:db8:0:2 loc 2001:db8:1:2 csum-mode adj-transport ident-type luid dev lo")
    nl.do(ila.add(ila.Mapping(match="2001:db8:0:3", locator="2001:db8:1:3", index="lo")))
    nl.do(ila.add(ila.Mapping(match="2001:db8:0:4", locator="2001:db8:1:4", checksum_mode="neutral-map-auto")))
    found = nl.dump(ila.mappings()).all()
    ours = {(str(each.match), str(each.locator), str(each.checksum_mode), each.index or 0) for each in found}
    assert ours == {
        ("2001:db8:0:1", "2001:db8:1:1", "neutral-map", 0),
        ("2001:db8:0:2", "2001:db8:1:2", "adjust-transport", 1),
        ("2001:db8:0:3", "2001:db8:1:3", "no-action", 1),
        ("2001:db8:0:4", "2001:db8:1:4", "neutral-map-auto", 0),
    }
    # `ip ila list` of iproute2 6.1 prints no locator that is there; what it removes it has to name.
    ip("ila del loc_match 2001:db8:0:3 dev lo")
    assert len(nl.dump(ila.mappings()).all()) == 3
    one = nl.do(ila.mapping("2001:db8:0:2", index="lo"))
    assert (str(one.locator), str(one.identifier_type)) == ("2001:db8:1:2", "luid")
    with pytest.raises(netlynx.AlreadyExists):
        nl.do(ila.add(one))
    with pytest.raises(netlynx.NotFound, match="has locator 2001:db8:1:2 by now"):
        nl.do(ila.delete(one.replace(locator="2001:db8:1:9")))
    nl.do(ila.delete(one))
    assert len(nl.dump(ila.mappings()).all()) == 2
    nl.do(ila.flush())
    assert nl.dump(ila.mappings()).all() == []


@pytest.mark.parametrize("version", [0, 1])
def test_packets_of_subscribers_travel_in_gtp(namespace: netns.NetworkNamespace, version: int) -> None:
    ends: tuple[dict[str, int], ...] = (
        ({"tunnel_id": 7, "flow": 1}, {"tunnel_id": 7, "flow": 1}),
        ({"local_tei": 100, "peer_tei": 200}, {"local_tei": 200, "peer_tei": 100}),
    )[version]
    with netns.anonymous() as far, netlynx.connect(netns=namespace) as near, netlynx.connect(netns=far) as other:
        peer = route.Link(name="v1", netns_fd=far)
        near.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=peer))))
        for nl, dev, mine, role in ((near, "v0", 1, "sgsn"), (other, "v1", 2, "ggsn")):
            nl.do(route.add(route.Address(index=dev, address=f"192.0.2.{mine}/24")))
            nl.do(route.up(dev))
            nl.do(route.add(route.Link(name="gtp0", kind="gtp", data=route.Gtp(create_sockets=True, role=role))))
            nl.do(route.up("gtp0"))
        # The subscriber 10.9.0.1 is behind the near end; 10.8.0.1 is what the far end leads to.
        near.do(route.add(route.Address(index="lo", address="10.9.0.1/32")))
        other.do(route.add(route.Address(index="lo", address="10.8.0.1/32")))
        for nl in (near, other):
            nl.do(route.up("lo"))
        near.do(route.add(route.Route(destination="10.8.0.1/32", oif="gtp0", preferred_source="10.9.0.1")))
        other.do(route.add(route.Route(destination="10.9.0.1/32", oif="gtp0", preferred_source="10.8.0.1")))
        with near.subscribe(gtp.EVENTS) as events:
            made = gtp.Context(index="gtp0", peer="192.0.2.2", subscriber="10.9.0.1", **ends[0])
            near.do(gtp.add(made))
            assert events.get(timeout=60).kind == "added"
            other.do(gtp.add(gtp.Context(index="gtp0", peer="192.0.2.1", subscriber="10.9.0.1", **ends[1])))
            with pytest.raises(netlynx.AlreadyExists):
                near.do(gtp.add(made))
            seen = far_traffic(far)
            netns.run(namespace, ["ping", "-q", "-c", "2", "-i", "0.2", "-W", "30", "10.8.0.1"], check=True)
            assert f"192.0.2.1.{2152 if version else 3386} > 192.0.2.2" in heard(seen)

            (found,) = near.dump(gtp.contexts())
            assert (found.peer, found.subscriber, found.version) == ("192.0.2.2", "10.9.0.1", version)
            assert {name: getattr(found, name) for name in ends[0]} == ends[0]
            assert near.do(gtp.context("gtp0", subscriber="10.9.0.1", version=version)) == found
            with pytest.raises(netlynx.NotFound, match=r"the context has peer 192.0.2.2 by now"):
                near.do(gtp.delete(found.replace(peer="192.0.2.9")))
            near.do(gtp.delete(found))
            assert events.get(timeout=60).kind == "deleted"
            assert near.dump(gtp.contexts()).all() == []


def far_traffic(far: netns.NetworkNamespace) -> subprocess.Popen[str]:
    """tcpdump on the far end, that ends with the first packet of UDP."""
    words = ["tcpdump", "-n", "-l", "-c", "1", "-i", "v1", "udp"]
    started = netns.run_in(far, subprocess.Popen, words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert started.stderr is not None
    for line in started.stderr:
        if "listening on" in line:
            break
    return started


def heard(tcpdump: subprocess.Popen[str]) -> str:
    return tcpdump.communicate(timeout=120)[0]


def test_the_commands(nl: netlynx.Connection, namespace: netns.NetworkNamespace, ip: Ip) -> None:
    def netlynx_(words: str) -> str:
        return typed(*words.split(), where=namespace)

    netlynx_("add fou-port port=5555 protocol=ipip")
    assert here(nl) == shown(ip)
    netlynx_("delete fou-port port=5555")
    netlynx_("add ila-mapping match=2001:db8:0:1 locator=2001:db8:0:2")
    netlynx_("delete ila-mapping match=2001:db8:0:1")
    assert (nl.dump(fou.ports()).all(), nl.dump(ila.mappings()).all()) == ([], [])

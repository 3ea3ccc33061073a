"""What a record says is there when the kernel made it, or the request is refused with the field's name."""

from __future__ import annotations

import enum
import ipaddress
import platform
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import netlynx
from conftest import Ip
from netlynx import netns, route
from netlynx.engine.operation import Dump
from netlynx.errors import EncodeError, NetlinkError
from netlynx.schema.record import class_of, replace_fields
from netlynx.schema.sending import given
from netlynx.schema.settle import kind_of
from support import until

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]

HARDWARE = "02:00:00:00:00:77"

# A value for each field that a record may have beside those of the plain one.
ROUTE: dict[str, Any] = {
    "tos": 16,
    "protocol": "bgp",
    "scope": "link",
    "type": "unicast",
    "flags": "onlink",
    "source": "2001:db8:5::/48",
    "metric": 5,
    "metrics": route.Metrics(mtu=1400),
    "preferred_source": "2001:db8::9",
    "ttl_propagate": True,
    "new_destination": "100",
    "via": "2001:db8::2",
    "realms": 5,
    "iif": 1,
    "mark": 5,
    "uid": 5,
    "cacheinfo": route.RouteCacheInfo(expires=5000),
    "preference": "high",
    "expires": 100,
    "multicast_stats": route.MulticastStats(packets=1),
    "ip_proto": "tcp",
    "source_port": 5,
    "destination_port": 5,
    "flow_label": 5,
    "delete_reason": 1,
}
RULE: dict[str, Any] = {
    "tos": 16,
    "flags": "invert",
    "table": 100,
    "suppress_prefixlen": 5,
    "protocol": "bgp",
    "iifname": "v0",
    "oifname": "v0",
    "fwmark": 5,
    "fwmask": 255,
    "goto": 9999,
    "tunnel_id": 5,
    "uid_range": route.UidRange(start=0, end=0),
    "source_ports": route.PortRange(start=5, end=6),
    "destination_ports": route.PortRange(start=5, end=6),
    "ip_proto": "tcp",
    "suppress_ifgroup": 5,
    "realms": 5,
    "flow_label": 5,
}
ADDRESS: dict[str, Any] = {
    "scope": "link",
    "target_netnsid": 5,
    "broadcast": "192.0.2.255",
    "label": "v0:x",
    "protocol": 7,
    "flags": "noprefixroute",
    "metric": 5,
    "cacheinfo": route.AddressCacheInfo(preferred=100, valid=200),
    "multicast": "2001:db8::1",
    "anycast": "2001:db8::1",
    "multicast_users": 5,
}
NEIGHBOUR: dict[str, Any] = {
    "state": "stale",
    "flags": "router",
    "address": HARDWARE,
    "master": 1,
    "extended_flags": "managed",
    "link_netnsid": 5,
    "nexthop_id": 7,
    "port": 5,
    "vni": 5,
    "via_index": 1,
    "source_vni": 5,
    "protocol": "bgp",
    "vlan": 5,
}


def of_family(value: Any, family: str) -> Any:
    """The value with addresses of this family, where it has such."""
    if not isinstance(value, str):
        return value
    try:
        version = ipaddress.ip_interface(value).version
    except ValueError:
        return value
    if version == 6 and family == "inet":
        return {"2001:db8::9": "192.0.2.9", "2001:db8:5::/48": "198.18.0.0/16", "2001:db8::1": "192.0.2.1"}.get(
            value, value
        )
    return value


@pytest.fixture
def world(ip: Ip) -> None:
    lines = (
        "link add v0 type veth peer v1",
        *(f"link set {name} up" for name in ("lo", "v0", "v1")),
        "addr add 192.0.2.1/24 dev v0",
        "addr add 192.0.2.9/24 dev v0",
        "addr add 2001:db8::1/64 dev v0 nodad",
        "addr add 2001:db8::9/64 dev v0 nodad",
    )
    ip.all(lines)


def made(nl: netlynx.Connection, record: Any, name: str, listing: Dump[Any]) -> Any:
    """The record as it is there when it was added; None where it was refused, in Python by the field's name."""
    before = nl.dump(listing).all()
    try:
        operation = route.add(record)
    except EncodeError as error:
        refused = error.path
    else:
        refused = ""
    if refused:
        # By its name, or that of another field that is set, beside which it cannot be.
        assert refused.removeprefix(f"{class_of(record).__name__}.").split(".")[0] in {name, *given(record)}
        return None
    try:
        nl.do(operation)
    except NetlinkError:
        return None
    known = set(map(repr, before))
    added = [each for each in nl.dump(listing) if repr(each) not in known]
    # The kernel adds those of multicast groups by itself, when it first sends to one, and the addresses of ports.
    if isinstance(record, route.Neighbour):
        return next(each for each in added if record.address in (None, each.address))
    return next(each for each in added if getattr(each, "type", None) is not route.RouteType.MULTICAST)


def holds(found: Any, wanted: Any) -> bool:
    """Whether what is there has the value, maybe with more."""
    if isinstance(wanted, (str, bytes)) or not hasattr(wanted, "__struct_fields__"):
        return bool(found == wanted or (isinstance(wanted, int) and found is not None and found & wanted == wanted))
    return found is not None and all(
        holds(getattr(found, name), getattr(wanted, name))
        for name in wanted.__struct_fields__
        if getattr(wanted, name) not in (None, (), b"", 0)
    )


def check(nl: netlynx.Connection, plain: Any, name: str, value: Any, listing: Dump[Any]) -> None:
    record = replace_fields(plain, **{name: value})
    found = made(nl, record, name, listing)
    if found is None:
        return
    if name == "expires":
        assert found.cacheinfo.expires > 0
    elif name == "cacheinfo":
        assert found.cacheinfo.valid == value.valid
    else:
        # As the kernel would say it.
        listed = nl.dump(listing.where(**{name: getattr(record, name)})).all()
        wanted = getattr(plain.replace(**{name: value}), name)  # in its one form
        assert found in listed or holds(getattr(found, name), wanted), found


@pytest.mark.parametrize("family", ["inet", "inet6"])
@pytest.mark.parametrize("name", ROUTE)
def test_routes(nl: netlynx.Connection, world: None, name: str, family: str) -> None:
    index = nl.do(route.link(name="v0")).index
    plain = route.Route(
        destination="198.51.100.0/24" if family == "inet" else "2001:db8:77::/48",
        gateway="192.0.2.2" if family == "inet" else "2001:db8::2",
        oif=index,
        table=100,
    )
    nl.do(route.add(replace_fields(plain, destination="default", metric=77)))  # so that there is a table
    check(nl, plain, name, of_family(ROUTE[name], family), route.routes(family=family, table=100))


@pytest.mark.parametrize("family", ["inet", "inet6"])
@pytest.mark.parametrize("name", RULE)
def test_rules(nl: netlynx.Connection, name: str, family: str) -> None:
    if name.startswith("flow_label") and tuple(map(int, platform.release().split(".")[:2])) < (6, 14):
        pytest.skip("this kernel does not know it, and ignores it, as the record says")
    check(nl, route.Rule(priority=100, family=family), name, RULE[name], route.rules(family=family))


@pytest.mark.parametrize("family", ["inet", "inet6"])
@pytest.mark.parametrize("name", ADDRESS)
def test_addresses(nl: netlynx.Connection, world: None, name: str, family: str) -> None:
    index = nl.do(route.link(name="v0")).index
    own = "192.0.2.77/24" if family == "inet" else "2001:db8::77/64"
    plain = route.Address(index=index, address=own, flags="nodad" if family == "inet6" else None)
    check(nl, plain, name, of_family(ADDRESS[name], family), route.addresses(family=family, index=index))


@pytest.mark.parametrize("family", ["inet", "inet6"])
@pytest.mark.parametrize("name", NEIGHBOUR)
def test_neighbours(nl: netlynx.Connection, world: None, name: str, family: str) -> None:
    index = nl.do(route.link(name="v0")).index
    target = "192.0.2.77" if family == "inet" else "2001:db8::77"
    plain = route.Neighbour(index=index, destination=target, address=HARDWARE)
    check(nl, plain, name, NEIGHBOUR[name], route.neighbours(family=family, index=index))


# What makes one of each, as little as possible, and where it is listed.
FLAGGED: dict[str, tuple[Any, Callable[[int], Any], Callable[[int], Dump[Any]]]] = {
    "route": (
        route.Route,
        lambda index: route.Route(destination="198.51.100.0/24", gateway="192.0.2.2", oif=index),
        lambda index: route.routes(family="inet", table=254),
    ),
    "route6": (
        route.Route,
        lambda index: route.Route(destination="2001:db8:77::/48", gateway="2001:db8::2", oif=index),
        lambda index: route.routes(family="inet6", table=254),
    ),
    "rule": (route.Rule, lambda index: route.Rule(priority=100, family="inet"), lambda index: route.rules()),
    "address": (
        route.Address,
        lambda index: route.Address(index=index, address="203.0.113.77/24"),
        lambda index: route.addresses(family="inet", index=index),
    ),
    "address6": (
        route.Address,
        lambda index: route.Address(index=index, address="2001:db8::77/64"),
        lambda index: route.addresses(family="inet6", index=index),
    ),
    "neighbour": (
        route.Neighbour,
        lambda index: route.Neighbour(index=index, destination="192.0.2.77"),
        lambda index: route.neighbours(family="inet", index=index),
    ),
    "neighbour with an address": (
        route.Neighbour,
        lambda index: route.Neighbour(index=index, destination="192.0.2.77", address=HARDWARE),
        lambda index: route.neighbours(family="inet", index=index),
    ),
    "proxy": (
        route.Neighbour,
        lambda index: route.Neighbour(index=index, destination="192.0.2.77", flags="proxy"),
        lambda index: route.neighbours(family="inet", index=index, proxy=True),
    ),
    "managed": (
        route.Neighbour,
        lambda index: route.Neighbour(index=index, destination="192.0.2.77", extended_flags="managed"),
        lambda index: route.neighbours(family="inet", index=index),
    ),
    "used": (
        route.Neighbour,
        lambda index: route.Neighbour(index=index, destination="192.0.2.77", flags="use"),
        lambda index: route.neighbours(family="inet", index=index),
    ),
    "forwarded": (
        route.Neighbour,
        lambda index: route.Neighbour(index=index, family="bridge", address=HARDWARE),
        lambda index: route.fdb(index=index),
    ),
    "forwarded and used": (
        route.Neighbour,
        lambda index: route.Neighbour(index=index, family="bridge", address=HARDWARE, flags="use"),
        lambda index: route.fdb(index=index),
    ),
    "tunnelled": (
        route.Neighbour,
        lambda index: route.Neighbour(index=index, family="bridge", address=HARDWARE, destination="192.0.2.9"),
        lambda index: route.fdb(index=index),
    ),
    "nexthop": (
        route.NextHopObject,
        lambda index: route.NextHopObject(id=77, oif=index, gateway="192.0.2.2"),
        lambda index: route.nexthops(),
    ),
}


def flags() -> Iterator[Any]:
    """Each flag of each of these."""
    for what, (cls, _, _) in FLAGGED.items():
        for name in cls.__declarations__:
            values = kind_of(cls, name).values
            if isinstance(values, type) and issubclass(values, enum.IntFlag) and not name.endswith("_mask"):
                yield from (pytest.param(what, name, each, id=f"{what}-{name}-{each.label}") for each in values)


@pytest.mark.parametrize(("what", "name", "flag"), [*flags()])
def test_flags(nl: netlynx.Connection, ip: Ip, world: None, what: str, name: str, flag: Any) -> None:
    """A flag is there when the kernel made it, or is refused: whatever else that is about, too."""
    if what == "address6" and flag is route.AddressFlags.OPTIMISTIC:
        pytest.skip("it takes a sysctl, and passes")
    if what == "neighbour" and flag is route.NeighbourFlags.PROXY:
        pytest.skip("that is another thing")
    if what.startswith("forwarded") or what == "tunnelled":
        other = "link set v0 master br0" if what != "tunnelled" else "link add x0 type vxlan id 5 dstport 4789"
        ip.all(["link add br0 type bridge", other, "link set br0 up"])
    if what.startswith("forwarded"):  # a port learns from when its carrier was seen, a moment later
        until(lambda: "state forwarding" in ip("link show dev v0", tool="bridge"))
    index = nl.do(route.link(name="x0" if what == "tunnelled" else "v0")).index
    _, make, listing = FLAGGED[what]
    plain = make(index)
    record = plain.replace(**{name: (getattr(plain, name) or 0) | flag})
    found = made(nl, record, name, listing(index))
    if found is None:
        return
    asked = {each: getattr(record, each) for each in given(record)}
    if isinstance(record, route.Neighbour):
        said = route.NeighbourFlags.USE | route.NeighbourFlags.MASTER  # what to do, and where
        asked["flags"] = record.flags & ~said
        assert record.address in (None, found.address)
    for each, value in asked.items():
        if value is route.NeighbourState.DELAY:  # which passes at the kernel's next tick (neigh_timer_handler)
            assert found.state in (value, route.NeighbourState.PROBE, route.NeighbourState.FAILED), found
        elif isinstance(value, enum.IntFlag):
            assert (getattr(found, each) or 0) & value == value, found


SPELLINGS = ["inet", "INET", 2, route.AddressFamily.INET, 0, route.AddressFamily.UNSPEC, "unspec"]


@pytest.mark.parametrize("family", SPELLINGS, ids=repr)
@pytest.mark.parametrize("scope", ["global", route.Scope.GLOBAL, 0], ids=repr)
def test_one_address_is_deleted_however_its_family_is_written(
    nl: netlynx.Connection, ip: Ip, world: None, family: Any, scope: Any
) -> None:
    index = nl.do(route.link(name="v0")).index
    ip("addr add 192.0.2.10/24 dev v0")
    for own in ("192.0.2.9/24", ipaddress.ip_interface("192.0.2.9/24")):
        record = route.Address(index=index, family=family, address=own, scope=scope)
        nl.do(route.delete(record))
        left = ip.json("-4 addr show dev v0")[0]["addr_info"]
        assert [each["local"] for each in left] == ["192.0.2.1", "192.0.2.10"]
        with pytest.raises(NetlinkError):
            nl.do(route.delete(replace_fields(record, address="192.0.2.77/24")))
        assert ip.json("-4 addr show dev v0")[0]["addr_info"] == left
        nl.do(route.add(record))
        ip("addr del 192.0.2.10/24 dev v0")
        ip("addr add 192.0.2.10/24 dev v0")


def test_addresses_of_another_namespace_are_left_alone(nl: netlynx.Connection, ip: Ip) -> None:
    ip("link set lo up")
    with netns.anonymous() as other:
        with netlynx.connect(netns=other) as far:
            far.do(route.up("lo"))
        nl.do(route.add(route.NamespaceId(fd=other.fileno(), nsid=5)))
        there = nl.dump(route.addresses(target_netnsid=5)).all()
        assert there
        here = nl.dump(route.addresses()).all()
        for verb in (route.add, route.replace, route.delete):
            with pytest.raises(EncodeError, match=r"target_netnsid: .*namespace"):
                verb(there[0])
        with pytest.raises(EncodeError, match=r"target_netnsid"):
            route.flush(route.addresses(target_netnsid=5))
        assert nl.dump(route.addresses()).all() == here

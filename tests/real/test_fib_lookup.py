"""Look-ups in single tables of routes, against what iproute2 made, and what it says of the same addresses."""

from __future__ import annotations

import errno
import json
import random
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest

import netlynx
from forking import forked
from netlynx import fib_lookup, netns, route

pytestmark = pytest.mark.every_kernel


def test_what_ip_made_is_found_in_its_table(nl: netlynx.Connection, ip: Any) -> None:
    links(ip)
    ip("addr add 192.0.2.1/24 dev v0")
    ip("rule add priority 100 from 198.51.100.1 lookup 100")  # local and main are two tables from now on
    ip("route add 10.1.0.0/16 dev v0 table 100")
    ip("route add default via 192.0.2.9 dev v0 table 100")
    ip("route add 10.3.0.0/16 table 100 nexthop via 192.0.2.7 dev v0 nexthop via 192.0.2.8 dev v0")
    ip("route add 10.4.0.0/16 dev v0 tos 0x10 table 100")

    def look(address: str, **how: Any) -> tuple[object, ...]:
        found = nl.do(fib_lookup.lookup(address, **how))
        return found.prefix, found.table, found.type.label, found.scope.label

    assert look("10.1.2.3", table=100) == ("10.1.0.0/16", 100, "unicast", "link")
    assert look("10.2.2.3", table=100) == ("0.0.0.0/0", 100, "unicast", "global")
    assert look("10.4.0.1", table=100) == ("0.0.0.0/0", 100, "unicast", "global")
    assert look("10.4.0.1", table=100, tos=0x10) == ("10.4.0.0/16", 100, "unicast", "link")
    assert look("10.1.2.3", table=100, scope="link") == ("10.1.0.0/16", 100, "unicast", "link")
    assert look("192.0.2.1", table="local") == ("192.0.2.1/32", 255, "local", "host")
    assert look("192.0.2.255", table="local") == ("192.0.2.255/32", 255, "broadcast", "link")
    assert look("192.0.2.5") == ("192.0.2.0/24", 254, "unicast", "link")
    assert {nl.do(fib_lookup.lookup(f"10.3.0.{last}", table=100)).next_hop for last in range(40)} <= {0, 1}
    for address, how in (("10.1.2.3", {}), ("10.2.2.3", {"table": 100, "scope": "link"}), ("127.0.0.1", {})):
        with pytest.raises(netlynx.NotFound, match="has no such route, or one of type throw") as refused:
            look(address, **how)
        assert refused.value.errno == errno.ENETUNREACH
    with pytest.raises(netlynx.NotFound, match=r"asked_table=77\): there is no table 77 "):
        look("10.1.2.3", table=77)


def test_the_command_shows_what_is_found(namespace: netns.NetworkNamespace, ip: Any) -> None:
    links(ip)
    ip("route add 10.1.0.0/16 dev v0 table 100")
    ip("route add unreachable 10.2.0.0/16 table 100")

    def command(*words: str, status: int = 0) -> str:
        done = forked(["lookup", *words], where=namespace)
        assert done.returncode == status, done.stderr
        return str(done.stdout or done.stderr)

    head, row = command("10.1.2.3", "--table", "100").splitlines()
    assert head.split() == ["ADDRESS", "ROUTE", "TABLE", "TYPE", "SCOPE", "HOP"]
    assert row.split() == ["10.1.2.3", "10.1.0.0/16", "100", "unicast", "link", "0"]
    assert command("10.2.2.3", "--table", "100").splitlines()[1].split() == ["10.2.2.3", "100", "unreachable"]
    (found,) = json.loads(command("10.2.2.3", "--table", "100", "--json"))
    assert (found["type"], found["error"], found["table"]) == ("unreachable", -errno.EHOSTUNREACH, 100)
    assert command("10.9.0.1", "--table", "100", status=1) == (
        "netlynx: lookup 10.9.0.1: table 100 has no such route, or one of type throw "
        "[Network is unreachable (ENETUNREACH)]\n"
    )
    assert "Invalid value for --table" in command("10.9.0.1", "--table", "256", status=2)
    assert "Invalid value for --tos" in command("10.9.0.1", "--tos", "x", status=2)
    assert "Invalid value for ADDRESS" in command("::1", status=2)
    assert "no-such" in command("10.9.0.1", "--table", "no-such", status=1)


@pytest.mark.parametrize(
    ("type", "number"),
    [("blackhole", errno.EINVAL), ("unreachable", errno.EHOSTUNREACH), ("prohibit", errno.EACCES)],
)
def test_a_route_that_refuses_packets_is_found(nl: netlynx.Connection, ip: Any, type: str, number: int) -> None:
    ip(f"route add {type} 10.9.0.0/16 table 100")
    found = nl.do(fib_lookup.lookup("10.9.1.1", table=100))
    assert (found.type.label, found.error, found.table, found.prefix) == (type, -number, 100, None)
    ip("rule add priority 100 lookup 100")
    with pytest.raises(netlynx.NetlinkError) as refused:  # which a sender sees
        nl.do(route.route("10.9.1.1"))
    assert refused.value.errno == number


def test_a_route_of_type_throw_is_as_none(nl: netlynx.Connection, ip: Any) -> None:
    ip("route add throw 10.9.0.0/16 table 100")
    with pytest.raises(netlynx.NotFound, match="or one of type throw"):
        nl.do(fib_lookup.lookup("10.9.1.1", table=100))


def test_without_rules_of_ones_own_local_and_main_are_one(nl: netlynx.Connection, ip: Any) -> None:
    ip("link set lo up")
    found = nl.do(fib_lookup.lookup("127.0.0.1", table="main"))
    assert (found.prefix, found.type.label) == ("127.0.0.1/32", "local")


def test_hundreds_of_look_ups_say_what_ip_route_get_says(nl: netlynx.Connection, ip: Any) -> None:
    """The route that matches, of random ones that lie in each other, is the same by all three ways of asking."""
    links(ip)
    chance = random.Random(7)
    ways = ["dev v0", "dev v0", "dev v0 scope host", "dev v0 scope global"]
    made = [route_of(chance.getrandbits(24), chance.randint(9, 32)) for _ in range(150)]
    ip("-batch -", stdin="".join(f"route replace {prefix} {chance.choice(ways)}\n" for prefix in made))
    matched: dict[str, str | None] = {}
    for _ in range(300):
        near, length = chance.choice(made).split("/")
        bits = int(IPv4Address(near)) ^ chance.getrandbits(min(34 - int(length), 24))
        address = str(IPv4Address(bits))
        try:
            found = nl.do(fib_lookup.lookup(address))
        except netlynx.NotFound:
            with pytest.raises(netlynx.NetlinkError) as refused:
                nl.do(route.route(address))
            assert refused.value.errno == errno.ENETUNREACH
            continue
        theirs = nl.do(route.route(address, fibmatch=True))
        ours = (found.prefix, found.table, found.type, found.scope)
        assert ours == (theirs.destination, theirs.table, theirs.type, theirs.scope)
        matched[address] = found.prefix
    assert len(set(matched.values())) > 50
    said = ip("-batch -", stdin="".join(f"route get fibmatch {address}\n" for address in matched)).splitlines()
    shown = [line.split()[0] for line in said]
    assert [each if "/" in each else f"{each}/32" for each in shown] == [*matched.values()]


def links(ip: Any) -> None:
    ip("link add v0 type veth peer name v1")
    ip("link set v0 up")
    ip("link set v1 up")


def route_of(bits: int, length: int) -> str:
    return str(IPv4Network((10 << 24 | bits, length), strict=False))

"""Everything that `ip -d -j` and `bridge -d -j` print of a namespace, compared with netlynx field by field."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest

import netlynx
from conftest import Ip
from netlynx import netns
from netlynx.codec._codec import to_json
from netlynx.engine.operation import Dump
from netlynx.route.address import addresses
from netlynx.route.constants import AddressFamily
from netlynx.route.link import links
from netlynx.route.link_bridge import BridgeSpec, BridgeVlanFlags
from netlynx.route.link_constants import LinkExtensions
from netlynx.route.neighbour import fdb, neighbours
from netlynx.route.nexthop import nexthops
from netlynx.route.route import routes
from netlynx.route.rule import rules
from witness import Names, Table, differences, listed, misnamed, parsed
from witness_kinds import BRIDGE_PORT, KINDS
from witness_links import LINK, UNKNOWN_TO_IP
from witness_neighbours import FDB, NEIGHBOUR
from witness_routes import ADDRESS, NEXTHOP, ROUTE, RULE
from world import World

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]

ATTEMPTS = 10  # readings, until nothing but counters and timers moves in between

# What `ip` says of a link, an address, … that this kernel cannot make.
LACKING = re.compile(
    r"Unknown device type|not supported|open: Permission denied|Cannot find device|does not exist|tun.*No such"
    r"|is a garbage|unknown protocol"
    r"|either .* is duplicate|Protocol not available|platform_labels|encap fou.*Invalid argument"
)

Compare = Callable[[], list[str]]


class Reader:
    """The namespace as netlynx and as `ip` see it."""

    def __init__(self, namespace: netns.NetworkNamespace, nl: netlynx.Connection, world: World) -> None:
        self.namespace = namespace
        self.nl = nl
        self.world = world

    def ip(self, command: str, tool: str = "ip") -> Any:
        return parsed(self.world.ip(f"-d -j {command}", tool=tool))

    def names(self) -> Names:
        return Names(
            links={each.index: each for each in self.nl.dump(links())},
            nexthops={each.id: each for each in self.nl.dump(nexthops()) if each.id is not None},
        )

    def agree(self, path: str, table: Table, command: str, operation: Dump[Any], tool: str = "ip") -> None:
        """`ip` prints the same as the records read before and after say, in the same order."""

        def compare() -> list[str]:
            names = self.names()
            before = self.nl.dump(operation).all()
            shown = self.ip(command, tool)
            after = self.nl.dump(operation).all()
            return listed(path, table, shown, before, after, names)

        settle(compare)


def settle(compare: Compare) -> None:
    """No differences; what changed between two readings is read again."""
    found = compare()
    for _ in range(ATTEMPTS - 1):
        if not found:
            return
        found = compare()
    assert not found, "\n" + "\n".join(found)


def allow_labels() -> None:
    with contextlib.suppress(FileNotFoundError):  # no MPLS here
        Path("/proc/sys/net/mpls/platform_labels").write_text("1000")


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with netns.anonymous() as own, netns.anonymous() as other, netlynx.connect(netns=own) as nl:
        world = World(Ip(own))
        netns.run_in(own, allow_labels)
        world.make()
        world.ip("link add away type veth peer name gone")
        world.ip(f"link set gone netns /proc/{os.getpid()}/fd/{other.fileno()}")
        yield Reader(own, nl, world)


def test_all_is_there_but_what_the_kernel_lacks(reader: Reader) -> None:
    missing = {line: reason for line, reason in reader.world.missing.items() if not LACKING.search(reason)}
    assert missing == {}, missing


# -- links -------------------------------------------------------------------------------------------------------


def test_links(reader: Reader) -> None:
    reader.agree("links", LINK, "-s -s link show", links())


@pytest.mark.parametrize("name", World(None).links())
def test_a_link_of_each_kind(name: str, reader: Reader) -> None:
    line = reader.world.links()[name]
    if reason := reader.world.missing.get(line):
        pytest.skip(reason)
    shown_name = "nk0" if name == "netkit" else name

    def compare() -> list[str]:
        names = reader.names()
        before = next(each for each in names.links.values() if each.name == shown_name)
        [shown] = reader.ip(f"-s -s link show dev {shown_name}")
        after = reader.names().links[before.index]
        return differences(shown_name, LINK, shown, before, after, names)

    settle(compare)


def test_every_kind_has_its_table_or_a_reason(reader: Reader) -> None:
    for record in reader.nl.dump(links()):
        assert record.kind is None or record.kind in KINDS.keys() | UNKNOWN_TO_IP.keys()


def test_ports_of_a_bridge(reader: Reader) -> None:
    # `bridge` calls two settings otherwise than `ip`, and says less.
    table = {
        "ifindex": LINK["ifindex"],
        "ifname": LINK["ifname"],
        "link": LINK["link"],
        "flags": LINK["flags"],
        "mtu": LINK["mtu"],
        "master": LINK["master"],
        **{key: _of_port(say) for key, say in BRIDGE_PORT.items() if key in SHOWN_BY_BRIDGE},
        "mcast_router": _of_port(BRIDGE_PORT["multicast_router"]),
    }

    def compare() -> list[str]:
        names = reader.names()
        before = [each for each in reader.nl.dump(links(family="bridge")) if each.protinfo]
        shown = reader.ip("link show", tool="bridge")
        after = [each for each in reader.nl.dump(links(family="bridge")) if each.protinfo]
        return listed("ports", table, shown, before, after, names)

    settle(compare)


SHOWN_BY_BRIDGE = {
    "state", "priority", "cost", "hairpin", "guard", "root_block", "fastleave", "learning", "flood", "mcast_flood",
    "bcast_flood", "mcast_to_unicast", "neigh_suppress", "vlan_tunnel", "isolated", "locked", "backup_port",
}  # fmt: skip


def _of_port(say: Any) -> Any:
    return lambda record, names: say(record.protinfo, names)


def test_vlans_of_bridge_ports(reader: Reader) -> None:
    compressed = links(family="bridge", extensions=LinkExtensions.BRVLAN_COMPRESSED)
    for record in reader.nl.dump(compressed):
        assert record.unknown == ()
        if record.af_spec is None:  # newer kernels say nothing of a bridge that filters no VLANs, which ends `bridge`
            continue
        assert isinstance(record.af_spec, BridgeSpec)
        (shown,) = reader.ip(f"vlan show dev {record.name}", tool="bridge")
        assert list(_vlans(record.af_spec.vlans)) == [
            (each["vlan"], each.get("vlanEnd", each["vlan"]), each.get("flags", [])) for each in shown["vlans"]
        ]


def _vlans(entries: Any) -> Iterator[tuple[int, int, list[str]]]:
    words = {BridgeVlanFlags.PVID: "PVID", BridgeVlanFlags.UNTAGGED: "Egress Untagged"}
    first = 0
    for entry in entries:
        if BridgeVlanFlags.RANGE_BEGIN in entry.flags:
            first = entry.vid
            continue
        begin = first if BridgeVlanFlags.RANGE_END in entry.flags else entry.vid
        yield begin, entry.vid, sorted(word for flag, word in words.items() if flag in entry.flags)


# -- the other objects -------------------------------------------------------------------------------------------


def test_addresses(reader: Reader) -> None:
    def compare() -> list[str]:
        names = reader.names()
        before, shown, after = reader.nl.dump(addresses()).all(), reader.ip("addr show"), reader.nl.dump(addresses())
        again = after.all()
        found = []
        for each in shown:
            index = each["ifindex"]
            found += listed(
                f"addresses of {each['ifname']}",
                ADDRESS,
                each["addr_info"],
                [record for record in before if record.index == index],
                [record for record in again if record.index == index],
                names,
            )
        if {record.index for record in again} - {each["ifindex"] for each in shown}:
            found.append("netlynx has addresses of a link that ip does not print")
        return found

    settle(compare)


@pytest.mark.parametrize("family", ["inet", "inet6", "mpls"])
def test_routes(family: str, reader: Reader) -> None:
    reader.agree(f"{family} routes", ROUTE, f"-s -s -f {family} route show table all", routes(family=family))
    if family == "inet":
        assert len(reader.nl.dump(routes(family=family)).all()) > 1000


@pytest.mark.parametrize("table", [77, 100, 502, 70000])
def test_routes_of_a_table(table: int, reader: Reader) -> None:
    shown = {key: say for key, say in ROUTE.items() if key != "table"}
    command = f"-4 -s -s route show table {table}"
    operation = routes(family="inet", table=table)
    if table == 77 and any(
        "vrf0" in line for line in reader.world.missing
    ):  # the table of a kind that this kernel lacks
        with pytest.raises(RuntimeError, match="FIB table does not exist"):
            reader.world.ip(command)
        with pytest.raises(netlynx.NotFound, match="FIB table does not exist"):
            reader.nl.dump(operation).all()
        return
    reader.agree(f"table {table}", shown, command, operation)


def test_nexthop_objects(reader: Reader) -> None:
    reader.agree("nexthops", NEXTHOP, "nexthop show", nexthops())


@pytest.mark.parametrize("family", ["inet", "inet6"])
def test_rules(family: str, reader: Reader) -> None:
    reader.agree(f"{family} rules", RULE, f"-f {family} rule show", rules(family=family))


@pytest.mark.parametrize("family", ["inet", "inet6"])
def test_neighbours(family: str, reader: Reader) -> None:
    command = f"-s -s -f {family} neigh show nud all"
    reader.agree(f"{family} neighbours", NEIGHBOUR, command, neighbours(family=family))


def test_proxies(reader: Reader) -> None:
    reader.agree("proxies", NEIGHBOUR, "-s -s neigh show proxy", neighbours(proxy=True))


def test_forwarding_databases(reader: Reader) -> None:
    reader.agree("fdb", FDB, "-s fdb show", fdb(), tool="bridge")


# -- all objects -------------------------------------------------------------------------------------------------

DUMPS: dict[str, Dump[Any]] = {
    "links": links(),
    "links of IPv6": links(family=AddressFamily.INET6),
    "ports": links(family=AddressFamily.BRIDGE, extensions=LinkExtensions.BRVLAN_COMPRESSED),
    "addresses": addresses(),
    "routes": routes(),
    "nexthops": nexthops(),
    "rules": rules(),
    "neighbours": neighbours(),
    "proxies": neighbours(proxy=True),
    "fdb": fdb(),
}


@pytest.mark.parametrize("what", DUMPS)
def test_nothing_is_unknown(what: str, reader: Reader) -> None:
    for record in reader.nl.dump(DUMPS[what]):
        assert list(_unknown(record)) == []


def _unknown(value: Any) -> Iterator[Any]:
    """What the kernel said and no declaration has, of a record and all records in it."""
    if isinstance(value, tuple):
        for each in value:
            yield from _unknown(each)
    elif hasattr(value, "__struct_fields__"):
        for extra in ("unknown", "tail"):
            if found := getattr(value, extra, None):
                yield type(value).__name__, found
        for name in value.__struct_fields__:
            yield from _unknown(getattr(value, name))


@pytest.mark.parametrize("what", DUMPS)
def test_json_has_all_fields_with_the_names_of_ip(what: str, reader: Reader) -> None:
    records = tuple(reader.nl.dump(DUMPS[what]))
    assert records
    assert misnamed(msgspec.json.decode(to_json(records)), records) == []


def test_json_names_are_those_of_ip(reader: Reader) -> None:
    """The same names, straight from one JSON to the other."""
    read = {each["index"]: each for each in json_of(reader, links())}
    for shown in reader.ip("link show"):
        link = read[shown["ifindex"]]
        assert (link["type"], link["operstate"], link["linkmode"]) == (
            shown["link_type"],
            shown["operstate"],
            shown["linkmode"],
        )
        assert set(link["flags"]) - {"RUNNING"} == set(shown["flags"]) - {"NO-CARRIER", "M-DOWN"}
        assert link["kind"] == shown.get("linkinfo", {}).get("info_kind")
    shown_routes = reader.ip("-4 route show table all")
    for route, shown in zip(json_of(reader, routes(family="inet")), shown_routes, strict=True):
        keys = ("type", "scope", "protocol")
        assert [str(route[key]) for key in keys] == [shown[key] for key in keys]
    shown_neighbours = reader.ip("neigh show nud all")
    assert [each["state"] for each in json_of(reader, neighbours())] == [each["state"] for each in shown_neighbours]
    shown_addresses = [each for link in reader.ip("addr show") for each in link["addr_info"]]
    read_addresses = {
        (each["family"], each.get("local") or each["address"]): each for each in json_of(reader, addresses())
    }
    for shown in shown_addresses:
        address = read_addresses[shown["family"], shown["local"]]
        assert str(address["scope"]) == shown["scope"]
        assert ("noprefixroute" in address["flags"]) is shown.get("noprefixroute", False)


def json_of(reader: Reader, operation: Dump[Any]) -> Any:
    return msgspec.json.decode(to_json(tuple(reader.nl.dump(operation))))


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_the_async_shell_reads_the_same(backend: str, reader: Reader) -> None:
    async def read() -> dict[str, list[Any]]:
        async with netlynx.aconnect(netns=reader.namespace) as nl:
            return {what: [each async for each in nl.dump(operation)] for what, operation in DUMPS.items()}

    def compare() -> list[str]:
        before = {what: reader.nl.dump(operation).all() for what, operation in DUMPS.items()}
        between = anyio.run(read, backend=backend)
        return [what for what in DUMPS if _still(before[what]) != _still(between[what])]

    settle(compare)


def _still(records: list[Any]) -> list[Any]:
    """Records without what moves by itself: counters, ages and timers."""
    moving = ("cacheinfo", "stats", "stats64", "af_spec", "protinfo", "data", "slave_data")
    return [
        msgspec.structs.replace(each, **dict.fromkeys(set(moving) & set(each.__struct_fields__))) for each in records
    ]

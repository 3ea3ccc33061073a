"""A name goes wherever an index goes: in every argument, field and filter it ends as the same request as its number."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

import test_filters
from netlynx import EncodeError, diag, ethtool, fou, gtp, ila, macsec, mptcp, netdev, route, wireguard
from netlynx.engine.named import NamedDo, NamedDump
from netlynx.engine.naming import resolution
from netlynx.engine.operation import Do, Dump, Flush, Talk
from netlynx.ethtool.settings import Setting
from netlynx.generic.declaration import Command
from netlynx.schema import replace_fields
from netlynx.schema.record import class_of
from netlynx.schema.settle import kind_of
from test_nothing_is_lost import DECLARED, VERBS, outcome

INDEX = 7
ROOMS: tuple[ModuleType, ...] = (route, ethtool, fou, gtp, ila, macsec, netdev, mptcp, wireguard, diag)


def known(operation: Any) -> Any:
    """An operation with numbers for its names, from a kernel where every interface has the index 7."""
    if isinstance(operation, Flush):
        return replace_fields_of_flush(operation)
    if not isinstance(operation, NamedDo | NamedDump):
        return operation
    steps = resolution(operation).steps()
    answer = None
    while True:
        try:
            asked = steps.send(answer)
        except StopIteration as end:
            return end.value
        assert (asked.name, asked.request.name) == ("route.link", "v0")
        answer = route.Link(index=INDEX, name="v0")


def replace_fields_of_flush(flush: Flush[Any]) -> Any:
    return flush.name, known(flush.dump)


def alike(make: Callable[[Any], Any]) -> None:
    """What is made with a name is, once that is known, what is made with the number; and it says its name till then."""
    named = make("v0")
    assert "v0" in str(named) or isinstance(named, Talk | Flush)
    found, meant = known(named), known(make(INDEX))
    if isinstance(meant, Talk):
        assert known(next(iter(found.steps()))) == next(iter(meant.steps()))
    else:
        assert found == meant


def unnamed(talk: Talk[Any]) -> Talk[Any]:
    """A talk whose operations have numbers for names."""

    def steps() -> Iterator[Any]:
        inner, answer = talk.steps(), None
        while True:
            try:
                answer = yield known(inner.send(answer))
            except StopIteration as end:
                return end.value

    return Talk(talk.name, steps)  # type: ignore[arg-type]  # a generator


# What functions want besides the argument that takes a name.
BESIDES: dict[str, dict[str, Any]] = {
    "mapping": {"match": "2001:db8:0:1"},
    "context": {"subscriber": "10.9.0.1"},
    "address": {"address": "2001:db8::1"},
    "socket": {"which": "tcp", "source": "192.0.2.1", "source_port": 1},
    "address_label": {"address": "2001:db8::1"},
    "multicast_route": {"source": "192.0.2.1", "group": "233.252.0.1"},
    "route": {"destination": "192.0.2.1"},
    "neighbour": {"destination": "192.0.2.1"},
    "fdb_entry": {"address": "02:00:00:00:00:01"},
    "mdb_group": {"group": "239.1.1.1"},
}
TAKES = [
    (room.__name__.removeprefix("netlynx."), name, argument.name)
    for room in ROOMS
    for name, function in ((name, getattr(room, name)) for name in sorted(dir(room)))
    if inspect.isfunction(function) and not name.startswith("_") and function.__module__.startswith(room.__name__)
    for argument in inspect.signature(function).parameters.values()
    if argument.name in ("index", "oif", "iif", "master", "bridge", "table", "selection") and name != "link"
]


def test_the_table_of_functions_has_them() -> None:
    assert len(TAKES) >= 18
    assert ("route", "flush_fdb", "selection") in TAKES
    assert ("wireguard", "device", "index") in TAKES


@pytest.mark.parametrize(("room", "name", "argument"), [each for each in TAKES if each[2] != "table"])
def test_every_argument_that_is_an_index_takes_a_name(room: str, name: str, argument: str) -> None:
    function = next(getattr(each, name) for each in ROOMS if each.__name__ == f"netlynx.{room}")
    alike(lambda value: function(**BESIDES.get(name, {}), **{argument: value}))


def named_fields(cls: Any) -> list[str]:
    return [field for field in cls.__declarations__ if kind_of(cls, field).names == "interface"]


COMMANDS = [(family, name, field) for family, name in DECLARED for field in named_fields(getattr(family, name).request)]


def test_the_table_of_commands_has_them() -> None:
    assert len(COMMANDS) > 70
    assert len({family for family, _, _ in COMMANDS}) == 8


@pytest.mark.parametrize(("family", "name", "field"), COMMANDS)
def test_every_request_of_a_family_takes_a_name(family: Any, name: str, field: str) -> None:
    command: Command = getattr(family, name)
    alike(lambda value: command(**{field: value}))  # type: ignore[operator]  # a do or a dump
    with pytest.raises(EncodeError, match=f"{field}: '' is no name of an interface"):
        command(**{field: ""})  # type: ignore[operator]


FIELDS = [(name, field) for name, (_, base, _) in VERBS.items() for field in named_fields(class_of(base))]


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_every_function_that_takes_a_record_takes_a_name_in_it(name: str, field: str) -> None:
    verb, base, there = VERBS[name]
    if there is not None:
        there = replace_fields(there, **{"index" if "index" in there.__declarations__ else field: INDEX})

    def what(value: Any) -> Any:
        made = known(verb(replace_fields(base, **{field: value})))
        return unnamed(made) if isinstance(made, Talk) else made

    assert outcome(lambda: what("v0"), there) == outcome(lambda: what(INDEX), there)


@pytest.mark.parametrize("name", sorted(name for name, each in vars(ethtool).items() if isinstance(each, Setting)))
def test_every_setting_takes_a_name_for_the_index_of_its_device(name: str) -> None:
    setting = getattr(ethtool, name)
    alike(lambda value: setting(setting.command.request(device_index=value)))


LISTINGS: dict[str, Callable[[], Dump[Any]]] = {
    "links": route.links,
    "addresses": route.addresses,
    "routes": route.routes,
    "neighbours": route.neighbours,
    "fdb": route.fdb,
    "rules": route.rules,
    "nexthops": route.nexthops,
    "nexthop_buckets": route.nexthop_buckets,
    "address_labels": route.address_labels,
    "neighbour_tables": route.neighbour_tables,
    "port_vlans": route.port_vlans,
    "vlan_options": route.vlan_options,
    "mdb": route.mdb,
    "mdb_routers": route.mdb_routers,
    "mst_states": route.mst_states,
    "vnis": route.vnis,
    "netconfs": route.netconfs,
    "stats": route.stats,
    "can_gateways": route.can_gateways,
    "mctp_addresses": route.mctp_addresses,
    "mctp_routes": route.mctp_routes,
    "mctp_neighbours": route.mctp_neighbours,
    "phonet_addresses": route.phonet_addresses,
    "phonet_routes": route.phonet_routes,
    "devices": netdev.devices,
    "queues": netdev.queues,
    "napis": netdev.napis,
    "page_pools": netdev.page_pools,
    "statistics": netdev.statistics,
    "endpoints": mptcp.endpoints,
    "all_rings": ethtool.all_rings,
    "tcp": diag.tcp,
    "mptcp": diag.mptcp,
}


def test_listings_of_all_records_of_rtnetlink_are_here() -> None:
    records = {each().reply for name, each in test_filters.LISTINGS.items() if name.startswith("route.")}
    assert {cls for cls in records if named_fields(cls)} <= {each().reply for each in LISTINGS.values()}


@pytest.mark.parametrize("name", LISTINGS)
def test_every_filter_of_an_index_takes_names(name: str) -> None:
    listing = LISTINGS[name]()
    fields = named_fields(listing.reply)
    assert fields or name in ("rules", "nexthop_buckets")
    for field in fields:
        one, several = listing.where(**{field: "v0"}), listing.where(**{field: {"v0", 9}})
        assert known(one) == listing.where(**{field: INDEX})
        assert known(several) == listing.where(**{field: {INDEX, 9}})
        assert one == listing.where(**{field: "v0"}) != listing.where(**{field: "v1"})
        assert known(one.where(**{field: {9, "v0"}})) == listing.where(**{field: INDEX}).where(**{field: {9, INDEX}})
        with pytest.raises(EncodeError, match=f"{listing.reply.__name__}.{field}: '' is no name of an interface"):
            listing.where(**{field: ""})
        if issubclass(listing.reply, route.Link | route.Address | route.Route | route.Neighbour):
            assert known(route.flush(one)) == known(route.flush(listing.where(**{field: INDEX})))


@pytest.mark.parametrize(
    ("listing", "named", "meant"),
    [
        (route.routes(), {"multipath": {"oif": "v0"}}, {"multipath": {"oif": 7}}),
        (route.links(), {"kind": "vxlan", "data": {"link": "v0"}}, {"kind": "vxlan", "data": {"link": 7}}),
        (route.links(), {"kind": "bond", "data": {"primary": "v0"}}, {"kind": "bond", "data": {"primary": 7}}),
        (route.nexthops(), {"oif": ["v0"]}, {"oif": [7]}),
        (route.rules(), {"table": "main"}, {"table": 254}),
        (route.routes(), {"table": {"local", "main"}}, {"table": {254, 255}}),
    ],
)
def test_filters_take_names_within_records_and_in_several(listing: Any, named: Any, meant: Any) -> None:
    try:
        wanted = listing.where(**meant)
    except EncodeError as error:
        with pytest.raises(EncodeError, match=str(error).partition(":")[0].replace("[", "\\[")):
            listing.where(**named)
        return
    assert known(listing.where(**named)) == wanted


@pytest.mark.parametrize(
    ("make", "path", "told"),
    [
        (lambda: route.links(master="v0", target_netnsid=3), "route.links(master)", "target_netnsid"),
        (lambda: route.addresses(index="v0", target_netnsid=3), "route.addresses(index)", "target_netnsid"),
        (lambda: route.add(route.Link(name="a", kind="vlan", parent="v0", netns_id=3)), "Link.parent", "netns_id"),
        (
            lambda: route.add(route.Link(name="a", kind="vxlan", data=route.Vxlan(link="v0"), netns_id=3)),
            "Link.data.link",
            "netns_id",
        ),
        (lambda: route.add(route.Link(name="a", kind="dummy", master="v0", netns_pid=3)), "Link.master", "netns_pid"),
        (lambda: netdev.create_queue(index=1, lease=netdev.Lease(index="v0", nsid=3)), "lease.index", "nsid"),
        (lambda: route.delete(route.Address(index="v0", target_netnsid=3)), "Address.index", "target_netnsid"),
    ],
)
def test_a_name_of_another_namespace_is_not_looked_up_in_this_one(
    make: Callable[[], Any], path: str, told: str
) -> None:
    with pytest.raises(EncodeError, match=f"{told} tells another: give an index") as caught:
        make()
    assert caught.value.path.endswith(path)


@pytest.mark.parametrize(
    "function",
    [
        *(getattr(route, name) for name in ("add", "append", "replace", "change", "delete", "set_bridge_port")),
        *(mptcp.add, mptcp.change, wireguard.configure, route.flush),
    ],
    ids=lambda function: str(function.__name__),
)
@pytest.mark.parametrize("given", ["br0", 7, None], ids=repr)
def test_what_is_no_record_is_refused_in_words(function: Callable[[Any], Do[None]], given: Any) -> None:
    with pytest.raises(TypeError, match=r"record|expected a|takes"):
        function(given)

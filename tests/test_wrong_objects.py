"""A wrong object is refused in words by whatever takes records, operations or values: the parameter is named."""

from __future__ import annotations

import ast
import importlib
import inspect
import itertools
import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

import netlynx
from netlynx import (
    crypto,
    devlink,
    diag,
    firewall,
    fou,
    gtp,
    ila,
    ioam6,
    ipset,
    ipvs,
    l2tp,
    macsec,
    mptcp,
    netns,
    nftables,
    ovs,
    rdma,
    route,
    seg6,
    tc,
    tun,
    usersock,
    wireguard,
    xfrm,
)
from netlynx.generic.declaration import Command
from netlynx.kernel import VirtualKernel
from netlynx.netfilter import accounting, conntrack, helpers, queue, timeouts
from netlynx.schema import Record, attr, u32
from netlynx.tc import verbs as verbs_of_tc

ROOMS = (
    "classical", "crypto", "devlink", "diag", "ethtool", "fib_lookup", "firewall", "generic", "ipset", "iscsi", "mptcp",
    "netdev", "rdma",
    "fou", "gtp", "ila", "ioam6", "l2tp", "macsec", "ovs", "seg6",
    "netfilter", *(f"netfilter.{name}" for name in ("accounting", "compat", "conntrack", "fingerprints", "helpers")),
    "netfilter.hooks", "netfilter.log", "netfilter.queue", "netfilter.timeouts", "ipvs", "nftables", "route", "scsi",
    "nl80211", "selinux", "taskstats", "tcp_metrics", "uevent", "wireguard", "xfrm", "ynl",
)  # fmt: skip
"""Those whose functions make values. The functions of `netns` and `tun` act where they stand: see below."""

NO_VALUES = {"classical.reply", "ynl.spec_error"}


class Stranger(Record):
    """A record that nobody takes."""

    number: int | None = attr(1, u32)


class Nobody:
    """An object that nobody takes."""

    def __repr__(self) -> str:
        return "<nobody>"


# What parameters that have to be given are given where another one is wrong; by function where the name is not enough.
FLOW = conntrack.Flow(original=conntrack.Tuple(source="192.0.2.1", destination="192.0.2.2", protocol="tcp"))
GOOD: dict[str, Any] = {
    "type": 16, "reply": Stranger, "record": Stranger, "device": "v0", "sets": ["features"], "copy": "packet",
    "number": 1, "name": "greeter", "group": 1, "id": 1, "subsystem": 1, "message": 1, "operations": [queue.bind(1)],
    "queue": 1, "to": 2, "link": "v0", "names": "alias", "port": "v0", "vlans": 5, "address": "02:00:00:00:00:01",
    "operation": route.add(route.Link(kind="dummy")), "listing": route.links(), "selection": "v0", "settings": 1,
    "index": 1, "destination": "192.0.2.1", "cpus": "0", "tgid": 1, "pid": 1, "networks": "192.0.2.0/24",
    "which": "tcp",
    "expected": FLOW.original, "endpoint": mptcp.Endpoint(id=1), "limits": mptcp.Limits(subflows=1), "inode": 1,
}  # fmt: skip
GOOD_FOR: dict[str, dict[str, Any]] = {
    "nftables.elements_in": {"of": nftables.Set(table="t", name="s", key_type="mark"), "told": ()},
    "firewall": {"packet": firewall.Packet(id=1)},
    "netfilter.queue": {"packet": queue.Packet(queue=1, header=queue.PacketHeader(id=1))},
    "netfilter.conntrack": {"record": FLOW},
    "netfilter.accounting": {"record": accounting.Account(name="web")},
    "netfilter.compat": {"name": "tcp"},
    "netfilter.fingerprints": {"finger": "1:64:1:40:.:Linux:::", "line": "1:64:1:40:.:Linux:::"},
    "netfilter.helpers": {"record": helpers.Helper(name="x", family="ipv4", protocol="tcp"), "protocol": "tcp"},
    "netfilter.hooks": {"family": "ipv4", "hook": "input"},
    "netfilter.timeouts": {
        "record": timeouts.Policy(name="x", family="ipv4", protocol="tcp", timeouts=timeouts.Tcp(close=3)),
        "protocol": "tcp",
    },
    "nftables": {
        "record": nftables.Rule(family="ip", table="t", chain="c", handle=1),  # type: ignore[arg-type]
        "table": "t",
        "chain": "c",
        "handle": 1,
        "text": "x",
        "what": nftables.rules(),
        "listings": nftables.rules(),
        "of": nftables.Set(table="t", name="s", key_type="ipv4_addr"),
        "make": lambda *records: [],
        "operations": [nftables.add(nftables.Table(family="ip", name="t"))],  # type: ignore[arg-type]
        "type": "counter",
    },
    "devlink": {
        "record": devlink.Trap(bus="pci", device="0000:03:00.0", name="x", action="drop"),
        **dict.fromkeys(("device", "where"), "pci/0000:03:00.0"),
        "port": "pci/0000:03:00.0/1",
        **dict.fromkeys(("name", "reporter", "region", "table", "file"), "x"),
        **dict.fromkeys(("pool", "traffic_class", "count"), 1),
        "type": "ingress",
        "value": None,
        "pieces": (),
        "connection": None,
    },
    "devlink.add": {"record": devlink.Snapshot(bus="pci", device="0000:03:00.0", name="x")},
    "devlink.delete": {"record": devlink.Snapshot(bus="pci", device="0000:03:00.0", name="x", id=1)},
    "ipvs": {
        "record": ipvs.Service(fwmark=7),
        "service": ipvs.ServiceKey(fwmark=7),
        "timeouts": ipvs.Timeouts(tcp=9),
    },
    "seg6": {"key": seg6.Key(id=1, algorithm="sha1", secret=b"x"), "source": "2001:db8::1"},
    "ioam6": {"record": ioam6.Namespace(id=1), "attachment": ioam6.Attachment(namespace=1, schema=1)},
    "fou": {"port": fou.Port(port=1, protocol=4)},
    "ila": {"mapping": ila.Mapping(match=1, locator=2), "match": 1},
    "gtp": {"context": gtp.Context(index=1, peer="192.0.2.1", subscriber="192.0.2.2", local_tei=1, peer_tei=1)},
    "l2tp": {"record": l2tp.Session(tunnel_id=1, id=1, peer_id=2)},
    "ovs": {
        "record": ovs.Flow(datapath=1, match="eth()", actions="1"),
        "packet": ovs.Packet(datapath=1, packet=bytes(14), actions="1"),
        "meter": ovs.Meter(datapath=1, id=1, bands=[{"rate": 1}]),
        "which": ovs.Flow(datapath=1, key="eth()"),
        "limits": ovs.ZoneLimit(zone=1, limit=1),
        "zones": 1,
        "datapath": 1,
        "id": 1,
        "text": "eth()",
    },
    "macsec": {
        "record": macsec.ReceiveChannel(index=1, sci=1),
        "offload": macsec.Offload(index=1, offload=1),
    },
    "ipset": {
        "record": ipset.Set(name="x", type="hash:net"),
        "entry": ipset.Entry(set="x", address="192.0.2.1"),
        "each": ipset.Set(name="x", type="hash:net"),
        "set": "x",
        "other": "y",
        "to": "y",
        "type": "hash:net",
        "entries": [],
        "lines": [],
    },
    "ipset.entry_line": {"entry": ipset.Entry(set="x", address="192.0.2.1")},
    "route": {"record": route.Link(name="v0"), "link": route.Link(index=1)},
    "nl80211": {
        "ssid": "x",
        "mac": "02:00:00:00:00:01",
        "state": "on",
        "country": "DE",
        "frequency": 2412,
        "frame": bytes(24),
        "subtype": "action",
        "receiver": "02:00:00:00:00:01",
        "sender": "02:00:00:00:00:02",
        "bssid": "02:00:00:00:00:02",
        "body": b"",
    },
    "wireguard": {"device": wireguard.Device(name="wg0")},
    "generic.event": {"group": "all"},
    "route.address_label": {"address": "2001:db8::1"},
    "route.mdb_group": {"bridge": "v0", "group": "239.1.1.1"},
    "route.set_mst_state": {"instance": 1, "state": "blocking"},
    "route.set_vlan_tunnels": {"vlan": 5, "tunnel_id": 5},
    "route.delete_vlan_tunnels": {"vlan": 5},
    "route.multicast_route": {"source": "192.0.2.1", "group": "233.252.0.1"},
    "fib_lookup": {"address": "192.0.2.1"},
    "crypto": {"record": crypto.Algorithm(driver="x", priority=1)},
    "rdma": {
        "record": rdma.Device(name="rxe0", driver="rxe", netdev="v0"),
        "kind": "qp",
        "names": ["x"],
        "qp": 17,
        "counter": 1,
        "device": 0,
        "milliseconds": 2000,
    },
    "rdma.change": {"record": rdma.Device(name="rxe0", dim=True)},
    "rdma.set_system": {"record": rdma.System(netns="shared")},
    "rdma.set_counting": {"record": rdma.Counting(index=0, mode="none")},
    "rdma.set_frmr_pool": {"record": rdma.FrmrPool(index=0, aging=60)},
    "xfrm": {
        "record": xfrm.State(source="192.0.2.1", destination="192.0.2.2", protocol="esp", spi=9),
        "destination": "192.0.2.2",
        "spi": 9,
        "direction": "in",
        "selector": {"family": "inet"},
        "listing": xfrm.states(),
    },
    "xfrm.replace": {"record": xfrm.Policy(direction="in", selector={"family": "inet"})},
    "xfrm.migrate": {"record": xfrm.Migration(direction="in", selector={"family": "inet"}, moves=[xfrm.Move()])},
    "xfrm.set_replay": {"record": xfrm.ReplayEvent(destination="192.0.2.2", spi=9, protocol="esp", packet_threshold=1)},
    "generic.policy": {"name": "greeter"},
    "diag.destroy": {"which": diag.TcpSocket(source="192.0.2.1", source_port=1, family="inet")},  # type: ignore[arg-type]
}

# What Python says of an object that code met without having looked at it.
BARE = re.compile(
    "has no attribute|not supported between|not iterable|not callable|unhashable|invalid literal|Extra positional"
    "|must be a string|cannot be interpreted|expected str, bytes|unsupported operand|takes no arguments"
)


FIELD = re.compile(r"[A-Z]\w+\.\w+")  # the field of the request that has the parameter's value, with its record


def functions() -> Iterator[tuple[str, str]]:
    for room in ROOMS:
        module = importlib.import_module(f"netlynx.{room}")
        for name in sorted(getattr(module, "__all__", None) or shown(module)):
            if inspect.isfunction(getattr(module, name)) or isinstance(getattr(module, name), Command):
                yield room, name


def shown(module: ModuleType) -> set[str]:
    """What a room without a list of its names shows: its own, and what it imports to hand on (``x as x``)."""
    handed = {
        alias.name
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname == alias.name
    }
    own = {name for name, found in vars(module).items() if getattr(found, "__module__", "") == module.__name__}
    commands = {name for name, found in vars(module).items() if isinstance(found, Command)}
    return {name for name in own | handed | commands if not name.startswith("_")}


def parameters() -> Iterator[tuple[str, str, str]]:
    for room, name in functions():
        function = getattr(importlib.import_module(f"netlynx.{room}"), name)
        for parameter in inspect.signature(function).parameters.values():
            if parameter.annotation != "bool" and parameter.kind is not parameter.VAR_KEYWORD:
                yield room, name, parameter.name


PARAMETERS = list(parameters())


def call(room: str, name: str, wrong: str, value: object) -> object:
    """Call a function with a wrong object for one parameter, and what it takes for those that it has to have."""
    function = getattr(importlib.import_module(f"netlynx.{room}"), name)
    good = {**GOOD, **GOOD_FOR.get(room, {}), **GOOD_FOR.get(f"{room}.{name}", {})}
    positional: list[object] = []
    by_name: dict[str, object] = {}
    skipped = False
    for parameter in inspect.signature(function).parameters.values():
        several = parameter.kind is parameter.VAR_POSITIONAL
        if parameter.name != wrong and (
            parameter.default is not parameter.empty
            or parameter.kind is parameter.VAR_KEYWORD
            or (several and parameter.name == "args")
        ):
            skipped = True  # what follows goes by its name
            continue
        given = value if parameter.name == wrong else good[parameter.name]
        if parameter.kind is parameter.KEYWORD_ONLY or (skipped and not several):
            by_name[parameter.name] = given
        else:
            positional.append(given)
    return function(*positional, **by_name)


VERBS = ("add", "append", "replace", "change", "delete")
CHANGED = sorted(
    [*route.verbs.changes.registry, *verbs_of_tc.changes.registry, conntrack.Flow, conntrack.Expectation],
    key=lambda each: each.__name__,
)


@pytest.mark.parametrize("cls", CHANGED, ids=[each.__name__ for each in CHANGED])
def test_a_wrong_object_within_a_record_is_refused_by_the_name_of_its_field(cls: Any) -> None:
    room = {"netfilter": conntrack, "tc": tc}.get(cls.__module__.split(".")[1], route)
    for verb, field in itertools.product(VERBS, cls.__declarations__):
        for wrong in (Nobody(), Stranger(number=1), [Nobody()], [Stranger(number=1)], {Nobody(): 1}, Nobody):
            try:
                getattr(room, verb, route.add)(cls(**{field: wrong}))
            except (TypeError, ValueError) as error:
                refused = str(error)
            assert not BARE.search(refused), (verb, field, wrong, refused)


def test_methods_that_take_a_letter_a_packet_or_an_operation_say_so() -> None:
    with VirtualKernel() as kernel, netlynx.connect(kernel=kernel) as nl, usersock.Peer(kernel=kernel) as peer:
        calls: dict[str, Callable[[Any], object]] = {
            "letter": lambda wrong: peer.answer(wrong, b"x"),
            "letter ": lambda wrong: peer.refuse(wrong, 5),
            "packet": firewall.drop,
            "do": nl.do,
            "dump": lambda wrong: nl.dump(wrong),
            "batch": lambda wrong: nl.batch([wrong]),
            "subscribe": nl.subscribe,
            "mirror": nl.mirror,
            "count": nl.count,
            "table": nl.table,
        }
        for name, call in calls.items():
            for wrong in (None, 7, "x", Nobody(), Stranger(number=1), object):
                with pytest.raises(TypeError) as refused:
                    call(wrong)
                assert not BARE.search(str(refused.value)), (name, wrong, refused.value)


def test_what_is_no_message_and_no_number_is_not_sent() -> None:
    with (
        VirtualKernel() as kernel,
        netlynx.NetlinkSocket("usersock", kernel=kernel) as sock,
        usersock.Peer(kernel=kernel) as peer,
        usersock.Peer(7, kernel=kernel) as other,
    ):
        for name, wrong in (
            ("to", "x"), ("to", None), ("to", 1.5), ("group", "x"), ("group", True), ("type", "x"), ("type", None),
            ("flags", "x"), ("flags", 1.5), ("sequence", b"x"), ("port", "x"), ("groups", 5), ("group", ["x"]),
        ):  # fmt: skip
            how: dict[str, Any] = {"to": 7, name: wrong}
            made: dict[str, Any] = {"groups" if isinstance(wrong, list) else name: wrong, "kernel": kernel}
            calls: list[Callable[[], object]] = [lambda how=how: sock.send(b"x", **how)]  # type: ignore[misc]
            if name in ("to", "group", "type"):
                calls += [lambda how=how: peer.send(b"x", **how)]  # type: ignore[misc]
            if name in ("port", "groups") or isinstance(wrong, list):
                calls = [
                    lambda made=made: netlynx.NetlinkSocket("usersock", **made),  # type: ignore[misc]
                    lambda made=made: usersock.Peer(**made),  # type: ignore[misc]
                ]
            for call in calls:
                with pytest.raises(TypeError, match=f"^{name} takes "):
                    call()
        for content in (5, None, 1.5, object(), {"a": 1}):  # bytes(5) would be five zeros
            for send in (sock.send, peer.send, peer.request):
                with pytest.raises(TypeError, match=r"^(data|content) takes bytes or text"):
                    send(content, to=7)  # type: ignore[operator]  # that is what is tested
        assert other.drain() == []


def refusal(room: str, name: str, parameter: str, value: object) -> str:
    """Why it is refused, if it is, or what was looked for in vain."""
    try:
        call(room, name, parameter, value)
    except (TypeError, ValueError, netlynx.NotFound) as error:
        return str(error)
    return ""


FUNCTIONS = {("nftables", "changing", "make")}
"""Parameters that take what can be called: a class, too."""


def test_the_table_has_the_functions() -> None:
    assert len(PARAMETERS) > 250
    assert ("netfilter.queue", "accept", "packet") in PARAMETERS
    assert ("route", "add", "record") in PARAMETERS


@pytest.mark.parametrize(("room", "name", "parameter"), PARAMETERS)
def test_what_nobody_takes_is_refused_by_the_name_of_its_parameter(room: str, name: str, parameter: str) -> None:
    for wrong in (Nobody(), Stranger(number=1), [Nobody()], {Nobody(): 1}, Nobody):
        if callable(wrong) and (room, name, parameter) in FUNCTIONS:
            continue
        with pytest.raises((TypeError, ValueError)) as refused:
            call(room, name, parameter, wrong)
        words = str(refused.value)
        assert not BARE.search(words), (wrong, words)
        assert parameter in words or name in words or FIELD.match(words), (wrong, words)


@pytest.mark.parametrize(("room", "name", "parameter"), PARAMETERS)
def test_what_may_be_taken_is_never_met_by_surprise(room: str, name: str, parameter: str) -> None:
    for wrong in (None, 7, -1, 1.5, "", "?", b"x", True, (), {}):
        words = refusal(room, name, parameter, wrong)
        assert not BARE.search(words), (wrong, words)


# What `netns` and `tun` do at once, refused before anything is done.
AT_ONCE: dict[str, Callable[[Any], object]] = {
    **{f"netns.{name}(name)": getattr(netns, name) for name in ("create", "remove", "exists")},
    "netns.attach(name)": lambda wrong: netns.attach(wrong, 1),
    "netns.attach(pid)": lambda wrong: netns.attach("nobodys", wrong),
    **{
        f"tun.{call.__name__}({name})": lambda wrong, call=call, name=name: call(**{name: wrong})  # type: ignore[misc]
        for call in (tun.open, tun.create)
        for name in ("name", "kind", "owner", "group")
    },
}


@pytest.mark.parametrize("where", AT_ONCE)
def test_what_is_done_at_once_is_refused_by_the_name_of_its_parameter(where: str) -> None:
    wrongs: tuple[Any, ...] = (Nobody(), Stranger(number=1), [1], b"x", 1.5)
    number = where.endswith(("(pid)", "(owner)", "(group)"))
    for wrong in (*wrongs, "1") if number else (*wrongs, 1):
        with pytest.raises(TypeError, match=f"^{where.partition('(')[2].rstrip(')')} takes "):
            AT_ONCE[where](wrong)

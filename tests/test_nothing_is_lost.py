"""What is set is asked: each field of a record, and each argument of a function, shows in the request or is refused.

For every operation of netfilter and of the families of generic netlink: with another value in one field, either the
bytes that are sent differ or an error names the field.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from enum import IntFlag
from typing import Any

import pytest

import netlynx
from netlynx import (
    ethtool,
    fou,
    gtp,
    ila,
    ioam6,
    ipvs,
    l2tp,
    macsec,
    mptcp,
    nftables,
    ovs,
    seg6,
    tcp_metrics,
    wireguard,
)
from netlynx.engine.operation import Do, Dump, Talk
from netlynx.ethtool import Ethtool
from netlynx.ethtool.settings import Setting
from netlynx.generic import Family
from netlynx.mptcp import Endpoint, Limits, MptcpPathManager
from netlynx.netdev.family import Netdev
from netlynx.netfilter import accounting, compat, conntrack, fingerprints, helpers, hooks, log, queue, timeouts
from netlynx.netfilter.conntrack import Expectation, Flow, Tuple
from netlynx.schema import Record, replace_fields
from netlynx.schema.kinds import Code, Option
from netlynx.schema.record import class_of
from netlynx.taskstats import TaskStats
from netlynx.tcp_metrics import TcpMetrics
from netlynx.wireguard import AllowedIp, Device, Peer, WireGuard

KEYS = ["kN6wOdlFMAE2nE6MkqJaRFxSK9ckaSBNBdQUEDZkXUo=", "4IwweXD5R4NODeipD6q9xm/CWteNkw3WcPav0RGJwUg="]
WEB = Tuple(source="10.0.0.1", destination="10.0.0.2", protocol=6, source_port=1, destination_port=2)  # type: ignore[arg-type]
MASK = Tuple(
    source="255.255.255.255",
    destination="255.255.255.255",
    protocol=6,  # type: ignore[arg-type]
    source_port=0,
    destination_port=0xFFFF,
)
PACKET = queue.Packet(queue=5, header=queue.PacketHeader(id=7))
EXPECTED = Expectation(master=WEB, expected=WEB, mask=MASK)

# By the C name of a hook's field, or where the two values that are tried matter.
VALUES: dict[str, tuple[Any, Any]] = {
    "Device.private_key": tuple(KEYS),
    "Device.public_key": tuple(KEYS),
    "Peer.public_key": tuple(KEYS),
    "Peer.preshared_key": tuple(KEYS),
    "Peer.endpoint": ("192.0.2.1:7", "[2001:db8::1]:8"),
    "AllowedIp.address": ("10.0.0.0", "10.0.0.128"),
    "Flow.original": (WEB, replace_fields(WEB, source_port=9)),
    "Flow.reply": (WEB.reversed(), replace_fields(WEB.reversed(), destination_port=9)),
    "Flow.master": (WEB, replace_fields(WEB, source_port=9)),
    "Expectation.expected": (WEB, replace_fields(WEB, source_port=9)),
    "Expectation.master": (WEB, replace_fields(WEB, source_port=9)),
    "Expectation.mask": (MASK, replace_fields(MASK, source_port=9)),
    "Flow.labels": (b"\1", b"\2"),
    **{f"{each}.key": (bytes(16), bytes(32)) for each in ("TransmitSa", "ReceiveSa")},
    **{f"{each}.salt": (bytes(12), bytes(range(12))) for each in ("TransmitSa", "ReceiveSa")},
    "Source.address": ("2001:db8::1", "2001:db8::2"),
    "Service.netmask": ("255.255.255.0", "255.255.0.0"),
    "Service.scheduler": ("rr", "lc"),
    "Service.flags": tuple(ipvs.ServiceFlagChange(flags=each) for each in ("hashed", "onepacket")),
    "Chain.hook": (1, 2),
    "Object.data": (nftables.Counter(bytes=1), nftables.Counter(bytes=2)),
    "Policy.timeouts": (timeouts.Tcp(close=3), timeouts.Tcp(close=4)),
    "Helper.policies": tuple((helpers.ExpectPolicy(name="x", timeout=each),) for each in (3, 4)),
}


def two_values(cls: Any, field: str) -> tuple[Any, Any]:
    """Two values that a field may have and that are not the same to the kernel."""
    known = VALUES.get(f"{cls.__name__}.{field}")
    if known is not None:
        return known
    declaration = cls.__declarations__[field]
    kind = declaration.kind or cls.__header__.__declarations__[declaration.header or field].kind
    values = of_kind(kind)
    if kind.options & Option.MULTI or kind.code in (Code.INDEXED, Code.ARRAY):
        return (values[0],), (values[1],)
    return values


def of_kind(kind: Any) -> tuple[Any, Any]:
    if kind.options & Option.MULTI or kind.code in (Code.INDEXED, Code.ARRAY):
        kind = kind.item
    if kind.options & Option.KEYED:
        return {1: of_kind(kind.item)[0]}, {1: of_kind(kind.item)[1]}
    if kind.options & Option.SPELT:
        return kind.values(1), kind.values(2)
    if kind.code is Code.INTEGER and kind.values is not None and kind.values is not bool:
        nothing = [kind.values(0)] if issubclass(kind.values, IntFlag) else []
        first, second, *_ = dict.fromkeys([*(each for each in kind.values if int(each)), *kind.values, *nothing])
        return first, second
    if kind.code is Code.INTEGER:
        return (False, True) if kind.values is bool else (1, 2)
    if kind.code in (Code.NEST, Code.STRUCT):
        return tuple(kind.target()(**dict([_one_field(kind.target(), index)])) for index in (0, 1))  # type: ignore[return-value]
    return {
        Code.FLAG: (False, True),
        Code.STRING: ("a", "b"),
        Code.BINARY: (b"a", b"b"),
        Code.IP: ("10.0.0.1", "10.0.0.2"),
        Code.MAC: ("02:00:00:00:00:01", "02:00:00:00:00:02"),
        Code.HOOK: (["a"], ["b"]),
    }[kind.code]


def _one_field(cls: Any, index: int) -> tuple[str, Any]:
    field = next(iter(cls.__declarations__))
    return field, two_values(cls, field)[index]


def said(operation: Any, there: Record | None = None) -> tuple[Any, ...]:
    """All that an operation sends that changes something; where it looks first, `there` is what it sees."""
    if isinstance(operation, Do):
        return ((operation.name, operation.message_type, operation.flags, operation.payload),)
    assert isinstance(operation, Talk)
    steps = operation.steps()
    sent: list[Any] = []
    answer: Any = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration:
            return tuple(sent)
        looks = isinstance(step, Dump) or (step.reply is not None and ".set_" not in step.name)
        answer = ([there] if isinstance(step, Dump) else there) if looks else None
        if not looks:
            sent += said(step)


def outcome(ask: Callable[[], Any], there: Record | None = None) -> Any:
    """What is sent, or the words in which a refusal names what it is about."""
    try:
        return said(ask(), there)
    except netlynx.EncodeError as error:
        return error.path
    except netlynx.NotFound as error:
        return error.message


def is_heard(field: str, first: Any, second: Any) -> None:
    """What came of two values: what is sent differs, or a refusal names the field."""
    for each in (first, second):
        assert not isinstance(each, str) or field in each, f"{each} does not name {field}"
    refused = isinstance(first, str) and isinstance(second, str)
    assert refused or first != second, f"{field} is lost"


def check(verb: Callable[[Any], Any], base: Any, field: str, there: Record | None = None) -> None:
    """With each of two values in a field, what is sent differs, or an error names the field."""
    made = [replace_fields(base, **{field: value}) for value in two_values(class_of(base), field)]
    is_heard(field, *(outcome(lambda record=record: verb(record), there) for record in made))


SERVICE = ipvs.Service(protocol="tcp", address="10.0.0.1", port=80, timeout=300)
MARKED = ipvs.Service(fwmark=7)
SERVER = ipvs.Destination(service=SERVICE, address="10.0.0.2", forwarding="masq")
ENCAPSULATED = SERVER.replace(forwarding="tunnel", tunnel_type="gue", tunnel_port=6080)
WHOLE, PRESENT = ipvs.add(SERVICE).request, ipvs.add(SERVER).request
ACCOUNT = accounting.Account(name="web", flags="quota-bytes", quota=9)
POLICY = timeouts.Policy(name="short", family="ipv4", protocol="tcp", timeouts=timeouts.Tcp(established=3))
HELPER = helpers.Helper(name="tns", family="ipv4", protocol="tcp")
EXPECTING = HELPER.replace(policies=[helpers.ExpectPolicy(name="x", timeout=9)])
FLOW = Flow(original=WEB, timeout=100)
TABLE = nftables.Table(family="inet", name="t")
CHAIN = nftables.Chain(family="inet", table="t", name="c", hook="input", priority=0)
RULE = nftables.Rule(family="inet", table="t", chain="c", expressions=[nftables.Counter()])
COUNTER = nftables.Object(family="inet", table="t", name="o", type="counter", data=nftables.Counter())
QUOTA = nftables.Object(family="inet", table="t", name="q", type="quota", data=nftables.Quota(bytes=3))
FLOWTABLE = nftables.Flowtable(family="inet", table="t", name="f", hook="ingress", priority=0)
NAMED = {"family": "inet", "table": "t"}
ENDS = {"local": "10.0.0.1", "remote": "10.0.0.2"}
MAPPED = ila.Mapping(match=1, locator=2)
CONTEXT = gtp.Context(index=3, peer="10.0.0.2", subscriber="10.0.0.9", local_tei=1, peer_tei=2)
SESSION = {"tunnel_id": 1, "id": 11}
OF = {"index": 3, "sci": 0x0200000000090001}
HEARD = macsec.ReceiveChannel(**OF)
SENDS = macsec.TransmitSa(index=3, an=1, pn=5, key=bytes(16), key_id=b"1")
HEARS = macsec.ReceiveSa(**OF, an=1, pn=5, key=bytes(16), key_id=b"1")
SECURED = macsec.Device(index=3, cipher_suite="GCM-AES-128")
THERE = Endpoint(id=3, family=2, address="10.0.0.9", port=0, flags=1, index=0)  # type: ignore[arg-type]
HERE = Endpoint(address="10.0.0.1", flags=4)  # type: ignore[arg-type]
WG = Device(name="wg0", public_key=KEYS[1])
PEER = Peer(public_key=KEYS[0])
NETWORK = AllowedIp(address="10.0.0.0", prefixlen=25)


def of_peer(peer: Peer) -> Any:
    return wireguard.configure(Device(name="wg0", peers=(peer,)))


# What changes something by a record: the function, a record that it takes, and what is there where it looks first.
VPORT = ovs.Vport(datapath=3, name="v0", type="vxlan", options={"port": 4789})
OVS_FLOW = ovs.Flow(datapath=3, match="eth()", actions="1")
VERBS: dict[str, tuple[Callable[[Any], Any], Any, Any]] = {
    "conntrack.add": (conntrack.add, FLOW, None),
    "conntrack.replace": (conntrack.replace, FLOW, None),
    "conntrack.change": (conntrack.change, Flow(original=WEB), None),
    "conntrack.delete": (conntrack.delete, Flow(original=WEB), None),
    "conntrack.add of an expectation": (conntrack.add, EXPECTED, None),
    "conntrack.change of an expectation": (conntrack.change, replace_fields(EXPECTED, timeout=5), None),
    "conntrack.delete of an expectation": (conntrack.delete, Expectation(expected=WEB), None),
    "queue.accept with a flow": (lambda flow: queue.accept(PACKET, flow=flow), Flow(mark=1), None),
    "queue.accept with an expectation": (
        lambda each: queue.accept(PACKET, expectation=each),
        Expectation(expected=WEB, mask=MASK),
        None,
    ),
    "mptcp.add": (mptcp.add, Endpoint(address="10.0.0.1"), None),
    "mptcp.change by id": (mptcp.change, Endpoint(id=3, flags=4), THERE),  # type: ignore[arg-type]
    "mptcp.change by address": (
        mptcp.change,
        Endpoint(address="10.0.0.1", flags=4),
        replace_fields(THERE, address="10.0.0.1"),
    ),  # type: ignore[arg-type]
    "mptcp.delete": (mptcp.delete, Endpoint(id=3), THERE),
    "mptcp.set_limits": (mptcp.set_limits, Limits(), None),
    "tcp_metrics.delete": (tcp_metrics.delete, tcp_metrics.Key(address="10.0.0.1"), None),
    "ipvs.add": (ipvs.add, SERVICE, None),
    "ipvs.add of a mark": (ipvs.add, MARKED, None),
    "ipvs.add of a destination": (ipvs.add, SERVER, None),
    "ipvs.add of a destination in a tunnel": (ipvs.add, ENCAPSULATED, None),
    "ipvs.add of a daemon": (ipvs.add, ipvs.Daemon(state="master", interface="v0"), None),
    "ipvs.change": (ipvs.change, SERVICE, WHOLE),
    "ipvs.change of a destination": (ipvs.change, SERVER.replace(weight=3), PRESENT),
    "ipvs.delete": (ipvs.delete, SERVICE.replace(timeout=None), None),
    "ipvs.delete of a destination": (ipvs.delete, SERVER.replace(forwarding=None), None),
    "ipvs.delete of a daemon": (ipvs.delete, ipvs.Daemon(state="master"), None),
    "ipvs.set_timeouts": (ipvs.set_timeouts, ipvs.Timeouts(), None),
    "fou.add": (fou.add, fou.Port(port=9, protocol=4), None),
    "fou.add of GUE": (fou.add, fou.Port(port=9, type="gue", peer="10.0.0.1", peer_port=1), None),
    "fou.delete": (fou.delete, fou.Port(port=9), None),
    "ila.add": (ila.add, MAPPED, None),
    "ila.delete": (ila.delete, ila.Mapping(match=1), MAPPED),
    "gtp.add": (gtp.add, CONTEXT, None),
    "gtp.delete": (gtp.delete, gtp.Context(index=3, subscriber="10.0.0.9"), CONTEXT),
    "gtp.echo": (gtp.echo, gtp.Context(index=3, peer="10.0.0.2", subscriber="10.0.0.9"), None),
    "seg6.set_key": (seg6.set_key, seg6.Key(id=7, algorithm="sha1", secret=b"s"), None),
    "seg6.delete_key": (seg6.delete_key, seg6.Key(id=7), None),
    "seg6.set_source": (seg6.set_source, seg6.Source(address="2001:db8::1"), None),
    "ioam6.add": (ioam6.add, ioam6.Namespace(id=7), None),
    "ioam6.add of a schema": (ioam6.add, ioam6.Schema(id=7, data=b"x"), None),
    "ioam6.delete": (ioam6.delete, ioam6.Namespace(id=7), None),
    "ioam6.delete of a schema": (ioam6.delete, ioam6.Schema(id=7), None),
    "ioam6.set_schema": (ioam6.set_schema, ioam6.Attachment(namespace=7, schema=3), None),
    "l2tp.add": (l2tp.add, l2tp.Tunnel(id=1, peer_id=2, encapsulation="ip", **ENDS), None),
    "l2tp.add of UDP": (l2tp.add, l2tp.Tunnel(id=1, peer_id=2, **ENDS, local_port=5, remote_port=6), None),
    "l2tp.add of a session": (l2tp.add, l2tp.Session(**SESSION, peer_id=12), None),
    "l2tp.change": (l2tp.change, l2tp.Session(**SESSION, lns_mode=True), l2tp.Session(**SESSION)),
    "l2tp.delete": (l2tp.delete, l2tp.Tunnel(id=1), l2tp.Tunnel(id=1)),
    "l2tp.delete of a session": (l2tp.delete, l2tp.Session(**SESSION), l2tp.Session(**SESSION)),
    "macsec.add": (macsec.add, HEARD, None),
    "macsec.add of an association": (macsec.add, SENDS, None),
    "macsec.add of an extended association": (macsec.add, SENDS.replace(ssci=7, salt=bytes(12)), None),
    "macsec.add of a channel's association": (macsec.add, HEARS, None),
    "macsec.change": (macsec.change, HEARD.replace(active=True), None),
    "macsec.change of an association": (macsec.change, macsec.TransmitSa(index=3, an=1, active=True), SECURED),
    "macsec.change of a channel's association": (macsec.change, macsec.ReceiveSa(**OF, an=1, active=True), SECURED),
    "macsec.delete": (macsec.delete, HEARD, None),
    "macsec.delete of an association": (macsec.delete, macsec.TransmitSa(index=3, an=1), None),
    "macsec.delete of a channel's association": (macsec.delete, macsec.ReceiveSa(**OF, an=1), None),
    "ovs.add": (ovs.add, ovs.Datapath(name="dp0"), None),
    "ovs.add of a port": (ovs.add, VPORT, None),
    "ovs.add of a flow": (ovs.add, OVS_FLOW, None),
    "ovs.replace": (ovs.replace, OVS_FLOW, None),
    "ovs.change": (ovs.change, ovs.Datapath(name="dp0", features=8), ovs.Datapath(name="dp0", index=3)),
    "ovs.change of a port": (ovs.change, ovs.Vport(name="v0", upcall_pids=[5]), VPORT),
    "ovs.change of a flow": (ovs.change, OVS_FLOW, OVS_FLOW),
    "ovs.delete": (ovs.delete, ovs.Datapath(name="dp0"), ovs.Datapath(name="dp0")),
    "ovs.delete of a port": (ovs.delete, ovs.Vport(datapath=3, name="v0"), ovs.Vport(datapath=3, name="v0")),
    "ovs.delete of a flow": (ovs.delete, ovs.Flow(datapath=3, key="eth()"), ovs.Flow(datapath=3, key="eth()")),
    "ovs.set_meter": (ovs.set_meter, ovs.Meter(datapath=3, id=5, bands=[{"rate": 9}]), None),
    "ovs.set_ct_limit": (ovs.set_ct_limit, ovs.ZoneLimit(zone=5, limit=9), None),
    "ovs.delete_ct_limit": (ovs.delete_ct_limit, ovs.ZoneLimit(zone=5), None),
    "ovs.execute": (ovs.execute, ovs.Packet(datapath=3, packet=bytes(14), actions="1"), None),
    "macsec.set_offload": (macsec.set_offload, macsec.Offload(index=3, offload="mac"), None),
    "accounting.add": (accounting.add, ACCOUNT, None),
    "accounting.delete": (accounting.delete, accounting.Account(name="web"), None),
    "timeouts.add": (timeouts.add, POLICY, None),
    "timeouts.replace": (timeouts.replace, POLICY, None),
    "timeouts.change": (timeouts.change, POLICY, POLICY),
    "timeouts.set_default": (timeouts.set_default, POLICY.replace(name=None), None),
    "timeouts.delete": (timeouts.delete, timeouts.Policy(name="short"), None),
    "helpers.add": (helpers.add, EXPECTING, None),
    "helpers.change": (helpers.change, HELPER.replace(queue=9), EXPECTING),
    "helpers.delete": (helpers.delete, HELPER, HELPER),
    "nftables.add": (nftables.add, TABLE, None),
    "nftables.add of a chain": (nftables.add, CHAIN, None),
    "nftables.add of a chain without a hook": (nftables.add, nftables.Chain(**NAMED, name="c"), None),
    "nftables.add of a rule": (nftables.add, RULE, None),
    "nftables.add of an object": (nftables.add, COUNTER, None),
    "nftables.add of a flowtable": (nftables.add, FLOWTABLE, None),
    "nftables.insert": (nftables.insert, RULE, None),
    "nftables.replace": (nftables.replace, RULE.replace(handle=7), None),
    "nftables.change": (nftables.change, TABLE.replace(flags="dormant"), None),
    "nftables.change of a chain": (nftables.change, nftables.Chain(**NAMED, name="c", policy="drop"), None),
    "nftables.change of an object": (nftables.change, QUOTA, None),
    "nftables.change of a flowtable": (nftables.change, FLOWTABLE, None),
    **{
        f"nftables.{verb.__name__}{of}": (verb, record, None)
        for verb in (nftables.delete, nftables.destroy)
        for of, record in {
            "": TABLE,
            " of a chain": nftables.Chain(**NAMED, name="c"),
            " of a rule": nftables.Rule(**NAMED, chain="c", handle=7),
            " of an object": COUNTER.replace(data=None),
            " of a flowtable": nftables.Flowtable(**NAMED, name="f"),
        }.items()
    },
    "nftables.flush": (nftables.flush, TABLE, None),
    "nftables.flush of a chain": (nftables.flush, nftables.Chain(**NAMED, name="c"), None),
    "nftables.reset": (nftables.reset, nftables.Rule(**NAMED, chain="c", handle=7), None),
    "nftables.reset of an object": (nftables.reset, COUNTER.replace(data=None), None),
    "wireguard.configure": (wireguard.configure, WG, replace_fields(WG, index=9, name="wg0")),
    "wireguard.configure a peer": (of_peer, PEER, None),
    "wireguard.configure a network": (lambda each: of_peer(replace_fields(PEER, allowed_ips=(each,))), NETWORK, None),
}


def changes() -> Iterator[tuple[str, str]]:
    for name, (_, base, _) in VERBS.items():
        for field in class_of(base).__declarations__:
            yield name, field


# A record with an ID was read. It is not sent where the kernel gives another, or looks at the tuple alone.
NOT_SENT = {
    (name, "id") for name in VERBS if name.startswith(("conntrack.add", "conntrack.replace", "conntrack.change"))
}
NOT_SENT.add(("queue.accept with a flow", "id"))
# What another value leaves without a meaning is named instead.
NOT_SENT |= {(f"nftables.{verb} of an object", each) for verb in ("add", "change") for each in ("type", "data")}
NOT_SENT |= {("fou.add", "type"), ("fou.add of GUE", "type"), ("gtp.add", "version")}
NOT_SENT |= {("ovs.add of a port", "type")}
# Keys are made of keys, and actions of actions: tests/families/test_ovs.py has them.
NOT_SENT |= {
    (f"ovs.{verb}", field)
    for verb in ("add of a flow", "replace", "change of a flow", "delete of a flow", "execute")
    for field in ("key", "mask", "actions")
}
NOT_SENT |= {("l2tp.add", "encapsulation"), ("l2tp.add of UDP", "encapsulation")}
NOT_SENT |= {("nftables.add of a chain without a hook", each) for each in ("hook", "priority")}
NOT_SENT |= {("ipvs.add of a destination in a tunnel", each) for each in ("forwarding", "tunnel_type")}


@pytest.mark.parametrize(("name", "field"), [each for each in changes() if each not in NOT_SENT])
def test_each_field_of_a_record_is_asked_or_refused(name: str, field: str) -> None:
    verb, base, there = VERBS[name]
    check(verb, base, field, there)


SETTINGS = {name: each for name in ethtool.__all__ if isinstance(each := getattr(ethtool, name), Setting)}


@pytest.mark.parametrize("name", SETTINGS)
def test_each_field_of_a_setting_is_asked_or_refused(name: str) -> None:
    setting = SETTINGS[name]
    cls: Any = setting.command.request
    for field in cls.__declarations__:
        check(setting, cls(device="eth0"), field, cls(device="eth0"))


DECLARED = [
    (family, name)
    for family in (
        Ethtool,
        fou.Fou,
        gtp.GtpTunnels,
        ila.Ila,
        ioam6.Ioam6,
        seg6.Seg6,
        ipvs.Ipvs,
        l2tp.L2tp,
        macsec.MacSec,
        MptcpPathManager,
        Netdev,
        TaskStats,
        TcpMetrics,
        WireGuard,
    )
    for name, command in family.__family__.commands.items()
    if command.request is not None
]


@pytest.mark.parametrize(("family", "name"), DECLARED)
def test_each_field_of_a_declared_command_is_asked(family: type[Family], name: str) -> None:
    command: Any = getattr(family, name)
    cls = command.request
    for field in cls.__declarations__:
        first, second = (command(**{field: value}) for value in two_values(cls, field))
        assert first.payload != second.payload, field


# Functions that take fields one by one: how they are called, and what else has to be there with an argument.
FUNCTIONS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "queue.bind": (queue.bind, {"queue": 5}),
    "queue.unbind": (queue.unbind, {"queue": 5}),
    "queue.configure": (queue.configure, {"queue": 5}),
    "queue.accept": (queue.accept, {"packet": PACKET}),
    "queue.drop": (queue.drop, {"packet": PACKET}),
    "queue.repeat": (queue.repeat, {"packet": PACKET}),
    "queue.requeue": (queue.requeue, {"packet": PACKET, "to": 6}),
    "queue.accept_up_to": (queue.accept_up_to, {"packet": PACKET}),
    "queue.drop_up_to": (queue.drop_up_to, {"packet": PACKET}),
    "log.bind": (log.bind, {"group": 5}),
    "log.unbind": (log.unbind, {"group": 5}),
    "log.configure": (log.configure, {"group": 5}),
    "conntrack.flow": (conntrack.flow, {"original": WEB}),
    "conntrack.expectation": (conntrack.expectation, {"expected": WEB}),
    "conntrack.flush_expectations": (conntrack.flush_expectations, {}),
    "conntrack.flush": (conntrack.flush, {}),
    "tcp_metrics.delete": (tcp_metrics.delete, {"address": "10.0.0.1"}),
    "ipvs.service": (ipvs.service, {"address": "10.0.0.1", "port": 80}),
    "ipvs.zero": (ipvs.zero, {}),
    "accounting.account": (accounting.account, {"name": "web"}),
    "timeouts.policy": (timeouts.policy, {"name": "web"}),
    "timeouts.default": (timeouts.default, {"protocol": "tcp"}),
    "fingerprints.add": (fingerprints.add, {}),
    "fingerprints.remove": (fingerprints.remove, {}),
    "compat.match": (compat.match, {"name": "tcp"}),
    "compat.target": (compat.target, {"name": "tcp"}),
    "ethtool.eeprom": (ethtool.eeprom, {"device": "eth0"}),
    "ethtool.string_sets": (ethtool.string_sets, {"sets": [4]}),
}
ARGUMENTS: dict[str, tuple[Any, Any]] = {
    "copy": ("meta", "packet"),
    "range": (7, 8),
    "flags": (1, 2),
    "payload": (b"a", b"b"),
    "flow": (Flow(mark=1), Flow(mark=2)),
    "expectation": tuple(Expectation(expected=WEB, mask=MASK, flags=each) for each in (1, 2)),  # type: ignore[arg-type]
    "vlan": (queue.Vlan(tci=1), queue.Vlan(tci=2)),
    "link_header": (b"a", b"b"),
    "packet": (PACKET, replace_fields(PACKET, queue=6)),
    "original": (WEB, replace_fields(WEB, source_port=9)),
    "reply": (WEB, replace_fields(WEB, source_port=9)),
    "expected": (WEB, replace_fields(WEB, source_port=9)),
    "reset_counters": (False, True),
    "helper": ("ftp", "sip"),
    "family": ("inet", "inet6"),
    "status": (2, 4),
    "address": ("10.0.0.1", "10.0.0.2"),
    "source": ("10.0.0.1", "10.0.0.2"),
    "device": ("eth0", "eth1"),
    "sets": ([4], [5]),
    "counts_only": (False, True),
    "reset": (False, True),
    "service": (SERVICE, MARKED),
    "name": ("a", "b"),
    "protocol": ("tcp", "udp"),
    "finger": tuple(f"{window}:64:1:40:.:Linux:::" for window in (1, 2)),
}
TOGETHER = {"mark_mask": {"mark": 1}}


def called() -> Iterator[tuple[str, str]]:
    for name, (function, _) in FUNCTIONS.items():
        for argument, parameter in inspect.signature(function).parameters.items():
            if parameter.kind is not parameter.VAR_KEYWORD and argument not in ("record", "listing"):
                yield name, argument


@pytest.mark.parametrize(("name", "argument"), [*called()])
def test_each_argument_is_asked_or_refused(name: str, argument: str) -> None:
    function, base = FUNCTIONS[name]
    given = {**base, **TOGETHER.get(argument, {})}
    values = ARGUMENTS.get(argument, (1, 3))
    is_heard(argument, *(outcome(lambda value=value: function(**{**given, argument: value})) for value in values))


def test_the_tables_have_all_that_changes_something() -> None:
    """A function that is new in these rooms has to be put in."""
    listed = {name.split(" ")[0] for name in (*VERBS, *FUNCTIONS)}
    made = {"conntrack": conntrack, "queue": queue, "log": log, "mptcp": mptcp, "tcp_metrics": tcp_metrics}
    made |= {"wireguard": wireguard, "ipvs": ipvs, "accounting": accounting, "timeouts": timeouts, "helpers": helpers}
    made |= {"macsec": macsec, "l2tp": l2tp, "fou": fou, "ila": ila, "gtp": gtp, "seg6": seg6, "ioam6": ioam6}
    made |= {"ovs": ovs, "fingerprints": fingerprints, "compat": compat, "hooks": hooks}
    for room, module in made.items():
        for name, each in vars(module).items():
            if inspect.isfunction(each) and not name.startswith("_") and each.__module__.startswith("netlynx."):
                answer = str(inspect.signature(each).return_annotation)
                if answer.startswith(("Do[", "Talk[")) and inspect.signature(each).parameters:
                    assert f"{room}.{name}" in listed | READ, f"{room}.{name}"


# They ask and change nothing, and make records rather than take their fields; or are made of others.
READ = {
    *(
        "mptcp.endpoint",
        "macsec.device",
        "l2tp.tunnel",
        "l2tp.session",
        *(f"ovs.{name}" for name in ("datapath", "vport", "flow", "flush", "meter", "meter_features", "ct_limits")),
        "fou.port",
        "ila.mapping",
        "gtp.context",
        "wireguard.device",
        "conntrack.netfilter_do",
    ),
    *("conntrack.add_expectation", "conntrack.change_expectation", "conntrack.delete_expectation"),
    *(
        f"{room}.netfilter_do"
        for room in ("queue", "log", "accounting", "timeouts", "helpers", "fingerprints", "compat")
    ),
    *("helpers.helper", "hooks.everything"),
}

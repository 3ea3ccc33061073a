"""Operations as lines of JSON: verb, kind of object and fields, each in a place of its own, so that none is another."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from netlynx.errors import EncodeError, NotFound
from netlynx.wire.nearest import nearest

if TYPE_CHECKING:
    from netlynx.client.connection import Connection
    from netlynx.engine.operation import Do

VERBS = ("add", "append", "insert", "replace", "change", "set", "delete", "destroy", "flush")
KINDS = {  # the names of records in netlynx.route, or with their room
    "link": "Link",
    "address": "Address",
    "route": "Route",
    "neighbour": "Neighbour",
    "rule": "Rule",
    "nexthop": "NextHopObject",
    "namespace-id": "NamespaceId",
    "address-label": "AddressLabel",
    "neighbour-table": "NeighbourTable",
    "qdisc": "tc.Qdisc",
    "class": "tc.Class",
    "action": "tc.Action",
    "filter": "tc.Filter",
    "chain": "tc.Chain",
    "port-vlan": "PortVlan",
    "vlan-options": "VlanOptions",
    "mdb-entry": "MdbEntry",
    "vni": "Vni",
    "stats-settings": "StatsSettings",
    "can-gateway": "CanGateway",
    "mctp-address": "MctpAddress",
    "mctp-route": "MctpRoute",
    "mctp-neighbour": "MctpNeighbour",
    "phonet-address": "PhonetAddress",
    "phonet-route": "PhonetRoute",
    "nft-table": "nftables.Table",
    "nft-chain": "nftables.Chain",
    "nft-rule": "nftables.Rule",
    "nft-set": "nftables.Set",
    "nft-element": "nftables.Element",
    "nft-elements": "nftables.ElementList",
    "nft-object": "nftables.Object",
    "nft-flowtable": "nftables.Flowtable",
    "fdb": "route.Neighbour",
    "mdb": "route.MdbEntry",
    "dcb": "dcb.Device",
    "ipset": "ipset.Set",
    "ipset-entry": "ipset.Entry",
    "flow": "netfilter.conntrack.Flow",
    "expectation": "netfilter.conntrack.Expectation",
    "conntrack-timeout": "netfilter.timeouts.Policy",
    "conntrack-helper": "netfilter.helpers.Helper",
    "account": "netfilter.accounting.Account",
    "fingerprint": "netfilter.fingerprints.Finger",
    "ipvs-service": "ipvs.Service",
    "ipvs-destination": "ipvs.Destination",
    "ipvs-daemon": "ipvs.Daemon",
    "ipvs-timeouts": "ipvs.Timeouts",
    "wireguard": "wireguard.Device",
    "fou-port": "fou.Port",
    "ila-mapping": "ila.Mapping",
    "gtp-context": "gtp.Context",
    "seg6-key": "seg6.Key",
    "seg6-source": "seg6.Source",
    "ioam6-namespace": "ioam6.Namespace",
    "ioam6-schema": "ioam6.Schema",
    "ioam6-attachment": "ioam6.Attachment",
    "l2tp-tunnel": "l2tp.Tunnel",
    "l2tp-session": "l2tp.Session",
    "macsec-channel": "macsec.ReceiveChannel",
    "macsec-transmit-sa": "macsec.TransmitSa",
    "macsec-receive-sa": "macsec.ReceiveSa",
    "macsec-offload": "macsec.Offload",
    "ovs-datapath": "ovs.Datapath",
    "ovs-port": "ovs.Vport",
    "ovs-flow": "ovs.Flow",
    "ovs-meter": "ovs.Meter",
    "ovs-ct-limit": "ovs.ZoneLimit",
    "mptcp-endpoint": "mptcp.Endpoint",
    "devlink-port": "devlink.Port",
    "devlink-eswitch": "devlink.Eswitch",
    "devlink-param": "devlink.ParamSetting",
    "devlink-reporter": "devlink.Reporter",
    "devlink-snapshot": "devlink.Snapshot",
    "devlink-rate": "devlink.Rate",
    "devlink-trap": "devlink.Trap",
    "devlink-trap-group": "devlink.TrapGroup",
    "devlink-trap-policer": "devlink.TrapPolicer",
    "devlink-resource": "devlink.ResourceSize",
    "devlink-pool": "devlink.Pool",
    "devlink-port-pool": "devlink.PortPool",
    "devlink-binding": "devlink.Binding",
    "devlink-linecard": "devlink.LineCard",
    "devlink-table": "devlink.TableSettings",
    "mptcp-limits": "mptcp.Limits",
    "tcp-metrics": "tcp_metrics.Key",
    "napi": "netdev.NapiSettings",
    "algorithm": "crypto.Algorithm",
    "rdma-device": "rdma.Device",
    "rdma-system": "rdma.System",
    "rdma-counting": "rdma.Counting",
    "rdma-frmr-pool": "rdma.FrmrPool",
    "xfrm-state": "xfrm.State",
    "xfrm-policy": "xfrm.Policy",
    "xfrm-migration": "xfrm.Migration",
    "xfrm-replay": "xfrm.ReplayEvent",
    "ethtool-channels": "ethtool.Channels",
    "ethtool-coalesce": "ethtool.Coalesce",
    "ethtool-debug": "ethtool.Debug",
    "ethtool-eee": "ethtool.Eee",
    "ethtool-features": "ethtool.Features",
    "ethtool-fec": "ethtool.Fec",
    "ethtool-linkinfo": "ethtool.LinkInfo",
    "ethtool-linkmodes": "ethtool.LinkModes",
    "ethtool-mm": "ethtool.MacMerge",
    "ethtool-module": "ethtool.Module",
    "ethtool-pause": "ethtool.Pause",
    "ethtool-plca": "ethtool.Plca",
    "ethtool-privflags": "ethtool.PrivateFlags",
    "ethtool-pse": "ethtool.Pse",
    "ethtool-rings": "ethtool.Rings",
    "ethtool-rss": "ethtool.Rss",
    "ethtool-tsconfig": "ethtool.TimestampConfig",
    "ethtool-wol": "ethtool.WakeOnLan",
}
_ETHTOOL = "ethtool-"
_CHANGED = {"add": "add", "change": "change", "delete": "delete"}
# What a room's functions are called, where they are not called as verbs or are not for all of its kinds; `()` stands
# behind those that take no record. Of other kinds each verb is the function of its name, which refuses a kind that it
# is not for (`netlynx.cli.kinds`).
FUNCTIONS: dict[str, dict[str, str]] = {
    "fdb": {"flush": "flush_fdb"},
    "mdb": {"flush": "flush_mdb"},
    "dcb": _CHANGED,
    "ipset": {"add": "create", "delete": "destroy", "flush": "flush"},
    "ipset-entry": {"add": "add", "replace": "replace", "delete": "delete"},
    "flow": {**_CHANGED, "replace": "replace"},
    "expectation": _CHANGED,
    "conntrack-timeout": {**_CHANGED, "replace": "replace", "set": "set_default", "flush": "flush()"},
    "conntrack-helper": {**_CHANGED, "flush": "flush()"},
    "account": {"add": "add", "delete": "delete", "flush": "flush()"},
    "fingerprint": {"add": "add", "delete": "remove"},
    "ipvs-service": {**_CHANGED, "flush": "flush()"},
    "ipvs-destination": _CHANGED,
    "ipvs-daemon": {"add": "add", "delete": "delete"},
    "ipvs-timeouts": {"set": "set_timeouts"},
    "wireguard": {"set": "configure"},
    "fou-port": {"add": "add", "delete": "delete"},
    "ila-mapping": {"add": "add", "delete": "delete", "flush": "flush()"},
    "gtp-context": {"add": "add", "delete": "delete"},
    "seg6-key": {"set": "set_key", "delete": "delete_key"},
    "seg6-source": {"set": "set_source"},
    "ioam6-namespace": {"add": "add", "delete": "delete"},
    "ioam6-schema": {"add": "add", "delete": "delete"},
    "ioam6-attachment": {"set": "set_schema"},
    "l2tp-tunnel": {"add": "add", "delete": "delete"},
    "l2tp-session": _CHANGED,
    **dict.fromkeys(("macsec-channel", "macsec-transmit-sa", "macsec-receive-sa"), _CHANGED),
    "macsec-offload": {"set": "set_offload"},
    "ovs-datapath": _CHANGED,
    "ovs-port": _CHANGED,
    "ovs-flow": {**_CHANGED, "replace": "replace"},
    "ovs-meter": {"set": "set_meter", "delete": "delete"},
    "ovs-ct-limit": {"set": "set_ct_limit", "delete": "delete_ct_limit"},
    "mptcp-endpoint": {**_CHANGED, "flush": "flush()"},
    "mptcp-limits": {"set": "set_limits"},
    "tcp-metrics": {"delete": "delete", "flush": "flush()"},
    "napi": {"set": "set_napi"},
    "algorithm": _CHANGED,
    "rdma-device": _CHANGED,
    "rdma-system": {"set": "set_system"},
    "rdma-counting": {"set": "set_counting"},
    "rdma-frmr-pool": {"set": "set_frmr_pool"},
    "xfrm-state": {**_CHANGED, "flush": "flush_states()"},
    "xfrm-policy": {"add": "add", "replace": "replace", "delete": "delete", "flush": "flush_policies()"},
    "xfrm-migration": {"change": "migrate"},
    "xfrm-replay": {"set": "set_replay"},
    **{kind: {"set": f"set_{kind.removeprefix(_ETHTOOL)}"} for kind in KINDS if kind.startswith(_ETHTOOL)},
    **{kind: {"change": "change"} for kind in KINDS if kind.startswith("devlink-")},
    "devlink-port": _CHANGED,
    "devlink-rate": _CHANGED,
    "devlink-snapshot": {"add": "add", "delete": "delete"},
    "ethtool-rss": {"set": "set_rss", "add": "create_rss", "delete": "delete_rss"},
}
_EXAMPLE = '{"add": {"route": {…}}}'
# Of a link, what the kernel takes only when it is there.
_LATER = ("alias", "proto_down")
# Of a link, what is its own state or finds it, and what is given to it in another way.
_NOT_COMPARED = (
    *("index", "family", "change", "extensions", "carrier", "operstate", "af_spec", "protinfo", "map"),
    *("alternative_name", "alternative_names", "slave_kind", "slave_data"),
)


def declared(kind: str) -> tuple[Any, Any]:  # Any: a module, and a class of records
    """The room and the class of a kind of object."""
    room, _, name = KINDS[kind].rpartition(".")
    found = import_module(f"netlynx.{room or 'route'}")
    return found, getattr(found, name)


def function_of(verb: str, kind: str) -> Callable[..., Any] | None:
    """What makes the operation of a verb for records of a kind; None where there is no such request."""
    room, _ = declared(kind)
    name = FUNCTIONS[kind].get(verb, "") if kind in FUNCTIONS else verb
    found: Any = getattr(room, name.removesuffix("()"), None) if name else None
    if not callable(found):  # some modules are called as verbs are
        return None
    return partial(_of_all, found) if name.endswith("()") else found


def _of_all(make: Callable[[], Any], record: Any) -> Any:
    """The operation for all that there is, where nothing is said of which. Raises EncodeError."""
    from netlynx.schema.sending import given

    for name in given(record):
        raise EncodeError("it is for all of them, whatever they are: leave it out", f"{type(record).__name__}.{name}")
    return make()


def request(verb: str, kind: str, record: Any, **how: Any) -> Any:  # Any: a record, and whatever carries it out
    """The operation of a verb for a record; `how` goes to the function that makes it. Raises ValueError for none."""
    make = function_of(verb, kind)
    if make is None:
        raise ValueError(f"{verb}: there is no such request for a {kind}")
    try:
        return make(record, **how)
    except TypeError as error:
        if verb != "flush" or isinstance(error, EncodeError):
            raise
        raise ValueError(f"{verb}: there is no such request for a {kind}") from None  # the room's takes a listing


def is_record(value: Any) -> bool:
    """Whether a value is a record. Loading records takes longer than printing a command's help."""
    from netlynx.schema.record import Record

    return isinstance(value, Record)


class NotYet(Exception):
    """What the line says of a link has to be compared with what is there, and lines before it are to change links."""


class Each(NamedTuple):
    """What is to be done with the records that lines hold."""

    verb: str
    kind: str

    @classmethod
    def of(cls, words: str) -> Each:
        """From words such as "replace link". Raises ValueError."""
        verb, _, kind = words.strip().partition(" ")
        return cls(_known("a verb", verb, VERBS), _known("a kind of object", kind.strip(), KINDS))


def _known(what: str, word: object, known: Collection[str]) -> str:
    if isinstance(word, str) and word in known:
        return word
    raise ValueError(f"{word!r} is not {what}{nearest(str(word), known, listed='there are')}")


class Operations:
    """Makes operations of what lines hold: `{"add": {"route": {…}}}`, or fields alone where `each` says the rest."""

    def __init__(self, nl: Connection, each: Each | None, only: Collection[str] = ()) -> None:
        """With `only`, lines are of these kinds, and of no others."""
        import_module("netlynx.engine.naming")  # now, while there are descriptors to be had

        self._nl = nl
        self._each = each
        self._only = only
        self._links_change = False

    def settled(self) -> None:
        """All operations made so far are carried out: what there is of links can be asked again."""
        self._links_change = False

    def make(self, found: dict[str, Any]) -> list[Do[None]]:
        """What a line asks for: one operation, or those that make a listed link anew.

        Names of interfaces, tables and namespaces are looked up when it is carried out. Raises ValueError for what
        cannot be understood, and for a link that is made anew NotYet, and NetlynxError where the kernel could not be
        asked for it.
        """
        from netlynx.schema.from_json import from_json

        (verb, kind), fields = (self._each, found) if self._each is not None else _taken_apart(found)
        if self._only and kind not in self._only:
            raise ValueError(f"{kind!r} is none of what is made here: {', '.join(self._only)}")
        _, cls = declared(kind)
        record = from_json(cls, fields, read=self._each is not None)
        if self._each == ("replace", "link"):
            made = self._link_again(record)
        else:
            made = [_single(verb, kind, request(verb, kind, record))]
        self._links_change = self._links_change or kind == "link"
        return made

    def _link_again(self, link: Any) -> list[Do[None]]:
        """A link as it was listed. Of one that is there what differs is changed; another is made, and what the kernel
        takes only of one that is there follows.

        A veth is made with its peer, which is to have the index that the listing says: its own line then finds it.
        Raises EncodeError for what cannot be changed.
        """
        from netlynx import route
        from netlynx.engine.naming import numbered
        from netlynx.route.link_requests import SETTABLE
        from netlynx.schema.record import replace_fields

        if self._links_change:
            raise NotYet
        link = self._nl.do(numbered(link, "route.replace"))
        which = {"index": link.index} if link.index else {"name": link.name}
        there = self._link(which)
        if there is not None:
            state = there.flags & ~SETTABLE
            link = replace_fields(link, flags=state | link.flags & SETTABLE)
            port = _port(there, link)
            names = [name for name in link.alternative_names if name not in there.alternative_names]
            done = [route.change(_towards(there, link, _NOT_COMPARED) or route.Link(**which))]
        else:
            port, names = _port(None, link), link.alternative_names
            later = {name: value for name in _LATER if (value := getattr(link, name)) not in (None, False)}
            left_out = {**dict.fromkeys(("slave_kind", "slave_data", *later)), "alternative_names": ()}
            made = replace_fields(link, **left_out)
            if link.kind == "veth" and link.parent and link.netns_id is None:
                made = replace_fields(made, parent=None, data=route.Veth(peer=route.Link(index=link.parent)))
            done = [route.add(made)]
            if later:
                done.append(route.change(route.Link(**which, **later)))
        if port is not None:
            done.append(route.change(route.Link(**which, slave_kind=link.slave_kind, slave_data=port)))
        if names:
            done.append(route.add_alternative_names(link.index or link.name, *names))
        return done

    def _link(self, which: dict[str, Any]) -> Any:  # Any: index or name; a Link, or None
        from netlynx import route

        try:
            return self._nl.do(route.link(**which, statistics=False))
        except NotFound:
            return None


def _single(verb: str, kind: str, operation: Any) -> Any:
    """The operation, of which many go in one message. Raises ValueError for one that looks at something first."""
    from netlynx.engine.named import NamedDo
    from netlynx.engine.operation import Talk

    if isinstance(operation.model if isinstance(operation, NamedDo) else operation, Talk):
        raise ValueError(f"{verb} {kind}: that takes several messages, which `netlynx {verb}` sends, one at a time")
    return operation


def _towards(there: Any, wanted: Any, left_out: Collection[str] = ()) -> Any:  # Any: records of one class
    """The record that is there with what differs in another; None if nothing does. What the other lacks stays, but for
    the link above."""
    changes: dict[str, Any] = {}
    for name, declaration in there.__declarations__.items():
        before, after = getattr(there, name), getattr(wanted, name)
        if declaration.read_only or name in left_out or before == after:
            continue
        if name == "master" and after is None:
            after = 0
        if after is None or after == declaration.default:
            continue
        if is_record(after) and type(before) is type(after):
            after = _towards(before, after)
        if after is not None:
            changes[name] = after
    return there.replace(**changes) if changes else None


def _port(there: Any, link: Any) -> Any:  # Any: Links, and what one is to its master
    """What is to be said to a link's master, when it has that; None for nothing. What the master finds out, it does."""
    from netlynx.schema.record import replace_fields

    port = link.slave_data
    if not is_record(port):
        return None
    if "state" in port.__declarations__:
        port = replace_fields(port, state=port.__declarations__["state"].default)
    if there is None or there.master != link.master or type(there.slave_data) is not type(port):
        return port
    return _towards(there.slave_data, port)


def _taken_apart(found: dict[str, Any]) -> tuple[Each, dict[str, Any]]:
    """Verb and kind, and the fields. Raises ValueError."""
    if len(found) != 1:
        hint = "; for the lines of a listing, say with --each what is to be done with them" if len(found) > 2 else ""
        raise ValueError(f"expected one verb, as in {_EXAMPLE}, not {len(found)} names{hint}")
    ((word, inner),) = found.items()
    verb = _known("a verb", word, VERBS)
    if not isinstance(inner, dict) or len(inner) != 1:
        raise ValueError(f"{verb}: expected one object with its kind, as in {_EXAMPLE}")
    ((word, fields),) = inner.items()
    try:
        kind = _known("a kind of object", word, KINDS)
    except ValueError as error:
        raise ValueError(f"{verb}: {error}") from None
    if not isinstance(fields, dict):
        raise ValueError(f"{verb}: expected the fields of the {kind}, as in {_EXAMPLE}")
    return Each(verb, kind), fields

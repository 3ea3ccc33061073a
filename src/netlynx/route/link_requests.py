"""What is sent to make, change and delete links: all that a record says, or nothing.

Source: rtnl_newlink, rtnl_create_link, do_setlink, rtnl_dellink and rtnl_linkprop in net/core/rtnetlink.c.
"""

from __future__ import annotations

from typing import Any

from netlynx.engine.operation import Do, make_do
from netlynx.engine.unresolved import by_name
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.route.arguments import index_of
from netlynx.route.constants import RTM, AddressFamily
from netlynx.route.kinds import DATA, WITHOUT_DATA
from netlynx.route.kinds.gre import Gre
from netlynx.route.link import NAME_LIMIT, Link, named
from netlynx.route.link_constants import LinkFlags
from netlynx.route.verbs import change
from netlynx.schema.arguments import record_of
from netlynx.schema.record import replace_fields, was_read
from netlynx.schema.sending import changed, given, is_set, only, settable, taken_flags, told
from netlynx.wire.constants import NETLINK, NLM_F

# The flags that a request can set or clear; the others are the state of the device (__dev_change_flags).
SETTABLE = (
    LinkFlags.UP
    | LinkFlags.DEBUG
    | LinkFlags.NOTRAILERS
    | LinkFlags.NOARP
    | LinkFlags.PROMISC
    | LinkFlags.ALLMULTI
    | LinkFlags.MULTICAST
    | LinkFlags.PORTSEL
    | LinkFlags.AUTOMEDIA
    | LinkFlags.DYNAMIC
)

# Kinds of which the link below, or the other end, stands in IFLA_LINK of the request; others have it in their data.
_HAVE_PARENT = frozenset({"vlan", "macvlan", "macvtap", "ipvlan", "ipvtap", "macsec", "ipoib", "rmnet", "virt_wifi"})

_AFTERWARDS = "the kernel takes this of a link that is there: leave it out here, and route.change it afterwards"
_AT_ONCE = "the kernel takes this when a link is made, and ignores it for one that is there: leave it out"
_NO_ADD: dict[str, str] = {
    **dict.fromkeys(
        ("alias", "carrier", "map", "virtual_functions", "vf_ports", "port", "xdp", "af_spec"), _AFTERWARDS
    ),
    **dict.fromkeys(
        ("proto_down", "proto_down_reason", "proto_down_reason_mask", "slave_kind", "slave_data"), _AFTERWARDS
    ),
    "alternative_name": "it finds a link, but gives it no name: use route.add_alternative_names afterwards",
    "new_index": "`index` is the index that a new link is to have",
}
_NO_CHANGE: dict[str, str] = {
    **dict.fromkeys(("parent", "netns_id", "num_tx_queues", "num_rx_queues", "parent_device"), _AT_ONCE),
}
_NEVER: dict[str, str] = {
    "alternative_names": "use route.add_alternative_names and route.delete_alternative_names",
    "protinfo": "the settings of a bridge's port are set by route.set_bridge_port",
    "extensions": "it says what a listing is to show, and changes nothing",
}
# What of a link that was read is its state, or another's: a new link has its own.
_STATE = ("carrier", "operstate", "af_spec", "protinfo", "map", "extensions", "change")


def prepare(record: Link, verb: str) -> Link:
    """The record as it is sent. Raises EncodeError with the field's path for what the request could not say."""
    _check_name(record)
    if record.family is AddressFamily.BRIDGE:
        if verb == "delete":
            return _vlans_to_delete(record)
        raise EncodeError(_NEVER["protinfo"], "Link.family")
    if verb == "delete":
        return _to_delete(record)
    read, new = was_read(record), changed(record)
    if verb == "change":
        _check_selection(record)
        _refuse_elsewhere(record, verb)
        made = settable(record, "Link", ("index",))
        if read:
            made = _without(made, new, (*_STATE, *_NO_CHANGE, *_NEVER, "proto_down", "alternative_name", "family"))
        _refuse(made, {**_NO_CHANGE, **_NEVER})
        _check_kind(made, read and "kind" not in new)
        if not made.data and read and "kind" not in new:
            made = replace_fields(made, kind=None)
    else:
        if record.kind is None:
            raise EncodeError('say what kind of link to add: "veth", "bridge", "vlan" …', "Link.kind")
        if verb == "replace":
            _refuse_elsewhere(record, verb)
        made = settable(record, "Link")
        if read:
            made = _without(made, new, (*_STATE, "proto_down", "target_netnsid", "family"))
            if made.address is not None and not made.address.strip("0:") and "address" not in new:
                made = replace_fields(made, address=None)  # it has none
            if record.target_netnsid is not None:
                made = replace_fields(made, target_netnsid=record.target_netnsid)
        _refuse(made, {**_NO_ADD, **_NEVER})
        made = _with_parent(made, read and "parent" not in new)
    _check_data(made)
    if made.new_index is not None and made.netns_fd is None and made.netns_pid is None:
        raise EncodeError("a link gets another index only where it moves to another namespace", "Link.new_index")
    return _with_flags(made, record)


def _check_name(record: Link) -> None:
    """A name too long for a link's proper one may be meant as an alternative one. Raises EncodeError."""
    if isinstance(record.name, str) and (size := len(record.name.encode("utf-8", "surrogatepass"))) > NAME_LIMIT:
        raise EncodeError(
            f"{record.name!r} is {size} bytes long, {NAME_LIMIT} are the most; a longer one is an alternative name: "
            "say which link with alternative_name, give it one with route.add_alternative_names",
            "Link.name",
        )


def _to_delete(record: Link) -> Link:
    """A link is found by one thing; what stands beside that the kernel would not look at."""
    if was_read(record):
        new = sorted(changed(record))
        if new:
            raise EncodeError("this is not what was read: delete the link as it is there", f"Link.{new[0]}")
        if record.index:
            return Link(index=record.index, target_netnsid=record.target_netnsid)
    selector = _selector(record)
    why = f"a link is deleted by its {selector} alone, and the kernel would look at nothing else: leave it out"
    only(record, (selector, "target_netnsid"), "Link", why)
    return record


def _vlans_to_delete(record: Link) -> Link:
    index = index_of(record.index, "Link.index")
    if record.af_spec is None:
        raise EncodeError("say what is removed from the port: its VLANs, say", "Link.af_spec")
    if not was_read(record):
        why = "of a bridge's port only what is in af_spec is deleted: leave it out"
        only(record, ("index", "family", "af_spec"), "Link", why)
    return Link(family=AddressFamily.BRIDGE, index=index, af_spec=record.af_spec)


def _selector(record: Link) -> str:
    for name in ("index", "name", "alternative_name", "group"):
        if is_set(record, name):
            return name
    raise EncodeError("say which link: set index, name, alternative_name or group", "Link.index")


def _check_selection(record: Link) -> None:
    """An index may have a new name beside it; whatever else would find a link the kernel does not look at."""
    selector = _selector(record)
    if selector != "alternative_name" and is_set(record, "alternative_name"):
        why = f"the link is found by its {selector}: leave it out, or use route.add_alternative_names"
        raise EncodeError(why, "Link.alternative_name")


def _refuse_elsewhere(record: Link, verb: str) -> None:
    if record.target_netnsid is not None:
        raise EncodeError(
            f"{verb} acts in the namespace of the connection, on whichever link has this index there: connect to that"
            " namespace instead (netns=…). To move a link there, give netns_fd or netns_pid",
            "Link.target_netnsid",
        )


def _without(record: Link, new: frozenset[str], names: tuple[str, ...]) -> Link:
    """A record that was read without these of its fields, but for those that were replaced."""
    cls = type(record).__declarations__
    gone: dict[str, Any] = {name: cls[name].default for name in names if name not in new and is_set(record, name)}
    return replace_fields(record, **gone) if gone else record


def _refuse(record: Link, why: dict[str, str]) -> None:
    for name in given(record):
        if name in why:
            raise EncodeError(why[name], f"Link.{name}")


def _check_kind(record: Link, read: bool) -> None:
    if record.kind is not None and record.data is None and not read:
        raise EncodeError("a link stays of its kind: leave it out, or give what to change in data", "Link.kind")
    if record.slave_kind is not None and record.slave_data is None:
        raise EncodeError("give what to change in slave_data, too", "Link.slave_kind")


_ERSPAN = ("erspan_version", "erspan_index", "erspan_direction", "erspan_hardware_id")


def _check_data(record: Link) -> None:
    """Kinds share the class of their data; what only some of them have, the kernel ignores of the others."""
    if record.kind in ("gre", "gretap") and isinstance(record.data, Gre):
        for name in _ERSPAN:
            if is_set(record.data, name):
                raise EncodeError("only a link of kind erspan has it", f"Link.data.{name}")


def _with_parent(record: Link, read: bool) -> Link:
    known = isinstance(record.kind, str) and (record.kind in DATA or record.kind in WITHOUT_DATA)
    if record.parent_device is not None and record.kind != "wwan" and known:
        if not read:
            raise EncodeError(f"the kernel ignores it for the kind {record.kind}", "Link.parent_device")
        record = replace_fields(record, parent_device=None)
    if record.parent is None or not known or record.kind in _HAVE_PARENT:
        return record
    if read or record.parent == 0:
        return replace_fields(record, parent=None, netns_id=None)  # the kernel shows there what stands in its data
    raise EncodeError(f"the kernel ignores it for the kind {record.kind}: see its data", "Link.parent")


def _with_flags(made: Link, record: Link) -> Link:
    """Without a mask the kernel would take all flags from the request, and clear those that are not in it."""
    flags, mask = taken_flags(record, SETTABLE, "Link"), taken_flags(record, SETTABLE, "Link", "change")
    if was_read(record) and not mask:
        return replace_fields(made, flags=flags, change=SETTABLE) if made.flags else made
    differing = flags ^ (told(record, "flags") or LinkFlags(0))
    if differing & ~mask and mask:
        raise EncodeError(f"{(differing & ~mask).label}: not among those that count, which are in change", "Link.flags")
    return replace_fields(made, flags=flags & (mask or flags), change=mask or flags)


def up(link: Link | str | int) -> Do[None]:
    """Set a link up, given by a record, name or index. Fails with `NotFound` when there is none.

    Raises EncodeError for a link of another namespace (`Link.target_netnsid`).
    """
    return change(replace_fields(_which(link, "route.up"), flags=LinkFlags.UP, change=LinkFlags.UP))


def down(link: Link | str | int) -> Do[None]:
    """Set a link down, given by a record, name or index. Fails with `NotFound` when there is none. Raises as `up`."""
    return change(replace_fields(_which(link, "route.down"), change=LinkFlags.UP))


def add_alternative_names(link: Link | str | int, *names: str) -> Do[None]:
    """Give a link more names, of up to 127 bytes. Fails with `AlreadyExists` when one is taken in the namespace.

    Raises EncodeError when no name is given or one is too long, and as `up`. Source: rtnl_newlinkprop,
    net/core/rtnetlink.c.
    """
    return _alternative_names("route.add_alternative_names", RTM.NEWLINKPROP, NLM_F.CREATE, link, names)


def delete_alternative_names(link: Link | str | int, *names: str) -> Do[None]:
    """Take alternative names from a link. Fails with `NotFound` when it does not have one of them.

    Raises EncodeError when no name is given, and as `up`. Source: rtnl_dellinkprop, net/core/rtnetlink.c.
    """
    return _alternative_names("route.delete_alternative_names", RTM.DELLINKPROP, 0, link, names)


@by_name()
def set_bridge_port(link: Link) -> Do[None]:
    """Change what a bridge does with a port: `protinfo` (a `BridgePort`), and the VLANs in `af_spec` that are added.

    ``route.delete(Link(family="bridge", index=…, af_spec=BridgeSpec(vlans=…)))`` removes VLANs. Other fields of a port
    are a matter of `change`. Of a record that was read what was replaced is sent, or all of it if nothing was. Raises
    EncodeError without an index, for other fields, and as `up`. Source: rtnl_bridge_setlink, net/core/rtnetlink.c;
    br_setlink, net/bridge/br_netlink.c.
    """
    index = index_of(record_of(Link, link, "route.set_bridge_port").index, "Link.index")
    _refuse_elsewhere(link, "set_bridge_port")
    taken = ("index", "family", "af_spec", "protinfo")
    if was_read(link):
        other = sorted(changed(link) - {*taken})
        if other:
            raise EncodeError("this is a matter of route.change", f"Link.{other[0]}")
    else:
        only(link, taken, "Link", "this is a matter of route.change")
    made = settable(replace_fields(link, family=AddressFamily.BRIDGE), "Link", ())
    request = Link(family=AddressFamily.BRIDGE, index=index, af_spec=made.af_spec, protinfo=made.protinfo)
    return make_do("route.set_bridge_port", NETLINK.ROUTE, RTM.SETLINK, request)


def _alternative_names(
    name: str, message_type: int, flags: int, link: Link | str | int, names: tuple[str, ...]
) -> Do[None]:
    if not names:
        raise EncodeError("give at least one name", name)
    request = replace_fields(_which(link, name), alternative_names=names)
    return make_do(name, NETLINK.ROUTE, message_type, request, flags=flags)


def _which(link: Link | str | int, path: str) -> Link:
    """A record that says no more than which link is meant."""
    if isinstance(link, Link):
        _refuse_elsewhere(link, path.removeprefix("route."))
        selector = _selector(link)
        return Link(**{selector: getattr(link, selector)})
    if isinstance(link, str):
        return named(link)
    if isinstance(link, int):
        return Link(index=index_of(link, path))
    raise EncodeTypeError(f"expected a Link, its name or its index, not {type(link).__name__}", path)

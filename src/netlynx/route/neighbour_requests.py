"""What requests about neighbours and forwarding entries say: a record completed, or refused by the field's name.

Source: neigh_add, neigh_delete, __neigh_update and pneigh_create in net/core/neighbour.c, rtnl_fdb_add in
net/core/rtnetlink.c, br_fdb_add and fdb_add_entry in net/bridge/br_fdb.c; tried out.
"""

from __future__ import annotations

import msgspec

from netlynx.errors import EncodeError
from netlynx.route.arguments import family_of, member_of
from netlynx.route.constants import AddressFamily
from netlynx.route.lacking import refuse
from netlynx.route.neighbour import Neighbour, NeighbourExtendedFlags, NeighbourFlags, NeighbourState
from netlynx.schema.record import was_read
from netlynx.schema.sending import changed, deletes_no_less, own, settable, taken_flags


def prepare(record: Neighbour, verb: str) -> Neighbour:
    """The record as it is sent. Raises EncodeError with the field's path for what the request could not say."""
    if record.index == 0:
        raise EncodeError("set the index of the interface", "Neighbour.index")
    record = settable(record, "Neighbour")
    refuse(record, _SELECTING)
    family = member_of(AddressFamily, record.family, "Neighbour.family")
    return _forwarding(record, verb) if family is AddressFamily.BRIDGE else _neighbour(record, verb)


def _neighbour(record: Neighbour, verb: str) -> Neighbour:
    if record.destination is None:
        raise EncodeError(
            'set the IP address of the neighbour, or family="bridge" for a forwarding entry',
            "Neighbour.destination",
        )
    if verb == "append":
        raise EncodeError("only a forwarding entry can have more behind it: use route.add", "route.append(Neighbour)")
    if record.family is AddressFamily.UNSPEC:
        record = msgspec.structs.replace(record, family=family_of(record.destination))
    refuse(record, _LACKING)
    if verb == "delete":
        if record.flags & (NeighbourFlags.SELF | NeighbourFlags.MASTER):
            raise EncodeError(
                'only a forwarding entry (family="bridge") is somebody\'s: leave it out', "Neighbour.flags"
            )
        return record
    if record.flags & NeighbourFlags.PROXY:
        if record.flags & NeighbourFlags.USE:
            raise EncodeError("nobody looks for a proxy: leave use or proxy out", "Neighbour.flags")
        return _only_taken(record, _LEARNED | NeighbourFlags.ROUTER, ("address", "state"), "a proxy has none")
    if record.flags & NeighbourFlags.USE or (record.extended_flags or 0) & NeighbourExtendedFlags.MANAGED:
        why = "the kernel itself finds it out of a neighbour that it uses or manages: leave it out"
        return _only_taken(record, _LEARNED, ("address", "state"), why)
    ignored = () if record.state is None or record.state & _VALID else ("address",)
    record = _only_taken(record, _LEARNED | NeighbourFlags.ROUTER, ignored, "the kernel keeps none in this state")
    return record if record.state is not None else msgspec.structs.replace(record, state=NeighbourState.PERMANENT)


_LEARNED = NeighbourFlags.USE | NeighbourFlags.PROXY | NeighbourFlags.EXTERNALLY_LEARNED
_OTHER = "the kernel would leave it out here"
_VALID = (  # NUD_VALID
    NeighbourState.PERMANENT
    | NeighbourState.NOARP
    | NeighbourState.REACHABLE
    | NeighbourState.PROBE
    | NeighbourState.STALE
    | NeighbourState.DELAY
)


def _only_taken(record: Neighbour, flags: NeighbourFlags, ignored: tuple[str, ...], why: str) -> Neighbour:
    """The record with these flags, and without what the kernel would ignore: refused if it was not just read."""
    gone = [name for name in ignored if getattr(record, name)]
    for name in gone:
        if name in own(record):
            raise EncodeError(why, f"Neighbour.{name}")
    taken = taken_flags(record, flags, "Neighbour", why=_OTHER)
    return msgspec.structs.replace(record, flags=taken, **dict.fromkeys(gone))


_SELECTING = dict.fromkeys(("state_mask", "flags_mask"), "only route.flush_fdb takes it")
_LACKING = dict.fromkeys(
    ("master", "nexthop_id", "port", "vni", "via_index", "source_vni", "vlan", "fdb_attributes"),
    'only a forwarding entry (family="bridge") has it',
)


_USED = NeighbourFlags.SELF | NeighbourFlags.MASTER | NeighbourFlags.USE
_BRIDGED = NeighbourFlags.SELF | NeighbourFlags.MASTER | NeighbourFlags.EXTERNALLY_LEARNED | NeighbourFlags.STICKY


def _forwarding(record: Neighbour, verb: str) -> Neighbour:
    if record.address is None:
        raise EncodeError("set the hardware address that is forwarded to", "Neighbour.address")
    flags = record.flags
    tunnel = (
        record.destination, record.port, record.vni, record.source_vni, record.via_index, record.nexthop_id
    )  # fmt: skip
    # A bridge's own entries lie in its own table, which only SELF reaches.
    devices = any(value is not None for value in tunnel)
    if not flags & (NeighbourFlags.SELF | NeighbourFlags.MASTER):
        if devices or record.master == record.index:
            flags |= NeighbourFlags.SELF
        elif flags:  # only without any flag the bridge is meant without being named
            flags |= NeighbourFlags.MASTER
    record = msgspec.structs.replace(record, flags=flags)
    if verb == "delete":
        if not was_read(record) or "fdb_attributes" in changed(record):
            deletes_no_less(record, "Neighbour", unseen=("fdb_attributes",))
        return record
    if "extended_flags" in own(record):
        raise EncodeError("a forwarding entry takes none: leave it out", "Neighbour.extended_flags")
    if not flags & NeighbourFlags.SELF or record.master == record.index:
        if flags & NeighbourFlags.USE:
            record = _only_taken(record, _USED, ("state",), "the bridge takes an entry that is used for a learned one")
        else:
            record = _only_taken(record, _BRIDGED, (), "")
    if record.master not in (None, record.index) and not was_read(record):
        raise EncodeError("the bridge is the one that `index` is a port of: leave it out", "Neighbour.master")
    learned = flags & NeighbourFlags.EXTERNALLY_LEARNED and not flags & NeighbourFlags.SELF
    if learned and record.state not in (None, NeighbourState.REACHABLE) and not was_read(record):
        raise EncodeError("a bridge does not look at it of what was learned elsewhere: leave it out", "Neighbour.state")
    sticky = flags & NeighbourFlags.STICKY
    if sticky and (record.state or NeighbourState.NONE) & NeighbourState.PERMANENT:
        raise EncodeError("a sticky entry is not the bridge's own: give it state NOARP", "Neighbour.state")
    usual = NeighbourState.NOARP if sticky else NeighbourState.PERMANENT
    return msgspec.structs.replace(record, state=usual if record.state is None else record.state)

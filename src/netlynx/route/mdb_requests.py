"""What requests about multicast databases say: a record completed, or refused by the field's name.

Source: rtnl_validate_mdb_entry in net/core/rtnetlink.c, br_mdb_config_init and
br_mdb_config_attrs_init in net/bridge/br_mdb.c, vxlan_mdb_config_init and vxlan_mdb_config_attrs_init in
drivers/net/vxlan/vxlan_mdb.c; tried out.
"""

from __future__ import annotations

from netlynx.errors import EncodeError
from netlynx.route.mdb import MdbEntry
from netlynx.route.mdb_messages import FilterMode, MdbEntryStruct, MdbState, SourceRequest, check_numbers
from netlynx.route.mdb_messages import MdbEntry as Request
from netlynx.schema.record import was_read
from netlynx.schema.sending import is_set, own, settable

_TUNNEL = ("destination", "port", "vni", "via_index", "source_vni")
_KEY = ("bridge", "index", "group", "vlan", "source", *_TUNNEL)


def prepare(record: MdbEntry, verb: str) -> Request:
    """The request. Raises EncodeError with the field's path for what it could not say."""
    mode_was_told, new = was_read(record), own(record)
    record = settable(record, "MdbEntry")
    if record.bridge == 0:
        raise EncodeError("set the index of the bridge, or of the VXLAN device", "MdbEntry.bridge")
    if not record.group:
        raise EncodeError("set the address of the group", "MdbEntry.group")
    tunnel = any(is_set(record, name) for name in _TUNNEL)
    if tunnel and record.destination is None:
        raise EncodeError("set the tunnel end that a VXLAN device forwards to", "MdbEntry.destination")
    index = record.index or (record.bridge if tunnel else 0)
    if index == 0:
        raise EncodeError("set the index of the port; the bridge's, where this host listens", "MdbEntry.index")
    if tunnel and index != record.bridge:
        raise EncodeError("of a VXLAN device it is the device itself: leave it out", "MdbEntry.index")
    check_numbers(record)
    if verb == "delete":
        # The kernel finds an entry by its key; of one that was made, the rest may not say what it does not look at.
        for name in ("state", "filter_mode", "sources", "protocol"):
            if name in new:
                raise EncodeError("the kernel does not look at it when it deletes: leave it out", f"MdbEntry.{name}")
        return _request(record, index, MdbState.TEMPORARY, said=())
    if record.filter_mode is None and record.sources:
        raise EncodeError("whether these or all but these are wanted: include or exclude", "MdbEntry.filter_mode")
    said = ["filter_mode", "sources", "protocol"]
    host = index == record.bridge and not tunnel
    if host:
        said = [name for name in said if name in new or not mode_was_told]  # which the kernel refuses by name
    if record.source is not None:
        if "filter_mode" in new and record.filter_mode != FilterMode.INCLUDE:
            raise EncodeError("what one source sends alone is included", "MdbEntry.filter_mode")
        said = ["protocol"]
    state = record.state
    if state is None:
        state = MdbState.TEMPORARY if host else MdbState.PERMANENT
    return _request(record, index, state, said)


def _request(record: MdbEntry, index: int, state: int, said: list[str] | tuple[str, ...]) -> Request:
    values = {name: getattr(record, name) for name in (*said, "source", *_TUNNEL)}
    if values.get("sources"):
        values["sources"] = tuple(SourceRequest(address=each.address) for each in values["sources"])
    return Request(
        bridge=record.bridge,
        entry=MdbEntryStruct(index=index, state=state, vlan=record.vlan, group=record.group),
        **values,
    )

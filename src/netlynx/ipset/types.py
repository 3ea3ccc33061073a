"""The types of sets: what the entries of each have, and which options it takes.

Source: `struct ip_set_type` in net/netfilter/ipset/ip_set_*.c, each with its policies; ipset(8).
"""

from __future__ import annotations

from typing import Any

import msgspec

from netlynx.netfilter.constants import NetfilterFamily

_HASH = ("hashsize", "maxelem", "bucketsize", "initval")
_MASKED = (*_HASH, "netmask", "bitmask")


class Type(msgspec.Struct, frozen=True):
    """One type.

    `parts` are the fields that tell one entry from another, in the order in which ipset(8) writes them: an address, a
    net (`net`, `net2`), a port … `options` are the fields of a `Set` that it takes besides the timeout and the flags
    that all have. `revision` is the newest that is known here. `family` is the one that it has; None: of either.
    """

    name: str
    parts: tuple[str, ...]
    options: tuple[str, ...]
    revision: int
    family: NetfilterFamily | None = None

    @property
    def kind(self) -> str:
        """bitmap, hash or list."""
        return self.name.partition(":")[0]

    @property
    def forces(self) -> bool:
        """Whether a full one may drop an entry for a new one."""
        return self.kind == "hash"

    def misfit(self, entry: Any, family: NetfilterFamily | int | None = None) -> str:
        """What an entry has that sets of this type, and of a family, do not, or the other way round, in words.

        "" where it fits.
        """
        taken = {each for part in self.parts for each in _FIELDS.get(part, (part,))} - {*_LACKING.get(self.name, ())}
        for name in _KEYS:
            if name not in taken and getattr(entry, name) is not None:
                return f"have no {name}"
        for part in self.parts:
            name = _NEEDED.get(part, part)
            if name != "mac" and getattr(entry, name) is None:
                return f"have a {name}, which is missing"
        for name in ("address", "last_address", "address2", "last_address2"):
            value = getattr(entry, name)
            if value is not None and family in _COLONS and (":" in value) is not _COLONS[NetfilterFamily(family)]:
                return f"and of {NetfilterFamily(family).label} have no {name} such as {value}"
        if entry.flags is not None and not ({"net", "net2"} & {*self.parts} or self.kind == "list"):
            return f"have no flags such as {entry.flags.label}"
        return ""


_UNSPEC = NetfilterFamily.UNSPEC

TYPES: dict[str, Type] = {  # all 16 types, by their names
    each.name: each
    for each in (
        Type("bitmap:ip", ("address",), ("first", "last", "netmask"), 3, NetfilterFamily.IPV4),
        Type("bitmap:ip,mac", ("address", "mac"), ("first", "last"), 3, NetfilterFamily.IPV4),
        Type("bitmap:port", ("port",), ("first_port", "last_port"), 3, _UNSPEC),
        Type("hash:ip", ("address",), _MASKED, 6),
        Type("hash:mac", ("mac",), _HASH, 1, _UNSPEC),
        Type("hash:ip,mac", ("address", "mac"), _HASH, 1),
        Type("hash:net", ("net",), _HASH, 7),
        Type("hash:net,net", ("net", "net2"), _MASKED, 4),
        Type("hash:ip,port", ("address", "port"), _MASKED, 7),
        Type("hash:ip,port,ip", ("address", "port", "address2"), _HASH, 6),
        Type("hash:ip,port,net", ("address", "port", "net2"), _HASH, 8),
        Type("hash:ip,mark", ("address", "mark"), (*_HASH, "markmask"), 3),
        Type("hash:net,port", ("net", "port"), _HASH, 8),
        Type("hash:net,port,net", ("net", "port", "net2"), _HASH, 3),
        Type("hash:net,iface", ("net", "interface"), _HASH, 8),
        Type("list:set", ("name",), ("size",), 3, _UNSPEC),
    )
}

_COLONS = {NetfilterFamily.IPV4: False, NetfilterFamily.IPV6: True}
_FIELDS: dict[str, tuple[str, ...]] = {
    "address": ("address", "last_address", "prefixlen"),
    "net": ("address", "last_address", "prefixlen"),
    "address2": ("address2",),
    "net2": ("address2", "last_address2", "prefixlen2"),
    "port": ("port", "last_port", "protocol"),
    "name": ("name", "reference"),
}
_NEEDED = {"net": "address", "net2": "address2"}
_KEYS = tuple(dict.fromkeys([*(each for part in _FIELDS.values() for each in part), "mac", "mark", "interface"]))
_LACKING = {
    "bitmap:port": ("protocol",),
    "bitmap:ip,mac": ("last_address", "prefixlen"),
    "hash:ip,mac": ("last_address", "prefixlen"),
}

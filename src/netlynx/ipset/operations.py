"""What is asked of sets, and what is done to them.

Source: net/netfilter/ipset/ip_set_core.c; ipset(8).
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import msgspec

from netlynx.engine.operation import Do, Dump, Talk
from netlynx.engine.reading import Reading
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.ipset.constants import IPSET_ATTR, IPSET_CMD, PROTOCOL, Extensions, ListFlags
from netlynx.ipset.entries import OF_SETS, Entry
from netlynx.ipset.sets import MAX_BUCKET, MAX_TIMEOUT, NAME_SIZE, Protocol, Set, SetRequest, SetType
from netlynx.ipset.types import TYPES
from netlynx.netfilter.constants import NFNL_SUBSYS, NetfilterFamily
from netlynx.netfilter.nfnetlink import netfilter_do, netfilter_dump
from netlynx.schema.arguments import member_of, record_of, text_of
from netlynx.schema.record import replace_fields, was_read
from netlynx.schema.sending import is_set, only, settable
from netlynx.wire.constants import NLM_F

_SUBSYSTEM = int(NFNL_SUBSYS.IPSET)
_LENGTHS = {NetfilterFamily.IPV4: 32, NetfilterFamily.IPV6: 128}


def protocol() -> Do[Protocol]:
    """The versions of ipset's protocol that the kernel speaks."""
    request = Protocol(version=PROTOCOL)
    return netfilter_do(
        "ipset.protocol",
        _SUBSYSTEM,
        IPSET_CMD.PROTOCOL,
        request,
        reply=Protocol,
        reply_message=IPSET_CMD.PROTOCOL,
    )


def set_type(type: str, *, family: NetfilterFamily | str = NetfilterFamily.IPV4) -> Do[SetType]:
    """The revisions of a type of sets that the kernel knows for a family; `NotSupported` where it has no such type.

    Where the type's module is not there, the kernel tries to load it.
    """
    path = "ipset.set_type"
    request = SetType(
        version=PROTOCOL,
        type=text_of(type, f"{path}(type)"),
        family=member_of(NetfilterFamily, family, f"{path}(family)"),
    )
    return netfilter_do(path, _SUBSYSTEM, IPSET_CMD.TYPE, request, reply=SetType, reply_message=IPSET_CMD.TYPE)


def sets() -> Dump[Set]:
    """All sets of the namespace, with their options and what the kernel counts of them; lists of sets come last."""
    request = SetRequest(version=PROTOCOL, flags=ListFlags.HEADERS)
    return netfilter_dump("ipset.sets", _SUBSYSTEM, IPSET_CMD.LIST, request, Set, IPSET_CMD.LIST)


def set_(name: str) -> Talk[Set]:
    """The set of that name. `NotFound` where there is none."""
    path = "ipset.set_"
    request = SetRequest(version=PROTOCOL, name=named(name, f"{path}(name)"), flags=ListFlags.HEADERS)
    listing = netfilter_dump(path, _SUBSYSTEM, IPSET_CMD.LIST, request, Set, IPSET_CMD.LIST)

    def steps() -> Generator[Dump[Set], Any, Set]:
        (found,) = yield listing
        header: Set = found
        return header

    return Talk(path, steps)


def entries(set: str | Set | None = None) -> Dump[Entry]:
    """The entries of a set, or of all sets, in the order in which the kernel has them: that of its buckets.

    What is added or goes meanwhile may be there or not; all else is there once, whatever becomes of the buckets. While
    it is listed, a set cannot be destroyed. `NotFound` where there is no such set.
    """
    name = None if set is None else named(set, "ipset.entries(set)")
    request = SetRequest(version=PROTOCOL, name=name)
    listing = netfilter_dump("ipset.entries", _SUBSYSTEM, IPSET_CMD.LIST, request, Entry, IPSET_CMD.LIST)
    return msgspec.structs.replace(listing, reading=_READING)


_READING = Reading((), rows=IPSET_ATTR.ADT, aside=OF_SETS)


def create(record: Set, *, exist_ok: bool = False) -> Do[None] | Talk[None]:
    """Make a set; `AlreadyExists` when one of that name is there, which with `exist_ok` is none if it is made the same.

    Needed are `name` and `type`, and of bitmaps what fits in. The revision is the newest that the kernel and netlynx
    both know: unless one is given, the kernel is asked for it first. It rounds hashsize up to a power of two, 64 at
    least, bucketsize up to an even number, and size to 4 at least.

    A record that was read makes the same set again. Raises EncodeError for what a set of the type does not have.
    """
    record = prepared(record_of(Set, record, "ipset.create"))
    flags = NLM_F.CREATE | (0 if exist_ok else NLM_F.EXCL)
    if record.revision is not None:
        return netfilter_do("ipset.create", _SUBSYSTEM, IPSET_CMD.CREATE, record, flags=flags)
    asked = set_type(record.type or "", family=record.family or NetfilterFamily.UNSPEC)

    def steps() -> Generator[Do[Any], Any, None]:
        found: SetType = yield asked
        known = TYPES[record.type].revision if record.type in TYPES else found.revision
        revision = min(found.revision or 0, known or 0)
        settled = replace_fields(record, revision=max(revision, found.oldest or 0))
        yield netfilter_do("ipset.create", _SUBSYSTEM, IPSET_CMD.CREATE, settled, flags=flags)

    return Talk("ipset.create", steps)


def prepared(record: Set) -> Set:
    """A set as it is sent. Raises EncodeError, with the field's path, for what the kernel would ignore or not say."""
    record = settable(record, "Set")
    named(record.name, "Set.name")
    if record.type is None:
        raise EncodeError(f"set it: {', '.join(TYPES)}", "Set.type")
    known = TYPES.get(record.type)
    family = record.family
    if known is None:
        if family is None:
            raise EncodeError(f"netlynx does not know {record.type}: say the family too", "Set.family")
        return replace_fields(record, version=PROTOCOL)
    for name in _OPTIONS:
        if name not in known.options and is_set(record, name):
            raise EncodeError(f"sets of type {record.type} have none", f"Set.{name}")
    if record.flags and record.flags & Extensions.FORCEADD and not known.forces:
        raise EncodeError(f"forceadd: sets of type {record.type} drop no entries for others", "Set.flags")
    if known.family is not None:
        if family not in (None, NetfilterFamily.UNSPEC, known.family):
            of = f"of {known.family.label} alone" if known.family else "of no family"
            raise EncodeError(f"sets of type {record.type} are {of}", "Set.family")
        family = known.family
    elif family in (None, NetfilterFamily.UNSPEC):
        family = NetfilterFamily.IPV6 if ":" in (record.bitmask or "") else NetfilterFamily.IPV4
    if family not in (NetfilterFamily.UNSPEC, *_LENGTHS):
        raise EncodeError("sets are of ipv4 or of ipv6", "Set.family")
    for first, last in (("first", "last"), ("first_port", "last_port")):
        if first in known.options:
            for name in (first, last):
                if getattr(record, name) is None:
                    raise EncodeError("a bitmap has room for a range: set it", f"Set.{name}")
    if record.netmask is not None:
        if record.bitmask is not None:
            raise EncodeError("netmask says the same in other words: leave one of the two out", "Set.bitmask")
        if not 1 <= record.netmask <= _LENGTHS[NetfilterFamily(family or 0)]:
            raise EncodeError(f"from 1 to {_LENGTHS[NetfilterFamily(family or 0)]} bits", "Set.netmask")
    for name, most in (("timeout", MAX_TIMEOUT), ("bucketsize", MAX_BUCKET)):
        if (getattr(record, name) or 0) > most:
            raise EncodeError(f"the kernel would make {most} of it: that is most", f"Set.{name}")
    return replace_fields(record, family=family, version=PROTOCOL)


_OPTIONS = tuple(dict.fromkeys(name for each in TYPES.values() for name in each.options))


def destroy(set: str | Set, *, missing_ok: bool = False) -> Do[None]:
    """Remove a set with all that is in it. `Busy` while something refers to it, `NotFound` where there is none, unless
    `missing_ok`.

    Raises EncodeError for a record that was made and says more than the name: the kernel looks at that alone.
    """
    request = SetRequest(version=PROTOCOL, name=_named_alone(set, "ipset.destroy(set)"))
    flags = 0 if missing_ok else NLM_F.EXCL  # without it the kernel finds nothing wrong with a set that is not there
    return _request("ipset.destroy", IPSET_CMD.DESTROY, request, flags)


def destroy_all() -> Do[None]:
    """Remove all sets of the namespace, or none: `Busy` while something refers to any."""
    return _request("ipset.destroy_all", IPSET_CMD.DESTROY, SetRequest(version=PROTOCOL))


def flush(set: str | Set) -> Do[None]:
    """Remove all entries of a set. `NotFound` where there is none. Raises EncodeError as `destroy`."""
    request = SetRequest(version=PROTOCOL, name=_named_alone(set, "ipset.flush(set)"))
    return _request("ipset.flush", IPSET_CMD.FLUSH, request)


def flush_all() -> Do[None]:
    """Remove all entries of all sets of the namespace."""
    return _request("ipset.flush_all", IPSET_CMD.FLUSH, SetRequest(version=PROTOCOL))


def rename(set: str | Set, to: str) -> Do[None]:
    """Give a set another name. `Busy` while something refers to it, `AlreadyExists` where there is one of that name."""
    return _two("ipset.rename", IPSET_CMD.RENAME, set, to, "to")


def swap(set: str | Set, other: str | Set) -> Do[None]:
    """Exchange two sets: each has the other's name then, and what refers to a name has the other set.

    They have to be of types with the same parts and of one family. `NotFound` where one of them is not there.
    """
    return _two("ipset.swap", IPSET_CMD.SWAP, set, other, "other")


def named(given: object, path: str) -> str:
    """The name of a set, given as text or by the set's record. Raises EncodeError, EncodeTypeError with `path`."""
    name = given.name if isinstance(given, Set) else given
    if name is None:
        raise EncodeError("say which: set the name", "Set.name" if isinstance(given, Set) else path)
    if not isinstance(name, str):
        raise EncodeTypeError(f"expected the name of a set, or a Set, not {type(name).__name__} {name!r}", path)
    if not 1 <= len(name.encode(errors="surrogateescape")) <= NAME_SIZE:
        raise EncodeError(f"names have from 1 to {NAME_SIZE} bytes", path)
    return name


def _named_alone(given: object, path: str) -> str:
    """As `named`, of a record that says no more than the name, or was read."""
    if isinstance(given, Set) and not was_read(given):
        only(given, ("name",), "Set", "the kernel looks at the name alone: leave it out")
    return named(given, path)


def _two(name: str, command: int, given: object, other: object, second: str) -> Do[None]:
    first = named(given, f"{name}(set)")
    return _request(name, command, SetRequest(version=PROTOCOL, name=first, other=named(other, f"{name}({second})")))


def _request(name: str, command: int, request: SetRequest, flags: int = 0) -> Do[None]:
    done: Do[None] = netfilter_do(name, _SUBSYSTEM, command, request, flags=int(flags))
    return done

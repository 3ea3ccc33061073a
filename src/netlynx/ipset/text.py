"""Sets and entries as lines of ``ipset save``, letter by letter as ipset(8) 7 writes them, and ``ipset restore`` reads.

That program leaves out `forceadd`, which it reads; here it is written.

Source: ipset(8), and what that program prints.
"""

from __future__ import annotations

from netlynx.errors import EncodeError
from netlynx.ipset.constants import EntryFlags, Extensions
from netlynx.ipset.entries import Entry
from netlynx.ipset.ports import port_text
from netlynx.ipset.sets import Set
from netlynx.ipset.types import TYPES
from netlynx.netfilter.constants import NetfilterFamily
from netlynx.schema.arguments import record_of

_FAMILIES = {NetfilterFamily.IPV4: "inet", NetfilterFamily.IPV6: "inet6"}


def set_line(record: Set) -> str:
    """``create blocked hash:net family inet hashsize 1024 …``: the line that makes a set.

    Raises EncodeError for a name that no line can have.
    """
    each = record_of(Set, record, "ipset.set_line(record)")
    return f"create {_word(each.name, 'Set.name')} {each.type} {header_text(each)}".rstrip()


def header_text(each: Set) -> str:
    """The options of a set, as ``ipset list`` and ``ipset save`` show them."""
    known = TYPES.get(each.type or "")
    words: list[str] = []
    if (known is None or known.family is None) and each.family in _FAMILIES:
        words += ["family", _FAMILIES[NetfilterFamily(each.family)]]
    if each.markmask is not None:
        words += ["markmask", f"0x{each.markmask:08x}"]
    if each.first is not None:
        words += ["range", f"{each.first}-{each.last}"]
    if each.first_port is not None:
        words += ["range", f"{each.first_port}-{each.last_port}"]
    masks = _options(each, "netmask", "bitmask")
    words += _options(each, "hashsize", "maxelem")
    words += masks if each.type not in _MASKS_LAST else []
    words += _options(each, "size", "timeout")
    flags = each.flags or Extensions(0)
    words += [flag.label for flag in _ORDER if flags & flag]
    if each.bucketsize is not None:
        words += ["bucketsize", str(each.bucketsize)]
    if each.initval is not None:
        words += ["initval", f"0x{each.initval:08x}"]
    return " ".join(words + (masks if each.type in _MASKS_LAST else []))


def _options(each: Set, *names: str) -> list[str]:
    values = ((name, getattr(each, name)) for name in names)
    return [word for name, value in values if value is not None for word in (name, str(value))]


_MASKS_LAST = ("hash:ip,port", "hash:net,net")
_ORDER = (Extensions.COUNTERS, Extensions.COMMENT, Extensions.FORCEADD, Extensions.SKBINFO)


def entry_line(entry: Entry) -> str:
    """``add blocked 203.0.113.0/24 timeout 600``: the line that adds an entry.

    Raises EncodeError for a comment or name that no line can have.
    """
    entry = record_of(Entry, entry, "ipset.entry_line(entry)")
    if entry.comment is not None and ('"' in entry.comment or not _is_one_line(entry.comment)):
        raise EncodeError(f"{entry.comment!r} cannot stand in a line of ipset's", "Entry.comment")
    _word(entry.name or entry.interface, "Entry.name")
    return f"add {_word(entry.set, 'Entry.set')} {member_text(entry)}"


def _word(text: str | None, path: str) -> str | None:
    """A name, if it can stand in a line. Raises EncodeError: the kernel takes names with spaces in them, too."""
    if text is not None and (not text or not _is_one_line(text) or '"' in text or len(text.split()) != 1):
        raise EncodeError(f"{text!r} cannot stand in a line of ipset's", path)
    return text


def _is_one_line(text: str) -> bool:
    return "\n" not in text and "\r" not in text and "\0" not in text


def member_text(entry: Entry) -> str:
    """An entry as ``ipset list`` shows it, with what it has besides."""
    words = [element_text(entry)]
    flags = entry.flags or EntryFlags(0)
    if entry.timeout is not None:
        words += ["timeout", str(entry.timeout)]
    if flags & EntryFlags.NOMATCH:
        words.append("nomatch")
    if flags & EntryFlags.WILDCARD:
        words.append("wildcard")
    if entry.packets is not None:
        words += ["packets", str(entry.packets)]
    if entry.bytes is not None:
        words += ["bytes", str(entry.bytes)]
    if entry.comment is not None:
        words += ["comment", f'"{entry.comment}"']
    if entry.skbmark is not None:
        mark, mask = entry.skbmark.mark, entry.skbmark.mask
        words += ["skbmark", f"0x{mark:x}" if mask == 0xFFFFFFFF else f"0x{mark:x}/0x{mask:x}"]
    if entry.skbprio is not None:
        words += ["skbprio", f"{entry.skbprio >> 16:x}:{entry.skbprio & 0xFFFF:x}"]
    if entry.skbqueue is not None:
        words += ["skbqueue", str(entry.skbqueue)]
    if entry.reference is not None:
        words += ["before" if flags & EntryFlags.BEFORE else "after", entry.reference]
    return " ".join(words)


def element_text(entry: Entry) -> str:
    """What tells an entry from others of its set: ``10.0.0.1,tcp:80,10.0.0.0/24``."""
    parts = []
    if entry.name is not None:
        parts.append(entry.name)
    if entry.address is not None:
        parts.append(_net(entry.address, entry.last_address, entry.prefixlen))
    if entry.port is not None:
        parts.append(port_text(entry.protocol, entry.port, entry.last_port))
    if entry.mark is not None:
        parts.append(f"0x{entry.mark:08x}")
    if entry.mac is not None:
        parts.append(entry.mac.upper())
    if entry.address2 is not None:
        parts.append(_net(entry.address2, entry.last_address2, entry.prefixlen2))
    if entry.interface is not None:
        physical = entry.flags is not None and entry.flags & EntryFlags.PHYSDEV
        parts.append(f"physdev:{entry.interface}" if physical else entry.interface)
    return ",".join(parts)


def _net(address: str, last: str | None, length: int | None) -> str:
    if last is not None:
        return f"{address}-{last}"
    if length is None or length == (128 if ":" in address else 32):
        return address
    return f"{address}/{length}"

"""Layouts against C structs: size, offsets, widths, signs, byte order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from netlynx.schema import Kind
from netlynx.schema.compile import layout_size, positions, shifts, size_and_alignment
from netlynx.schema.facts import NoFacts
from netlynx.schema.kinds import Code, Option

from .book import FactBook

_INTEGER = re.compile(r"(u|s|be|le)(8|16|32|64)")


def wrong_layout(cls: Any, book: FactBook) -> list[str]:
    """The differences between a layout and its C struct."""
    if isinstance(facts := getattr(cls, "__facts__", None), NoFacts):
        return [] if facts.reason.strip() else ["NoFacts gives no reason"]
    if not cls.__c__ and any(each.__c__ for each in _begun(cls)):
        return []  # what several begin with: compared as a part of each of them
    if not cls.__c__:
        return ["names no C struct: class X(Layout, c=…), or __facts__ = NoFacts(why)"]
    struct = book.struct(cls.__c__)
    if struct is None:
        return [f"no header has struct {cls.__c__}"]
    differs = getattr(cls, "__differs__", {})
    problems = []
    size = layout_size(cls)[0]
    if size != struct["size"]:
        problems.append(f"struct {cls.__c__} has {struct['size']} bytes, the layout {size}")
    leaves = list(_leaves(struct["members"], book))
    big = _big_endian(cls.__c__, book)
    unused = set(differs)
    # Where each bit field begins, as the tables count: from the outermost start.
    below = {name: 8 * positions(cls)[name][0] + shift for name, shift in shifts(cls).items()}
    for name, (offset, width) in positions(cls).items():
        declaration = cls.__declarations__[name]
        here = [leaf for leaf in leaves if name not in below or leaf.get("bit_offset") == below[name]]
        why = _member(declaration, offset, width, here, big, book)
        if declaration.kind.options & Option.REST:
            why = _unlike_rest(declaration, offset, struct["members"])
        if why and name in differs:
            unused.discard(name)
        elif why:
            problems.append(f"{name}: {why}")
    problems += [f"__differs__[{name!r}]: nothing differs" for name in unused]
    held = {byte for start, width in positions(cls).values() for byte in range(start, start + width)}
    problems += _uncovered(struct["members"], held, book)
    return problems


def _begun(cls: Any) -> Iterator[Any]:
    """All that begin with this one."""
    for each in cls.__subclasses__():
        yield each
        yield from _begun(each)


def _leaves(members: list[dict[str, Any]], book: FactBook, base: int = 0) -> Iterator[dict[str, Any]]:
    """Every member with its offset from the outermost start, those of inner structs and unions too."""
    for each in members:
        if each.get("flex"):
            continue
        here = each | {"offset": base + each["offset"]}
        yield here
        yield from _leaves(_inner(each, book), book, here["offset"])


def _inner(member: dict[str, Any], book: FactBook) -> list[dict[str, Any]]:
    """The members of a member that is a struct or union, anonymous or known by name."""
    if "count" in member:
        return []
    if "members" in member:
        return member["members"]
    if member["kind"].startswith(("struct ", "union ")):
        return book.structs.get(member["kind"], {}).get("members", [])
    return []


def _member(
    declaration: Any, offset: int, width: int, leaves: list[dict[str, Any]], big: set[str], book: FactBook
) -> str:
    here = [leaf for leaf in leaves if leaf["offset"] == offset]
    if declaration.c_name:
        here = [leaf for leaf in here if leaf.get("name") == declaration.c_name]
    if not here:
        return f"the C struct has no member {declaration.c_name or ''} at offset {offset}".replace("  ", " ")
    reasons = [unlike(declaration.kind, width, leaf, leaf.get("name", "") in big, book) for leaf in here]
    return "" if "" in reasons else f"at offset {offset}: " + " or ".join(dict.fromkeys(reasons))


def _unlike_rest(declaration: Any, offset: int, members: list[dict[str, Any]]) -> str:
    """Why a member is not the array of any length that a C struct ends in; empty when it is."""
    last = members[-1]
    if not last.get("flex") or (last["offset"], last["name"]) != (offset, declaration.c_name):
        return f"the C struct does not end in {declaration.c_name or 'that'}[]"
    item = declaration.kind.item
    if item is None:
        return "" if last["kind"] in ("char[]", "s8", "u8") else f"{last['kind']} {last['name']}[] is declared as bytes"
    named = f"struct {item.target().__c__}" if item.target is not None else item.name
    return "" if named == last["kind"] else f"{last['kind']} {last['name']}[] is declared as {named}"


def unlike(kind: Kind, width: int, leaf: dict[str, Any], big: bool, book: FactBook) -> str:
    """Why a member of this kind and width does not stand for the C member; empty when it does."""
    c = f"{leaf['kind']} {leaf.get('name', '(unnamed)')}" + (f"[{leaf['count']}]" if "count" in leaf else "")
    if "bits" in leaf:
        if kind.code is Code.BITS and (kind.bits, kind.width) != (leaf["bits"], leaf["size"]):
            return f"{c} has {leaf['bits']} bits of {leaf['size']} bytes, {kind.name} {kind.bits} of {kind.width}"
        return "" if kind.code in (Code.INTEGER, Code.BITS) else f"{c} is a bit field"
    if kind.code is Code.BITS:
        return f"{c} is no bit field"
    if leaf["size"] != width:
        return f"{c} has {leaf['size']} bytes, {kind.name} {width}"
    integer = _INTEGER.fullmatch(leaf["kind"])
    if "count" in leaf and "inner" not in leaf and integer:
        return _unlike_array(kind, leaf, integer, c)
    if leaf["kind"] == "char[]":
        return "" if kind.code in (Code.STRING, Code.BINARY) else f"{c} is text, declared as {kind.name}"
    if integer:
        return _unlike_integer(kind, integer, big, c)
    if kind.code is Code.STRUCT and kind.target is not None:
        name = kind.target().__c__
        known = leaf["kind"].removeprefix("struct ")
        return "" if known in (name, "struct", "union") else f"{c} is declared as struct {name}"
    if leaf["kind"] == "ptr" and kind.code is Code.INTEGER:
        return ""
    return "" if kind.code in (Code.BINARY, Code.IP, Code.ARRAY, Code.HOOK) else f"{c} is declared as {kind.name}"


def _unlike_array(kind: Kind, leaf: dict[str, Any], integer: re.Match[str], c: str) -> str:
    if kind.code is Code.ARRAY and kind.item is not None:
        each = size_and_alignment(kind.item)[0]
        if each * leaf["count"] != leaf["size"]:
            return f"{c} has {leaf['count']} elements, not of {each} bytes"
        return _unlike_integer(kind.item, integer, False, c)
    if integer[2] == "8" and kind.code in (Code.STRING, Code.BINARY, Code.MAC, Code.IP):
        return ""
    if kind.code is Code.IP and integer[1] in ("be", "u"):
        return ""
    return f"{c} is declared as {kind.name}"


def _unlike_integer(kind: Kind, integer: re.Match[str], big: bool, c: str) -> str:
    if kind.code is Code.IP:
        return "" if kind.width == 4 and (integer[1] == "be" or big) else f"{c} is declared as {kind.name}"
    if kind.quantity is not None:
        carrier = kind.name.rpartition(" in ")[2]
        return "" if integer[1] == carrier[0] and not big else f"{c} has another sign or byte order than {kind.name}"
    if kind.code is not Code.INTEGER:
        return f"{c} is declared as {kind.name}"
    if bool(kind.options & Option.BIG) != (integer[1] == "be" or big) and integer[2] != "8":
        return f"{c} has another byte order than {kind.name}" + (" (specification)" if big else "")
    if bool(kind.options & Option.SIGNED) != (integer[1] == "s"):
        return f"{c} has another sign than {kind.name}"
    return ""


def _big_endian(name: str, book: FactBook) -> set[str]:
    """C names of the members that a specification says are big-endian."""
    struct = book.struct(name)
    names = [leaf["name"] for leaf in _leaves(struct["members"], book) if "name" in leaf] if struct else []
    found = set()
    for each in book.spec_structs.get(name, ()):
        for member in each["members"]:
            if member.get("byte-order") == "big-endian":
                spec = member["name"].replace("-", "_")
                found.update(c for c in names if c == spec or c.endswith(f"_{spec}"))
    return found


def _uncovered(members: list[dict[str, Any]], held: set[int], book: FactBook, base: int = 0) -> list[str]:
    """C members without a byte in `held` (of a union: all of them), in structs within too."""
    problems = []
    for each in members:
        start = base + each["offset"]
        if each.get("flex"):
            continue
        if not held & set(range(start, start + each["size"])):
            problems.append(f"lacks {each['kind']} {each.get('name', '(unnamed)')} at offset {start}")
        elif not each["kind"].startswith("union"):
            problems += _uncovered(_inner(each, book), held, book, start)
    return problems

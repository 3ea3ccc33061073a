"""Hypothesis strategies for records: values of every declared field, such as the kernel could send them."""

from __future__ import annotations

import functools
import socket
import sys
from collections.abc import Callable
from enum import IntFlag
from typing import Any, TypeVar

from hypothesis import strategies as st

from netlynx.schema import Kind, Layout, Spelt, fields_of
from netlynx.schema.compile import positions
from netlynx.schema.kinds import Code, Option
from netlynx.schema.record import class_of
from netlynx.schema.tags import tags_of

INET, INET6 = 2, 10  # linux/socket.h

# Fields that say how others are read, and that no message has: what is right beside any values of the others.
UNSAID = {("Element", "type"), ("ElementList", "type")}

# Fields of text that has to say something.
SPOKEN = {
    ("Pedit", "keys"): st.lists(st.sampled_from(["ip ttl set 64", "udp dport set 53", "ip src set 192.0.2.1"])).map(
        tuple
    )
}
# Of strict bands a message may say more than there can be bands, and their number is made of these.
SPOKEN["Ets", "strict"] = st.none() | st.integers(0, 16)

Made = TypeVar("Made", bound=Callable[..., Any])


def made_once(make: Made) -> Made:
    """A strategy is the same for the same arguments, of which a `Kind` is known by itself: it is no key of a dict.

    To make one for each example, and to have Hypothesis look through it anew, took longer than most of what is tried.
    """
    made: dict[Any, Any] = {}

    @functools.wraps(make)
    def once(first: Any, *others: Any, **named: Any) -> Any:
        key = (id(first), others, *sorted(named.items()))
        if key not in made:
            made[key] = first, make(first, *others, **named)  # held, so that no other has its id
        return made[key][1]

    return once  # type: ignore[return-value]


octets = st.integers(0, 255)
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")


@made_once
def records(
    cls: Any, *, depth: int = 3, family: int = 0, headless: bool = False, **fields: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    """Records of a class that decode to themselves; `fields` replaces the strategies of single fields.

    `depth` bounds how deep records nest; `family` is the address family of the message around it, 0 for none;
    `headless` leaves the fields of the fixed header at their defaults.
    What only functions understand (`hook`) is left out, unless `fields` gives it.
    """
    if headless:
        heads = {name: each for name, each in cls.__declarations__.items() if each.role == "head"}
        fields = {name: st.just(each.default) for name, each in heads.items()} | fields
    elif "family" in (positions(cls.__header__) if cls.__header__ else {}):
        each = {chosen: _records(cls, depth, chosen, fields) for chosen in (INET, INET6)}
        return st.sampled_from((INET, INET6)).flatmap(each.__getitem__)
    return _records(cls, depth, family, fields)


def _records(cls: Any, depth: int, family: int, given: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    selects: dict[str, Kind] = {}
    beside = {each.kind.family for each in cls.__declarations__.values() if each.role == "attr" and each.kind.family}
    given = {**dict.fromkeys(beside, st.just(INET6)), **given}  # whose addresses they are: `values` makes them IPv6's
    members = cls.__header__.__declarations__.values() if cls.__header__ else ()
    heads = {each.kind.family for each in members if each.kind and each.kind.family != "family"}
    given = {**dict.fromkeys(heads & cls.__declarations__.keys(), st.just(family or INET6)), **given}
    given = {**{name: each for (own, name), each in SPOKEN.items() if own == cls.__name__}, **given}
    for name, declaration in cls.__declarations__.items():
        kind = declaration.kind or cls.__header__.__declarations__[declaration.header or name].kind
        if (cls.__name__, name) in UNSAID and name not in given:
            continue
        if name in given:
            required[name] = given[name]
        elif declaration.role == "constant":
            continue  # the class says it
        elif kind.code is Code.SELECT:
            if kind.selector in cls.__declarations__ and name not in given:
                selects[name] = kind
        elif declaration.role == "head" and (declaration.header or name) == "family":
            required[name] = st.just(family)
        elif (strategy := values(kind, depth, family)) is not None:
            always = declaration.role == "head" or declaration.header or declaration.zero
            always = always or kind.options & Option.DEFAULT
            (required if always else optional)[name] = strategy
    built = st.fixed_dictionaries(required, optional=optional).map(lambda chosen: cls(**chosen))
    for selector in dict.fromkeys(kind.selector for kind in selects.values()):
        chosen_by = {name: kind for name, kind in selects.items() if kind.selector == selector}
        built = built.flatmap(_with_selected(selector, chosen_by, depth, family))
    return built


def _with_selected(selector: str, fields: dict[str, Kind], depth: int, family: int) -> Any:
    """A function from a record to records like it, with a selector and the sub-messages that go with it."""
    known = {key for kind in fields.values() for key in kind.choices or {} if key is not None}
    any_known = st.sampled_from(sorted(known, key=str))

    @functools.cache
    def beside(key: Any) -> st.SearchStrategy[Any]:
        chosen = {}
        for name, kind in fields.items():
            choices = kind.choices or {}
            choice = choices.get(key, choices.get(None))
            strategy = None if choice is None else values(choice, depth, family)
            if strategy is not None:
                chosen[name] = strategy
        return st.fixed_dictionaries({}, optional=chosen)

    def with_key(record: Any, key: Any) -> st.SearchStrategy[Any]:
        return beside(key).map(lambda some: class_of(record)(**{**fields_of(record), selector: key, **some}))

    def selected(record: Any) -> st.SearchStrategy[Any]:
        if selector == "family":  # fixed: the addresses of the record are of this family
            return with_key(record, record.family)
        if not known:  # nothing to choose yet
            return st.just(record)
        return st.just(record) | any_known.flatmap(lambda key: with_key(record, key))

    return selected


@made_once
def layouts(cls: type[Layout]) -> st.SearchStrategy[Any]:
    """C structs of a class; a flexible array at the end stays empty (its owner knows where it ends)."""
    members = {}
    for name, declaration in cls.__declarations__.items():
        assert declaration.kind is not None
        if declaration.kind.code is not Code.ARRAY or declaration.kind.width:
            members[name] = values(declaration.kind, 0, 0)
    said = {declaration.kind.family for declaration in cls.__declarations__.values() if declaration.kind}
    for name in said & members.keys():  # whose addresses they are: values above made them IPv6's
        members[name] = st.just(INET6)
    return st.builds(cls, **{name: each for name, each in members.items() if each is not None})


def _of_one_field(cls: Any, depth: int, family: int) -> st.SearchStrategy[Any]:
    """Records that say one thing: of a class whose attributes stand back to back, each an entry of its own."""
    each = {
        name: st.just(True) if declaration.kind.code is Code.FLAG else values(declaration.kind, depth, family)
        for name, declaration in cls.__declarations__.items()
    }
    made = [st.builds(cls, **{name: strategy}) for name, strategy in each.items() if strategy is not None]
    return st.one_of(made)


@made_once
def values(kind: Kind, depth: int, family: int) -> st.SearchStrategy[Any] | None:
    """Values of a kind of field; None where it has none that come back the same."""
    if kind.options & Option.MULTI:
        return _several(kind.item, depth, family, 0)
    match kind.code:
        case Code.INTEGER if kind.names == "namespace":
            return None  # a number that is no open descriptor is refused
        case Code.INTEGER:
            return integers(kind)
        case Code.BITS:
            return integers(kind)
        case Code.FLAG:
            return st.booleans()
        case Code.STRING:
            return text(kind.width)
        case Code.BINARY if kind.options & Option.FIXED:
            return st.binary(min_size=kind.width, max_size=kind.width)
        case Code.BINARY:
            return st.binary(max_size=kind.width or 40)
        case Code.MAC:
            return st.lists(octets, min_size=6, max_size=6).map(lambda parts: ":".join(f"{part:02x}" for part in parts))
        case Code.IP:
            return addresses(4 if kind.family and family == INET else kind.width or {INET: 4, INET6: 16}.get(family, 0))
        case Code.VIA:
            return addresses(0)
        case Code.PREFIX:
            return prefixes(family)
        case Code.LABELS:
            return st.lists(st.integers(0, 2**20 - 1), min_size=1, max_size=8).map(
                lambda each: "/".join(map(str, each))
            )
        case Code.STRUCT if kind.target is not None:
            return layouts(kind.target())  # type: ignore[arg-type]
        case Code.NEST | Code.SEQUENCE if depth and kind.target is not None:
            if kind.code is Code.SEQUENCE and kind.target().__header__ is None:  # type: ignore[union-attr]  # a record's
                return st.lists(_of_one_field(kind.target(), depth - 1, family), min_size=1, max_size=3).map(tuple)
            one = records(kind.target(), depth=depth - 1, family=family, headless=kind.headless)
            if kind.options & Option.TAGGED:
                return one.map(tags_of(kind.target()).read)
            return one if kind.code is Code.NEST else st.lists(one, min_size=1, max_size=3).map(tuple)
        case Code.INDEXED if kind.options & Option.KEYED and kind.item is not None:
            one = values(kind.item, depth, family)
            return None if one is None else st.dictionaries(st.integers(0, 0x3FFF), one, min_size=1, max_size=3)
        case Code.ARRAY | Code.INDEXED:
            exact = kind.width // kind.item.width if kind.width and kind.item else 0
            return _several(kind.item, depth, family, 1, exact)
        case Code.HOOK if kind.quantity is not None and kind.decoder is not None:
            numbers = st.integers(0, 2 ** min(8 * kind.width, 50) - 1)
            return numbers.map(lambda each: kind.decoder(each.to_bytes(kind.width, sys.byteorder)))
        case _:
            return None


def _several(item: Kind | None, depth: int, family: int, least: int, exact: int = 0) -> st.SearchStrategy[Any] | None:
    assert item is not None
    one = values(item, depth, family)
    return None if one is None else st.lists(one, min_size=exact or least, max_size=exact or 3).map(tuple)


def integers(kind: Kind) -> st.SearchStrategy[int]:
    """Numbers of a width; members and unknown numbers of an enum."""
    bits = kind.bits or 8 * kind.width
    numbers = (
        st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        if kind.options & Option.SIGNED
        else st.integers(0, 2**bits - 1)
    )
    if kind.values is None:
        return numbers
    if issubclass(kind.values, IntFlag | Spelt):
        return numbers.map(kind.values)
    return st.sampled_from([False, True] if kind.values is bool else list(kind.values)) | numbers


def text(limit: int) -> st.SearchStrategy[str]:
    """Text of at most `limit` bytes (20 characters where there is no limit), without NUL."""
    if not limit:
        return st.text(characters, max_size=20)
    return st.text(characters, max_size=limit).filter(lambda each: len(each.encode()) <= limit)


def addresses(width: int) -> st.SearchStrategy[str]:
    """IP addresses of 4 or 16 bytes (0: either) in their usual spelling."""
    four = st.binary(min_size=4, max_size=4).map(lambda raw: socket.inet_ntop(socket.AF_INET, raw))
    sixteen = st.binary(min_size=16, max_size=16).map(lambda raw: socket.inet_ntop(socket.AF_INET6, raw))
    return {4: four, 16: sixteen}.get(width, four | sixteen)


def prefixes(family: int) -> st.SearchStrategy[str] | None:
    """Prefixes of a family with at least one bit."""
    if family not in (INET, INET6):
        return None
    width = 4 if family == INET else 16
    return st.tuples(addresses(width), st.integers(1, 8 * width)).map(lambda pair: f"{pair[0]}/{pair[1]}")

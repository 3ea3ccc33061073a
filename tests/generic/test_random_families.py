"""Families of random records, declared as anybody declares one: what the client sends is what the kernel's side takes,
reads and answers.
"""

from __future__ import annotations

import itertools
import types
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import netlynx
from netlynx.generic import Family, GenericHeader, do, dump, event
from netlynx.kernel import VirtualKernel
from netlynx.schema import (
    Bitfield32,
    Enumeration,
    FlagSet,
    Kind,
    Layout,
    Record,
    array,
    attr,
    be16,
    be32,
    be64,
    between,
    binary,
    bitfield32,
    boolean,
    enum,
    flag,
    head,
    indexed,
    ip,
    ip4,
    ip6,
    keyed,
    mac,
    masked,
    member,
    multi,
    nest,
    s8,
    s16,
    s32,
    s64,
    sint,
    string,
    struct,
    u8,
    u16,
    u32,
    u64,
    uint,
)
from strategies import addresses, characters, integers, layouts, octets, text
from support import PATIENCE
from worth import examples


class Mood(Enumeration):
    BAD = 1
    GOOD = 5


class Tone(FlagSet):
    LOUD = 1
    FAST = 8


class Point(Layout):
    x: int = member(u16)
    y: int = member(s64)


class RandomHeader(GenericHeader):
    port: int = member(u16)
    cookie: int = member(u64)


Field = tuple[Kind, st.SearchStrategy[Any]]
"""A kind, and the values of it that its policy takes and that come back the same."""

hardware = st.lists(octets, min_size=6, max_size=6).map(lambda parts: ":".join(f"{part:02x}" for part in parts))
bits = st.integers(0, 2**32 - 1)
switches = st.tuples(bits, bits).map(lambda pair: Bitfield32(value=pair[0] & pair[1], selector=pair[1]))

PLAIN: list[Field] = [(kind, integers(kind)) for kind in (u8, u16, u32, u64, s8, s16, s32, s64, be16, be32, be64)]
PLAIN += [(kind, integers(kind)) for kind in (uint, sint)]
PLAIN += [
    (string(12), text(12)),
    (string, st.text(characters, max_size=20)),
    (binary(9), st.binary(max_size=9)),
    (ip, addresses(0)),
    (ip4, addresses(4)),
    (ip6, addresses(16)),
    (mac, hardware),
    (struct(Point), layouts(Point)),
    (enum(Mood, u8), st.sampled_from(Mood)),
    (enum(Tone, u32), st.sampled_from([Tone(0), Tone.LOUD, Tone.FAST, Tone.LOUD | Tone.FAST])),
    (boolean, st.booleans()),
]
LIMITED: list[Field] = [
    (between(u16, 1, 4094), st.integers(1, 4094)),
    (between(s32, -70000, 5), st.integers(-70000, 5)),
    (between(u64, 2**40), st.integers(2**40, 2**64 - 1)),
    (between(be32, 7, 2**31), st.integers(7, 2**31)),
    (between(binary, 2, 4), st.binary(min_size=2, max_size=4)),
    (masked(u32, 0xF0F0), st.integers(0, 2**32 - 1).map(lambda value: value & 0xF0F0)),
    (bitfield32, switches),
    (flag, st.booleans()),
]
PACKED = [field for field in PLAIN if field[0].name not in ("uint", "sint", "string", "binary", "ip", "mac")]
keys = st.integers(1, 0x3FFF)


def several(one: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(one, min_size=1, max_size=4).map(tuple)


def arrays(elements: list[Field]) -> list[Field]:
    """An array of every sort of each kind."""
    found = [(indexed(kind), several(values)) for kind, values in elements]
    found += [(keyed(kind), st.dictionaries(keys, values, min_size=1, max_size=4)) for kind, values in elements]
    return found + [(multi(kind), several(values)) for kind, values in elements]


BARE = [*PLAIN, *LIMITED, *arrays(PLAIN), *((array(kind), several(values)) for kind, values in PACKED)]
names = (f"Record{number}" for number in itertools.count())


def record_of(fields: list[Field], numbers: list[int], *heads: str) -> tuple[Any, st.SearchStrategy[Any]]:
    """A record class with an attribute for each field, and records of it; `heads` are fields of the header."""
    body: dict[str, Any] = {name: head() for name in heads}
    body |= {f"f{number}": attr(number, kind) for number, (kind, _) in zip(numbers, fields, strict=True)}
    name = next(names)
    cls = type(Record)(
        name,
        (Record,),
        {"__module__": __name__, "__qualname__": name, "__annotations__": dict.fromkeys(body, Any), **body},
    )
    values = {f"f{number}": each for number, (_, each) in zip(numbers, fields, strict=True)}
    values |= {name: integers(RandomHeader.__declarations__[name].kind) for name in heads}
    required = {name: values.pop(name) for name in heads}
    return cls, st.fixed_dictionaries(required, optional=values).map(lambda chosen: cls(**chosen))


@st.composite
def fields(draw: Callable[..., Any], depth: int = 2) -> tuple[list[Field], list[int]]:
    """Kinds for the fields of a record, nests of records among them, and their numbers."""
    chosen = draw(st.lists(st.sampled_from(BARE), min_size=1, max_size=6))
    if depth:
        for _ in range(draw(st.integers(0, 2))):
            inner, values = record_of(*draw(fields(depth - 1)))
            chosen.append(draw(st.sampled_from([(nest(inner), values), *arrays([(nest(inner), values)])])))
    numbers = draw(st.lists(st.integers(1, 60), min_size=len(chosen), max_size=len(chosen), unique=True))
    return chosen, sorted(numbers)


def family_of(
    message: tuple[list[Field], list[int]], header: type[GenericHeader]
) -> tuple[Any, st.SearchStrategy[Any]]:
    """A family whose messages are all made of the same record, and records of it."""
    record, values = record_of(*message, *(("port", "cookie") if header is RandomHeader else ()))
    record.__qualname__ = f"Random.{record.__name__}"

    def body(namespace: dict[str, Any]) -> None:
        namespace["__qualname__"] = "Random"
        namespace["echo"] = do(1, request=record, reply=record)
        namespace["all"] = dump(2, request=record, reply=record)
        namespace["told"] = event(3, record, group="news")

    return types.new_class("Random", (Family,), {"name": "random", "header": header}, body), values


@given(data=st.data(), message=fields(), header=st.sampled_from([GenericHeader, RandomHeader]))
@examples(30)
def test_what_is_sent_is_taken_read_and_answered(data: Any, message: Any, header: type[GenericHeader]) -> None:
    family, values = family_of(message, header)
    with VirtualKernel() as kernel, netlynx.connect(kernel=kernel, timeout=PATIENCE) as nl:
        service = kernel.family(family)
        taken = []

        @service.handles(family.echo)
        def echo(request: Any) -> Any:
            taken.append(request.record)
            service.multicast(family.told, request.record)
            return request.record

        @service.handles(family.all)
        def all(request: Any) -> Any:
            yield from (request.record for _ in range(3))

        with nl.subscribe(family.told) as events:
            for record in data.draw(st.lists(values, min_size=1, max_size=4)):
                operation = family.echo(record)
                assert nl.do(operation) == record
                assert taken.pop() == record
                assert events.get(PATIENCE) == netlynx.Event("told", record)
                assert nl.dump(family.all(record)).all() == [record] * 3
                assert family.echo(record).payload == operation.payload


@pytest.mark.parametrize("at", range(len(BARE)), ids=lambda at: f"{at}-{BARE[at][0].name}")
@given(data=st.data())
@examples(4)
def test_every_kind_alone(at: int, data: Any) -> None:
    family, values = family_of(([BARE[at]], [1]), GenericHeader)
    with VirtualKernel() as kernel, netlynx.connect(kernel=kernel, timeout=PATIENCE) as nl:
        kernel.family(family).handles(family.echo)(lambda request: request.record)
        for record in data.draw(st.lists(values, min_size=1, max_size=5)):
            assert nl.do(family.echo(record)) == record

"""A family with a header of its own and arrays of every sort: what the tests of generated modules declare."""

from __future__ import annotations

from netlynx.generic import Family, GenericHeader, do, dump, event
from netlynx.schema import (
    Layout,
    Record,
    array,
    attr,
    binary,
    head,
    indexed,
    ip4,
    ip6,
    keyed,
    member,
    multi,
    nest,
    string,
    struct,
    u16,
    u32,
    u64,
    uint,
)


class HarbourHeader(GenericHeader):
    """What every message says: which quay, and a number of whoever asks."""

    quay: int = member(u16)
    cookie: int = member(u64)


class Buoy(Layout):
    """Where a buoy floats."""

    number: int = member(u16)
    depth: int = member(u32)


class Crate(Record):
    """What is in a crate."""

    name: str | None = attr(1, string(8))
    weights: tuple[int, ...] | None = attr(2, array(u32))
    marks: tuple[str, ...] = attr(3, multi(string(8)))


class Harbour(Family, name="harbour", header=HarbourHeader, netnsok=False, joining={"tide": "net_admin"}):
    """Quays with what lies on them."""

    class Quay(Record):
        """Which quay."""

        quay: int = head()
        cookie: int = head()

    class Load(Record):
        """Arrays of every sort."""

        quay: int = head()
        cookie: int = head()
        depths: tuple[int, ...] | None = attr(1, array(u16))
        tags: tuple[str, ...] = attr(2, multi(string(15)))
        piers: tuple[int, ...] | None = attr(3, indexed(u32))
        names: tuple[str, ...] | None = attr(4, indexed(string(7), first=0))
        lights: dict[int, int] | None = attr(5, keyed(u16))
        crates: tuple[Crate, ...] | None = attr(6, indexed(nest(Crate)))
        loose: tuple[Crate, ...] = attr(7, multi(nest(Crate)))
        buoys: tuple[Buoy, ...] | None = attr(8, array(struct(Buoy)))
        hosts: tuple[str, ...] | None = attr(9, indexed(ip4))
        nets: tuple[str, ...] | None = attr(10, array(ip6))
        sums: tuple[int, ...] | None = attr(11, array(u64))
        owners: dict[int, Crate] | None = attr(12, keyed(nest(Crate)))
        counts: tuple[int, ...] = attr(13, multi(u32))
        wide: tuple[int, ...] | None = attr(14, indexed(uint))
        seals: tuple[bytes, ...] | None = attr(15, indexed(binary(4)))
        first: Crate | None = attr(16, nest(Crate))

    class Total(Record):
        """What a load adds up to."""

        quay: int = head()
        cookie: int = head()
        numbers: int | None = attr(1, u64)  # the sum of all numbers in it
        texts: int | None = attr(2, u32)  # bytes of all texts in it

    echo = do(1, request=Load, reply=Load)
    example = do(2, request=Quay, reply=Load)
    quays = dump(3, request=Quay, reply=Load)
    add = do(4, request=Load, reply=Total)
    ring = do(5, request=Quay)
    tide = event(6, Load, group="tide")

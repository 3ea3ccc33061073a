"""Flowtables: connections that are forwarded past the rules.

Source: linux/netfilter/nf_tables.h, net/netfilter/nf_tables_api.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Do, Dump
from netlynx.errors import EncodeError
from netlynx.netfilter.constants import NetdevHook
from netlynx.netfilter.nfnetlink import NetfilterHeader
from netlynx.nftables.constants import FAMILY, NAME_LENGTH, NFT_MSG, NFTA_DEVICE, Family
from netlynx.nftables.naming import differing, identity, whole
from netlynx.nftables.requests import a_name, any_family, asked, listing, one_family, single
from netlynx.nftables.verbs import NEW, WITHOUT, Verbs, register
from netlynx.schema import (
    Constants,
    FlagSet,
    Record,
    attr,
    be32,
    be64,
    enum,
    head,
    multi,
    replace_fields,
    sbe32,
    string,
    takes,
)
from netlynx.schema.facts import Facts
from netlynx.schema.record import was_read
from netlynx.schema.sending import changed, told


class NFTA_FLOWTABLE(Constants):
    """Attributes of a flowtable."""

    UNSPEC = 0
    TABLE = 1
    NAME = 2
    HOOK = 3
    USE = 4
    HANDLE = 5
    PAD = 6
    FLAGS = 7


class NFTA_FLOWTABLE_HOOK(Constants):
    """Attributes of where a flowtable is hooked."""

    UNSPEC = 0
    NUM = 1
    PRIORITY = 2
    DEVS = 3


class FlowtableFlags(FlagSet, prefix="NFT_FLOWTABLE_"):
    """HW_OFFLOAD: devices forward what is in it; COUNTER: packets and bytes of its connections are counted."""

    HW_OFFLOAD = 1
    COUNTER = 2


class Flowtable(Record, header=NetfilterHeader):
    """A flowtable (`nfgenmsg` + `NFTA_FLOWTABLE_*`): `family`, `table` and `name` tell it from others.

    To make one, these, `hook` (ingress) and `priority` are needed. Of one that is there, devices can be added.

    Source: nf_tables_newflowtable in net/netfilter/nf_tables_api.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=NFTA_FLOWTABLE, policy="nft_flowtable_policy"),
        Facts(attributes=NFTA_FLOWTABLE_HOOK, policy="nft_flowtable_hook_policy"),
    )
    __differs__: ClassVar[dict[str, str]] = {"priority": "one below 0 comes before others"}

    family: takes.Member[Family] = head(kind=FAMILY, default=Family.UNSPEC)
    table: str | None = attr(NFTA_FLOWTABLE.TABLE, string(NAME_LENGTH), always=True)
    name: str | None = attr(NFTA_FLOWTABLE.NAME, string(NAME_LENGTH), always=True)
    hook: takes.Member[NetdevHook | None] = attr((NFTA_FLOWTABLE.HOOK, NFTA_FLOWTABLE_HOOK.NUM), enum(NetdevHook, be32))
    priority: int | None = attr((NFTA_FLOWTABLE.HOOK, NFTA_FLOWTABLE_HOOK.PRIORITY), sbe32)
    devices: takes.Several[str] = attr(
        (NFTA_FLOWTABLE.HOOK, NFTA_FLOWTABLE_HOOK.DEVS, NFTA_DEVICE.NAME), multi(string(15))
    )
    device_prefixes: takes.Several[str] = attr(  # devices whose names begin so
        (NFTA_FLOWTABLE.HOOK, NFTA_FLOWTABLE_HOOK.DEVS, NFTA_DEVICE.PREFIX), multi(string(15))
    )
    use: int | None = attr(NFTA_FLOWTABLE.USE, be32, read_only=True)  # rules that use it
    handle: int | None = attr(NFTA_FLOWTABLE.HANDLE, be64)
    flags: takes.Flags[FlowtableFlags | None] = attr(NFTA_FLOWTABLE.FLAGS, enum(FlowtableFlags, be32))


def flowtables(*, family: Family | str | int | None = None, table: str | None = None) -> Dump[Flowtable]:
    """All flowtables, or those of a family, of the tables of a name (the kernel filters).

    Raises EncodeError for a family that tables have not.
    """
    wanted = any_family(family, "nftables.flowtables(family)")
    request = Flowtable(family=wanted, table=table)
    match = asked(family=wanted, table=table)
    return listing(
        "nftables.flowtables", NFT_MSG.GETFLOWTABLE, request, NFT_MSG.NEWFLOWTABLE, match=match, mirrored="FLOWTABLES"
    )


def flowtable(table: str, name: str, *, family: Family | str | int = Family.IP) -> Do[Flowtable]:
    """One flowtable. `NotFound` if there is none. Raises EncodeError for a name or family that none has."""
    request = Flowtable(
        family=one_family(family, "nftables.flowtable(family)"),
        table=a_name(table, "nftables.flowtable(table)"),
        name=a_name(name, "nftables.flowtable(name)"),
    )
    return single("nftables.flowtable", NFT_MSG.GETFLOWTABLE, request, NFT_MSG.NEWFLOWTABLE)


_DEVICES = ("devices", "device_prefixes")


def _prepare(record: Flowtable, verb: str) -> Flowtable:
    if verb == "add":
        return whole(record, ("table", "name", "hook", "priority"))
    if verb == "change":
        return _changing(record)
    return identity(record, ("table",), also=_DEVICES if verb == "delete" else ())


def _changing(record: Flowtable) -> Flowtable:
    for name in changed(record) & {"hook", "priority", "name"}:
        raise EncodeError("it cannot be changed: delete the flowtable and add it", f"Flowtable.{name}")
    made = differing(record, ("table", "name"))
    if not was_read(record):
        return made
    for name in _DEVICES:
        lost = {*(told(record, name) or ())} - {*getattr(record, name)}
        if lost:
            raise EncodeError(
                f"devices can be added so; {', '.join(sorted(lost))} would stay: nftables.delete(nftables.Flowtable(…, "
                f"{name}=[…])) takes them off",
                f"Flowtable.{name}",
            )
    return replace_fields(made, hook=record.hook, priority=record.priority)


register(
    Flowtable,
    Verbs(
        messages={
            "add": (NFT_MSG.NEWFLOWTABLE, NEW),
            "change": (NFT_MSG.NEWFLOWTABLE, 0),
            "delete": (NFT_MSG.DELFLOWTABLE, 0),
            "destroy": (NFT_MSG.DESTROYFLOWTABLE, 0),
        },
        told=NFT_MSG.NEWFLOWTABLE,
        prepare=_prepare,
        without=WITHOUT,
    ),
)

"""Chains: rules in order. Source: linux/netfilter/nf_tables.h, net/netfilter/nf_tables_api.c."""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.engine.operation import Do, Dump
from netlynx.errors import EncodeError
from netlynx.netfilter.constants import ArpHook, BridgeHook, Hook, NetdevHook
from netlynx.netfilter.nfnetlink import NetfilterHeader
from netlynx.nftables.bound_chains import id_of
from netlynx.nftables.comments import comment_in
from netlynx.nftables.constants import FAMILY, NAME_LENGTH, NFT_MSG, NFTA_DEVICE, USERDATA_LENGTH, Family
from netlynx.nftables.data import VerdictCode
from netlynx.nftables.expressions.counting import Counter
from netlynx.nftables.naming import check_named, differing, identity, whole
from netlynx.nftables.priorities import priority_of
from netlynx.nftables.requests import a_name, any_family, asked, listing, one_family, single
from netlynx.nftables.verbs import NEW, WITHOUT, Verbs, register
from netlynx.schema import (
    Constants,
    FlagSet,
    Record,
    attr,
    be32,
    be64,
    binary,
    enum,
    head,
    multi,
    nest,
    replace_fields,
    sbe32,
    select,
    string,
    takes,
)
from netlynx.schema.facts import Facts
from netlynx.schema.record import was_read
from netlynx.schema.sending import changed, is_set, only, own, told


class NFTA_CHAIN(Constants):
    """Attributes of a chain."""

    UNSPEC = 0
    TABLE = 1
    HANDLE = 2
    NAME = 3
    HOOK = 4
    POLICY = 5
    USE = 6
    TYPE = 7
    COUNTERS = 8
    PAD = 9
    FLAGS = 10
    ID = 11
    USERDATA = 12


class NFTA_HOOK(Constants):
    """Attributes of where a chain is hooked."""

    UNSPEC = 0
    HOOKNUM = 1
    PRIORITY = 2
    DEV = 3
    DEVS = 4


class ChainFlags(FlagSet, prefix="NFT_CHAIN_"):
    """BASE: it is hooked; HW_OFFLOAD: devices carry out its rules; BINDING: it goes with the rule that jumps there."""

    BASE = 1
    HW_OFFLOAD = 2
    BINDING = 4

    __omitted__: ClassVar[dict[str, str]] = {"NFT_CHAIN_MAXNAMELEN": "a length"}


hook_of_family = select(
    "family",
    {
        Family.ARP: enum(ArpHook, be32),
        Family.NETDEV: enum(NetdevHook, be32),
        Family.BRIDGE: enum(BridgeHook, be32),
    },
    enum(Hook, be32),
)
"""The kind of a hook, whose numbers mean something else in each family."""


class Chain(Record, header=NetfilterHeader):
    """A chain (`nfgenmsg` + `NFTA_CHAIN_*`): `family`, `table` and `name` tell it from others.

    To make one, these three are needed; for a base chain `hook` and `priority` too, and `devices` for the hooks of
    devices; its `type` is filter unless it says other. A `priority` may be given in the words of `nft`, such as
    ``"dstnat - 5"``. Without `policy` it accepts.

    Source: nf_tables_newchain in net/netfilter/nf_tables_api.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=NFTA_CHAIN, policy="nft_chain_policy"),
        Facts(attributes=NFTA_HOOK, policy="nft_hook_policy"),
    )
    __differs__: ClassVar[dict[str, str]] = {
        "hook": "the family says which number it is",
        "priority": "one below 0 comes before others",
        "policy": "it is a verdict, of which some are below 0",
    }

    family: takes.Member[Family] = head(kind=FAMILY, default=Family.UNSPEC)
    table: str | None = attr(NFTA_CHAIN.TABLE, string(NAME_LENGTH), always=True)
    name: str | None = attr(NFTA_CHAIN.NAME, string(NAME_LENGTH), always=True)
    type: str | None = attr(NFTA_CHAIN.TYPE, string(42))
    policy: takes.Member[VerdictCode | None] = attr(NFTA_CHAIN.POLICY, enum(VerdictCode, sbe32))
    hook: takes.Member[Hook | BridgeHook | ArpHook | NetdevHook | int | None] = attr(
        (NFTA_CHAIN.HOOK, NFTA_HOOK.HOOKNUM), hook_of_family
    )
    priority: takes.Name[int | None] = attr((NFTA_CHAIN.HOOK, NFTA_HOOK.PRIORITY), sbe32)
    device: str | None = attr((NFTA_CHAIN.HOOK, NFTA_HOOK.DEV), string(15))
    devices: takes.Several[str] = attr((NFTA_CHAIN.HOOK, NFTA_HOOK.DEVS, NFTA_DEVICE.NAME), multi(string(15)))
    device_prefixes: takes.Several[str] = attr(  # devices whose names begin so
        (NFTA_CHAIN.HOOK, NFTA_HOOK.DEVS, NFTA_DEVICE.PREFIX), multi(string(15))
    )
    use: int | None = attr(NFTA_CHAIN.USE, be32, read_only=True)  # rules in it, and jumps to it
    counters: takes.Nested[Counter | None] = attr(NFTA_CHAIN.COUNTERS, nest(Counter))
    handle: int | None = attr(NFTA_CHAIN.HANDLE, be64)
    flags: takes.Flags[ChainFlags | None] = attr(NFTA_CHAIN.FLAGS, enum(ChainFlags, be32))
    id: int | None = attr(NFTA_CHAIN.ID, be32)
    userdata: bytes | None = attr(NFTA_CHAIN.USERDATA, binary(USERDATA_LENGTH))

    @classmethod
    def __settle__(cls, values: dict[str, Any]) -> dict[str, Any]:
        given = values.get("priority")
        if not isinstance(given, str):
            return values
        try:
            return {**values, "priority": priority_of(given, values.get("family", Family.UNSPEC))}
        except EncodeError as error:
            raise error.within("priority").within(cls.__name__) from None

    @property
    def comment(self) -> str | None:
        """The comment that nft shows; see `nftables.comment` for how one is given."""
        return comment_in(self.userdata)


def chains(*, family: Family | str | int | None = None) -> Dump[Chain]:
    """All chains, or those of a family (the kernel filters). Raises EncodeError for a family that tables have not."""
    wanted = any_family(family, "nftables.chains(family)")
    request = Chain(family=wanted)
    match = asked(family=wanted)
    return listing("nftables.chains", NFT_MSG.GETCHAIN, request, NFT_MSG.NEWCHAIN, match=match, mirrored="CHAINS")


def chain(table: str, name: str, *, family: Family | str | int = Family.IP) -> Do[Chain]:
    """One chain of a table. `NotFound` if there is none. Raises EncodeError for a name or family that none has."""
    request = Chain(
        family=one_family(family, "nftables.chain(family)"),
        table=a_name(table, "nftables.chain(table)"),
        name=a_name(name, "nftables.chain(name)"),
    )
    return single("nftables.chain", NFT_MSG.GETCHAIN, request, NFT_MSG.NEWCHAIN)


_DEVICES = ("device", "devices", "device_prefixes")


def _prepare(record: Chain, verb: str) -> Record:
    if verb == "add":
        return _new(record)
    if verb == "change":
        return _changing(record)
    if verb == "flush":
        return _flushing(record)
    return _removing(record, verb)


def _new(record: Chain) -> Chain:
    bound = record.flags is not None and bool(record.flags & ChainFlags.BINDING)
    if bound and record.id is None:
        record = replace_fields(record, id=id_of(record.name))
    made = whole(record, ("table", "id") if bound else ("table", "name"))
    if bound:
        if "name" in own(record):
            raise EncodeError("the kernel gives a chain that goes with a rule its name: leave it out", "Chain.name")
        made = replace_fields(made, name=None)
    for name, other in (("hook", "priority"), ("priority", "hook")):
        if getattr(made, name) is None and getattr(made, other) is not None:
            raise EncodeError(f"a chain with {other} needs it: set it", f"Chain.{name}")
    if made.hook is None:
        for name in ("type", "policy", "counters", *_DEVICES):
            if is_set(made, name):
                raise EncodeError(
                    "a chain without hook has none: set hook and priority, or leave it out", f"Chain.{name}"
                )
    if int(made.flags or 0) & ChainFlags.HW_OFFLOAD and not 0 < (made.priority or 0) <= 0xFFFF:
        raise EncodeError("devices take on chains of the priorities 1 to 65535 alone", "Chain.flags")
    return _one_of_both(record, made)


def _one_of_both(record: Chain, made: Chain) -> Chain:
    """The kernel tells of a single device twice, and of what it is given looks at `device` first."""
    if made.device is None or not made.devices:
        return made
    if {"device", "devices"} <= own(record):
        raise EncodeError("of both the kernel looks at device alone: leave one of the two out", "Chain.devices")
    return replace_fields(made, devices=()) if "device" in own(record) else replace_fields(made, device=None)


def _changing(record: Chain) -> Chain:
    if was_read(record):
        for name in changed(record) & {"hook", "priority", "type"}:
            raise EncodeError("it cannot be changed: delete the chain and add it, in one transaction", f"Chain.{name}")
    made = differing(record, ("table", "name"))
    if made.userdata is not None:
        raise EncodeError("the kernel keeps that of the chain that is there: leave it out", "Chain.userdata")
    if "name" in changed(record):
        made = replace_fields(made, handle=told(record, "handle"))
    if was_read(record) and changed(record) & {*_DEVICES}:
        for name in _DEVICES[1:]:
            lost = {*(told(record, name) or ())} - {*getattr(record, name)}
            if lost:
                raise EncodeError(
                    f"devices can be added so; {', '.join(sorted(lost))} would stay: nftables.delete(nftables.Chain(…, "
                    f"{name}=[…])) takes them off",
                    f"Chain.{name}",
                )
        made = replace_fields(made, hook=record.hook, priority=record.priority)
    return _one_of_both(record, made)


def _removing(record: Chain, verb: str) -> Chain:
    made = identity(record, ("table",), also=_DEVICES if verb == "delete" else ())
    return _one_of_both(record, made)


def _flushing(record: Chain) -> Record:
    """All rules of a chain. The request is a rule's."""
    from netlynx.nftables.rule import Rule

    check_named(record, ("table", "name"), "Chain")
    if was_read(record):
        return Rule(family=told(record, "family"), table=told(record, "table"), chain=told(record, "name"))
    only(record, ("family", "table", "name"), "Chain", "the kernel does not look at it when it removes rules")
    return Rule(family=record.family, table=record.table, chain=record.name)


register(
    Chain,
    Verbs(
        messages={
            "add": (NFT_MSG.NEWCHAIN, NEW),
            "change": (NFT_MSG.NEWCHAIN, 0),
            "delete": (NFT_MSG.DELCHAIN, 0),
            "destroy": (NFT_MSG.DESTROYCHAIN, 0),
            "flush": (NFT_MSG.DELRULE, 0),
        },
        told=NFT_MSG.NEWCHAIN,
        prepare=_prepare,
        without=WITHOUT,
    ),
)

"""Chains: rules in order. Source: linux/netfilter/nf_tables.h, net/netfilter/nf_tables_api.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Do, Dump
from netlynx.netfilter.nfnetlink import NetfilterHeader
from netlynx.nftables.constants import FAMILY, NAME_LENGTH, NFT_MSG, NFTA_DEVICE, USERDATA_LENGTH, Family
from netlynx.nftables.data import VerdictCode
from netlynx.nftables.expressions.counting import Counter
from netlynx.nftables.requests import a_name, any_family, asked, listing, one_family, single
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
    sbe32,
    string,
    takes,
)
from netlynx.schema.facts import Facts


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


class Chain(Record, header=NetfilterHeader):
    """A chain (`nfgenmsg` + `NFTA_CHAIN_*`): `family`, `table` and `name` tell it from others.

    To make one, these three are needed; for a base chain `type`, `hook` and `priority` too, and devices in the family
    netdev.

    Source: nf_tables_newchain in net/netfilter/nf_tables_api.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=NFTA_CHAIN, policy="nft_chain_policy"),
        Facts(attributes=NFTA_HOOK, policy="nft_hook_policy"),
    )
    __differs__: ClassVar[dict[str, str]] = {
        "priority": "one below 0 comes before others",
        "policy": "it is a verdict, of which some are below 0",
    }

    family: takes.Member[Family] = head(kind=FAMILY, default=Family.UNSPEC)
    table: str | None = attr(NFTA_CHAIN.TABLE, string(NAME_LENGTH), always=True)
    name: str | None = attr(NFTA_CHAIN.NAME, string(NAME_LENGTH), always=True)
    hook: int | None = attr((NFTA_CHAIN.HOOK, NFTA_HOOK.HOOKNUM), be32)
    priority: int | None = attr((NFTA_CHAIN.HOOK, NFTA_HOOK.PRIORITY), sbe32)
    device: str | None = attr((NFTA_CHAIN.HOOK, NFTA_HOOK.DEV), string(15))
    devices: takes.Several[str] = attr((NFTA_CHAIN.HOOK, NFTA_HOOK.DEVS, NFTA_DEVICE.NAME), multi(string(15)))
    device_prefixes: takes.Several[str] = attr(  # devices whose names begin so
        (NFTA_CHAIN.HOOK, NFTA_HOOK.DEVS, NFTA_DEVICE.PREFIX), multi(string(15))
    )
    policy: takes.Member[VerdictCode | None] = attr(NFTA_CHAIN.POLICY, enum(VerdictCode, sbe32))
    use: int | None = attr(NFTA_CHAIN.USE, be32, read_only=True)  # rules in it, and jumps to it
    type: str | None = attr(NFTA_CHAIN.TYPE, string(42))
    counters: takes.Nested[Counter | None] = attr(NFTA_CHAIN.COUNTERS, nest(Counter))
    handle: int | None = attr(NFTA_CHAIN.HANDLE, be64)
    flags: takes.Flags[ChainFlags | None] = attr(NFTA_CHAIN.FLAGS, enum(ChainFlags, be32))
    id: int | None = attr(NFTA_CHAIN.ID, be32)
    userdata: bytes | None = attr(NFTA_CHAIN.USERDATA, binary(USERDATA_LENGTH))


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

"""Which functions packets go through, in their order: rulesets, connection tracking and all else that has hooked in.

    from netlynx.netfilter import hooks

    for each in nl.dump(hooks.hooks("ipv4", "input")):
        print(each.priority, each.function, each.module, each.chain)

Kernels have it since Linux 5.14. Source: linux/netfilter/nfnetlink_hook.h, net/netfilter/nfnetlink_hook.c.
"""

from __future__ import annotations

import errno
from collections.abc import Generator
from typing import Any, ClassVar

from netlynx.engine.operation import Do, Dump, Talk
from netlynx.errors import EncodeError, NetlinkError
from netlynx.netfilter.constants import NFNL_SUBSYS, ArpHook, BridgeHook, Hook, NetdevHook, NetfilterFamily
from netlynx.netfilter.messages import NFNL_MSG_HOOK
from netlynx.netfilter.nfnetlink import NetfilterHeader, netfilter_dump
from netlynx.schema import (
    Constants,
    Enumeration,
    Record,
    attr,
    be32,
    enum,
    head,
    nest,
    select,
    string,
    takes,
    u8,
    u32,
)
from netlynx.schema.arguments import member_of, text_of
from netlynx.schema.facts import Facts
from netlynx.schema.kinds import sbe32

_SUBSYSTEM = int(NFNL_SUBSYS.HOOK)

# What a kernel says of a hook, or a family, that it is built without (nfnl_hook_entries_head).
_LACKING = (errno.EOPNOTSUPP, errno.EPROTONOSUPPORT)


class NFNLA_HOOK(Constants):
    """Attributes."""

    UNSPEC = 0
    HOOKNUM = 1
    PRIORITY = 2
    DEV = 3
    FUNCTION_NAME = 4
    MODULE_NAME = 5
    CHAIN_INFO = 6

    __omitted__: ClassVar[dict[str, str]] = {
        "NFNLA_HOOK_INFO_*": "of what the function is for: a set of its own",
        "NFNLA_HOOK_BPF_*": "of what the function is for: a set of its own",
    }


class NFNLA_HOOK_INFO(Constants):
    """What a function is for."""

    UNSPEC = 0
    DESC = 1
    TYPE = 2


class NFNLA_CHAIN(Constants):
    """The chain, or the flowtable, that a function is for."""

    UNSPEC = 0
    TABLE = 1
    FAMILY = 2
    NAME = 3


class NFNLA_HOOK_BPF(Constants):
    """The BPF program that a function runs."""

    UNSPEC = 0
    ID = 1


class HookType(Enumeration, prefix="NFNL_HOOK_TYPE_"):
    """What a function is for."""

    NFTABLES = 1
    BPF = 2
    NFT_FLOWTABLE = 3


HOOKS: dict[NetfilterFamily, type[Enumeration]] = {
    NetfilterFamily.IPV4: Hook,
    NetfilterFamily.IPV6: Hook,
    NetfilterFamily.ARP: ArpHook,
    NetfilterFamily.BRIDGE: BridgeHook,
    NetfilterFamily.NETDEV: NetdevHook,
}
"""What the hooks of a family are called."""


class Chain(Record):
    """The chain of nftables (or its flowtable) that a function is for."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFNLA_CHAIN)

    table: str | None = attr(NFNLA_CHAIN.TABLE, string)
    family: takes.Member[NetfilterFamily | None] = attr(NFNLA_CHAIN.FAMILY, enum(NetfilterFamily, u8))
    name: str | None = attr(NFNLA_CHAIN.NAME, string)


class Program(Record):
    """The BPF program that a function runs."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFNLA_HOOK_BPF)

    id: int | None = attr(NFNLA_HOOK_BPF.ID, u32)


class HookFunction(Record, header=NetfilterHeader):
    """A function that packets of a hook go through (`NFNLA_HOOK_*`): the lower its priority, the earlier.

    `hook` is a number, which `HOOKS` names for its family. `purpose` is the chain, the flowtable or the BPF program
    that it is for, as `type` says.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=NFNLA_HOOK, policy="nfnl_hook_nla_policy"),
        Facts(attributes=NFNLA_HOOK_INFO),
    )
    __differs__: ClassVar[dict[str, str]] = {"priority": "an int of the kernel (struct nf_hook_ops)"}

    family: takes.Member[NetfilterFamily] = head(default=NetfilterFamily.UNSPEC)
    hook: int | None = attr(NFNLA_HOOK.HOOKNUM, be32)
    priority: int | None = attr(NFNLA_HOOK.PRIORITY, sbe32)
    device: str | None = attr(NFNLA_HOOK.DEV, string(15))  # requests alone
    function: str | None = attr(NFNLA_HOOK.FUNCTION_NAME, string(512))
    module: str | None = attr(NFNLA_HOOK.MODULE_NAME, string(56))
    type: takes.Member[HookType | None] = attr((NFNLA_HOOK.CHAIN_INFO, NFNLA_HOOK_INFO.TYPE), enum(HookType, be32))
    purpose: takes.Nested[Any] = attr(
        (NFNLA_HOOK.CHAIN_INFO, NFNLA_HOOK_INFO.DESC),
        select(
            "type",
            {HookType.NFTABLES: nest(Chain), HookType.NFT_FLOWTABLE: nest(Chain), HookType.BPF: nest(Program)},
        ),
    )


def hooks(
    family: NetfilterFamily | str | int, hook: Hook | str | int, *, device: str | None = None
) -> Dump[HookFunction]:
    """The functions of one hook of a family, in the order in which packets go through them.

    `hook` is a name or number of `HOOKS[family]`; those of netdev are of one `device`. Fails with `NotFound` (ENODEV)
    for a device that there is not, with `NotSupported` for a hook that this kernel does not have. Raises EncodeError.
    """
    called = "hooks.hooks"
    wanted = member_of(NetfilterFamily, family, f"{called}(family)")
    known = HOOKS.get(wanted)
    if known is None:
        names = ", ".join(each.label for each in HOOKS)
        raise EncodeError(f"{wanted.label} has no hooks of its own: {names} have", f"{called}(family)")
    number = member_of(known, hook, f"{called}(hook)")
    if number is Hook.INGRESS:
        raise EncodeError("is a hook of netdev, of one interface", f"{called}(hook)")
    if (device is None) == (wanted is NetfilterFamily.NETDEV):
        why = "say of which interface" if device is None else "only the hooks of netdev are of one interface"
        raise EncodeError(why, f"{called}(device)")
    if device is not None:
        text_of(device, f"{called}(device)")
    request = HookFunction(family=wanted, hook=int(number), device=device)
    return netfilter_dump(called, _SUBSYSTEM, NFNL_MSG_HOOK.GET, request, HookFunction, NFNL_MSG_HOOK.GET)


def everything(*devices: str) -> Talk[list[HookFunction]]:
    """The functions of all hooks that this kernel has: of ipv4, ipv6, arp and bridge, and of these devices."""
    for each in devices:
        text_of(each, "hooks.everything(devices)")
    of_all = {family: known for family, known in HOOKS.items() if known is not NetdevHook}
    asked = [hooks(family, each) for family, known in of_all.items() for each in known if each is not Hook.INGRESS]
    asked += [hooks(NetfilterFamily.NETDEV, each, device=device) for device in devices for each in NetdevHook]

    def steps() -> Generator[Do[Any] | Dump[Any], Any, list[HookFunction]]:
        found: list[HookFunction] = []
        refused: NetlinkError | None = None
        answered = False
        for each in asked:
            try:
                found += yield each
                answered = True
            except NetlinkError as error:
                if error.errno not in _LACKING:
                    raise
                refused = refused or error
        if refused is not None and not answered:
            raise refused
        return found

    return Talk("hooks.everything", steps)

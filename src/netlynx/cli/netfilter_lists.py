"""What netfilter keeps beside connections and rulesets: counters by name, timeouts, helpers, and its hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from netlynx.cli.declare import Argument, Option
from netlynx.cli.form import misused
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listed import Asked, listing, show
from netlynx.cli.options import Json, Kernel, Lines, Netns, Wide, connection, one_device
from netlynx.cli.output import Column, Row, form_of
from netlynx.cli.tables import Table, text

if TYPE_CHECKING:
    from netlynx.netfilter.accounting import Account
    from netlynx.netfilter.helpers import Helper
    from netlynx.netfilter.hooks import HookFunction
    from netlynx.netfilter.timeouts import Policy


def _account(account: Account, interfaces: Interfaces) -> list[Row]:
    words = [] if account.flags is None else list(account.flags.labels)
    of = "bytes" if "quota-bytes" in words else "packets"
    return [
        [
            text(account.name),
            text(account.packets),
            text(account.bytes),
            "" if account.quota is None else f"{account.quota} {of}",
            "reached" if "overquota" in words else "",
            text(account.use),
        ]
    ]


def _timeout(policy: Policy, interfaces: Interfaces) -> list[Row]:
    from netlynx.schema.sending import given

    times = policy.timeouts
    named = given(times) if hasattr(times, "__declarations__") else []
    words = [f"{name.replace('_', '-')} {getattr(times, name)}" for name in named if name != "unknown"]
    who = [text(policy.name), text(policy.family), text(policy.protocol), text(policy.use)]
    lines = [" ".join(words[at : at + 3]) for at in range(0, len(words), 3)] or [""]
    return [[*(who if not at else [""] * len(who)), line] for at, line in enumerate(lines)]


def _helper(helper: Helper, interfaces: Interfaces) -> list[Row]:
    policies = (f"{each.name} {each.most} for {each.timeout} s" for each in helper.policies or ())
    return [
        [
            text(helper.name),
            text(helper.family),
            text(helper.protocol),
            text(helper.queue),
            text(helper.status),
            ", ".join(policies),
        ]
    ]


def _hook(each: HookFunction, interfaces: Interfaces) -> list[Row]:
    from netlynx.netfilter.hooks import HOOKS as KNOWN

    known = KNOWN.get(each.family)
    named = {int(member): member.label for member in known} if known is not None else {}
    purpose = each.purpose
    if hasattr(purpose, "table"):
        words = f"{purpose.family} {purpose.table} {purpose.name}"
    else:
        words = f"program {purpose.id}" if hasattr(purpose, "id") else ""
    return [
        [
            text(each.family),
            text(named.get(each.hook or 0, each.hook)),
            text(each.priority),
            text(each.function),
            text(each.module),
            words,
        ]
    ]


ACCOUNTS = Table(
    (
        Column("NAME", bare=True),
        Column("PACKETS", right=True),
        Column("BYTES", right=True),
        Column("QUOTA", right=True, spare=1),
        Column("STATE", colours={"reached": "red"}, spare=2),
        Column("REFS", right=True),
    ),
    _account,
)
TIMEOUTS = Table(
    (
        Column("NAME", bare=True),
        Column("FAMILY"),
        Column("PROTOCOL"),
        Column("REFS", right=True),
        Column("SECONDS", wrap=True),
    ),
    _timeout,
)
HELPERS = Table(
    (
        Column("NAME", bare=True),
        Column("FAMILY"),
        Column("PROTOCOL"),
        Column("QUEUE", right=True),
        Column("STATUS", colours={"enabled": "green"}),
        Column("EXPECTS", wrap=True),
    ),
    _helper,
)
HOOKS = Table(
    (
        Column("FAMILY"),
        Column("HOOK"),
        Column("PRIORITY", right=True),
        Column("FUNCTION"),
        Column("MODULE", spare=1),
        Column("FOR", wrap=True),
    ),
    _hook,
)


@listing(ACCOUNTS, single="account")
def accounting(
    account: Annotated[str | None, Argument("NAME", help="Only this one.")] = None,
    over: Annotated[bool, Option("--over", help="Only those that have reached their quota.")] = False,
) -> Asked:
    """List the counters that rules add to by their names (nfacct), with their quotas."""
    from netlynx.netfilter import accounting as room

    return room.accounts(flags="overquota" if over else None) if account is None else room.account(account)


@listing(TIMEOUTS, single=("policy", "default"))
def conntrack_timeouts(
    policy: Annotated[str | None, Argument("NAME", help="Only this one.")] = None,
    default: Annotated[
        str | None,
        Option("--default", metavar="PROTOCOL", help="What holds for this one without a policy: tcp, udp …"),
    ] = None,
) -> Asked:
    """List the policies that say for how many seconds connections are kept without packets, state by state."""
    from netlynx.netfilter import timeouts as room

    if policy is not None:
        return room.policy(policy)
    if default is not None:
        return room.default(int(default) if default.isdecimal() else default)
    return room.policies()


@listing(HELPERS)
def conntrack_helpers() -> Asked:
    """List the helpers of connection tracking that are programs, of the whole machine."""
    from netlynx.netfilter import helpers as room

    return room.helpers()


def hooks(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The same as --dev NAME.")] = None,
    family: Annotated[
        str | None,
        typer.Option("--family", metavar="FAMILY", help="With --hook: one of ipv4, ipv6, arp, netdev, or of bridges."),
    ] = None,
    hook: Annotated[
        str | None, typer.Option("--hook", metavar="HOOK", help="Only this one of that family: input, ingress …")
    ] = None,
    dev: Annotated[
        str | None, typer.Option("--dev", metavar="NAME", help="Those of this interface: ingress and egress.")
    ] = None,
    json: Json = False,
    lines: Lines = False,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List the functions that packets go through at each hook of netfilter, in their order."""
    from netlynx.netfilter import NetfilterFamily
    from netlynx.netfilter import hooks as room

    form = form_of(json, lines, wide=wide)
    dev = one_device(name, dev)
    if (family is None) != (hook is None):
        raise misused("a hook is one of a family: give --family and --hook, or neither")
    with connection(netns, kernel) as nl:
        if family is not None and hook is not None:
            short = family.lower().removeprefix("ipv").removeprefix("inet")
            known = {"4": "ipv4", "": "ipv4", "6": "ipv6"}.get(short, family)
            found: list[Any] = nl.dump(room.hooks(known, hook, device=dev)).all()
        else:
            found = nl.do(room.everything(*([] if dev is None else [dev])))
            if dev is not None:
                found = [each for each in found if each.family is NetfilterFamily.NETDEV]
        show(nl, form, HOOKS, found, wide=wide)

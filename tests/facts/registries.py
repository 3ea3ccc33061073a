"""What the kernel registers by name or number: link kinds, tunnels, rule families, message handlers."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from netlynx.engine.operation import Group
from netlynx.netfilter.constants import NFNL_SUBSYS
from netlynx.schema.facts import Facts
from netlynx.schema.kinds import Code
from netlynx.wire.constants import NETLINK

from .attributes import covered, policies
from .book import FactBook
from .values import names_of


def missing_link_kinds(book: FactBook) -> list[str]:
    """Link kinds with a policy for their data that have no record, or one that is about another policy."""
    kinds = import_module("netlynx.route.kinds")
    problems = []
    for name, about in book.kinds["link"].items():
        for table, role in ((kinds.DATA, ""), (kinds.SLAVE_DATA, "slave_")):
            policy = about.get(f"{role}policy")
            if policy is not None:
                why = wrong_data(table.get(name), policy, about.get(f"{role}maxtype_nr", 0), book)
                problems += [f"{role}{name}: {why}"] if why else []
    return problems


def wrong_data(entry: Any, policy: str, top: int, book: FactBook) -> str:
    """Why `entry` (a record or a kind) is not the data that `policy` checks; empty when it is."""
    if entry is None:
        return f"no record for {policy}"
    record = record_of(entry)
    given = getattr(record, "__facts__", None)
    facts = [each for each in (given if isinstance(given, tuple) else (given,)) if isinstance(each, Facts)]
    known = next((each for each in facts if policy in policies(each)), None)
    if known is None:
        return f"{getattr(record, '__name__', entry)} does not name {policy} in its __facts__"
    names = {number: name for name, number in names_of(known.attributes).items()}
    have = covered(record, known.attributes)
    missing = [names.get(number, str(number)) for number in range(1, top + 1) if number not in have]
    missing = [name for name in missing if not name.endswith("_PAD")]
    return f"{record.__name__} lacks {', '.join(missing)}" if missing else ""


def record_of(entry: Any) -> Any:
    """The record class of an entry that is one, or a nest of one."""
    target = getattr(entry, "target", None)
    return target() if target is not None else entry


def missing_tunnels(book: FactBook) -> list[str]:
    """Lightweight tunnels that a route cannot hold as a record of the kernel's policy."""
    route = import_module("netlynx.route.route")
    for declaration in route.Route.__declarations__.values():
        if declaration.path == (route.RTA.ENCAP,) and declaration.kind.code is Code.SELECT:
            choices = {int(key): value for key, value in declaration.kind.choices.items() if key is not None}
            whys = {name: wrong_tunnel(choices.get(each["nr"]), each) for name, each in book.kinds["lwtunnel"].items()}
            return [f"{name}: {why}" for name, why in whys.items() if why]
    return ["Route has no select on RTA_ENCAP"]


def wrong_tunnel(entry: Any, about: dict[str, Any]) -> str:
    """Why `entry` is not the record of a tunnel; empty when it is."""
    if entry is None:
        return f"no record for number {about['nr']}"
    given = getattr(record_of(entry), "__facts__", None)
    facts = [each for each in (given if isinstance(given, tuple) else (given,)) if isinstance(each, Facts)]
    named = {policy for each in facts for policy in policies(each)}
    known = about["policies_in_file"]
    return "" if named & set(known) else f"{record_of(entry).__name__} names none of the policies {', '.join(known)}"


def missing_expressions(book: FactBook) -> list[str]:
    """Expressions of nftables that have no record, or one that is about another policy."""
    known = import_module("netlynx.nftables").EXPRESSIONS
    problems = []
    for key, about in book.kinds["nft_expr"].items():
        name, policy = key.partition("@")[0], about.get("policy")
        if policy is None:
            why = "" if name in known else "no record for it"
        else:
            why = wrong_data(known.get(name), policy, 0, book)
        problems += [f"{key}: {why}"] if why else []
    return problems


def missing_objects(book: FactBook) -> list[str]:
    """Objects of nftables whose data has no record, or one that is about another policy."""
    known = {f"NFT_OBJECT_{each.name}": cls for each, cls in import_module("netlynx.nftables").OBJECTS.items()}
    whys = {
        name: wrong_data(known.get(name), about["policy"], about.get("maxattr_nr", 0), book)
        for name, about in book.kinds["nft_object"].items()
    }
    return [f"{name}: {why}" for name, why in whys.items() if why]


def missing_qdiscs(book: FactBook) -> list[str]:
    """Kinds of qdiscs of which nothing is known."""
    known = import_module("netlynx.tc.qdiscs").QDISC_OPTIONS
    bare = {"noop", "noqueue"}  # of devices that have none
    return sorted({name for name in book.kinds["qdisc"] if not name.startswith("?")} - {*known} - bare)


def missing_actions(book: FactBook) -> list[str]:
    """Kinds of actions of traffic control without a record of their attributes, or with one of another policy."""
    known = import_module("netlynx.tc.actions").ACTION_OPTIONS
    problems = []
    for name, about in book.kinds["action"].items():
        attributes = known[name].target() if name in known else None
        if attributes is None:
            problems.append(f"{name}: no record for it")
        elif attributes.__facts__.policy not in about["policies_in_file"]:
            problems.append(f"{name}: its record is about {attributes.__facts__.policy}")
    return problems


def missing_families(book: FactBook) -> list[str]:
    """Families that have routing rules but no name among the address families."""
    known = {int(each) for each in import_module("netlynx.route.constants").AddressFamily}
    return [
        f"no family {name} ({about['nr']})"
        for name, about in book.kinds["fib_rules"].items()
        if about["nr"] not in known
    ]


def unanswered_messages(book: FactBook) -> list[str]:
    """Message types that the verbs send and no rtnetlink handler takes."""
    registries = [import_module(f"{room}.verbs").changes for room in ("netlynx.route", "netlynx.tc")]
    handled = {each["msgtype_nr"] for each in book.families["rtnetlink"]}
    return [
        f"{record.__name__}: no handler for {message!s}"
        for changes in registries
        for record, each in changes.registry.items()
        for verb in changes.flags
        if verb not in each.without
        for message in [each.types.get(verb, each.delete if verb == "delete" else each.new)]
        if int(message) not in handled
    ]


def wrong_groups(module: Any, book: FactBook) -> list[str]:
    """Notification groups of rtnetlink and netfilter, and messages on them, that the kernel does not have."""
    header = book.headers["linux/rtnetlink.h"]
    subsystems = book.families["nfnetlink"].values()
    known = {
        int(NETLINK.ROUTE): (
            {value for name, value in header.items() if name.startswith("RTNLGRP_")},
            {value for name, value in header.items() if name.startswith("RTM_")},
        ),
        int(NETLINK.NETFILTER): (
            {
                value
                for name, value in book.headers["linux/netfilter/nfnetlink.h"].items()
                if name.startswith("NFNLGRP_")
            },
            {each["subsys_id_nr"] << 8 | call["nr"] for each in subsystems for call in each["callbacks"]}
            | {  # some are only told, and never handled
                NFNL_SUBSYS.NFTABLES << 8 | value
                for name, value in book.headers["linux/netfilter/nf_tables.h"].items()
                if name in ("NFT_MSG_NEWGEN", "NFT_MSG_TRACE")
            },
        ),
    }
    problems = []
    for name, group in vars(module).items():
        if isinstance(group, Group) and int(group.protocol) in known:
            groups, messages = known[int(group.protocol)]
            problems += [f"{name}: no group {number}" for number in group.numbers if number not in groups]
            marks = sum({unfolding.mark for unfolding, _ in group.unfoldings})
            plain = {number & ~marks for number in group.messages}
            problems += [f"{name}: no message {number}" for number in plain if number not in messages]
    return problems

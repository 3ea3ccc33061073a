"""Tables as nft lists them: objects, sets, flowtables, and chains with their rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from netlynx.netfilter.constants import NetdevHook
from netlynx.nftables.chain import Chain, ChainFlags
from netlynx.nftables.comments import comment_in
from netlynx.nftables.element import Element, ElementList
from netlynx.nftables.expressions.counting import Counter, Limit, Quota
from netlynx.nftables.expressions.tracking import Synproxy
from netlynx.nftables.flowtable import Flowtable, FlowtableFlags
from netlynx.nftables.object import Object
from netlynx.nftables.object_data import CtExpectation, CtHelper, CtTimeout, Secmark
from netlynx.nftables.priorities import in_words
from netlynx.nftables.rule import Rule
from netlynx.nftables.set import Set, SetFlags
from netlynx.nftables.table import Table, TableFlags

from .contents import Contents
from .keys import OBJECTS
from .rule_text import contents_of, lines_of_rule
from .set_text import lines_of_set
from .text import quoted
from .types import time_shown
from .word_text import limit_text, quota_text, synproxy_text

if TYPE_CHECKING:
    from netlynx.nftables.ruleset import Ruleset

Lines = Iterator[str]
_KINDS = {number: name for name, number in OBJECTS.items()}
_TCP_TIMES = {  # seconds that a kernel has by itself: nft shows others alone
    "syn_sent": (1, 120),
    "syn_recv": (2, 60),
    "established": (3, 432_000),
    "fin_wait": (4, 120),
    "close_wait": (5, 60),
    "last_ack": (6, 30),
    "time_wait": (7, 120),
    "close": (8, 10),
    "syn_sent2": (9, 120),
    "retrans": (10, 300),
    "unack": (11, 300),
}
_UDP_TIMES = {"unreplied": (1, 30), "replied": (2, 180)}


def text_of_ruleset(of: Ruleset, *, interfaces: Mapping[int, str] | None = None) -> str:
    """All tables in nft's syntax. `interfaces` are names by index; without them indexes are numbers."""
    return "\n".join(line for table in of.tables for line in lines_of_table(of, table, interfaces))


def lines_of_table(
    of: Ruleset,
    table: Table,
    interfaces: Mapping[int, str] | None = None,
    only: Set | Chain | Object | Flowtable | None = None,
) -> Lines:
    """A table, or one of the things in it."""
    family = table.family.label
    yield f"table {family} {table.name} {{"
    began = False
    if only is None:
        flags = TableFlags(table.flags or 0)
        if flags:
            yield f"\tflags {','.join(each.label for each in TableFlags if each & flags)}"
            began = True
        comment = comment_in(table.userdata)
        if comment is not None:  # nft leaves no empty line behind it
            yield f"\tcomment {quoted(comment)}"
    for block in _blocks(of, table, interfaces, only):
        if began:
            yield ""
        began = True
        yield from (f"\t{line}" if line else "" for line in block)
    yield "}"


def _blocks(of: Ruleset, table: Table, interfaces: Mapping[int, str] | None, only: Any) -> Iterator[list[str]]:
    def wanted(found: Iterable[Any]) -> Iterator[Any]:
        for each in found:
            if (each.family, each.table) == (table.family, table.name) and (only is None or each is only):
                yield each

    contents = {each.name or "": _contents(of, each) for each in of.sets if _within(each, table)}
    for one in wanted(of.objects):
        yield list(_object(one))
    for each in wanted(of.sets):
        if not int(each.flags or 0) & SetFlags.ANONYMOUS:
            yield list(lines_of_set(each, of.elements.get(_place(each), ()), interfaces))
    for flowtable in wanted(of.flowtables):
        yield list(_flowtable(flowtable))
    bound = {each.name: each for each in of.chains if _within(each, table) and _is_bound(each)}
    rules: dict[str | None, list[Rule]] = {}
    for rule in of.rules:
        if _within(rule, table):
            rules.setdefault(rule.chain, []).append(rule)
    for chain in wanted(of.chains):
        if chain.name not in bound:
            inner = _rules(rules, chain.name, contents, interfaces, bound)
            yield [f"chain {chain.name} {{", *(f"\t{line}" for line in (*_chain(chain), *inner)), "}"]


def _rules(
    rules: Mapping[str | None, list[Rule]],
    chain: str | None,
    contents: Mapping[str, Contents],
    interfaces: Mapping[int, str] | None,
    bound: Mapping[str | None, Chain],
) -> Lines:
    """The rules of a chain; of chains without a name, where rules lead to them."""

    def inner(name: str) -> list[str] | None:
        if name not in bound:
            return None
        return [f"\t{line}" for line in _rules(rules, name, contents, interfaces, bound)]

    for rule in rules.get(chain, ()):
        yield from lines_of_rule(rule, sets=contents, interfaces=interfaces, inner=inner)


def _within(each: Any, table: Table) -> bool:
    return bool((each.family, each.table) == (table.family, table.name))


def _is_bound(chain: Chain) -> bool:
    return bool(int(chain.flags or 0) & ChainFlags.BINDING)


def _place(each: Set) -> tuple[Any, str, str]:
    return each.family, each.table or "", each.name or ""


def _contents(of: Ruleset, each: Set) -> Contents:
    held: tuple[Element | ElementList, ...] = of.elements.get(_place(each), ())
    return contents_of(each, [one for one in held if isinstance(one, ElementList)])


def _chain(chain: Chain) -> Lines:
    comment = comment_in(chain.userdata)
    if comment is not None:
        yield f"comment {quoted(comment)}"
    if chain.hook is None:
        return
    devices = _devices(chain)
    hook = getattr(chain.hook, "label", None) or NetdevHook(int(chain.hook)).label
    priority = in_words(chain.priority or 0, chain.family)
    policy = "" if chain.policy is None else f" policy {_named(chain.policy)};"
    yield f"type {chain.type} hook {hook}{devices} priority {priority};{policy}"
    if int(chain.flags or 0) & ChainFlags.HW_OFFLOAD:
        yield "flags offload"


def _devices(chain: Chain) -> str:
    names = [*chain.devices, *(f"{each}*" for each in chain.device_prefixes)] or (
        [chain.device] if chain.device else []
    )
    if len(names) == 1:
        return f" device {quoted(str(names[0]))}"
    return f" devices = {{ {', '.join(map(str, sorted(names)))} }}" if names else ""


def _object(one: Object) -> Lines:
    kind = _KINDS.get(int(one.type or 0), "object")
    yield f"{kind} {one.name} {{"
    comment = comment_in(one.userdata)
    if comment is not None:
        yield f"\tcomment {quoted(comment)}"
    yield from (f"\t{line}" for line in _data(one.data))
    yield "}"


def _data(data: Any) -> Lines:
    if isinstance(data, Counter):
        yield f"packets {data.packets or 0} bytes {data.bytes or 0}"
    elif isinstance(data, Quota):
        yield quota_text(data).removeprefix("quota ")
    elif isinstance(data, Limit):
        yield limit_text(data).removeprefix("limit ")
    elif isinstance(data, Synproxy):
        words = synproxy_text(data).removeprefix("synproxy ").split()
        yield f"mss {data.mss}"
        if "wscale" in words:
            yield f"wscale {data.wscale}"
        options = " ".join(each for each in words if each in ("timestamp", "sack-perm"))
        if options:
            yield options
    elif isinstance(data, CtHelper):
        yield f"type {quoted(data.name or '')} protocol {_named(data.l4proto)}"
        yield f"l3proto {_named(data.l3proto)}"
    elif isinstance(data, CtTimeout):
        yield f"protocol {_named(data.l4proto)}"
        yield f"l3proto {_named(data.l3proto)}"
        known = _TCP_TIMES if _named(data.l4proto) == "tcp" else _UDP_TIMES
        told: Any = data.data or {}
        shown = [f"{name} : {told[at]}" for name, (at, usual) in known.items() if told.get(at, usual) != usual]
        yield f"policy = {{ {', '.join(shown)} }}"
    elif isinstance(data, CtExpectation):
        yield f"protocol {_named(data.l4proto)}"
        yield f"dport {data.dport}"
        yield f"timeout {time_shown(data.timeout or 0)}"
        yield f"size {data.size}"
        yield f"l3proto {_named(data.l3proto)}"
    elif isinstance(data, Secmark):
        yield quoted(data.ctx or "")
    else:
        yield f"[ {data} ]"


def _named(value: Any) -> str:
    return str(getattr(value, "label", value))


def _flowtable(flowtable: Flowtable) -> Lines:
    yield f"flowtable {flowtable.name} {{"
    hook = NetdevHook(int(flowtable.hook or 0)).label
    yield f"\thook {hook} priority {in_words(flowtable.priority or 0, flowtable.family)}"
    names = [*flowtable.devices, *(f"{each}*" for each in flowtable.device_prefixes)]
    if names:
        yield f"\tdevices = {{ {', '.join(names)} }}"
    flags = FlowtableFlags(flowtable.flags or 0)
    if flags & FlowtableFlags.HW_OFFLOAD:
        yield "\tflags offload"
    if flags & FlowtableFlags.COUNTER:
        yield "\tcounter"
    yield "}"

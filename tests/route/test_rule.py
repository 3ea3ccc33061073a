"""Rules: captured bytes, what the verbs send, what is refused. The bytes are a Linux 6.12 kernel's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import polars
import pytest

from netlynx.codec._codec import Counter, Filter, Json, decode, encode, to_json
from netlynx.engine.operation import EventKind
from netlynx.errors import EncodeError
from netlynx.route.constants import RTM, AddressFamily
from netlynx.route.route_names import IpProtocol, RouteProtocol
from netlynx.route.rule import RULES, PortRange, Rule, RuleAction, RuleFlags, UidRange, rules
from netlynx.route.verbs import add, append, change, delete, replace
from netlynx.schema.compile import plan_of
from netlynx.schema.record import READ, replace_fields
from netlynx.wire.constants import NLM_F
from table_rows import PORT, SEQUENCE, TYPE, datagram, table_of_payloads

PLAN = plan_of(Rule)


def listed(**fields: Any) -> Rule:
    """A rule as `ip rule add` makes it and the kernel shows it."""
    usual: dict[str, Any] = {
        "family": AddressFamily.INET,
        "action": RuleAction.TABLE,
        "suppress_prefixlen": -1,
        "protocol": RouteProtocol.UNSPEC,
    }
    return Rule(**(usual | fields))


CAPTURES = [
    # the first rule of every namespace: its priority is 0
    (
        "02000000ff0000010000000008000f00ff00000008000e00ffffffff0500150002000000",
        listed(table=255, protocol=RouteProtocol.KERNEL, priority=0),
    ),
    # ip rule add from 10.0.0.0/8 to 192.0.2.0/24 table 1000 priority 100
    (
        "02180800fc0000010000000008000f00e803000008000e00ffffffff0500150000000000080006006400000008000100c0000200"
        "080002000a000000",
        listed(table=1000, priority=100, source="10.0.0.0/8", destination="192.0.2.0/24"),
    ),
    # ip rule add not fwmark 0x10/0xff lookup 100 pref 101
    (
        "02000000640000010200000008000f006400000008000e00ffffffff0500150000000000080006006500000008000a0010000000"
        "08001000ff000000",
        listed(table=100, priority=101, flags=RuleFlags.INVERT, fwmark=0x10, fwmask=0xFF),
    ),
    # ip rule add iif v0 oif nothere table 55 pref 102 tos 0x10
    (
        "02000010370000011000000008000f003700000008000e00ffffffff050015000000000007000300763000000c0011006e6f746865726500"
        "0800060066000000",
        listed(table=55, priority=102, tos=0x10, flags=RuleFlags.OIF_DETACHED, iifname="v0", oifname="nothere"),
    ),
    # ip rule add ipproto tcp sport 10-20 dport 80 lookup 5 pref 103
    (
        "02000000050000010000000008000f000500000008000e00ffffffff05001500000000000800060067000000080017000a001400"
        "08001800500050000500160006000000",
        listed(
            table=5,
            priority=103,
            ip_proto=IpProtocol.TCP,
            source_ports=PortRange(start=10, end=20),
            destination_ports=PortRange(start=80, end=80),
        ),
    ),
    # ip rule add uidrange 10-20 lookup 5 pref 104
    (
        "02000000050000010000000008000f000500000008000e00ffffffff050015000000000008000600680000000c0014000a00000014000000",
        listed(table=5, priority=104, uid_range=UidRange(start=10, end=20)),
    ),
    # ip rule add goto 200 pref 105 tun_id 77
    (
        "02000000000000020400000008000f000000000008000e00ffffffff0500150000000000080006006900000008000400c8000000"
        "0c000c00000000000000004d",
        listed(action=RuleAction.GOTO, table=0, priority=105, flags=RuleFlags.UNRESOLVED, goto=200, tunnel_id=77),
    ),
    # ip rule add l3mdev pref 107
    (
        "02000000000000010000000008000f000000000008000e00ffffffff0500150000000000080006006b0000000500130001000000",
        listed(table=0, priority=107, l3mdev=True),
    ),
    # ip rule add table main suppress_prefixlength 0 pref 108
    (
        "02000000fe0000010000000008000f00fe00000008000e00000000000500150000000000080006006c000000",
        listed(table=254, priority=108, suppress_prefixlen=0),
    ),
    # ip rule add table main suppress_ifgroup 7 pref 109
    (
        "02000000fe0000010000000008000f00fe00000008000e00ffffffff0500150000000000080006006d00000008000d0007000000",
        listed(table=254, priority=109, suppress_ifgroup=7),
    ),
    # ip rule add from 1.2.3.4 realms 3/4 pref 110 protocol bird
    (
        "02002000fe0000010000000008000f00fe00000008000e00ffffffff050015000c000000080006006e0000000800020001020304"
        "08000b0004000300",
        listed(table=254, priority=110, source="1.2.3.4/32", realms=3 << 16 | 4, protocol=RouteProtocol.BIRD),
    ),
    # ip -6 rule add from 2001:db8::/32 table 77 pref 300
    (
        "0a0020004d0000010000000008000f004d00000008000e00ffffffff0500150000000000080006002c010000"
        "1400020020010db8000000000000000000000000",
        listed(family=AddressFamily.INET6, table=77, priority=300, source="2001:db8::/32"),
    ),
    # the rule of multicast routing tables
    (
        "80000000fd0000010000000008000f00fd00000008000e00ffffffff050015000200000008000600ff7f0000",
        listed(family=AddressFamily.IPMR, table=253, priority=32767, protocol=RouteProtocol.KERNEL),
    ),
]


def sent(operation: Any) -> Any:
    return operation.request


@pytest.mark.parametrize(("captured", "record"), CAPTURES)
def test_captured_rules_decode_field_by_field(captured: str, record: Rule) -> None:
    assert decode(PLAN, bytes.fromhex(captured)) == record


@pytest.mark.parametrize("captured", [captured for captured, _ in CAPTURES])
def test_rules_encode_to_the_kernels_bytes(captured: str) -> None:
    payload = bytes.fromhex(captured)
    read = decode(PLAN, payload)
    # A request says so where the kernel leaves priority 0 out.
    assert encode(PLAN, read if read.priority else replace_fields(read, priority=None)) == payload


def test_the_first_rule_has_priority_0_whoever_reads_it() -> None:
    first, other = (bytes.fromhex(captured) for captured, _ in CAPTURES[:2])
    assert decode(PLAN, first).priority == 0
    table = table_of_payloads(Rule, first, other)
    assert polars.DataFrame(table)["priority"].to_list() == [0, 100]
    printed = Json(PLAN, None, b"\n")
    data = datagram(first, other)
    printed.read(data, 0, len(data), TYPE, SEQUENCE, PORT)
    lines = [msgspec.json.decode(line) for line in bytes(memoryview(printed.take())).split(b"\n") if line]
    assert [line["priority"] for line in lines] == [0, 100]
    for wanted, count in ((0, 1), ({0, 100}, 2), (range(1), 1), (range(1, 1 << 32), 1), (None, 0)):
        counter = Counter(Filter(PLAN, (("priority", wanted),)))
        counter.read(data, 0, len(data), TYPE, SEQUENCE, PORT)
        assert counter.count == count, wanted
    assert b"\x08\x00\x06\x00\x00\x00\x00\x00" in add(decode(PLAN, first)).payload


def test_json_always_has_the_keys_that_scripts_rely_on() -> None:
    shown = msgspec.json.decode(to_json(CAPTURES[0][1]))
    assert {"family", "action", "table", "priority", "source", "destination"} <= set(shown)
    assert (shown["priority"], shown["action"], shown["protocol"]) == (0, "table", "kernel")


def test_what_is_not_given_is_filled_in() -> None:
    operation = add(Rule(priority=10, fwmark=5))
    assert (operation.message_type, operation.flags) == (RTM.NEWRULE, NLM_F.CREATE | NLM_F.EXCL)
    assert sent(operation) == Rule(
        family=AddressFamily.INET,
        action=RuleAction.TABLE,
        table=254,
        protocol=RouteProtocol.STATIC,
        priority=10,
        fwmark=5,
    )


@pytest.mark.parametrize(
    ("rule", "family"),
    [
        (Rule(source="2001:db8::/32"), AddressFamily.INET6),
        (Rule(destination="2001:db8::1"), AddressFamily.INET6),
        (Rule(destination="192.0.2.0/24"), AddressFamily.INET),
        (Rule(flow_label=7), AddressFamily.INET6),
        (Rule(family="inet6", priority=4), AddressFamily.INET6),  # type: ignore[arg-type]
    ],
)
def test_the_family_follows_from_the_selectors(rule: Rule, family: AddressFamily) -> None:
    assert sent(add(rule)).family is family


def test_the_action_follows_from_goto() -> None:
    made = sent(add(Rule(goto=200)))
    assert (made.action, made.table) == (RuleAction.GOTO, None)
    made = sent(add(Rule(action="blackhole")))  # type: ignore[arg-type]
    assert (made.action, made.table) == (RuleAction.BLACKHOLE, None)
    assert sent(add(Rule(l3mdev=True))).table is None


def test_a_table_above_255_stands_in_the_attribute_alone() -> None:
    payload = add(Rule(table=1000)).payload
    assert payload[4] == 252
    assert bytes.fromhex("08000f00e8030000") in payload


def test_the_kernels_own_flags_are_not_sent_back() -> None:
    state = RuleFlags.OIF_DETACHED | RuleFlags.UNRESOLVED
    record = listed(priority=3, flags=RuleFlags.INVERT | state, unknown=READ)
    assert sent(add(record)).flags == RuleFlags.INVERT
    assert sent(add(record.replace(flags=state))).flags == RuleFlags(0)
    assert sent(add(Rule(flags="invert"))).flags == RuleFlags.INVERT  # type: ignore[arg-type]
    for other in (replace_fields(record, unknown=()), record.replace(flags=RuleFlags.INVERT | RuleFlags.UNRESOLVED)):
        with pytest.raises(EncodeError, match=r"^Rule\.flags: .*oif-detached"):
            add(other)


@pytest.mark.parametrize(("captured", "record"), CAPTURES)
def test_delete_selects_by_what_is_given_and_nothing_else(captured: str, record: Rule) -> None:
    assert sent(delete(decode(PLAN, bytes.fromhex(captured)))) == record
    assert sent(delete(Rule(priority=9))) == Rule(family=AddressFamily.INET, priority=9)


@pytest.mark.parametrize("rule", [Rule(), Rule(family=AddressFamily.INET6)])
def test_deleting_just_any_rule_is_refused(rule: Rule) -> None:
    with pytest.raises(EncodeError, match="first rule"):
        delete(rule)


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        (lambda: Rule(action=RuleAction.GOTO), "Rule.goto"),
        (lambda: Rule(l3mdev=True, table=4), "Rule.table"),
        (lambda: Rule(source_ports=PortRange(start=5, end=3)), "Rule.source_ports.start"),
        (lambda: Rule(destination_ports=PortRange(start=5, end=70000)), "Rule.destination_ports.end"),
        (lambda: Rule(uid_range=UidRange(start=5, end=3)), "Rule.uid_range.start"),
        (lambda: Rule(source="10.0.0.0/33"), "Rule.source"),
        (lambda: Rule(source="10.0.0.0/8", destination="2001:db8::/32"), "Rule.destination"),
        (lambda: Rule(iifname="x" * 16), "Rule.iifname"),
        (lambda: Rule(family="inet4"), "Rule.family"),  # type: ignore[arg-type]
        (lambda: Rule(flags="not"), "Rule.flags"),  # type: ignore[arg-type]
        (lambda: Rule(action="drop"), "Rule.action"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_work_is_refused_with_its_path(rule: Callable[[], Rule], path: str) -> None:
    with pytest.raises(EncodeError) as caught:
        add(rule())
    assert caught.value.path == path


@pytest.mark.parametrize("verb", [replace, change])
def test_verbs_that_the_kernel_lacks_say_what_to_do(verb: Any) -> None:
    with pytest.raises(EncodeError, match="delete the old one"):
        verb(Rule(priority=4))


def test_append_allows_a_second_rule_of_the_same_kind() -> None:
    assert not append(Rule(priority=4)).flags & NLM_F.EXCL


def test_the_kernel_filters_by_family_only() -> None:
    operation = rules(family="inet6")
    assert (operation.message_type, operation.reply_type) == (RTM.GETRULE, RTM.NEWRULE)
    assert operation.payload == bytes([10]) + bytes(11)
    assert operation.match == (("family", AddressFamily.INET6),)
    assert rules().match == ()
    with pytest.raises(EncodeError) as caught:
        rules(family="inet4")
    assert caught.value.path == "route.rules(family)"


def test_notifications_say_what_happened() -> None:
    assert {number: kind for number, (kind, _) in RULES.messages.items()} == {
        RTM.NEWRULE: EventKind.NEW,
        RTM.DELRULE: EventKind.DELETE,
    }

"""Rules on a real kernel, with iproute2 as the witness."""

from __future__ import annotations

from typing import Any

import pytest

import netlynx
from netlynx.engine.operation import EventKind
from netlynx.route.constants import AddressFamily
from netlynx.route.route_names import IpProtocol
from netlynx.route.rule import RULES, PortRange, Rule, RuleAction, RuleFlags, UidRange, rules
from netlynx.route.verbs import add, append, delete, flush
from support import PATIENCE

pytestmark = pytest.mark.namespace

# What is added, and what `ip rule show` shows of it; with the family's option.
RULES_AND_WORDS = [
    (
        Rule(priority=100, source="10.0.0.0/8", destination="192.0.2.0/24", table=1000),
        "-4",
        {"src": "10.0.0.0", "srclen": 8, "dst": "192.0.2.0", "dstlen": 24, "table": "1000"},
    ),
    (
        Rule(priority=101, flags=RuleFlags.INVERT, fwmark=0x10, fwmask=0xFF, table=100),
        "-4",
        {"not": None, "fwmark": "0x10", "fwmask": "0xff", "table": "100"},
    ),
    (Rule(priority=102, iifname="v0", oifname="nothere"), "-4", {"iif": "v0", "oif": "nothere", "table": "main"}),
    (
        Rule(
            priority=103,
            ip_proto=IpProtocol.TCP,
            source_ports=PortRange(start=10, end=20),
            destination_ports=PortRange(start=80, end=80),
        ),
        "-4",
        {"ipproto": "tcp", "sport_start": 10, "sport_end": 20, "dport": 80},
    ),
    # An ordinary user who is root of a user namespace has no other user to name.
    (Rule(priority=104, uid_range=UidRange(start=0, end=0)), "-4", {"uid_start": 0, "uid_end": 0}),
    (Rule(priority=105, goto=32766, tunnel_id=77), "-4", {"goto": 32766, "tun_id": 77}),
    (Rule(priority=106, action=RuleAction.PROHIBIT), "-4", {"action": "prohibit"}),
    (Rule(priority=107, l3mdev=True), "-4", {"l3mdev": None}),
    (Rule(priority=108, suppress_prefixlen=0), "-4", {"suppress_prefixlen": 0, "table": "main"}),
    (Rule(priority=110, source="192.0.2.1", realms=3 << 16 | 4), "-4", {"flow_from": "3", "flow_to": "4"}),
    (Rule(priority=111, tos=0x10), "-4", {"tos": "0x10"}),
    (
        Rule(priority=300, source="2001:db8::/32", table=77),
        "-6",
        {"src": "2001:db8::", "srclen": 32, "table": "77"},
    ),
]


@pytest.mark.parametrize(("rule", "option", "words"), RULES_AND_WORDS)
def test_what_is_added_is_shown_read_and_deleted(
    nl: netlynx.Connection, ip: Any, rule: Rule, option: str, words: dict[str, Any]
) -> None:
    nl.do(add(rule))
    with pytest.raises(netlynx.AlreadyExists):
        nl.do(add(rule))
    (shown,) = [each for each in ip.json(f"{option} rule show") if each["priority"] == rule.priority]
    assert {key: shown.get(key, "absent") for key in words} == words
    (found,) = [each for each in nl.dump(rules()) if each.priority == rule.priority]
    assert not found.unknown
    for name in rule.__struct_fields__:
        if getattr(rule, name) and name not in ("flags", "source"):
            assert getattr(found, name) == getattr(rule, name)
    nl.do(delete(found))
    assert rule.priority not in {each.priority for each in nl.dump(rules())}


def test_it_reads_the_rules_of_every_namespace(nl: netlynx.Connection) -> None:
    found = [(each.priority, each.table) for each in nl.dump(rules(family="inet"))]
    assert found == [(0, 255), (32766, 254), (32767, 253)]
    assert {each.family for each in nl.dump(rules(family="inet6"))} == {AddressFamily.INET6}


def test_delete_takes_the_first_rule_that_matches_what_is_given(nl: netlynx.Connection) -> None:
    for priority in (200, 201):
        nl.do(add(Rule(priority=priority, table=50)))
    nl.do(delete(Rule(table=50)))
    assert [each.priority for each in nl.dump(rules()) if each.table == 50] == [201]
    with pytest.raises(netlynx.NotFound):
        nl.do(delete(Rule(priority=200)))


def test_append_makes_a_second_one_and_flush_removes_all(nl: netlynx.Connection) -> None:
    for _ in range(2):
        nl.do(append(Rule(priority=400, table=300)))
    assert len([each for each in nl.dump(rules()) if each.priority == 400]) == 2
    assert nl.do(flush(rules(family="inet"))) == 4
    assert [each.priority for each in nl.dump(rules(family="inet"))] == [0]


def test_changes_are_heard_of(nl: netlynx.Connection) -> None:
    with nl.subscribe(RULES) as events:
        nl.do(add(Rule(priority=77, fwmark=5)))
        nl.do(delete(Rule(priority=77)))
        made, gone = events.get(timeout=PATIENCE), events.get(timeout=PATIENCE)
    assert isinstance(made, netlynx.Event)
    assert isinstance(gone, netlynx.Event)
    assert (made.kind, made.record.fwmark) == (EventKind.NEW, 5)
    assert (gone.kind, gone.record.priority) == (EventKind.DELETE, 77)


@pytest.mark.parametrize("family", ["inet", "inet6"])
def test_every_rule_can_be_deleted_and_added_again(nl: netlynx.Connection, ip: Any, family: str) -> None:
    for rule, option, _ in RULES_AND_WORDS:
        if (option == "-6") == (family == "inet6"):
            nl.do(add(rule))
    before = nl.dump(rules(family=family)).all()
    shown = ip(f"-{'6' if family == 'inet6' else '4'} -d rule show")
    for rule in before:
        nl.do(delete(rule))
        nl.do(add(rule))
        assert nl.dump(rules(family=family)).all() == before
    assert ip(f"-{'6' if family == 'inet6' else '4'} -d rule show") == shown


@pytest.mark.parametrize("family", ["inet", "inet6"])
def test_a_flush_spares_what_ip_spares_unless_told(nl: netlynx.Connection, ip: Any, family: str) -> None:
    option = "-6" if family == "inet6" else "-4"
    before = ip(f"{option} rule show")
    ip(f"{option} rule flush")
    spared = ip(f"{option} rule show")
    assert spared.startswith("0:")
    for each in before.splitlines()[1:]:
        ip(f"{option} rule add pref {each.partition(':')[0]} table main")
    assert nl.do(flush(rules(family=family))) == len(before.splitlines()) - 1
    assert ip(f"{option} rule show") == spared
    assert nl.do(flush(rules(family=family).where(priority=0))) == 1
    assert nl.count(rules(family=family)) == 0

"""Transactions of nftables on a real kernel, with `nft` as the other reader and writer."""

from __future__ import annotations

import socket
import subprocess
import threading

import pytest

import netlynx
from netlynx import netns, nftables
from netlynx.nftables import Chain, Commit, Family, Rule, Table
from netlynx.wire.constants import NLM_F
from nft_program import Nft, new, numbers, rule
from support import PATIENCE

pytestmark = pytest.mark.every_kernel

TABLE = Table(family=Family.IP, name="t")
CHAIN = Chain(family=Family.IP, table="t", name="c")
RULES = nftables.rules(family="ip", table="t", chain="c")


@pytest.fixture
def nft(namespace: netns.NetworkNamespace) -> Nft:
    return Nft(namespace)


def test_what_was_made_is_told_with_the_handles_that_nft_sees(nl: netlynx.Connection, nft: Nft) -> None:
    before = nl.do(nftables.generation()).id
    outcome = nl.do(nftables.transaction([new(TABLE), new(CHAIN), rule(1), rule(2)]))
    table, chain, *rules = outcome
    assert (table.name, chain.name, numbers(rules)) == ("t", "c", [1, 2])
    seen = [next(iter(each.values())) for each in nft.ruleset()]
    assert [each["handle"] for each in seen] == [each.handle for each in outcome]
    assert outcome.generation.id == before + 1 == nl.do(nftables.generation()).id


def test_a_transaction_that_fails_leaves_all_as_it_was(nl: netlynx.Connection, nft: Nft) -> None:
    nft("add table ip t\nadd chain ip t c\nadd rule ip t c counter accept\nadd set ip t s { type ipv4_addr; }")
    before, generation = nft.ruleset(), nl.do(nftables.generation()).id
    nowhere = Rule(family=Family.IP, table="t", chain="none")
    with pytest.raises(netlynx.TransactionError) as caught:
        nl.do(nftables.transaction([rule(1), new(TABLE), rule(2), new(nowhere, NLM_F.CREATE), new(CHAIN)]))
    assert {at: type(error) for at, error in caught.value.errors.items()} == {
        1: netlynx.AlreadyExists,
        3: netlynx.NotFound,
        4: netlynx.AlreadyExists,
    }
    assert caught.value.errors[3].attribute == "Rule.chain"
    assert nft.ruleset() == before
    assert nl.do(nftables.generation()).id == generation


def test_a_batch_leaves_out_what_is_refused(nl: netlynx.Connection, nft: Nft) -> None:
    result = nl.batch([new(TABLE), new(TABLE), new(CHAIN), rule(1), new(CHAIN), rule(2)], on_error="continue")
    assert sorted(result.errors) == [1, 4]
    assert numbers(nl.dump(RULES).all()) == [1, 2]
    result = nl.batch([rule(3), new(CHAIN), rule(4)], on_error="stop")
    assert str(result) == "1 carried out, 1 refused"
    assert numbers(nl.dump(RULES).all()) == [1, 2, 3]


def test_what_is_larger_than_a_send_buffer(nl: netlynx.Connection, nft: Nft) -> None:
    comment = b"\0\x64" + b"x" * 99 + b"\0"
    count = 2500  # 180 bytes each, and what is told of it three times as much
    given = [new(TABLE), new(CHAIN), *(rule(number, userdata=comment) for number in range(count))]
    outcome = nl.do(nftables.transaction(given))
    assert len(outcome.values) == count + 2
    assert numbers(nl.dump(RULES).all()) == list(range(count))


def test_two_writers_that_rely_on_what_they_read(nl: netlynx.Connection, nft: Nft) -> None:
    """Each rule says how many there were before it: no two say the same, and none is missing."""
    nl.do(nftables.transaction([new(TABLE), new(CHAIN)]))
    made: list[int] = []

    def make(rules: list[Rule]) -> list[object]:
        made.append(len(rules))
        return [rule(len(rules))]

    def write() -> None:
        for _ in range(40):
            nl.do(nftables.changing(make, RULES, attempts=1000))

    writers = [threading.Thread(target=write) for _ in range(3)]
    for each in writers:
        each.start()
    for each in writers:
        each.join(PATIENCE)
    assert numbers(nl.dump(RULES).all()) == list(range(120))
    assert len(made) >= 120


def test_who_is_late_is_told_so_after_the_last_attempt(nl: netlynx.Connection, nft: Nft) -> None:
    nl.do(nftables.transaction([new(TABLE), new(CHAIN)]))
    asked = []

    def make(rules: list[Rule]) -> list[object]:
        asked.append(len(rules))
        nft("add rule ip t c accept")
        return [rule(0)]

    with pytest.raises(netlynx.StaleGeneration, match="somebody else has changed"):
        nl.do(nftables.changing(make, nftables.rules(), attempts=2))
    assert asked == [0, 1]
    assert nl.do(nftables.changing(lambda rules: [], nftables.rules())) is None


# --------------------------------------------------------------------------------------- what is told of them


def test_a_script_of_nft_is_one_event(nl: netlynx.Connection, nft: Nft) -> None:
    with nl.subscribe(nftables.CHANGES) as events:
        nft("add table inet t\nadd chain inet t c\nadd rule inet t c accept\nadd set inet t s { type ipv4_addr; }")
        nft("add element inet t s { 192.0.2.1, 192.0.2.2 }\nadd counter inet t k")
        nft("delete table inet t")
        commits = [events.get(PATIENCE).record for _ in range(3)]  # type: ignore[union-attr]
    assert [each.process for each in commits] == ["nft"] * 3
    assert [each.generation - commits[0].generation for each in commits] == [0, 1, 2]
    told = [[f"{each.kind} {type(each.record).__name__}" for each in commit.changes] for commit in commits]
    assert sorted(told[0]) == ["new Chain", "new Rule", "new Set", "new Table"]
    assert set(told[1]) == {"new ElementList", "new Object"}
    assert {"delete Table", "delete Chain", "delete Rule", "delete Set", "delete Object"} <= set(told[2])
    assert all(isinstance(each, Commit) and each.complete for each in commits)


def test_a_transaction_of_many_messages_is_one_event(nl: netlynx.Connection, nft: Nft) -> None:
    with nl.subscribe(nftables.CHANGES) as events:
        nl.do(nftables.transaction([new(TABLE), new(CHAIN), *map(rule, range(500))]))
        commit = events.get(PATIENCE).record  # type: ignore[union-attr]
    assert numbers([each.record for each in commit.changes if isinstance(each.record, Rule)]) == list(range(500))


@pytest.fixture
def traced(namespace: netns.NetworkNamespace, nft: Nft) -> list[str]:
    """A packet goes to a port of our own, which a rule has traced; these are its steps."""
    nft(
        "add table inet t\n"
        "add chain inet t in { type filter hook input priority 0; policy accept; }\n"
        "add chain inet t other\n"
        "add rule inet t in udp dport 4711 meta nftrace set 1\n"
        "add rule inet t in udp dport 4711 jump other\n"
        "add rule inet t other udp dport 4711 counter drop\n"
    )
    netns.run_in(namespace, subprocess.run, ["ip", "link", "set", "lo", "up"], check=True)
    return ["rule continue", "rule jump other", "rule drop"]


def test_a_packet_is_traced_rule_by_rule(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, nft: Nft, traced: list[str]
) -> None:
    with nl.subscribe(nftables.TRACES) as events:
        send(namespace, 4711)
        steps = [events.get(PATIENCE).record for _ in traced]  # type: ignore[union-attr]
    words = [f"{step.type} {step.verdict.code} {step.verdict.chain or ''}".strip() for step in steps]
    assert words == traced
    handles = [each["rule"]["handle"] for each in nft.ruleset() if "rule" in each]
    assert [step.rule for step in steps] == handles
    assert len({step.id for step in steps}) == 1
    assert [(step.family, step.table) for step in steps] == [(Family.INET, "t")] * 3
    assert [step.chain for step in steps] == ["in", "in", "other"]
    assert steps[0].network[:1] == b"\x45"
    assert int.from_bytes(steps[0].transport[2:4], "big") == 4711
    assert steps[0].input == 1


def send(namespace: netns.NetworkNamespace, port: int) -> None:
    def out() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(b"hello", ("127.0.0.1", port))

    netns.run_in(namespace, out)


# -------------------------------------------------------------------------------------------------------- copies


def test_copies_are_the_ruleset_of_one_generation(nl: netlynx.Connection, nft: Nft) -> None:
    listings = nftables.tables(), nftables.chains(), nftables.rules(), nftables.sets()
    with nl.mirror(*listings) as mirror:
        mirror.settle(PATIENCE)
        for text in (
            "add table ip t\nadd chain ip t c\nadd rule ip t c counter accept",
            "insert rule ip t c drop\nadd set ip t s { type ipv4_addr; }",
            "add table ip6 t\nadd chain ip6 t c { type filter hook input priority 0; }",
            "rename chain ip t c d",
            "delete table ip t",
        ):
            nft(text)
            mirror.settle(PATIENCE)
            snapshot = mirror.snapshot()
            for listing in listings:
                kept = {still(each) for each in snapshot[listing]}
                assert kept == {still(each) for each in nl.dump(listing).all()}


def still(record: object) -> str:
    """A record without what nobody is told of."""
    from netlynx.nftables.mirroring import without_counts

    own = record.replace(**dict.fromkeys({"use", "count", "counters"} & set(record.__declarations__)))  # type: ignore[attr-defined]
    if isinstance(own, Rule):
        own = own.replace(expressions=tuple(map(without_counts, own.expressions)))
    return str(own)


def test_a_copy_of_elements(nl: netlynx.Connection, nft: Nft) -> None:
    nft("add table ip t\nadd set ip t s { type ipv4_addr; }\nadd element ip t s { 192.0.2.1 }")
    listing = nftables.elements(nl.do(nftables.set_("t", "s")))
    with nl.mirror(listing, nftables.rules()) as mirror:
        mirror.settle(PATIENCE)
        assert [each.key for each in mirror[listing]] == ["192.0.2.1"]
        nft("add element ip t s { 192.0.2.2 }\ndelete element ip t s { 192.0.2.1 }")
        mirror.settle(PATIENCE)
        assert [each.key for each in mirror[listing]] == ["192.0.2.2"]
        assert mirror[listing].get(key="192.0.2.2")
        nft("delete table ip t")
        mirror.settle(PATIENCE)
        assert not mirror[listing].all()


def test_snapshots_never_show_half_a_transaction(nl: netlynx.Connection, nft: Nft) -> None:
    """A rule for each chain, made with it and removed with it."""
    nl.do(nftables.transaction([new(TABLE)]))
    chains, rules = nftables.chains(), nftables.rules()
    seen = set()
    with nl.mirror(chains, rules) as mirror:
        for number in range(60):
            chain = Chain(family=Family.IP, table="t", name=f"c{number}")
            own = Rule(family=Family.IP, table="t", chain=chain.name, expressions=[nftables.Counter()])
            nl.do(nftables.transaction([new(chain), new(own, NLM_F.CREATE | NLM_F.APPEND)]))
            snapshot = mirror.snapshot()
            assert {each.name for each in snapshot[chains]} == {each.chain for each in snapshot[rules]}
            seen.add(len(snapshot[chains]))
        mirror.settle(PATIENCE)
        assert len(mirror[chains]) == len(mirror[rules]) == 60

"""What each verb sends, and what is refused by the field's name."""

from __future__ import annotations

from typing import Any

import pytest

from netlynx import EncodeError, nftables
from netlynx.codec._codec import decode
from netlynx.netfilter.nfnetlink import message_type
from netlynx.nftables import Chain, Flowtable, Object, Rule, Table
from netlynx.nftables.constants import NFT_MSG
from netlynx.nftables.verbs import _registry
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NLM_F


def read(record: Any) -> Any:
    """The record as it would be read from the kernel."""
    return decode(plan_of(type(record)), record.to_bytes())


TABLE = Table(family="inet", name="t")
CHAIN = Chain(family="inet", table="t", name="c")
BASE = Chain(family="inet", table="t", name="in", type="filter", hook="input", priority=0, policy="accept")
RULE = Rule(family="inet", table="t", chain="c", expressions=[nftables.Counter(), nftables.NoTrack()])
COUNTER = Object(family="inet", table="t", name="o", type="counter", data=nftables.Counter(packets=1, bytes=2))
QUOTA = Object(family="inet", table="t", name="q", type="quota", data=nftables.Quota(bytes=5))
FLOWTABLE = Flowtable(family="inet", table="t", name="f", hook="ingress", priority=0, devices=["v0"])
MADE = {
    "table": read(TABLE.replace(handle=1)),
    "chain": read(BASE.replace(handle=2, flags="base")),
    "rule": read(RULE.replace(handle=3, position=9)),
    "counter": read(COUNTER.replace(handle=4)),
    "quota": read(QUOTA.replace(handle=5)),
    "flowtable": read(FLOWTABLE.replace(handle=6)),
}
CREATE, EXCL, APPEND, REPLACE = NLM_F.CREATE, NLM_F.EXCL, NLM_F.APPEND, NLM_F.REPLACE


@pytest.mark.parametrize(
    ("operation", "message", "flags", "request_"),
    [
        (nftables.add(TABLE), NFT_MSG.NEWTABLE, CREATE | EXCL, TABLE),
        (nftables.add(MADE["table"]), NFT_MSG.NEWTABLE, CREATE | EXCL, TABLE),
        (nftables.change(MADE["table"].replace(flags="dormant")), NFT_MSG.NEWTABLE, 0, TABLE.replace(flags="dormant")),
        (nftables.delete(TABLE), NFT_MSG.DELTABLE, 0, TABLE),
        (nftables.delete(MADE["table"]), NFT_MSG.DELTABLE, 0, Table(family="inet", handle=1)),
        (nftables.destroy(TABLE), NFT_MSG.DESTROYTABLE, 0, TABLE),
        (nftables.flush(TABLE), NFT_MSG.DELRULE, 0, Rule(family="inet", table="t")),
        (nftables.flush_ruleset(), NFT_MSG.DELTABLE, 0, Table()),
        (nftables.flush_ruleset(family="bridge"), NFT_MSG.DELTABLE, 0, Table(family="bridge")),
        (nftables.add(BASE), NFT_MSG.NEWCHAIN, CREATE | EXCL, BASE),
        (nftables.add(MADE["chain"]), NFT_MSG.NEWCHAIN, CREATE | EXCL, BASE.replace(flags="base")),
        (nftables.change(MADE["chain"].replace(policy="drop")), NFT_MSG.NEWCHAIN, 0,
         Chain(family="inet", table="t", name="in", policy="drop")),
        (nftables.change(MADE["chain"].replace(name="out")), NFT_MSG.NEWCHAIN, 0,
         Chain(family="inet", table="t", name="out", handle=2)),
        (nftables.delete(MADE["chain"]), NFT_MSG.DELCHAIN, 0, Chain(family="inet", table="t", handle=2)),
        (nftables.destroy(CHAIN), NFT_MSG.DESTROYCHAIN, 0, CHAIN),
        (nftables.flush(MADE["chain"]), NFT_MSG.DELRULE, 0, Rule(family="inet", table="t", chain="in")),
        (nftables.flush(CHAIN), NFT_MSG.DELRULE, 0, Rule(family="inet", table="t", chain="c")),
        (nftables.add(RULE), NFT_MSG.NEWRULE, CREATE | APPEND, RULE),
        (nftables.add(MADE["rule"]), NFT_MSG.NEWRULE, CREATE | APPEND, RULE),
        (nftables.add(MADE["rule"].replace(position=8)), NFT_MSG.NEWRULE, CREATE | APPEND, RULE.replace(position=8)),
        (nftables.insert(RULE), NFT_MSG.NEWRULE, CREATE, RULE),
        (nftables.replace(MADE["rule"]), NFT_MSG.NEWRULE, REPLACE, RULE.replace(handle=3)),
        (nftables.delete(MADE["rule"]), NFT_MSG.DELRULE, 0, Rule(family="inet", table="t", chain="c", handle=3)),
        (nftables.destroy(MADE["rule"]), NFT_MSG.DESTROYRULE, 0,
         Rule(family="inet", table="t", chain="c", handle=3)),
        (nftables.delete(Rule(family="inet", table="t", chain="c", id=1)), NFT_MSG.DELRULE, 0,
         Rule(family="inet", table="t", chain="c", id=1)),
        (nftables.reset(MADE["rule"]), NFT_MSG.GETRULE_RESET, NLM_F.ACK,
         Rule(family="inet", table="t", chain="c", handle=3)),
        (nftables.add(COUNTER), NFT_MSG.NEWOBJ, CREATE | EXCL, COUNTER),
        (nftables.add(COUNTER.replace(type=None)), NFT_MSG.NEWOBJ, CREATE | EXCL, COUNTER),
        (nftables.change(QUOTA), NFT_MSG.NEWOBJ, 0, QUOTA),
        (nftables.change(MADE["quota"].replace(data=nftables.Quota(bytes=6))), NFT_MSG.NEWOBJ, 0,
         QUOTA.replace(data=nftables.Quota(bytes=6))),
        (nftables.delete(MADE["counter"]), NFT_MSG.DELOBJ, 0,
         Object(family="inet", table="t", type="counter", handle=4)),
        (nftables.reset(MADE["counter"]), NFT_MSG.GETOBJ_RESET, NLM_F.ACK,
         Object(family="inet", table="t", name="o", type="counter")),
        (nftables.add(FLOWTABLE), NFT_MSG.NEWFLOWTABLE, CREATE | EXCL, FLOWTABLE),
        (nftables.change(MADE["flowtable"].replace(devices=["v0", "v1"])), NFT_MSG.NEWFLOWTABLE, 0,
         FLOWTABLE.replace(devices=["v0", "v1"])),
        (nftables.delete(Flowtable(family="inet", table="t", name="f", devices=["v0"])), NFT_MSG.DELFLOWTABLE, 0,
         Flowtable(family="inet", table="t", name="f", devices=["v0"])),
        (nftables.destroy(MADE["flowtable"]), NFT_MSG.DESTROYFLOWTABLE, 0,
         Flowtable(family="inet", table="t", handle=6)),
    ],
    ids=str,
)  # fmt: skip
def test_a_verb_sends_what_is_said_and_no_more(operation: Any, message: int, flags: int, request_: Any) -> None:
    assert operation.message_type == message_type(10, message)
    assert operation.flags == flags
    assert operation.payload == request_.to_bytes()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: nftables.add(Table(name="t")), "Table.family: say which"),
        (lambda: nftables.add(Table(family="inet")), "Table.name: it is needed"),
        (lambda: nftables.add(TABLE.replace(handle=1)), "Table.handle: the kernel gives it"),
        (lambda: nftables.add(TABLE.replace(flags="persist")), "Table.flags: .*set owner too"),
        (lambda: nftables.add(TABLE.replace(use=1)), "Table.use: the kernel tells this"),
        (lambda: nftables.change(TABLE), "Table.flags: of a table, flags can be changed"),
        (lambda: nftables.change(MADE["table"].replace(name="u")), "Table.name: the kernel cannot rename"),
        (lambda: nftables.change(MADE["table"]), "Table: nothing of it was replaced"),
        (lambda: nftables.change(TABLE.replace(flags=0, userdata=b"x")), "Table.userdata: the kernel keeps"),
        (lambda: nftables.delete(Table(family="inet")), "Table.name: say which one: by name or handle"),
        (lambda: nftables.delete(TABLE.replace(handle=1)), "Table.handle: say it or name"),
        (lambda: nftables.delete(TABLE.replace(flags="dormant")), "Table.flags: the kernel does not look at it"),
        (lambda: nftables.flush(TABLE.replace(handle=1)), "Table.handle: the kernel does not look at it"),
        (lambda: nftables.replace(TABLE), "delete it and add it"),
        (lambda: nftables.add(CHAIN.replace(priority=1)), "Chain.hook: a chain with priority needs it"),
        (lambda: nftables.add(BASE.replace(flags="hw-offload")), "Chain.flags: devices take on chains of the"),
        (lambda: nftables.add(CHAIN.replace(hook="input")), "Chain.priority: a chain with hook needs it"),
        (lambda: nftables.add(CHAIN.replace(policy="drop")), "Chain.policy: a chain without hook has none"),
        (lambda: nftables.add(CHAIN.replace(type="nat")), "Chain.type: a chain without hook has none"),
        (lambda: nftables.add(CHAIN.replace(devices=["v0"])), "Chain.priority: a chain with hook|a chain without hook"),
        (lambda: nftables.add(BASE.replace(device="v0", devices=["v1"])), "Chain.devices: of both"),
        (lambda: nftables.change(MADE["chain"].replace(priority=1)), "Chain.priority: it cannot be changed"),
        (lambda: nftables.change(MADE["chain"].replace(table="u")), "Chain.table: it tells the object from others"),
        (lambda: nftables.delete(BASE), "Chain.type: the kernel does not look at it"),
        (lambda: Chain(family="arp", priority="raw"), "Chain.priority: 'raw' is no priority of this family"),
        (lambda: CHAIN.replace(priority="nonsense"), "Chain.priority: 'nonsense' is no priority"),
        (lambda: nftables.add(Rule(family="inet", table="t")), "Rule.chain: it is needed"),
        (lambda: nftables.add(RULE.replace(handle=1)), "Rule.handle: the kernel gives it"),
        (lambda: nftables.add(RULE.replace(chain_id=1)), "Rule.chain_id: of both the kernel looks at chain alone"),
        (lambda: nftables.add(RULE.replace(position=1, position_id=1)), "Rule.position_id: of both"),
        (lambda: nftables.replace(RULE), "Rule.handle: it is needed"),
        (lambda: nftables.replace(MADE["rule"].replace(position=1)), "Rule.position: a rule that is replaced"),
        (lambda: nftables.delete(RULE.replace(expressions=())), "Rule.id: say which one: by id or handle"),
        (lambda: nftables.delete(RULE.replace(handle=1)), "Rule.expressions: the kernel does not look at it"),
        (lambda: nftables.delete(Rule(family="inet", table="t", handle=1)), "Rule.chain: it is needed"),
        (lambda: nftables.flush(RULE), r"nftables.flush\(nftables.Chain"),
        (lambda: nftables.change(RULE), "a rule is replaced whole"),
        (lambda: nftables.add(COUNTER.replace(data=None)), "Object.data: it is needed"),
        (lambda: nftables.add(COUNTER.replace(type="quota")), "Object.data: expected Quota"),
        (lambda: nftables.change(COUNTER), "Object.data: the kernel would leave it as it is"),
        (lambda: nftables.change(QUOTA.replace(data=nftables.Quota(bytes=1, consumed=1))), "Object.data.consumed"),
        (lambda: nftables.delete(Object(family="inet", table="t", name="o")), "Object.type: it is needed"),
        (lambda: nftables.flush(COUNTER), "nftables.reset"),
        (lambda: nftables.change(MADE["flowtable"].replace(devices=["v1"])), "Flowtable.devices: .*v0 would stay"),
        (lambda: nftables.reset(TABLE), "no such request for a table"),
        (lambda: nftables.reset(nftables.tables()), "there is nothing to be put back"),
        (lambda: nftables.reset(nftables.rules().where(handle=1)), "the kernel would put back those too"),
        (lambda: nftables.add("t"), "nftables.add takes a record such as nftables.Rule, not str"),
        (lambda: nftables.rules(chain="c"), r"nftables.rules\(chain\): say of which table"),
        (lambda: nftables.tables(family="ipx"), r"nftables.tables\(family\)"),
        (lambda: nftables.table("t", family="unspec"), r"nftables.table\(family\): say which family"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(make: Any, words: str) -> None:
    with pytest.raises(EncodeError, match=words):
        make()


def test_what_it_made_is_told_when_it_is_asked_for() -> None:
    for record in (TABLE, CHAIN, RULE, COUNTER, FLOWTABLE):
        operation = nftables.add(record, echo=True)
        assert operation.flags & NLM_F.ECHO
        assert operation.reply is type(record)
        assert operation.reply_type == operation.message_type


def test_a_list_is_put_back_as_far_as_the_kernel_filters_it() -> None:
    whole = nftables.reset(nftables.rules(family="inet", table="t", chain="c"))
    assert whole.message_type == message_type(10, NFT_MSG.GETRULE_RESET)
    counters = nftables.reset(nftables.objects(table="t", type="counter"))
    assert counters.message_type == message_type(10, NFT_MSG.GETOBJ_RESET)
    assert counters.payload == Object(table="t", type="counter").to_bytes()


def test_every_object_has_its_verbs() -> None:
    assert {Table, Chain, Rule, Object, Flowtable} <= _registry.keys()


@pytest.mark.parametrize(
    ("family", "text", "number"),
    [
        ("inet", "filter", 0),
        ("ip", "dstnat - 5", -105),
        ("ip6", "srcnat+10", 110),
        ("bridge", "filter", -200),
        ("bridge", "out", 100),
        ("netdev", "filter", 0),
        ("inet", "-150", -150),
        ("inet", 7, 7),
    ],
)
def test_priorities_are_taken_in_the_words_of_nft(family: str, text: Any, number: int) -> None:
    assert Chain(family=family, priority=text).priority == number
    assert Chain(family=family).replace(priority=text).priority == number


@pytest.mark.parametrize(
    ("family", "hook", "number"),
    [
        ("inet", "ingress", 5),
        ("netdev", "ingress", 0),
        ("netdev", "egress", 1),
        ("arp", "output", 1),
        ("ip", "output", 3),
    ],
)
def test_the_family_says_which_hook_a_number_is(family: str, hook: str, number: int) -> None:
    chain = Chain(family=family, hook=hook, priority=0)
    assert chain.hook == number
    assert chain.to_dict()["hook"] == hook
    assert decode(plan_of(Chain), chain.to_bytes()) == chain


def test_a_list_is_narrowed_to_a_hook_by_its_name_in_each_family() -> None:
    wanted = nftables.chains().where(hook="output").filter()
    assert wanted is not None
    found = [(family, hook) for family, hook in HOOKS if wanted.matches(Chain(family=family, hook=hook))]
    assert found == [("ip", "output"), ("arp", "output")]


HOOKS = [("ip", "output"), ("ip", "input"), ("arp", "output"), ("arp", "forward"), ("netdev", "egress")]


def test_chains_without_names_of_their_own_are_found_by_numbers() -> None:
    chain = read(Chain(family="ip", table="t", name="__chain7", flags="binding", handle=3))
    assert nftables.add(chain).request == Chain(family="ip", table="t", id=8, flags="binding")
    jump = nftables.Immediate(dreg=0, data={"verdict": {"code": "jump", "chain": "__chain7"}})
    inside = read(Rule(family="ip", table="t", chain="__chain7", handle=4, expressions=[nftables.Counter()]))
    assert (nftables.add(inside).request.chain, nftables.add(inside).request.chain_id) == (None, 8)
    made = nftables.add(read(Rule(family="ip", table="t", chain="c", handle=5, expressions=[jump]))).request
    assert made.expressions[0].data.verdict == nftables.Verdict(code="jump", chain_id=8)
    assert nftables.add(Rule(family="ip", table="t", chain="__chain7")).request.chain == "__chain7"


def test_what_the_kernel_does_not_tell_of_a_change_of_a_set_is_said_again() -> None:
    step = nftables.Dynset(set_name="s", sreg_key=1, op="update", timeout=0, flags=0)
    many = step.replace(expressions=[nftables.Counter(), nftables.Quota(bytes=1)])
    made = nftables.add(read(Rule(family="ip", table="t", chain="c", expressions=[step, many]))).request.expressions
    assert [(each.timeout, int(each.flags)) for each in made] == [(None, 0), (None, 2)]

"""What the kernel answers of traffic control: what it made, and that something is not there."""

from __future__ import annotations

from typing import Any

import pytest

import netlynx
from netlynx import route, tc
from netlynx.errors import EncodeError

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]

RATE = tc.HtbClass(rate="8mbit")
MATCH = tc.U32(matches=["ip dport 80 0xffff"], classid="1:1")
WHERE: dict[str, Any] = {"index": "v0", "parent": "ingress"}


@pytest.fixture
def v0(nl: netlynx.Connection) -> netlynx.Connection:
    nl.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=route.Link(name="v1")))))
    return nl


def test_what_is_made_changed_and_removed_is_told(v0: netlynx.Connection) -> None:
    qdisc, one = tc.Qdisc(index="v0", handle="1:", data=tc.Htb()), tc.Class(index="v0", handle="1:1", data=RATE)
    assert v0.do(tc.add(qdisc, echo=True)).data == v0.do(tc.qdisc("v0", handle="1:")).data
    within = one.replace(parent="1:")
    for verb in (tc.add, tc.replace, tc.change):
        assert v0.do(verb(within, echo=True)).data == v0.do(tc.class_("v0", "1:1")).data
    v0.do(tc.add(tc.Qdisc(index="v0", kind="clsact"), echo=True))
    rule = tc.Filter(**WHERE, priority=3, protocol="ip", data=MATCH)
    found = v0.do(tc.add(rule, echo=True))
    assert [found] == v0.dump(tc.filters(**WHERE)).all()[1:]  # behind the hash table that the kernel begins with
    changed = [v0.do(verb(rule.replace(handle=found.handle), echo=True)) for verb in (tc.replace, tc.change)]
    assert [each.handle for each in changed] == [found.handle] * 2
    assert v0.do(tc.delete(found, echo=True)).handle == found.handle
    assert v0.do(tc.delete(tc.Class(index="v0", handle="1:1"), echo=True)).handle == one.handle
    assert v0.do(tc.delete(tc.Qdisc(index="v0", handle="1:"), echo=True)).kind == "htb"


def test_of_chains_the_kernel_tells_nobody_in_particular(v0: netlynx.Connection) -> None:
    chain = tc.Chain(**WHERE, chain=5)
    for verb in (tc.add, tc.delete):
        with pytest.raises(EncodeError, match=r"tc\.(add|delete)\(echo\): the kernel does not answer with chains"):
            verb(chain, echo=True)


def test_of_an_action_its_index_is_told(v0: netlynx.Connection) -> None:
    drop = tc.Action(data=tc.Gact(control="drop"), cookie=b"mine")
    try:
        made = v0.do(tc.add(drop, echo=True))
    except netlynx.NotSupported as error:
        pytest.skip(str(error))
    assert (made.kind, made.cookie) == ("gact", b"mine")
    assert made.data.index == v0.do(tc.action("gact", made.data.index)).data.index
    assert v0.do(tc.delete(made, echo=True)).data.index == made.data.index
    with pytest.raises(netlynx.NotFound):
        v0.do(tc.action("gact", made.data.index))


ASKED: dict[str, Any] = {
    "a qdisc by its handle": tc.qdisc("v0", handle="7:"),
    "a qdisc by its place": tc.qdisc("v0", parent="7:1"),
    "a qdisc in a class": tc.qdisc("v0", parent="1:9"),
    "a class": tc.class_("v0", "1:9"),
    "a class of no qdisc": tc.class_("v0", "7:1"),
    "a filter": tc.filter_(**WHERE, priority=3, handle="800::805"),
    "a filter's priority": tc.filter_(**WHERE, priority=5, handle=1),
    "a filter's chain": tc.filter_(**WHERE, chain=7, priority=3, handle=1),
    "a filter's parent": tc.filter_("v0", parent="7:", priority=3, handle=1),
    "a filter's device has none": tc.filter_("v1", priority=3, handle=1),
    "a filter's block": tc.filter_(block=7, priority=5, handle=1),
    "a chain": tc.chain(**WHERE, chain=5),
    "a chain of an outer qdisc": tc.chain("v0", parent="1:", chain=5),
    "a chain's parent": tc.chain("v1", parent="ingress", chain=5),
    "a chain's device has none": tc.chain("v1", chain=5),
    "a chain's block": tc.chain(block=7, chain=1),
    "an action": tc.action("gact", 77),
    "deleted: a qdisc": tc.delete(tc.Qdisc(index="v0", handle="9:")),
    "deleted: a qdisc in a class": tc.delete(tc.Qdisc(index="v0", parent="1:9")),
    "deleted: a class": tc.delete(tc.Class(index="v0", handle="1:9")),
    "deleted: a priority": tc.delete(tc.Filter(**WHERE, priority=9)),
    "deleted: a filter": tc.delete(tc.Filter(**WHERE, priority=3, handle="800::805", protocol="ip", kind="u32")),
    "deleted: a filter of no chain": tc.delete(tc.Filter(**WHERE, priority=3, chain=7)),
    "deleted: a chain": tc.delete(tc.Chain(**WHERE, chain=5)),
    "deleted: an action": tc.delete(tc.Action(kind="gact", index=77)),
}


def test_what_is_not_there_is_not_found(v0: netlynx.Connection) -> None:
    for each in (
        tc.Qdisc(index="v0", kind="clsact"),
        tc.Qdisc(index="v0", handle="1:", data=tc.Htb()),
        tc.Filter(**WHERE, priority=3, protocol="ip", data=MATCH),
    ):
        v0.do(tc.add(each))
    wrong = []
    for name, asked in ASKED.items():
        try:
            wrong.append((name, v0.do(asked)))
        except netlynx.NotFound:
            continue
        except netlynx.NetlinkError as error:
            wrong.append((name, str(error)))
    assert wrong == []

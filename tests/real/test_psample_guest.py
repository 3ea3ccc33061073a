"""Samples of packets that were sent on purpose: groups, rates, numbers, what they say of the packets. In the guest.

Source: net/psample/psample.c, net/sched/act_sample.c.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

import netlynx
from netlynx import netns, psample, route, tc
from netlynx.psample import Sample
from support import PATIENCE, load

pytestmark = pytest.mark.guest
PORT, MANY = 4711, 400


@pytest.fixture(autouse=True)
def sampled() -> Iterator[None]:
    load("psample", "act_sample", "cls_matchall", "sch_ingress")
    with netlynx.connect() as nl:
        nl.do(route.up("lo"))
        hook = tc.Qdisc(index="lo", parent="clsact", handle="ffff:", kind="clsact")
        nl.do(tc.add(hook))
        yield
        nl.do(tc.delete(hook))


def sampling(nl: netlynx.Connection, group: int, every: int, truncate: int | None = None) -> tc.Filter:
    action = tc.Sample(every=every, group=group, truncate=truncate, control="pass")
    made = tc.Filter(
        index="lo", parent="ingress", priority=group, protocol="ip", kind="matchall", data=tc.MatchAll(actions=[action])
    )
    nl.do(tc.add(made))
    return made


def send(many: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taker, socket.socket(type=socket.SOCK_DGRAM) as sender:
        taker.bind(("127.0.0.1", PORT))  # or each is answered by an ICMP message, which is sampled, too
        for _ in range(many):
            sender.sendto(bytes(100), ("127.0.0.1", PORT))


def test_groups_are_there_while_something_samples_to_them() -> None:
    with netlynx.connect() as nl, nl.subscribe(psample.GROUPS) as events:
        assert nl.dump(psample.groups()).all() == []
        filters = [sampling(nl, group, 1) for group in (5, 7)]
        assert [(each.number, each.users, each.sequence) for each in nl.dump(psample.groups())] == [
            (5, 1, 0),
            (7, 1, 0),
        ]
        nl.do(tc.delete(filters[0].replace(data=None)))
        told = [events.get(timeout=PATIENCE) for _ in range(3)]
        assert [(each.kind, each.record.number) for each in told] == [("began", 5), ("began", 7), ("ended", 5)]
        assert [each.number for each in nl.dump(psample.groups())] == [7]


def test_each_packet_is_sampled_where_it_is_one_in_one() -> None:
    with netlynx.connect() as nl, nl.subscribe(psample.SAMPLES) as events:
        sampling(nl, 5, 1, truncate=60)
        send(20)
        found = [events.get(timeout=PATIENCE).record for _ in range(20)]
        assert [each.sequence for each in found] == list(range(20))
        one = found[0]
        assert isinstance(one, Sample)
        assert (one.group, one.rate, one.one_in, one.index, one.out_index) == (5, 1, 1.0, 1, None)
        assert (one.length, len(one.payload or b""), one.protocol) == (14 + 28 + 100, 60, 0x0800)
        assert str(one.packet).endswith(f" > 127.0.0.1:{PORT}")
        assert str(one.packet).startswith("udp 127.0.0.1:")
        assert [each.timestamp for each in found] == sorted(each.timestamp or 0 for each in found)
        assert nl.dump(psample.groups()).all()[0].sequence == 20


def test_as_many_are_sampled_as_the_rate_says() -> None:
    """By chance, one in 4: of 400 packets 100, and less than 50 or more than 150 once in millions of times."""
    with netlynx.connect() as nl, nl.subscribe(psample.SAMPLES) as events:
        sampling(nl, 9, 4)
        send(MANY)
        (group,) = nl.dump(psample.groups())
        found = [events.get(timeout=PATIENCE).record for _ in range(group.sequence or 0)]
        assert {each.rate for each in found} == {4}
        assert [each.sequence for each in found] == list(range(len(found)))
        assert 50 <= len(found) <= 150, len(found)
        print(f"{len(found)} of {MANY} at one in 4")


def test_samples_are_of_one_network_namespace() -> None:
    with netlynx.connect() as nl, netns.anonymous() as other, netlynx.connect(netns=other) as there:
        sampling(nl, 5, 1)
        assert there.dump(psample.groups()).all() == []

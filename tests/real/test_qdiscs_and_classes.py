"""Qdiscs and classes on a real kernel: what they stand in, what is told of them, and what they do with packets."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest

import netlynx
from command import PATIENCE
from netlynx import netns, route, tc
from netlynx.errors import AlreadyExists, NetlinkError, NotFound, NotSupported

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]


@pytest.fixture
def device(nl: netlynx.Connection) -> int:
    """The index of a device `v0`, which is up, as its peer is."""
    nl.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=route.Link(name="v1")))))
    for name in ("v0", "v1"):
        nl.do(route.change(route.Link(name=name, flags="up", change="up")))
    return int(nl.do(route.link(name="v0")).index)


def htb(index: Any, **more: Any) -> tc.Qdisc:
    return tc.Qdisc(index=index, handle="1:", data=tc.Htb(**more))


def made(index: Any, handle: str, parent: str = "1:", rate: str = "1mbit", **more: Any) -> tc.Class:
    return tc.Class(index=index, handle=handle, parent=parent, data=tc.HtbClass(rate=rate, **more))


def refused(nl: netlynx.Connection, operation: Any) -> NetlinkError:
    with pytest.raises(NetlinkError) as caught:
        nl.do(operation)
    return caught.value


def tree(nl: netlynx.Connection, index: int) -> dict[str, str]:
    """The classes of a device, and what each is in."""
    return {str(each.handle): str(each.parent) for each in nl.dump(tc.classes(index=index))}


def test_a_tree_is_made_told_and_removed(nl: netlynx.Connection, device: int) -> None:
    nl.do(tc.add(htb("v0", default=":20")))
    for each in (made("v0", "1:1", rate="100mbit"), made("v0", "1:10", "1:1"), made("v0", "1:20", "1:1")):
        nl.do(tc.add(each))
    nl.do(tc.add(tc.Qdisc(index="v0", handle="10:", parent="1:10", data=tc.Fifo(limit=7), kind="pfifo")))
    assert tree(nl, device) == {"1:1": "root", "1:10": "1:1", "1:20": "1:1"}
    assert nl.do(tc.class_("v0", "1:10")).leaf == 0x10_0000
    assert nl.do(tc.class_("v0", "1:1")).data.level == 7
    assert {str(each.handle) for each in nl.dump(tc.classes(index="v0", parent="1:"))} == {"1:1", "1:10", "1:20"}
    assert {str(each.handle) for each in nl.dump(tc.classes(index="v0", parent="1:1"))} == {"1:10", "1:20"}
    assert {str(each.handle) for each in nl.dump(tc.classes(index="v0", parent="root"))} == {"1:1"}
    assert nl.do(tc.qdisc("v0")).data.default == 0x20
    assert nl.do(tc.qdisc("v0", parent="1:10")).data == tc.Fifo(limit=7) == nl.do(tc.qdisc("v0", handle="10:")).data
    nl.do(tc.change(tc.Class(index="v0", handle="1:10", data=tc.HtbClass(rate="2mbit"))))
    assert nl.do(tc.class_("v0", "1:10")).data.rate == 2_000_000
    nl.do(tc.delete(nl.do(tc.class_("v0", "1:10"))))
    nl.do(tc.delete(tc.Class(index="v0", handle="1:20")))
    assert tree(nl, device) == {"1:1": "root"}
    nl.do(tc.delete(nl.do(tc.qdisc("v0"))))
    assert tree(nl, device) == {}
    assert nl.do(tc.qdisc("v0")).kind == "noqueue"


def test_a_parent_that_is_not_there_is_told(nl: netlynx.Connection, device: int) -> None:
    """To htb a class whose parent is not there is one at the root; of most others the kernel says a number."""
    pfifo = tc.Qdisc(index=device, handle="10:", parent="1:20", kind="pfifo", data=tc.Fifo(limit=5))
    for operation, field, words in (
        (tc.add(made(device, "1:10")), "Class.handle", "there is no qdisc 1:"),
        (tc.add(pfifo), "Qdisc.parent", "there is no qdisc 1:"),
    ):
        error = refused(nl, operation)
        assert (type(error), error.attribute) == (NotFound, field)
        assert words in str(error)
    nl.do(tc.add(htb(device)))
    nl.do(tc.add(made(device, "1:1")))
    for verb in (tc.add, tc.replace):
        for record, field in ((made(device, "1:10", "1:20"), "Class.parent"), (pfifo, "Qdisc.parent")):
            error = refused(nl, verb(record))
            assert (type(error), error.attribute) == (NotFound, field)
            assert "there is no class 1:20" in str(error)
    assert tree(nl, device) == {"1:1": "root"}
    error = refused(nl, tc.change(made(device, "1:30")))
    assert (type(error), error.attribute) == (NotFound, "Class.handle")


def test_what_would_be_another_thing_is_refused(nl: netlynx.Connection, device: int) -> None:
    nl.do(tc.add(htb(device)))
    nl.do(tc.add(made(device, "1:1", rate="9mbit")))
    nl.do(tc.add(made(device, "1:10", "1:1")))
    # The kernel does not look at the kind of a class, and would take a weight of qfq for htb's parameters.
    other = tc.Class(index=device, handle="1:20", parent="1:", data=tc.QfqClass(weight=5))
    assert refused(nl, tc.add(other)).attribute == "Class.kind"
    # It leaves a class where it is, and says nothing.
    for verb in (tc.replace, tc.change):
        error = refused(nl, verb(made(device, "1:10", "1:")))
        assert (type(error), error.attribute) == (NotSupported, "Class.parent")
    nl.do(tc.replace(made(device, "1:10", "1:1", rate="3mbit")))
    assert nl.do(tc.class_(device, "1:10")).data.rate == 3_000_000
    assert isinstance(refused(nl, tc.add(made(device, "1:10", "1:"))), AlreadyExists)
    # A change of what is of another kind would put a new one there.
    error = refused(nl, tc.change(tc.Qdisc(index=device, kind="pfifo", data=tc.Fifo(limit=5))))
    assert (type(error), error.attribute) == (NotSupported, "Qdisc.kind")
    assert tree(nl, device) == {"1:1": "root", "1:10": "1:1"}
    inner = tc.Qdisc(index=device, handle="10:", parent="1:1", kind="pfifo", data=tc.Fifo(limit=5))
    error = refused(nl, tc.add(inner))
    assert (error.attribute, "1:10" in str(error)) == ("Qdisc.parent", True)


def test_a_batch_makes_a_tree_from_its_root_on(nl: netlynx.Connection, device: int) -> None:
    """What is looked at is what the lines before have made."""
    other = int(nl.do(route.link(name="v1")).index)
    operations = []
    for index in (device, other):
        operations += [tc.add(htb(index)), tc.add(made(index, "1:1", rate="100mbit"))]
        for number in range(0x10, 0x20):
            operations.append(tc.add(made(index, f"1:{number:x}", "1:1")))
            leaf = tc.Qdisc(index=index, handle=f"{number:x}:", parent=f"1:{number:x}", kind="pfifo")
            operations.append(tc.add(leaf.replace(data=tc.Fifo(limit=number))))
    operations.append(tc.add(made(device, "1:99", "1:98")))
    with pytest.raises(NotFound) as caught:
        nl.batch(operations)
    assert caught.value.attribute == "Class.parent"
    for index in (device, other):
        assert len(tree(nl, index)) == 17
        assert len([each for each in nl.dump(tc.qdiscs(index=index)) if each.kind == "pfifo"]) == 16
    assert nl.do(tc.flush(tc.classes(index=device, parent="1:1"))) == 16
    assert tree(nl, device) == {"1:1": "root"}


def test_both_groups_are_heard_side_by_side(nl: netlynx.Connection, device: int) -> None:
    """Qdiscs, classes, filters and actions are told in one group of the kernel."""
    with nl.subscribe(tc.QDISCS, tc.CLASSES) as events:
        nl.do(tc.add(htb(device)))
        nl.do(tc.add(made(device, "1:1")))
        nl.do(tc.delete(tc.Class(index=device, handle="1:1")))
        nl.do(tc.delete(tc.Qdisc(index=device)))
        heard = []
        for event in events:
            if event.record.handle:  # what the device had of itself goes, too
                heard.append((event.kind.name, type(event.record).__name__, str(event.record.handle)))
            if heard[-1:] == [("DELETE", "Qdisc", "1:")]:
                break
    assert heard == [
        ("NEW", "Qdisc", "1:"),
        ("NEW", "Class", "1:1"),
        ("DELETE", "Class", "1:1"),
        ("DELETE", "Qdisc", "1:"),
    ]


def test_blocks_and_the_place_of_arriving_packets(nl: netlynx.Connection, device: int) -> None:
    nl.do(tc.add(tc.Qdisc(index="v0", kind="clsact", ingress_block=5, egress_block=6)))
    told = nl.do(tc.qdisc("v0", parent="clsact"))
    assert (told.kind, str(told.handle), told.ingress_block, told.egress_block) == ("clsact", "ffff:", 5, 6)
    with pytest.raises(netlynx.EncodeError, match="ingress_block"):
        tc.replace(tc.Qdisc(index="v0", kind="clsact", ingress_block=7))
    nl.do(tc.delete(told))
    nl.do(tc.add(tc.Qdisc(index="v0", kind="ingress")))
    nl.do(tc.delete(tc.Qdisc(index="v0", kind="ingress")))
    assert isinstance(refused(nl, tc.qdisc("v0", parent="ingress")), NotFound)


def test_a_size_table_and_an_estimator(nl: netlynx.Connection, device: int) -> None:
    nl.do(tc.add(htb(device).replace(estimator={"interval": 0, "ewma_log": 3})))
    nl.do(tc.add(made(device, "1:1").replace(estimator={"interval": -2, "ewma_log": 2})))
    assert nl.do(tc.qdisc(device)).statistics.rate is not None
    assert nl.do(tc.class_(device, "1:1")).statistics.rate is not None
    assert nl.do(tc.class_(device, "1:1")).xstats.tokens > 0


def test_a_refusal_says_what_to_do(nl: netlynx.Connection, device: int) -> None:
    nl.do(tc.add(tc.Qdisc(index=device, handle="1:", kind="htb")))
    nl.do(route.add(route.Link(name="d0", kind="veth", num_tx_queues=1, data=route.Veth(peer=route.Link(name="d1")))))
    words = {
        tc.add(tc.Qdisc(index=device, kind="nosuch", data=b"1234")): "no qdisc of kind 'nosuch'",
        tc.add(htb(device)): "There is one already",
        tc.add(tc.Qdisc(index=device, handle="2:", kind="pfifo")): "Another qdisc stands there",
        tc.change(htb(device, r2q=5)): "stays as it was made",
        tc.delete(tc.Qdisc(index=device, handle="5:")): "`parent` says where",
        tc.link(tc.Qdisc(index=device, handle="5:")): "no qdisc 5: to be put there",
        tc.add(tc.Qdisc(index="d0", handle="5:", kind="mq")): "several queues",
        tc.delete(tc.Class(index=device, handle="1:5")): "There is no class 1:5",
        tc.class_(device, "1:5"): "There is no class 1:5",
    }
    for operation, hint in words.items():
        assert hint in str(refused(nl, operation)), operation


def send(namespace: netns.NetworkNamespace, priority: int, many: int) -> None:
    """Send frames of 1000 bytes on `v0` that are to go to a class, which the priority of their socket says."""
    frame = b"\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02\x88\xb5" + bytes(986)
    with netns.run_in(namespace, socket.socket, socket.AF_PACKET, socket.SOCK_RAW, 0) as sender:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_PRIORITY, priority)
        sender.setsockopt(socket.SOL_SOCKET, 32, 1 << 22)  # SO_SNDBUFFORCE
        sender.bind(("v0", 0x88B5))  # ETH_P_802_EX1: nobody answers
        for _ in range(many):
            sender.send(frame)


def sent(nl: netlynx.Connection, *handles: str) -> list[int]:
    """How many bytes went through classes."""
    counted = {str(each.handle): each.statistics.basic.bytes for each in nl.dump(tc.classes(index="v0"))}
    return [counted[handle] for handle in handles]


def until(nl: netlynx.Connection, handle: str, many: int) -> None:
    """Wait until so many bytes went through a class."""
    end = time.monotonic() + PATIENCE
    while sent(nl, handle) < [many]:
        assert time.monotonic() < end, sent(nl, handle)
        time.sleep(0.005)


def test_classes_of_htb_share_as_they_are_told(
    nl: netlynx.Connection, device: int, namespace: netns.NetworkNamespace
) -> None:
    """Measured by what the kernel counts: at 4 and 1 mbit, four times as much; the rest goes by `prio`."""
    nl.do(tc.add(htb("v0")))
    nl.do(tc.add(made("v0", "1:1", rate="5mbit", burst=3000)))
    for handle, rate in (("1:10", "4mbit"), ("1:20", "1mbit")):
        nl.do(tc.add(made("v0", handle, "1:1", rate=rate, burst=3000)))
    for priority in (0x1_0010, 0x1_0020):
        send(namespace, priority, 150)
    until(nl, "1:20", 20_000)
    more, less = sent(nl, "1:10", "1:20")
    assert 3 < more / less < 5, (more, less)
    for handle, prio in (("1:30", 0), ("1:40", 1)):
        nl.do(tc.add(made("v0", handle, "1:1", rate="80kbit", ceil="5mbit", burst=2000, cburst=2000, prio=prio)))
    nl.do(tc.delete(tc.Class(index="v0", handle="1:10")))
    nl.do(tc.delete(tc.Class(index="v0", handle="1:20")))
    for priority in (0x1_0040, 0x1_0030):
        send(namespace, priority, 120)
    until(nl, "1:30", 100_000)
    first, second = sent(nl, "1:30", "1:40")
    assert second < first / 3, (first, second)
    counted = nl.do(tc.class_("v0", "1:30"))
    assert counted.xstats.borrows > counted.xstats.lends > 0


def test_bands_of_prio_go_in_their_order(
    nl: netlynx.Connection, device: int, namespace: netns.NetworkNamespace
) -> None:
    nl.do(tc.add(htb("v0", default=":10")))
    nl.do(tc.add(made("v0", "1:10", rate="1mbit", burst=2000, cburst=2000)))
    try:
        nl.do(tc.add(tc.Qdisc(index="v0", handle="10:", parent="1:10", data=tc.Prio())))
    except NotSupported:
        pytest.skip("this kernel has no prio")
    send(namespace, 2, 60)
    send(namespace, 7, 5)
    until(nl, "10:1", 5000)
    counted = {str(each.handle): each for each in nl.dump(tc.classes(index="v0", parent="10:"))}
    # Five of 1000 bytes and more; what the kernel says of its own accord (IPv6) is short.
    assert counted["10:1"].statistics.basic.bytes // 1000 == 5
    assert counted["10:3"].statistics.queue.qlen > 30


def test_a_mirror_keeps_what_stands_in_what(nl: netlynx.Connection, device: int) -> None:
    """Of what goes with its qdisc, the kernel says nothing."""
    listings = tc.qdiscs(), tc.classes(index=device)
    with nl.mirror(*listings) as mirror:
        qdiscs, classes = (mirror[each] for each in listings)
        nl.do(tc.add(htb(device)))
        nl.do(tc.add(made(device, "1:1")))
        nl.do(tc.add(made(device, "1:10", "1:1")))
        nl.do(tc.add(tc.Qdisc(index=device, handle="10:", parent="1:10", kind="pfifo", data=tc.Fifo(limit=5))))
        mirror.wait_until(lambda seen: seen[listings[0]].get(index=device, handle=0x10_0000), PATIENCE)
        mirror.settle(PATIENCE)
        assert {str(each.handle) for each in classes.find(parent=0x1_0001)} == {"1:10"}
        assert classes.get(index=device, handle=0x1_0010).leaf == 0x10_0000
        assert classes.get(index=device, handle=0x1_0001).data.level == 7
        nl.do(tc.delete(tc.Qdisc(index=device)))
        mirror.settle(PATIENCE)
        assert [*classes] == []
        assert {each.kind for each in qdiscs.find(index=device)} == {
            each.kind for each in nl.dump(tc.qdiscs(index=device))
        }
        nl.do(tc.add(htb(device)))
        nl.do(route.delete(route.Link(name="v0")))
        mirror.settle(PATIENCE)
        assert [*qdiscs.find(index=device)] == []

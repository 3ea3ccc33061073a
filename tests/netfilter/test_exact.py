"""What is asked of connection tracking is what is done: on the real kernel, what else is there is left alone."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

import netlynx
from netlynx import netns
from netlynx.netfilter import NetfilterFamily, conntrack
from netlynx.netfilter.conntrack import Flow, FlowStatus, Nat, TcpFlagChange, TcpInfo, TcpState, Tuple
from netlynx.netfilter.conntrack import TransportProtocol as P
from netlynx.schema import replace_fields

pytestmark = pytest.mark.usefixtures("namespace")

WEB = Tuple(source="10.0.0.1", destination="10.0.0.2", protocol=P.TCP, source_port=1000, destination_port=80)
WEB6 = Tuple(source="fd00::1", destination="fd00::2", protocol=P.TCP, source_port=1000, destination_port=80)
CALL = Tuple(source="10.0.0.1", destination="10.0.0.2", protocol=P.SCTP, source_port=1000, destination_port=80)
OTHER_CALL = replace_fields(CALL, destination_port=81)
PING = Tuple(source="10.0.0.1", destination="10.0.0.3", protocol=P.ICMP, icmp_type=8, icmp_code=0, icmp_id=77)
ALL = (WEB, WEB6, CALL, OTHER_CALL, PING)


@pytest.fixture(autouse=True)
def tracking(nl: netlynx.Connection) -> None:
    try:
        nl.do(conntrack.statistics())
    except netlynx.NetlinkError as error:
        pytest.skip(f"this kernel does not track connections: {error}")


@pytest.fixture
def flows(nl: netlynx.Connection) -> list[Flow]:
    """Every tuple in three zones, with marks that differ."""
    for number, (zone, each) in enumerate(itertools.product((None, 1, 2), ALL)):
        nl.do(conntrack.add(Flow(original=each, timeout=300, zone=zone, mark=number)))
    return nl.dump(conntrack.flows()).all()


@pytest.fixture
def elsewhere() -> Iterator[netlynx.Connection]:
    """The same connections in another namespace."""
    with netns.anonymous() as other, netlynx.connect(netns=other) as connection:
        for each in ALL:
            connection.do(conntrack.add(Flow(original=each, timeout=300)))
        yield connection


def ids(listed: Any) -> set[int | None]:
    return {flow.id for flow in listed}


def test_a_record_that_was_read_ends_that_connection_and_no_other(
    nl: netlynx.Connection, flows: list[Flow], elsewhere: netlynx.Connection
) -> None:
    there = ids(elsewhere.dump(conntrack.flows()))
    left = ids(flows)
    assert len(left) == 3 * len(ALL)
    for flow in flows[::-1]:
        nl.do(conntrack.delete(flow))
        left.remove(flow.id)
        assert ids(nl.dump(conntrack.flows())) == left
    assert ids(elsewhere.dump(conntrack.flows())) == there


def test_a_record_of_another_namespace_ends_nothing_here(
    nl: netlynx.Connection, flows: list[Flow], elsewhere: netlynx.Connection
) -> None:
    for flow in elsewhere.dump(conntrack.flows()).all():
        with pytest.raises(netlynx.NotFound):
            nl.do(conntrack.delete(flow))
    assert nl.count(conntrack.flows()) == len(flows)


@pytest.mark.parametrize("word", ["inet", "ipv4", "IPv4", 2, NetfilterFamily.INET])
def test_a_family_is_called_as_everywhere(nl: netlynx.Connection, flows: list[Flow], word: Any) -> None:
    wanted = {flow.id for flow in flows if flow.family is NetfilterFamily.IPV4}
    assert ids(nl.dump(conntrack.flows(family=word))) == wanted
    nl.do(conntrack.flush(family=word))
    assert ids(nl.dump(conntrack.flows())) == ids(flows) - wanted


@pytest.mark.parametrize("word", ["inet6", "ipv6", 10])
def test_so_is_the_other_family(nl: netlynx.Connection, flows: list[Flow], word: Any) -> None:
    assert nl.do(conntrack.flush(conntrack.flows(family=word))) == 3
    assert nl.count(conntrack.flows(family=word)) == 0
    assert nl.count(conntrack.flows()) == len(flows) - 3


FILTERS: dict[str, tuple[dict[str, Any], Any]] = {
    "zone": ({"zone": 1}, lambda flow: flow.zone == 1),
    "no zone": ({"zone": 0}, lambda flow: not flow.zone),
    "mark": ({"mark": 3}, lambda flow: flow.mark == 3),
    "no mark": ({"mark": 0}, lambda flow: not flow.mark),
    "mark in some bits": ({"mark": 1, "mark_mask": 3}, lambda flow: flow.mark & 3 == 1),
    "status": ({"status": "confirmed"}, lambda flow: True),
    "address": ({"original": Tuple(destination="10.0.0.3")}, lambda flow: flow.original.destination == "10.0.0.3"),
    "IPv6 address": ({"original": Tuple(source="fd00::1")}, lambda flow: flow.original.source == "fd00::1"),
    "answer": ({"reply": Tuple(source="10.0.0.3")}, lambda flow: flow.original.destination == "10.0.0.3"),
    "port of TCP": (
        {"family": "inet", "original": Tuple(protocol="tcp", destination_port=80)},  # type: ignore[arg-type]
        lambda flow: flow.original == WEB,
    ),
    "port of SCTP": (
        {"family": "inet", "original": Tuple(protocol=P.SCTP, destination_port=80)},
        lambda flow: flow.original == CALL,
    ),
    "port": ({"original": Tuple(destination_port=81)}, lambda flow: flow.original.destination_port == 81),
    "ICMP": ({"family": "inet", "original": Tuple(protocol=P.ICMP, icmp_id=77)}, lambda flow: flow.original == PING),
    "zone of one direction": ({"family": "inet", "original": Tuple(zone=1)}, lambda flow: False),
}


NOT_COMPARED = {"zone", "no zone", "IPv6 address", "port of SCTP", "port", "zone of one direction"}  # by every kernel


@pytest.mark.parametrize("name", FILTERS)
def test_a_flush_ends_what_a_listing_shows(nl: netlynx.Connection, flows: list[Flow], name: str) -> None:
    given, fits = FILTERS[name]
    wanted = {flow.id for flow in flows if fits(flow)}
    assert ids(nl.dump(conntrack.flows(**given))) == wanted
    if name in NOT_COMPARED:
        with pytest.raises(netlynx.EncodeError, match=r"conntrack\.flush\(conntrack\.flows\("):
            conntrack.flush(**given)
        assert nl.do(conntrack.flush(conntrack.flows(**given))) == len(wanted)
    else:
        nl.do(conntrack.flush(**given))
    assert ids(nl.dump(conntrack.flows())) == ids(flows) - wanted


@pytest.mark.parametrize("name", sorted(FILTERS))
def test_counters_of_others_are_not_reset(nl: netlynx.Connection, flows: list[Flow], name: str) -> None:
    """A listing that resets counters lists, to the kernel, just what it shows."""
    given, fits = FILTERS[name]
    if name in NOT_COMPARED:
        with pytest.raises(netlynx.EncodeError, match=r"reset_counters=True"):
            conntrack.flows(**given, reset_counters=True)
        return
    asked = conntrack.flows(**given, reset_counters=True)
    unfiltered = msgspec.structs.replace(asked, match=())
    assert ids(nl.dump(unfiltered)) == ids(nl.dump(asked)) == {flow.id for flow in flows if fits(flow)}


def test_a_mask_says_which_bits_of_a_mark_change(nl: netlynx.Connection) -> None:
    nl.do(conntrack.add(Flow(original=WEB, timeout=300)))
    for old, new, mask in itertools.product((0, 0x0F, 0xFF00FF), (0, 0xFF, 0xF0F0), (0, 0xF0, 0xFFFFFFFF)):
        nl.do(conntrack.change(Flow(original=WEB, mark=old)))
        nl.do(conntrack.change(Flow(original=WEB, mark=new, mark_mask=mask)))
        assert nl.do(conntrack.flow(WEB)).mark == (old & ~mask) | (new & mask)
    nl.do(conntrack.delete(Flow(original=WEB)))
    nl.do(conntrack.add(Flow(original=WEB, timeout=300, mark=0xFF, mark_mask=0xF0)))
    assert nl.do(conntrack.flow(WEB)).mark == 0xF0


def test_a_mask_says_which_labels_change(nl: netlynx.Connection, iptables: Any) -> None:
    try:
        iptables("-A OUTPUT -m connlabel --label 5 --set")
    except RuntimeError as error:
        pytest.skip(f"this kernel has no rules for labels: {error}")
    nl.do(conntrack.add(Flow(original=WEB, timeout=300)))
    values = (b"", b"\x01", b"\x0f\0\0\0\0\xff", bytes(range(16)))
    for old, new, mask in itertools.product(values, values, (b"", b"\xf0", b"\0" * 5 + b"\xff", b"\xff" * 16)):
        nl.do(conntrack.change(Flow(original=WEB, labels=old)))
        nl.do(conntrack.change(Flow(original=WEB, labels=new, labels_mask=mask)))
        before, after, bits = (int.from_bytes(each.ljust(16, b"\0"), "little") for each in (old, new, mask))
        found = nl.do(conntrack.flow(WEB)).labels or b""
        assert int.from_bytes(found, "little") == (before & ~bits) | (after & bits)


def test_labels_are_never_lost_in_silence(nl: netlynx.Connection) -> None:
    for verb in (conntrack.add, conntrack.replace):
        with pytest.raises(netlynx.EncodeError, match=r"Flow\.labels: where no rule uses labels"):
            verb(Flow(original=WEB, timeout=300, labels=b"\1"))
    nl.do(conntrack.add(Flow(original=WEB, timeout=300)))
    with pytest.raises(netlynx.NetlinkError, match="has no room for labels"):
        nl.do(conntrack.change(Flow(original=WEB, labels=b"\1")))


TRANSLATED: list[dict[str, Any]] = [
    {"nat_source": Nat(first="10.7.7.7", last="10.7.7.7")},
    {"nat_destination": Nat(first="10.1.1.1", last="10.1.1.1", first_port=8080, last_port=8080)},
    {"nat_source": Nat(first="10.7.7.7"), "nat_destination": Nat(first="10.1.1.1", first_port=8080)},
]


@pytest.mark.parametrize(("each", "nat"), [*((each, {}) for each in ALL), *((WEB, nat) for nat in TRANSLATED)])
def test_what_was_read_can_be_deleted_and_made_again(nl: netlynx.Connection, each: Tuple, nat: dict[str, Any]) -> None:
    tcp = TcpInfo(
        state=TcpState.ESTABLISHED,
        window_scale=7,
        reply_window_scale=8,
        flags=TcpFlagChange(flags=3),  # type: ignore[arg-type]  # numbers will do
        reply_flags=TcpFlagChange(flags=1),  # type: ignore[arg-type]
    )
    nl.do(
        conntrack.add(
            Flow(
                original=each,
                timeout=300,
                mark=7,
                zone=4,
                status=FlowStatus.ASSURED | FlowStatus.SEEN_REPLY,
                tcp=tcp if each.protocol == P.TCP else None,
                **nat,
            )
        )
    )
    (read,) = nl.dump(conntrack.flows())
    assert read.mark == 7
    assert read.zone == 4
    if read.tcp:
        assert (read.tcp.window_scale, read.tcp.reply_window_scale, read.tcp.flags.flags) == (7, 8, 3)
    nl.do(conntrack.delete(read))
    nl.do(conntrack.add(read))
    (again,) = nl.dump(conntrack.flows())
    assert same(again, read)
    nl.do(conntrack.change(again))
    (changed,) = nl.dump(conntrack.flows())
    assert same(changed, read)
    if not nat:
        nl.do(conntrack.replace(replace_fields(changed, mark=9)))
        assert same(nl.do(conntrack.flow(each, zone=4)), replace_fields(read, mark=9))


def same(a: Flow, b: Flow) -> bool:
    """Whether two records tell the same connection, but for what names it and what time changes."""
    aside = dict.fromkeys(("id", "timeout", "use", "start", "stop"))
    return replace_fields(a, **aside) == replace_fields(b, **aside)

"""Tracked connections as bytes: what the kernel sent is read, what is asked is laid out as the kernel takes it."""

from __future__ import annotations

import errno
from typing import Any

import pytest

import netlynx
from netlynx.codec._codec import decode, encode
from netlynx.engine.operation import Do
from netlynx.engine.refusal import refusal
from netlynx.kernel import VirtualKernel
from netlynx.netfilter import NetfilterFamily, accounting, conntrack, queue, timeouts
from netlynx.netfilter.conntrack import Flow, FlowStatus, TcpFlags, TcpState, TransportProtocol, Tuple
from netlynx.netfilter.flow import Selection
from netlynx.schema.compile import plan_of
from netlynx.wire.message import Acknowledgement, RequestHeader

# A connection to port 21 of the loopback interface, translated to port 2121, as IPCTNL_MSG_CT_GET lists it:
#     ip link set lo up
#     sysctl net.netfilter.nf_conntrack_acct=1 net.netfilter.nf_conntrack_timestamp=1
#     iptables -t raw -A OUTPUT -p tcp --dport 21 -j CT --helper ftp
#     iptables -t nat -A OUTPUT -p tcp --dport 21 -j REDIRECT --to-ports 2121
#     iptables -A OUTPUT -m connlabel --label 5 --set
CAPTURED = bytes.fromhex(
    "02000000 34000180 14000180 08000100 7f000001 08000200 7f000001 1c000280 05000100 06000000 06000200 e9ce0000 "
    "06000300 00150000 34000280 14000180 08000100 7f000001 08000200 7f000001 1c000280 05000100 06000000 06000200 "
    "08490000 06000300 e9ce0000 08000300 000021ae 08000800 00000000 08000c00 b5cee478 08000b00 00000001 08000700 "
    "00069780 30000480 2c000180 05000100 03000000 05000200 0a000000 05000300 0a000000 06000400 23000000 06000500 "
    "23000000 1c000980 0c000100 00000000 00000002 0c000200 00000000 00000070 1c000a80 0c000100 00000000 00000001 "
    "0c000200 00000000 0000003c 10001480 0c000100 18eadfce 49debb3e 0c000580 08000100 66747000 14001600 20000000 "
    "00000000 00000000 00000000"
)


WEB = Tuple(
    source="10.0.0.1", destination="10.0.0.2", protocol=TransportProtocol.TCP, source_port=1, destination_port=80
)
LABELLED = Flow(original=WEB, labels=b"\1")
MARKED = Flow(original=WEB, mark=1)


def test_captured_bytes_are_read_and_written_alike() -> None:
    flow = decode(plan_of(Flow), CAPTURED)
    assert flow.family is NetfilterFamily.IPV4
    assert flow.original == Tuple(
        source="127.0.0.1",
        destination="127.0.0.1",
        protocol=TransportProtocol.TCP,
        source_port=59854,
        destination_port=21,
    )
    assert flow.reply.source_port == 2121
    assert (flow.source_nat, flow.destination_nat) == (None, "127.0.0.1")
    assert FlowStatus.SEEN_REPLY | FlowStatus.ASSURED | FlowStatus.DST_NAT | FlowStatus.HELPER in flow.status
    assert (flow.timeout, flow.mark, flow.use, flow.helper) == (432_000, 0, 1, "ftp")
    counters = flow.original_packets, flow.original_bytes, flow.reply_packets, flow.reply_bytes
    assert counters == (2, 112, 1, 60)
    assert (flow.tcp.state, flow.tcp.window_scale, flow.tcp.reply_window_scale) == (TcpState.ESTABLISHED, 10, 10)
    assert flow.tcp.flags.flags == TcpFlags.WINDOW_SCALE | TcpFlags.SACK_PERM | TcpFlags.MAXACK_SET
    assert flow.start == 1_795_493_478_556_154_686
    assert int.from_bytes(flow.labels, "little") == 1 << 5
    assert flow.unknown == ()
    again = encode(plan_of(Flow), flow)
    assert len(again) == len(CAPTURED)
    assert decode(plan_of(Flow), again) == flow


def test_the_other_direction_of_a_tuple() -> None:
    ping = Tuple(source="10.0.0.1", destination="10.0.0.2", protocol=TransportProtocol.ICMP, icmp_type=8, icmp_id=7)
    pong = ping.reversed()
    assert (pong.source, pong.destination, pong.icmp_type, pong.icmp_id) == ("10.0.0.2", "10.0.0.1", 0, 7)
    assert pong.reversed() == ping


def test_a_filter_is_asked_of_the_kernel_as_far_as_it_can() -> None:
    def asked(**wanted: Any) -> Flow:
        request = conntrack.flows(**wanted).request
        assert isinstance(request, Flow)
        return request

    web = Tuple(source="10.0.0.1", protocol="tcp", destination_port=80)  # type: ignore[arg-type]
    fields = conntrack.FilterFields
    request = asked(original=web, mark=7, mark_mask=15, zone=3, status="assured")
    assert (request.family, request.mark, request.mark_mask, request.zone) == (NetfilterFamily.IPV4, 7, 15, 3)
    assert request.status is FlowStatus.ASSURED
    assert request.selection == Selection(original=fields.SOURCE | fields.PROTOCOL | fields.DESTINATION_PORT)
    assert asked(original=Tuple(source="::1")).selection is None  # kernels compare these the wrong way round
    assert asked(original=Tuple(source="::1")).family is NetfilterFamily.IPV6
    assert asked(original=Tuple(destination_port=80)).selection is None  # the kernel needs a family and a protocol
    by_port = Tuple(protocol="udp", source_port=53)  # type: ignore[arg-type]
    assert asked(family="ipv6", reply=by_port).selection == Selection(reply=fields.PROTOCOL | fields.SOURCE_PORT)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (lambda: conntrack.flows(family="ipx"), r"conntrack\.flows\(family\)"),
        (lambda: conntrack.flows(mark_mask=1), r"give mark too"),
        (lambda: conntrack.flows(status=0), r"the bits that must be set"),
        (lambda: conntrack.flows(zone=70000), r"Flow\.zone: 70000 is out of range"),
        (lambda: conntrack.flow(), r"give one direction"),
        (lambda: conntrack.flow(Tuple(source_port=1)), r"Flow\.original\.source: set the addresses"),
        (lambda: conntrack.add(Flow(timeout=1)), r"Flow\.original"),
        (lambda: conntrack.add(Flow(original=Tuple(source="::1"))), r"Flow\.timeout"),
        (lambda: conntrack.change(Flow(original=Tuple(source="::1"), nat_source=conntrack.Nat())), r"nat_source"),
        (lambda: conntrack.delete(Flow()), r"give one direction"),
        (lambda: conntrack.delete(7), r"takes a Flow or an Expectation, not int"),
        (lambda: conntrack.change(conntrack.Expectation()), r"Expectation\.master"),
        (lambda: conntrack.replace(conntrack.Expectation()), r"conntrack\.change, or delete and add"),
        (lambda: conntrack.flush(original=Tuple(source="::1")), r"conntrack\.flush\(conntrack\.flows"),
        (lambda: conntrack.flush(original=Tuple(destination_port=1)), r"with their protocol"),
        (lambda: conntrack.add(conntrack.Expectation()), r"Expectation\.master"),
        (lambda: conntrack.expectations(zone=1), r"the master's"),
        (lambda: queue.requeue(queue.Packet(), to=70000), r"70000 is no queue"),
        (lambda: queue.packets(5, copy="all"), r"queue\.configure\(copy\)"),
        (lambda: queue.packets(70000), r"out of range"),
    ],
)
def test_what_cannot_be_is_refused_before_it_is_sent(wrong: Any, why: str) -> None:
    with pytest.raises(netlynx.EncodeError, match=why):
        wrong()


def test_a_kernel_without_netfilter_says_so() -> None:
    with VirtualKernel() as kernel, netlynx.connect(kernel=kernel) as nl:
        with pytest.raises(netlynx.NotSupported, match="NETLINK_NETFILTER"):
            nl.dump(conntrack.flows()).all()
        with pytest.raises(netlynx.NotSupported, match="NETLINK_NETFILTER"):
            nl.subscribe(queue.packets(5))


@pytest.mark.parametrize(
    ("operation", "number", "hint"),
    [
        (
            conntrack.statistics(),
            errno.EINVAL,
            "lacks connection tracking: its module is nf_conntrack_netlink",
        ),
        (conntrack.flows(), errno.EINVAL, "lacks connection tracking: its module is nf_conntrack_netlink"),
        (conntrack.flows(mark=7), errno.EINVAL, r"Invalid argument \(EINVAL\). conntrack.statistics\(\) says whether"),
        (conntrack.change(LABELLED), errno.ENOSPC, "if a rule of its namespace uses labels"),
        (conntrack.change(LABELLED), errno.EINVAL, r"\(EINVAL\). conntrack.statistics\(\) says whether"),
        (conntrack.change(MARKED), errno.ENOSPC, r"No space left on device \(ENOSPC\)$"),
        (queue.configure(5, copy="packet"), errno.EINVAL, r"Invalid argument \(EINVAL\)$"),
        (queue.bind(5), errno.EINVAL, "its module is nfnetlink_queue"),
        (queue.bind(5), errno.EBUSY, "Another socket has bound the queue"),
        (accounting.account("web"), errno.ENOENT, "There is no counter named 'web'"),
        (accounting.delete("web"), errno.ENOENT, "There is no counter named 'web'"),
        (accounting.flush(), errno.ENOENT, r"\(ENOENT\)$"),
        (timeouts.policy("web"), errno.ENOENT, "There is no policy of timeouts named 'web'"),
        (timeouts.delete("web"), errno.ENOENT, "There is no policy of timeouts named 'web'"),
    ],
)
def test_numbers_that_say_little_come_with_what_they_may_mean(operation: Do[Any], number: int, hint: str) -> None:
    header = RequestHeader(16, operation.message_type, 1, 1, 0)
    error = refusal(operation, Acknowledgement(number, header, None, (), 0).message(1, 0), b"")
    with pytest.raises(netlynx.NetlinkError, match=hint):
        raise error or AssertionError("no error")

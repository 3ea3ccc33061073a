"""Connection tracking on the real kernel, beside conntrack(8)."""

from __future__ import annotations

import socket
from typing import Any
from xml.etree import ElementTree

import pytest

import netlynx
from netlynx import netns
from netlynx.engine.operation import Event, EventKind
from netlynx.netfilter import conntrack
from netlynx.netfilter.conntrack import ExpectationFlags, Flow, FlowStatus, TcpState, Tuple
from netlynx.netfilter.conntrack import TransportProtocol as P
from netlynx.schema import replace_fields
from support import PATIENCE

pytestmark = pytest.mark.usefixtures("namespace")

HTTP = Tuple(source="10.0.0.1", destination="10.0.0.2", protocol=P.TCP, source_port=1000, destination_port=80)
DNS = Tuple(source="fd00::1", destination="fd00::2", protocol=P.UDP, source_port=5353, destination_port=53)
PING = Tuple(source="10.0.0.1", destination="10.0.0.3", protocol=P.ICMP, icmp_type=8, icmp_code=0, icmp_id=77)
PING6 = Tuple(source="fd00::1", destination="fd00::3", protocol=P.ICMPV6, icmpv6_type=128, icmpv6_code=0, icmpv6_id=7)


@pytest.fixture(autouse=True)
def tracking(nl: netlynx.Connection) -> None:
    try:
        nl.do(conntrack.statistics())
    except netlynx.NetlinkError as error:
        pytest.skip(f"this kernel does not track connections: {error}")


def originals(listed: Any) -> set[Tuple]:
    return {flow.original for flow in listed}


def made(nl: netlynx.Connection) -> None:
    nl.do(conntrack.add(Flow(original=HTTP, timeout=300, mark=0x17, status=FlowStatus.ASSURED | FlowStatus.SEEN_REPLY)))
    nl.do(conntrack.add(Flow(original=DNS, timeout=300, mark=0x27)))
    nl.do(conntrack.add(Flow(original=PING, timeout=300, zone=3)))
    nl.do(conntrack.add(Flow(original=PING6, timeout=300)))


def test_what_was_made_is_listed_as_conntrack_lists_it(nl: netlynx.Connection, conntrack_tool: Any) -> None:
    made(nl)
    listed = nl.dump(conntrack.flows()).all()
    shown = [
        each
        for family in ("ipv4", "ipv6")
        for each in ElementTree.fromstring(conntrack_tool(f"-L -f {family} -o xml,id")).iter("flow")
    ]
    assert {flow.id for flow in listed} == {
        int(each.findtext("meta[@direction='independent']/id", "")) for each in shown
    }
    for each in shown:
        flow = next(one for one in listed if str(one.id) == each.findtext("meta[@direction='independent']/id"))
        for side, record in (("original", flow.original), ("reply", flow.reply)):
            meta = each.find(f"meta[@direction='{side}']")
            assert meta is not None
            assert (meta.findtext("layer3/src"), meta.findtext("layer3/dst")) == (record.source, record.destination)
            layer4 = meta.find("layer4")
            assert layer4 is not None
            assert layer4.get("protonum") == str(int(record.protocol))
            assert layer4.findtext("sport") == (str(record.source_port) if record.source_port else None)
            assert layer4.findtext("dport") == (str(record.destination_port) if record.destination_port else None)
        assert each.findtext("meta[@direction='independent']/mark") == str(flow.mark)
        assert each.findtext("meta[@direction='independent']/zone") == (None if flow.zone is None else str(flow.zone))


def test_what_conntrack_makes_is_read(nl: netlynx.Connection, conntrack_tool: Any) -> None:
    conntrack_tool(
        "-I -p tcp -s 10.0.0.1 -d 10.0.0.9 --sport 1000 --dport 80 --state SYN_SENT -t 100 "
        "--dst-nat 10.1.1.1:8080 --src-nat 10.7.7.7"
    )
    (flow,) = nl.dump(conntrack.flows())
    assert (flow.source_nat, flow.destination_nat) == ("10.7.7.7", "10.1.1.1")
    assert flow.reply == Tuple(
        source="10.1.1.1",
        destination="10.7.7.7",
        protocol=P.TCP,
        source_port=8080,
        destination_port=1000,
    )
    assert flow.status is not None
    assert FlowStatus.SRC_NAT | FlowStatus.DST_NAT in flow.status
    assert flow.tcp is not None
    assert flow.tcp.state is TcpState.SYN_SENT


def test_translation_can_be_asked_for(nl: netlynx.Connection) -> None:
    to = conntrack.Nat(first="10.1.1.1", last="10.1.1.1", first_port=8080, last_port=8080)
    nl.do(conntrack.add(Flow(original=HTTP, timeout=100, nat_destination=to)))
    flow = nl.do(conntrack.flow(HTTP))
    assert (flow.destination_nat, flow.source_nat) == ("10.1.1.1", None)
    assert flow.reply is not None
    assert flow.reply.source_port == 8080


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"family": "ipv6"}, {DNS, PING6}),
        ({"mark": 0x17}, {HTTP}),
        ({"mark": 0x07, "mark_mask": 0x0F}, {HTTP, DNS}),
        ({"mark": 0}, {PING, PING6}),
        ({"zone": 3}, {PING}),
        ({"zone": 0}, {HTTP, DNS, PING6}),
        ({"status": "assured"}, {HTTP}),
        ({"original": Tuple(source="10.0.0.1")}, {HTTP, PING}),
        ({"original": {"source": "10.0.0.1"}}, {HTTP, PING}),
        ({"original": Tuple(source="fd00::1")}, {DNS, PING6}),
        ({"original": Tuple(source="fd00::2")}, set()),
        ({"original": Tuple(destination_port=53)}, {DNS}),
        ({"original": Tuple(protocol=P.UDP)}, {DNS}),
        ({"reply": Tuple(source="10.0.0.2", protocol=P.TCP, source_port=80)}, {HTTP}),
        ({"family": "ipv4", "original": Tuple(protocol=P.ICMP, icmp_id=77)}, {PING}),
        ({"family": "ipv4", "original": Tuple(protocol=P.ICMP, icmp_id=78)}, set()),
    ],
)
def test_filters(nl: netlynx.Connection, wanted: dict[str, Any], found: set[Tuple]) -> None:
    made(nl)
    assert originals(nl.dump(conntrack.flows(**wanted))) == found
    assert nl.count(conntrack.flows(**wanted)) == len(found)


def test_one_is_found_by_either_direction(nl: netlynx.Connection) -> None:
    made(nl)
    assert nl.do(conntrack.flow(HTTP)).mark == 0x17
    assert nl.do(conntrack.flow(reply=DNS.reversed())).mark == 0x27
    assert nl.do(conntrack.flow(PING, zone=3)).zone == 3
    with pytest.raises(netlynx.NotFound, match=r"conntrack\.flow"):
        nl.do(conntrack.flow(PING))  # it is in another zone


def test_add_replace_change_delete(nl: netlynx.Connection) -> None:
    nl.do(conntrack.add(Flow(original=HTTP, timeout=300)))
    with pytest.raises(netlynx.AlreadyExists):
        nl.do(conntrack.add(Flow(original=HTTP, timeout=300)))
    nl.do(conntrack.replace(Flow(original=HTTP, timeout=300, mark=5)))
    flow = nl.do(conntrack.flow(HTTP))
    assert flow.mark == 5
    nl.do(conntrack.change(replace_fields(flow, mark=0xF0, mark_mask=0xF0)))
    nl.do(conntrack.change(Flow(original=HTTP, tcp=conntrack.TcpInfo(state=TcpState.ESTABLISHED))))
    flow = nl.do(conntrack.flow(HTTP))
    assert flow.tcp is not None
    assert (flow.mark, flow.tcp.state) == (0xF5, TcpState.ESTABLISHED)
    with pytest.raises(netlynx.NotFound):
        nl.do(conntrack.delete(replace_fields(flow, id=flow.id ^ 1)))  # type: ignore[operator]
    nl.do(conntrack.delete(flow))
    with pytest.raises(netlynx.NotFound):
        nl.do(conntrack.change(Flow(original=HTTP, mark=1)))


def test_flush_removes_what_fits_and_no_more(nl: netlynx.Connection) -> None:
    made(nl)
    nl.do(conntrack.flush(mark=0x27))
    assert originals(nl.dump(conntrack.flows())) == {HTTP, PING, PING6}
    nl.do(conntrack.flush(original=Tuple(source="10.0.0.1", protocol=P.TCP, destination_port=80)))
    assert originals(nl.dump(conntrack.flows())) == {PING, PING6}
    nl.do(conntrack.flush(family="ipv4"))
    assert originals(nl.dump(conntrack.flows())) == {PING6}
    nl.do(conntrack.add(Flow(original=DNS, timeout=300)))
    assert nl.do(conntrack.flush(conntrack.flows(original=Tuple(destination="fd00::2")))) == 1
    assert originals(nl.dump(conntrack.flows())) == {PING6}
    nl.do(conntrack.flush())
    assert nl.count(conntrack.flows()) == 0


def test_events_tell_new_from_changed(nl: netlynx.Connection) -> None:
    with nl.subscribe(conntrack.FLOWS) as events:
        made(nl)
        nl.do(conntrack.change(Flow(original=HTTP, mark=9)))
        nl.do(conntrack.flush())
        told: list[Any] = [events.get(PATIENCE) for _ in range(9)]
    assert [event.kind for event in told] == [EventKind.NEW] * 4 + [EventKind.UPDATE] + [EventKind.DELETE] * 4
    assert told[4].record.mark == 9
    assert originals(event.record for event in told[5:]) == {HTTP, DNS, PING, PING6}


def test_an_overrun_is_reported_and_survived(nl: netlynx.Connection) -> None:
    with nl.subscribe(conntrack.FLOWS, receive_buffer=2048) as events:
        nl.do(conntrack.add(Flow(original=HTTP, timeout=300)))
        nl.batch(conntrack.change(Flow(original=HTTP, mark=number)) for number in range(1, 300))
        assert any(isinstance(event, netlynx.Overrun) for event in events.drain())
        nl.do(conntrack.change(Flow(original=HTTP, mark=1000)))
        last = events.get(PATIENCE)
        assert isinstance(last, Event)
        assert last.record.mark == 1000


def test_statistics(nl: netlynx.Connection) -> None:
    made(nl)
    total = nl.do(conntrack.statistics())
    assert total.entries == 4
    assert total.max_entries
    cpus = nl.dump(conntrack.cpu_statistics()).all()
    assert [cpu.cpu for cpu in cpus] == list(range(len(cpus)))
    assert sum(cpu.insert_failed or 0 for cpu in cpus) == 0
    assert len(nl.dump(conntrack.expectation_statistics()).all()) == len(cpus)


def test_a_connection_of_real_packets_counts_them(
    nl: netlynx.Connection, iptables: Any, loopback: netns.NetworkNamespace
) -> None:
    netns.run_in(loopback, _write, "/proc/sys/net/netfilter/nf_conntrack_acct", "1")
    netns.run_in(loopback, _write, "/proc/sys/net/netfilter/nf_conntrack_timestamp", "1")
    iptables("-A OUTPUT -m conntrack --ctstate NEW -j ACCEPT")
    with (
        netns.socket_in(loopback, socket.AF_INET, socket.SOCK_STREAM, 0) as server,
        netns.socket_in(loopback, socket.AF_INET, socket.SOCK_STREAM, 0) as client,
    ):
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
        port = server.getsockname()[1]
        wanted = conntrack.flows(family="ipv4", original=Tuple(protocol=P.TCP, destination_port=port))
        (flow,) = nl.dump(wanted)
        assert flow.tcp is not None
        assert flow.tcp.state is TcpState.ESTABLISHED
        assert flow.tcp.window_scale is not None
        assert flow.original_packets == 2  # SYN, ACK
        assert flow.reply_packets == 1
        assert flow.original_bytes
        assert flow.start
        (counted,) = nl.dump(conntrack.flows(original=flow.original, reset_counters=True))
        assert counted.original_packets == 2
        (zeroed,) = nl.dump(wanted)
        assert zeroed.original_packets == 0


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def test_expectations(nl: netlynx.Connection) -> None:
    data = Tuple(source="10.0.0.2", destination="10.0.0.1", protocol=P.TCP, source_port=0, destination_port=4000)
    mask = Tuple(
        source="255.255.255.255",
        destination="255.255.255.255",
        protocol=P.TCP,
        source_port=0,
        destination_port=0xFFFF,
    )
    record = conntrack.Expectation(master=HTTP, expected=data, mask=mask, flags=ExpectationFlags.PERMANENT)
    with nl.subscribe(conntrack.EXPECTATIONS) as events:
        try:
            nl.do(conntrack.add(Flow(original=HTTP, timeout=300, helper="ftp")))
        except netlynx.NotSupported as error:
            pytest.skip(f"this kernel has no helper for FTP: {error}")
        nl.do(conntrack.add(record))
        (listed,) = nl.dump(conntrack.expectations())
        assert (listed.master, listed.expected) == (HTTP, data)
        assert listed.helper == "ftp"
        assert listed.flags is ExpectationFlags.PERMANENT
        assert listed.mask == mask
        assert nl.do(conntrack.expectation(data)).id == listed.id
        assert nl.count(conntrack.expectations(family="ipv6")) == 0
        nl.do(conntrack.delete(listed))
        assert nl.count(conntrack.expectations()) == 0
        nl.do(conntrack.add(listed))  # what was read can be made again
        (again,) = nl.dump(conntrack.expectations(master=HTTP))
        assert replace_fields(again, id=listed.id, timeout=listed.timeout) == listed
        nl.do(conntrack.change(replace_fields(again, timeout=7)))
        assert nl.do(conntrack.expectation(data)).timeout <= 7  # type: ignore[operator]
        with pytest.raises(netlynx.NotFound):
            nl.do(conntrack.delete(replace_fields(again, id=again.id ^ 1)))  # type: ignore[operator]
        nl.do(conntrack.flush_expectations())
        assert [events.get(PATIENCE).kind for _ in range(4)] == ["new", "delete", "new", "delete"]  # type: ignore[union-attr]


def test_columns(nl: netlynx.Connection) -> None:
    pytest.importorskip("nanoarrow")
    made(nl)
    assert len(nl.table(conntrack.flows())) == 4

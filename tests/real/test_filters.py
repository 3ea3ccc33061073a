"""Filters on this kernel: what they do to packets, where they stand, and what is said of those that are refused."""

from __future__ import annotations

import ctypes
import os
import socket
import struct

import pytest

import netlynx
from conftest import Ip
from netlynx import netns, route, tc
from netlynx.errors import EncodeError, NetlinkError
from netlynx.schema.record import replace_fields

pytestmark = pytest.mark.namespace

PLACE = {"index": "v0", "parent": "ingress"}


@pytest.fixture
def hooks(nl: netlynx.Connection) -> netlynx.Connection:
    """A device v0 with hooks for filters: what is sent to 192.0.2.1 over v1 arrives there. x0 leads nowhere."""
    nl.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=route.Link(name="v1")))))
    nl.do(route.add(route.Link(name="x0", kind="veth", data=route.Veth(peer=route.Link(name="x1")))))
    for name in ("v0", "v1", "x0", "x1", "lo"):
        nl.do(route.change(route.Link(name=name, flags="up")))
    nl.do(route.add(route.Address(index="v1", address="192.0.2.2/24")))
    there = route.Neighbour(index="v1", destination="192.0.2.1", address="02:00:00:00:00:01", state="permanent")
    nl.do(route.add(there))
    nl.do(tc.add(tc.Qdisc(index="v0", parent="clsact", kind="clsact")))
    return nl


def send(space: netns.NetworkNamespace, port: int, count: int = 1, to: str = "192.0.2.1") -> None:
    """Send datagrams to a port."""

    def sending() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for _ in range(count):
                sock.sendto(b"hello", (to, port))

    netns.run_in(space, sending)


def counted(found: tc.Filter) -> int:
    """How many packets the only action of a filter has seen."""
    (action,) = found.data.actions
    basic = action.statistics.basic
    assert basic is not None
    return basic.packets


def test_u32_matches_the_packets_that_its_words_say(
    hooks: netlynx.Connection, namespace: netns.NetworkNamespace
) -> None:
    data = tc.U32(matches=["ip protocol 17 0xff", "ip dport 4000 0xfff0"], actions=[tc.Mirred(redirect="x0")])
    hooks.do(tc.add(tc.Filter(**PLACE, protocol="ip", priority=10, data=data)))
    send(namespace, 4001, 3)
    send(namespace, 4016, 2)
    found = [each for each in hooks.dump(tc.filters(**PLACE)) if each.data.selector is not None]
    assert [counted(each) for each in found] == [3]
    assert found[0].data.words() == ["ip protocol 17 0xff", "ip dport 4000 0xfff0"]
    hooks.do(tc.delete(found[0]))
    assert [*hooks.dump(tc.filters(**PLACE))] == []


def test_a_hash_table_leads_to_its_buckets(hooks: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    def add(**more: object) -> None:
        hooks.do(tc.add(tc.Filter(**PLACE, protocol="ip", priority=10, **more)))  # type: ignore[arg-type]

    add(handle="2:", data=tc.U32(divisor=256))
    drop = [tc.Mirred(redirect="x0")]
    for port in (53, 80):
        add(data=tc.U32(hash=f"2:{port:x}:", matches=[f"ip dport {port} 0xffff"], actions=drop))
    selector = tc.U32Selector(matches=["ip protocol 17 0xff"], hash_mask=0x000000FF, hash_offset=20)
    add(data=tc.U32(link="2:", selector=selector))
    send(namespace, 53, 2)
    send(namespace, 80, 1)
    send(namespace, 81, 1)
    by_handle = {str(each.handle): each for each in hooks.dump(tc.filters(**PLACE)) if each.data.actions}
    assert {handle: counted(each) for handle, each in by_handle.items()} == {"2:35:800": 2, "2:50:800": 1}


BPF = {"x86_64": 321, "aarch64": 280}
CLASSIFIER = 3  # BPF_PROG_TYPE_SCHED_CLS


def loaded(verdict: int, name: bytes) -> int:
    """The descriptor of a program that returns a number."""
    instructions = struct.pack("=BBhi", 0xB7, 0, 0, verdict) + struct.pack("=BBhi", 0x95, 0, 0, 0)
    code, licence = (ctypes.create_string_buffer(each) for each in (instructions, b"GPL"))
    attributes = struct.pack(
        "=IIQQIIQII16s", CLASSIFIER, 2, ctypes.addressof(code), ctypes.addressof(licence), 0, 0, 0, 0, 0, name
    )
    buffer = ctypes.create_string_buffer(attributes, 128)
    libc = ctypes.CDLL(None, use_errno=True)
    number = BPF.get(os.uname().machine)
    if number is None:
        pytest.skip("the number of bpf(2) is not known here")
    fd = libc.syscall(number, 5, ctypes.byref(buffer), len(attributes))
    if fd < 0:
        pytest.skip(f"no program can be loaded here: {os.strerror(ctypes.get_errno())}")
    return int(fd)


def test_a_program_that_is_loaded_runs(hooks: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    name = f"t{os.getpid()}".encode()
    fd = loaded(2, name)  # TC_ACT_SHOT
    try:
        with tc.program(name=name.decode()) as program:
            assert (program.name, len(program.tag)) == (name.decode(), 8)
            count = tc.Mirred(mirror="x0")
            hooks.do(
                tc.add(
                    tc.Filter(
                        **PLACE,
                        priority=5,
                        protocol="ip",
                        data=tc.U32(
                            matches=["ip protocol 17 0xff"], actions=[tc.Mirred(mirror="x0", control="continue")]
                        ),
                    )
                )
            )
            hooks.do(
                tc.add(
                    tc.Filter(**PLACE, priority=10, data=tc.Bpf(fd=program, program_flags="act_direct", name="shoot"))
                )
            )
            hooks.do(
                tc.add(
                    tc.Filter(
                        **PLACE,
                        priority=20,
                        protocol="ip",
                        data=tc.U32(matches=["ip protocol 17 0xff"], actions=[count]),
                    )
                )
            )
            with tc.program(id=program.id) as again:
                assert (again.id, again.tag) == (program.id, program.tag)
            closed = program
        send(namespace, 4000, 4)
        by_priority = {
            each.priority: each for each in hooks.dump(tc.filters(**PLACE)) if each.data.actions or each.kind == "bpf"
        }
        assert by_priority[10].data.id == closed.id
        assert by_priority[10].data.tag == closed.tag
        assert (counted(by_priority[5]), counted(by_priority[20])) == (4, 0)  # none was left for the last
        with pytest.raises(EncodeError, match=r"Filter\.data\.fd: the program is closed"):
            tc.add(tc.Filter(index=1, parent="ingress", data=tc.Bpf(fd=closed)))
    finally:
        os.close(fd)


def test_an_instruction_of_classic_bpf_counts(hooks: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    data = tc.Bpf(instructions=[{"code": 6, "k": 0xFFFFFFFF}], actions=[tc.Mirred(redirect="x0")])
    hooks.do(tc.add(tc.Filter(**PLACE, protocol="ip", data=data)))
    send(namespace, 4000, 2)
    (found,) = hooks.dump(tc.filters(**PLACE))
    assert counted(found) == 2
    assert found.data.instructions == data.instructions


def test_a_block_is_shared(hooks: netlynx.Connection, ip: Ip) -> None:
    hooks.do(tc.delete(tc.Qdisc(index="v0", parent="clsact")))
    for name in ("v0", "v1"):
        hooks.do(tc.add(tc.Qdisc(index=name, parent="clsact", ingress_block=7, kind="clsact")))
    data = tc.U32(matches=["ip dport 80 0xffff"], actions=[tc.Mirred(redirect="x0")])
    hooks.do(tc.add(tc.Filter(block=7, protocol="ip", priority=10, data=data)))
    found = [
        [*hooks.dump(tc.filters(**where))]
        for where in ({"block": 7}, {"block": "b7"}, {"index": "v1", "parent": "ingress"})
    ]
    assert found[0] == found[1] == found[2]
    assert {(each.block, str(each.parent), each.to_dict()["parent"]) for each in found[0]} == {(7, "b7", "b7")}
    assert len(ip.json("-s -d filter show block 7", tool="tc")) == 3
    hooks.do(tc.delete(tc.Filter(parent="b7", priority=10)))
    assert [*hooks.dump(tc.filters(block=7))] == []


def test_chains_come_and_go(hooks: netlynx.Connection) -> None:
    hooks.do(tc.add(tc.Chain(**PLACE, chain=5)))
    assert [each.chain for each in hooks.dump(tc.chains(**PLACE))] == [5]
    assert hooks.do(tc.chain("v0", parent="ingress", chain=5)).chain == 5
    with pytest.raises(netlynx.AlreadyExists):
        hooks.do(tc.add(tc.Chain(**PLACE, chain=5)))
    data = tc.U32(matches=["u8 0 0"], classid="1:1")
    hooks.do(tc.add(tc.Filter(**PLACE, protocol="ip", priority=1, data=data)))
    hooks.do(
        tc.add(tc.Filter(**PLACE, protocol="ip", priority=1, chain=5, data=tc.U32(matches=["u8 0 0"], classid="1:1")))
    )
    assert {each.chain for each in hooks.dump(tc.filters(**PLACE))} == {0, 5}
    assert {each.chain for each in hooks.dump(tc.filters(**PLACE, chain=5))} == {5}
    with pytest.raises(NetlinkError, match="Cannot find specified filter chain"):
        hooks.do(tc.chain("v0", parent="ingress", chain=6))
    hooks.do(tc.delete(tc.Chain(**PLACE, chain=5)))
    assert {each.chain for each in hooks.dump(tc.filters(**PLACE))} == {0}


def test_a_deletion_takes_what_its_record_says(hooks: netlynx.Connection) -> None:
    for priority in (10, 20):
        for mark in (1, 2):
            data = tc.U32(matches=[f"u32 {mark} 0xff at 0"], classid="1:1")
            hooks.do(tc.add(tc.Filter(**PLACE, protocol="ip", priority=priority, data=data)))

    def left() -> list[tuple[int, str]]:
        rows = hooks.dump(tc.filters(**PLACE))
        return [(each.priority, str(each.handle)) for each in rows if each.data.selector is not None]

    assert left() == [(10, "800::800"), (10, "800::801"), (20, "801::800"), (20, "801::801")]
    read = hooks.do(tc.filter_("v0", parent="ingress", priority=10, handle="800::801"))
    hooks.do(tc.delete(read))
    assert left() == [(10, "800::800"), (20, "801::800"), (20, "801::801")]
    with pytest.raises(netlynx.NotFound):
        hooks.do(tc.delete(read))
    hooks.do(tc.delete(tc.Filter(**PLACE, priority=20)))  # all of its priority
    assert left() == [(10, "800::800")]
    for record, field in (
        (tc.Filter(**PLACE), "priority"),
        (tc.Filter(**PLACE, priority=10, data=tc.U32(classid="1:1")), "data"),
    ):
        with pytest.raises(EncodeError) as caught:
            hooks.do(tc.delete(record))
        assert caught.value.path == f"Filter.{field}"
    hooks.do(tc.add(replace_fields(read, handle=0)))  # what was read makes another one
    assert left() == [(10, "800::800"), (10, "800::801")]


def test_what_changes_is_heard(hooks: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    with netlynx.connect(netns=namespace) as other, other.subscribe(tc.FILTERS, tc.CHAINS) as events:
        hooks.do(tc.add(tc.Filter(**PLACE, protocol="ip", priority=10, data=tc.U32(matches=["u8 0 0"], classid="1:1"))))
        hooks.do(tc.add(tc.Chain(**PLACE, chain=3)))
        hooks.do(tc.delete(tc.Filter(**PLACE, priority=10)))
        heard = []
        for event in events:
            heard.append((type(event.record).__name__, event.kind.name, event.record.chain))
            if len(heard) == 5:
                break
    assert heard[0] == ("Chain", "NEW", 0)
    assert ("Filter", "NEW", 0) in heard
    assert ("Chain", "NEW", 3) in heard
    assert ("Filter", "DELETE", 0) in heard


def test_the_kernel_says_what_is_wrong(hooks: netlynx.Connection) -> None:
    for wrong, said in (
        (
            tc.Filter(index="v0", parent="5:", data=tc.U32(matches=["u8 0 0"], classid="1:1")),
            "Parent Qdisc doesn't exist",
        ),
        (
            tc.Filter(index="v1", parent="ingress", data=tc.U32(matches=["u8 0 0"], classid="1:1")),
            "Parent Qdisc doesn't exist",
        ),
        (tc.Filter(**PLACE, priority=1, handle="9:1:1", data=tc.U32(hash="9:", matches=["u8 0 0"])), ""),
    ):
        with pytest.raises(NetlinkError) as caught:
            hooks.do(tc.add(wrong))
        assert said in str(caught.value)

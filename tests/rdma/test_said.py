"""What a kernel said of soft-RoCE (Linux 6.12): read, and read again from what is written of it.

It was said to `rdma link add rxe0 type rxe netdev v0`, while ibv_srq_pingpong ran with two queue pairs; the bytes are
those of the messages without their headers. Source: drivers/infiniband/core/nldev.c.
"""

from __future__ import annotations

from typing import Any

import pytest

import netlynx
from netlynx import rdma
from netlynx.codec._codec import decode, encode
from netlynx.rdma import request as tables
from netlynx.rdma.listing import number
from netlynx.rdma.mapper import MappingRequest, PeerMapping
from netlynx.rdma.numbers import RDMA_NL, RDMA_NL_IWPM, RDMA_NL_LS_OP
from netlynx.rdma.numbers import RDMA_NLDEV_CMD as C
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NETLINK, NLM_F
from netlynx.wire.message import Message

SAID: dict[str, tuple[int, str, Any]] = {
    "a device": (
        C.GET,
        "080001000000000009000200727865300000000008000300010000000c000400763c2201c00100000c000600"
        "c66b46feff95389c0c000700c66b46feff95389c05000e000100000005005400000000000500650001000000"
        "09004300726f636500000000",
        rdma.Device(
            index=0,
            name="rxe0",
            ports=1,
            capabilities=0x1C001223C76,
            node_guid="9c38:95ff:fe46:6bc6",
            system_guid="9c38:95ff:fe46:6bc6",
            node_type="ca",
            protocol="roce",
            dim=False,
            named_by="user",
        ),
    ),
    "a port": (
        C.PORT_GET,
        "0800010000000000090002007278653000000000080003000100000005000c000400000005000d0005000000"
        "08003200030000000700330076300000",
        rdma.Link(index=0, name="rxe0", port=1, state="ACTIVE", physical_state="LINK_UP", netdev_index=3, netdev="v0"),
    ),
    "a list of shared receive queues": (
        C.RES_SRQ_GET,
        "0800010000000000090002007278653000000000400058003c00590008005a000000000005001a0000000000"
        "08003c0005000000180013801400148008005b001300000008005c001400000008001c00bf000000",
        tables.SharedReceiveQueues(
            index=0,
            name="rxe0",
            entries=[
                rdma.SharedReceiveQueue(
                    number=0, type="BASIC", pd=5, queue_pairs=[rdma.QpNumbers(first=19, last=20)], pid=191
                )
            ],
        ),
    ),
    "what holds for all": (
        C.SYS_GET,
        "05004200010000000500600000000000050067000100000005005d0001000000",
        rdma.System(netns="shared", privileged_qkey=False, monitor=True, copy_on_fork=True),
    ),
    "a file": (
        C.GET_CHARDEV,
        "080049000e0000000c004800c0e70000000000000c00470002000000000000000c0046007576657262733000",
        rdma.CharacterDevice(name="uverbs0", abi=2, number=59328, driver=14),
    ),
    "an event": (
        C.MONITOR,
        "08000100000000000900020072786530000000000800030001000000080032000300000007003300763000000500660002000000",
        rdma.Notification(event="netdev-attach", index=0, name="rxe0", port=1, netdev_index=3, netdev="v0"),
    ),
}


@pytest.mark.parametrize("what", SAID)
def test_what_a_kernel_said_is_read(what: str) -> None:
    command, digits, meant = SAID[what]
    payload = bytes.fromhex(digits)
    flags = NLM_F.MULTI if "list" in what else 0
    (found,) = netlynx.decode(NETLINK.RDMA, Message(number(command), flags, 1, 0, payload).pack(), answer=True)
    assert found.record == meant
    assert not found.error
    plan = plan_of(type(meant))
    assert decode(plan, encode(plan, decode(plan, payload))) == meant


ADDRESS = "192.0.2.1:4791"


@pytest.mark.parametrize(
    ("kind", "answer", "record"),
    [
        (
            number(RDMA_NL_LS_OP.RESOLVE, RDMA_NL.LS),
            True,
            rdma.PathRequest(device="mlx5_0", port=1, use="gmp", source="fe80::1", destination="fe80::2", pkey=0xFFFF),
        ),
        (
            number(RDMA_NL_LS_OP.RESOLVE, RDMA_NL.LS),
            False,
            rdma.PathAnswer(paths=[rdma.PathData(flags=2, path=tuple(range(16)))]),
        ),
        (number(RDMA_NL_LS_OP.IP_RESOLVE, RDMA_NL.LS), True, rdma.AddressRequest(interface=3, ip4="192.0.2.1")),
        (number(RDMA_NL_LS_OP.IP_RESOLVE, RDMA_NL.LS), False, rdma.AddressAnswer(gid="fe80::1")),
        (number(RDMA_NL_LS_OP.SET_TIMEOUT, RDMA_NL.LS), False, rdma.Timeout(timeout=2000)),
        (
            number(RDMA_NL_IWPM.REG_PID, RDMA_NL.IWCM),
            True,
            rdma.MapperRequest(sequence=1, netdev="eth0", device="siw0"),
        ),
        (number(RDMA_NL_IWPM.REG_PID, RDMA_NL.IWCM), False, rdma.MapperAnswer(sequence=1, library="x", version=4)),
        (
            number(RDMA_NL_IWPM.ADD_MAPPING, RDMA_NL.IWCM),
            True,
            MappingRequest(sequence=2, address=ADDRESS, flags="no-port-map"),
        ),
        (
            number(RDMA_NL_IWPM.REMOTE_INFO, RDMA_NL.IWCM),
            False,
            PeerMapping(sequence=3, local=ADDRESS, remote="[2001:db8::1]:7", mapped_local=ADDRESS, error=0),
        ),
        (number(RDMA_NL_IWPM.HELLO, RDMA_NL.IWCM), True, rdma.MapperHello(version=4)),
        (number(RDMA_NL_IWPM.HANDLE_ERR, RDMA_NL.IWCM), False, rdma.MapperError(sequence=4, code=2)),
    ],
)
def test_what_daemons_and_the_kernel_say_to_each_other_is_read(kind: int, answer: bool, record: Any) -> None:
    payload = encode(plan_of(type(record)), record)
    (found,) = netlynx.decode(NETLINK.RDMA, Message(kind, 0, 7, 0, payload).pack(), answer=answer)
    assert found.record == record


def test_what_answers_several_requests_is_read_by_what_it_says() -> None:
    counter = rdma.Counter(index=0, port=1, number=5, mode="manual", queue_pairs=[{"number": 17}])
    for command, record in (
        (C.STAT_GET, rdma.Statistics(index=0, port=1, values=[{"name": "x", "value": 1}])),
        (C.STAT_GET, counter),
        (C.STAT_GET, rdma.Counting(index=0, port=1, mode="auto", criteria="type")),
        (C.STAT_GET, rdma.RegionStatistics(index=0, number=3)),
        (C.STAT_GET, tables.Counters(index=0, entries=[counter])),
        (C.STAT_SET, rdma.Bound(index=0, port=1, counter=5, qp=17)),
        (C.GET, rdma.Link(index=0, port=1, state="DOWN")),  # of one port, the kernel says so
    ):
        payload = encode(plan_of(type(record)), record)
        (found,) = netlynx.decode(NETLINK.RDMA, Message(number(command), 0, 1, 0, payload).pack(), answer=True)
        assert found.record == record

"""The controller of the host's kernel, and the virtual one beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import netlynx
from netlynx import generic
from netlynx.kernel import VirtualKernel
from netlynx.wire.constants import NETLINK
from netlynx.wire.message import Attribute, Message, parse_attributes
from support import PATIENCE


@pytest.fixture(params=["real", "virtual"])
def kernel(request: pytest.FixtureRequest) -> Iterator[VirtualKernel | None]:
    if request.param == "real":
        yield None
    else:
        with VirtualKernel() as kernel:
            yield kernel


@pytest.fixture
def nl(kernel: VirtualKernel | None) -> Iterator[netlynx.Connection]:
    with netlynx.connect(kernel=kernel, timeout=PATIENCE) as connection:
        yield connection


def test_the_controller_tells_of_itself(nl: netlynx.Connection) -> None:
    info = nl.do(generic.family("nlctrl"))
    assert (info.id, info.version, info.header_size, info.max_attribute) == (16, 2, 0, 0)
    flags = generic.OperationFlags
    reads = flags.CMD_CAP_DO | flags.CMD_CAP_DUMP | flags.CMD_CAP_HASPOL
    assert {each.id: each.flags for each in info.operations} == {
        3: reads,
        10: flags.CMD_CAP_DUMP | flags.CMD_CAP_HASPOL,
    }
    assert [(each.id, each.name) for each in info.groups] == [(16, "notify")]
    assert nl.do(generic.family(id=16)) == info
    assert info in nl.dump(generic.families()).all()


def test_the_controllers_own_policy(nl: netlynx.Connection) -> None:
    policy = nl.do(generic.policy("nlctrl"))
    assert policy.operations[3] == generic.OperationPolicy(do=0, dump=0)
    assert policy.operations[10] == generic.OperationPolicy(dump=1)
    words = {number: str(each) for number, each in policy.of(10, "dump").items()}
    assert words == {1: "u16 from 0 to 65535", 2: "nul_string up to 15 bytes", 10: "u32 from 0 to 4294967295"}
    assert nl.do(generic.policy("nlctrl", 10)).of(10, "dump") == policy.of(10, "dump")


def test_what_there_is_not(nl: netlynx.Connection) -> None:
    for operation in (generic.family("no-such-family"), generic.family(id=1000), generic.policy("nlctrl", 99)):
        with pytest.raises(netlynx.NotFound):
            nl.do(operation)


NAME = Attribute(2, b"nlctrl\0").pack()
REQUESTS = {
    "by name": (3, NAME, 0),
    "by number": (3, Attribute(1, b"\x10\0").pack(), 0),
    "nothing asked": (3, b"", 0),
    "a short number": (3, Attribute(1, b"a").pack(), 0),
    "a long name": (3, Attribute(2, b"n" * 20 + b"\0").pack(), 0),
    "a name without its end": (3, Attribute(2, b"nlctrl").pack(), 0),
    "an unknown attribute, liberally": (3, NAME + Attribute(33, b"abcd").pack(), 0),
    "leftovers, liberally": (3, NAME + b"\1\0\0\0", 0),
    "no such command": (99, NAME, 0),
    "policies one by one": (10, NAME, 0),
    "policies": (10, NAME, 0x300),
    "policies of one operation": (10, NAME + Attribute(10, b"\3\0\0\0").pack(), 0x300),
    "policies of no operation": (10, NAME + Attribute(10, b"\x63\0\0\0").pack(), 0x300),
    "policies of no family": (10, Attribute(2, b"nope\0").pack(), 0x300),
    "policies of nothing": (10, b"", 0x300),
    "an attribute of no policy": (10, NAME + Attribute(3, b"abcd").pack(), 0x300),
    "an attribute beyond all": (10, NAME + Attribute(33, b"abcd").pack(), 0x300),
    "a strict dump": (3, Attribute(33, b"abcd").pack(), 0x300),
}


def answers(kernel: VirtualKernel | None, command: int, attributes: bytes, flags: int) -> list[tuple[int, int, bytes]]:
    with netlynx.NetlinkSocket(NETLINK.GENERIC, port=0, kernel=kernel) as sock:
        sock.settimeout(5)
        sock.ext_ack = sock.cap_ack = True
        sock.send(Message(16, 5 | flags, 7, 0, bytes((command, 1, 0, 0)) + attributes))
        found = []
        while not found or found[-1][0] not in (2, 3):
            message = sock.recv()
            payload = message.payload
            if message.type == 2:
                payload = payload[:4] + payload[20:]  # without the request's port
            found.append((message.type, message.flags, payload))
    return found


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_both_controllers_answer_with_the_same_bytes(request_: tuple[int, bytes, int]) -> None:
    with VirtualKernel() as virtual:
        assert answers(virtual, *request_) == answers(None, *request_)


def test_every_family_of_the_host_describes_its_policy() -> None:
    with netlynx.connect() as nl:
        for info in nl.dump(generic.families()).all():
            assert nl.do(generic.family(info.name)) == info
            flags = generic.OperationFlags.CMD_CAP_HASPOL
            checked = {each.id for each in info.operations if each.flags is not None and each.flags & flags}
            if checked:
                assert set(nl.do(generic.policy(info.name)).operations) == checked
            else:
                with pytest.raises(netlynx.NetlinkError, match="ENODATA"):
                    nl.do(generic.policy(info.name))


def test_messages_of_a_family_have_the_same_attributes_in_the_same_order() -> None:
    def order(kernel: VirtualKernel | None, name: bytes) -> list[int]:
        reply = answers(kernel, 3, Attribute(2, name + b"\0").pack(), 0)[0]
        return [attribute.type for attribute in parse_attributes(reply[2][4:])]

    from greeter import Greeted

    with VirtualKernel() as virtual:
        Greeted(virtual)
        assert order(virtual, b"greeter") == order(None, b"nlctrl")

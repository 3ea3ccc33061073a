"""A declared family, end to end: typed operations of a client and the service of a virtual kernel."""

from __future__ import annotations

import errno
from collections.abc import Iterator

import anyio
import pytest
from greeter import Greeted, Greeter, Mood, Place, Tone

import netlynx
from netlynx import generic
from netlynx.kernel import VirtualKernel
from netlynx.schema import Bitfield32
from netlynx.wire.constants import NETLINK
from netlynx.wire.message import Attribute, Message
from support import PATIENCE

Greeting = Greeter.Greeting


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as kernel:
        yield kernel


@pytest.fixture
def served(kernel: VirtualKernel) -> Greeted:
    return Greeted(kernel)


@pytest.fixture
def nl(kernel: VirtualKernel) -> Iterator[netlynx.Connection]:
    with netlynx.connect(kernel=kernel, timeout=PATIENCE) as connection:
        yield connection


def test_a_do_is_answered_with_a_record(served: Greeted, nl: netlynx.Connection) -> None:
    assert nl.do(Greeter.hello(text="you")) == Greeting(text="hello you", count=3)
    assert nl.do(Greeter.hello(Greeting(text="me"))).text == "hello me"


def test_a_do_without_a_record_is_acknowledged(served: Greeted, nl: netlynx.Connection) -> None:
    assert nl.do(Greeter.reset()) is None
    assert served.resets == 1


def test_dumps_come_in_parts_and_are_filtered_at_both_ends(served: Greeted, nl: netlynx.Connection) -> None:
    assert nl.dump(Greeter.all()).all() == served.rows
    assert [row.text for row in nl.dump(Greeter.listed(mood=Mood.BAD))] == [f"n{n}" for n in range(1, 1000, 2)]


def test_a_notification_is_told_by_its_name(served: Greeted, nl: netlynx.Connection) -> None:
    assert not served.service.has_listeners(Greeter.said)
    with nl.subscribe(Greeter.said) as events:
        assert served.service.has_listeners(Greeter.said)
        nl.do(Greeter.hello(text="you"))
        assert events.get(PATIENCE) == netlynx.Event("said", Greeting(text="heard"))


def test_the_async_shell_does_the_same(served: Greeted, kernel: VirtualKernel) -> None:
    async def main() -> None:
        async with netlynx.aconnect(kernel=kernel, timeout=PATIENCE) as nl:
            async with nl.subscribe(Greeter.said) as events:
                assert (await nl.do(Greeter.hello(text="you"))).text == "hello you"
                assert (await events.get(PATIENCE)).kind == "said"
            assert await nl.dump(Greeter.all()).all() == served.rows
            done = await nl.batch(Greeter.reset() for _ in range(300))
            assert len(done) == 300
            policy = await nl.do(generic.policy("greeter"))
            assert str(policy.of(1)[2]) == "u32 from 1 to 10"

    anyio.run(main)


def test_batches_find_out_families_on_their_way(served: Greeted, nl: netlynx.Connection) -> None:
    outcome = nl.batch([Greeter.reset(), generic.family("greeter"), Greeter.reset()])
    assert served.resets == 2
    assert outcome[1].name == "greeter"


def test_a_family_that_comes_back_under_another_number_is_found(kernel: VirtualKernel, nl: netlynx.Connection) -> None:
    first = Greeted(kernel)
    nl.do(Greeter.reset())
    with nl.subscribe(Greeter.said) as events:
        first.service.unregister()
        with pytest.raises(netlynx.NotSupported, match="no generic netlink family 'greeter'"):
            nl.do(Greeter.reset())
        second = Greeted(kernel)
        assert second.service.id != first.service.id
        nl.do(Greeter.reset())
        assert second.resets == 1
        assert events.drain() == []  # whoever reads joins the groups again
        second.service.said(Greeting(text="again"))
        assert events.get(PATIENCE) == netlynx.Event("said", Greeting(text="again"))


def test_a_dump_finds_a_family_again_too(kernel: VirtualKernel, nl: netlynx.Connection) -> None:
    first = Greeted(kernel)
    nl.dump(Greeter.all()).all()
    first.service.unregister()
    Greeted(kernel)
    assert len(list(nl.dump(Greeter.all()))) == 1000


def test_unknown_families_say_what_to_do(nl: netlynx.Connection) -> None:
    with pytest.raises(netlynx.NotSupported, match="netlynx families"):
        nl.do(Greeter.hello(text="x"))
    with pytest.raises(netlynx.NotSupported, match="greeter"):
        nl.subscribe(Greeter.said)


def test_families_are_announced(kernel: VirtualKernel, nl: netlynx.Connection) -> None:
    with nl.subscribe(generic.FAMILIES) as events:
        served = Greeted(kernel)
        served.service.unregister()
        told = [events.get(PATIENCE) for _ in range(4)]
    assert [event.kind for event in told] == ["new", "new-group", "delete-group", "delete"]
    assert all(event.record.name == "greeter" for event in told)
    assert told[1].record.groups[0].name == "news"


@pytest.mark.parametrize(
    ("values", "number", "words", "field", "policy"),
    [
        ({"count": 11}, errno.ERANGE, "integer out of range", "count", "u32 from 1 to 10"),
        ({"mood": 3}, errno.ERANGE, "integer out of range", "mood", "u8 from 1 to 2"),
        ({"offset": -6}, errno.ERANGE, "integer out of range", "offset", "s32 from -5 to 5"),
        ({"tone": Tone(2)}, errno.EINVAL, "reserved bit set", "tone", ""),
        ({"bits": Bitfield32(value=4, selector=4)}, errno.EINVAL, "Attribute failed", "bits", "bitfield32 with bits"),
        ({"key": b"12345"}, errno.ERANGE, "binary attribute size out of range", "key", "binary from 4 to 4 bytes"),
        ({"place": Place(size=0)}, errno.ERANGE, "integer out of range", "place.size", "u8 from 1 to 9"),
        ({"place": Place(inner=Place(size=10))}, errno.ERANGE, "out of range", "place.inner.size", "u8 from 1 to 9"),
        ({"places": (Place(), Place(size=10))}, errno.ERANGE, "integer out of range", "places", "u8 from 1 to 9"),
    ],
)
def test_values_out_of_policy_are_named(
    served: Greeted, nl: netlynx.Connection, values: dict, number: int, words: str, field: str, policy: str
) -> None:
    with pytest.raises(netlynx.NetlinkError) as refused:
        nl.do(Greeter.hello(**{"text": "x", **values}))
    error = refused.value
    assert error.errno == number
    assert words in error.message
    assert error.attribute.startswith(f"Greeting.{field}")
    assert policy in error.policy


def test_a_missing_attribute_is_named(served: Greeted, nl: netlynx.Connection) -> None:
    with pytest.raises(netlynx.NetlinkError) as refused:
        nl.do(Greeter.hello())
    assert (refused.value.errno, refused.value.missing, refused.value.message) == (errno.EINVAL, "Greeting.text", "")


def test_privileged_commands_need_the_capability(served: Greeted, kernel: VirtualKernel) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        nl.do(Greeter.reset())
    kernel.credentials = kernel.credentials.user()
    with netlynx.connect(kernel=kernel) as nl, pytest.raises(netlynx.PermissionDenied):
        nl.do(Greeter.reset())


U32 = bytes(4)


@pytest.mark.parametrize(
    ("payload", "flags", "number", "words"),
    [
        (b"\1\1\5\0", 0, errno.EINVAL, "genlmsghdr.reserved field is not 0"),
        (b"\1\1\0\0", 0x400, errno.EINVAL, "ambiguous or reserved bits set in nlmsg_flags"),
        (b"\x63\1\0\0", 0, errno.EOPNOTSUPP, ""),
        (b"\4\1\0\0", 0x300, errno.EOPNOTSUPP, ""),
        (b"\1\1", 0, errno.EINVAL, ""),
        (b"\1\1\0\0" + Attribute(99, U32).pack(), 0, errno.EINVAL, "Unknown attribute type"),
        (b"\1\1\0\0" + Attribute(8, U32).pack(), 0, errno.EINVAL, "Unsupported attribute"),
        (b"\1\1\0\0" + Attribute(2, b"ab").pack(), 0, errno.EINVAL, "invalid attribute length"),
        (b"\1\1\0\0" + Attribute(2, U32, nested=True).pack(), 0, errno.EINVAL, "NLA_F_NESTED not expected"),
        (b"\1\1\0\0" + Attribute(5, b"").pack(), 0, errno.EINVAL, "NLA_F_NESTED is missing"),
        (b"\1\1\0\0" + Attribute(1, b"x" * 41 + b"\0").pack(), 0, errno.EINVAL, "Attribute failed policy validation"),
        (b"\1\1\0\0" + Attribute(1, b"no end").pack(), 0, errno.EINVAL, "Attribute failed policy validation"),
        (b"\1\1\0\0" + b"\1\0\0\0", 0, errno.EINVAL, "bytes leftover after parsing attributes"),
        (b"\4\1\0\0" + Attribute(1, U32).pack(), 0, errno.EINVAL, "Attribute failed policy validation"),
        (b"\1\1\0\0" + Attribute(1, U32).pack(), 0x300, errno.EINVAL, "Attribute failed policy validation"),
    ],
)
def test_requests_are_checked_as_the_kernel_checks_them(
    served: Greeted, kernel: VirtualKernel, payload: bytes, flags: int, number: int, words: str
) -> None:
    with netlynx.NetlinkSocket(NETLINK.GENERIC, kernel=kernel) as sock:
        sock.settimeout(5)
        sock.ext_ack = True
        sock.send(Message(served.service.id, 1 | flags, 1, 0, payload))
        answer = sock.recv()
    assert answer.errno == number
    assert words.encode() in answer.payload


def test_a_type_that_no_family_has_is_enoent(served: Greeted, kernel: VirtualKernel) -> None:
    with netlynx.NetlinkSocket(NETLINK.GENERIC, kernel=kernel) as sock:
        sock.settimeout(5)
        sock.send(Message(1000, 1, 1, 0, b"\1\1\0\0"))
        assert sock.recv().errno == errno.ENOENT


def test_a_handler_that_returns_no_answer_is_told_what_one_is(kernel: VirtualKernel, nl: netlynx.Connection) -> None:
    answers = [1, 1.5, object]
    kernel.family(Greeter).hello(lambda request: answers[0])
    while answers:
        with pytest.raises(TypeError, match="a handler returns a record, a message, bytes, several of these or None"):
            nl.do(Greeter.hello(text="netlink"))
        del answers[0]


def test_declarations_that_cannot_be_are_refused() -> None:
    from netlynx.generic import Family, do
    from netlynx.schema import Record, attr, u32

    class Stranger(Record):
        number: int | None = attr(1, u32)

    with pytest.raises(TypeError, match="header=GenericHeader"):

        class Wrong(Family, name="wrong"):
            get = do(1, request=Stranger)

    with pytest.raises(TypeError, match="both do number 1"):

        class Twice(Family, name="twice"):
            a = do(1)
            b = do(1)

    with pytest.raises(ValueError, match="1 to 15 bytes"):

        class Long(Family, name="a-name-of-sixteen"):
            a = do(1)

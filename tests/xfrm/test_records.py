"""States and policies as records: what is taken, what is sent, and that no text of them has a key."""

from __future__ import annotations

import struct
from typing import Any

import msgspec
import pytest

import netlynx
from netlynx import xfrm
from netlynx.cli.message_text import lines_of
from netlynx.codec._codec import pack_requests
from netlynx.engine.decoding import json_of
from netlynx.errors import EncodeError, EncodeTypeError, NotFound, NotSupported
from netlynx.kernel import VirtualKernel
from netlynx.wire.constants import NETLINK
from netlynx.xfrm import AeadAlgorithm, Limits, Mark, Policy, ReplayWindow, Selector, State
from netlynx.xfrm.changing import state_changed
from netlynx.xfrm.constants import XFRM_MSG, XFRMNLGRP
from netlynx.xfrm.listing import WantedStates
from netlynx.xfrm.state import StateId
from support import PATIENCE

SECRET = bytes(range(0xA0, 0xB4))
AEAD = AeadAlgorithm(name="rfc4106(gcm(aes))", key=SECRET, length=128)


def state(**fields: Any) -> State:
    usual: dict[str, Any] = {"source": "192.0.2.1", "destination": "192.0.2.2", "spi": 9, "protocol": "esp"}
    return State(**{**usual, **fields})


def has_key(text: str) -> bool:
    squeezed = text.replace(" ", "").replace(":", "").lower()
    return SECRET[:3].hex() in squeezed or repr(SECRET)[2:-1] in text


def test_no_text_has_a_key() -> None:
    made = xfrm.add(state(aead=AEAD))
    data = pack_requests([made], 1, 0)[0]
    (read,) = netlynx.decode("xfrm", bytes(data))
    listing = xfrm.states()
    texts = [
        repr(AEAD),
        str(state(aead=AEAD)),
        repr(made),
        str(read),
        repr(read.record),
        "\n".join(lines_of(made)),
        repr(listing.where(aead=AEAD)),
        repr(listing.where(aead={"key": SECRET})),
        repr(list(AEAD.__rich_repr__())),
    ]
    for text in texts:
        assert not has_key(text)
        assert "hidden" in text
    assert read.record.aead.key == SECRET
    assert not has_key(msgspec.json.encode(json_of(read)).decode())


def test_no_error_and_no_note_has_a_key() -> None:
    kernel = VirtualKernel()
    kernel.serve(NETLINK.XFRM)
    with netlynx.connect(kernel=kernel) as nl, pytest.raises(netlynx.NetlinkError) as caught:
        nl.do(xfrm.add(state(aead=AEAD)))
    told = "\n".join((str(caught.value), *getattr(caught.value, "__notes__", ())))
    assert "XFRM_MSG_NEWSA" in told
    assert not has_key(told)


def test_a_header_that_begins_with_another_is_laid_out_behind_its_padding() -> None:
    assert len(xfrm.Expired().to_bytes()) == 232
    assert xfrm.Expired(hard=True).to_bytes()[224] == 1
    assert len(xfrm.ExpiredPolicy().to_bytes()) == 176


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"source": "10.1.2.3/8"}, {"source": "10.1.2.3", "source_length": 8, "family": xfrm.Selector().family + 2}),
        ({"destination": "2001:db8::1"}, {"destination": "2001:db8::1", "destination_length": 128}),
        ({"destination": "10.0.0.1", "destination_length": 24}, {"destination_length": 24}),
        ({"source_port": 53}, {"source_port_mask": 0xFFFF}),
        ({"source_port": 0x1200, "source_port_mask": 0xFF00}, {"source_port_mask": 0xFF00}),
    ],
)
def test_a_selector_reads_what_it_is_told(given: dict[str, Any], read: dict[str, Any]) -> None:
    made = Selector(**given)
    assert {name: getattr(made, name) for name in read} == read


def test_a_selector_refuses_what_says_two_things() -> None:
    with pytest.raises(EncodeError, match="source_length"):
        Selector(source="10.0.0.0/8", source_length=9)
    with pytest.raises(EncodeError, match="no prefix"):
        Selector(source="10.0.0.0/33")


def test_a_mark_is_written_in_three_ways() -> None:
    assert state(mark="0x10/0xff").mark == Mark(value=16, mask=255)
    assert state(mark=5).mark == Mark(value=5, mask=0xFFFFFFFF) == Mark(value=5)
    assert str(Mark(value=5)) == "0x5"
    with pytest.raises(EncodeError, match="no mark"):
        state(mark="red")


def test_a_window_has_room_for_its_bits() -> None:
    made = ReplayWindow(window=65)
    assert (made.words, made.bitmap) == (3, (0, 0, 0))
    assert ReplayWindow.from_bytes(made.to_bytes()) == made
    # Of a window of 40, packets 41 and 43 of those up to 43: bits 0 and 2.
    read = ReplayWindow(window=40, received_low=43, bitmap=(0b101, 0))
    assert read.seen == {41, 43}
    wrapped = ReplayWindow(window=32, received_low=1, received_high=1, bitmap=(1 << 0 | 1 << 31,))
    assert (wrapped.received, wrapped.seen) == (2**32 + 1, frozenset({2**32 + 1, 2**32}))
    assert xfrm.Replay(received=5, bitmap=0b101).seen == {5, 3}


def test_nothing_said_of_a_lifetime_is_no_limit() -> None:
    sent = xfrm.add(state(aead=AEAD)).request
    assert isinstance(sent, State)
    assert sent.limits == Limits()
    assert Limits().hard_bytes is xfrm.Unlimited.UNLIMITED
    assert b'"hard_bytes":"unlimited"' in netlynx.to_json(sent)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"destination": None}, "State.destination: say where"),
        ({"protocol": 0}, "State.protocol: say what it does"),
        ({"spi": 0}, "State.spi: 0 is none"),
        ({"protocol": "comp", "spi": 0x10000}, "State.spi: of IPComp"),
        ({"output_mark_mask": 1}, "State.output_mark_mask"),
        ({"replay_window": 33}, "State.replay_window: the kernel would make 32 of it"),
        ({"replay": {"sent": 1}, "window": {"window": 64}}, "State.replay"),
        ({"auth": {"name": "a"}, "auth_truncated": {"name": "b"}}, "State.auth:"),
        ({"last_used": 5}, "State.last_used: the kernel tells this"),
    ],
)
def test_what_the_kernel_would_not_look_at_is_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(EncodeError) as caught:
        xfrm.add(state(**fields))
    assert str(caught.value).startswith(words)


def test_verbs_are_for_what_they_are_for() -> None:
    with pytest.raises(EncodeError, match="change it, or delete it"):
        xfrm.replace(state())  # type: ignore[arg-type]
    with pytest.raises(EncodeError, match="replace it"):
        xfrm.change(Policy())  # type: ignore[arg-type]
    with pytest.raises(EncodeTypeError):
        xfrm.add(Selector())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="listing"):
        xfrm.flush(netlynx.route.links())  # type: ignore[type-var]
    with pytest.raises(EncodeError, match=r"State\.limits"):
        xfrm.allocate(State(source="192.0.2.1", destination="192.0.2.2", protocol="esp", limits=Limits(hard_seconds=1)))
    with pytest.raises(EncodeError, match=r"xfrm\.allocate\(last\)"):
        xfrm.allocate(State(source="192.0.2.1", destination="192.0.2.2", protocol="comp"), last=0x10000)


def test_what_of_a_state_changes_and_what_does_not() -> None:
    there = state(aead=AEAD, limits=Limits(), reqid=4)
    assert state_changed(state(), there) is None
    changed = state_changed(State(destination="192.0.2.2", spi=9, protocol="esp", if_id=3), there)
    assert changed is not None
    assert (changed.if_id, changed.aead, changed.reqid) == (3, AEAD, 4)
    for fields, name in (({"reqid": 5}, "reqid"), ({"encapsulation": {"source_port": 1}}, "encapsulation")):
        with pytest.raises(NotSupported, match=f"State.{name}"):
            state_changed(state(**fields), there)
    waiting = state(spi=9)
    completed = state_changed(state(aead=AEAD), waiting)
    assert completed is not None
    assert completed.aead == AEAD


# -- on a kernel of our own ----------------------------------------------------------------------------------------


@pytest.fixture
def kernel() -> VirtualKernel:
    """One with a state, which it tells and deletes."""
    made = VirtualKernel()
    states = {9: state(aead=AEAD, reqid=4)}
    service = made.serve(NETLINK.XFRM)

    @service.do(XFRM_MSG.GETSA, record=StateId, reply=XFRM_MSG.NEWSA, get=True)
    def get(request: Any) -> State:
        return states[request.record.spi]

    @service.do(XFRM_MSG.DELSA, record=StateId)
    def delete(request: Any) -> None:
        del states[request.record.spi]

    @service.dump(XFRM_MSG.GETSA, record=WantedStates, reply=XFRM_MSG.NEWSA)
    def listed(request: Any) -> Any:
        yield from states.values()

    return made


def test_a_deletion_takes_what_its_record_says_or_nothing(kernel: VirtualKernel) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        with pytest.raises(NotFound, match="reqid is not what the record says"):
            nl.do(xfrm.delete(state(reqid=5)))
        (there,) = nl.dump(xfrm.states(protocol="esp", destination="192.0.2.0/24"))
        assert there.aead == AEAD
        nl.do(xfrm.delete(state(reqid=4)))
        assert nl.dump(xfrm.states()).all() == []


def test_a_state_that_moved_is_told() -> None:
    """In the bytes of `struct xfrm_user_migrate_state`, which kernels of today's distributions do not tell yet."""
    kernel = VirtualKernel()
    side = kernel.protocol(NETLINK.XFRM, None, groups=9)
    old, new, source = (
        bytes(map(int, text.split("."))) + bytes(12) for text in ("192.0.2.1", "192.0.2.9", "192.0.2.7")
    )
    said = (old, bytes.fromhex("00000100"), struct.pack("=HBx", 2, 50), new, source, struct.pack("=II", 5, 0xFF))
    payload = b"".join((*said, bytes(56), struct.pack("=IIHH", 8, 0, 2, 0)))
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(xfrm.MIGRATIONS) as events:
        side.multicast(netlynx.Message(XFRM_MSG.MIGRATE_STATE, payload=payload), group=XFRMNLGRP.MIGRATE)
        event = events.get(timeout=PATIENCE)
    assert isinstance(event, netlynx.Event)
    assert event.kind == "migrate"
    found = event.record
    assert isinstance(found, xfrm.StateMigration)
    assert (found.destination, found.spi, found.protocol) == ("192.0.2.1", 0x100, xfrm.Protocol.ESP)
    assert (found.new_destination, found.new_source, found.new_reqid) == ("192.0.2.9", "192.0.2.7", 8)
    assert found.old_mark == xfrm.Mark(value=5, mask=0xFF)

"""A family with a header of its own and arrays: the generated module, and the virtual kernel, which must not differ."""

from __future__ import annotations

import errno
import importlib
import os
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import netlynx
from netlynx import Connection, NetlinkSocket, generic, netns
from netlynx.kernel import VirtualKernel
from netlynx.wire.constants import NETLINK
from netlynx.wire.message import Attribute, Message
from support import PATIENCE
from vm.conftest import loaded

ACK = 4
DUMP = 0x300
NOBODY = 65534
LOAD = {"depths": 1, "tags": 2, "piers": 3, "names": 4, "lights": 5, "crates": 6, "buoys": 8, "hosts": 9, "wide": 14}


@pytest.fixture(scope="module", params=["virtual", pytest.param("real", marks=pytest.mark.guest)])
def kernel(request: pytest.FixtureRequest) -> Iterator[VirtualKernel | None]:
    """A kernel that serves the family; None is the one that this runs on."""
    folder = Path(__file__).parent / "harbour"
    sys.path.insert(0, str(folder))
    try:
        if request.param == "real":
            with loaded("harbour"):
                yield None
        else:
            with VirtualKernel() as kernel:
                importlib.import_module("harbour_service").serve(kernel, importlib.import_module("harbour"))
                yield kernel
    finally:
        sys.path.remove(str(folder))


@pytest.fixture
def declaration(kernel: VirtualKernel | None) -> Any:
    return importlib.import_module("harbour")


@pytest.fixture
def harbour(declaration: Any) -> Any:
    return declaration.Harbour


@pytest.fixture
def nl(kernel: VirtualKernel | None) -> Iterator[Connection]:
    with netlynx.connect(kernel=kernel, timeout=PATIENCE) as nl:
        yield nl


def load(declaration: Any) -> Any:
    crate = declaration.Crate
    rope = crate(name="rope", weights=(1, 2, 3), marks=("frail", "", "dry"))
    return declaration.Harbour.Load(
        quay=7,
        cookie=2**63,
        depths=(1, 2, 3),
        tags=("a", "bcd", "a"),
        piers=(4, 5),
        names=("north", ""),
        lights={9: 6, 2: 1},
        crates=(rope, crate()),
        loose=(crate(), rope),
        buoys=(declaration.Buoy(number=65535, depth=2**32 - 1),),
        hosts=("192.0.2.1", "0.0.0.0"),
        nets=("2001:db8::1",),
        sums=(2**40, 3),
        owners={65: rope, 3: crate(name="tar")},
        counts=(10, 20, 30),
        wide=(1, 2**40),
        seals=(b"", b"1234"),
        first=rope,
    )


# ----------------------------------------------------------------------------------------- as declared


def test_the_kernel_knows_the_family_as_it_was_declared(nl: Connection, harbour: Any) -> None:
    family = nl.do(generic.family("harbour"))
    assert (family.version, family.header_size) == (1, 12)
    assert [group.name for group in family.groups] == ["tide"]


def test_every_array_goes_there_and_back(nl: Connection, harbour: Any, declaration: Any) -> None:
    sent = load(declaration)
    assert nl.do(harbour.echo(sent)) == sent
    empty = harbour.Load(quay=1, cookie=2)
    assert nl.do(harbour.echo(empty)) == empty


def test_the_kernels_side_reads_every_array(nl: Connection, harbour: Any, declaration: Any) -> None:
    total = nl.do(harbour.add(load(declaration)))
    rope = 1 + 2 + 3
    depths, piers, lights, buoys, sums = 6, 9, 9 + 6 + 2 + 1, 2**32 - 1, 2**40 + 3
    assert total == harbour.Total(
        quay=7,
        cookie=2**63,
        numbers=depths + piers + lights + buoys + sums + 68 + 60 + 1 + 2**40 + 4 * rope,
        texts=len("abcda") + len("north") + 4 * len("fraildry"),
    )


def test_the_kernels_side_puts_every_array(nl: Connection, harbour: Any, declaration: Any) -> None:
    with VirtualKernel() as virtual, netlynx.connect(kernel=virtual) as other:
        importlib.import_module("harbour_service").serve(virtual, declaration)
        wanted = other.do(harbour.example(quay=3, cookie=4))
    assert nl.do(harbour.example(quay=3, cookie=4)) == wanted
    assert wanted.lights == {7: 70, 3: 30}


def test_a_dump_has_a_header_for_each_row(nl: Connection, harbour: Any) -> None:
    rows = nl.dump(harbour.quays(cookie=5)).all()
    assert rows == [harbour.Load(quay=number, cookie=5, counts=(number, number + 1)) for number in range(300)]


def test_a_notification_has_one_too(nl: Connection, harbour: Any) -> None:
    with nl.subscribe(harbour.tide) as events:
        nl.do(harbour.ring(quay=8))
        assert events.get(PATIENCE).record == harbour.Load(quay=8, cookie=1, depths=(9, 8))


# ---------------------------------------------------------------------------------------------- bytes


def talk(kernel: VirtualKernel | None, family: int, payload: bytes, flags: int = ACK) -> list[tuple[int, bytes]]:
    """What a kernel says to a request: types without the family's number, and payloads without the port."""
    with NetlinkSocket(NETLINK.GENERIC, kernel=kernel) as sock:
        sock.settimeout(PATIENCE)
        sock.ext_ack = sock.cap_ack = True
        sock.send(Message(family, 1 | flags, 1, 0, payload))
        said = []
        while not said or said[-1][0] not in (2, 3):
            message = sock.recv()
            # An acknowledgement repeats the header of the request, with the port ID and the family's number.
            text = message.payload[:4] + message.payload[20:] if message.type == 2 else message.payload
            said.append((0 if message.type == family else message.type, text))
        return said


def header(command: int, quay: int = 1, cookie: int = 2) -> bytes:
    return struct.pack("=BBHHxxQ", command, 1, 0, quay, cookie)


def nested(number: int, *inside: Attribute) -> Attribute:
    return Attribute(number, b"".join(each.pack() for each in inside), nested=True)


REFUSED = {
    "half an element": (Attribute(LOAD["depths"], b"abc"), errno.EINVAL),
    "half a struct": (Attribute(LOAD["buoys"], bytes(12)), errno.EINVAL),
    "an element that is too long": (
        nested(LOAD["piers"], Attribute(1, bytes(4)), Attribute(2, bytes(8))),
        errno.EINVAL,
    ),
    "an element with a flag": (nested(LOAD["piers"], Attribute(1, bytes(4), nested=True)), errno.EINVAL),
    "a text without an end": (nested(LOAD["names"], Attribute(0, b"north")), errno.EINVAL),
    "a text that is too long": (nested(LOAD["names"], Attribute(0, b"northern\0")), errno.EINVAL),
    "a value of no size": (nested(LOAD["lights"], Attribute(9, b"")), errno.EINVAL),
    "an address that is too short": (nested(LOAD["hosts"], Attribute(1, b"123")), errno.ERANGE),
    "an integer of five bytes": (nested(LOAD["wide"], Attribute(1, b"12345")), errno.EINVAL),
    "bytes that are too many": (nested(15, Attribute(1, b"12345")), errno.ERANGE),
    "one of several that is too long": (Attribute(LOAD["tags"], b"x" * 16 + b"\0"), errno.EINVAL),
    "half an element inside of an element": (
        nested(LOAD["crates"], nested(1, Attribute(1, b"tar\0")), nested(2, Attribute(2, b"abc"))),
        errno.EINVAL,
    ),
    "half an element inside of a nest": (nested(16, Attribute(2, b"abc")), errno.EINVAL),
    "half an element inside of a keyed one": (nested(12, nested(7, Attribute(2, b"abc"))), errno.EINVAL),
    "an array that is no nest": (Attribute(LOAD["piers"], bytes(8)), errno.EINVAL),
    "an attribute that nobody declared": (Attribute(99, b""), errno.EINVAL),
}


@pytest.mark.parametrize("broken", REFUSED)
def test_what_is_broken_is_refused(kernel: VirtualKernel | None, nl: Connection, declaration: Any, broken: str) -> None:
    attribute, number = REFUSED[broken]
    family = nl.do(generic.family("harbour")).id
    payload = header(1) + Attribute(LOAD["tags"], b"well\0").pack() + attribute.pack()
    (refusal,) = talk(kernel, family, payload)
    assert struct.unpack_from("=i", refusal[1])[0] == -number
    assert same_as_virtual(declaration, payload) == [refusal]  # words, offset and policy


def same_as_virtual(declaration: Any, payload: bytes, flags: int = ACK) -> list[tuple[int, bytes]]:
    with VirtualKernel() as virtual:
        importlib.import_module("harbour_service").serve(virtual, declaration)
        with netlynx.connect(kernel=virtual) as nl:
            return talk(virtual, nl.do(generic.family("harbour")).id, payload, flags)


@pytest.mark.parametrize("command", [1, 2, 4, 5])
def test_answers_are_the_same_to_the_byte(
    kernel: VirtualKernel | None, nl: Connection, harbour: Any, declaration: Any, command: int
) -> None:
    payload = header(command)
    if command in (1, 4):
        payload = header(command) + harbour.echo(load(declaration)).payload[16:]
    said = talk(kernel, nl.do(generic.family("harbour")).id, payload)
    assert said == same_as_virtual(declaration, payload)
    if command == 1:
        assert said[0] == (0, payload)


def test_dumps_are_the_same_to_the_byte(kernel: VirtualKernel | None, nl: Connection, declaration: Any) -> None:
    said = talk(kernel, nl.do(generic.family("harbour")).id, header(3), DUMP)
    assert said == same_as_virtual(declaration, header(3), DUMP)
    assert len(said) == 301


@pytest.mark.parametrize("size", [4, 8, 15])
def test_less_than_the_header_is_refused(
    kernel: VirtualKernel | None, nl: Connection, declaration: Any, size: int
) -> None:
    family = nl.do(generic.family("harbour")).id
    said = talk(kernel, family, header(1)[:size])
    assert struct.unpack_from("=i", said[0][1])[0] == -errno.EINVAL
    assert said == same_as_virtual(declaration, header(1)[:size])


@pytest.mark.parametrize(("command", "flags"), [(2, ACK), (3, DUMP), (5, ACK)])
def test_an_attribute_where_none_is_taken(
    kernel: VirtualKernel | None, nl: Connection, declaration: Any, command: int, flags: int
) -> None:
    payload = header(command) + Attribute(1, bytes(4)).pack()
    said = talk(kernel, nl.do(generic.family("harbour")).id, payload, flags)
    assert struct.unpack_from("=i", said[0][1])[0] == -errno.EINVAL
    assert said == same_as_virtual(declaration, payload, flags)


# -------------------------------------------------------------------------------------- where, and who


@pytest.mark.guest
@pytest.mark.parametrize("kernel", ["real"], indirect=True)
def test_it_is_in_the_initial_namespace_alone(nl: Connection, harbour: Any) -> None:
    family = nl.do(generic.family("harbour"))
    with netns.anonymous() as other, netlynx.connect(netns=other, timeout=PATIENCE) as elsewhere:
        assert "harbour" not in [each.name for each in elsewhere.dump(generic.families())]
        for wanted in (generic.family("harbour"), generic.family(id=family.id)):
            with pytest.raises(netlynx.NotFound):
                elsewhere.do(wanted)
        with pytest.raises(netlynx.NotSupported):
            elsewhere.do(harbour.ring())
        with NetlinkSocket(NETLINK.GENERIC, netns=other) as sock:
            sock.settimeout(PATIENCE)
            sock.send(Message(family.id, 1, 1, 0, header(5)))
            assert sock.recv().errno == errno.ENOENT
        assert (
            elsewhere.do(generic.policy("harbour")).operations.keys()
            == nl.do(generic.policy("harbour")).operations.keys()
        )


@pytest.mark.guest
@pytest.mark.parametrize("kernel", ["real"], indirect=True)
def test_its_group_takes_a_capability_to_join(nl: Connection, harbour: Any) -> None:
    os.seteuid(NOBODY)
    try:
        with netlynx.connect(timeout=PATIENCE) as other, pytest.raises(netlynx.PermissionDenied):
            other.subscribe(harbour.tide)
    finally:
        os.seteuid(0)
    with nl.subscribe(harbour.tide) as events:
        nl.do(harbour.ring(quay=2))
        assert events.get(PATIENCE).record.quay == 2

"""WireGuard: on a stand-in that splits what it says as the kernel does, and beside `wg` where the kernel has it."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import netlynx
from conftest import Ip
from netlynx import EncodeError, route, wireguard
from netlynx.kernel import Request, VirtualKernel
from netlynx.route import AddressFamily
from netlynx.schema import replace_fields
from netlynx.schema.endpoint import endpoint_bytes, endpoint_text
from netlynx.schema.record import READ as MARK
from netlynx.wireguard import AllowedIp, Device, DeviceFlags, Peer, PeerFlags, WireGuard, allowed
from netlynx.wireguard.curve import public_bytes
from netlynx.wireguard.texts import key_bytes, key_text
from support import PATIENCE

KEYS = [key_text(bytes([number]) * 32) for number in range(1, 250)]

# `wg genkey`, `wg pubkey`
PRIVATE = "kN6wOdlFMAE2nE6MkqJaRFxSK9ckaSBNBdQUEDZkXUo="


class StandIn:
    """What the kernel does with devices, as far as messages show it: each says three peers and their networks."""

    def __init__(self, kernel: VirtualKernel) -> None:
        self.asked: list[Device] = []
        self.devices: dict[str, dict[str, Peer]] = {}
        service = kernel.family(WireGuard)
        service.handles(WireGuard.set)(self.set)
        service.handles(WireGuard.get)(self.get)

    def set(self, request: Request) -> None:
        said: Device = request.record
        self.asked.append(said)
        peers = self.devices.setdefault(said.name or "", {})
        if said.flags and said.flags & DeviceFlags.REPLACE_PEERS:
            peers.clear()
        for peer in said.peers:
            assert peer.public_key is not None
            flags = peer.flags or PeerFlags(0)
            there = peers.get(peer.public_key)
            if flags & PeerFlags.REMOVE_ME:
                peers.pop(peer.public_key, None)
            elif there is not None or not flags & PeerFlags.UPDATE_ONLY:
                kept = () if there is None or flags & PeerFlags.REPLACE_ALLOWEDIPS else there.allowed_ips
                peers[peer.public_key] = Peer(
                    public_key=peer.public_key, endpoint=peer.endpoint, allowed_ips=kept + peer.allowed_ips
                )

    def get(self, request: Request) -> Iterator[Device]:
        name = request.record.name
        pieces = []
        for peer in self.devices[name].values():
            for first in range(0, max(1, len(peer.allowed_ips)), 5):
                part = peer.allowed_ips[first : first + 5]
                pieces.append(Peer(public_key=peer.public_key, endpoint=peer.endpoint, allowed_ips=part))
        yield Device(name=name, listen_port=51820, peers=tuple(pieces[:3]))
        for first in range(3, len(pieces), 3):
            yield Device(name=name, peers=tuple(pieces[first : first + 3]))


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as made:
        yield made


@pytest.fixture
def stand_in(kernel: VirtualKernel) -> StandIn:
    return StandIn(kernel)


def networks(count: int) -> tuple[AllowedIp, ...]:
    return allowed(*(f"10.{number >> 8}.{number & 255}.0/24" for number in range(count)))


def test_what_is_said_in_parts_is_put_together(kernel: VirtualKernel, stand_in: StandIn) -> None:
    peers = tuple(Peer(public_key=key, allowed_ips=networks(number)) for number, key in enumerate(KEYS[:12]))
    with netlynx.connect(kernel=kernel) as nl:
        assert nl.do(wireguard.configure(Device(name="wg0", peers=peers))).messages == 1
        found = nl.do(wireguard.device("wg0"))
    assert (found.name, found.listen_port, found.peers) == ("wg0", 51820, peers)


def test_many_peers_go_out_in_many_messages(kernel: VirtualKernel, stand_in: StandIn) -> None:
    peers = tuple(Peer(public_key=key, allowed_ips=networks(40)) for key in KEYS)
    wanted = Device(name="wg0", private_key=PRIVATE, flags=DeviceFlags.REPLACE_PEERS, peers=peers)
    with netlynx.connect(kernel=kernel) as nl:
        nl.do(wireguard.configure(Device(name="wg0", peers=(Peer(public_key=PRIVATE),))))
        done = nl.do(wireguard.configure(wanted))
        assert nl.do(wireguard.device("wg0")).peers == peers
    said = stand_in.asked[1:]
    assert done.messages == len(said) > 10
    assert [device.flags for device in said] == [DeviceFlags.REPLACE_PEERS] + [None] * (len(said) - 1)
    assert [device.private_key for device in said] == [PRIVATE] + [None] * (len(said) - 1)


def test_a_peer_with_very_many_networks_goes_out_in_pieces(kernel: VirtualKernel, stand_in: StandIn) -> None:
    peer = Peer(public_key=KEYS[0], flags=PeerFlags.REPLACE_ALLOWEDIPS, allowed_ips=networks(3000))
    with netlynx.connect(kernel=kernel) as nl:
        nl.do(wireguard.configure(Device(name="wg0", peers=(Peer(public_key=KEYS[0], allowed_ips=networks(3)),))))
        nl.do(wireguard.configure(Device(name="wg0", peers=(peer,))))
        (found,) = nl.do(wireguard.device("wg0")).peers
    assert found.allowed_ips == networks(3000)


@pytest.mark.anyio
async def test_a_device_is_set_and_read_in_an_event_loop(kernel: VirtualKernel, stand_in: StandIn) -> None:
    peers = tuple(Peer(public_key=key, allowed_ips=networks(40)) for key in KEYS)
    async with netlynx.aconnect(kernel=kernel, timeout=PATIENCE) as nl:
        done = await nl.do(wireguard.configure(Device(name="wg0", private_key=PRIVATE, peers=peers)))
        assert done.messages == len(stand_in.asked) > 10
        assert (await nl.do(wireguard.device("wg0"))).peers == peers
        parts = [part async for part in nl.dump(WireGuard.get(name="wg0"))]
    assert len(parts) > 10
    assert {part.name for part in parts} == {"wg0"}


@pytest.mark.parametrize(
    "text", ["192.0.2.1:51820", "[2001:db8::1]:1", "[fe80::1%3]:65535", "0.0.0.0:0", "[::ffff:192.0.2.1]:7"]
)
def test_endpoints_are_text_there_and_back(text: str) -> None:
    assert endpoint_text(endpoint_bytes(text)).replace("::ffff:c000:201", "::ffff:192.0.2.1") == text


def test_an_endpoint_on_an_interface_goes_by_its_name_too() -> None:
    assert endpoint_text(endpoint_bytes("[fe80::1%lo]:1")) == f"[fe80::1%{socket.if_nametoindex('lo')}]:1"


def test_what_is_no_endpoint_is_told_what_one_is() -> None:
    for text in (
        "example.org:51820",
        "192.0.2.1",
        "192.0.2.1:65536",
        "fe80::1:51820",
        "[fe80::1:51820",
        "[192.0.2.1]:1",
        "",
    ):
        with pytest.raises(ValueError, match="names are not looked up") as raised:
            endpoint_bytes(text)
        assert "octets" not in str(raised.value), text


@given(st.binary(min_size=32, max_size=32))
def test_keys_are_text_there_and_back(data: bytes) -> None:
    assert key_bytes(key_text(data)) == key_bytes(data) == data


@given(st.binary(max_size=40))
def test_any_bytes_are_an_endpoint_or_stay_raw(data: bytes) -> None:
    text = endpoint_text(data)
    assert text is NotImplemented or endpoint_bytes(text)[:8] == data[:8]


def with_network(**fields: Any) -> object:
    network = AllowedIp(**{"address": "10.0.0.0", "prefixlen": 8, **fields})
    return wireguard.configure(Device(name="w", peers=(Peer(public_key=PRIVATE, allowed_ips=(network,)),)))


@pytest.mark.parametrize("family", [None, 2, "inet", "INET", AddressFamily.INET])
def test_the_family_of_a_network_follows_from_its_address(
    kernel: VirtualKernel, stand_in: StandIn, family: Any
) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        nl.do(with_network(family=family))  # type: ignore[call-overload]
    assert stand_in.asked[0].peers[0].allowed_ips == allowed("10.0.0.0/8")


# `wg genkey` and `wg pubkey`, twice
ALICE, ALICE_PUBLIC = (
    key_bytes("gJFr3FUIUydpXTYU9THdoZohzio2Qk8DN4k37wCvlV0="),
    key_bytes("TV1iFDc0Tx654JTvYhakd1fbL376ac4FKyWu7vpMayw="),
)
BOB, BOB_PUBLIC = (
    key_bytes("4IwweXD5R4NODeipD6q9xm/CWteNkw3WcPav0RGJwUg="),
    key_bytes("OZzZX8j99hoVyEZyBHT5+PW9C0IgEaUtrzHKWIRkPx4="),
)


def test_keys_are_known_to_be_a_pair() -> None:
    assert public_bytes(ALICE) == ALICE_PUBLIC
    assert public_bytes(BOB) == BOB_PUBLIC
    once = "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"  # RFC 7748, section 5.2
    assert public_bytes(bytes([9]) + bytes(31)).hex() == once


READ = Device(name="wg0", index=7, public_key=key_text(ALICE_PUBLIC), private_key=key_text(ALICE), listen_port=1)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({}, None, ""),
        ({"private_key": key_text(BOB)}, None, ""),
        ({"private_key": key_text(BOB), "public_key": key_text(BOB_PUBLIC)}, None, ""),
        ({"private_key": None}, None, ""),
        ({"index": None}, None, ""),
        ({"public_key": key_text(BOB_PUBLIC)}, EncodeError, "Device.public_key: follows from the private key"),
        ({"private_key": None, "public_key": key_text(BOB_PUBLIC)}, EncodeError, "Device.public_key"),
        ({"name": "wg1"}, netlynx.NotFound, "is called wg0 by now"),
    ],
)
def test_what_was_read_of_a_device_can_be_sent_back(
    kernel: VirtualKernel, changes: dict[str, Any], error: Any, words: str
) -> None:
    asked = []
    service = kernel.family(WireGuard)
    service.handles(WireGuard.get)(lambda request: iter([READ]))
    service.handles(WireGuard.set)(lambda request: asked.append(request.record))
    told = {"last_handshake": wireguard.Handshake(), "rx_bytes": 1, "tx_bytes": 2}
    peer = Peer(public_key=KEYS[0], keepalive=3, unknown=MARK, **told)
    wanted = replace_fields(READ, peers=(peer,), **changes)
    with netlynx.connect(kernel=kernel, timeout=PATIENCE) as nl:
        if error is None:
            nl.do(wireguard.configure(wanted))
            bare = replace_fields(peer, **dict.fromkeys(told))
            name = None if wanted.index else "wg0"
            assert asked == [replace_fields(wanted, name=name, public_key=None, peers=(bare,))]
        else:
            with pytest.raises(error, match=words):
                nl.do(wireguard.configure(wanted))
            assert asked == []


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: wireguard.configure(Device(listen_port=1)), "Device: give the device's name or its index"),
        (lambda: wireguard.configure(Device(name="w", peers=(Peer(),))), r"Device.peers\[0\].public_key: a peer is"),
        (lambda: wireguard.configure(Device(name="w", private_key="abc")), "Device.private_key: .*a key is 32 bytes"),
        (
            lambda: wireguard.configure(Device(name="w", peers=(Peer(public_key=PRIVATE, endpoint="host:1"),))),
            r"Device.peers\[0\].endpoint",
        ),
        (
            lambda: wireguard.configure(Device(name="w", peers=(Peer(public_key=PRIVATE, rx_bytes=0),))),
            r"Device.peers\[0\].rx_bytes: the kernel alone says it",
        ),
        (
            lambda: with_network(prefixlen=33),
            r"peers\[0\].allowed_ips\[0\].prefixlen: 33 is no prefix of an address of 32 bits",
        ),
        (lambda: with_network(prefixlen=None), r"allowed_ips\[0\].prefixlen: a network is an address and"),
        (lambda: with_network(family="inet6"), r"allowed_ips\[0\].family: 10.0.0.0 is of inet"),
        (lambda: wireguard.device(), "give the device's name or its index"),
        (lambda: wireguard.device("w", index=1), "give the device's name or its index"),
    ],
)
def test_what_cannot_be_sent_says_why(made: object, words: str) -> None:
    assert callable(made)
    with pytest.raises(EncodeError, match=words):
        made()


def test_keys_are_not_told_in_errors(kernel: VirtualKernel) -> None:
    service = kernel.family(WireGuard)

    @service.handles(WireGuard.set)
    def refuse(request: Request) -> None:
        raise netlynx.NotFound(2)

    peer = Peer(public_key=KEYS[0], preshared_key=KEYS[1])
    wanted = wireguard.configure(Device(name="wg0", private_key=PRIVATE, listen_port=7, peers=(peer,)))
    with netlynx.connect(kernel=kernel) as nl, pytest.raises(netlynx.NotFound) as refused:
        nl.do(wanted)
    assert "listen_port=7, name=wg0, private_key=(hidden), peers=(public_key=" in str(refused.value)
    assert KEYS[1] not in str(refused.value)


def test_what_a_kernel_lacks_is_said(kernel: VirtualKernel) -> None:
    with (
        netlynx.connect(kernel=kernel) as nl,
        pytest.raises(netlynx.NotSupported, match="no generic netlink family 'wireguard'"),
    ):
        nl.do(wireguard.device("wg0"))


@pytest.fixture
def wg(nl: netlynx.Connection) -> netlynx.Connection:
    """A connection to a namespace with a device wg0."""
    try:
        nl.do(route.add(route.Link(name="wg0", kind="wireguard")))
    except netlynx.NotSupported as error:
        pytest.skip(str(error))
    return nl


@pytest.mark.every_kernel
def test_a_real_device_is_set_and_read_back(wg: netlynx.Connection, ip: Ip) -> None:
    peers = tuple(
        Peer(public_key=key, endpoint="192.0.2.1:7", keepalive=25, allowed_ips=networks(40) if number == 5 else ())
        for number, key in enumerate(KEYS)
    )
    wg.do(wireguard.configure(Device(name="wg0", private_key=PRIVATE, listen_port=51820, fwmark=7, peers=peers)))
    found = wg.do(wireguard.device("wg0"))
    assert (found.private_key, found.listen_port, found.fwmark) == (PRIVATE, 51820, 7)
    assert sorted(str(peer.public_key) for peer in found.peers) == sorted(KEYS)
    many = next(peer for peer in found.peers if peer.public_key == KEYS[5])
    assert sorted(each.network for each in many.allowed_ips) == sorted(each.network for each in networks(40))
    assert (many.endpoint, many.keepalive) == ("192.0.2.1:7", 25)
    assert wg.do(wireguard.devices()) == [found]
    if shutil.which("wg"):
        shown = ip("show wg0 dump", tool="wg").splitlines()
        assert shown[0].split("\t") == [PRIVATE, found.public_key, "51820", "0x7"]
        assert {line.split("\t")[0] for line in shown[1:]} == set(KEYS)
    wg.do(wireguard.configure(found))
    assert wg.do(wireguard.device("wg0")) == found
    wg.do(wireguard.configure(Device(name="wg0", peers=(Peer(public_key=KEYS[0], flags=PeerFlags.REMOVE_ME),))))
    assert len(wg.do(wireguard.device("wg0")).peers) == len(KEYS) - 1

"""MACsec: bytes of a kernel that was run, what each verb sends, and what is refused."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import netlynx
from netlynx import EncodeError, macsec
from netlynx.kernel import Request, VirtualKernel
from netlynx.macsec import (
    Device,
    MacSec,
    MacsecSci,
    Offload,
    ReceiveChannel,
    ReceiveSa,
    TransmitSa,
)
from support import PATIENCE

KEY = bytes(range(16))
SCI = "0200000000090001"
OWN = TransmitSa(index=5, an=0, pn=1, key=KEY, key_id=b"\1")
HEARD = ReceiveSa(index=5, sci=SCI, an=2, pn=1, key=KEY, key_id=b"\2")
EXTENDED = {"ssci": 7, "salt": bytes(12)}


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as made:
        yield made


def test_a_channel_is_an_address_and_a_port() -> None:
    for text in (SCI, f"0x{SCI}", "200000000090001", "02:00:00:00:00:09/1"):
        assert MacsecSci.of(text) == 0x0200000000090001
    channel = MacsecSci.of(SCI)
    assert (str(channel), channel.address, channel.port) == (SCI, "02:00:00:00:00:09", 1)
    for wrong in ("02:00:00:00:00:09", "02:00:00:00:00:09/65536", "eth0", "", "12345678123456781"):
        with pytest.raises(EncodeError, match="is no secure channel such as 0200000000090001"):
            MacsecSci.of(wrong)


def sent(operation: Any) -> Any:
    """The attributes of a request, without its header."""
    return operation.payload[4:].hex()


def test_what_is_sent() -> None:
    which = "08000100 05000000"
    assert sent(macsec.add(ReceiveChannel(index=5, sci=SCI))) == (
        f"{which} 10000280 0c000100 0200000000090001"
    ).replace(" ", "")
    assert sent(macsec.delete(TransmitSa(index=5, an=3))) == f"{which} 0c000380 05000100 03000000".replace(" ", "")
    number = "08000300 01000000"
    extended = "0c000300 0100000000000000"
    assert number.replace(" ", "") in sent(macsec.add(OWN))
    assert extended.replace(" ", "") in sent(macsec.add(OWN.replace(**EXTENDED)))
    assert sent(macsec.set_offload(Offload(index=5, offload="phy"))).endswith("0c000980" + "05000100" + "01000000")


@pytest.mark.parametrize("suite", ["GCM-AES-128", "GCM-AES-XPN-256"])
def test_a_packet_number_is_as_long_as_the_cipher_suite_has_them(kernel: VirtualKernel, suite: str) -> None:
    asked: list[bytes] = []
    service = kernel.family(MacSec)

    @service.handles(MacSec.list)
    def devices(request: Request) -> Iterator[Device]:
        yield Device(index=4, cipher_suite="GCM-AES-256")
        yield Device(index=5, cipher_suite=suite)

    @service.handles(MacSec.change_receive_sa)
    def change(request: Request) -> None:
        asked.append(request.message.payload)

    with netlynx.connect(kernel=kernel, timeout=PATIENCE) as nl:
        nl.do(macsec.change(ReceiveSa(index=5, sci=SCI, an=0, pn=9, active=False)))
        nl.do(macsec.change(ReceiveSa(index=5, sci=SCI, an=0, active=True)))
        assert nl.do(macsec.device(5)).cipher_suite.label == suite  # type: ignore[union-attr]
        with pytest.raises(netlynx.NotFound, match="interface 6 is no MACsec device"):
            nl.do(macsec.device(6))
        with pytest.raises(netlynx.NotFound, match="interface 6 is no MACsec device"):
            nl.do(macsec.change(TransmitSa(index=6, an=0, pn=9)))
        if "XPN" not in suite:
            with pytest.raises(EncodeError, match=r"ReceiveSa.pn: without extended packet numbers they end"):
                nl.do(macsec.change(ReceiveSa(index=5, sci=SCI, an=0, pn=1 << 32)))
    long = bytes.fromhex("0c000300 0900000000000000")
    assert [long in each for each in asked] == ["XPN" in suite, False]


def test_keys_are_not_told(kernel: VirtualKernel) -> None:
    service = kernel.family(MacSec)

    @service.handles(MacSec.add_transmit_sa)
    def refuse(request: Request) -> None:
        raise netlynx.NetlinkError(errno.EINVAL)

    wanted = macsec.add(OWN.replace(key=b"k" * 32, salt=b"s" * 12, ssci=1))
    with netlynx.connect(kernel=kernel) as nl, pytest.raises(netlynx.NetlinkError) as refused:
        nl.do(wanted)
    own = OWN.replace(key=b"k" * 32, salt=b"s" * 12)
    for said in (str(refused.value), repr(refused.value), str(wanted), repr(wanted), str(own), repr(own)):
        assert "kkkk" not in said
        assert "ssss" not in said
        assert (b"k" * 32).hex() not in said
    assert "key=(hidden)" in str(wanted)
    assert "This is a key of GCM-AES-XPN-256, and the device has another cipher suite" in str(refused.value)


@pytest.mark.parametrize(
    ("operation", "number", "words"),
    [
        (macsec.add(OWN), errno.EBUSY, "has an association of this number"),
        (macsec.add(OWN), errno.ENODEV, "is no MACsec device"),
        (macsec.add(HEARD), errno.ENODEV, "or has no such channel"),
        (macsec.delete(TransmitSa(index=5, an=1)), errno.EBUSY, "make it inactive first"),
        (macsec.set_offload(Offload(index=5, offload="mac")), errno.EOPNOTSUPP, "hardware below"),
    ],
)
def test_refusals_say_why(kernel: VirtualKernel, operation: Any, number: int, words: str) -> None:
    service = kernel.family(MacSec)

    def refuse(request: Request) -> None:
        raise netlynx.NetlinkError(number)

    service.handles(getattr(MacSec, operation.name.rpartition(".")[2]))(refuse)
    with netlynx.connect(kernel=kernel) as nl, pytest.raises(netlynx.NetlinkError, match=words):
        nl.do(operation)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: macsec.add(TransmitSa(index=5)), r"TransmitSa.an: say which one: it takes index and an"),
        (lambda: macsec.add(ReceiveChannel(sci=SCI)), r"ReceiveChannel.index: say which one"),
        (lambda: macsec.add(OWN.replace(an=4)), r"TransmitSa.an: 4 is no association number"),
        (lambda: macsec.add(OWN.replace(key=None)), r"TransmitSa.key: a new association has"),
        (lambda: macsec.add(OWN.replace(key=b"short")), r"TransmitSa.key: a key has 16 or 32 bytes, not 5"),
        (lambda: macsec.add(OWN.replace(pn=0)), r"TransmitSa.pn: packet numbers begin at 1"),
        (lambda: macsec.add(OWN.replace(pn=1 << 32)), r"TransmitSa.pn: without extended packet numbers they end"),
        (lambda: macsec.add(OWN.replace(ssci=1)), r"TransmitSa.ssci: .*go together"),
        (lambda: macsec.add(OWN.replace(ssci=1, salt=b"x")), r"TransmitSa.salt: a salt has 12 bytes, not 1"),
        (lambda: macsec.change(OWN), r"TransmitSa.key: it cannot be changed: delete the association"),
        (lambda: macsec.change(TransmitSa(index=5, an=0)), r"TransmitSa.active: say what it is to be"),
        (lambda: macsec.delete(HEARD), r"ReceiveSa.pn: the kernel does not look at it to delete: leave it out"),
        (lambda: macsec.set_offload(Offload(index=5)), r"Offload.offload: say what hardware does"),
        (lambda: macsec.add(Device()), r"takes one of ReceiveChannel, TransmitSa, ReceiveSa, not a Device"),
        (lambda: macsec.device(True), r"expected the index or the name of an interface, not True"),
    ],
)
def test_what_cannot_be_sent_says_why(made: Callable[[], Any], words: str) -> None:
    with pytest.raises(EncodeError, match=words):
        made()


# What Linux 6.12 answers to MACSEC_CMD_GET_TXSC after
#   ip link add link v0 m0 address 02:00:00:00:00:05 type macsec port 7 cipher gcm-aes-xpn-256 encrypt on \
#     replay on window 32
#   ip macsec add m0 tx sa 0 xpn 5000000000 on ssci 9 salt 000102030405060708090a0b key 04 …
#   ip macsec add m0 rx port 1 address 02:00:00:00:00:09
#   ip macsec add m0 rx port 1 address 02:00:00:00:00:09 sa 2 xpn 1 on ssci 8 salt 000102030405060708090a0b key 05 …
SAID = bytes.fromhex(
    "0001000008000100040000000c0009000500010000000000740004000c00010002000000000500070c0004000400000100c28000"
    "0500050010000000050008000100000005000600010000000500070001000000050009000200000005000a000100000005000b00"
    "0100000005000c000000000005000d000000000005000200000000000800030020000000340007000c0001000000000000000000"
    "0c00020000000000000000000c00030000000000000000000c0004000000000000000000640008000c0001000000000000000000"
    "0c00020000000000000000000c00030000000000000000000c00040005000000000000000c00050000000000000000000c000600"
    "00000000000000000c00070000000000000000000c00080000000000000000005400050050000100140006000800060000000000"
    "080007000000000005000100000000000c00030000f2052a01000000140005000400000000000000000000000000000008000800"
    "000000090500020001000000040106000001010005000200010000000c00010002000000000900017c0004000c00010000000000"
    "000000000c00020000000000000000000c00030000000000000000000c00040000000000000000000c0005000000000000000000"
    "0c00060000000000000000000c00070000000000000000000c00080000000000000000000c00090000000000000000000c000a00"
    "00000000000000006c000300680001002c0006000800010000000000080002000000000008000300000000000800040000000000"
    "080005000000000005000100020000000c0003000100000000000000140005000500000000000000000000000000000008000800"
    "000000080500020001000000"
)


def test_what_the_kernel_says_is_read() -> None:
    device = Device.from_bytes(SAID)
    assert (device.index, str(device.sci), str(device.cipher_suite)) == (4, "0200000000050007", "GCM-AES-XPN-256")
    assert (device.encrypt, device.window, str(device.validation), str(device.offload)) == (True, 32, "strict", "off")
    assert device.statistics is not None
    assert device.statistics.in_no_tag == 5
    (own,) = device.associations
    assert (own.an, own.pn, own.ssci, own.active, own.key_id) == (0, 5_000_000_000, 9, True, b"\4" + bytes(15))
    (channel,) = device.channels
    assert (str(channel.sci), channel.active) == (SCI, True)
    assert [(each.an, each.pn, each.ssci) for each in channel.associations] == [(2, 1, 8)]
    assert not device.unknown
    assert device.to_dict()["sci"] == "0200000000050007"

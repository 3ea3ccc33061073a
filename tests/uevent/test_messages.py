"""Messages of the kernel and of udev: what they say, and what is refused in them."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlynx import DecodeError, EncodeError
from netlynx.uevent import Uevent, event, udev

# As Linux 6.18 sent it for `ip link add b0 type bridge`.
KERNEL = (
    b"add@/devices/virtual/net/b0\0ACTION=add\0DEVPATH=/devices/virtual/net/b0\0SUBSYSTEM=net\0DEVTYPE=bridge\0"
    b"INTERFACE=b0\0IFINDEX=2\0SEQNUM=117857\0"
)
UDEV = udev.pack(
    {"ACTION": "change", "DEVPATH": "/devices/x", "SUBSYSTEM": "block", "DEVTYPE": "disk", "MAJOR": "8", "MINOR": "0"},
    tags=["systemd"],
)


def test_an_event_of_the_kernel() -> None:
    found = event.parse(KERNEL)
    assert (found.action, found.devpath, found.source) == ("add", "/devices/virtual/net/b0", "kernel")
    assert (found.subsystem, found.devtype, found.name, found.sequence) == ("net", "bridge", "b0", 117857)
    assert found.properties["INTERFACE"] == "b0"
    assert (found.device, found.devname, found.uuid) == (None, "", "")


def test_an_event_of_udev() -> None:
    found = udev.parse(UDEV)
    assert (found.action, found.devpath, found.source) == ("change", "/devices/x", "udev")
    assert (found.subsystem, found.devtype, found.device) == ("block", "disk", (8, 0))


def test_values_may_hold_anything_but_a_nul() -> None:
    found = event.parse(b"change@/d\0K=a=b\xff\n\0EMPTY=\0")
    assert found.properties == {"K": "a=b\udcff\n", "EMPTY": ""}


def test_an_event_is_a_value() -> None:
    found = event.parse(KERNEL)
    assert found == event.parse(bytearray(KERNEL)) == event.parse(memoryview(KERNEL))
    assert msgspec.json.decode(msgspec.json.encode(found), type=Uevent) == found


@pytest.mark.parametrize(
    ("text", "device"),
    [(b"MAJOR=x\0MINOR=1\0", None), (b"MINOR=1\0", None), ("MAJOR=\N{SUPERSCRIPT TWO}\0MINOR=1\0".encode(), None)],
)
def test_numbers_that_are_none_are_none(text: bytes, device: None) -> None:
    assert event.parse(b"add@/d\0" + text).device is device


@pytest.mark.parametrize(
    ("message", "words", "offset"),
    [
        (b"", "does not end with a NUL", 0),
        (b"add@/d", "does not end with a NUL", 5),
        (b"add/d\0", "ACTION@/PATH", 0),
        (b"@/d\0", "ACTION@/PATH", 0),
        (b"add@d\0", "ACTION@/PATH", 0),
        (b"add@/d\0K=1\0nothing\0", "'nothing', not KEY=VALUE", 11),
        (b"add@/\xc3\xa9\0=1\0", "not KEY=VALUE", 8),
    ],
)
def test_what_is_no_event_says_where(message: bytes, words: str, offset: int) -> None:
    with pytest.raises(DecodeError, match=words) as refused:
        event.parse(message)
    assert refused.value.offset == offset


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (UDEV[:39], "header of 40 bytes"),
        (b"libudeX\0" + UDEV[8:], "header of 40 bytes"),
        (UDEV[:8] + bytes(4) + UDEV[12:], "magic"),
        (UDEV[:16] + b"\xff\xff\xff\xff" + UDEV[20:], "not in the message"),
        (UDEV[:16] + bytes(4) + UDEV[20:], "not in the message"),
        (UDEV[:20] + b"\xff\xff\xff\x7f" + UDEV[24:], "not in the message"),
        (UDEV[:-1] + b"x", "do not end with a NUL"),
        (UDEV.replace(b"ACTION", b"AKTION"), "lacks ACTION or DEVPATH"),
    ],
)
def test_what_is_none_of_udevs_says_why(message: bytes, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        udev.parse(message)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_event_or_refused(data: bytes) -> None:
    for parse, message in ((event.parse, data), (event.parse, b"add@/d\0" + data), (udev.parse, UDEV[:40] + data)):
        try:
            found = parse(message)
        except DecodeError as error:
            place = error.offset or 0
        else:
            assert found.action
            place = 0
        assert 0 <= place <= len(message)


texts = st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), max_size=12)
keys = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", min_size=1, max_size=10)


@given(st.dictionaries(keys, texts), st.lists(texts, max_size=3))
def test_what_is_packed_comes_back(more: dict[str, str], tags: list[str]) -> None:
    properties = {**more, "ACTION": "add", "DEVPATH": "/d", "SUBSYSTEM": "net"}
    assert udev.parse(udev.pack(properties, tags)).properties == properties


@pytest.mark.parametrize(
    "properties",
    [{"ACTION": "add", "DEVPATH": "/d"}, {"ACTION": "add", "DEVPATH": "/d", "SUBSYSTEM": "net", "K": "a\0b"}],
)
def test_what_udev_could_not_send_is_refused(properties: dict[str, str]) -> None:
    with pytest.raises(EncodeError):
        udev.pack(properties)


def test_hashes_are_those_that_udevs_own_packet_filters_look_for() -> None:
    """Each with a match of its own, `udevadm monitor --udev` of systemd 252 showed messages with these."""
    assert udev.text_hash("net") == 0xA74D3CC8
    assert udev.text_hash("block") == 0xF0031DB7
    assert udev.text_hash("partition") == 0xCB234489
    assert udev.tag_bits("systemd") == 0x0200040010800000

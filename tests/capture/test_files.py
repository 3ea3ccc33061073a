"""Captures read and written: both formats, both byte orders, every resolution; what is cut off and what is a lie."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import capture_files as files
import netlynx
from netlynx import capture

PACKET = files.cooked(0, b"hello")
TIME = 1_700_000_000_123_456_789

DATAGRAMS = st.lists(
    st.tuples(
        st.integers(0, 31),
        st.binary(max_size=60),
        st.sampled_from([None, "sent", "received"]),
        st.integers(0, (1 << 32) * files.SECOND - 1),
    ),
    max_size=6,
)


def written(datagrams: list[Any]) -> bytes:
    file = io.BytesIO()
    with capture.Writer(file) as writer:
        for protocol, data, direction, time in datagrams:
            writer.write(protocol, data, direction=direction, time=time)
    assert writer.count == len(datagrams)
    return file.getvalue()


def said(file: bytes) -> tuple[list[capture.Datagram], netlynx.DecodeError | None]:
    """What was read, and what ended it."""
    found: list[capture.Datagram] = []
    try:
        for datagram in capture.read(io.BytesIO(file)):
            found.append(datagram)
    except netlynx.DecodeError as error:
        return found, error
    return found, None


@given(DATAGRAMS)
def test_what_is_written_is_read_again(datagrams: list[Any]) -> None:
    found = list(capture.read(io.BytesIO(written(datagrams))))
    assert [(each.protocol, each.data, each.direction, each.time) for each in found] == datagrams
    assert all(each.length == len(each.data) for each in found)


@given(DATAGRAMS, st.data())
def test_a_file_that_is_cut_off_gives_what_is_before_that_and_one_error(datagrams: list[Any], data: Any) -> None:
    file = written(datagrams)
    end = data.draw(st.integers(0, len(file) - 1))
    whole, _ = said(file)
    found, error = said(file[:end])
    assert found == whole[: len(found)]
    at_a_boundary = end >= 24 and end == (24 if not found else found[-1].offset + found[-1].length)
    assert (error is None) == at_a_boundary
    assert error is None or 0 <= error.offset <= end


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nanoseconds", [True, False])
def test_pcap_of_either_byte_order_and_resolution(order: str, nanoseconds: bool) -> None:
    file = files.pcap([(TIME, PACKET)], order=order, nanoseconds=nanoseconds)
    (found,) = capture.read(io.BytesIO(file))
    time = TIME if nanoseconds else TIME // 1000 * 1000
    assert found == capture.Datagram(time, 0, b"hello", None, 5, 24 + 16 + 16)


@pytest.mark.parametrize("order", ["<", ">"])
def test_pcapng_with_each_sort_of_block(order: str) -> None:
    file = b"".join(
        [
            files.section(order),
            files.interface(order=order),
            files.interface(files.option(9, b"\x09", order), order=order),
            files.interface(
                files.option(9, b"\x8a", order), files.option(14, struct.pack(f"{order}q", 60), order), order=order
            ),
            files.block(5, bytes(12), order),  # statistics
            files.enhanced(PACKET, TIME // 1000, order=order),
            files.enhanced(PACKET, TIME, number=1, order=order),
            files.enhanced(PACKET, 5 * 1024 + 512, number=2, order=order),
            files.block(0x80000001, b"whatever", order),
            files.simple(PACKET, order=order),
        ]
    )
    found = list(capture.read(io.BytesIO(file)))
    assert [each.time for each in found] == [TIME // 1000 * 1000, TIME, 65_500_000_000, 0]
    assert {each.data for each in found} == {b"hello"}


def test_sections_follow_each_other_with_interfaces_of_their_own() -> None:
    one = files.section() + files.interface() + files.enhanced(PACKET, 1)
    other = files.section(">") + files.interface(order=">") + files.enhanced(PACKET, 2, order=">")
    found, error = said(one + other + files.section() + files.enhanced(PACKET, 3))
    assert [each.time for each in found] == [1000, 2000]
    assert error is not None
    assert "is of interface 0, and there are 0" in str(error)


def test_a_packet_that_was_cut_by_the_recorder_says_how_long_it_was() -> None:
    file = files.section() + files.interface() + files.enhanced(PACKET, 1, length=len(PACKET) + 100)
    (found,) = capture.read(io.BytesIO(file))
    assert (len(found.data), found.length) == (5, 105)


def test_packets_of_other_devices_are_counted_and_left_out() -> None:
    ethernet = files.interface(link=1)
    file = (
        files.section()
        + ethernet
        + files.interface()
        + files.enhanced(b"x" * 60, 1)
        + files.enhanced(PACKET, 2, number=1)
    )
    with capture.read(io.BytesIO(file)) as reader:
        assert [each.data for each in reader] == [b"hello"]
    assert reader.skipped == 1
    found, error = said(files.pcap([(TIME, b"x" * 60)], link=1))
    assert found == []
    assert "link type 1, none is netlink's (253)" in str(error)


def test_netlink_among_packets_of_any_device_is_read() -> None:
    (one,) = capture.read(io.BytesIO(files.pcap([(TIME, files.cooked(16, b"hello", 7))], link=113)))
    (two,) = capture.read(io.BytesIO(files.pcap([(TIME, files.cooked2(16, b"hello", 6))], link=276)))
    assert (one.protocol, one.direction, one.data) == (16, "sent", b"hello")
    assert (two.protocol, two.direction, two.data) == (16, "received", b"hello")


@pytest.mark.parametrize(
    ("file", "words", "offset"),
    [
        (b"", "the file is empty", 0),
        (b"PK\3\4 and more", "begins with 504b0304", 0),
        (files.pcap([])[:20], "ends after 20 of the 24 bytes of a header", 0),
        (files.pcap([]) + struct.pack("<IIII", 1, 1, 1 << 31, 5), "a packet of 2147483648 bytes", 24),
        (files.section()[:8] + b"\0\0\0\0" + files.section()[12:], "tells no byte order", 8),
        (files.section() + struct.pack("<II", 1, 4), "a block cannot have 4 bytes", 28),
        (files.section() + struct.pack("<II", 1, 14), "a block cannot have 14 bytes", 28),
        (files.section() + files.block(1, bytes(8))[:-4] + bytes(4), "ends with another length", 44),
        (files.section() + files.interface() + files.block(6, bytes(8)), "a packet of 20 bytes has 8", 56),
        (files.section() + files.block(1, bytes(4)), "an interface of 8 bytes has 4", 36),
        (files.section() + files.interface(b"\1\0\xff\0"), "an option of 255 bytes", 44),
        (files.section() + files.interface() + files.enhanced(PACKET, 1 << 63), "of no time that is believed", 56),
    ],
)
def test_what_is_no_capture_is_told_with_its_offset(file: bytes, words: str, offset: int) -> None:
    found, error = said(file)
    assert found == []
    assert error is not None
    assert words in error.message
    assert error.offset == offset


@given(st.binary(max_size=200), st.sampled_from(["", "pcap", "pcapng"]))
def test_no_bytes_do_anything_but_say_where_they_are_wrong(data: bytes, begin: str) -> None:
    head = {"": b"", "pcap": files.pcap([]), "pcapng": files.section() + files.interface()}[begin]
    _, error = said(head + data)
    assert error is None or 0 <= error.offset <= len(head + data)


def test_a_datagram_that_no_reader_takes_is_cut() -> None:
    (found,) = capture.read(io.BytesIO(written([(0, bytes(300_000), None, TIME)])))
    assert (len(found.data), found.length) == (262_144 - 16, 300_000)


def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with capture.Writer(tmp_path / "file.pcap") as writer:
        with pytest.raises(ValueError, match="direction takes"):
            writer.write(0, b"", direction="up")  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="up to the year 2106"):
            writer.write(0, b"", time=-1)
        with pytest.raises(ValueError, match="0 to 31"):
            writer.write(99, b"")
    assert list(capture.read(tmp_path / "file.pcap")) == []

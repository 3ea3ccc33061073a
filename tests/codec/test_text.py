"""Text and bytes: strings with their NUL and their limits, hardware addresses, binary data."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codec.records import attribute, decode, encode, one
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema import Attribute, Layout, binary, chars, mac, member, raw, string, u8

without_nul = st.binary(max_size=60).map(lambda each: each.replace(b"\0", b"x"))
Named = one(string(15))


class TestStrings:
    @given(payload=without_nul)
    def test_any_bytes_come_back_as_they_were(self, payload: bytes) -> None:
        message = attribute(1, payload + b"\0")
        record = decode(one(string), message)
        assert record.value == payload.decode(errors="surrogateescape")
        assert encode(record) == message

    @given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
    def test_any_text_comes_back_as_it_was(self, text: str) -> None:
        record = one(string)(value=text)
        assert encode(record) == attribute(1, text.encode() + b"\0")
        assert decode(type(record), encode(record)) == record

    def test_the_terminator_may_lack(self) -> None:
        assert decode(one(string), attribute(1, b"eth0")).value == "eth0"
        assert decode(one(string), attribute(1, b"")).value == ""
        assert decode(one(string), attribute(1, b"\0")).value == ""

    @pytest.mark.parametrize("payload", [b"a\0b", b"a\0b\0", b"\0a"])
    def test_what_is_more_than_one_string_stays_raw(self, payload: bytes) -> None:
        record = decode(one(string), attribute(1, payload))
        assert (record.value, record.unknown) == (None, (Attribute(1, payload),))
        assert encode(record) == attribute(1, payload)

    @pytest.mark.parametrize("text", ["a" * 15, "ä" * 7 + "x", "€" * 5, "😀😀😀abc", "\udcff" * 15])
    def test_the_limit_counts_bytes_and_is_reached(self, text: str) -> None:
        assert decode(Named, encode(Named(value=text))).value == text

    @pytest.mark.parametrize(
        ("text", "size"), [("a" * 16, 16), ("ä" * 8, 16), ("€" * 5 + "a", 16), ("😀" * 4, 16), ("\udcff" * 16, 16)]
    )
    def test_the_limit_counts_bytes_and_is_kept(self, text: str, size: int) -> None:
        with pytest.raises(EncodeError) as caught:
            encode(Named(value=text))
        assert caught.value.message == f"{text!r} is {size} bytes long, 15 are the most"
        assert caught.value.path == "One.value"

    @pytest.mark.parametrize("text", ["\0", "eth0\0", "\0eth0", "et\0h"])
    def test_a_nul_is_refused(self, text: str) -> None:
        with pytest.raises(EncodeError) as caught:
            encode(one(string)(value=text))
        assert str(caught.value) == f"One.value: {text!r} holds a NUL character, which would end it early"

    def test_a_surrogate_that_stands_for_no_byte_is_refused(self) -> None:
        with pytest.raises(EncodeError, match=r"^One\.value: '\\ud800' cannot be written as UTF-8"):
            encode(one(string)(value="\ud800"))

    @pytest.mark.parametrize("value", [b"eth0", 5, True, ("a",), bytearray(b"x")])
    def test_only_strings_are_strings(self, value: Any) -> None:
        with pytest.raises(EncodeTypeError, match=r"^One\.value: expected a string, not "):
            encode(one(string)(value=value))


class TestBinary:
    @given(payload=st.binary(max_size=100))
    def test_bytes_come_back_as_they_were(self, payload: bytes) -> None:
        assert encode(one(binary)(value=payload)) == attribute(1, payload)
        assert decode(one(binary), attribute(1, payload)).value == payload

    @pytest.mark.parametrize("value", [bytearray(b"abc"), memoryview(b"abc"), memoryview(b"aXbXcX")[::2]])
    def test_whatever_holds_bytes_is_taken(self, value: Any) -> None:
        assert encode(one(binary)(value=value)) == attribute(1, b"abc")

    def test_the_limit_is_kept(self) -> None:
        assert encode(one(binary(4))(value=bytes(4))) == attribute(1, bytes(4))
        with pytest.raises(EncodeError, match=r"^One\.value: 5 bytes where 4 are the most$"):
            encode(one(binary(4))(value=bytes(5)))

    @pytest.mark.parametrize("value", ["abc", 3, [1, 2]])
    def test_only_bytes_are_bytes(self, value: Any) -> None:
        with pytest.raises(EncodeTypeError, match=r"^One\.value: expected bytes, not "):
            encode(one(binary)(value=value))


class TestHardwareAddresses:
    @given(payload=st.binary(max_size=64))
    def test_any_length_up_to_64_comes_back(self, payload: bytes) -> None:
        record = decode(one(mac), attribute(1, payload))
        assert record.value == payload.hex(":")
        assert encode(record) == attribute(1, payload)

    def test_a_longer_one_stays_raw(self) -> None:
        record = decode(one(mac), attribute(1, bytes(65)))
        assert (record.value, record.unknown) == (None, (Attribute(1, bytes(65)),))

    @pytest.mark.parametrize("text", ["02:AB:cd:00:00:01", "02-ab-CD-00-00-01"])
    def test_case_and_dashes_do_not_matter(self, text: str) -> None:
        assert encode(one(mac)(value=text)) == attribute(1, bytes.fromhex("02abcd000001"))

    @pytest.mark.parametrize(
        "text",
        ["0", "0:1", "02:00:00:00:00:0", "02:00:00:00:00:01:", "0g:00", "02.00", ":", "02:0", "é", "0é", "\udcff:",
         "02:00\0", "\u0660\u0662"],
    )  # fmt: skip
    def test_what_is_none_is_refused(self, text: str) -> None:
        with pytest.raises(EncodeError) as caught:
            encode(one(mac)(value=text))
        assert str(caught.value) == f"One.value: {text!r} is not a hardware address such as 02:00:00:00:00:01"

    def test_one_of_another_type_is_refused(self) -> None:
        with pytest.raises(EncodeTypeError, match=r"^One\.value: expected a hardware address such as .*, not b'"):
            encode(one(mac)(value=b"\2\0\0\0\0\1"))

    def test_the_limit_is_kept(self) -> None:
        with pytest.raises(EncodeError, match=r"^One\.value: '02:00:00' is longer than 2 bytes$"):
            encode(one(mac(2))(value="02:00:00"))


class Names(Layout):
    first: str = member(chars(4))
    second: bytes = member(raw(3))
    address: str = member(mac(6))
    last: int = member(u8)


class TestInStructs:
    def test_char_arrays_end_at_a_nul_or_at_their_end(self) -> None:
        packed = b"ab\0\0" + b"\1\2\3" + bytes.fromhex("020000000001") + b"\7"
        names = Names(first="ab", second=b"\1\2\3", address="02:00:00:00:00:01", last=7)
        assert decode(Names, packed) == names
        assert encode(names) == packed
        full = b"abcd" + packed[4:]
        assert decode(Names, full).first == "abcd"
        assert encode(decode(Names, full)) == full

    def test_what_is_shorter_is_filled_with_zeros(self) -> None:
        assert encode(Names(first="a", second=b"\1", address="02:03")) == b"a\0\0\0\1\0\0\2\3" + bytes(5)

    @pytest.mark.parametrize(
        ("field", "value", "message"),
        [
            ("first", "abcde", "'abcde' is 5 bytes long, 4 are the most"),
            ("first", "ééé", "'ééé' is 6 bytes long, 4 are the most"),
            ("second", b"1234", "4 bytes where 3 are the most"),
            ("address", "01:02:03:04:05:06:07", "'01:02:03:04:05:06:07' is longer than 6 bytes"),
        ],
    )
    def test_what_is_longer_is_refused(self, field: str, value: Any, message: str) -> None:
        with pytest.raises(EncodeError) as caught:
            encode(Names(**{field: value}))
        assert (caught.value.path, caught.value.message) == (f"Names.{field}", message)

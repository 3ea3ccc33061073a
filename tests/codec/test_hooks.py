"""Payloads that two functions understand."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from codec.records import attribute, decode, encode, nested, one
from netlynx.errors import DecodeError, EncodeError, EncodeTypeError
from netlynx.schema import Attribute, Record, attr, hook, multi, nest, s16


def read(payload: bytes) -> tuple[int, ...]:
    return struct.unpack(">2h", payload)


def write(value: Any) -> bytes:
    return struct.pack(">2h", *value)


Hooked = one(hook(read, write))


class Around(Record):
    inner: Any = attr(1, nest(Hooked))
    many: tuple[Any, ...] = attr(2, multi(hook(read, write)))
    number: int | None = attr(3, s16)


def test_a_value_comes_back_from_its_bytes() -> None:
    record = Around(inner=Hooked(value=(1, -2)), many=((3, 4), (5, 6)))
    assert decode(Around, encode(record)) == record


@pytest.mark.parametrize(
    "error",
    [ValueError("bad"), IndexError("bad"), KeyError("bad"), TypeError("bad"), struct.error("bad"), OverflowError("bad"),
     ZeroDivisionError("bad"), AttributeError("bad"), UnicodeDecodeError("ascii", b"x", 0, 1, "bad")],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_whatever_a_reader_stumbles_over_is_a_decode_error(error: Exception) -> None:
    def fail(payload: bytes) -> Any:
        raise error

    with pytest.raises(DecodeError, match=r"^One\.value: cannot be decoded: .*bad.* \(at byte 4\)$") as caught:
        decode(one(hook(fail, write)), attribute(1, b"x"), strict=True)
    assert caught.value.__cause__ is error
    with pytest.raises(EncodeError, match=r"^One\.value: 5 cannot be encoded: .*bad") as refused:
        encode(one(hook(read, fail))(value=5))
    assert refused.value.__cause__ is error
    assert isinstance(refused.value, EncodeTypeError) == isinstance(error, TypeError)


def test_the_path_goes_through_what_is_around() -> None:
    with pytest.raises(DecodeError, match=r"^Around\.inner\.value: cannot be decoded: .* \(at byte 8\)$"):
        decode(Around, nested(1, attribute(1, b"abc")), strict=True)
    with pytest.raises(DecodeError, match=r"^Around\.many\[1\]: cannot be decoded: .* \(at byte 12\)$"):
        decode(Around, attribute(2, b"abcd") + attribute(2, b"a"), strict=True)
    with pytest.raises(EncodeError, match=r"^Around\.inner\.value: \(1,\) cannot be encoded: "):
        encode(Around(inner=Hooked(value=(1,))))


def test_a_reader_may_leave_a_payload_raw() -> None:
    record = decode(one(hook(lambda payload: NotImplemented, write)), attribute(1, b"x"))
    assert (record.value, record.unknown) == (None, (Attribute(1, b"x"),))


def test_its_own_errors_keep_their_words() -> None:
    def fail(value: Any) -> Any:
        raise EncodeError("must be round", "shape")

    with pytest.raises(EncodeError, match=r"^One\.value\.shape: must be round$"):
        encode(one(hook(read, fail))(value=1))


def test_other_exceptions_pass_through() -> None:
    def fail(payload: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        decode(one(hook(fail, write)), attribute(1, b"x"))
    with pytest.raises(KeyboardInterrupt):
        encode(one(hook(read, fail))(value=1))


@pytest.mark.parametrize("result", ["text", None, 5, bytearray(b"x")])
def test_a_writer_that_gives_no_bytes_is_refused(result: Any) -> None:
    with pytest.raises(EncodeTypeError, match=r"^One\.value: expected bytes, not "):
        encode(one(hook(read, lambda value: result))(value=1))

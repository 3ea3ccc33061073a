"""Numbers that people write otherwise: handles, rates, sizes and times."""

from __future__ import annotations

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

import netlynx
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema import Layout, Record, attr, member, simpler, struct, takes, u8
from netlynx.tc.handle import HANDLE, FilterParent, Handle
from netlynx.tc.units import Rate, Share, Size, Time, microseconds, rate32, rate64, share32, size16, size32, ticks


class Inner(Layout):
    kind: int = member(u8)
    rate: takes.Amount[Rate] = member(rate32)
    latency: takes.Amount[Time] = member(ticks)


class Every(Record):
    handle: takes.Member[Handle | None] = attr(1, HANDLE)
    rate: takes.Amount[Rate | None] = attr(2, rate64)
    time: takes.Amount[Time | None] = attr(3, microseconds)
    size: takes.Amount[Size | None] = attr(4, size32)
    inner: takes.Nested[Inner | None] = attr(5, struct(Inner))


HANDLES = {
    "1:10": 0x10010,
    "1:": 0x10000,
    ":10": 0x10,
    "ffff:fffe": 0xFFFFFFFE,
    "root": 0xFFFFFFFF,
    "none": 0,
    "ffff:fff1": 0xFFFFFFF1,
}


def test_a_handle_prints_as_it_is_read() -> None:
    for text, number in HANDLES.items():
        assert Every(handle=text).handle == number == Every(handle=number).handle
        assert str(Handle(number)) == text == json.loads(netlynx.to_json(Every(handle=number)))["handle"]
    assert Handle.of("ingress") == Handle.of("clsact") == 0xFFFFFFF1
    assert str(FilterParent.of("egress")) == FilterParent.of("ffff:fff3").label == "egress"
    assert (Handle.of("1:10").major, Handle.of("1:10").minor) == (1, 0x10)


@given(st.integers(0, 2**32 - 1), st.sampled_from([Handle, FilterParent]))
def test_every_handle_is_read_as_it_is_written(number: int, cls: type[Handle]) -> None:
    assert cls.of(cls(number).label) == number


def test_amounts_have_units() -> None:
    assert Every(rate="10mbit").rate == 10_000_000 == Every(rate="1250kbps").rate
    assert Every(rate="1gibps").rate == 8 * 2**30
    assert Every(time="1.5ms").time == 0.0015 == Every(time="1500us").time
    assert Every(size="32kb").size == 32768 == Every(size=32768).size
    assert Every(size="8kbit").size == 1024
    made = Every(rate="1kbit", time="20us", size=5, inner={"kind": 1, "rate": "8bit", "latency": "64ns"})
    assert made.to_bytes().hex() == (
        "0c000200" + "7d00000000000000" + "08000300" + "14000000" + "08000400" + "05000000"
        "10000500" + "01000000" + "01000000" + "01000000"
    )
    shown = json.loads(netlynx.to_json(made))
    assert (shown["rate"], shown["time"], shown["inner"]["latency"]) == (1000, 0.00002, 6.4e-8)
    assert Every.from_bytes(made.to_bytes()) == made


def test_what_lies_between_two_of_the_kernels_units_is_the_larger_one() -> None:
    assert Every.from_bytes(Every(time="1.1us").to_bytes()).time == 2e-6
    assert Every.from_bytes(Every(rate=9).to_bytes()).rate == 16
    assert Every.from_bytes(Every(time="0.3s").to_bytes()).time == 0.3  # and no more of it for a float's last digits


class Chance(Record):
    share: takes.Amount[Share | None] = attr(1, share32)


def test_a_share_is_the_nearest_that_can_be_told_and_prints_as_it_was_written() -> None:
    for text, number in {"1%": 42949673, "33%": 1417339207, "100%": 2**32 - 1, "0.0001%": 4295, "0%": 0}.items():
        made = Chance(share=text)
        assert int.from_bytes(made.to_bytes()[4:], sys.byteorder) == number, text
        assert Chance.from_bytes(made.to_bytes()) == made
        assert str(made.share) == text
    for value in ("101%", 2, -0.1, "0.5"):
        with pytest.raises(EncodeError, match="share"):
            Chance(share=value).to_bytes()


@given(st.integers(0, 2**32 - 1))
def test_every_share_is_read_as_it_is_written(number: int) -> None:
    sent = b"\x08\x00\x01\x00" + number.to_bytes(4, sys.byteorder)
    assert Chance.from_bytes(sent).to_bytes() == sent


class Simple(Record):
    length: takes.Amount[Size | None] = attr(1, size16)

    @classmethod
    def __read__(cls, wire: Every) -> Simple:
        return cls(length=wire.size)

    def __write__(self) -> Every:
        return Every(size=self.length)


class Around(Record):
    data: Simple | None = attr(1, simpler(Simple, Every))


def test_what_is_said_simply_is_refused_in_its_own_words() -> None:
    assert Around.from_bytes(Around(data=Simple(length="1kb")).to_bytes()).data == Simple(length=1024)
    with pytest.raises(EncodeError) as caught:
        Around(data=Simple(length="64kb")).to_bytes()
    assert caught.value.path == "Around.data.length"


REFUSED = {
    ("rate", "10"): "no unit",
    ("rate", "10furlong"): "'furlong' is no unit of a rate",
    ("rate", "fast"): "no rate",
    ("rate", -1): "no rate",
    ("time", float("nan")): "no time",
    ("handle", "1:10000"): "no handle",
    ("handle", "1"): "no handle",
    ("handle", "1:x"): "no handle",
    ("handle", ":"): "no handle",
    ("time", "2h"): "'h' is no unit",
    ("time", "5000s"): "more than the kernel can be told",
    ("rate", 2**68): "more than the kernel can be told",
    ("size", "4gb"): "more than the kernel can be told",
}


def test_what_is_no_amount_is_refused_by_the_fields_name() -> None:
    for (field, value), said in REFUSED.items():
        with pytest.raises(EncodeError, match=said) as caught:
            Every(**{field: value}).to_bytes()  # type: ignore[arg-type]
        assert field in caught.value.path, value
    for value in (True, b"1mbit", [1]):
        with pytest.raises(EncodeTypeError):
            Every(rate=value)  # type: ignore[arg-type]

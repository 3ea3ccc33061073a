"""Sets of named bits: there and back in the form that is sent, and read in both forms that the kernel has."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

import netlynx
from netlynx import EncodeError, ethtool
from netlynx.codec._codec import decode, encode, to_json
from netlynx.errors import DecodeError
from netlynx.ethtool import Bits, Bitset, Features, WakeOnLan
from netlynx.ethtool.bitset import Bit, bits_of, bitset_of
from netlynx.ethtool.wol import ETHTOOL_A_WOL
from netlynx.kernel import VirtualKernel
from netlynx.schema import Attribute
from netlynx.schema.compile import plan_of
from netlynx.schema.from_json import from_json
from netlynx.wire.message import parse_attributes
from support import PATIENCE

NAMES = st.text(st.characters(exclude_categories=["Cs", "Nd", "No", "Nl"], exclude_characters="\0"), min_size=1)


@st.composite
def bits(draw: st.DrawFn) -> Bits:
    names = draw(st.lists(NAMES, unique=True, max_size=20))
    if draw(st.booleans()):
        return Bits(on=tuple(names))
    cut = draw(st.integers(0, len(names)))
    return Bits(on=tuple(names[:cut]), off=tuple(names[cut:]))


def words(numbers: set[int], size: int) -> bytes:
    count = (size + 31) // 32
    return struct.pack(
        f"={count}I", *(sum(1 << bit - 32 * at for bit in numbers if bit // 32 == at) for at in range(count))
    )


@given(bits())
def test_bits_are_names_there_and_back(value: Bits) -> None:
    plan = plan_of(WakeOnLan)
    sent = encode(plan, WakeOnLan(device="eth0", modes=value))
    assert decode(plan, sent) == WakeOnLan(device="eth0", modes=value)


@given(bits())
def test_bits_are_json_there_and_back(value: Bits) -> None:
    said = WakeOnLan(device="eth0", modes=value)
    assert from_json(WakeOnLan, json.loads(to_json(said))) == said


@given(
    st.integers(1, 130).flatmap(
        lambda size: st.tuples(
            st.just(size),
            st.sets(st.integers(0, size - 1)),
            st.none() | st.sets(st.integers(0, size - 1)),
        )
    )
)
def test_both_forms_say_the_same(given: tuple[int, set[int], set[int] | None]) -> None:
    size, on, mask = given
    if mask is None:
        compact = Bitset(nomask=True, size=size, value=words(on, size))
        verbose = Bitset(nomask=True, size=size, bits=tuple(Bit(index=bit) for bit in sorted(on)))
    else:
        on &= mask
        compact = Bitset(size=size, value=words(on, size), mask=words(mask, size))
        verbose = Bitset(size=size, bits=tuple(Bit(index=bit, value=bit in on) for bit in sorted(mask)))
    assert bits_of(compact) == bits_of(verbose)
    assert bits_of(verbose).names == {str(bit) for bit in on}
    assert bits_of(verbose).mask == (None if mask is None else {str(bit) for bit in mask})
    assert bits_of(bitset_of(bits_of(compact))) == bits_of(compact)


def test_numbers_become_names_where_these_are_known() -> None:
    names = {0: "phy", 5: "magic", 7: ""}
    assert Bits(on=("5", "7", "9", "arp"), off=("0",)).named(names) == Bits(on=("magic", "7", "9", "arp"), off=("phy",))
    assert Bits(on=("0",)).named(names) == Bits(on=("phy",))


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (["magic", "arp"], Bits(on=("magic", "arp"))),
        ({"magic": True, "arp": False}, Bits(on=("magic",), off=("arp",))),
        ({"arp": False}, Bits(off=("arp",))),
        ([], Bits()),
        (Bits(on=("magic",)), Bits(on=("magic",))),
    ],
)
def test_names_and_mappings_will_do(given: object, wanted: Bits) -> None:
    plan = plan_of(WakeOnLan)
    assert decode(plan, encode(plan, WakeOnLan(modes=given))).modes == wanted  # type: ignore[arg-type]
    assert Bits.of(given) == wanted  # type: ignore[arg-type]


def test_a_bitset_is_sent_as_a_nest() -> None:
    (sent,) = parse_attributes(encode(plan_of(WakeOnLan), WakeOnLan(modes=Bits(on=("magic",))))[4:])
    assert (sent.type, sent.nested) == (ETHTOOL_A_WOL.MODES, True)
    assert decode(plan_of(Bitset), sent.payload) == Bitset(nomask=True, bits=(Bit(name="magic"),))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("magic", r"Features.wanted: .*a set of names is wanted: \['magic'\]"),
        (Bits(on=("a",), off=("a",)), "Features.wanted: .*a cannot be both on and off"),
        (3, "Features.wanted: .*a set of names is wanted"),
    ],
)
def test_what_is_no_set_of_names_is_not_sent(given: object, words: str) -> None:
    with pytest.raises(EncodeError, match=words):
        ethtool.set_features(Features(device="eth0", wanted=given))  # type: ignore[arg-type]


def test_words_that_are_cut_off_stay_raw() -> None:
    payload = encode(plan_of(Bitset), Bitset(nomask=True, size=8, value=b"\1\2\3"))
    found = decode(plan_of(WakeOnLan), bytes(4) + struct.pack("=HH", 4 + len(payload), ETHTOOL_A_WOL.MODES) + payload)
    assert found.modes is None
    assert found.unknown[0].payload == payload


@given(st.binary(max_size=60))
def test_any_bytes_are_bits_or_told_as_malformed(payload: bytes) -> None:
    message = bytes(4) + struct.pack("=HH", 4 + len(payload), ETHTOOL_A_WOL.MODES) + payload + bytes(-len(payload) % 4)
    try:
        found = decode(plan_of(WakeOnLan), message)
    except DecodeError:
        return
    assert isinstance(found.modes, Bits) or found.unknown


def test_a_kernel_side_checks_what_is_in_a_bitset() -> None:
    sets = {each.name: each for each in ethtool.Ethtool.spec().sets}
    wanted = next(each for each in sets["Features"].attributes if each.name == "wanted")
    assert (wanted.type, wanted.nested) == ("nested", "Bitset")
    assert {("nomask", "flag"), ("size", "u32")} <= {(each.name, each.type) for each in sets["Bitset"].attributes}
    with VirtualKernel() as kernel, netlynx.connect(kernel=kernel, timeout=PATIENCE) as nl:
        kernel.family(ethtool.Ethtool).handles(ethtool.Ethtool.set_wol)(lambda request: None)
        nl.do(ethtool.set_wol(WakeOnLan(device="eth0", modes=Bits(on=("magic",)))))
        odd = Attribute(type=int(ETHTOOL_A_WOL.MODES), payload=struct.pack("=HH", 4, 99), nested=True)
        with pytest.raises(netlynx.NetlinkError, match="Unknown attribute type"):
            nl.do(ethtool.set_wol(WakeOnLan(device="eth0", unknown=(odd,))))

"""The data of links of every kind: what Linux 6.12 answered, and what no kernel here can be made to answer.

`captured_links.json` holds the payload of IFLA_INFO_DATA (`kind`), IFLA_INFO_SLAVE_DATA (`slave_kind`) or
IFLA_INFO_XSTATS (`xstats`) with the command that made the link; `fields` is what `ip -d link` shows of it.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest

from netlynx import route
from netlynx.codec._codec import decode, encode, to_json
from netlynx.errors import EncodeError
from netlynx.route import kinds
from netlynx.schema.compile import plan_of

CAPTURED: list[dict[str, Any]] = json.loads(Path(__file__).with_name("captured_links.json").read_text())
TABLES = {"kind": kinds.DATA, "slave_kind": kinds.SLAVE_DATA, "xstats": kinds.XSTATS}


def class_of(case: dict[str, Any]) -> Any:
    key = next(each for each in TABLES if each in case)
    return TABLES[key][case[key]].target()  # type: ignore[misc]


def attribute(number: int, payload: bytes) -> bytes:
    return struct.pack("=HH", len(payload) + 4, number) + payload + bytes(-len(payload) % 4)


def without_nested_flags(data: bytes) -> bytes:
    """The same attributes without NLA_F_NESTED, which the kernel leaves out where it always did."""
    plain = bytearray(data)
    at = 0
    while at < len(plain):
        length, number = struct.unpack_from("=HH", plain, at)
        struct.pack_into("=H", plain, at + 2, number & 0x7FFF)
        at += length + 3 & ~3
    return bytes(plain)


@pytest.mark.parametrize("case", CAPTURED, ids=lambda case: case["command"].replace("ip link ", "")[:60])
class TestCaptured:
    def test_shows_what_was_asked_for(self, case: dict[str, Any]) -> None:
        record = decode(plan_of(class_of(case)), bytes.fromhex(case["data"]))
        shown = json.loads(to_json(record))
        assert {name: shown.get(name, False) for name in case["fields"]} == case["fields"]

    def test_leaves_nothing_unknown(self, case: dict[str, Any]) -> None:
        record = decode(plan_of(class_of(case)), bytes.fromhex(case["data"]))
        assert not getattr(record, "unknown", ())
        assert not getattr(record, "tail", b"")

    def test_is_written_as_the_kernel_wrote_it(self, case: dict[str, Any]) -> None:
        plan = plan_of(class_of(case))
        data = bytes.fromhex(case["data"])
        again = encode(plan, decode(plan, data))
        if "xstats" in case:  # a C struct
            assert again == data
        elif case.get("kind") == "vxlan":  # its IFLA_VXLAN_TTL_INHERIT is a byte in answers, a flag in requests
            assert decode(plan, again) == decode(plan, data)
        else:
            assert without_nested_flags(again) == without_nested_flags(data)


def test_kinds_have_data_or_none() -> None:
    assert not kinds.WITHOUT_DATA & kinds.DATA.keys()
    assert kinds.XSTATS.keys() | kinds.SLAVE_DATA.keys() <= kinds.DATA.keys()


@pytest.mark.parametrize(
    ("given", "meant"),
    [("802.3ad", route.BondMode.LACP), ("lacp", route.BondMode.LACP), ("balance-rr", route.BondMode.BALANCE_RR)],
)
def test_a_mode_is_understood_by_its_names(given: Any, meant: route.BondMode) -> None:
    plan = plan_of(route.Bond)
    assert decode(plan, encode(plan, route.Bond(mode=given))).mode is meant


def test_an_unknown_name_is_refused_with_its_path() -> None:
    with pytest.raises(EncodeError, match=r"Vxlan\.df: unknown name 'maybe'; known: inherit, set, unset"):
        encode(plan_of(route.Vxlan), route.Vxlan(df="maybe"))  # type: ignore[arg-type]


def test_ports_are_in_network_order() -> None:
    assert encode(plan_of(route.Vxlan), route.Vxlan(port=4789)) == attribute(15, b"\x12\xb5")
    assert encode(plan_of(route.Bareudp), route.Bareudp(port=6635)) == attribute(1, b"\x19\xeb")
    assert encode(plan_of(route.Amt), route.Amt(relay_port=2268)) == attribute(2, b"\x08\xdc")


def test_a_byte_in_place_of_a_flag_is_understood_and_a_flag_is_sent() -> None:
    plan = plan_of(route.Vxlan)
    assert decode(plan, attribute(28, b"\1")).ttl_inherit is True
    assert decode(plan, attribute(28, b"\0")).ttl_inherit is False
    assert decode(plan, attribute(28, b"")).ttl_inherit is True
    assert encode(plan, route.Vxlan(ttl_inherit=True)) == attribute(28, b"")
    assert encode(plan, route.Vxlan(ttl_inherit=False)) == b""
    assert [each.payload for each in decode(plan, attribute(28, b"\2")).unknown] == [b"\2"]


def test_the_identifier_that_the_kernel_answers_with_has_the_name_of_the_default_cipher() -> None:
    assert route.MacsecCipher.GCM_AES_128.label == "GCM-AES-128"


def test_an_unknown_number_of_an_enumeration_stays_a_number() -> None:
    plan = plan_of(route.Macvlan)
    record = decode(plan, attribute(1, struct.pack("=I", 32)))
    assert record.mode == 32
    assert encode(plan, record) == attribute(1, struct.pack("=I", 32))


def test_a_newer_struct_is_kept_whole() -> None:
    plan = plan_of(route.Bridge)
    data = attribute(46, struct.pack("=III", 1, 1, 7))  # a br_boolopt_multi of the future
    record = decode(plan, data)
    assert record.options == route.BridgeOptions(
        values=route.BridgeOption.NO_LL_LEARN, mask=route.BridgeOption.NO_LL_LEARN, tail=struct.pack("=I", 7)
    )
    assert encode(plan, record) == data

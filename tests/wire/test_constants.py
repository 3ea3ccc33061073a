"""The constants of netlink itself, compared with the running system's own header where there is one."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from netlynx.wire import constants
from netlynx.wire.constants import NETLINK, NLM_F, PROTOCOLS, protocol_label, protocol_number

HEADER = Path("/usr/include/linux/netlink.h")
CLASSES = [value for value in vars(constants).values() if hasattr(value, "__c_names__") and value.__c_names__]


def header_values() -> dict[str, int]:
    """Every macro with a number and every enumerator of linux/netlink.h."""
    text = re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.S)
    values = {}
    for name, value in re.findall(r"^#define\s+(\w+)\s+(0x[0-9a-f]+|\d+)\s*$", text, re.M):
        values[name] = int(value, 0)
    for name, shift in re.findall(r"^#define\s+(\w+)\s+\(1 << (\d+)\)", text, re.M):
        values[name] = 1 << int(shift)
    for body in re.findall(r"enum\s*\w*\s*\{(.*?)\}", text, re.S):
        names = [entry.split("=")[0].strip() for entry in body.split(",") if entry.strip()]
        values |= {name: number for number, name in enumerate(names)}
    return values


@pytest.mark.skipif(not HEADER.exists(), reason="no kernel headers here")
@pytest.mark.parametrize("constants_class", CLASSES, ids=lambda cls: cls.__name__)
def test_values_are_those_of_the_header(constants_class: type) -> None:
    known = header_values()
    declared = vars(constants_class)["__c_names__"]
    common = declared.keys() & known.keys()
    assert len(common) > len(declared) / 2  # an older header lacks a few
    assert {name: int(declared[name]) for name in common} == {name: known[name] for name in common}


def test_numbers_python_knows_too() -> None:
    assert constants.AF_NETLINK == socket.AF_NETLINK
    assert NETLINK.ROUTE == socket.NETLINK_ROUTE
    assert NLM_F.DUMP == NLM_F.ROOT | NLM_F.MATCH


def test_a_constant_says_its_c_name() -> None:
    assert str(NLM_F.REQUEST) == "NLM_F_REQUEST"
    assert str(constants.NETLINK_OPTION.EXT_ACK) == "NETLINK_EXT_ACK"


def test_the_protocol_table_is_complete() -> None:
    assert {entry.c_name: number for number, entry in PROTOCOLS.items()} == {
        name: int(number) for name, number in NETLINK.__c_names__.items()
    }
    assert all(entry.description for entry in PROTOCOLS.values())


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("route", 0),
        ("NETLINK_ROUTE", 0),
        ("0", 0),
        (0, 0),
        ("sock-diag", 4),
        ("inet_diag", 4),
        ("Kobject_Uevent", 15),
        (NETLINK.GENERIC, 16),
        ("25", 25),
        (31, 31),
    ],
)
def test_a_protocol_is_found_by_name_and_number(given: int | str, number: int) -> None:
    found = protocol_number(given)
    assert (found, type(found)) == (number, int)


def test_a_misspelt_protocol_is_refused_with_near_matches() -> None:
    with pytest.raises(ValueError, match=r"'netfliter'; did you mean netfilter\?"):
        protocol_number("netfliter")


@pytest.mark.parametrize("number", [-1, 32, "99"])
def test_a_number_out_of_range_is_refused(number: int | str) -> None:
    with pytest.raises(ValueError, match="0 to 31"):
        protocol_number(number)


def test_labels() -> None:
    assert protocol_label(0) == "NETLINK_ROUTE (0)"
    assert protocol_label(25) == "protocol 25"

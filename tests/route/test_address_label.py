"""Address labels: captured bytes, what is sent, what is refused. The bytes are a Linux 6.18 kernel's."""

from __future__ import annotations

from typing import Any

import pytest

from netlynx.codec._codec import decode, encode, to_json
from netlynx.errors import EncodeError
from netlynx.route import AddressLabel, add, address_label, address_labels, append, change, delete, replace
from netlynx.route.constants import RTM
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NLM_F

PLAN = plan_of(AddressLabel)
FC00 = "fc" + "00" * 15

CAPTURES = [
    # ip addrlabel list: prefix fc00::/7 label 5
    (f"0a000700000000000a000000{'14000100'}{FC00}0800020005000000", "fc00::/7", 0, 10, 5),
    # ip addrlabel list: prefix ::/0 label 1
    (f"0a000000000000000a000000{'14000100'}{'00' * 16}0800020001000000", "::/0", 0, 10, 1),
]


@pytest.mark.parametrize(("captured", "prefix", "index", "sequence", "label"), CAPTURES)
def test_captured_labels_decode_and_encode_to_the_kernels_bytes(
    captured: str, prefix: str, index: int, sequence: int, label: int
) -> None:
    payload = bytes.fromhex(captured)
    record = decode(PLAN, payload)
    assert (record.prefix, record.index, record.sequence, record.label) == (prefix, index, sequence, label)
    assert encode(PLAN, record) == payload


def test_json_has_what_scripts_need() -> None:
    assert (
        to_json(AddressLabel(prefix="fc00::/7"))
        == b'{"family":0,"index":0,"sequence":0,"prefix":"fc00::/7","label":null}'
    )


@pytest.mark.parametrize(
    ("verb", "message_type", "flags"),
    [
        (add, RTM.NEWADDRLABEL, NLM_F.CREATE | NLM_F.EXCL),
        (replace, RTM.NEWADDRLABEL, NLM_F.CREATE | NLM_F.REPLACE),
        (delete, RTM.DELADDRLABEL, 0),
    ],
)
def test_what_is_sent(verb: Any, message_type: int, flags: int) -> None:
    operation = verb(AddressLabel(prefix="fc00::/7", label=5))
    assert (operation.message_type, operation.flags) == (message_type, flags)
    assert operation.payload == bytes.fromhex(f"0a000700{'00' * 8}14000100{FC00}0800020005000000")


def test_the_prefix_of_everything_is_sent_too() -> None:
    assert (
        add(AddressLabel(prefix="::/0", label=5)).payload.hex() == f"0a{'00' * 11}14000100{'00' * 16}0800020005000000"
    )


def test_a_deletion_without_a_label_takes_any() -> None:
    assert delete(AddressLabel(prefix="fc00::/7")).payload.endswith(bytes.fromhex("0800020000000000"))


@pytest.mark.parametrize(
    ("record", "path"),
    [
        (AddressLabel(label=5), "AddressLabel.prefix"),
        (AddressLabel(prefix="192.0.2.0/24", label=5), "AddressLabel.prefix"),
        (AddressLabel(family="inet", prefix="fc00::/7", label=5), "AddressLabel.prefix"),
        (AddressLabel(prefix="fc00::/7"), "AddressLabel.label"),
        (AddressLabel(prefix="fc00::/7", label=0xFFFFFFFF), "AddressLabel.label"),
    ],
)
def test_what_the_kernel_would_refuse_without_a_word_is_refused_in_words(record: AddressLabel, path: str) -> None:
    with pytest.raises(EncodeError) as caught:
        add(record)
    assert caught.value.path == path


@pytest.mark.parametrize("verb", [append, change])
def test_a_prefix_has_one_label(verb: Any) -> None:
    with pytest.raises(EncodeError, match="replace it"):
        verb(AddressLabel(prefix="fc00::/7", label=5))


def test_the_table_is_listed_and_looked_up() -> None:
    assert address_labels().payload == bytes.fromhex(f"0a{'00' * 11}")
    asked = address_label("2001:db8::1", index=7)
    assert asked.payload.hex() == f"0a008000{'07000000'}{'00000000'}1400010020010db8{'00' * 11}01"


@pytest.mark.parametrize("address", ["192.0.2.1", "fc00::/7", "here"])
def test_one_ipv6_address_is_looked_up(address: str) -> None:
    with pytest.raises(EncodeError, match="not one IPv6 address"):
        address_label(address)

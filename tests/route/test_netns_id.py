"""Namespace IDs: captured bytes, what is sent, what is refused. The bytes are a Linux 6.12 kernel's."""

from __future__ import annotations

from typing import Any

import pytest

from netlynx.codec._codec import decode, encode, to_json
from netlynx.engine.operation import EventKind
from netlynx.errors import EncodeError
from netlynx.route.constants import RTM
from netlynx.route.netns_id import NAMESPACE_IDS, NOT_ASSIGNED, NamespaceId, namespace_id, namespace_ids
from netlynx.route.verbs import add, append, change, delete, replace
from netlynx.schema.compile import plan_of
from netlynx.schema.namespaces import Descriptor
from netlynx.wire.constants import NLM_F

PLAN = plan_of(NamespaceId)

CAPTURES = [
    # ip netns set q1 5; RTM_GETNSID dump
    ("000000000800010005000000", NamespaceId(nsid=5)),
    # RTM_GETNSID by NETNSA_FD, NETNSA_TARGET_NSID 5: unknown there, 0 here
    ("0000000008000100ffffffff0800050000000000", NamespaceId(nsid=NOT_ASSIGNED, current_nsid=0)),
]


@pytest.mark.parametrize(("captured", "record"), CAPTURES)
def test_captured_ids_decode_and_encode_to_the_kernels_bytes(captured: str, record: NamespaceId) -> None:
    payload = bytes.fromhex(captured)
    assert decode(PLAN, payload) == record
    assert encode(PLAN, record) == payload


def test_json_always_has_the_id() -> None:
    assert to_json(NamespaceId()) == b'{"nsid":null}'


def test_the_kernel_chooses_the_id_unless_given() -> None:
    operation = add(NamespaceId(fd=Descriptor(4)))
    assert (operation.message_type, operation.flags) == (RTM.NEWNSID, NLM_F.CREATE | NLM_F.EXCL)
    assert operation.payload == bytes.fromhex("00000000" + "08000100ffffffff" + "0800030004000000")
    assert add(NamespaceId(pid=1, nsid=7)).payload == bytes.fromhex("0000000008000100070000000800020001000000")


@pytest.mark.parametrize("record", [NamespaceId(nsid=4), NamespaceId(fd=Descriptor(3), pid=1)])
def test_a_namespace_is_told_in_one_way(record: NamespaceId) -> None:
    with pytest.raises(EncodeError) as caught:
        add(record)
    assert caught.value.path == "NamespaceId.fd"


@pytest.mark.parametrize("verb", [append, change, delete, replace])
def test_an_id_stays(verb: Any) -> None:
    with pytest.raises(EncodeError, match="stays until its namespace is gone"):
        verb(NamespaceId(fd=Descriptor(3)))


def test_ids_are_listed_here_or_in_another_view() -> None:
    assert namespace_ids().payload == bytes(4)
    assert namespace_ids(target_nsid=5).payload == bytes.fromhex("000000000800040005000000")
    assert namespace_ids().reply_type == RTM.NEWNSID


@pytest.mark.parametrize(
    ("arguments", "attributes"),
    [
        ({"fd": Descriptor(4)}, "0800030004000000"),
        ({"pid": 77}, "080002004d000000"),
        ({"nsid": 5}, "0800010005000000"),
        ({"fd": Descriptor(4), "target_nsid": 5}, "08000300040000000800040005000000"),
    ],
)
def test_one_id_is_looked_up(arguments: dict[str, int], attributes: str) -> None:
    assert namespace_id(**arguments).payload == bytes.fromhex("00000000" + attributes)


@pytest.mark.parametrize("arguments", [{}, {"fd": Descriptor(3), "pid": 1}, {"target_nsid": 4}])
def test_a_lookup_is_by_one_thing(arguments: dict[str, int]) -> None:
    with pytest.raises(EncodeError, match="one of fd, pid and nsid"):
        namespace_id(**arguments)


def test_notifications_say_what_happened() -> None:
    assert {number: kind for number, (kind, _) in NAMESPACE_IDS.messages.items()} == {
        RTM.NEWNSID: EventKind.NEW,
        RTM.DELNSID: EventKind.DELETE,
    }

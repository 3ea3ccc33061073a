"""What the kernel's own specs say wrong of attributes and answers: its headers are right, and its code goes by those.

A number is corrected only where a spec gives just the wrong one, and a byte order where it gives none: a spec that is
mended is left alone.
"""

from __future__ import annotations

import re

import msgspec

from netlynx.ynl.text import AttributeText, Member, OperationText

# By spec and attribute set: why, and for each attribute the number that the spec comes to and the one that it has.
_NUMBERS: dict[tuple[str, str], tuple[str, dict[str, tuple[int, int]]]] = {
    ("nftables", "setelem-attrs"): (
        "it leaves NFTA_SET_ELEM_PAD, 8, out: linux/netfilter/nf_tables.h",
        {"objref": (8, 9), "key-end": (9, 10), "expressions": (10, 11)},
    ),
    ("nftables", "chain-attrs"): (
        "it leaves NFTA_CHAIN_PAD, 9, out: linux/netfilter/nf_tables.h",
        {"flags": (9, 10), "id": (10, 11), "userdata": (11, 12)},
    ),
    ("nftables", "rule-attrs"): (
        "it leaves NFTA_RULE_PAD, 8, out: linux/netfilter/nf_tables.h",
        {"id": (8, 9), "position-id": (9, 10), "chain-id": (10, 11)},
    ),
    ("nftables", "expr-lookup-attrs"): (
        "it has NFTA_LOOKUP_SET_ID, 4, in second place: linux/netfilter/nf_tables.h",
        {"set-id": (2, 4), "sreg": (3, 2), "dreg": (4, 3)},
    ),
    ("conntrack", "nat-attrs"): (
        "it has CTA_NAT_PROTO, 3, in last place: linux/netfilter/nfnetlink_conntrack.h",
        {"nat-v6-minip": (3, 4), "nat-v6-maxip": (4, 5), "nat-proto": (5, 3)},
    ),
    ("nlctrl", "policy-attrs"): (
        "it has NL_POLICY_TYPE_ATTR_PAD, 11, in last place: linux/netlink.h",
        {"mask": (11, 12), "pad": (12, 11)},
    ),
    ("ovs_flow", "action-attrs"): (
        "it leaves OVS_ACTION_ATTR_DROP, 24, out: linux/openvswitch.h",
        {"psample": (24, 25)},
    ),
}

_OF_NFTABLES = "nf_tables has all integers in network byte order (htonl, be64_to_cpu in net/netfilter/nf_tables_api.c)"

# Of which a spec does not say that they are big-endian: by spec and attribute set, why, and the attributes.
_BIG_ENDIAN: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {
    ("nftables", "set-attrs"): (_OF_NFTABLES, ("id", "timeout", "gc-interval")),
    ("nftables", "setelem-attrs"): (_OF_NFTABLES, ("timeout", "expiration")),
    ("nftables", "setelem-list-attrs"): (_OF_NFTABLES, ("set-id",)),
    ("nftables", "rule-attrs"): (_OF_NFTABLES, ("id", "position-id", "chain-id")),
    ("nftables", "numgen-attrs"): (_OF_NFTABLES, ("dreg",)),
    ("conntrack", "counter-attrs"): (
        "the 32-bit counters of old kernels are in network byte order, as are those of 64 bits",
        ("packets-old", "bytes-old"),
    ),
}

# Attributes that repeat, which a spec does not say: by spec and attribute set, why, and the attributes.
_REPEATING: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {
    ("team", "item-option"): ("one for each option: team_nl_send_options_get in team_core.c", ("option",)),
    ("team", "item-port"): ("one for each port: team_nl_send_port_list_get in team_core.c", ("port",)),
}

# What is a key, or a part of one, by its name: errors do not show it.
_SECRET = re.compile(
    r"(.*-)?(private|preshared|cipher|pre-shared)-key|(.*-)?(secret|password|passphrase|psk|pmk|nonce-tail)"
)
_KEYS: dict[tuple[str, str], tuple[str, ...]] = {("psp", "keys"): ("key",), ("nl80211", "nl80211-attrs"): ("key-data",)}

# Members of C structs that are otherwise than the spec says, and why.
_MEMBERS: dict[tuple[str, str], tuple[str, dict[str, dict[str, str]]]] = {
    ("ovs_flow", "ovs-action-push-mpls"): (
        "an EtherType has 16 bits: linux/openvswitch.h",
        {"mpls-ethertype": {"type": "u16"}},
    ),
    ("ovs_flow", "ovs-action-add-mpls"): (
        "an EtherType has 16 bits: linux/openvswitch.h",
        {"mpls-ethertype": {"type": "u16"}},
    ),
    ("ovs_flow", "ovs-key-nd"): (
        "the address that is looked for: linux/openvswitch.h",
        {"nd-target": {"display_hint": "ipv6"}},
    ),
}
# Attributes that a spec leaves out, and where it has its number.
_LACKING: dict[tuple[str, str], tuple[str, tuple[AttributeText, ...]]] = {
    ("ovs_flow", "action-attrs"): ("OVS_ACTION_ATTR_DROP: linux/openvswitch.h", (AttributeText("drop", "u32", 24),)),
}

# Operations that are acknowledged and no more, where a spec has an answer: why, and which.
_UNANSWERED: dict[str, tuple[str, tuple[str, ...]]] = {
    "team": ("what was set is told to the group alone: team_nl_options_set_doit in team_core.c", ("options-set",)),
}


def operation_of(spec: str, operation: OperationText) -> OperationText:
    """An operation, of which its spec says `operation`."""
    if operation.do is None or operation.name not in _UNANSWERED.get(spec, ("", ()))[1]:
        return operation
    return msgspec.structs.replace(operation, do=msgspec.structs.replace(operation.do, reply=None))


def member_of(spec: str, struct: str, member: Member) -> Member:
    """A member of a C struct, of which its spec says `member`."""
    _, changes = _MEMBERS.get((spec, struct), ("", {}))
    return msgspec.structs.replace(member, **changes.get(member.name, {}))


def lacking(spec: str, attribute_set: str) -> tuple[AttributeText, ...]:
    """The attributes of a set that its spec leaves out, with their numbers."""
    return _LACKING.get((spec, attribute_set), ("", ()))[1]


def repeats(spec: str, attribute_set: str, attribute: str, said: bool | None) -> bool | None:
    """Whether an attribute may be there several times, of which its spec says `said`."""
    _, attributes = _REPEATING.get((spec, attribute_set), ("", ()))
    return True if attribute in attributes else said


def secret(spec: str, attribute_set: str, attribute: str) -> bool:
    """Whether an attribute is a key that nobody is to see."""
    return _SECRET.fullmatch(attribute) is not None or attribute in _KEYS.get((spec, attribute_set), ())


def byte_order(spec: str, attribute_set: str, attribute: str, order: str | None) -> str | None:
    """The byte order of an attribute, of which its spec says `order`."""
    _, attributes = _BIG_ENDIAN.get((spec, attribute_set), ("", ()))
    return "big-endian" if order is None and attribute in attributes else order


def corrected(spec: str, attribute_set: str, attribute: str, number: int) -> int:
    """The number of an attribute, which its spec says is `number`."""
    _, numbers = _NUMBERS.get((spec, attribute_set), ("", {}))
    wrong, right = numbers.get(attribute, (-1, -1))
    return right if number == wrong else number

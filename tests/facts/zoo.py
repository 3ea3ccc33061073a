"""A book of made-up facts, to test the comparison itself: it needs none of the kernel's tables."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from .book import FactBook

_HEADER = {
    "ZOO_UNSPEC": 0,
    "ZOO_ID": 1,
    "ZOO_NAME": 2,
    "ZOO_PORT": 3,
    "ZOO_ADDRESS": 4,
    "ZOO_MAC": 5,
    "ZOO_CAGE": 6,
    "ZOO_INFO": 7,
    "ZOO_FEED": 8,
    "ZOO_OPEN": 9,
    "ZOO_BITS": 10,
    "ZOO_SIZE": 11,
    "ZOO_PAD": 12,
    "ZOO_MAX": 12,
    "CAGE_UNSPEC": 0,
    "CAGE_DOOR": 1,
    "CAGE_MAX": 1,
    "DIET_MEAT": 1,
    "DIET_HAY": 2,
    "DIET_ALL": 3,
    "DIET_KIND_RAW": 1,
    "DIET_MAX": 2,
    "HUGE": -2147483648,
}
_STRUCTS = {
    "struct animal": {
        "size": 24,
        "align": 4,
        "header": "zoo.h",
        "members": [
            {"kind": "u8", "name": "legs", "offset": 0, "size": 1},
            {"kind": "u16", "name": "port", "offset": 2, "size": 2},
            {"kind": "s32", "name": "age", "offset": 4, "size": 4},
            {
                "kind": "union",
                "offset": 8,
                "size": 4,
                "members": [
                    {"kind": "be32", "name": "home", "offset": 0, "size": 4},
                    {"kind": "u8", "name": "bytes", "count": 4, "offset": 0, "size": 4},
                ],
            },
            {"kind": "char[]", "name": "name", "count": 4, "offset": 12, "size": 4},
            {"kind": "u32", "name": "table", "count": 2, "offset": 16, "size": 8},
            {"kind": "u8", "name": "rest", "flex": True, "offset": 24, "size": 0},
        ],
    },
    "struct nla_bitfield32": {"size": 8, "align": 4, "header": "zoo.h", "members": []},
}
_POLICIES = {
    "zoo_policy": {
        "file": "zoo.c",
        "attrs": {
            "ZOO_ID": {"nr": 1, "type": "NLA_U32"},
            "ZOO_NAME": {"nr": 2, "type": "NLA_NUL_STRING", "len": 15},
            "ZOO_PORT": {"nr": 3, "type": "NLA_U16"},
            "ZOO_ADDRESS": {"nr": 4, "type": "NLA_U32"},
            "ZOO_MAC": {"nr": 5, "type": "NLA_BINARY", "min": 6, "max": 6},
            "ZOO_CAGE": {"nr": 6, "type": "NLA_NESTED", "nested": "cage_policy"},
            "ZOO_INFO": {"nr": 7, "type": "NLA_UNSPEC", "len": 24, "len_expr": "sizeof(struct animal)"},
            "ZOO_OPEN": {"nr": 9, "type": "NLA_FLAG"},
            "ZOO_BITS": {"nr": 10, "type": "NLA_BITFIELD32"},
            "ZOO_SIZE": {"nr": 11, "type": "NLA_UINT"},
        },
    },
    "cage_policy": {"file": "zoo.c", "attrs": {"CAGE_DOOR": {"nr": 1, "type": "NLA_U8"}}},
}
_SPEC = {
    "definitions": [
        {
            "name": "animal",
            "type": "struct",
            "members": [{"name": "port", "type": "u16", "byte-order": "big-endian"}],
        }
    ],
    "attribute-sets": [
        {
            "name": "zoo",
            "name-prefix": "zoo-",
            "attributes": [
                {"name": "id", "type": "u32"},
                {"name": "name", "type": "string"},
                {"name": "port", "type": "u16", "byte-order": "big-endian"},
                {"name": "address", "type": "u32", "byte-order": "big-endian", "display-hint": "ipv4"},
                {"name": "mac", "type": "binary", "display-hint": "mac"},
                {"name": "cage", "type": "nest", "nested-attributes": "cage"},
                {"name": "info", "type": "binary", "struct": "animal"},
                {"name": "feed", "type": "u8", "multi-attr": True},
                {"name": "open", "type": "flag"},
                {"name": "bits", "type": "bitfield32"},
                {"name": "size", "type": "uint"},
                {"name": "pad", "type": "pad"},
            ],
        },
        {"name": "cage", "name-prefix": "cage-", "attributes": [{"name": "door", "type": "u8"}]},
    ],
}


class Zoo(FactBook):
    """Numbers, structs, policies and a specification of a zoo."""

    def _table(self, name: str) -> Any:
        return {"constants": {"zoo.h": _HEADER}, "structs": _STRUCTS, "policies": _POLICIES}[name]

    def spec(self, name: str) -> Any:
        if name != "zoo":
            raise KeyError(name)
        return _SPEC

    @cached_property
    def spec_structs(self) -> dict[str, list[dict[str, Any]]]:
        return {"animal": _SPEC["definitions"]}

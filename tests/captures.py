"""Bytes that a real kernel sent, each with the class that reads them."""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

from codec.records import NLA_F_NESTED, attribute, nested
from netlynx.route.link import Link
from netlynx.route.nexthop import NextHopObject
from netlynx.route.route import Route
from netlynx.route.rule import Rule


@cache
def captured() -> list[tuple[Any, bytes]]:
    """Messages of rtnetlink, and nests of links, without their nlmsghdr."""
    tests = Path(__file__).parent
    found: list[tuple[Any, bytes]] = []
    for name, cls in (("test_route", Route), ("test_nexthop", NextHopObject), ("test_rule", Rule)):
        spec = importlib.util.spec_from_file_location(f"captures_{name}", tests / "route" / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found += [(cls, bytes.fromhex(each[0]) if isinstance(each[0], str) else each[0]) for each in module.CAPTURES]
    for each in json.loads((tests / "route" / "captured_links.json").read_text()):
        info = b"".join(
            [
                attribute(kind, each[key].encode() + b"\0")
                for key, kind in (("kind", 1), ("slave_kind", 4))
                if key in each
            ]
        ) + attribute(2 if "kind" in each else 5, bytes.fromhex(each["data"]), NLA_F_NESTED)
        found.append((Link, bytes(16) + nested(18, info)))
    return found

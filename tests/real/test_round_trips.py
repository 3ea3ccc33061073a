"""What a listing prints is made again by `netlynx batch --each`: here, and in another namespace."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import netlynx
from command import PATIENCE, environment
from conftest import Ip
from netlynx import netns, route
from netlynx.operation import Dump
from netlynx.testing.namespaces import new_namespace
from world import (
    ADDRESSES,
    FORWARDING,
    IPV6_RULES,
    LINKS,
    NEIGHBOURS,
    NEXTHOPS,
    ROUTES,
    RULES,
    SETTINGS,
    World,
    lines,
)

pytestmark = pytest.mark.namespace

# What each kind of record is listed by and called in a batch, in the order in which one needs another.
LISTINGS: dict[str, tuple[Callable[[], Dump[Any]], str]] = {
    "addresses": (route.addresses, "address"),
    "nexthops": (route.nexthops, "nexthop"),
    "routes": (route.routes, "route"),
    "neighbours": (route.neighbours, "neighbour"),
    "fdb": (route.fdb, "neighbour"),
    "rules": (route.rules, "rule"),
}
# A link of VXLAN comes with one entry of several destinations for all that it does not know: more are appended.
ADD = {"fdb": "append"}
TOLD = {"cacheinfo", "probes"}  # ages and counts: what the kernel alone knows


def listed(namespace: netns.NetworkNamespace, what: str) -> list[str]:
    """The listing as `--lines` prints it, without what comes by itself: the kernel's own, and what it tries to find."""
    with netlynx.connect(netns=namespace) as nl:
        text = b"".join(bytes(piece) for piece in nl.dump(LISTINGS[what][0]()).json(after=b"\n")).decode()
    return [line for line in text.splitlines() if ours(json.loads(line))]


def ours(fields: dict[str, Any]) -> bool:
    if fields.get("protocol") in ("kernel", "kernel-ll", "ra"):
        return False
    if "local" not in fields and "fe80::" in str(fields.get("address")):
        return False
    if fields["family"] == "bridge":  # those that a device has of itself, and its port's
        return not (fields["flags"] == ["self"] and fields["address"].startswith(("33:33", "01:00:5e"))) and not (
            "master" in fields and fields["state"] == ["PERMANENT"]
        )
    return not set(fields.get("state", ())) & {"INCOMPLETE", "FAILED", "NOARP"} or fields.get("protocol") is not None


def known(records: list[str]) -> Counter[str]:
    """The records without what the kernel alone knows of them."""
    fields = (json.loads(record) for record in records)
    return Counter(json.dumps({k: v for k, v in each.items() if k not in TOLD}, sort_keys=True) for each in fields)


def each(namespace: netns.NetworkNamespace, verb: str, what: str, records: list[str]) -> None:
    done = netns.run_in(
        namespace,
        subprocess.run,
        [sys.executable, "-m", "netlynx", "batch", "--each", f"{verb} {LISTINGS[what][1]}", "-"],
        input="\n".join(records),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=environment(),
    )
    assert done.stderr.splitlines()[-1].startswith(f"{len(records)} carried out, 0 refused, 0 unknown"), done.stderr


@pytest.fixture
def other() -> Iterator[netns.NetworkNamespace]:
    """Another namespace with the same links."""
    with new_namespace() as namespace:
        world = World(Ip(namespace))
        for line in lines(LINKS) + lines(SETTINGS):
            world.attempt(line)
        yield namespace


@pytest.fixture
def world(namespace: netns.NetworkNamespace, ip: Ip) -> netns.NetworkNamespace:
    """A namespace with everything."""
    made = World(ip)
    for line in lines(LINKS) + lines(SETTINGS):
        made.attempt(line)
    ip("-batch -", stdin=ADDRESSES + NEXTHOPS + ROUTES)
    ip("-batch -", stdin=RULES)
    ip("-6 -batch -", stdin=IPV6_RULES)
    for line in lines(NEIGHBOURS):
        made.attempt(line)
    for line in lines(FORWARDING):
        made.attempt(line, tool="bridge")
    return namespace


def test_what_is_listed_is_made_again_in_another_namespace(
    world: netns.NetworkNamespace, other: netns.NetworkNamespace
) -> None:
    for what in LISTINGS:
        records = listed(world, what)
        assert len(records) > 3
        each(other, ADD.get(what, "add" if what == "rules" else "replace"), what, records)
        assert known(listed(other, what)) == known(records), what


def test_what_is_listed_is_deleted_and_made_again(world: netns.NetworkNamespace) -> None:
    before = {what: listed(world, what) for what in LISTINGS}
    for what in reversed(LISTINGS):
        each(world, "delete", what, before[what][::-1])
        assert listed(world, what) == []
    for what, records in before.items():
        each(world, ADD.get(what, "add"), what, records)
        assert known(listed(world, what)) == known(records), what


def test_what_is_there_stays_as_it_is_when_it_is_put_in_its_own_place(world: netns.NetworkNamespace) -> None:
    for what in ("addresses", "nexthops", "routes", "neighbours"):
        records = listed(world, what)
        each(world, "replace", what, records)
        assert known(listed(world, what)) == known(records), what

"""What the kernel's spec of nftables makes of a ruleset is what `nft` says of it: the numbers that are corrected, above
all, of elements whose keys are ranges of several parts."""

from __future__ import annotations

import json
import shutil
import subprocess
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

import netlynx
from facts.book import ABSENT, FOLDER
from netlynx import netns, ynl

NFT = shutil.which("nft") or ""

pytestmark = [
    pytest.mark.namespace,
    pytest.mark.skipif(bool(ABSENT), reason=ABSENT),
    pytest.mark.skipif(not NFT, reason="needs nft"),
]

INET = 1  # NFPROTO_INET

RULESET = """
table inet t {
  set ranges {
    type ipv4_addr . inet_service
    flags interval, timeout
    counter
    elements = {
      10.0.0.0-10.0.0.255 . 80-90,
      192.0.2.1 . 443 timeout 1h comment "one",
      198.51.100.7-198.51.100.99 . 1000-2000
    }
  }
  set ranges6 {
    type ipv6_addr . inet_proto . inet_service
    flags interval
    elements = { 2001:db8::-2001:db8::ffff . tcp . 1-1024, ::1 . udp . 53 }
  }
  set aging {
    type ipv4_addr
    flags timeout
    timeout 30m
    gc-interval 10s
  }
  map verdicts {
    type ipv4_addr . inet_service : verdict
    flags interval
    elements = { 10.0.0.0/8 . 22 : drop, 192.0.2.0/24 . 1-9 : accept }
  }
  chain c {
    type filter hook input priority 0; policy drop;
    ip saddr . tcp dport @ranges counter accept
    ip saddr . tcp dport vmap @verdicts
  }
}
"""


def run_nft(namespace: netns.NetworkNamespace, *words: str, text: str = "") -> str:
    done = netns.run_in(
        namespace, subprocess.run, [NFT, *words], input=text, capture_output=True, text=True, timeout=60
    )
    if done.returncode and ("not supported" in done.stderr or "No such file" in done.stderr):
        pytest.skip(done.stderr)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


@pytest.fixture
def listed(nl: netlynx.Connection, namespace: netns.NetworkNamespace) -> list[dict[str, Any]]:
    """The ruleset as nft lists it, once the kernel has it."""
    run_nft(namespace, "-f", "-", text=RULESET)
    found: list[dict[str, Any]] = json.loads(run_nft(namespace, "-n", "-j", "list", "ruleset"))["nftables"]
    return found


def spec() -> ynl.Spec:
    return ynl.load(FOLDER / "specs" / "nftables.yaml")


def bounds(part: Any) -> tuple[bytes, bytes]:
    """The first and the last key that a part of an element means, as nft's JSON says it."""
    if isinstance(part, dict) and "prefix" in part:
        network = ip_network(f"{part['prefix']['addr']}/{part['prefix']['len']}")
        return network[0].packed, network[-1].packed
    first, last = part["range"] if isinstance(part, dict) else (part, part)
    return single(first), single(last)


def single(value: int | str) -> bytes:
    if isinstance(value, str) and not value.isdigit():
        return ip_address(value).packed
    number = int(value)
    return number.to_bytes(2, "big")


def keys(element: Any) -> tuple[bytes, bytes]:
    """The key and the end of an element as the kernel has them: each part filled up to 32 bits."""
    if isinstance(element, dict) and "elem" in element:
        element = element["elem"]["val"]
    pairs = [bounds(part) for part in element["concat"]]
    key, end = (b"".join(each + bytes(-len(each) & 3) for each in side) for side in zip(*pairs, strict=True))
    return key, end


def elements(nl: netlynx.Connection, name: str) -> list[Any]:
    parts = nl.dump(spec().dump("getsetelem", nfgen_family=INET, table="t", set=name))
    found = [each for part in parts if part.elements for each in part.elements.elem]
    assert not any(each.unknown or each.key.unknown or each.key_end.unknown for each in found)
    return found


def test_elements_of_concatenated_ranges_are_those_of_nft(nl: netlynx.Connection, listed: list[dict[str, Any]]) -> None:
    (theirs,) = [each["set"]["elem"] for each in listed if each.get("set", {}).get("name") == "ranges"]
    ours = elements(nl, "ranges")
    assert sorted((each.key.value, each.key_end.value) for each in ours) == sorted(map(keys, theirs))
    (hour,) = [each for each in ours if each.timeout]
    assert (hour.timeout, hour.key.value[:4]) == (3_600_000, ip_address("192.0.2.1").packed)
    assert b"one" in hour.userdata
    assert 0 < hour.expiration <= hour.timeout
    for each in ours:
        expressions = each.expressions.elem if each.expressions else (each.expr,)
        assert [one.name for one in expressions] == ["counter"]


def test_elements_of_three_parts_are_those_of_nft(nl: netlynx.Connection, listed: list[dict[str, Any]]) -> None:
    (theirs,) = [each["set"]["elem"] for each in listed if each.get("set", {}).get("name") == "ranges6"]
    # A protocol has one byte, where nft's JSON has a number (`-n`) as a port's.
    wanted = []
    for element in theirs:
        address, protocol, port = element["concat"]
        pairs = [bounds(address), (bytes([int(protocol)]),) * 2, bounds(port)]
        wanted.append(tuple(b"".join(one + bytes(-len(one) & 3) for one in side) for side in zip(*pairs, strict=True)))
    ours = elements(nl, "ranges6")
    assert sorted((each.key.value, each.key_end.value) for each in ours) == sorted(wanted)


def test_elements_of_a_map_have_their_verdicts(nl: netlynx.Connection, listed: list[dict[str, Any]]) -> None:
    (theirs,) = [each["map"]["elem"] for each in listed if each.get("map", {}).get("name") == "verdicts"]
    ours = {
        (each.key.value, each.key_end.value): each.data.verdict.code.name.lower() for each in elements(nl, "verdicts")
    }
    assert ours == {keys(key): next(iter(verdict)) for key, verdict in theirs}


def test_times_of_a_set_are_those_of_nft(nl: netlynx.Connection, listed: list[dict[str, Any]]) -> None:
    (theirs,) = [each["set"] for each in listed if each.get("set", {}).get("name") == "aging"]
    (ours,) = nl.dump(spec().dump("getset", nfgen_family=INET).where(name="aging"))
    assert (ours.timeout, ours.gc_interval) == (1000 * theirs["timeout"], 1000 * theirs["gc-interval"])
    assert (ours.timeout, ours.gc_interval) == (1_800_000, 10_000)


def test_chains_and_rules_are_those_of_nft(nl: netlynx.Connection, listed: list[dict[str, Any]]) -> None:
    (chain,) = nl.dump(spec().dump("getchain", nfgen_family=INET))
    (theirs,) = [each["chain"] for each in listed if "chain" in each]
    assert (chain.name, chain.handle, chain.type) == (theirs["name"], theirs["handle"], theirs["type"])
    assert "base" in str(chain.flags).lower()
    assert not chain.unknown
    rules = nl.dump(spec().dump("getrule", nfgen_family=INET)).all()
    assert [each.handle for each in rules] == [each["rule"]["handle"] for each in listed if "rule" in each]
    lookups = [one.data for each in rules for one in each.expressions.elem if one.name == "lookup"]
    assert [(each.set, each.dreg, each.set_id) for each in lookups] == [("ranges", None, None), ("verdicts", 0, None)]
    assert len({each.sreg for each in lookups}) == 1
    assert not any(each.unknown for each in (*rules, *lookups))

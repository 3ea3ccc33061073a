"""Hardware offload beside `tc` and `nft`, on a device of a module that takes on all of it. In the guest."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from modules import alone
from netlynx import netns, nftables, route, tc
from netlynx.errors import NotSupported
from netlynx.nftables import words
from netlynx.nftables.chain import ChainFlags
from netlynx.nftables.flowtable import FlowtableFlags
from nft_program import Nft
from support import PATIENCE, load
from tc.both_ways import ageless
from tc.filters_as_tc import shown_filter

pytestmark = pytest.mark.guest
PLACE: dict[str, Any] = {"index": "off0", "parent": "ingress"}
DROP = tc.Action(data=tc.Gact(control="drop"))


@pytest.fixture
def nl() -> Iterator[netlynx.Connection]:
    """With off0, whose driver has offload."""
    with alone("offload_device"), netlynx.connect() as nl:
        nl.do(route.up("off0"))
        yield nl


def by_tc() -> list[Any]:
    """Filters as tc lists them."""
    command = ["tc", "-j", "-s", "-d", "filter", "show", "dev", "off0", "ingress"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
    return [each for each in json.loads(done.stdout) if "options" in each]


def essence(shown: dict[str, Any]) -> Any:
    """What does not depend on when a filter was used."""
    options = shown["options"]
    actions = [(each["kind"], each["control_action"], each["index"]) for each in options["actions"]]
    return shown["pref"], options["keys"], options.get("skip_hw"), options.get("not_in_hw"), actions


@pytest.mark.skipif(shutil.which("tc") is None, reason="needs tc")
def test_a_device_takes_filters_on(nl: netlynx.Connection) -> None:
    nl.do(tc.add(tc.Qdisc(index="off0", parent="clsact", kind="clsact")))
    for number, flags in enumerate((None, "skip_sw", "skip_hw"), 1):
        counted = DROP.replace(hardware_statistics="immediate")
        data = tc.Flower(dst_ip="192.0.2.1", flags=flags, actions=[counted])
        nl.do(tc.add(tc.Filter(**PLACE, protocol="ip", priority=number, data=data)))
    found = nl.dump(tc.filters(**PLACE)).all()
    assert [each.data.in_hw_count for each in found] == [1, 1, 0]
    flags = [each.to_dict()["data"]["flags"] for each in found]
    assert flags == [["in-hw"], ["skip-sw", "in-hw"], ["skip-hw", "not-in-hw"]]
    told = [each.data.actions[0] for each in found]
    assert [each.statistics.hardware.packets for each in told] == [3, 3, 0]
    assert [each.to_dict()["used_hardware_statistics"]["value"] for each in told[:2]] == [["immediate"]] * 2
    ours, theirs = [shown_filter(each.to_dict()) for each in found], by_tc()
    for each, packets in zip(theirs, (6, 6, None), strict=True):  # the device counts three more each time it is asked
        assert each["options"]["actions"][0]["stats"].get("hw_packets") == packets
    for each in (*ours, *theirs):
        action = each["options"]["actions"][0]
        del action["stats"]
        action.pop("first_used", None)
        action.pop("last_used", None)  # which tc tells of what was used, and only for a while of what was not
    assert ageless(theirs[:2]) == ageless(ours[:2])
    assert essence(theirs[2]) == essence(ours[2])  # whose action the kernel tells more or less of, as time goes by


def test_what_a_device_refuses_is_said_in_its_words(nl: netlynx.Connection) -> None:
    nl.do(tc.add(tc.Qdisc(index="off0", parent="clsact", kind="clsact")))
    refused = tc.Filter(**PLACE, protocol="ip", priority=666, data=tc.Flower(flags="skip_sw", actions=[DROP]))
    with pytest.raises(NotSupported, match="not filters of this priority"):
        nl.do(tc.add(refused))
    nl.do(tc.add(refused.replace(data=refused.data.replace(flags=None))))
    (found,) = nl.dump(tc.filters(**PLACE))
    assert (found.data.in_hw_count, found.to_dict()["data"]["flags"]) == (0, ["not-in-hw"])


@pytest.mark.skipif(shutil.which("nft") is None, reason="needs nft")
def test_a_device_takes_on_a_chain_and_a_flowtable(nl: netlynx.Connection) -> None:
    load("nft_flow_offload", "nft_fwd_netdev")
    table = nftables.Table(family="netdev", name="t")
    hook = {"hook": "ingress", "priority": 10, "devices": ["off0"]}
    chain = nftables.Chain(
        family="netdev", table="t", name="c", type="filter", policy="accept", flags="hw-offload", **hook
    )
    other = nftables.Table(family="inet", name="t")
    flows = nftables.Flowtable(
        family="inet", table="t", name="f", hook="ingress", priority=0, devices=["off0"], flags="hw-offload"
    )
    rules = words.rule("t", "c", words.match(words.ip.saddr, "192.0.2.1"), words.drop, family="netdev")
    try:
        nl.do(nftables.transaction([nftables.add(each) for each in (table, chain, *rules, other, flows)]))
        (made,) = nl.dump(nftables.chains(family="netdev").where(table="t"))
        assert made.flags is not None
        assert ChainFlags.HW_OFFLOAD in made.flags
        assert FlowtableFlags.HW_OFFLOAD in nl.do(nftables.flowtable("t", "f", family="inet")).flags
        listed = Nft(netns.current()).text()
        assert listed.count("flags offload") == 2
        assert "ip saddr 192.0.2.1 drop" in listed
    finally:
        for each in (table, other):
            nl.do(nftables.destroy(each))


@pytest.mark.skipif(shutil.which("nft") is None, reason="needs nft")
def test_a_chain_that_no_device_takes_on_is_refused(nl: netlynx.Connection) -> None:
    chain = nftables.Chain(
        family="netdev", table="t", name="c", type="filter", hook="ingress", priority=10, devices=["lo"],
        policy="accept", flags="hw-offload",
    )  # fmt: skip
    with pytest.raises(netlynx.TransactionError, match="EOPNOTSUPP"):
        nl.do(nftables.transaction([nftables.add(nftables.Table(family="netdev", name="t")), nftables.add(chain)]))
    assert nl.count(nftables.tables()) == 0

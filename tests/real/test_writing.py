"""Objects made, changed and removed by commands on a real kernel, seen by `ip`, `nft` and `ipset`."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from conftest import Ip
from forking import forked
from netlynx import netns
from nft_program import Nft

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text()
NUMBER = re.compile(r"\b(index|id|handle|priority)=\d+|\(\d+ removed\)")


def said(words: str, where: netns.NetworkNamespace, status: int = 0) -> str:
    done = forked(shlex.split(words), where=where)
    assert done.returncode == status, (words, done.stderr)
    return done.stdout + done.stderr


@pytest.mark.parametrize("which", ["commands", "dry run", "refused"])
def test_the_page_says_what_is_so(which: str, namespace: netns.NetworkNamespace, ip: Ip) -> None:
    found = re.search(rf"<!-- {which} -->\n```console\n(.*?)```", PAGE, re.S)
    assert found is not None
    if which == "commands":
        Nft(namespace)  # which skips where there is none
    for part in re.split(r"^\$ netlynx ", found[1], flags=re.M)[1:]:
        command, _, expected = part.partition("\n")
        status = 0 if which != "refused" else 2 if "Invalid value" in expected else 1
        printed = said(command, namespace, status)
        assert NUMBER.sub("N", printed) == NUMBER.sub("N", expected), command


def test_links_of_several_kinds_and_what_goes_with_them(namespace: netns.NetworkNamespace, ip: Ip) -> None:
    def do(words: str) -> None:
        said(words, namespace)

    do("add link name=v0 kind=veth data.peer.name=v1 data.peer.mtu=1300 address=02:00:00:00:00:01")
    do("add link name=br0 kind=bridge data.ageing=5000 data.priority=0x1000")
    do("add link name=i0 kind=ifb num_tx_queues=2")
    do("add link name=x0 kind=vxlan data.id=42 data.port=4789 data.group=192.0.2.9")
    do("change link name=v1 master=br0 flags=up")
    do("change link index=v0 flags=up mtu=1400 alias='the first'")
    links = {each["ifname"]: each for each in ip.json("link show")}
    assert links["v0"]["address"] == "02:00:00:00:00:01"
    assert (links["v0"]["mtu"], links["v0"]["ifalias"], links["v1"]["mtu"]) == (1400, "the first", 1300)
    assert links["v1"]["master"] == "br0"
    assert links["br0"]["linkinfo"]["info_data"]["priority"] == 0x1000
    assert links["br0"]["linkinfo"]["info_data"]["ageing_time"] == 5000
    assert (links["i0"]["linkinfo"]["info_kind"], links["i0"]["num_tx_queues"]) == ("ifb", 2)
    assert links["x0"]["linkinfo"]["info_data"]["id"] == 42

    do("add address index=v0 address=192.0.2.1/24")
    do("add addresses index=v0 address=2001:db8::1/64 flags=nodad")
    do(
        "add route destination=10.0.0.0/8 metric=7 multipath.0.gateway=192.0.2.2 multipath.1.oif=v0 "
        "multipath.1.weight=4"
    )
    do("add nexthop id=5 gateway=192.0.2.3 oif=v0")
    do("add route destination=10.9.0.0/16 nexthop_id=5 metrics.mtu=1280")
    do("add rule priority=500 source=10.0.0.0/8 table=100 destination_ports=53-54")
    do("add neighbour index=v0 destination=192.0.2.2 address=02-00-00-00-00-02 state=permanent")
    local = [each["local"] for each in ip.json("address show dev v0")[0]["addr_info"] if each["scope"] == "global"]
    assert local == ["192.0.2.1", "2001:db8::1"]
    routes = {each["dst"]: each for each in ip.json("route show")}
    assert [(hop.get("gateway"), hop["dev"], hop["weight"]) for hop in routes["10.0.0.0/8"]["nexthops"]] == [
        ("192.0.2.2", "v0", 1),
        (None, "v0", 4),
    ]
    assert routes["10.9.0.0/16"]["nhid"] == 5
    (rule,) = [each for each in ip.json("rule show") if each["priority"] == 500]
    assert (rule["src"], rule["srclen"], rule["table"]) == ("10.0.0.0", 8, "100")
    neighbours = {each["dst"]: each for each in ip.json("neighbour show dev v0")}
    assert neighbours["192.0.2.2"]["lladdr"] == "02:00:00:00:00:02"

    do("replace route destination=10.0.0.0/8 metric=7 gateway=192.0.2.9")
    do("change neighbour index=v0 destination=192.0.2.2 address=02:00:00:00:00:03")
    assert {each["dst"]: each for each in ip.json("route show")}["10.0.0.0/8"]["gateway"] == "192.0.2.9"
    assert ip.json("neighbour show 192.0.2.2 dev v0")[0]["lladdr"] == "02:00:00:00:00:03"
    said("add link name=v0 kind=bridge", namespace, status=1)
    said("delete route destination=10.77.0.0/16", namespace, status=1)

    do("delete route destination=10.0.0.0/8 metric=7")
    do("delete rule priority=500")
    do("delete nexthop id=5")
    do("delete neighbour index=v0 destination=192.0.2.2")
    do("flush address index=v0")
    assert [each["dst"] for each in ip.json("route show")] == []
    assert [each for each in ip.json("rule show") if each["priority"] == 500] == []
    assert ip.json("address show dev v0")[0]["addr_info"] == []
    for name in ("i0", "x0", "br0", "v0"):
        do(f"delete link name={name}")
    assert [each["ifname"] for each in ip.json("link show")] == ["lo"]


def test_the_firewall(namespace: netns.NetworkNamespace) -> None:
    nft = Nft(namespace)
    in_table = "family=inet table=t"
    said("add nft-table family=inet name=t", namespace)
    said(f"add nft-chain {in_table} name=in type=filter hook=input priority=0 policy=accept", namespace)
    said(f"add nft-set {in_table} name=s key_type=ipv4_addr size=8", namespace)
    said(f"add nft-element {in_table} set=s type=ipv4_addr key=192.0.2.1", namespace)
    made = said(
        f"add nft-rule {in_table} chain=in expressions.0=counter expressions.1.name=immediate "
        "expressions.1.data.dreg=verdict expressions.1.data.data=drop",
        namespace,
    )
    handle = re.search(r" handle=(\d+)$", made)
    assert handle is not None
    assert "elements = { 192.0.2.1 }" in nft.text()
    (rule,) = [each["rule"] for each in nft.ruleset() if "rule" in each]
    assert rule["handle"] == int(handle[1])
    assert rule["expr"] == [{"counter": {"packets": 0, "bytes": 0}}, {"drop": None}]
    said(f"change nft-chain {in_table} name=in policy=drop", namespace)
    said(f"delete nft-rule {in_table} chain=in handle={handle[1]}", namespace)
    said(f"flush nft-set {in_table} name=s", namespace)
    said("destroy nft-table family=inet name=t", namespace)
    said("destroy nft-table family=inet name=t", namespace)
    said("delete nft-table family=inet name=t", namespace, status=1)


def test_sets_of_ipset(namespace: netns.NetworkNamespace, ip: Ip) -> None:
    if shutil.which("ipset") is None:
        pytest.skip("no `ipset` to compare with")
    said("add ipset name=blocked type=hash:net family=ipv4 timeout=0", namespace)
    said("add ipset-entry set=blocked address=10.0.0.0/8 timeout=600", namespace)
    said("replace ipset-entry set=blocked address=10.0.0.0/8 timeout=60", namespace)
    listed = ip("save blocked", tool="ipset")
    assert listed.startswith("create blocked hash:net family inet ")
    assert re.search(r"^add blocked 10\.0\.0\.0/8 timeout (60|59)$", listed, re.M)
    said("delete ipset-entry set=blocked address=10.0.0.0/8", namespace)
    assert "add blocked" not in ip("save blocked", tool="ipset")
    said("delete ipset name=blocked hashsize=64", namespace, status=2)
    said("delete ipset name=blocked", namespace)
    said("flush ipset name=blocked", namespace, status=1)


def test_traffic_control(namespace: netns.NetworkNamespace, ip: Ip) -> None:
    said("add link name=v0 kind=veth data.peer.name=v1", namespace)
    said(
        "add qdisc index=v0 parent=root handle=1: kind=tbf data.rate=10mbit data.burst=32kb data.latency=50ms",
        namespace,
    )
    assert "qdisc tbf 1: root refcnt" in ip("qdisc show dev v0", tool="tc")
    assert "rate 10Mbit burst 32Kb lat 50ms" in ip("qdisc show dev v0", tool="tc")
    said("delete qdisc index=v0 parent=root", namespace)
    assert "tbf" not in ip("qdisc show dev v0", tool="tc")

"""`ynl` on a machine without kernel specs: what netlynx has a room for works by the same names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.test_closed import run as ended
from command import Run
from facts.book import ABSENT, FOLDER
from netlynx import route, ynl
from netlynx.cli.rooms import NAMES, Room, name_of, room
from netlynx.engine.operation import Do, Dump, Group
from netlynx.netfilter import conntrack
from netlynx.schema.from_json import from_json
from netlynx.ynl.finder import ROOMS

KERNEL = str(Path(__file__).parent / "kernel_hostile.py")


@pytest.fixture(autouse=True)
def none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without specs."""
    monkeypatch.setattr("netlynx.ynl.finder._FOLDERS", ())
    monkeypatch.setenv("NETLYNX_SPECS", "")


def found(name: str) -> Room:
    known = room(name)
    assert known is not None
    return known


def test_what_is_listed_as_a_room_is_one() -> None:
    assert set(NAMES) == set(ROOMS)
    assert room("nftables") is None


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_and_group_is_made(name: str) -> None:
    """Without values where it needs none: what it needs is named."""
    known = found(name)
    assert known.operations
    for each in known.operations.values():
        for verb in each.verbs:
            try:
                made = known.do(each.name, {}) if verb == "do" else known.dump(each.name.replace("-", "_"), {})
            except ValueError:  # one that needs values
                continue
            assert isinstance(made, Do if verb == "do" else Dump)
    groups = known.subscribe()
    assert all(isinstance(each, Group) for each in groups)
    assert len({str(each) for each in groups}) == len(groups)
    if name in ("netdev", "ethtool", "mptcp_pm", "rt_link", "rt_route"):
        assert groups


def test_a_room_knows_what_the_kernel_calls_its_family() -> None:
    told = {"hsr": "HSR", "HSR": "HSR", "ioam6": "IOAM6", "802.15.4 MAC": "802.15.4 MAC", "sunrpc": "sunrpc"}
    told |= {"smc-pnetid": "SMC_PNETID", "rt-link": "rt-link", "elsewhere": "elsewhere"}
    assert {name: name_of(name) for name in told} == told


def test_values_go_by_the_names_of_the_room_and_of_the_kernel() -> None:
    netdev, link = found("netdev"), found("rt-link")
    one = netdev.do("dev-get", {"index": 1})
    assert one.payload == netdev.do("dev_get", {"ifindex": 1}).payload
    assert link.do("getlink", {"ifname": "v0"}).payload == route.link(name="v0").payload
    assert link.dump("getlink", {"kind": "veth"}).payload == route.links(kind="veth").payload
    added = link.do("newlink", {"ifname": "d", "kind": "dummy"}, netlink_flags=("create", "excl"))
    assert added == route.add(from_json(route.Link, {"name": "d", "kind": "dummy"}))
    changed = link.do("newlink", {"ifname": "d", "mtu": 1400})
    assert changed == route.change(route.Link(name="d", mtu=1400))
    flows = found("conntrack").dump("get", {"original": {"source": "192.0.2.1"}})
    assert flows == conntrack.flows(original=conntrack.Tuple(source="192.0.2.1"))
    assert link.do("dellink", {"ifname": "d"}) == route.delete(route.Link(name="d"))


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["netdev", "--do", "dev-gt"], 1, "netdev has no operation 'dev-gt'; did you mean dev-get?"),
        (["netdev", "--dump", "bind-rx"], 1, "netdev.bind-rx is no dump; it is a do"),
        (["netdev", "--do", "dev-add-ntf"], 1, "it is a notification: subscribe to its group"),
        (["netdev", "--subscribe", "mgnt"], 1, "netdev has no group 'mgnt'"),
        (["netdev", "--do", "dev-get", "--json", '{"inde": 1}'], 2, "did you mean index?"),
        (["netdev", "--do", "dev-get", "--flag", "create"], 2, "take no flags"),
        (["netdev", "--do", "dev-get", "--json", '{"index": 1, "ifindex": 2}'], 2, "index: is given twice, once as"),
        (["rt-link", "--dump", "getlink", "--json", '{"vf": true, "VF": 1}'], 2, "VF: is not asked by this"),
        (["conntrack", "--dump", "get", "--json", '{"original": {"sourc": 1}}'], 2, "did you mean source?"),
        (["rt-route", "--do", "getroute"], 2, "getroute wants destination"),
        (["rt-route", "--dump", "getroute", "--json", '{"tabel": 1}'], 2, "did you mean table?"),
        (["rt-route", "--do", "newroute", "--flag", "create"], 2, "give create and excl, create and replace"),
        (["rt-route", "--do", "delroute", "--flag", "create"], 2, "a deletion takes no flags"),
        (["netdv", "--list"], 1, "there is no spec of that name; did you mean netdev?"),
        (["nftables"], 1, "no kernel specs are here. The source of Linux"),
        (["--spec", "netdev"], 1, "netdev: no kernel specs are here"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_what_is_wrong_is_told(words: list[str], status: int, said: str) -> None:
    done = ended(["ynl", *words, "--kernel", KERNEL])
    assert (done.status, said in done.err) == (status, True), done


def test_rooms_are_listed_with_how_to_get_specs() -> None:
    done = ended(["ynl"])
    listed = {line.split()[0] for line in done.out.splitlines()[1:]}
    assert listed == {name.replace("_", "-") for name in ROOMS}
    assert "Debian's linux-source packages" in done.err
    assert "name the folder in NETLYNX_SPECS" in done.err
    shown = ended(["ynl", "netdev"]).out.splitlines()
    assert shown[0].split() == ["OPERATION", "IS", "REQUEST", "ANSWER"]
    assert [line.split()[0] for line in shown[-2:]] == ["mgmt", "page-pool"]


def test_it_is_carried_out_on_a_kernel(run: Run) -> None:
    kernel = ("--kernel", KERNEL)
    assert json.loads(run("ynl", "netdev", "--do", "dev-get", "--json", '{"index": 1}', *kernel).stdout) is not None
    assert len(run("ynl", "rt-link", "--dump", "getlink", "--lines", *kernel).stdout.splitlines()) == 1
    for asked in (
        ["ynl", "netdev", "--subscribe", "mgmt", "--count", "1"],
        ["ynl", "rt-link", "--subscribe", "rtnlgrp-link", "--count", "1"],
    ):
        event = json.loads(run(*asked, *kernel).stdout)
        assert event["object"] == asked[1]


UNSPECIFIED = {
    "acpi_event",
    "batadv",
    "cifs",
    "drbd",
    "gtp",
    "hsr",
    "ila",
    "ioam6",
    "ipvs",
    "l2tp",
    "mac80211_hwsim",
    "mac802154_hwsim",
    "macsec",
    "n802_15_4_mac",
    "nbd",
    "ncsi",
    "net_dm",
    "nfc",
    "nl802154",
    "nlbl_calipso",
    "nlbl_cipsov4",
    "nlbl_mgmt",
    "nlbl_unlbl",
    "ovs_ct_limit",
    "ovs_meter",
    "pmcraid",
    "psample",
    "reg_event",
    "seg6",
    "smbd_genl",
    "smc_gen_netlink",
    "smc_pnetid",
    "tcm_user",
    "thermal",
    "tipcv2",
    "vdpa",
    "vfs_dquot",
}
"""Rooms of which no spec tells."""
SHORT = ("nl80211", "ovs_datapath", "ovs_flow", "ovs_vport")  # whose specs have a few of their operations


@pytest.mark.skipif(bool(ABSENT), reason=ABSENT)
@pytest.mark.parametrize("name", NAMES)
def test_the_names_are_those_of_the_specs(name: str) -> None:
    paths = [each for each in FOLDER.glob("specs/*.yaml") if each.stem.replace("-", "_") == name]
    if name in UNSPECIFIED:
        assert paths == []
        return
    (path,) = paths
    spec, known = ynl.load(path), found(name)
    assert known.name == spec.name
    for each in known.operations.values():
        if each.verbs and (name not in SHORT or each.name in spec.operations):
            assert set(each.verbs) <= set(spec.operations[each.name].verbs), each.name
    if name not in ("nlctrl", "mptcp_pm", "devlink"):  # whose specs say nothing of groups
        assert set(known.groups) <= set(spec.groups)

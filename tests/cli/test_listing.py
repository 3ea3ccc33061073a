"""Listings on a virtual kernel: tables for people, keys that scripts rely on, filters, errors."""

from __future__ import annotations

import json
import re

import pytest

import command
from command import KERNEL, Run

ALWAYS = {
    "links": {"index", "name", "kind", "mtu", "flags", "operstate", "address", "parent", "master"},
    "addresses": {"index", "family", "address", "prefixlen", "scope", "label", "flags"},
    "routes": {
        *("family", "destination", "gateway", "oif", "table", "protocol"),
        *("scope", "type", "metric", "source", "multipath"),
    },
    "neighbours": {"index", "family", "destination", "address", "state"},
    "rules": {"family", "priority", "source", "destination", "action", "table"},
    "nexthops": {"id", "family", "protocol"},
    "fdb": {"index", "address", "state", "flags"},
    "nsids": {"nsid", "fd"},
}


@pytest.mark.parametrize("listing", ALWAYS)
def test_json_is_one_array_with_all_the_keys_that_scripts_rely_on(listing: str, run: Run) -> None:
    records = json.loads(run(listing, "--json", "--kernel", KERNEL).stdout)
    assert records
    for record in records:
        assert ALWAYS[listing] <= record.keys()


@pytest.mark.parametrize("listing", ALWAYS)
def test_lines_are_the_same_objects_one_a_line(listing: str, run: Run) -> None:
    array = json.loads(run(listing, "--json", "--kernel", KERNEL).stdout)
    lines = run(listing, "--lines", "--kernel", KERNEL).stdout.splitlines()
    assert [json.loads(line) for line in lines] == array


def test_an_empty_listing_is_an_empty_array_and_no_table(run: Run) -> None:
    assert run("links", "--kind", "dummy", "--json", "--kernel", KERNEL).stdout == "[]\n"
    assert run("links", "--kind", "dummy", "--kernel", KERNEL).stdout == ""


def test_a_table_is_aligned_and_names_interfaces(run: Run) -> None:
    assert run("links", "--kernel", KERNEL).stdout.splitlines() == [
        "INDEX  NAME  KIND    STATE      MTU  ADDRESS            MASTER  FLAGS",
        "    1  lo            UNKNOWN  65536                             UP",
        "    2  br0   bridge  UP        1500  02:00:00:00:00:02",
        "    3  v0    veth    DOWN      1400                     br0",
    ]


def test_nexthops_forwarding_entries_and_namespaces_are_tables(run: Run) -> None:
    def rows(listing: str) -> list[list[str]]:
        return [re.split(r"  +", line.strip()) for line in run(listing, "--kernel", KERNEL).stdout.splitlines()]

    assert rows("nexthops") == [
        ["ID", "TYPE", "GROUP", "VIA", "DEV", "FAMILY", "PROTOCOL"],
        ["5", "192.0.2.2", "v0", "inet", "unspec"],
        ["6", "blackhole", "inet", "unspec"],
        ["9", "mpath", "5*3 8", "unspec"],
    ]
    assert rows("fdb") == [
        ["ADDRESS", "DEV", "VLAN", "MASTER", "STATE"],
        ["02:00:00:00:00:09", "v0", "10", "br0", "PERMANENT"],
    ]
    assert rows("nsids") == [["NSID"], ["0"], ["11"]]
    assert rows("neighbour-tables") == [
        ["TABLE", "DEV", "REACHABLE", "RETRANS", "STALE", "PROBES", "ENTRIES", "THRESHOLDS"],
        ["arp_cache", "*", "30000", "1000", "60000", "3", "128/512/1024"],
        ["arp_cache", "0", "30000", "1000", "60000", "0/3/3"],
        ["arp_cache", "v0", "30000", "1000", "60000", "0/3/3"],
    ]
    assert rows("nexthop-buckets") == [
        ["GROUP", "BUCKET", "NEXTHOP", "IDLE"],
        ["9", "0", "5", "1.50"],
        ["9", "1", "6", "1.50"],
    ]
    assert rows("can-gateways") == [
        ["FROM", "TO", "FLAGS", "FILTER", "UID", "HANDLED", "DROPPED", "DELETED", "CHANGES"],
        ["v0", "br0", "5", "0", "0"],
        ["br0", "v0", "echo,fd", "123:7ff", "7", "0", "0", "0", "or id 10"],
        ["set len c"],
        ["set flags 1"],
        ["xor"],
    ]
    assert rows("mctp-addresses") == [["ADDRESS", "DEV"], ["8", "lo"]]
    assert rows("mctp-routes") == [
        ["DESTINATION", "VIA", "DEV", "TYPE", "MTU"],
        ["8", "lo", "local"],
        ["10-15", "v0", "unicast", "68"],
        ["30", "12 (network 1)", "unicast"],
    ]
    assert rows("mctp-neighbours") == [
        ["DESTINATION", "DEV", "ADDRESS", "STATE"],
        ["10", "v0", "1d", "PERMANENT"],
    ]
    assert rows("phonet-addresses") == [["ADDRESS", "DEV"], ["0x6c", "v0"]]
    assert rows("phonet-routes") == [["DESTINATION", "DEV"], ["0x60", "v0"]]
    assert rows("address-labels") == [["PREFIX", "DEV", "LABEL"], ["2001:db8::/32", "v0", "7"], ["::/0", "1"]]


def test_what_is_counted_and_how_interfaces_forward_are_tables(run: Run) -> None:
    counted = [" ".join(line.split()) for line in run("stats", "--kernel", KERNEL).stdout.splitlines()]
    assert counted == [
        "DEV OF RX BYTES RX PACKETS RX ERRORS RX DROPPED TX BYTES TX PACKETS TX ERRORS TX DROPPED MORE",
        "br0 link 9 3 0 0 0 0 0 0 collisions 1",
        "br0 vlan 5 7 0 0 0",
        "br0 multicast igmp_leaves.rx 1 igmp_leaves.tx 2",
        "v0 port 802.3ad lacpdu_rx 4",
        "v0 mpls 0 0 0 0 0 0 0 0 rx_noroute 1",
        "lo l3-stats requested",
    ]
    assert run("netconf", "--kernel", KERNEL).stdout.splitlines() == [
        "DEV      FAMILY  FORWARDING  RP FILTER",
        "v0       inet    on          loose",
        "all      inet    off         loose",
        "default  inet    off         loose",
    ]


def test_multicast_routing_is_tables(run: Run) -> None:
    assert run("multicast-routes", "--kernel", KERNEL).stdout.splitlines() == [
        "SOURCE       GROUP        IIF  OIFS            STATE       TABLE    PROTOCOL  PACKETS  BYTES  WRONG IIF",
        "192.0.2.1    233.252.0.1  br0  v0 br0 (ttl 8)  resolved    default  unspec          3     90          0",
        "2001:db8::1  ff05::1                           unresolved  main     unspec",
    ]
    assert run("multicast-tables", "--kernel", KERNEL).stdout.splitlines() == [
        "TABLE    UNRESOLVED  NUMBER  DEV  FLAGS     PACKETS IN",
        "default           1       0  br0                     3",
        "default           1       1  v0   register",
        "1000              0",
    ]


def test_what_a_switch_knows_is_tables(run: Run) -> None:
    def rows(*listing: str) -> list[list[str]]:
        done = run("bridge", *listing, "--kernel", KERNEL).stdout
        return [re.split(r"  +", line.strip()) for line in done.splitlines()]

    assert rows("vlan") == [
        ["DEV", "VLAN", "FLAGS", "STATE", "TUNNEL"],
        ["v0", "1", "pvid", "forwarding"],
        ["v0", "10-20", "1000-1010"],
    ]
    assert rows("vlan", "--global") == [["BRIDGE", "VLAN", "MST", "SNOOPING"], ["br0", "10-20", "5", "on"]]
    assert rows("mdb") == [
        ["BRIDGE", "DEV", "GROUP", "VLAN", "SOURCES", "STATE", "PROTOCOL"],
        ["br0", "v0", "239.1.1.1", "permanent", "static"],
        ["br0", "br0", "ff0e::5", "10", "include 2001:db8::1", "temporary"],
    ]
    assert rows("mdb", "--dev", "v0")[1:] == [["br0", "v0", "239.1.1.1", "permanent", "static"]]
    assert rows("vni") == [["DEV", "VNI", "GROUP"], ["v0", "10-20"], ["v0", "30", "192.0.2.1"]]
    assert rows("fdb") == [
        ["ADDRESS", "DEV", "VLAN", "MASTER", "STATE"],
        ["02:00:00:00:00:09", "v0", "10", "br0", "PERMANENT"],
    ]
    told = run("bridge", "mdb", "--lines", "--kernel", KERNEL).stdout.splitlines()
    assert json.loads(told[0])["group"] == "239.1.1.1"
    assert "--statistics" in run("bridge", "vlan", "--global", "--statistics", "--kernel", KERNEL, status=2).stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nexthop-buckets", "x"], "'x' is no ID"),
        (["nexthop-buckets", "--nexthop", "x"], "'x' is no ID"),
        (["stats", "--sets", "no-such"], "--sets"),
        (["stats", "--sets", "link", "--offload", "cpu-hit"], "--offload"),
        (["netconf", "--family", "can"], "--family"),
        (["multicast-routes", "--family", "mpls"], "--family"),
        (["multicast-routes", "--table", "no-such"], "--table"),
        (["nexthops", "x"], "'x' is no ID"),
        (["nexthops", "5", "--groups"], "a single one is not filtered"),
        (["nexthops", "5", "--format", "csv"], "columns are for listings"),
        (["nexthops", "--family", "bridge"], "--family"),
        (["nexthops", "--family", "inet", "--groups"], "--groups"),
    ],
)
def test_what_nexthops_do_not_take_is_wrong_usage(words: list[str], said: str, run: Run) -> None:
    assert said in run(*words, "--kernel", KERNEL, status=2).stderr


@pytest.mark.parametrize(
    ("listing", "name"), [("addresses", "lo"), ("neighbours", "br0"), ("fdb", "v0"), ("links", "v0")]
)
def test_an_interface_is_given_by_its_place_or_by_its_option(listing: str, name: str, run: Run) -> None:
    by_place = run(listing, name, "--json", "--kernel", KERNEL).stdout
    assert by_place == run(listing, "--dev", name, "--json", "--kernel", KERNEL).stdout
    assert json.loads(by_place)
    assert "give one of them" in run(listing, name, "--dev", name, "--kernel", KERNEL, status=2).stderr
    assert f"netlynx: {listing} nope: " in run(listing, "nope", "--kernel", KERNEL, status=1).stderr


def test_every_hop_of_a_route_has_its_row(run: Run) -> None:
    rows = [line.split() for line in run("routes", "--kernel", KERNEL).stdout.splitlines()]
    assert rows[0][:3] == ["DESTINATION", "VIA", "DEV"]
    assert rows[1][:3] == ["10.0.0.0/8", "192.0.2.1", "v0"]
    assert rows[2][0] == "10.1.0.0/16"
    assert rows[3:] == [["192.0.2.1", "br0", "1"], ["192.0.2.2", "v0", "5"]]


def test_an_interface_that_is_not_there_is_shown_by_its_index(run: Run) -> None:
    assert "if9  2001:db8::1/64" in run("addresses", "--kernel", KERNEL).stdout


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("links", "v0"), ["v0"]),
        (("links", "--kind", "veth"), ["v0"]),
        (("links", "--master", "br0"), ["v0"]),
    ],
)
def test_links_are_chosen_by_name_kind_and_master(arguments: tuple[str, ...], names: list[str], run: Run) -> None:
    records = json.loads(run(*arguments, "--json", "--kernel", KERNEL).stdout)
    assert [record["name"] for record in records] == names


@pytest.mark.parametrize(("table", "destination"), [("main", "10.0.0.0/8"), ("1000", "10.1.0.0/16")])
def test_tables_have_names_and_numbers(table: str, destination: str, run: Run) -> None:
    (record,) = json.loads(run("routes", "--table", table, "--json", "--kernel", KERNEL).stdout)
    assert record["destination"] == destination


def test_an_error_is_one_line_with_request_the_kernels_words_and_the_attribute(run: Run) -> None:
    done = run("links", "nope", "--kernel", KERNEL, status=1)
    assert done.stdout == ""
    assert done.stderr == ("netlynx: links nope: nobody knows it [No such device (ENODEV)]; attribute name\n")


def test_traceback_shows_where_an_error_comes_from(run: Run) -> None:
    done = run("--traceback", "links", "nope", "--kernel", KERNEL, status=1)
    assert done.stderr.startswith("Traceback (most recent call last):")
    assert "netlynx.errors.NotFound: route.link(name=nope)" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("links", "--jsn"), "--jsn"),
        (("lniks",), "lniks"),
        (("links", "--json", "--lines"), "not two of"),
        (("links", "v0", "--kind", "veth"), "not filtered"),
        (("routes", "--family", "ipx"), "--family"),
        (("routes", "--table", "foo"), "--table"),
        (("routes", "192.0.2.1", "--type", "local"), "not filtered: leave --type out"),
        (("links", "--netns", "blue"), "--netns"),
        (("monitor", "river"), "river"),
    ],
)
def test_wrong_usage_is_status_2_and_says_what_is_wrong(arguments: tuple[str, ...], words: str, run: Run) -> None:
    done = run(*arguments, status=2, NETLYNX_KERNEL=KERNEL)
    assert words in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("kernel", "words"),
    [("unix:", "path of a Unix socket"), ("nofile.py", "no file"), (command.__file__, "has no `kernel =")],
)
def test_a_kernel_that_is_none_is_wrong_usage(kernel: str, words: str, run: Run) -> None:
    assert words in run("links", "--kernel", kernel, status=2).stderr


def test_a_kernel_file_with_a_mistake_is_an_error_with_its_line(tmp_path, run: Run) -> None:
    path = tmp_path / "broken.py"
    path.write_text("x = 1\nkernel = VirtualKrenel()\n")
    done = run("links", "--kernel", str(path), status=1)
    assert done.stderr == f"netlynx: {path}, line 2: NameError: name 'VirtualKrenel' is not defined\n"


def test_data_center_bridging_is_listed_in_the_words_of_dcb(run: Run) -> None:
    def rows(*words: str) -> list[list[str]]:
        return [re.split(r"  +", line.strip()) for line in run("dcb", *words, "--kernel", KERNEL).stdout.splitlines()]

    everything = rows()
    assert everything[0] == ["DEV", "OBJECT", "SETTING", "VALUE"]
    for row in (
        ["v0", "ets", "tc-bw", "0:0 1:0 2:0 3:0 4:0 5:0 6:40 7:60"],
        ["v0", "ets", "tc-tsa", "0:strict 1:strict 2:strict 3:strict 4:strict 5:strict 6:ets 7:ets"],
        ["v0", "pfc", "prio-pfc", "0:on 1:off 2:off 3:off 4:off 5:off 6:off 7:on"],
        ["v0", "app", "default-prio", "2"],
        ["v0", "app", "dscp-prio", "46:5"],
        ["v0", "apptrust", "order", "dscp pcp"],
        ["v0", "rewr", "prio-pcp", "1:1de"],
        ["v0", "dcbx", "mode", "host ieee"],
        ["v0", "cee", "features.groups", "enable,willing"],
    ):
        assert row in everything, (row, everything)
    assert rows("v0", "--object", "apptrust")[1:] == [["v0", "apptrust", "order", "dscp pcp"]]
    (found,) = json.loads(run("dcb", "v0", "--json", "--kernel", KERNEL).stdout)
    assert (found["name"], found["trust"], found["pfc"]["enabled"]) == ("v0", ["dscp", "pcp"], 129)
    for words, said in (
        (("v0", "--object", "x"), "'x' is none: there are ets, pfc"),
        (("v0", "--object", "ets", "--json"), "leave it out"),
        (("v0", "--format", "csv"), "columns are for listings"),
        (("lo",), "no Data Center Bridging"),
    ):
        assert said in run("dcb", *words, "--kernel", KERNEL, status=1 if words == ("lo",) else 2).stderr

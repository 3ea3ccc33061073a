"""`ipvs`, `accounting`, `conntrack-timeouts`, `conntrack-helpers`, `hooks`: tables and JSON of a virtual kernel's."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from command import Run

KERNEL = textwrap.dedent(
    """
    from netlynx import ipvs
    from netlynx.errors import from_errno
    from netlynx.ipvs import Daemon, Destination, Info, Ipvs, Service, Timeouts
    from netlynx.kernel import VirtualKernel
    from netlynx.netfilter import accounting, helpers, hooks, timeouts
    from netlynx.wire.constants import NETLINK

    kernel = VirtualKernel()
    WEB = Service(
        family="inet", protocol="tcp", address="192.0.2.1", port=80, scheduler="rr", timeout=600,
        flags={"flags": ["persistent", "hashed"], "mask": 2**32 - 1}, netmask="255.255.255.0",
        stats={"connections": 6, "packets_in": 36, "bytes_in": 2**40, "packets_out": 1, "bytes_out": 2},
    )
    MARKED = Service(family="inet6", fwmark=7, scheduler="sh", stats={"connections": 1})
    SERVERS = [
        Destination(family="inet", address="198.51.100.7", port=8080, forwarding="masq", weight=3,
                    active_connections=1, inactive_connections=4, upper_threshold=100, lower_threshold=50,
                    stats={"connections": 5}),
        Destination(family="inet6", address="2001:db8::7", port=80, forwarding="tunnel", tunnel_type="gue", weight=0,
                    active_connections=0, inactive_connections=0, upper_threshold=0, lower_threshold=0),
    ]
    service = kernel.family(Ipvs)
    service.handles(Ipvs.services)(lambda request: iter([WEB, MARKED]))
    service.handles(Ipvs.destinations)(lambda request: iter([] if request.record.fwmark else SERVERS))
    service.handles(Ipvs.daemons)(lambda request: iter([Daemon(
        state="master", interface="eth0", sync_id=7, max_length=1472, group="224.0.0.81", port=8848, ttl=1)]))
    service.handles(Ipvs.timeouts)(lambda request: Timeouts(tcp=900, tcp_fin=120, udp=300))

    filtering = kernel.serve(NETLINK.NETFILTER, groups=32)

    def lists(listing, *records):
        def table(request):
            yield from records

        filtering.dump(listing.message_type, record=type(listing.request), reply=listing.reply_type)(table)

    lists(
        accounting.accounts(),
        accounting.Account(name="web", packets=5, bytes=200, use=2, flags=["quota-pkts", "overquota"], quota=3),
        accounting.Account(name="rest", packets=0, bytes=0, use=1),
    )
    lists(
        timeouts.policies(),
        timeouts.Policy(name="short", family="ipv4", protocol="tcp", use=1,
                        timeouts=timeouts.Tcp(syn_sent=7, established=300, close=5, unack=9)),
    )
    lists(
        helpers.helpers(),
        helpers.Helper(name="tns", family="ipv4", protocol="tcp", queue=3, status="enabled",
                       policies=[helpers.ExpectPolicy(name="tns", most=4, timeout=300)]),
    )
    here = hooks.Chain(family="ipv4", table="filter", name="early")
    lists(
        hooks.hooks("ipv4", "input"),
        hooks.HookFunction(family="ipv4", hook=1, priority=-150, function="nft_do_chain_ipv4", module="nf_tables",
                           type="nftables", purpose=here),
        hooks.HookFunction(family="ipv4", hook=1, priority=2147483647, function="nf_confirm", module="nf_conntrack"),
        hooks.HookFunction(family="netdev", hook=0, priority=0, function="run", type="bpf",
                           purpose=hooks.Program(id=9)),
    )
    """
)


@pytest.fixture
def kernel(tmp_path: Path) -> str:
    path = tmp_path / "kernel.py"
    path.write_text(KERNEL)
    return str(path)


def test_services_are_a_table_with_their_destinations_under_them(run: Run, kernel: str) -> None:
    text = run("ipvs", "--kernel", kernel).stdout
    assert text == textwrap.dedent(
        """\
        SERVICE              SCHEDULER  FORWARDING  WEIGHT  ACTIVE  INACTIVE  FLAGS
        tcp 192.0.2.1:80     rr                                               persistent 600 s
          198.51.100.7:8080             masq             3       1         4  at most 100, again from 50
          [2001:db8::7]:80              tunnel gue       0       0         0
        fwmark 7 inet6       sh
        """
    )


def test_what_was_counted_is_a_table(run: Run, kernel: str) -> None:
    lines = [line.split() for line in run("ipvs", "--stats", "--kernel", kernel).stdout.splitlines()]
    assert lines[0] == ["SERVICE", "CONNECTIONS", "PACKETS", "IN", "PACKETS", "OUT", "BYTES", "IN", "BYTES", "OUT"]
    assert lines[1] == ["tcp", "192.0.2.1:80", "6", "36", "1", str(2**40), "2"]
    assert lines[2:] == [["198.51.100.7:8080", "5"], ["[2001:db8::7]:80"], ["fwmark", "7", "inet6", "1"]]
    assert run("ipvs", "--rates", "--kernel", kernel).stdout.splitlines()[1:] == [
        *("tcp 192.0.2.1:80", "  198.51.100.7:8080", "  [2001:db8::7]:80", "fwmark 7 inet6"),
    ]


@pytest.mark.parametrize("form", ["--json", "--lines"])
def test_a_service_is_a_row_with_its_destinations(run: Run, kernel: str, form: str) -> None:
    text = run("ipvs", form, "--kernel", kernel).stdout
    rows = json.loads(text) if form == "--json" else [json.loads(line) for line in text.splitlines()]
    assert [(row.get("address"), row["scheduler"], len(row["destinations"])) for row in rows] == [
        ("192.0.2.1", "rr", 2),
        (None, "sh", 0),
    ]
    assert rows[0]["destinations"][0]["service"] == {
        "family": "inet",
        "protocol": "tcp",
        "address": "192.0.2.1",
        "port": 80,
    }
    assert rows[0]["stats"]["bytes_in"] == 2**40


def test_daemons_and_timeouts(run: Run, kernel: str) -> None:
    lines = [line.split() for line in run("ipvs", "--daemons", "--kernel", kernel).stdout.splitlines()]
    assert lines[1] == ["master", "eth0", "7", "1472", "224.0.0.81", "8848", "1"]
    assert run("ipvs", "--timeouts", "--kernel", kernel).stdout.splitlines()[1].split() == ["900", "120", "300"]
    assert json.loads(run("ipvs", "--timeouts", "--json", "--kernel", kernel).stdout) == [
        {"tcp": 900, "tcp_fin": 120, "udp": 300}
    ]
    assert "give one of them: --stats or --daemons" in run("ipvs", "--stats", "--daemons", status=2).stderr


def test_what_netfilter_keeps_is_listed(run: Run, kernel: str) -> None:
    def rows(*words: str) -> list[list[str]]:
        return [line.split() for line in run(*words, "--kernel", kernel).stdout.splitlines()[1:]]

    assert rows("accounting") == [["web", "5", "200", "3", "packets", "reached", "2"], ["rest", "0", "0", "1"]]
    assert rows("conntrack-timeouts") == [
        ["short", "ipv4", "tcp", "1", "syn-sent", "7", "established", "300", "close", "5"],
        ["unack", "9"],
    ]
    assert rows("conntrack-helpers") == [["tns", "ipv4", "tcp", "3", "enabled", "tns", "4", "for", "300", "s"]]
    assert rows("hooks", "--family", "4", "--hook", "input") == [
        ["ipv4", "input", "-150", "nft_do_chain_ipv4", "nf_tables", "ipv4", "filter", "early"],
        ["ipv4", "input", "2147483647", "nf_confirm", "nf_conntrack"],
        ["netdev", "ingress", "0", "run", "program", "9"],
    ]
    (line,) = run("conntrack-helpers", "--lines", "--kernel", kernel).stdout.splitlines()
    assert json.loads(line)["policies"] == [{"name": "tns", "most": 4, "timeout": 300}]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["hooks", "--family", "ipv4"], "give --family and --hook, or neither"),
        (["accounting", "web", "--over"], "a single one is not filtered: leave --over out"),
        (["conntrack-timeouts", "x", "--default", "tcp"], "a single one is not filtered: leave --default out"),
        (["conntrack-timeouts", "--default", "nonesuch"], "'nonesuch' is none of"),
        (["hooks", "--family", "ipv4", "--hook", "ingress"], "is a hook of netdev"),
    ],
)
def test_what_is_misused_is_told(run: Run, kernel: str, words: list[str], said: str) -> None:
    assert said in run(*words, "--kernel", kernel, status=2).stderr

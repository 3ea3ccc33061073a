"""IPVS in the guest: read and made beside `ipvsadm`, and connections that are balanced."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import netlynx
from conftest import Ip
from netlynx import ipvs, netns
from netlynx.ipvs import Daemon, Destination, Forwarding, Pool, Service, ServiceFlags, Timeouts, TunnelType
from support import PATIENCE

pytestmark = [pytest.mark.guest, pytest.mark.namespace]

Tool = Callable[[str], list[str]]


@pytest.fixture(autouse=True)
def module() -> None:
    for each in ("ip_vs", "ip_vs_rr", "ip_vs_wlc", "ip_vs_sh", "ip_vs_pe_sip"):
        done = subprocess.run(["modprobe", each], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"no {each}: {done.stderr.strip()}")


@pytest.fixture(autouse=True)
def loopback(module: None, ip: Ip) -> None:
    """Of a namespace without any address, the kernel takes no address for one of another host."""
    ip("link set lo up")


@pytest.fixture
def ipvsadm(ip: Ip) -> Tool:
    if shutil.which("ipvsadm") is None:
        pytest.skip("no `ipvsadm` to compare with: apt-get install ipvsadm")
    return lambda arguments: ip(arguments, tool="ipvsadm").splitlines()


# -- as `ipvsadm --save --numeric` prints it -----------------------------------------------------------------------

_METHODS = {Forwarding.MASQ: "-m", Forwarding.TUNNEL: "-i", Forwarding.DROUTE: "-g"}
_OWN = {"sh": ("sh-fallback", "sh-port"), "mh": ("mh-fallback", "mh-port")}


def end(address: str | None, port: int | None) -> str:
    return f"[{address}]:{port}" if ":" in str(address) else f"{address}:{port}"


def which(service: Any) -> str:
    if service.fwmark:
        return f"-f {service.fwmark}{' -6' if service.family == socket.AF_INET6 else ''}"
    letter = {6: "-t", 17: "-u", 132: "--sctp-service"}[service.protocol]
    return f"{letter} {end(service.address, service.port)}"


def as_saved(pools: list[Pool]) -> list[str]:
    lines = []
    for pool in pools:
        service, words = pool.service, []
        assert service.flags is not None
        flags = service.flags.flags
        if flags & ServiceFlags.PERSISTENT:
            words.append(f"-p {service.timeout}")
            whole = "128" if service.family == socket.AF_INET6 else "255.255.255.255"
            words += [f"-M {service.netmask}"] if service.netmask != whole else []
        words += [f"--pe {service.persistence_engine}"] if service.persistence_engine else []
        words += ["-o"] if flags & ServiceFlags.ONEPACKET else []
        names = zip(_OWN.get(service.scheduler or "", ()), (ServiceFlags.SCHED1, ServiceFlags.SCHED2), strict=False)
        own = [name for name, flag in names if flags & flag]
        words += [f"-b {','.join(own)}"] if own else []
        lines.append(" ".join(["-A", which(service), f"-s {service.scheduler}", *words]))
        for each in pool.destinations:
            assert each.forwarding is not None
            assert each.service is not None
            words = [_METHODS[each.forwarding], f"-w {each.weight}"]
            if each.tunnel_type is TunnelType.GUE:
                words.append(f"--tun-type gue --tun-port {each.tunnel_port}")
                words.append("--tun-csum" if each.tunnel_flags else "--tun-nocsum")
            elif each.tunnel_type is TunnelType.GRE:
                words.append(f"--tun-type gre {'--tun-csum' if each.tunnel_flags else '--tun-nocsum'}")
            lines.append(" ".join(["-a", which(each.service), f"-r {end(each.address, each.port)}", *words]))
    return lines


def saved(ipvsadm: Tool) -> list[str]:
    """Its lines, without what it says for nothing."""
    return sorted(" ".join(line.replace("--tun-type ipip", "").split()) for line in ipvsadm("--save --numeric"))


def limited(ipvsadm: Tool) -> list[list[int]]:
    """The thresholds of destinations, and their connections, as it lists them."""
    lines = [line.split() for line in ipvsadm("-Ln --thresholds") if line.startswith("  ->")][1:]
    return [[int(each) for each in words[2:]] for words in lines]


def limits_here(nl: netlynx.Connection) -> list[list[int]]:
    found = [each for pool in nl.do(ipvs.pools()) for each in pool.destinations]
    return [
        [each.upper_threshold, each.lower_threshold, each.active_connections, each.inactive_connections]
        for each in found
    ]


def here(nl: netlynx.Connection) -> list[str]:
    return sorted(as_saved(nl.do(ipvs.pools())))


def test_what_ipvsadm_made_is_read(nl: netlynx.Connection, ipvsadm: Tool) -> None:
    for line in (
        "-A -t 192.0.2.1:80 -s rr",
        "-a -t 192.0.2.1:80 -r 198.51.100.1:8080 -m -w 3 -x 100 -y 50",
        "-a -t 192.0.2.1:80 -r 198.51.100.2 -g",
        "-a -t 192.0.2.1:80 -r 198.51.100.3 -i --tun-type gue --tun-port 6080 --tun-csum",
        "-a -t 192.0.2.1:80 -r 198.51.100.4 -i --tun-type gre",
        "-A -u 192.0.2.1:53 -s wlc -o",
        "-A -t [2001:db8::1]:443 -s sh -b sh-port -p 600 -M 64",
        "-a -t [2001:db8::1]:443 -r [2001:db8::8]:443 -m -w 0",
        "-A -t 192.0.2.7:0 -s wlc -p 300 -M 255.255.255.0",
        "-A -f 7 -s rr",
        "-a -f 7 -r 198.51.100.9:0 -g",
        "-A -f 7 -6 -s rr",
        "-A -u 192.0.2.1:5060 -s rr -o -p 60 --pe sip",
    ):
        ipvsadm(line)
    assert here(nl) == saved(ipvsadm)
    assert len(here(nl)) == 13
    assert sorted(limits_here(nl)) == sorted(limited(ipvsadm))
    assert [100, 50, 0, 0] in limits_here(nl)


def test_what_is_made_here_is_read_by_ipvsadm(nl: netlynx.Connection, ipvsadm: Tool) -> None:
    web = Service(protocol="tcp", address="192.0.2.1", port=80, scheduler="rr")
    six = Service(protocol="sctp", address="2001:db8::", port=443, timeout=600, netmask="/64")
    marked = Service(fwmark=7, scheduler="sh", flags=["sched1", "sched2"])
    for each in (
        web,
        six,
        marked,
        Service(protocol="udp", address="192.0.2.1", port=53, flags="onepacket"),
        Service(protocol="tcp", address="192.0.2.9", port=0, timeout=60, netmask="255.255.0.0"),
        Service(protocol="udp", address="192.0.2.1", port=5060, timeout=9, persistence_engine="sip"),
        Destination(service=web, address="198.51.100.1", port=8080, forwarding="masq", weight=3, upper_threshold=9),
        Destination(service=web, address="198.51.100.2", forwarding="droute", weight=0),
        Destination(
            service=web,
            address="198.51.100.3",
            forwarding="tunnel",
            tunnel_type="gue",
            tunnel_port=6080,
            tunnel_flags="csum",
        ),
        Destination(service=web, address="2001:db8::3", forwarding="tunnel"),
        Destination(service=six, address="2001:db8::8", forwarding="masq"),
        Destination(service=marked, address="198.51.100.9", forwarding="droute"),
    ):
        nl.do(ipvs.add(each))
    assert saved(ipvsadm) == here(nl)
    assert len(here(nl)) == 12
    assert sorted(limited(ipvsadm)) == sorted(limits_here(nl))

    pools = nl.do(ipvs.pools())
    nl.do(ipvs.flush())
    assert saved(ipvsadm) == []
    for pool in pools:  # what was read makes the same again
        nl.do(ipvs.add(pool.service))
        for destination in pool.destinations:
            nl.do(ipvs.add(destination))
    assert sorted(as_saved(pools)) == saved(ipvsadm)


def test_a_change_changes_what_it_says_and_nothing_else(nl: netlynx.Connection, ipvsadm: Tool) -> None:
    ipvsadm("-A -t 192.0.2.1:80 -s rr -p 300 -M 255.255.255.0")
    ipvsadm("-a -t 192.0.2.1:80 -r 198.51.100.1:8080 -m -w 3 -x 100 -y 50")
    web = nl.do(ipvs.service("192.0.2.1", 80))
    nl.do(ipvs.change(web.replace(scheduler="wlc")))
    nl.do(ipvs.change(Destination(service=web, address="198.51.100.1", port=8080, weight=0)))
    assert saved(ipvsadm) == [
        "-A -t 192.0.2.1:80 -s wlc -p 300 -M 255.255.255.0",
        "-a -t 192.0.2.1:80 -r 198.51.100.1:8080 -m -w 0",
    ]
    assert limited(ipvsadm) == [[100, 50, 0, 0]]
    (there,) = nl.do(ipvs.pools())[0].destinations
    nl.do(ipvs.change(there.replace(weight=7, upper_threshold=200)))
    nl.do(ipvs.change(Service(protocol="tcp", address="192.0.2.1", port=80, flags={"flags": 0, "mask": 1})))
    assert saved(ipvsadm) == [
        "-A -t 192.0.2.1:80 -s wlc",
        "-a -t 192.0.2.1:80 -r 198.51.100.1:8080 -m -w 7",
    ]
    assert limited(ipvsadm) == [[200, 50, 0, 0]]
    nl.do(ipvs.delete(there))
    nl.do(ipvs.delete(web))
    assert saved(ipvsadm) == []


def test_the_page_about_it_runs_as_it_stands(namespace: netns.NetworkNamespace) -> None:
    page = (Path(__file__).parents[2] / "docs" / "ipvs.md").read_text()
    examples = re.findall(r"^```python\n(.*?)^```", page, re.S | re.M)
    assert examples
    for code in examples:
        netns.run_in(namespace, exec, compile(code, "docs/ipvs.md", "exec"), {})


def test_what_is_not_there_is_told(nl: netlynx.Connection) -> None:
    web = Service(protocol="tcp", address="192.0.2.1", port=80)
    server = Destination(service=web, address="198.51.100.1", forwarding="masq")
    key = Destination(service=web, address="198.51.100.1")
    for asked in (ipvs.service("192.0.2.1", 80), ipvs.delete(web), ipvs.zero(web), ipvs.add(server), ipvs.delete(key)):
        with pytest.raises(netlynx.NetlinkError, match="There is no such service"):
            nl.do(asked)
    with pytest.raises(netlynx.NotFound, match="no service has such a destination"):
        nl.do(ipvs.change(server.replace(weight=2)))
    with pytest.raises(netlynx.NotFound, match="has no scheduler 'nonesuch'"):
        nl.do(ipvs.add(web.replace(scheduler="nonesuch")))
    nl.do(ipvs.add(web))
    with pytest.raises(netlynx.AlreadyExists):
        nl.do(ipvs.add(web))
    with pytest.raises(netlynx.NotFound, match="The service has no such destination"):
        nl.do(ipvs.delete(key))
    with pytest.raises(netlynx.NetlinkError, match=r"224\.0\.0\.1 is neither an address of this host"):
        nl.do(ipvs.add(Destination(service=web, address="224.0.0.1", forwarding="masq")))
    with pytest.raises(netlynx.NetlinkError, match="No such daemon runs"):
        nl.do(ipvs.delete(Daemon(state="backup")))
    with pytest.raises(netlynx.NetlinkError, match="has no interface 'nonesuch'"):
        nl.do(ipvs.add(Daemon(state="backup", interface="nonesuch")))


def test_daemons_and_timeouts(nl: netlynx.Connection, ip: Ip, ipvsadm: Tool) -> None:
    ip("link add v0 type veth peer name v1")
    ip("link set v0 up")
    ip("link set v1 up")
    ip("address add 192.0.2.1/24 dev v0")
    nl.do(ipvs.add(Daemon(state="master", interface="v0", sync_id=7, group="224.0.0.99", port=9000, ttl=3)))
    ipvsadm("--start-daemon backup --mcast-interface v0 --syncid 8")
    text = "\n".join(ipvsadm("-L --daemon"))
    master, backup = nl.dump(ipvs.daemons())
    for each, word in ((master, "master"), (backup, "backup")):
        assert (
            f"{word} sync daemon (mcast={each.interface}, syncid={each.sync_id}, maxlen={each.max_length}, "
            f"group={each.group}, port={each.port}, ttl={each.ttl})" in text
        )
    assert (master.sync_id, master.group, master.port, master.ttl) == (7, "224.0.0.99", 9000, 3)
    with pytest.raises(netlynx.AlreadyExists, match="one of each state"):
        nl.do(ipvs.add(Daemon(state="master", interface="v0")))
    nl.do(ipvs.delete(backup))
    nl.do(ipvs.delete(Daemon(state="master")))
    assert nl.dump(ipvs.daemons()).all() == []

    ipvsadm("--set 700 70 7")
    assert nl.do(ipvs.timeouts()) == Timeouts(tcp=700, tcp_fin=70, udp=7)
    nl.do(ipvs.set_timeouts(Timeouts(udp=9)))
    assert ipvsadm("-L --timeout") == ["Timeout (tcp tcpfin udp): 700 70 9"]
    told = nl.do(ipvs.info())
    version = ".".join(str((told.version or 0) >> shift & 0xFF) for shift in (16, 8, 0))
    assert ipvsadm("-Ln")[0] == f"IP Virtual Server version {version} (size={told.table_size})"


# -- packets ---------------------------------------------------------------------------------------------------------


def answering(stack: ExitStack, address: str, port: int) -> Callable[[], int]:
    """A server that says its port to each client; what tells how many came."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    server = stack.enter_context(socket.create_server((address, port), family=family))
    server.settimeout(PATIENCE)
    came: list[int] = []

    def serve() -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            with client:
                came.append(1)
                client.sendall(str(port).encode())

    thread = threading.Thread(target=serve)
    thread.start()

    def stop() -> None:
        server.shutdown(socket.SHUT_RDWR)
        thread.join(PATIENCE)

    stack.callback(stop)
    return lambda: len(came)


def clients(address: str, port: int, many: int) -> list[str]:
    found = []
    for _ in range(many):
        with socket.create_connection((address, port), timeout=PATIENCE) as client:
            found.append(client.makefile().read())
    return found


def counted_up_to(nl: netlynx.Connection, many: int) -> Pool:
    """The pool, once so many connections were counted: the kernel adds up what its processors counted now and then."""
    deadline = time.monotonic() + PATIENCE
    while True:
        (pool,) = nl.do(ipvs.pools())
        counts = [each.stats.connections for each in (pool.service, *pool.destinations) if each.stats is not None]
        if counts[0] == many == sum(counts[1:]):
            return pool
        assert time.monotonic() < deadline, counts
        time.sleep(0.1)


@pytest.fixture(params=["192.0.2.1", "2001:db8:1::1"], ids=["IPv4", "IPv6"])
def addresses(request: pytest.FixtureRequest, ip: Ip) -> tuple[str, str]:
    """The service's, and that of both servers, on this host."""
    own = "198.51.100.1" if ":" not in request.param else "2001:db8:2::1"
    for each in (request.param, own):
        ip(f"address add {each}/{128 if ':' in each else 32} dev lo {'nodad' if ':' in each else ''}")
    return request.param, own


def test_connections_are_balanced_and_counted(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, addresses: tuple[str, str], ipvsadm: Tool
) -> None:
    outer, inner = addresses
    web = Service(protocol="tcp", address=outer, port=80, scheduler="rr")
    nl.do(ipvs.add(web))
    for port in (8001, 8002):
        nl.do(ipvs.add(Destination(service=web, address=inner, port=port, forwarding="masq")))
    with ExitStack() as stack:
        came = [netns.run_in(namespace, answering, stack, inner, port) for port in (8001, 8002)]
        said = netns.run_in(namespace, clients, outer, 80, 6)
        assert sorted(said) == ["8001"] * 3 + ["8002"] * 3
        assert [each() for each in came] == [3, 3]

    pool = counted_up_to(nl, 6)
    shown = [re.findall(r"\S+", line) for line in ipvsadm("-Ln --stats --exact")][3:]
    numbers = [[int(each) for each in words[-5:]] for words in shown]
    counted = [each.stats for each in (pool.service, *pool.destinations)]
    assert all(each is not None and each.packets_in for each in counted)
    assert numbers == [
        [each.connections, each.packets_in, each.packets_out, each.bytes_in, each.bytes_out]
        for each in counted
        if each is not None
    ]
    assert [each.stats.connections for each in pool.destinations if each.stats] == [3, 3]
    assert sum(each.inactive_connections or 0 for each in pool.destinations) > 0

    nl.do(ipvs.zero(web))
    (pool,) = nl.do(ipvs.pools())
    assert [each.stats.connections for each in (pool.service, *pool.destinations) if each.stats] == [0, 0, 0]
    nl.do(ipvs.change(pool.destinations[0].replace(weight=0)))
    with ExitStack() as stack:
        for port in (8001, 8002):
            netns.run_in(namespace, answering, stack, inner, port)
        assert len(set(netns.run_in(namespace, clients, outer, 80, 4))) == 1

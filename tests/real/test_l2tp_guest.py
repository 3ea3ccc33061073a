"""L2TP in the guest: read and made beside `ip l2tp`, and frames that travel in a session."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

import netlynx
from conftest import Ip
from forking import typed
from netlynx import l2tp, netns, route
from netlynx.l2tp import Session, Tunnel
from support import until

pytestmark = [pytest.mark.guest, pytest.mark.namespace]

HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture(autouse=True)
def links(ip: Ip) -> None:
    for each in ("l2tp_netlink", "l2tp_eth", "l2tp_ip", "l2tp_ip6"):
        done = subprocess.run(["modprobe", each], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"no {each}: {done.stderr.strip()}")
    ip.all(
        (
            "link add v0 type veth peer name v1",
            "link set v0 up",
            "link set v1 up",
            f"address add {HERE}/24 dev v0",
            "address add 2001:db8::1/64 dev v0 nodad",
        )
    )


def as_ip_shows_tunnels(nl: netlynx.Connection) -> list[dict[str, Any]]:
    """What is read here as `ip -j l2tp show tunnel` has it."""
    found = []
    for each in nl.dump(l2tp.tunnels()):
        shown: dict[str, Any] = {"tunnel_id": each.id, "peer_tunnel": each.peer_id}
        shown |= {"encap": str(each.encapsulation).upper(), "local": each.local, "peer": each.remote}
        if each.encapsulation == l2tp.Encapsulation.UDP:
            shown |= {"local_port": each.local_port, "peer_port": each.remote_port}
        if each.encapsulation == l2tp.Encapsulation.UDP and ":" in str(each.local):
            shown |= {"checksum_tx": not each.zero_checksum_sent, "checksum_rx": not each.zero_checksum_received}
        elif each.encapsulation == l2tp.Encapsulation.UDP:
            shown["checksum"] = each.udp_checksum
        found.append(shown)
    return found


def as_ip_shows_sessions(nl: netlynx.Connection) -> list[dict[str, Any]]:
    """The same of `ip -j l2tp show session`."""
    found = []
    for each in nl.dump(l2tp.sessions()):
        shown: dict[str, Any] = {
            "session_id": each.id,
            "tunnel_id": each.tunnel_id,
            "peer_session_id": each.peer_id,
            "peer_tunnel_id": each.peer_tunnel_id,
            "interface": each.name,
        }
        shown |= {"cookie": each.cookie.hex()} if each.cookie else {}
        shown |= {"peer_cookie": each.peer_cookie.hex()} if each.peer_cookie else {}
        shown |= {"reorder_timeout": each.reorder_timeout} if each.reorder_timeout else {}
        shown |= {"send_seq": None} if each.send_sequence else {}
        shown |= {"recv_seq": None} if each.receive_sequence else {}
        found.append(shown)
    return found


def check(nl: netlynx.Connection, ip: Ip) -> None:
    tunnels = json.loads(ip("-j l2tp show tunnel") or "[]")
    assert tunnels == as_ip_shows_tunnels(nl)
    sessions = json.loads(ip("-j l2tp show session") or "[]")
    assert sessions == as_ip_shows_sessions(nl)


def test_what_ip_made_is_read(nl: netlynx.Connection, ip: Ip) -> None:
    for line in (
        f"add tunnel tunnel_id 1 peer_tunnel_id 2 encap udp local {HERE} remote {THERE} udp_sport 5000 udp_dport 6000",
        f"add tunnel tunnel_id 3 peer_tunnel_id 4 encap ip local {HERE} remote {THERE}",
        "add tunnel tunnel_id 5 peer_tunnel_id 6 encap ip local 2001:db8::1 remote 2001:db8::2",
        f"add tunnel tunnel_id 7 peer_tunnel_id 8 encap udp local {HERE} remote {THERE} udp_sport 5001 udp_dport 6001 "
        "udp_csum on",
        "add session tunnel_id 1 session_id 11 peer_session_id 12",
        "add session name east tunnel_id 3 session_id 31 peer_session_id 32 cookie 0011223344556677 "
        "peer_cookie deadbeef l2spec_type none seq both",
    ):
        ip(f"l2tp {line}")
    check(nl, ip)
    by_id = {each.id: each for each in nl.dump(l2tp.tunnels())}
    assert [*by_id] == [1, 3, 5, 7]
    assert {each.version for each in by_id.values()} == {3}
    assert (by_id[7].udp_checksum, by_id[1].udp_checksum) == (True, False)
    assert nl.do(l2tp.tunnel(5)).local == "2001:db8::1"
    east = nl.do(l2tp.session(name="east"))
    assert east == nl.do(l2tp.session(3, 31))
    assert (east.cookie, east.peer_cookie) == (bytes.fromhex("0011223344556677"), bytes.fromhex("deadbeef"))
    assert (east.send_sequence, east.receive_sequence, str(east.pseudowire)) == (True, True, "eth")


def test_what_is_made_here_is_read_by_ip(nl: netlynx.Connection, ip: Ip) -> None:
    ends = {"local": HERE, "remote": THERE}
    with nl.subscribe(l2tp.EVENTS) as events:
        for each in (
            Tunnel(id=1, peer_id=2, **ends, local_port=5000, remote_port=6000),
            Tunnel(id=3, peer_id=4, **ends, encapsulation="ip"),
            Tunnel(
                id=5,
                peer_id=6,
                local="2001:db8::1",
                remote="2001:db8::2",
                local_port=5000,
                remote_port=6000,
                zero_checksum_sent=True,
            ),
            Tunnel(id=7, peer_id=8, **ends, local_port=5001, remote_port=6001, udp_checksum=True),
            Session(tunnel_id=1, id=11, peer_id=12),
            Session(
                tunnel_id=3,
                id=31,
                peer_id=32,
                name="east",
                cookie=bytes(range(8)),
                peer_cookie=b"1234",
                sublayer_header="none",
                reorder_timeout=300,
            ),
        ):
            nl.do(l2tp.add(each))
        check(nl, ip)
        made = [events.get(timeout=60) for _ in range(6)]
        assert [each.kind for each in made] == [*["tunnel_made"] * 4, *["session_made"] * 2]
        assert made[5].record.name == "east"

        nl.do(l2tp.change(Session(tunnel_id=3, id=31, receive_sequence=True, reorder_timeout=500)))
        east = nl.do(l2tp.session(name="east"))
        assert (east.receive_sequence, east.reorder_timeout) == (True, 500)
        nl.do(l2tp.change(east.replace(receive_sequence=False, lns_mode=True)))
        changed = nl.do(l2tp.session(name="east"))
        assert (changed.receive_sequence, changed.lns_mode, changed.reorder_timeout) == (False, True, 500)
        check(nl, ip)

        for operation, error, words in (
            (l2tp.add(Tunnel(id=1, peer_id=2, **ends, encapsulation="ip")), netlynx.NetlinkError, None),
            (l2tp.add(Session(tunnel_id=3, id=31, peer_id=32)), netlynx.AlreadyExists, None),
            (l2tp.add(Session(tunnel_id=99, id=11, peer_id=12)), netlynx.NetlinkError, "no tunnel with this ID"),
            (l2tp.delete(Session(tunnel_id=1, id=99)), netlynx.NetlinkError, "no such session"),
            (l2tp.delete(Tunnel(id=99)), netlynx.NetlinkError, "no tunnel with this ID"),
            (l2tp.delete(Tunnel(id=1, peer_id=9)), netlynx.NotFound, "has peer_id 2 by now"),
            (l2tp.delete(east.replace(peer_id=33)), netlynx.NotFound, "has peer_id 32 by now"),
            (
                l2tp.add(Tunnel(id=9, peer_id=9, local="198.51.100.9", remote=THERE, local_port=1, remote_port=1)),
                netlynx.NetlinkError,
                "198.51.100.9 is no address of this network namespace",
            ),
        ):
            with pytest.raises(error, match=words):
                nl.do(operation)
        nl.do(l2tp.delete(changed))
        for each in nl.dump(l2tp.tunnels()).all():
            nl.do(l2tp.delete(each))
    until(lambda: not nl.dump(l2tp.tunnels()).all())  # l2tp_tunnel_delete leaves it to a worker of the kernel
    assert nl.dump(l2tp.sessions()).all() == []
    nl.do(l2tp.L2tp.noop())


@pytest.mark.parametrize("encapsulation", ["udp", "ip"])
def test_frames_travel_in_a_session(namespace: netns.NetworkNamespace, encapsulation: str) -> None:
    ports = {"local_port": 5000, "remote_port": 5000} if encapsulation == "udp" else {}
    with netns.anonymous() as far, netlynx.connect(netns=namespace) as here, netlynx.connect(netns=far) as other:
        here.do(route.change(route.Link(name="v1", netns_fd=far)))
        other.do(route.up("v1"))
        other.do(route.add(route.Address(index="v1", address=f"{THERE}/24")))
        for nl, local, remote, ids in ((here, HERE, THERE, (1, 2)), (other, THERE, HERE, (2, 1))):
            mine, theirs = ids
            nl.do(
                l2tp.add(
                    Tunnel(
                        id=mine,
                        peer_id=theirs,
                        local=local,
                        remote=remote,
                        encapsulation=encapsulation,
                        **ports,
                    )
                )
            )
            cookies = {"cookie": bytes([mine] * 4), "peer_cookie": bytes([theirs] * 4)}
            nl.do(l2tp.add(Session(tunnel_id=mine, id=mine + 10, peer_id=theirs + 10, name="east", **cookies)))
            nl.do(route.add(route.Address(index="east", address=f"10.0.0.{mine}/24")))
            nl.do(route.up("east"))
        netns.run(namespace, ["ping", "-q", "-c", "2", "-i", "0.2", "-W", "30", "10.0.0.2"], check=True)
        for nl in (here, other):
            (session,) = nl.dump(l2tp.sessions())
            assert session.statistics is not None
            assert (session.statistics.rx_packets or 0) >= 2
            assert (session.statistics.tx_packets or 0) >= 2
            assert session.statistics.rx_cookie_discards == 0


def test_the_commands(nl: netlynx.Connection, namespace: netns.NetworkNamespace, ip: Ip) -> None:
    def netlynx_(words: str) -> str:
        return typed(*words.split(), where=namespace)

    netlynx_(f"add l2tp-tunnel id=1 peer_id=2 encapsulation=ip local={HERE} remote={THERE}")
    netlynx_("add l2tp-session tunnel_id=1 id=11 peer_id=12 name=east cookie=00112233")
    check(nl, ip)
    assert netlynx_("l2tp").splitlines()[1].split()[:6] == ["1", "2", HERE, THERE, "ip", "3"]
    assert netlynx_("l2tp --sessions").splitlines()[1].split()[:2] == ["east", "1"]
    lines = netlynx_("l2tp --sessions --lines")
    netlynx_("delete l2tp-session tunnel_id=1 id=11")
    assert nl.dump(l2tp.sessions()).all() == []
    typed("batch", "-", "--each", "add l2tp-session", where=namespace, stdin=lines)
    check(nl, ip)

"""Filters that a host may lack, in the guest: what flower does to packets, and what is read of what was sent."""

from __future__ import annotations

import socket

import pytest

import netlynx
from netlynx import netns, route, tc
from netlynx.errors import NetlinkError
from support import IN_GUEST

pytestmark = [
    pytest.mark.namespace,
    pytest.mark.guest,
    pytest.mark.skipif(not IN_GUEST, reason="needs flower"),
]

PLACE = {"index": "v0", "parent": "ingress"}
DROP = [tc.Gact(control="drop")]


@pytest.fixture
def hooks(nl: netlynx.Connection) -> netlynx.Connection:
    """A device v0 with hooks for filters: what is sent to 192.0.2.1 over v1 arrives there. x0 leads to x1."""
    for name, peer in (("v0", "v1"), ("x0", "x1")):
        nl.do(route.add(route.Link(name=name, kind="veth", data=route.Veth(peer=route.Link(name=peer)))))
    for name in ("v0", "v1", "x0", "x1", "lo"):
        nl.do(route.change(route.Link(name=name, flags="up")))
    nl.do(route.add(route.Address(index="v1", address="192.0.2.2/24")))
    there = route.Neighbour(index="v1", destination="192.0.2.1", address="02:00:00:00:00:01", state="permanent")
    nl.do(route.add(there))
    nl.do(tc.add(tc.Qdisc(index="v0", parent="clsact", kind="clsact")))
    return nl


def test_flower_redirects_a_packet(hooks: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    data = tc.Flower(ip_proto="udp", dst_ip="192.0.2.0/24", dst_port="4000-4010", actions=[tc.Mirred(redirect="x0")])
    hooks.do(tc.add(tc.Filter(**PLACE, protocol="ip", priority=10, data=data)))

    def exchange() -> bytes:
        with (
            socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x800)) as heard,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock,
        ):
            heard.bind(("x1", 0x800))
            heard.settimeout(20)
            sock.sendto(b"not this", ("192.0.2.1", 5000))
            sock.sendto(b"but this", ("192.0.2.1", 4005))
            return heard.recv(2000)

    assert netns.run_in(namespace, exchange).endswith(b"but this")
    (found,) = hooks.dump(tc.filters(**PLACE))
    assert (found.data.dst_ip, found.data.dst_port, found.data.ip_proto) == ("192.0.2.0/24", "4000-4010", 17)
    assert found.data.actions[0].statistics.basic.packets == 1


SENT = [
    ("ip", tc.Flower(ct_state="+trk-new", ct_mark="7/0xff", ct_zone=5, ct_label="01/ff", actions=DROP)),
    ("ip", tc.Flower(ip_proto="tcp", src_port="80/0xfff0", tcp_flags="0x2/0x12", ip_tos="0x10/0x3f", actions=DROP)),
    ("ip", tc.Flower(ip_flags="+frag-firstfrag", ip_ttl="64/0xf0", src_mac="02:00:00:00:00:00/24", actions=DROP)),
    ("ipv6", tc.Flower(ip_proto="icmpv6", icmp_type=128, src_ip="2001:db8::/32", actions=DROP)),
    ("arp", tc.Flower(arp_op="request", arp_sip="192.0.2.0/24", arp_sha="02:00:00:00:00:01", actions=DROP)),
    ("802.1Q", tc.Flower(vlan_id=5, vlan_prio=3, vlan_ethtype="ip", dst_ip="192.0.2.1", actions=DROP)),
    ("802.1ad", tc.Flower(vlan_id=5, vlan_ethtype="802.1Q", cvlan_id=6, cvlan_ethtype="ip", actions=DROP)),
    ("mpls_uc", tc.Flower(mpls=[{"depth": 1, "label": 100}, {"depth": 2, "label": 7, "bottom": True}], actions=DROP)),
    (
        "ip",
        tc.Flower(
            enc_key_id=5,
            enc_dst_ip="192.0.2.1",
            enc_dst_port=6081,
            enc_options={
                "geneve": [
                    {"class_": 0x102, "type": 0x80, "data": b"\1\2\3\4"},
                    {"class_": 0x103, "type": 0x81, "data": b"\1\2\3\4\5\6\7\x08"},
                ]
            },
            actions=DROP,
        ),
    ),
    ("ip", tc.Flower(enc_key_id=5, enc_options={"vxlan": {"gbp": 7}}, actions=DROP)),
    (
        "ip",
        tc.Basic(
            match={
                "all_of": [
                    {"cmp": {"width": "u8", "offset": 9, "layer": "network", "value": 17}},
                    {"inverted": True, "meta": {"left": "nfmark", "operand": "gt", "value": 5}},
                ]
            },
            actions=DROP,
        ),
    ),
    (
        "ip",
        tc.Basic(
            match={
                "any_of": [
                    {"nbyte": {"pattern": "ab", "offset": 12, "layer": "network"}},
                    {"text": {"pattern": "GET", "algorithm": "kmp", "to_offset": 100}},
                ]
            },
            actions=DROP,
        ),
    ),
]


def test_what_is_read_is_what_was_sent(hooks: netlynx.Connection) -> None:
    for number, (protocol, data) in enumerate(SENT, 1):
        hooks.do(tc.add(tc.Filter(**PLACE, protocol=protocol, priority=number, data=data)))
        (found,) = hooks.dump(tc.filters(**PLACE, priority=number))
        for name in type(data).__declarations__:
            said = getattr(data, name)
            if said in (None, ()) or name == "actions":
                continue
            if name == "vlan_ethtype" and data.cvlan_ethtype is not None:
                continue  # of the inner tag, kernels do not tell which it is
            assert getattr(found.data, name) == said, (number, name)
        hooks.do(tc.delete(found))
        if isinstance(data, tc.Flower) and data.cvlan_ethtype is not None:
            found = found.replace(data=found.data.replace(vlan_ethtype=data.vlan_ethtype))
        hooks.do(tc.add(found))  # what was read makes it again
        (again,) = hooks.dump(tc.filters(**PLACE, priority=number))
        assert again.handle == found.handle
        hooks.do(tc.delete(tc.Filter(**PLACE, priority=number)))


def test_a_template_says_which_masks_there_are(hooks: netlynx.Connection) -> None:
    template = tc.Flower(eth_type="ip", dst_ip="0.0.0.0/24")
    hooks.do(tc.add(tc.Chain(**PLACE, chain=5, data=template)))
    assert hooks.do(tc.chain("v0", parent="ingress", chain=5)).data.dst_ip == "0.0.0.0/24"
    fine = tc.Flower(dst_ip="192.0.2.0/24", actions=DROP)
    hooks.do(tc.add(tc.Filter(**PLACE, protocol="ip", chain=5, priority=1, data=fine)))
    other = tc.Flower(dst_ip="192.0.2.0/25", actions=DROP)
    with pytest.raises(NetlinkError, match="Mask does not fit the template"):
        hooks.do(tc.add(tc.Filter(**PLACE, protocol="ip", chain=5, priority=1, data=other)))

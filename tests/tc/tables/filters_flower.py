"""`flower`. Source: tc-flower(8)."""

from __future__ import annotations

from typing import Any

from netlynx import tc
from netlynx.tc import Flower
from tc.both_ways import DEVICE, Case
from tc.filtering import rule
from tc.filters_as_tc import shown_filter


def flower(words: str, protocol: str | dict[str, str] = "ip", **values: Any) -> Case:
    """A filter into 1:1, of a protocol, or with what is apart."""
    more = {"protocol": protocol} if isinstance(protocol, str) else {"apart": protocol}
    return rule(f"flower {words} classid 1:1".replace("  ", " "), Flower(classid="1:1", **values), **more)


TCP, UDP, SCTP = ({"ip_proto": each} for each in ("tcp", "udp", "sctp"))
shown = shown_filter
CASES = [
    flower(""),
    flower("", "all"),
    flower(f"indev {DEVICE}", indev=DEVICE),
    flower("skip_hw", flags="skip_hw"),
    flower("skip_sw", flags="skip_sw"),
    flower("verbose", flags="verbose"),
    flower("dst_mac 02:00:00:00:00:01", dst_mac="02:00:00:00:00:01"),
    flower("dst_mac 02:00:00:00:00:00/24", dst_mac="02:00:00:00:00:00/24"),
    flower("src_mac 02:00:00:00:00:01/ff:00:ff:00:00:ff", src_mac="02:00:00:00:00:01/ff:00:ff:00:00:ff"),
    flower("ip_proto tcp", ip_proto="tcp"),
    flower("ip_proto udp", ip_proto="udp"),
    flower("ip_proto sctp", ip_proto="sctp"),
    flower("ip_proto icmp", ip_proto="icmp"),
    flower("ip_proto icmpv6", "ipv6", ip_proto="icmpv6"),
    flower("ip_proto 2f", ip_proto="gre"),
    flower("ip_tos 0x10", ip_tos=0x10),
    flower("ip_tos 0x10/0x3f", ip_tos="0x10/0x3f"),
    flower("ip_ttl 64", ip_ttl=64),
    flower("ip_ttl 64/0xf0", ip_ttl="64/0xf0"),
    flower("src_ip 192.0.2.1", src_ip="192.0.2.1"),
    flower("src_ip 192.0.2.0/24", src_ip="192.0.2.0/24"),
    flower("dst_ip 198.51.100.0/24", dst_ip="198.51.100.0/24"),
    flower("src_ip 192.0.2.0/24 dst_ip 198.51.100.1", src_ip="192.0.2.0/24", dst_ip="198.51.100.1"),
    flower("src_ip 2001:db8::1", "ipv6", src_ip="2001:db8::1"),
    flower("dst_ip 2001:db8::/32", "ipv6", dst_ip="2001:db8::/32"),
    *(
        flower(f"ip_proto {name} {side}_port {words}", **{"ip_proto": name, f"{side}_port": words})
        for name in ("tcp", "udp", "sctp")
        for side in ("src", "dst")
        for words in ("80", "80/0xff00", "80-90")
    ),
    flower("ip_proto tcp src_port 1000-2000 dst_port 80", ip_proto="tcp", src_port="1000-2000", dst_port=80),
    flower("ip_proto tcp tcp_flags 0x2/0x12", ip_proto="tcp", tcp_flags="0x2/0x12"),
    flower("ip_proto tcp tcp_flags 0x10", ip_proto="tcp", tcp_flags=0x10),
    flower("ip_proto icmp type 8 code 0", ip_proto="icmp", icmp_type=8, icmp_code=0),
    flower("ip_proto icmp type 8/240", ip_proto="icmp", icmp_type="8/0xf0"),
    flower("ip_proto icmpv6 type 128 code 0/15", "ipv6", ip_proto="icmpv6", icmp_type=128, icmp_code="0/0x0f"),
    flower("ip_flags frag", ip_flags="frag"),
    flower("ip_flags nofrag", ip_flags="nofrag"),
    flower("ip_flags frag/firstfrag", ip_flags="+frag+firstfrag"),
    flower("ip_flags frag/nofirstfrag", ip_flags="+frag-firstfrag"),
    flower("arp_op request", "arp", arp_op="request"),
    flower("arp_op reply/255", "arp", arp_op="reply"),
    flower("arp_sip 192.0.2.1 arp_tip 192.0.2.0/24", "arp", arp_sip="192.0.2.1", arp_tip="192.0.2.0/24"),
    flower(
        "arp_sha 02:00:00:00:00:01 arp_tha 02:00:00:00:00:00/16",
        "arp",
        arp_sha="02:00:00:00:00:01",
        arp_tha="02:00:00:00:00:00/16",
    ),
    flower("vlan_id 5", "802.1Q", vlan_id=5),
    flower("vlan_id 5 vlan_prio 3", "802.1Q", vlan_id=5, vlan_prio=3),
    flower("vlan_prio 7 vlan_ethtype ip", "802.1Q", vlan_prio=7, vlan_ethtype="ip"),
    flower("vlan_ethtype ipv6 dst_ip 2001:db8::1", "802.1Q", vlan_ethtype="ipv6", dst_ip="2001:db8::1"),
    flower(
        "vlan_id 5 vlan_ethtype 802.1q cvlan_id 6 cvlan_prio 2 cvlan_ethtype ip",
        "802.1ad",
        vlan_id=5,
        vlan_ethtype="802.1Q",
        cvlan_id=6,
        cvlan_prio=2,
        cvlan_ethtype="ip",
    ),
    flower("num_of_vlans 2", "802.1Q", num_of_vlans=2),
    flower(
        "mpls_label 100 mpls_tc 3 mpls_bos 1 mpls_ttl 64",
        "mpls_uc",
        mpls_label=100,
        mpls_tc=3,
        mpls_bos=True,
        mpls_ttl=64,
    ),
    flower(
        "mpls lse depth 1 label 100 tc 3 bos 0 ttl 64 lse depth 2 label 200",
        "mpls_uc",
        mpls=[
            {"depth": 1, "label": 100, "traffic_class": 3, "bottom": False, "ttl": 64},
            {"depth": 2, "label": 200},
        ],
    ),
    flower("pppoe_sid 5 ppp_proto ip", "ppp_ses", pppoe_sid=5, ppp_proto=0x21),
    flower("ct_state +trk+est", ct_state="+trk+est"),
    flower("ct_state +trk-new", ct_state="+trk-new"),
    flower("ct_state +trk+est-rpl-inv+rel", ct_state="+trk+est-rpl-inv+rel"),
    flower("ct_zone 5", ct_zone=5),
    flower("ct_zone 5/0xff", ct_zone="5/0xff"),
    flower("ct_mark 7", ct_mark=7),
    flower("ct_mark 7/0xff", ct_mark="7/0xff"),
    flower("ct_label 01000000000000000000000000000000", ct_label="01"),
    flower(f"ct_label 0102{28 * '0'}/ffff{28 * '0'}", ct_label="0102/ffff"),
    flower("enc_key_id 11", enc_key_id=11),
    flower("enc_src_ip 192.0.2.0/24 enc_dst_ip 192.0.2.1", enc_src_ip="192.0.2.0/24", enc_dst_ip="192.0.2.1"),
    flower("enc_dst_ip 2001:db8::/32 enc_src_ip 2001:db8::1", enc_dst_ip="2001:db8::/32", enc_src_ip="2001:db8::1"),
    flower("enc_dst_port 4789", {"2.46": "tc leaves out a mask that is all of the key"}, enc_dst_port=4789),
    flower("enc_tos 0x10/0x3f enc_ttl 5", enc_tos="0x10/0x3f", enc_ttl=5),
    flower(
        "enc_key_id 5 geneve_opts 0102:80:11223344/ffff:ff:ffffffff",
        enc_key_id=5,
        enc_options={"geneve": [{"class_": 0x102, "type": 0x80, "data": b"\x11\x22\x33\x44"}]},
        enc_options_mask={"geneve": [{"class_": 0xFFFF, "type": 0xFF, "data": b"\xff" * 4}]},
    ),
    flower(
        "enc_key_id 5 geneve_opts 0102:80:11223344/ffff:ff:ffffffff,0103:81:0011223344556677/ff00:ff:0000000000000000",
        enc_key_id=5,
        enc_options={
            "geneve": [
                {"class_": 0x102, "type": 0x80, "data": b"\x11\x22\x33\x44"},
                {"class_": 0x103, "type": 0x81, "data": bytes.fromhex("0011223344556677")},
            ]
        },
        enc_options_mask={
            "geneve": [
                {"class_": 0xFFFF, "type": 0xFF, "data": b"\xff" * 4},
                {"class_": 0xFF00, "type": 0xFF, "data": bytes(8)},
            ]
        },
    ),
    flower(
        "enc_key_id 5 vxlan_opts 7/0xffffffff",
        enc_key_id=5,
        enc_options={"vxlan": {"gbp": 7}},
        enc_options_mask={"vxlan": {"gbp": 0xFFFFFFFF}},
    ),
    flower(
        "enc_key_id 5 erspan_opts 1:2:0:0/255:4294967295:255:255",
        enc_key_id=5,
        enc_options={"erspan": {"version": 1, "index": 2, "direction": 0, "hardware_id": 0}},
        enc_options_mask={"erspan": {"version": 255, "index": 0xFFFFFFFF, "direction": 255, "hardware_id": 255}},
    ),
    flower(
        "enc_key_id 5 gtp_opts 1:2/ff:ff",
        enc_key_id=5,
        enc_options={"gtp": {"pdu_type": 1, "qfi": 2}},
        enc_options_mask={"gtp": {"pdu_type": 255, "qfi": 255}},
    ),
    rule("flower action gact drop", Flower(actions=[tc.Gact(control="drop")])),
    rule(
        "flower dst_ip 192.0.2.1 action gact pass action gact drop",
        Flower(dst_ip="192.0.2.1", actions=[tc.Gact(control="pass"), tc.Gact(control="drop")]),
    ),
    rule("flower dst_ip 192.0.2.1", Flower(dst_ip="192.0.2.1"), spelt="7", handle=7),
]

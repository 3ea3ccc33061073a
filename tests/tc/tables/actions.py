"""Actions of all kinds but `police` and `simple`. Source: tc-actions(8) and a manual page a kind."""

from __future__ import annotations

from typing import Any

from netlynx import tc
from tc.actions_as_tc import shown_action
from tc.both_ways import Case

ONE = "1.1.2"  # the options of the first action of a message
FLOW = {f"{ONE}.4": "tc changes 19 of the 20 bits of a flow label"}
NAT = {f"{ONE}.1[28:32]": "tc writes the mask of one address where any is meant"}


def action(words: str, data: Any, *, apart: dict[str, str] | None = None, **more: Any) -> Case:
    """An action by itself, of the kind and with the options that the words say."""
    return Case(f"actions add action {words}", tc.Action(data=data, **more), apart=apart or {}, only_sent=SHARED)


SHARED = "what kernels make of them is tried in tests/real/test_actions.py"

GACT = [
    action("gact drop", tc.Gact(control="drop")),
    action("gact pass", tc.Gact(control="pass")),
    action("gact pipe", tc.Gact(control="pipe")),
    action("gact continue", tc.Gact(control="continue")),
    action("gact reclassify", tc.Gact(control="reclassify")),
    action("gact trap", tc.Gact(control="trap")),
    action("gact goto chain 5", tc.Gact(control="goto chain 5")),
    action("gact jump 2", tc.Gact(control="jump 2")),
    action("gact drop index 5 cookie aabb", tc.Gact(control="drop"), index=5, cookie=b"\xaa\xbb"),
    action(
        "gact pass random netrand drop 7",
        tc.Gact(control="pass", random={"type": "netrand", "control": "drop", "every": 7}),
    ),
    action(
        "gact pass random determ continue 3 index 9",
        tc.Gact(control="pass", random={"type": "determ", "control": "continue", "every": 3}, index=9),
    ),
    action("drop", tc.Gact(control="drop")),
    action("gact drop no_percpu", tc.Gact(control="drop"), flags=["no_percpu_stats"]),
    action("gact drop skip_hw", tc.Gact(control="drop"), flags=["skip_hw"]),
    action("gact drop skip_sw", tc.Gact(control="drop"), flags=["skip_sw"]),
    action("gact drop hw_stats immediate", tc.Gact(control="drop"), hardware_statistics=["immediate"]),
    action("gact drop hw_stats delayed", tc.Gact(control="drop"), hardware_statistics="delayed"),
    action("gact drop hw_stats disabled", tc.Gact(control="drop"), hardware_statistics=[]),
    action(
        "gact drop cookie 00112233445566778899aabbccddeeff", tc.Gact(control="drop"), cookie=bytes(range(0, 256, 17))
    ),
]
MIRRED = [
    action("mirred egress redirect dev v0", tc.Mirred(redirect=10)),
    action("mirred egress mirror dev v0", tc.Mirred(mirror=10)),
    action("mirred ingress redirect dev v0 index 7", tc.Mirred(redirect=10, ingress=True, index=7)),
    action("mirred ingress mirror dev v0 pass", tc.Mirred(mirror=10, ingress=True, control="pass")),
    action("mirred egress mirror dev v0 continue", tc.Mirred(mirror=10, control="continue")),
]
SKBEDIT = [
    action("skbedit mark 5", tc.Skbedit(mark=5)),
    action("skbedit mark 5/0xff pass", tc.Skbedit(mark=5, mask=0xFF, control="pass")),
    action("skbedit priority 1:2", tc.Skbedit(priority="1:2")),
    action("skbedit queue_mapping 3", tc.Skbedit(queue_mapping=3)),
    action("skbedit ptype host", tc.Skbedit(packet_type="host")),
    action("skbedit ptype otherhost", tc.Skbedit(packet_type="otherhost")),
    action("skbedit ptype broadcast", tc.Skbedit(packet_type="broadcast")),
    action("skbedit ptype multicast", tc.Skbedit(packet_type="multicast")),
    action("skbedit inheritdsfield", tc.Skbedit(inherit_dsfield=True)),
    action(
        "skbedit mark 5/0xff priority 1:2 queue_mapping 3 ptype host inheritdsfield index 8",
        tc.Skbedit(mark=5, mask=0xFF, priority="1:2", queue_mapping=3, packet_type=0, inherit_dsfield=True, index=8),
    ),
]
VLAN = [
    action("vlan pop", tc.Vlan(action="pop")),
    action("vlan push id 5", tc.Vlan(action="push", id=5)),
    action(
        "vlan push id 5 protocol 802.1ad priority 3 drop",
        tc.Vlan(action="push", id=5, protocol="802.1ad", priority=3, control="drop"),
    ),
    action("vlan push id 5 protocol 802.1Q", tc.Vlan(action="push", id=5, protocol="802.1Q")),
    action("vlan modify id 7 priority 2", tc.Vlan(action="modify", id=7, priority=2)),
    action("vlan pop_eth", tc.Vlan(action="pop_eth")),
    action(
        "vlan push_eth dst_mac 02:00:00:00:00:01 src_mac 02:00:00:00:00:02",
        tc.Vlan(action="push_eth", destination="02:00:00:00:00:01", source="02:00:00:00:00:02"),
    ),
]
MPLS = [
    action("mpls pop protocol ip", tc.Mpls(action="pop", protocol="ip")),
    action("mpls pop protocol ipv6 continue", tc.Mpls(action="pop", protocol="ipv6", control="continue")),
    action("mpls push label 20", tc.Mpls(action="push", label=20)),
    action(
        "mpls push protocol mpls_uc label 20 tc 3 ttl 64 bos 1",
        tc.Mpls(action="push", protocol="mpls_uc", label=20, traffic_class=3, ttl=64, bottom=1),
    ),
    action("mpls push protocol mpls_mc label 1048575", tc.Mpls(action="push", protocol="mpls_mc", label=1048575)),
    action("mpls mac_push label 20", tc.Mpls(action="mac_push", label=20)),
    action("mpls modify label 30 tc 2 ttl 3", tc.Mpls(action="modify", label=30, traffic_class=2, ttl=3)),
    action("mpls dec_ttl", tc.Mpls(action="dec_ttl")),
]
NAT_CASES = [
    action("nat ingress 192.0.2.0/24 198.51.100.1", tc.Nat(old="192.0.2.0/24", new="198.51.100.1")),
    action(
        "nat egress 192.0.2.1 198.51.100.1 drop",
        tc.Nat(old="192.0.2.1", new="198.51.100.1", egress=True, control="drop"),
    ),
    action("nat egress any 198.51.100.1", tc.Nat(old="0.0.0.0/0", new="198.51.100.1", egress=True), apart=NAT),
]
CSUM = [
    action("csum ip4h", tc.Csum(update="iph")),
    action(
        "csum ip4h and icmp and igmp and tcp and udp and udplite and sctp pass",
        tc.Csum(update=["iph", "icmp", "igmp", "tcp", "udp", "udplite", "sctp"], control="pass"),
    ),
    action("csum tcp pipe index 6", tc.Csum(update="tcp", control="pipe", index=6)),
]
CONNMARK = [
    action("connmark", tc.Connmark()),
    action("connmark zone 5 drop", tc.Connmark(zone=5, control="drop")),
]
CTINFO = [
    action("ctinfo dscp 0xfc000000", tc.Ctinfo(dscp_mask=0xFC000000)),
    action("ctinfo dscp 0xfc000000 0x00800000", tc.Ctinfo(dscp_mask=0xFC000000, dscp_state=0x00800000)),
    action("ctinfo cpmark", tc.Ctinfo(cpmark_mask=0xFFFFFFFF)),
    action("ctinfo cpmark 0xff zone 3 drop", tc.Ctinfo(cpmark_mask=0xFF, zone=3, control="drop")),
]
SAMPLE = [
    action("sample rate 100 group 5", tc.Sample(every=100, group=5)),
    action("sample rate 100 group 5 trunc 64 drop", tc.Sample(every=100, group=5, truncate=64, control="drop")),
]
SKBMOD = [
    action("skbmod set dmac 02:00:00:00:00:01", tc.Skbmod(destination="02:00:00:00:00:01")),
    action(
        "skbmod set smac 02:00:00:00:00:02 set etype 0x800 pipe",
        tc.Skbmod(source="02:00:00:00:00:02", protocol=0x800),
    ),
    action(
        "skbmod set dmac 02:00:00:00:00:01 set smac 02:00:00:00:00:02 set etype 0x800 drop",
        tc.Skbmod(destination="02:00:00:00:00:01", source="02:00:00:00:00:02", protocol=0x800, control="drop"),
    ),
    action("skbmod swap mac", tc.Skbmod(swap=True)),
    action("skbmod ecn", tc.Skbmod(ecn=True)),
]
IFE = [
    action("ife encode", tc.Ife(direction="encode", allow=[])),
    action("ife encode allow mark", tc.Ife(direction="encode", allow="mark")),
    action(
        "ife encode use mark 5 use prio 3 allow tcindex dst 02:00:00:00:00:01 src 02:00:00:00:00:02 type 0xDEAD",
        tc.Ife(
            direction="encode",
            mark=5,
            priority=3,
            allow="tcindex",
            destination="02:00:00:00:00:01",
            source="02:00:00:00:00:02",
            type=0xDEAD,
        ),
    ),
    action("ife encode use tcindex 7 pass", tc.Ife(direction="encode", allow=[], tcindex=7, control="pass")),
    action("ife decode pass", tc.Ife(direction="decode", control="pass")),
]
BPF = [
    action('bpf bytecode "1,6 0 0 4294967295,"', tc.BpfAction(instructions=[(6, 0, 0, 0xFFFFFFFF)])),
    action(
        'bpf bytecode "2,40 0 0 12,6 0 0 0," drop index 3',
        tc.BpfAction(instructions=[(40, 0, 0, 12), (6, 0, 0, 0)], control="drop", index=3),
    ),
]
LABEL = bytes.fromhex("00112233445566778899aabbccddeeff")
CT = [
    action("ct", tc.Ct()),
    action("ct zone 5 pipe", tc.Ct(zone=5)),
    action("ct commit", tc.Ct(commit=True)),
    action("ct commit mark 7", tc.Ct(commit=True, mark=7)),
    action("ct commit force mark 7/0xff", tc.Ct(commit=True, force=True, mark=7, mark_mask=0xFF)),
    action(f"ct commit label {LABEL.hex()}", tc.Ct(commit=True, labels=LABEL)),
    action(
        f"ct commit zone 5 label {LABEL.hex()}/ffff0000ffff0000ffff0000ffff0000",
        tc.Ct(commit=True, zone=5, labels=LABEL, labels_mask=bytes.fromhex("ffff0000" * 4)),
    ),
    action("ct commit nat src addr 192.0.2.1 pipe", tc.Ct(commit=True, nat="src", nat_address="192.0.2.1")),
    action(
        "ct commit nat src addr 192.0.2.1-192.0.2.9 port 100-200",
        tc.Ct(
            commit=True,
            nat="src",
            nat_address="192.0.2.1",
            nat_address_last="192.0.2.9",
            nat_port=100,
            nat_port_last=200,
        ),
    ),
    action(
        "ct commit nat dst addr 2001:db8::1 port 80",
        tc.Ct(commit=True, nat="dst", nat_address="2001:db8::1", nat_port=80),
    ),
    action("ct nat pipe", tc.Ct(nat="restore")),
    action("ct clear drop", tc.Ct(clear=True, control="drop")),
    action("ct zone 7 goto chain 1", tc.Ct(zone=7, control="goto chain 1")),
]
ENDS = {"source": "192.0.2.1", "destination": "192.0.2.2"}
IDS = "src_ip 192.0.2.1 dst_ip 192.0.2.2 id 42"
TUNNEL_KEY = [
    action("tunnel_key unset", tc.TunnelKey(action="unset"), apart={f"{ONE}.10": "tc says so of no checksum, too"}),
    action(f"tunnel_key set {IDS}", tc.TunnelKey(action="set", **ENDS, id=42)),
    action(
        "tunnel_key set src_ip 2001:db8::1 dst_ip 2001:db8::2 id 42 dst_port 4789 nocsum tos 0x10 ttl 64",
        tc.TunnelKey(
            action="set",
            source="2001:db8::1",
            destination="2001:db8::2",
            id=42,
            destination_port=4789,
            checksum=False,
            tos=0x10,
            ttl=64,
        ),
    ),
    action(
        f"tunnel_key set {IDS} csum dst_port 6081 geneve_opts 0102:80:00112233,0102:81:0011223344556677",
        tc.TunnelKey(
            action="set",
            **ENDS,
            id=42,
            checksum=True,
            destination_port=6081,
            options={
                "geneve": [
                    {"class_": 0x102, "type": 0x80, "data": bytes.fromhex("00112233")},
                    {"class_": 0x102, "type": 0x81, "data": bytes.fromhex("0011223344556677")},
                ]
            },
        ),
    ),
    action(
        f"tunnel_key set {IDS} vxlan_opts 55",
        tc.TunnelKey(action="set", **ENDS, id=42, options={"vxlan": {"gbp": 55}}),
    ),
    action(
        f"tunnel_key set {IDS} erspan_opts 1:7:0:0",
        tc.TunnelKey(
            action="set", **ENDS, id=42, options={"erspan": {"version": 1, "index": 7, "direction": 0, "hardware": 0}}
        ),
    ),
    action(
        f"tunnel_key set {IDS} erspan_opts 2:0:1:5",
        tc.TunnelKey(
            action="set", **ENDS, id=42, options={"erspan": {"version": 2, "index": 0, "direction": 1, "hardware": 5}}
        ),
    ),
]
GATE = [
    action(
        "gate priority 1 base-time 200000000000 sched-entry open 200000000 -1 8000 sched-entry close 100000000",
        tc.Gate(
            priority=1,
            base_time=200_000_000_000,
            entries=[
                {"open": True, "interval": "200ms", "priority": -1, "octets": 8000},
                {"interval": "100ms", "priority": -1, "octets": -1},
            ],
        ),
    ),
    action(
        "gate clockid TAI sched-entry open 100ms 4 1000 sched-entry close 5us index 2",
        tc.Gate(
            clock="TAI",
            entries=[
                {"open": True, "interval": "100ms", "priority": 4, "octets": 1000},
                {"interval": "5us", "priority": -1, "octets": -1},
            ],
            index=2,
        ),
    ),
    action(
        "gate clockid REALTIME cycle-time 1000000000 cycle-time-ext 5000000 sched-entry open 100ms -1 -1 drop",
        tc.Gate(
            clock="REALTIME",
            cycle_time="1s",
            cycle_time_extension="5ms",
            entries=[{"open": True, "interval": "100ms", "priority": -1, "octets": -1}],
            control="drop",
        ),
    ),
]


def pedit(words: str, *keys: str, apart: dict[str, str] | None = None, **more: Any) -> Case:
    """Keys of extended `pedit`."""
    munge = " ".join(f"munge {key}" for key in words.split(", "))
    return action(f"pedit ex {munge}", tc.Pedit(keys=keys or words.split(", "), **more), apart=apart)


PEDIT = [
    pedit("ip src set 192.0.2.1"),
    pedit("ip dst set 192.0.2.1"),
    pedit("ip tos set 0x10"),
    pedit("ip dsfield set 0x10 retain 0xfc"),
    pedit("ip ihl set 5"),
    pedit("ip ttl set 64"),
    pedit("ip ttl add 0xff"),
    pedit("ip ttl decrement"),
    pedit("ip ttl clear"),
    pedit("ip ttl invert"),
    pedit("ip ttl preserve"),
    pedit("ip protocol set 17"),
    pedit("ip src set 1.2.3.4 retain 255", "ip src set 1.2.3.4 retain 255"),
    pedit("ip6 src set 2001:db8::1"),
    pedit("ip6 dst set 2001:db8::1"),
    pedit("ip6 flow_lbl set 5", apart=FLOW),
    pedit("ip6 traffic_class set 5"),
    pedit("ip6 traffic_class set 5 retain 0xfc"),
    pedit("ip6 payload_len set 5"),
    pedit("ip6 nexthdr set 6"),
    pedit("ip6 hoplimit set 9"),
    pedit("ip6 hoplimit add 255"),
    pedit("tcp sport set 5"),
    pedit("tcp dport set 80"),
    pedit("tcp dport add 5"),
    pedit("tcp dport set 80 retain 0xff"),
    pedit("tcp flags set 2"),
    pedit("udp sport set 5"),
    pedit("udp dport set 53"),
    pedit("eth src set 00:11:22:33:44:55"),
    pedit("eth dst set 00:11:22:33:44:55"),
    pedit("eth type set 0x800"),
    pedit("ip src set 192.0.2.1, tcp dport set 80, eth dst set 00:11:22:33:44:55"),
    pedit("ip6 src set 2001:db8::1, ip6 hoplimit set 3, udp sport set 53"),
    action("pedit munge offset 0 u32 set 5", tc.Pedit(keys=["network offset 0 u32 set 5"])),
    action("pedit munge offset 3 u8 set 5 pipe", tc.Pedit(keys=["network offset 3 u8 set 5"], control="pipe")),
    action("pedit munge offset 1 u16 set 5", tc.Pedit(keys=["network offset 1 u16 set 5"])),
    action("pedit munge offset 4 u32 invert", tc.Pedit(keys=["network offset 4 u32 invert"])),
    action("pedit munge offset 4 u32 clear", tc.Pedit(keys=["network offset 4 u32 clear"])),
    action(
        "pedit munge offset 4 u32 set 5 retain 0xff index 12",
        tc.Pedit(keys=["network offset 4 and 0xffffff00 xor 0x5"], index=12),
    ),
    action("pedit munge ip dst set 1.2.3.4", tc.Pedit(keys=["network offset 16 u32 set 0x01020304"])),
    action(
        "pedit munge ip ttl set 64 munge ip tos set 0x10",
        tc.Pedit(keys=["network offset 8 u8 set 64", "network offset 1 u8 set 0x10"]),
    ),
]
shown = shown_action
CASES = [
    *(*GACT, *MIRRED, *SKBEDIT, *VLAN, *MPLS, *NAT_CASES, *CSUM, *CONNMARK, *CTINFO, *SAMPLE),
    *(*SKBMOD, *IFE, *BPF, *CT, *TUNNEL_KEY, *GATE, *PEDIT),
]

"""A namespace full of everything that rtnetlink shows, made by iproute2: what the tests against `ip` read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

# One line a link: what `ip` makes it with. A kind that the kernel or `ip` does not know is left out, with the reason.
LINKS = """
link add v0 type veth peer name v1
link add v2 type veth peer name v3
link add v4 type veth peer name v5
link add br0 type bridge vlan_filtering 1 vlan_stats_enabled 1 mcast_stats_enabled 1 group_fwd_mask 8 forward_delay 400
link add stp0 type bridge stp_state 1 priority 4096 no_linklocal_learn 1 vlan_protocol 802.1ad
link add vx0 type vxlan id 42 dstport 4789 remote 192.0.2.9 local 192.0.2.1 dev v2 ttl 9 tos 8 srcport 1000 2000 \
ageing 77 maxaddress 99 gbp udpcsum df set proxy rsc l2miss l3miss
link add vx6 type vxlan id 43 dstport 4790 group ff05::1 dev v2 flowlabel 0x123 ttl inherit noudpcsum udp6zerocsumtx
link add vxm type vxlan id 44 dstport 4792 group 239.1.1.1 dev v2 nolearning tos inherit udp6zerocsumrx
link add vxe type vxlan dstport 4791 external vnifilter
link add mv0 link v2 type macvlan mode source
link add mv1 link v2 type macvlan mode private
link add pass0 type veth peer name pass1
link add mv2 link pass0 type macvlan mode passthru nopromisc
link add mvt0 link v2 type macvtap mode bridge bcqueuelen 77
link add ifb9 type ifb
tuntap add tun9 mode tun user 0 group 0
tuntap add tap9 mode tap multi_queue vnet_hdr pi
link add vl0 link v2 type vlan id 7 ingress 1:2 egress 3:4 5:6 gvrp on mvrp on loose_binding on
link add vl1 link v2 type vlan id 8 protocol 802.1ad reorder_hdr off
link add bo0 type bond mode 802.3ad miimon 100 xmit_hash_policy layer3+4 lacp_rate fast ad_select bandwidth
link add bo1 type bond mode active-backup arp_interval 200000 arp_ip_target 192.0.2.7,192.0.2.8 arp_validate all
link add bo2 type bond mode active-backup miimon 50 updelay 100 fail_over_mac follow primary_reselect better
link add du0 type dummy
link add du1 type dummy
link add if0 type ifb
link add gr0 type gre remote 192.0.2.3 local 192.0.2.1 key 7 ttl 64 tos 8 csum seq fwmark 5
link add gr1 type gre remote 192.0.2.4 ikey 1 okey 1.2.3.4 nopmtudisc tos inherit dev v2
link add gr2 type gre remote 192.0.2.5 encap fou encap-sport auto encap-dport 5555 encap-csum
link add gt0 type gretap remote 192.0.2.3 nopmtudisc ignore-df
link add gte type gretap external
link add er0 type erspan seq key 3 local 192.0.2.1 remote 192.0.2.3 erspan_ver 1 erspan 123
link add er2 type erspan seq key 4 local 192.0.2.1 remote 192.0.2.3 erspan_ver 2 erspan_dir egress erspan_hwid 0x7
link add g60 type ip6gre remote 2001:db8::3 ikey 5 okey 6 hoplimit 64 flowlabel 0x12345 tclass 0x20
link add gt6 type ip6gretap remote 2001:db8::3 encaplimit none tclass inherit flowlabel inherit
link add it0 type ip6tnl remote 2001:db8::3 encaplimit 3 mode any dscp inherit
link add it4 type ip6tnl remote 2001:db8::4 local 2001:db8::1 mode ipip6 dev v2 allow-localremote
link add ii0 type ipip remote 192.0.2.3 dev v2 mode ipip
link add iie type ipip external
link add si0 type sit remote 192.0.2.3 isatap
link add si1 type sit remote 192.0.2.5 mode ip6ip ttl 9 6rd-prefix 2001:db8::/32 6rd-relay_prefix 192.0.0.0/8
link add ge0 type geneve id 5 remote 192.0.2.3 ttl 7 tos 4 df inherit
link add ge6 type geneve id 6 remote 2001:db8::9 flowlabel 7 ttl inherit udp6zerocsumtx
link add gee type geneve external dstport 6082
link add vrf0 type vrf table 77
link add ipv0 link v3 type ipvlan mode l3s private
link add vti0 type vti remote 192.0.2.4 local 192.0.2.1 key 8 fwmark 9
link add vti60 type vti6 remote 2001:db8::4 local 2001:db8::1
link add ms0 link v1 type macsec port 11 encrypt on window 77 replay on validate check cipher gcm-aes-256
link add type netkit
link add xf0 type xfrm dev v2 if_id 9
link add wg0 type wireguard
link add vc0 type vcan
link add vxc0 type vxcan peer name vxc1
link add nlm0 type nlmon
link add te0 type team
link add gtp0 type gtp role sgsn hsize 64
link add hsa type veth peer name hsb
link add hs0 type hsr slave1 hsa slave2 hsb supervision 9 version 1
"""

SETTINGS = """
link set v0 master br0
link set v4 master br0
link set v1 address 02:00:00:00:00:01
link set v0 type bridge_slave hairpin on cost 9 guard on learning off isolated on mcast_router 2 group_fwd_mask 8
link set v0 type bridge_slave locked on neigh_suppress on vlan_tunnel on backup_port v4
link set mv0 type macvlan macaddr add 02:00:00:00:00:77
link set du0 master bo0
link set du1 master bo1
link set if0 master vrf0
link set v2 alias "an alias of \u00e9" txqueuelen 77 group 5 promisc on allmulticast on mtu 1450
link set ifb9 mode dormant
link set wg0 alias plain
link property add dev v2 altname an-alternative-name-of-v2 altname second
link set lo up
link set v0 up
link set v1 up
link set v2 addrgenmode random up
link set v3 addrgenmode none up
link set br0 up
link set stp0 up
link set vx0 up
link set tun9 up
link set bo0 up
link set bo1 up
link set vrf0 up
link set if0 up
link set gr0 up
"""

ADDRESSES = """
addr add 192.0.2.1/24 dev v2 brd + label v2:one
addr add 192.0.2.2/24 dev v2
addr add 198.51.100.1 peer 198.51.100.2/32 dev v2
addr add 203.0.113.1/25 dev v3 valid_lft 1000 preferred_lft 500 metric 77 scope link
addr add 203.0.113.129/25 dev v3 noprefixroute preferred_lft 0
addr add 10.9.0.1/24 dev if0 scope 77
addr add 224.9.9.9/32 dev v3 autojoin
addr add 2001:db8::1/64 dev v2 nodad metric 9
addr add 2001:db8:1::1 peer 2001:db8:1::2/128 dev v2 nodad
addr add 2001:db8:2::1/64 dev v3 nodad noprefixroute valid_lft 1000 preferred_lft 0
addr add 2001:db8:3::1/64 dev v3 nodad mngtmpaddr valid_lft 2000 preferred_lft 1000
addr add 2001:db8:4::1/64 dev v3 nodad home
addr add fd00::9/64 dev if0 nodad
"""

NEXTHOPS = """
nexthop add id 7 via 192.0.2.9 dev v2 protocol bird
nexthop add id 8 via 203.0.113.2 dev v3 onlink
nexthop add id 9 group 7,2/8
nexthop add id 10 blackhole
nexthop add id 17 via 2001:db8::9 dev v2
nexthop add id 18 dev v2
nexthop add id 30 via 192.0.2.9 fdb
nexthop add id 31 group 30 fdb
"""

ROUTES = """
route add 10.1.0.0/16 via 192.0.2.9 dev v2 src 192.0.2.2 metric 5 mtu 1400 advmss 1300 hoplimit 9 initcwnd 7 \
initrwnd 8 window 5000 rtt 20ms rttvar 10ms ssthresh 44 cwnd 55 reordering 6 rto_min 300ms quickack 1 congctl cubic \
features ecn fastopen_no_cookie 1
route add 10.2.0.0/16 nexthop via 192.0.2.9 dev v2 weight 2 nexthop via 203.0.113.2 dev v3 weight 3 onlink
route add 10.3.0.0/16 dev v2 scope link table 100 tos 0x10 proto bird realms 3/4
route add 10.3.0.0/16 dev v2 scope 77 table 100 proto zebra realms 5
route add blackhole 10.4.0.0/16
route add unreachable 10.5.0.0/16 metric 9
route add prohibit 10.6.0.0/16 table 1000
route add throw 10.7.0.0/16 table 70000
route add default via 192.0.2.9 onlink dev v2 proto 77
route add local 10.8.0.0/24 dev lo table local
route add 10.10.0.0/16 via inet6 2001:db8::9 dev v2
route add 10.11.0.0/16 nhid 7
route add 10.12.0.0/16 nhid 9
route add 10.13.0.0/16 nhid 10
route add multicast 224.1.0.0/16 dev v2
route add 2001:db8:11::/48 via 2001:db8::9 dev v2 metric 77 mtu 1400 pref high expires 500
route add 2001:db8:12::/48 nexthop via 2001:db8::9 dev v2 weight 2 nexthop via fe80::9 dev v3
route add blackhole 2001:db8:13::/48
route add unreachable 2001:db8:14::/48 table 100
route add prohibit default table 100
route add default from 2001:db8::/64 via 2001:db8::9 dev v2 pref low
route add 2001:db8:15::/48 via 2001:db8::9 dev v2 src 2001:db8::1
route add 2001:db8:16::/48 nhid 17
route add anycast 2001:db8:23::1 dev v2 table local
"""

# Each is left out, with the reason, where the kernel lacks the tunnel.
TUNNEL_ROUTES = """
route add 10.20.0.0/16 encap mpls 100/200 ttl 9 via 192.0.2.9 dev v2
route add 2001:db8:20::/48 encap seg6 mode encap segs 2001:db8::a,2001:db8::b dev v2
route add 2001:db8:21::/48 encap seg6local action End.X nh6 2001:db8::c dev v2
"""

LABEL_ROUTES = """
-f mpls route add 100 as 200/300 via inet 192.0.2.9 dev v2
-f mpls route add 101 via inet6 2001:db8::9 dev v2
-f mpls route add 102 nexthop as 7 via inet 192.0.2.9 dev v2 nexthop via inet 203.0.113.2 dev v3
-f mpls route add 103 as 9 via inet 192.0.2.9 dev v2 ttl-propagate disabled
"""

RULES = """
rule add from 10.0.0.0/8 to 192.0.2.0/24 iif v2 lookup 100 priority 100
rule add fwmark 0x10/0xff oif v3 lookup 100 priority 101
rule add ipproto tcp sport 10-20 dport 80 uidrange 0-0 lookup 100 priority 102
rule add not from 10.1.0.0/16 dsfield 0x10 goto 105 priority 103
rule add from 10.1.0.0/16 goto 9999 priority 104
rule add priority 105 nop
rule add priority 106 blackhole from 10.66.0.0/16
rule add priority 107 unreachable from 10.67.0.0/16
rule add priority 108 prohibit from 10.68.0.0/16 iif nothere
rule add priority 109 lookup main suppress_prefixlength 0 protocol bird
rule add priority 110 lookup main suppress_ifgroup 5 oif missing
rule add priority 111 lookup 70000 tun_id 77 realms 3/4 from 10.69.1.1
rule add priority 112 l3mdev
rule add priority 113 to 10.70.0.0/16 fwmark 7 protocol 77
"""

IPV6_RULES = """
rule add from 2001:db8::/32 to 2001:db8::9 fwmark 5 lookup 100 priority 100
rule add iif v2 oif v3 ipproto udp sport 5 dport 7-8 lookup 1000 priority 101
rule add goto 32766 priority 102 iif lo
rule add unreachable priority 103 from 2001:db8:66::/48
rule add lookup main suppress_prefixlength 0 priority 104
rule add ipproto ipv6-icmp lookup main priority 105
"""

NEIGHBOURS = """
neigh add 192.0.2.50 lladdr 02:00:00:00:00:50 dev v2
neigh add 192.0.2.51 lladdr 02:00:00:00:00:51 dev v2 nud stale
neigh add 192.0.2.52 lladdr 02:00:00:00:00:52 dev v2 nud noarp router extern_learn protocol zebra
neigh add 192.0.2.54 lladdr 02:00:00:00:00:54 dev v2 nud stale managed
neigh add proxy 192.0.2.53 dev v2 protocol 77
neigh add proxy 2001:db8::53 dev v2
neigh add 2001:db8::54 lladdr 02:00:00:00:00:54 dev v2 router
neigh add 2001:db8::55 dev v2 nud reachable lladdr 02:00:00:00:00:55
"""

FORWARDING = """
vlan add dev v0 vid 10-12
vlan add dev v0 vid 20 pvid untagged
fdb add 02:00:00:00:01:01 dev v0 master static vlan 10
fdb add 02:00:00:00:01:02 dev v0 master dynamic vlan 10
fdb add 02:00:00:00:01:03 dev v0 master static sticky vlan 11
fdb add 02:00:00:00:01:04 dev v0 master dynamic extern_learn vlan 12
fdb add 02:00:00:00:01:05 dev vx0 dst 192.0.2.77 port 4790 vni 43 via v2
fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.79
fdb add 02:00:00:00:01:06 dev vx6 dst 2001:db8::77
fdb add 02:00:00:00:01:08 dev br0 self local
fdb add 02:00:00:00:01:0a dev vx0 nhid 31
fdb add 33:33:00:00:00:99 dev v2 self
"""


def lines(text: str) -> list[str]:
    return text.strip().splitlines()


def many_routes(count: int = 1000) -> str:
    """A batch of routes, spread over four tables."""
    return "".join(
        f"route add 10.128.{i // 4}.{i % 4 * 64}/26 via 192.0.2.{3 + i % 200} dev v2 table {500 + i % 4} metric {i}\n"
        for i in range(count)
    )


@dataclass
class World:
    """What could be made, and why the rest could not: `missing` maps a line to what `ip` said."""

    ip: Any
    missing: dict[str, str] = field(default_factory=dict)

    def make(self) -> None:
        for line in lines(LINKS) + lines(SETTINGS):
            self.attempt(line)
        self.ip("-batch -", stdin=ADDRESSES + NEXTHOPS + ROUTES)
        for line in lines(TUNNEL_ROUTES) + lines(LABEL_ROUTES):
            self.attempt(line)
        self.ip("-batch -", stdin=many_routes())
        self.ip("-batch -", stdin=RULES)
        self.ip("-6 -batch -", stdin=IPV6_RULES)
        for line in lines(NEIGHBOURS):
            self.attempt(line)
        for line in lines(FORWARDING):
            self.attempt(line, tool="bridge")

    def attempt(self, line: str, tool: str = "ip") -> None:
        try:
            self.ip(line, tool=tool)
        except RuntimeError as error:
            self.missing[line] = str(error)

    def links(self) -> dict[str, str]:
        """The names of the links of `LINKS`, each with the line that makes it."""
        return {_name(line): line for line in lines(LINKS)}


def _name(line: str) -> str:
    found = re.match(r"(?:link|tuntap) add (?:type )?(\S+)", line)
    assert found, line
    return found[1]

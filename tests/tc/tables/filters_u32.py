"""`u32`. Source: tc-u32(8)."""

from __future__ import annotations

from typing import Any

from netlynx import tc
from netlynx.tc import U32, U32Selector
from tc.both_ways import DEVICE, INDEX, Case
from tc.filtering import rule
from tc.filters_as_tc import shown_filter

APART = {"2.6.2": "the rate table"}
CODE = {"2.5[28:32]": "tc 6.1 writes 1 there, where any number but 0 means the next header"}


def u32(words: str, matches: Any, protocol: str = "ip", **more: Any) -> Case:
    """A filter into 1:1 of what is matched."""
    return rule(f"u32 {words} classid 1:1", U32(matches=matches, classid="1:1"), protocol, **more)


MATCHES = [
    "ip src 192.0.2.0/24",
    "ip src 192.0.2.1",
    "ip dst 198.51.100.128/25",
    "ip dst 0.0.0.0/0",
    "ip tos 0x10 0xff",
    "ip dsfield 0x68 0xfc",
    "ip precedence 0xe0 0xe0",
    "ip ihl 5 0xf",
    "ip protocol 6 0xff",
    "u8 64 0xff at 8",
    "ip sport 22 0xffff",
    "ip dport 80 0xffff",
    "ip dport 0x1000 0xf000",
    "ip icmp_type 8 0xff",
    "ip icmp_code 0 0xff",
    "ip nofrag",
    "ip firstfrag",
    "ip df",
    "ip mf",
    "tcp src 1024 0xfc00",
    "tcp dst 443 0xffff",
    "udp src 53 0xffff",
    "udp dst 53 0xffff",
    "icmp type 8 0xff",
    "icmp code 1 0xff",
    "u32 0x12345678 0xffffffff at 4",
    "u32 0x12340000 0xffff0000 at nexthdr+4",
    "u16 0x1234 0xffff at 2",
    "u16 0x1234 0x0fff at 8",
    "u16 5 0xffff at nexthdr+2",
    "u8 0x12 0xf0 at 1",
    "u8 0x11 0xff at 9",
    "u8 1 0xff at nexthdr+13",
    "u8 0 0",
    "u32 1 0xff at -4",
    "ether src 02:00:00:00:00:01",
    "ether dst 02:00:00:00:00:02",
]
MATCHES6 = [
    "ip6 src 2001:db8::/32",
    "ip6 src 2001:db8::1",
    "ip6 dst 2001:db8:0:1::/64",
    "ip6 dst 2001:db8::/47",
    "ip6 priority 3 0xff",
    "ip6 flowlabel 0x12345 0xfffff",
    "ip6 protocol 58 0xff",
    "ip6 sport 22 0xffff",
    "ip6 dport 80 0xffff",
    "ip6 icmp_type 128 0xff",
]
SEVERAL = [
    ["ip src 192.0.2.0/24", "ip dst 198.51.100.0/24", "ip protocol 17 0xff", "ip dport 53 0xffff"],
    ["ip sport 80 0xffff", "ip dport 80 0xffff"],
    ["ip protocol 6 0xff", "u8 0x02 0x02 at nexthdr+13"],
    ["ip dport 80 0xfff0", "ip dport 80 0xffff"],
]

shown = shown_filter
CASES = [
    *(u32(f"match {each}", [each]) for each in MATCHES),
    *(u32(f"match {each}", [each], "ipv6") for each in MATCHES6),
    u32("match ip6 icmp_code 0 0xff", ["ip6 icmp_code 0 0xff"], "ipv6", apart=CODE, only_sent="it is another for tc"),
    *(u32(" ".join(f"match {one}" for one in each), each) for each in SEVERAL),
    rule("u32 match ip dport 80 0xffff", U32(matches=["ip dport 80 0xffff"])),
    rule("u32 match u8 0 0 classid 1:5 skip_hw", U32(matches=["u8 0 0"], classid="1:5", flags="skip_hw")),
    rule("u32 match u8 0 0 classid 1:5 skip_sw", U32(matches=["u8 0 0"], classid="1:5", flags="skip_sw")),
    rule(f"u32 match u8 0 0 indev {DEVICE} classid 1:5", U32(matches=["u8 0 0"], classid="1:5", indev=DEVICE)),
    rule(
        "u32 match mark 0x10 0xff classid 1:5",
        U32(selector={"flags": "terminal"}, mark={"value": 0x10, "mask": 0xFF}, classid="1:5"),
        only_sent="host kernels may be built without marks",
    ),
    rule(
        "u32 match u8 0 0 action gact drop",
        U32(matches=["u8 0 0"], actions=[tc.Gact(control="drop")]),
        only_sent="what tc lists of actions is compared with theirs",
    ),
    rule(
        f"u32 match u8 0 0 action mirred egress redirect dev {DEVICE}",
        U32(matches=["u8 0 0"], actions=[tc.Mirred(redirect=INDEX)]),
        only_sent="it speaks of a device",
    ),
    rule(
        "u32 match u8 0 0 police rate 1mbit burst 10k drop classid 1:1",
        U32(
            selector=U32Selector(matches=["u8 0 0"], flags="terminal"),
            classid="1:1",
            police=tc.Police(rate="1mbit", burst="10kb", exceed="drop"),
        ),
        only_sent="what tc lists of it as JSON is none",
    ),
    rule("u32 divisor 1", U32(divisor=1), spelt="2:", handle="2:"),
    rule("u32 divisor 256", U32(divisor=256), spelt="5:", handle="5:"),
    rule(
        "u32 ht 2:3: match ip dport 80 0xffff classid 1:1",
        U32(hash="2:3:", matches=["ip dport 80 0xffff"], classid="1:1"),
        before=(
            f"qdisc add dev {DEVICE} clsact",
            f"filter add dev {DEVICE} ingress protocol ip pref 10 handle 2: u32 divisor 16",
        ),
    ),
    rule(
        "u32 ht 2:3: match ip dport 80 0xffff classid 1:1",
        U32(hash="2:3:", matches=["ip dport 80 0xffff"], classid="1:1"),
        spelt="2:3:7",
        handle="2:3:7",
        before=(
            f"qdisc add dev {DEVICE} clsact",
            f"filter add dev {DEVICE} ingress protocol ip pref 10 handle 2: u32 divisor 16",
        ),
    ),
    rule(
        "u32 match ip protocol 6 0xff offset at 0 mask 0x0f00 shift 6 eat link 2:",
        U32(
            link="2:",
            selector=U32Selector(
                matches=["ip protocol 6 0xff"],
                flags=["varoffset", "eat"],
                offset_at=0,
                offset_mask=0x0F00,
                offset_shift=6,
            ),
        ),
        only_sent="what tc lists of it as JSON is none",
        before=(
            f"qdisc add dev {DEVICE} clsact",
            f"filter add dev {DEVICE} ingress protocol ip pref 10 handle 2: u32 divisor 16",
        ),
    ),
    rule(
        "u32 match u8 0 0 hashkey mask 0x000000ff at 12 offset plus 20 link 2:",
        U32(
            link="2:",
            selector=U32Selector(matches=["u8 0 0"], flags="offset", offset=20, hash_mask=0xFF, hash_offset=12),
        ),
        only_sent="what tc lists of it as JSON is none",
        before=(
            f"qdisc add dev {DEVICE} clsact",
            f"filter add dev {DEVICE} ingress protocol ip pref 10 handle 2: u32 divisor 16",
        ),
    ),
]

"""Packets in words: of each kind that they are told of, cut off at each byte."""

from __future__ import annotations

import pytest

from netlynx.netfilter.constants import TransportProtocol
from netlynx.tc.ethertypes import EtherType
from netlynx.wire.packets import ETHER_TYPES, PROTOCOLS, Packet

FRAME = "020000000002020000000001"
IP4 = "4500 001c 0000 4000 40{protocol} 0000 c0000201 c0000202"
IP6 = "6000 0000 0010 {next} 40 20010db8000000000000000000000001 20010db8000000000000000000000002"
ENDS6 = "2001:db8::1 > 2001:db8::2"
PORTS = "0007 0009 0008 0000"
UDP4 = IP4.format(protocol="11") + PORTS


def read(text: str, ether_type: int | None = None) -> Packet:
    return Packet.read(bytes.fromhex(text), ether_type)


@pytest.mark.parametrize(
    ("data", "ether_type", "words"),
    [
        (UDP4, None, "udp 192.0.2.1:7 > 192.0.2.2:9"),
        (UDP4, 0x0800, "udp 192.0.2.1:7 > 192.0.2.2:9"),
        (FRAME + "0800" + UDP4, 0x0800, "udp 192.0.2.1:7 > 192.0.2.2:9"),
        (FRAME + "8100 0064 0800" + UDP4, 0x8100, "vlan 100 udp 192.0.2.1:7 > 192.0.2.2:9"),
        (FRAME + "88a8 0005 8100 6064 0800" + UDP4, 0x88A8, "vlan 5 vlan 100 udp 192.0.2.1:7 > 192.0.2.2:9"),
        (IP4.format(protocol="01") + "0800 0000", None, "icmp 192.0.2.1 > 192.0.2.2"),
        (IP4.format(protocol="fe"), None, "protocol 254 192.0.2.1 > 192.0.2.2"),
        (UDP4.replace("4000 40", "0010 40"), None, "udp 192.0.2.1 > 192.0.2.2"),  # not the first fragment
        (IP4.format(protocol="11").replace("45", "46", 1) + "01010101" + PORTS, None, "udp 192.0.2.1:7 > 192.0.2.2:9"),
        (IP6.format(next="06") + PORTS, None, "tcp [2001:db8::1]:7 > [2001:db8::2]:9"),
        (IP6.format(next="00") + "3a00 0502 0000 0000" + "8f00", 0x86DD, f"icmpv6 {ENDS6}"),
        (IP6.format(next="2c") + "1100 0001 0000 0001" + PORTS, None, "udp [2001:db8::1]:7 > [2001:db8::2]:9"),
        (IP6.format(next="2c") + "1100 0101 0000 0001" + PORTS, None, f"udp {ENDS6}"),
        (
            FRAME + "0806 0001 0800 0604 0001 020000000001 c0000201 000000000000 c0000202",
            0x0806,
            "arp who-has 192.0.2.2 tell 192.0.2.1",
        ),
        (
            FRAME + "0806 0001 0800 0604 0002 020000000001 c0000201 020000000002 c0000202",
            0x0806,
            "arp 192.0.2.1 is-at 02:00:00:00:00:01",
        ),
        (FRAME + "88cc 0207", 0x88CC, "lldp 02:00:00:00:00:01 > 02:00:00:00:00:02"),
        (FRAME + "9000 0207", 0x9000, "ethertype 0x9000 02:00:00:00:00:01 > 02:00:00:00:00:02"),
        ("", 0x0800, "ip"),
        ("", None, ""),
    ],
)
def test_packets_in_words(data: str, ether_type: int | None, words: str) -> None:
    assert str(read(data, ether_type)) == words
    whole = bytes.fromhex(data)
    for length in range(len(whole)):
        str(Packet.read(whole[:length], ether_type))  # whatever of it is there


def test_what_it_says_is_there_by_name() -> None:
    packet = read(FRAME + "8100 0064 0800" + UDP4, 0x8100)
    assert (packet.ether_type, packet.vlans, packet.protocol) == (0x0800, (100,), 17)
    assert (packet.hardware_source, packet.hardware_destination) == ("02:00:00:00:00:01", "02:00:00:00:00:02")
    assert (packet.source_port, packet.destination_port) == (7, 9)


def test_names_are_those_of_other_rooms() -> None:
    known = {int(each): each.label for each in TransportProtocol}
    assert {number: name for number, name in PROTOCOLS.items() if number in known}.items() <= known.items()
    types = {int(each): each.label for each in EtherType}
    assert {number: name for number, name in ETHER_TYPES.items() if number in types}.items() <= types.items()

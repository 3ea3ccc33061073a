"""A packet filter: drops what goes to one TCP port, and rewrites a word in what goes to another.

    iptables -A OUTPUT -p tcp --dport 8001:8002 -j NFQUEUE --queue-num 5
    python packet_filter.py 5 --drop 8001 --rewrite 8002 secret public

It needs CAP_NET_ADMIN. Packets come without large-packet offload (``flags=0``), so that each is one segment.
"""

from __future__ import annotations

import argparse
import struct

import netlynx
from netlynx.netfilter import queue


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    words = struct.unpack(f"!{(len(data) + 1) // 2}H", data + bytes(len(data) % 2))
    total: int = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def rewritten(packet: bytes, old: bytes, new: bytes) -> bytes:
    """An IPv4 packet with another word of the same length in its TCP data, and the checksum that goes with it."""
    start = (packet[0] & 15) * 4
    segment = bytearray(packet[start:])
    data = (segment[12] >> 4) * 4
    segment[data:] = segment[data:].replace(old, new)
    segment[16:18] = bytes(2)
    pseudo_header = packet[12:20] + struct.pack("!xBH", 6, len(segment))
    segment[16:18] = checksum(pseudo_header + segment).to_bytes(2, "big")
    return packet[:start] + bytes(segment)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("queue", type=int)
    parser.add_argument("--drop", type=int, metavar="PORT")
    parser.add_argument("--rewrite", nargs=3, metavar=("PORT", "OLD", "NEW"), default=("0", "", ""))
    options = parser.parse_args()
    port, old, new = int(options.rewrite[0]), options.rewrite[1].encode(), options.rewrite[2].encode()
    if len(old) != len(new):
        parser.error("a word of another length would shift TCP's sequence numbers")

    with netlynx.connect() as nl, nl.subscribe(queue.packets(options.queue, flags=0)) as packets:
        print("ready", flush=True)
        for event in packets:
            if isinstance(event, netlynx.Overrun):
                print("packets were lost", flush=True)
                continue
            packet = event.record
            content = packet.payload or b""
            start = (content[0] & 15) * 4
            destination = int.from_bytes(content[start + 2 : start + 4], "big")
            if destination == options.drop:
                packets.send(queue.drop(packet))
            elif destination == port and old in content:
                packets.send(queue.accept(packet, payload=rewritten(content, old, new)))
            else:
                packets.send(queue.accept(packet))


if __name__ == "__main__":
    main()

"""Captures of netlink: files of what was said, as tcpdump and Wireshark write them of nlmon devices, and netlynx too.

    from netlynx import capture

    decoder = netlynx.Decoder()
    for datagram in capture.read("netlink.pcap"):
        for said in capture.messages(datagram, decoder):
            print(said.sent, said.message or said.fault)

    table = capture.table(capture.read("netlink.pcap"), capture.Wanted(["family=route", "type=newlink"]))

A datagram stands behind a header of 16 bytes that says its protocol (link type 253, LINKTYPE_NETLINK). Source: the
link types at tcpdump.org, pcap-savefile(5), the IETF's draft of pcapng (draft-ietf-opsawg-pcapng).
"""

from __future__ import annotations

from .captured import Captured, messages
from .columns import table
from .cooked import Datagram, Direction
from .filtering import Wanted
from .reader import Reader, read
from .writer import Writer

__all__ = ["Captured", "Datagram", "Direction", "Reader", "Wanted", "Writer", "messages", "read", "table"]

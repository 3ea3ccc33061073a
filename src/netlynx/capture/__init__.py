"""Captures of netlink: files of what was said, as tcpdump and Wireshark write them of nlmon devices, and netlynx too.

    from netlynx import capture

    with capture.read("netlink.pcap") as datagrams:
        for datagram in datagrams:
            messages = netlynx.decode(datagram.protocol, datagram.data)

A datagram stands behind a header of 16 bytes that says its protocol (link type 253, LINKTYPE_NETLINK). Source: the
link types at tcpdump.org, pcap-savefile(5), the IETF's draft of pcapng (draft-ietf-opsawg-pcapng).
"""

from __future__ import annotations

from .cooked import Datagram, Direction
from .reader import Reader, read
from .writer import Writer

__all__ = ["Datagram", "Direction", "Reader", "Writer", "read"]

"""What nft sends, read from what ``nft --debug=mnl`` prints: the bytes of each message of a batch."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_TYPE = re.compile(r"\| (\d+) \| \S+ \|\s+\|  type \| flags  \|")
_ATTRIBUTE = re.compile(r"\|(\d+)\|(\S)(\S)\|(\d+)\|\s+\|len \|flags\| type\|")
_DATA = re.compile(r"\| ((?:[0-9a-f]{2} ){4}) *\|")


def messages(text: str) -> Iterator[tuple[int, bytes]]:
    """Type of message and what follows the header of netlink, of all messages with one of nftables' own types."""
    kind, payload = 0, bytearray()
    for line in _COLOUR.sub("", text).splitlines():
        if found := _TYPE.match(line):
            if payload:
                yield kind, bytes(payload)
            kind, payload = int(found[1]), bytearray()
        elif found := _ATTRIBUTE.match(line):
            payload += struct.pack("=HH", int(found[1]), int(found[4]) | (0x8000 if found[2] == "N" else 0))
        elif found := _DATA.match(line):
            payload += bytes.fromhex(found[1])
    if payload:
        yield kind, bytes(payload)

"""A dump under way: records of an iterable, made into datagrams part by part as the receiver takes them.

Source: `netlink_dump` in net/netlink/af_netlink.c.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Callable, Iterator

from netlynx.wire.constants import NETLINK_OPTION, NLM_F, NLMSG, NLMSG_HDRLEN
from netlynx.wire.message import Message, pack_attributes

from .replies import ExtendedAck
from .sockets import UserSocket

_DONE_LENGTH = NLMSG_HDRLEN + 4


class DumpRun:
    """One dump of one socket, from its request to its NLMSG_DONE.

    `messages` are those of the table, headers not yet filled in. An OSError that they raise ends the dump:
    NLMSG_DONE carries its errno and what `refused` has to say of it. `generation` tells the table's
    generation; when it differs from that of the part before, NLM_F_DUMP_INTR is set.
    """

    def __init__(
        self,
        request: Message,
        user: UserSocket,
        messages: Iterator[Message],
        generation: Callable[[], int],
        refused: Callable[[OSError], ExtendedAck],
        *,
        interrupted: bool = False,
    ) -> None:
        self.finished = False  # NLMSG_DONE is in the part made last
        self.running = False  # a part is being made
        self._request = request
        self._user = user
        self._messages = messages
        self._generation = generation
        self._refused = refused
        self._seen: int | None = None  # the generation of the part before
        self._interrupted = interrupted  # a fault that was asked for
        self._pending: bytes | None = None  # the message that the part before had no room for
        self._outcome: int | None = None  # the errno of NLMSG_DONE, once there is nothing more
        self._extack = ExtendedAck()

    def part(self, room: int) -> bytes:
        """The next datagram, of at most `room` bytes. Whatever `messages` raises but OSError passes through."""
        self.running = True
        try:
            return self._part(room)
        finally:
            self.running = False

    def close(self) -> None:
        """End the dump before its time, as when its socket is closed."""
        close = getattr(self._messages, "close", None)
        if close is not None:
            close()

    def _part(self, room: int) -> bytes:
        part = bytearray()
        if self._outcome is None:
            generation = self._generation()
            while (packed := self._next()) is not None:
                if len(part) + len(packed) > room:
                    if part:
                        self._pending = packed
                    else:  # it fits no part at all
                        self._outcome = errno.EMSGSIZE
                    break
                if not part:
                    packed = self._flagged(packed, generation)
                part += packed
        if self._outcome is not None and len(part) + _DONE_LENGTH <= room:
            part += self._done(room - len(part))
            self.finished = True
        return bytes(part)

    def _next(self) -> bytes | None:
        if self._pending is not None:
            packed, self._pending = self._pending, None
            return packed
        try:
            message = next(self._messages)
            flags = message.flags | NLM_F.MULTI
            return Message(message.type, int(flags), self._request.sequence, self._user.portid, message.payload).pack()
        except StopIteration:
            self._outcome = 0
        except OSError as error:
            self._outcome = error.errno or errno.EIO
            self._extack = self._refused(error)
        return None

    def _flagged(self, packed: bytes, generation: int) -> bytes:
        """The first message of a part tells whether the table changed since the part before."""
        changed = self._seen is not None and (generation != self._seen or self._interrupted)
        self._seen = generation
        if not changed:
            return packed
        self._interrupted = False
        flags = struct.unpack_from("=H", packed, 6)[0] | NLM_F.DUMP_INTR
        return packed[:6] + struct.pack("=H", flags) + packed[8:]

    def _done(self, room: int) -> bytes:
        payload = struct.pack("=i", -(self._outcome or 0))
        flags = int(NLM_F.MULTI)
        attributes = self._extack.attributes(self._outcome or 0)
        if attributes and self._user.option(NETLINK_OPTION.EXT_ACK):
            words = pack_attributes(attributes)
            if _DONE_LENGTH + len(words) <= room:
                payload += words
                flags |= NLM_F.ACK_TLVS
        if self._interrupted or (self._seen is not None and self._generation() != self._seen):
            flags |= NLM_F.DUMP_INTR
        return Message(int(NLMSG.DONE), flags, self._request.sequence, self._user.portid, payload).pack()

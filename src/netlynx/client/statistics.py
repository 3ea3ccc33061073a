"""What a connection has done so far, in numbers."""

from __future__ import annotations

from typing import Self

import msgspec

from netlynx.codec._codec import Traffic


class Statistics(msgspec.Struct, frozen=True):
    """What went over the sockets of one connection, its requests' and its subscriptions', since it was opened.

    `sent_messages`, `sent_bytes`, `received_messages` and `received_bytes` count netlink messages, and the bytes of the
    datagrams that they came in. `overruns`: how often a socket told that its queue was full (ENOBUFS); `dropped`: how
    many messages the kernel says it dropped then, counted when the queue has been read empty; it does not count those
    that it had no memory to make. `retries`: dumps that were read again since the table had changed meanwhile.
    `strays`: messages that were ignored, as they belong to nothing that was asked or came from another sender than the
    kernel.
    """

    sent_messages: int
    sent_bytes: int
    received_messages: int
    received_bytes: int
    overruns: int
    dropped: int
    retries: int
    strays: int

    @classmethod
    def of(cls, traffic: Traffic) -> Self:
        """The numbers as they are now."""
        return cls(**{name: getattr(traffic, name) for name in cls.__struct_fields__})

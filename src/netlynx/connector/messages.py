"""What is said to the connector, and around what it says.

A message of the connector is a `struct cn_msg` and its data behind a header of type NLMSG_DONE, which ends nothing
here. Source: linux/connector.h, linux/cn_proc.h, drivers/connector/connector.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.codec._codec import encode_record
from netlynx.schema import Layout, enum, member, raw, takes, u16, u32, u64
from netlynx.wire.constants import NLMSG
from netlynx.wire.message import Message

from .constants import CN_IDX, CN_VAL, Kinds, Operation

_OPERATION = 4  # bytes of what kernels before 6.6 understand: the operation alone


class Envelope(Layout, c="cn_msg"):
    """What stands before the data: who speaks to whom, and how many bytes follow."""

    index: int = member(u32, c="idx")
    value: int = member(u32, c="val")
    sequence: int = member(u32, c="seq")
    acknowledged: int = member(u32, c="ack")
    length: int = member(u16, c="len")
    flags: int = member(u16, c="flags")


class ProcessInput(Layout, c="proc_input"):
    """What a listener says to kernels since 6.6: also of which events it wants to hear."""

    operation: takes.Member[Operation] = member(enum(Operation, u32), c="mcast_op")
    kinds: takes.Flags[Kinds] = member(enum(Kinds, u32), c="event_type")


class Acknowledgement(Layout, c="proc_event"):
    """What the kernel says when it has heard a listener: 0, or an errno."""

    __differs__: ClassVar[dict[str, str]] = {"unused": "the rest of a union, which events use"}

    what: int = member(u32, c="what")
    cpu: int = member(u32, c="cpu")
    timestamp: int = member(u64, c="timestamp_ns")
    error: int = member(u32, c="err")
    unused: bytes = member(raw(20), default=bytes(20))


def said(operation: Operation, token: int, kinds: Kinds | None = None) -> bytes:
    """A datagram with what a listener says; the kernel acknowledges it with `token` and 1 more.

    With `kinds`, of which events it wants to hear: kernels before 6.6 do not look at such a message.
    """
    data = encode_record(ProcessInput(operation=operation, kinds=kinds or Kinds(0)))
    if kinds is None:
        data = data[:_OPERATION]
    return enveloped(data, acknowledged=token).pack()


def enveloped(data: bytes, *, sequence: int = 0, acknowledged: int = 0) -> Message:
    """A message of, or to, the process connector."""
    envelope = Envelope(
        index=CN_IDX.PROC, value=CN_VAL.PROC, sequence=sequence, acknowledged=acknowledged, length=len(data)
    )
    return Message(int(NLMSG.DONE), sequence=sequence, payload=encode_record(envelope) + data)

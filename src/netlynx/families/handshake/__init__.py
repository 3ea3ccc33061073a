"""The family ``handshake``."""

from __future__ import annotations

from .generated import (
    HANDSHAKE_A_ACCEPT,
    HANDSHAKE_A_DONE,
    HANDSHAKE_A_X509,
    HANDSHAKE_CMD,
    MAX_ERRNO,
    NONE,
    TLSHD,
    X509,
    Accept,
    AcceptRequest,
    Auth,
    Done,
    HandlerClass,
    Handshake,
    MsgType,
)

__all__ = [
    "HANDSHAKE_A_ACCEPT",
    "HANDSHAKE_A_DONE",
    "HANDSHAKE_A_X509",
    "HANDSHAKE_CMD",
    "MAX_ERRNO",
    "NONE",
    "TLSHD",
    "X509",
    "Accept",
    "AcceptRequest",
    "Auth",
    "Done",
    "HandlerClass",
    "Handshake",
    "MsgType",
    "accept",
    "done",
]

accept = Handshake.accept
done = Handshake.done

"""What messages say, in lines of text. Loaded when somebody wants to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any

from netlynx.engine.decoding import Decoded, Decoder, flags_in_words, told
from netlynx.engine.lexicon import is_control
from netlynx.engine.operation import Call, Do, Dump
from netlynx.errors import DecodeError, NetlynxError
from netlynx.schema.secrets import holds_secrets
from netlynx.wire.constants import NETLINK, NLM_F, NLMSG, NLMSG_HDRLEN, protocol_label
from netlynx.wire.message import Message, align, parse_messages

_Asked = Do[Any] | Dump[Any] | Call[Any]

_SENT = "sent"  # what the note of a request begins with
_LAYOUT = ("CAPPED", "ACK_TLVS")  # flags that say how the kernel laid out a refusal
_SHOWN = 256  # bytes of a request that a note shows

# What the engine adds to an operation's flags, depending on where it stands in a batch.
ADDED = int(NLM_F.REQUEST | NLM_F.ACK)


def asked_by(protocol: int, data: bytes, families: Mapping[int, str]) -> list[Decoded]:
    """The requests of one datagram; `families` are the names of generic netlink's families by number."""
    return _read(protocol, data, families, answer=False)


def in_brief(protocol: int, data: bytes, families: Mapping[int, str]) -> str:
    """A datagram of requests as one line."""
    asked = asked_by(protocol, data, families)
    if not asked:
        return f"{len(data)} bytes on {protocol_label(protocol)}"
    more = f", and {len(asked) - 3} more" if len(asked) > 3 else ""
    return "; ".join(map(str, asked[:3])) + more


def headlines(protocol: int, data: bytes, families: Mapping[int, str], *, answer: bool) -> tuple[str, ...]:
    """What the messages of a datagram are, without their contents."""
    return tuple(
        " ".join(word for word in (each.name, flags_in_words(each, _LAYOUT), str(each.error or "")) if word)
        for each in _read(protocol, data, families, answer=answer)
    )


def lines(protocol: int, data: bytes, families: Mapping[int, str], *, answer: bool) -> Iterator[str]:
    """What the messages of a datagram say, a line each; of what is no message, how long it is."""
    read = _read(protocol, data, families, answer=answer)
    for each in read:
        said = each.words
        if each.message.type == NLMSG.ERROR and is_control(protocol, NLMSG.ERROR):
            said = said or "0"
        sequence = f"seq={each.message.sequence}"
        yield " ".join(word for word in (each.name, flags_in_words(each, _LAYOUT), sequence, said) if word)
    if not read:
        yield f"{len(data)} bytes"


def _read(protocol: int, data: bytes, families: Mapping[int, str], *, answer: bool) -> list[Decoded]:
    """The messages of a datagram, none where it is not well-formed."""
    try:
        return list(Decoder(families).each(protocol, data, answer=answer))
    except DecodeError:
        return []


def note_request(error: BaseException, protocol: int, request: bytes, asked: _Asked | None) -> None:
    """Give an error of netlynx's a note with the request as it was sent, unless it has one; without its bytes where
    these may hold secrets. `asked` is what it was sent for, None where that was several things."""
    if not isinstance(error, NetlynxError) or any(note.startswith(_SENT) for note in getattr(error, "__notes__", ())):
        return
    messages = _parsed(request)
    if not messages:
        return
    first = messages[0]
    family = getattr(asked, "family", "")  # a call, of a protocol of one's own, has none
    families = {first.type: family} if family else {}
    name = headlines(protocol, request, families, answer=False)[0]
    others = f" (and {len(messages) - 1} more)" if len(messages) > 1 else ""
    shown = request[:_SHOWN].hex(" ", -4) + (" …" if len(request) > _SHOWN else "")
    if _may_hold_secrets(protocol, request, asked):
        shown = "(hidden)"
    error.add_note(
        f"{_SENT} on {protocol_label(protocol)}: {name}{others}, sequence {first.sequence}, port {first.portid}, "
        f"{len(request)} bytes: {shown}"
    )


def _may_hold_secrets(protocol: int, request: bytes, asked: _Asked | None) -> bool:
    if asked is not None:
        return holds_secrets(asked.request)
    if protocol == NETLINK.GENERIC:  # of which family a number is, nothing here says
        return True
    return any(holds_secrets(each.record) for each in _read(protocol, request, {}, answer=False))


def split(data: bytes) -> list[bytes]:
    """The messages of a datagram, each with its padding; what is malformed stays with the last one."""
    ends = list(accumulate(align(NLMSG_HDRLEN + len(message.payload)) for message in _parsed(data)))
    starts = [0, *ends[:-1]]
    return [data[start:end] for start, end in zip(starts, [*ends[:-1], len(data)], strict=False)] or [data]


def family_numbers(protocol: int, data: bytes) -> dict[int, str]:
    """The families of generic netlink that the controller tells of in a datagram, names by number."""
    if protocol != NETLINK.GENERIC:
        return {}
    return {number: name for each in _parsed(data) for number, name in told(each).items()}


def _parsed(data: bytes) -> list[Message]:
    try:
        return parse_messages(data)
    except DecodeError:
        return []


def flags_of(operation: Do[Any] | Dump[Any] | Call[Any]) -> int:
    """The flags that a request for an operation has, apart from those that are `ADDED`."""
    return int(operation.flags | (NLM_F.DUMP if isinstance(operation, Dump) else 0)) & ~ADDED

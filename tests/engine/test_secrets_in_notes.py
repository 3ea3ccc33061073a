"""No error's note shows the bytes of a request that holds a secret, whatever family it is for."""

from __future__ import annotations

import base64
import errno
from typing import Any

import pytest

from codec.records import encode
from facts.walk import declared, title
from netlynx.engine.messages import note_request
from netlynx.engine.operation import Do
from netlynx.engine.refusal import refusal
from netlynx.errors import EncodeError, EncodeTypeError, RequestTimeout
from netlynx.schema import Record
from netlynx.wire.constants import NETLINK, NLMSG
from netlynx.wire.message import Message

SECRETS: tuple[Any, ...] = (b"k" * 32, base64.b64encode(b"k" * 32).decode(), "k" * 10, b"k" * 6, 0x6B6B6B6B)
HOLDERS = [cls for cls in declared(Record) if any(each.secret for each in cls.__declarations__.values())]


def secretive(cls: Any) -> tuple[Any, bytes]:
    """A record with each of its secrets that can be set alone, and its bytes."""
    for name in (name for name, each in cls.__declarations__.items() if each.secret):
        for value in SECRETS:
            try:
                record = cls(**{name: value})
                sent = encode(record)
            except (EncodeError, EncodeTypeError):
                continue
            if b"kkkk" in sent:
                return record, sent
    pytest.skip("its secrets stand in what is around them")


@pytest.mark.parametrize("cls", HOLDERS, ids=title)
def test_a_refused_request_is_shown_without_its_bytes(cls: Any) -> None:
    record, payload = secretive(cls)
    asked = Do("made.set", NETLINK.GENERIC, 0x20, 0, record, payload, family="made")
    sent = Message(0x20, 5, 1, 7, payload).pack()
    answer = Message(NLMSG.ERROR, 0, 1, 7, (-errno.EBUSY).to_bytes(4, "little", signed=True) + sent)
    error = refusal(asked, answer, sent)
    assert error is not None
    (note,) = error.__notes__
    assert note.endswith("bytes: (hidden)")
    assert "6b6b6b" not in note


def test_of_several_requests_to_families_no_bytes_are_shown() -> None:
    error = RequestTimeout("nothing came")
    note_request(error, NETLINK.GENERIC, Message(0x20, 5, 1, 7, b"k" * 32).pack(), None)
    assert error.__notes__[0].endswith("bytes: (hidden)")


def test_what_holds_no_secret_is_shown() -> None:
    class Plain(Record):
        pass

    asked = Do("made.get", NETLINK.GENERIC, 0x20, 0, Plain(), b"", family="made")
    error = RequestTimeout("nothing came")
    note_request(error, NETLINK.GENERIC, Message(0x20, 5, 1, 7, b"").pack(), asked)
    assert error.__notes__[0].endswith("16 bytes: 10000000 20000500 01000000 07000000")


def test_some_are_tried() -> None:
    assert len(HOLDERS) > 8

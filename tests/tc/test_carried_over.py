"""Actions of one kind differ in few numbers: those of a listing are copies of one, with their own.

What Python reads of a payload by itself tells what the copies have to be.
"""

from __future__ import annotations

import random
import struct
from typing import Any

import pytest

from netlynx import tc
from netlynx.errors import DecodeError
from netlynx.schema import Record, attr
from netlynx.tc.action import ACTIONS_OF_A_FILTER
from netlynx.tc.actions import ACTION_OPTIONS, POLICE
from netlynx.tc.actions.common import COUNTED, Times

CARRYING = {name: kind for name, kind in ACTION_OPTIONS.items() if kind.carried is not None}
INDEXES = (0, 1, 9, 1 << 31, (1 << 32) - 1)
NUMBERS = (0, 1, 2, 7, -1, -(1 << 31))


class Holder(Record):
    actions: tuple[tc.Action, ...] = attr(1, ACTIONS_OF_A_FILTER)


def attribute(number: int, payload: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(payload), number) + payload + bytes(-len(payload) % 4)


def listed(kind: str, payload: bytes) -> Any:
    """The options of an action as a listing has them; None where they stay raw."""
    inside = attribute(1, attribute(1, kind.encode() + b"\0") + attribute(2, payload))
    action = Holder.from_bytes(attribute(1, inside)).actions[0]
    return None if action.unknown else action.data


def by_itself(kind: str, payload: bytes) -> Any:
    read = ACTION_OPTIONS[kind].decoder
    assert read is not None
    try:
        found = read(payload)
    except (DecodeError, ValueError):  # as the codec takes them
        return None
    return None if found is NotImplemented else found


def payloads(kind: str, chance: random.Random) -> list[bytes]:
    """Options of many actions that are alike, and some that are not as they should be."""
    wire: Any = ACTION_OPTIONS[kind].target()  # type: ignore[misc]  # it has one
    fields = wire.__declarations__
    parms = fields["parms"].kind.target()
    made = []
    for _ in range(150):
        numbers = {"index": chance.choice(INDEXES), "references": chance.choice(NUMBERS)}
        struct_of = attribute(fields["parms"].path[0], parms(**numbers, bindings=chance.choice(NUMBERS)).to_bytes())
        times = Times(installed=chance.randrange(9), last_used=chance.randrange(9) / 4).to_bytes()
        parts = [struct_of, attribute(fields["times"].path[0], times)]
        odd = chance.randrange(12)
        if odd == 0:
            parts.reverse()
        elif odd == 1:
            parts.append(chance.choice(parts))
        elif odd == 2:
            parts.pop(chance.randrange(2))
        elif odd == 3:
            parts.append(attribute(0x77, bytes(4)))
        payload = bytearray(b"".join(parts))
        if odd == 4:
            payload[chance.randrange(len(payload))] = chance.randrange(256)
        elif odd == 5:
            del payload[-4 * chance.randrange(1, 4) :]
        elif odd == 6:
            payload += chance.randbytes(4)
        made.append(bytes(payload))
    return made


def test_actions_that_are_copies_say_what_their_own_bytes_say() -> None:
    chance = random.Random(17)
    wrong = []
    for kind in CARRYING:
        for payload in payloads(kind, chance):
            found, own = listed(kind, payload), by_itself(kind, payload)
            if found != own or getattr(found, "unknown", ()) != getattr(own, "unknown", ()):
                wrong.append((kind, payload.hex()))
    assert not wrong
    assert {*ACTION_OPTIONS} - {*CARRYING} == {"pedit"}  # the struct of which stands in one of two places


def test_one_record_is_read_and_the_others_are_copies_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    read = tc.Mirred.__read__
    seen = []

    def counted(wire: Any) -> tc.Mirred:
        seen.append(wire)
        return read(wire)

    monkeypatch.setattr(tc.Mirred, "__read__", counted)
    wire = tc.Mirred(redirect=0x1234567, index=1).__write__()
    for index in range(1, 500):
        parms = wire.parms.replace(index=index, references=1, bindings=1)  # type: ignore[union-attr]  # it is there
        times = Times(installed=index, last_used=index)
        found = listed("mirred", wire.replace(parms=parms, times=times).to_bytes())
        assert (found.index, found.redirect, found.references, found.times) == (index, 0x1234567, 1, times)
    assert len(seen) == 1


def test_what_is_carried_stands_in_the_messages_as_in_the_records() -> None:
    for kind in (*CARRYING.values(), POLICE):
        assert kind.shown is not None
        assert kind.target is not None
        parms = kind.target().__declarations__["parms"].kind.target()  # type: ignore[union-attr]  # records and structs
        assert {path[-1] for path in COUNTED.values()} <= {*parms.__declarations__, "times"}
        assert {*COUNTED} <= {*kind.shown.held.__declarations__}

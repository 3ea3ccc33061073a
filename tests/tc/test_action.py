"""Actions: what is sent for them, what is refused, and how their options stand for them."""

from __future__ import annotations

import pytest

from netlynx import tc
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema import Record, attr, takes
from netlynx.tc.action import ACTIONS_OF_A_FILTER
from netlynx.tc.control import Control

CONTROLS = {"continue": -1, "pass": 0, "drop": 2, "goto chain 5": 0x20000005, "jump 2": 0x10000002, "trap": 8, "99": 99}


class Holder(Record):
    actions: takes.Natural[tuple[tc.Action, ...]] = attr(1, ACTIONS_OF_A_FILTER)


def test_what_becomes_of_a_packet_is_said_in_words() -> None:
    for text, number in CONTROLS.items():
        assert Control.of(text) == number
        assert Control(number).label == text
    assert Control.of("ok") == Control.of("PASS")
    for text in ("", "go", "goto 5", "goto chain", "jump", "jump chain 2", "goto chain 268435456", "drop it"):
        with pytest.raises(EncodeError):
            Control.of(text)


def test_the_options_of_an_action_stand_for_it() -> None:
    made = Holder(actions=[tc.Mirred(redirect=3), tc.Action(data=tc.Gact(control="drop"), cookie=b"x")])
    assert made.actions == (
        tc.Action(kind="mirred", data=tc.Mirred(redirect=3)),
        tc.Action(kind="gact", data=tc.Gact(control="drop"), cookie=b"x"),
    )
    assert Holder(actions=[{"kind": "gact", "data": {"control": "drop"}}]).actions[0].data == tc.Gact(control="drop")
    back = Holder.from_bytes(made.to_bytes()).actions
    assert [str(each.data.control) for each in back] == ["stolen", "drop"]
    with pytest.raises(EncodeTypeError):
        Holder(actions=[tc.Qdisc(kind="pfifo")]).to_bytes()


def test_one_index_is_enough() -> None:
    assert tc.Action(data=tc.Gact(control="drop"), index=5) == tc.Action(data=tc.Gact(control="drop", index=5))
    with pytest.raises(EncodeError, match="index"):
        tc.Action(data=tc.Gact(control="drop", index=4), index=5)


REFUSED = {
    "kind": tc.Action(),
    "data": tc.Action(kind="gact"),
    "data.control": tc.Action(data=tc.Gact()),
    "data.redirect": tc.Action(data=tc.Mirred()),
    "data.mirror": tc.Action(data=tc.Mirred(redirect=3, mirror=4)),
    "in_hardware": tc.Action(data=tc.Gact(control="drop"), in_hardware=1),
    "cookie": tc.Action(data=tc.Gact(control="drop"), cookie=bytes(17)),
}


def test_what_says_too_little_or_too_much_is_refused_by_the_fields_name() -> None:
    for path, record in REFUSED.items():
        with pytest.raises(EncodeError) as caught:
            tc.add(record)
        assert caught.value.path.endswith(path), (path, caught.value)
    for verb in (tc.change, tc.link):
        with pytest.raises(EncodeError):
            verb(tc.Action(data=tc.Gact(control="drop")))
    for lacking in (tc.Action(kind="gact"), tc.Action(index=5)):
        with pytest.raises(EncodeError):
            tc.delete(lacking)
    with pytest.raises(EncodeError, match="gact"):
        tc.actions(kind="gakt")
    for index in (0, -1, True, 1 << 32, "5"):
        with pytest.raises(EncodeError):
            tc.action("gact", index)  # type: ignore[arg-type]


def test_a_note_in_the_log_is_sent_as_long_as_it_is() -> None:
    """tc sends 32 bytes, of which those behind the text are whatever stands there in its memory."""
    made = tc.add(tc.Action(data=tc.Simple(text="foo", index=4)))
    assert made.payload.hex() == (
        "00000000" + "38000180" + "34000180" + "0b000100" + "73696d706c650000" + "24000280"
        "18000200" + "0400000000000000030000000000000000000000" + "08000300" + "666f6f00"
    )  # fmt: skip

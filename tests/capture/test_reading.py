"""What a capture says: in lines, as objects, as columns, and only what is wanted of it."""

from __future__ import annotations

import io
import json
import struct
from typing import Any

import pytest

import capture_files as files
import netlynx
from netlynx import capture, route
from netlynx.capture.captured import Captured, as_json, line_of, messages
from netlynx.capture.columns import table
from netlynx.capture.filtering import KINDS, Wanted, kind_of
from netlynx.codec._codec import encode_record
from netlynx.route.constants import RTM
from netlynx.wire.constants import NLM_F
from netlynx.wire.message import Acknowledgement, Message, RequestHeader

pyarrow = pytest.importorskip("pyarrow")

TIME = 1_700_000_000_123_456_789
LINK = Message(RTM.NEWLINK, 0, 5, 9, encode_record(route.Link(index=2, name="v0", mtu=1400)))
ROUTE = Message(RTM.NEWROUTE, NLM_F.MULTI, 6, 9, encode_record(route.Route(destination="10.0.0.0/8", oif=2)))
OTHER = Message(RTM.NEWROUTE, NLM_F.MULTI, 6, 9, encode_record(route.Route(destination="10.1.0.0/16", oif=3)))
ASKED = Message(RTM.GETROUTE, NLM_F.REQUEST | NLM_F.DUMP, 6, 0, bytes(12))
SHORT = Message(RTM.GETLINK, NLM_F.REQUEST | NLM_F.DUMP, 6, 0, b"\0")
REFUSED = Acknowledgement(2, RequestHeader(16, 24, 5, 7, 0), b"").message(7)
UNKNOWN = Message(16, NLM_F.REQUEST, 1, 1, b"what")
BROKEN = Message(RTM.NEWROUTE, 0, 8, 0, bytes(12) + b"\x08\0\x0f\0\1")


def captured(*said: tuple[int, bytes, Any]) -> list[capture.Datagram]:
    file = io.BytesIO()
    with capture.Writer(file) as writer:
        for protocol, data, direction in said:
            writer.write(protocol, data, direction=direction, time=TIME)
    return list(capture.read(io.BytesIO(file.getvalue())))


ALL = captured(
    (0, SHORT.pack(), "sent"),
    (0, LINK.pack(), "received"),
    (0, ASKED.pack(), None),
    (0, ROUTE.pack() + OTHER.pack() + Message(3, NLM_F.MULTI, 6, 9, bytes(4)).pack(), None),
    (0, REFUSED.pack(), "received"),
    (22, UNKNOWN.pack(), "sent"),
    (15, b"add@/devices/x\0ACTION=add\0DEVPATH=/devices/x\0", None),
    (0, BROKEN.pack() + b"\1\2\3", None),
)


def said(*conditions: str) -> list[Captured]:
    wanted, decoder = Wanted(conditions), netlynx.Decoder()
    return [each for datagram in ALL for each in messages(datagram, decoder) if wanted.holds(each)]


def names(*conditions: str) -> list[str]:
    return ["" if each.message is None else each.message.name for each in said(*conditions)]


def test_a_line_says_when_which_way_what_and_what_went_wrong() -> None:
    lines = [" ".join(part for part in line_of(each)[:2] if part).partition(" ")[2] for each in said()]
    wrong = [line_of(each)[2] for each in said()]
    assert lines[:6] == [
        "> RTM_GETLINK DUMP seq=6 port=0 Link()",
        "< RTM_NEWLINK seq=5 port=9 Link(index=2, name=v0, mtu=1400)",
        "> RTM_GETROUTE DUMP seq=6 port=0 Route(table=0)",
        "< RTM_NEWROUTE MULTI seq=6 port=9 Route(table=0, destination=10.0.0.0/8, oif=2)",
        "< RTM_NEWROUTE MULTI seq=6 port=9 Route(table=0, destination=10.1.0.0/16, oif=3)",
        "< NLMSG_DONE MULTI seq=6 port=9",
    ]
    assert lines[7] == "> smc 16 seq=1 port=1 (4 bytes)"
    assert wrong[6] == "ENOENT"
    assert wrong[9].startswith("no RTM_NEWROUTE: ")
    assert wrong[10] == "3 bytes that are no message: 3 bytes are left, a header has 16"


def test_an_object_has_what_nothing_decodes_as_bytes() -> None:
    objects = [json.loads(as_json(each)) for each in said()]
    assert [each["type"] for each in objects] == [*names()[:10], None]
    assert objects[0]["direction"] == "sent"
    assert objects[2]["direction"] is None
    assert objects[1]["record"]["name"] == "v0"
    assert objects[6]["error"] == "ENOENT"
    assert (objects[7]["record"], objects[7]["payload"]) == (None, b"what".hex())
    assert objects[8]["record"]["devpath"] == "/devices/x"
    assert objects[10]["payload"] == "010203"
    assert all(abs(each["time"] - TIME / 1e9) < 1e-6 for each in objects)


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        (["family=smc"], ["16"]),
        (["family=smc,kobject_uevent"], ["16", "uevent"]),
        (["kind=error"], ["NLMSG_ERROR"]),
        (["kind=done"], ["NLMSG_DONE"]),
        (["kind=get"], ["RTM_GETLINK", "RTM_GETROUTE"]),
        (["type=newlink"], ["RTM_NEWLINK"]),
        (["type=rtm_newlink,getroute"], ["RTM_NEWLINK", "RTM_GETROUTE"]),
        (["type=18"], ["RTM_GETLINK"]),
        (["error=ENOENT"], ["NLMSG_ERROR"]),
        (["error=2", "direction=received"], ["NLMSG_ERROR"]),
        (["dev=v0"], ["RTM_NEWLINK", "RTM_NEWROUTE"]),
        (["dev=3"], ["RTM_NEWROUTE"]),
        (["port=1"], ["16"]),
        (["sequence=5"], ["RTM_NEWLINK"]),
        (["family=route", "kind=new", "direction=received", "port=9"], ["RTM_NEWLINK", "RTM_NEWROUTE", "RTM_NEWROUTE"]),
    ],
)
def test_only_what_is_wanted(conditions: list[str], found: list[str]) -> None:
    assert names(*conditions) == found
    rows = table(ALL, Wanted(conditions))
    assert pyarrow.table(rows).column("type").to_pylist() == found


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        (["route"], "'route' is no condition"),
        (["famly=route"], "did you mean family?"),
        (["family=rout"], "did you mean route?"),
        (["family=no/family"], "no netlink protocol"),
        (["family=99"], "0 to 31, not 99"),
        (["type=newlnk"], "did you mean newlink?"),
        (["type=99999"], "is not a message type: 0 to 65535"),
        (["kind=news"], "is no kind: new, delete"),
        (["direction=up"], "is no direction: sent, received"),
        (["dev=a/b"], "no interface can be called"),
        (["port=-1"], "is not a port"),
        (["error=ENOET"], "no error is called"),
        (["family=netfilter", "type=newlink"], "RTM_NEWLINK is no type of netfilter"),
        (["kind=delete", "type=newlink"], "kind says otherwise"),
        (["kind=new", "error=2"], "kind says otherwise"),
        (["kind=new", "kind=delete"], "no message is both"),
    ],
)
def test_what_can_match_nothing_is_refused(conditions: list[str], words: str) -> None:
    with pytest.raises(netlynx.EncodeError, match=words.replace("?", r"\?")):
        Wanted(conditions)


def test_a_name_that_nothing_tells_is_known() -> None:
    wanted = Wanted(["dev=v0,v9,3"])
    for each in said():
        wanted.holds(each)
    assert wanted.unknown() == ["v9"]


def test_every_message_has_a_kind() -> None:
    assert {kind_of(each.message) for each in said() if each.message is not None} <= set(KINDS)
    found = {each.message.name: kind_of(each.message) for each in said() if each.message is not None}
    assert found["uevent"] == "other"
    assert found["RTM_NEWLINK"] == "new"


def test_records_of_one_class_are_columns_of_their_own() -> None:
    rows = pyarrow.table(table(ALL, Wanted(["type=newroute", "port=9"])))
    assert rows.column("record").to_pylist()[0]["destination"] == "10.0.0.0/8"
    assert rows.column("record").type.num_fields > 10
    assert rows.column("time").to_pylist() == [TIME, TIME]
    assert rows.column("flags").to_pylist() == ["MULTI", "MULTI"]
    assert rows.column("direction").to_pylist() == [None, None]


def test_a_record_that_is_none_is_kept_with_what_is_wrong_with_it() -> None:
    rows = pyarrow.table(table(ALL, Wanted(["type=newroute"]))).to_pylist()
    assert [each["record"] is None for each in rows] == [False, False, True]
    (kept,) = rows[2]["unknown"]
    assert kept["payload"] == BROKEN.payload
    assert "attribute length 8 exceeds the 5 bytes that are left" in kept["problem"]


def test_records_of_several_classes_are_json() -> None:
    rows = pyarrow.table(table(ALL)).to_pylist()
    objects = [json.loads(as_json(each)) for each in said()]
    assert [each["type"] for each in rows] == [each["type"] for each in objects]
    assert [each["record"] and json.loads(each["record"]) for each in rows] == [each["record"] for each in objects]
    assert rows[-1]["payload"] == b"\1\2\3"
    assert "no message" in rows[-1]["error"]


def test_an_empty_capture_is_an_empty_table() -> None:
    assert pyarrow.table(table([])).num_rows == 0


def test_what_another_machine_recorded_is_told_apart() -> None:
    foreign = struct.pack(">IHHII", 32, 16, 0, 0, 0) + bytes(16)
    (datagram,) = capture.read(io.BytesIO(files.pcap([(TIME, files.cooked(0, foreign))], order=">")))
    (found,) = messages(datagram, netlynx.Decoder())
    assert "another byte order" in found.fault


def test_what_the_recorder_cut_says_so() -> None:
    data = LINK.pack()
    file = files.section() + files.interface() + files.enhanced(files.cooked(0, data[:40]), 1, length=16 + len(data))
    (datagram,) = capture.read(io.BytesIO(file))
    (found,) = messages(datagram, netlynx.Decoder())
    assert found.fault == f"the recorder kept 40 of {len(data)} bytes: have it keep whole packets"

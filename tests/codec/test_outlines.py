"""Outlines: what is kept of record classes as plain data is what the classes say, and makes no records."""

from __future__ import annotations

import pickle
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from codec.records import Marks, attribute
from netlynx import diag, route
from netlynx.cli.quick import LISTINGS, SOCKETS
from netlynx.cli.socket_json import with_processes
from netlynx.codec._codec import Json, Outline, Plan, Records, encode_record, to_json
from netlynx.codec.outlines import Flags, outline_of
from netlynx.engine.operation import Dump
from netlynx.schema import Record, attr, nest
from netlynx.schema.compile import plan_of
from netlynx.schema.outlining import described, module_of, outlined
from table_rows import PORT, SEQUENCE, TYPE, datagram

PLAIN = route.Route(
    family=route.AddressFamily.INET,
    destination="10.0.0.0/24",
    flags=route.RouteFlags.ONLINK | route.RouteFlags.LINKDOWN,
    type=route.RouteType.UNICAST,
    table=1000,
    metrics=route.Metrics(mtu=1400),
    gateway="192.0.2.1",
)


def listing(name: str) -> Dump[Any]:
    room, _, kind = name.rpartition("_")
    operation: Dump[Any] = with_processes(getattr(diag, kind)()) if room else getattr(route, kind)()
    return operation


@pytest.mark.parametrize("name", [*sorted(LISTINGS), *(f"sockets_{kind}" for kind in sorted(SOCKETS))])
def test_what_lies_ready_is_what_the_classes_say(name: str) -> None:
    module = import_module(f"netlynx.cli.outlines.{name}")
    assert outlined(listing(name)) == module.TABLE, "run `make outlines`"
    text = Path(str(module.__file__)).read_text()
    typed = name.replace("_", " ")
    assert text == module_of(f"What `netlynx {typed}` lists", listing(name)), "run `make outlines`"


def test_an_outline_is_of_a_whole_table() -> None:
    with pytest.raises(ValueError, match="whole table"):
        outlined(route.routes(table=254))


def test_what_is_usual_takes_no_record_and_what_is_not_takes_the_plan_once() -> None:
    asked: list[Plan] = []

    def complete() -> Plan:
        asked.append(plan_of(route.Route))
        return asked[-1]

    plain = encode_record(PLAIN)
    odd = plain + attribute(4000, b"new")
    hooked = encode_record(route.Route(multipath=(route.NextHop(gateway="192.0.2.1", weight=2),)))
    sink = Json(outline_of(*described(plan_of(route.Route))), after=b"\n", complete=complete)
    for payloads, times in (((plain, plain), 0), ((odd, plain, hooked), 1)):
        data = datagram(*payloads)
        reference = Records(plan_of(route.Route))
        for each in (sink, reference):
            assert each.read(data, 0, len(data), TYPE, SEQUENCE, PORT)[0] == len(data)
        assert bytes(sink.take()) == b"".join(to_json(record) + b"\n" for record in reference.records)
        assert len(asked) == times


def test_an_outline_makes_no_records() -> None:
    outline = outline_of(*described(plan_of(route.Route)))
    with pytest.raises(TypeError, match="makes no records"):
        Json(outline)
    with pytest.raises(TypeError, match="Outline"):
        Records(outline)  # type: ignore[arg-type]  # the point
    sink = Json(outline, complete=lambda: outline)  # type: ignore[arg-type,return-value]  # the point
    data = datagram(encode_record(PLAIN) + attribute(4000, b"new"))
    with pytest.raises(TypeError, match="Plan"):
        sink.read(data, 0, len(data), TYPE, SEQUENCE, PORT)


def test_an_outline_is_made_once_and_not_pickled() -> None:
    outline = Outline("Empty", 4, True, True, [], [], [], [])
    assert (outline.name, outline.size, outline.header_size, outline.is_struct) == ("Empty", 4, 0, True)
    with pytest.raises(RuntimeError, match="once"):
        outline.__init__("Other", 8, True, True, [], [], [], [])  # type: ignore[misc]  # the point
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(outline)


def test_outlines_and_plans_do_not_mix() -> None:
    field = {"kind": 9, "name": "inner", "plan": plan_of(route.Metrics)}
    with pytest.raises(TypeError, match=r"Outer\.inner: expected Outline, not Plan"):
        Outline("Outer", 0, False, True, [field], [(-1, {1: 0})], [], [0])


class Loop(Record):
    again: Loop | None = attr(1, nest(lambda: Loop))


def test_records_within_themselves_are_outlined_once() -> None:
    _, records = described(plan_of(Loop))
    assert [name for name, *_ in records] == ["Loop"]


def test_flags_are_labelled_as_their_sets_are() -> None:
    single = tuple((member.value, Marks(member.value).labels[0]) for member in Marks)
    for value in range(1 << 6):
        assert Flags(single)(value) == Marks(value).labels, value

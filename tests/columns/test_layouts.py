"""Messages that look like ones before them are taken in by what is remembered of those: nothing else comes of it."""

from __future__ import annotations

from typing import Any

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.walk import title
from netlynx.client.table import Table
from netlynx.codec._codec import Counter, Filter, Records, decode, encode
from netlynx.errors import DecodeError
from netlynx.ovs import Flow
from netlynx.route import Address, Neighbour, Route
from netlynx.schema import (
    Layout,
    Record,
    array,
    attr,
    be16,
    boolean,
    flag,
    indexed,
    ip,
    mac,
    member,
    nest,
    sequence,
    string,
    struct,
    u8,
    u16,
    u32,
)
from netlynx.schema.compile import plan_of
from strategies import records
from table_rows import PORT, SEQUENCE, TYPE, datagram, differences, fill, row, sink, table_of
from worth import examples

thorough = examples(8)

GATEWAYS = ("192.0.2.1", "192.0.2.2", "198.51.100.250")


class Pair(Layout):
    """Two numbers."""

    left: int = member(u16)
    right: int = member(be16)


class Step(Record):
    """What may stand in a row, one or several times: some of it there, some not."""

    number: int | None = attr(1, u32)
    text: str | None = attr(2, string)
    pair: Pair | None = attr(3, struct(Pair))
    on: bool = attr(4, flag)
    parts: tuple[str, ...] | None = attr(5, indexed(string))
    more: tuple[Inner, ...] | None = attr(6, sequence(lambda: Inner))
    inner: Inner | None = attr(7, nest(lambda: Inner))


class Inner(Record):
    """Lists within a nest within a list."""

    pairs: tuple[Pair, ...] | None = attr(1, array(struct(Pair)))
    sure: bool | None = attr(2, boolean)


class Head(Layout):
    """Something to begin with."""

    family: int = member(u8)
    kind: int = member(u8)
    index: int = member(u16)


class Several(Record, header=Head):
    """Lists, flags and texts."""

    steps: tuple[Step, ...] | None = attr(1, sequence(Step))
    numbers: tuple[int, ...] | None = attr(2, array(u16))
    words: tuple[str, ...] | None = attr(3, indexed(string))
    on: bool = attr(4, flag)
    big: int | None = attr(5, be16)
    address: str | None = attr(6, ip)
    hardware: str | None = attr(7, mac)
    sure: bool | None = attr(8, boolean)
    inner: Inner | None = attr(9, nest(Inner))


def whole(cls: Any, payload: bytes) -> bool:
    try:
        decode(plan_of(cls), payload)
    except DecodeError:
        return False
    return True


@st.composite
def alike(draw: st.DrawFn, cls: Any) -> list[bytes]:
    """Payloads of few kinds, in long runs and in turns: as they are, with bytes changed, and cut off."""
    kinds = [encode(plan_of(cls), each) for each in draw(st.lists(records(cls), min_size=1, max_size=3))]
    payloads = []
    for _ in range(draw(st.integers(1, 8))):
        payload = bytearray(draw(st.sampled_from(kinds)))
        for _ in range(draw(st.integers(0, 2))):
            if payload:
                payload[draw(st.integers(0, len(payload) - 1))] = draw(st.integers(0, 255))
        end = draw(st.one_of(st.just(len(payload)), st.integers(0, len(payload))))
        payloads += [bytes(payload[:end])] * draw(st.sampled_from([1, 1, 2, 5, 140]))
    return payloads


@pytest.mark.parametrize("cls", [Route, Neighbour, Address, Several], ids=title)
@thorough
@given(data=st.data())
def test_rows_of_messages_alike_are_the_fields_of_their_records(cls: Any, data: st.DataObject) -> None:
    payloads = [each for each in data.draw(alike(cls)) if whole(cls, each)]
    columns = sink(cls)
    half = len(payloads) // 2
    fill(columns, datagram(*payloads[:half]))
    fill(columns, datagram(*payloads[half:]))
    taken = pyarrow.table(Table("alike", columns.finish()))
    taken.validate(full=True)
    found = taken.to_pylist()
    assert len(found) == len(payloads)
    for payload, values in zip(payloads, found, strict=True):
        expected = row(decode(plan_of(cls), payload))
        assert differences(expected if isinstance(expected, dict) else {}, values) == []


@pytest.mark.parametrize("cls", [Route, Neighbour, Several], ids=title)
@thorough
@given(data=st.data())
def test_a_damaged_message_among_others_alike_is_refused_with_the_same_words(cls: Any, data: st.DataObject) -> None:
    message = datagram(*data.draw(alike(cls)))

    def outcome(reader: Any) -> Any:
        try:
            return reader.read(message, 0, len(message), TYPE, SEQUENCE, PORT)
        except DecodeError as error:
            return str(error), error.path, error.offset

    assert outcome(sink(cls)) == outcome(Records(plan_of(cls)))


@thorough
@given(data=st.data())
def test_a_filter_that_remembers_chooses_the_same(data: st.DataObject) -> None:
    known = [each for each in data.draw(alike(Route)) if whole(Route, each)]
    plain = [
        encode(plan_of(Route), Route(destination="10.0.0.0/8", gateway=gateway, oif=oif, table=254))
        for gateway, oif in data.draw(st.lists(st.tuples(st.sampled_from(GATEWAYS), st.integers(1, 3)), max_size=30))
    ]
    payloads = data.draw(st.permutations([*known[:20], *plain]))
    first = decode(plan_of(Route), payloads[0]) if payloads else Route()
    wanted = data.draw(
        st.sampled_from(
            [
                {"gateway": GATEWAYS[0]},
                {"oif": 2, "gateway": GATEWAYS[1]},
                {"oif": range(2, 4), "table": 254},
                {"gateway": None, "family": "inet"},
                {"oif": first.oif, "gateway": first.gateway, "metric": first.metric},
            ]
        )
    )
    all_choose_alike(payloads, wanted)


@thorough
@given(data=st.data())
def test_a_filter_on_the_header_chooses_the_same_of_long_runs(data: st.DataObject) -> None:
    kinds = [
        encode(plan_of(Route), Route(family=family, destination="default", type=type, protocol=protocol, oif=oif))
        for family in ("inet", "inet6")
        for type in ("unicast", "blackhole", "prohibit")
        for protocol, oif in (("static", 7), ("kernel", 7), ("static", 8))
    ]
    runs = data.draw(st.lists(st.tuples(st.sampled_from(kinds), st.sampled_from([1, 2, 5, 140])), max_size=8))
    wanted = data.draw(
        st.sampled_from(
            [
                {"family": "inet"},
                {"family": "inet6", "type": "unicast"},
                {"family": "inet", "type": "blackhole", "protocol": "kernel"},
                {"family": "inet", "type": {"unicast", "blackhole"}},
                {"family": "inet", "oif": 7},
                {"family": "bridge"},
                {"type": "unicast", "flags": "onlink"},
            ]
        )
    )
    all_choose_alike([payload for payload, count in runs for _ in range(count)], wanted)


def all_choose_alike(payloads: list[bytes], wanted: dict[str, Any]) -> None:
    """Records, a count and columns are of those messages whose decoded record is wanted."""
    chosen = Filter(plan_of(Route), tuple(wanted.items()))
    expected = [record for record in (decode(plan_of(Route), each) for each in payloads) if chosen.matches(record)]
    message = datagram(*payloads)
    taken, counted = Records(plan_of(Route), chosen), Counter(chosen)
    columns = sink(Route, match=wanted)
    for reader in (taken, counted, columns):
        assert reader.read(message, 0, len(message), TYPE, SEQUENCE, PORT)[0] == len(message)
    assert taken.records == expected
    assert counted.count == len(expected)
    table = pyarrow.table(Table("alike", columns.finish()))
    assert table["family"].to_pylist() == [row(each)["family"] for each in expected]
    assert table["protocol"].to_pylist() == [row(each)["protocol"] for each in expected]


def test_a_number_that_grew_wider_elsewhere_does_not_lose_its_upper_half() -> None:
    plain = encode(plan_of(Route), Route(destination="10.0.0.0/8", oif=7))
    narrow, wide = (
        b"\x08\x00\x04\x00" + (7).to_bytes(4, "little"),
        b"\x0c\x00\x04\x00" + (7 << 40).to_bytes(8, "little"),
    )
    assert narrow in plain
    columns = sink(Route)
    fill(columns, datagram(plain, plain, plain.replace(narrow, wide), plain, plain))
    taken = pyarrow.table(Table("wide", columns.finish()))
    assert taken["oif"].to_pylist() == [7, 7, 7 << 40, 7, 7]


def test_an_mpls_route_with_the_marks_of_an_ipv4_route_keeps_its_labels() -> None:
    inet = encode(plan_of(Route), Route(destination="10.0.0.0/20", oif=7))
    mpls = encode(plan_of(Route), Route(family="mpls", destination="100", oif=7))
    assert len(inet) == len(mpls)
    columns = sink(Route)
    fill(columns, datagram(inet, inet, mpls, inet, mpls, mpls))
    found = pyarrow.table(Table("mixed", columns.finish()))["destination"].to_pylist()
    assert found == ["10.0.0.0/20", "10.0.0.0/20", "100", "10.0.0.0/20", "100", "100"]


def test_a_long_table_moves_to_pages_of_its_own_and_stays_as_it_was() -> None:
    count = 200_000
    payload = encode(plan_of(Route), Route(destination="10.0.0.0/32", gateway=GATEWAYS[0], oif=7))
    at = payload.index(bytes([10, 0, 0, 0]))
    columns = sink(Route)
    for start in range(0, count, 500):
        fill(
            columns,
            datagram(*(payload[:at] + n.to_bytes(4, "big") + payload[at + 4 :] for n in range(start, start + 500))),
        )
    taken = pyarrow.table(Table("long", columns.finish()))
    taken.validate(full=True)
    dotted = [".".join(map(str, n.to_bytes(4, "big"))) + "/32" for n in range(count)]
    assert taken["destination"].to_pylist() == dotted
    assert set(taken["gateway"].to_pylist()) == {GATEWAYS[0]}
    assert set(taken["oif"].to_pylist()) == {7}


def test_columns_finished_after_a_message_was_refused_have_only_the_rows_before_it() -> None:
    good = encode(plan_of(Route), Route(destination="10.0.0.0/8", gateway=GATEWAYS[0], oif=7))
    bad = bytearray(good)
    bad[-8:-6] = b"\xff\x00"  # the length of the last attribute
    columns = sink(Route)
    message = datagram(good, good, bytes(bad))
    with pytest.raises(DecodeError):
        columns.read(message, 0, len(message), TYPE, SEQUENCE, PORT)
    taken = pyarrow.table(Table("refused", columns.finish()))
    taken.validate(full=True)
    assert taken.to_pylist() == pyarrow.table(table_of(*[decode(plan_of(Route), good)] * 2)).to_pylist()


def test_what_is_strange_in_a_list_among_many_alike_is_told_where_it_stands() -> None:
    """Of two flows in a hundred an action is one that only a later kernel knows, and the rows around them are whole."""
    plain, other = (
        encode(plan_of(Flow), Flow(key={"in_port": 1, "eth_type": 5}, actions=actions)) for actions in ("7", "8")
    )
    strange = other.replace(b"\x08\x00\x01\x00\x08\x00\x00\x00", b"\x08\x00\x63\x00\x08\x00\x00\x00")
    assert strange != other
    columns = sink(Flow)
    fill(columns, datagram(*[plain] * 70, strange, *[other] * 70, strange, *[plain] * 70))
    taken = pyarrow.table(Table("strange", columns.finish()))
    rows = taken["unknown"].to_pylist()
    assert [number for number, each in enumerate(rows) if each] == [70, 141]
    assert rows[70] == [{"within": "actions", "type": 0x63, "payload": b"\x08\0\0\0", "problem": None}]
    ports = [None if each is None else [step["output"] for step in each] for each in taken["actions"].to_pylist()]
    assert ports == [*[[7]] * 70, [None], *[[8]] * 70, [None], *[[7]] * 70]


def test_lists_again_have_the_gaps_that_they_had() -> None:
    inner = Inner(pairs=(Pair(left=1, right=2), Pair()))
    steps = (Step(text="one"), Step(inner=inner), Step(number=7), Step(parts=("a", "b")))
    made = Several(steps=steps, numbers=(1, 2, 3), words=("x", "yy"), hardware="02:00:00:00:00:01", address="::1")
    payload = encode(plan_of(Several), made)
    columns = sink(Several)
    fill(columns, datagram(*[payload] * 200, encode(plan_of(Several), Several(on=True)), *[payload] * 3))
    found = pyarrow.table(Table("again", columns.finish()))
    found.validate(full=True)
    expected = row(decode(plan_of(Several), payload))
    rows = found.to_pylist()
    assert len(rows) == 204
    assert all(differences(expected, each) == [] for number, each in enumerate(rows) if number != 200)
    assert rows[200]["steps"] is None
    assert rows[200]["on"] is True

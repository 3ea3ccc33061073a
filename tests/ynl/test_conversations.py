"""A family known by its spec alone, spoken to with every verb: its kernel side was declared in Python."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from greeter import Greeted, Greeter, Mood, Place

import netlynx
from netlynx import ynl
from netlynx.kernel import VirtualKernel
from support import PATIENCE

PATH = Path(__file__).with_name("greeter.yaml")


@pytest.fixture
def spec() -> ynl.Spec:
    return ynl.load(PATH)


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as kernel:
        yield kernel


@pytest.fixture
def served(kernel: VirtualKernel) -> Greeted:
    return Greeted(kernel)


@pytest.fixture
def nl(kernel: VirtualKernel, served: Greeted) -> Iterator[netlynx.Connection]:
    with netlynx.connect(kernel=kernel, timeout=PATIENCE) as connection:
        yield connection


def test_requests_are_those_of_the_declared_family(spec: ynl.Spec) -> None:
    places = (Place(city="a", inner=Place(size=3)), Place())
    declared = Greeter.Greeting(text="x", count=3, mood=Mood.BAD, places=places, tags=("a", "b"))
    written = [{"city": "a", "inner": {"size": 3}}, {}]
    ours = spec.do("hello", text="x", count=3, mood="bad", places=written, tags=["a", "b"])
    assert ours.payload == Greeter.hello(declared).payload


def test_do(spec: ynl.Spec, nl: netlynx.Connection, served: Greeted) -> None:
    answer = nl.do(spec.do("hello", text="you"))
    assert (answer.text, answer.count) == ("hello you", 3)
    assert nl.do(spec.do("reset")) is None
    assert served.resets == 1
    with pytest.raises(netlynx.NetlinkError, match=r"greeter\.hello\(count=3\): .*missing Greeting\.text"):
        nl.do(spec.do("hello", count=3))


def test_dump_where_count_and_table(spec: ynl.Spec, nl: netlynx.Connection, served: Greeted) -> None:
    rows = nl.dump(spec.dump("hello")).all()
    assert [(row.text, row.mood) for row in rows] == [(row.text, row.mood) for row in served.rows]
    assert nl.count(spec.dump("hello").where(mood="bad")) == 500
    assert nl.count(spec.dump("listed", mood="good")) == 500
    assert nl.table(spec.dump("hello")).num_rows == len(rows)


def test_batch(spec: ynl.Spec, nl: netlynx.Connection, served: Greeted) -> None:
    nl.batch(spec.do("reset") for _ in range(100))
    assert served.resets == 100


def test_subscribe(spec: ynl.Spec, nl: netlynx.Connection) -> None:
    with nl.subscribe(spec.group("news")) as events:
        nl.do(spec.do("hello", text="you"))
        event = events.get(timeout=PATIENCE)
        assert isinstance(event, netlynx.Event)
        assert (event.kind, event.record.text) == ("said", "heard")


def test_the_same_verbs_are_there_for_async(spec: ynl.Spec, kernel: VirtualKernel, served: Greeted) -> None:
    async def converse() -> None:
        async with netlynx.aconnect(kernel=kernel, timeout=PATIENCE) as nl:
            async with nl.subscribe(*spec.subscribe()) as events:
                assert (await nl.do(spec.do("hello", text="you"))).text == "hello you"
                event = await events.get(timeout=PATIENCE)
                assert isinstance(event, netlynx.Event)
                assert event.kind == "said"
            assert [row.text async for row in nl.dump(spec.dump("hello"))] == [row.text for row in served.rows]

    anyio.run(converse)

"""Collectors beside each other: what is late, what fails, what is begun once, and namespaces that come and go."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from metrics_world import World
from netlynx import connect, metrics, netns, route
from netlynx.errors import NotSupported, PermissionDenied
from netlynx.metrics.gathering import REASONS
from support import PATIENCE, Background, named_namespace, needs_root

BRIEF = 1.0  # seconds; what is to be late waits for the test


@pytest.fixture
def gatherer(gatherer: metrics.Gatherer, world: World) -> metrics.Gatherer:
    gatherer.gather()  # what is loaded on first use is loaded
    world.asked = 0
    return gatherer


def samples(gathered: metrics.Gathered) -> dict[tuple[str, tuple[str, ...]], Any]:
    return {
        (family.metric.sample.removeprefix("netlynx_"), key): value
        for part in gathered.parts
        for family in part.families
        for key, value in zip(family.keys, family.values, strict=True)
    }


def told(gathered: metrics.Gathered) -> dict[tuple[str, tuple[str, ...]], Any]:
    """The same of routes, and how they went."""
    return {
        (name, key): value
        for (name, key), value in samples(gathered).items()
        if name == "routes" or (key[:1] == ("routes",) and value and name != "collector_duration_seconds")
    }


ROUTES = {("routes", ("inet", "bgp", "unicast")): 1}


def test_all_that_is_in_time_is_there(gatherer: metrics.Gatherer) -> None:
    gathered = gatherer.gather()
    assert gathered.problems == []
    found = samples(gathered)
    assert found["link_receive_bytes_total", ("lo",)] == 7
    assert found["link_mtu_bytes", ("lo",)] == 65536
    assert found["collector_success", ("links",)] is True
    assert 0 < found["collector_duration_seconds", ("links",)] < PATIENCE
    assert found["exporter_received_bytes_total", ()] > 0
    assert told(gathered) == {**ROUTES, ("collector_success", ("routes",)): True}


def test_what_is_late_fails_alone_is_begun_once_and_its_values_are_not_shown_later(
    world: World, gatherer: metrics.Gatherer
) -> None:
    world.let.clear()
    # The kernel says nothing for longer than the deadline: the read itself ends by that.
    first = gatherer.gather(deadline=BRIEF)
    assert samples(first)["link_receive_bytes_total", ("lo",)] == 7
    assert [(each.collector, each.reason) for each in first.problems] == [("routes", "late")]
    assert told(first) == {("collector_failures_total", ("routes", "late")): 1}
    world.let.set()
    (tasks,) = gatherer._tasks.values()
    run = tasks["routes"]._run
    assert run is not None
    assert run.done.wait(PATIENCE)
    second = gatherer.gather()
    assert told(second)[next(iter(ROUTES))] == 1
    assert told(second)["collector_failures_total", ("routes", "late")] == 1


def test_one_that_hangs_where_nothing_ends_it_is_left_alone(gatherer: metrics.Gatherer) -> None:
    """As in a system call that never returns: no second thread goes there, and no scrape waits for it once more."""
    hanging, begun = threading.Event(), []
    real = metrics.collector("routes")

    def read(*answers: Iterable[Any]) -> list[metrics.Family]:
        begun.append(threading.current_thread().name)
        hanging.wait(PATIENCE)
        return real.read(*answers)

    (tasks,) = gatherer._tasks.values()
    tasks["routes"].collector = metrics.Collector("routes", "", "", real.asks, read)
    for count in (1, 2, 3):
        gathered = gatherer.gather(deadline=BRIEF if count == 1 else None)  # the others would wait for long
        assert told(gathered) == {("collector_failures_total", ("routes", "late")): count}
        assert samples(gathered)["link_mtu_bytes", ("lo",)] == 65536
        assert samples(gathered)["collector_duration_seconds", ("routes",)] > BRIEF / 2
    assert begun == ["netlynx-routes"]
    run = tasks["routes"]._run
    assert run is not None
    hanging.set()
    assert run.done.wait(PATIENCE)  # what it found is nobody's
    tasks["routes"].collector = real
    assert told(gatherer.gather())[next(iter(ROUTES))] == 1


def test_scrapes_at_the_same_time_share_what_is_being_read(world: World) -> None:
    world.let.clear()
    with metrics.Gatherer(["routes"], kernel=world.kernel, deadline=PATIENCE) as gatherer:
        both = [Background(gatherer.gather) for _ in range(2)]
        while not world.asked:
            assert gatherer.gather([], deadline=1.0).problems == []
        (tasks,) = gatherer._tasks.values()
        third = Background(gatherer.gather)
        world.let.set()
        for each in (*both, third):
            gathered = each.result()
            assert isinstance(gathered, tuple)
            assert told(metrics.Gathered(*gathered))[next(iter(ROUTES))] == 1
        assert tasks["routes"].failures == dict.fromkeys(REASONS, 0)


@pytest.mark.parametrize(
    ("error", "reason"),
    [(NotSupported(95, "no such thing"), "absent"), (PermissionDenied(1, "not you"), "denied"), (KeyError(3), "error")],
)
def test_why_it_failed_is_counted(world: World, gatherer: metrics.Gatherer, error: Exception, reason: str) -> None:
    if isinstance(error, KeyError):  # a fault of a collector's own
        (tasks,) = gatherer._tasks.values()

        def read(*answers: Iterable[Any]) -> list[metrics.Family]:
            raise error

        tasks["routes"].collector = metrics.Collector("routes", "", "", tasks["routes"].collector.asks, read)
    else:
        world.problem = error
    gathered = gatherer.gather()
    assert [(each.netns, each.collector, each.reason) for each in gathered.problems] == [(None, "routes", reason)]
    assert told(gathered) == {("collector_failures_total", ("routes", reason)): 1}


def test_some_alone_and_what_is_none(gatherer: metrics.Gatherer, world: World) -> None:
    found = samples(gatherer.gather(["links"]))
    assert ("collector_success", ("routes",)) not in found
    assert world.asked == 0
    with pytest.raises(ValueError, match="no collector 'nft' works here: there are links, routes"):
        gatherer.gather(["nft"])
    with pytest.raises(ValueError, match="no collector is left"):
        metrics.Gatherer([], kernel=world.kernel)
    with pytest.raises(ValueError, match="there is no collector 'linsk'; did you mean links"):
        metrics.Gatherer(["linsk"], kernel=world.kernel)


def test_a_collector_works_on_a_connection_of_ones_own(world: World) -> None:
    with connect(kernel=world.kernel) as nl:
        families = metrics.collect(nl, "routes", deadline=PATIENCE)
    assert [(each.metric.name, each.keys, each.values) for each in families] == [
        ("netlynx_routes", [("inet", "bgp", "unicast")], [1])
    ]


@needs_root
@pytest.mark.namespace
def test_a_namespace_is_whichever_has_the_name_now() -> None:
    with named_namespace() as blue, named_namespace() as red:
        with connect(netns=red) as nl:
            nl.do(route.change(route.Link(name="lo", mtu=1234)))
        with metrics.Gatherer(["links"], netns=[blue, red]) as gatherer:
            mtu = {part.netns: dict(_mtu(part)) for part in gatherer.gather().parts if part.netns}
            assert mtu == {blue: {("lo",): 65536}, red: {("lo",): 1234}}
            netns.remove(red)
            gone = gatherer.gather()
            assert [(each.netns, each.reason) for each in gone.problems] == [(red, "absent")]
            assert samples(gone)["link_mtu_bytes", ("lo",)] == 65536
            netns.create(red)
            again = gatherer.gather()
            assert again.problems == []
            assert {part.netns: dict(_mtu(part)) for part in again.parts if part.netns} == {
                blue: {("lo",): 65536},
                red: {("lo",): 65536},
            }
        text = metrics.render(again.parts).decode()
        assert f'netlynx_link_mtu_bytes{{device="lo",netns="{red}"}} 65536.0' in text


def _mtu(part: metrics.Part) -> Iterator[tuple[tuple[str, ...], Any]]:
    for family in part.families:
        if family.metric.name == "netlynx_link_mtu_bytes":
            yield from zip(family.keys, family.values, strict=True)

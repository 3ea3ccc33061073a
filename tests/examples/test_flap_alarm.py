"""A carrier that comes and goes, seldom and often."""

from __future__ import annotations

import runpy

import pytest

import netlynx
from netlynx import netns, route
from programs import FOLDER, pair, run, started


@pytest.mark.namespace
def test_a_link_that_flaps_is_told_and_another_is_not(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace
) -> None:
    for name in ("calm", "flaps"):
        pair(nl, name)
    with started(namespace, "flap_alarm", "--changes", "6", "--within", "600") as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "watching 5 links\n"
        for name, times in (("calm", 2), ("flaps", 3)):
            for _ in range(times):
                nl.batch([route.down(f"{name}-peer"), route.up(f"{name}-peer")])
        alarms = {program.stdout.readline() for _ in range(2)}  # the peer's carrier goes with it
        assert alarms == {f"ALARM {name}: 6 changes within 600 s\n" for name in ("flaps", "flaps-peer")}


def test_changes_count_within_the_time_alone_and_lost_notifications_make_no_difference() -> None:
    watch = runpy.run_path(str(FOLDER / "flap_alarm.py"))["Watch"](4, 10.0)

    def look(now: float, count: int) -> bool:
        told: bool = watch.look(route.Link(index=2, name="v0", carrier_changes=count), now)
        return told

    assert [look(now, now // 5) for now in range(0, 40, 5)] == [False] * 8  # one in 5 s
    assert not look(100.0, 8)
    assert not look(105.0, 10)  # a notification was lost
    assert look(109.0, 11)
    assert not look(109.5, 14)  # counted from the alarm on
    assert look(109.6, 15)


@pytest.mark.namespace
def test_what_makes_no_sense_is_refused(namespace: netns.NetworkNamespace) -> None:
    status, _, err = run(namespace, "flap_alarm", "--changes", "0")
    assert status == 2
    assert "both are to be above 0" in err

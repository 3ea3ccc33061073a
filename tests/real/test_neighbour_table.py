"""Neighbour tables on a real kernel, read and changed beside `ip ntable` and sysctl."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import netlynx
from command import PATIENCE
from conftest import Ip
from forking import forked
from netlynx import netns, route
from netlynx.schema.record import fields_of

BY_IP = {
    "thresh1": "threshold1",
    "thresh2": "threshold2",
    "thresh3": "threshold3",
    "gc_interval": "gc_interval",
    "refcnt": "references",
    "base_reachable": "base_reachable_time",
    "retrans": "retransmit_time",
    "gc_stale": "gc_stale_time",
    "delay_probe": "delay_probe_time",
    "queue": "queue_length",
    "app_probes": "app_probes",
    "ucast_probes": "unicast_probes",
    "mcast_probes": "multicast_probes",
    "anycast_delay": "anycast_delay",
    "proxy_delay": "proxy_delay",
    "proxy_queue": "proxy_queue_length",
    "locktime": "lock_time",
}
# What the host does meanwhile counts on: what `ip` says lies between what is read before and after.
COUNTED = {
    "entries": "config.entries",
    "allocs": "statistics.allocations",
    "destroys": "statistics.destroys",
    "hash_grows": "statistics.hash_grows",
    "res_failed": "statistics.resolutions_failed",
    "lookups": "statistics.lookups",
    "hits": "statistics.hits",
    "rcv_probes_mcast": "statistics.multicast_probes_received",
    "rcv_probes_ucast": "statistics.unicast_probes_received",
    "periodic_gc_runs": "statistics.periodic_gc_runs",
    "forced_gc_runs": "statistics.forced_gc_runs",
    "table_fulls": "statistics.table_fulls",
}
FIXED = {"key_length": "config.key_length", "entry_size": "config.entry_size", "hash_rnd": "config.hash_random"}
# In /proc/sys/net/ipv4/neigh/NAME; the last three are what `ip` does not know of.
BY_SYSCTL = {
    "base_reachable_time_ms": "base_reachable_time",
    "retrans_time_ms": "retransmit_time",
    "app_solicit": "app_probes",
    "ucast_solicit": "unicast_probes",
    "mcast_solicit": "multicast_probes",
    "proxy_qlen": "proxy_queue_length",
    "unres_qlen": "queue_length",
    "unres_qlen_bytes": "queue_length_bytes",
    "mcast_resolicit": "multicast_reprobes",
    "interval_probe_time_ms": "interval_probe_time",
}


@pytest.fixture
def v0(nl: netlynx.Connection) -> int:
    nl.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=route.Link(name="v1")))))
    return nl.do(route.link(name="v0")).index


def here(nl: netlynx.Connection, name: str = "arp_cache", index: int | str | None = "v0") -> Any:
    (found,) = nl.dump(route.neighbour_tables().where(name=name, index=index))
    return found


def by_ip(ip: Ip, name: str = "arp_cache", device: str | None = "v0") -> dict[str, Any]:
    found = [each for each in json.loads(ip("-s -j ntable show")) if each["name"] == name]
    (one,) = [each for each in found if each.get("dev") == device]
    return dict(one)


def valued(record: Any, path: str) -> Any:
    for name in path.split("."):
        record = getattr(record, name)
    return record


@pytest.mark.namespace
@pytest.mark.parametrize("name", ["arp_cache", "ndisc_cache"])
def test_ip_says_the_same_of_a_table_and_of_its_interfaces(nl: netlynx.Connection, ip: Ip, v0: int, name: str) -> None:
    ip("link set v0 up")
    for index in ("v0", "v1", "lo"):
        theirs, ours = by_ip(ip, name, index), here(nl, name, index)
        assert {their: valued(ours, our) for their, our in BY_IP.items() if their in theirs} == {
            their: theirs[their] for their in BY_IP if their in theirs
        }
        assert (ours.family.label, ours.threshold1, ours.config) == (theirs["family"], None, None)
    before, theirs, after = here(nl, name, None), by_ip(ip, name, None), here(nl, name, None)
    for their, our in (BY_IP | FIXED).items():
        assert theirs[their] == valued(after, our), their
    for their, our in COUNTED.items():
        low, high = sorted((valued(before, our), valued(after, our)))
        assert low <= theirs[their] <= high or their == "entries", their
    assert nl.count(route.neighbour_tables()) == len(json.loads(ip("-j ntable show")))
    assert nl.count(route.neighbour_tables(family="inet6")) == 4


@pytest.mark.namespace
def test_what_ip_changed_is_read_here(nl: netlynx.Connection, ip: Ip, v0: int) -> None:
    said = "base_reachable 20000 retrans 500 gc_stale 7000 delay_probe 3000 queue 8 app_probes 2 ucast_probes 4"
    more = "mcast_probes 5 anycast_delay 40 proxy_delay 80 proxy_queue 9 locktime 20"
    ip(f"ntable change name arp_cache dev v0 {said} {more}")
    found, words = here(nl), f"{said} {more}".split()
    for their, value in zip(words[::2], words[1::2], strict=True):
        assert valued(found, BY_IP[their]) == int(value), their
    assert 10_000 <= found.reachable_time < 30_000
    assert here(nl, "ndisc_cache").retransmit_time == here(nl, index="v1").retransmit_time == 1000


@pytest.mark.namespace
def test_what_is_changed_here_is_read_by_ip_and_sysctl(nl: netlynx.Connection, ip: Ip, v0: int) -> None:
    wanted = {name: 100 + 20 * at for at, name in enumerate(dict.fromkeys((*BY_IP.values(), *BY_SYSCTL.values())))}
    for name in ("threshold1", "threshold2", "threshold3", "gc_interval", "references", "queue_length"):
        del wanted[name]  # of the table, told, and another word for queue_length_bytes
    before = fields_of(here(nl))
    nl.do(route.change(route.NeighbourTable(name="arp_cache", index="v0", **wanted)))
    after = fields_of(here(nl))
    assert {name for name in before if before[name] != after[name]} == {*wanted, "queue_length", "reachable_time"}
    theirs = by_ip(ip)
    for their, our in BY_IP.items():
        if our in wanted:
            assert theirs[their] == after[our] == wanted[our], our
    for file, our in BY_SYSCTL.items():
        read = int(ip(f"/proc/sys/net/ipv4/neigh/v0/{file}", tool="cat"))
        assert read == after[our] == wanted.get(our, read), our


@pytest.mark.namespace
def test_times_are_whole_ticks_and_never_less_than_was_asked_for(nl: netlynx.Connection, ip: Ip, v0: int) -> None:
    def told(asked: int) -> int:
        nl.do(route.change(route.NeighbourTable(name="arp_cache", index="v0", retransmit_time=asked)))
        found: int = here(nl).retransmit_time
        assert found == by_ip(ip)["retrans"]
        return found

    tick = told(1)
    assert tick in (1, 3, 4, 10)  # of CONFIG_HZ 1000, 300, 250, 100
    for asked in (0, 2, 5, 999, 1001, 2_147_483_000):
        assert asked <= told(asked) < asked + max(tick, 4)
    again = here(nl)
    nl.do(route.change(again))  # the longest, too
    assert here(nl).replace(reachable_time=0) == again.replace(reachable_time=0)


@pytest.mark.namespace
def test_what_was_read_goes_back_and_takes_another_value(nl: netlynx.Connection, v0: int) -> None:
    nl.do(route.change(here(nl).replace(retransmit_time=500)))
    nl.do(route.change(here(nl).replace(queue_length=7)))
    found = here(nl)
    assert (found.retransmit_time, found.queue_length, found.lock_time) == (500, 7, 1000)
    nl.do(route.change(found.replace(index="v1")))
    assert (here(nl, index="v1").retransmit_time, here(nl, index="v1").queue_length) == (500, 7)


@pytest.mark.namespace
def test_what_is_not_there_is_told_in_words(nl: netlynx.Connection, ip: Ip, v0: int) -> None:
    def refusal(**fields: Any) -> netlynx.NotFound:
        with pytest.raises(netlynx.NotFound) as caught:
            nl.do(route.change(route.NeighbourTable(lock_time=5, **fields)))
        return caught.value

    ip("link set v1 mtu 1000")  # less than IPv6 needs
    for fields, attribute, said in (
        ({"name": "xarp_cache", "index": "v0"}, "name", "there are arp_cache (inet), ndisc_cache (inet6)"),
        ({"name": "arp_cache", "family": "inet6", "index": "v0"}, "name", "there are arp_cache (inet)"),
        ({"name": "arp_cache", "index": 77}, "index", "arp_cache has no parameters of an interface 77"),
        ({"name": "ndisc_cache", "index": "v1"}, "index", "ndisc_cache has no parameters of an interface"),
        ({"name": "arp_cache", "index": "nosuch"}, "index", "no interface is called 'nosuch'"),
    ):
        error = refusal(**fields)
        assert error.attribute == f"NeighbourTable.{attribute}"
        assert said in str(error)
    assert here(nl).lock_time == here(nl, index="lo").lock_time == 1000


@pytest.mark.namespace
def test_what_is_of_all_namespaces_is_not_changed_in_one_of_them(nl: netlynx.Connection) -> None:
    before = here(nl, index=None)
    for field in ("threshold1", "gc_interval", "lock_time"):
        with pytest.raises(netlynx.NotFound, match="in the first one alone"):
            nl.do(route.change(route.NeighbourTable(name="arp_cache", **{field: before.threshold1 + 1})))
        assert valued(here(nl, index=None), field) == valued(before, field)


@pytest.mark.namespace
def test_a_batch_looks_once_and_says_which_were_refused(nl: netlynx.Connection, v0: int) -> None:
    def changes() -> Iterator[Any]:
        for lock_time in range(200, 600, 4):
            yield route.change(route.NeighbourTable(name="arp_cache", index=v0, lock_time=lock_time))
            if lock_time % 100 == 0:
                yield route.change(route.NeighbourTable(name="arp_cache", index=77, lock_time=lock_time))

    result = nl.batch(changes(), on_error="continue")
    assert (len(result), len(result.errors)) == (104, 4)
    assert {type(error) for error in result.errors.values()} == {netlynx.NotFound}
    assert here(nl).lock_time == 596


@pytest.mark.namespace
def test_what_the_command_prints_is_made_so_again(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, v0: int
) -> None:
    def steady(text: str) -> list[str]:
        return [part for part in text.split(",") if not part.startswith('"reachable_time"')]  # which is drawn

    def command(*words: str, stdin: str = "") -> str:
        done = forked(words, stdin, where=namespace)
        assert done.returncode == 0, done.stderr
        return str(done.stdout)

    lines = command("neighbour-tables", "v0", "--lines")
    assert [json.loads(line)["family"] for line in lines.splitlines()] == ["inet", "inet6"]
    for name in ("arp_cache", "ndisc_cache"):
        nl.do(route.change(route.NeighbourTable(name=name, index="v0", lock_time=52, queue_length_bytes=9)))
    assert command("neighbour-tables", "v0", "--lines") != lines
    command("batch", "--each", "change neighbour-table", "-", stdin=lines)
    assert here(nl).lock_time == 1000
    assert steady(command("neighbour-tables", "v0", "--lines")) == steady(lines)


@pytest.mark.guest
def test_thresholds_are_changed_in_the_first_namespace() -> None:
    with netlynx.connect() as nl:
        before = here(nl, index=None)
        wanted = {"threshold1": 200, "threshold2": 700, "threshold3": 1500, "gc_interval": 20_000, "lock_time": 500}
        try:
            nl.do(route.change(route.NeighbourTable(name="arp_cache", **wanted)))
            changed = here(nl, index=None)
            assert {name: valued(changed, name) for name in wanted} == wanted
            if shutil.which("ip"):
                shown = ["ip", "ntable", "show", "name", "arp_cache"]
                done = subprocess.run(shown, capture_output=True, text=True, timeout=PATIENCE)
                assert "thresh1 200 thresh2 700 thresh3 1500 gc_int 20000" in done.stdout
            for at in (1, 2, 3):
                kept = Path(f"/proc/sys/net/ipv4/neigh/default/gc_thresh{at}").read_text()
                assert int(kept) == wanted[f"threshold{at}"]
            nl.do(route.change(changed.replace(threshold2=701)))
            assert here(nl, index=None).threshold2 == 701
        finally:
            nl.do(route.change(before))
        assert here(nl, index=None).threshold1 == before.threshold1

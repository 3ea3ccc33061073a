"""Operations from a file: what is carried out, in which order, and what is said of the lines that are not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from command import PATIENCE, Run, environment
from netlynx import netns

KERNEL = str(Path(__file__).parent / "kernel_batch.py")


def lines(*operations: dict[str, object]) -> str:
    return "".join(json.dumps(operation) + "\n" for operation in operations)


def routes(count: int, first: int = 0) -> str:
    return lines(*({"add": "route", "destination": f"10.{n >> 8}.{n & 255}.0/24"} for n in range(first, first + count)))


def test_operations_are_carried_out_in_their_order_and_counted(run: Run) -> None:
    text = lines(
        {"add": "route", "destination": "10.0.0.0/8", "oif": 2},
        {"replace": "route", "destination": "10.1.0.0/16", "multipath": [{"oif": 2}, {"oif": "lo", "weight": 3}]},
        {"delete": "route", "destination": "10.0.0.0/8"},
    )
    done = run("batch", "-", "--kernel", KERNEL, stdin=f"# changes\n\n{text}\n")
    assert done.stdout.splitlines() == [
        "look up lo",
        "route 10.0.0.0/8 oif 2",
        "route 10.1.0.0/16 oif None hop oif=2 hop oif=1, weight=3",
        "no route 10.0.0.0/8",
    ]
    assert re.fullmatch(r"3 done, 0 failed, \d+ a second\n", done.stderr)


def test_a_file_is_read_by_its_name(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "changes"
    path.write_text(routes(10_000))
    done = run("batch", str(path), "--kernel", KERNEL)
    assert len(done.stdout.splitlines()) == 10_000
    assert done.stderr.startswith("10000 done, 0 failed")


def test_an_interface_is_looked_up_once(run: Run) -> None:
    text = lines(*({"add": "route", "destination": f"10.{n}.0.0/16", "oif": "eth0"} for n in range(200)))
    done = run("batch", "-", "--kernel", KERNEL, stdin=text)
    assert done.stdout.count("look up") == 1
    assert done.stdout.count("oif 2") == 200


def test_a_link_that_an_earlier_line_makes_or_makes_anew_has_its_new_index(run: Run) -> None:
    text = lines(
        {"add": "link", "name": "v0", "kind": "veth"},
        {"add": "route", "destination": "10.0.0.0/16", "oif": "v0"},
        {"delete": "link", "name": "v0"},
        {"add": "link", "name": "w0", "kind": "veth"},
        {"add": "link", "name": "v0", "kind": "veth"},
        {"add": "route", "destination": "10.1.0.0/16", "oif": "v0"},
    )
    done = run("batch", "-", "--kernel", KERNEL, stdin=text)
    assert [line for line in done.stdout.splitlines() if line.startswith(("route", "look"))] == [
        "look up v0",
        "route 10.0.0.0/16 oif 30",
        "look up v0",
        "route 10.1.0.0/16 oif 40",
    ]


TWICE = routes(3) + lines({"add": "route", "destination": "192.0.2.0/24"}) + routes(300, 3)


def test_a_refusal_ends_it_and_names_line_request_the_kernels_words_and_attribute(run: Run) -> None:
    done = run("batch", "-", "--kernel", KERNEL, stdin=TWICE, status=1)
    refused, summary = done.stderr.splitlines()
    assert refused.startswith("netlynx: line 4: route.add(family=inet")
    assert refused.endswith(
        "destination=192.0.2.0/24): it is there [File exists (EEXIST)]; attribute Route.destination"
    )
    assert re.fullmatch(r"127 done, 1 failed, stopped behind line 128, \d+ a second", summary)
    assert len(done.stdout.splitlines()) == 127


def test_with_a_window_of_one_nothing_behind_a_refusal_is_carried_out(run: Run) -> None:
    done = run("batch", "-", "--window", "1", "--kernel", KERNEL, stdin=TWICE, status=1)
    assert "3 done, 1 failed, stopped behind line 4," in done.stderr
    assert len(done.stdout.splitlines()) == 3


def test_it_goes_on_after_refusals_when_told_to(run: Run) -> None:
    text = TWICE + lines({"add": "route", "destination": "10.200.0.0/24", "oif": "nope"}) + TWICE
    done = run("batch", "-", "--keep-going", "--kernel", KERNEL, stdin=text, status=1)
    *refused, summary = done.stderr.splitlines()
    assert [int(re.match(r"netlynx: line (\d+): ", line)[1]) for line in refused] == [4, 305, *range(306, 610)]  # type: ignore[index]
    assert "route.link(name=nope" in refused[1]
    assert summary.startswith("303 done, 306 failed, ")


def test_an_interface_that_is_not_there_ends_it_when_all_before_is_carried_out(run: Run) -> None:
    text = routes(2) + lines({"add": "route", "destination": "10.9.0.0/16", "oif": "nope"}) + routes(2, 2)
    done = run("batch", "-", "--kernel", KERNEL, stdin=text, status=1)
    assert "netlynx: line 3: route.link(name=nope" in done.stderr
    assert "2 done, 1 failed, stopped behind line 3" in done.stderr
    assert done.stdout.count("route 10.") == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"add": "route", "destination": }', "line 3, column 33: no JSON: Expecting value"),
        ('{"add": "route"', "line 3, column 16: no JSON"),
        ('["add"]', "line 3: expected an object, as in {…}, not an array"),
        ('{"destination": "10.0.0.0/8"}', "line 3: expected one of add, append, replace, change, delete, as in"),
        ('{"add": "route", "delete": "route"}', "not add and delete"),
        ('{"add": "roote"}', "line 3: add: there is nothing called 'roote'; did you mean route?"),
        ('{"add": ["route"]}', "line 3: add: there is nothing called ['route']; "),
        ('{"add": "route", "gatewya": "192.0.2.1"}', "Route has no field 'gatewya'; did you mean 'gateway'?"),
        ('{"add": "route", "destination": "10.0.0.0/33"}', "line 3: Route.destination: '10.0.0.0/33': the prefix"),
        ('{"add": "route", "destination": "10.0.0.0/8", "gateway": 5}', "line 3: Route.gateway: expected an address"),
        ('{"add": "route", "oif": 1, "oif": 2}', "line 3: 'oif' stands there twice"),
        ('{"change": "rule", "priority": 5}', "line 3: route.change(Rule): "),
        ('{"add": "route", "destination": "\\ud800"}', "line 3: Route.destination: "),
    ],
)
def test_a_line_that_cannot_be_understood_is_wrong_usage_and_all_before_it_is_done(
    line: str, words: str, run: Run
) -> None:
    done = run("batch", "-", "--keep-going", "--kernel", KERNEL, stdin=f"{routes(2)}{line}\n{routes(1, 2)}", status=2)
    summary, problem = done.stderr.splitlines()
    assert words in problem
    assert problem.endswith("; 2 operations before it were carried out")
    assert summary.startswith("2 done, 0 failed")
    assert len(done.stdout.splitlines()) == 2


def test_a_file_that_is_not_there_is_wrong_usage(run: Run) -> None:
    assert "'nofile' cannot be read: No such file" in run("batch", "nofile", "--kernel", KERNEL, status=2).stderr


def netlynx(namespace: netns.NetworkNamespace, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return netns.run_in(
        namespace,
        subprocess.run,
        [sys.executable, "-m", "netlynx", *words],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=environment(),
    )


SETUP = lines(
    {"add": "link", "name": "v0", "kind": "veth", "data": {"peer": {"name": "v1"}}},
    {"change": "link", "name": "v1", "flags": ["up"]},
    {"change": "link", "name": "v0", "flags": ["up"]},
    {"add": "address", "index": "v0", "address": "192.0.2.1", "prefixlen": 24},
    {"add": "nexthop", "id": 5, "gateway": "192.0.2.3", "oif": "v0"},
    {"add": "route", "destination": "10.1.0.0/16", "gateway": "192.0.2.2", "metrics": {"mtu": 1400}},
    {"add": "route", "destination": "10.2.0.0/16", "multipath": [{"oif": "v0"}, {"gateway": "192.0.2.2"}]},
    {"add": "route", "destination": "10.3.0.0/16", "nexthop_id": 5, "table": 1000},
    {"add": "route", "destination": "10.4.0.0/16", "type": "blackhole"},
    {"add": "route", "destination": "2001:db8:1::/48", "oif": "v0", "preference": "high"},
    {"add": "neighbour", "index": "v0", "destination": "192.0.2.9", "address": "02:00:00:00:00:09"},
    {"add": "rule", "priority": 100, "source": "10.0.0.0/8", "table": 1000, "fwmark": 7},
)


@pytest.mark.parametrize(
    ("listing", "kind", "key", "ours", "count"),
    [
        ("routes", "route", "protocol", "static", 5),
        ("neighbours", "neighbour", "destination", "192.0.2.9", 1),
        ("rules", "rule", "priority", 100, 1),
    ],
)
def test_what_was_listed_can_be_deleted_and_made_again(
    listing: str, kind: str, key: str, ours: object, count: int, namespace: netns.NetworkNamespace
) -> None:
    def listed() -> list[str]:
        found = netlynx(namespace, listing, "--lines").stdout.splitlines()
        return [line for line in found if json.loads(line).get(key) == ours]

    def each(verb: str, records: list[str]) -> str:
        """What becomes of the records with the verb put in front of their fields."""
        text = "".join(f'{{"{verb}": "{kind}", {record[1:]}\n' for record in records)
        return netlynx(namespace, "batch", "-", stdin=text).stderr

    def known(records: list[str]) -> list[object]:
        """The records without their ages, in an order."""
        return sorted(({**json.loads(record), "cacheinfo": None} for record in records), key=str)

    assert netlynx(namespace, "batch", "-", stdin=SETUP).stderr.startswith("12 done, 0 failed")
    before = listed()
    assert len(before) == count
    assert each("delete", before).startswith(f"{count} done, 0 failed")
    assert listed() == []
    assert each("add", before).startswith(f"{count} done, 0 failed")
    assert known(listed()) == known(before)

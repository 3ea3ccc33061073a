"""Operations from a file: what is carried out, in which order, and what is said of the lines that are not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from child import child
from command import Run, environment
from forking import forked
from netlynx import netns
from netlynx.cli.operations import KINDS, Operations, declared
from netlynx.errors import EncodeError
from netlynx.schema.record import beside

KERNEL = str(Path(__file__).parent / "kernel_batch.py")


def lines(*operations: dict[str, object]) -> str:
    return "".join(json.dumps(operation) + "\n" for operation in operations)


def to(verb: str, kind: str, /, **fields: object) -> dict[str, object]:
    return {verb: {kind: fields}}


def routes(count: int, first: int = 0) -> str:
    return lines(*(to("add", "route", destination=f"10.{n >> 8}.{n & 255}.0/24") for n in range(first, first + count)))


def test_operations_are_carried_out_in_their_order_and_counted(run: Run) -> None:
    text = lines(
        to("add", "route", destination="10.0.0.0/8", oif=2),
        to("replace", "route", destination="10.1.0.0/16", multipath=[{"oif": 2}, {"oif": "lo", "weight": 3}]),
        to("delete", "route", destination="10.0.0.0/8"),
    )
    done = run("batch", "-", "--kernel", KERNEL, stdin=f"# changes\n\n{text}\n")
    assert done.stdout.splitlines() == [
        "route 10.0.0.0/8 oif 2",
        "look up lo",
        "route 10.1.0.0/16 oif None hop oif=2 hop oif=1, weight=3",
        "no route 10.0.0.0/8",
    ]
    assert re.fullmatch(r"3 carried out, 0 refused, 0 unknown, 0 not sent \(\d+ a second\)\n", done.stderr)


def test_a_file_is_read_by_its_name(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "changes"
    path.write_text(routes(10_000))
    done = run("batch", str(path), "--kernel", KERNEL)
    assert len(done.stdout.splitlines()) == 10_000
    assert done.stderr.startswith("10000 carried out, 0 refused, 0 unknown, 0 not sent (")


def test_an_interface_is_looked_up_once(run: Run) -> None:
    text = lines(*(to("add", "route", destination=f"10.{n}.0.0/16", oif="eth0") for n in range(200)))
    done = run("batch", "-", "--kernel", KERNEL, stdin=text)
    assert done.stdout.count("look up") == 1
    assert done.stdout.count("oif 2") == 200


def test_a_line_gives_a_table_by_its_name(run: Run) -> None:
    text = lines(to("add", "route", destination="10.0.0.0/16", oif="eth0", table="main"))
    assert run("batch", "-", "--kernel", KERNEL, stdin=text).stdout.endswith("route 10.0.0.0/16 oif 2\n")
    text = lines(to("add", "route", destination="10.0.0.0/16", table="nope"))
    done = run("batch", "-", "--kernel", KERNEL, stdin=text, status=1)
    assert "no routing table is called 'nope'; known: default, main, local" in done.stderr


def test_a_link_that_an_earlier_line_makes_or_makes_anew_has_its_new_index(run: Run) -> None:
    text = lines(
        to("add", "link", name="v0", kind="veth"),
        to("add", "route", destination="10.0.0.0/16", oif="v0"),
        to("delete", "link", name="v0"),
        to("add", "link", name="w0", kind="veth"),
        to("add", "link", name="v0", kind="veth"),
        to("add", "route", destination="10.1.0.0/16", oif="v0"),
    )
    done = run("batch", "-", "--kernel", KERNEL, stdin=text)
    assert [line for line in done.stdout.splitlines() if line.startswith(("route", "look"))] == [
        "look up v0",
        "route 10.0.0.0/16 oif 30",
        "look up v0",
        "route 10.1.0.0/16 oif 40",
    ]


TWICE = routes(3) + lines(to("add", "route", destination="192.0.2.0/24")) + routes(300, 3)


def test_a_refusal_ends_it_and_names_line_request_the_kernels_words_and_attribute(run: Run) -> None:
    done = run("batch", "-", "--kernel", KERNEL, stdin=TWICE, status=1)
    refused, summary = done.stderr.splitlines()
    assert refused == "netlynx: line 4: it is there [File exists (EEXIST)]; attribute destination"
    assert re.fullmatch(
        r"127 carried out, 1 refused, 0 unknown, 0 and the rest of the input not sent \(\d+ a second\); "
        "go on with --resume-from 129",
        summary,
    )
    assert len(done.stdout.splitlines()) == 127


def test_with_a_window_of_one_nothing_behind_a_refusal_is_carried_out(run: Run) -> None:
    done = run("batch", "-", "--window", "1", "--kernel", KERNEL, stdin=TWICE, status=1)
    assert "3 carried out, 1 refused, 0 unknown, 0 and the rest" in done.stderr
    assert done.stderr.endswith("; go on with --resume-from 5\n")
    assert len(done.stdout.splitlines()) == 3


def test_it_goes_on_after_refusals_when_told_to(run: Run) -> None:
    text = TWICE + lines(to("add", "route", destination="10.200.0.0/24", oif="nope")) + TWICE
    done = run("batch", "-", "--keep-going", "--kernel", KERNEL, stdin=text, status=1)
    *refused, summary = done.stderr.splitlines()
    assert [int(re.match(r"netlynx: line (\d+): ", line)[1]) for line in refused] == [4, 305, *range(306, 610)]  # type: ignore[index]
    assert refused[1].startswith("netlynx: line 305: no interface is called 'nope' here [No such device (ENODEV)]")
    assert summary.startswith("303 carried out, 306 refused, 0 unknown, 0 not sent (")


def test_an_interface_that_is_not_there_ends_it_when_all_before_is_carried_out(run: Run) -> None:
    text = routes(2) + lines(to("add", "route", destination="10.9.0.0/16", oif="nope")) + routes(2, 2)
    done = run("batch", "-", "--kernel", KERNEL, stdin=text, status=1)
    refused, summary = done.stderr.splitlines()
    assert refused.startswith("netlynx: line 3: no interface is called 'nope' here [No such device (ENODEV)]")
    assert summary.startswith("2 carried out, 1 refused, 0 unknown, 0 and the rest of the input not sent")
    assert summary.endswith("--resume-from 4")
    assert done.stdout.count("route 10.") == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"add": {"route": }', "line 3, column 19: no JSON: Expecting value"),
        ('{"add": {"route"', "line 3, column 17: no JSON"),
        ('["add"]', "line 3: expected an object"),
        ("[" * 990, "line 3: nested deeper than"),
        ('{"add": {"route": {"gateway": ' + '{"a": ' * 990 + "1" + "}" * 993, "line 3: nested deeper than"),
        ("{}", 'line 3: expected one verb, as in {"add": {"route": {…}}}, not 0 names'),
        ('{"family": "inet", "type": "unicast", "oif": 1}', "for the lines of a listing, say with --each what"),
        (
            '{"destination": "10.0.0.0/8"}',
            "line 3: 'destination' is not a verb; there are add, append, insert, replace",
        ),
        ('{"repalce": {"route": {}}}', "line 3: 'repalce' is not a verb; did you mean replace?"),
        ('{"add": {"route": {}}, "delete": {"route": {}}}', "expected one verb, as in"),
        ('{"add": "route"}', "line 3: add: expected one object with its kind, as in"),
        ('{"add": {"route": {}, "link": {}}}', "line 3: add: expected one object with its kind, as in"),
        ('{"add": {"roote": {}}}', "line 3: add: 'roote' is not a kind of object; did you mean route?"),
        ('{"add": {"route": [1]}}', "line 3: add: expected the fields of the route, as in"),
        ('{"add": {"route": {"gatewya": "192.0.2.1"}}}', "Route has no field 'gatewya'; did you mean gateway?"),
        ('{"add": {"route": {"destination": "10.0.0.0/33"}}}', "line 3: destination: '10.0.0.0/33': the prefix"),
        (
            '{"add": {"route": {"destination": "10.0.0.0/8", "gateway": 5}}}',
            "3: gateway: expected an address",
        ),
        ('{"add": {"route": {"oif": 1, "oif": 2}}}', "line 3: 'oif' stands there twice"),
        ('{"change": {"rule": {"priority": 5}}}', "line 3: change rule: "),
        ('{"add": {"route": {"destination": "\\ud800"}}}', "line 3: destination: "),
    ],
)
def test_a_line_that_cannot_be_understood_is_wrong_usage_and_all_before_it_is_done(
    line: str, words: str, tmp_path: Path, run: Run
) -> None:
    path = tmp_path / "changes"
    path.write_text(f"{routes(2)}{line}\n# not this\n{routes(1, 2)}")
    done = run("batch", str(path), "--keep-going", "--kernel", KERNEL, status=2)
    problem, summary = done.stderr.splitlines()
    assert words in problem
    assert re.fullmatch(
        r"2 carried out, 0 refused, 0 unknown, 2 not sent \(\d+ a second\); go on with --resume-from 3", summary
    )
    assert len(done.stdout.splitlines()) == 2


def test_it_goes_on_from_a_line_without_looking_at_those_before(run: Run) -> None:
    text = f"{'x' * 200_000}\n\n# {routes(1)}{routes(5)}"
    done = run("batch", "-", "--resume-from", "6", "--kernel", KERNEL, stdin=text)
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["10.0.2.0/24", "10.0.3.0/24", "10.0.4.0/24"]


@pytest.mark.parametrize("first", [2, 3, 999_999_999])
def test_a_line_behind_the_end_is_nothing_to_go_on_from(first: int, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "changes"
    path.write_text(routes(1))
    for source, stdin in ((str(path), ""), ("-", routes(1))):
        done = run("batch", source, "--resume-from", str(first), "--kernel", KERNEL, stdin=stdin, status=2)
        problem, summary = done.stderr.splitlines()
        assert problem == f"netlynx: line {first} is not there: the input ends with line 1"
        assert re.fullmatch(r"0 carried out, 0 refused, 0 unknown, 0 not sent \(\d+ a second\)", summary)
        assert done.stdout == ""


def test_a_pipe_that_pauses_keeps_nothing_back() -> None:
    """What came is carried out, and told of, before more is waited for: else this waits for ever."""
    command = [sys.executable, "-m", "netlynx", "batch", "-", "--keep-going", "--kernel", KERNEL]
    with child(command, env=environment(PYTHONUNBUFFERED="1")) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        for count, behind in ((1, ""), (3, "\n"), (200, "# a remark\n"), (1, '{"add": {"route": {"destin'), (5, "")):
            process.stdin.write(routes(count) + behind if not behind.startswith("{") else routes(count))
            process.stdin.flush()
            for _ in range(count):
                assert process.stdout.readline().startswith("route 10.")
            for made in range(count):  # so that they can be made again
                process.stdin.write(lines(to("delete", "route", destination=f"10.0.{made}.0/24")))
            process.stdin.flush()
            for _ in range(count):
                assert process.stdout.readline().startswith("no route 10.")
            if behind.startswith("{"):  # half of a line keeps back nothing but itself
                process.stdin.write(routes(1) + behind)
                process.stdin.flush()
                assert process.stdout.readline().startswith("route 10.0.0.0/24")
                process.stdin.write(
                    'ation": "10.7.0.0/24"}}}\n' + lines(to("delete", "route", destination="10.0.0.0/24"))
                )
                process.stdin.flush()
                assert process.stdout.readline().startswith("route 10.7.0.0/24")
                assert process.stdout.readline().startswith("no route 10.0.0.0/24")
        process.stdin.write(lines(to("add", "route", destination="192.0.2.0/24")))
        process.stdin.flush()
        assert "line " in process.stderr.readline()
        process.stdin.write(lines(to("add", "route", destination="10.9.0.0/24", oif="nope")))
        process.stdin.flush()
        assert "no interface is called 'nope' here [No such device (ENODEV)]" in process.stderr.readline()
        assert "0 unknown, 0 not sent" in process.communicate()[1]


def test_a_field_that_there_is_not_is_refused_with_all_that_there_are(run: Run) -> None:
    done = run("batch", "-", "--kernel", KERNEL, stdin=lines(to("add", "link", zzzzzzqq=1)), status=2)
    assert "Link has no field 'zzzzzzqq'; it has index, " in done.stderr
    wrong = []
    for kind in KINDS:
        _, record = declared(kind)
        with pytest.raises(EncodeError) as refused:
            Operations(None, None).make(to("add", kind, zzzzzzqq=1))  # type: ignore[arg-type]  # nobody is asked
        _, _, listed = str(refused.value).partition("has no field 'zzzzzzqq'; it has ")
        if set(listed.split(", ")) - {"unknown", "tail"} != {*record.__declarations__} | beside(record):
            wrong.append(kind)
    assert wrong == []


def test_each_line_of_a_listing_is_carried_out_with_the_same_verb(run: Run) -> None:
    text = lines({"destination": "10.1.0.0/16", "oif": "eth0"}, {"destination": "10.2.0.0/16", "oif": 2})
    done = run("batch", "-", "--each", "add route", "--kernel", KERNEL, stdin=text)
    assert done.stdout.splitlines()[1:] == ["route 10.1.0.0/16 oif 2", "route 10.2.0.0/16 oif 2"]


@pytest.mark.parametrize(
    ("each", "words"),
    [
        ("replace", "'' is not a kind of object; there are link,"),
        ("put link", "'put' is not a verb; there are add, append"),
        ("add lnik", "'lnik' is not a kind of object; did you mean link?"),
        ("", "'' is not a verb"),
    ],
)
def test_what_cannot_be_done_with_each_line_is_wrong_usage(each: str, words: str, run: Run) -> None:
    done = run("batch", "-", "--each", each, "--kernel", KERNEL, status=2)
    assert words in done.stderr


def test_a_file_that_is_not_there_is_wrong_usage(run: Run) -> None:
    assert "'nofile' cannot be read: No such file" in run("batch", "nofile", "--kernel", KERNEL, status=2).stderr


def netlynx(namespace: netns.NetworkNamespace, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return forked(words, stdin, where=namespace)


SETUP = lines(
    to("add", "link", name="v0", kind="veth", data={"peer": {"name": "v1"}}),
    to("change", "link", name="v1", flags=["up"]),
    to("change", "link", name="v0", flags=["up"]),
    to("add", "address", index="v0", address="192.0.2.1", prefixlen=24),
    to("add", "nexthop", id=5, gateway="192.0.2.3", oif="v0"),
    to("add", "route", destination="10.1.0.0/16", gateway="192.0.2.2", metrics={"mtu": 1400}),
    to("add", "route", destination="10.2.0.0/16", multipath=[{"oif": "v0"}, {"gateway": "192.0.2.2"}]),
    to("add", "route", destination="10.3.0.0/16", nexthop_id=5, table=1000),
    to("add", "route", destination="10.4.0.0/16", type="blackhole"),
    to("add", "route", destination="2001:db8:1::/48", oif="v0", preference="high"),
    to("add", "neighbour", index="v0", destination="192.0.2.9", address="02:00:00:00:00:09"),
    to("add", "rule", priority=100, source="10.0.0.0/8", table=1000, fwmark=7),
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
        """What becomes of the records when that is done with each."""
        return netlynx(namespace, "batch", "--each", f"{verb} {kind}", "-", stdin="\n".join(records)).stderr

    def known(records: list[str]) -> list[object]:
        """The records without their ages, in an order."""
        return sorted(({**json.loads(record), "cacheinfo": None} for record in records), key=str)

    assert netlynx(namespace, "batch", "-", stdin=SETUP).stderr.startswith("12 carried out, 0 refused, 0 unknown")
    before = listed()
    assert len(before) == count
    assert each("delete", before).startswith(f"{count} carried out, 0 refused, 0 unknown")
    assert listed() == []
    assert each("add", before).startswith(f"{count} carried out, 0 refused, 0 unknown")
    assert known(listed()) == known(before)

"""`netlynx fleet`: what it prints, and what it says of what is not there."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path
from typing import Any

import pytest

from child import running
from fleet_hosts import Host, a_host, a_link, a_route, with_stream
from forking import forked
from nats_server import NatsServer


@pytest.fixture
def hosts(nats: NatsServer) -> NatsServer:
    """A server that has something of three hosts."""

    async def story(js: Any) -> None:
        db = await a_host(js, "db.example", 2)
        await db.change(("delete", a_route(0)))
        web = await a_host(js, "web", 3)
        await web.change(("new", a_route(8)), lost=True)
        await web.change(("new", a_link(3, "v0")))
        await web.say(
            "fleet", "overrun", [({"event": "overrun", "object": None, "reason": "kernel", "count": 1}, b"null")]
        )
        blue = Host(js, "web", "blue")
        await blue.begin()
        await blue.change(("new", a_link(2)))
        await js.publish("netlynx.web._.route.link", b"")

    with_stream(nats, story)
    return nats


def run(nats: NatsServer, *words: str, status: int = 0) -> tuple[str, str]:
    done = forked(["fleet", *words], "", {"NETLYNX_FLEET": nats.url, "COLUMNS": "100"})
    assert done.returncode == status, done.stderr
    return done.stdout, done.stderr


def test_hosts_are_listed(hosts: NatsServer) -> None:
    out, _ = run(hosts, "hosts")
    assert [re.split(r"  +", line)[:1] for line in out.splitlines()] == [["HOST"], ["db.example"], ["web"], ["web"]]
    listed = json.loads(run(hosts, "hosts", "--json")[0])
    assert [(each["host"], each["namespace"], each["sequence"], each["tables"]) for each in listed] == [
        ("db.example", "", 5, ["links", "routes"]),
        ("web", "", 8, ["links", "routes"]),
        ("web", "blue", 2, []),
    ]


def test_events_are_printed_as_a_monitor_does(hosts: NatsServer) -> None:
    out, err = run(hosts, "events", "--since", "all", "--no-follow", "--host", "web")
    assert [line.rstrip() for line in out.splitlines() if "10.0." not in line] == [
        "web           start",
        "web           new      link       2 eth2 mtu 1500 flags UP",
        "web           gap                 sequences 6 to 6 did not come: list anew what matters",
        "web           new      link       3 v0 mtu 1500 flags UP",
        "web           overrun             reason=kernel count=1",
        "web/blue      start",
        "web/blue      new      link       2 eth2 mtu 1500 flags UP",
    ]
    assert "web           new      route      10.0.1.0/24 dev eth2 type unicast" in out
    assert err.splitlines() == ["listening to hosts", "netlynx: messages and events that could not be read: 1"]
    lines = run(hosts, "events", "--since", "all", "--no-follow", "--json")[0].splitlines()
    said = [json.loads(line) for line in lines]
    assert [each["event"] for each in said if each["host"] == "db.example"] == ["start", "new", "new", "new", "delete"]
    assert (
        said[1].items()
        >= {"host": "db.example", "namespace": "", "object": "link", "name": "eth2", "sequence": 2}.items()
    )
    assert next(each for each in said if each["event"] == "gap")["count"] == 1


def test_what_cannot_be_read_is_counted(hosts: NatsServer) -> None:
    _, err = run(hosts, "events", "--since", "all", "--no-follow")
    assert err.splitlines()[1:] == ["netlynx: messages and events that could not be read: 1"]


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        (["--kind", "link"], {"link"}),
        (["--kind", "link", "--kind", "overrun"], {"link", None}),
        (["--room", "fleet"], {None}),
        (["--namespace", "blue"], {None, "link"}),
        (["--namespace", "nowhere"], set()),
    ],
)
def test_events_are_chosen(hosts: NatsServer, words: list[str], kinds: set[str | None]) -> None:
    out, _ = run(hosts, "events", "--since", "all", "--no-follow", "--json", *words)
    assert {json.loads(line)["object"] for line in out.splitlines()} == kinds


def test_events_are_followed_until_an_interrupt(hosts: NatsServer) -> None:
    words = ["fleet", "events", "--json", "--kind", "link", "--from", hosts.url]
    with running(*words) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        assert process.stderr.readline() == "listening to hosts\n"

        async def story(js: Any) -> None:
            host = Host(js, "new")
            await host.begin()
            await host.change(("new", a_link(9)))

        with_stream(hosts, story, update=True)
        assert json.loads(process.stdout.readline())["name"] == "eth9"
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
        assert process.stderr.read() == ""


def test_sql_is_asked_and_an_archive_too(hosts: NatsServer, tmp_path: Path) -> None:
    out, err = run(hosts, "sql", "select host, count(*) as many from routes group by host order by host")
    assert [line.split() for line in out.splitlines()] == [["HOST", "MANY"], ["db.example", "1"], ["web", "3"]]
    assert "web: events lost since its tables were read: 1" in err
    assert [line.split()[0] for line in run(hosts, "sql", ".tables")[0].splitlines()] == ["TABLE", "links", "routes"]
    assert run(hosts, "sql", ".schema", "links")[0].splitlines()[1].split() == ["host", "VARCHAR"]
    _, err = run(hosts, "archive", str(tmp_path), "--no-follow")
    assert err.splitlines() == [
        f"archiving netlynx to {tmp_path}",
        f"events written to {tmp_path}: 14",
        "netlynx: events that never came: 1; the table history_gap says which",
        "netlynx: events that could not be read: 1; the table history_unreadable says which",
    ]
    out, _ = run(hosts, "sql", "--history", str(tmp_path), "select count(*) from history_route", "--lines")
    assert json.loads(out) == {"count_star()": 6}


def test_an_archiver_keeps_what_comes_until_an_interrupt(hosts: NatsServer, tmp_path: Path) -> None:
    with running("fleet", "archive", str(tmp_path), "--from", hosts.url) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == f"archiving netlynx to {tmp_path}\n"
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
        assert process.stderr.readline().startswith(f"events written to {tmp_path}: ")


@pytest.mark.parametrize(
    ("words", "said", "status"),
    [
        (
            ["hosts", "--stream", "none"],
            "there is no stream 'none': `netlynx monitor --to` makes it when it publishes",
            1,
        ),
        (["hosts", "--from", "nats://127.0.0.1:1"], "nats://127.0.0.1:1: no server answers: Connection refused", 1),
        (["hosts", "--from", "127.0.0.1"], "'127.0.0.1' is no address of a server", 1),
        (["events", "--host", "wep"], "nothing is there of a host 'wep'; did you mean web?", 1),
        (["events", "--since", "yesterday"], "'yesterday' is no time: it is written 30s, 10m, 2h or 3d (ago)", 2),
        (["events", "--no-follow"], "without --since there is nothing but what comes", 2),
        (["sql", "select * from rautes"], "there is no table 'rautes'; did you mean routes?", 1),
        (
            ["sql", "select * from rules"],
            "no host publishes rules: those that are published are hosts, links, routes",
            1,
        ),
        (["sql", "--history", "/nowhere", "select 1"], "/nowhere", 1),
        (["sql", ".schema"], "say of which table", 2),
        (["hosts", "--credentials", "/nowhere"], "/nowhere: no credentials can be read from it: No such file", 1),
    ],
)
def test_what_is_not_there_is_said_in_a_line(hosts: NatsServer, words: list[str], said: str, status: int) -> None:
    out, err = run(hosts, *words, status=status)
    assert out == ""
    assert said in err
    assert len(err.splitlines()) == (1 if status == 1 else err.count("\n"))


def test_an_empty_stream_has_no_hosts(nats: NatsServer) -> None:
    async def story(js: Any) -> None:
        pass

    with_stream(nats, story)
    assert run(nats, "hosts") == ("", "")
    assert run(nats, "hosts", "--json")[0].split() == ["[]"]
    assert run(nats, "events", "--since", "all", "--no-follow")[0] == ""
    _, err = run(nats, "sql", "select * from routes", status=1)
    assert err == "netlynx: no host publishes routes: those that are published are hosts\n"


@pytest.mark.parametrize(
    ("words", "option"),
    [
        ([".tables", "--history", "nowhere"], "--history"),
        ([".schema", "links", "--history", "nowhere"], "--history"),
        ([".schema", "links", "--host", "web"], "--host"),
    ],
)
def test_what_says_nothing_of_what_is_asked_is_refused(words: list[str], option: str) -> None:
    done = forked(["fleet", "sql", *words])
    assert (done.returncode, f"Invalid value for {option}: " in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("words", [["hosts"], ["events", "--since", "all", "--no-follow"], ["sql", "select 1"]])
def test_an_output_that_cannot_be_written_is_told(hosts: NatsServer, words: list[str]) -> None:
    arguments = ["fleet", *words, "--from", hosts.url]
    closed, full = forked(arguments, closed=[1]), forked(arguments, opened={1: "/dev/full"})
    assert (closed.returncode, closed.stderr.splitlines()[-1]) == (1, "netlynx: standard output is closed")
    said = "netlynx: standard output cannot be written: No space left on device"
    assert (full.returncode, full.stderr.splitlines()[-1]) == (1, said)

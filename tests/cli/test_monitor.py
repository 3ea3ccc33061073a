"""`monitor`: every event on its line at once, and a clean end. Mostly on a virtual kernel that speaks on its own."""

from __future__ import annotations

import errno
import json
import re
import signal
import subprocess
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import netlynx
from child import child, running
from command import PATIENCE, Run
from netlynx import ethtool, netns, route
from netlynx.cli import monitor as cli_monitor
from netlynx.cli import peer as cli_peer
from netlynx.cli import watched
from netlynx.cli.operations import KINDS
from netlynx.kernel import VirtualKernel
from netlynx.usersock import Peer
from support import named_namespace

# Says something whenever a line comes on standard input, or whenever somebody joins the group.
SPEAKS = textwrap.dedent(
    """
    import sys, threading
    from netlynx import route
    from netlynx.kernel import VirtualKernel
    from netlynx.route.constants import RTM, RTNLGRP
    from netlynx.schema.compile import plan_of
    from netlynx.codec._codec import encode
    from netlynx.wire.message import Message

    kernel = VirtualKernel()
    service = kernel.serve(0)

    def say(kind, record):
        message = Message(int(kind), payload=encode(plan_of(type(record)), record))
        service.sock.multicast(message, group=int(RTNLGRP.LINK))

    def speak():
        for line in sys.stdin:
            if line == "overrun\\n":
                kernel.faults.overrun()
            elif line == "renamed\\n":
                say(RTM.NEWLINK, route.Link(index=7, name="v8", event=route.LinkEvent.REBOOT))
            else:
                say(RTM.NEWLINK if line == "new\\n" else RTM.DELLINK, route.Link(index=7, name="v7", kind="veth"))

    threading.Thread(target=speak, daemon=True).start()
    """
)


@contextmanager
def monitor(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A `netlynx monitor` that listens already."""
    with running("monitor", *arguments) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("listening to notifications of ")
        yield process


@pytest.fixture
def speaks(tmp_path) -> str:
    path = tmp_path / "speaks.py"
    path.write_text(SPEAKS)
    return str(path)


def ends_cleanly(process: subprocess.Popen[str]) -> None:
    assert process.wait() == 0
    assert process.stderr is not None
    assert process.stderr.read() == ""


def told(process: subprocess.Popen[str], word: str) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(word + "\n")
    return process.stdout.readline()


def test_each_event_is_a_line_at_once(speaks: str) -> None:
    with monitor("link", "--kernel", speaks) as process:
        assert told(process, "new") == "new      link       7 v7 kind veth\n"
        assert told(process, "delete") == "delete   link       7 v7 kind veth\n"
        process.send_signal(signal.SIGINT)
        ends_cleanly(process)


def test_json_is_an_object_a_line(speaks: str) -> None:
    with monitor("links", "--json", "--kernel", speaks) as process:
        first = json.loads(told(process, "new"))
        assert list(first)[:2] == ["event", "object"]
        assert first.items() >= {"event": "new", "object": "link", "index": 7, "name": "v7", "master": None}.items()
        assert json.loads(told(process, "delete"))["event"] == "delete"
        renamed = json.loads(told(process, "renamed"))
        assert (renamed["event"], renamed["record_event"]) == ("new", "reboot")
        process.send_signal(signal.SIGINT)
        ends_cleanly(process)


def test_an_overrun_is_never_silent(speaks: str) -> None:
    with monitor("link", "--json", "--kernel", speaks) as process:
        assert json.loads(told(process, "overrun")) == {"event": "overrun", "object": None, "count": 1}
    with monitor("link", "--kernel", speaks) as process:
        assert told(process, "overrun").startswith("overrun  notifications were lost")
        assert told(process, "new").startswith("new")


def test_it_ends_when_nobody_reads_any_more(speaks: str) -> None:
    with monitor("link", "--kernel", speaks) as process:
        told(process, "new")
        assert process.stdout is not None
        process.stdout.close()
        ends_cleanly(process)


FAMILIES = textwrap.dedent(
    """
    import sys, threading
    from netlynx.generic import Family, do, event
    from netlynx.kernel import VirtualKernel
    from netlynx.schema import Record, attr, u32

    class Greeter(Family, name="greeter", version=3):
        class Greeting(Record):
            times: int | None = attr(1, u32)
        reset = do(1)
        said = event(2, Greeting, group="news")

    kernel = VirtualKernel()
    kernel.family(Greeter).unregister()  # the kernel speaks generic netlink from now on

    def speak():
        for line in sys.stdin:
            kernel.family(Greeter).unregister()

    threading.Thread(target=speak, daemon=True).start()
    """
)


@pytest.mark.parametrize("form", ["text", "json"])
def test_families_of_generic_netlink_are_told_of(form: str, tmp_path: Path) -> None:
    kernel = tmp_path / "kernel.py"
    kernel.write_text(FAMILIES)
    json_wanted = ["--json"] if form == "json" else []
    with monitor("families", *json_wanted, "--kernel", str(kernel)) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("go\n")
        lines = [process.stdout.readline().rstrip() for _ in range(4)]
    if form == "json":
        told = [json.loads(line) for line in lines]
        assert [(each["event"], each["object"], each["name"]) for each in told] == [
            (kind, "family", "greeter") for kind in ("new", "new-group", "delete-group", "delete")
        ]
        assert told[1]["groups"][0]["name"] == "news"
    else:
        assert [line.split()[:3] for line in lines] == [
            [kind, "family", "greeter"] for kind in ("new", "new-group", "delete-group", "delete")
        ]
        assert lines[1].endswith("groups news (2)")


@pytest.mark.namespace
def test_the_real_kernel_is_heard_with_names(namespace: netns.NetworkNamespace, ip) -> None:
    with (
        child(["sleep", "infinity"], where=namespace) as holder,
        monitor("link", "address", "route", "--netns", str(holder.pid)) as process,
    ):
        assert process.stdout is not None
        ip("link add v0 type veth peer name v1")
        ip("addr add 192.0.2.1/24 dev v0")
        ip("link set v0 up")
        lines = iter(process.stdout.readline, "")
        assert any(line.startswith("new      link") and " v0 kind veth" in line for line in lines)
        assert any(line.startswith("new      address    v0 192.0.2.1/24 ") for line in lines)
        assert any(line.startswith("new      route      192.0.2.0/24 dev v0") for line in lines)
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0


@pytest.mark.namespace
@pytest.mark.parametrize("form", ["text", "json"])
def test_all_namespaces_are_heard_with_the_names_beside_their_ids(namespace: netns.NetworkNamespace, form: str) -> None:
    arguments = ("link", "namespace-id", "--all-namespaces", *(["--json"] if form == "json" else []))
    with ExitStack() as stack:
        near = stack.enter_context(netlynx.connect(netns=namespace))
        nameless = stack.enter_context(netns.anonymous())
        first, second = (stack.enter_context(named_namespace()) for _ in range(2))
        near.do(route.add(route.NamespaceId(fd=first, nsid=7)))
        near.do(route.add(route.NamespaceId(fd=nameless.fileno(), nsid=9)))
        holder = stack.enter_context(child(["sleep", "infinity"], where=namespace))
        process = stack.enter_context(monitor(*arguments, "--netns", str(holder.pid)))
        for where in (first, nameless):
            with netlynx.connect(netns=where) as far:
                far.do(route.up("lo"))
        near.do(route.add(route.NamespaceId(fd=second, nsid=8)))
        with netlynx.connect(netns=second) as far:
            far.do(route.up("lo"))
        near.do(route.up("lo"))
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(5)]
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
    if form == "text":
        places = [" ".join(line.split()[1:5]) for line in lines]
        assert places[0] == f"link nsid 7 ({first})"
        assert places[1].startswith("link nsid 9 ")
        assert "(" not in places[1]
        assert " ".join(lines[2].split()) == f"new namespace-id nsid 8 namespace {second}"
        assert places[3] == f"link nsid 8 ({second})"
        assert "nsid" not in lines[4]
        assert all(" lo " in line for line in (lines[0], lines[1], *lines[3:]))
    else:
        said = [json.loads(line) for line in lines]
        assert [each.get("namespace") for each in said] == [
            {"nsid": 7, "name": first}, {"nsid": 9, "name": None}, None, {"nsid": 8, "name": second}, None,
        ]  # fmt: skip
        assert (said[2]["object"], said[2]["nsid"], said[2]["fd"]) == ("namespace-id", 8, second)
        assert [each["name"] for each in said if each["object"] == "link"] == ["lo"] * 4


def holds(said: dict[str, object], wanted: dict[str, object]) -> bool:
    return all(said.get(key) == value for key, value in wanted.items())


@pytest.mark.namespace
@pytest.mark.parametrize("form", ["text", "json"])
def test_drivers_devices_and_settings_are_heard_side_by_side(
    form: str, namespace: netns.NetworkNamespace, ip, nl: netlynx.Connection
) -> None:
    objects = [
        {"object": "uevent", "devpath": "/devices/virtual/net/v1"},
        {"object": "ethtool", "event": "features_changed"},
        {"object": "nexthop", "id": 7},
    ]
    beginnings = [
        "add      uevent     net /devices/virtual/net/v",
        "features_changed  ethtool",
        "new      nexthop    id 7 blackhole family inet",
    ]
    missing: list[Callable[[str], bool]] = (
        [lambda line, wanted=each: holds(json.loads(line), wanted) for each in objects]
        if form == "json"
        else [lambda line, begins=each: line.startswith(begins) for each in beginnings]
    )
    arguments = ["--json"] if form == "json" else []
    with (
        child(["sleep", "infinity"], where=namespace) as holder,
        monitor("uevents", "netdev", "ethtool", "nexthops", *arguments, "--netns", str(holder.pid)) as process,
    ):
        assert process.stdout is not None
        ip("link add v0 type veth peer name v1")
        ip("link set v0 up")
        nl.do(ethtool.set_features(ethtool.Features(device="v0", wanted={"tx-tcp-segmentation": False})))
        ip("link set lo up")
        ip("nexthop add id 7 blackhole")
        heard: list[str] = []
        while missing:  # they come over sockets of their own, so in any order
            line = process.stdout.readline()
            assert line, f"{len(missing)} of these were not told in: {heard}"
            heard.append(line)
            missing = [each for each in missing if not each(line)]
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0


SAID = textwrap.dedent(
    """
    import sys, threading
    sys.path.insert(0, {folder!r})
    from greeter import Greeted, Greeter
    from netlynx.kernel import VirtualKernel
    from netlynx.usersock import Peer

    kernel = VirtualKernel()
    served = Greeted(kernel)
    own = Peer(port=77, kernel=kernel)

    def speak():
        for line in sys.stdin:
            if line == "letter\\n":
                own.send("hello é", group=3)
            else:
                served.service.said(Greeter.Greeting(text="heard"))

    threading.Thread(target=speak, daemon=True).start()
    """
)


@pytest.fixture
def says(tmp_path: Path) -> str:
    """A kernel with a family that has a spec, and a process that writes letters."""
    tests = Path(__file__).parents[1]
    path = tmp_path / "says.py"
    path.write_text(SAID.format(folder=str(tests / "generic")))
    return str(path)


def greeting() -> str:
    return f"ynl:{Path(__file__).parents[1] / 'ynl' / 'greeter.yaml'}"


def test_letters_and_what_a_spec_describes_are_heard(says: str) -> None:
    with monitor("peer:3", f"{greeting()}:news", "--json", "--kernel", says) as process:
        letter = json.loads(told(process, "letter"))
        assert (letter["event"], letter["object"], letter["sender"], letter["group"]) == ("letter", "peer", 77, 3)
        assert letter["text"] == "hello é"
        assert json.loads(told(process, "family")) == {"event": "said", "object": "greeter", "text": "heard"}
        assert json.loads(told(process, "letter"))["event"] == "letter"
        process.send_signal(signal.SIGINT)
        ends_cleanly(process)
    with monitor("peer:3", greeting(), "--kernel", says) as process:
        assert told(process, "letter").startswith("letter   peer       from port 77")
        assert told(process, "family") == "said     greeter    text=heard\n"


def test_letters_alone_are_heard_until_nobody_reads_any_more(says: str) -> None:
    with monitor("peer:3", "--kernel", says) as process:
        assert told(process, "letter").endswith("group 3: hello é\n")
        assert process.stdout is not None
        process.stdout.close()
        ends_cleanly(process)


def test_letters_that_can_no_longer_be_heard_end_it_with_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(peer: object) -> Iterator[object]:
        raise netlynx.NetlinkError(errno.EIO, "the wire is cut")
        yield

    monkeypatch.setattr(cli_peer, "arriving", broken)
    with (
        VirtualKernel() as kernel,
        netlynx.connect(kernel=kernel) as nl,
        Peer(groups=[3], kernel=kernel) as own,
        pytest.raises(OSError, match="the wire is cut"),
        cli_monitor._hearing(own, True, nl),
    ):
        nl.subscribe(route.LINKS).get(PATIENCE)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("queue:5", "each packet of a queue wants a verdict: `netlynx queue NUMBER` shows them"),
        ("wireguard", "the kernel tells nothing of WireGuard unasked"),
        ("fdb", "entries of forwarding databases are neighbours: listen to `neighbour`"),
        ("tcp_metrics", "the kernel tells nothing of TCP metrics unasked"),
        ("policies", "listen to `family`"),
        ("peer", "it is written peer:GROUP"),
        ("ynl", "it is written ynl:FAMILY[:GROUP]"),
        ("peer:0", "it is written peer:GROUP, with a number from 1 to 32"),
        ("peer:33", "it is written peer:GROUP"),
        ("peer:99999999999", "it is written peer:GROUP"),
        ("log", "it is written log:GROUP"),
    ],
)
def test_what_is_not_heard_that_way_is_told_with_what_shows_it(run: Run, name: str, words: str) -> None:
    said = " ".join(run("monitor", name, status=2).stderr.replace("│", " ").split())
    assert words in said


@pytest.mark.parametrize(
    "option",
    [
        "--host",
        "--spool",
        "--spool-size",
        "--tables-every",
        "--credentials",
        "--tls-ca",
        "--tls-cert",
        "--tls-key",
        "--stream",
    ],
)
def test_what_is_said_of_publishing_takes_a_server(run: Run, option: str) -> None:
    said = run("monitor", option, "7", status=2).stderr
    assert f"Invalid value for {option}: it says something of what is published: give --to as well" in said


def test_of_every_kind_of_object_it_is_known_whether_it_can_be_heard() -> None:
    heard = [kind for kind in KINDS if kind in watched.OBJECTS]
    assert [kind for kind in KINDS if kind not in heard and " is none of " in watched.unheard(kind)] == []


def test_groups_that_a_spec_has_not_are_an_error(run: Run) -> None:
    assert "greeter has no group 'olds'" in run("monitor", f"{greeting()}:olds", status=1).stderr


def test_what_it_does_not_know_is_told_with_what_it_knows(run) -> None:
    said = run("monitor", "weather", status=2).stderr
    assert "nexthop" in said
    assert "log:GROUP, peer:GROUP, ynl:FAMILY[:GROUP]" in " ".join(said.replace("│", " ").split())


@pytest.mark.parametrize(
    ("page", "begin"), [("docs/command-line.md", "`netlynx monitor` listens"), ("docs/families.md", "## All")]
)
def test_pages_name_all_that_can_be_listened_to(page: str, begin: str) -> None:
    text = (Path(__file__).parents[2] / page).read_text()
    said = text[text.index(begin) :].partition("`--all-namespaces`")[0].partition("Errors are")[0]
    listed = [*watched.OBJECTS, *(each.partition(":")[0] for each in watched.NUMBERED)]
    assert [each for each in listed if not re.search(rf"[`(\s]{each}[`,):]", said)] == []

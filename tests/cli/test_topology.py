"""`netlynx topology`: its forms, what is refused, and the page that is live."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from command import Run
from netlynx import netns, topology
from netlynx.topology.page import PAGE, POLICY
from support import PATIENCE, needs_root

KERNEL = ("--kernel", str(Path(__file__).parent / "kernel_route.py"))


def test_a_tree_unless_told_otherwise(run: Run) -> None:
    printed = run("topology", *KERNEL).stdout
    assert printed.startswith(
        "1 namespace, 3 links\n\nkernel  (the caller's)\n├─ lo  netrom  127.0.0.1/8\n└─ br0  bridge"
    )


def test_each_form_is_what_it_is_called(run: Run) -> None:
    assert run("topology", "--format", "dot", *KERNEL).stdout.startswith("graph topology {")
    assert run("topology", "--format", "mermaid", *KERNEL).stdout.startswith("flowchart TB\n")
    assert ElementTree.fromstring(run("topology", "--format", "svg", *KERNEL).stdout).tag.endswith("}svg")
    assert json.loads(run("topology", "--format", "json", *KERNEL).stdout)["schema"] == topology.SCHEMA


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--format", "png"],
            "Invalid value for --format: 'png' is not one of 'text', 'svg', 'dot', 'mermaid', 'json'",
        ),
        (["--public"], "--public: it goes with --serve"),
        (["--serve", "localhost:80"], "--serve: 'localhost:80' is no address with a port, such as 127.0.0.1:0"),
        (["--serve", "127.0.0.1:65536"], "--serve: 65536 is no port: they are numbers up to 65535"),
        (["--serve", "192.0.2.1:80"], "others can reach 192.0.2.1, and could read all that is drawn: add --public"),
        (["--serve", "127.0.0.1:0", "--format", "svg"], "--format: the page has a form of its own: leave it out"),
        (["--serve", "127.0.0.1:0", *KERNEL], "--serve: the live page is of this host"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(run: Run, words: list[str], said: str) -> None:
    told = run("topology", *words, status=2).stderr
    assert said in told
    assert told.count("\n") == 1


def test_a_namespace_that_is_not_there(run: Run) -> None:
    told = run("topology", "--netns", "no-such", status=1).stderr
    assert "no-such" in told
    assert told.count("\n") == 1


@pytest.fixture
def live(namespace: netns.NetworkNamespace) -> Iterator[topology.Live]:
    """A page of the test's namespace, served in it."""
    with netns.inside(namespace):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True, timeout=PATIENCE)
        with topology.Live(netns=namespace) as served:
            yield served


def asked(live: topology.Live, path: str, **headers: str) -> http.client.HTTPResponse:
    port = int(live.url.rstrip("/").rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path, headers=headers)
    return connection.getresponse()


@needs_root
@pytest.mark.namespace
class TestThePage:
    def test_it_has_the_page_the_picture_and_the_data(self, live: topology.Live) -> None:
        assert asked(live, "/").read().decode() == PAGE
        assert ElementTree.fromstring(asked(live, "/topology.svg").read()).tag.endswith("}svg")
        assert json.loads(asked(live, "/topology.json").read())["namespaces"][0]["links"][0]["name"] == "lo"
        assert asked(live, "/other").status == 404

    def test_nothing_but_its_own_script_and_styles_is_allowed(self, live: topology.Live) -> None:
        for path in ("/", "/topology.svg", "/topology.json", "/other"):
            assert asked(live, path).headers["Content-Security-Policy"] == POLICY
        assert "unsafe" not in POLICY
        assert not re.search(r"(src|href)=\"(https?:)?//", PAGE)

    @pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[::1"])
    def test_a_name_of_another_domain_is_refused(self, live: topology.Live, host: str) -> None:
        assert asked(live, "/topology.json", Host=host).status == 421

    @pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost:80", "LOCALHOST", "[::1]:80", "192.0.2.1"])
    def test_addresses_and_localhost_are_this_server(self, live: topology.Live, host: str) -> None:
        assert asked(live, "/topology.json", Host=host).status == 200

    def test_what_happens_is_told_to_those_who_follow(self, live: topology.Live) -> None:
        events = asked(live, "/events")
        first = json.loads(events.readline().removeprefix(b"data: "))
        events.readline()
        subprocess.run(
            ["ip", "link", "add", "came0", "type", "veth", "peer", "name", "came1"], check=True, timeout=PATIENCE
        )
        while True:
            line = events.readline()
            if line.startswith(b"data: "):
                assert json.loads(line.removeprefix(b"data: "))["version"] > first["version"]
                if b"came0" in live.data():
                    break
        assert 'data-link="' in live.picture().decode()


def test_an_address_that_others_reach_has_to_be_meant() -> None:
    with pytest.raises(ValueError, match="can be reached from elsewhere"):
        topology.Live("192.0.2.1")


@needs_root
@pytest.mark.namespace
def test_ctrl_c_ends_it_without_a_word(namespace: netns.NetworkNamespace) -> None:
    command = [sys.executable, "-m", "netlynx", "topology", "--serve", "127.0.0.1:0"]
    with netns.inside(namespace):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True, timeout=PATIENCE)
        served = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert served.stdout is not None
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/ shows this host until Ctrl-C\n", served.stdout.readline())
    os.kill(served.pid, signal.SIGINT)
    out, err = served.communicate(timeout=PATIENCE)
    assert (served.returncode, out, err) == (0, "", "")

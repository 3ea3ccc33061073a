"""`netlynx exporter`: what it prints once, what it refuses, how it serves and ends."""

from __future__ import annotations

import re
import signal
import socket
import sys
import urllib.request
from pathlib import Path

import pytest

pytest.importorskip("prometheus_client")

from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from child import running
from command import KERNEL, Run
from netlynx import metrics
from netlynx.cli import exporter
from netlynx.cli.app import run_all
from support import PATIENCE, named_namespace, needs_root

ON_VIRTUAL = ("--kernel", KERNEL)


def test_its_collectors_are_those_of_the_room() -> None:
    assert [str(each) for each in exporter.Name] == [*metrics.COLLECTORS]


def test_one_scrape_is_printed_and_what_fails_is_told(run: Run) -> None:
    done = run("exporter", "--once", "--collect", "links", "--collect", "nft", *ON_VIRTUAL)
    found = {each.name for each in read_text(done.stdout)}
    assert {"netlynx_link_mtu_bytes", "netlynx_collector_success"} <= found
    assert 'netlynx_link_mtu_bytes{device="v0"} 1400.0\n' in done.stdout
    assert 'netlynx_collector_success{collector="nft"} 0.0\n' in done.stdout
    assert re.fullmatch(r"netlynx: nft: .*\n", done.stderr)
    told = run("exporter", "--once", "--openmetrics", "--collect", "links", *ON_VIRTUAL)
    assert told.stderr == ""
    assert "netlynx_link" in {each.name for each in read_openmetrics(told.stdout)}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--collect", "linsk"], "Invalid value for --collect: 'linsk' is not one of 'links', 'qdiscs'"),
        (["--collect", "links", "--without", "nft"], "--without: --collect says already what is collected"),
        ([word for each in exporter.Name for word in ("--without", each)], "--without: nothing is left to collect"),
        (["--listen", "localhost:80"], "--listen: 'localhost:80' is no address with a port, such as 127.0.0.1:0"),
        (["--listen", "127.0.0.1:65536"], "--listen: 65536 is no port: they are numbers up to 65535"),
        (["--listen", "unix:"], "--listen: a Unix socket has a path"),
        (["--otlp", "127.0.0.1:4318"], "--otlp: '127.0.0.1:4318' is no URL such as http://127.0.0.1:4318/v1/metrics"),
        (["--once", "--listen", "127.0.0.1:0"], "--once: one scrape is printed: leave --listen and --otlp out"),
        (["--openmetrics"], "--openmetrics: it goes with --once"),
        (["--interval", "5"], "--interval: it says how often --otlp pushes: give that as well"),
        (["--deadline", "0"], "--deadline: '0' is less than 0.1"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(run: Run, words: list[str], said: str) -> None:
    told = run("exporter", *words, status=2).stderr
    assert said in told
    assert told.count("\n") == 1


def test_a_port_that_is_taken_is_one_line(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        told = run("exporter", "--listen", place, *ON_VIRTUAL, status=1).stderr
    assert told == f"netlynx: cannot listen at {place}: Address already in use\n"
    path = tmp_path / "none" / "x.sock"
    told = run("exporter", "--listen", f"unix:{path}", *ON_VIRTUAL, status=1).stderr
    assert told == f"netlynx: cannot listen at unix:{path}: No such file or directory\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_ended(number: signal.Signals) -> None:
    words = ("exporter", "--listen", "127.0.0.1:0", "--collect", "links", "--collect", "routes", *ON_VIRTUAL)
    with running(*words) as served:
        assert served.stdout is not None
        found = re.fullmatch(
            r"metrics are at (http://127\.0\.0\.1:\d+/metrics) until Ctrl-C\n", served.stdout.readline()
        )
        assert found is not None
        for _ in range(2):
            with urllib.request.urlopen(found[1], timeout=PATIENCE) as answer:
                assert b'netlynx_link_mtu_bytes{device="v0"} 1400.0\n' in answer.read()
        served.send_signal(number)
        out, err = served.communicate(timeout=PATIENCE)
    assert (served.returncode, out, err) == (0, "", "")


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for missing, words, said in (
        ("prometheus_client", ["--once"], "metrics need prometheus-client, which is not installed: pip install"),
        ("opentelemetry.sdk.metrics.export", ["--otlp", "http://127.0.0.1:9/"], "OTLP needs opentelemetry-sdk"),
    ):
        with monkeypatch.context() as without:
            without.setitem(sys.modules, missing, None)
            assert run_all(["exporter", *words, *ON_VIRTUAL]) == 1
        told = capsys.readouterr().err
        assert said in told
        assert told.count("\n") == 1


@needs_root
@pytest.mark.namespace
def test_namespaces_have_a_label(run: Run) -> None:
    with named_namespace() as blue, named_namespace() as red:
        done = run("exporter", "--once", "--collect", "links", "--netns", blue, "--netns", red)
        for name in (blue, red):
            assert f'netlynx_link_mtu_bytes{{device="lo",netns="{name}"}} 65536.0\n' in done.stdout
    told = run("exporter", "--once", "--netns", "no-such", status=1).stderr
    assert "no namespace is called 'no-such'" in told
    assert told.count("\n") == 1

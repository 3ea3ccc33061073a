"""Scrapes over HTTP: formats, compression, what is refused, and scrapers that stall, leave, or come all at once."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import socket
import stat
import threading
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import NamedTuple

import pytest

pytest.importorskip("prometheus_client")

from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from metrics_world import World
from netlynx import metrics
from netlynx.metrics import serving
from support import PATIENCE, Background

OPENMETRICS = "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"


@pytest.fixture
def server(gatherer: metrics.Gatherer) -> Iterator[metrics.Server]:
    with metrics.Server(gatherer, metrics.Place("127.0.0.1")) as made:
        yield made


class Answer(NamedTuple):
    status: int
    headers: Message
    body: bytes


def client(server: metrics.Server) -> contextlib.closing[http.client.HTTPConnection]:
    return contextlib.closing(http.client.HTTPConnection(server.place.host, server.place.port, timeout=PATIENCE))


def asked(server: metrics.Server, path: str, method: str = "GET", **headers: str) -> Answer:
    with client(server) as connection:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        with connection.getresponse() as answer:
            return Answer(answer.status, answer.headers, answer.read())


def names(text: str) -> set[str]:
    return {sample.name for each in read_text(text) for sample in each.samples}


def test_the_usual_answer_is_text_that_prometheus_reads(server: metrics.Server) -> None:
    answer = asked(server, "/metrics")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    found = names(answer.body.decode())
    assert {"netlynx_link_mtu_bytes", "netlynx_routes", "netlynx_collector_success"} <= found
    assert {"process_cpu_seconds_total", "netlynx_exporter_info"} <= found


def test_openmetrics_for_who_asks_for_it(server: metrics.Server) -> None:
    answer = asked(server, "/metrics", Accept=OPENMETRICS)
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    text = answer.body.decode()
    assert text.endswith("# EOF\n")
    assert "# UNIT netlynx_link_mtu_bytes bytes\n" in text
    assert {each.name for each in read_openmetrics(text)} >= {"netlynx_link", "netlynx_link_receive_bytes"}


def test_other_ways_to_write_names_are_the_librarys(server: metrics.Server) -> None:
    answer = asked(server, "/metrics", Accept="text/plain;version=1.0.0;escaping=dots")
    assert "escaping=dots" in answer.headers["Content-Type"]
    assert b'netlynx__link__mtu__bytes{device="lo"} 65536.0\n' in answer.body
    plain = asked(server, "/metrics", Accept="text/plain;version=1.0.0;escaping=allow-utf-8")
    assert "escaping=allow-utf-8" in plain.headers["Content-Type"]
    assert b'netlynx_link_mtu_bytes{device="lo"} 65536.0\n' in plain.body


def test_it_is_compressed_for_who_takes_it(server: metrics.Server) -> None:
    answer = asked(server, "/metrics", Accept_Encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "netlynx_routes" in names(gzip.decompress(answer.body).decode())
    assert asked(server, "/metrics", Accept_Encoding="identity").headers["Content-Encoding"] is None


def test_heads_pages_and_what_is_refused_in_one_line(server: metrics.Server) -> None:
    head = asked(server, "/metrics", "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["Content-Length"]) > 1000
    page = asked(server, "/").body.decode()
    assert '<a href="/metrics">' in page
    assert "2 collectors: links, routes" in page
    for path, status, said in (
        ("/other", 404, "there is no such page: metrics are at /metrics"),
        ("/metrics?collect[]=nft", 400, "no collector 'nft' works here: there are links, routes"),
        ("/metrics?name[]=x", 400, "'name[]' means nothing here: collect[]=NAME asks one collector alone"),
    ):
        answer = asked(server, path)
        assert (answer.status, answer.body.decode()) == (status, f"{said}\n")
    assert asked(server, "/metrics", "POST").status == 501


def test_one_collector_alone(server: metrics.Server, world: World) -> None:
    found = names(asked(server, "/metrics?collect[]=links").body.decode())
    assert "netlynx_link_mtu_bytes" in found
    assert "netlynx_routes" not in found
    assert world.asked == 0


def test_who_gives_up_soon_gets_what_there_is_by_then(server: metrics.Server, world: World) -> None:
    assert asked(server, "/metrics").status == 200  # what is loaded on first use is loaded
    world.let.clear()
    answer = asked(server, "/metrics", X_Prometheus_Scrape_Timeout_Seconds="1.5").body.decode()
    assert 'netlynx_collector_success{collector="links"} 1.0' in answer
    assert 'netlynx_collector_success{collector="routes"} 0.0' in answer


def test_a_connection_is_of_use_for_many_scrapes(server: metrics.Server) -> None:
    with client(server) as connection:
        connection.connect()
        first = connection.sock.getsockname()
        for _ in range(3):
            connection.request("GET", "/metrics")
            with connection.getresponse() as answer:
                assert b"netlynx_routes" in answer.read()
            assert connection.sock.getsockname() == first


def test_those_who_stall_or_leave_hold_up_nobody(
    gatherer: metrics.Gatherer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serving._Handler, "timeout", 0.5)
    with metrics.Server(gatherer, metrics.Place("127.0.0.1")) as server, contextlib.ExitStack() as stack:
        where = (server.place.host, server.place.port)
        stalled = [stack.enter_context(socket.create_connection(where)) for _ in range(3)]
        stalled[1].sendall(b"GET /metr")
        stalled[2].sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 200)  # and reads nothing
        with socket.create_connection(where) as left:
            left.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        several = [Background(lambda: asked(server, "/metrics").body) for _ in range(4)]
        for each in several:
            assert b"netlynx_routes" in bytes(each.result())  # type: ignore[call-overload]  # it is bytes
        stalled[0].settimeout(PATIENCE)
        assert stalled[0].recv(1) == b""  # it was left
    assert "Traceback" not in capsys.readouterr().err


def test_more_than_there_is_room_for_are_turned_away(
    gatherer: metrics.Gatherer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with metrics.Server(gatherer, metrics.Place("127.0.0.1")) as server:
        server._server.free = threading.BoundedSemaphore(1)
        with client(server) as held:
            held.request("GET", "/")
            with held.getresponse() as answer:
                answer.read()
            with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
                asked(server, "/metrics")

        def answered() -> bool:
            with contextlib.suppress(http.client.RemoteDisconnected, ConnectionError):
                return asked(server, "/").status == 200
            return False

        while not answered():  # its thread has to see that the other has left
            pass


def test_over_ipv6_and_a_unix_socket(gatherer: metrics.Gatherer, tmp_path: Path) -> None:
    with metrics.Server(gatherer, metrics.Place("::1")) as server:
        assert str(server.place) == f"[::1]:{server.place.port}"
        assert asked(server, "/metrics").status == 200
    path = tmp_path / "x.sock"
    with metrics.Server(gatherer, metrics.Place("", path=str(path))) as server:
        assert str(server.place) == f"unix:{path}"
        assert stat.S_ISSOCK(path.stat().st_mode)
        with pytest.raises(OSError, match="Address already in use"):
            metrics.Server(gatherer, metrics.Place("", path=str(path)))
        with socket.socket(socket.AF_UNIX) as scraper:
            scraper.connect(str(path))
            scraper.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            with scraper.makefile("rb") as file:
                assert b"netlynx_routes" in file.read()
    assert not path.exists()
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))  # and nobody listens, as behind a process that was killed
    with metrics.Server(gatherer, metrics.Place("", path=str(path))):
        pass
    path.write_text("of somebody else")
    with pytest.raises(OSError, match="Address already in use"):
        metrics.Server(gatherer, metrics.Place("", path=str(path)))
    assert path.read_text() == "of somebody else"


def test_a_port_that_is_taken(server: metrics.Server, gatherer: metrics.Gatherer) -> None:
    with pytest.raises(OSError, match="Address already in use"):
        metrics.Server(gatherer, server.place)


def test_the_librarys_registry_takes_what_is_gathered(gatherer: metrics.Gatherer) -> None:
    """For programs that have metrics of their own."""
    from prometheus_client import CollectorRegistry

    class Ours:
        def collect(self) -> object:
            return metrics.library_metrics(gatherer.gather().parts)

    registry = CollectorRegistry()
    registry.register(Ours())  # type: ignore[arg-type]  # as the library's documentation has it
    assert "netlynx_routes" in names(generate_latest(registry).decode())

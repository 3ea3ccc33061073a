"""Metrics over HTTP, for Prometheus and whoever else scrapes.

Which format is answered, and whether it is compressed, the client library decides as it does for its own servers;
those are not used, as they let a scraper that stalls hold a thread for ever, and close a connection after each scrape.

Source: RFC 9110 (HTTP), https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config.
"""

from __future__ import annotations

import gzip
import html
import os
import socket
import stat
import sys
import threading
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs

from netlynx.metrics.exposition import Part, library_metrics, render
from netlynx.metrics.gathering import Gathered, Gatherer
from netlynx.metrics.model import Family, Metric
from netlynx.metrics.needed import check_prometheus
from netlynx.metrics.running import Running

if TYPE_CHECKING:
    from collections.abc import Callable

_CONNECTIONS = 64  # scrapers at once
_PATIENCE = 30.0  # seconds that a scraper may be silent, or take to read what it asked for, before it is left
_MARGIN = 0.5  # seconds before a scraper gives up, in which it gets what there is
_LEVEL = 1  # of compression: more takes several times as long as all the rest
_TIMEOUT = "X-Prometheus-Scrape-Timeout-Seconds"
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>netlynx exporter</title></head>
<body><h1>netlynx exporter</h1>
<p><a href="/metrics">Metrics</a> of {what}, by {count}: {names}.</p>
<p>Some of them alone: <a href="/metrics?collect[]={first}">/metrics?collect[]={first}</a></p></body></html>
"""


class Place(NamedTuple):
    """Where to listen: at an IP address and a port (0: any that is free), or at a path, as a Unix socket."""

    host: str
    port: int = 0
    path: str = ""

    def __str__(self) -> str:
        if self.path:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Server(Running):
    """Answers scrapes at `place` until `close`; `place` is where, then with the port that was free.

    `told` is called with what each round gave, in the thread that answers. Raises MetricsError without the client
    library, OSError where it cannot listen.
    """

    def __init__(self, gatherer: Gatherer, place: Place, told: Callable[[Gathered], None] | None = None) -> None:
        check_prometheus()
        self._server = _Server(gatherer, place, told)
        port = 0 if place.path else int(self._server.server_address[1])
        self.place = place._replace(port=port)
        self._run(self._server.serve_forever, "netlynx-exporter")

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingMixIn, TCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = _CONNECTIONS

    def __init__(self, gatherer: Gatherer, place: Place, told: Callable[[Gathered], None] | None) -> None:
        self.gatherer, self.told, self.path = gatherer, told, ""  # no file is ours before it is bound
        self.free = threading.BoundedSemaphore(_CONNECTIONS)
        if place.path:
            self.address_family = socket.AF_UNIX
            _clear(place.path)
            super().__init__(place.path, _Handler)  # type: ignore[arg-type]  # an address of its family
            self.path = place.path
        else:
            self.address_family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
            super().__init__((place.host, place.port), _Handler)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Whether there is room for one more; it is closed otherwise."""
        return self.free.acquire(blocking=False)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer what comes over a connection."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.free.release()

    def server_close(self) -> None:
        """Listen no more; a socket's file goes, too."""
        super().server_close()
        if self.path:
            with suppress(OSError):
                os.unlink(self.path)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A scraper that went away, or took too long, is no error; anything else is."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


def _clear(path: str) -> None:
    """Take away what a process left that is no more. Raises OSError where one listens there."""
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(os.stat(path).st_mode):
            return
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(path)
            except ConnectionRefusedError:
                os.unlink(path)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "netlynx"
    sys_version = ""
    timeout = _PATIENCE
    wbufsize = -1  # head and body in one piece

    def do_GET(self) -> None:
        """Answer one request."""
        path, _, query = self.path.partition("?")
        try:
            if path == "/metrics":
                self._metrics(parse_qs(query, keep_blank_values=True))
            elif path == "/":
                self._answer(self._page(), "text/html; charset=utf-8")
            else:
                self._refuse("there is no such page: metrics are at /metrics", HTTPStatus.NOT_FOUND)
        except ValueError as error:
            self._refuse(str(error), HTTPStatus.BAD_REQUEST)

    do_HEAD = do_GET

    def address_string(self) -> str:
        """Nobody is told who asks, and over a Unix socket it is nobody with an address."""
        return ""

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads a log of requests."""

    def _metrics(self, asked: dict[str, list[str]]) -> None:
        from prometheus_client.exposition import choose_encoder, gzip_accepted

        for name in asked:
            if name != "collect[]":
                raise ValueError(f"{name!r} means nothing here: collect[]=NAME asks one collector alone")
        encoder, kind = choose_encoder(self.headers.get("Accept", ""))
        gathered = self.server.gatherer.gather(asked.get("collect[]"), deadline=self._deadline())
        if self.server.told is not None:
            self.server.told(gathered)
        gathered.parts.append(Part(None, _process()))
        if "escaping=dots" in kind:  # of metrics' names, which here have none: but underscores are doubled then
            body = encoder(_Registry(gathered))
        else:
            body = render(gathered.parts, openmetrics=kind.startswith("application/openmetrics-text"))
        packed = gzip_accepted(self.headers.get("Accept-Encoding", ""))
        self._answer(gzip.compress(body, _LEVEL, mtime=0) if packed else body, kind, packed=packed)

    def _deadline(self) -> float | None:
        """Seconds until the scraper gives up, less what it takes to answer; None where it does not say."""
        try:
            given = float(self.headers.get(_TIMEOUT, ""))
        except ValueError:
            return None
        return max(given - _MARGIN, given / 2) if 0 < given < float("inf") else None

    def _page(self) -> bytes:
        names = self.server.gatherer.collectors
        places = [each for each in self.server.gatherer.namespaces if each is not None]
        what = f"the network namespaces {', '.join(places)}" if places else "this network namespace"
        count = f"{len(names)} collectors" if len(names) > 1 else "one collector"
        return _PAGE.format(
            what=html.escape(what), count=count, names=html.escape(", ".join(names)), first=html.escape(names[0])
        ).encode("utf-8", "backslashreplace")

    def _refuse(self, problem: str, status: HTTPStatus) -> None:
        self._answer(f"{problem}\n".encode("utf-8", "backslashreplace"), "text/plain; charset=utf-8", status)

    def _answer(self, body: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK, *, packed: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        if packed:
            self.send_header("Content-Encoding", "gzip")
        if kind.startswith(("text/plain; version", "application/")):
            self.send_header("Vary", "Accept, Accept-Encoding")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


def _process() -> list[Family]:
    """What the client library tells of this process: its time, its memory, its open files."""
    from prometheus_client import ProcessCollector

    told = ProcessCollector(registry=None).collect()
    return [
        Family(
            Metric("counter" if each.type == "counter" else "gauge", each.name, each.documentation),
            ((),),
            [one.value for one in each.samples],
        )
        for each in told
    ]


class _Registry:
    """What was gathered, as the client library's generators take it."""

    def __init__(self, gathered: Gathered) -> None:
        self._gathered = gathered

    def collect(self) -> Any:
        """The metrics."""
        return library_metrics(self._gathered.parts)

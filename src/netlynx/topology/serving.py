"""A page that shows a topology and follows what happens: a server of HTTP for this host's browsers.

Source: RFC 9112 (HTTP/1.1), the HTML standard (server-sent events), the Content Security Policy of W3C.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import sys
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import msgspec

from netlynx.errors import NetlynxError
from netlynx.topology.folding import FOLD
from netlynx.topology.model import Topology, as_json
from netlynx.topology.page import PAGE, POLICY
from netlynx.topology.picture import svg
from netlynx.topology.snapshots import snapshot
from netlynx.topology.watching import Watch

if TYPE_CHECKING:
    from netlynx.netns import Where

_PAUSE = 0.25  # seconds between two looks at most, however much happens
_SIGN = 15.0  # seconds after which a browser hears that the server is there
_READERS = 32  # browsers that follow at once


class Live:
    """Serves the page until `close`; `url` is where.

        with topology.Live("127.0.0.1", 0) as live:
            print(live.url)
            live.wait()

    `address` is an IP address of this host and `port` a number, 0 for any that is free. Only an address of loopback is
    taken unless it is to be `public`: whoever can reach it sees all that is drawn. Requests have to name the server by
    an address, or as localhost: a page from elsewhere cannot have its own name mean this host and read along (DNS
    rebinding). `netns` and `fold` are as for `snapshot` and `svg`.

    Raises ValueError for what is no address or port, and for one that is not loopback without `public`; OSError where
    it cannot be bound; and as `snapshot`.
    """

    def __init__(
        self,
        address: str = "127.0.0.1",
        port: int = 0,
        *,
        public: bool = False,
        netns: Where | None = None,
        fold: int | None = FOLD,
    ) -> None:
        place = ipaddress.ip_address(address)
        if not 0 <= port < 1 << 16:
            raise ValueError(f"{port} is no port: they are numbers up to 65535")
        if not place.is_loopback and not public:
            raise ValueError(f"{address} can be reached from elsewhere, where all that is drawn could be read")
        self._netns, self._fold = netns, fold
        self._news = threading.Condition()
        self._dirty = threading.Event()
        self._closing = False
        self._problem = ""
        self._version = 1
        self._taken: Topology = snapshot(netns=netns)
        self._server = _Server(place, port, self)
        self._watch = Watch(self._dirty.set, netns)
        self._dirty.set()  # what happened between the first look and the watch
        self._threads = [
            threading.Thread(target=run, name="netlynx-topology", daemon=True)
            for run in (self._refresh, self._server.serve_forever)
        ]
        for each in self._threads:
            each.start()

    @property
    def url(self) -> str:
        """Where a browser finds it."""
        host, port = self._server.server_address[:2]
        shown = f"[{host!s}]" if ":" in str(host) else str(host)
        return f"http://{shown}:{port}/"

    def wait(self) -> None:
        """Return when it is closed: from another thread, or by what is raised here, such as KeyboardInterrupt."""
        with self._news:
            while not self._closing:
                self._news.wait(1.0)

    def close(self) -> None:
        """Stop serving and following; browsers that are still there see that the connection is lost."""
        with self._news:
            self._closing = True
            self._news.notify_all()
        self._dirty.set()
        self._server.shutdown()
        self._server.server_close()
        self._watch.close()
        for each in self._threads:
            each.join()

    def __enter__(self) -> Live:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def picture(self) -> bytes:
        """The picture as it is now, as SVG in UTF-8."""
        return svg(self._taken, fold=self._fold).encode()

    def data(self) -> bytes:
        """The topology as it is now, as JSON."""
        return as_json(self._taken)

    def news(self, after: int) -> tuple[int, str] | None:
        """The number of the picture after that one and what is wrong, if anything; None when it is closed, or when
        nothing happened for a while (the same number)."""
        with self._news:
            self._news.wait_for(lambda: self._closing or self._version != after, _SIGN)
            return None if self._closing else (self._version, self._problem)

    def _refresh(self) -> None:
        while True:
            self._dirty.wait()
            self._dirty.clear()
            if self._closing:
                return
            problem, taken = "", self._taken
            try:
                taken = snapshot(netns=self._netns)
            except NetlynxError as error:
                problem = str(error)
            if problem != self._problem or taken != self._taken:
                with self._news:
                    self._problem, self._taken = problem, taken
                    self._version += 1
                    self._news.notify_all()
            time.sleep(_PAUSE)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    live: Live

    def __init__(self, place: Any, port: int, live: Live) -> None:
        self.address_family = socket.AF_INET6 if place.version == 6 else socket.AF_INET
        self.live = live
        self.readers = threading.BoundedSemaphore(_READERS)
        super().__init__((str(place), port), _Handler)

    def server_bind(self) -> None:
        """Bind without looking up the host's name, which may take long."""
        if self.allow_reuse_address:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away is no error; anything else is."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "netlynx"
    sys_version = ""
    timeout = 60

    def do_GET(self) -> None:
        """Answer one request."""
        if not _is_us(self.headers.get("Host", "")):
            self._answer(b"name this server by its address\n", "text/plain", HTTPStatus.MISDIRECTED_REQUEST)
            return
        path, live = self.path.partition("?")[0], self.server.live
        if path == "/":
            self._answer(PAGE.encode(), "text/html; charset=utf-8")
        elif path == "/topology.svg":
            self._answer(live.picture(), "image/svg+xml")
        elif path == "/topology.json":
            self._answer(live.data(), "application/json")
        elif path == "/events":
            self._follow(live)
        else:
            self._answer(b"there is no such page\n", "text/plain", HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads a log of requests."""

    def _begin(self, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")

    def _answer(self, body: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._begin(kind, status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _follow(self, live: Live) -> None:
        """Tell of each new picture, until the browser goes away."""
        if not self.server.readers.acquire(blocking=False):
            self._answer(b"too many follow already\n", "text/plain", HTTPStatus.SERVICE_UNAVAILABLE)
            return
        try:
            self._begin("text/event-stream")
            self.end_headers()
            at = 0
            with contextlib.suppress(ConnectionError):
                while (said := live.news(at)) is not None:
                    data = msgspec.json.encode({"version": said[0], "problem": said[1]})
                    self.wfile.write(b"data: " + data + b"\n\n" if said[0] != at else b": still here\n\n")
                    at = said[0]
        finally:
            self.server.readers.release()


def _is_us(host: str) -> bool:
    """Whether a request names the server by an address or as localhost: no name of another's domain can be that."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() and not host.endswith("]") else host
    if name.lower() == "localhost":
        return True
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
        return True
    return False

"""Tells Prometheus how many links, addresses, routes and neighbours a host has, and what its links count.

    python exporter.py --port 9101                  # curl http://127.0.0.1:9101/metrics
    python exporter.py --port 9101 --netns blue     # of another namespace, which takes root

It needs no privilege, and no package besides netlynx.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import netlynx
from netlynx import route


def sample(name: str, labels: dict[str, object], value: float) -> str:
    escaped = ((key, str(each).translate({92: r"\\", 34: r"\"", 10: r"\n"})) for key, each in labels.items())
    return name + "{" + ",".join(f'{key}="{text}"' for key, text in escaped) + "} " + str(value)


def counted(what: str, records: Iterable[netlynx.Record], *fields: str) -> Iterator[str]:
    """How many records there are with the same values in these fields."""
    yield f"# TYPE netlynx_{what} gauge"
    for values, count in Counter(tuple(str(getattr(each, field)) for field in fields) for each in records).items():
        yield sample(f"netlynx_{what}", dict(zip(fields, values, strict=True)), count)


def metrics(nl: netlynx.Connection) -> Iterator[str]:
    """The lines of one scrape."""
    links = nl.dump(route.links()).all()
    yield "# TYPE netlynx_link_carrier gauge"
    for link in links:
        yield sample("netlynx_link_carrier", {"device": link.name, "kind": link.kind or ""}, int(bool(link.carrier)))
    for field in ("rx_bytes", "tx_bytes", "rx_errors", "tx_errors", "rx_dropped", "tx_dropped"):
        yield f"# TYPE netlynx_link_{field}_total counter"
        for link in links:
            yield sample(f"netlynx_link_{field}_total", {"device": link.name}, getattr(link.stats64, field))
    yield from counted("addresses", nl.dump(route.addresses()), "family", "scope")
    yield from counted("routes", nl.dump(route.routes()), "family", "table", "protocol")
    yield from counted("neighbours", nl.dump(route.neighbours()), "family", "state")


class Handler(BaseHTTPRequestHandler):
    connection_to_kernel: netlynx.Connection

    def do_GET(self) -> None:
        try:
            text = "\n".join(metrics(self.connection_to_kernel)) + "\n"
        except netlynx.NetlynxError as error:
            self.send_error(503, explain=str(error))
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=9101, help="0: one that is free")
    parser.add_argument("--netns", help="of this network namespace")
    options = parser.parse_args()
    try:
        with netlynx.connect(netns=options.netns) as Handler.connection_to_kernel:
            server = ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
            print(f"http://127.0.0.1:{server.server_port}/metrics", flush=True)
            server.serve_forever()
    except (OSError, OverflowError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()

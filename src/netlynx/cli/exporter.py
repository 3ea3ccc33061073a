"""`netlynx exporter`: what the kernel counts, for Prometheus and by OTLP."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from netlynx.cli.form import failed, misused
from netlynx.cli.options import Kernel, kernel_of, namespace_of
from netlynx.cli.serving import address_and_port, until_interrupted
from netlynx.cli.stdout import note, write, write_json_text

if TYPE_CHECKING:
    from netlynx.metrics import Gathered, Gatherer, Place, Pusher, Server

_USUAL = "127.0.0.1:9969"
_EVERY = 15.0  # seconds


class Name(StrEnum):
    """The collectors: see `netlynx.metrics.COLLECTORS`, which is loaded when it is needed."""

    LINKS = "links"
    QDISCS = "qdiscs"
    NEIGHBOURS = "neighbours"
    ROUTES = "routes"
    CONNTRACK = "conntrack"
    SOCKETS = "sockets"
    NFT = "nft"
    ETHTOOL = "ethtool"
    NETLINK = "netlink"


_Listen = Annotated[
    str | None,
    typer.Option(
        "--listen",
        metavar="ADDRESS:PORT|unix:PATH",
        help=f"Where to answer scrapes ({_USUAL} unless told, or --otlp is). Port 0 takes any that is free.",
    ),
]
_Collect = Annotated[
    list[Name] | None,
    typer.Option("--collect", metavar="NAME", help="Collect this, and what else is named so: not everything."),
]
_Without = Annotated[
    list[Name] | None, typer.Option("--without", metavar="NAME", help="Collect everything but this; may be repeated.")
]
_Netns = Annotated[
    list[str] | None,
    typer.Option(
        "--netns",
        metavar="NAME|PATH|PID",
        help="A network namespace to look into; may be repeated. Samples have a label that says it as it is given.",
    ),
]
_Deadline = Annotated[
    float,
    typer.Option("--deadline", metavar="SECONDS", min=0.1, max=3600, help="How long a collector may take in a scrape."),
]
_Otlp = Annotated[
    str | None,
    typer.Option("--otlp", metavar="URL", help="Push to this receiver of OTLP, as http://127.0.0.1:4318/v1/metrics."),
]
_Interval = Annotated[
    float,
    typer.Option("--interval", metavar="SECONDS", min=0.1, max=86400, help="With --otlp: from one push to the next."),
]
_Once = Annotated[bool, typer.Option("--once", help="Print what a scrape would get, and end.")]
_Openmetrics = Annotated[bool, typer.Option("--openmetrics", help="With --once: print it as OpenMetrics.")]


def exporter(
    listen: _Listen = None,
    collect: _Collect = None,
    without: _Without = None,
    netns: _Netns = None,
    deadline: _Deadline = 5.0,
    otlp: _Otlp = None,
    interval: _Interval = _EVERY,
    once: _Once = False,
    openmetrics: _Openmetrics = False,
    kernel: Kernel = "host",
) -> None:
    """Answer scrapes of Prometheus with what the kernel counts, until Ctrl-C; or push it by OTLP.

    Collectors: links, qdiscs, neighbours, routes, conntrack, sockets, nft, ethtool, netlink. They work beside each
    other at each scrape; what fails, or is late, is told by the metric netlynx_collector_success.
    What it takes: pip install 'netlynx[metrics]', and 'netlynx[otlp]' for OTLP.
    """
    from netlynx import metrics

    if once and (listen is not None or otlp is not None):
        raise misused("one scrape is printed: leave --listen and --otlp out", "--once")
    if openmetrics and not once:
        raise misused("it goes with --once: who scrapes says in which format", "--openmetrics")
    if otlp is None and interval != _EVERY:
        raise misused("it says how often --otlp pushes: give that as well", "--interval")
    names = _names(collect, without)
    place = None if once or (otlp is not None and listen is None) else _place(listen or _USUAL)
    if otlp is not None and not otlp.startswith(("http://", "https://")):
        raise misused(f"{otlp!r} is no URL such as http://127.0.0.1:4318/v1/metrics", "--otlp")
    metrics.check(otlp=otlp is not None, prometheus=otlp is None or place is not None)
    told = _Told()
    places = {name: namespace_of(name) for name in netns or ()}
    found = kernel if kernel.startswith("unix:") else kernel_of(kernel, netns[0] if netns else None) or "host"
    with ExitStack() as stack, until_interrupted():
        gatherer = stack.enter_context(metrics.Gatherer(names, netns=places, kernel=found, deadline=deadline))
        if once:
            gathered = gatherer.gather()
            write_json_text(metrics.render(gathered.parts, openmetrics=openmetrics))
            told.problems(gathered)
            return
        waiting: Server | Pusher | None = None
        if place is not None:
            waiting = server = stack.enter_context(_listening(gatherer, place, told))
            write(_where(server.place), flush=True)
        if otlp is not None:
            waiting = stack.enter_context(metrics.Pusher(gatherer, otlp, interval=interval, told=told.pushed))
            write(f"pushing to {otlp} every {interval:g} s until Ctrl-C", flush=True)
        if waiting is not None:
            waiting.wait()


def _names(collect: list[Name] | None, without: list[Name] | None) -> list[str]:
    """The collectors that are to work. Raises typer.BadParameter where none is left."""
    if collect and without:
        raise misused("--collect says already what is collected: leave one of them out", "--without")
    names = [str(each) for each in collect or Name if each not in (without or ())]
    if not names:
        raise misused("nothing is left to collect", "--without")
    return names


def _place(listen: str) -> Place:
    """Where to listen. Raises typer.BadParameter."""
    from netlynx.metrics import Place

    if listen.startswith("unix:"):
        path = listen.removeprefix("unix:")
        if not path:
            raise misused("a Unix socket has a path: unix:/run/netlynx/exporter.sock", "--listen")
        return Place("", path=path)
    address, port = address_and_port(listen, "--listen")
    return Place(str(address), port)


def _where(place: Place) -> str:
    url = str(place) if place.path else f"http://{place}/metrics"
    return f"metrics are at {url} until Ctrl-C"


def _listening(gatherer: Gatherer, place: Place, told: _Told) -> Server:
    """The server. Raises typer.Exit where it cannot listen."""
    from netlynx.metrics import Server

    try:
        return Server(gatherer, place, told.problems)
    except OSError as error:
        raise failed(f"cannot listen at {place}: {error.strerror or error}") from None


class _Told:
    """Tells on standard error what fails: once, until it changes. Any thread may call it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: dict[tuple[str | None, str], str] = {}
        self._sent = ""

    def problems(self, gathered: Gathered) -> None:
        """Tell of the collectors."""
        now = {(each.netns, each.collector): each for each in gathered.problems}
        with self._lock:
            for where, each in now.items():
                if self._last.get(where) != each.reason:
                    place = "" if each.netns is None else f"network namespace {each.netns}: "
                    note(f"netlynx: {place}{each.collector}: {' '.join(each.said.split())}")
            self._last = {where: each.reason for where, each in now.items()}

    def pushed(self, gathered: Gathered, problem: str) -> None:
        """Tell of the collectors, and of what was not sent."""
        self.problems(gathered)
        with self._lock:
            if problem != self._sent:
                note(f"netlynx: --otlp: {' '.join(problem.split()) or 'it is received again'}")
            self._sent = problem

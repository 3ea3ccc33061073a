"""Fixtures beside those of netlynx's own plug-in: a connection inside a test's namespace, and iproute2 inside it."""

from __future__ import annotations

import faulthandler
import gc
import json
import os
import random
import shlex
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from _pytest.faulthandler import get_stderr_fileno
from _pytest.pathlib import import_path
from _pytest.runner import runtestprotocol  # as other plug-ins do that run a test their own way
from hypothesis import HealthCheck, settings

import netlynx
from netlynx import netns
from support import namespaces_refused
from worth import FULL

pytest_plugins = ["pytester"]

ERRORS = pytest.StashKey[int]()

# A busy machine makes an example slow, not wrong. Where a change is judged, it is by the same examples each time.
settings.register_profile(
    "netlynx", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("netlynx")

LIMIT = float(os.environ.get("NETLYNX_TEST_LIMIT", "180"))  # seconds for a test; busy machines take 30 for the longest
HANG, LOOK = 300.0, 20.0  # seconds after which a hang in native code, which no limit ends, shows where; how exactly


def pytest_configure(config: pytest.Config) -> None:
    """Have signals do here, and in the processes that tests start, what they do in one that a terminal started.

    Under `nohup` and in the background of a script some are ignored, and whoever starts programs may have blocked
    some: programs inherit both, and a Ctrl-C that a test sends to its child would never come.
    """
    if config.getoption("--full"):
        os.environ[FULL] = "1"
    config.stash[ERRORS] = os.dup(get_stderr_fileno())  # before tests are kept from writing there
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number in signal.valid_signals() - {signal.SIGPIPE, signal.SIGXFSZ}:  # those Python itself ignores
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else _nothing)


def _nothing(*_: object) -> None:
    """Ignores a signal as SIG_IGN does, but not on behalf of the programs that this process starts."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="do what takes minutes in its full number (docs/stress.md)")
    parser.addoption("--shuffle", metavar="SEED", help="run the tests in an order drawn by lot, the same for a seed")


@pytest.fixture
def full(request: pytest.FixtureRequest) -> bool:
    """Whether the full number is asked for."""
    return bool(request.config.getoption("--full"))


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Where processes share the tests, have each begin with another part of the files.

    All of them read all files. In a new checkout these are compiled first, which takes longer than all else that is
    done before the first test: a file that another process has compiled meanwhile is there already.
    """
    config = collector.config
    if not isinstance(collector, pytest.Session) or not hasattr(config, "workerinput"):
        return
    if config.args != config.getini("testpaths"):
        return
    number, count = int(config.workerinput["workerid"].removeprefix("gw")), config.workerinput["workercount"]
    paths = sorted(Path(__file__).parent.rglob("test_*.py"))
    for path in paths[len(paths) * number // count :] if number else ():
        with suppress(Exception, pytest.skip.Exception):  # it is imported again then, and told of
            import_path(path, mode="importlib", root=config.rootpath, consider_namespace_packages=False)


@pytest.hookimpl(tryfirst=True)  # before `-m` looks at the marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "netns" in getattr(item, "fixturenames", ()):
            item.add_marker("namespace")
        if config.getoption("--full"):
            item.add_marker(pytest.mark.timeout(0), append=False)  # none
        elif not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(4 * LIMIT if item.get_closest_marker("slow") else LIMIT))
    if (seed := config.getoption("--shuffle")) is not None:
        random.Random(seed).shuffle(items)


@pytest.hookimpl(wrapper=True, tryfirst=True)  # around what Hypothesis does
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Hypothesis derives the settings of a parametrized test from those of its case before: undone each time, or after
    a thousand cases looking at them goes too deep."""
    function: Any = getattr(getattr(item, "obj", None), "__func__", getattr(item, "obj", None))
    before = getattr(function, "_hypothesis_internal_use_settings", None)
    try:
        return (yield)
    finally:
        if before is not None:
            function._hypothesis_internal_use_settings = before


def pytest_collection_finish() -> None:
    """Leave what stays until the end, thousands of tests above all, out of what the tests look through for garbage."""
    gc.collect()
    gc.freeze()


_left = 0  # tests whose file another one followed


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """So with what the tests of a file left, to which each would add its time otherwise.

    What was alive then may be garbage later: now and then all is looked through. In an order drawn by lot nearly every
    test ends its file; looking each time would take longer than the tests.
    """
    global _left
    if nextitem is None or nextitem.path != item.path:
        _left += 1
        if _left % 200 == 0:
            gc.unfreeze()
        elif item.config.getoption("--shuffle") is not None:
            return
        gc.collect()
        gc.freeze()


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Where processes share the tests, tell no more of one that passed than that it did.

    It is told of three times otherwise (setup, call, teardown), and once more when it begins; to write that down and to
    read it took a quarter of the time of short tests. All is told where something looks at it.
    """
    option = item.config.option
    if not hasattr(item.config, "workerinput") or option.verbose >= 0 or option.durations or option.xmlpath:
        return None
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    passed = all(report.passed for report in reports)
    for report in reports:
        if report.when == "call" or not passed:
            item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


_looked = -LOOK  # when it was last begun to wait for a hang


def pytest_unconfigure(config: pytest.Config) -> None:
    faulthandler.cancel_dump_traceback_later()
    os.close(config.stash[ERRORS])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    global _looked
    if (now := time.monotonic()) - _looked > LOOK:  # it takes a thread, which is too much for every test
        _looked = now
        faulthandler.dump_traceback_later(HANG, file=item.config.stash[ERRORS])
    if item.get_closest_marker("namespace") and (reason := namespaces_refused()):
        pytest.skip(reason)


@pytest.hookimpl(tryfirst=True)  # before the report is made of it
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> None:
    """Show what a program had written whose end was waited for in vain."""
    if call.excinfo is not None and isinstance(late := call.excinfo.value, subprocess.TimeoutExpired):
        for name, text in (("stdout", late.stdout), ("stderr", late.stderr)):
            if text:
                late.add_note(f"--- {name}\n{text.decode(errors='replace') if isinstance(text, bytes) else text}")


class Ip:
    """Runs iproute2 inside a namespace: the independent witness of what netlynx does and reads."""

    def __init__(self, namespace: netns.NetworkNamespace) -> None:
        self._namespace = namespace

    def __call__(self, command: str, *, tool: str = "ip", stdin: str | None = None) -> str:
        words = [tool, *shlex.split(command)]
        done = netns.run_in(
            self._namespace, subprocess.run, words, input=stdin, capture_output=True, text=True, timeout=60
        )
        if done.returncode:
            raise RuntimeError(f"{shlex.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def all(self, commands: Iterable[str]) -> None:
        """Several, one after the other, in one process: to start one each takes most of the time."""
        self("-batch -", stdin="\n".join(commands))

    def json(self, command: str, *, tool: str = "ip") -> Any:
        return json.loads(self(f"-d -j {command}", tool=tool) or "[]")


@pytest.fixture
def namespace(netns: netns.NetworkNamespace) -> netns.NetworkNamespace:
    """The plug-in's, under a name that leaves `netns` to the module."""
    return netns


@pytest.fixture
def ip(namespace: netns.NetworkNamespace) -> Ip:
    return Ip(namespace)


@pytest.fixture
def nl(namespace: netns.NetworkNamespace) -> Iterator[netlynx.Connection]:
    with netlynx.connect(netns=namespace) as connection:
        yield connection

"""Whole processes: a dump as JSON by the command line, and what starting costs."""

from __future__ import annotations

import sys
from pathlib import Path

from . import namespace, operations, views
from .measure import Samples, Whole, take_turns
from .options import Options
from .reference import records

NETLYNX = str(Path(sys.executable).with_name("netlynx"))
JSON = "netlynx routes --json"
IP = "ip -j route show"
PYTHON = "python"
IMPORT = "import netlynx"
USE = "import netlynx, routes listed"
PYROUTE2 = "import pyroute2"
VERSION = "netlynx --version"

LIST_ROUTES = (
    "import netlynx; from netlynx import route; netlynx.connect().dump(route.routes(family='inet', oif=1)).all()"
)


def run_json(options: Options) -> Samples:
    namespace.plain_routes(options.listed)
    samples = Samples("json", f"{options.listed:,} IPv4 routes as JSON, whole process", "ms", IP)
    values = [views.brief(each) for each in records(operations.dump("routes"))]
    contestants = [
        Whole(JSON, (NETLYNX, "routes", "--json"), views.netlynx_json, lambda: values),
        Whole(IP, ("ip", "-j", "route", "show"), views.ip_json, lambda: values),
    ]
    take_turns(samples, contestants, options.rounds, 1e3)
    return samples


def run_start(options: Options) -> Samples:
    samples = Samples("start", "Starting, whole process", "ms", PYTHON)
    contestants = [
        Whole(PYTHON, (sys.executable, "-c", "pass")),
        Whole(IMPORT, (sys.executable, "-c", "import netlynx")),
        Whole(USE, (sys.executable, "-c", LIST_ROUTES)),
        Whole(VERSION, (NETLYNX, "--version")),
        Whole(PYROUTE2, (sys.executable, "-c", "import pyroute2"), most_rounds=options.few_rounds),
    ]
    take_turns(samples, contestants, options.rounds, 1e3)
    return samples

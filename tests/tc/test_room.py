"""The front of the room: what is there, loaded when it is used."""

from __future__ import annotations

import subprocess
import sys

from netlynx import tc
from netlynx.tc.actions import ACTION_OPTIONS
from netlynx.tc.filters import FILTER_OPTIONS
from netlynx.tc.qdiscs import CLASS_OPTIONS, QDISC_OPTIONS


def run(code: str) -> str:
    """Standard output of a Python of its own: what this process has loaded already proves nothing."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


def test_the_options_of_every_kind_are_public() -> None:
    for kinds in (QDISC_OPTIONS, CLASS_OPTIONS, FILTER_OPTIONS, ACTION_OPTIONS):
        for name, kind in kinds.items():
            held = kind.held if kind.shown is None else kind.shown.held
            assert getattr(tc, held.__name__, None) is held, f"{name}: {held.__name__}"


def test_listing_qdiscs_loads_no_filters_and_no_actions() -> None:
    code = "import sys; from netlynx import tc; tc.qdiscs(); print('netlynx.tc.filters' in sys.modules)"
    assert run(code) == "False"


def test_a_module_never_stands_in_the_place_of_a_function() -> None:
    for name in ("qdisc", "qdiscs", "action", "actions", "filters", "chain"):
        code = f"import netlynx.tc.{name}; from netlynx import tc; print(callable(tc.{name}))"
        assert run(code) == "True", name

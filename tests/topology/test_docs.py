"""The page about topologies is followed to the letter, and its picture was made by this."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from netlynx import topology
from netlynx.topology import build
from support import needs_root
from test_how_to import follow
from topology.worlds import three

DOCS = Path(__file__).parents[2] / "docs"


@needs_root
@pytest.mark.namespace
@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare")
def test_the_page_is_true() -> None:
    wrong = follow(DOCS / "topology.md")
    assert not wrong, wrong


def test_the_picture_is_what_is_drawn_today() -> None:
    """To draw it anew: `python tests/topology/test_docs.py`."""
    assert (DOCS / "topology.svg").read_text() == topology.svg(build(three()))


if __name__ == "__main__":
    (DOCS / "topology.svg").write_text(topology.svg(build(three())))

"""The page about topologies is followed to the letter, and its picture was made by this."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from netlynx.topology.style import STYLE
from support import needs_root
from test_how_to import follow

DOCS = Path(__file__).parents[2] / "docs"


@needs_root
@pytest.mark.namespace
@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare")
def test_the_page_is_true() -> None:
    wrong = follow(DOCS / "topology.md")
    assert not wrong, wrong


def test_the_picture_has_the_style_of_today() -> None:
    root = ElementTree.parse(DOCS / "topology.svg").getroot()
    assert root.find("{http://www.w3.org/2000/svg}style").text == STYLE  # type: ignore[union-attr]  # it has one

"""docs/sql.md is followed to the letter."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from test_how_to import follow

PAGE = Path(__file__).parents[2] / "docs" / "sql.md"


@pytest.mark.namespace
@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare")
def test_the_page_is_true() -> None:
    assert follow(PAGE) == ""

"""Specs written by tests, and a cache that no other test sees."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from netlynx import ynl

Load = Callable[[str], ynl.Spec]


@pytest.fixture(autouse=True)
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test keeps the specs that it read."""
    folder = tmp_path / "caches"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    monkeypatch.delenv("NETLYNX_SPECS", raising=False)
    return folder


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load a spec that is given as text."""
    path = tmp_path / "written.yaml"

    def load(text: str) -> ynl.Spec:
        path.write_text(dedent(text))
        return ynl.load(path)

    return load

"""Inputs of the fuzzer that once broke something: each ends well now, or with an error that netlynx has for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuzz.targets import CRASHES, TARGETS

KEPT = sorted(CRASHES.glob("*"))


@pytest.mark.parametrize("path", KEPT, ids=[path.name for path in KEPT])
def test_what_broke_it_once_does_not_any_more(path: Path) -> None:
    TARGETS[path.name.partition("-")[0]](path.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("data", [b"", b"\0", b"\xff" * 100, bytes(300)], ids=["nothing", "nul", "ones", "zeros"])
def test_every_target_takes_anything(target: str, data: bytes) -> None:
    TARGETS[target](data)

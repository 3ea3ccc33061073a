"""The Python of docs/from/vishvananda-netlink.md does what it stands for: it runs, and what it looks for is there."""

from __future__ import annotations

import pytest

from pairs import run, runnable
from support import IN_GUEST, needs_root

PAGE = "vishvananda-netlink.md"

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel, needs_root]


@pytest.mark.timeout(600)
def test_every_row_runs_and_finds_something() -> None:
    wrong = []
    for table, (rows,) in zip(runnable(PAGE, guest=IN_GUEST), run(PAGE, ["python"], guest=IN_GUEST), strict=True):
        for row, outcome in zip(table.rows, rows, strict=False):
            if "failed" in outcome or outcome["value"] == {"many": 0}:
                wrong.append(outcome.get("failed", f"docs/from/{PAGE}:{row.line}: nothing was found"))
    assert wrong == []

"""What docs/from/iproute2.md pairs does the same to the kernel: `ip` and its kin, our commands, our Python."""

from __future__ import annotations

import pytest

from pairs import different, missing, run, tables
from support import IN_GUEST, needs_root

PAGE = "iproute2.md"

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel, needs_root]


@pytest.mark.timeout(900)
def test_all_sides_of_every_row_do_the_same() -> None:
    outcomes = run(PAGE, ["there", "command", "python"], guest=IN_GUEST)
    wrong = different(PAGE, outcomes, guest=IN_GUEST)
    assert not wrong, "\n".join(wrong)
    if lacking := {name for table in tables(PAGE) if table.guest == IN_GUEST for name in missing(table)}:
        pytest.skip(f"in part, as these are not installed: {', '.join(sorted(lacking))}")

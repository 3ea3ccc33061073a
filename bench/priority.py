"""Which of the machine's work comes first."""

from __future__ import annotations

import os
from contextlib import suppress

REAL_TIME = 20  # of 1 to 99, sched(7): above all that is no real-time process, below the kernel's own threads


def before_all_others() -> None:
    """Have this process, and those it starts from now on, run before whatever else the machine does; all contestants
    alike. Nothing happens where that is not allowed: it takes CAP_SYS_NICE in the initial user namespace."""
    with suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(REAL_TIME))

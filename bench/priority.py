"""Which of the machine's work comes first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

REAL_TIME = 20  # of 1 to 99, sched(7): above all that is no real-time process, below the kernel's own threads


def before_all_others() -> None:
    """Have this process, and those it starts from now on, run before whatever else the machine does; all contestants
    alike. Nothing happens where that is not allowed: it takes CAP_SYS_NICE in the initial user namespace."""
    with suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(REAL_TIME))


def like_any_other() -> None:
    """Have this process, one that was just forked, run as any other does.

    Who fills a large table must not keep the kernel's own workers from running: routes with encapsulation take memory
    of each processor (`dst_cache_init` of net/core/dst_cache.c, which cannot wait), and a worker fetches more of that;
    behind a real-time process it does not get its turn, and a route in ten thousand is refused with ENOMEM.
    """
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


@contextmanager
def on_one_core() -> Iterator[None]:
    """Processes that are started meanwhile have one processor, all the same one."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)

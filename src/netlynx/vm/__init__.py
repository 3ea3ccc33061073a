"""A Linux kernel of one's own: a QEMU guest that boots Debian's kernel and sees the files of this machine.

What is needed is fetched once, by the machine's own apt, when somebody asks for a guest; nothing of it is installed
but the programs that run it. No privilege is needed to run one: the processor is emulated.
"""

from __future__ import annotations

from netlynx.vm.build import build
from netlynx.vm.cache import Cache, Kernel, MachineError, Say
from netlynx.vm.fetch import headers_of, prepare, releases_to_build_for, source_of
from netlynx.vm.guest import FAILED, beside, run

__all__ = [
    "FAILED",
    "Cache",
    "Kernel",
    "MachineError",
    "Say",
    "beside",
    "build",
    "headers_of",
    "prepare",
    "releases_to_build_for",
    "run",
    "source_of",
]

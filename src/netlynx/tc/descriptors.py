"""Descriptors of BPF programs, which filters and actions are given: looked at before anything is sent."""

from __future__ import annotations

import os
import stat

from netlynx.errors import EncodeError


def check_program(fd: int, path: str) -> None:
    """Whether a descriptor is open here, and that of a program. Raises EncodeError with `path` for one that is not."""
    if fd < 0:
        raise EncodeError("the program is closed", path)
    try:
        mode = os.fstat(fd).st_mode
        target = os.readlink(f"/proc/self/fd/{fd}")
    except FileNotFoundError:
        return  # no /proc here
    except OSError:
        raise EncodeError(f"there is no open descriptor {fd}", path) from None
    if "bpf-prog" not in target:
        kind = "a file" if stat.S_ISREG(mode) else target
        raise EncodeError(f"descriptor {fd} is no program, but {kind}", path)

"""What the tests of the command line share: its environment, and a virtual kernel for it to talk to."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

KERNEL = str(Path(__file__).parent / "cli" / "kernel_route.py")
PATIENCE = 60.0  # seconds a command may take, on a slow machine

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(**more: str) -> dict[str, str]:
    """This process's variables without those that change what the command prints, and when; warnings are errors."""
    changing = ("NETLYNX_", "FORCE_", "NO_", "PYTHONUNBUFFERED")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(changing)}
    return {**kept, "COLUMNS": "200", "TERMINAL_WIDTH": "200", "PYTHONWARNINGS": "error", **more}

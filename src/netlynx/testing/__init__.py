"""For tests of programs that use netlynx: fixtures of pytest, a recorder and a replayer.

Where pytest and netlynx are installed, the fixtures `virtual_kernel`, `netns`, `inside_netns`, `recorder` and `replay`
are there (see `netlynx.testing.plugin`). What stands here needs no pytest and works with any test framework.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netlynx.testing.recorder import Recorder
    from netlynx.testing.replayer import Replayer
    from netlynx.transport.default_kernel import default_kernel
    from netlynx.transport.recording import Recording
    from netlynx.transport.replay import RecordingEnded, UnexpectedRequest

# Where each public name lives. Loaded on first use: every run of pytest imports this package.
_HOME = {
    "Recorder": "netlynx.testing.recorder",
    "Recording": "netlynx.transport.recording",
    "RecordingEnded": "netlynx.transport.replay",
    "Replayer": "netlynx.testing.replayer",
    "UnexpectedRequest": "netlynx.transport.replay",
    "default_kernel": "netlynx.transport.default_kernel",
}

__all__ = [
    "Recorder",
    "Recording",
    "RecordingEnded",
    "Replayer",
    "UnexpectedRequest",
    "default_kernel",
]


def __getattr__(name: str) -> Any:  # Any: as many types as there are public names
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""For tests of programs that use netlynx: fixtures of pytest, a recorder and a replayer.

Where pytest and netlynx are installed, the fixtures `virtual_kernel`, `netns`, `inside_netns`, `recorder` and `replay`
are there (see `netlynx.testing.plugin`). What stands here needs no pytest and works with any test framework.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlynx.late import names_of

if TYPE_CHECKING:
    from netlynx.testing.recorder import Recorder as Recorder
    from netlynx.testing.replayer import Replayer as Replayer
    from netlynx.transport.default_kernel import default_kernel as default_kernel
    from netlynx.transport.recording import Recording as Recording
    from netlynx.transport.replay import RecordingEnded as RecordingEnded
    from netlynx.transport.replay import UnexpectedRequest as UnexpectedRequest

# Where each public name lives. Loaded on first use: every run of pytest imports this package.
_HOMES = {
    "netlynx.transport.default_kernel": "default_kernel",
    "netlynx.transport.recording": "Recording",
    "netlynx.transport.replay": "RecordingEnded UnexpectedRequest",
    "recorder": "Recorder",
    "replayer": "Replayer",
}

__all__ = names_of(__name__, _HOMES)

"""What actions of one kind have of their own: TCA_ACT_OPTIONS by TCA_ACT_KIND. One line a kind, a file each."""

from __future__ import annotations

from typing import Final

from netlynx.schema import Kind, simpler
from netlynx.tc.actions.gact import Gact, GactAttributes, GactRandom
from netlynx.tc.actions.mirred import Mirred, MirredAttributes

__all__ = ["ACTION_OPTIONS", "Gact", "GactRandom", "Mirred"]

ACTION_OPTIONS: Final[dict[str, Kind]] = {
    "gact": simpler(Gact, GactAttributes),
    "mirred": simpler(Mirred, MirredAttributes),
}
"""TCA_ACT_OPTIONS by TCA_ACT_KIND."""

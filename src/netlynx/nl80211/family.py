"""The family as the kernel has it: requests, answers, notifications. Source: net/wireless/nl80211.c."""

from __future__ import annotations

from typing import Any

from netlynx.engine.operation import Group

from .parts.connections import Connections
from .parts.controls import Controls
from .parts.interfaces import Interfaces
from .parts.meshes import Meshes
from .parts.others import Others
from .parts.radios import Radios
from .parts.regulations import Regulations
from .parts.scans import Scans
from .parts.stations import Stations


class Nl80211(
    Radios, Interfaces, Stations, Scans, Regulations, Connections, Controls, Meshes, Others, name="nl80211", version=1
):
    """The family ``nl80211``: single messages. `wiphys`, `scan` and others of the room put several together.

    What has no record of its own is asked with `Attributes`, of which each command takes those that its handler looks
    at.
    """


EVENTS: Group[Any] = Nl80211.notifications()  # Any: of as many records as there are notifications
"""All that is told of wireless: radios, interfaces, scans, connections, regulations, vendors' events."""

"""The panes, in the order of their keys."""

from __future__ import annotations

from netlynx.cli.top.links import LINKS
from netlynx.cli.top.log import EVENTS
from netlynx.cli.top.neighbours import NEIGHBOURS
from netlynx.cli.top.pane import Pane
from netlynx.cli.top.queues import QUEUES
from netlynx.cli.top.sockets import SOCKETS
from netlynx.cli.top.tracked import CONNTRACK

PANES: dict[str, Pane] = {each.name: each for each in (LINKS, NEIGHBOURS, CONNTRACK, SOCKETS, QUEUES, EVENTS)}

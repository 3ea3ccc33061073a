"""Many hosts: what the kernel of each says goes to NATS JetStream, and is read there by whoever wants all of them.

`publisher` hands over what is heard, `subjects` says what messages are called, `messages` what stands in them, `server`
where they go. `mirror` has copies of all hosts' tables, `sql` asks them. What it takes:
``pip install 'netlynx[fleet]'``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlynx.late import names_of

if TYPE_CHECKING:
    from netlynx.fleet.archiving import Archiving as Archiving
    from netlynx.fleet.catching import Latest as Latest
    from netlynx.fleet.catching import hosts as hosts
    from netlynx.fleet.cursor import Lost as Lost
    from netlynx.fleet.following import Following as Following
    from netlynx.fleet.messages import Before as Before
    from netlynx.fleet.messages import Events as Events
    from netlynx.fleet.messages import Part as Part
    from netlynx.fleet.messages import Said as Said
    from netlynx.fleet.mirror import FleetMirror as FleetMirror
    from netlynx.fleet.mirror import FleetStatistics as FleetStatistics
    from netlynx.fleet.mirror import HostView as HostView
    from netlynx.fleet.mirror import mirror as mirror
    from netlynx.fleet.needed import FleetError as FleetError
    from netlynx.fleet.needed import Refused as Refused
    from netlynx.fleet.order import Gap as Gap
    from netlynx.fleet.publisher import Publisher as Publisher
    from netlynx.fleet.server import Security as Security
    from netlynx.fleet.session import FleetResult as FleetResult
    from netlynx.fleet.session import sql as sql
    from netlynx.fleet.session import tables as tables
    from netlynx.fleet.subjects import Subject as Subject

# Where each public name lives. Loaded on first use.
_HOMES = {
    "archiving": "Archiving",
    "catching": "Latest hosts",
    "cursor": "Lost",
    "following": "Following",
    "messages": "Before Events Part Said",
    "mirror": "FleetMirror FleetStatistics HostView mirror",
    "needed": "FleetError Refused",
    "order": "Gap",
    "publisher": "Publisher",
    "server": "Security",
    "session": "FleetResult sql tables",
    "subjects": "Subject",
}

__all__ = names_of(__name__, _HOMES)

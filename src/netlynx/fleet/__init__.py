"""Many hosts: what the kernel of each says goes to NATS JetStream, and is read there by whoever wants all of them.

`subjects` says what messages are called, `messages` what stands in them, `server` where they go. What it takes:
``pip install 'netlynx[fleet]'``.
"""

from netlynx.fleet.messages import Before, Events, Part, Said
from netlynx.fleet.needed import FleetError, Refused
from netlynx.fleet.server import Security
from netlynx.fleet.subjects import Subject

__all__ = ["Before", "Events", "FleetError", "Part", "Refused", "Said", "Security", "Subject"]

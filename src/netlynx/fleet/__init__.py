"""Many hosts: what the kernel of each says goes to NATS JetStream, and is read there by whoever wants all of them.

`subjects` says what messages are called, `messages` what stands in them. What it takes:
``pip install 'netlynx[fleet]'``.
"""

from netlynx.fleet.messages import Before, Events, Part, Said
from netlynx.fleet.needed import FleetError
from netlynx.fleet.subjects import Subject

__all__ = ["Before", "Events", "FleetError", "Part", "Said", "Subject"]

"""What a fleet takes besides netlynx, and its error."""

from __future__ import annotations

from netlynx.errors import NetlynxError

_INSTALL = "pip install 'netlynx[fleet]'"


class FleetError(NetlynxError, ValueError):
    """What a fleet cannot do: a server that refuses, a name that is none, a message that is malformed, or what it takes
    is not there."""


class Refused(FleetError):
    """A server answers, and does not take the name, the password or the credential."""


def needed() -> None:
    """Raises FleetError where nats-py or pyarrow is missing."""
    try:
        import nats  # noqa: F401  # looked for
        import pyarrow  # noqa: F401
    except ImportError as error:
        missing = (error.name or "").partition(".")[0]
        said = {"nats": "nats-py"}.get(missing, missing)
        raise FleetError(f"a fleet needs {said}, which is not installed: {_INSTALL}") from None

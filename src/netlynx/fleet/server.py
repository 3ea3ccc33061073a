"""The server that a fleet meets at: NATS with JetStream, found and trusted as NATS has it."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from netlynx import limits
from netlynx.fleet.needed import FleetError, Refused, needed

if TYPE_CHECKING:
    from nats.aio.client import Client

STREAM = "netlynx"
_SCHEMES = ("nats", "tls", "ws", "wss")
_FAREWELL = 1.0  # seconds
_SECRET = ("tls", "wss")


@dataclass(frozen=True, slots=True)
class Security:
    """How a server is trusted, and oneself to it. A name and a password, or a token, stand in the URL.

    `credentials` is a file of NATS's (``nsc generate creds``), `ca` one of certificates in PEM that the server's is to
    be signed by, `certificate` and `key` are one's own.
    """

    credentials: str | os.PathLike[str] | None = None
    ca: str | os.PathLike[str] | None = None
    certificate: str | os.PathLike[str] | None = None
    key: str | os.PathLike[str] | None = None

    def context(self) -> ssl.SSLContext | None:
        """What TLS is done with; None where nothing is said of it. Raises FleetError for a file that cannot be read."""
        if self.key is not None and self.certificate is None:
            raise FleetError("a key goes with its certificate: give both")
        if self.ca is None and self.certificate is None:
            return None
        try:
            context = ssl.create_default_context(cafile=self.ca)
        except (OSError, ssl.SSLError) as error:
            raise FleetError(f"{self.ca}: no certificates can be read from it: {_said(error)}") from None
        if self.certificate is not None:
            try:
                context.load_cert_chain(self.certificate, self.key)
            except (OSError, ssl.SSLError) as error:
                raise FleetError(f"{self.certificate}: no certificate can be read from it: {_said(error)}") from None
        return context


UNSAID = Security()
"""Nothing is said of it: what stands in the URL counts."""


def shown(url: str) -> str:
    """A URL without what is secret in it."""
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}"


@asynccontextmanager
async def connected(
    url: str, security: Security = UNSAID, *, timeout: float = 5.0, **how: Any
) -> AsyncIterator[Client]:
    """A client of nats-py's, connected; closed afterwards.

    Once it was connected it waits for a server that goes away to come back, as long as that takes. `how` is nats-py's.
    Raises FleetError where no server answers within `timeout` seconds, or where it refuses.
    """
    client = await connect(url, security, timeout=timeout, **how)
    try:
        yield client
    finally:
        await _left(client)


async def connect(url: str, security: Security = UNSAID, *, timeout: float = 5.0, **how: Any) -> Client:
    """As `connected`, for who closes it. Raises FleetError, Refused where a server answers and does not take one."""
    needed()
    import nats.errors

    from netlynx.fleet.client import SecureClient

    timeout = limits.seconds("timeout", timeout)
    secret = _check(url)
    reasons: list[Exception] = []
    told = how.pop("error_cb", None)

    async def note(error: Exception) -> None:
        """What happens to a connection that comes back is told by whoever waits for it."""
        reasons[:] = [error]
        if told is not None:
            await told(error)

    given: dict[str, Any] = {"max_reconnect_attempts": 1, "reconnect_time_wait": 0.05, "error_cb": note}
    if security.credentials is not None:
        given["user_credentials"] = _readable(security.credentials)
    context = security.context()
    if context is None and secret:
        context = ssl.create_default_context()
    if context is not None:
        given["tls"] = context
    client = SecureClient(secure=context is not None)
    try:
        await asyncio.wait_for(client.connect(url, **how | given | {"allow_reconnect": False}), timeout)
    except (OSError, nats.errors.Error, TimeoutError, ValueError) as error:
        await _left(client)
        raise _refused(
            url, reasons[0] if reasons and isinstance(error, nats.errors.NoServersError) else error
        ) from None
    except ImportError as error:  # nkeys, which credentials are signed by
        raise FleetError(
            f"credentials need {error.name}, which is not installed: pip install 'netlynx[fleet]'"
        ) from None
    later = {"allow_reconnect": True, "max_reconnect_attempts": -1, "reconnect_time_wait": 0.2}
    client.options.update(later | how)
    return client


async def _left(client: Client) -> None:
    """Close a client; what a server that is gone says of it does not matter, nor that TLS waits for its farewell."""
    with suppress(Exception):
        await asyncio.wait_for(client.close(), _FAREWELL)


def _check(url: str) -> bool:
    """Whether an address asks for TLS. Raises FleetError for what is no address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme not in _SCHEMES or not parts.hostname or port == 0:
        raise FleetError(
            f"{shown(url)!r} is no address of a server: it is written nats://HOST:PORT, or tls://HOST:PORT"
        )
    return parts.scheme in _SECRET


def _readable(path: str | os.PathLike[str]) -> str:
    try:
        with open(path, "rb"):
            return str(path)
    except OSError as error:
        raise FleetError(f"{path}: no credentials can be read from it: {_said(error)}") from None


def _refused(url: str, error: BaseException) -> FleetError:
    import nats.errors

    where = shown(url)
    text = str(error)
    if "authorization" in text.lower() or "authentication" in text.lower():
        return Refused(f"{where}: the server does not take this name, password or credential")
    if isinstance(error, nats.errors.SecureConnWantedError):
        return Refused(f"{where}: the server speaks no TLS, which is asked for: it was sent nothing")
    if isinstance(error, ssl.SSLError):
        return FleetError(f"{where}: TLS fails: {_said(error)}")
    if isinstance(error, TimeoutError):
        return FleetError(f"{where}: no server answers in time")
    if isinstance(error, OSError):
        return FleetError(f"{where}: no server answers: {_said(error)}")
    return FleetError(f"{where}: {text.removeprefix('nats: ') or type(error).__name__}")


def _said(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return str(getattr(error, "verify_message", "") or error.reason or error)
    number = getattr(error, "errno", None)
    return os.strerror(number) if number is not None and number > 0 else str(getattr(error, "strerror", None) or error)

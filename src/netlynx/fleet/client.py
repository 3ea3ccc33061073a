"""The client of nats-py, which tells nobody a password in the clear who was to be told it in secret."""

from __future__ import annotations

from nats.aio.client import Client
from nats.errors import SecureConnWantedError


class SecureClient(Client):
    """With `secure`, a server that speaks no TLS is sent nothing; nats-py itself would go on without."""

    def __init__(self, *, secure: bool) -> None:
        super().__init__()
        self._demanded = secure

    def _connect_command(self) -> bytes:
        """What is sent first, with what is secret in it."""
        if self._demanded and not self._server_info.get("tls_required"):
            raise SecureConnWantedError
        return super()._connect_command()

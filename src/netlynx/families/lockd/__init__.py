"""The family ``lockd``."""

from __future__ import annotations

from .generated import LOCKD_A_SERVER, LOCKD_CMD, Lockd, Server

__all__ = ["LOCKD_A_SERVER", "LOCKD_CMD", "Lockd", "Server", "get_server", "set_server"]

set_server = Lockd.set_server
get_server = Lockd.get_server

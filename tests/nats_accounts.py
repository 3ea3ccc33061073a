"""An operator of NATS with one account that has JetStream: its server's configuration, and credentials of its users.

Source: nats-io/jwt, the claims of version 2; nsc's credentials files.
"""

from __future__ import annotations

import base64
import json
import os
import time
from pathlib import Path
from typing import Any

import nkeys

_ALL = ("subs", "data", "payload", "imports", "exports", "conn", "leaf")
_STORED = ("mem_storage", "disk_storage", "streams", "consumer")


class Accounts:
    """`configuration` is what a server reads; `credentials` writes a file for a user whom it knows, or does not."""

    def __init__(self) -> None:
        self._operator = _pair(nkeys.PREFIX_BYTE_OPERATOR)
        self._account, system = _pair(nkeys.PREFIX_BYTE_ACCOUNT), _pair(nkeys.PREFIX_BYTE_ACCOUNT)
        limits = dict.fromkeys(_ALL, -1) | {"wildcards": True}
        own = {"type": "operator"}
        kept = {"type": "account", "limits": limits | dict.fromkeys(_STORED, -1)}
        bare = {"type": "account", "limits": limits}
        accounts = {
            _name(self._account): _token(self._operator, self._account, "hosts", kept),
            _name(system): _token(self._operator, system, "system", bare),
        }
        self.configuration = (
            f"operator: {_token(self._operator, self._operator, 'operator', own)}",
            f"system_account: {_name(system)}",
            "resolver: MEMORY",
            "resolver_preload: {" + ", ".join(f"{name}: {token}" for name, token in accounts.items()) + "}",
        )

    def credentials(self, path: Path, *, known: bool = True) -> Path:
        """A file for a new user: of the account, or of one that no server has."""
        user, seed = _pair_and_seed(nkeys.PREFIX_BYTE_USER)
        account = self._account if known else _pair(nkeys.PREFIX_BYTE_ACCOUNT)
        claims = {"type": "user", "pub": {}, "sub": {}, "subs": -1, "data": -1, "payload": -1}
        path.write_text(
            f"-----BEGIN NATS USER JWT-----\n{_token(account, user, 'web1', claims)}\n------END NATS USER JWT------\n\n"
            f"-----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
        )
        return path


def _pair_and_seed(prefix: int) -> tuple[Any, str]:
    seed = nkeys.encode_seed(os.urandom(32), prefix)
    return nkeys.from_seed(bytearray(seed)), bytes(seed).decode()


def _pair(prefix: int) -> Any:
    return _pair_and_seed(prefix)[0]


def _name(pair: Any) -> str:
    return bytes(pair.public_key).decode()


def _token(issuer: Any, subject: Any, name: str, claims: dict[str, Any]) -> str:
    """Claims, signed by who issues them."""
    body = {"iat": int(time.time()), "iss": _name(issuer), "name": name, "sub": _name(subject)}
    parts = (
        {"typ": "JWT", "alg": "ed25519-nkey"},
        {"jti": os.urandom(16).hex(), **body, "nats": claims | {"version": 2}},
    )
    signed = ".".join(_letters(json.dumps(each).encode()) for each in parts)
    return f"{signed}.{_letters(issuer.sign(signed.encode()))}"


def _letters(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

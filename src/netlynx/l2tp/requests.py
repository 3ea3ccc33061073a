"""Requests of L2TP: what the kernel wants, and what it would take and not look at, refused by the field's name.

Source: l2tp_nl_cmd_tunnel_create, l2tp_nl_cmd_session_create and their like in net/l2tp/l2tp_netlink.c,
l2tp_tunnel_sock_create in l2tp_core.c.
"""

from __future__ import annotations

from typing import Any

from netlynx.errors import EncodeError
from netlynx.l2tp.constants import Encapsulation, Pseudowire
from netlynx.l2tp.records import Session, Tunnel
from netlynx.schema.record import replace_fields, was_read
from netlynx.schema.sending import changed, is_set, settable

_VERSIONS = (2, 3)
_COOKIES = (4, 8)
_OF_UDP = ("local_port", "remote_port", "udp_checksum", "zero_checksum_sent", "zero_checksum_received")
_BY_SOCKET = ("local", "remote", *_OF_UDP)
OF_VERSION_3 = ("name", "cookie", "peer_cookie", "sublayer_header")
"""What of a session the kernel does not look at in a tunnel of L2TPv2."""
_UNTOLD = ("fd", "sublayer_header", "statistics")
CHANGEABLE = ("receive_sequence", "send_sequence", "lns_mode", "reorder_timeout")
"""What of a session can be changed."""
_KEY: dict[type, tuple[str, ...]] = {Tunnel: ("id",), Session: ("tunnel_id", "id")}


def tunnel_key(tunnel: Tunnel) -> Tunnel:
    """What a tunnel is found by. Raises EncodeError without."""
    if not tunnel.id:
        raise EncodeError("say which tunnel", "Tunnel.id")
    return Tunnel(id=tunnel.id)


def session_key(session: Session) -> Session:
    """What a session is found by. Raises EncodeError without."""
    for name in ("tunnel_id", "id"):
        if not getattr(session, name):
            raise EncodeError("a session is known by the IDs of its tunnel and its own", f"Session.{name}")
    return Session(tunnel_id=session.tunnel_id, id=session.id)


def compared(record: Any, left_out: tuple[str, ...]) -> tuple[str, ...]:
    """The fields that say something which is to be so. Raises EncodeError for what is not told, and for counters."""
    aside = (*_KEY[type(record)], *left_out)
    said = [name for name in record.__declarations__ if name not in aside and is_set(record, name)]
    if was_read(record) and "statistics" not in changed(record):
        return tuple(name for name in said if name != "statistics")
    for name in _UNTOLD:
        if name in said:
            raise EncodeError("no tunnel and no session is told by it: leave it out", f"{type(record).__name__}.{name}")
    return tuple(said)


def tunnel_made(tunnel: Tunnel) -> Tunnel:
    """A tunnel as the kernel takes it. Raises EncodeError."""
    tunnel = settable(tunnel, "Tunnel")
    for name in ("id", "peer_id"):
        if not getattr(tunnel, name):
            raise EncodeError("a tunnel has an ID at each end, from 1", f"Tunnel.{name}")
    version = 3 if tunnel.version is None else tunnel.version
    if version not in _VERSIONS:
        raise EncodeError(f"there are L2TPv2 and L2TPv3, not {version}", "Tunnel.version")
    kind = Encapsulation.UDP if tunnel.encapsulation is None else tunnel.encapsulation
    if version == 2 and kind != Encapsulation.UDP:
        raise EncodeError("L2TPv2 travels in UDP", "Tunnel.version")
    if tunnel.fd is not None:
        for name in _BY_SOCKET:
            if is_set(tunnel, name):
                raise EncodeError(f"the socket says it: leave {name} out, or this", "Tunnel.fd")
    else:
        _check_ends(tunnel, kind)
    checksum = True if tunnel.udp_checksum else None  # that it is there is what the kernel looks at
    return replace_fields(tunnel, version=version, encapsulation=kind, udp_checksum=checksum)


def _check_ends(tunnel: Tunnel, kind: Encapsulation) -> None:
    for name in ("local", "remote"):
        if getattr(tunnel, name) is None:
            raise EncodeError("a tunnel has an address at each end", f"Tunnel.{name}")
    six = ":" in str(tunnel.local)
    if six != (":" in str(tunnel.remote)):
        raise EncodeError("both ends are of one family", "Tunnel.remote")
    if kind != Encapsulation.UDP:
        _refuse(tunnel, _OF_UDP, "a tunnel in IP packets has none: leave it out")
        return
    for name in ("local_port", "remote_port"):
        if not getattr(tunnel, name):
            raise EncodeError("a tunnel in UDP has a port at each end", f"Tunnel.{name}")
    if six and tunnel.udp_checksum is not None:
        raise EncodeError(
            "it is for IPv4: over IPv6 there is one, unless zero_checksum_sent is set", "Tunnel.udp_checksum"
        )
    if not six:
        _refuse(tunnel, ("zero_checksum_sent", "zero_checksum_received"), "it is for IPv6: leave it out")


def session_made(session: Session) -> Session:
    """A session as the kernel takes it. Raises EncodeError."""
    session = settable(session, "Session")
    session_key(session)
    if not session.peer_id:
        raise EncodeError("a session has an ID at each end, from 1", "Session.peer_id")
    kind = Pseudowire.ETH if session.pseudowire is None else session.pseudowire
    if kind not in (Pseudowire.ETH, Pseudowire.PPP):
        raise EncodeError("kernels carry eth and ppp, and no other", "Session.pseudowire")
    for name in ("cookie", "peer_cookie"):
        value = getattr(session, name)
        if value is not None and len(value) not in _COOKIES:
            raise EncodeError(f"a cookie has 4 or 8 bytes, not {len(value)}", f"Session.{name}")
    return replace_fields(session, pseudowire=kind)


def check_version(session: Session, tunnel: Tunnel) -> None:
    """Raises EncodeError for what a session in this tunnel cannot have."""
    if tunnel.version == 2:
        _refuse(session, OF_VERSION_3, f"tunnel {tunnel.id} is of L2TPv2, which has none: leave it out")


def session_changed(session: Session) -> Session:
    """What changes a session. Raises EncodeError where nothing does."""
    key = session_key(session)
    if was_read(session):
        for name in sorted(changed(session) - {*CHANGEABLE}):
            raise EncodeError("it cannot be changed: delete the session and add another", f"Session.{name}")
        wanted = [name for name in CHANGEABLE if name in changed(session)]
    else:
        wanted = [name for name in CHANGEABLE if getattr(session, name) is not None]
    if not wanted:
        raise EncodeError(f"say what it is to be: {', '.join(CHANGEABLE)} can be changed", "Session")
    return replace_fields(key, **{name: getattr(session, name) for name in wanted})


def _refuse(record: Any, fields: tuple[str, ...], why: str) -> None:
    for name in fields:
        if is_set(record, name):
            raise EncodeError(why, f"{type(record).__name__}.{name}")

"""What is asked of L2TP: tunnels and sessions listed, made and removed, sessions changed.

Source: net/l2tp/l2tp_netlink.c.
"""

from __future__ import annotations

import errno
from collections.abc import Generator
from typing import Any, TypeAlias

from netlynx.engine.operation import Do, Dump, Group, Talk, in_words
from netlynx.errors import EncodeError, EncodeTypeError, NotFound
from netlynx.generic import Family, do, dump, event
from netlynx.generic.told import difference
from netlynx.l2tp import requests
from netlynx.l2tp.constants import L2TP_CMD, Pseudowire
from netlynx.l2tp.records import Session, Tunnel
from netlynx.schema.arguments import record_of
from netlynx.schema.sending import is_set

Either: TypeAlias = Tunnel | Session


class L2tp(Family, name="l2tp", version=1):
    """The family ``l2tp``: single messages."""

    noop = do(L2TP_CMD.NOOP)
    add_tunnel = do(L2TP_CMD.TUNNEL_CREATE, request=Tunnel, privileged="namespace")
    delete_tunnel = do(L2TP_CMD.TUNNEL_DELETE, request=Tunnel, privileged="namespace")
    change_tunnel = do(L2TP_CMD.TUNNEL_MODIFY, request=Tunnel, privileged="namespace")
    tunnel = do(L2TP_CMD.TUNNEL_GET, request=Tunnel, reply=Tunnel, privileged="namespace")
    tunnels = dump(L2TP_CMD.TUNNEL_GET, reply=Tunnel, privileged="namespace")
    add_session = do(L2TP_CMD.SESSION_CREATE, request=Session, privileged="namespace")
    delete_session = do(L2TP_CMD.SESSION_DELETE, request=Session, privileged="namespace")
    change_session = do(L2TP_CMD.SESSION_MODIFY, request=Session, privileged="namespace")
    session = do(L2TP_CMD.SESSION_GET, request=Session, reply=Session, privileged="namespace")
    sessions = dump(L2TP_CMD.SESSION_GET, reply=Session, privileged="namespace")

    tunnel_made = event(L2TP_CMD.TUNNEL_CREATE, Tunnel, group="l2tp")
    tunnel_changed = event(L2TP_CMD.TUNNEL_MODIFY, Tunnel, group="l2tp")
    tunnel_deleted = event(L2TP_CMD.TUNNEL_DELETE, Tunnel, group="l2tp")
    session_made = event(L2TP_CMD.SESSION_CREATE, Session, group="l2tp")
    session_changed = event(L2TP_CMD.SESSION_MODIFY, Session, group="l2tp")
    session_deleted = event(L2TP_CMD.SESSION_DELETE, Session, group="l2tp")


EVENTS: Group[Either] = L2tp.notifications()
"""Tunnels and sessions that are made, changed and removed by requests; not those that go with their tunnel."""


def tunnels() -> Dump[Tunnel]:
    """All tunnels of the network namespace."""
    return L2tp.tunnels()


def tunnel(id: int) -> Do[Tunnel]:
    """One tunnel, by its ID; `NotFound` where there is none. Raises EncodeError."""
    return L2tp.tunnel(id=id)


def sessions() -> Dump[Session]:
    """All sessions, in the order of their tunnels."""
    return L2tp.sessions()


def session(tunnel_id: int | None = None, id: int | None = None, *, name: str | None = None) -> Do[Session]:
    """One session, by its tunnel's and its own ID, or by its link's name; `NotFound` where there is none.

    Raises EncodeError for neither of these, and for both.
    """
    which = Session(tunnel_id=tunnel_id, id=id, name=name)
    if name is None and (tunnel_id is None or id is None):
        raise EncodeError("give the IDs of the tunnel and of the session, or the name of its link", "l2tp.session")
    if name is not None and (tunnel_id is not None or id is not None):
        raise EncodeError("give the name or IDs: the kernel would look at the name alone", "l2tp.session(name)")
    return L2tp.session(which)


def add(record: Either) -> Do[None] | Talk[None]:
    """Make a tunnel, or a session in one; `AlreadyExists` where there is one with the same ID.

    Of a session that is so of tunnels in IP packets: Linux 6.12 takes a second one of the same ID in one over UDP.

    Raises EncodeError, with the path of the field, for what is missing and for what the kernel would not look at.
    """
    if isinstance(record, Tunnel):
        return L2tp.add_tunnel(requests.tunnel_made(record_of(Tunnel, record, "l2tp.add(record)")))
    if isinstance(record, Session):
        return _add_session(requests.session_made(record_of(Session, record, "l2tp.add(record)")))
    raise _neither(record, "add")


def _add_session(session: Session) -> Do[None] | Talk[None]:
    """Where it may be in a tunnel of L2TPv2, that is looked at first: of such a one the kernel ignores some fields."""
    operation = L2tp.add_session(session)
    if session.pseudowire != Pseudowire.PPP or not any(is_set(session, name) for name in requests.OF_VERSION_3):
        return operation
    asking = L2tp.tunnel(id=session.tunnel_id)

    def steps() -> Generator[Do[Any] | Dump[Any], Any, None]:
        requests.check_version(session, (yield asking))
        yield operation

    return Talk("l2tp.add", steps)


def change(record: Session) -> Do[None] | Talk[None]:
    """Change how a session numbers packets and waits for them: `receive_sequence`, `send_sequence`, `lns_mode`,
    `reorder_timeout`, those that are given; of a record that was read, those that were replaced since.

    What else the record says is compared with what is there first: `NotFound` where it differs. Raises EncodeError for
    what cannot be changed, and for a tunnel, of which nothing can.
    """
    if isinstance(record, Tunnel):
        raise EncodeError("of a tunnel nothing can be changed: delete it and add another", "l2tp.change(record)")
    if not isinstance(record, Session):
        raise _neither(record, "change")
    request = requests.session_changed(record_of(Session, record, "l2tp.change(record)"))
    return _where_it_is("change", record, L2tp.change_session(request), requests.CHANGEABLE)


def delete(record: Either) -> Do[None] | Talk[None]:
    """Remove a session with its link, or a tunnel with its sessions, by a record that has the IDs.

    The kernel looks at these alone. What else the record says is compared with what is there first: `NotFound` where
    it differs. A tunnel is listed for a moment more: the kernel leaves it to a worker (l2tp_tunnel_delete of
    net/l2tp/l2tp_core.c). Raises EncodeError without the IDs.
    """
    if isinstance(record, Tunnel):
        key = requests.tunnel_key(record_of(Tunnel, record, "l2tp.delete(record)"))
        return _where_it_is("delete", record, L2tp.delete_tunnel(key), ())
    if isinstance(record, Session):
        which = requests.session_key(record_of(Session, record, "l2tp.delete(record)"))
        return _where_it_is("delete", record, L2tp.delete_session(which), ())
    raise _neither(record, "delete")


def _where_it_is(verb: str, record: Any, operation: Do[None], changed: tuple[str, ...]) -> Do[None] | Talk[None]:
    """The operation, once what the record says besides the IDs, and what is to be changed, is seen to be so."""
    fields = requests.compared(record, changed)
    if not fields:
        return operation
    asking: Do[Any]
    if isinstance(record, Tunnel):
        asking = L2tp.tunnel(requests.tunnel_key(record))
    else:
        asking = L2tp.session(requests.session_key(record))

    def steps() -> Generator[Do[Any] | Dump[Any], Any, None]:
        found = yield asking
        field = difference(record, found, fields)
        if field is not None:
            raise NotFound(
                errno.ENOENT,
                f"the one with this ID has {field} {getattr(found, field)!s} by now",
                asked=f"l2tp.{verb}({in_words(record)})",
            )
        yield operation

    return Talk(f"l2tp.{verb}", steps)


def _neither(record: object, verb: str) -> EncodeTypeError:
    return EncodeTypeError(f"takes a Tunnel or a Session, not a {type(record).__name__}", f"l2tp.{verb}(record)")

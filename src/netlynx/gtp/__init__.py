"""GTP, the tunnels of mobile networks: which packets of which subscriber travel in which tunnel (PDP contexts).

    from netlynx import gtp, route

    nl.do(route.add(route.Link(name="gtp0", kind="gtp", data=route.Gtp(create_sockets=True, role="sgsn"))))
    nl.do(gtp.add(gtp.Context(index="gtp0", peer="192.0.2.2", subscriber="10.9.0.1", local_tei=100, peer_tei=200)))
    for context in nl.dump(gtp.contexts()):
        print(context.subscriber, context.peer, context.peer_tei)

Source: linux/gtp.h, drivers/net/gtp.c.
"""

from __future__ import annotations

import errno
from collections.abc import Generator
from typing import Any, ClassVar

import msgspec

from netlynx.engine.operation import Do, Dump, Group, Talk, in_words
from netlynx.engine.unresolved import by_record
from netlynx.errors import EncodeError, NotFound
from netlynx.generic import Family, GenericHeader, do, dump, event
from netlynx.generic.told import difference
from netlynx.route.constants import AddressFamily
from netlynx.schema import (
    Constants,
    Record,
    attr,
    enum,
    interface,
    ip,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.arguments import record_of
from netlynx.schema.facts import Facts
from netlynx.schema.record import replace_fields
from netlynx.schema.sending import is_set
from netlynx.wire.constants import NLM_F


class GTP_CMD(Constants):
    """Commands."""

    NEWPDP = 0
    DELPDP = 1
    GETPDP = 2
    ECHOREQ = 3


class GTPA(Constants):
    """Attributes of a context."""

    UNSPEC = 0
    LINK = 1
    VERSION = 2
    TID = 3
    PEER_ADDRESS = 4
    MS_ADDRESS = 5
    FLOW = 6
    NET_NS_FD = 7
    I_TEI = 8
    O_TEI = 9
    PAD = 10
    PEER_ADDR6 = 11
    MS_ADDR6 = 12
    FAMILY = 13


class Context(Record, header=GenericHeader):
    """A PDP context: packets of a `subscriber` travel to and from a `peer` in a tunnel of a link.

    `index` is the link's, and `subscriber` or the tunnel's end here (`local_tei`, of version 0 `tunnel_id`) tells which
    of its contexts. A new one of version 1, as it is without `version`, has the tunnel's two ends, `local_tei` and
    `peer_tei`; one of version 0 has `tunnel_id` and `flow`. IPv6 is of kernels since 6.10.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=GTPA, policy="gtp_genl_policy")

    __omitted__: ClassVar[dict[str, str]] = {"GTPA_NET_NS_FD": "a connection is to a namespace: that of the link"}

    index: takes.Name[int | None] = attr(GTPA.LINK, interface)
    version: int | None = attr(GTPA.VERSION, u32)  # 0 or 1
    tunnel_id: int | None = attr(GTPA.TID, u64)
    peer: takes.Ip[str | None] = attr(GTPA.PEER_ADDRESS, ip, ip6=GTPA.PEER_ADDR6)
    subscriber: takes.Ip[str | None] = attr(GTPA.MS_ADDRESS, ip, ip6=GTPA.MS_ADDR6)
    flow: int | None = attr(GTPA.FLOW, u16)
    local_tei: int | None = attr(GTPA.I_TEI, u32)  # of packets that come
    peer_tei: int | None = attr(GTPA.O_TEI, u32)  # of packets that go
    family: takes.Member[AddressFamily | None] = attr(GTPA.FAMILY, enum(AddressFamily, u8))  # of the subscriber


class GtpTunnels(Family, name="gtp", version=0):
    """The family ``gtp``."""

    add = do(GTP_CMD.NEWPDP, request=Context, privileged=True)
    delete = do(GTP_CMD.DELPDP, request=Context, privileged=True)
    get = do(GTP_CMD.GETPDP, request=Context, reply=Context, reply_number=GTP_CMD.NEWPDP, privileged=True)
    list = dump(GTP_CMD.GETPDP, reply=Context, reply_number=GTP_CMD.NEWPDP, privileged=True)
    echo = do(GTP_CMD.ECHOREQ, request=Context, privileged=True)

    added = event(GTP_CMD.NEWPDP, Context, group="gtp")
    deleted = event(GTP_CMD.DELPDP, Context, group="gtp")
    echoed = event(GTP_CMD.ECHOREQ, Context, group="gtp")


EVENTS: Group[Context] = GtpTunnels.notifications()
"""Contexts that are made and removed, and what answers to `echo`."""

_BESIDE = ("peer", "subscriber", "flow", "tunnel_id", "local_tei", "peer_tei", "family")
_OF_VERSION = {0: ("tunnel_id", "flow"), 1: ("local_tei", "peer_tei")}


def contexts() -> Dump[Context]:
    """All contexts of the network namespace's links."""
    return GtpTunnels.list()


def context(
    index: int | str,
    *,
    subscriber: str | None = None,
    local_tei: int | None = None,
    tunnel_id: int | None = None,
    version: int | None = None,
) -> Do[Context]:
    """One context of a link, by its subscriber, or by its tunnel's end here; `NotFound` where there is none.

    Raises EncodeError unless exactly one of these is given.
    """
    which = Context(index=index, version=version, subscriber=subscriber, local_tei=local_tei, tunnel_id=tunnel_id)
    if [subscriber, local_tei, tunnel_id].count(None) != _ALL_BUT_ONE:
        raise EncodeError("give the subscriber, local_tei, or tunnel_id", "gtp.context")
    return GtpTunnels.get(_versioned(which, "gtp.context"))


_ALL_BUT_ONE = 2


def add(context: Context) -> Do[None]:
    """Make a context; `AlreadyExists` where the subscriber or the tunnel has one. Raises EncodeError."""
    record_of(Context, context, "gtp.add")
    return by_record("gtp.add", _add, context) or _add(context)


def _add(context: Context) -> Do[None]:
    made = _versioned(context, "Context")
    assert made.version is not None
    for name in ("index", "peer", "subscriber", *_OF_VERSION[made.version]):
        if getattr(made, name) is None:
            raise EncodeError(f"a context of version {made.version} has one", f"Context.{name}")
    six = ":" in str(made.subscriber)
    family = AddressFamily.INET6 if six else AddressFamily.INET
    if made.family not in (None, family):
        raise EncodeError(f"{made.subscriber} is of {family}", "Context.family")
    operation = GtpTunnels.add(replace_fields(made, family=family if six else None))
    return msgspec.structs.replace(operation, flags=NLM_F.EXCL)  # without, one that is there is changed by half


def delete(context: Context) -> Do[None] | Talk[None]:
    """Remove a context of a link, by its subscriber, or by its tunnel's end here.

    What else the record says is compared with what is there first: `NotFound` where it differs. Raises EncodeError for
    a record that tells none.
    """
    record_of(Context, context, "gtp.delete")
    return by_record("gtp.delete", _delete, context) or _delete(context)


def _delete(context: Context) -> Do[None] | Talk[None]:
    made = _versioned(context, "Context")
    if made.index is None:
        raise EncodeError("say of which link", "Context.index")
    key = next((name for name in ("subscriber", "local_tei", "tunnel_id") if getattr(made, name) is not None), None)
    if key is None:
        raise EncodeError("say which one: subscriber, local_tei, or tunnel_id", "Context.subscriber")
    family = AddressFamily.INET6 if key == "subscriber" and ":" in str(made.subscriber) else None
    fields = {"index": made.index, "version": made.version, key: getattr(made, key)}
    which = Context(**fields, family=family)
    beside = [name for name in (*_BESIDE, "version") if name != key and is_set(context, name)]
    operation = GtpTunnels.delete(which)
    if not beside:
        return operation
    asking = GtpTunnels.get(which)

    def steps() -> Generator[Do[Any] | Dump[Any], Any, None]:
        found = yield asking
        field = difference(context, found, beside)
        if field is not None:
            raise NotFound(
                errno.ENOENT,
                f"the context has {field} {getattr(found, field)!s} by now",
                asked=f"gtp.delete({in_words(context)})",
            )
        yield operation

    return Talk("gtp.delete", steps)


def echo(context: Context) -> Do[None]:
    """Ask a `peer` whether it is there, from the address `subscriber` of this host, by the link `index`.

    The answer is an event of the kind ``echoed``. Raises EncodeError for what is missing, and for more.
    """
    record_of(Context, context, "gtp.echo")
    return by_record("gtp.echo", _echo, context) or _echo(context)


def _echo(context: Context) -> Do[None]:
    for name in ("index", "peer", "subscriber"):
        if getattr(context, name) is None:
            raise EncodeError("it takes the link, the peer, and the own address as the subscriber", f"Context.{name}")
    for name in ("tunnel_id", "flow", "local_tei", "peer_tei", "family"):
        if getattr(context, name) is not None:
            raise EncodeError("an echo is of no tunnel: leave it out", f"Context.{name}")
    return GtpTunnels.echo(_versioned(context, "Context"))


def _versioned(context: Context, path: str) -> Context:
    """The context with its version, which the kernel wants everywhere. Raises EncodeError for what the other has."""
    of_zero = [name for name in _OF_VERSION[0] if getattr(context, name) is not None]
    version = context.version
    if version is None:
        version = 0 if of_zero and context.local_tei is None and context.peer_tei is None else 1
    if version not in _OF_VERSION:
        raise EncodeError(f"there are versions 0 and 1, not {version}", f"{path}.version")
    for other, names in _OF_VERSION.items():
        for name in names:
            if other != version and getattr(context, name) is not None:
                raise EncodeError(f"version {version} has none: leave it out", f"{path}.{name}")
    return replace_fields(context, version=version)

"""The verbs that change things: `add`, `replace`, `change`, `append`, `delete`, `flush`. One function for all objects.

How they are made into operations is `netlynx.route.changing`'s.
"""

from __future__ import annotations

from typing import Any, Literal, TypeVar, overload

from netlynx.engine.named import NamedDump
from netlynx.engine.operation import Do, Dump, Flush
from netlynx.errors import EncodeError
from netlynx.route.changing import Changes, Verbs, heard
from netlynx.schema.record import Record
from netlynx.wire.constants import NLM_F

__all__ = ["Verbs", "add", "append", "change", "changes", "delete", "flush", "heard", "register", "replace"]

R = TypeVar("R", bound=Record)

changes = Changes(
    "route",
    "a record such as route.Link or route.Route",
    {
        "add": NLM_F.CREATE | NLM_F.EXCL,
        "append": NLM_F.CREATE | NLM_F.APPEND,
        "replace": NLM_F.CREATE | NLM_F.REPLACE,
        "change": 0,
        "delete": 0,
    },
)
register = changes.register

_add, _append = changes.maker("add"), changes.maker("append")
_replace, _change, _delete = changes.exactly("replace"), changes.exactly("change"), changes.exactly("delete")


@overload
def add(record: Record, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def add(record: R, *, echo: Literal[True]) -> Do[R]: ...
def add(record: Record, *, echo: bool = False) -> Do[Any]:
    """Create it; fails with `AlreadyExists` when it is there.

    Where its fields take the index of an interface or the number of a table, names will do: the connection looks them
    up where and when it carries the operation out, and raises `NotFound` with the field for one that it does not find.

    With `echo` the answer is what was made, as the kernel tells it (NLM_F_ECHO): with the ID of a nexthop, the priority
    of a rule, the name of a link that was given as ``x%d``. The kernel answers so for links, IPv4 addresses, routes,
    rules, nexthops and namespace IDs.

    Raises EncodeError or EncodeTypeError, with the path of the field at fault, for what cannot be sent.
    """
    if not echo:
        try:
            return _add(record)
        except (EncodeError, TypeError):
            pass  # perhaps there are names in it
    return changes.carried("add", _add, record, echo)


@overload
def append(record: Record, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def append(record: R, *, echo: Literal[True]) -> Do[R]: ...
def append(record: Record, *, echo: bool = False) -> Do[Any]:
    """Create it behind others of the same key (routes: NLM_F_APPEND). `echo` and errors are as for `add`."""
    if not echo:
        try:
            return _append(record)
        except (EncodeError, TypeError):
            pass  # perhaps there are names in it
    return changes.carried("append", _append, record, echo)


@overload
def replace(record: Record, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def replace(record: R, *, echo: Literal[True]) -> Do[R]: ...
def replace(record: Record, *, echo: bool = False) -> Do[Any]:
    """Create it, or put it in the place of the one that is there. `echo` and errors are as for `add`.

    Of a link or an IPv4 address that is there, what the kernel would leave as it is is looked at first: `NotSupported`
    names the field, and nothing is changed.
    """
    if not echo:
        try:
            return _replace(record)
        except (EncodeError, TypeError):
            pass  # perhaps there are names in it
    return changes.carried("replace", _replace, record, echo)


@overload
def change(record: Record, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def change(record: R, *, echo: Literal[True]) -> Do[R]: ...
def change(record: Record, *, echo: bool = False) -> Do[Any]:
    """Change the one that is there; fails with `NotFound` when there is none. `echo` and errors are as for `add`.

    Of a link, what the kernel would leave as it is (the ID of a VLAN, say, or what it does not know) is looked at
    first: `NotSupported` names the field, and nothing is changed.
    """
    if not echo:
        try:
            return _change(record)
        except (EncodeError, TypeError):
            pass  # perhaps there are names in it
    return changes.carried("change", _change, record, echo)


@overload
def delete(record: Record, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def delete(record: R, *, echo: Literal[True]) -> Do[R]: ...
def delete(record: Record, *, echo: bool = False) -> Do[Any]:
    """Remove the one that the record's fields select; fails with `NotFound` when there is none. Raises as `add`.

    With `echo` the answer is what was removed.

    A record that was read removes exactly what it was read from, and one that was made what all its fields fit. Where
    the kernel would not look at all of that, what is there is looked at first: `Ambiguous` says that it would have
    taken another, and that nothing was sent. So is a link that may be one of those that the modules of tunnels make
    (`tunl0`, `sit0` …), of which the kernel only says that it deletes them: `NotSupported` says so.
    """
    if not echo:
        try:
            return _delete(record)
        except (EncodeError, TypeError):
            pass  # perhaps there are names in it
    return changes.carried("delete", _delete, record, echo)


def flush(listing: Dump[R] | NamedDump[R]) -> Flush[R]:
    """Remove all that `listing` finds: ``nl.do(route.flush(route.routes(table=100)))`` returns how many.

    Rules of priority 0 (that of the local table, without which nothing reaches the host) stay, as with `ip rule flush`,
    unless the listing says which priorities it is about: ``route.rules().where(priority=0)``. Links of no kind (the
    loopback link, the machine's own devices), and those that the modules of tunnels make (`tunl0`, `sit0` …), stay in
    any case: the kernel deletes none of them.

    Raises TypeError for what is no listing, EncodeError and EncodeTypeError for one of what cannot be deleted.
    """
    return changes.flush(listing, delete)

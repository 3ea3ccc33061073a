"""The verbs that change traffic control: `add`, `replace`, `change`, `link`, `delete`, `flush`."""

from __future__ import annotations

from typing import TypeVar

from netlynx.engine.named import NamedDump
from netlynx.engine.operation import Do, Dump, Flush
from netlynx.errors import EncodeError
from netlynx.route.changing import Changes, Verbs, heard
from netlynx.schema.record import Record
from netlynx.wire.constants import NLM_F

__all__ = ["Verbs", "add", "change", "changes", "delete", "flush", "heard", "link", "register", "replace"]

R = TypeVar("R", bound=Record)

changes = Changes(
    "tc",
    "a record such as tc.Qdisc or tc.Filter",
    {
        "add": NLM_F.CREATE | NLM_F.EXCL,
        "replace": NLM_F.CREATE | NLM_F.REPLACE,
        "change": 0,
        "link": NLM_F.REPLACE,
        "delete": 0,
    },
)
register = changes.register

_add, _replace, _change = changes.exactly("add"), changes.exactly("replace"), changes.exactly("change")
_link, _delete = changes.exactly("link"), changes.exactly("delete")


def add(record: Record) -> Do[None]:
    """Create it; fails with `AlreadyExists` when there is one in its place.

    Where its fields take the index of an interface, its name will do: the connection looks it up where and when it
    carries the operation out, and raises `NotFound` with the field for one that it does not find.

    Raises EncodeError or EncodeTypeError, with the path of the field at fault, for what cannot be sent.
    """
    try:
        return _add(record)
    except (EncodeError, TypeError):
        return changes.carried("add", _add, record, False)  # perhaps there are names in it


def replace(record: Record) -> Do[None]:
    """Create it, or put it in the place of the one that is there. Errors are as for `add`."""
    try:
        return _replace(record)
    except (EncodeError, TypeError):
        return changes.carried("replace", _replace, record, False)


def change(record: Record) -> Do[None]:
    """Change the one that is there; `NotFound` when there is none. Errors are as for `add`."""
    try:
        return _change(record)
    except (EncodeError, TypeError):
        return changes.carried("change", _change, record, False)


def link(record: Record) -> Do[None]:
    """Put another qdisc, which is there already, in a place: `tc qdisc link`. Errors are as for `add`."""
    try:
        return _link(record)
    except (EncodeError, TypeError):
        return changes.carried("link", _link, record, False)


def delete(record: Record) -> Do[None]:
    """Remove the one that the record's fields select; `NotFound` when there is none. Errors are as for `add`."""
    try:
        return _delete(record)
    except (EncodeError, TypeError):
        return changes.carried("delete", _delete, record, False)


def flush(listing: Dump[R] | NamedDump[R]) -> Flush[R]:
    """Remove all that a listing finds: ``nl.do(tc.flush(tc.filters(index="v0", parent="1:")))`` returns how many.

    Raises TypeError for what is no listing, EncodeError and EncodeTypeError for one of what cannot be deleted.
    """
    return changes.flush(listing, delete)

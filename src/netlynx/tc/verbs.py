"""The verbs that change traffic control: `add`, `replace`, `change`, `link`, `delete`, `flush`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from netlynx.engine.named import NamedDump
from netlynx.engine.operation import Do, Dump, Flush, Talk
from netlynx.errors import EncodeError
from netlynx.route.changing import Changes, Verbs, heard
from netlynx.schema.record import Record
from netlynx.wire.constants import NLM_F

__all__ = ["Verbs", "add", "change", "changes", "delete", "flush", "heard", "link", "register", "replace"]

if TYPE_CHECKING:
    from netlynx.tc.action import Action

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


@overload
def add(record: Record, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def add(record: Action, *, echo: Literal[True]) -> Talk[Action]: ...  # type: ignore[overload-overlap] # told in a list
@overload
def add(record: R, *, echo: Literal[True]) -> Do[R]: ...
def add(record: Record, *, echo: bool = False) -> Do[Any] | Talk[Any]:
    """Create it; fails with `AlreadyExists` when there is one in its place.

    Where its fields take the index of an interface, its name will do: the connection looks it up where and when it
    carries the operation out, and raises `NotFound` with the field for one that it does not find.

    With `echo` the answer is what was made, as the kernel tells it (NLM_F_ECHO): with the handle of a filter, the index
    of an action that it chose. It does not answer so of chains.

    Raises EncodeError or EncodeTypeError, with the path of the field at fault, for what cannot be sent.
    """
    if not echo:
        try:
            return _add(record)
        except (EncodeError, TypeError):
            pass  # perhaps there are names in it
    return changes.carried("add", _add, record, echo)


@overload
def replace(record: Record, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def replace(record: Action, *, echo: Literal[True]) -> Talk[Action]: ...  # type: ignore[overload-overlap] # told in a list
@overload
def replace(record: R, *, echo: Literal[True]) -> Do[R]: ...
def replace(record: Record, *, echo: bool = False) -> Do[Any] | Talk[Any]:
    """Create it, or put it in the place of the one that is there. `echo` and errors are as for `add`."""
    if not echo:
        try:
            return _replace(record)
        except (EncodeError, TypeError):
            pass  # perhaps there are names in it
    return changes.carried("replace", _replace, record, echo)


@overload
def change(record: Record, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def change(record: Action, *, echo: Literal[True]) -> Talk[Action]: ...  # type: ignore[overload-overlap] # told in a list
@overload
def change(record: R, *, echo: Literal[True]) -> Do[R]: ...
def change(record: Record, *, echo: bool = False) -> Do[Any] | Talk[Any]:
    """Change the one that is there; `NotFound` when there is none. `echo` and errors are as for `add`."""
    if not echo:
        try:
            return _change(record)
        except (EncodeError, TypeError):
            pass  # perhaps there are names in it
    return changes.carried("change", _change, record, echo)


@overload
def link(record: Record, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def link(record: R, *, echo: Literal[True]) -> Do[R]: ...
def link(record: Record, *, echo: bool = False) -> Do[Any] | Talk[Any]:
    """Put another qdisc, which is there already, in a place: `tc qdisc link`. `echo` and errors are as for `add`."""
    if not echo:
        try:
            return _link(record)
        except (EncodeError, TypeError):
            pass  # perhaps there are names in it
    return changes.carried("link", _link, record, echo)


@overload
def delete(record: Record, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def delete(record: Action, *, echo: Literal[True]) -> Talk[Action]: ...  # type: ignore[overload-overlap] # told in a list
@overload
def delete(record: R, *, echo: Literal[True]) -> Do[R]: ...
def delete(record: Record, *, echo: bool = False) -> Do[Any] | Talk[Any]:
    """Remove the one that the record's fields select; `NotFound` when there is none. Errors are as for `add`.

    With `echo` the answer is what was removed.
    """
    if not echo:
        try:
            return _delete(record)
        except (EncodeError, TypeError):
            pass  # perhaps there are names in it
    return changes.carried("delete", _delete, record, echo)


def flush(listing: Dump[R] | NamedDump[R]) -> Flush[R]:
    """Remove all that a listing finds: ``nl.do(tc.flush(tc.filters(index="v0", parent="1:")))`` returns how many.

    What cannot be removed by itself stays: the qdiscs that devices have of themselves, classes that come and go with
    their qdisc, actions that filters use. Filters go by their priorities, as with tc, where the listing has all of a
    priority; where it has some of them, the hash table with which `u32` begins each goes with the last one.

    Raises TypeError for what is no listing, EncodeError and EncodeTypeError for one of what cannot be deleted.
    """
    return changes.flush(listing, delete)

"""The verbs that change things: `add`, `change`, `insert`, `replace`, `delete`, `destroy`, `flush`; and `reset`.

Each object's file registers its record class with the messages of the verbs and with a `prepare` function that
completes a record or refuses it. The kernel takes changes in transactions alone: by itself, one is a transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Literal, TypeVar, overload

import msgspec

from netlynx.engine.operation import Do, Dump, Series
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.netfilter.constants import NFNL_SUBSYS
from netlynx.netfilter.nfnetlink import message_type, netfilter_change, netfilter_do
from netlynx.schema.record import Record, class_of
from netlynx.wire.constants import NLM_F

R = TypeVar("R", bound=Record)

_SUBSYSTEM = int(NFNL_SUBSYS.NFTABLES)

NEW = NLM_F.CREATE | NLM_F.EXCL
"""The flags of what must not be there yet."""


class Verbs(msgspec.Struct, frozen=True):
    """How one kind of record is changed.

    `messages` are the message and the flags of each verb that it has, `told` the message in which the kernel tells what
    was made. `prepare(record, verb)` gives the request, `without` says of verbs that it has not what to do instead.
    `reset` is the message that tells an object, or many, and puts its state back to the beginning.

    What takes more than one message has `make(record, verb, echo)`, which gives the operation.
    """

    messages: Mapping[str, tuple[int, int]]
    told: int
    prepare: Callable[[Any, str], Record]
    without: Mapping[str, str] = {}
    reset: int | None = None
    make: Callable[[Any, str, bool], Any] | None = None


_REQUESTS = (
    "netlynx.nftables.element_requests",
    "netlynx.nftables.rule_requests",
    "netlynx.nftables.set_requests",
)
"""Files that register classes which others declare: who only lists these does without."""

WITHOUT = {"replace": "delete it and add it, in one transaction", "insert": "only rules have places: add it"}
"""What to do instead of verbs that rules alone have."""


class Many:
    """Many of a kind, whose change takes several messages."""

    __slots__ = ()


_registry: dict[type, Verbs] = {}


def register(cls: type, verbs: Verbs) -> None:
    """Say how values of this class are changed; called once by the file that declares it."""
    _registry[cls] = verbs


def _registered(cls: Any) -> Verbs | None:
    if cls not in _registry:
        for name in _REQUESTS:
            import_module(name)
    return _registry.get(cls)


def _known(verb: str, value: object) -> Verbs:
    """How a value is changed. Raises EncodeTypeError for what no verb takes, EncodeError where it lacks this one."""
    verbs = _registered(class_of(value))
    if verbs is None:
        raise EncodeTypeError(f"nftables.{verb} takes a record such as nftables.Rule, not {type(value).__name__}")
    if verb not in verbs.messages and not (verb == "reset" and verbs.reset is not None):
        instead = verbs.without.get(verb, f"the kernel has no such request for a {class_of(value).__name__.lower()}")
        raise EncodeError(instead, f"nftables.{verb}({class_of(value).__name__})")
    return verbs


def _operation(verb: str, value: Any, echo: bool = False) -> Any:
    verbs = _known(verb, value)
    if verbs.make is not None:
        return verbs.make(value, verb, echo)
    message, flags = verbs.messages[verb]
    request = verbs.prepare(value, verb)
    reply = class_of(value) if echo else None
    return netfilter_change(
        f"nftables.{verb}", _SUBSYSTEM, message, request, flags=flags, reply=reply, reply_message=verbs.told
    )


@overload
def add(record: Many) -> Series: ...
@overload
def add(record: Record, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def add(record: R, *, echo: Literal[True]) -> Do[R]: ...
def add(record: Record | Many, *, echo: bool = False) -> Do[Any] | Series:
    """Make it; `AlreadyExists` when it is there. A rule is put at the end of its chain, or behind its `position`.

    With `echo` the answer is what was made, as the kernel tells it: with its handle.

    Raises EncodeError or EncodeTypeError, with the path of the field at fault, for what cannot be sent, and for what
    the kernel would ignore.
    """
    made: Do[Any] | Series = _operation("add", record, echo)
    return made


@overload
def insert(record: Record, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def insert(record: R, *, echo: Literal[True]) -> Do[R]: ...
def insert(record: Record, *, echo: bool = False) -> Do[Any]:
    """Make a rule at the beginning of its chain, or before its `position`. `echo` and errors are as for `add`."""
    made: Do[Any] = _operation("insert", record, echo)
    return made


@overload
def replace(record: Record, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def replace(record: R, *, echo: Literal[True]) -> Do[R]: ...
def replace(record: Record, *, echo: bool = False) -> Do[Any]:
    """Put a rule in the place of the one that has its handle. `echo` and errors are as for `add`."""
    made: Do[Any] = _operation("replace", record, echo)
    return made


@overload
def change(record: Record, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def change(record: R, *, echo: Literal[True]) -> Do[R]: ...
def change(record: Record, *, echo: bool = False) -> Do[Any]:
    """Change the one that is there, `NotFound` when there is none: flags of a table, the policy, name or counters of a
    chain, devices of a chain or flowtable that are to be added, a quota.

    Of a record that was read, what was replaced since is sent. `echo` and errors are as for `add`.
    """
    made: Do[Any] = _operation("change", record, echo)
    return made


@overload
def delete(record: Many) -> Series: ...
@overload
def delete(record: Record) -> Do[None]: ...
def delete(record: Record | Many) -> Do[None] | Series:
    """Remove the one that the record names; `NotFound` when there is none. What is used elsewhere is `Busy`.

    A record that was read removes exactly what it was read from, by its handle. Of one that was made, the fields that
    tell it from others can be given; more than that is refused, since the kernel would not look at it. A `Chain` or a
    `Flowtable` with `devices` loses these devices, and stays.

    Raises EncodeError or EncodeTypeError, with the path of the field at fault.
    """
    made: Do[None] | Series = _operation("delete", record)
    return made


@overload
def destroy(record: Many) -> Series: ...
@overload
def destroy(record: Record) -> Do[None]: ...
def destroy(record: Record | Many) -> Do[None] | Series:
    """As `delete`, but it is no error when there is none (from Linux 6.3 on)."""
    made: Do[None] | Series = _operation("destroy", record)
    return made


def flush(record: Record) -> Do[None]:
    """Remove all rules of a `Table` or a `Chain`, all elements of a `Set`. Raises as `delete`."""
    made: Do[None] = _operation("flush", record)
    return made


@overload
def reset(what: R) -> Do[R]: ...
@overload
def reset(what: Dump[R]) -> Dump[R]: ...
def reset(what: Any) -> Any:
    """Tell a rule, an object or an element, or all that a listing finds, and put its state back to the beginning.

    Counters go back to 0, quotas are unused again. What is told is how it stood before. It takes effect at once, and
    is no part of a transaction. Rules are known to it from Linux 6.2 on, elements from Linux 6.5 on.

    Raises EncodeError for a listing that the kernel filters less than it says (`where`): it would put back more.
    """
    if isinstance(what, Dump):
        return _reset_all(what)
    verbs = _known("reset", what)
    assert verbs.reset is not None
    return netfilter_do(
        "nftables.reset",
        _SUBSYSTEM,
        verbs.reset,
        verbs.prepare(what, "reset"),
        reply=class_of(what),
        reply_message=verbs.told,
    )


def _reset_all(listing: Dump[Any]) -> Dump[Any]:
    verbs = _registered(listing.reply)
    if verbs is None or verbs.reset is None:
        raise EncodeError("there is nothing to be put back", f"nftables.reset({listing.name})")
    asked = {name for name, value in listing.match if value == getattr(listing.request, name)}
    more = [name for name, _ in listing.match if name not in asked]
    if more:
        raise EncodeError(
            "the kernel would put back those too that this leaves out: ask for what it filters by alone",
            f"nftables.reset({listing.name}).where({more[0]})",
        )
    number = message_type(_SUBSYSTEM, verbs.reset)
    return msgspec.structs.replace(listing, name="nftables.reset", message_type=number, mirrored=None)

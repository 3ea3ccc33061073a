"""Changing one object from words: `netlynx add link name=v0 kind=veth data.peer.name=v1`, and its like for all kinds.

Which kinds and verbs there are says `netlynx.cli.kinds`, how words become a record `netlynx.schema.from_words`; what is
sent is made by the rooms' own verbs, as for a line of `netlynx batch`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

from netlynx.cli.declare import Argument, Option
from netlynx.cli.form import json_text, misused
from netlynx.cli.options import Kernel, Netns, connection
from netlynx.cli.stdout import write

if TYPE_CHECKING:
    from netlynx.client.connection import Connection

Kind = Annotated[str, Argument("KIND", help="What it is: link, route, nft-chain …; `--help` without one lists them.")]
Fields = Annotated[
    list[str] | None, Argument("FIELD=VALUE…", help="What it says; `KIND --help` lists the fields of a kind.")
]
DryRun = Annotated[bool, Option("--dry-run", help="Print the message that would be sent, and send nothing.")]
Json = Annotated[bool, Option("--json", help="Print what was done as JSON.")]

# Of what the kernel tells, what it chose itself and what one goes on with.
_CHOSEN = ("index", "name", "id", "handle", "priority", "nsid", "context")


_VERBS = {
    "add": "Make an object, which must not be there yet.",
    "append": "Make an object behind others that are known by the same.",
    "insert": "Make an object before others: a rule at the beginning of its chain.",
    "replace": "Make an object, or put it in the place of the one that is there.",
    "change": "Change what is said of an object that is there; what is not said stays.",
    "set": "Set up what is always there: of a device, a limit, a timeout; what is not said stays.",
    "delete": "Remove the object that the fields tell.",
    "destroy": "Remove the object that the fields tell, if it is there.",
    "flush": "Remove all objects that have what the fields say, or all that is in the one that they tell.",
}


def _command(verb: str, meaning: str) -> Callable[..., None]:
    def command(
        kind: Kind,
        fields: Fields = None,
        dry_run: DryRun = False,
        json: Json = False,
        netns: Netns = None,
        kernel: Kernel = "host",
    ) -> None:
        write_object(verb, kind, fields or [], dry_run, json, netns, kernel)

    command.__name__ = verb
    command.__doc__ = meaning
    return command


COMMANDS = {verb: _command(verb, meaning) for verb, meaning in _VERBS.items()}


def write_object(
    verb: str, word: str, fields: list[str], dry_run: bool, json: bool, netns: str | None, kernel: str
) -> None:
    """Carry out a verb with the object of a kind that the fields say, or show what that would send.

    Raises typer.BadParameter, EncodeError and ValueError for what cannot be understood; NetlynxError and OSError.
    """
    from netlynx.cli import kinds
    from netlynx.cli.operations import declared
    from netlynx.errors import EncodeError
    from netlynx.schema.from_words import from_words

    if dry_run and json:
        raise misused("give --dry-run or --json: nothing is done that could be told")
    try:
        kind = kinds.kind_of(word)
    except ValueError as error:
        raise misused(str(error), "KIND") from None
    _, cls = declared(kind)
    try:
        record = from_words(cls, fields)
        operation, told = _operation(verb, kind, record, fields)
    except (EncodeError, ValueError) as error:
        raise misused(_in_words(error, kind), about=kind) from None
    if dry_run:
        _show(operation, netns, kernel)
        return
    with connection(netns, kernel) as nl:
        answer = _carried_out(nl, operation, told)
    _report(verb, kind, record, fields, answer, json)


def _in_words(error: Exception, kind: str) -> str:
    """Why words are refused: with the field, as it was written."""
    import re

    from netlynx.cli.operations import declared
    from netlynx.cli.wording import refused, translated
    from netlynx.errors import EncodeError

    if not isinstance(error, EncodeError):
        return translated(str(error))
    message = re.sub(rf"^{declared(kind)[1].__name__} (has no field '.*?')", rf"{kind} \1", error.message)
    return refused(re.sub(r"(has no field '.*?'); it has .*", r"\1", message), error.path)  # help lists them


def _operation(verb: str, kind: str, record: Any, fields: list[str]) -> tuple[Any, bool]:
    """What carries it out, and whether the kernel is asked to tell what it made. Raises EncodeError, ValueError."""
    from contextlib import suppress

    from netlynx.cli import kinds
    from netlynx.cli.operations import declared, function_of, request
    from netlynx.errors import EncodeError

    if verb == "flush" and kind in kinds.LISTINGS:
        return _flush(kind, record, fields), False
    make = function_of(verb, kind)
    if make is None:
        raise kinds.missing(verb, kind)
    try:
        if "echo" in (getattr(make, "__kwdefaults__", None) or {}):
            with suppress(EncodeError):  # it does not tell of these, or the request itself is refused below
                return make(record, echo=True), True
        return request(verb, kind, record), False
    except TypeError as error:
        if isinstance(error, EncodeError) and not kinds.refuses_all(error, verb, declared(kind)[1]):
            raise
        raise kinds.missing(verb, kind) from None


def _flush(kind: str, record: Any, fields: list[str]) -> Any:
    """The removal of all that a listing finds by the fields that were given. Raises ValueError for none."""
    from inspect import signature

    from netlynx.cli.kinds import LISTINGS
    from netlynx.cli.operations import declared
    from netlynx.schema.from_words import tree_of

    if not fields:
        raise ValueError(f"flush: say which: all {kind} of a table, say, or of an interface")
    room, _ = declared(kind)
    wanted = {name: _wanted(getattr(record, name), inner) for name, inner in tree_of(fields).items()}
    listing = getattr(room, LISTINGS[kind])
    asked = {name: wanted.pop(name) for name in [*wanted] if name in signature(listing).parameters}
    listed = listing(**asked)
    return room.flush(listed.where(**wanted) if wanted else listed)


def _wanted(value: Any, given: Any) -> Any:
    """A value as a condition: of a record, the fields that were given."""
    if isinstance(given, dict) and hasattr(value, "__declarations__"):
        return {name: _wanted(getattr(value, name), inner) for name, inner in given.items()}
    return value


def _carried_out(nl: Connection, operation: Any, told: bool) -> Any:
    """The kernel's answer: a record, where it tells what it made."""
    return nl.do(_settled(nl, operation, told))


def _settled(nl: Connection, operation: Any, told: bool) -> Any:
    """The operation with numbers for its names; a kernel that does not tell what it made is no error then."""
    import msgspec

    from netlynx.engine.named import NamedDo
    from netlynx.engine.naming import resolution
    from netlynx.engine.operation import Bound, Do

    if isinstance(operation, NamedDo):
        operation = nl.do(resolution(operation))
    if told and isinstance(operation, Do) and not isinstance(operation, Bound):
        return msgspec.structs.replace(operation, omissible=True)
    return operation


def _report(verb: str, kind: str, record: Any, fields: list[str], answer: Any, json: bool) -> None:
    """Say what was done: with what the kernel chose, where it told that."""
    from netlynx.cli.kinds import DONE
    from netlynx.schema.record import Record, class_of
    from netlynx.schema.to_words import to_words, without_secrets

    told = isinstance(answer, Record) and class_of(answer) is class_of(record)
    if json:
        said: dict[str, Any] = {"verb": verb, "kind": kind}
        if isinstance(answer, int):
            said["removed"] = answer
        else:
            made = answer.to_dict() if told else _given(record, fields)
            said |= {"told": told, "record": without_secrets(class_of(record), made)}
        write(json_text(said))
        return
    words = _typed(record, fields)
    if told:
        known = {word.partition("=")[0] for word in words}
        words += [word for word in to_words(answer, only=_CHOSEN) if word.partition("=")[0] not in known]
    removed = [f"({answer} removed)"] if isinstance(answer, int) else []
    write(" ".join([DONE[verb], kind, *words, *removed]))


def _given(record: Any, fields: list[str]) -> dict[str, Any]:
    """The fields of a record that were given."""
    from netlynx.schema.from_words import tree_of

    said: dict[str, Any] = record.to_dict()
    return {name: said.get(name) for name in tree_of(fields)}


def _typed(record: Any, fields: list[str]) -> list[str]:
    """The fields as they were given, but for what is secret."""
    from netlynx.schema.from_words import path_of
    from netlynx.schema.to_words import HIDDEN, to_words

    secret = [path_of(word) for word in to_words(record, hide=True) if word.endswith(f"={HIDDEN}")]
    shown = []
    for word in fields:
        path = path_of(word)
        hidden = any(each == path or each.startswith(f"{path}.") for each in secret)
        shown.append(f"{path}={HIDDEN}" if hidden else word)
    return shown


def _show(operation: Any, netns: str | None, kernel: str) -> None:
    """Print what would be sent. Names are looked up, and so is what has to be looked at first."""
    from netlynx.cli.message_text import lines_of
    from netlynx.engine.named import NamedDo
    from netlynx.engine.operation import Do, Flush

    if isinstance(operation, Do):
        for line in lines_of(operation):
            write(line)
        return
    with connection(netns, kernel) as nl:
        if isinstance(operation, NamedDo):
            operation = _settled(nl, operation, False)
        if isinstance(operation, Flush):
            for each, _ in operation.chosen(nl.dump(operation.dump).all()):
                for line in lines_of(operation.delete(each)):
                    write(line)
            return
        for each in [operation] if isinstance(operation, Do) else _sent(nl, operation):
            for line in lines_of(each):
                write(line)


def _sent(nl: Connection, talk: Any) -> Iterator[Any]:
    """The changes of a talk, with what it asks for answered and what it changes left undone."""
    from netlynx.engine.operation import Do, Dump

    steps = talk.steps()
    answer: Any = None
    try:
        while True:
            step = steps.send(answer)
            if isinstance(step, Dump):
                answer = nl.dump(step).all()
            elif isinstance(step, Do) and step.reply is not None and not step.omissible:
                answer = nl.do(step)
            else:
                yield step
                answer = None
    except StopIteration:
        return

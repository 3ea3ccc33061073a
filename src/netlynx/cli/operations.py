"""Operations as lines of JSON: verb, kind of object and fields, each in a place of its own, so that none is another."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, NamedTuple

from netlynx.cli.options import index_of
from netlynx.errors import NotFound

if TYPE_CHECKING:
    from netlynx.connection import Connection
    from netlynx.operation import Do
    from netlynx.schema.record import Record

VERBS = ("add", "append", "replace", "change", "delete")
KINDS = {  # the names of records in netlynx.route
    "link": "Link",
    "address": "Address",
    "route": "Route",
    "neighbour": "Neighbour",
    "rule": "Rule",
    "nexthop": "NextHopObject",
    "namespace-id": "NamespaceId",
}
_EXAMPLE = '{"add": {"route": {…}}}'
# Fields that hold the index of an interface, in these records and in those within them.
_INTERFACES = frozenset(
    (
        *("index", "oif", "iif", "master", "parent", "link", "primary", "secondary", "interconnection"),
        *("active_member", "backup_port", "port1", "port2", "interlink", "conduit"),
    )
)


class NotYet(Exception):
    """The line names an interface, and links are still to be changed by lines before it."""


class Absent(Exception):
    """The line names an interface that is not there."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no interface {name!r}")


class Each(NamedTuple):
    """What is to be done with the records that lines hold."""

    verb: str
    kind: str

    @classmethod
    def of(cls, words: str) -> Each:
        """From words such as "replace link". Raises ValueError."""
        verb, _, kind = words.strip().partition(" ")
        return cls(_known("a verb", verb, VERBS), _known("a kind of object", kind.strip(), KINDS))


def _known(what: str, word: object, known: Collection[str]) -> str:
    if isinstance(word, str) and word in known:
        return word
    near = difflib.get_close_matches(str(word), known, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
    raise ValueError(f"{word!r} is not {what}; {hint}")


class Operations:
    """Makes operations of what lines hold: `{"add": {"route": {…}}}`, or fields alone where `each` says the rest."""

    def __init__(self, nl: Connection, each: Each | None) -> None:
        self._nl = nl
        self._each = each
        self._indices: dict[str, int] = {}
        self._links_change = False

    def settled(self) -> None:
        """All operations made so far are carried out: what interfaces are called is known again."""
        if self._links_change:
            self._indices.clear()
        self._links_change = False

    def make(self, found: dict[str, Any]) -> Do[None]:
        """Raises ValueError for what cannot be understood, Absent and NotYet for an interface, NetlynxError where the
        kernel could not be asked for it."""
        from netlynx import route
        from netlynx.schema.from_json import from_json

        (verb, kind), fields = (self._each, found) if self._each is not None else _taken_apart(found)
        self._resolve(fields)
        cls: type[Record] = getattr(route, KINDS[kind])
        do: Callable[[Any], Do[None]] = getattr(route, verb)
        operation = do(from_json(cls, fields, read=self._each is not None))
        self._links_change = self._links_change or kind == "link"
        return operation

    def _resolve(self, value: Any) -> None:  # Any: parsed JSON
        """Put indices in the place of interfaces' names."""
        if isinstance(value, dict):
            for name, inner in value.items():
                if name in _INTERFACES and isinstance(inner, str):
                    value[name] = self._index(inner)
                elif isinstance(inner, (dict, list)):
                    self._resolve(inner)
        elif isinstance(value, list):
            for inner in value:
                self._resolve(inner)

    def _index(self, name: str) -> int:
        if self._links_change:
            raise NotYet
        if name not in self._indices:
            try:
                self._indices[name] = index_of(self._nl, name)
            except NotFound:
                raise Absent(name) from None
        return self._indices[name]


def _taken_apart(found: dict[str, Any]) -> tuple[Each, dict[str, Any]]:
    """Verb and kind, and the fields. Raises ValueError."""
    if len(found) != 1:
        hint = "; for the lines of a listing, say with --each what is to be done with them" if len(found) > 2 else ""
        raise ValueError(f"expected one verb, as in {_EXAMPLE}, not {len(found)} names{hint}")
    ((word, inner),) = found.items()
    verb = _known("a verb", word, VERBS)
    if not isinstance(inner, dict) or len(inner) != 1:
        raise ValueError(f"{verb}: expected one object with its kind, as in {_EXAMPLE}")
    ((word, fields),) = inner.items()
    try:
        kind = _known("a kind of object", word, KINDS)
    except ValueError as error:
        raise ValueError(f"{verb}: {error}") from None
    if not isinstance(fields, dict):
        raise ValueError(f"{verb}: expected the fields of the {kind}, as in {_EXAMPLE}")
    return Each(verb, kind), fields

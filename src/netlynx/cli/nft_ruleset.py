"""`netlynx nft list`, `save` and `restore`: the ruleset as nft writes it, and as lines that make it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from netlynx.cli.files import opened
from netlynx.cli.form import failed, json_text, misused
from netlynx.cli.lines import LineError, objects
from netlynx.cli.operations import KINDS, Operations
from netlynx.cli.stdout import note, tell, write, write_indented
from netlynx.cli.wording import words
from netlynx.errors import EncodeError, TransactionError

if TYPE_CHECKING:
    from netlynx.client.connection import Connection
    from netlynx.nftables import Ruleset

FAMILIES = ("ip", "ip6", "inet", "arp", "bridge", "netdev")
_OBJECTS = ("counter", "quota", "limit", "synproxy", "secmark", "tunnel")
_SINGLE = ("chain", "set", "map", "flowtable", *_OBJECTS, "ct")
_WHAT = "ruleset, tables, table [FAMILY] NAME, or chain, set, map, flowtable, counter … [FAMILY] TABLE NAME"


class Wanted(NamedTuple):
    """What is to be listed: a kind of thing, of a family, of a table, of a name."""

    kind: str
    family: str | None = None
    table: str | None = None
    name: str | None = None


def wanted(words_: Iterable[str]) -> Wanted:
    """From words as nft takes them. Raises the error of a wrong argument."""
    given = list(words_) or ["ruleset"]
    kind = given.pop(0)
    if kind == "ct" and given:
        kind = f"ct {given.pop(0)}"
    known = kind in ("ruleset", "tables", "table", *_SINGLE) or kind in ("ct helper", "ct timeout", "ct expectation")
    if not known:
        raise misused(f"{kind!r} is nothing to list: {_WHAT}", "WHAT")
    family = given.pop(0) if given and given[0] in FAMILIES else None
    names = 0 if kind in ("ruleset", "tables") else 1 if kind == "table" else 2
    if len(given) != names:
        raise misused(f"{' '.join([kind, *given])!r} is nothing to list: {_WHAT}", "WHAT")
    if names and family is None:
        family = "ip"  # as nft has it
    return Wanted(kind, family, *given)


def show(nl: Connection, what: Wanted, json: bool) -> None:
    """Print what is wanted."""
    from netlynx import nftables
    from netlynx.nftables.words.ruleset_text import lines_of_table

    found = nl.do(nftables.ruleset(family=what.family, table=what.table))
    one = _one(found, what)
    if what.kind == "tables":
        for table in found.tables:
            write(_json(table) if json else f"table {table.family.label} {table.name}")
        return
    if json:
        records = _records(found) if one is None else {type(one).__name__.lower(): [one]}
        texts = (f'"{name}":[{",".join(_json(each) for each in listed)}]' for name, listed in records.items())
        write(f"{{{','.join(texts)}}}")
        return
    names = _interfaces(nl)
    for table in found.tables:
        if one is None or one.table == table.name:
            for line in lines_of_table(found, table, names, one):
                write_indented(line)


def _records(found: Ruleset) -> dict[str, list[Any]]:
    held = [each for some in found.elements.values() for each in some]
    kinds = ("tables", "objects", "flowtables", "chains", "sets", "rules")
    return {**{name: list(getattr(found, name)) for name in kinds}, "elements": held}


def _json(record: Any) -> str:
    from netlynx import to_json

    return to_json(record).decode()


def _interfaces(nl: Connection) -> dict[int, str]:
    from netlynx import route

    return {link.index: link.name or "" for link in nl.dump(route.links())}


def _one(found: Ruleset, what: Wanted) -> Any:  # Any: a record of what is wanted, or None for all
    """The one thing that is wanted. Raises the error of what is not there."""
    if what.table is not None and not found.tables:
        raise failed(f"there is no table {what.family} {what.table}")
    if what.name is None:
        return None
    kind = {"chain": "chains", "set": "sets", "map": "sets", "flowtable": "flowtables"}.get(what.kind, "objects")
    for each in getattr(found, kind):
        if each.name == what.name and (kind != "objects" or each.type.label.replace("-", " ") == _type(what.kind)):
            return each
    raise failed(f"there is no {what.kind} {what.name} in table {what.family} {what.table}")


def _type(kind: str) -> str:
    return {"ct expectation": "ct expect"}.get(kind, kind)


def save(nl: Connection) -> None:
    """Print the lines that make the ruleset again."""
    from netlynx import nftables

    found = nl.do(nftables.ruleset())
    for table in found.tables:
        if table.flags is not None and table.flags & nftables.TableFlags.OWNER:
            write(f"# {table.family.label} {table.name} has an owner: it is saved without one")
    for record in nftables.remade(found):
        write(json_text({"add": {_kind(record): None}}, compact=True)[: -len("null}}")], _json(record), "}}")


def _kind(record: Any) -> str:
    name = f"nftables.{type(record).__name__}"
    return next(kind for kind, cls in KINDS.items() if cls == name)


def restore(nl: Connection, file: str) -> None:
    """Carry out the lines of a file in one transaction. Raises the error that ends the command."""
    from netlynx import nftables

    made: list[Any] = []
    numbers: list[int] = []
    operations = Operations(nl, None)
    try:
        for number, found in _lines(file):
            try:
                others = [kind for kind in _kinds(found) if not kind.startswith("nft-")]
                if others:
                    raise ValueError(f"{others[0]!r} is nothing of the firewall: lines of netlynx nft save are wanted")
                for each in operations.make(found):
                    made.append(each)
                    numbers.append(number)
            except EncodeError as error:
                raise LineError(number, f": {words(error, asked=False)}") from None
            except (ValueError, AttributeError) as error:
                raise LineError(number, f": {error}") from None
    except LineError as error:
        tell(f"{error}; nothing was carried out")
        raise typer.Exit(2) from None
    if not made:
        note("0 carried out: there is nothing to restore")
        return
    try:
        nl.do(nftables.transaction(made, echo=False))
    except TransactionError as error:
        for place, refusal in sorted(error.errors.items()):
            tell(f"line {numbers[place]}: {words(refusal, asked=False)}")
        tell("nothing was carried out")
        raise typer.Exit(1) from None
    note(f"{len(made)} carried out, in one transaction")


def _kinds(found: dict[str, Any]) -> Iterator[str]:
    """What the operations of a line are about; of one that is none, nothing: `Operations.make` refuses it in words."""
    for inner in found.values():
        if isinstance(inner, dict):
            yield from inner


def _lines(file: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a file, or of standard input, with the numbers of their lines."""
    with opened(file) as source:
        for number, _, found in objects(source):
            if found is not None:
                yield number, found

"""Families of generic netlink, and what the kernel takes in their requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from netlynx.cli.form import COLUMNS, ONE, Form
from netlynx.cli.options import Format, Json, Kernel, Lines, Netns, Wide, connection
from netlynx.cli.output import Column, form_of, write_json, write_rows, write_table
from netlynx.cli.stdout import write

if TYPE_CHECKING:
    from netlynx.generic.family import FamilyInfo
    from netlynx.generic.policy import FamilyPolicy
    from netlynx.schema.policy import AttributePolicy

_FAMILIES = (
    Column("ID", right=True),
    Column("NAME"),
    Column("VERSION", right=True, spare=2),
    Column("OPERATIONS", right=True, spare=1),
    Column("GROUPS", wrap=True),
)
_OPERATIONS = (Column("COMMAND", right=True), Column("CAN", wrap=True), Column("WHO MAY"))
_POLICY = (
    Column("COMMAND", right=True),
    Column("REQUEST", spare=1),
    Column("ATTRIBUTE"),
    Column("WHAT IT TAKES", wrap=True),
)
_DEEPEST = 4  # nests within nests that are shown


def families(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Only this one, with its operations.")] = None,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List families of generic netlink, or the operations of one. Asking for one may load its module."""
    from netlynx import generic

    form = form_of(json, lines, format, wide=wide)
    if name is not None and form in COLUMNS:
        raise typer.BadParameter(ONE)
    with connection(netns, kernel) as nl:
        if form in COLUMNS:
            from netlynx.cli.export import write_table as write_columns

            write_columns(nl.table(generic.families()), form)
            return
        found = nl.dump(generic.families()).all() if name is None else [nl.do(generic.family(name))]
    if form is not Form.TABLE:
        write_json(found, form)
        return
    write_table(_FAMILIES, map(_family, found), wide=wide)
    if name is not None and found[0].operations:
        write("")
        write_table(_OPERATIONS, _operations(found[0]), wide=wide)


def _family(info: FamilyInfo) -> list[str]:
    from netlynx.cli.tables import groups_of

    return [str(info.id), info.name or "", str(info.version), str(len(info.operations)), groups_of(info)]


def _operations(info: FamilyInfo) -> Iterator[list[str]]:
    for operation in info.operations:
        labels = operation.flags.labels if operation.flags is not None else []
        can = [label.removeprefix("cmd-cap-") for label in labels if label.startswith("cmd-cap-")]
        who = "CAP_NET_ADMIN" if "admin-perm" in labels or "uns-admin-perm" in labels else "anyone"
        yield [str(operation.id), ", ".join("policy" if word == "haspol" else word for word in can), who]


def policy(
    family: Annotated[str, typer.Argument(metavar="FAMILY", help="A family's name, as `families` lists it.")],
    command: Annotated[int | None, typer.Argument(metavar="COMMAND", help="Only this one, by number.")] = None,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Show what the kernel takes in the requests of a family: attributes with their types, ranges and lengths.

    In words in a table; for programs each limit is a key by itself.
    """
    from netlynx import generic

    form = form_of(json, lines, format, wide=wide)
    with connection(netns, kernel) as nl:
        found = nl.do(generic.policy(family, command))
    if form is Form.TABLE:
        write_table(_POLICY, map(_text, _rows(found)), wide=wide)
    else:
        write_rows(map(_limits, _rows(found)), form)


class _Row(NamedTuple):
    """An attribute that a kind of request may have, None for a request that has none."""

    command: int
    verb: str
    policy: int  # which the attribute is of
    path: str  # `3.1` is attribute 1 inside of attribute 3
    attribute: AttributePolicy | None


def _text(row: _Row) -> list[str]:
    takes = "no attributes" if row.attribute is None else str(row.attribute)
    return [str(row.command), row.verb, row.path, takes]


def _limits(row: _Row) -> dict[str, Any]:
    """The same for programs: each limit by itself, None where there is none. Lengths are in bytes.

    `nested` is the number of the policy inside: where a policy is within itself, it is followed no further.
    """
    from netlynx.schema.policy import AttributePolicy

    attribute = row.attribute or AttributePolicy()
    return {
        "command": row.command,
        "request": row.verb,
        "policy": row.policy,
        "attribute": row.path,
        "type": None if attribute.type is None else str(attribute.type),
        "min": attribute.minimum,
        "max": attribute.maximum,
        "mask": attribute.mask if attribute.bitfield_mask is None else attribute.bitfield_mask,
        "min_length": attribute.min_length,
        "max_length": attribute.max_length,
        "nested": attribute.nested,
        "nested_highest": attribute.nested_highest,
    }


def _rows(found: FamilyPolicy) -> Iterator[_Row]:
    """A row for each attribute of each kind of request."""
    for command, numbers in found.operations.items():
        for verb, number in (("do", numbers.do), ("dump", numbers.dump)):
            if number is None:
                continue
            attributes = list(_attributes(found, (number,), ""))
            for policy, path, attribute in attributes:
                yield _Row(command, verb, policy, path, attribute)
            if not attributes:
                yield _Row(command, verb, number, "", None)


def _attributes(found: FamilyPolicy, within: tuple[int, ...], path: str) -> Iterator[tuple[int, str, AttributePolicy]]:
    """The attributes of the last policy of `within` and of the nests in it, but not of one inside of itself."""
    for number, attribute in found.policies.get(within[-1], {}).items():
        here = f"{path}{number}"
        yield within[-1], here, attribute
        inside = attribute.nested
        if inside is not None and inside not in within and len(within) <= _DEEPEST:
            yield from _attributes(found, (*within, inside), f"{here}.")

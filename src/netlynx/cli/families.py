"""Families of generic netlink, and what the kernel takes in their requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netlynx.cli.options import Format, Json, Kernel, Lines, Netns, connection
from netlynx.cli.output import COLUMNS, ONE, Column, Form, form_of, write_json, write_rows, write_table
from netlynx.cli.stdout import write

if TYPE_CHECKING:
    from netlynx.generic.family import FamilyInfo
    from netlynx.generic.policy import FamilyPolicy
    from netlynx.schema.policy import AttributePolicy

_FAMILIES = (
    Column("ID", right=True),
    Column("NAME"),
    Column("VERSION", right=True),
    Column("OPERATIONS", right=True),
    Column("GROUPS"),
)
_OPERATIONS = (Column("COMMAND", right=True), Column("CAN"), Column("WHO MAY"))
_POLICY = (Column("COMMAND", right=True), Column("REQUEST"), Column("ATTRIBUTE"), Column("WHAT IT TAKES"))
_DEEPEST = 4  # nests within nests that are shown


def families(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Only this one, with its operations.")] = None,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List families of generic netlink, or the operations of one. Asking for one may load its module."""
    from netlynx import generic

    form = form_of(json, lines, format)
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
    write_table(_FAMILIES, map(_family, found))
    if name is not None and found[0].operations:
        write("")
        write_table(_OPERATIONS, _operations(found[0]))


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
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Show what the kernel takes in the requests of a family: attributes with their types, ranges and lengths."""
    from netlynx import generic

    form = form_of(json, lines, format)
    with connection(netns, kernel) as nl:
        found = nl.do(generic.policy(family, command))
    rows = list(_rows(found))
    if form is Form.TABLE:
        write_table(_POLICY, ([str(row["command"]), row["request"], row["attribute"], row["takes"]] for row in rows))
    else:
        write_rows(rows, form)


def _rows(found: FamilyPolicy) -> Iterator[dict[str, Any]]:
    """A row for each attribute of each kind of request; ``3.1`` is attribute 1 inside of attribute 3."""
    for command, numbers in found.operations.items():
        for verb, number in (("do", numbers.do), ("dump", numbers.dump)):
            if number is None:
                continue
            empty = True
            for path, attribute in _attributes(found, found.policies.get(number, {}), (number,), ""):
                empty = False
                yield {"command": command, "request": verb, "attribute": path, "takes": str(attribute)}
            if empty:
                yield {"command": command, "request": verb, "attribute": "", "takes": "no attributes"}


def _attributes(
    found: FamilyPolicy, policy: Any, around: tuple[int, ...], path: str
) -> Iterator[tuple[str, AttributePolicy]]:
    """The attributes of a policy and of the nests in it, but not of one inside of itself."""
    for number, attribute in policy.items():
        here = f"{path}{number}"
        yield here, attribute
        inside = attribute.nested
        if inside is not None and inside not in around and len(around) <= _DEEPEST:
            yield from _attributes(found, found.inside(attribute), (*around, inside), f"{here}.")

"""A whole room from a spec: its files as text."""

from __future__ import annotations

from typing import Any

import msgspec

from netlynx.generate.classes import Classes, about_record
from netlynx.generate.layout import docstring, import_lines, lines_of
from netlynx.generate.operations import Operations, about_request, family_name, headers_of, reply_of, request_of
from netlynx.generate.order import ordered
from netlynx.generate.plain import check
from netlynx.generate.units import SUBJECTS, File, Unit, all_lines, filed, text_of
from netlynx.generic.constants import GenericHeader
from netlynx.schema.common import Bitfield32
from netlynx.schema.record import Layout
from netlynx.ynl.family import Spec

WIDTH = 88  # columns of a line, as formatters have it unless they are told otherwise
GENERATED = "generated"  # the file, or the folder, that is generated anew


class Room(msgspec.Struct, frozen=True):
    """What was generated: files by their paths within the room's folder, and what could not be said, a line each.

    `front` is the text of ``__init__.py``, which is yours: it is written once only, and offers what is generated.
    """

    name: str
    files: dict[str, str]
    front: str
    remarks: tuple[str, ...] = ()


def room(spec: Spec, *, whence: str = "", width: int = WIDTH, facts: bool = False, omissible: bool = False) -> Room:
    """A typed room for the family or protocol of a spec. Raises SpecError for what the spec cannot mean.

    `whence` says in docstrings what it is made of, `width` is the longest line. With `facts`, each record names what
    netlynx's own tests compare it with: that is for rooms of this package. With `omissible` it is not known which
    operations are answered: where an answer is left out, there is None.
    """
    check(spec)
    whence = whence or f"its spec, {spec.text.name}.yaml"
    classes = Classes(spec, width, facts)
    if spec.generic:
        classes.reserve(family_name(spec))
    written: list[Unit] = list(classes.constants())
    abouts: dict[Any, tuple[str, str]] = {}  # of each record: which subject it is, and what is said of it
    for name, operation in spec.operations.items():
        for verb in operation.verbs:
            request = request_of(spec, name, verb)
            if request is not None and request is not spec.request_record(name):
                abouts.setdefault(request, ("requests", about_request(name, verb)))
    answered = [record for name in spec.operations for record in _records(spec, name)]
    roots = [*answered, *_others(spec, answered)]
    seen: set[Any] = {GenericHeader, Bitfield32}
    for number, knot in enumerate(ordered(roots), 1):
        knot = [cls for cls in knot if cls not in seen]
        for cls in knot:
            if issubclass(cls, int):
                written.append(classes.values(cls))
            elif issubclass(cls, Layout):
                written.append(classes.struct(cls))
            else:
                subject, about = abouts.get(cls) or ("records", about_record(spec, cls))
                written.append(classes.record(cls, about, subject, seen, number if len(knot) > 1 else 0))
            seen.add(cls)
    operations = Operations(spec, classes, whence, omissible)
    written += operations.units()
    return _room(spec, written, operations, whence, width)


def _records(spec: Spec, name: str) -> list[Any]:
    """The records of an operation: of its requests and answers, or of what a notification tells."""
    verbs = spec.operations[name].verbs
    if spec.numbers[name].heard is not None:
        return [spec.request_record(name)]
    found = [each for verb in verbs for each in (reply_of(spec, name, verb), request_of(spec, name, verb))]
    return [each for each in found if each is not None]


def _others(spec: Spec, answered: list[Any]) -> list[Any]:
    """What no operation leads to: sets of attributes, structs, enums and flags that the spec describes all the same."""
    records = [spec.records[name] for name in spec.records]
    used = {spec.records.set_of(each) for each in answered}
    records = [each for each in records if spec.records.set_of(each) not in used]
    headers = {each.__c__ for each in headers_of(spec)}
    structs = [spec.structs[name] for name in spec.structs if spec.structs[name].__c__ not in headers]
    return [*records, *structs, *_enums(spec, [*answered, *records, *structs])]


def _enums(spec: Spec, roots: list[Any]) -> list[Any]:
    """Enums and flags that nothing uses; of an enum that is used as flags, those are enough."""
    used = {cls for knot in ordered(roots) for cls in knot if issubclass(cls, int)}
    names = {text.name for cls in used if (text := spec.definitions.definition_of(cls)) is not None}
    return [spec.enums[name] for name in spec.enums if name not in names and spec.enums[name].__members__]


def _room(spec: Spec, units: list[Unit], operations: Operations, whence: str, width: int) -> Room:
    order = list(SUBJECTS)
    units = sorted(units, key=lambda unit: order.index(unit.subject))
    files = filed(units)
    kind = "family" if spec.generic else "protocol"
    about = f"The {kind} ``{spec.name}``, generated from {whence}."
    aliases = [(name, place) for name, place in operations.offered if place]
    offers = [name for each in files for name in each.names]
    offers += [name for name, _ in aliases if name not in offers]
    behind = ["", *(line for name, place in aliases for line in lines_of(place, width, before=f"{name} = "))]
    behind += [*([""] if aliases else []), *all_lines(offers, width)]
    if len(files) == 1:
        before = text_of(files[0], files, about, width)
        before += "" if files[0].units[-1].plain else "\n"
        texts = {f"{GENERATED}.py": before + "\n".join(behind) + "\n"}
    else:
        texts = {f"{GENERATED}/{each.name}.py": text_of(each, files, _about(spec, each), width) for each in files}
        lines = [*docstring(about, width), "", "from __future__ import annotations", ""]
        for each in sorted(files, key=lambda each: each.name):
            lines += import_lines(f".{each.name}", each.names, width)
        texts[f"{GENERATED}/__init__.py"] = "\n".join([*lines, *behind]) + "\n"
    front = [*docstring(f"The {kind} ``{spec.name}``.", width), "", f"from .{GENERATED} import *"]
    return Room(spec.name, texts, "\n".join(front) + "\n", tuple(operations.remarks))


def _about(spec: Spec, file: File) -> str:
    first = file.units[0]
    behind = "" if file.name == first.subject else f", from {first.name} on"
    return f"{SUBJECTS[first.subject]} of ``{spec.name}``{behind}."

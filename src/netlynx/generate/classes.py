"""The classes of a generated room: constants, enumerations, C structs, records; each a part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import IntFlag
from pathlib import Path
from typing import Any

from netlynx.generate.kinds import Kinds
from netlynx.generate.layout import STEP, Bracket, annotated, call, docstring, flat, lines_of, mapping
from netlynx.generate.naming import one_of
from netlynx.generate.plain import literal
from netlynx.generate.units import Unit
from netlynx.generate.words import sentence, unit, words
from netlynx.generic.constants import GenericHeader
from netlynx.schema.compile import layout_size
from netlynx.schema.kinds import Kind
from netlynx.schema.record import Declaration, Layout
from netlynx.ynl.c_names import attribute_name, attribute_prefix, command_prefix, member_prefix
from netlynx.ynl.define import python_name
from netlynx.ynl.family import Spec

SCHEMA = "netlynx.schema"
FACTS = "netlynx.schema.facts"

# What the files of a room may import, and no class of theirs be called.
_IMPORTED = (
    *("Any", "Bitfield32", "ClassVar", "Constants", "Enumeration", "Facts", "Family", "FlagSet", "GenericHeader"),
    *("Group", "Layout", "NETLINK", "NoFacts", "RawDo", "RawDump", "Record"),
)


class Classes:
    """Writes the classes of a spec, each once, and knows what they are called."""

    def __init__(self, spec: Spec, width: int, facts: bool) -> None:
        self.spec = spec
        self.width = width
        self.facts = facts
        self._taken = {*_IMPORTED}
        self._names: dict[Any, str] = {}
        self._commands = ""
        self._members: dict[str, dict[str, int]] = {}  # of each class of constants, by its name
        self._sets: dict[str, str] = {}  # the class of each set of attributes

    # -- names

    def named(self, cls: Any) -> str:
        """What a class is called in the room: as in the spec, or with what it is behind that where another is so."""
        if cls not in self._names:
            ending = "Values" if issubclass(cls, int) else "Struct" if issubclass(cls, Layout) else "Record"
            self._names[cls] = self.one_of(cls.__name__, ending)
        return self._names[cls]

    def one_of(self, name: str, ending: str = "_") -> str:
        """A name of the room that nothing has yet."""
        return one_of(name, self._taken, ending)

    def reserve(self, name: str) -> str:
        """Take a name that comes before all others."""
        self._taken.add(name)
        return name

    # -- constants

    def constants(self) -> Iterator[Unit]:
        """The numbers of commands and of each set of attributes, and plain constants."""
        yield from self._plain_constants()
        yield self._command_constants()
        for name, text in self.spec.records.text.items():
            if text.subset_of is None and text.attributes:
                yield self._attribute_constants(name)

    def _plain_constants(self) -> Iterator[Unit]:
        found = {name: self.spec.constants[name] for name in self.spec.constants}
        if found:
            unit = Unit("constants", "", plain=True)
            names = []
            for name, value in found.items():
                names.append(self.one_of(_upper(name)))
                unit.lines.append(f"{names[-1]} = {literal(value) if isinstance(value, str) else value}")
                unit.lines += docstring(f"A constant of the spec: {words(name)}.", self.width)
            unit.name, unit.names = names[0], tuple(names)
            yield unit

    def _command_constants(self) -> Unit:
        text = self.spec.text
        prefix, heard = command_prefix(text), command_prefix(text, heard=True)
        self._commands = self._constant_class(prefix, f"{text.name}_CMD")
        members: dict[str, tuple[int, str]] = {}
        for name, numbers in self.spec.numbers.items():
            own = numbers.do or numbers.dump if numbers.heard is None else numbers.heard
            c_name = (prefix if numbers.heard is None else heard) + name.upper().replace("-", "_")
            members[_upper(name)] = (own, c_name)
        about = "Commands and notifications." if self.spec.generic else "Types of messages."
        return self._numbers(self._commands, prefix, members, about)

    def command(self, unit: Unit, name: str, number: int) -> str:
        """The number of an operation, or of its answers, as its constant where it has one."""
        known = self._members[self._commands]
        plain = _upper(name)
        # Requests and answers of a family count for themselves, message types together.
        alike = not self.spec.generic or self.spec.text.operations.enum_model == "unified"
        found = [each for each, other in known.items() if other == number and (alike or each == plain)]
        if not found:
            return str(number)
        unit.needs.add(self._commands)
        return f"{self._commands}.{plain if plain in found else found[0]}"

    def _attribute_constants(self, name: str) -> Unit:
        text = self.spec.records.text[name]
        prefix = attribute_prefix(self.spec.text, text)
        title = self._constant_class(prefix, f"{self.spec.name}_{name}")
        members: dict[str, tuple[int, str]] = {}
        for each, numbered in self.spec.records.attributes(name, "").items():
            plain = one_of(_upper(each), set(members))
            members[plain] = (numbered.number, attribute_name(self.spec.text, text, numbered.text))
        self._sets[name] = title
        return self._numbers(title, prefix, members, f"Attributes of {words(name).removesuffix(' attributes')}.")

    def _constant_class(self, prefix: str, otherwise: str) -> str:
        plain = prefix.rstrip("_")
        if not plain.isidentifier() or plain in self._taken:
            plain = python_name(otherwise).upper()
        return self.one_of(plain)

    def _numbers(self, title: str, prefix: str, members: Mapping[str, tuple[int, str]], about: str) -> Unit:
        unit = Unit("constants", title, names=(title,))
        own = f"{title}_"
        renamed = {name: c for name, (_, c) in members.items() if c and c != prefix + name}
        base = Bracket(
            title,
            "()",
            (
                ("", unit.use(SCHEMA, "Constants")),
                *((("prefix=", f'"{prefix}"'),) if prefix != own else ()),
                *((("renamed=", mapping((f'"{name}"', f'"{c}"') for name, c in renamed.items())),) if renamed else ()),
            ),
        )
        unit.lines += lines_of(base, self.width, before="class ", after=":")
        unit.lines += [*docstring(about, self.width, STEP), ""]
        unit.lines += [f"{STEP}{name} = {number}" for name, (number, _) in members.items()]
        self._members[title] = {name: number for name, (number, _) in members.items()}
        return unit

    # -- enumerations and structs

    def values(self, cls: Any) -> Unit:
        """An enumeration, or a set of flags."""
        title = self.named(cls)
        unit = Unit("values", title, names=(title,))
        flags = issubclass(cls, IntFlag)
        text = self.spec.definitions.definition_of(cls)
        # The bits of an enum that is used as flags have no constants.
        own = text is not None and (text.type == "flags") is flags
        prefix = member_prefix(self.spec.text, text) if text is not None and own else None
        base = Bracket(
            title,
            "()",
            (
                ("", unit.use(SCHEMA, "FlagSet" if flags else "Enumeration")),
                *((("prefix=", f'"{prefix}"'),) if prefix else ()),
                *((("labels=", _strings(cls.__labels__)),) if cls.__labels__ else ()),
            ),
        )
        unit.lines += lines_of(base, self.width, before="class ", after=":")
        about = f"{'Flags' if flags else 'Values'} of {words(_snake(cls.__name__))}."
        unit.lines += docstring(about, self.width, STEP)
        if cls.__members__:
            unit.lines.append("")
        for name, member in cls.__members__.items():
            value = int(member)
            unit.lines.append(f"{STEP}{name} = {hex(value) if flags and value > 9 else value}")
        return unit

    def struct(self, cls: Any) -> Unit:
        """A C struct, or a fixed header: of a family's, what is behind the generic one."""
        title = self.named(cls)
        unit = Unit("structs", title, names=(title,))
        family = issubclass(cls, GenericHeader)
        base = unit.use("netlynx.generic", "GenericHeader") if family else unit.use(SCHEMA, "Layout")
        unit.lines += lines_of(call(title, base, c=f'"{cls.__c__}"'), self.width, before="class ", after=":")
        size = layout_size(cls)[0] - (layout_size(GenericHeader)[0] if family else 0)
        what = "The family's own header" if family else "The C struct"
        unit.lines += [*docstring(f"{what} `{cls.__c__}`: {size} bytes.", self.width, STEP), ""]
        if self.facts and family:
            why = call(unit.use(FACTS, "NoFacts"), f'"struct {cls.__c__}, behind the generic header"')
            unit.lines += lines_of(why, self.width, STEP, before=f"__facts__: {self._class_var(unit)}[NoFacts] = ")
            unit.lines.append("")
        kinds = Kinds(unit, self.named, lambda _: False, cls)
        for name, declaration in cls.__declarations__.items():
            if not (family and name in GenericHeader.__declarations__):
                kind = _kind(declaration)
                made = call(kinds.schema("member"), kinds.written(kind))
                unit.lines += self._field(name, kinds.hint(kind, declaration.default), made)
        return unit

    def _field(self, name: str, hint: str, value: Bracket) -> list[str]:
        comment = f"  # {unit(name)}" if unit(name) else ""
        line = f"{STEP}{name}: {hint} = {flat(value)}{comment}"
        if len(line) <= self.width:
            return [line]
        return annotated(name, hint, value, self.width, STEP)

    # -- records

    def record(self, cls: Any, about: str, subject: str, written: set[Any], knot: int = 0) -> Unit:
        """A record; those of its nests that are not among the `written` are defined further down."""
        title = self.named(cls)
        unit = Unit(subject, title, names=(title,), knot=knot)
        header = cls.__header__
        shown = None
        if header is not None:
            shown = unit.use("netlynx.generic", "GenericHeader") if header is GenericHeader else self.named(header)
            if header is not GenericHeader:
                unit.needs.add(shown)
        base = call(title, unit.use(SCHEMA, "Record"), header=shown)
        unit.lines += lines_of(base, self.width, before="class ", after=":")
        unit.lines += docstring(about, self.width, STEP)
        if cls.__declarations__ or self.facts:
            unit.lines.append("")
        if self.facts:
            unit.lines += [*self._facts(unit, cls), *([""] if cls.__declarations__ else [])]
        kinds = Kinds(unit, self.named, lambda other: other not in written, cls)
        for name, declaration in cls.__declarations__.items():
            unit.lines += self._record_field(unit, kinds, cls, name, declaration)
        return unit

    def _record_field(self, unit: Unit, kinds: Kinds, cls: Any, name: str, declaration: Declaration) -> list[str]:
        if declaration.role == "head":
            of = declaration.header or name
            kind = _kind(cls.__header__.__declarations__[of])
            given = [f'"{of}"'] if of != name else []
            made = call(kinds.schema("head"), *given, default=kinds.default(kind, declaration.default))
            return self._field(name, kinds.hint(kind, declaration.default), made)
        kind = _kind(declaration)
        made = call(
            kinds.schema("attr"),
            self._attribute(unit, cls, declaration.path[0]),
            kinds.written(kind),
            header=f'"{declaration.header}"' if declaration.header else None,
            overflow=str(declaration.overflow) if declaration.overflow else None,
            secret="True" if declaration.secret else None,
        )
        return self._field(name, kinds.hint(kind, declaration.default), made)

    def _attribute(self, unit: Unit, cls: Any, number: int) -> str:
        title = self._sets[self.spec.records.set_of(cls)]
        unit.needs.add(title)
        return f"{title}.{next(name for name, other in self._members[title].items() if other == number)}"

    def _facts(self, unit: Unit, cls: Any) -> list[str]:
        """What the record can be compared with."""
        name = self.spec.records.set_of(cls)
        if not name:
            facts = call(unit.use(FACTS, "NoFacts"), '"a message without attributes"')
            return lines_of(facts, self.width, STEP, before=f"__facts__: {self._class_var(unit)}[NoFacts] = ")
        title = self._sets[name]
        unit.needs.add(title)
        facts = call(
            unit.use(FACTS, "Facts"), attributes=title, spec=_pair(Path(self.spec.where).name.partition(".")[0], name)
        )
        lines = lines_of(facts, self.width, STEP, before=f"__facts__: {self._class_var(unit)}[Facts] = ")
        here = {declaration.path[0] for declaration in cls.__declarations__.values() if declaration.path}
        left = {member: number for member, number in self._members[title].items() if number not in here}
        if [member for member, number in left.items() if number and member != "PAD"]:
            why = mapping([(f'"{title}_*"', '"not of this message"')])
            lines += lines_of(why, self.width, STEP, before=f"__omitted__: {self._class_var(unit)}[dict[str, str]] = ")
        return lines

    @staticmethod
    def _class_var(unit: Unit) -> str:
        return unit.use("typing", "ClassVar")


def _upper(name: str) -> str:
    """A name of a spec as that of a constant."""
    return python_name(name.upper())


def _pair(spec: str, name: str) -> str:
    return f'("{spec}", "{name}")'


def _strings(values: Mapping[str, str]) -> Bracket:
    return mapping((f'"{key}"', f'"{value}"') for key, value in values.items())


def _kind(declaration: Declaration) -> Kind:
    assert declaration.kind is not None
    return declaration.kind


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def about_record(spec: Spec, cls: Any) -> str:
    """What a record is, in words."""
    name = words(spec.records.own_set_of(cls))
    if not name:
        return "A message without attributes."
    return f"What is said of {name}." if cls.__header__ is not None else f"{sentence(name)}: a part of messages."

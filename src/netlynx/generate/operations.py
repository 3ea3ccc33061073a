"""What a generated room can do: the family with its commands and notifications, or the operations of a protocol."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from netlynx.generate.classes import Classes
from netlynx.generate.layout import STEP, Bracket, Expression, annotated, call, docstring, lines_of, mapping
from netlynx.generate.naming import one_of, operation_name
from netlynx.generate.units import Unit
from netlynx.generate.words import words
from netlynx.generic.constants import GenericHeader
from netlynx.schema.record import Layout
from netlynx.wire.constants import NETLINK
from netlynx.ynl.define import class_name, python_name
from netlynx.ynl.family import Operation, Spec

GENERIC = "netlynx.generic"
YNL = "netlynx.ynl"
_WHO = (("uns-admin-perm", '"namespace"'), ("admin-perm", "True"))


def reply_of(spec: Spec, name: str, verb: str) -> Any:
    """The record of an operation's answers, None for a plain acknowledgement."""
    answers = verb == "dump" or verb in spec.operations[name].answers
    return spec.request_record(name) if answers else None


def request_of(spec: Spec, name: str, verb: str) -> Any:
    """The record of an operation's requests, None where they have nothing to say."""
    if not spec.generic:
        return spec.request_record(name)
    record = spec.request_record(name, verb)
    if record.__declarations__ or record.__header__ is not GenericHeader:
        return record
    return None


def headers_of(spec: Spec) -> list[type[Layout]]:
    """The fixed headers of a family's messages."""
    found = {spec.request_record(name).__header__: None for name in spec.operations}
    return [header for header in found if header is not None]


def group_of(spec: Spec, operation: Operation) -> str:
    """The group that a notification is sent to: the spec's, or the only one there is; empty where that is open."""
    names = list(spec.groups)
    return operation.group or (names[0] if len(names) == 1 else "")


class Operations:
    """Writes them, and notes in `remarks` what could not be written."""

    def __init__(self, spec: Spec, classes: Classes, whence: str, omissible: bool) -> None:
        self._spec = spec
        self._classes = classes
        self._whence = whence
        self._omissible = omissible
        self._width = classes.width
        self.remarks: list[str] = []
        self.offered: list[tuple[str, str]] = []  # what `__init__.py` calls by itself: a name, and where it is

    def units(self) -> Iterator[Unit]:
        """The class of the family, or the operations of the protocol; and the groups."""
        if not self._spec.generic:
            yield from self._protocol()
            return
        title = self._classes.reserve(family_name(self._spec))
        unit = Unit("operations", title, names=(title,))
        told = self._family(unit, title)
        yield unit
        yield from self._groups(title, told)

    # -- a family

    def _family(self, unit: Unit, title: str) -> dict[str, set[str]]:
        """Write the class; gives the records that are told to each group, by their names."""
        spec = self._spec
        headers = headers_of(spec)
        header = None
        if headers and headers[0] is not GenericHeader:
            header = self._classes.named(headers[0])
            unit.needs.add(header)
        base = Bracket(
            title,
            "()",
            (
                ("", unit.use(GENERIC, "Family")),
                ("name=", f'"{spec.name}"'),
                ("version=", str(spec.version)),
                *((("header=", header),) if header else ()),
            ),
        )
        unit.lines += lines_of(base, self._width, before="class ", after=":")
        about = f"The family ``{spec.name}``. Made of {self._whence}."
        unit.lines += [*docstring(about, self._width, STEP), ""]
        taken = {"spec", "notifications", "do", "dump", "event"}
        for each, verb in self._asked():
            name = one_of(operation_name(each.name, verb), taken)
            self.offered.append((name, f"{title}.{name}"))
            unit.lines += lines_of(self._command(unit, each, verb), self._width, STEP, before=f"{name} = ")
        told: dict[str, set[str]] = {}
        for each in spec.operations.values():
            if spec.numbers[each.name].heard is None:
                continue
            group = group_of(spec, each)
            number = spec.numbers[each.name].heard or 0
            if not group:
                self.remarks.append(f"{each.name}: the spec does not say which group it is told to; it is left out")
                continue
            name = one_of(python_name(each.name), taken)
            record = self._record(unit, spec.request_record(each.name))
            made = call(unit.use(GENERIC, "event"), self._number(unit, each.name, number), record, group=f'"{group}"')
            unit.lines += lines_of(made, self._width, STEP, before=f"{name} = ")
            told.setdefault(group, set()).add(record)
        return told

    def _asked(self) -> Iterator[tuple[Operation, str]]:
        """Each operation as each of its verbs."""
        for each in self._spec.operations.values():
            for verb in each.verbs:
                yield each, verb

    def _command(self, unit: Unit, each: Operation, verb: str) -> Bracket:
        numbers = self._spec.numbers[each.name]
        number, answer = (numbers.do, numbers.do_reply) if verb == "do" else (numbers.dump, numbers.dump_reply)
        request, reply = request_of(self._spec, each.name, verb), reply_of(self._spec, each.name, verb)
        who = next((word for flag, word in _WHO if flag in each.flags), None)
        return call(
            unit.use(GENERIC, verb),
            self._number(unit, each.name, number),
            request=None if request is None else self._record(unit, request),
            reply=None if reply is None else self._record(unit, reply),
            reply_number=None if answer in (None, number) else self._number(unit, each.name, answer),
            privileged=who,
            omissible="True"
            if self._omissible and request is not None and reply is not None and verb == "do"
            else None,
        )

    def _number(self, unit: Unit, name: str, number: int) -> str:
        return self._classes.command(unit, name, number)

    def _record(self, unit: Unit, cls: Any) -> str:
        name = self._classes.named(cls)
        unit.needs.add(name)
        return name

    # -- groups

    def _groups(self, title: str, told: dict[str, set[str]]) -> Iterator[Unit]:
        unit = Unit("operations", "groups", plain=True)
        names = []
        for group in self._spec.groups:
            name = self._classes.one_of(python_name(group.removeprefix("rtnlgrp-")).upper(), "_GROUP")
            records = told.get(group)
            if records is not None:
                unit.needs |= {title, *records}
                made: Expression = call(f"{title}.notifications", f'"{group}"')
                hint = " | ".join(sorted(records))
            else:
                made, hint = self._group(unit, group)
            unit.use("netlynx.engine.operation", "Group")
            unit.lines += annotated(name, f"Group[{hint}]", made, self._width)
            unit.lines += docstring(f"What is told to the group ``{group}``.", self._width)
            names.append(name)
        if names:
            unit.names = tuple(names)
            self.offered += [(name, "") for name in names]
            yield unit

    def _group(self, unit: Unit, name: str) -> tuple[Bracket, str]:
        """A group of which the spec does not say what is told to it: messages are known by their numbers."""
        spec = self._spec
        group = spec.group(name)
        heard: Any = group.commands if spec.generic else group.messages
        meanings = [
            (str(number), f'("{kind}", {self._record(unit, record)})') for number, (kind, record) in heard.items()
        ]
        said = mapping(meanings)
        records = sorted({self._classes.named(record) for _, record in heard.values()})
        hint = " | ".join(records) if records else unit.use("typing", "Any")
        title = f'"{group.name}"'
        unit.use("netlynx.engine.operation", "Group")
        if not spec.generic:
            return call("Group", title, self._protocol_number(unit), f"({group.numbers[0]},)", said), hint
        number = unit.use("netlynx.wire.constants", "NETLINK")
        made = call(
            "Group",
            title,
            f"{number}.GENERIC",
            "()",
            "{}",
            family=f'"{spec.name}"',
            groups=f'("{name}",)',
            commands=said,
        )
        self.remarks.append(
            f"group {name}: the spec does not say what is told to it; a virtual kernel has no such group"
        )
        return made, hint

    # -- a protocol of its own

    def _protocol_number(self, unit: Unit) -> str:
        number = self._spec.text.protonum
        name = next((name for name, each in vars(NETLINK).items() if each == number and name.isupper()), None)
        return str(number) if name is None else f"{unit.use('netlynx.wire.constants', 'NETLINK')}.{name}"

    def _protocol(self) -> Iterator[Unit]:
        spec = self._spec
        unit = Unit("operations", "operations", plain=True)
        names = []
        for each, verb in self._asked():
            numbers = spec.numbers[each.name]
            number, answer = (numbers.do, numbers.do_reply) if verb == "do" else (numbers.dump, numbers.dump_reply)
            request, reply = request_of(spec, each.name, verb), reply_of(spec, each.name, verb)
            made = call(
                unit.use(YNL, "RawDo" if verb == "do" else "RawDump"),
                f'"{spec.name}.{each.name}"',
                self._protocol_number(unit),
                self._number(unit, each.name, number),
                self._record(unit, request),
                "type(None)" if reply is None else self._record(unit, reply),
                *([] if reply is None else [self._number(unit, each.name, number if answer is None else answer)]),
            )
            name = self._classes.one_of(operation_name(each.name, verb))
            unit.lines += lines_of(made, self._width, before=f"{name} = ")
            self.offered.append((name, ""))
            names.append(name)
        unit.names = tuple(names)
        yield unit
        yield from self._groups("", {})


def family_name(spec: Spec) -> str:
    """The class of a family."""
    return class_name(spec.name)


def about_request(name: str, verb: str) -> str:
    """What a record of requests is, in words."""
    said = words(name)
    return f"A request {'to list ' if verb == 'dump' else 'of '}`{name}`{'' if said == name else f', {said}'}."

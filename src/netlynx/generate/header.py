"""A family as its C says it: the enumerations of its header, and of its C the policies, operations and groups.

Nothing is preprocessed or compiled: `netlynx.generate.c_source` reads what can be read so, and what could not is said.
Types come from policies, else from a comment that begins with one (``/* u16 */``), else a field is bytes.

Source: include/net/netlink.h (NLA_POLICY_*), include/net/genetlink.h.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from netlynx.generate.c_source import Enumerated, Source, fields, indexed, parts
from netlynx.generate.described import Description
from netlynx.generate.policies import attribute_of
from netlynx.ynl.family import Spec
from netlynx.ynl.text import (
    AttributeText,
    Definition,
    Entry,
    Groups,
    GroupText,
    Half,
    Mode,
    Operations,
    OperationText,
    SetText,
    SpecError,
    SpecText,
)

_OPERATIONS = ("genl_ops", "genl_small_ops", "genl_split_ops")
_COMMENTED = re.compile(r"(no argument|u8|u16|u32|u64|s8|s16|s32|s64|be16|be32|be64|flag|string|binary)\b", re.I)
_LONGEST = 4 << 20  # bytes of a file


def from_c(header: str | os.PathLike[str], *sources: str | os.PathLike[str], name: str = "") -> Description:
    """A family as its header says it, and the C files of its kernel side, if there are any: a spec, and what could not
    be read.

    `name` is the family's, where neither says it. Raises SpecError for a header without a family's enumerations, and
    for files that cannot be read.
    """
    paths = [Path(header), *map(Path, sources)]
    return _Reader(Source({str(path): _contents(path) for path in paths}), paths[0]).description(name)


def _contents(path: Path) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read(_LONGEST + 1)
    except OSError as error:
        raise SpecError(f"it cannot be read: {error.strerror}", str(path)) from None
    if len(text) > _LONGEST:
        raise SpecError(f"it is larger than {_LONGEST >> 20} MiB: no header is", str(path))
    return text


class _Reader:
    def __init__(self, source: Source, header: Path) -> None:
        self.source = source
        self.header = header
        self.remarks = source.remarks
        self.policies = {
            table.name: list(indexed(table.body)) for table in source.tables if table.struct == "nla_policy"
        }
        self.operations = [
            fields(part) for table in source.tables if table.struct in _OPERATIONS for part in parts(table.body)
        ]
        self.family = next((fields(table.body) for table in source.tables if table.struct == "genl_family"), {})
        self.sets: dict[int, str] = {}  # the set of each enumeration of attributes, by its place
        self.untyped: list[str] = []

    def description(self, name: str) -> Description:
        """What the files say."""
        called = name or self._name()
        commands = self._commands()
        attributes = [i for i, enum in enumerate(self.source.enums) if i != commands and self._is_of_attributes(enum)]
        if commands is None or not attributes:
            lacking = "commands (…_CMD_…)" if commands is None else "attributes (…_ATTR_… or …_A_…)"
            raise SpecError(f"it has no enumeration of {lacking}: a family's header has both", str(self.header))
        for place in attributes:
            title = _plain(_prefix(self.source.enums[place])) or "attributes"
            self.sets[place] = title if title not in self.sets.values() else f"{title}-{place}"
        others = [i for i in range(len(self.source.enums)) if i != commands and i not in attributes]
        text = SpecText(
            called,
            Operations(
                tuple(self._operations(self.source.enums[commands])),
                name_prefix=_dashed(_prefix(self.source.enums[commands])),
            ),
            protocol="genetlink-legacy",
            version=self._version(),
            definitions=tuple(_definition(self.source.enums[i]) for i in others) or None,
            attribute_sets=tuple(self._set(place) for place in attributes),
            mcast_groups=Groups(tuple(GroupText(group) for group in self._groups())),
        )
        if self.untyped:
            some = ", ".join(self.untyped[:5]) + (f" and {len(self.untyped) - 5} more" if len(self.untyped) > 5 else "")
            self.remarks.append(f"nothing tells of which type these are, they are bytes: {some}")
        return Description(Spec(text, str(self.header)), tuple(self.remarks))

    # -- the family

    def _name(self) -> str:
        given = self.source.text(self.family.get("name", ""))
        if given is not None:
            return given
        for macro in self.source.macros:
            if re.fullmatch(r"\w*GENL_(FAMILY_)?NAME|\w*GENL_NAME|\w*_FAMILY_NAME", macro):
                found = self.source.text(macro)
                if found is not None:
                    return found
        self.remarks.append(f"the family is called {self.header.stem} for want of a …_GENL_NAME: give its name")
        return self.header.stem

    def _version(self) -> int:
        given = self.family.get("version", "")
        macros = [macro for macro in self.source.macros if re.fullmatch(r"\w*GENL_(FAMILY_)?VERSION", macro)]
        for each in filter(None, (given, *macros)):
            number = self.source.number(each)
            if number is not None and 0 <= number <= 255:
                return number
        return 1

    def _groups(self) -> Iterator[str]:
        tables = [table for table in self.source.tables if table.struct == "genl_multicast_group"]
        found = [
            value
            for table in tables
            for part in parts(table.body)
            for value in re.findall(r"\.name\s*=\s*([^,}]+)", part)
        ]
        if not found:
            found = [
                macro for macro in self.source.macros if "MCGRP" in macro or "MCAST" in macro or "GROUP_NAME" in macro
            ]
        yield from dict.fromkeys(filter(None, map(self.source.text, found)))

    # -- commands

    def _commands(self) -> int | None:
        """The enumeration of commands: that of the table of operations, or the one that looks so."""
        asked = {self._command(each) for each in self.operations} - {""}
        for place, enum in enumerate(self.source.enums):
            if asked & enum.members.keys():
                return place
        for place, enum in enumerate(self.source.enums):
            if not self._indexes(enum) and all(re.search(r"_CMD_|_C_|_COMMAND_|_MSG_", each) for each in enum.members):
                return place
        return None

    @staticmethod
    def _command(operation: dict[str, str]) -> str:
        return operation.get("cmd", "")

    def _operations(self, enum: Enumerated) -> Iterator[OperationText]:
        prefix = _prefix(enum)
        modes: dict[str, dict[str, dict[str, str]]] = {}
        for each in self.operations:
            flags = each.get("flags", "")
            split = "GENL_CMD_CAP_" in flags
            for verb, handler in (("do", "doit"), ("dump", "dumpit")):
                if handler in each and (not split or f"GENL_CMD_CAP_{verb.upper()}" in flags):
                    modes.setdefault(self._command(each), {})[verb] = each
        if not modes:
            self.remarks.append(
                "there is no table of operations: each command is taken for one that is asked and answered, those with "
                "GET, DUMP or LIST in their names for listings as well"
            )
        for member, number in enum.members.items():
            if not _counts(member, enum):
                continue
            verbs = modes.get(member) if modes else _guessed(member)
            if verbs:
                yield self._operation(_plain(member.removeprefix(prefix)), number, verbs)

    def _operation(self, name: str, number: int, verbs: dict[str, dict[str, str]]) -> OperationText:
        policies = [each.get("policy", self.family.get("policy", "")) for each in verbs.values()]
        known = [self._of_policy(policy) for policy in policies if policy in self.policies]
        flags = " ".join(each.get("flags", "") for each in verbs.values())
        who = tuple(
            word
            for word, flag in (("admin-perm", r"\bGENL_ADMIN_PERM"), ("uns-admin-perm", "GENL_UNS_ADMIN_PERM"))
            if re.search(flag, flags)
        )
        place = next((each for each in known if each is not None), min(self.sets))
        modes = {}
        for verb, each in verbs.items():
            policy = each.get("policy", self.family.get("policy", ""))
            modes[verb] = Mode(Half(attributes=tuple(self._taken(policy, place))), Half(attributes=()))
        return OperationText(
            name, value=number, attribute_set=self.sets[place], flags=who, do=modes.get("do"), dump=modes.get("dump")
        )

    def _of_policy(self, policy: str) -> int | None:
        """The enumeration that a policy's indexes are of."""
        names = {index for index, _, _ in self.policies.get(policy, ())}
        counts = {place: len(names & self.source.enums[place].members.keys()) for place in self.sets}
        best = max(counts, key=lambda place: counts[place], default=None)
        return best if best is not None and counts[best] else None

    def _taken(self, policy: str, place: int) -> Iterator[str]:
        """The attributes that requests may have: those of the policy, all where there is none."""
        enum = self.source.enums[place]
        prefix = _prefix(enum)
        given = {index for index, _, _ in self.policies.get(policy, ())}
        for member in enum.members:
            if _counts(member, enum) and (member in given or not given):
                yield _plain(member.removeprefix(prefix))

    # -- attributes

    def _is_of_attributes(self, enum: Enumerated) -> bool:
        named = "attr" in enum.tag or all(re.search(r"ATTR|_A_|_NLA_", each) for each in enum.members)
        return self._indexes(enum) or named

    def _indexes(self, enum: Enumerated) -> bool:
        """Whether a policy has indexes of it."""
        return any(index in enum.members for entries in self.policies.values() for index, _, _ in entries)

    def _set(self, place: int) -> SetText:
        enum = self.source.enums[place]
        prefix = _prefix(enum)
        entries: dict[str, str] = {}
        for name, found in self.policies.items():
            if self._of_policy(name) == place:
                for index, many, value in found:
                    if many:
                        self.remarks.append(f"{name}: a range of attributes, from {index} on, cannot be read")
                    entries.setdefault(index, value)
        made = []
        for member, number in enum.members.items():
            if not _counts(member, enum):
                continue
            plain = _plain(member.removeprefix(prefix))
            attribute = None
            if member in entries:
                attribute = attribute_of(plain, number, entries[member], self.source, self._set_of_policy, self.remarks)
            commented = _COMMENTED.match(enum.comments.get(member, ""))
            if plain == "pad" or plain.endswith("-pad"):
                attribute = AttributeText(plain, type="pad", value=number)
            elif attribute is None and commented is not None:
                attribute = _of_comment(plain, number, commented[1].lower())
            if attribute is None:
                self.untyped.append(member)
                attribute = AttributeText(plain, type="binary", value=number)
            made.append(attribute)
        return SetText(self.sets[place], tuple(made), name_prefix=_dashed(prefix))

    def _set_of_policy(self, policy: str) -> str | None:
        place = self._of_policy(policy)
        return None if place is None else self.sets[place]


def _guessed(member: str) -> dict[str, dict[str, str]]:
    lists = re.search(r"GET|DUMP|LIST", member) is not None
    return {"do": {}, "dump": {}} if lists else {"do": {}}


def _of_comment(name: str, number: int, word: str) -> AttributeText:
    if word == "no argument":
        return AttributeText(name, type="flag", value=number)
    if word.startswith("be"):
        return AttributeText(name, type=f"u{word[2:]}", value=number, byte_order="big-endian")
    return AttributeText(name, type=word, value=number)


def _counts(member: str, enum: Enumerated) -> bool:
    """Whether a member stands for something: not for the end of its enumeration, nor for nothing."""
    if member.startswith("__") or re.search(r"_MAX$|^MAX_|^NUM_|_NUM$", member):
        return False
    return not (enum.members[member] == 0 and re.search(r"UNSPEC|UNDEF|INVALID|_NULL$", member))


def _definition(enum: Enumerated) -> Definition:
    prefix = _prefix(enum)
    entries = tuple(
        Entry(_plain(member.removeprefix(prefix)), number)
        for member, number in enum.members.items()
        if not member.startswith("__") and not member.endswith("_MAX")
    )
    return Definition(
        _plain(enum.tag) or _plain(prefix) or "values", "enum", entries=entries, name_prefix=_dashed(prefix)
    )


def _prefix(enum: Enumerated) -> str:
    """What all members begin with, up to an underscore."""
    shown = [member for member in enum.members if not member.startswith("__")]
    first, last = min(shown, default=""), max(shown, default="")
    end = next((at for at, letter in enumerate(first) if last[at : at + 1] != letter), len(first))
    return first[: first.rfind("_", 0, end) + 1]


def _plain(name: str) -> str:
    return name.strip("_").lower().replace("_", "-")


def _dashed(prefix: str) -> str:
    return prefix.lower().replace("_", "-")

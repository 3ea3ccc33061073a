"""The header that a module and its clients share: commands, attributes, groups, enumerations, structs."""

from __future__ import annotations

from netlynx.generic.spec import EnumSpec, SetSpec, StructSpec
from netlynx.module.c_names import CNames, verbs
from netlynx.module.folder import ModuleError

_MEMBERS = {  # the C type of a struct's member, by its kind
    **{kind: f"__{kind}" for kind in ("u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "be16", "be32", "be64")},
    "boolean": "__u8",
    "ip4": "__be32",
}
_ALIGNED = {"u8": 1, "s8": 1, "boolean": 1, "u16": 2, "s16": 2, "be16": 2, "u64": 8, "s64": 8, "be64": 8}


def uapi(names: CNames, banner: str) -> str:
    """The text of the header."""
    spec = names.spec
    parts = [
        f"/* SPDX-License-Identifier: MIT OR GPL-2.0 WITH Linux-syscall-note */\n/* {banner} */\n"
        f"#ifndef {names.upper}_H\n#define {names.upper}_H\n\n#include <linux/types.h>",
        f'#define {names.upper}_FAMILY_NAME\t"{spec.name}"\n#define {names.upper}_FAMILY_VERSION\t{spec.version}',
    ]
    if spec.groups:
        parts.append("\n".join(f'#define {names.group(group)}\t"{group}"' for group in spec.groups))
    parts += [_enumeration(names, enum) for enum in spec.enums]
    parts += [_struct(names, struct) for struct in _structs(names)]
    parts.append(_commands(names))
    known: dict[str, int] = {}
    parts += [_attributes(names, each, known) for each in spec.sets]
    return "\n\n".join(part for part in parts if part) + "\n\n#endif\n"


def sizes(names: CNames) -> str:
    """Assertions that the compiler lays structs out as Python does."""
    lines = [f"static_assert(sizeof({names.struct(each.name)}) == {each.size});" for each in _structs(names)]
    return "\n".join([*lines, "", ""]) if lines else ""


def _structs(names: CNames) -> list[StructSpec]:
    header = names.spec.header
    return [*([header] if header is not None else []), *names.spec.structs]


def _enumeration(names: CNames, enum: EnumSpec) -> str:
    tag = names.enumeration(enum)
    lines = [
        f"\t{tag.upper()}_{member.upper()} = {f'{value:#x}' if enum.flags else value},"
        for member, value in enum.members.items()
    ]
    return "\n".join([f"enum {tag} {{", *lines, "};"])


def _struct(names: CNames, struct: StructSpec) -> str:
    lines = []
    end = 0
    # Behind the generic header a member of 8 bytes may stand where a compiler would not put it.
    loose = any(member.offset % _ALIGNED.get(member.kind, 4) for member in struct.members if member.kind in _MEMBERS)
    for member in struct.members:
        c_type = _MEMBERS.get(member.kind)
        alignment = _ALIGNED.get(member.kind, 4) if c_type and not loose else 1
        natural = (end + alignment - 1) // alignment * alignment
        if member.offset > natural:
            lines.append(f"\t__u8 before_{member.name}[{member.offset - end}];")
        lines.append(f"\t{c_type} {member.name};" if c_type else f"\t__u8 {member.name}[{member.size}];")
        end = member.offset + member.size
    if loose and struct.size > end:
        lines.append(f"\t__u8 at_the_end[{struct.size - end}];")
    about = "the header of messages, " if struct is names.spec.header else ""
    end_of_it = "} __attribute__((packed));" if loose else "};"
    return "\n".join([f"{names.struct(struct.name)} {{\t/* {about}{struct.size} bytes */", *lines, end_of_it])


def _commands(names: CNames) -> str:
    numbers: dict[str, int] = {}
    for command in names.spec.commands:
        for _, operation in verbs(command):
            numbers[names.command(operation.name)] = command.number
            if operation.reply and operation.reply_number != command.number:
                numbers[names.command(f"{operation.name}_reply")] = operation.reply_number
    for event in names.spec.events:
        if numbers.setdefault(names.command(event.name), event.number) != event.number:
            raise ModuleError(f"{names.spec.name}: {event.name!r} names a command and a notification")
    lines = [f"\t{name} = {number}," for name, number in sorted(numbers.items(), key=lambda item: item[1])]
    return "\n".join(["/* Commands: the first byte behind the netlink header. */", "enum {", *lines, "};"])


def _attributes(names: CNames, each: SetSpec, known: dict[str, int]) -> str:
    """The numbers of a set's attributes; those that it shares with sets before it are there already."""
    lines = []
    for attribute in each.attributes:
        name = names.attribute(each, attribute)
        if name not in known:
            known[name] = attribute.number
            about = f"{attribute.kind} of {attribute.nested}" if attribute.nested else attribute.kind
            lines.append(f"\t{name} = {attribute.number},\t/* {about} */")
        elif known[name] != attribute.number:
            raise ModuleError(
                f"{each.name}.{attribute.name}: {name} is {known[name]} elsewhere, not {attribute.number}"
            )
    text = f"/* Attributes of {each.name}. */\n"
    if lines:
        text += "\n".join(["enum {", *lines, "};"]) + "\n"
    return text + f"#define {names.highest(each)}\t{each.highest}"

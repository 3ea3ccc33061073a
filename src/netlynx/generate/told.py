"""A family as the kernel that runs tells of it: its controller knows numbers and who may ask, its policies which
attributes requests may have. Names it does not tell, nor what answers have: they are taken to have what requests may.

Source: net/netlink/genetlink.c, net/netlink/policy.c.
"""

from __future__ import annotations

import errno
from collections.abc import Generator
from typing import Any

from netlynx.engine.operation import Do, Dump, Talk
from netlynx.errors import NetlinkError
from netlynx.generic.constants import OperationFlags
from netlynx.generic.family import FamilyInfo, OperationInfo, family
from netlynx.generic.policy import FamilyPolicy, policy
from netlynx.schema.policy import AttributePolicy, AttributeType
from netlynx.ynl.family import Spec
from netlynx.ynl.text import (
    AttributeText,
    Checks,
    Definition,
    Groups,
    GroupText,
    Half,
    Member,
    Mode,
    Operations,
    OperationText,
    SetText,
    SpecText,
)

_VERBS = (("do", OperationFlags.CMD_CAP_DO), ("dump", OperationFlags.CMD_CAP_DUMP))
_WHO = (("admin-perm", OperationFlags.ADMIN_PERM), ("uns-admin-perm", OperationFlags.UNS_ADMIN_PERM))
_SAME = (
    *(AttributeType.FLAG, AttributeType.U8, AttributeType.U16, AttributeType.U32, AttributeType.U64),
    *(AttributeType.S8, AttributeType.S16, AttributeType.S32, AttributeType.S64, AttributeType.UINT),
    *(AttributeType.SINT, AttributeType.BITFIELD32),
)
_WORDS = {each: each.name.lower() for each in _SAME} | {
    AttributeType.BINARY: "binary",
    AttributeType.STRING: "string",
    AttributeType.NUL_STRING: "string",
    AttributeType.NESTED: "nest",
    AttributeType.NESTED_ARRAY: "indexed-array",
}


def from_kernel(name: str) -> Talk[Spec]:
    """A family as the kernel tells of it, for ``nl.do``: a spec like those of `netlynx.ynl`, without names of its own.

    Operations are ``command-3``, attributes ``attribute-2``. `NotFound` if there is no such family. Raises EncodeError
    for what cannot be a name.
    """
    asked, policies = family(name), policy(name)

    def steps() -> Generator[Do[Any] | Dump[Any], Any, Spec]:
        info: FamilyInfo = yield asked
        try:
            found: FamilyPolicy = yield from policies.steps()
        except NetlinkError as error:
            if error.errno not in (errno.ENODATA, errno.EOPNOTSUPP):  # it has none, or the kernel tells of none
                raise
            found = FamilyPolicy(name, {}, {})
        return spec_of(info, found)

    return Talk(f"generate.from_kernel({name!r})", steps)


def spec_of(info: FamilyInfo, told: FamilyPolicy) -> Spec:
    """The spec that says what a kernel's controller and policies do. Raises SpecError."""
    name = info.name or ""
    size = info.header_size or 0
    header = f"{name}-header"
    struct = Definition(header, "struct", members=(Member("header", "binary", len=str(size)),))
    text = SpecText(
        name,
        Operations(
            tuple(each for operation in info.operations for each in _operations(operation, told)),
            fixed_header=header if size else None,
        ),
        version=info.version or 0,
        definitions=(struct,) if size else None,
        attribute_sets=tuple(_set(number, attributes) for number, attributes in told.policies.items()),
        mcast_groups=Groups(tuple(GroupText(group.name or "") for group in info.groups)),
    )
    return Spec(text, f"the kernel's own account of {name}")


def _operations(operation: OperationInfo, told: FamilyPolicy) -> list[OperationText]:
    """One operation; two where its listing takes other attributes than it does otherwise."""
    number, flags = operation.id or 0, operation.flags or OperationFlags(0)
    who = tuple(word for word, flag in _WHO if flags & flag)
    policies = told.operations.get(number)
    numbers: dict[str, int | None] = {
        verb: None if policies is None else getattr(policies, verb) for verb, flag in _VERBS if flags & flag
    }
    known = [each for each in numbers.values() if each is not None]
    if len(set(known)) < 2:
        return [_operation(f"command-{number}", number, numbers, told, known, who)]
    return [
        _operation(f"command-{number}{'' if verb == 'do' else f'-{verb}'}", number, {verb: each}, told, known, who)
        for verb, each in numbers.items()
    ]


def _operation(
    name: str,
    number: int,
    verbs: dict[str, int | None],
    told: FamilyPolicy,
    known: list[int],
    who: tuple[str, ...],
) -> OperationText:
    """An operation of the policies of its `verbs`; its answers are like its requests, or those of its other verb."""
    own = [each for each in verbs.values() if each is not None]
    shown = next((each for each in (*own, *known) if told.policies.get(each)), None)
    modes = {verb: _mode({} if each is None else told.policies.get(each, {})) for verb, each in verbs.items()}
    title = None if shown is None else f"attributes-{shown}"
    return OperationText(name, value=number, attribute_set=title, flags=who, do=modes.get("do"), dump=modes.get("dump"))


def _mode(attributes: dict[int, AttributePolicy]) -> Mode:
    taken = tuple(f"attribute-{number}" for number, about in attributes.items() if about.type in _WORDS)
    return Mode(Half(attributes=taken), Half(attributes=()))


def _set(number: int, attributes: dict[int, AttributePolicy]) -> SetText:
    known = {each: about for each, about in attributes.items() if about.type in _WORDS}
    return SetText(f"attributes-{number}", tuple(_attribute(each, about) for each, about in sorted(known.items())))


def _attribute(number: int, about: AttributePolicy) -> AttributeText:
    kind = AttributeType(about.type or 0)
    exact = about.min_length if about.min_length == about.max_length else None
    longest = (
        about.max_length if kind in (AttributeType.BINARY, AttributeType.STRING, AttributeType.NUL_STRING) else None
    )
    low, high = (None if each == natural else each for each, natural in zip(_ends(about), _natural(kind), strict=True))
    checks = Checks(_text(low), _text(high), _text(about.mask), _text(longest), _text(exact if longest else None))
    return AttributeText(
        f"attribute-{number}",
        type=_WORDS[kind],
        value=number,
        sub_type="nest" if kind is AttributeType.NESTED_ARRAY else None,
        nested_attributes=None if about.nested is None else f"attributes-{about.nested}",
        checks=checks,
    )


def _ends(about: AttributePolicy) -> tuple[int | None, int | None]:
    return about.minimum, about.maximum


def _natural(kind: AttributeType) -> tuple[int | None, int | None]:
    """The least and the most that a type can be: kernels tell those, too."""
    sign, bits = kind.name[:1], kind.name[1:]
    width = int(bits) if bits.isdecimal() else 64
    return (0, (1 << width) - 1) if sign == "U" else (-(1 << (width - 1)), (1 << (width - 1)) - 1)


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)

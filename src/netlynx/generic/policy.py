"""The running kernel's policies: what it takes in the requests of a family, operation by operation.

Source: ctrl_dumppolicy in net/netlink/genetlink.c, net/netlink/policy.c.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from typing import Any, ClassVar, Literal

import msgspec

from netlynx import limits
from netlynx.engine.operation import Do, Dump, Talk
from netlynx.generic.constants import (
    CTRL_ATTR,
    CTRL_ATTR_POLICY,
    CTRL_CMD,
    GENL_NAMSIZ,
    GenericHeader,
    OperationFlags,
)
from netlynx.generic.family import FamilyInfo, family
from netlynx.generic.message import controller_dump
from netlynx.schema import Record, attr, keyed, nest, string, u16, u32
from netlynx.schema.facts import Facts
from netlynx.schema.policy import AttributePolicy

Verb = Literal["do", "dump"]


class OperationPolicy(Record):
    """The numbers of the policies that check the requests of one operation; None where it has no such request."""

    __facts__: ClassVar[Facts] = Facts(attributes=CTRL_ATTR_POLICY, spec=("nlctrl", "op-policy-attrs"))

    do: int | None = attr(CTRL_ATTR_POLICY.DO, u32)
    dump: int | None = attr(CTRL_ATTR_POLICY.DUMP, u32)


class PolicyPart(Record, header=GenericHeader):
    """One message of the dump that makes a `FamilyPolicy`: an operation's policies, or one attribute of a policy."""

    __facts__: ClassVar[Facts] = Facts(attributes=CTRL_ATTR, policy="ctrl_policy_policy", spec=("nlctrl", "ctrl-attrs"))
    __omitted__: ClassVar[dict[str, str]] = {
        "CTRL_ATTR_VERSION": "of CTRL_CMD_GETFAMILY: FamilyInfo",
        "CTRL_ATTR_HDRSIZE": "of CTRL_CMD_GETFAMILY: FamilyInfo",
        "CTRL_ATTR_MAXATTR": "of CTRL_CMD_GETFAMILY: FamilyInfo",
        "CTRL_ATTR_OPS": "of CTRL_CMD_GETFAMILY: FamilyInfo",
        "CTRL_ATTR_MCAST_GROUPS": "of CTRL_CMD_GETFAMILY: FamilyInfo",
    }

    family_id: int | None = attr(CTRL_ATTR.FAMILY_ID, u16)
    family_name: str | None = attr(CTRL_ATTR.FAMILY_NAME, string(GENL_NAMSIZ - 1))  # request
    operation: int | None = attr(CTRL_ATTR.OP, u32)  # request: only this one
    operations: dict[int, OperationPolicy] | None = attr(CTRL_ATTR.OP_POLICY, keyed(nest(OperationPolicy)))
    policies: dict[int, dict[int, AttributePolicy]] | None = attr(CTRL_ATTR.POLICY, keyed(keyed(nest(AttributePolicy))))


class FamilyPolicy(msgspec.Struct, frozen=True):
    """What a kernel takes in the requests of a family.

    `operations` maps a command to the numbers of its policies, `policies` such a number to the attributes that the
    policy knows, by their numbers. Attributes that it does not know are refused, as a rule.
    """

    family: str
    operations: dict[int, OperationPolicy]
    policies: dict[int, dict[int, AttributePolicy]]

    def of(self, command: int, verb: Verb = "do") -> Mapping[int, AttributePolicy]:
        """What one operation takes, by attribute number; empty when it takes no attributes.

        Raises KeyError when the family has no such operation, or none with a policy.
        """
        found = self.operations[command]
        number = found.do if verb == "do" else found.dump
        if number is None:
            raise KeyError(f"{self.family}: command {command} has no policy for {verb}")
        return self.policies.get(number, {})

    def inside(self, attribute: AttributePolicy) -> Mapping[int, AttributePolicy]:
        """What is taken inside of a nest; empty for what is no nest, or one that is not checked beforehand."""
        return {} if attribute.nested is None else self.policies.get(attribute.nested, {})


def policy(name: str, command: int | None = None) -> Talk[FamilyPolicy]:
    """What the kernel takes in the requests of a family, or of one of its commands, for ``nl.do``.

    `NotFound` if there is no such family or command; NetlinkError (ENODATA) if it has no policy.
    Raises EncodeError for what cannot be a name or a command.
    """
    if command is not None:
        command = limits.whole("generic.policy: command", command, 0, 0xFFFF_FFFF)
    title = f"generic.policy({name!r})" if command is None else f"generic.policy({name!r}, {command})"
    parts = policy_parts(name, command, title=title)

    def steps() -> Generator[Do[Any] | Dump[Any], Any, FamilyPolicy]:
        received: list[PolicyPart] = yield parts
        if command is not None:
            return put_together(name, received, [command])
        if any(0 in (part.operations or {}) for part in received):
            return put_together(name, received, dump_only((yield family(name))))
        return put_together(name, received)

    return Talk(title, steps)


def policy_parts(name: str, command: int | None = None, *, title: str = "generic.policy") -> Dump[PolicyPart]:
    """The messages that make up a policy, as the kernel sends them; of families in other network namespaces too."""
    request = PolicyPart(family_name=name, operation=command)
    return controller_dump(title, CTRL_CMD.GETPOLICY, request, PolicyPart)


def put_together(name: str, parts: Iterable[PolicyPart], unnamed: Iterable[int] = ()) -> FamilyPolicy:
    """A family's policy from the messages that describe it.

    Kernels call an operation that only dumps 0, whatever its number is; `unnamed` are the numbers of those, in order.
    """
    operations: dict[int, OperationPolicy] = {}
    policies: dict[int, dict[int, AttributePolicy]] = {}
    numbers = iter(unnamed)
    for part in parts:
        for command, of_operation in (part.operations or {}).items():
            nameless = command == 0 and of_operation.do is None
            operations[next(numbers, 0) if nameless else command] = of_operation
        for number, attributes in (part.policies or {}).items():
            policies.setdefault(number, {}).update(attributes)
    return FamilyPolicy(name, operations, policies)


def dump_only(info: FamilyInfo) -> list[int]:
    """The commands of a family that have a policy and only dump, in order."""
    kinds = OperationFlags.CMD_CAP_DO | OperationFlags.CMD_CAP_DUMP | OperationFlags.CMD_CAP_HASPOL
    wanted = OperationFlags.CMD_CAP_DUMP | OperationFlags.CMD_CAP_HASPOL
    return [
        operation.id
        for operation in info.operations
        if operation.id is not None and operation.flags is not None and operation.flags & kinds == wanted
    ]

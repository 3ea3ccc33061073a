"""The kernel's half of one family: its operations with their policies, and how a request is checked and answered.

Source: net/netlink/genetlink.c (`genl_family_rcv_msg`).
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netlynx.codec._codec import decode
from netlynx.engine.hints import NO_HANDLER
from netlynx.errors import NetlinkError, NotSupported, from_errno
from netlynx.generic.constants import CONTROLLER, GenericHeader, OperationFlags
from netlynx.generic.declaration import Command, Family, PartsCommand
from netlynx.generic.family import FamilyInfo, GroupInfo, OperationInfo
from netlynx.generic.message import packed
from netlynx.schema.compile import layout_size, plan_of
from netlynx.schema.record import Record
from netlynx.wire.constants import NLM_F
from netlynx.wire.message import align

from .family_policy import REJECT_ALL, policies_of
from .policy import Policy, Validation, check_attributes
from .requests import Reply, Request, several

if TYPE_CHECKING:
    from .namespaces import Namespace

_CORE_FLAGS = NLM_F.REQUEST | NLM_F.ACK | NLM_F.ECHO
_HEADER_SIZE = layout_size(GenericHeader)[0]


@dataclass(slots=True)
class Operation:
    """One command as a `do` or a `dump`: its declaration, its policy, and what carries it out."""

    command: Command
    policy: Policy | None  # None: requests are not checked
    validation: Validation
    handler: Callable[[Request], Any] | None = None


class ServedFamily:
    """A family that a kernel has. `id` is its number, `groups` those of its groups by name."""

    def __init__(
        self,
        family: type[Family],
        id: int,
        groups: dict[str, int],
        *,
        liberal: tuple[str, ...] = (),
    ) -> None:
        self.id = id
        self.groups = groups
        self.declared = family.__family__
        self.operations: dict[tuple[int, str], Operation] = {}
        self.title = family.__name__
        policies = policies_of(family)
        for command in sorted(self.declared.commands.values(), key=lambda each: (each.number, each.verb)):
            policy = policies[command.request.__name__] if command.request else REJECT_ALL
            policy = policy if policy.highest else REJECT_ALL
            validation = Validation.LIBERAL if command.name in liberal else Validation.STRICT
            self.operations[command.number, command.verb] = Operation(command, policy, validation)

    def is_in(self, netns: Namespace) -> bool:
        """Whether a network namespace has the family: every one if it is `netnsok`, else the initial one."""
        return self.declared.netnsok or netns is netns.kernel.initial

    def info(self) -> FamilyInfo:
        """What the controller tells of the family."""
        flags: dict[int, OperationFlags] = {}
        for (number, verb), operation in self.operations.items():
            can = OperationFlags.CMD_CAP_DO if verb == "do" else OperationFlags.CMD_CAP_DUMP
            flags[number] = flags.get(number, OperationFlags(0)) | can | _privilege(operation.command)
            if operation.policy is not None:
                flags[number] |= OperationFlags.CMD_CAP_HASPOL
        return FamilyInfo(
            name=self.declared.name,
            id=self.id,
            version=self.declared.version,
            header_size=self.declared.header_size,
            max_attribute=0,
            operations=tuple(OperationInfo(id=number, flags=flags[number]) for number in flags),
            groups=tuple(GroupInfo(id=number, name=name) for name, number in self.groups.items()),
        )

    def operation(self, request: Request) -> Operation:
        """What a request asks for, once its header is sound and its sender may. Raises NetlinkError."""
        message = request.message
        if len(message.payload) < _HEADER_SIZE + self.declared.header_size:
            raise from_errno(errno.EINVAL)
        lists = message.flags & NLM_F.DUMP == NLM_F.DUMP
        number = message.payload[0]
        found = self.operations.get((number, "dump" if lists else "do"))
        if number >= self.declared.checked_from:
            if any(message.payload[2:4]):
                raise from_errno(errno.EINVAL, "genlmsghdr.reserved field is not 0")
            own = 0 if found is None else found.command.flags
            if message.flags & ~(_CORE_FLAGS | own | (NLM_F.DUMP if lists else 0)):
                raise from_errno(errno.EINVAL, "ambiguous or reserved bits set in nlmsg_flags")
        if found is None or found.handler is None:
            if self.declared.name == CONTROLLER:  # with which nobody registers handlers
                raise from_errno(errno.EOPNOTSUPP)
            name = f"command {number}" if found is None else found.command.name
            raise NotSupported(errno.EOPNOTSUPP, f"{NO_HANDLER}{self.title}.{name}")
        if found.command.privileged and not request.capable():
            raise from_errno(errno.EPERM)
        return found

    def carried_out(self, operation: Operation, request: Request) -> Iterable[Reply]:
        """Check a request, hand it to its handler, and give the answers as payloads. Raises what the handler raises."""
        command, payload = operation.command, request.payload
        size = align(_HEADER_SIZE + self.declared.header_size)
        if operation.policy is not None:
            payload = payload[: check_attributes(operation.policy, payload, size, operation.validation, request.extack)]
        if command.request is not None:
            request.record = decode(plan_of(command.request), payload)
        for field in command.required:
            value = getattr(request.record, field)
            if value is None or value is False or value == ():
                raise NetlinkError(errno.EINVAL, missing=f"{command.request.__name__}.{field}")  # type: ignore[union-attr]
        assert operation.handler is not None
        result = operation.handler(request)
        if command.verb == "dump":
            return self._framed(command, result)
        if isinstance(command, PartsCommand):
            return list(self._framed(command, result))
        answers = list(self._framed(command, several(result)))
        if bool(answers) is (command.reply is None):
            wanted = f"a {command.reply.__name__}" if command.reply is not None else "nothing but an acknowledgement"
            raise TypeError(f"{command.title} answers with {wanted}: its handler returned {result!r}")
        return answers

    def _framed(self, command: Command, replies: Iterable[Reply]) -> Iterator[Reply]:
        try:
            for reply in replies:
                if isinstance(reply, Record):
                    yield packed(reply, command.reply_number, self.declared.version)
                else:
                    yield reply
        finally:
            close = getattr(replies, "close", None)
            if close is not None:
                close()


def _privilege(command: Command) -> OperationFlags:
    if command.privileged == "namespace":
        return OperationFlags.UNS_ADMIN_PERM
    return OperationFlags.ADMIN_PERM if command.privileged else OperationFlags(0)

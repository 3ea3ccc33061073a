"""Generic netlink in a virtual kernel: registered families behind one protocol, and the controller that tells of them.

Source: net/netlink/genetlink.c.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from netlynx.codec._codec import decode
from netlynx.engine.operation import Group
from netlynx.errors import NetlinkError, from_errno
from netlynx.generic.constants import (
    CONTROLLER,
    CONTROLLER_GROUP,
    CONTROLLER_VERSION,
    CTRL_ATTR,
    CTRL_CMD,
    GENL_ID_CTRL,
    GENL_ID_PMCRAID,
    GENL_ID_VFS_DQUOT,
    GENL_MAX_ID,
    GENL_NAMSIZ,
    GENL_START_ALLOC,
    GenericHeader,
)
from netlynx.generic.declaration import Family, PartsCommand, do, dump, event
from netlynx.generic.family import FamilyInfo, GroupInfo
from netlynx.generic.policy import OperationPolicy, PolicyPart
from netlynx.schema import Record, attr, string, u16, u32
from netlynx.schema.compile import plan_of
from netlynx.schema.facts import NoFacts
from netlynx.schema.policy import AttributePolicy
from netlynx.wire.constants import NETLINK, NLM_F, NLMSG
from netlynx.wire.message import Message

from .credentials import Capability, ConfigFlag
from .family_policy import Numbering
from .family_service import FamilyService
from .kernel_socket import KernelSocket
from .replies import ExtendedAck
from .requests import Request, answer, explain
from .served_family import Operation, ServedFamily
from .service import Service
from .sockets import UserSocket

if TYPE_CHECKING:
    from .namespaces import Namespace
    from .virtual import VirtualKernel

_NAME = string(GENL_NAMSIZ - 1)
_RESERVED_GROUPS = {0, 1, GENL_ID_CTRL, GENL_ID_VFS_DQUOT, GENL_ID_PMCRAID}


class FamilyRequest(Record, header=GenericHeader):
    """What CTRL_CMD_GETFAMILY takes."""

    __facts__ = NoFacts("a part of FamilyInfo: ctrl_policy_family")

    id: int | None = attr(CTRL_ATTR.FAMILY_ID, u16)
    name: str | None = attr(CTRL_ATTR.FAMILY_NAME, _NAME)


class PolicyRequest(Record, header=GenericHeader):
    """What CTRL_CMD_GETPOLICY takes."""

    __facts__ = NoFacts("a part of PolicyPart: ctrl_policy_policy")

    id: int | None = attr(CTRL_ATTR.FAMILY_ID, u16)
    name: str | None = attr(CTRL_ATTR.FAMILY_NAME, _NAME)
    operation: int | None = attr(CTRL_ATTR.OP, u32)


class Controller(Family, name=CONTROLLER, version=CONTROLLER_VERSION, checked_from=CTRL_CMD.GETPOLICY + 1):
    """The family of families."""

    get = do(CTRL_CMD.GETFAMILY, request=FamilyRequest, reply=FamilyInfo, reply_number=CTRL_CMD.NEWFAMILY)
    all = dump(CTRL_CMD.GETFAMILY, request=FamilyRequest, reply=FamilyInfo, reply_number=CTRL_CMD.NEWFAMILY)
    policy = dump(CTRL_CMD.GETPOLICY, request=PolicyRequest, reply=PolicyPart)
    new = event(CTRL_CMD.NEWFAMILY, FamilyInfo, group=CONTROLLER_GROUP)
    delete = event(CTRL_CMD.DELFAMILY, FamilyInfo, group=CONTROLLER_GROUP)
    new_group = event(CTRL_CMD.NEWMCAST_GRP, FamilyInfo, group=CONTROLLER_GROUP)
    delete_group = event(CTRL_CMD.DELMCAST_GRP, FamilyInfo, group=CONTROLLER_GROUP)


class GenericNetlink(Service):
    """The protocol NETLINK_GENERIC of one kernel, with the controller and the families that are registered."""

    def __init__(self, kernel: VirtualKernel) -> None:
        super().__init__()
        self._kernel = kernel
        self._families: dict[int, ServedFamily] = {}
        self._next = GENL_START_ALLOC
        self._sockets: dict[Namespace, KernelSocket] = {}
        groups = {CONTROLLER_GROUP: GENL_ID_CTRL}
        controller = ServedFamily(Controller, GENL_ID_CTRL, groups, liberal=("get",))
        self._families[GENL_ID_CTRL] = controller
        self.controller = FamilyService(self, controller)
        self.controller.handles(Controller.get)(self._get)
        self.controller.handles(Controller.all)(self._all)
        self.controller.handles(Controller.policy)(self._policy)
        kernel.pernet(self._attach)

    def _attach(self, netns: Namespace) -> None:
        self._sockets[netns] = netns.attach(NETLINK.GENERIC, self.receive, flags=ConfigFlag.NONROOT_RECV)
        self._kernel.table(NETLINK.GENERIC).may_join = self._may_join

    def _may_join(self, user: UserSocket, group: int) -> None:
        """Raises EPERM for a group that it takes a capability to join (`genl_bind`)."""
        for family in list(self._families.values()):
            for name, capability in family.declared.joining.items():
                if family.groups[name] == group and not user.credentials.may(Capability[capability.upper()]):
                    raise from_errno(errno.EPERM)

    def _tell(self, event: Group[FamilyInfo], family: ServedFamily, info: FamilyInfo) -> None:
        """Tell who listens to families, in every namespace that has this one."""
        for netns in list(self._sockets):
            if family.is_in(netns):
                self.controller.multicast(event, info, netns=netns)

    def socket(self, netns: Namespace | None = None) -> KernelSocket:
        """The protocol's socket in a namespace, the initial one by default."""
        return self._sockets[netns or self._kernel.initial]

    # ------------------------------------------------------------------------------------------ registration

    def register(self, family: type[Family]) -> FamilyService:
        """Add a family (`genl_register_family`) and tell who listens. Raises NetlinkError (EEXIST)."""
        declared = family.__family__
        with self.lock:
            if self.find(declared.name) is not None:
                raise from_errno(errno.EEXIST, asked=f"register the generic netlink family {declared.name!r}")
            served = ServedFamily(family, self._free_number(), self._free_groups(declared.groups()))
            self._families[served.id] = served
        info = served.info()
        self._tell(Controller.new, served, info)
        for group in info.groups:
            self._tell(Controller.new_group, served, _of_group(info, group))
        return FamilyService(self, served)

    def unregister(self, family: ServedFamily) -> None:
        """Remove a family: its groups lose their members; twice does no harm."""
        if self._families.get(family.id) is not family:
            return
        info = family.info()
        for group in info.groups:
            self._kernel.table(NETLINK.GENERIC).clear_group(group.id or 0)
            self._tell(Controller.delete_group, family, _of_group(info, group))
        with self.lock:
            del self._families[family.id]
        self._tell(Controller.delete, family, info)

    def find(self, name: str) -> ServedFamily | None:
        """The family of a name."""
        return next((each for each in self._families.values() if each.declared.name == name), None)

    def _free_number(self) -> int:
        for step in range(GENL_MAX_ID + 1 - GENL_START_ALLOC):
            number = GENL_START_ALLOC + (self._next - GENL_START_ALLOC + step) % (GENL_MAX_ID + 1 - GENL_START_ALLOC)
            if number not in self._families:
                self._next = number + 1
                return number
        raise from_errno(errno.ENOSPC, asked="register a generic netlink family")

    def _free_groups(self, names: tuple[str, ...]) -> dict[str, int]:
        """Numbers for groups: the first that are free one after the other."""
        taken = _RESERVED_GROUPS | {number for each in self._families.values() for number in each.groups.values()}
        first = 0
        while any(first + offset in taken for offset in range(len(names))):
            first += 1
        for sock in self._sockets.values():
            sock.change_groups(max(first + len(names), sock.group_count))
        return {name: first + offset for offset, name in enumerate(names)}

    # ---------------------------------------------------------------------------------------------- requests

    def _request(self, sock: KernelSocket, message: Message, user: UserSocket, extack: ExtendedAck) -> int | None:
        operation: Operation | None = None
        try:
            failure = self._kernel.faults.next_request()
            if failure is not None:
                raise failure
            family = self._families.get(message.type)
            if family is None or not family.is_in(sock.netns):
                raise from_errno(errno.ENOENT)
            request = Request(message, sock, user, None, extack, message.type)
            operation = family.operation(request)
            if operation.command.verb == "dump":
                self._start_family_dump(family, operation, request)
                return None
            with self.lock:
                replies = list(family.carried_out(operation, request))
            several = isinstance(operation.command, PartsCommand)
            for reply in replies:
                said = answer(message.type, reply, message.sequence, user.portid)
                if several:
                    said = Message(said.type, said.flags | NLM_F.MULTI, said.sequence, said.portid, said.payload)
                sock.unicast(said, to=user.portid)
            if several:
                sock.unicast(Message(NLMSG.DONE, NLM_F.MULTI, message.sequence, user.portid), to=user.portid)
        except OSError as error:
            explain(error, message, operation.command.request if operation is not None else None, extack)
            return error.errno or errno.EIO
        return 0

    def _start_family_dump(self, family: ServedFamily, operation: Operation, request: Request) -> None:
        if request.user.dumping:
            raise from_errno(errno.EBUSY)
        with self.lock:
            table = iter(family.carried_out(operation, request))
        self._run_dump(request, table, operation.command.request, False)

    # --------------------------------------------------------------------------------------- the controller

    def _get(self, request: Request) -> FamilyInfo:
        asked: FamilyRequest = request.record
        if asked.id is None and asked.name is None:
            raise from_errno(errno.EINVAL)
        found = self._families.get(asked.id or 0) if asked.name is None else self.find(asked.name)
        if found is None or not found.is_in(request.sock.netns):
            raise from_errno(errno.ENOENT)
        return found.info()

    def _all(self, request: Request) -> Iterator[FamilyInfo]:
        for number in sorted(self._families):
            family = self._families.get(number)
            if family is not None and family.is_in(request.sock.netns):
                yield family.info()

    def _policy(self, request: Request) -> Iterator[PolicyPart]:
        asked: PolicyRequest = request.record
        if asked.id is None and asked.name is None:
            raise from_errno(errno.EINVAL)
        family = self._families.get(asked.id) if asked.id is not None else self.find(asked.name or "")
        if family is None:
            raise from_errno(errno.ENOENT)
        operations = family.operations
        if asked.operation is not None:
            operations = {key: each for key, each in operations.items() if key[0] == asked.operation}
            if not operations:
                raise NetlinkError(errno.ENOENT, attribute="PolicyRequest.operation")
        return _described(family.id, operations)


def _described(id: int, operations: dict[tuple[int, str], Operation]) -> Iterator[PolicyPart]:
    """The messages that describe the policies of operations, each with one fact."""
    numbering = Numbering()
    commands: dict[int, dict[str, int]] = {}
    for (number, verb), operation in operations.items():
        if operation.policy is not None:
            numbering.add(operation.policy)
            commands.setdefault(number, {})[verb] = numbering.number(operation.policy)
    for number, policies in commands.items():
        # A kernel looks at the `do` for the number: one that only dumps is called 0.
        shown = number if "do" in policies else 0
        yield PolicyPart(
            family_id=id, operations={shown: OperationPolicy(do=policies.get("do"), dump=policies.get("dump"))}
        )
    for at, policy in enumerate(numbering.policies):
        for attribute in sorted(policy.rules):
            described = policy.rules[attribute].description(numbering.number)
            if described:
                entry: Any = decode(plan_of(AttributePolicy), described)
                yield PolicyPart(family_id=id, policies={at: {attribute: entry}})


def _of_group(info: FamilyInfo, group: GroupInfo) -> FamilyInfo:
    """What is told of a group that comes or goes."""
    return FamilyInfo(name=info.name, id=info.id, groups=(group,))

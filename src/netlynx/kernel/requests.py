"""Requests as handlers get them, and what handlers answer with.

Source: include/net/netlink.h, net/core/rtnetlink.c.
"""

from __future__ import annotations

import builtins
import errno
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from netlynx.codec._codec import decode, encode
from netlynx.engine.hints import NO_HANDLER
from netlynx.engine.lexicon import Said, look_up
from netlynx.errors import DecodeError, NetlinkError, from_errno
from netlynx.route.lenient import completed, is_lenient
from netlynx.schema.compile import plan_of
from netlynx.schema.record import Record
from netlynx.wire.constants import NETLINK, NETLINK_OPTION, NLM_F
from netlynx.wire.message import Message

from .credentials import Capability
from .kernel_socket import KernelSocket
from .policy import Policy, Validation, check_request
from .replies import ExtendedAck, offset_of, types_of
from .sockets import UserSocket

Reply: TypeAlias = Record | Message | bytes
"""What handlers answer with: a record or a payload, of the declared reply type, or a message of any type."""

_R = TypeVar("_R", bound=Record)


@dataclass(slots=True)
class Request:
    """A request as a handler gets it."""

    message: Message
    sock: KernelSocket
    user: UserSocket  # who asks
    record: Any = None  # the payload as the record class declared for the type; Any: each handler knows its own
    extack: ExtendedAck = field(default_factory=ExtendedAck)
    reply_type: int = 0  # what answers of records and bytes are sent as

    @property
    def type(self) -> int:
        """The message type."""
        return self.message.type

    @property
    def flags(self) -> int:
        """The flags of the header, NLM_F."""
        return self.message.flags

    @property
    def payload(self) -> bytes:
        """The payload, undecoded."""
        return self.message.payload

    @property
    def portid(self) -> int:
        """The port ID of the socket that asks."""
        return self.user.portid

    @property
    def strict(self) -> bool:
        """Whether the socket asks for its dump requests to be checked strictly (NETLINK_GET_STRICT_CHK)."""
        return bool(self.user.option(NETLINK_OPTION.GET_STRICT_CHK))

    def capable(self, capability: Capability = Capability.NET_ADMIN) -> bool:
        """Whether the owner of the socket that asks has a capability (`netlink_net_capable`)."""
        return self.user.credentials.may(capability)

    def parse(
        self, record: builtins.type[_R], validation: Validation | None = None, policy: Policy | None = None
    ) -> _R:
        """The payload as a record, checked against its policy: what ``record=`` does, at a time of one's own.

        By default liberally, or in the way that NETLINK_GET_STRICT_CHK asks for; `policy` stands for the record's own,
        where it takes less than the kinds tell. In a dump's generator a refusal is
        carried by NLMSG_DONE, as rtnetlink does it, not by NLMSG_ERROR. By default, and without NETLINK_GET_STRICT_CHK,
        the older tables of NETLINK_ROUTE are listed whatever is asked, as rtnetlink does it: what a short header lacks
        is zero, and attributes of which one is malformed are not looked at.

        Raises:
            NetlinkError: EINVAL or ERANGE; `extack` names the attribute, and the policy that it broke.
        """
        if validation is None:
            validation = Validation.DEPRECATED_STRICT if self.strict else Validation.LIBERAL
            if not self.strict and self.sock.protocol == NETLINK.ROUTE and is_lenient(self.type, self.flags):
                return self._tolerated(record, policy)
        return self._checked(record, self.payload, validation, policy)

    def _tolerated(self, record: builtins.type[_R], policy: Policy | None) -> _R:
        size = plan_of(record).header_size
        payload = completed(self.type, self.payload, size)
        said = self.extack.message, self.extack.offset, self.extack.policy
        try:
            return self._checked(record, payload, Validation.LIBERAL, policy)
        except NetlinkError:
            if len(payload) < size:
                raise
            self.extack.message, self.extack.offset, self.extack.policy = said
            return self._checked(record, payload[:size], Validation.LIBERAL, policy)

    def _checked(self, record: builtins.type[_R], payload: bytes, validation: Validation, policy: Policy | None) -> _R:
        sound = check_request(record, payload, validation, self.extack, policy)
        try:
            decoded: _R = decode(plan_of(record), sound, strict=True)
        except DecodeError as error:
            raise from_errno(errno.EINVAL, f"Malformed request: {error}") from None
        return decoded

    def notify(self, reply: Reply, *, group: int, type: int = 0) -> int:
        """Tell a group what was changed, with the sequence number and port of the request (`rtnl_notify`).

        If the request has NLM_F_ECHO its sender gets a copy. `type` is the message type, by default that of replies.
        Raises as `KernelSocket.notify`.
        """
        told = answer(type or self.reply_type, reply, self.message.sequence, self.portid)
        return self.sock.notify(told, group=group, request=self.message)


DoHandler: TypeAlias = Callable[[Request], Reply | Iterable[Reply] | None]
DumpHandler: TypeAlias = Callable[[Request], Iterable[Reply]]


def several(result: Reply | Iterable[Reply] | None) -> Iterable[Reply]:
    """What a handler returned, as replies one by one. Raises TypeError for what is none, and not several."""
    if result is None:
        return ()
    if isinstance(result, Record | Message | bytes):
        return (result,)
    if not isinstance(result, Iterable):
        raise TypeError(f"a handler returns a record, a message, bytes, several of these or None, not {result!r}")
    return result


def answer(type: int, reply: Reply, sequence: int = 0, portid: int = 0) -> Message:
    """The message that carries a reply; the header of a dump's is filled in by the dump."""
    if isinstance(reply, Message):
        return Message(reply.type, reply.flags, sequence, portid, reply.payload)
    if not type:
        raise TypeError("a handler that answers with records or bytes is registered with reply=, their type")
    payload = reply if isinstance(reply, bytes) else encode(plan_of(reply.__class__), reply)
    return Message(type, 0, sequence, portid, payload)


def unhandled(protocol: int, message: Message) -> str:
    """What is said of a request that no handler takes: a real kernel says nothing, but tests want to know."""
    name = look_up(protocol, Said(message, answer=False, families={})).name
    verb = "dump" if message.flags & NLM_F.DUMP == NLM_F.DUMP else "do"
    return f"{NO_HANDLER}{f'message type {name}' if name.isdecimal() else name}: none was registered with `{verb}`"


def explain(error: OSError, message: Message, record: type[Record] | None, extack: ExtendedAck) -> None:
    """Complete the extended acknowledgement by what an error says, paths of attributes as numbers."""
    if not isinstance(error, NetlinkError):
        return
    extack.message = error.message or extack.message
    if record is None:
        return
    start = plan_of(record).header_size
    if error.attribute:
        found = offset_of(message.payload, start, types_of(record, error.attribute))
        extack.offset = found if found is not None else extack.offset
    if error.missing:
        *around, missing = types_of(record, error.missing) or (None,)
        extack.missing_type = missing if missing is not None else extack.missing_type
        extack.missing_nest = offset_of(message.payload, start, tuple(filter(None, around)))

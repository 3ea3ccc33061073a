"""Auditing, the kernel's side: its state, its rules, and a log that is told to who listens.

    auditing = Audit(kernel)
    auditing.log(("SYSCALL", 'syscall=59 comm="ls"'), ("CWD", 'cwd="/"'))

Rules are kept and listed; which events fit them is for who calls `log` to know.
Source: kernel/audit.c, kernel/auditfilter.c.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any

import msgspec

from netlynx.audit.rule import Rule
from netlynx.audit.rule_data import RuleData
from netlynx.audit.status import Abilities, Features, FeatureSet, Status, StatusMask
from netlynx.audit.types import AUDIT, NUMBERS
from netlynx.errors import DecodeError, EncodeError, from_errno
from netlynx.schema.record import Layout
from netlynx.wire.constants import NETLINK, NLM_F, NLMSG
from netlynx.wire.message import Message

from .credentials import Capability, ConfigFlag
from .requests import Request

if TYPE_CHECKING:
    from .sockets import UserSocket
    from .virtual import VirtualKernel

_READLOG = 1  # AUDIT_NLGRP_READLOG
_ALL_FEATURES = FeatureSet(sum(FeatureSet))


class Audit:
    """Auditing in a virtual kernel. `status`, `features` and `rules` are what it has; they may be looked at and set."""

    def __init__(self, kernel: VirtualKernel) -> None:
        self.status = Status(failure=1, backlog_limit=64, abilities=Abilities(sum(Abilities)), backlog_wait_time=15000)
        self.features = Features(version=1, known=_ALL_FEATURES)
        self.rules: list[Rule] = []
        self._clock = kernel.clock
        self._serial = 0
        self._times: dict[int, int] = {}  # of events that have not ended, in ms
        self._service = service = kernel.serve(NETLINK.AUDIT, flags=ConfigFlag.NONROOT_RECV)
        kernel.table(NETLINK.AUDIT).may_join = _may_join
        for kind, handler in {
            AUDIT.GET: lambda request: self._answer(request, AUDIT.GET, self.status),
            AUDIT.SET: self._set,
            AUDIT.GET_FEATURE: lambda request: self._answer(request, AUDIT.GET_FEATURE, self.features),
            AUDIT.SET_FEATURE: self._set_features,
            AUDIT.LIST_RULES: self._list,
            AUDIT.ADD_RULE: self._add,
            AUDIT.DEL_RULE: self._delete,
        }.items():
            service.do(kind)(_controlled(handler))

    def log(self, *records: tuple[str | int, str], end: bool = True, serial: int | None = None) -> int:
        """Log an event of records, each with its type and what it says; returns its serial number.

        With `end` an event of the kernel's own gets its EOE. `serial` goes on with an event that has not ended.
        """
        with self._service.lock:
            if serial is None:
                self._serial += 1
                serial = self._serial
            milliseconds = self._times.setdefault(serial, int(self._clock.now() * 1000))
            head = f"audit({milliseconds // 1000}.{milliseconds % 1000:03}:{serial}): "
            numbers = [(NUMBERS[name] if isinstance(name, str) else name, said) for name, said in records]
            if end:
                del self._times[serial]
            of_kernel = any(1300 <= number < 2000 for number, _ in numbers)
            for number, said in [*numbers, *([(int(AUDIT.EOE), "")] if end and of_kernel else [])]:
                payload = (head + said).encode("utf-8", "surrogateescape")
                self._service.sock.multicast(Message(number, payload=payload), group=_READLOG)
        return serial

    def _answer(self, request: Request, kind: int, said: Layout | None, flags: int = 0) -> None:
        """Answers have the request's number, and no port (`audit_make_reply`)."""
        payload = b"" if said is None else said.to_bytes()
        message = Message(int(kind), flags=flags, sequence=request.message.sequence, payload=payload)
        request.sock.unicast(message, to=request.portid)

    def _set(self, request: Request) -> None:
        wanted = Status.from_bytes(request.payload)
        if self.status.enabled == 2 and wanted.mask:
            raise from_errno(errno.EPERM)
        changes: dict[str, Any] = {}
        for flag in StatusMask:
            if wanted.mask & flag:
                name = {"lost": "lost", "backlog_wait_time_actual": "waited"}.get(str(flag.name).lower())
                changes[name or str(flag.name).lower()] = 0 if name else getattr(wanted, str(flag.name).lower())
        if changes.get("enabled", 0) > 2 or changes.get("failure", 0) > 2:
            raise from_errno(errno.EINVAL)
        self.status = msgspec.structs.replace(self.status, **changes)

    def _set_features(self, request: Request) -> None:
        wanted = Features.from_bytes(request.payload)
        changed = (self.features.on ^ wanted.on) & wanted.known
        if changed & self.features.locked:
            raise from_errno(errno.EPERM)
        on = FeatureSet(self.features.on & ~wanted.known | wanted.on & wanted.known)
        locked = FeatureSet(self.features.locked | wanted.locked & wanted.known)
        self.features = msgspec.structs.replace(self.features, on=on, locked=locked)

    def _list(self, request: Request) -> None:
        for rule in self.rules:
            self._answer(request, AUDIT.LIST_RULES, rule.data(), NLM_F.MULTI)
        self._answer(request, NLMSG.DONE, None, NLM_F.MULTI)

    def _add(self, request: Request) -> None:
        rule = _read(request)
        if self.status.enabled == 2:
            raise from_errno(errno.EPERM)
        if _bare(rule) in map(_bare, self.rules):
            raise from_errno(errno.EEXIST)
        self.rules.insert(0 if rule.first else len(self.rules), _bare(rule))

    def _delete(self, request: Request) -> None:
        rule = _bare(_read(request))
        if self.status.enabled == 2:
            raise from_errno(errno.EPERM)
        kept = [each for each in self.rules if _bare(each) != rule]
        if len(kept) == len(self.rules):
            raise from_errno(errno.ENOENT)
        self.rules = kept


def _controlled(handler: Any) -> Any:
    """Refuse whoever may not control auditing."""

    def checked(request: Request) -> None:
        if not request.capable(Capability.AUDIT_CONTROL):
            raise from_errno(errno.EPERM)
        handler(request)

    return checked


def _may_join(user: UserSocket, group: int) -> None:
    if not user.credentials.may(Capability.AUDIT_READ):
        raise from_errno(errno.EPERM)


def _read(request: Request) -> Rule:
    try:
        return Rule.of(RuleData.from_bytes(request.payload))
    except (DecodeError, EncodeError) as error:
        raise from_errno(errno.EINVAL, str(error)) from None


def _bare(rule: Rule) -> Rule:
    """A rule without where it stands, which does not tell it from others."""
    return msgspec.structs.replace(rule, first=False)

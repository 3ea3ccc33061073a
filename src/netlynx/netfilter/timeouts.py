"""How long the kernel keeps connections without packets, state by state: policies by name, and what holds otherwise.

    from netlynx.netfilter import timeouts

    short = timeouts.Policy(name="short", family="ipv4", protocol="tcp", timeouts=timeouts.Tcp(established=300))
    nl.do(timeouts.add(short))
    print(nl.do(timeouts.default("udp")).timeouts.unreplied)

Rules of iptables give connections a policy: ``-t raw -j CT --timeout short``. All times are in seconds. Source:
linux/netfilter/nfnetlink_cttimeout.h, net/netfilter/nfnetlink_cttimeout.c, nfct(8).
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, ClassVar

from netlynx.engine.operation import Do, Dump, Talk
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.netfilter.constants import NFNL_SUBSYS, NetfilterFamily, TransportProtocol
from netlynx.netfilter.messages import IPCTNL_MSG_TIMEOUT
from netlynx.netfilter.nfnetlink import NetfilterHeader, netfilter_do, netfilter_dump
from netlynx.netfilter.timeout_states import GENERIC as GENERIC
from netlynx.netfilter.timeout_states import RECORDS as RECORDS
from netlynx.netfilter.timeout_states import Dccp as Dccp
from netlynx.netfilter.timeout_states import Generic as Generic
from netlynx.netfilter.timeout_states import Gre as Gre
from netlynx.netfilter.timeout_states import Icmp as Icmp
from netlynx.netfilter.timeout_states import Icmpv6 as Icmpv6
from netlynx.netfilter.timeout_states import Sctp as Sctp
from netlynx.netfilter.timeout_states import Tcp as Tcp
from netlynx.netfilter.timeout_states import Timeouts as Timeouts
from netlynx.netfilter.timeout_states import Udp as Udp
from netlynx.schema import Constants, Record, attr, be16, be32, enum, nest, replace_fields, select, string, takes, u8
from netlynx.schema.arguments import member_of, name_of, number_of, record_of
from netlynx.schema.facts import Facts
from netlynx.schema.record import class_of, was_read
from netlynx.schema.sending import changed, given, own, settable
from netlynx.wire.constants import NLM_F

_SUBSYSTEM = int(NFNL_SUBSYS.CTNETLINK_TIMEOUT)


class CTA_TIMEOUT(Constants):
    """Attributes."""

    UNSPEC = 0
    NAME = 1
    L3PROTO = 2
    L4PROTO = 3
    DATA = 4
    USE = 5

    __omitted__: ClassVar[dict[str, str]] = {"CTA_TIMEOUT_*": "states of a protocol: sets of their own"}


class Policy(Record, header=NetfilterHeader):
    """Timeouts of a protocol, by name (`CTA_TIMEOUT_*`); without a name, those that hold where no policy does.

    `family` is ipv4 or ipv6: rules of the other one cannot use it. `protocol` says of which class `timeouts` is; 255
    are all that are not known (`Generic`).
    """

    __facts__: ClassVar[Facts] = Facts(attributes=CTA_TIMEOUT, policy="cttimeout_nla_policy")

    name: str | None = attr(CTA_TIMEOUT.NAME, string(31))
    family: takes.Member[NetfilterFamily | None] = attr(CTA_TIMEOUT.L3PROTO, enum(NetfilterFamily, be16))
    protocol: takes.Member[TransportProtocol | int | None] = attr(CTA_TIMEOUT.L4PROTO, enum(TransportProtocol, u8))
    timeouts: takes.Nested[Any] = attr(
        CTA_TIMEOUT.DATA, select("protocol", {number: nest(record) for number, record in RECORDS.items()})
    )
    use: int | None = attr(CTA_TIMEOUT.USE, be32, read_only=True)  # rules, and one


def policies() -> Dump[Policy]:
    """All policies of this network namespace."""
    return netfilter_dump(
        "timeouts.policies", _SUBSYSTEM, IPCTNL_MSG_TIMEOUT.GET, Policy(), Policy, IPCTNL_MSG_TIMEOUT.NEW
    )


def policy(name: str) -> Do[Policy]:
    """One policy; `NotFound` if there is none. Raises EncodeError."""
    return _get("timeouts.policy", name_of(name, "timeouts.policy(name)"))


def default(
    protocol: TransportProtocol | str | int, *, family: NetfilterFamily | str | int | None = None
) -> Do[Policy]:
    """The timeouts of a protocol that hold where no policy does: it is `timeouts` of the answer.

    `family` is ipv4 unless given (ipv6 of ICMPv6); most kernels have the same of both. Fails with `NotSupported` for a
    protocol that the kernel does not track. Raises EncodeError.
    """
    number = number_of(TransportProtocol, protocol, "timeouts.default(protocol)")
    wanted = Policy(family=_family(family, number, "timeouts.default(family)"), protocol=number)
    return netfilter_do(
        "timeouts.default",
        _SUBSYSTEM,
        IPCTNL_MSG_TIMEOUT.DEFAULT_GET,
        wanted,
        reply=Policy,
        reply_message=IPCTNL_MSG_TIMEOUT.DEFAULT_SET,
    )


def set_default(record: Policy) -> Do[None]:
    """Set the timeouts that hold where no policy does: those that are given, others stay. Raises EncodeError."""
    said = _said(record, "timeouts.set_default(record)")
    if said.name is not None:
        raise EncodeError("what holds without a policy has no name: leave it out", "Policy.name")
    return netfilter_do("timeouts.set_default", _SUBSYSTEM, IPCTNL_MSG_TIMEOUT.DEFAULT_SET, said)


def add(record: Policy) -> Do[None]:
    """Make a policy; `AlreadyExists` when it is there. Timeouts that are not given are those that hold without it now.

    Raises EncodeError for one without name, family, protocol or timeouts, and for timeouts of another protocol.
    """
    return _new("timeouts.add", record, NLM_F.CREATE | NLM_F.EXCL)


def replace(record: Policy) -> Do[None]:
    """Make a policy, or put it in the place of the one that is there, which has to be of the same family and protocol.

    Timeouts that are not given are those that hold without a policy, as for `add`, which raises the same.
    """
    return _new("timeouts.replace", record, NLM_F.CREATE | NLM_F.REPLACE)


def change(record: Policy) -> Talk[None]:
    """Set the timeouts that are given of a policy that is there, which is read first; others stay as they are.

    `NotFound` if there is none. Raises EncodeError as `add`, and where the policy is of another family or protocol.
    """
    said = _said(record, "timeouts.change(record)")
    asking = _get("timeouts.change", name_of(said.name, "Policy.name"))

    def steps() -> Generator[Do[Any] | Dump[Any], Any, None]:
        there = yield asking
        for field in ("family", "protocol"):
            if getattr(there, field) != getattr(said, field):
                raise EncodeError(f"the policy is of {getattr(there, field)!s}", f"Policy.{field}")
        news = {name: getattr(said.timeouts, name) for name in given(said.timeouts)}
        merged = replace_fields(there.timeouts, unknown=(), **news)
        yield _new("timeouts.change", Policy(**{**_known_by(said), "timeouts": merged}), NLM_F.REPLACE)

    return Talk("timeouts.change", steps)


def delete(record: Policy | str) -> Do[None]:
    """Remove a policy, by its name: `NotFound` if there is none, `Busy` while rules use it.

    Connections that had it go on with what holds without. Raises EncodeError.
    """
    if isinstance(record, Policy):
        for field in own(record) - {"name"}:
            raise EncodeError("the kernel looks at the name alone: leave it out", f"Policy.{field}")
        record = name_of(record.name, "Policy.name")
    request = Policy(name=name_of(record, "timeouts.delete(record)"))
    return netfilter_do("timeouts.delete", _SUBSYSTEM, IPCTNL_MSG_TIMEOUT.DELETE, request)


def flush() -> Do[None]:
    """Remove all policies that no rule uses: those that one uses stay."""
    return netfilter_do("timeouts.flush", _SUBSYSTEM, IPCTNL_MSG_TIMEOUT.DELETE, Policy())


def _get(called: str, name: str) -> Do[Policy]:
    return netfilter_do(
        called,
        _SUBSYSTEM,
        IPCTNL_MSG_TIMEOUT.GET,
        Policy(name=name),
        reply=Policy,
        reply_message=IPCTNL_MSG_TIMEOUT.NEW,
    )


def _new(called: str, record: Policy, flags: int) -> Do[None]:
    said = _said(record, f"{called}(record)")
    name_of(said.name, "Policy.name")
    return netfilter_do(called, _SUBSYSTEM, IPCTNL_MSG_TIMEOUT.NEW, said, flags=flags)


def _known_by(record: Policy) -> dict[str, Any]:
    return {name: getattr(record, name) for name in ("name", "family", "protocol")}


def _said(record: Policy, path: str) -> Policy:
    """What a record says, whole: a family, a protocol, timeouts of it. Raises EncodeError."""
    said = settable(record_of(Policy, record, path), "Policy")
    if said.protocol is None:
        raise EncodeError('say of which: "tcp", "udp" … or 255 for those that are not known', "Policy.protocol")
    if said.family is None:
        raise EncodeError("say of which: ipv4 or ipv6", "Policy.family")
    family = _family(said.family, said.protocol, "Policy.family")
    expected = RECORDS.get(said.protocol)
    if expected is None:
        raise EncodeError("connection tracking knows no states of it: 255 stands for all of these", "Policy.protocol")
    if said.timeouts is not None and class_of(said.timeouts) is not expected:
        raise EncodeTypeError(
            f"has timeouts of class {expected.__name__}, not {type(said.timeouts).__name__}", "Policy.protocol"
        )
    if said.timeouts is None or not given(said.timeouts):
        raise EncodeError("set one of them at least", "Policy.timeouts")
    if was_read(record) and changed(record) & {"protocol"}:
        raise EncodeError("another protocol has other timeouts: make a record of its own", "Policy.protocol")
    return replace_fields(said, family=family, unknown=())


def _family(given: Any, protocol: int, path: str) -> NetfilterFamily:
    only = {TransportProtocol.ICMP: NetfilterFamily.IPV4, TransportProtocol.ICMPV6: NetfilterFamily.IPV6}.get(
        protocol  # type: ignore[call-overload]  # a number that none of them has is none
    )
    if given is None:
        return only or NetfilterFamily.IPV4
    family = member_of(NetfilterFamily, given, path)
    if family not in (NetfilterFamily.IPV4, NetfilterFamily.IPV6):
        raise EncodeError("connections are tracked of ipv4 and of ipv6", path)
    if only is not None and family is not only:
        raise EncodeError(f"this protocol is of {only.label} alone", path)
    return family

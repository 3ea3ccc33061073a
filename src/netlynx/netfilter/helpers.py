"""Helpers of connection tracking that are programs: packets of what they follow come to them by a queue.

    from netlynx.netfilter import helpers

    nl.do(helpers.add(helpers.Helper(
        name="tns", family="ipv4", protocol="tcp", queue=3, policies=[helpers.ExpectPolicy(name="tns", timeout=300)],
    )))

They are the whole machine's, in whichever network namespace they are asked for, and take CAP_NET_ADMIN in the initial
user namespace. What a program expects it says with its verdict (`queue.accept(packet, expectation=…)`). Source:
linux/netfilter/nfnetlink_cthelper.h, net/netfilter/nfnetlink_cthelper.c, nfct(8).
"""

from __future__ import annotations

import errno
from collections.abc import Generator
from typing import Any, ClassVar

from netlynx.engine.operation import Do, Dump, Talk, in_words
from netlynx.errors import EncodeError, NotFound
from netlynx.netfilter.constants import NFNL_SUBSYS, NetfilterFamily, TransportProtocol
from netlynx.netfilter.messages import NFNL_MSG_CTHELPER
from netlynx.netfilter.nfnetlink import NetfilterHeader, netfilter_do, netfilter_dump
from netlynx.schema import (
    Constants,
    Enumeration,
    Record,
    attr,
    be16,
    be32,
    enum,
    nest,
    replace_fields,
    string,
    takes,
    u8,
)
from netlynx.schema.arguments import name_of, record_of
from netlynx.schema.facts import Facts
from netlynx.schema.kinds import array, translated
from netlynx.schema.sending import own
from netlynx.wire.constants import NLM_F

_SUBSYSTEM = int(NFNL_SUBSYS.CTHELPER)
_MOST_EXPECTED = 255  # NF_CT_EXPECT_MAX_CNT
_MOST_PRIVATE = 32  # bytes of nf_conn_help.data


class NFCTH(Constants):
    """Attributes."""

    UNSPEC = 0
    NAME = 1
    TUPLE = 2
    QUEUE_NUM = 3
    POLICY = 4
    PRIV_DATA_LEN = 5
    STATUS = 6


class NFCTH_TUPLE(Constants):
    """What connections a helper follows."""

    UNSPEC = 0
    L3PROTONUM = 1
    L4PROTONUM = 2


class NFCTH_POLICY(Constants):
    """What may be expected of one class."""

    UNSPEC = 0
    NAME = 1
    EXPECT_MAX = 2
    EXPECT_TIMEOUT = 3

    __omitted__: ClassVar[dict[str, str]] = {"NFCTH_POLICY_SET*": "the list of them: a set of its own"}


class NFCTH_POLICY_SET(Constants, renamed={f"SET{at}": f"NFCTH_POLICY_SET{at}" for at in (1, 2, 3, 4)}):
    """The list of classes."""

    UNSPEC = 0
    NUM = 1
    SET1 = 2
    SET2 = 3
    SET3 = 4
    SET4 = 5


class HelperStatus(Enumeration, prefix="NFCT_HELPER_STATUS_"):
    """Whether packets come to the helper: those of one that is not enabled go on without it."""

    DISABLED = 0
    ENABLED = 1


class ExpectPolicy(Record):
    """What a helper may expect of one class: `most` connections at once (255 unless it says other), each for `timeout`
    seconds."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFCTH_POLICY, policy="nfnl_cthelper_expect_pol")

    name: str | None = attr(NFCTH_POLICY.NAME, string(15))
    most: int | None = attr(NFCTH_POLICY.EXPECT_MAX, be32)
    timeout: int | None = attr(NFCTH_POLICY.EXPECT_TIMEOUT, be32)  # seconds


class PolicySet(Record):
    """The classes as the kernel counts them: `Helper.policies` has them in a list."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFCTH_POLICY_SET, policy="nfnl_cthelper_expect_policy_set")

    number: int | None = attr(NFCTH_POLICY_SET.NUM, be32)
    first: takes.Nested[ExpectPolicy | None] = attr(NFCTH_POLICY_SET.SET1, nest(ExpectPolicy))
    second: takes.Nested[ExpectPolicy | None] = attr(NFCTH_POLICY_SET.SET2, nest(ExpectPolicy))
    third: takes.Nested[ExpectPolicy | None] = attr(NFCTH_POLICY_SET.SET3, nest(ExpectPolicy))
    fourth: takes.Nested[ExpectPolicy | None] = attr(NFCTH_POLICY_SET.SET4, nest(ExpectPolicy))


_PLACES = ("first", "second", "third", "fourth")


def _listed(found: PolicySet) -> tuple[ExpectPolicy, ...]:
    return tuple(each for each in (getattr(found, place) for place in _PLACES) if each is not None)


def _counted(policies: Any) -> PolicySet:
    if isinstance(policies, ExpectPolicy) or len(policies) > len(_PLACES):
        raise EncodeError(f"a list of {len(_PLACES)} classes at most")
    return PolicySet(number=len(policies), **dict(zip(_PLACES, policies, strict=False)))


class Helper(Record, header=NetfilterHeader):
    """A helper that is a program (`NFCTH_*`): known by `name`, `family` (ipv4, ipv6) and `protocol`.

    Packets of connections that have it (`-j CT --helper NAME`) go to `queue`, as long as its `status` is ENABLED; where
    nobody listens there they go on without it. Its expectations are of one to four classes, `policies`, of which
    `Expectation.helper_class` counts from 0. `private_size` is how much it keeps of its own with a connection.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=NFCTH, policy="nfnl_cthelper_policy"),
        Facts(attributes=NFCTH_TUPLE, policy="nfnl_cthelper_tuple_pol"),
    )

    name: str | None = attr(NFCTH.NAME, string(15))
    family: takes.Member[NetfilterFamily | None] = attr(
        (NFCTH.TUPLE, NFCTH_TUPLE.L3PROTONUM), enum(NetfilterFamily, be16)
    )
    protocol: takes.Member[TransportProtocol | None] = attr(
        (NFCTH.TUPLE, NFCTH_TUPLE.L4PROTONUM), enum(TransportProtocol, u8)
    )
    queue: int | None = attr(NFCTH.QUEUE_NUM, be32)  # 0 to 65535
    policies: takes.MaybeSeveral[ExpectPolicy] = attr(
        NFCTH.POLICY, translated(PolicySet, _listed, _counted, array(nest(ExpectPolicy)))
    )
    private_size: int | None = attr(NFCTH.PRIV_DATA_LEN, be32)  # bytes, 32 at most
    status: takes.Member[HelperStatus | None] = attr(NFCTH.STATUS, enum(HelperStatus, be32))


def helpers() -> Dump[Helper]:
    """All helpers that are programs, of the whole machine; those of the kernel are not told."""
    return netfilter_dump("helpers.helpers", _SUBSYSTEM, NFNL_MSG_CTHELPER.GET, Helper(), Helper, NFNL_MSG_CTHELPER.NEW)


def helper(
    name: str,
    *,
    protocol: TransportProtocol | str | int,
    family: NetfilterFamily | str | int = NetfilterFamily.IPV4,
) -> Talk[Helper]:
    """One helper, looked for among all; `NotFound` if there is none. Raises EncodeError."""
    wanted: dict[str, Any] = {"name": name, "protocol": protocol, "family": family}
    known = _key(Helper(**wanted))
    return Talk("helpers.helper", lambda: _found("helpers.helper", known))


def add(record: Helper) -> Do[None]:
    """Make a helper; `AlreadyExists` when it is there. It is enabled, for queue 0, unless it says other.

    Raises EncodeError for one without name, protocol, family and policies, and for what the kernel does not take.
    """
    record_of(Helper, record, "helpers.add(record)")
    known = _key(record)
    if not record.policies:
        raise EncodeError("say what it may expect: one to four classes", "Helper.policies")
    _check(record)
    made = replace_fields(
        known,
        queue=record.queue or 0,
        policies=tuple(_whole(each, f"Helper.policies[{at}]") for at, each in enumerate(record.policies or ())),
        private_size=record.private_size or 0,
        status=HelperStatus.ENABLED if record.status is None else record.status,
    )
    return netfilter_do("helpers.add", _SUBSYSTEM, NFNL_MSG_CTHELPER.NEW, made, flags=NLM_F.CREATE | NLM_F.EXCL)


def change(record: Helper) -> Talk[None]:
    """Set what is given of a helper that is there: queue, status, how much and how long its classes expect.

    `NotFound` if there is none. Of classes, all have to be given with the names that they have; `private_size` cannot
    be changed. Raises EncodeError for a record that changes nothing, and as `add`.
    """
    record_of(Helper, record, "helpers.change(record)")
    known = _key(record)
    news = {name: getattr(record, name) for name in own(record) - {"name", "family", "protocol"}}
    if not news:
        raise EncodeError("say what is to be changed: queue, status, policies", "Helper")
    if "private_size" in news:
        raise EncodeError("cannot be changed", "Helper.private_size")
    if record.policies == ():
        raise EncodeError("there is one at least: leave it out, or say all", "Helper.policies")
    _check(record)
    if "policies" in news:
        news["policies"] = tuple(
            _whole(each, f"Helper.policies[{at}]") for at, each in enumerate(record.policies or ())
        )
    changing = netfilter_do("helpers.change", _SUBSYSTEM, NFNL_MSG_CTHELPER.NEW, replace_fields(known, **news))

    def steps() -> Generator[Do[Any] | Dump[Any], Any, None]:
        there = yield from _found("helpers.change", known)
        names = [str(each.name) for each in there.policies or ()]
        if "policies" in news and names != [each.name for each in news["policies"]]:
            raise EncodeError(
                f"the helper has the classes {', '.join(names)}, which cannot be others", "Helper.policies"
            )
        yield changing

    return Talk("helpers.change", steps)


def delete(record: Helper) -> Talk[None]:
    """Remove a helper: connections that had it go on without. `NotFound` if there is none, `Busy` while rules use it.

    Raises EncodeError for one without name, family and protocol, and for more than the kernel looks at.
    """
    record_of(Helper, record, "helpers.delete(record)")
    for name in own(record) - {"name", "family", "protocol"}:
        raise EncodeError("the kernel does not look at it when it deletes: leave it out", f"Helper.{name}")
    known = _key(record)
    deleting = netfilter_do("helpers.delete", _SUBSYSTEM, NFNL_MSG_CTHELPER.DEL, known)

    def steps() -> Generator[Do[Any] | Dump[Any], Any, None]:
        yield from _found("helpers.delete", known)  # where there is no helper at all, the kernel would say nothing
        yield deleting

    return Talk("helpers.delete", steps)


def flush() -> Do[None]:
    """Remove all helpers that are programs, of the whole machine. Those that rules use stay: `Busy` if all do."""
    return netfilter_do("helpers.flush", _SUBSYSTEM, NFNL_MSG_CTHELPER.DEL, Helper())


def _found(called: str, known: Helper) -> Generator[Dump[Helper], list[Helper], Helper]:
    """The helper that is there. Asked for one that is not, the kernel only acknowledges (nfnl_cthelper_get)."""
    for each in (yield helpers()):
        if (each.name, each.family, each.protocol) == (known.name, known.family, known.protocol):
            return each
    words = "no helper has this name, this family and this protocol"
    raise NotFound(errno.ENOENT, words, asked=f"{called}({in_words(known)})")


def _key(record: Helper) -> Helper:
    name_of(record.name, "Helper.name")
    if record.protocol is None:
        raise EncodeError('say of which: "tcp", "udp" …', "Helper.protocol")
    if record.family not in (NetfilterFamily.IPV4, NetfilterFamily.IPV6):
        raise EncodeError("say of which: ipv4 or ipv6", "Helper.family")
    return Helper(name=record.name, family=record.family, protocol=record.protocol)


def _check(record: Helper) -> None:
    if record.queue is not None and record.queue > 0xFFFF:
        raise EncodeError("queues have numbers from 0 to 65535", "Helper.queue")
    if record.private_size is not None and record.private_size > _MOST_PRIVATE:
        raise EncodeError(f"the kernel keeps {_MOST_PRIVATE} bytes at most", "Helper.private_size")


def _whole(policy: ExpectPolicy, path: str) -> ExpectPolicy:
    record_of(ExpectPolicy, policy, path)
    if not policy.name:
        raise EncodeError("say what the class is called", f"{path}.name")
    if policy.timeout is None:
        raise EncodeError("say for how many seconds it expects a connection", f"{path}.timeout")
    most = _MOST_EXPECTED if policy.most is None else policy.most
    if not 1 <= most <= _MOST_EXPECTED:
        raise EncodeError(f"1 to {_MOST_EXPECTED} can be expected", f"{path}.most")
    return replace_fields(policy, most=most, unknown=())

"""The state of auditing, its limits and its features.

Source: struct audit_status and struct audit_features of linux/audit.h; kernel/audit.c.
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx import limits
from netlynx.engine.operation import Do, make_do
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema import Enumeration, FlagSet, Layout, enum, member, takes, u32
from netlynx.schema.arguments import flags_of, member_of
from netlynx.schema.facts import NoFacts
from netlynx.wire.constants import NETLINK

from .types import AUDIT

_MOST = 0xFFFF_FFFF


class Enabled(Enumeration):
    """Whether the kernel audits; `LOCKED`: it does, and nothing can be changed until the next boot."""

    OFF = 0
    ON = 1
    LOCKED = 2


class Failure(Enumeration, prefix="AUDIT_FAIL_"):
    """What the kernel does when it loses a record: nothing, a line in its log, or a panic."""

    SILENT = 0
    PRINTK = 1
    PANIC = 2


class StatusMask(FlagSet, prefix="AUDIT_STATUS_"):
    """Which members of a status a request is about."""

    ENABLED = 0x01
    FAILURE = 0x02
    PID = 0x04
    RATE_LIMIT = 0x08
    BACKLOG_LIMIT = 0x10
    BACKLOG_WAIT_TIME = 0x20
    LOST = 0x40
    BACKLOG_WAIT_TIME_ACTUAL = 0x80


class Abilities(FlagSet, prefix="AUDIT_FEATURE_BITMAP_"):
    """What this kernel's auditing can do that older ones' cannot."""

    BACKLOG_LIMIT = 0x01
    BACKLOG_WAIT_TIME = 0x02
    EXECUTABLE_PATH = 0x04
    EXCLUDE_EXTEND = 0x08
    SESSIONID_FILTER = 0x10
    LOST_RESET = 0x20
    FILTER_FS = 0x40


class FeatureSet(FlagSet):
    """Features that can be switched on, and locked: bits of AUDIT_FEATURE_*.

    `ONLY_UNSET_LOGINUID`: a login user ID can be set where there is none, and not changed. `LOGINUID_IMMUTABLE`: not
    with CAP_AUDIT_CONTROL either.
    """

    ONLY_UNSET_LOGINUID = 1 << 0
    LOGINUID_IMMUTABLE = 1 << 1


class Nothing(Layout):
    """What a request without a payload says."""

    __facts__: ClassVar[NoFacts] = NoFacts("no bytes, hence no struct")


class Status(Layout, c="audit_status"):
    """The state of auditing. Kernels know a shorter part of it, or a longer one; what they do not know is 0.

    `pid` is the process that gets the records (auditd), 0 for none. `rate_limit` is the most records a second, 0 for
    any; `backlog_limit` how many may wait, `backlog` how many do, `lost` how many were lost. `backlog_wait_time` is how
    long a process waits where the backlog is full, in ticks of the kernel's clock; `waited` how long all have together.
    """

    mask: takes.Flags[StatusMask] = member(enum(StatusMask, u32), c="mask")
    enabled: takes.Member[Enabled] = member(enum(Enabled, u32), c="enabled")
    failure: takes.Member[Failure] = member(enum(Failure, u32), c="failure")
    pid: int = member(u32, c="pid")
    rate_limit: int = member(u32, c="rate_limit")
    backlog_limit: int = member(u32, c="backlog_limit")
    lost: int = member(u32, c="lost")
    backlog: int = member(u32, c="backlog")
    abilities: takes.Flags[Abilities] = member(enum(Abilities, u32), c="feature_bitmap")
    backlog_wait_time: int = member(u32, c="backlog_wait_time")
    waited: int = member(u32, c="backlog_wait_time_actual")


class Features(Layout, c="audit_features"):
    """The features of auditing: those that are there (`known`), switched on (`on`), and `locked` as they are."""

    version: int = member(u32, c="vers")
    known: takes.Flags[FeatureSet] = member(enum(FeatureSet, u32), c="mask")
    on: takes.Flags[FeatureSet] = member(enum(FeatureSet, u32), c="features")
    locked: takes.Flags[FeatureSet] = member(enum(FeatureSet, u32), c="lock")


def status() -> Do[Status]:
    """The state of auditing, and its limits. It takes CAP_AUDIT_CONTROL, as all requests but to hear the log do."""
    return make_do("audit.status", NETLINK.AUDIT, AUDIT.GET, Nothing(), reply=Status, reply_type=AUDIT.GET)


def set_status(
    *,
    enabled: Enabled | str | int | None = None,
    failure: Failure | str | int | None = None,
    rate_limit: int | None = None,
    backlog_limit: int | None = None,
    backlog_wait_time: int | None = None,
) -> Do[None]:
    """Change what is given, and nothing else; `Status` says what each is.

    ``enabled="locked"`` cannot be taken back but by a reboot. To become the process that gets the records is for the
    daemon of auditing, and not for here: `RECORDS` hears them beside it.

    Raises EncodeError for nothing at all, and for what a member cannot be.
    """
    name = "audit.set_status"
    mask = StatusMask(0)
    values: dict[str, Any] = {}
    given: dict[str, object] = {
        "enabled": enabled,
        "failure": failure,
        "rate_limit": rate_limit,
        "backlog_limit": backlog_limit,
        "backlog_wait_time": backlog_wait_time,
    }
    for key, value in given.items():
        if value is None:
            continue
        mask |= StatusMask[key.upper()]
        if key == "enabled":
            values[key] = member_of(Enabled, value, f"{name}(enabled)")
        elif key == "failure":
            values[key] = member_of(Failure, value, f"{name}(failure)")
        else:
            values[key] = _whole(value, f"{name}({key})")
    if not mask:
        raise EncodeError(f"nothing is given that could be set: {', '.join(given)}", name)
    return make_do(name, NETLINK.AUDIT, AUDIT.SET, Status(mask=mask, **values))


def reset_lost() -> Do[None]:
    """Count lost records from 0 again."""
    return make_do("audit.reset_lost", NETLINK.AUDIT, AUDIT.SET, Status(mask=StatusMask.LOST))


def features() -> Do[Features]:
    """Which features of auditing there are, which are on, and which cannot be changed any more."""
    return make_do(
        "audit.features", NETLINK.AUDIT, AUDIT.GET_FEATURE, Nothing(), reply=Features, reply_type=AUDIT.GET_FEATURE
    )


def set_features(
    *, on: FeatureSet | str | int | list[str] = 0, off: FeatureSet | str | int | list[str] = 0, lock: bool = False
) -> Do[None]:
    """Switch features on and off, and leave all others as they are. With `lock` these cannot be changed any more.

    Raises EncodeError for nothing at all, for what is no feature, and for one that is to be both.
    """
    name = "audit.set_features"
    wanted, unwanted = flags_of(FeatureSet, on, f"{name}(on)"), flags_of(FeatureSet, off, f"{name}(off)")
    if not isinstance(lock, bool):
        raise EncodeTypeError(f"expected True or False, not {lock!r}", f"{name}(lock)")
    if not wanted | unwanted:
        raise EncodeError("no feature is given", name)
    if wanted & unwanted:
        raise EncodeError(f"{wanted & unwanted} is to be on and off", name)
    mask = wanted | unwanted
    request = Features(version=1, known=mask, on=wanted, locked=mask if lock else FeatureSet(0))
    return make_do(name, NETLINK.AUDIT, AUDIT.SET_FEATURE, request)


def _whole(value: object, path: str) -> int:
    try:
        return limits.whole("value", value, 0, _MOST)
    except TypeError as error:
        raise EncodeTypeError(str(error), path) from None
    except ValueError as error:
        raise EncodeError(str(error), path) from None

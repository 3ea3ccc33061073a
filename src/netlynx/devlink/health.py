"""Health reporters: what a driver has noticed, what it did about it, and what it can tell of that.

Source: net/devlink/health.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.devlink.attributes import DEVLINK_ATTR
from netlynx.devlink.constants import ReporterState
from netlynx.devlink.fmsg import Piece, pieces
from netlynx.devlink.handle import OfPort
from netlynx.schema import attr, boolean, enum, string, takes, u8, u64
from netlynx.schema.facts import Facts

_A, _SPEC = DEVLINK_ATTR, ("devlink", "devlink")
_R = _A.HEALTH_REPORTER


class ReporterKey(OfPort):
    """Which reporter."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_A,
        policy=(
            "devlink_health_reporter_get_do_nl_policy",
            "devlink_health_reporter_recover_nl_policy",
            "devlink_health_reporter_diagnose_nl_policy",
            "devlink_health_reporter_dump_get_nl_policy",
            "devlink_health_reporter_dump_clear_nl_policy",
            "devlink_health_reporter_test_nl_policy",
        ),
        spec=_SPEC,
    )

    name: str | None = attr(_A.HEALTH_REPORTER_NAME, string)


class Reporter(OfPort):
    """A reporter. Times are milliseconds, but for `dumped_at`: nanoseconds since 1970, of the dump that is kept.

    What a reporter cannot do is None: `graceful_period` and `auto_recover` of one that recovers nothing, `auto_dump` of
    one that dumps nothing.
    """

    name: str | None = attr((_R, _A.HEALTH_REPORTER_NAME), string)
    state: takes.Member[ReporterState | None] = attr(
        (_R, _A.HEALTH_REPORTER_STATE), enum(ReporterState, u8), read_only=True
    )
    errors: int | None = attr((_R, _A.HEALTH_REPORTER_ERR_COUNT), u64, read_only=True)
    recoveries: int | None = attr((_R, _A.HEALTH_REPORTER_RECOVER_COUNT), u64, read_only=True)
    graceful_period: int | None = attr((_R, _A.HEALTH_REPORTER_GRACEFUL_PERIOD), u64)  # between two recoveries
    burst_period: int | None = attr((_R, _A.HEALTH_REPORTER_BURST_PERIOD), u64)  # before it begins
    auto_recover: bool | None = attr((_R, _A.HEALTH_REPORTER_AUTO_RECOVER), boolean)
    auto_dump: bool | None = attr((_R, _A.HEALTH_REPORTER_AUTO_DUMP), boolean)
    dumped: int | None = attr((_R, _A.HEALTH_REPORTER_DUMP_TS), u64, read_only=True)  # since the machine started
    dumped_at: int | None = attr((_R, _A.HEALTH_REPORTER_DUMP_TS_NS), u64, read_only=True)


class ReporterSettings(OfPort):
    """What can be set of a reporter; what is None stays. Times are milliseconds."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_health_reporter_set_nl_policy", spec=_SPEC)

    name: str | None = attr(_A.HEALTH_REPORTER_NAME, string)
    graceful_period: int | None = attr(_A.HEALTH_REPORTER_GRACEFUL_PERIOD, u64)
    burst_period: int | None = attr(_A.HEALTH_REPORTER_BURST_PERIOD, u64)
    auto_recover: bool | None = attr(_A.HEALTH_REPORTER_AUTO_RECOVER, boolean)
    auto_dump: bool | None = attr(_A.HEALTH_REPORTER_AUTO_DUMP, boolean)


class FormattedMessage(OfPort):
    """A part of what a reporter tells: `netlynx.devlink.values_of` puts those of all parts together."""

    pieces: tuple[Piece, ...] = attr(_A.FMSG, pieces)

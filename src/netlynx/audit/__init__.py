"""Auditing (NETLINK_AUDIT): its state and limits, its rules, and its log, read beside the daemon that keeps it.

    from netlynx import audit

    with netlynx.connect() as nl:
        print(nl.do(audit.status()).lost)
        nl.do(audit.add("-w /etc/passwd -p wa -k identity"))  # or a Rule: of typed conditions
        for rule in nl.do(audit.rules()):
            print(rule)  # as `auditctl -l` does
        with nl.subscribe(audit.LOG) as log:
            for event in log: ...  # records of one event put together

The kernel answers to its initial PID and user namespaces alone. Source: linux/audit.h, kernel/audit.c, auditfilter.c;
auditctl(8) for the text of rules.
"""

from .condition import Comparison, Condition
from .fields import AUDIT_ARCH, Action, Filter
from .log import LOG, LogEvent
from .parsing import parse
from .record import LogRecord
from .rule import Rule, watch
from .rules import add, delete, flush, rules
from .status import (
    Abilities,
    Enabled,
    Failure,
    Features,
    FeatureSet,
    Status,
    features,
    reset_lost,
    set_features,
    set_status,
    status,
)
from .types import AUDIT, type_name

__all__ = [
    "AUDIT",
    "AUDIT_ARCH",
    "LOG",
    "Abilities",
    "Action",
    "Comparison",
    "Condition",
    "Enabled",
    "Failure",
    "FeatureSet",
    "Features",
    "Filter",
    "LogEvent",
    "LogRecord",
    "Rule",
    "Status",
    "add",
    "delete",
    "features",
    "flush",
    "parse",
    "reset_lost",
    "rules",
    "set_features",
    "set_status",
    "status",
    "type_name",
    "watch",
]

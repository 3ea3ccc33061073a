"""Which rule the kernel takes for a deletion. Source: rule_find in net/core/fib_rules.c; tried out."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from netlynx.engine.operation import Dump, Guarded
from netlynx.route.rivals import Guard
from netlynx.route.rule import Rule, RuleFlags, rules
from netlynx.schema.record import fields_of

_STATE = RuleFlags.UNRESOLVED | RuleFlags.IIF_DETACHED | RuleFlags.OIF_DETACHED | RuleFlags.PERMANENT
_NOT_COMPARED = ("goto", "flags", "unknown")


class _Rules(Guard):
    record = Rule

    def needed(self, record: Any, pattern: Any) -> bool:
        return self.was_read(record) or record.priority == 0 or bool(pattern.flags or pattern.goto)

    def domain(self, operation: Guarded[Any]) -> Hashable:
        return int(operation.pattern.family)

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        return rules(family=operation.pattern.family)

    def around(self, operation: Guarded[Any]) -> Dump[Any]:
        # To the kernel 0 means any, and what comes first is taken.
        priority = operation.record.priority
        return self.listing(operation).where(priority=priority) if priority else self.listing(operation)

    def covers(self, dump: Dump[Any]) -> bool:
        return {name for name, _ in dump.match} <= {"family", "priority"}

    def key_of(self, record: Any) -> Hashable:
        return record.family, record.priority

    def means(self, operation: Guarded[Any], rival: Any) -> bool:
        if self.was_read(operation.record):
            return _whole(operation.record) == _whole(rival)
        pattern = operation.pattern
        if operation.record.priority not in (None, rival.priority):
            return False
        return _fits(pattern, rival) and not pattern.flags & ~rival.flags and pattern.goto in (None, rival.goto)

    def taken(self, pattern: Any, rivals: list[Any]) -> list[Any]:
        return next(([each] for each in rivals if _fits(pattern, each)), [])


RULES = _Rules()


def _whole(rule: Any) -> dict[str, Any]:
    return {**fields_of(rule), "flags": rule.flags & ~_STATE}


def _fits(pattern: Any, rule: Any) -> bool:
    for name, value in fields_of(pattern).items():
        if name in _NOT_COMPARED or not value or (name == "suppress_prefixlen" and value == -1):
            continue
        if getattr(rule, name) != value:
            return False
    return True

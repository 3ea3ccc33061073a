"""Which rule the kernel takes for a deletion. Source: rule_find in net/core/fib_rules.c; tried out."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from netlynx.operation import Dump, Guarded
from netlynx.route.rivals import Guard
from netlynx.route.rule import Rule, RuleFlags, rules
from netlynx.schema.record import fields_of, was_read

_STATE = RuleFlags.UNRESOLVED | RuleFlags.IIF_DETACHED | RuleFlags.OIF_DETACHED | RuleFlags.PERMANENT
_NOT_COMPARED = ("goto", "flags", "unknown")


class _Rules(Guard):
    record = Rule

    def was_read(self, record: Any) -> bool:
        told = record.suppress_prefixlen is not None and record.priority is not None and record.protocol is not None
        return told or was_read(record)

    def needed(self, record: Any, pattern: Any) -> bool:
        return self.was_read(record) or bool(pattern.flags or pattern.goto)

    def domain(self, operation: Guarded[Any]) -> Hashable:
        return int(operation.pattern.family)

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        return rules(family=operation.pattern.family)

    def around(self, operation: Guarded[Any]) -> Dump[Any]:
        return self.listing(operation).where(priority=operation.pattern.priority)

    def covers(self, dump: Dump[Any]) -> bool:
        return {name for name, _ in dump.match} <= {"family", "priority"}

    def key_of(self, record: Any) -> Hashable:
        return record.family, record.priority

    def means(self, operation: Guarded[Any], rival: Any) -> bool:
        if self.was_read(operation.record):
            return _whole(operation.record) == _whole(rival)
        pattern = operation.pattern
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

"""Rules of auditing: listed, added, deleted."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from netlynx.engine.operation import Do, Dump, Talk, make_do, make_dump
from netlynx.errors import EncodeTypeError
from netlynx.wire.constants import NETLINK

from .parsing import parse
from .rule import Rule
from .rule_data import RuleData
from .status import Nothing
from .types import AUDIT


def rules() -> Talk[list[Rule]]:
    """All rules, list by list, in the order in which the kernel asks them. It takes CAP_AUDIT_CONTROL.

    ``print(*nl.do(audit.rules()), sep="\\n")`` is what ``auditctl -l`` prints.
    """

    def steps() -> Generator[Dump[Any], Any, list[Rule]]:
        found: list[RuleData] = yield _listed()
        return [Rule.of(each) for each in found]

    return Talk("audit.rules", steps)


def add(rule: Rule | str) -> Do[None]:
    """Have the kernel ask a rule from now on, behind those of its list that are there, or before them (`Rule.first`).

    A rule may be given as auditctl(8) takes it: ``audit.add("-w /etc/passwd -p wa -k identity")``. Raises EncodeError;
    when it is carried out AlreadyExists, NotFound for the directory of a path that is not there.
    """
    return _changed("audit.add", AUDIT.ADD_RULE, rule)


def delete(rule: Rule | str) -> Do[None]:
    """Take a rule away: the one that says all of this, and no other. Raises as `add`; NotFound if there is none."""
    return _changed("audit.delete", AUDIT.DEL_RULE, rule)


def flush() -> Talk[int]:
    """Take all rules away, one after the other; how many there were."""

    def steps() -> Generator[Do[Any] | Dump[Any], Any, int]:
        found: list[RuleData] = yield _listed()
        for each in found:
            yield make_do("audit.delete", NETLINK.AUDIT, AUDIT.DEL_RULE, each)
        return len(found)

    return Talk("audit.flush", steps)


def _listed() -> Dump[Any]:
    listing: Any = Nothing()  # whose answer ends like a table's
    return make_dump("audit.rules", NETLINK.AUDIT, AUDIT.LIST_RULES, listing, RuleData, AUDIT.LIST_RULES)  # type: ignore[arg-type]


def _changed(name: str, kind: int, given: Rule | str) -> Do[None]:
    if not isinstance(given, Rule | str):
        raise EncodeTypeError(f"expected a Rule, or its text, not {type(given).__name__} {given!r}", f"{name}(rule)")
    rule = parse(given) if isinstance(given, str) else given
    return make_do(name, NETLINK.AUDIT, kind, rule.data())

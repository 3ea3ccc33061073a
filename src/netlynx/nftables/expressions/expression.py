"""What all expressions are: the steps of a rule, one after the other."""

from __future__ import annotations

from netlynx.errors import EncodeError
from netlynx.late import found
from netlynx.schema import Record, tagged


class Expression(Record):
    """One step of a rule: it loads, computes, compares, counts or acts, or ends the rule where it does not match.

    Each sort of step is a class of its own, which has the kernel's name for it in its docstring. One that is not known
    here is an `UnknownExpression`, and goes back as it came.
    """


any_expression = tagged(found("netlynx.nftables.expressions.every", "UnknownExpression"))
"""The kind of a field that is an expression: a record of the class that its name says."""


def without_effect(expression: Expression, why: str, *names: str) -> None:
    """Refuse fields that the kernel would take and forget. Raises EncodeError with the field's name."""
    for name in names:
        if getattr(expression, name) is not None:
            raise EncodeError(f"{why}: leave it out", name)

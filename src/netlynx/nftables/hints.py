"""What nftables means where the number of its error says little: only where the request leaves no other cause."""

from __future__ import annotations

import errno
import re
from typing import Any

from netlynx.engine.operation import Do, Dump
from netlynx.nftables.chain import Chain
from netlynx.nftables.data import Data, Verdict
from netlynx.nftables.expressions.comparing import Lookup
from netlynx.nftables.expressions.every import Dynset
from netlynx.nftables.expressions.expression import Expression
from netlynx.nftables.expressions.referring import ObjectReference
from netlynx.nftables.expressions.tracking import FlowOffload
from netlynx.nftables.refused import element_at
from netlynx.nftables.rule import Rule
from netlynx.nftables.set import Set
from netlynx.nftables.table import Table
from netlynx.schema.locate import locate
from netlynx.wire.constants import NLMSG_HDRLEN
from netlynx.wire.message import Acknowledgement

_FIRST = "make it before, in the same transaction if you like"


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about a refusal, or "" where no more is known than its number tells."""
    request: Any = operation.request
    if isinstance(operation, Dump) or answer.offset is None:
        return ""
    about = element_at(operation, answer)
    if about:
        return about
    path = locate(request, operation.payload, answer.offset - NLMSG_HDRLEN)
    _, _, field = path.partition(".")
    if answer.errno == errno.ENOENT:
        return _missing(request, field)
    if answer.errno == errno.EEXIST and field in ("name", "chain", "table"):
        return "Destroy it before, in the same transaction, or change the one that is there"
    return ""


def _missing(request: Any, field: str) -> str:
    family = getattr(request, "family", None)
    of = f" of the family {family.label}" if family is not None else ""
    if field == "table" or (field == "name" and isinstance(request, Table)):
        name = request.name if isinstance(request, Table) else request.table
        return f"There is no table {name}{of}: {_FIRST}"
    if field == "chain" and isinstance(request, Rule):
        return f"There is no chain {request.chain} in the table {request.table}{of}: {_FIRST}"
    if field == "set" and hasattr(request, "set"):  # elements of it
        return f"There is no set {request.set} in the table {request.table}{of}: {_FIRST}"
    if field == "handle":
        return f"Nothing in the table {request.table}{of} has the handle {request.handle} by now"
    if field == "name" and isinstance(request, Chain | Set):
        return f"There is none of this name in the table {request.table}{of}"
    found = re.match(r"expressions\[(\d+)\]", field)
    if found and isinstance(request, Rule):
        return _of_expression(request, request.expressions[int(found[1])])
    return ""


def _of_expression(rule: Rule, expression: Expression) -> str:
    what = _named_by(expression)
    if what:
        return f"There is no {what} in the table {rule.table} of the family {rule.family.label}: {_FIRST}"
    return ""


def _named_by(expression: Expression) -> str:
    """What an expression names, if it names anything."""
    if isinstance(expression, Lookup):
        return f"set {expression.set}"
    if isinstance(expression, Dynset):
        return f"set {expression.set_name}"
    if isinstance(expression, ObjectReference) and expression.imm_name is not None:
        kind = "" if expression.imm_type is None else f"{expression.imm_type} "
        return f"{kind}object {expression.imm_name}"
    if isinstance(expression, ObjectReference):
        return f"set {expression.set_name}"
    if isinstance(expression, FlowOffload):
        return f"flowtable {expression.table_name}"
    data = getattr(expression, "data", None)
    verdict = data.verdict if isinstance(data, Data) else data
    return f"chain {verdict.chain}" if isinstance(verdict, Verdict) and verdict.chain else ""

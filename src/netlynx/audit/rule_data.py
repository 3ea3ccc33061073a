"""A rule as it goes to the kernel and comes back: fixed arrays, and texts behind them. Source: linux/audit.h."""

from __future__ import annotations

from collections.abc import Iterator

from netlynx.errors import DecodeError
from netlynx.schema import Layout, array, member, u32

from .fields import FIELDS, NAMES, TEXT

KEY_SEPARATOR = "\x01"  # between several keys of a rule
_FIELDS = 64  # AUDIT_MAX_FIELDS, and AUDIT_BITMASK_SIZE


class RuleData(Layout, c="audit_rule_data"):
    """One rule; the texts of its fields stand in `tail`, one behind the other, and `values` has their lengths."""

    flags: int = member(u32, c="flags")  # the list, and where in it
    action: int = member(u32, c="action")
    field_count: int = member(u32, c="field_count")
    mask: tuple[int, ...] = member(array(u32, _FIELDS), c="mask")  # a bit for each system call
    fields: tuple[int, ...] = member(array(u32, _FIELDS), c="fields")
    values: tuple[int, ...] = member(array(u32, _FIELDS), c="values")
    operators: tuple[int, ...] = member(array(u32, _FIELDS), c="fieldflags")
    length: int = member(u32, c="buflen")  # of the texts, in bytes


def strings_of(rule: RuleData) -> Iterator[str]:
    """The texts of a rule's fields in their order. Raises DecodeError where they are longer than what is there."""
    if {len(rule.mask), len(rule.fields), len(rule.values), len(rule.operators)} != {_FIELDS}:
        raise DecodeError("a rule is cut off", 0, "audit_rule_data")
    if rule.field_count > _FIELDS:
        raise DecodeError(f"a rule of {rule.field_count} fields has room for {_FIELDS}", 8, "audit_rule_data")
    at = 0
    found = []
    for number, length in zip(rule.fields[: rule.field_count], rule.values, strict=False):
        name = NAMES.get(number)
        if name is not None and FIELDS[name].kind == TEXT:
            if at + length > min(rule.length, len(rule.tail)):
                raise DecodeError(f"a rule's {name} of {length} bytes is cut off", at, "audit_rule_data")
            found.append(rule.tail[at : at + length].decode("utf-8", "surrogateescape"))
            at += length
    return iter(found)

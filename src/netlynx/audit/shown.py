"""A rule as ``auditctl -l`` prints it: ``-w PATH -p PERMISSIONS -k KEY``, or ``-a ACTION,LIST -S CALL -F …``."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from . import fields, values
from .condition import Comparison, Condition
from .fields import FIELDS, Action, Filter
from .rule_data import KEY_SEPARATOR

if TYPE_CHECKING:
    from .rule import Rule

_CALLS = (Filter.EXIT, Filter.URING_EXIT)
_WATCHED = {"path", "dir", "perm", "key"}  # all that a rule has that is written as a watch


def text_of_rule(rule: Rule) -> str:
    """The options that make the rule, in the order in which auditctl lists them."""
    watched = _as_watch(rule)
    if watched:
        return watched
    listed = rule.list
    words = [f"{'-A' if rule.first else '-a'} {rule.action},{listed}"]
    words += [_shown(each) for each in rule.conditions if isinstance(each, Condition) and each.field == "arch"]
    if rule.syscalls is not None:
        words.append(f"-S {','.join(map(str, rule.syscalls))}")
    elif listed in _CALLS:
        words.append("-S all")
    for each in rule.conditions:
        if isinstance(each, Comparison):
            words.append(f"-C {each.left}{each.operator}{each.right}")
        elif each.field == "key":
            for key in str(each.value).split(KEY_SEPARATOR):
                words += "-F", f"key={_word(key)}"
        elif each.field != "arch":
            words.append(_shown(each))
    return " ".join(words)


def _shown(condition: Condition) -> str:
    known = FIELDS.get(condition.field)
    name = condition.field if known else f"f{condition.field}"
    said = _word(values.shown(known.kind if known else fields.SIGNED, condition.value))
    return f"-F {name}{condition.operator}{said}"


def _word(value: object) -> str:
    """A value as it is, in quotes where it would be several words, or others, which is all that auditctl leaves out."""
    text = str(value)
    try:
        plain = shlex.split(text, comments=False) == [text]
    except ValueError:
        plain = False
    return text if plain else shlex.quote(text)


def _as_watch(rule: Rule) -> str:
    """The same as a watch, where it is one: ""."""
    parts = {each.field: each.value for each in rule.conditions if isinstance(each, Condition)}
    plain = all(isinstance(each, Condition) and each.operator == "=" for each in rule.conditions)
    where = parts.get("path", parts.get("dir"))
    if rule.syscalls is not None or not plain or "perm" not in parts or where is None or not set(parts) <= _WATCHED:
        return ""
    if (rule.list, rule.action, rule.first) != (Filter.EXIT, Action.ALWAYS, False):
        return ""
    keys = str(parts["key"]).split(KEY_SEPARATOR) if "key" in parts else []
    permissions = values.shown(fields.PERM, parts["perm"])
    return " ".join([f"-w {_word(where)} -p {permissions}", *(f"-k {_word(key)}" for key in keys)])

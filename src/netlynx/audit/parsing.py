"""Rules from the text that auditctl(8) takes for them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from netlynx.errors import EncodeError
from netlynx.schema.arguments import text_of

from .condition import Comparison, Condition, Part
from .fields import OPERATORS, Action, Filter
from .rule import Rule, keyed, watch

_FIELD = re.compile(r"(\w+?)(!=|<=|>=|&=|=|<|>|&)(.+)", re.S)
_LISTS = {each.label: each for each in Filter} | {"uring": Filter.URING_EXIT}
_ALIASES = {"loginuid": "auid", "session_id": "sessionid"}


def parse(text: str) -> Rule:
    """The rule that auditctl would make of these options; a line of a file of rules, or of ``auditctl -l``.

    Options are -a and -A, -w with -p, -S, -F, -C and -k. Values may be quoted as for a shell. Raises EncodeError for
    what is none of them, and as `Rule`.
    """
    try:
        words = iter(shlex.split(text_of(text, "audit.parse(text)")))
    except ValueError as error:
        raise EncodeError(f"{text!r}: {error}", "audit.parse(text)") from None
    given: dict[str, list[str]] = {}
    for option, value in _pairs(words):
        given.setdefault(option, []).append(value)
    if "-w" in given:
        return _watch(given, text)
    if ("-a" in given) + ("-A" in given) != 1 or len(given.get("-a", given.get("-A", []))) != 1:
        raise EncodeError(f"{text!r} has not one of -a, -A and -w", "audit.parse(text)")
    listed, action = _place(given.get("-a", given.get("-A", []))[0])
    if "-p" in given:
        raise EncodeError("-p goes with -w: elsewhere it is a condition on perm", "audit.parse(text)")
    keys = list(given.get("-k", []))
    conditions: list[Part] = []
    for option, word in _in_order(text):
        if option == "-C":
            conditions.append(_comparison(word))
        elif option == "-F" and word.startswith("key="):
            keys.append(word.removeprefix("key="))
        elif option == "-F":
            conditions.append(_condition(word))
    calls = [call for each in given.get("-S", []) for call in each.split(",")]
    everything = not calls or calls == ["all"]
    parts = (*conditions, *keyed(keys))
    return Rule(listed, action, None if everything else tuple(calls), parts, "-A" in given)


def _pairs(words: Iterator[str]) -> Iterator[tuple[str, str]]:
    for option in words:
        if option not in ("-a", "-A", "-w", "-p", "-S", "-F", "-C", "-k"):
            raise EncodeError(f"{option!r} is none of -a -A -w -p -S -F -C -k", "audit.parse(text)")
        value = next(words, None)
        if value is None:
            raise EncodeError(f"{option} takes a value", "audit.parse(text)")
        yield option, value


def _in_order(text: str) -> Iterator[tuple[str, str]]:
    return _pairs(iter(shlex.split(text)))


def _watch(given: dict[str, list[str]], text: str) -> Rule:
    wrong = set(given) - {"-w", "-p", "-k"}
    if wrong or len(given["-w"]) > 1 or len(given.get("-p", [])) > 1:
        raise EncodeError(f"{text!r}: with -w go one -p, and -k", "audit.parse(text)")
    return watch(given["-w"][0], *given.get("-p", []), key=given.get("-k", ()))


def _place(word: str) -> tuple[Filter, Action]:
    parts = word.split(",")
    actions = {each.label: each for each in Action}
    listed = [_LISTS[part] for part in parts if part in _LISTS]
    action = [actions[part] for part in parts if part in actions]
    if len(parts) != 2 or len(listed) != 1 or len(action) != 1:
        names = f"{'|'.join(actions)},{'|'.join(_LISTS)}"
        raise EncodeError(f"{word!r} is not {names}", "audit.parse(text)")
    return listed[0], action[0]


def _condition(word: str) -> Condition:
    found = _FIELD.fullmatch(word)
    if found is None:
        raise EncodeError(f"{word!r} is not FIELD, one of {' '.join(OPERATORS)}, and a value", "audit.parse(text)")
    name, operator, value = found.groups()
    name = _ALIASES.get(name, name)
    return Condition(name.removeprefix("f") if re.fullmatch(r"f\d+", name) else name, operator, value)


def _comparison(word: str) -> Comparison:
    found = _FIELD.fullmatch(word)
    if found is None:
        raise EncodeError(f"{word!r} is not FIELD=FIELD or FIELD!=FIELD", "audit.parse(text)")
    return Comparison(*found.groups())

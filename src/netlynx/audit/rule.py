"""A rule of auditing as a value: in which list it stands, what becomes of what fits, and what has to fit.

Source: struct audit_rule_data of linux/audit.h, kernel/auditfilter.c, auditctl(8).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from netlynx.errors import DecodeError, EncodeError, EncodeTypeError
from netlynx.schema import takes
from netlynx.schema.arguments import number_of, several_of, text_of
from netlynx.wire.nearest import nearest

from . import fields, values
from .condition import Comparison, Condition, Part
from .fields import COMPARE, COMPARED, COMPARISONS, FIELDS, NAMES, OPERATORS, PREPEND, SYMBOLS, TEXT, Action, Filter
from .rule_data import KEY_SEPARATOR, RuleData, strings_of
from .shown import text_of_rule
from .syscalls import NAMES as SYSCALL_NAMES
from .syscalls import NUMBERS as SYSCALL_NUMBERS

_WORD = 32  # bits
_WORDS = 64
_CLASSES = 16  # the last bits stand for sets of system calls
_MOST = _WORDS * _WORD - _CLASSES
_ALL = (0xFFFF_FFFF,) * (_WORDS - 1)

_NO_CALLS = (Filter.USER, Filter.TASK, Filter.EXCLUDE, Filter.FS)


def _given(value: object) -> Any:
    """A default of a field that takes more than it gives."""
    return value


class Rule(msgspec.Struct, frozen=True):
    """One rule: of events of a list, those that all `conditions` fit, and whose system call is one of `syscalls`.

    `list` is ``exit`` (system calls as they end), ``task`` (new tasks), ``user`` (records of programs), ``exclude``
    (records by type), ``filesystem`` or ``io_uring``; `action` ``always`` or ``never``. `syscalls` are names, of the
    machine that the condition on `arch` names (else this one's), or numbers; None: all of them. `first` puts it before
    the other rules of its list. `mask` is what the kernel told of system calls, word by word, where whoever made the
    rule wrote that otherwise than it is written here. ``str(rule)`` is the rule in the words of auditctl(8), which
    `parse` understands.

    Raises EncodeError with the part at fault, for names of system calls that the machine does not have, for
    conditions that are none of the list's, and for two keys or paths where the kernel has room for one.
    """

    list: takes.Member[Filter] = _given(Filter.EXIT)
    action: takes.Member[Action] = _given(Action.ALWAYS)
    syscalls: tuple[int | str, ...] | None = None
    conditions: tuple[Part, ...] = ()
    first: bool = False
    mask: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        put = msgspec.structs.force_setattr
        put(self, "list", number_of(Filter, self.list, "Rule.list"))
        put(self, "action", number_of(Action, self.action, "Rule.action"))
        conditions = several_of(self.conditions, "Rule.conditions")
        given: tuple[object, ...] = conditions
        for each in given:
            if not isinstance(each, Condition | Comparison):
                raise EncodeTypeError(f"expected a Condition or a Comparison, not {each!r}", "Rule.conditions")
        put(self, "conditions", conditions)
        self._check()
        if self.syscalls is not None:
            calls: Any = self.syscalls  # one by itself, too
            several = (calls,) if isinstance(calls, int | str) else several_of(calls, "Rule.syscalls")
            put(self, "syscalls", self._named(several))

    def __str__(self) -> str:
        return text_of_rule(self)

    @property
    def key(self) -> str:
        """Its keys, joined by commas; "" for none."""
        return ",".join(str(self.value_of("key") or "").split(KEY_SEPARATOR))

    @property
    def machine(self) -> str:
        """The machine whose system calls it speaks of; "" for one whose names are not known here."""
        arch = self.value_of("arch")
        number = values.native() if arch is None else int(arch)
        return next((name for name, known in fields.ARCHES.items() if known == number), "")

    def value_of(self, field: str) -> int | str | None:
        """The value that a field is compared with, in the first condition on it."""
        found = (each.value for each in self.conditions if isinstance(each, Condition) and each.field == field)
        return next(found, None)

    def _check(self) -> None:
        seen = [each.field for each in self.conditions if isinstance(each, Condition)]
        for field in ("key", "exe", "path", "dir", "arch"):
            if seen.count(field) > 1:
                raise EncodeError(f"a rule has one {field}, not {seen.count(field)}", f"Rule.{field}")
        if "path" in seen and "dir" in seen:
            raise EncodeError("a rule watches a file or a directory, not both", "Rule.conditions")
        listed = self.list
        if listed == Filter.FS and any(field not in ("fstype", "key") for field in seen):
            raise EncodeError("rules of filesystem have conditions on fstype, and no others", "Rule.conditions")
        if "fstype" in seen and listed != Filter.FS:
            raise EncodeError("fstype is for rules of filesystem", "Rule.conditions")
        if "msgtype" in seen and listed not in (Filter.USER, Filter.EXCLUDE):
            raise EncodeError("msgtype is for rules of user and exclude", "Rule.conditions")
        if self.syscalls is not None and listed in _NO_CALLS:
            raise EncodeError(f"rules of {listed} are about no system calls", "Rule.syscalls")

    def _named(self, given: Iterable[int | str]) -> tuple[int | str, ...]:
        """System calls by name where there is one, in the order of their numbers."""
        known, names = SYSCALL_NUMBERS.get(self.machine, {}), SYSCALL_NAMES.get(self.machine, {})
        numbers = set()
        for each in given:
            if isinstance(each, bool) or not isinstance(each, int | str):
                raise EncodeTypeError(f"expected names of system calls, or numbers, not {each!r}", "Rule.syscalls")
            number = each if isinstance(each, int) else int(each) if each.isdecimal() else known.get(each)
            if number is None:
                raise EncodeError(_unknown(each, self.machine, known), "Rule.syscalls")
            if not 0 <= number < _MOST:
                raise EncodeError(f"system calls are numbered up to {_MOST - 1}, not {number}", "Rule.syscalls")
            numbers.add(number)
        if not numbers:
            raise EncodeError("no system call could fit: None is all of them", "Rule.syscalls")
        return tuple(names.get(number, number) for number in sorted(numbers))

    # -- the kernel's form ---------------------------------------------------------------------------------------

    def data(self) -> RuleData:
        """The rule as the kernel takes it."""
        numbers, operators, words, texts = [], [], [], []
        for each in self.conditions:
            operators.append(OPERATORS[each.operator])
            if isinstance(each, Comparison):
                numbers.append(COMPARE)
                words.append(COMPARISONS[each.left, each.right])
                continue
            numbers.append(each.number)
            if isinstance(each.value, str):
                text = each.value.encode("utf-8", "surrogateescape")
                words.append(len(text))
                texts.append(text)
            else:
                words.append(each.value & 0xFFFF_FFFF)
        strings = b"".join(texts)
        return RuleData(
            flags=int(self.list) | (PREPEND if self.first else 0),
            action=int(self.action),
            field_count=len(numbers),
            mask=self.mask or self._mask(),
            fields=_filled(numbers),
            values=_filled(words),
            operators=_filled(operators),
            length=len(strings),
            tail=strings,
        )

    def _mask(self) -> tuple[int, ...]:
        if self.list == Filter.TASK:
            return (0,) * _WORDS
        if self.syscalls is None:
            return (*_ALL, 0xFFFF_FFFF >> _CLASSES)
        known = SYSCALL_NUMBERS.get(self.machine, {})
        bits = [0] * _WORDS
        for each in self.syscalls:
            number = each if isinstance(each, int) else known[each]
            bits[number // _WORD] |= 1 << number % _WORD
        return tuple(bits)

    @classmethod
    def of(cls, data: RuleData) -> Rule:
        """A rule as the kernel lists it. Raises DecodeError for one that contradicts itself.

        A list, an action or a field that is not known here stays a number.
        """
        try:
            return cls._of(data)
        except EncodeError as error:
            raise DecodeError(f"a rule that cannot be: {error}", 0, "Rule") from None

    @classmethod
    def _of(cls, data: RuleData) -> Rule:
        texts = strings_of(data)
        conditions: list[Part] = []
        for number, operator, value in zip(data.fields, data.operators, data.values, strict=True):
            if len(conditions) == data.field_count:
                break
            symbol = SYMBOLS.get(operator)
            if symbol is None:
                raise DecodeError(f"a rule compares by {operator:#x}, which is no operator", 0, "Rule")
            if number == COMPARE and value in COMPARED:
                left, right = COMPARED[value]
                conditions.append(Comparison(left, symbol, right))
                continue
            name = NAMES.get(number, str(number))
            kind = FIELDS[name].kind if name in FIELDS else fields.SIGNED
            read: int | str = next(texts) if kind == TEXT else values.signed(kind, value)
            conditions.append(Condition(name, symbol, read))
        listed = number_of(Filter, data.flags & ~PREPEND, "Rule.list")
        action = number_of(Action, data.action, "Rule.action")
        made = cls(listed, action, None, tuple(conditions), bool(data.flags & PREPEND))
        put = msgspec.structs.force_setattr
        if listed not in _NO_CALLS and data.mask[: len(_ALL)] != _ALL:
            numbers = tuple(word * _WORD + bit for word, bits in enumerate(data.mask) for bit in _bits(bits))
            names = SYSCALL_NAMES.get(made.machine, {})
            put(made, "syscalls", tuple(names.get(number, number) for number in numbers))
        if made._mask() != data.mask:
            put(made, "mask", data.mask)
        return made


def watch(
    path: str, permissions: str = "rwxa", *, key: str | Iterable[str] = (), directory: bool | None = None
) -> Rule:
    """The rule that watches a file, or a directory and all in it, as ``auditctl -w``.

    `permissions` are letters: reading (r), writing (w), executing (x), changing attributes (a). A path that ends in a
    slash is a directory; otherwise it is looked at, unless `directory` says what it is. Raises EncodeError for a path
    that is not absolute, and for other letters.
    """
    import os

    text_of(path, "audit.watch(path)")
    if not path.startswith("/"):
        raise EncodeError(f"{path!r} is no absolute path", "audit.watch(path)")
    deep = path.endswith("/") or os.path.isdir(path) if directory is None else directory
    parts: list[Part] = [
        Condition("dir" if deep else "path", "=", path.rstrip("/") or "/"),
        Condition("perm", "=", permissions),
        *keyed(key),
    ]
    return Rule(conditions=tuple(parts))


def keyed(key: str | Iterable[str]) -> list[Part]:
    """The condition that is none: names by which records of the rule are found."""
    names = [key] if isinstance(key, str) else several_of(key, "key")
    return [Condition("key", "=", KEY_SEPARATOR.join(text_of(each, "key") for each in names))] if names else []


def _filled(numbers: list[int]) -> tuple[int, ...]:
    if len(numbers) > _WORDS:
        raise EncodeError(f"a rule has {_WORDS} conditions at most, not {len(numbers)}", "Rule.conditions")
    return (*numbers, *(0,) * (_WORDS - len(numbers)))


def _bits(word: int) -> Iterable[int]:
    return (bit for bit in range(_WORD) if word >> bit & 1)


def _unknown(name: object, machine: str, known: dict[str, int]) -> str:
    if not known:
        return f"the system calls of {machine or 'this machine'} are not known here by name: give numbers, not {name!r}"
    return f"{machine} has no system call {name!r}{nearest(str(name), known, listed='')}"

"""Rules: byte for byte what auditctl makes of the same words, and listed in the words that it lists them in."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import netlynx
from facts.book import ABSENT, FactBook
from netlynx import audit
from netlynx.audit import Comparison, Condition, Rule, fields, syscalls
from netlynx.audit.rule_data import RuleData

CAPTURED = json.loads((Path(__file__).parent / "captured_rules.json").read_text())["rules"]


def raw(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text))


@pytest.fixture(autouse=True, scope="module")
def on_x86() -> Iterator[None]:
    """Where the captured rules are from."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("platform.machine", lambda: "x86_64")
        yield


@pytest.mark.parametrize(("words", "listed", "data"), CAPTURED, ids=[each[0] for each in CAPTURED])
def test_a_rule_is_read_listed_and_sent_back_as_it_was(words: str, listed: str, data: str) -> None:
    rule = Rule.of(RuleData.from_bytes(raw(data)))
    assert str(rule) == listed
    assert rule.data().to_bytes() == raw(data)
    assert rule.mask == ()
    assert str(audit.parse(listed)) == listed


@pytest.mark.parametrize(("words", "listed", "data"), CAPTURED, ids=[each[0] for each in CAPTURED])
def test_the_words_of_auditctl_make_the_bytes_of_auditctl(words: str, listed: str, data: str) -> None:
    made = audit.parse(words)
    sent, told = made.data().to_bytes(), raw(data)
    if made.first:  # which the kernel forgets
        sent = bytes([sent[0] & ~fields.PREPEND]) + sent[1:]
    assert sent == told


def test_a_mask_that_others_write_otherwise_is_kept() -> None:
    other = RuleData.from_bytes(raw(CAPTURED[0][2])).replace(mask=(*(0xFFFF_FFFF,) * 63, 0))
    rule = Rule.of(other)
    assert rule.syscalls is None
    assert rule.data() == other


NAMES = [name for name in fields.FIELDS if name not in ("fstype", "msgtype", "arch", "path", "dir", "exe", "key")]
VALUES = {"perm": st.integers(1, 15)}
TEXT = st.text("abcXYZ_/-:0 '\"\\#ä", min_size=1, max_size=20)


@st.composite
def conditions(draw: Any) -> Condition:
    name = draw(st.sampled_from(NAMES))
    number = st.integers(-(2**31), 2**32 - 1)
    value = TEXT if fields.FIELDS[name].kind == fields.TEXT else VALUES.get(name, number)
    return Condition(name, draw(st.sampled_from(list(fields.OPERATORS))), draw(value))


@st.composite
def rules(draw: Any) -> Rule:
    machine = draw(st.sampled_from(list(syscalls.NAMES)))
    parts: list[Any] = [Condition("arch", "=", machine)]
    parts += draw(st.lists(conditions(), max_size=8))
    parts += [
        Comparison(left, draw(st.sampled_from(["=", "!="])), right)
        for left, right in draw(st.lists(st.sampled_from(list(fields.COMPARISONS)), max_size=3))
    ]
    if keys := draw(st.lists(TEXT, max_size=3)):
        parts.append(Condition("key", "=", "\x01".join(keys)))
    known = st.one_of(st.sampled_from(list(syscalls.NUMBERS[machine])), st.integers(600, 2031))
    calls = draw(st.one_of(st.none(), st.lists(known, min_size=1).map(tuple)))
    return Rule(syscalls=calls, conditions=tuple(parts), action=draw(st.sampled_from(["always", "never"])))


@given(rules())
def test_any_rule_is_the_same_when_it_comes_back_and_when_it_is_written_down(rule: Rule) -> None:
    assert Rule.of(RuleData.from_bytes(rule.data().to_bytes())) == rule
    assert audit.parse(str(rule)) == rule


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "has not one of -a, -A and -w"),
        ("-a always,exit -A never,exit", "has not one of"),
        ("-a sometimes,exit", "'sometimes,exit' is not"),
        ("-a exit", "is not never|always"),
        ("-x 7", "'-x' is none of"),
        ("-a always,exit -F", "-F takes a value"),
        ("-a always,exit -F uid", "'uid' is not FIELD"),
        ("-a always,exit -F colour=red", "'colour' is no field"),
        ("-a always,exit -F uid=nobody-of-that-name", "no user's name here"),
        ("-a always,exit -F gid=nobody-of-that-name", "no group's name here"),
        ("-a always,exit -F exit=-EWRONG", "no name of an error"),
        ("-a always,exit -F perm=rq", "letters r, w, x and a"),
        ("-a always,exit -F arch=b65", "no machine"),
        ("-a always,exit -F filetype=pipe", "none of file, dir"),
        ("-a always,exit -F success=maybe", "neither yes nor no"),
        ("-a always,exit -F a0=99999999999", "no number of 32 bits"),
        ("-a always,exit -F path=etc", "no absolute path"),
        ("-a always,exit -F path=/a -F dir=/b", "a file or a directory, not both"),
        ("-a always,exit -F exe=/a -F exe=/b", "one exe, not 2"),
        ("-a always,exit -F arch=b64 -S opne", "did you mean open?"),
        ("-a always,exit -F arch=aarch64 -S open", "aarch64 has no system call 'open'"),
        ("-a always,exit -F arch=alpha -S open", "not known here by name: give numbers"),
        ("-a always,exit -S 2048", "numbered up to"),
        ("-a always,task -S fork", "about no system calls"),
        ("-a always,exit -F msgtype=CWD", "for rules of user and exclude"),
        ("-a always,exit -F fstype=tracefs", "for rules of filesystem"),
        ("-a always,filesystem -F uid=0", "conditions on fstype"),
        ("-a always,exit -C uid=comm", "the kernel compares"),
        ("-a always,exit -C uid>euid", "compared by = and !="),
        ("-a always,exit -p wa", "-p goes with -w"),
        ("-w etc -p wa", "no absolute path"),
        ("-w /etc -p wz", "letters r, w, x and a"),
        ("-w /etc -F uid=0", "with -w go one -p, and -k"),
        ("-a always,exit -k 'open", "quotation"),
    ],
    ids=lambda each: each[:40],
)
def test_what_is_no_rule_is_refused_by_the_word_at_fault(words: str, said: str) -> None:
    with pytest.raises(netlynx.EncodeError) as refused:
        audit.parse(words)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("made", "listed"),
    [
        (lambda: audit.watch("/etc/", "wa", key="k"), "-w /etc -p wa -k k"),
        (lambda: audit.watch("/", directory=True), "-w / -p rwxa"),
        (lambda: Rule(conditions=(Condition("auid", "!=", "unset"),)), "-a always,exit -S all -F auid!=-1"),
        (lambda: Rule("user", "never", None, (Condition("msgtype", "=", "cwd"),)), "-a never,user -F msgtype=CWD"),
        (lambda: Rule(syscalls="openat"), "-a always,exit -S openat"),
        (lambda: Rule(conditions=(Condition("exit", "=", 2),)), "-a always,exit -S all -F exit=2"),
        (lambda: Rule(conditions=(Condition("exit", "=", -2),)), "-a always,exit -S all -F exit=-ENOENT"),
        (lambda: Rule("io_uring", syscalls=(1, "read")), "-a always,io_uring -S read,write"),
        (lambda: Rule(conditions=(Comparison("euid", "=", "uid"),)), "-a always,exit -S all -C uid=euid"),
        (lambda: Rule(conditions=(Condition("250", ">", 7),)), "-a always,exit -S all -F f250>7"),
    ],
)  # fmt: skip
def test_rules_are_made_of_typed_parts(made: Any, listed: str) -> None:
    assert str(made()) == listed


@pytest.mark.parametrize(
    "made",
    [
        lambda: Rule(conditions="uid=0"),  # type: ignore[arg-type]
        lambda: Rule(conditions=({"uid": 0},)),  # type: ignore[arg-type]
        lambda: Rule(syscalls=(1.5,)),  # type: ignore[arg-type]
        lambda: Rule(syscalls=()),
        lambda: Rule(list="entry"),
        lambda: Condition("uid", "==", 0),
        lambda: Condition("key", "=", 7),
        lambda: Condition("key", "=", "x" * 257),
        lambda: Condition("uid", "=", 1.5),  # type: ignore[arg-type]
        lambda: Condition("uid", "=", True),
        lambda: audit.add(7),  # type: ignore[arg-type]
        lambda: audit.watch("/etc", "wa", key=7),  # type: ignore[arg-type]
    ],
)
def test_parts_that_are_none_are_refused(made: Any) -> None:
    with pytest.raises(netlynx.EncodeError):
        made()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"field_count": 65}, "room for 64"),
        ({"operators": (5,) * 64}, "no operator"),
        ({"mask": (1,) * 63}, "is cut off"),
        ({"length": 0}, "is cut off"),
    ],
    ids=str,
)
def test_a_rule_that_contradicts_itself_is_an_error(change: dict[str, Any], said: str) -> None:
    data = RuleData.from_bytes(raw(CAPTURED[0][2])).replace(**change)
    with pytest.raises(netlynx.DecodeError, match=said):
        Rule.of(data)


def only(field: int, value: int) -> dict[str, Any]:
    """That a rule has one condition, on a field by number."""
    arrays = {"fields": field, "values": value, "operators": fields.OPERATORS["="]}
    return {"field_count": 1, **{name: (number, *(0,) * 63) for name, number in arrays.items()}}


@pytest.mark.parametrize(
    ("change", "listed"),
    [
        ({"action": 9}, "-a 9,exit -S all -F path=/etc/passwd -F perm=wa -F key=identity"),
        ({"flags": 15}, "-a always,15 -F path=/etc/passwd -F perm=wa -F key=identity"),
        (only(111, 99), "-a always,exit -S all -F f111=99"),
        (only(250, 7), "-a always,exit -S all -F f250=7"),
    ],
    ids=["action", "list", "comparison", "field"],
)
def test_what_a_newer_kernel_knows_stays_a_number(change: dict[str, Any], listed: str) -> None:
    data = RuleData.from_bytes(raw(CAPTURED[0][2])).replace(**change)
    rule = Rule.of(data)
    assert str(rule) == listed
    assert rule.data().replace(length=data.length, tail=data.tail) == data


@pytest.mark.skipif(bool(ABSENT), reason=ABSENT)
def test_fields_operators_and_comparisons_have_the_numbers_of_the_header() -> None:
    numbers = FactBook().headers["linux/audit.h"]
    called = {"auid": "LOGINUID", "path": "WATCH", "key": "FILTERKEY", **{f"a{n}": f"ARG{n}" for n in range(4)}}
    for name, field in fields.FIELDS.items():
        assert numbers[f"AUDIT_{called.get(name, name.upper())}"] == field.number
    for (left, right), number in fields.COMPARISONS.items():
        assert numbers[f"AUDIT_COMPARE_{left.upper()}_TO_{right.upper()}"] == number
    words = {"=": "EQUAL", "!=": "NOT_EQUAL", "<": "LESS_THAN", "<=": "LESS_THAN_OR_EQUAL", ">": "GREATER_THAN"}
    words |= {">=": "GREATER_THAN_OR_EQUAL", "&": "BIT_MASK", "&=": "BIT_TEST"}
    assert {symbol: numbers[f"AUDIT_{word}"] for symbol, word in words.items()} == fields.OPERATORS
    letters = {"r": "READ", "w": "WRITE", "x": "EXEC", "a": "ATTR"}
    assert {letter: numbers[f"AUDIT_PERM_{word}"] for letter, word in letters.items()} == fields.PERMISSIONS
    assert (numbers["AUDIT_FILTER_PREPEND"], numbers["AUDIT_NEVER"], numbers["AUDIT_ALWAYS"]) == (16, 0, 2)
    assert fields.Action.ALWAYS == 2

"""What a rule asks and does as nft writes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from netlynx.nftables.expressions.acting import Log, Queue
from netlynx.nftables.expressions.computing import Immediate
from netlynx.nftables.expressions.counting import ConnectionLimit, Counter, Last, Limit, LimitType, Quota
from netlynx.nftables.expressions.every import EXPRESSIONS, UnknownExpression
from netlynx.nftables.expressions.expression import Expression
from netlynx.nftables.expressions.tracking import FlowOffload, NoTrack, Synproxy

from .nodes import (
    Either,
    Fib,
    Field,
    Items,
    Looked,
    Meta,
    Named,
    Prefix,
    Range,
)
from .statements import Assign, Change, Match, Nat, Refer, Refuse, ResetOption, Send, Shown, ToQueue, Verdicts
from .text import Text, quoted, verdict_text
from .types import TYPES, time_shown


def _match(text: Text, word: Match) -> str:
    left, right = word.left, word.right
    if isinstance(right, Named | Items):
        said = text.set_of(left, right)
    elif isinstance(left, Fib) and left.present and isinstance(right, int):
        said = "exists" if right else "missing"
    else:
        said = text.value(left, right)
    return " ".join(each for each in (text.looked(left), word.operator, said) if each)


def _verdicts(text: Text, word: Verdicts) -> str:
    return f"{text.looked(word.of)} vmap {text.set_of(word.of, word.to)}"


def _assign(text: Text, word: Assign) -> str:
    right = word.right
    if isinstance(right, int) and word.left.type.flags and word.left.type.write is None:
        right = Either(right)
    return f"{text.looked(word.left)} set {text.either(right, word.left)}"


def _change(text: Text, word: Change) -> str:
    inner = text.looked(word.key)
    if word.timeout:
        inner += f" timeout {time_shown(word.timeout)}"
    for each in word.statements:
        inner += f" {'counter' if isinstance(each, Counter) else word_text(text, each)}"
    if word.data is not None:
        inner += f" : {text.looked(word.data)}"
    if word.meter is not None:
        return f"meter {word.name} size {word.meter} {{ {inner} }}"
    return f"{word.operator} @{word.name} {{ {inner} }}"


def _address(text: Text, word: Nat | Send) -> str:
    like = TYPES["ipv6_addr" if word.family == "ip6" else "ipv4_addr"]
    given = word.address
    if isinstance(given, Looked):
        return text.looked(given)
    bracketed = word.family == "ip6" and isinstance(word, Nat) and word.port is not None

    def shown(value: int) -> str:
        return f"[{like.shown(value)}]" if bracketed else like.shown(value)

    if isinstance(given, Range):
        return f"{shown(given.low)}-{shown(given.high)}"
    if isinstance(given, Prefix):
        return f"{like.shown(given.value)}/{given.length}"
    return shown(given)


def _nat(text: Text, word: Nat) -> str:
    said = word.kind
    to = "" if word.address is None else _address(text, word)
    if word.port is not None:
        port = word.port
        to += f":{port.low}-{port.high}" if isinstance(port, Range) else f":{text.either(port, _PORT)}"
    if to:
        with_family = word.joined or word.many or text.family in ("inet", "netdev")
        if word.kind in ("snat", "dnat", "tproxy") and word.family and (with_family or word.prefix):
            said += f" {word.family}"
        if word.prefix:
            said += " prefix"
        said += f" to {to}"
    return f"{said} {','.join(word.flags)}" if word.flags else said


_PORT = Field("tcp", "dport")


def _send(text: Text, word: Send) -> str:
    device = "" if word.device is None else text.either(word.device, Meta("oif"))
    if word.address is None:
        return f"{word.kind} to {device}"
    family = f" {word.family}" if word.kind == "fwd" else ""
    said = f"{word.kind}{family} to {_address(text, word)}"
    return f"{said} device {device}" if device else said


def _to_queue(text: Text, word: ToQueue) -> str:
    flags = f" flags {','.join(word.flags)}" if word.flags else ""
    return f"queue{flags} to {text.looked(word.number)}"


def _refer(text: Text, word: Refer) -> str:
    name = text.looked(word.name) if isinstance(word.name, Looked) else quoted(word.name)
    if word.kind.startswith("ct "):
        return f"{word.kind} set {name}"
    return f"{word.kind} name {name}"


def _reset(text: Text, word: ResetOption) -> str:
    return f"reset tcp option {word.name or word.number}"


def _shown(text: Text, word: Shown) -> str:
    return " ".join(raw_text(each) for each in word.expressions)


_KERNEL = {made: name for name, made in EXPRESSIONS.items()}


def raw_text(expression: Expression) -> str:
    """An expression as the kernel has it, in brackets, which nft does not use: all of its fields."""
    if isinstance(expression, UnknownExpression):
        data = expression.data.hex() if isinstance(expression.data, bytes) else expression.data
        return f"[ {expression.name} ]" if data is None else f"[ {expression.name} {data} ]"
    fields = []
    for name in expression.__struct_fields__:
        value = getattr(expression, name)
        if value is None or value == () or name == "unknown":
            continue
        told = getattr(value, "value", None)
        if isinstance(told, bytes):
            value = f"0x{told.hex()}"
        elif isinstance(value, bytes):
            value = f"0x{value.hex()}"
        fields.append(f"{name} {value}")
    if expression.unknown:
        fields.append(f"unknown {len(expression.unknown)}")
    return " ".join(["[", _KERNEL.get(type(expression), type(expression).__name__), *fields, "]"])


def _immediate(text: Text, word: Immediate) -> str:
    verdict = None if word.data is None else word.data.verdict
    if verdict is None or verdict.code is None:
        return raw_text(word)
    name = getattr(verdict.code, "name", None)
    return verdict_text(name.lower() if name else str(verdict.code), verdict.chain)


_SECONDS = {1: "second", 60: "minute", 3600: "hour", 86_400: "day", 604_800: "week"}


def size_text(count: int) -> str:
    """Bytes in the largest unit that divides them."""
    for unit in ("bytes", "kbytes"):
        if not count or count % 1024:
            return f"{count} {unit}"
        count //= 1024
    return f"{count} mbytes"


def limit_text(word: Limit) -> str:
    """A limit."""
    over = " over" if int(word.flags or 0) & 1 else ""
    unit = _SECONDS.get(word.unit or 1, f"{word.unit} seconds")
    burst = word.burst or 0
    if word.type == LimitType.PKT_BYTES:
        said = f"limit rate{over} {size_text(word.rate or 0)}/{unit}"
        return f"{said} burst {size_text(burst)}" if burst else said
    said = f"limit rate{over} {word.rate}/{unit}"
    return f"{said} burst {burst} packets" if burst and burst != 5 else said


def quota_text(word: Quota) -> str:
    """A quota."""
    over = " over" if int(word.flags or 0) & 1 else ""
    used = f" used {size_text(word.consumed)}" if word.consumed else ""
    return f"quota{over} {size_text(word.bytes or 0)}{used}"


_LEVELS = ("emerg", "alert", "crit", "err", "warn", "notice", "info", "debug", "audit")
_ALL_FLAGS = 0x2F


def _log(text: Text, word: Log) -> str:
    said = ["log"]
    if word.prefix is not None:
        said.append(f"prefix {quoted(word.prefix)}")
    if word.group is not None:
        said.append(f"group {word.group}")
        if word.snaplen:
            said.append(f"snaplen {word.snaplen}")
        if word.qthreshold:
            said.append(f"queue-threshold {word.qthreshold}")
    elif word.level is not None and word.level != 4:
        said.append(f"level {_LEVELS[word.level]}")
    flags = int(word.flags or 0)
    if flags & _ALL_FLAGS == _ALL_FLAGS:
        return " ".join([*said, "flags all"])
    if flags & 3:
        said.append("flags tcp " + ",".join(name for bit, name in ((1, "sequence"), (2, "options")) if flags & bit))
    for bit, name in ((4, "ip options"), (8, "skuid"), (32, "ether")):
        if flags & bit:
            said.append(f"flags {name}")
    return " ".join(said)


def _refuse(text: Text, word: Refuse) -> str:
    if word.kind == "tcp reset":
        return "reject with tcp reset"
    default = {"icmp": 3, "icmpv6": 4, "icmpx": 1}[word.kind]
    if word.code == default and (word.kind == "icmpx" or text.family in ("ip", "ip6")):
        return "reject"
    return f"reject with {word.kind} {TYPES[f'{word.kind}_code'].shown(word.code)}"


def _queue(text: Text, word: Queue) -> str:
    first, total = word.num or 0, word.total or 1
    number = f"{first}-{first + total - 1}" if total > 1 else str(first)
    bits = int(word.flags or 0)
    flags = ",".join(name for bit, name in ((1, "bypass"), (2, "fanout")) if bits & bit)
    return f"queue{f' flags {flags}' if flags else ''} to {number}"


def synproxy_text(word: Synproxy) -> str:
    """The options of a SYN proxy."""
    bits, said = int(word.flags or 0), ["synproxy"]
    if bits & 1:
        said.append(f"mss {word.mss}")
    if bits & 2:
        said.append(f"wscale {word.wscale}")
    if bits & 8:
        said.append("timestamp")
    if bits & 4:
        said.append("sack-perm")
    return " ".join(said)


def _count(text: Text, word: ConnectionLimit) -> str:
    return f"ct count {'over ' if int(word.flags or 0) & 1 else ''}{word.count}"


def _last(text: Text, word: Last) -> str:
    return f"last used {time_shown(word.msecs or 0)}" if word.set else "last used never"


_WORDS: dict[type, Callable[[Text, Any], str]] = {
    Match: _match,
    Verdicts: _verdicts,
    Assign: _assign,
    Change: _change,
    Nat: _nat,
    Send: _send,
    ToQueue: _to_queue,
    Refer: _refer,
    Refuse: _refuse,
    ResetOption: _reset,
    Shown: _shown,
    Immediate: _immediate,
    Counter: lambda text, word: f"counter packets {word.packets or 0} bytes {word.bytes or 0}",
    Limit: lambda text, word: limit_text(word),
    Quota: lambda text, word: quota_text(word),
    ConnectionLimit: _count,
    Last: _last,
    Log: _log,
    Queue: _queue,
    NoTrack: lambda text, word: "notrack",
    FlowOffload: lambda text, word: f"flow add @{word.table_name}",
    Synproxy: lambda text, word: synproxy_text(word),
}


def word_text(text: Text, word: Any) -> str:  # Any: a statement or an expression
    """One word of a rule, or a state of a set: an expression that nft has no word for is in brackets."""
    how = _WORDS.get(type(word))
    return raw_text(word) if how is None else how(text, word)

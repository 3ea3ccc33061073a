"""What is said becomes definite: values of datatypes, sizes by the family, and what has to be asked before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.nftables.expressions.acting import Reject, RejectType
from netlynx.nftables.expressions.expression import Expression

from .context import NFPROTO, Context
from .nodes import Computed, Ct, Either, Fib, Field, Hashed, Items, Joined, Looked, Mapped, Prefix, Range
from .statements import Assign, Change, Match, Nat, Refer, Refuse, ResetOption, Send, Statement, ToQueue, Verdicts
from .types import TYPES
from .values import asks_presence, map_of, right_of, scalar_of

Asked = list[Any]  # Any: statements and expressions

OPERATORS = ("", "==", "!=", "<", ">", "<=", ">=", "!")


def settled(word: Any, context: Context, path: str) -> Asked:  # Any: whatever a caller gives
    """A word as statements whose values are definite, after those that it needs. Raises EncodeError with `path`."""
    if isinstance(word, Expression):
        return [word]
    how = _HOW.get(type(word))
    if how is None:
        hint = ": match(…) says what is asked of it" if isinstance(word, Looked) else ""
        raise EncodeTypeError(f"expected words of a rule, not {type(word).__name__} {word!r}{hint}", path)
    return how(word, context, path)


def _looked(looked: Looked, context: Context, path: str) -> tuple[Looked, Asked]:
    """What is looked at, in definite sizes, and what has to be asked before."""
    asked: Asked = []
    if isinstance(looked, Joined):
        parts = []
        for part in looked.parts:
            settled_part, before = _looked(part, context, path)
            parts.append(settled_part)
            asked += before
        return Joined(tuple(parts)), asked
    if isinstance(looked, Computed):
        of, asked = _looked(looked.of, context, path)
        if looked.operator in ("<<", ">>"):
            return replace(looked, of=of), asked
        by = scalar_of(of, looked.by, path, "==")
        if not isinstance(by, int):
            raise EncodeError(f"{looked.by!r} is no value to compute {looked.operator} with", path)
        return replace(looked, of=of, by=by), asked
    if isinstance(looked, Hashed) and looked.of is not None:
        of, asked = _looked(looked.of, context, path)
        return replace(looked, of=of), asked
    if isinstance(looked, Mapped):
        of, asked = _looked(looked.of, context, path)
        return replace(looked, of=of), asked
    return context.resolved(looked, path), list(context.needed(looked, path))


def _match(word: Match, context: Context, path: str) -> Asked:
    if word.operator not in OPERATORS:
        raise EncodeError(f"{word.operator!r} is no operator: {', '.join(map(repr, OPERATORS[1:]))}", path)
    left, asked = _looked(word.left, context, path)
    if isinstance(left, Fib) and asks_presence(left, word.right):
        left = replace(left, present=True)
    right = right_of(left, word.right, path, word.operator)
    if isinstance(right, Items):
        if not right.items:
            raise EncodeError("an empty set: nothing is in it", path)
        if len(right.items) == 1 and not isinstance(left, Joined) and not right.items[0].comment:
            right = right.items[0].key
    operator = word.operator
    if isinstance(left, Computed) and left.operator == "^" and isinstance(right, int):
        right = right ^ int(left.by)
        left = left.of
    if operator == "==" and not left.type.flags and not isinstance(left, Computed):
        operator = ""
    if operator not in ("", "==", "!=") and not isinstance(right, int) and not isinstance(right, Either):
        raise EncodeError(f"{operator!r} compares with one value, not {word.right!r}", path)
    made = Match(left, operator, right)
    context.learn(made)
    return [*asked, made]


def _verdicts(word: Verdicts, context: Context, path: str) -> Asked:
    of, asked = _looked(word.of, context, path)
    return [*asked, Verdicts(of, map_of(of, word.to, None, path))]


def _mapped(given: Mapped, data: Looked, context: Context, path: str) -> tuple[Looked, Asked]:
    of, asked = _looked(given.of, context, path)
    return Mapped(of, map_of(of, given.to, data, path), data), asked


def _value(given: Any, like: Looked, context: Context, path: str) -> tuple[Any, Asked]:  # Any: Looked or a value
    """What something is set to: what else is looked at, what a map has, or a value of its datatype."""
    if isinstance(given, Mapped):
        return _mapped(given, like, context, path)
    if isinstance(given, Looked):
        return _looked(given, context, path)
    found = scalar_of(like, given, path, "==")
    if not isinstance(found, int | str):
        raise EncodeError(f"{given!r} is not one value", path)
    return found, []


def _assign(word: Assign, context: Context, path: str) -> Asked:
    left, before = _looked(word.left, context, path)
    right, asked = _value(word.right, left, context, path)
    return [*before, *asked, Assign(left, right)]


def _change(word: Change, context: Context, path: str) -> Asked:
    key, before = _looked(word.key, context, path)
    data: Looked | None = None
    asked: Asked = []
    if word.data is not None:
        if not isinstance(word.data, Looked):
            raise EncodeTypeError(f"expected something that is looked at, not {word.data!r}", path)
        data, asked = _looked(word.data, context, path)
    return [*before, *asked, replace(word, key=key, data=data)]


def _address(family: str) -> Looked:
    return Field("ip", "saddr") if family == "ip" else Field("ip6", "saddr")


_PORT = Field("tcp", "dport")


def _family_of(word: Nat | Send, context: Context, path: str) -> str:
    family = word.family or (context.network if context.network in NFPROTO else "")
    if not family and isinstance(word.address, str):
        family = "ip6" if ":" in word.address else "ip"
    if not family and word.address is not None:
        raise EncodeError("of ip or ip6? Say which family", path)
    return family


def _nat(word: Nat, context: Context, path: str) -> Asked:
    needs_family = word.kind in ("snat", "dnat", "tproxy")
    if needs_family and word.address is None and word.port is None:
        raise EncodeError(f"{word.kind} to where? An address or a port", path)
    family = _family_of(word, context, path) if needs_family else ""
    address: Any = word.address  # Any: as it is given, then as it is meant
    asked: Asked = []
    if address is not None:
        like: Looked = _address(family)
        if isinstance(address, Mapped):
            address, asked = _mapped(address, Joined((like, _PORT)) if word.joined else like, context, path)
        elif isinstance(address, Looked):
            address, asked = _looked(address, context, path)
        else:
            address = scalar_of(like, address, path, "==")
            if isinstance(address, Prefix):
                address = Range(address.value, address.value | (1 << like.bits - address.length) - 1)
    port = word.port
    if port is not None:
        if isinstance(port, Looked):
            port, more = _value(port, _PORT, context, path)
            asked += more
        else:
            port = scalar_of(_PORT, port, path, "==")
    return [*asked, replace(word, family=family, address=address, port=port)]


def _send(word: Send, context: Context, path: str) -> Asked:
    family = "" if word.address is None else _family_of(word, context, path)
    asked: Asked = []
    address, device = word.address, word.device
    if address is not None:
        address, more = _value(address, _address(family), context, path)
        asked += more
    if device is not None:
        device, more = _value(device, Fib((), "oif"), context, path)
        asked += more
    return [*asked, replace(word, family=family, address=address, device=device)]


def _queue(word: ToQueue, context: Context, path: str) -> Asked:
    number, asked = _looked(word.number, context, path)
    return [*asked, replace(word, number=number)]


def _refer(word: Refer, context: Context, path: str) -> Asked:
    if not isinstance(word.name, Mapped):
        return [word]
    of, asked = _looked(word.name.of, context, path)
    return [*asked, replace(word, name=Mapped(of, map_of(of, word.name.to, Ct("helper"), path), Ct("helper")))]


def _refuse(word: Refuse, context: Context, path: str) -> Asked:
    kind, code = word.kind, word.code
    asked: Asked = []
    if not kind:
        kind = {"ip": "icmp", "ip6": "icmpv6"}.get(context.network, "icmpx")
        code = "port-unreachable"
    if kind == "tcp reset":
        if context.transport != "tcp":
            asked += context.on_transport("tcp", path)
        return [*asked, Reject(type=RejectType.TCP_RST, icmp_code=0)]
    datatype = TYPES[f"{kind}_code"]
    number = int(datatype.value(code, path))
    if kind in ("icmp", "icmpv6"):
        asked += context.on_network("ip" if kind == "icmp" else "ip6", path, inside=True)
        return [*asked, Reject(type=RejectType.ICMP_UNREACH, icmp_code=number)]
    return [*asked, Reject(type=RejectType.ICMPX_UNREACH, icmp_code=number)]


def _itself(word: Statement, context: Context, path: str) -> Asked:
    return [word]


_HOW: dict[type, Callable[[Any, Context, str], Asked]] = {
    Match: _match,
    Verdicts: _verdicts,
    Assign: _assign,
    Change: _change,
    Nat: _nat,
    Send: _send,
    ToQueue: _queue,
    Refer: _refer,
    Refuse: _refuse,
    ResetOption: _itself,
}

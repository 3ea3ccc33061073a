"""Words as nft writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .nodes import (
    Anything,
    Computed,
    Ct,
    Either,
    Fib,
    Field,
    Flagged,
    Hashed,
    Ipsec,
    Item,
    Items,
    Joined,
    Looked,
    Mapped,
    Meta,
    Named,
    Numgen,
    Option,
    Osf,
    Prefix,
    Range,
    Raw,
    Rt,
    Socket,
    Together,
    Tunnel,
    Verdict,
    Wild,
)


class Text:
    """Writes the words of rules of one family; `interfaces` are names by index, where they are known."""

    def __init__(self, family: str, interfaces: Mapping[int, str] | None = None) -> None:
        self.family = family
        self.interfaces = interfaces or {}

    # What is looked at

    def looked(self, looked: Looked) -> str:
        """Something that is looked at."""
        return _LOOKED[type(looked)](self, looked)

    # Values

    def value(self, looked: Looked, value: Any, *, inside: bool = False) -> str:  # Any: a Scalar
        """A value; `inside` a set."""
        if isinstance(value, Together) and isinstance(looked, Joined):
            pairs = zip(looked.parts, value.parts, strict=True)
            return " . ".join(self.value(part, each, inside=True) for part, each in pairs)
        if isinstance(value, Prefix):
            return f"{self.value(looked, value.value)}/{value.length}"
        if isinstance(value, Range):
            return f"{self.number(looked, value.low)}-{self.number(looked, value.high)}"
        if isinstance(value, Wild):
            return f'"{value.start}*"'
        if isinstance(value, Anything):
            return "*"
        kind = looked.type
        if isinstance(value, Either):
            return kind.flags_shown(value.flags, ",") if kind.write is None else kind.write(value.flags)
        if isinstance(value, Flagged):
            return f"{kind.flags_shown(value.flags, ',')} / {kind.flags_shown(value.mask, ',')}"
        if isinstance(value, str):
            return quoted(value if not value.endswith("*") else value[:-1] + "\\*")
        if kind.name == "iface_index" and value in self.interfaces:
            return quoted(self.interfaces[value])
        if inside and kind.flags and kind.write is None and value not in kind.symbols.values():
            return kind.flags_shown(value, " | ")
        if kind.flags and kind.write is None and value not in kind.symbols.values():
            return f"0x{value:x}"
        if isinstance(_root(looked), Raw) or kind.name == "bitmask":
            return f"0x{value:x}"
        return kind.shown(value, looked.bits)

    def number(self, looked: Looked, value: int) -> str:
        """An end of a range: without the name that it has."""
        named = looked.type.symbols and value in looked.type.symbols.values()
        return looked.type.plain(value, looked.bits) if named else self.value(looked, value)

    def items(self, looked: Looked, items: Items, like: Looked | None) -> str:
        """The elements of a set."""
        return "{ " + ", ".join(self.item(looked, each, like) for each in items.items) + " }"

    def item(self, looked: Looked, item: Item, like: Looked | None) -> str:
        """An element of a set, and what a map has for it."""
        said = self.value(looked, item.key, inside=True) + item.more
        if item.comment:
            said += f" comment {quoted(item.comment)}"
        if isinstance(item.data, Verdict):
            said += f" : {verdict_text(item.data.code, item.data.chain)}"
        elif item.data is not None:
            said += f" : {self.value(like, item.data, inside=True) if like is not None else item.data}"
        return said

    def set_of(self, looked: Looked, to: Named | Items, like: Looked | None = None) -> str:
        """A set by its name, or all that it has."""
        return f"@{to.name}" if isinstance(to, Named) else self.items(looked, to, like)

    def either(self, given: Any, like: Looked) -> str:  # Any: Looked or a value
        """What else is looked at, or a value."""
        return self.looked(given) if isinstance(given, Looked) else self.value(like, given)


def quoted(text: str) -> str:
    """A text in quotes."""
    return f'"{text}"'


def _root(looked: Looked) -> Looked:
    while isinstance(looked, Computed):
        looked = looked.of
    return looked


def verdict_text(code: str, chain: str | None) -> str:
    """A verdict."""
    return f"{code} {chain}" if chain else code


def _ip_key(key: str) -> str:
    """A key with the family of its addresses before it."""
    if key in ("saddr4", "daddr4", "saddr6", "daddr6"):
        return f"{'ip6' if key[-1] == '6' else 'ip'} {key[:-1]}"
    head, dash, rest = key.partition("-")
    return f"{head} {rest}" if dash and head in ("ip", "ip6") else key


def _meta(text: Text, looked: Meta) -> str:
    return looked.key if looked.entry.bare else f"meta {looked.key}"


def _ct(text: Text, looked: Ct) -> str:
    return " ".join(each for each in ("ct", looked.direction, _ip_key(looked.key)) if each)


def _socket(text: Text, looked: Socket) -> str:
    return f"socket {looked.key}" + (f" level {looked.level or 0}" if looked.key == "cgroupv2" else "")


def _ipsec(text: Text, looked: Ipsec) -> str:
    number = f" spnum {looked.number}" if looked.number else ""
    return f"ipsec {looked.direction}{number} {_ip_key(looked.key)}"


def _fib(text: Text, looked: Fib) -> str:
    return f"fib {' . '.join(looked.flags)} {looked.result}"


def _option(text: Text, looked: Option) -> str:
    if looked.place is not None:
        offset, bits = looked.place
        return f"{looked.where or 'exthdr'} @{looked.kind},{offset},{bits}"
    name = looked.name or str(looked.number)
    if not looked.field:
        return f"{looked.where or 'exthdr'} {name}"
    return " ".join(each for each in (looked.where, name, looked.field) if each)


def _offset(looked: Numgen) -> str:
    return f" offset {looked.offset}" if looked.offset else ""


def _numgen(text: Text, looked: Numgen) -> str:
    return f"numgen {looked.mode} mod {looked.modulus}{_offset(looked)}"


def _hashed(text: Text, looked: Hashed) -> str:
    if looked.of is None:
        return f"symhash mod {looked.modulus}{_offset(looked)}"
    seed = f" seed 0x{looked.seed:x}" if looked.seed is not None else ""
    return f"jhash {text.looked(looked.of)} mod {looked.modulus}{seed}{_offset(looked)}"


def _osf(text: Text, looked: Osf) -> str:
    return f"osf {f'ttl {looked.ttl} ' if looked.ttl else ''}{looked.key}"


def _computed(text: Text, looked: Computed) -> str:
    by = str(looked.by) if looked.operator in ("<<", ">>") else text.value(looked.of, looked.by)
    return f"{text.looked(looked.of)} {looked.operator} {by}"


def _mapped(text: Text, looked: Mapped) -> str:
    return f"{text.looked(looked.of)} map {text.set_of(looked.of, looked.to, looked.like)}"


_LOOKED: dict[type, Callable[[Text, Any], str]] = {
    Field: lambda text, looked: f"{looked.header} {looked.field}",
    Raw: lambda text, looked: f"@{looked.base},{looked.offset},{looked.length}",
    Meta: _meta,
    Ct: _ct,
    Rt: lambda text, looked: f"rt {_ip_key(looked.key)}",
    Socket: _socket,
    Ipsec: _ipsec,
    Tunnel: lambda text, looked: f"tunnel {looked.key}",
    Fib: _fib,
    Option: _option,
    Numgen: _numgen,
    Hashed: _hashed,
    Osf: _osf,
    Joined: lambda text, looked: " . ".join(text.looked(each) for each in looked.parts),
    Computed: _computed,
    Mapped: _mapped,
}

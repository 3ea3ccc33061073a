"""Which questions a rule asks only for what comes after them: those nft does not list, as later words imply them."""

from __future__ import annotations

from typing import Any

from .context import Context
from .headers import HEADERS
from .nodes import Computed, Field, Hashed, Items, Joined, Mapped, Meta, Option
from .statements import Match

_LINK, _NETWORK, _TRANSPORT = "ll", "nh", "th"
_ABOVE = {_LINK: _NETWORK, _NETWORK: _TRANSPORT}
_PROTOCOL_FIELDS = (("ether", "type"), ("vlan", "type"), ("ip", "protocol"), ("ip6", "nexthdr"))
_VLAN = 0x8100
_NUMBERS = {"icmp": 1, "icmpv6": 58}
_NETWORK_OF = {2: "ip", 10: "ip6", 0x0800: "ip", 0x86DD: "ip6"}


class Dependencies:
    """The words of a rule so far, and of each header which word asked for it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._words: list[Any] = []  # Any: statements and expressions; None where one is implied
        self._asked: dict[str, int] = {}  # base of a header: the place of the word that asked for its protocol

    def words(self) -> list[Any]:
        """The words that are not implied by others."""
        return [each for each in self._words if each is not None]

    def add(self, word: Any, *looked: Any) -> None:  # Any: a statement or an expression; Looked or a value
        """Add a word that looks at something."""
        for each in looked:
            self._implied(each)
        place = len(self._words)
        self._words.append(word)
        if isinstance(word, Match):
            self._ask(word, place)
            self._context.learn(word)
            self._learn_types(word)

    def reject(self, reset: bool, unreachable: bool) -> None:
        """What an answer to the sender implies: TCP, or the network protocol whose ICMP it is."""
        if reset and self._context.family in ("ip", "ip6"):
            self._drop(_TRANSPORT)
        if unreachable and self._context.family in ("inet", "bridge", "netdev"):
            self._drop(_NETWORK)

    def _drop(self, base: str) -> None:
        place = self._asked.pop(base, None)
        if place is not None:
            self._words[place] = None

    def _implied(self, looked: Any) -> None:  # Any: Looked or a value
        if isinstance(looked, Joined):
            for part in looked.parts:
                self._implied(part)
        elif isinstance(looked, Computed | Mapped | Hashed):
            self._implied(looked.of)
        elif isinstance(looked, Option):
            self._drop(_TRANSPORT if looked.where in ("tcp option", "sctp chunk") else _NETWORK)
        elif isinstance(looked, Field):
            base = HEADERS[looked.header].base
            if base in self._asked and self._implies(looked, base):
                self._drop(base)

    def _implies(self, field: Field, base: str) -> bool:
        dependency = self._words[self._asked[base]]
        asked = dependency.left
        if field.header == "th":
            return False
        if self._context.family in ("inet", "bridge", "netdev") and isinstance(asked, Field):
            if asked.header in ("ip", "ip6") and base == _TRANSPORT:
                return False
            if HEADERS[asked.header].base == base:
                if (field.header, field.field) in _PROTOCOL_FIELDS or asked.header == "vlan":
                    return False
                if base == _LINK and asked.header == "ether":
                    return bool(dependency.right == _VLAN)
        if base == _TRANSPORT and isinstance(asked, Field) and asked.header in ("icmp", "icmpv6"):
            return asked.header == field.header and len(field.place.types) == 1
        return True

    def _ask(self, word: Match, place: int) -> None:
        """Note a word that asks for a protocol."""
        left = word.left
        if word.operator not in ("", "==") or not isinstance(word.right, int):
            return
        if isinstance(left, Meta):
            if left.key == "iiftype":
                self._asked[_LINK] = place
            elif left.key in ("nfproto", "protocol"):
                self._asked[_NETWORK] = place
            elif left.key == "l4proto":
                self._with_network(word.right)
                self._asked[_TRANSPORT] = place
        elif isinstance(left, Field):
            if (left.header, left.field) in _PROTOCOL_FIELDS:
                stacked = left.header == "ether" and word.right == _VLAN
                base = HEADERS[left.header].base
                self._asked[base if stacked else _ABOVE[base]] = place
            elif left.header in _NUMBERS and left.field == "type":
                self._asked[_TRANSPORT] = place

    def _with_network(self, protocol: int) -> None:
        """ICMP implies the network protocol that it belongs to."""
        place = self._asked.get(_NETWORK)
        if place is None:
            return
        network = _NETWORK_OF.get(self._words[place].right)
        if (network, protocol) in (("ip", 1), ("ip6", 58)):
            self._drop(_NETWORK)

    def _learn_types(self, word: Match) -> None:
        left, right = word.left, word.right
        if isinstance(left, Field) and left.header in _NUMBERS and left.field == "type" and isinstance(right, Items):
            keys = [each.key for each in right.items]
            if all(isinstance(key, int) for key in keys):
                self._context.icmp_types = frozenset(key for key in keys if isinstance(key, int))

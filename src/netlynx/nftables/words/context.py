"""What a rule knows of a packet's protocols as it goes: by its family, and by what it asked before.

Where a field needs a protocol that is not known yet, a rule asks for it first, as nft does (nft(8) "the dependencies").
"""

from __future__ import annotations

from netlynx.errors import EncodeError
from netlynx.nftables import symbols

from .headers import HEADERS, NETWORKS, TRANSPORTS
from .nodes import Ct, Field, Item, Items, Looked, Meta, Option, Rt
from .statements import Match

FAMILIES = {1: "inet", 2: "ip", 3: "arp", 5: "netdev", 7: "bridge", 10: "ip6"}  # NFPROTO_*
NFPROTO = {"ip": 2, "ip6": 10}
_ETHER = 1  # ARPHRD_ETHER
_VLAN = 0x8100


class Context:
    """The protocols that a packet is known to have, by their headers' names."""

    def __init__(self, family: str) -> None:
        self.family = family
        self.link = "ether" if family == "bridge" else ""
        self.network = family if family in ("ip", "ip6", "arp") else ""
        self.transport = ""
        self.other_transport = False  # one that no header is known of
        self.icmp_types: frozenset[int] = frozenset()

    def learn(self, match: Match) -> None:
        """Take in what a rule asks."""
        if match.operator not in ("", "==") or not isinstance(match.right, int):
            return
        left, value = match.left, match.right
        if isinstance(left, Meta):
            if left.key == "nfproto":
                self.network = {2: "ip", 10: "ip6"}.get(value, self.network)
            elif left.key == "protocol":
                self._learn_network(value)
            elif left.key == "l4proto":
                self._learn_transport(value)
            elif left.key == "iiftype" and value == _ETHER:
                self.link = "ether"
        elif isinstance(left, Field):
            if (left.header, left.field) in (("ether", "type"), ("vlan", "type")):
                if value == _VLAN:
                    self.link = "vlan"
                else:
                    self._learn_network(value)
            elif (left.header, left.field) in (("ip", "protocol"), ("ip6", "nexthdr")):
                self._learn_transport(value)
            elif left.header in ("icmp", "icmpv6") and left.field == "type":
                self.icmp_types = frozenset((value,))

    def _learn_network(self, number: int) -> None:
        known = NETWORKS.get(number)
        if known is not None:
            self.network = known.name

    def _learn_transport(self, number: int) -> None:
        known = TRANSPORTS.get(number)
        self.transport = "" if known is None else known.name
        self.other_transport = known is None

    def needed(self, looked: Looked, path: str) -> list[Match]:
        """What has to be asked before something is looked at; taken in, too. Raises EncodeError for a contradiction."""
        if isinstance(looked, Field):
            return [*self._header(looked.header, path), *self._icmp(looked)]
        if isinstance(looked, Option) and looked.where in ("", "ip option") and self.family not in ("ip", "ip6"):
            return self.on_network("ip" if looked.where else "ip6", path)
        return []

    def _header(self, name: str, path: str) -> list[Match]:
        header = HEADERS[name]
        if header.base == "ll":
            return self._link(name)
        if header.base == "nh":
            return self.on_network(name, path)
        return self.on_transport(name, path) if header.protocol is not None else []

    def _link(self, name: str) -> list[Match]:
        asked = []
        if not self.link:
            asked.append(Match(Meta("iiftype"), "", _ETHER))
            self.link = "ether"
        if name == "vlan" and self.link != "vlan":
            asked.append(Match(Field("ether", "type"), "", _VLAN))
            self.link = "vlan"
        return asked

    def on_network(self, name: str, path: str, *, inside: bool = False) -> list[Match]:
        """What asks for a network protocol; `inside`: for that of a transport protocol."""
        if self.network == name:
            return []
        if self.network or (self.family == "inet" and name == "arp"):
            raise EncodeError(f"{name} is looked at where packets are of {self.network or 'ip or ip6'}", path)
        self.network = name
        number = HEADERS[name].protocol
        by_packet = self.family == "bridge" and name != "arp" and not inside  # so that those in VLANs are found too
        if self.link == "vlan":
            return [Match(Field("vlan", "type"), "", number)]
        if self.link == "ether" and not by_packet:
            return [Match(Field("ether", "type"), "", number)]
        if self.family == "inet":
            return [Match(Meta("nfproto"), "", NFPROTO[name])]
        return [Match(Meta("protocol"), "", number)]

    def on_transport(self, name: str, path: str) -> list[Match]:
        """What asks for a transport protocol."""
        if self.transport == name:
            return []
        if self.transport or self.other_transport:
            raise EncodeError(f"{name} is looked at where packets are of {self.transport or 'another protocol'}", path)
        header, asked = HEADERS[name], []
        if header.network:
            asked += self.on_network(header.network, path, inside=True)
        self.transport = name
        return [*asked, Match(Meta("l4proto"), "", header.protocol)]

    def _icmp(self, looked: Field) -> list[Match]:
        names = looked.place.types
        if not names:
            return []
        table = symbols.ICMP_TYPE if looked.header == "icmp" else symbols.ICMPV6_TYPE
        numbers = [table[each] for each in names]
        if self.icmp_types and self.icmp_types <= frozenset(numbers):
            return []
        self.icmp_types = frozenset(numbers)
        right = numbers[0] if len(numbers) == 1 else Items(tuple(Item(each) for each in numbers))
        return [Match(Field(looked.header, "type"), "", right)]

    def resolved(self, looked: Looked, path: str) -> Looked:
        """The same, where its size is that of the network protocol's addresses."""
        if isinstance(looked, Ct) and looked.key in ("saddr", "daddr"):
            return Ct(looked.key + ("6" if self._network_of(looked.key, path) == "ip6" else "4"), looked.direction)
        if isinstance(looked, Rt) and looked.key == "nexthop":
            return Rt(f"{self._network_of(looked.key, path)}-nexthop")
        return looked

    def _network_of(self, key: str, path: str) -> str:
        if self.network not in ("ip", "ip6"):
            raise EncodeError(f"of ip or ip6? Say ip_{key} or ip6_{key}: the rule does not tell", path)
        return self.network

"""What rules look at, by nft's names: headers' fields, keys, and what is computed of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from netlynx import limits
from netlynx.errors import EncodeError
from netlynx.wire.nearest import nearest

from .headers import HEADERS
from .keys import CT, EXTENSIONS, FIB_FLAGS, FIB_RESULTS, IPSEC, META, OPTIONS, RT, SOCKET, TUNNEL
from .nodes import (
    Ct,
    Fib,
    Field,
    Hashed,
    Ipsec,
    Joined,
    Looked,
    Mapped,
    Meta,
    Named,
    Numgen,
    Option,
    Osf,
    Raw,
    Rt,
    Socket,
    Tunnel,
)

L = TypeVar("L", bound=Looked)
Value = Any  # whatever a value of a datatype may be written as


class Words(Generic[L]):
    """What can be looked at of one sort, by name: ``ip.saddr``, ``meta.mark``."""

    def __init__(self, name: str, known: Iterable[str], make: Callable[[str], L]) -> None:
        self._name = name
        self._known = {_attribute(each): each for each in known}
        self._make = make

    def __getattr__(self, name: str) -> L:
        if name.startswith("__"):
            raise AttributeError(name)
        known = self._known.get(name)
        if known is None:
            raise AttributeError(f"{self._name} has no {name}{nearest(name, self._known)}")
        return self._make(known)

    def __dir__(self) -> list[str]:
        return list(self._known)

    def __repr__(self) -> str:
        return f"<the words of {self._name}>"


def _attribute(name: str) -> str:
    return name.replace("-", "_").replace(" ", "_")


def _header(name: str) -> Words[Field]:
    return Words(name, HEADERS[name].fields, lambda field: Field(name, field))


class _Connections(Words[Ct]):
    """``ct.state``; of one direction ``ct.original.bytes``, ``ct.reply.ip_saddr``."""

    @property
    def original(self) -> Words[Ct]:
        """What is known of packets as the first one went."""
        return Words("ct.original", _CT_WORDS, lambda key: Ct(key, "original"))

    @property
    def reply(self) -> Words[Ct]:
        """What is known of packets that go back."""
        return Words("ct.reply", _CT_WORDS, lambda key: Ct(key, "reply"))


_CT_WORDS = (*(key for key in CT if key[-1] not in "46"), "saddr", "daddr")

ether, vlan, arp, ip, ip6 = (_header(each) for each in ("ether", "vlan", "arp", "ip", "ip6"))
icmp, icmpv6, igmp = (_header(each) for each in ("icmp", "icmpv6", "igmp"))
tcp, udp, udplite, sctp, dccp = (_header(each) for each in ("tcp", "udp", "udplite", "sctp", "dccp"))
esp, ah, comp, th = (_header(each) for each in ("esp", "ah", "comp", "th"))
meta = Words("meta", META, Meta)  # what is known of a packet beside its bytes: `meta.iifname`, `meta.mark`
ct = _Connections("ct", _CT_WORDS, Ct)  # the connection that a packet belongs to: `ct.state`
rt = Words("rt", (*RT, "nexthop"), Rt)  # the route that a packet takes
socket = Words("socket", SOCKET, Socket)  # the local socket that a packet is for
tunnel = Words("tunnel", TUNNEL, Tunnel)  # the tunnel that a packet came by


def raw(base: str, offset: int, bits: int) -> Raw:
    """Bits of a packet from the start of its ``ll``, ``nh`` or ``th`` header: nft's ``@nh,96,32``."""
    if base not in ("ll", "nh", "th"):
        raise EncodeError(f"{base!r} is no header: 'll', 'nh' or 'th'", "raw")
    return Raw(base, limits.whole("offset", offset, 0, 0x7FFF), limits.whole("bits", bits, 1, 512))


def fib(of: str, result: str) -> Fib:
    """What the routing table says of parts of a packet: ``fib("saddr . iif", "oif")``, ``fib("daddr", "type")``.

    Compared with ``"missing"`` or ``"exists"`` it is whether there is a route.
    """
    parts = tuple(each.strip() for each in of.split("."))
    for each in parts:
        known("fib", each, FIB_FLAGS)
    return Fib(tuple(each for each in FIB_FLAGS if each in parts), known("fib", result, FIB_RESULTS))


def numgen(mode: str, mod: int, *, offset: int = 0) -> Numgen:
    """A number less than `mod`: the next one (``inc``), or any (``random``)."""
    if mode not in ("inc", "random"):
        raise EncodeError(f"{mode!r} is no way to make numbers: 'inc' or 'random'", "numgen")
    return Numgen(mode, limits.whole("mod", mod, 1, 0xFFFF_FFFF), limits.whole("offset", offset, 0, 0xFFFF_FFFF))


def jhash(of: Looked, mod: int, *, seed: int | None = None, offset: int = 0) -> Hashed:
    """The hash of something, less than `mod`."""
    limit = limits.whole("mod", mod, 1, 0xFFFF_FFFF)
    return Hashed("jhash", limit, limits.whole("offset", offset, 0, 0xFFFF_FFFF), of, seed)


def symhash(mod: int, *, offset: int = 0) -> Hashed:
    """The hash of a packet's flow, the same in both directions, less than `mod`."""
    return Hashed("symhash", limits.whole("mod", mod, 1, 0xFFFF_FFFF), limits.whole("offset", offset, 0, 0xFFFF_FFFF))


def osf(key: str = "name", *, ttl: str = "") -> Osf:
    """The operating system that a packet seems to come from: its ``name``, or its ``version``."""
    return Osf(known("osf", key, ("name", "version")), known("osf ttl", ttl, ("", "loose", "skip")))


def ipsec(direction: str, key: str, *, spnum: int = 0) -> Ipsec:
    """What a packet's IPsec says: ``ipsec("in", "reqid")``, ``ipsec("out", "ip_saddr", spnum=1)``."""
    name = known("ipsec", key.replace("_", "-"), IPSEC)
    return Ipsec(known("ipsec", direction, ("in", "out")), name, limits.whole("spnum", spnum, 0, 255))


def _option(where: str, name: str, field: str) -> Option:
    options = OPTIONS[where][1]
    found = options[known(where or "exthdr", name, options)]
    return Option(where, name, known(f"{where} {name}", field, found.fields) if field else "")


def tcp_option(name: str, field: str = "") -> Option:
    """A field of an option of TCP, ``tcp_option("maxseg", "size")``; without one, whether it is there."""
    return _option("tcp option", name, field)


def ip_option(name: str, field: str = "") -> Option:
    """A field of an option of IPv4; without one, whether it is there."""
    return _option("ip option", name, field)


def sctp_chunk(name: str, field: str = "") -> Option:
    """A field of a chunk of SCTP; without one, whether it is there."""
    return _option("sctp chunk", name, field)


def exthdr(name: str, field: str = "") -> Option:
    """A field of an extension header of IPv6, ``exthdr("frag", "id")``; without one, whether it is there."""
    known("exthdr", name, EXTENSIONS)
    return _option("", name, field)


def known(what: str, name: str, names_known: Iterable[str]) -> str:
    """The name, if it is one of those that are known. Raises EncodeError with `what` otherwise."""
    names = list(names_known)
    if name not in names:
        raise EncodeError(f"{name!r} is none of {what}: {', '.join(each or repr(each) for each in names)}", what)
    return name


def concat(*parts: Looked) -> Joined:
    """Several things, one after the other: nft's ``ip saddr . tcp dport``. Its values are tuples."""
    if len(parts) < 2:
        raise EncodeError("a concatenation has two parts at least", "concat")
    return Joined(parts)


def mapped(of: Looked, to: Mapping[Value, Value] | str | Named) -> Mapped:
    """What a map has for something: a dict that is written out, or one of the table by name, ``"@name"``."""
    return Mapped(of, to)


def named(name: str, *, interval: bool = False) -> Named:
    """A set or map of the table; `interval`: with ranges (numbers in the host's byte order are turned round for it)."""
    return Named(name.removeprefix("@"), interval)

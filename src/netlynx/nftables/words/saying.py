"""What rules ask and do, by nft's names: matches, verdicts, and all else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.nftables.data import Data, VerdictCode
from netlynx.nftables.data import Verdict as VerdictRecord
from netlynx.nftables.expressions.acting import Log, LogFlags, LogLevel, Queue, QueueFlags
from netlynx.nftables.expressions.computing import Immediate
from netlynx.nftables.expressions.counting import (
    ConnectionLimit,
    ConnectionLimitFlags,
    Counter,
    Last,
    Limit,
    LimitFlags,
    LimitType,
    Quota,
    QuotaFlags,
)
from netlynx.nftables.expressions.expression import Expression
from netlynx.nftables.expressions.tracking import FlowOffload, NoTrack, Synproxy, SynproxyFlags
from netlynx.nftables.registers import Register

from .keys import OBJECTS, OPTIONS
from .looking import known as known_as
from .nodes import (
    Looked,
    Mapped,
    Named,
)
from .statements import Assign, Change, Match, Nat, Refer, Refuse, ResetOption, Send, ToQueue, Verdicts
from .types import milliseconds

Value = Any  # whatever a value of a datatype may be written as


def match(left: Looked, *what: Value) -> Match:
    """Go on if something is as it is said: ``match(ip.saddr, "10.0.0.0/8")``, ``match(tcp.dport, "!=", 22)``.

    Without an operator, of flags any may be set; with ``"!"`` none of them is. ``"=="`` is for all of them, and
    ``"syn / syn,ack"`` for some of others.
    """
    if not isinstance(left, Looked):
        raise EncodeTypeError(f"expected something that is looked at, such as ip.saddr, not {left!r}", "match")
    if len(what) not in (1, 2):
        raise EncodeError("give a value, or an operator and a value", "match")
    return Match(left, what[0] if len(what) == 2 else "", what[-1])


def vmap(of: Looked, to: Mapping[Value, Any] | str | Named) -> Verdicts:
    """The verdict that a map has for something: ``vmap(tcp.dport, {22: accept, 23: drop})``, ``vmap(…, "@name")``."""
    return Verdicts(of, to)


def set_(left: Looked, value: Value) -> Assign:
    """Set something of the packet or its connection: ``set_(meta.mark, 5)``, ``set_(ct.mark, meta.mark)``."""
    return Assign(left, value)


def _change(
    operator: str, name: str, key: Looked, data: Looked | None, timeout: float | str | None, words: Iterable[Expression]
) -> Change:
    time = None
    if timeout is not None:
        time = milliseconds(timeout) if isinstance(timeout, str) else round(timeout * 1000)
    return Change(operator, name.removeprefix("@"), key, data, time, tuple(words))


def add_to(
    name: str, key: Looked, *words: Expression, data: Looked | None = None, timeout: float | str | None = None
) -> Change:
    """Put an element into a set of the table, unless it is there: nft's ``add @name { … }``.

    `words` keep a state for it (``limit("10/second")``), `data` is for a map, `timeout` seconds or as ``"1m30s"``.
    """
    return _change("add", name, key, data, timeout, words)


def update(
    name: str, key: Looked, *words: Expression, data: Looked | None = None, timeout: float | str | None = None
) -> Change:
    """Put an element into a set of the table, or begin its time anew: nft's ``update @name { … }``."""
    return _change("update", name, key, data, timeout, words)


def delete_from(name: str, key: Looked, *words: Expression, data: Looked | None = None) -> Change:
    """Take an element out of a set of the table: nft's ``delete @name { … }``."""
    return _change("delete", name, key, data, None, words)


def _verdict(code: VerdictCode, chain: str | None = None) -> Immediate:
    return Immediate(dreg=Register.VERDICT, data=Data(verdict=VerdictRecord(code=code, chain=chain)))


accept = _verdict(VerdictCode.ACCEPT)  # the packet goes on, past the rest of this hook's chain
drop = _verdict(VerdictCode.DROP)  # the packet is gone
continue_ = _verdict(VerdictCode.CONTINUE)  # with the next rule
return_ = _verdict(VerdictCode.RETURN)  # to the chain that jumped here, or to the policy


def jump(chain: str) -> Immediate:
    """Go on in another chain of the table, and come back."""
    return _verdict(VerdictCode.JUMP, chain)


def goto(chain: str) -> Immediate:
    """Go on in another chain of the table."""
    return _verdict(VerdictCode.GOTO, chain)


def counter(packets: int = 0, bytes: int = 0) -> Counter:
    """Count packets and bytes, from these numbers on."""
    return Counter(packets=packets or None, bytes=bytes or None)


_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_BYTES = {"bytes": 1, "kbytes": 1 << 10, "mbytes": 1 << 20}
_BURST = 5  # packets, as nft has it


def limit(rate: str, *, over: bool = False, burst: int | str | None = None) -> Limit:
    """Go on for so many packets, ``"10/second"``, or bytes, ``"10 mbytes/second"``; `over`: for those beyond that.

    `burst` are packets beyond the rate that are let through (5, if it is not said), or bytes, ``"100 kbytes"`` (0).
    """
    amount, slash, unit = rate.partition("/")
    number, _, kind = amount.strip().partition(" ")
    if not slash or unit not in _SECONDS or not number.isdecimal() or (kind and kind not in _BYTES):
        raise EncodeError(f"{rate!r} is no rate such as '10/second' or '10 mbytes/minute'", "limit")
    if burst is None:
        burst = 0 if kind else _BURST
    elif isinstance(burst, str):
        burst = size_of(burst.removesuffix(" packets"), "limit")
    return Limit(
        rate=int(number) * _BYTES.get(kind, 1),
        unit=_SECONDS[unit],
        burst=burst or None,
        type=LimitType.PKT_BYTES if kind else LimitType.PKTS,
        flags=LimitFlags.INV if over else LimitFlags(0),
    )


def size_of(given: int | str, path: str) -> int:
    """Bytes: a number, or ``"10 mbytes"``. Raises EncodeError with `path`."""
    if isinstance(given, int):
        return given
    number, _, kind = given.strip().partition(" ")
    if not number.isdecimal() or (kind and kind not in _BYTES):
        raise EncodeError(f"{given!r} is no size such as '10 mbytes'", path)
    return int(number) * _BYTES.get(kind, 1)


def quota(size: int | str, *, over: bool = False, used: int | str = 0) -> Quota:
    """Go on until so many bytes have come, ``"10 mbytes"``; `over`: from then on."""
    flags = QuotaFlags.INV if over else QuotaFlags(0)
    return Quota(bytes=size_of(size, "quota"), consumed=size_of(used, "quota"), flags=flags)


def ct_count(count: int, *, over: bool = False) -> ConnectionLimit:
    """Go on while there are at most so many connections; `over`: where there are more. nft's ``ct count``."""
    return ConnectionLimit(count=count, flags=ConnectionLimitFlags.INV if over else ConnectionLimitFlags(0))


def last() -> Last:
    """Note when the last packet came."""
    return Last()


_LEVELS = {"emerg": 0, "alert": 1, "crit": 2, "err": 3, "warn": 4, "notice": 5, "info": 6, "debug": 7, "audit": 8}
_LOG_FLAGS = {"tcp sequence": 1, "tcp options": 2, "ip options": 4, "skuid": 8, "ether": 32, "all": 47}


def log(
    *,
    prefix: str | None = None,
    level: str | None = None,
    flags: str | Iterable[str] = (),
    group: int | None = None,
    snaplen: int | None = None,
    queue_threshold: int | None = None,
) -> Log:
    """Write a line to the kernel's log, or, with a `group`, tell programs (`netlynx.netfilter.log`).

    `level` is as in ``"warn"`` or ``"audit"``, `flags` of ``"tcp sequence"``, ``"tcp options"``, ``"ip options"``,
    ``"skuid"``, ``"ether"``, ``"all"``.
    """
    shown = 0
    for each in [flags] if isinstance(flags, str) else flags:
        shown |= _LOG_FLAGS[known_as("log flags", each, _LOG_FLAGS)]
    return Log(
        prefix=prefix,
        group=group,
        snaplen=snaplen,
        qthreshold=queue_threshold,
        level=None if level is None else LogLevel(_LEVELS[known_as("log level", level, _LEVELS)]),
        flags=LogFlags(shown) if shown else None,
    )


def reject(kind: str = "", code: str | int | None = None) -> Refuse:
    """Drop a packet and tell its sender: ``reject()``, ``reject("tcp reset")``, ``reject("icmp", "host-unreachable")``.

    `kind` is ``icmp``, ``icmpv6``, or ``icmpx`` for both.
    """
    known_as("reject", kind, ("", "tcp reset", "icmp", "icmpv6", "icmpx"))
    if kind.startswith("icmp") and code is None:
        raise EncodeError(f"{kind} with which code? Such as 'port-unreachable'", "reject")
    return Refuse(kind, code)


_NAT_FLAGS = ("random", "fully-random", "persistent")


def _nat_flags(flags: str | Iterable[str]) -> tuple[str, ...]:
    several = flags.split(",") if isinstance(flags, str) and flags else flags or ()
    return tuple(known_as("the flags of nat", each, _NAT_FLAGS) for each in several)


def _nat(kind: str, to: Value, port: Value, family: str, flags: str | Iterable[str], ports: bool, ranges: bool) -> Nat:
    known_as(kind, family, ("", "ip", "ip6"))
    return Nat(kind, family, to, port, _nat_flags(flags), ports, ranges)


def snat(
    to: Value = None,
    *,
    port: Value = None,
    family: str = "",
    flags: str | Iterable[str] = (),
    with_port: bool = False,
    ranges: bool = False,
) -> Nat:
    """Translate the source: ``snat("10.0.0.1")``, ``snat("10.0.0.1-10.0.0.9", port="1000-2000", flags="random")``.

    `to` may be ``mapped(…)``: `with_port` where the map has a port, too, `ranges` where it has ranges of addresses.
    """
    return _nat("snat", to, port, family, flags, with_port, ranges)


def dnat(
    to: Value = None,
    *,
    port: Value = None,
    family: str = "",
    flags: str | Iterable[str] = (),
    with_port: bool = False,
    ranges: bool = False,
) -> Nat:
    """Translate the destination: ``dnat("10.0.0.1", port=8080)``; as for `snat`."""
    return _nat("dnat", to, port, family, flags, with_port, ranges)


def masquerade(*, port: Value = None, flags: str | Iterable[str] = ()) -> Nat:
    """Translate the source to an address of the interface that the packet leaves by."""
    return Nat("masquerade", "", None, port, _nat_flags(flags))


def redirect(*, port: Value = None, flags: str | Iterable[str] = ()) -> Nat:
    """Translate the destination to this host."""
    return Nat("redirect", "", None, port, _nat_flags(flags))


def tproxy(to: Value = None, *, port: Value = None, family: str = "") -> Nat:
    """Hand a packet to a socket of this host without changing it."""
    return _nat("tproxy", to, port, family, (), False, False)


def dup(to: Value = None, *, device: Value = None, family: str = "") -> Send:
    """Send a copy of a packet to an address (by a device), or, in a chain of netdev, by a device."""
    return Send("dup", family, to, device)


def fwd(device: Value, *, to: Value = None, family: str = "") -> Send:
    """Send a packet by a device (by its index), to the neighbour with an address."""
    return Send("fwd", family, to, device)


def queue(number: int | str | Looked = 0, *, flags: str | Iterable[str] = ()) -> Queue | ToQueue:
    """Hand a packet to a program (`netlynx.netfilter.queue`): to a queue, one of several ``"1-3"``, or a computed one.

    `flags` are ``bypass`` and ``fanout``.
    """
    several = flags.split(",") if isinstance(flags, str) and flags else flags or ()
    known = tuple(known_as("queue", each, ("bypass", "fanout")) for each in several)
    if isinstance(number, Looked):
        return ToQueue(number, known)
    low, _, high = str(number).partition("-")
    if not low.isdecimal() or (high and not high.isdecimal()):
        raise EncodeError(f"{number!r} is no queue and no range of them", "queue")
    bits = QueueFlags(0)
    for each in known:
        bits |= QueueFlags.BYPASS if each == "bypass" else QueueFlags.CPU_FANOUT
    total = int(high) - int(low) + 1 if high else 1
    return Queue(num=int(low), total=total, flags=bits or None)


notrack = NoTrack()  # the packet is not tracked as part of a connection


def flow(name: str) -> FlowOffload:
    """Have a flowtable of the table forward what is of the connection: nft's ``flow add @name``."""
    return FlowOffload(table_name=name.removeprefix("@"))


def synproxy(
    *, mss: int | None = None, wscale: int | None = None, timestamp: bool = False, sack_perm: bool = False
) -> Synproxy:
    """Answer SYNs for a server, with these options of TCP."""
    flags = SynproxyFlags(0)
    if mss is not None:
        flags |= SynproxyFlags.MSS
    if wscale is not None:
        flags |= SynproxyFlags.WSCALE
    if sack_perm:
        flags |= SynproxyFlags.SACK_PERM
    if timestamp:
        flags |= SynproxyFlags.TIMESTAMP
    return Synproxy(mss=mss, wscale=wscale, flags=flags)


def use(kind: str, name: str | Mapped) -> Refer:
    """Use a named object of the table: ``use("counter", "web")``, or the one that a map has: ``mapped(…)``.

    `kind` is ``counter``, ``quota``, ``limit``, ``ct helper``, ``ct timeout``, ``ct expectation``, ``synproxy`` …
    """
    return Refer(known_as("objects", kind, OBJECTS), name)


def reset_tcp_option(name: str) -> ResetOption:
    """Overwrite an option of TCP with others that do nothing."""
    return ResetOption(known_as("tcp option", name, OPTIONS["tcp option"][1]))

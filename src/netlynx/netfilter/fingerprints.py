"""Fingerprints: what the first packet of a TCP connection looks like, from which the system that sent it is guessed.

    from netlynx.netfilter import fingerprints

    nl.do(fingerprints.add("S4:64:1:60:M*,S,T,N,W7:Linux:2.6:20:Linux 2.6.20"))

Rules compare packets with them: iptables' ``-m osf --genre Linux``, nftables' ``osf name``. They are the whole
machine's, take CAP_NET_ADMIN in the initial user namespace, and cannot be listed. Source:
linux/netfilter/nfnetlink_osf.h, net/netfilter/nfnetlink_osf.c; the form of a line is that of pf.os, as nfnl_osf(8)
reads it.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from msgspec.structs import replace

from netlynx.engine.operation import Do
from netlynx.errors import EncodeError
from netlynx.netfilter.constants import NFNL_SUBSYS
from netlynx.netfilter.messages import OSF_MSG
from netlynx.netfilter.nfnetlink import NetfilterHeader, netfilter_do
from netlynx.schema import (
    Constants,
    Enumeration,
    Layout,
    Record,
    array,
    attr,
    chars,
    enum,
    member,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.arguments import record_of, text_of
from netlynx.schema.facts import Facts
from netlynx.wire.constants import NLM_F

_SUBSYSTEM = int(NFNL_SUBSYS.OSF)
_MOST = 40  # options of a fingerprint, MAX_IPOPTLEN
_OPTION_SIZE = 12  # bytes of struct nf_osf_opt
_LONGEST = 31  # bytes of a text


class OSF_ATTR(Constants):
    """Attributes."""

    UNSPEC = 0
    FINGER = 1


class Window(Enumeration, prefix="OSF_WSS_"):
    """What the size of a window is: so many bytes (0: any), so many times MSS or MTU, a multiple of so many."""

    __omitted__: ClassVar[dict[str, str]] = {"OSF_WSS_MAX": "only marks the end"}

    PLAIN = 0
    MSS = 1
    MTU = 2
    MODULO = 3


class TcpOption(Enumeration, prefix="OSFOPT_"):
    """Options of TCP, by their numbers in packets."""

    EOL = 0
    NOP = 1
    MSS = 2
    WSO = 3
    SACKP = 4
    SACK = 5
    ECHO = 6
    ECHOREPLY = 7
    TS = 8
    POCP = 9
    POSP = 10
    EMPTY = 255


class Size(Layout, c="nf_osf_wc"):
    """A number, and how it is meant."""

    meaning: takes.Member[Window] = member(enum(Window, u32), c="wc")
    value: int = member(u32, c="val")


class Option(Layout, c="nf_osf_opt"):
    """An option that the packet has, at this place."""

    kind: takes.Member[TcpOption] = member(enum(TcpOption, u16), c="kind")
    length: int = member(u16, c="length")
    size: takes.Nested[Size | None] = member(struct(Size), c="wc")


class Finger(Layout, c="nf_osf_user_finger"):
    """What a packet looks like, and what sends such ones; read from a line by `parsed`."""

    window: takes.Nested[Size | None] = member(struct(Size), c="wss")
    ttl: int = member(u8, c="ttl")
    df: int = member(u8, c="df")  # 1: it may not be fragmented
    length: int = member(u16, c="ss")  # bytes of the packet
    mss: int = member(u16, c="mss")
    option_count: int = member(u16, c="opt_num")
    genre: str = member(chars(_LONGEST + 1), c="genre")
    version: str = member(chars(_LONGEST + 1), c="version")
    subtype: str = member(chars(_LONGEST + 1), c="subtype")
    options: takes.Several[Option] = member(array(replace(struct(Option), width=_OPTION_SIZE), _MOST), c="opt")


class Fingerprint(Record, header=NetfilterHeader):
    """A fingerprint as it is sent (`OSF_ATTR_FINGER`)."""

    __facts__: ClassVar[Facts] = Facts(attributes=OSF_ATTR, policy="nfnl_osf_policy")

    finger: takes.Nested[Finger | None] = attr(OSF_ATTR.FINGER, struct(Finger))


# By the letter in a line: which option it is, and its length in a packet.
_OPTIONS = {
    "N": (TcpOption.NOP, 1),
    "E": (TcpOption.EOL, 1),
    "S": (TcpOption.SACKP, 2),
    "T": (TcpOption.TS, 10),
    "W": (TcpOption.WSO, 3),
    "M": (TcpOption.MSS, 4),
}
_OPTION = re.compile(r"([NEST]0?|[MW](?:\*|%?\d+))")
_WINDOW = re.compile(r"(?P<meaning>[ST%]?)(?P<value>\d+)|(?P<any>\*)")


def add(finger: Finger | str) -> Do[None]:
    """Have packets compared with a fingerprint; `AlreadyExists` when it is there. A line of pf.os will do.

    Raises EncodeError for a line that cannot be read, and for texts and options that are too long.
    """
    request = Fingerprint(finger=_finger(finger, "fingerprints.add(finger)"))
    return netfilter_do("fingerprints.add", _SUBSYSTEM, OSF_MSG.ADD, request, flags=NLM_F.CREATE | NLM_F.EXCL)


def remove(finger: Finger | str) -> Do[None]:
    """Forget the very same fingerprint; `NotFound` if there is none. Raises EncodeError as `add`."""
    request = Fingerprint(finger=_finger(finger, "fingerprints.remove(finger)"))
    return netfilter_do("fingerprints.remove", _SUBSYSTEM, OSF_MSG.REMOVE, request)


def parsed(line: str) -> Finger:
    """The fingerprint of a line of pf.os: ``window:ttl:df:length:options:genre:version:subtype:details``.

    The details stand for people. Raises EncodeError.
    """
    parts = text_of(line, "fingerprints.parsed(line)").strip().split(":")
    if len(parts) != 9:
        raise EncodeError(f"{line!r} has {len(parts)} parts, not 9", "fingerprints.parsed(line)")
    window, ttl, df, length, options, genre, version, subtype, _ = parts
    found = _WINDOW.fullmatch(window)
    if found is None:
        raise _unread("window", window)
    meaning = {"S": Window.MSS, "T": Window.MTU, "%": Window.MODULO}.get(found["meaning"] or "", Window.PLAIN)
    listed = () if options in (".", "") else tuple(_option(each.strip()) for each in options.split(","))
    return Finger(
        window=Size(meaning=meaning, value=int(found["value"] or 0)),
        ttl=_number("ttl", ttl, 255),
        df=_number("df", df, 1),
        length=0 if length == "*" else _number("length", length, 0xFFFF),
        option_count=len(listed),
        genre=genre,
        version=version,
        subtype=subtype,
        options=listed,
    )


def _option(text: str) -> Option:
    if not _OPTION.fullmatch(text):
        raise _unread("options", text)
    kind, length = _OPTIONS[text[0]]
    number = text[1:]
    if text[0] not in "MW" or number == "*":
        return Option(kind=kind, length=length, size=Size())
    meaning = Window.MODULO if number.startswith("%") else Window.PLAIN
    return Option(kind=kind, length=length, size=Size(meaning=meaning, value=int(number.removeprefix("%"))))


def _number(what: str, text: str, most: int) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) > most:
        raise _unread(what, text)
    return int(text)


def _unread(what: str, text: str) -> EncodeError:
    return EncodeError(f"{text!r} is no {what} as pf.os has it", "fingerprints.parsed(line)")


def _finger(given: Any, path: str) -> Finger:
    """The fingerprint with as many options as it has, and the rest of the room for them empty."""
    finger = record_of(Finger, parsed(given) if isinstance(given, str) else given, path)
    if not finger.genre:
        raise EncodeError("say what sends such packets", "Finger.genre")
    for name in ("genre", "version", "subtype"):
        if len(str(getattr(finger, name)).encode("utf-8", "surrogateescape")) > _LONGEST:
            raise EncodeError(f"is longer than {_LONGEST} bytes", f"Finger.{name}")
    options = finger.options[: finger.option_count] if len(finger.options) == _MOST else finger.options
    if finger.option_count not in (0, len(options)):
        raise EncodeError(f"there are {len(options)} options", "Finger.option_count")
    if len(options) > _MOST:
        raise EncodeError(f"a packet has {_MOST} at most", "Finger.options")
    if sum(each.length for each in options) > _MOST:
        raise EncodeError(f"options of a packet have {_MOST} bytes at most", "Finger.options")
    return finger.replace(option_count=len(options), options=options)

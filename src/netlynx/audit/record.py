"""One record of the log: its text, and what it says. Source: audit_log_format and its kin in kernel/audit.c.

A record begins with ``audit(SECONDS.MILLISECONDS:SERIAL): ``; the serial number is that of its event. Then come
``name=value`` pairs. A text that a process could choose is quoted where it is harmless, and written as hexadecimal
digits where it has a quote, a space, a control character or a byte beyond ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from netlynx.errors import DecodeError

from .types import type_name

_HEAD = re.compile(r"audit\((\d+)\.(\d{3}):(\d+)\): ?")
_PAIR = re.compile(r"""([\w.\[\]/-]+)=(?:"([^"]*)"|'([^']*)'|([^\s'"]*))""")
_HEX = re.compile(r"(?:[0-9A-F]{2})+")
_ARGUMENT = re.compile(r"a\d+(\[\d+\])?")
_EXECVE = 1309

# What the kernel, and programs by libaudit, write so that it may be hexadecimal; elsewhere such digits are a number.
TEXTS = {
    *("acct", "cmd", "comm", "cgroup", "cwd", "data", "device", "dir", "exe", "file", "grp", "invalid_context", "key"),
    *("name", "new-disk", "new-fs", "new_group", "ocomm", "old-disk", "old-fs", "path", "proctitle", "root_dir", "sw"),
    *("vm", "watch"),
}


class LogRecord(msgspec.Struct, frozen=True):
    """One record. `fields` are its pairs, decoded, in their order; of a name that comes twice, the first.

    Texts are UTF-8 with surrogateescape; those that the kernel does not know stay as it writes them: ``(null)``, ``?``.
    The pairs that a program put into ``msg='…'`` are among the others. `text` is all of it as it came, but its head.
    """

    type: int
    text: str
    fields: dict[str, str] = {}

    @property
    def name(self) -> str:
        """What its type is called: ``SYSCALL``, ``PATH``; of one that is not known ``UNKNOWN[1399]``."""
        return type_name(self.type)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments of a program: of PROCTITLE, of which the kernel keeps the first 128 bytes, and of EXECVE."""
        if self.type == _EXECVE:
            return tuple(_joined(self.fields))
        title = self.fields.get("proctitle")
        return () if title is None else tuple(title.rstrip("\0").split("\0"))


def read(type: int, payload: bytes | bytearray | memoryview) -> tuple[int, int, LogRecord]:
    """A record with its event's time, in ms since 1970, and serial number. Raises DecodeError: it has no such head."""
    text = str(payload, "utf-8", "surrogateescape").rstrip("\0\n")
    head = _HEAD.match(text)
    if head is None:
        raise DecodeError(f"a record of the log begins with {text[:30]!r}, not with audit(TIME:SERIAL)", 0, "audit")
    seconds, milliseconds, serial = map(int, head.groups())
    said = text[head.end() :]
    return seconds * 1000 + milliseconds, serial, LogRecord(type, said, dict(_pairs(type, said)))


def _pairs(type: int, text: str) -> Iterator[tuple[str, str]]:
    """The pairs, those within another's quotes at the end; of two with a name, the last to come is the first."""
    found: dict[str, str] = {}
    within: list[str] = []
    for match in _PAIR.finditer(text):
        name, quoted, inner, bare = match.groups()
        if inner is not None and name == "msg":
            within.append(inner)
        elif name not in found:
            found[name] = quoted if quoted is not None else inner if inner is not None else _decoded(type, name, bare)
    yield from found.items()
    for each in within:
        yield from ((name, value) for name, value in _pairs(type, each) if name not in found)


def _decoded(type: int, name: str, value: str) -> str:
    is_text = name in TEXTS or (type == _EXECVE and _ARGUMENT.fullmatch(name))
    if is_text and _HEX.fullmatch(value):
        return bytes.fromhex(value).decode("utf-8", "surrogateescape")
    return value


def _joined(fields: dict[str, str]) -> Iterator[str]:
    """The arguments of EXECVE, of which long ones come in pieces: a1[0], a1[1] …"""
    for number in range(int(fields.get("argc", "0") or 0)):
        whole = fields.get(f"a{number}")
        if whole is None:
            pieces: list[str] = []
            while (piece := fields.get(f"a{number}[{len(pieces)}]")) is not None:
                pieces.append(piece)
            if not pieces:
                return
            whole = "".join(pieces)
        yield whole

"""What was heard as text: a line a message, and long records below it."""

from __future__ import annotations

import textwrap
import time
from typing import NamedTuple

from netlynx.engine.decoding import Decoded, head_of
from netlynx.engine.lexicon import is_control
from netlynx.trace.objects import protocol
from netlynx.trace.reading import Told

_INDENT = "    "


class Line(NamedTuple):
    """The parts of what one message is told in: when and who, which way and what, what it says, what went wrong."""

    where: str
    what: str
    says: str
    wrong: str

    def laid(self, width: int | None) -> list[tuple[str, str]]:
        """Lines of at most so many columns where that can be, each in two parts, of which the second tells of what
        went wrong; one line for None."""
        words = " ".join(word for word in (self.where, self.what, self.says) if word)
        whole = len(words) + (1 + len(self.wrong) if self.wrong else 0)
        if width is None or whole <= width:
            return [(f"{words} " if self.wrong else words, self.wrong)]
        lines = [(f"{self.where} {self.what}", "")]
        lines += [(line, "") for line in _wrapped(self.says, width)]
        return lines + [("", line) for line in _wrapped(self.wrong, width)]


def line_of(told: Told) -> Line:
    """One message, or one call that failed."""
    heard, message = told.heard, told.message
    at = time.localtime(heard.time)
    clock = f"{time.strftime('%H:%M:%S', at)}.{int(heard.time % 1 * 1000):03}"
    where = f"{clock} {heard.program}[{heard.process}] {heard.descriptor}{'>' if heard.sent else '<'}"
    if message is None:
        return Line(where, f"{protocol(heard.protocol)} {heard.call}", "", told.error)
    beside = []
    if heard.peer:
        beside.append(f"{'to' if heard.sent else 'from'} port {heard.peer}")
    if heard.group:
        beside.append(f"group {heard.group}")
    if heard.length != len(heard.data):
        beside.append(_cut(heard.length, len(heard.data)))
    what = head_of(message) + (f" ({', '.join(beside)})" if beside else "")
    return Line(where, what, _says(message), told.error)


def _says(message: Decoded) -> str:
    if message.error is not None:
        return ""
    if is_control(message.protocol, message.message.type):
        return "done" if message.name == "NLMSG_ERROR" else ""
    unread = f", which are no {message.name}: {message.fault.message}" if message.fault is not None else ""
    return message.words + unread


def _cut(length: int, kept: int) -> str:
    return f"cut off after {kept} bytes" if length < 0 else f"cut off: {kept} of {length} bytes"


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        max(width, 40),
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_on_hyphens=False,
    )

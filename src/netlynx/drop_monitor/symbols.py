"""Names of places in the kernel, which summaries tell by their addresses. Source: kernel/kallsyms.c."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path

_LIST = Path("/proc/kallsyms")
_CODE = "tTwW"


class Symbols:
    """The functions of this host's kernel, read at once: some hundred thousand lines.

    Without CAP_SYSLOG, or as the sysctl ``kernel.kptr_restrict`` has it, addresses are
    all 0, and none is `known`. `lines` are others than those of ``/proc/kallsyms``.
    """

    def __init__(self, lines: Iterable[str] | None = None) -> None:
        if lines is None:
            lines = _LIST.read_text(errors="surrogateescape").splitlines() if _LIST.exists() else ()
        found: dict[int, str] = {}
        for line in lines:
            address, kind, name = line.split(maxsplit=2)
            if kind in _CODE and (number := int(address, 16)):
                found.setdefault(number, name.replace("\t", " "))
        self._names = dict(sorted(found.items()))
        self._addresses = [*self._names]

    @property
    def known(self) -> bool:
        """Whether there are any."""
        return bool(self._addresses)

    def name(self, pc: int) -> str:
        """The function that an address is in, with the offset, ``__udp4_lib_rcv+0x5a``; else the number."""
        at = bisect_right(self._addresses, pc) - 1
        if at < 0:
            return f"{pc:#x}"
        start = self._addresses[at]
        name, _, module = self._names[start].partition(" ")
        return f"{name}+{pc - start:#x}{f' {module}' if module else ''}"

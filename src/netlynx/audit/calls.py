"""What a record of a system call is about, by name."""

from __future__ import annotations

from .fields import ARCHES
from .record import LogRecord
from .syscalls import NAMES


def syscall_name(record: LogRecord) -> str:
    """The name of the system call that a SYSCALL record tells of, or its number where the machine's are not known."""
    given = record.fields.get("syscall", "")
    try:
        arch, number = int(record.fields["arch"], 16), int(given)
    except (KeyError, ValueError):
        return given
    machine = next((name for name, known in ARCHES.items() if known == arch), "")
    return NAMES.get(machine, {}).get(number, given)

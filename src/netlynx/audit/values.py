"""Values of a rule's fields: as they are given, as they are shown, as numbers. Source: auditctl(8)."""

from __future__ import annotations

import grp
import platform
import pwd
from errno import errorcode

from netlynx.errors import EncodeError, EncodeTypeError

from .fields import (
    ARCH,
    ARCHES,
    ERRNOS,
    EXIT,
    FILETYPE,
    FILETYPES,
    FSTYPE,
    FSTYPES,
    GROUP,
    HEX,
    PERM,
    PERMISSIONS,
    SUCCESS,
    TEXT,
    TYPE,
    UNSET,
    UNSIGNED,
    USER,
    machines,
)
from .types import NUMBERS, type_name

_TURN = 0x1_0000_0000
_LEAST, _MOST = -0x8000_0000, 0xFFFF_FFFF
_UNSIGNED_KINDS = (USER, GROUP, UNSIGNED, HEX, ARCH, PERM, TYPE, FILETYPE, FSTYPE)
_LONGEST = 4096  # PATH_MAX


def given(kind: str, value: object, path: str) -> int | str:
    """The value that is meant: a text, or a number of 32 bits. Raises EncodeError, EncodeTypeError."""
    if kind == TEXT:
        return _text(value, path)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise EncodeTypeError(f"expected a number or a word, not {type(value).__name__} {value!r}", path)
    number = value if isinstance(value, int) else _number(kind, value, path)
    if not _LEAST <= number <= _MOST:
        raise EncodeError(f"{value} is no number of 32 bits", path)
    if kind == PERM and not 0 <= number <= sum(PERMISSIONS.values()):
        raise EncodeError(f"{value!r} is no set of the letters r, w, x and a", path)
    return signed(kind, number % _TURN)


def signed(kind: str, number: int) -> int:
    """A number of 32 bits as the field has it: with a sign, or without."""
    return number if kind in _UNSIGNED_KINDS or number < _TURN // 2 else number - _TURN


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise EncodeTypeError(f"expected a text, not {type(value).__name__} {value!r}", path)
    size = len(value.encode("utf-8", "surrogateescape"))
    most = 256 if path.endswith(".key") else _LONGEST
    if not value or "\0" in value or size > most:
        raise EncodeError(f"expected a text of 1 to {most} bytes, not {value!r}", path)
    if path.endswith((".path", ".dir", ".exe")) and not value.startswith("/"):
        raise EncodeError(f"{value!r} is no absolute path", path)
    return value


def _number(kind: str, word: str, path: str) -> int:
    try:
        return int(word, 0)
    except ValueError:
        pass
    found: int | None = None
    if kind in (USER, GROUP):
        found = UNSET if word == "unset" else _identity(kind, word)
    elif kind == ARCH:
        found = machines().get(word, ARCHES.get(word.lower()))
    elif kind == EXIT:
        number = ERRNOS.get(word.removeprefix("-"))
        found = number if number is None or not word.startswith("-") else -number
    elif kind == PERM:
        found = sum(PERMISSIONS.get(letter, 0x100) for letter in set(word) or "?")
    elif kind == TYPE:
        found = NUMBERS.get(word.upper())
    elif kind == FILETYPE:
        found = FILETYPES.get(word)
    elif kind == FSTYPE:
        found = FSTYPES.get(word)
    elif kind == SUCCESS:
        found = {"yes": 1, "no": 0}.get(word)
    if found is None:
        raise EncodeError(_refused(kind, word), path)
    return found


def _identity(kind: str, name: str) -> int | None:
    try:
        return pwd.getpwnam(name).pw_uid if kind == USER else grp.getgrnam(name).gr_gid
    except KeyError:
        return None


def _refused(kind: str, word: str) -> str:
    known = {
        USER: "no user's name here, no number, and not unset",
        GROUP: "no group's name here, no number, and not unset",
        ARCH: f"no machine: b64, b32, {', '.join(ARCHES)}",
        EXIT: "no number, and no name of an error such as -EACCES",
        PERM: "no set of the letters r, w, x and a",
        TYPE: "no type of a record",
        FILETYPE: f"none of {', '.join(FILETYPES)}",
        FSTYPE: f"none of {', '.join(FSTYPES)}, and no number",
        SUCCESS: "neither yes nor no, 1 nor 0",
    }
    return f"{word!r} is {known.get(kind, 'no number')}"


def native() -> int:
    """The number of this machine; 0 for one that is not known."""
    return machines().get("b64", ARCHES.get(platform.machine(), 0))


def shown(kind: str, value: int | str) -> str:
    """A value as auditctl shows it."""
    if isinstance(value, str):
        return value
    if kind == PERM:
        return "".join(letter for letter, bit in PERMISSIONS.items() if value & bit)
    if kind == TYPE:
        name = type_name(value)
        return name if name in NUMBERS else str(value)
    if kind == HEX:
        return f"0x{value:X}"
    if kind == EXIT and -value in errorcode:
        return f"-{errorcode[-value]}"
    for table, which in ((machines(), ARCH), (ARCHES, ARCH), (FSTYPES, FSTYPE)):
        if which == kind:
            name = next((name for name, number in table.items() if number == value), "")
            if name:
                return name
    if kind == ARCH:
        return f"0x{value:X}"
    if kind in (USER, GROUP, FSTYPE):
        return str(value - _TURN if value >= _TURN // 2 else value)
    return str(value)

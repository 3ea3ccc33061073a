"""Names that are right in C, in Python, for files and for the kernel all at once."""

from __future__ import annotations

import keyword
import re

from netlynx.module.folder import ModuleError

LONGEST = 40  # a module's name may have 55 letters (MODULE_NAME_LEN, linux/module.h); ours get prefixes and endings

# fmt: off
C_KEYWORDS = frozenset((
    "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "float",
    "for", "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed", "sizeof",
    "static", "struct", "switch", "typedef", "union", "unsigned", "void", "volatile", "while",
    "asm", "bool", "current", "false", "true", "typeof",
))
_TAKEN = frozenset((  # by the kernel's headers, or in every module that is written
    "answer", "genl", "init", "interval", "kernel", "linux", "main", "module", "netlink", "netlynx", "nla", "nlmsg",
    "printk", "test",
))
# fmt: on


def check_name(name: str) -> str:
    """A name for a module, as it is. Raises ModuleError, with a name that would do."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ModuleError(
            f"{name!r} cannot name a module: it has to begin with a small letter and to have only small letters, "
            f"digits and underscores after it{_instead(name)}"
        )
    if len(name) > LONGEST:
        raise ModuleError(f"{name!r} is too long for a module: {len(name)} letters, where {LONGEST} may be")
    if _means_something(name):
        raise ModuleError(
            f"{name!r} cannot name a module: the word has a meaning in C or in the kernel{_instead(name)}"
        )
    return name


def _means_something(word: str) -> bool:
    return word in C_KEYWORDS or word in _TAKEN or keyword.iskeyword(word)


def _instead(name: str) -> str:
    better = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:LONGEST]
    if better and (better[0].isdigit() or _means_something(better)):
        better = f"my_{better}"
    return f"; {better!r} would do" if better else ""


def snake(name: str) -> str:
    """A class's name as C writes it: ``LinkStats`` is ``link_stats``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()

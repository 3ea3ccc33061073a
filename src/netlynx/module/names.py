"""Names that are right in C, in Python, for files and for the kernel all at once."""

from __future__ import annotations

import keyword
import re

from netlynx.module.folder import ModuleError

LONGEST = 40  # a module's name may have 55 letters (MODULE_NAME_LEN, linux/module.h); ours get prefixes and endings

_C_KEYWORDS = frozenset(
    "auto break case char const continue default do double else enum extern float for goto if inline int long "
    "register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while "
    "bool true false asm typeof current".split()
)

# What the headers of the kernel that a module includes, and its libraries, call their own.
_TAKEN = frozenset(
    "netlink genl nla nlmsg nlattr linux module kernel init exit printk test main answer interval".split()
)


def check_name(name: str) -> str:
    """A name for a module, as it is. Raises ModuleError, with a name that would do."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ModuleError(
            f"{name!r} cannot name a module: it has to begin with a small letter and to have only small letters, "
            f"digits and underscores after it{_instead(name)}"
        )
    if len(name) > LONGEST:
        raise ModuleError(f"{name!r} is too long for a module: {len(name)} letters, where {LONGEST} may be")
    if name in _C_KEYWORDS or keyword.iskeyword(name) or name in _TAKEN:
        raise ModuleError(
            f"{name!r} cannot name a module: the word has a meaning in C or in the kernel{_instead(name)}"
        )
    return name


def _instead(name: str) -> str:
    better = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:LONGEST]
    if better and (better in _C_KEYWORDS or better in _TAKEN or keyword.iskeyword(better)):
        better = f"my_{better}"
    if better and better[0].isdigit():
        better = f"my_{better}"
    return f"; {better!r} would do" if better else ""

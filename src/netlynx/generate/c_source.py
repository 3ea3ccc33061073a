"""What of a C file can be read without a preprocessor: enumerations, simple macros, tables of initialisers.

Conditions (``#if``) are not decided: what stands within them is read as if all of them held, which is said.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_DEFINE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+(.+?)[ \t]*$", re.M)
_ENUM = re.compile(r"\benum\s*(\w*)\s*\{([^{}]*)\}")
_TABLE = re.compile(r"\bstruct\s+(\w+)\s+(\w+)\s*(?:\[[^\]]*\])?\s*(?:__\w+\s*)*=\s*\{")
_INDEXED = re.compile(r"\s*\[\s*(\w+)\s*(\.\.\.[^\]]*)?\]\s*=\s*(.*)", re.S)
_FIELD = re.compile(r"\s*\.(\w+)\s*=\s*(.*)", re.S)

# Numbers and sizes that policies are written with. Source: linux/if.h, linux/if_ether.h, linux/genetlink.h, linux/in.h.
_KNOWN = {"IFNAMSIZ": 16, "ALTIFNAMSIZ": 128, "GENL_NAMSIZ": 16, "ETH_ALEN": 6, "MAX_ADDR_LEN": 32} | {
    **{f"{sign}{bits}_MAX": (1 << (bits - (sign == "S"))) - 1 for sign in "US" for bits in (8, 16, 32, 64)},
    **{f"S{bits}_MIN": -(1 << (bits - 1)) for bits in (8, 16, 32, 64)},
}
_SIZES = {"struct in_addr": 4, "struct in6_addr": 16, "struct sockaddr_in": 16, "struct sockaddr_in6": 28} | {
    f"{before}{sign}{bits}": bits // 8
    for before in ("", "__")
    for sign in ("u", "s", "be", "le")
    for bits in (8, 16, 32, 64)
}
_OPERATORS: dict[type, Callable[[int, int], int]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.LShift: lambda a, b: a << b if 0 <= b < 64 else 0,
    ast.RShift: lambda a, b: a >> b if 0 <= b < 64 else 0,
    ast.BitOr: lambda a, b: a | b,
    ast.BitAnd: lambda a, b: a & b,
}


@dataclass(slots=True)
class Enumerated:
    """One enumeration: its members with their numbers, and what a comment behind one says."""

    tag: str
    members: dict[str, int] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Table:
    """One initialised variable of a struct, or an array of them: the text between its braces."""

    struct: str
    name: str
    body: str


class Source:
    """Some C files read together; `remarks` is what could not be read of them."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.remarks: list[str] = []
        self.macros: dict[str, str] = {}
        self.enums: list[Enumerated] = []
        self.tables: list[Table] = []
        self._numbers: dict[str, int] = dict(_KNOWN)
        texts = {name: text.replace("\\\n", " ") for name, text in texts.items()}
        bare = {name: _COMMENT.sub(" ", text) for name, text in texts.items()}
        for text in bare.values():
            for name, value in _DEFINE.findall(text):
                self.macros.setdefault(name, value.strip())
        for name, text in texts.items():
            self._read_enums(name, text)
        for text in bare.values():
            self.tables += _tables(text)

    def _read_enums(self, file: str, text: str) -> None:
        # Comments stay until members are told apart, each behind its own.
        for found in _ENUM.finditer(_COMMENT.sub(_kept, text)):
            enum = Enumerated(found[1])
            if re.search(r"^[ \t]*#[ \t]*(if|el|endif)", found[2], re.M):
                self.remarks.append(f"{file}: conditions within an enumeration {found[1]} are read as if all held")
            self._read_members(file, enum, re.sub(r"^[ \t]*#.*$", "", found[2], flags=re.M))
            if enum.members:
                self.enums.append(enum)

    def _read_members(self, file: str, enum: Enumerated, body: str) -> None:
        """A comment belongs to the member before it on its line, also behind that member's comma."""
        said, last, same_line = "", "", False
        number = 0
        for piece in re.findall(r"\x01.*?\x02|,|\n|[^\x01,\n]+", f"{body},", re.S):
            if piece.startswith("\x01"):
                behind = _name(said) or (last if same_line else "")
                if behind:
                    enum.comments.setdefault(behind, piece[1:-1])
            elif piece == "\n":
                same_line = same_line and bool(said.strip())
                said += " "
            elif piece != ",":
                said += piece
            else:
                name, _, value = said.partition("=")
                name = name.strip()
                if name and not _name(name):
                    self.remarks.append(f"{file}: {name.split()[0]!r} is no member of an enumeration that can be read")
                if _name(name):
                    given = self.number(value) if value.strip() else number
                    if given is None:
                        shown = " ".join(value.split())
                        self.remarks.append(f"{file}: {name} = {shown} cannot be read, nor what comes after it")
                        return
                    enum.members[name] = self._numbers[name] = given
                    number, last = given + 1, name
                said, same_line = "", True

    # -- values

    def number(self, text: str, depth: int = 0) -> int | None:
        """The number that an expression of C is, None for one that cannot be told."""
        text = re.sub(
            r"sizeof\s*\(\s*([^()]*?)\s*\)", lambda each: str(_SIZES.get(" ".join(each[1].split()), "?")), text
        )
        text = re.sub(r"\bBIT(?:_ULL)?\s*\(", "(1 << ", text)
        text = re.sub(r"\bGENMASK(?:_ULL)?\s*\(([^(),]*),([^(),]*)\)", r"((2 << (\1)) - (1 << (\2)))", text)
        text = re.sub(r"\(\s*(?:__)?[us](?:8|16|32|64)\s*\)(?=\s*[\w(])", "", text)  # casts
        text = re.sub(r"\b(0[xX][0-9a-fA-F]+|\d+)[uUlL]+\b", r"\1", text)
        text = re.sub(r"\b0+(?=\d)", "0o", text) if re.search(r"\b0\d", text) else text
        try:
            tree = ast.parse(" ".join(text.split()), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        return self._evaluated(tree, depth)

    def _evaluated(self, node: ast.AST, depth: int) -> int | None:
        if depth > 40:
            return None
        if isinstance(node, ast.Constant) and type(node.value) is int:
            return node.value
        if isinstance(node, ast.Name):
            if node.id in self._numbers:
                return self._numbers[node.id]
            return self.number(self.macros[node.id], depth + 1) if node.id in self.macros else None
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Invert):
            value = self._evaluated(node.operand, depth + 1)
            return None if value is None else -value if isinstance(node.op, ast.USub) else ~value
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            left, right = self._evaluated(node.left, depth + 1), self._evaluated(node.right, depth + 1)
            return None if left is None or right is None else _OPERATORS[type(node.op)](left, right)
        return None

    def text(self, value: str) -> str | None:
        """The text that a literal, or a macro of one, is."""
        value = self.macros.get(value.strip(), value).strip()
        return value[1:-1] if _STRING.fullmatch(value) else None


def _kept(found: re.Match[str]) -> str:
    """A comment between marks, without what would end a member or an enumeration."""
    text = re.sub(r"[,{}\x01\x02]", " ", found[0].strip("/* \n\t"))
    return f"\x01{' '.join(text.split())}\x02"


def _name(said: str) -> str:
    """The member's name that a text begins with, empty for what is none."""
    name = said.partition("=")[0].strip()
    return name if re.fullmatch(r"[A-Za-z_]\w*", name) else ""


def _tables(text: str) -> Iterator[Table]:
    for found in _TABLE.finditer(text):
        body = _braced(text, found.end())
        if body is not None:
            yield Table(found[1], found[2], body)


def _braced(text: str, start: int) -> str | None:
    """What stands from a place behind a brace to the brace that closes it."""
    depth = 1
    for at in range(start, len(text)):
        depth += (text[at] == "{") - (text[at] == "}")
        if not depth:
            return text[start:at]
    return None


def parts(body: str) -> list[str]:
    """What is between the commas of a list that are in no brackets."""
    found, depth, start = [], 0, 0
    for at, letter in enumerate(body):
        depth += (letter in "({[") - (letter in ")}]")
        if letter == "," and not depth:
            found.append(body[start:at].strip())
            start = at + 1
    return [each for each in (*found, body[start:].strip()) if each]


def indexed(body: str) -> Iterator[tuple[str, bool, str]]:
    """The entries ``[INDEX] = …`` of an array: the index, whether it is a range, what it is."""
    for part in parts(body):
        entry = _INDEXED.fullmatch(part)
        if entry is not None:
            yield entry[1], bool(entry[2]), entry[3].strip()


def fields(text: str) -> dict[str, str]:
    """The entries ``.field = …`` of one struct, with its braces or without."""
    inside = text.strip()
    inside = inside[1:-1] if inside.startswith("{") else inside
    found = (_FIELD.fullmatch(part) for part in parts(inside))
    return {each[1]: each[2].strip() for each in found if each is not None}

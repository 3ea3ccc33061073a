"""Docstrings and types as the site shows them: code spans and the names of types lead to their descriptions."""

from __future__ import annotations

import html
import re
import textwrap
from dataclasses import dataclass, replace

from .places import meant, mentioned, relative

_SPAN = re.compile(r"(``.+?``|`[^`]+`)", re.S)
_ERROR = re.compile(
    r"\b([A-Z][A-Za-z]+(?:Error|Exists|Found|Supported|Denied|Busy|Closed|Timeout|Interrupted|Overrun))\b"
)
_MARKDOWN = str.maketrans({each: f"&#{ord(each)};" for each in "*_[]\\~^=|{}"})


@dataclass(frozen=True)
class Place:
    """Where a text stands: what names mean there, and how addresses are told."""

    page: str
    room: str = ""
    module: str = ""  # the file of what is described: names mean what they do there
    own: frozenset[str] = frozenset()  # fields or parameters of what is described: they mean themselves

    def link(self, code: str, shown: str) -> str:
        name = re.match(r"\w*", code)[0]  # type: ignore[index]  # an empty one is found, at least
        goal = None
        if code not in self.own:
            goal = (meant(name, self.module) if name[:1].isupper() else None) or mentioned(code, self.room)
        return f'<a href="{relative(goal, self.page)}">{shown}</a>' if goal is not None else shown


def inline(text: str, place: Place) -> str:
    """One line of a docstring, as HTML that Markdown leaves alone."""
    parts = []
    for part in _SPAN.split(text):
        if part.startswith("`"):
            code = part.strip("`").replace("\n", " ")
            parts.append(place.link(code, f"<code>{_plain(code)}</code>"))
        else:
            parts.append(_ERROR.sub(lambda found: place.link(found[1], found[1]), _plain(part)))
    return "".join(parts)


def _plain(text: str) -> str:
    return html.escape(text, quote=False).translate(_MARKDOWN)


def typed(annotation: str, place: Place) -> str:
    """A type, whose names are links."""

    def part(found: re.Match[str]) -> str:
        module, _, name = found[0].rpartition(".")
        if module.startswith("netlynx."):
            return replace(place, module=module).link(name, name)
        return place.link(found[0], found[0]) if found[0][0].isalpha() else html.escape(found[0])

    return re.sub(r"'[^']*'|[A-Za-z_][\w.]*|[^A-Za-z_']+|'", part, re.sub(r"[+~](?=[A-Z])", "", annotation))


def prose(text: str, place: Place) -> str:
    """A docstring as Markdown: paragraphs, lists, and what is indented as code."""
    blocks = []
    for block in _blocks(text):
        lines = block.splitlines()
        if all(line.startswith("    ") for line in lines if line):
            blocks.append(f"```{_language(block)}\n{textwrap.dedent(block)}\n```")
        elif lines[0].endswith(":") and len(lines) > 1 and all(line.startswith("    ") for line in lines[1:]):
            blocks.append(inline(lines[0], place))
            items = re.split(r"^ {4}(?=\S)", "\n".join(lines[1:]), flags=re.M)[1:]
            blocks.append("\n".join(f"- {inline(' '.join(item.split()), place)}" for item in items))
        elif lines[0].startswith("|"):
            rows = ["|".join(inline(cell, place) for cell in row.split("|")) for row in lines]
            blocks.append("\n".join([rows[0], lines[1], *rows[2:]]))
        elif lines[0].startswith(("- ", "* ")):
            items = re.split(r"^[-*] ", block, flags=re.M)[1:]
            blocks.append("\n".join(f"- {inline(' '.join(item.split()), place)}" for item in items))
        else:
            blocks.append(inline(re.sub(r"::$", ":", block), place))
    return "\n\n".join(blocks)


def _language(block: str) -> str:
    """Code is Python where it is; what is laid out as a table is left as it is."""
    try:
        compile(textwrap.dedent(block), "docstring", "exec", flags=0x2000)  # with await and the like at the top
    except (SyntaxError, ValueError):
        return "text"
    return "python"


def _blocks(text: str) -> list[str]:
    """Paragraphs, and runs of indented ones."""
    found: list[str] = []
    for block in re.split(r"\n[ \t]*\n", text.strip("\n")):
        if found and found[-1].endswith("::") and not block.startswith("    "):
            # The formatter takes away the indentation of code that ends a docstring.
            found.append(textwrap.indent(block, "    "))
        elif found and block.startswith("    ") and found[-1].startswith("    "):
            found[-1] += f"\n\n{block}"
        else:
            found.append(block)
    return found


def summary(text: str) -> str:
    """The first sentence of a docstring."""
    first = text.split("\n\n")[0].replace("\n", " ")
    return re.split(r"(?<=[^.\s])\.(?:\s|$)|::?$", first, maxsplit=1)[0]

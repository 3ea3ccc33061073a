"""What may stand where the cursor is: `netlynx __complete WORD… WORD-SO-FAR`, which the scripts of shells call.

Commands and options are a table that lies ready (`make outlines`); names are read when they are wanted: of interfaces,
namespaces, tables of routes, families, sets, of kinds of objects and their fields. Nothing is changed, nothing is said
of what goes wrong, and a name that a shell would take for more than a name is not offered.
"""

from __future__ import annotations

import os
import re
import sys

TYPE_CHECKING = False  # checkers take it for true
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

FILES = ":files"
"""The line that asks the shell for names of files."""
_SAFE = re.compile(r"[\w.:@%+=,/-]+", re.ASCII)


def run(words: list[str]) -> None:
    """Print what the last word may become: a line each, its help behind a tab."""
    try:
        said = "".join(f"{value}\t{about}\n" if about else f"{value}\n" for value, about in candidates(words))
    except BaseException:  # whatever it is, there is a line that somebody types
        return
    try:
        sys.stdout.write(said)  # nothing in it but printable ASCII, see below
        sys.stdout.flush()
    except (OSError, AttributeError):  # nobody reads it, or it was closed
        from netlynx.cli.terminal import nowhere

        sys.stdout = nowhere()


def candidates(words: list[str]) -> Iterator[tuple[str, str]]:
    """Words that the last one is the beginning of, each with its help."""
    *before, current = words or [""]
    for value, about in _possible(before, current):
        if value == FILES or (value.startswith(current) and _SAFE.fullmatch(value)):
            yield value, about


def _possible(before: list[str], current: str) -> Iterable[tuple[str, str]]:
    from netlynx.cli.aliases import ANY, meant
    from netlynx.cli.outlines.words import COMMANDS

    path: list[str] = []
    rest = iter(before)
    for word in rest:
        if word.startswith("-"):
            continue
        path.append(word if path else meant(word))
        if " ".join(path) in COMMANDS:
            break
        if len(path) == 2 and f"{path[0]} {ANY}" in COMMANDS:  # where other words than commands are names
            rest, path[1] = iter([word, *rest]), ANY
            break
    else:
        return _commands(path, current)
    _, options, places = COMMANDS[" ".join(path)]
    return _Line(options, list(places), list(rest)).possible(current)


def _commands(path: list[str], current: str) -> Iterator[tuple[str, str]]:
    from netlynx.cli.aliases import ANY
    from netlynx.cli.outlines.words import COMMANDS, GROUPS

    if current.startswith("-"):
        yield from GROUPS[""][1].items() if not path else (("--help", ""),)
        return
    before = " ".join([*path, ""]).lstrip()
    seen = set()
    for name, (about, _, _) in COMMANDS.items():
        if name == f"{before}{ANY}":
            yield from _Line({}, [COMMANDS[name][2][0]], []).possible(current)
        elif name.startswith(before):
            word, _, more = name[len(before) :].partition(" ")
            if word not in seen:
                seen.add(word)
                yield word, GROUPS[word][0] if more else about


class _Line:
    """What was typed of a command, as far as it can be told."""

    def __init__(self, options: dict[str, tuple[str, str]], places: list[str], words: list[str]) -> None:
        self.options = options
        self.given: dict[str, str] = {}
        self.placed: list[str] = []
        self.waiting = ""
        self._places = places
        self._ended = False
        for word in words:
            self._take(word)

    def _take(self, word: str) -> None:
        if self.waiting:
            self.given[self.waiting] = word
            self.waiting = ""
        elif word == "--" and not self._ended:
            self._ended = True
        elif word.startswith("--") and not self._ended:
            name, equals, value = word.partition("=")
            self.given[name] = value
            if not equals and self.options.get(name, ("", ""))[0]:
                self.waiting = name
        elif word[:1] != "-" or self._ended:
            self.placed.append(word)

    def possible(self, current: str) -> Iterator[tuple[str, str]]:
        """What may stand there."""
        if self.waiting:
            yield from self._of(self.options[self.waiting][0], current)
            return
        name, equals, value = current.partition("=")
        if current.startswith("-") and not self._ended:
            if equals and self.options.get(name, ("", ""))[0]:
                found = self._of(self.options[name][0], value)
                yield from ((each if each == FILES else f"{name}={each}", about) for each, about in found)
                return
            yield from ((each, about) for each, (_, about) in self.options.items() if each not in self.given)
            return
        at = len(self.placed)
        last = self._places[-1] if self._places and self._places[-1].startswith("*") else ""
        source = self._places[at] if at < len(self._places) else last
        if source:
            yield from self._of(source.removeprefix("*"), current)
        elif not current:
            yield from ((each, about) for each, (_, about) in self.options.items() if each not in self.given)

    def _of(self, source: str, current: str) -> Iterable[tuple[str, str]]:
        """Values of a source: words that are known, or the name of what tells them."""
        kind, _, words = source.partition(":")
        if kind == "words":
            before, comma, _ = current.rpartition(",")
            return ((f"{before}{comma}{word}", "") for word in words.split(","))
        if kind == "files":
            return ((FILES, ""),)
        find = _SOURCES.get(kind)
        return () if find is None else find(self, words, current)

    def elsewhere(self) -> bool:
        """Whether another kernel is asked, of which nobody asks for names."""
        named = self.given.get("--kernel") or os.environ.get("NETLYNX_KERNEL", "")
        return named not in ("", "host")


def _interfaces(line: _Line, words: str, current: str) -> Iterable[tuple[str, str]]:
    if line.elsewhere():
        return
    if netns := line.given.get("--netns"):
        from netlynx.cli.options import namespace_of
        from netlynx.netns.entering import enter
        from netlynx.netns.opened import open as opened

        with opened(namespace_of(netns) or netns) as namespace:
            enter(namespace)  # of this process, which ends soon
    with open("/proc/thread-self/net/dev") as file:
        for each in file.read().splitlines()[2:]:
            yield each.rpartition(":")[0].strip(), ""
    yield from ((word, "") for word in words.split(",") if word)


def _namespaces(line: _Line, words: str, current: str) -> Iterable[tuple[str, str]]:
    if "/" in current:
        return [(FILES, "")]
    try:
        names = sorted(os.listdir("/run/netns"))
    except OSError:
        names = []
    return [(name, "") for name in (*names, *words.split(",")) if name]


def _kernels(line: _Line, words: str, current: str) -> Iterable[tuple[str, str]]:
    return [("host", "this host's"), ("unix:", "one that is served"), (FILES, "")]


def _tables(line: _Line, words: str, current: str) -> Iterable[tuple[str, str]]:
    from netlynx.route.table_names import table_names

    return ((name, str(number)) for name, number in table_names().items() if number)


def _families(line: _Line, words: str, current: str) -> Iterable[tuple[str, str]]:
    if line.elsewhere():
        return []
    from netlynx import generic
    from netlynx.client.connection import connect

    with connect(netns=None, kernel="host") as nl:
        return [(each.name or "", "") for each in nl.dump(generic.families())]


def _of_family(line: _Line, words: str, current: str) -> Iterable[tuple[str, str]]:
    """What `netlynx family NAME` goes on with: what is done, which operation, its fields."""
    if len(line.placed) == 1:
        return [(each, "") for each in words.split(",")]
    from netlynx.cli.completion_fields import fields_of
    from netlynx.cli.rooms import described

    found = described(line.placed[0])
    if found is None:
        return []
    if line.placed[1] == "listen":
        return [(each, "") for each in found.groups]
    if len(line.placed) == 2:
        return [(each.name, "") for each in found.operations.values() if line.placed[1] in each.verbs]
    cls = found.request_record(line.placed[2], line.placed[1])
    names = [name for name, _ in _interfaces(line, "", "")]
    return [] if cls is None else fields_of(cls, line.placed[3:], current, lambda: names)


def _sets(line: _Line, words: str, current: str) -> Iterable[tuple[str, str]]:
    if line.elsewhere():
        return []
    from netlynx import ipset
    from netlynx.cli.options import connection

    with connection(line.given.get("--netns"), "host") as nl:
        return [(each.name or "", str(each.type)) for each in nl.dump(ipset.sets())]


def _ruleset(line: _Line, words: str, current: str) -> Iterable[tuple[str, str]]:
    """What `nft list` takes: what is listed, a family, names of tables."""
    if not line.placed:
        return [(each, "") for each in words.split(",")]
    if line.elsewhere() or line.placed[0] in ("ruleset", "tables"):
        return []
    from netlynx import nftables
    from netlynx.cli.options import connection

    with connection(line.given.get("--netns"), "host") as nl:
        found = [(str(each.family), each.name or "") for each in nl.dump(nftables.tables())]
    if len(line.placed) == 1:
        return [(each, "") for each in dict.fromkeys(family for family, _ in found)]
    return [(name, "") for family, name in found if family == line.placed[1]]


def _fields(line: _Line, words: str, current: str) -> Iterable[tuple[str, str]]:
    if not line.placed:
        return []
    from netlynx.cli.completion_fields import fields

    def interfaces() -> Iterable[str]:
        return (name for name, _ in _interfaces(line, "", ""))

    return fields(words, line.placed[0], line.placed[1:], current, interfaces)


_SOURCES: dict[str, Callable[[_Line, str, str], Iterable[tuple[str, str]]]] = {
    "interface": _interfaces,
    "netns": _namespaces,
    "kernel": _kernels,
    "table": _tables,
    "family": _families,
    "operation": _of_family,
    "set": _sets,
    "ruleset": _ruleset,
    "field": _fields,
}

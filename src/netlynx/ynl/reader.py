"""From YAML to a spec as plain data.

YAML is read as a stream of events, and only what specs are made of is taken: mappings, sequences, scalars, anchors.
Scalars stay text but for the few keys that are numbers or truths: a name is never mistaken for something else, and
the most expensive part of reading YAML in Python, finding out what each scalar might be, is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from netlynx.errors import NetlynxError
from netlynx.ynl.text import SpecError, SpecText

MAX_BYTES = 16 << 20  # of a spec, unpacked
_MAX_NODES = 1_000_000  # with what aliases stand for
_MAX_DEPTH = 32  # mappings and sequences in each other

_NUMBERS = frozenset(("value", "value-start", "version", "protonum"))
_TRUTHS = frozenset(("enum-as-flags", "multi-attr"))
_TRUTH = {"true": True, "false": False}
_NOTHING = frozenset(("", "~", "null"))


class MissingPackage(NetlynxError, ImportError):
    """PyYAML is not installed."""


def read(data: bytes, where: str) -> SpecText:
    """The spec that this YAML is; `where` names its file in errors.

    Raises SpecError with the line or the path of what is wrong; MissingPackage where PyYAML is not installed.
    """
    plain = _Reader(data, where).document()
    try:
        return msgspec.convert(plain, SpecText)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        raise SpecError(message[:1].lower() + message[1:], f"{where}, {_place(plain, path.rstrip('`'))}") from None


def _place(plain: Any, path: str) -> str:
    """A path into plain data such as ``.operations.list[3].do``, with the name of the last named thing on its way."""
    name = ""
    value = plain
    for step in path.replace("[", ".[").split(".")[1:]:
        try:
            value = value[int(step[1:-1])] if step.startswith("[") else value[step]
        except (KeyError, IndexError, TypeError, ValueError):
            break
        if isinstance(value, dict) and isinstance(value.get("name"), str):
            name = value["name"]
    return (path.lstrip(".") or "top level") + (f" ({name!r})" if name else "")


class _Reader:
    """Reads one YAML document from events."""

    def __init__(self, data: bytes, where: str) -> None:
        try:
            import yaml
        except ImportError:
            raise MissingPackage('specs are YAML, and PyYAML is not installed: pip install "netlynx[ynl]"') from None
        self.where = where
        self.yaml = yaml
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.nodes = 0
        try:
            # The loader built on libyaml; PyYAML without it gives the same events, some 20 times slower.
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(data)
        except yaml.YAMLError as error:
            raise self.failed(error) from None
        self.next: Callable[[], Any] = loader.get_event

    def document(self) -> Any:
        events = self.yaml.events
        try:
            self.next()  # the stream's start
            if isinstance(self.next(), events.StreamEndEvent):
                raise SpecError("the file is empty", self.where)
            found = self.node(self.next(), 0)
            self.next()  # the document's end
            more = self.next()
        except self.yaml.YAMLError as error:
            raise self.failed(error) from None
        if not isinstance(more, events.StreamEndEvent):
            raise self.refused(more, "a spec is one document, here another one begins")
        return found

    def node(self, event: Any, depth: int) -> Any:
        events = self.yaml.events
        kind = type(event)
        if kind is events.AliasEvent:
            return self.alias(event)
        self.nodes += 1
        start = self.nodes
        if event.tag is not None:
            raise self.refused(event, f"a spec has no tags such as {event.tag}")
        if depth > _MAX_DEPTH:
            raise self.refused(event, f"nested more than {_MAX_DEPTH} deep")
        found: Any
        if kind is events.ScalarEvent:
            found = None if event.implicit[0] and event.value in _NOTHING else event.value
        elif kind is events.MappingStartEvent:
            found = self.mapping(depth)
        else:
            found = []
            end = events.SequenceEndEvent
            while type(each := self.next()) is not end:
                found.append(self.node(each, depth + 1))
        if event.anchor:
            self.anchors[event.anchor] = (found, self.nodes - start + 1)
        return found

    def mapping(self, depth: int) -> dict[str, Any]:
        events = self.yaml.events
        found: dict[str, Any] = {}
        while type(key := self.next()) is not events.MappingEndEvent:
            if type(key) is not events.ScalarEvent:
                raise self.refused(key, "a key is text")
            if key.value in found:
                raise self.refused(key, f"the key {key.value!r} is here twice")
            value = self.node(self.next(), depth + 1)
            if type(value) is str:
                value = _scalar(key.value, value)
            found[key.value] = value
        return found

    def alias(self, event: Any) -> Any:
        """What an anchor stands for. One that is used within itself is not known yet."""
        if event.anchor not in self.anchors:
            raise self.refused(event, f"*{event.anchor} stands for nothing that is complete here")
        found, nodes = self.anchors[event.anchor]
        self.nodes += nodes
        if self.nodes > _MAX_NODES:
            raise self.refused(event, "aliases blow this up beyond any spec's size")
        return found

    def refused(self, event: Any, message: str) -> SpecError:
        return SpecError(message, f"{self.where}, line {event.start_mark.line + 1}")

    def failed(self, error: Any) -> SpecError:
        mark = getattr(error, "problem_mark", None)
        message = getattr(error, "problem", None) or str(error).partition("\n")[0]
        return SpecError(f"no YAML: {message}", f"{self.where}, line {mark.line + 1}" if mark else self.where)


def _scalar(key: str, text: str) -> Any:
    if key in _NUMBERS:
        try:
            return int(text, 0)
        except ValueError:
            return text
    if key in _TRUTHS:
        return _TRUTH.get(text.lower(), text)
    return text

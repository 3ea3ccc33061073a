"""What is said of one public name: the heading, how it is called, its text, and a table of what it has."""

from __future__ import annotations

import enum
import html
import inspect
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from netlynx.engine.operation import Group
from netlynx.generic.declaration import Command
from netlynx.nftables.words.looking import Words
from netlynx.schema import takes
from netlynx.schema.describe import notes_of, signature_of
from netlynx.schema.kinds import Kind
from netlynx.schema.record import Layout, Record, RecordMeta

from .names import Name, documented, is_constants, members_of, said
from .places import mentioned
from .words import Place, inline, prose, summary, typed

WIDE = 88


def what_it_says(name: Name) -> str:
    """The text of a name, or what its declaration tells, of those that need no words of their own."""
    return name.text or _told(name.value)


def _told(value: Any) -> str:
    command = getattr(value, "command", value)
    if isinstance(command, Command):
        reply = f", answered by a `{command.reply.__name__}`" if command.reply is not None else ""
        asked = f" Its fields are those of `{command.request.__name__}`." if command.request is not None else ""
        sort = "Asks for all" if command.verb == "dump" else "Sets what is given" if "set" in command.name else "Asks"
        return f"{sort}: the `{command.verb}` `{command.title}`{reply}.{asked}"
    if isinstance(value, Group):
        return f"Notifications to subscribe to: `{value.name}`."
    if isinstance(value, Words):
        return f"What rules can look at of nft's `{str(value)[len('<the words of ') : -1]}`, by name."
    return ""


def entry(name: Name, place: Place) -> str:
    """Everything about one name, as Markdown."""
    place = replace(place, module=name.home)
    parts = [f"### `{name.name}` <small>{name.kind}</small> {{ #{name.name} data-toc-label='{name.name}' }}"]
    if (call := _call(name.name, name.value)) is not None:
        parts.append(_signature(call, place))
    if text := what_it_says(name):
        parts.append(prose(text, replace(place, own=_own(name.value))))
    parts += filter(None, _details(name, place))
    return "\n\n".join(parts)


def _own(value: Any, *besides: str) -> frozenset[str]:
    """What a text about something means by a bare word: its fields, parameters, methods."""
    if isinstance(value, RecordMeta):
        return frozenset((*value.__declarations__, *besides))
    members = dir(value) if isinstance(value, type) else ()
    try:
        parameters = tuple(inspect.signature(value).parameters) if callable(value) else ()
    except (TypeError, ValueError):
        parameters = ()
    return frozenset((*members, *parameters, *besides))


# ------------------------------------------------------------------------------------------------ how it is called


def _call(shown: str, value: Any) -> tuple[str, list[str], str] | None:
    """The name, the parameters and the result of what can be called."""
    if isinstance(value, RecordMeta | Kind | Group) or (isinstance(value, type) and issubclass(value, enum.Enum)):
        return None
    if not callable(value) or (isinstance(value, type) and is_constants(value)):
        return None
    if isinstance(value, type) and issubclass(value, BaseException) and "__init__" not in vars(value):
        return None
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    parameters = [each for each in signature.parameters.values() if each.name != "self"]
    result = "" if isinstance(value, type) else _annotation(signature.return_annotation)
    return shown, _parameters(parameters), result


def _parameters(parameters: list[inspect.Parameter]) -> list[str]:
    shown: list[str] = []
    for number, each in enumerate(parameters):
        before = parameters[number - 1].kind if number else None
        starred = any(other.kind is inspect.Parameter.VAR_POSITIONAL for other in parameters)
        if before is inspect.Parameter.POSITIONAL_ONLY and each.kind is not before:
            shown.append("/")
        if each.kind is inspect.Parameter.KEYWORD_ONLY and before is not each.kind and not starred:
            shown.append("*")
        stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}.get(each.kind, "")
        annotation = _annotation(each.annotation)
        default = "" if each.default is inspect.Parameter.empty else _default(each.default)
        equals = (" = " if annotation else "=") if default else ""
        shown.append(f"{stars}{each.name}{': ' if annotation else ''}{annotation}{equals}{default}")
    if parameters and parameters[-1].kind is inspect.Parameter.POSITIONAL_ONLY:
        shown.append("/")
    return shown


def _annotation(annotation: Any) -> str:
    if annotation in (inspect.Parameter.empty, None):
        return ""
    if isinstance(annotation, type):
        return annotation.__name__
    return str(annotation).strip("'\"").replace("typing.", "").replace("collections.abc.", "")


def _default(value: Any) -> str:
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, enum.Enum) and repr(value).startswith("<"):
        return f"{type(value).__name__}.{value.name}" if value.name else f"{type(value).__name__}({value.value})"
    text = "..." if value is Ellipsis else repr(value)
    return "…" if " at 0x" in text or text.startswith("<") or len(text) > 60 else text


def _signature(call: tuple[str, list[str], str], place: Place) -> str:
    shown, parameters, result = call
    arrow = f" -&gt; {typed(result, place)}" if result else ""
    given = [_parameter(each, place) for each in parameters]
    plain = f"{shown}({', '.join(parameters)}) -> {result}"
    inner = ", ".join(given) if len(plain) <= WIDE else "\n    " + ",\n    ".join(given) + ",\n"
    return f'<pre class="signature"><code><b>{shown}</b>({inner}){arrow}</code></pre>'


def _parameter(text: str, place: Place) -> str:
    name, colon, rest = text.partition(": ")
    annotation, equals, default = rest.partition(" = ")
    return f"{html.escape(name)}{colon}{typed(annotation, place)}{equals}{typed(default, place)}"


# ------------------------------------------------------------------------------------------------ what it has


def _details(name: Name, place: Place) -> Iterator[str]:
    value = name.value
    if isinstance(value, RecordMeta) and value not in (Record, Layout):
        yield _fields(value, place)
        yield _methods(name.name, value, place)
    elif isinstance(value, type) and (issubclass(value, enum.Enum) or is_constants(value)):
        yield _members(value, place)
    elif isinstance(value, type):
        yield _methods(name.name, value, place)
    elif isinstance(value, Group):
        yield _messages(value, place)
    elif name.kind in ("value", "words"):
        yield _value(value)


def breakable(name: str) -> str:
    """A name that may go on in another line behind its underscores."""
    return name.replace("_", "_<wbr>")


def table(headings: tuple[str, ...], rows: list[tuple[str, ...]], sort: str) -> str:
    """A table in HTML, on one line: Markdown takes it as it is, and spends no time on it."""
    head = "".join(f"<th>{each}</th>" for each in headings)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table class="{sort}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


_ALSO = re.compile(r"takes\.(\w+)\[")


def _fields(cls: Any, place: Place) -> str:
    """The fields of a record: what each is read as, and what is said of it."""
    notes = notes_of(cls)
    rows = []
    for field, parameter in signature_of(cls).parameters.items():
        declaration = cls.__declarations__.get(field)
        if declaration is None:
            continue
        kind = typed(_annotation(parameter.annotation), place)
        default = parameter.default
        if default not in (None, 0, "", b"", (), False) or (isinstance(default, enum.Enum) and default):
            kind += f' <span class="default">= {typed(_default(default), place)}</span>'
        meaning = [inline(notes[field], place)] if field in notes else []
        if declaration.read_only and declaration.role != "constant":
            meaning.append('<span class="told">only told</span>')
        if declaration.c_name and declaration.c_name != field:
            meaning.append(f'<span class="c">{declaration.c_name}</span>')
        also = _ALSO.match(str(cls.__hints__.get(field, "")))
        title = f' title="{html.escape(_taken(also[1]))}"' if also is not None else ""
        rows.append((f"<code>{breakable(field)}</code>", f"<code{title}>{kind}</code>", "; ".join(meaning)))
    if not rows:
        return ""
    lead = "Members of the C struct" + (f" `{cls.__c__}`" if cls.__c__ else "") if issubclass(cls, Layout) else "Fields"
    return f"{lead}:\n\n" + table(("name", "type", "meaning"), rows, "fields")


def _taken(alias: str) -> str:
    """What a field takes beside what it is read as: the text below the alias in `netlynx.schema.takes`."""
    text = said(takes.__name__, alias)
    return f"takes {text[:1].lower()}{text[1:]}"


def _members(cls: type, place: Place) -> str:
    members = members_of(cls)
    flags = issubclass(cls, enum.Flag)
    shown = [
        (name, f"{value:#x}" if flags and isinstance(value, int) else str(value), note) for name, value, note in members
    ]
    if any(note for *_, note in shown):
        rows = [(f"<code>{name}</code>", f"<code>{value}</code>", inline(note, place)) for name, value, note in shown]
        return table(("name", "value", "meaning"), rows, "members")
    return '<p class="members">' + " ".join(f"<code>{name} = {value}</code>" for name, value, _ in shown) + "</p>"


def _messages(group: Any, place: Place) -> str:
    """What comes with a group: which record, as what kind of event."""
    rows: dict[tuple[str, str], None] = {}
    for meaning in [*group.messages.values(), *group.commands.values()]:
        kind, cls = (meaning[0], meaning[1]) if isinstance(meaning, tuple) and len(meaning) > 1 else (None, None)
        if kind is not None and isinstance(cls, type):
            rows[html.escape(str(kind)), typed(cls.__name__, place)] = None
    told = [(f"<code>{kind}</code>", f"<code>{record}</code>") for kind, record in rows]
    return table(("event", "record"), told, "events") if told else ""


def _value(value: Any) -> str:
    if isinstance(value, int | str | bytes | tuple | frozenset) and not isinstance(value, bool):
        return f"`{_default(value)}`" if "`" not in _default(value) else ""
    known = dir(value) if isinstance(value, Words) else []
    words = [each for each in known if not each.startswith("_")]
    return '<p class="members">' + " ".join(f"<code>{each}</code>" for each in words) + "</p>" if words else ""


def _methods(shown: str, cls: Any, place: Place) -> str:
    """Public methods and properties, those of bases too, as far as these are netlynx's and no records."""
    found: dict[str, tuple[type, Any]] = {}
    for base in cls.__mro__:
        if not base.__module__.startswith("netlynx") or (base is not cls and _common(base)):
            continue
        for name, value in vars(base).items():
            if not name.startswith("_") or name in ("__call__",):
                found.setdefault(name, (base, value))
    parts = []
    for name, (_, value) in found.items():
        inner = value.__func__ if isinstance(value, classmethod | staticmethod) else value
        if isinstance(inner, property):
            text, head = documented(inner), f"<b>{shown}.{name}</b>"
            result = _annotation(getattr(inner.fget, "__annotations__", {}).get("return", ""))
            head += f": {typed(result, place)}" if result else ""
            head = f'<pre class="signature"><code>{head}</code></pre>'
        elif inspect.isfunction(inner) or inspect.ismethoddescriptor(inner):
            call = _call(f"{shown}.{name}" if name != "__call__" else f"{shown}(…)", inner)
            if call is None:
                continue
            if isinstance(value, classmethod) and call[1] and call[1][0].startswith("cls"):
                call = (call[0], call[1][1:], call[2])
            text, head = documented(inner), _signature(call, place)
        else:
            continue
        body = prose(text, replace(place, own=_own(inner, *found)))
        parts.append(f'<div class="method" id="{shown}.{name}" markdown="1">\n\n{head}\n\n{body}\n\n</div>')
    return "\n\n".join(parts)


def _common(base: type) -> bool:
    """What all records have, which is described once."""
    return base.__module__ in ("netlynx.schema.record", "netlynx.schema.names", "netlynx.wire.names")


def line(name: Name, place: Place) -> tuple[str, str, str]:
    """A row of an overview."""
    goal = mentioned(name.name, name.room)
    code = f"<code>{breakable(name.name)}</code>"
    shown = place.link(name.name, code) if goal else code
    return shown, name.kind, inline(summary(what_it_says(name)), replace(place, own=_own(name.value)))

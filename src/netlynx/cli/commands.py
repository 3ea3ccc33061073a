"""What commands are to the command-line library: their help in plain lines, other names, the nearest of a wrong one."""

from __future__ import annotations

import difflib
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypeVar  # Any: contexts, formatters and parameters of the command-line library

import typer
from typer.core import TyperCommand, TyperGroup

from netlynx.cli.aliases import OTHERS, meant
from netlynx.cli.declare import typed
from netlynx.cli.plain import aligned, width

_SHORT = (
    "Many commands have other names: l, a, r, n are links, addresses, routes and neighbours. `netlynx COMMAND --help` "
    "says them."
)


_Function = TypeVar("_Function", bound=Callable[..., Any])


class Told(NamedTuple):
    """An option or an argument as help has it."""

    name: str
    help: str


def paragraphs(text: str) -> list[str]:
    """What is said of a command, a paragraph in a line."""
    return [" ".join(each.split()) for each in re.split(r"\n\s*\n", text or "") if each.strip()]


def arguments(command: Any) -> list[Told]:
    """What is known by its place, in its order."""
    return [
        Told(_place(each), _said(each))
        for each in command.params
        if each.param_type_name == "argument" and _shown(each)
    ]


def options(command: Any, ctx: Any) -> list[Told]:
    """The options, with what stands for their values."""
    return [
        Told(", ".join(sorted([*each.opts, *each.secondary_opts], key=len)) + _value(each), _said(each))
        for each in command.get_params(ctx)
        if each.param_type_name == "option" and _shown(each)
    ]


def usage(command: Any, ctx: Any) -> str:
    """How it is typed."""
    if hasattr(command, "commands"):
        return f"{ctx.command_path} COMMAND …" if ctx.parent else f"{ctx.command_path} [OPTION…] COMMAND …"
    places = [name if each.required else f"[{name}]" for each in command.params for name in _places(each)]
    return " ".join([ctx.command_path, "[OPTION…]", *places])


def _places(each: Any) -> Iterator[str]:
    if each.param_type_name == "argument" and _shown(each):
        yield _place(each)


def _shown(each: Any) -> bool:
    return not getattr(each, "hidden", False)


def _place(each: Any) -> str:
    name = (each.metavar or each.name.upper()).replace("…", "").replace("...", "").strip("[]")
    return f"{name}…" if each.nargs != 1 else name


def _of_type(each: Any, name: str) -> Any:
    """What is said of its values: by itself, or by its type, which differs between versions of the library."""
    for owner in (each, getattr(each, "type_descriptor", None), getattr(each, "type", None)):
        if (found := getattr(owner, name, None)) is not None:
            return found
    return None


def _value(each: Any) -> str:
    if each.is_flag or each.count:
        return ""
    choices = _of_type(each, "choices")
    if each.metavar is None and choices:
        return f" {'|'.join(str(getattr(choice, 'value', choice)) for choice in choices)}"
    return f" {each.metavar or each.name.upper()}"


def _said(each: Any) -> str:
    """Its help, and what else there is to know of its values."""
    more = []
    low, high = (_of_type(each, name) for name in ("min", "max"))
    if low is not None and high is not None:
        more.append(f"{low} to {high}")
    elif low is not None or high is not None:
        more.append(f"at least {low}" if high is None else f"at most {high}")
    if each.envvar:
        more.append(f"else what {each.envvar} says")
    usual = each.show_default if isinstance(each.show_default, str) else each.default
    if not getattr(each, "is_flag", False) and usual not in (None, "", ()) and _plain(usual):
        more.append(f"{getattr(usual, 'value', usual)} unless told")
    return f"{each.help or ''} ({'; '.join(more)})".strip() if more else each.help or ""


def _plain(value: Any) -> bool:
    return isinstance(value, str | int | float) or hasattr(value, "value")


def groups(command: Any, ctx: Any) -> dict[str, list[tuple[str, Any]]]:
    """The commands of a group under their headings."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for name in command.list_commands(ctx):
        each = command.get_command(ctx, name)
        if each is not None and not each.hidden:
            panel = getattr(each, "rich_help_panel", None)
            found.setdefault(panel if isinstance(panel, str) else "Commands", []).append((name, each))
    return found


def help_lines(command: Any, ctx: Any) -> Iterator[str]:
    """The help of a command, line by line."""
    yield from textwrap.wrap(f"Usage: {usage(command, ctx)}", width(), subsequent_indent="       ")
    for each in paragraphs(command.help):
        yield ""
        yield from textwrap.wrap(each, width(), break_long_words=False, break_on_hyphens=False)
    if others := OTHERS.get(command.name or ""):
        yield ""
        yield f"Also called: {', '.join(others)}."
    for title, told in (("Arguments", arguments(command)), ("Options", options(command, ctx))):
        if told:
            yield from _section(title, told)
    if hasattr(command, "commands"):
        for panel, commands in groups(command, ctx).items():
            yield from _section(panel, (Told(name, next(iter(paragraphs(each.help)), "")) for name, each in commands))
        if ctx.parent is None:
            yield ""
            yield from textwrap.wrap(_SHORT, width())


def _section(title: str, told: Iterable[Told]) -> Iterator[str]:
    yield ""
    yield f"{title}:"
    for each in told:
        yield from aligned(each.name, each.help)


class Command(TyperCommand):
    """A command with plain help."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        for line in help_lines(self, ctx):
            formatter.write(f"{line}\n")


class Group(TyperGroup):
    """A group of commands with plain help; the names of commands have other spellings."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        for line in help_lines(self, ctx):
            formatter.write(f"{line}\n")

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first word names. Raises the library's UsageError, with the nearest there is."""
        word = meant(args[0]) if ctx.parent is None else args[0]
        if word not in self.commands and not word.startswith("-"):
            ctx.fail(_unknown(word, self.commands, ctx))
        return super().resolve_command(ctx, [word, *args[1:]])


def _unknown(word: str, commands: Iterable[str], ctx: Any) -> str:
    known = list(commands)
    others = {other: each for each in known if ctx.parent is None for other in OTHERS.get(each, ())}
    near = [each for each in known if each.startswith(word)][:3]
    near += [others.get(each, each) for each in difflib.get_close_matches(word, [*known, *others], 3)]
    found = " or ".join(dict.fromkeys(near))
    return f"there is no command {word!r}{f'; did you mean {found}?' if found else ''}"


class _Declared(NamedTuple):
    """A command before the library knows it."""

    name: str
    given: dict[str, Any]
    function: Callable[..., Any]

    def made(self) -> Any:
        """What the library keeps of a command."""
        library = typer.Typer()
        library.command(self.name, **self.given)(typed(self.function))
        return library.registered_commands[0]


class App(typer.Typer):
    """Commands that are made as all others are, when they are needed: to make all takes longer than to run most."""

    def __init__(self, **given: Any) -> None:
        self._given = {"cls": Group, "no_args_is_help": True, "add_completion": False, **given}
        self._declared: list[_Declared] = []
        super().__init__(rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]}, **self._given)

    def command(self, name: str | None = None, **given: Any) -> Callable[[_Function], _Function]:
        """Register a command."""

        def declared(function: _Function) -> _Function:
            known = name or function.__name__.replace("_", "-")
            self._declared.append(_Declared(known, {**given, "cls": given.get("cls") or Command}, function))
            return function

        return declared

    @property
    def registered_commands(self) -> list[Any]:
        """The commands, as the library has them."""
        self._made += [each.made() for each in self._declared[len(self._made) :]]
        return self._made

    @registered_commands.setter
    def registered_commands(self, made: list[Any]) -> None:
        self._made = made

    def of(self, arguments: Iterable[str]) -> App:
        """The same with one command alone, which the first word names; with all where it names none."""
        word = next((meant(each) for each in arguments if not each.startswith("-")), "")
        commands = [each for each in self._declared if each.name == word]
        groups = [each for each in self.registered_groups if each.name == word]
        if not commands and not groups:
            return self
        one = App(**self._given)
        one.registered_callback = self.registered_callback
        one.registered_groups = groups
        one._declared = commands
        return one

"""How a command says what it takes: `Annotated[type, Option(...)]` on its parameters. Made for the command-line library
by `typed`; read without it by `netlynx.cli.quick`, because loading it takes longer than most commands run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_type_hints


class Option:
    """An option: its name, what stands for its value, the variable that it is taken from when it is not given."""

    __slots__ = ("help", "metavar", "name", "variable")

    def __init__(self, name: str, *, help: str, metavar: str | None = None, variable: str | None = None) -> None:
        self.name = name
        self.help = help
        self.metavar = metavar
        self.variable = variable


class Interface(Option):
    """An option that names an interface: the listing gets its index, 0 for the word "none" where that is one."""

    __slots__ = ("none",)

    def __init__(self, name: str, *, help: str, metavar: str | None = None, none: bool = False) -> None:
        super().__init__(name, help=help, metavar=metavar)
        self.none = none


class Argument:
    """An argument that is known by its place."""

    __slots__ = ("help", "metavar")

    def __init__(self, metavar: str, *, help: str) -> None:
        self.metavar = metavar
        self.help = help


def declared(command: Callable[..., None]) -> dict[str, tuple[Any, Any]]:
    """For each parameter its type and what is declared about it."""
    hints = get_type_hints(command, include_extras=True)
    return {
        name: (hint.__origin__, hint.__metadata__[0]) for name, hint in hints.items() if hasattr(hint, "__metadata__")
    }


def typed(command: Callable[..., None]) -> Callable[..., None]:
    """The command as the command-line library wants it."""
    import inspect
    from typing import Annotated

    import typer

    annotations: dict[str, Any] = {}
    for name, (kind, about) in declared(command).items():
        said = about
        if isinstance(about, Option):
            said = typer.Option(about.name, metavar=about.metavar, envvar=about.variable, help=about.help)
        elif isinstance(about, Argument):
            said = typer.Argument(metavar=about.metavar, help=about.help)
        annotations[name] = Annotated[kind, said]

    def run(*args: Any, **given: Any) -> None:
        command(*args, **given)

    signature = inspect.signature(command)
    parameters = [each.replace(annotation=annotations[each.name]) for each in signature.parameters.values()]
    run.__name__, run.__doc__, run.__annotations__ = command.__name__, command.__doc__, annotations
    run.__signature__ = signature.replace(parameters=parameters, return_annotation=None)  # type: ignore[attr-defined]  # what inspect reads
    return run

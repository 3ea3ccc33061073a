"""What all listings have in common: what they take, whom they ask, how what is listed is printed.

A listing is a function of its own filters that says what is asked for, and a table, or the name of one of `tables` (of
another file, with that: ``multicast:ROUTES``), which is loaded when it is printed:

    @listing("ADDRESSES")
    def addresses(dev: Dev = None, family: AddressFamily = None) -> Asked:
        ...

`--json`, `--lines`, `--format`, `--wide`, `--netns` and `--kernel` come along. Where there is a `dev`, it may be
written NAME as well as `--dev NAME`. What asks for a single object (a `Do`) is printed as a listing of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, get_type_hints

from netlynx.cli.declare import Argument, Interface
from netlynx.cli.form import COLUMNS, ONE, Form, misused
from netlynx.cli.options import Format, Json, Kernel, Lines, Netns, Wide, connection, family_name, index_of
from netlynx.cli.output import form_of, write_json, write_listed, write_table
from netlynx.errors import NetlinkError

if TYPE_CHECKING:
    from inspect import Signature

    from netlynx.cli.tables import Table
    from netlynx.client.connection import Connection
    from netlynx.engine.operation import Dump

Asked: TypeAlias = Any
"""What a listing's function returns: a `Dump`, or a `Do` for a single object."""

_COMMON = {"json": Json, "lines": Lines, "format": Format, "wide": Wide, "netns": Netns, "kernel": Kernel}
_DEFAULTS: dict[str, Any] = {
    "json": False,
    "lines": False,
    "format": None,
    "wide": False,
    "netns": None,
    "kernel": "host",
}
_NAME = Annotated[str | None, Argument("NAME", help="The same as --dev NAME.")]


class Listing:
    """The command of a listing."""

    def __init__(
        self,
        asks: Callable[..., Asked],
        table: Table | str | Mapping[str, Table],
        single: str | tuple[str, ...],
        beside: str | tuple[str, ...],
        cause: str,
    ) -> None:
        self.__name__ = asks.__name__
        self.__doc__ = asks.__doc__
        self._asks = asks
        self._table = table
        self._singles = (single,) if isinstance(single, str) else single
        self._beside = (beside,) if isinstance(beside, str) else beside
        self._cause = cause

    @cached_property
    def __annotations__(self) -> dict[str, Any]:  # type: ignore[override]  # when the command is to be understood
        own = {name: hint for name, hint in get_type_hints(self._asks, include_extras=True).items() if name != "return"}
        places = any(isinstance(hint.__metadata__[0], Argument) for hint in own.values())
        return {**({"name": _NAME} if "dev" in own and not places else {}), **own, **_COMMON}

    @property
    def __signature__(self) -> Signature:
        from inspect import Parameter, Signature

        kind = Parameter.POSITIONAL_OR_KEYWORD
        own = {name: each.default for name, each in Signature.from_callable(self._asks).parameters.items()}
        defaults = {"name": None, **own, **_DEFAULTS}
        return Signature([Parameter(name, kind, default=defaults[name]) for name in self.__annotations__])

    def __call__(self, **given: Any) -> None:
        """List what was given. Raises typer.BadParameter, and what the connection raises."""
        common = {name: given.pop(name, default) for name, default in _DEFAULTS.items()}
        wide: bool = common["wide"]
        form = form_of(common["json"], common["lines"], common["format"], wide=wide)
        declared = {name: hint.__metadata__[0] for name, hint in self.__annotations__.items()}
        if (name := given.pop("name", None)) is not None:
            if given.get("dev") is not None:
                raise misused("NAME and --dev say the same: give one of them")
            given["dev"] = name
        single = next((each for each in self._singles if given.get(each) is not None), None)
        if single is not None:
            self._check_single(single, form, given, declared)
        with connection(common["netns"], common["kernel"]) as nl:
            wheres = {} if name is None else {"dev": self.__name__}  # how an error calls what was given by its place
            values = {each: _value(nl, declared[each], wheres.get(each), value) for each, value in given.items()}
            if "family" in values:
                values["family"] = family_name(values["family"])
            asked = self._asks(**values)
            table = self._table[asked.reply.__name__] if isinstance(self._table, Mapping) else self._table
            if single is not None:
                show(nl, form, table, [self._found(nl, asked)], wide=wide)
            else:
                show_listed(nl, form, table, asked, wide=wide)

    def _found(self, nl: Connection, asked: Asked) -> Any:  # Any: what the table is of
        try:
            return nl.do(asked)
        except NetlinkError as error:
            if self._cause and not error.hint:
                error.hint = _loaded(self._cause)(nl, asked, error)
            raise

    def _check_single(self, single: str, form: Form, given: dict[str, Any], declared: dict[str, Any]) -> None:
        if form in COLUMNS:
            raise misused(ONE)
        aside = (single, *self._beside)
        others = [declared[name] for name, value in given.items() if value and name not in aside]
        filters = [each.metavar if isinstance(each, Argument) else each.name for each in others]
        if filters:
            raise misused(f"a single one is not filtered: leave {' and '.join(filters)} out")


def listing(
    table: Table | str | Mapping[str, Table],
    *,
    single: str | tuple[str, ...] = "",
    beside: str | tuple[str, ...] = "",
    cause: str = "",
) -> Callable[[Callable[..., Asked]], Listing]:
    """Make a command of a function that says what is listed; with several tables, each for a class of records.

    `single` is the parameter with which it asks for one object, which is not filtered but by `beside`; or several are.
    `cause` names, like a table, the function that finds out why that was refused.
    """
    return lambda asks: Listing(asks, table, single, beside, cause)


def _value(nl: Connection, declared: Any, where: str | None, value: Any) -> Any:
    """What the function gets: of an interface its index, and 0 for none. `where` is what it was given as, if not as
    the option."""
    if value is None or not isinstance(declared, Interface):
        return value
    return 0 if declared.none and value == "none" else index_of(nl, value, where or declared.name)


def _loaded(name: str) -> Any:  # Any: a table
    """What a text names: a table of `tables`, or what another file of this room has (``file:TABLE``)."""
    file, _, table = name.rpartition(":")
    return getattr(import_module(f"netlynx.cli.{file or 'tables'}"), table)


def show_listed(nl: Connection, form: Form, table: Table | str, wanted: Dump[Any], *, wide: bool = False) -> None:
    """Print what is listed; a name stands for a table that is loaded when it is printed."""
    if form in COLUMNS:
        from netlynx.cli.export import write_table as write_columns

        write_columns(nl.table(wanted), form)
        return
    if form is Form.TABLE:
        show(nl, form, table, nl.dump(wanted).all(), wide=wide)
    else:
        write_listed(nl, wanted, form)


def show(nl: Connection, form: Form, table: Table | str, records: Iterable[Any], *, wide: bool = False) -> None:
    """Print records of the kind that the table is for."""
    if form is not Form.TABLE:
        write_json(records, form)
        return
    from netlynx.cli.interfaces import Interfaces

    interfaces = Interfaces(nl)
    shown: Table = _loaded(table) if isinstance(table, str) else table
    write_table(shown.columns, (row for record in records for row in shown.rows(record, interfaces)), wide=wide)

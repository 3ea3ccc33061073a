"""Families declared once: a class that gives the client's operations, the virtual kernel's service and a C module.

    class Greeter(Family, name="greeter", version=1):
        class Greeting(Record):
            text: str | None = attr(1, string(80))

        hello = do(1, request=Greeting, reply=Greeting, required=("text",))
        all = dump(2, reply=Greeting)
        said = event(3, Greeting, group="news")

``Greeter.hello(text="hi")`` is then an operation for ``nl.do`` whose answer is a `Greeting`, ``Greeter.all()`` one for
``nl.dump``, and ``Greeter.said`` what ``nl.subscribe`` takes; ``kernel.family(Greeter)`` serves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Generic, Literal, ParamSpec, TypeVar, get_args, overload

from netlynx import limits
from netlynx.codec._codec import plans
from netlynx.engine.operation import Do, Dump, Group, omitting
from netlynx.engine.unresolved import by_record
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.generic.constants import GENL_NAMSIZ, GenericHeader
from netlynx.generic.derive import Sets, struct_of
from netlynx.generic.message import Nothing, generic_do, generic_dump
from netlynx.generic.spec import CommandSpec, EventSpec, FamilySpec, OperationSpec
from netlynx.schema.arguments import several_of, text_of
from netlynx.schema.compile import layout_size
from netlynx.schema.record import Layout, Record, fields_of
from netlynx.wire.constants import NETLINK

P = ParamSpec("P")
Q = TypeVar("Q")  # the record of requests
T = TypeVar("T")  # what comes back
R = TypeVar("R", bound=Record)

Privileged = bool | Literal["namespace"]
"""Who may: anyone (False), CAP_NET_ADMIN in the initial user namespace (True) or in that of the network namespace."""

Joining = Literal["net_admin", "sys_admin"]
"""Who may listen: CAP_NET_ADMIN or CAP_SYS_ADMIN in the user namespace of the network namespace (GENL_MCAST_CAP_*)."""

_HIGHEST_COMMAND = 255


class Command:
    """One declared `do` or `dump`: what requests and answers are made of, and who may ask."""

    verb: ClassVar[str]
    flags = 0  # of netlink, that requests have to have

    def __init__(
        self,
        number: int,
        request: Any,  # the record class of requests, or None
        reply: Any,
        reply_number: int | None,
        required: tuple[str, ...],
        privileged: Privileged,
    ) -> None:
        for title, cls in (("request", request), ("reply", reply)):
            _check_class(title, cls)
        self.number = limits.whole("number", number, 0, _HIGHEST_COMMAND)
        self.request: type[Record] | None = request
        self.reply: type[Record] | None = reply
        self.reply_number = self.number
        if reply_number is not None:
            self.reply_number = limits.whole("reply_number", reply_number, 0, _HIGHEST_COMMAND)
        self.required = _field_names("required", required)
        if privileged not in (True, False, "namespace"):
            raise TypeError(f"privileged takes True, False or 'namespace', not {privileged!r}")
        self.privileged: Privileged = privileged
        self.name = ""
        self.family: type[Family] | None = None  # once its class is made

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.verb} {self.title}>"

    @property
    def title(self) -> str:
        """How errors name it: ``Greeter.hello``."""
        return f"{self.family.__name__}.{self.name}" if self.family else self.name

    def owner(self) -> type[Family]:
        """The family's class; raises TypeError for a command outside of one."""
        if self.family is None:
            raise TypeError(f"{self.verb}({self.number}) belongs into the body of a Family")
        return self.family

    def record(self, args: tuple[Any, ...], values: dict[str, Any]) -> Record:
        """The request meant by a ready record, or by the values of its fields.

        A class of requests may have `__check__`, which raises EncodeError for values of which the kernel would leave
        some out without a word; it is called with what stands before a field's name in an error.
        """
        made = self._meant(args, values)
        check = getattr(made, "__check__", None)
        if check is not None:
            check(self.title)
        return made

    def _meant(self, args: tuple[Any, ...], values: dict[str, Any]) -> Record:
        self.owner()
        if len(args) == 1 and not values and isinstance(args[0], Record):
            wanted = self.request or Nothing
            if not isinstance(args[0], wanted):
                raise EncodeTypeError(f"takes a {wanted.__name__}, not a {type(args[0]).__name__}", self.title)
            return args[0]
        if self.request is None:
            if args or values:
                raise TypeError(f"{self.title} takes no values: its requests have no attributes")
            return Nothing()
        if args:
            given = ", ".join((*map(repr, args), *values))
            raise EncodeTypeError(f"takes a {self.request.__name__}, or its fields by name, not {given}", self.title)
        return self.request(**values)


class DoCommand(Command, Generic[P, Q, T]):
    """A declared `do`: called with the values of a request, it gives the operation."""

    verb = "do"
    omissible = False  # whether a request may have the kernel leave the answer out

    @overload
    def __call__(self, record: Q, /) -> Do[T]: ...
    @overload
    def __call__(self, *args: P.args, **values: P.kwargs) -> Do[T]: ...
    def __call__(self, *args: Any, **values: Any) -> Do[T]:
        """The operation, from the fields of the request or from a ready record.

        Where a field is the index of an interface (`schema.interface`), its name will do: the connection looks it up
        when it carries the operation out, and raises `NotFound` with the field where it finds none.

        Raises EncodeError with the path of the field at fault, TypeError for a field that there is not.
        """
        return _or_later(self.title, self._made, self.record(args, values))

    def _made(self, request: Any) -> Do[T]:
        family = self.owner().__family__
        operation: Do[T] = generic_do(
            self.title, family.name, self.number, request, version=family.version, flags=self.flags, reply=self.reply
        )
        return omitting(operation) if self.omissible else operation


def _or_later(name: str, make: Callable[[Any], T], request: Any) -> T:
    """The operation with a request, or one whose names are looked up when it is carried out."""
    try:
        return make(request)
    except (EncodeError, TypeError):
        later = by_record(name, make, request)
        if later is None:
            raise
    return later


def compared(value: Any) -> Any:
    """What an answer's field has to be: of a nested record, what is set."""
    if not isinstance(value, Record):
        return value
    return {name: compared(each) for name, each in fields_of(value).items() if each is not None and each != ()}


class DumpCommand(Command, Generic[P, Q, T]):
    """A declared `dump`: called with the values of a request, it gives the operation."""

    verb = "dump"
    match: tuple[str, ...] = ()  # fields in which answers equal the request
    once = False

    @overload
    def __call__(self, record: Q, /) -> Dump[T]: ...
    @overload
    def __call__(self, *args: P.args, **values: P.kwargs) -> Dump[T]: ...
    def __call__(self, *args: Any, **values: Any) -> Dump[T]:
        """The operation, from the fields of the request or from a ready record.

        Where a field is the index of an interface (`schema.interface`), its name will do: the connection looks it up
        when it carries the operation out, and raises `NotFound` with the field where it finds none.

        Raises EncodeError with the path of the field at fault, TypeError for a field that there is not.
        """
        return _or_later(self.title, self._made, self.record(args, values))

    def _made(self, request: Any) -> Dump[T]:
        family = self.owner().__family__
        assert self.reply is not None
        wanted = tuple(
            (field, compared(value)) for field in self.match if (value := getattr(request, field)) is not None
        )
        return generic_dump(
            self.title,
            family.name,
            self.number,
            request,
            self.reply,
            version=family.version,
            match=wanted,
            once=self.once,
        )


class PartsCommand(DumpCommand[P, Q, T]):
    """A declared `do` whose answer comes in parts: called as a `dump` is, it gives what `nl.dump` takes."""

    verb = "do"
    once = True


@overload
def do(number: int, *, required: tuple[str, ...] = ..., privileged: Privileged = ...) -> DoCommand[[], None, None]: ...
@overload
def do(
    number: int, *, reply: type[T], reply_number: int | None = ..., privileged: Privileged = ...
) -> DoCommand[[], None, T]: ...
@overload
def do(
    number: int,
    *,
    request: Callable[P, Q],
    required: tuple[str, ...] = ...,
    privileged: Privileged = ...,
    flags: int = ...,
) -> DoCommand[P, Q, None]: ...
@overload
def do(
    number: int,
    *,
    request: Callable[P, Q],
    reply: type[T],
    reply_number: int | None = ...,
    required: tuple[str, ...] = ...,
    privileged: Privileged = ...,
    omissible: bool = ...,
) -> DoCommand[P, Q, T]: ...
def do(
    number: int,
    *,
    request: Any = None,
    reply: Any = None,
    reply_number: int | None = None,
    required: tuple[str, ...] = (),
    privileged: Privileged = False,
    omissible: bool = False,
    flags: int = 0,
) -> Any:
    """Declare a command that is asked once and answered once, with a record or a plain acknowledgement.

    `request` is the record class of its requests: its fields are the attributes that the command takes, all others
    are refused. `reply` is that of its answers, `reply_number` the command in their header (as asked, unless
    given). `required` names fields that a request must have. `privileged` is who may: see `Privileged`. With
    `omissible`, a request can ask for no answer; what comes back for such a one is None. `flags` are those of netlink
    that all its requests have to have (``NLM_F.CREATE | NLM_F.EXCL``).
    """
    command: DoCommand[..., Any, Any] = DoCommand(number, request, reply, reply_number, required, privileged)
    command.omissible = omissible
    command.flags = limits.whole("flags", flags, 0, 0xFFFF)
    return command


@overload
def dump(
    number: int, *, reply: type[T], reply_number: int | None = ..., privileged: Privileged = ...
) -> DumpCommand[[], None, T]: ...
@overload
def dump(
    number: int,
    *,
    request: Callable[P, Q],
    reply: type[T],
    reply_number: int | None = ...,
    required: tuple[str, ...] = ...,
    match: tuple[str, ...] = ...,
    privileged: Privileged = ...,
) -> DumpCommand[P, Q, T]: ...
def dump(
    number: int,
    *,
    request: Any = None,
    reply: Any,
    reply_number: int | None = None,
    required: tuple[str, ...] = (),
    match: tuple[str, ...] = (),
    privileged: Privileged = False,
) -> Any:
    """Declare a command that lists a table; a `do` may have the same number.

    The parameters are those of `do`. `match` names fields that filter: what comes back is checked to have the value
    that was asked for.
    """
    command: DumpCommand[..., Any, Any] = DumpCommand(number, request, reply, reply_number, required, privileged)
    command.match = _field_names("match", match)
    return command


@overload
def parts(number: int, *, reply: type[T], reply_number: int | None = ...) -> PartsCommand[[], None, T]: ...
@overload
def parts(
    number: int,
    *,
    request: Callable[P, Q],
    reply: type[T],
    reply_number: int | None = ...,
    required: tuple[str, ...] = ...,
    privileged: Privileged = ...,
) -> PartsCommand[P, Q, T]: ...
def parts(
    number: int,
    *,
    request: Any = None,
    reply: Any,
    reply_number: int | None = None,
    required: tuple[str, ...] = (),
    privileged: Privileged = False,
) -> Any:
    """Declare a command that is asked once, and answered by several messages and NLMSG_DONE, as a table is.

    The parameters are those of `do`.
    """
    return PartsCommand(number, request, reply, reply_number, required, privileged)


def event(number: int, record: type[R], *, group: str) -> Group[R]:
    """Declare a notification: what the kernel side says unasked to who listens to `group`.

    `number` is the command in its header. Its `Event.kind` is the name it is declared by.
    """
    command = limits.whole("number", number, 0, _HIGHEST_COMMAND)
    _check_class("record", record)
    names = (text_of(group, "event(group)"),)
    return Group("", NETLINK.GENERIC, (), {}, groups=names, commands={command: ("", record)})


def _check_class(title: str, cls: object) -> None:
    """Raises TypeError for what is neither None nor a class of records."""
    if cls is not None and not (isinstance(cls, type) and issubclass(cls, Record)):
        raise TypeError(f"{title} takes a class of records, not {cls!r}")


def _field_names(title: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(text_of(each, title) for each in several_of(names, title))


class Declared:
    """What a class declared: its name and version on the wire, its commands and notifications by their Python names."""

    def __init__(self, name: str, version: int, header: type[Layout], netnsok: bool, checked_from: int) -> None:
        self.name = name
        self.version = version
        self.header = header
        self.netnsok = netnsok
        self.checked_from = checked_from
        self.joining: dict[str, Joining] = {}
        self.commands: dict[str, Command] = {}
        self.events: dict[str, Group[Any]] = {}

    @property
    def header_size(self) -> int:
        """Bytes of the family's own header, behind the generic one."""
        return layout_size(self.header)[0] - layout_size(GenericHeader)[0]

    def groups(self) -> tuple[str, ...]:
        """The names of the multicast groups, each once, in the order of the declaration."""
        return tuple(dict.fromkeys(group for event in self.events.values() for group in event.groups))


class Family:
    """The base of declared families: a class body of records, `do`, `dump` and `event`; it is never instantiated.

    `name` is the family's on the wire, of up to 15 bytes, `version` that of its messages. `header` is the fixed header
    of its messages where it has one of its own: a layout derived from `GenericHeader`. Without `netnsok` the family is
    in the initial network namespace alone. `joining` says which groups take a capability to listen to: see `Joining`.
    Below the command `checked_from` (`resv_start_op`) requests may have flags that generic netlink has no use for, as
    in families that are older than Linux 6.1.

    A large family can be declared in parts, each in a class of its own with the same `name`, and as a class of these
    parts, which has all that they declare: who asks one thing loads one part.

    Records of the class body that commands and notifications name become messages: they get the header. Records
    from elsewhere say so themselves: ``class Greeting(Record, header=GenericHeader)``.
    """

    __family__: ClassVar[Declared]

    def __init_subclass__(
        cls,
        *,
        name: str,
        version: int = 1,
        header: type[Layout] = GenericHeader,
        netnsok: bool = True,
        checked_from: int = 0,
        joining: Mapping[str, Joining] | None = None,
    ) -> None:
        if not 0 < len(name.encode()) < GENL_NAMSIZ:
            raise ValueError(f"{cls.__name__}: a family's name has 1 to {GENL_NAMSIZ - 1} bytes, {name!r} has not")
        if not 0 <= version <= _HIGHEST_COMMAND:
            raise ValueError(f"{cls.__name__}: a version is 0 to {_HIGHEST_COMMAND}, not {version}")
        if not issubclass(header, GenericHeader):
            raise TypeError(f"{cls.__name__}: derive {header.__name__} from GenericHeader")
        declared = cls.__family__ = Declared(name, version, header, netnsok, checked_from)
        for part in (each.__family__ for each in cls.__bases__ if issubclass(each, Family) and each is not Family):
            if (part.name, part.version, part.header) != (name, version, header):
                raise TypeError(f"{cls.__name__}: its parts are of {part.name!r}, it is of {name!r}")
            declared.commands.update(part.commands)
            declared.events.update(part.events)
        for key, value in list(vars(cls).items()):
            if isinstance(value, Command):
                declared.commands[key] = _adopted(cls, key, value)
            elif isinstance(value, Group):
                declared.events[key] = _announced(cls, key, value)
                setattr(cls, key, declared.events[key])
        declared.joining = dict(joining or {})
        _check(cls, declared)

    @classmethod
    def notifications(cls, group: str = "") -> Group[Any]:  # Any: of as many records as there are notifications
        """All notifications of the family, or of one of its multicast groups, as one group to subscribe to.

        Raises ValueError for a group in which no notification is declared: nothing would be heard.
        """
        declared = cls.__family__
        if group and group not in declared.groups():
            known = ", ".join(declared.groups()) or "none"
            raise ValueError(f"{cls.__name__} declares no notification in a group {group!r}; its groups: {known}")
        wanted = [each for each in declared.events.values() if not group or group in each.groups]
        commands = {number: said for each in wanted for number, said in each.commands.items()}
        groups = (group,) if group else declared.groups()
        return Group(cls.__name__, NETLINK.GENERIC, (), {}, family=declared.name, groups=groups, commands=commands)

    @classmethod
    def spec(cls) -> FamilySpec:
        """The family as plain data: commands, attributes and their policies, notifications, groups.

        Raises TypeError for a message inside of a message, and for a kind of field that no policy can check.
        """
        declared = cls.__family__
        used = Sets()
        commands: dict[int, dict[str, Any]] = {}
        for command in declared.commands.values():
            commands.setdefault(command.number, {})[command.verb] = OperationSpec(
                name=command.name,
                request=used.add(command.request) if command.request else "",
                reply=used.add(command.reply) if command.reply else "",
                reply_number=command.reply_number,
                required=command.required,
                parts=isinstance(command, PartsCommand),
                privilege={False: "", True: "admin", "namespace": "namespace"}[command.privileged],
            )
        events = [
            EventSpec(name=name, number=number, group=group.groups[0], record=used.add(record))
            for name, group in declared.events.items()
            for number, (_, record) in group.commands.items()
        ]
        return FamilySpec(
            name=declared.name,
            version=declared.version,
            doc=cls.__doc__ or "",
            netnsok=declared.netnsok,
            header=struct_of(declared.header, layout_size(GenericHeader)[0]) if declared.header_size else None,
            sets=tuple(used.sets.values()),
            commands=tuple(CommandSpec(number=number, **commands[number]) for number in sorted(commands)),
            events=tuple(events),
            groups=declared.groups(),
            joining=dict(declared.joining),
            enums=tuple(used.enums.values()),
            structs=tuple(used.structs.values()),
        )


def _adopted(cls: type[Family], name: str, command: Command) -> Command:
    """A command that knows its family, with its records made messages."""
    if command.family is not None:
        raise TypeError(f"{cls.__name__}.{name} is {command.title} already")
    command.family = cls
    for record in (command.request, command.reply):
        if record is not None:
            _frame(cls, command.title, record)
    if command.request is None and cls.__family__.header_size:
        raise TypeError(f"{command.title}: give request=, its messages have a header of the family's own")
    for where, record, fields in (
        ("required", command.request, command.required),
        ("match", command.reply, getattr(command, "match", ())),
        ("match", command.request, getattr(command, "match", ())),
    ):
        for field in fields:
            declaration = record.__declarations__.get(field) if record is not None else None
            if declaration is None:
                raise TypeError(f"{command.title}: {where} names {field!r}, which is no field of its records")
    return command


def _announced(cls: type[Family], name: str, group: Group[Any]) -> Group[Any]:
    """A notification that knows its family, with its record made a message."""
    title = f"{cls.__name__}.{name}"
    for group_name in group.groups:
        if not 0 < len(group_name.encode()) < GENL_NAMSIZ:
            raise ValueError(f"{title}: a group's name has 1 to {GENL_NAMSIZ - 1} bytes, {group_name!r} has not")
    commands = {}
    for number, (_, record) in group.commands.items():
        _frame(cls, title, record)
        commands[number] = (name, record)
    return Group(title, NETLINK.GENERIC, (), {}, family=cls.__family__.name, groups=group.groups, commands=commands)


def _frame(cls: type[Family], title: str, record: Any) -> None:
    """Make a record a message of the family: behind its header. Raises TypeError for one that is not the family's."""
    if not (isinstance(record, type) and issubclass(record, Record)):
        raise TypeError(f"{title}: {record!r} is no record class")
    header = cls.__family__.header
    if record.__header__ is None and record.__qualname__.startswith(f"{cls.__qualname__}."):
        if record in plans:
            raise TypeError(f"{title}: {record.__name__} is in use as a nest already: give messages their own record")
        record.__header__ = header
    if record.__header__ is not header:
        raise TypeError(f"{title}: declare it as class {record.__name__}(Record, header={header.__name__})")


def _check(cls: type[Family], declared: Declared) -> None:
    """Raises TypeError for two commands of one number and verb, or two notifications of one number; ValueError for a
    group that nothing is told to, or a capability that guards none."""
    for group, capability in declared.joining.items():
        if group not in declared.groups():
            raise ValueError(f"{cls.__name__}: joining names {group!r}, which is the group of no event")
        if capability not in get_args(Joining):
            raise ValueError(f"{cls.__name__}: joining {group!r} takes net_admin or sys_admin, not {capability!r}")
    seen: dict[tuple[str, int], str] = {}
    for command in declared.commands.values():
        other = seen.setdefault((command.verb, command.number), command.title)
        if other != command.title:
            raise TypeError(f"{command.title} and {other} are both {command.verb} number {command.number}")
    numbers: dict[int, str] = {}
    for event in declared.events.values():
        for number in event.commands:
            if numbers.setdefault(number, event.name) != event.name:
                raise TypeError(f"{event.name} and {numbers[number]} are both notification number {number}")
    for taken in ("spec", "notifications"):
        if taken in declared.commands or taken in declared.events:
            raise TypeError(f"{cls.__name__}.{taken}: the name is taken by Family.{taken}()")

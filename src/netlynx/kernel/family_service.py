"""The kernel's side of one declared family, as who writes it sees it: its handlers, and its notifications.

Source: net/netlink/genetlink.c (`struct genl_family`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from netlynx.engine.operation import Group
from netlynx.generic.declaration import Command, DoCommand, DumpCommand
from netlynx.generic.message import packed
from netlynx.schema.record import Record
from netlynx.wire.message import Message

from .requests import Request

if TYPE_CHECKING:
    from .generic import GenericNetlink
    from .namespaces import Namespace
    from .served_family import ServedFamily

R = TypeVar("R", bound=Record)
H = TypeVar("H", bound=Callable[[Request], Any])


class FamilyService:
    """A family that the kernel serves; made by `VirtualKernel.family`.

    Its commands are decorators for their handlers, its notifications send::

        @service.hello
        def hello(request):
            service.said(Greeter.Greeting(text="somebody said hello"))
            return Greeter.Greeting(text=f"hello {request.record.text}")

    `request.record` is the request, checked as the kernel checks it. A `do` returns its answer, or None where only an
    acknowledgement is declared; a `dump`, and what is declared as `parts`, returns an iterable of records, a generator
    as a rule. To refuse, a handler raises `NetlinkError`; see `Service`. `id` is the family's number, `groups` those
    of its groups by name.

    What the family declares comes before what is here: of one with a notification `changed`, `service.changed` sends
    it, and the method is `FamilyService.changed(service)`.
    """

    def __init__(self, subsystem: GenericNetlink, served: ServedFamily) -> None:
        self._subsystem = subsystem
        self._served = served
        self.id = served.id
        self.groups = served.groups
        self.declared = served.declared
        for name, command in served.declared.commands.items():
            self.__dict__[name] = partial(self._register, command)
        for name, event in served.declared.events.items():
            self.__dict__[name] = partial(self._multicast, event)

    def __repr__(self) -> str:
        return f"<FamilyService {self._served.declared.name} ({self._served.id})>"

    def __getattr__(self, name: str) -> Any:  # Any: a decorator for a command, a sender for a notification
        raise AttributeError(
            f"{type(self).__name__} has no attribute {name!r}: no command or notification of that name"
        )

    def handles(self, command: DoCommand[..., Any, Any] | DumpCommand[..., Any, Any] | Command) -> Callable[[H], H]:
        """Register what carries out a command: ``@service.handles(Greeter.hello)``, which is ``@service.hello``.

        Raises ValueError for a command of another family, or one that has a handler.
        """
        found = self._served.operations.get((command.number, command.verb))
        if found is None or found.command is not command:
            raise ValueError(f"{command.title} is no command of {self._served.title}")
        return partial(self._register, found.command)

    def _register(self, command: Command, handler: H) -> H:
        found = self._served.operations[command.number, command.verb]
        if found.handler is not None:
            raise ValueError(f"{command.title} has a handler already")
        found.handler = handler
        return handler

    # ------------------------------------------------------------------------------------------ notifications

    def multicast(self, event: Group[R], record: R, *, skip: int = 0, netns: Namespace | None = None) -> int:
        """Send a notification to who listens to its group, but for port `skip`; returns how many sockets got it.

        Raises ValueError for another family's notification, EncodeError for what cannot be sent.
        """
        return self._multicast(event, record, skip=skip, netns=netns)

    def _multicast(self, event: Group[R], record: R, *, skip: int = 0, netns: Namespace | None = None) -> int:
        group, number = self._group(event)
        payload = packed(record, number, self._served.declared.version)
        message = Message(self._served.id, payload=payload)
        return self._subsystem.socket(netns).multicast(message, group=group, skip=skip)

    def has_listeners(self, event: Group[Any], *, netns: Namespace | None = None) -> bool:
        """Whether anybody listens to the group of a notification (`genl_has_listeners`)."""
        return self._subsystem.socket(netns).has_listeners(self._group(event)[0])

    def _group(self, event: Group[Any]) -> tuple[int, int]:
        """The numbers of a notification's group and of its command."""
        if event not in self._served.declared.events.values():
            raise ValueError(f"{event.name} is no notification of {self._served.title}")
        return self._served.groups[event.groups[0]], next(iter(event.commands))

    def changed(self) -> None:
        """The tables have changed: dumps under way will say that they were interrupted (NLM_F_DUMP_INTR)."""
        self._subsystem.changed()

    def unregister(self) -> None:
        """Take the family away (`genl_unregister_family`): members lose its groups, listeners to families are told."""
        self._subsystem.unregister(self._served)

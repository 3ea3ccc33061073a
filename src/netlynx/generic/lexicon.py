"""What the messages of generic netlink's families are called and what they carry: see `netlynx.engine.lexicon`.

Of a family this is what a class of this program declares, be it netlynx's own or another's; of two, the newest.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from netlynx.engine.lexicon import Entry, Said, dumps
from netlynx.generic.constants import CONTROLLER, CTRL_CMD, GENL_ID_CTRL
from netlynx.generic.declaration import Command, Declared, Family
from netlynx.generic.family import FamilyInfo
from netlynx.generic.rooms import ROOMS
from netlynx.wire.constants import NLM_F

_CONTROLS = {int(number): name for name, number in CTRL_CMD.__c_names__.items()}
_OF_POLICIES = int(CTRL_CMD.GETPOLICY)


def entry(said: Said) -> Entry | None:
    """See `netlynx.engine.lexicon.look_up`."""
    message = said.message
    command = message.payload[0] if message.payload else 0
    if message.type == GENL_ID_CTRL:
        record = FamilyInfo if command != _OF_POLICIES else None
        return Entry(f"{CONTROLLER}.{_CONTROLS.get(command, command)}", record)
    name = said.families.get(message.type)
    if name is None:
        return Entry(f"family {message.type}, command {command}")
    family = _declared(name)
    found = (
        None if family is None else _answer(family, command, said) if said.answer else _request(family, command, said)
    )
    return found or Entry(f"{name}, command {command}")


def _declared(name: str) -> Declared | None:
    """What a class declares of a family."""
    room = ROOMS.get(name)
    if room is not None:
        import_module(f"netlynx.{room}")
    family = next((each for each in reversed(Family.__subclasses__()) if each.__family__.name == name), None)
    while family is not None and (whole := family.__subclasses__()):  # of which it is a part
        family = whole[-1]
    return None if family is None else family.__family__


def _request(family: Declared, number: int, said: Said) -> Entry | None:
    verb = "dump" if dumps(said.message) else "do"
    found = _chosen([each for each in family.commands.values() if each.number == number], verb)
    return None if found is None else Entry(f"{family.name}.{found.name}", found.request)


def _answer(family: Declared, number: int, said: Said) -> Entry | None:
    """What the kernel says: the answer to a command, or a notification."""
    multi = bool(said.message.flags & NLM_F.MULTI) if said.asked is None else dumps(said.asked)
    answering = [each for each in family.commands.values() if each.reply is not None and each.reply_number == number]
    if said.asked is not None and said.asked.payload:
        answering = [each for each in answering if each.number == said.asked.payload[0]] or answering
    found = _chosen(answering, "dump" if multi else "do")
    events = [(name, event.commands[number][1]) for name, event in family.events.items() if number in event.commands]
    # What has neither a request's number nor several parts may be a notification of the same number.
    if events and (found is None or (said.asked is None and not multi and not said.message.sequence)):
        return Entry(f"{family.name}.{events[0][0]}", events[0][1])
    return None if found is None else Entry(f"{family.name}.{found.name}", found.reply)


def _chosen(commands: list[Command], verb: str) -> Any:
    return next((each for each in commands if each.verb == verb), commands[0] if commands else None)

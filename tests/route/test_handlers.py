"""Whatever rtnetlink handles, netlynx has a typed operation for; whatever it tells unasked, a group."""

from __future__ import annotations

from typing import Any

import pytest

from facts.book import ABSENT, FactBook
from facts.walk import MODULES
from netlynx.engine.operation import Do, Dump, Group, Talk
from netlynx.route.constants import RTM, RTNLGRP
from netlynx.wire.constants import NETLINK
from rtnetlink_handlers import FAMILIES, HANDLERS, UNHEARD

ASKED = {key: ask for key, ask in HANDLERS.items() if callable(ask)}


def answering(message: str, number: int, verb: str) -> str:
    """Which family's handler gets such a message: that of UNSPEC where the family has none of its own."""
    family = next((name for name, each in FAMILIES.items() if each == number), "UNSPEC")
    return family if f"{message} {family} {verb}" in HANDLERS else "UNSPEC"


def wrong(key: str, operation: Any) -> str:
    """Why an operation does not ask the handler of that name; empty where it does."""
    message, family, verb = key.split()
    if isinstance(operation, Talk):
        operation = next(iter(operation.steps()))
    if not isinstance(operation, Dump if verb == "dump" else Do):
        return f"{key}: {operation!r} is none"
    if operation.protocol != NETLINK.ROUTE or operation.message_type != getattr(RTM, message):
        return f"{key}: {operation} sends {operation.message_type}"
    if answering(message, operation.payload[0], verb) != family:
        return f"{key}: {operation} is of family {operation.payload[0]}"
    if operation.reply is None and message.startswith("GET"):
        return f"{key}: {operation} has no record for an answer"
    return ""


def test_every_handler_is_asked_by_the_operation_beside_it() -> None:
    problems = [problem for key, ask in ASKED.items() if (problem := wrong(key, ask()))]
    assert not problems, "\n".join(problems)


def test_what_asks_another_handler_is_found() -> None:
    assert wrong("GETLINK UNSPEC do", ASKED["GETLINK UNSPEC dump"]())
    assert wrong("GETLINK BRIDGE dump", ASKED["GETLINK UNSPEC dump"]())
    assert wrong("GETADDR UNSPEC dump", ASKED["GETLINK UNSPEC dump"]())


@pytest.mark.skipif(bool(ABSENT), reason=ABSENT)
def test_the_table_has_all_handlers_of_the_kernel() -> None:
    names = {number: name for name, number in FAMILIES.items()}
    handled = {
        f"{each['msgtype'].removeprefix('RTM_')} {names.get(each['family_nr'], each['family'])} {verb}"
        for each in FactBook().families["rtnetlink"]
        for verb in ("do", "dump")
        if f"{verb}it" in each
    }
    assert sorted(handled) == sorted(HANDLERS)


def test_every_group_of_the_kernel_can_be_listened_to() -> None:
    groups = {id(each): each for module in MODULES.values() for each in vars(module).values()}.values()
    heard = {
        number
        for each in groups
        if isinstance(each, Group) and each.protocol == NETLINK.ROUTE
        for number in each.numbers
    }
    numbers = {name: int(number) for name, number in RTNLGRP.__c_names__.items()}
    missing = [name.removeprefix("RTNLGRP_") for name, number in numbers.items() if number not in heard]
    assert sorted(missing) == sorted(UNHEARD)

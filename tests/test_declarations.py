"""Every declaration in the package against the kernel's own tables.

The tables (numbers of the UAPI headers, C structs, `nla_policy` tables, YAML specifications) are in the folder
that the environment variable NETLYNX_FACTS names, by default ``shared`` beside the repository; without it these
tests are skipped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from facts.attributes import wrong_record
from facts.book import ABSENT, FactBook
from facts.layouts import wrong_layout
from facts.registries import (
    missing_actions,
    missing_expressions,
    missing_families,
    missing_link_kinds,
    missing_objects,
    missing_qdiscs,
    missing_tunnels,
    unanswered_messages,
    wrong_groups,
)
from facts.values import missing_members, wrong_globals, wrong_numbers
from facts.walk import BROKEN, MODULES, declared, title
from netlynx.schema import Constants, Enumeration, FlagSet, Layout, Record

pytestmark = pytest.mark.skipif(bool(ABSENT), reason=ABSENT)

SETS: list[Any] = declared(Constants)
ENUMS: list[Any] = declared(Enumeration, FlagSet)


@pytest.fixture(scope="module")
def book() -> FactBook:
    return FactBook()


def check(problems: list[str]) -> None:
    """Fails with one line for each difference."""
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def check_each(classes: list[Any], wrong: Callable[[Any], list[str]]) -> None:
    check([f"{title(cls)}: {problem}" for cls in classes for problem in wrong(cls)])


def by_room(classes: list[Any]) -> pytest.MarkDecorator:
    """A test for those of each room: one for each of them would take longer than what it looks at."""
    rooms: dict[str, list[Any]] = {}
    for cls in classes:
        rooms.setdefault(title(cls).split(".")[0], []).append(cls)
    return pytest.mark.parametrize("classes", rooms.values(), ids=rooms)


def test_every_module_imports() -> None:
    check([f"{name}: {error!r}" for name, error in BROKEN.items()])


def test_numbers_of_modules_are_those_of_the_headers(book: FactBook) -> None:
    check([f"{name}: {problem}" for name, module in MODULES.items() for problem in wrong_globals(module, book)])


def test_groups_of_modules_are_those_of_the_headers(book: FactBook) -> None:
    check([f"{name}: {problem}" for name, module in MODULES.items() for problem in wrong_groups(module, book)])


@by_room(SETS)
def test_constants_are_those_of_the_headers(classes: list[Any], book: FactBook) -> None:
    check_each(classes, lambda cls: wrong_numbers(cls, book))


@by_room(ENUMS)
def test_enumerations_are_those_of_the_headers(classes: list[Any], book: FactBook) -> None:
    check_each(classes, lambda cls: wrong_numbers(cls, book))


@by_room([cls for cls in ENUMS if cls.__prefix__])
def test_enumerations_lack_no_member(classes: list[Any], book: FactBook) -> None:
    check_each(classes, lambda cls: missing_members(cls, book, SETS + ENUMS))


@by_room(declared(Layout))
def test_layouts_are_the_structs_of_the_headers(classes: list[Any], book: FactBook) -> None:
    check_each(classes, lambda cls: wrong_layout(cls, book))


@by_room(declared(Record))
def test_records_cover_their_attributes(classes: list[Any], book: FactBook) -> None:
    check_each(classes, lambda cls: wrong_record(cls, book, SETS))


def test_every_kind_of_link_has_its_record(book: FactBook) -> None:
    check(missing_link_kinds(book))


def test_every_lightweight_tunnel_has_its_record(book: FactBook) -> None:
    check(missing_tunnels(book))


def test_every_expression_has_its_record(book: FactBook) -> None:
    check(missing_expressions(book))


def test_every_kind_of_object_has_its_record(book: FactBook) -> None:
    check(missing_objects(book))


def test_every_kind_of_action_has_its_record(book: FactBook) -> None:
    check(missing_actions(book))


def test_every_kind_of_qdisc_is_known(book: FactBook) -> None:
    check(missing_qdiscs(book))


def test_every_family_of_rules_has_a_name(book: FactBook) -> None:
    check(missing_families(book))


def test_the_kernel_handles_every_message_that_is_sent(book: FactBook) -> None:
    check(unanswered_messages(book))

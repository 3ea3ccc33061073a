"""Rooms made of what a kernel tells of a family, and names that no program may have."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from greeter import Greeter

import netlynx
from netlynx import generate, generic, ynl
from netlynx.generic import Family, GenericHeader, do, dump
from netlynx.kernel import VirtualKernel
from netlynx.schema import Record, attr, between, keyed, nest, string, u16, u32


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder whose packages can be imported."""
    sys.path.insert(0, str(tmp_path))
    yield tmp_path
    sys.path.remove(str(tmp_path))
    for module in [each for each in sys.modules if each.partition(".")[0].startswith("told_of_")]:
        del sys.modules[module]


def made(nl: netlynx.Connection, name: str, folder: Path) -> Any:
    """The room of a family, as a package."""
    package = f"told_of_{name}"
    generate.write(
        generate.room(nl.do(generate.from_kernel(name)), whence="a kernel", omissible=True), folder / package
    )
    return importlib.import_module(package)


def test_every_family_of_this_host_has_a_room(folder: Path) -> None:
    with netlynx.connect() as nl:
        for info in nl.dump(generic.families()):
            room = made(nl, info.name or "", folder)
            declared = next(
                each.__family__ for each in vars(room).values() if isinstance(each, type) and issubclass(each, Family)
            )
            assert declared.name == info.name
            assert {int(each.number) for each in declared.commands.values()} == {each.id for each in info.operations}


def test_it_is_talked_to_by_numbers(folder: Path) -> None:
    with netlynx.connect() as nl:
        room = made(nl, "nlctrl", folder)
        answer = nl.do(room.command_3(attribute_2="nlctrl"))
        assert (answer.attribute_1, answer.attribute_2) == (16, "nlctrl")
        assert {each.attribute_2 for each in nl.dump(room.list_command_3())} >= {"nlctrl"}
        assert {each.type for each in answer.unknown} >= {3, 6}  # what answers have beside it is there as it came


class Inner(Record):
    level: int | None = attr(1, between(u16, 1, 4094))
    inside: Any = attr(2, nest(lambda: Inner))  # type: ignore[name-defined]  # which is itself


class Odd(Family, name="odd", version=3):
    class Question(Record):
        text: str | None = attr(5, string(9))
        inner: Inner | None = attr(7, nest(Inner))

    class Row(Record):
        number: int | None = attr(1, u32)

    ask = do(1, request=Question, reply=Question, privileged="namespace")
    rows = dump(1, request=Row, reply=Row)
    quiet = do(9)


def test_what_a_kernel_told_it_tells_again(folder: Path) -> None:
    """The family that is generated has the policies of the one that it was made of."""
    kernel = VirtualKernel()
    kernel.family(Odd)
    with netlynx.connect(kernel=kernel) as nl:
        room = made(nl, "odd", folder)
        told = nl.do(generic.policy("odd"))
        flags = nl.do(generic.family("odd")).operations
    again = VirtualKernel()
    again.family(room.Odd)
    with netlynx.connect(kernel=again) as nl:
        assert nl.do(generic.policy("odd")) == told
        assert nl.do(generic.family("odd")).operations == flags
        assert (room.Odd.__family__.version, room.Odd.command_1.privileged) == (3, "namespace")


def test_groups_are_there_for_clients(folder: Path) -> None:
    kernel = VirtualKernel()
    kernel.family(Greeter)
    with netlynx.connect(kernel=kernel) as nl:
        name = Greeter.__family__.name
        spec = nl.do(generate.from_kernel(name))
        assert set(spec.groups) == set(Greeter.__family__.groups())
        assert "a virtual kernel has no such group" in generate.room(spec).remarks[0]


@pytest.mark.parametrize("name", ['x"', "a\nb", "${x}", "\x1b[2J", "e\u0301", "'''"])
def test_a_name_that_is_more_than_a_name_is_never_written(name: str) -> None:
    class Hostile(Family, name=name):
        class Row(Record, header=GenericHeader):
            number: int | None = attr(1, u32)

        rows = dump(1, reply=Row)

    kernel = VirtualKernel()
    kernel.family(Hostile)
    with (
        netlynx.connect(kernel=kernel) as nl,
        pytest.raises(ynl.SpecError, match="is no name that can be written into a program"),
    ):
        generate.room(nl.do(generate.from_kernel(name)))


def test_an_array_keyed_by_numbers_is_told_as_a_nest() -> None:
    class Keyed(Family, name="keyed"):
        class Row(Record, header=GenericHeader):
            levels: dict[int, Inner] | None = attr(1, keyed(nest(Inner)))

        rows = dump(1, request=Row, reply=Row)

    kernel = VirtualKernel()
    kernel.family(Keyed)
    with netlynx.connect(kernel=kernel) as nl:
        text = generate.room(nl.do(generate.from_kernel("keyed"))).files["generated.py"]
    assert "class Keyed(Family" in text
    assert "between(u16, 1, 4094)" in text

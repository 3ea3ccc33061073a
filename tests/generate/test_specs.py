"""Rooms generated from all of the kernel's specs: sound for the formatter, the checker and Python, the same as at run
time, and beside the rooms that were made by hand.
"""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import netlynx
from facts.book import ABSENT, FOLDER
from netlynx import generate, generic, ynl
from netlynx.generic import Family
from netlynx.kernel import VirtualKernel
from netlynx.module import ModuleError, new_family, regenerate
from netlynx.schema import Layout, Record
from netlynx.schema.compile import plan_of

pytestmark = pytest.mark.skipif(bool(ABSENT), reason=ABSENT)

SPECS = sorted(FOLDER.glob("specs/*.yaml"))
NAMES = [path.stem.replace("-", "_") for path in SPECS]
ROOT = Path(__file__).parents[2]
LONGEST = 480  # lines: an index of all that the largest spec has; all else is shorter than 400


def spec_of(name: str) -> ynl.Spec:
    (path,) = (each for each in SPECS if each.stem.replace("-", "_") == name)
    return ynl.load(path)


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A package of all of them."""
    folder = tmp_path_factory.mktemp("made") / "made_of_specs"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""Generated rooms."""\n')
    for name in NAMES:
        generate.write(generate.room(spec_of(name), width=120), folder / name)
    sys.path.insert(0, str(folder.parent))
    yield folder
    sys.path.remove(str(folder.parent))
    for module in [each for each in sys.modules if each.partition(".")[0] == folder.name]:
        del sys.modules[module]


def room_of(rooms: Path, name: str) -> ModuleType:
    return importlib.import_module(f"{rooms.name}.{name}.generated")


def classes(module: ModuleType, *bases: type) -> list[Any]:
    own = [each for each in vars(module).values() if getattr(each, "__module__", "").startswith(module.__name__)]
    return [each for each in own if isinstance(each, type) and issubclass(each, bases)]


def run(*words: str | Path) -> str:
    done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, cwd=ROOT)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_formatter_and_the_linter_have_nothing_to_say(rooms: Path) -> None:
    assert run("ruff", "format", "--check", "--config=pyproject.toml", rooms) == ""
    assert run("ruff", "check", "--config=pyproject.toml", rooms) == ""


def test_the_formatter_has_nothing_to_say_where_lines_are_short(tmp_path: Path) -> None:
    for name in ("netdev", "rt_link", "nftables", "ethtool"):
        generate.write(generate.room(spec_of(name)), tmp_path / name)
    assert run("ruff", "format", "--check", "--isolated", tmp_path) == ""
    assert run("ruff", "check", "--isolated", tmp_path) == ""


def test_the_checker_takes_them_strictly(rooms: Path) -> None:
    ours = ["--config-file=pyproject.toml", "--strict", f"--cache-dir={rooms.parent / 'cache'}"]
    assert run("mypy", *ours, "--explicit-package-bases", rooms) == ""


def test_files_are_not_long(rooms: Path) -> None:
    long = {path.name: len(path.read_text().splitlines()) for path in rooms.rglob("*.py")}
    assert {name for name, lines in long.items() if lines > 400} <= {"__init__.py"}
    assert max(long.values()) < LONGEST


def test_no_sentence_of_a_spec_is_in_them(rooms: Path) -> None:
    """Texts of more than a few words; shorter ones are what anybody would call the thing."""
    said = " ".join(" ".join(path.read_text().split()) for path in sorted(rooms.rglob("*.py")))
    for path in SPECS:
        for doc in re.findall(r"doc:(?: [>|]-?)?\s+(.*?)\n\s*(?:-$|-?\s*[\w-]+:)", path.read_text(), re.S | re.M):
            sentence = " ".join(doc.split()).strip("\"'")
            if len(sentence.split()) > 5:
                assert sentence not in said


@pytest.mark.parametrize("name", NAMES)
def test_records_and_structs_are_those_of_the_spec(rooms: Path, name: str) -> None:
    """Of every set of attributes, the fields with their numbers and kinds; of every struct, the members."""
    spec = spec_of(name)
    made = {shape(cls) for cls in classes(room_of(rooms, name), Record, Layout)}
    told = [spec.request_record(name) for name, each in spec.operations.items() if each.answers or each.notifies]
    for cls in (*told, *spec.structs.values()):
        assert shape(cls) in made or (issubclass(cls, Layout) and cls.__c__ in headers(spec)), cls
    asked = {spec.records.set_of(spec.request_record(each)) for each in spec.operations}  # of which there may be parts
    for cls in spec.records.values():
        assert spec.records.set_of(cls) in asked or any(fields(cls) == fields_of_shape(each) for each in made), cls
    for cls in classes(room_of(rooms, name), Record, Layout):
        plan_of(cls)


def headers(spec: ynl.Spec) -> set[str]:
    found = (spec.request_record(each).__header__ for each in spec.operations)
    return {each.__c__ for each in found if each is not None}


def fields(cls: Any) -> tuple[Any, ...]:
    return tuple(
        (name, *map(int, each.path), kind_of(each.kind))
        for name, each in cls.__declarations__.items()
        if each.role != "head"
    )


def fields_of_shape(shape: tuple[Any, ...]) -> tuple[Any, ...]:
    found: tuple[Any, ...] = shape[1]
    return found


def shape(cls: Any) -> tuple[Any, ...]:
    header = getattr(cls, "__header__", None)
    return (header and header.__c__, fields(cls), tuple(n for n, e in cls.__declarations__.items() if e.role == "head"))


def kind_of(kind: Any, depth: int = 0) -> Any:
    """What a kind is, as far as two of the same meaning are equal."""
    if kind is None:
        return None
    values = None if kind.values is None else tuple((n, int(v), v.label) for n, v in kind.values.__members__.items())
    inner = (
        None
        if kind.target is None or depth > 2
        else tuple(
            (name, *map(int, each.path), kind_of(each.kind, depth + 1))
            for name, each in kind.target().__declarations__.items()
        )
    )
    choices = None if kind.choices is None else tuple((k, kind_of(v, depth + 1)) for k, v in kind.choices.items())
    plain = (kind.code, kind.name, kind.width, kind.options, kind.selector, kind.low, kind.high, kind.mask, kind.names)
    return (*plain, values, inner, choices, kind_of(kind.item, depth + 1))


@pytest.mark.parametrize("name", NAMES)
def test_operations_are_those_of_the_spec(rooms: Path, name: str) -> None:
    """With their numbers, and requests of the attributes that the spec lists."""
    spec = spec_of(name)
    room = room_of(rooms, name)
    expected = set()
    for each in spec.operations.values():
        for verb in each.verbs:
            number = getattr(spec.numbers[each.name], verb)
            if spec.generic:
                listed = set(each.attributes.get(verb, ()))
                skipped = {n for n, a in attributes(spec, each.name).items() if a.text.type in ("pad", "unused")}
                asked = frozenset(a.number for n, a in attributes(spec, each.name).items() if n in listed - skipped)
            else:
                asked = frozenset(numbers(spec.request_record(each.name)))
            expected.add((verb, number, asked, verb == "dump" or verb in each.answers))
    assert set(operations(room)) == expected


def attributes(spec: ynl.Spec, operation: str) -> Any:
    name = spec.records.set_of(spec.request_record(operation))
    return spec.records.attributes(name, "") if name else {}


def numbers(record: Any) -> set[int]:
    return {int(each.path[0]) for each in record.__declarations__.values() if each.role == "attr"}


def operations(room: ModuleType) -> Iterator[tuple[str, int, frozenset[int], bool]]:
    families = classes(room, Family)
    declared = [each for family in families for each in family.__family__.commands.values()]
    for each in declared:
        asked = frozenset(numbers(each.request)) if each.request else frozenset()
        yield each.verb, int(each.number), asked, each.reply is not None
    for each in vars(room).values():
        if isinstance(each, ynl.RawDo | ynl.RawDump):
            verb = "do" if isinstance(each, ynl.RawDo) else "dump"
            yield verb, int(each.number), frozenset(numbers(each.request)), each.reply is not None


@pytest.mark.parametrize("name", [name for name in NAMES if name != "nlctrl"])  # which a virtual kernel has already
def test_a_virtual_kernel_serves_the_family_at_once(rooms: Path, name: str) -> None:
    if not spec_of(name).generic:
        pytest.skip("a protocol of its own")
    (family,) = classes(room_of(rooms, name), Family)
    kernel = VirtualKernel()
    kernel.family(family)
    with netlynx.connect(kernel=kernel) as nl:
        info = nl.do(generic.family(family.__family__.name))
        assert {each.id for each in info.operations} == {int(c.number) for c in family.__family__.commands.values()}


# Attributes with the number 0, which no C of a kernel module can have.
ZERO = {"devlink", "nl80211", "ovs_flow", "ovs_vport"}


@pytest.mark.parametrize("name", NAMES)
def test_a_kernel_module_is_made_of_the_room(rooms: Path, name: str, tmp_path: Path) -> None:
    made = partial(new_family, f"m_{name}", str(rooms / name), tmp_path / "module")
    if name in ZERO:
        with pytest.raises(ModuleError, match="has the number 0"):
            made()
    elif not spec_of(name).generic:
        with pytest.raises(ModuleError, match="declares no family"):
            made()
    else:
        folder = made()
        assert (folder.path / f"m_{name}_netlink.c").exists()
        assert (folder.path / name / "__init__.py").exists()
        assert regenerate(folder) == ([], [])

"""Specs are found, read, kept, and refused with the place of what is wrong."""

from __future__ import annotations

import builtins
import gzip
import importlib
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from netlynx import ynl
from netlynx.ynl import finder
from netlynx.ynl.reader import read
from ynl.conftest import Load

SPEC = """
name: {name}
operations:
  list: [{{name: get, do: {{request: {{attributes: []}}}}}}]
"""


def write(folder: Path, name: str, family: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    data = SPEC.format(name=family or name.partition(".")[0]).encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def test_specs_are_found_in_the_folders_that_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a", "rt-thing.yaml", "first")
    write(tmp_path / "b", "rt-thing.yaml", "second")
    write(tmp_path / "b", "other_thing.yaml.gz")
    monkeypatch.setenv("NETLYNX_SPECS", f"{tmp_path / 'a'}:{tmp_path / 'b'}:{tmp_path / 'none'}")
    assert ynl.load("rt-thing").name == ynl.load("rt_thing").name == "first"
    assert ynl.load("other-thing").name == "other_thing"
    write(tmp_path / "b", "a-thing_too.yaml")
    assert ynl.load("a_thing-too").name == ynl.load("a-thing-too").name == "a-thing_too"
    assert {"rt_thing", "other_thing"} <= ynl.available().keys()
    with pytest.raises(ynl.SpecError, match=r"rt-thin: there is no spec of that name; did you mean rt-thing\?"):
        ynl.load("rt-thin")


def test_a_missing_spec_says_where_it_was_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLYNX_SPECS", str(tmp_path))
    with pytest.raises(ynl.SpecError, match=rf"xyzzy-17: .*no spec of that name in {tmp_path}.*NETLYNX_SPECS"):
        ynl.load("xyzzy-17")
    with pytest.raises(ynl.SpecError, match=r"none\.yaml: there is no such file"):
        ynl.load(tmp_path / "none.yaml")


def test_a_spec_is_read_once_until_it_changes(tmp_path: Path) -> None:
    path = write(tmp_path, "one.yaml")
    first = ynl.load(path)
    assert ynl.load(path) is first
    path.write_text(SPEC.format(name="another"))
    assert ynl.load(path).name == "another"


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the process had just begun."""
    monkeypatch.setattr(ynl, "_loaded", {})


def without_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    really = builtins.__import__

    def refuse(name: str, *args: Any, **more: Any) -> Any:
        if name == "yaml":
            raise ImportError(name)
        return really(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)


def test_what_was_read_is_kept_and_needs_no_yaml(tmp_path: Path, caches: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "one.yaml")
    ynl.load(path)
    folder = caches / "netlynx" / "specs"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(each.stat().st_mode & 0o077 == 0 for each in folder.iterdir())
    forget(monkeypatch)
    without_yaml(monkeypatch)
    assert ynl.load(path).operations["get"].verbs == ("do",)


def test_without_yaml_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "one.yaml")
    without_yaml(monkeypatch)
    with pytest.raises(ynl.MissingPackage, match=r'PyYAML is not installed: pip install "netlynx\[ynl\]"'):
        ynl.load(path)


def test_yaml_without_its_c_library_reads_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    yaml = pytest.importorskip("yaml")
    path = write(tmp_path, "one.yaml")
    fast = read(path.read_bytes(), "x")
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert read(path.read_bytes(), "x") == fast


@pytest.mark.parametrize("damage", [b"", b"\x81", b"\xff" * 100])
def test_a_damaged_cache_is_read_over(
    damage: bytes, tmp_path: Path, caches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "one.yaml")
    ynl.load(path)
    for each in (caches / "netlynx" / "specs").iterdir():
        each.write_bytes(damage)
    forget(monkeypatch)
    assert ynl.load(path).name == "one"


def test_a_folder_that_others_write_to_is_no_cache(
    tmp_path: Path, caches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = caches / "netlynx" / "specs"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    path = write(tmp_path, "one.yaml")
    assert ynl.load(path).name == "one"
    assert list(folder.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert ynl.load(write(tmp_path, "one.yaml")).name == "one"


HEAD = "name: bad\n"
OPERATIONS = "operations: {list: []}\n"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "written.yaml: the file is empty"),
        ("name: [\n", r"written\.yaml, line 2: no YAML: did not find expected node content"),
        ("\x00", r"written\.yaml.*: no YAML: "),
        ("- 1\n", r"written\.yaml, top level: expected `object`, got `array`"),
        (HEAD, r"written\.yaml, top level: object missing required field `operations`"),
        (HEAD + OPERATIONS + "name: again\n", r"written\.yaml, line 3: the key 'name' is here twice"),
        (HEAD + "? [a]\n: b\n", r"line 2: a key is text"),
        (HEAD + "doc: !!python/object:os.system x\n", r"line 2: a spec has no tags such as tag:yaml\.org,2002:python"),
        (HEAD + "a: &x [*x]\n", r"line 2: \*x stands for nothing that is complete here"),
        (HEAD + "a: *y\n", r"line 2: "),
        (HEAD + OPERATIONS + "---\nname: two\n", r"line 3: a spec is one document"),
        (HEAD + "a: " + "[" * 200 + "]" * 200, r"line 2: nested more than 32 deep"),
        (
            HEAD + "operations: {list: [{name: get, value: many}]}",
            r"written\.yaml, operations\.list\[0\]\.value \('get'\): expected `int \| null`, got `str`",
        ),
        (HEAD + "operations: {list: {}}", r"operations\.list: expected `array`, got `object`"),
        (HEAD + OPERATIONS + "protocol: tcp", r"written\.yaml: the protocol is one of genetlink, .*, not 'tcp'"),
        (HEAD + OPERATIONS + "protocol: netlink-raw", r"a raw protocol needs its number, `protonum`"),
        (HEAD + "operations: {enum-model: odd, list: []}", r"the enum model is unified or directional, not 'odd'"),
    ],
)
def test_what_is_no_spec_is_refused_with_its_place(load: Load, text: str, where: str) -> None:
    with pytest.raises(ynl.SpecError, match=where):
        load(text)


def test_aliases_cannot_blow_up_memory(load: Load) -> None:
    lines = ["a0: &a0 [" + ",".join(["x"] * 10) + "]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(ynl.SpecError, match=r"line \d+: aliases blow this up"):
        load("\n".join(lines))


def test_a_file_beyond_any_size_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(17):
            file.write(b"#" * (1 << 20))
    with pytest.raises(ynl.SpecError, match=r"larger than 16 MiB"):
        ynl.load(path)


def test_what_is_not_gzip_is_told(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml.gz"
    path.write_bytes(b"name: x")
    with pytest.raises(ynl.SpecError, match=r"bad\.yaml\.gz: it cannot be read: Not a gzipped file"):
        ynl.load(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "one.yaml")
    path.chmod(0)
    with pytest.raises(ynl.SpecError, match=r"cannot be read: Permission denied"):
        ynl.load(path)


def meaningless(attribute: str, more: str = "") -> str:
    return f"""
name: bad
attribute-sets: [{{name: things, attributes: [{attribute}]}}]
{more}
operations: {{list: [{{name: get, attribute-set: things, do: {{request: {{attributes: []}}}}}}]}}
"""


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (meaningless("{name: a, type: u33}"), r"things', attribute 'a': there is no type 'u33'; did you mean u32\?"),
        (meaningless("{name: a}"), r"attribute 'a': the attribute has no type"),
        (meaningless("{name: a, type: u32, byte-order: middle}"), r"not 'middle'"),
        (meaningless("{name: a, type: u8, value: 99999}"), r"attribute 'a' has the number 99999"),
        (meaningless("{name: a, type: nest, nested-attributes: thing}"), r"no attribute set 'thing'; did you mean"),
        (meaningless("{name: a, type: u8, enum: mood}"), r"there is no enum or flags 'mood'"),
        (meaningless("{name: a, type: binary, struct: box}"), r"there is no struct 'box'"),
        (meaningless("{name: a, type: u8, checks: {min: 9, max: 2}}"), r"'a': the range from 9 to 2 is empty"),
        (meaningless("{name: a, type: s8, checks: {flags-mask: 3}}"), r"'a': s8 takes no mask"),
        (
            meaningless(
                "{name: a, type: sub-message, sub-message: m, selector: b, multi-attr: true}, {name: b, type: string}",
                "sub-messages: [{name: m, formats: [{value: x}]}]",
            ),
            r"'a': multi cannot be made of select",
        ),
        (meaningless("{name: a, type: sub-message, sub-message: x}"), r"there is no sub-message 'x'"),
        (
            meaningless(
                "{name: a, type: binary, struct: box}",
                "definitions: [{name: box, type: struct, members: [{name: in, type: binary, struct: box}]}]",
            ),
            r"definition 'box': the struct holds itself",
        ),
        (
            meaningless(
                "{name: a, type: binary, struct: box}",
                "definitions: [{name: box, type: struct, members: [{name: in, type: binary, len: huge}]}]",
            ),
            r"definition 'box', member 'in': 'huge' is neither a number nor a constant",
        ),
        (
            meaningless(
                "{name: a, type: u8, enum: e}",
                "definitions: [{name: e, type: flags, entries: [{name: far, value: 64}]}]",
            ),
            r"definition 'e': 'far' is bit 64",
        ),
    ],
)
def test_what_makes_no_sense_is_told_when_it_is_needed(load: Load, text: str, error: str) -> None:
    spec = load(text)
    with pytest.raises(ynl.SpecError, match=rf"written\.yaml.*{error}"):
        spec.do("get")


def test_a_subset_of_itself_is_refused(load: Load) -> None:
    spec = load(
        """
        name: bad
        attribute-sets:
          - {name: a, subset-of: b, attributes: [{name: x}]}
          - {name: b, subset-of: a, attributes: [{name: x}]}
        operations: {list: []}
        """
    )
    with pytest.raises(ynl.SpecError, match=r"attribute set 'a': the attribute set is a subset of itself"):
        spec.records["a"]


def test_loading_leaves_yaml_alone_until_it_is_needed() -> None:
    import subprocess

    code = "import netlynx.ynl, sys; assert 'yaml' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_number_of_more_than_64_bits_is_refused_in_words(tmp_path: Path) -> None:
    for number in (2**64, -(2**63) - 1, 2**200):
        path = tmp_path / "large.yaml"
        path.write_text(
            "name: large\nprotocol: genetlink\noperations: {list: []}\n"
            f"definitions: [{{name: most, type: const, value: {number}}}]\n"
            "attribute-sets: [{name: one, attributes: [{name: x, type: u64}]}]\n"
        )
        with pytest.raises(ynl.SpecError) as caught:
            ynl.load(path)
        assert "64 bits" in str(caught.value)


def test_where_there_are_no_specs_it_is_said_how_to_get_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(finder, "_FOLDERS", ())
    monkeypatch.delenv(finder.VARIABLE, raising=False)
    with pytest.raises(ynl.SpecError, match=r"linux-source.*NETLYNX_SPECS; netlynx.netdev has it"):
        ynl.load("netdev")
    monkeypatch.setenv(finder.VARIABLE, str(tmp_path))
    with pytest.raises(ynl.SpecError, match=f"no spec of that name in {tmp_path}"):
        ynl.load("netdev")


def test_the_rooms_that_are_named_are_there() -> None:
    for room in finder.ROOMS.values():
        importlib.import_module(room)

"""What comes from outside is data: nothing of it is run, and what is written is for its owner alone."""

from __future__ import annotations

import ast
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

import netlynx
from netlynx.transport.recording import Recording

ROOT = Path(netlynx.__file__).parent
MODULES = {"pickle", "cPickle", "dill", "marshal", "shelve", "jsonpickle", "cloudpickle", "joblib"}
CALLS = {"eval", "exec", "compile"}
LOADERS = {
    "load",
    "load_all",
    "unsafe_load",
    "unsafe_load_all",
    "full_load",
    "full_load_all",
    "UnsafeLoader",
    "FullLoader",
}
THE_DEVELOPERS_PROGRAM = {("module/family.py", "exec"), ("module/family.py", "compile")}  # named on the command line


NAMED = re.compile(rf"\b({'|'.join({*MODULES, 'eval', 'exec', 'yaml'})})\b|(?<!\bre\.)\bcompile\b")


def dangers(source: str) -> Iterator[str]:
    """What of a program turns bytes into code. Where nothing is named that does, it need not be parsed."""
    if not NAMED.search(source):
        return
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names if name.name.partition(".")[0] in MODULES)
            case ast.ImportFrom(module=str(module)) if module.partition(".")[0] in MODULES:
                yield module
            case ast.Call(func=ast.Name(id=name)) if name in CALLS:
                yield name
            case ast.Attribute(value=ast.Name(id="yaml"), attr=name) if name in LOADERS:
                yield f"yaml.{name}"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import pickle", "pickle"),
        ("from marshal import loads", "marshal"),
        ("eval(text)", "eval"),
        ("yaml.load(text)", "yaml.load"),
        ("yaml.load(text, yaml.UnsafeLoader)", "yaml.UnsafeLoader"),
    ],
)
def test_what_turns_bytes_into_code_is_recognised(source: str, found: str) -> None:
    assert found in list(dangers(source))


def test_safe_readers_are_no_danger() -> None:
    assert not list(dangers("import json\nyaml.SafeLoader(text)\nre.compile(text)\njson.load(file)"))


def test_nothing_deserialises_code() -> None:
    files = sorted(ROOT.rglob("*.py"))
    assert len(files) > 100
    found = {(str(file.relative_to(ROOT)), danger) for file in files for danger in dangers(file.read_text())}
    assert found == THE_DEVELOPERS_PROGRAM


def test_a_new_recording_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Recording().save(tmp_path / "said")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "said").stat().st_mode) == 0o600
    assert not list(Recording.load(tmp_path / "said"))

"""A room in its folder: generated again, shown as a diff, and never over what was changed by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from netlynx import generate, ynl
from netlynx.ynl.reader import read

SPEC = """
name: made
attribute-sets:
  - name: thing
    attributes:
      - {name: size-bytes, type: u32}
operations:
  list:
    - {name: thing-get, attribute-set: thing, do: {request: {attributes: [size-bytes]}, reply: {attributes: []}}}
"""


def room(text: str = SPEC, **given: int) -> generate.Room:
    return generate.room(ynl.Spec(read(text.encode(), "made.yaml"), "made.yaml"), **given)


def test_it_is_written_and_then_there_is_nothing_to_say(tmp_path: Path) -> None:
    written = generate.write(room(), tmp_path / "made")
    assert [*written.changes] == ["__init__.py", "generated.py"]
    assert "+class Made(Family" in str(written)
    assert generate.write(room(), tmp_path / "made").changes == {}


def test_what_is_different_is_a_diff(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    generate.write(room(), folder)
    (folder / "__init__.py").write_text('"""Mine."""\n')
    other = room(SPEC.replace("u32", "u64"))
    said = str(generate.write(other, folder, dry=True))
    assert "-    size_bytes: int | None = attr(MADE_A_THING.SIZE_BYTES, u32)  # bytes\n" in said
    assert "+    size_bytes: int | None = attr(MADE_A_THING.SIZE_BYTES, u64)  # bytes\n" in said
    assert generate.write(room(), folder).changes == {}  # nothing was written
    assert [*generate.write(other, folder).changes] == ["generated.py"]
    assert (folder / "__init__.py").read_text() == '"""Mine."""\n'


def test_what_was_changed_by_hand_stays(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    generate.write(room(), folder)
    file = folder / "generated.py"
    file.write_text(file.read_text().replace("u32", "u16"))
    with pytest.raises(generate.GenerateError, match=r"made/generated\.py was changed since it was generated: move"):
        generate.write(room(), folder)
    assert "u16" in file.read_text()
    file.write_text("# of somebody else's\n")
    with pytest.raises(generate.GenerateError, match="was changed"):
        generate.write(room(), folder)


def test_files_that_are_no_longer_generated_go(tmp_path: Path) -> None:
    """One that has grown is a folder, and the other way round."""
    many = "\n".join(f"      - {{name: number-{i}, type: u32}}" for i in range(400))
    large = room(SPEC.replace("operations:\n", f"{many}\noperations:\n", 1))
    folder = tmp_path / "made"
    generate.write(room(), folder)
    generate.write(large, folder)
    assert not (folder / "generated.py").exists()
    assert (folder / "generated" / "records.py").exists()
    generate.write(room(), folder)
    assert sorted(each.name for each in folder.iterdir()) == ["__init__.py", "generated.py"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("pyproject.toml", "[tool.ruff]\nline-length = 100\n", 100),
        ("ruff.toml", "line-length = 79\n", 79),
        ("pyproject.toml", "[tool.ruff]\n", 88),
    ],
)
def test_lines_are_as_long_as_the_formatter_is_told(tmp_path: Path, name: str, text: str, expected: int) -> None:
    (tmp_path / name).write_text(text)
    assert generate.width_of(tmp_path / "room") == expected
    (tmp_path / name).write_text("[[")
    with pytest.raises(generate.GenerateError, match=name):
        generate.width_of(tmp_path / "room")


def test_a_folder_that_is_no_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(generate.GenerateError, match="'my-room' is no name of a package"):
        generate.write(room(), tmp_path / "my-room")

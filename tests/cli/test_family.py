"""`netlynx family`: rooms that are generated, and families by the words of their operations."""

from __future__ import annotations

from pathlib import Path

from command import Run

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


def test_the_command_shows_what_it_writes(run: Run, tmp_path: Path) -> None:
    spec, folder = tmp_path / "made.yaml", tmp_path / "made"
    spec.write_text(SPEC)
    words = ["family", "generate", str(spec), "--out", str(folder)]
    shown = run(*words, "--diff")
    assert "+class Made(Family" in shown.stdout
    assert not folder.exists()
    assert run(*words).stdout == shown.stdout
    assert run(*words).stderr == f"netlynx: {folder} is as it would be generated\n"
    (folder / "generated.py").write_text("")
    refused = run(*words, status=1).stderr
    assert refused.startswith(f"netlynx: {folder}/generated.py was changed since it was generated: move")


def test_the_command_asks_a_kernel(run: Run, tmp_path: Path) -> None:
    ended = run("family", "generate", "nlctrl", "--told", "--out", str(tmp_path / "control"))
    assert "+    command_3 = do(" in ended.stdout
    assert "the spec does not say what is told to it" in ended.stderr


def test_other_words_are_families(run: Run) -> None:
    assert "nlctrl" in run("family").stdout
    assert run("family", "nlctrl").stdout == run("families", "nlctrl").stdout
    assert run("family", "--lines").stdout.startswith("{")
    assert "No family is called 'nope' here" in run("family", "nope", status=1).stderr

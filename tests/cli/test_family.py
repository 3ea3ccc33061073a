"""`netlynx family`: rooms that are generated, and families by the words of their operations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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


def test_a_room_is_asked_by_its_fields_and_by_the_kernels_names(run: Run) -> None:
    for field in ("index", "ifindex"):
        (shown,) = json.loads(run("family", "netdev", "dump", "dev-get").stdout)[:1]
        assert json.loads(run("family", "netdev", "do", "dev-get", f"{field}={shown['index']}").stdout) == shown
    assert json.loads(run("family", "rt-link", "do", "getlink", "ifname=lo").stdout)["name"] == "lo"
    assert run("family", "netdev", "dump", "queue-get", "index=lo", "--lines").stdout in ("", *LO_IS_UP)


LO_IS_UP = ('{"id":0,"index":1,"type":"rx"}\n{"id":0,"index":1,"type":"tx"}\n',)


def test_a_spec_is_asked_by_its_names(run: Run, tmp_path: Path) -> None:
    (tmp_path / "nlctrl2.yaml").write_text(CONTROL)
    shown = run("family", "nlctrl2", "do", "getfamily", "family-name=nlctrl", NETLYNX_SPECS=str(tmp_path)).stdout
    assert json.loads(shown)["family_id"] == 16
    listed = run("family", "nlctrl2", "do", NETLYNX_SPECS=str(tmp_path)).stdout
    assert "getfamily" in listed
    said = run("family", "nlctrl2", "dump", "getfamily", status=1, NETLYNX_SPECS=str(tmp_path)).stderr
    assert "nlctrl.getfamily is no dump; it is a do" in said


CONTROL = """
name: nlctrl
protocol: genetlink-legacy
version: 2
attribute-sets:
  - {name: family, attributes: [{name: family-id, type: u16}, {name: family-name, type: string}]}
operations:
  enum-model: directional
  list:
    - {name: getfamily, attribute-set: family, do: {request: {value: 3, attributes: [family-name]}, reply: {value: 1}}}
"""


def test_what_has_neither_is_asked_by_numbers(run: Run) -> None:
    ended = run("family", "TASKSTATS", "do")
    assert "command-1" in ended.stdout
    assert ended.stderr == (
        "netlynx: of TASKSTATS there is neither a room nor a spec: it is taken as the kernel tells of it, by numbers\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["netdev", "ask"], "'ask' is none of do, dump, listen"),
        (["netdev", "do", "dev-gte"], "netdev has no operation 'dev-gte'; did you mean dev-get?"),
        (["netdev", "dump", "dev-get", "index=1"], "requests of this operation have no attributes"),
        (["netdev", "do", "dev-get", "nope=1"], "has no field 'nope'"),
        (["netdev", "do", "dev-get", "index"], "'index' is no field with its value"),
        (["netdev", "do", "dev-get", "--count", "1"], "nothing is listened to by `do`"),
        (["netdev", "do", "dev-get", "index=1", "--flag", "create"], "operations of this family take no flags"),
        (["netdev", "listen", "nope"], "netdev has no group 'nope'"),
        (["generate", "x", "--out", "y", "--netns", "blue"], "nothing is asked in blue: it takes --told"),
        (["ethtool", "--count", "1"], "say what to do: ethtool do OPERATION"),
        (["rt-route", "do", "newroute", "destination=x"], "'x' is not an address"),
    ],
)
def test_what_cannot_be_asked_is_refused(run: Run, words: list[str], said: str) -> None:
    ended = run("family", *words, status=1 if "operation 'dev" in said or "group" in said else 2)
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_what_may_stand_there_is_completed(run: Run) -> None:
    def completed(*words: str) -> list[str]:
        return [line.partition("\t")[0] for line in run("__complete", *words).stdout.splitlines()]

    assert {"generate", "netdev", "nlctrl"} <= {*completed("family", "")}
    assert completed("family", "netdev", "d") == ["do", "dump"]
    assert completed("family", "netdev", "dump", "queue") == ["queue-get"]
    assert completed("family", "netdev", "do", "queue-get", "") == ["index=", "type=", "id="]
    assert completed("family", "netdev", "do", "queue-get", "type=") == ["type=rx", "type=tx"]
    assert completed("family", "netdev", "listen", "") == ["mgmt", "page-pool"]
    assert "--out" in completed("family", "generate", "--")

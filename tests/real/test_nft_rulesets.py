"""Rulesets that nft made: listed here as nft lists them, and the same for nft when they were saved and restored."""

from __future__ import annotations

import difflib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import netlynx
from forking import forked
from netlynx import netns, nftables
from netlynx.nftables.words.ruleset_text import text_of_ruleset
from netlynx.schema.from_json import from_json

pytestmark = [
    pytest.mark.namespace,
    pytest.mark.skipif(shutil.which("nft") is None, reason="needs nft"),
]

RULESETS = (Path(__file__).parents[1] / "nftables" / "rulesets.nft").read_text().rstrip("\n").split("\n\n")[1:]
_OWN = ("handle", "index", "expires")  # what the kernel gives, and what goes by


def nft(*words: str, told: str | None = None) -> str:
    """What nft says."""
    done = subprocess.run(["nft", *words], input=told, capture_output=True, text=True, timeout=60)
    assert not done.returncode, f"{done.stderr} {told}"
    return done.stdout


def without_own(value: Any) -> Any:
    """What nft's JSON says of a ruleset itself."""
    if isinstance(value, dict):
        return {name: without_own(each) for name, each in value.items() if name not in _OWN}
    return [without_own(each) for each in value] if isinstance(value, list) else value


def listed() -> Any:
    """The ruleset as nft has it in JSON."""
    return without_own(json.loads(nft("-j", "list", "ruleset")))


def different() -> list[tuple[str, str]]:
    """What is listed otherwise than by nft, or is not the same for nft when it was saved and restored; by ruleset."""
    found = []
    with netlynx.connect() as nl:
        for ruleset in RULESETS:
            nft("-f", "-", told=f"flush ruleset\n{ruleset}\n")
            before, text = listed(), nft("list", "ruleset")
            read = nl.do(nftables.ruleset())
            shown = text_of_ruleset(read, interfaces={1: "lo"})
            if shown.rstrip("\n") != text.rstrip("\n"):
                lines = difflib.unified_diff(text.splitlines(), shown.splitlines(), n=0, lineterm="")
                found.append((ruleset, "\n".join(lines)))
            lines_ = [(type(each), netlynx.to_json(each)) for each in nftables.remade(read)]
            nl.do(nftables.flush_ruleset())
            again = [nftables.add(from_json(cls, json.loads(line))) for cls, line in lines_]
            nl.do(nftables.transaction(again))
            if listed() != before:
                found.append((ruleset, nft("list", "ruleset")))
    return found


def test_rulesets_are_listed_as_by_nft_and_are_the_same_when_they_were_restored(
    namespace: netns.NetworkNamespace,
) -> None:
    assert len(RULESETS) >= 200
    assert netns.run_in(namespace, different) == []


def test_the_commands_list_save_and_restore(namespace: netns.NetworkNamespace) -> None:
    ruleset = RULESETS[-1]
    netns.run_in(namespace, nft, "-f", "-", told=ruleset)
    text = netns.run_in(namespace, nft, "list", "ruleset")
    assert forked(["nft", "list"], where=namespace).stdout == text
    chain = forked(["nft", "list", "chain", "inet", "fw", "ssh"], where=namespace).stdout
    assert chain == netns.run_in(namespace, nft, "list", "chain", "inet", "fw", "ssh")
    saved = forked(["nft", "save"], where=namespace).stdout
    refused = forked(["nft", "restore", "-"], saved, where=namespace)
    assert refused.returncode == 1
    assert refused.stderr.startswith("netlynx: line 1: ")
    assert refused.stderr.endswith("nothing was carried out\n")
    netns.run_in(namespace, nft, "flush", "ruleset")
    broken = saved.replace('"accept"', '"accepted"', 1)
    wrong = forked(["nft", "restore", "-"], broken, where=namespace)
    assert wrong.returncode == 2
    assert "'accepted'" in wrong.stderr
    assert netns.run_in(namespace, nft, "list", "ruleset") == ""
    done = forked(["nft", "restore", "-"], saved, where=namespace)
    assert done.returncode == 0, done.stderr
    assert netns.run_in(namespace, nft, "list", "ruleset") == text

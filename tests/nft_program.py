"""What tests of nftables share on a real kernel: the program `nft`, as an independent reader and writer."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

import netlynx
from netlynx import netns, nftables
from netlynx.netfilter.constants import NFNL_SUBSYS
from netlynx.netfilter.nfnetlink import netfilter_change
from netlynx.nftables import NFT_MSG, Chain, Family, Rule, Table
from netlynx.wire.constants import NLM_F

_NEW = {Table: NFT_MSG.NEWTABLE, Chain: NFT_MSG.NEWCHAIN, Rule: NFT_MSG.NEWRULE}


class Nft:
    """`nft` in a namespace."""

    def __init__(self, namespace: netns.NetworkNamespace) -> None:
        if shutil.which("nft") is None:
            pytest.skip("no `nft` to compare with: apt-get install nftables")
        self._namespace = namespace
        listed = self._run("list", "tables")
        if listed.returncode:
            pytest.skip(f"no nftables here: {listed.stderr.strip()}")

    def _run(self, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        return netns.run_in(
            self._namespace, subprocess.run, ["nft", *arguments], input=text, capture_output=True, text=True
        )

    def __call__(self, text: str) -> None:
        """Carry out lines of its language, in one transaction."""
        done = self._run("-f", "-", text=text)
        assert done.returncode == 0, done.stderr

    def text(self) -> str:
        """The ruleset in nft's language."""
        return self._run("list", "ruleset").stdout

    def ruleset(self) -> list[dict[str, Any]]:
        """The ruleset, as `nft -j` has it, but for what it says of itself."""
        listed = json.loads(self._run("-j", "list", "ruleset").stdout)["nftables"]
        return [each for each in listed if "metainfo" not in each]


def new(record: Any, flags: int = NLM_F.CREATE | NLM_F.EXCL) -> Any:
    """The operation that makes it."""
    return netfilter_change("new", NFNL_SUBSYS.NFTABLES, _NEW[type(record)], record, flags=flags)


def rule(position: int, **fields: Any) -> Any:
    """A rule that says nothing but a number, at the end of the chain c."""
    said = nftables.Immediate(dreg="reg_1", data=position.to_bytes(4, "big"))
    own = Rule(family=Family.IP, table="t", chain="c", expressions=[said], **fields)
    return new(own, NLM_F.CREATE | NLM_F.APPEND)


def numbers(rules: list[Rule]) -> list[int]:
    """The numbers that such rules say."""
    return [int.from_bytes(each.expressions[0].data.value, "big") for each in rules]  # type: ignore[attr-defined]


def skip_without(nl: netlynx.Connection) -> None:
    """Skip where the kernel has no nftables."""
    try:
        nl.do(nftables.generation())
    except netlynx.NetlinkError as error:
        pytest.skip(f"this kernel has no nftables: {error}")

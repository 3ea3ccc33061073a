"""The links of a namespace of the test's own are in the table of all."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest

import netlynx
from netlynx import netns
from programs import pair, run
from support import named_namespace

pytestmark = pytest.mark.namespace


def test_links_of_every_namespace_are_listed(namespace: netns.NetworkNamespace, tmp_path: Path) -> None:
    with named_namespace() as name, netlynx.connect(netns=name) as nl:
        pair(nl, "v0", "192.0.2.7/24", "2001:db8::7/64")
        status, out, _ = run(namespace, "inventory")  # others' namespaces come and go meanwhile
        assert status == 0
        mine = [row for row in csv.DictReader(StringIO(out)) if row["namespace"] == name]
        assert [row["name"] for row in mine] == ["lo", "v0-peer", "v0"]
        assert (mine[2]["kind"], mine[2]["state"], mine[2]["mtu"], mine[2]["processes"]) == ("veth", "up", "1500", "0")
        assert {"192.0.2.7/24", "2001:db8::7/64"} <= set(mine[2]["addresses"].split())

        polars = pytest.importorskip("polars")
        assert run(namespace, "inventory", "--parquet", str(tmp_path / "links.parquet"))[0] == 0
        table = polars.read_parquet(tmp_path / "links.parquet").filter(polars.col("namespace") == name)
        assert sorted(table["name"]) == ["lo", "v0", "v0-peer"]


def test_without_polars_it_says_what_to_install(
    namespace: netns.NetworkNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    status, out, err = run(namespace, "inventory", "--parquet", str(tmp_path / "links.parquet"))
    assert (status, out) == (1, "")
    assert err.endswith("Parquet is written by polars: pip install 'netlynx[table]'\n")

"""`netlynx sql`, and what `netlynx monitor --parquet` keeps for it."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars
import pytest

from child import running
from command import environment
from conftest import Ip
from forking import forked
from netlynx import netns, route, sql
from netlynx.engine.operation import Event, Overrun
from netlynx.sql import history
from support import until


def run(*words: str, stdin: str = "", where: netns.Where | None = None, **variables: str) -> str:
    done = forked(["sql", *words], stdin, variables, where=where)
    assert (done.returncode, done.stderr) == (0, "")
    return str(done.stdout)


def refused(*words: str, status: int = 1) -> str:
    done = forked(["sql", *words])
    assert done.returncode == status
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    return str(line)


def test_tables_and_their_columns_are_listed() -> None:
    tables = {row["table"]: row["what it is"] for row in json.loads(run(".tables", "--json"))}
    assert tables["routes"] == "routes of all tables"
    assert {"links", "sockets", "nft_counters", "conntrack"} <= tables.keys()
    assert [line.split() for line in run(".schema", "address_labels").splitlines()[:3]] == [
        ["COLUMN", "TYPE"],
        ["netns", "VARCHAR"],
        ["family", "VARCHAR"],
    ]
    assert run(".schema address_labels") == run(".schema", "address_labels")


@pytest.mark.namespace
def test_what_comes_of_a_statement_is_printed_in_every_form(namespace: netns.NetworkNamespace, tmp_path: Path) -> None:
    asked = "select index, name, [mtu] as mtus, netns from links where name = 'lo'"
    row = {"index": 1, "name": "lo", "mtus": [65536], "netns": ""}
    assert run(asked, where=namespace).splitlines() == ["INDEX  NAME  MTUS", "    1  lo    [65536]"]
    assert json.loads(run(asked, "--json", where=namespace)) == [row]
    assert [json.loads(line) for line in run(asked, "--lines", where=namespace).splitlines()] == [row]
    assert run("-", "--lines", stdin=asked, where=namespace) == run(asked, "--lines", where=namespace)
    [titles, values] = csv.reader(run(asked, "--format", "csv", where=namespace).splitlines())
    assert dict(zip(titles, values, strict=True)) == {"index": "1", "name": "lo", "mtus": "[65536]", "netns": ""}
    done = forked(["sql", asked, "--parquet", str(tmp_path / "lo.parquet")], where=namespace)
    assert (done.returncode, done.stderr) == (0, f"1 rows written to {tmp_path}/lo.parquet\n")
    assert polars.read_parquet(tmp_path / "lo.parquet").to_dicts() == [row]
    assert [each.name for each in tmp_path.iterdir()] == ["lo.parquet"]
    assert run("select name from links where index = 0") == ""


@pytest.mark.namespace
def test_all_namespaces_are_asked_when_it_is_said(namespace: netns.NetworkNamespace) -> None:
    asked = ["sql", "select netns, name from links where name = 'lo'", "--json"]
    alone, everywhere = (json.loads(forked([*asked, *more]).stdout) for more in ([], ["--all-netns"]))
    assert alone[0] in everywhere
    assert len({each["netns"] for each in everywhere}) == len(everywhere) >= len(alone) == 1


def test_a_plan_is_drawn_and_tells_what_is_read() -> None:
    lines = run("explain select name from links where name = 'lo'").splitlines()
    assert [line for line in lines if "Filters: \"name\" = 'lo'" in line]
    assert [line for line in lines if "Projections: name " in line]


def test_nothing_is_fetched_and_no_variable_is_a_table() -> None:
    assert "no table 'statement'" in refused("select * from statement")
    assert "httpfs" in refused("select * from read_parquet('https://192.0.2.1/x.parquet')")


def test_wrong_use_is_a_line() -> None:
    assert "did you mean routes" in refused("select * from rotes")
    assert "is only read here" in refused("drop table if exists x; delete from links")
    assert "there are .tables and .schema [TABLE]" in refused(".table", status=2)
    assert "give a statement" in refused("", status=2)
    assert "leave --json, --lines and --format out" in refused("select 1", "--json", "--parquet", "x", status=2)
    assert "no namespace is called 'nowhere'" in refused("select * from links where netns = 'nowhere'")
    assert "No such file or directory" in refused("select 1", "--history", "/nowhere")


def test_without_duckdb_a_line_says_what_brings_it(tmp_path: Path) -> None:
    (tmp_path / "duckdb.py").write_text("raise ImportError('none here', name='duckdb')")
    done = subprocess.run(
        [sys.executable, "-m", "netlynx", "sql", "select 1"],
        env=environment(PYTHONPATH=str(tmp_path)),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr == "netlynx: SQL needs duckdb, which is not installed: pip install 'netlynx[sql]'\n"
    (tmp_path / "duckdb.py").write_text("__version__ = '1.4.2'")
    done = subprocess.run(done.args, env=environment(PYTHONPATH=str(tmp_path)), capture_output=True, text=True)
    assert "SQL needs DuckDB 2.0 or later, and this is 1.4.2" in done.stderr


@pytest.mark.namespace
def test_what_was_heard_is_kept_in_files_and_asked_for(
    namespace: netns.NetworkNamespace, ip: Ip, tmp_path: Path
) -> None:
    with running("monitor", "link", "address", "--parquet", str(tmp_path), where=namespace) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "listening to notifications of link, address\n"
        ip("link add v0 type veth peer name v1")
        ip("address add 192.0.2.1/24 dev v0")
        ip("link del v0")
        ip("address add 127.0.0.9/8 dev lo")
        until(lambda: (tmp_path / "address").is_dir())
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
        assert process.stderr.read().endswith(f" rows written to {tmp_path}\n")
    [file] = (tmp_path / "link").iterdir()
    assert file.suffix == ".parquet"
    asked = "select event, name, kind from history_link where name = 'v0' order by time"
    rows = json.loads(run(asked, "--json", "--history", str(tmp_path)))
    assert (rows[0], rows[-1]["event"]) == ({"event": "new", "name": "v0", "kind": "veth"}, "delete")
    joined = """select distinct l.name, a.address from history_address a join history_link l using (index)
        where a.event = 'new' and a.address = '192.0.2.1'"""
    assert json.loads(run(joined, "--json", "--history", str(tmp_path))) == [{"name": "v0", "address": "192.0.2.1"}]
    assert "history_link" in run(".tables", "--history", str(tmp_path))


def test_each_hour_has_a_file_and_losses_are_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 3, 1, 14, 59, tzinfo=UTC)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return now

    monkeypatch.setattr(history, "datetime", Clock)
    kept = history.History(tmp_path)
    kept.add("link", Event("new", route.Link(index=7, name="v7")))
    kept.lost(Overrun(1, 3))
    assert [each.suffix for each in (tmp_path / "link").iterdir()] == []  # nothing is half there
    now += timedelta(minutes=2)
    kept.add("link", Event("delete", route.Link(index=7, name="v7")))
    kept.close()
    kept = history.History(tmp_path)
    kept.add("link", Event("new", route.Link(index=8, name="v8")))
    kept.close()
    names = sorted(each.name for each in (tmp_path / "link").iterdir())
    assert names == ["2026-03-01T14.parquet", "2026-03-01T15-1.parquet", "2026-03-01T15.parquet"]
    with sql.connect(history=tmp_path) as db:
        assert db.execute("select event, name, lost from history_link order by time, index").rows() == [
            ("new", "v7", None),
            ("overrun", None, 3),
            ("delete", "v7", None),
            ("new", "v8", None),
        ]
        assert db.execute("select event, lost from history_overrun").rows() == [("overrun", 3)]
        assert db.schema("history_link")["time"] == "TIMESTAMP WITH TIME ZONE"


def test_many_rows_are_written_in_parts(tmp_path: Path) -> None:
    kept = history.History(tmp_path)
    for number in range(2500):
        kept.add("route", Event("new", route.Route(destination=f"10.{number >> 8}.{number & 255}.0/24", oif=number)))
    kept.close()
    with sql.connect(history=tmp_path) as db:
        assert db.execute("select count(*), max(oif) from history_route").rows() == [(2500, 2499)]

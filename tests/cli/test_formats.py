"""Listings as columns, for other programs: Arrow, Parquet and CSV."""

from __future__ import annotations

import csv
import io
import json

import polars
import pyarrow
import pytest

from child import python
from command import KERNEL, Run
from forking import printed


def listed(form: str, *arguments: str) -> bytes:
    return printed(*arguments, "--format", form, "--kernel", KERNEL)


@pytest.mark.parametrize("listing", ["links", "addresses", "routes", "neighbours", "rules"])
def test_arrow_and_parquet_hold_the_rows_that_json_has(listing: str, run: Run) -> None:
    records = json.loads(run(listing, "--json", "--kernel", KERNEL).stdout)
    streamed = pyarrow.ipc.open_stream(listed("arrow", listing)).read_all()
    stored = polars.read_parquet(listed("parquet", listing))
    assert streamed.num_rows == stored.height == len(records)
    assert streamed.column_names == stored.columns


def test_csv_has_titles_and_json_for_what_is_nested(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(listed("csv", "routes").decode())))
    records = json.loads(run("routes", "--json", "--kernel", KERNEL).stdout)
    assert [row["destination"] for row in rows] == [record["destination"] for record in records]
    hops = json.loads(rows[1]["multipath"])
    assert [hop["gateway"] for hop in hops] == [hop["gateway"] for hop in records[1]["multipath"]]


@pytest.mark.parametrize("form", ["json", "lines", "table"])
def test_the_other_forms_have_a_format_too(form: str, run: Run) -> None:
    same = [] if form == "table" else [f"--{form}"]
    assert run("links", "--format", form, "--kernel", KERNEL).stdout == run("links", *same, "--kernel", KERNEL).stdout


def test_two_forms_at_once_are_refused(run: Run) -> None:
    assert run("links", "--json", "--format", "csv", "--kernel", KERNEL, status=2).stdout == ""


def test_a_single_link_has_no_columns(run: Run) -> None:
    assert "listings" in run("links", "v0", "--format", "csv", "--kernel", KERNEL, status=2).stderr


def test_without_the_packages_one_line_says_what_is_missing() -> None:
    program = """
import sys
from importlib import util
found = util.find_spec
import netlynx.cli.export as export
export.find_spec = lambda name: None if name in ("polars", "pyarrow") else found(name)
from netlynx.cli import main
sys.argv = ["netlynx", "links", "--format", "csv", "--kernel", sys.argv[1]]
sys.stderr = sys.stdout
try:
    main()
except SystemExit as end:
    print(end.code)
"""
    with python(program, KERNEL) as process:
        assert process.stdout is not None
        said = process.stdout.read().splitlines()
    assert said == [
        "netlynx: --format csv needs polars or pyarrow, and neither is here: pip install 'netlynx[table]'",
        "1",
    ]

"""`netlynx families` and `netlynx policy`, on the host's kernel and on a virtual one."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import polars
import pytest

from command import Run

KERNEL = """
from netlynx.generic import Family, do, event
from netlynx.kernel import VirtualKernel
from netlynx.schema import Record, attr, between, nest, u32

class Inner(Record):
    size: int | None = attr(1, u32)
    inner: "Inner | None" = attr(2, nest(lambda: Inner))

class Greeter(Family, name="greeter", version=3):
    class Greeting(Record):
        times: int | None = attr(1, between(u32, 1, 10))
        inner: Inner | None = attr(2, nest(Inner))
    hello = do(1, request=Greeting, privileged=True)
    reset = do(2)
    said = event(3, Greeting, group="news")

kernel = VirtualKernel()
kernel.family(Greeter)
"""


def kernel_file(folder: Path) -> str:
    path = folder / "kernel.py"
    path.write_text(KERNEL)
    return str(path)


def test_families_of_the_host_are_listed(run: Run) -> None:
    listed = run("families").stdout
    assert listed.splitlines()[0].split() == ["ID", "NAME", "VERSION", "OPERATIONS", "GROUPS"]
    assert "nlctrl" in listed
    assert {"id": 16, "name": "nlctrl"}.items() <= json.loads(run("families", "--json").stdout)[0].items()


def test_one_family_is_shown_with_its_operations(run: Run, tmp_path: Path) -> None:
    shown = run("families", "greeter", "--kernel", kernel_file(tmp_path)).stdout
    assert "greeter        3           2  news (2)" in shown
    assert "      1  do, policy  CAP_NET_ADMIN" in shown
    assert "      2  do, policy  anyone" in shown


def test_a_policy_is_shown_with_its_nests(run: Run, tmp_path: Path) -> None:
    shown = run("policy", "greeter", "--kernel", kernel_file(tmp_path), "--json").stdout
    assert [(row["command"], row["attribute"], row["takes"]) for row in json.loads(shown)] == [
        (1, "1", "u32 from 1 to 10"),
        (1, "2", "nested"),
        (1, "2.1", "u32 from 0 to 4294967295"),
        (1, "2.2", "nested"),
        (2, "", "no attributes"),
    ]
    assert "u32 from 1 to 10" in run("policy", "greeter", "1", "--kernel", kernel_file(tmp_path)).stdout


def test_a_family_that_is_not_there_is_an_error(run: Run) -> None:
    assert "no-such-family" in run("families", "no-such-family", status=1).stderr
    assert "no-such-family" in run("policy", "no-such-family", status=1).stderr


@pytest.mark.parametrize("form", ["csv", "arrow", "parquet"])
@pytest.mark.parametrize(
    ("listing", "column", "values"),
    [
        (["families"], "name", ["nlctrl", "greeter"]),
        (
            ["policy", "greeter"],
            "takes",
            ["u32 from 1 to 10", "nested", "u32 from 0 to 4294967295", "nested", "no attributes"],
        ),
        (["protocols"], "opens", None),
    ],
)
def test_columns_hold_what_json_has(
    listing: list[str], column: str, values: list[str] | None, form: str, run: Run, tmp_path: Path
) -> None:
    kernel = kernel_file(tmp_path)
    records = json.loads(run(*listing, "--json", "--kernel", kernel).stdout)
    command = [sys.executable, "-m", "netlynx", *listing, "--format", form, "--kernel", kernel]
    printed = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    read = {"csv": polars.read_csv, "arrow": polars.read_ipc_stream, "parquet": polars.read_parquet}[form]
    table = read(io.BytesIO(printed))
    assert table[column].to_list() == [record[column] for record in records]
    assert values is None or table[column].to_list() == values
    assert {name for record in records for name in record} <= set(table.columns)


@pytest.mark.parametrize("listing", [["families"], ["policy", "greeter"], ["protocols"]])
def test_a_line_for_each_row_says_the_same(listing: list[str], run: Run, tmp_path: Path) -> None:
    kernel = kernel_file(tmp_path)
    records = json.loads(run(*listing, "--format", "json", "--kernel", kernel).stdout)
    lines = run(*listing, "--format", "lines", "--kernel", kernel).stdout.splitlines()
    assert [json.loads(line) for line in lines] == records


def test_one_family_has_no_columns(run: Run, tmp_path: Path) -> None:
    refused = run("families", "greeter", "--format", "csv", "--kernel", kernel_file(tmp_path), status=2)
    assert "columns are for listings" in " ".join(refused.stderr.split())

"""`netlynx families` and `netlynx policy`, on the host's kernel and on a virtual one."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path

import polars
import pyarrow
import pyarrow.parquet
import pytest

from command import Run
from forking import printed
from netlynx.cli import export
from netlynx.cli.form import Form

KERNEL = """
from netlynx.generic import Family, do, event
from netlynx.kernel import VirtualKernel
from netlynx.schema import Record, attr, between, masked, nest, s8, string, u32, u64

class Inner(Record):
    size: int | None = attr(1, u32)
    inner: "Inner | None" = attr(2, nest(lambda: Inner))

class Greeter(Family, name="greeter", version=3):
    class Greeting(Record):
        times: int | None = attr(1, between(u32, 1, 10))
        inner: Inner | None = attr(2, nest(Inner))
        name: str | None = attr(3, string(15))
        bits: int | None = attr(4, masked(u64, 0xC000000000000001))
        delta: int | None = attr(5, s8)
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
    shown = run("policy", "greeter", "--kernel", kernel_file(tmp_path)).stdout.splitlines()
    assert [re.split("  +", line.strip()) for line in shown[1:]] == [
        ["1", "do", "1", "u32 from 1 to 10"],
        ["1", "do", "2", "nested"],
        ["1", "do", "2.1", "u32 from 0 to 4294967295"],
        ["1", "do", "2.2", "nested"],
        ["1", "do", "3", "nul_string up to 15 bytes"],
        ["1", "do", "4", "u64 with bits of 0xc000000000000001"],
        ["1", "do", "5", "s8 from -128 to 127"],
        ["2", "do", "no attributes"],
    ]


def test_a_policy_for_programs_has_a_key_for_each_limit(run: Run, tmp_path: Path) -> None:
    rows = json.loads(run("policy", "greeter", "--kernel", kernel_file(tmp_path), "--json").stdout)
    times, inner, size, inside, name, bits, delta, nothing = rows
    assert times == {
        "command": 1,
        "request": "do",
        "policy": times["policy"],
        "attribute": "1",
        "type": "u32",
        "min": 1,
        "max": 10,
        "mask": None,
        "min_length": None,
        "max_length": None,
        "nested": None,
        "nested_highest": None,
    }
    # A nest says which policy checks what is in it; one that is within itself has the number of its own.
    assert (inner["type"], inner["nested"], inner["nested_highest"]) == ("nested", size["policy"], 2)
    assert (size["attribute"], size["policy"] != times["policy"]) == ("2.1", True)
    assert (inside["attribute"], inside["nested"]) == ("2.2", inside["policy"])
    assert (name["type"], name["min_length"], name["max_length"], name["max"]) == ("nul-string", None, 15, None)
    assert (bits["type"], bits["mask"], bits["max"]) == ("u64", 0xC000000000000001, None)
    assert (delta["min"], delta["max"]) == (-128, 127)
    assert (nothing["command"], nothing["attribute"], nothing["type"], nothing["nested"]) == (2, "", None, None)


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
            "type",
            ["u32", "nested", "u32", "nested", "nul-string", "u64", "s8", None],
        ),
        (["protocols"], "opens", None),
    ],
)
def test_columns_hold_what_json_has(
    listing: list[str], column: str, values: list[str | None] | None, form: str, run: Run, tmp_path: Path
) -> None:
    kernel = kernel_file(tmp_path)
    records = json.loads(run(*listing, "--json", "--kernel", kernel).stdout)
    read = {"csv": polars.read_csv, "arrow": polars.read_ipc_stream, "parquet": polars.read_parquet}[form]
    table = read(io.BytesIO(printed(*listing, "--format", form, "--kernel", kernel)))
    assert table[column].to_list() == [record[column] for record in records]
    assert values is None or table[column].to_list() == values
    assert {name for record in records for name in record} <= set(table.columns)


@pytest.mark.parametrize("package", ["polars", "pyarrow"])
@pytest.mark.parametrize("form", [Form.ARROW, Form.PARQUET])
def test_integers_of_64_bits_are_held_with_and_without_a_sign(
    package: str, form: Form, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    highest, lowest = 2**64 - 1, -(2**63)
    rows: list[Mapping[str, object]] = [
        {"signed": lowest, "unsigned": None, "mixed": highest, "none": None},
        {"signed": 1, "unsigned": highest, "mixed": lowest, "none": None},
    ]
    monkeypatch.setattr(export, "find_spec", lambda name: name == package or None)
    export.write_rows(rows, form)
    printed = io.BytesIO(capfdbinary.readouterr().out)
    read = pyarrow.ipc.open_stream(printed).read_all() if form is Form.ARROW else pyarrow.parquet.read_table(printed)
    assert read["signed"].to_pylist() == [lowest, 1]
    assert read["unsigned"].to_pylist() == [None, highest]
    assert read["mixed"].to_pylist() == [str(highest), str(lowest)]
    assert [str(field.type) for field in read.schema][:2] == ["int64", "uint64"]


@pytest.mark.parametrize("listing", [["families"], ["policy", "greeter"], ["protocols"]])
def test_a_line_for_each_row_says_the_same(listing: list[str], run: Run, tmp_path: Path) -> None:
    kernel = kernel_file(tmp_path)
    records = json.loads(run(*listing, "--format", "json", "--kernel", kernel).stdout)
    lines = run(*listing, "--format", "lines", "--kernel", kernel).stdout.splitlines()
    assert [json.loads(line) for line in lines] == records


def test_one_family_has_no_columns(run: Run, tmp_path: Path) -> None:
    refused = run("families", "greeter", "--format", "csv", "--kernel", kernel_file(tmp_path), status=2)
    assert "columns are for listings" in " ".join(refused.stderr.split())

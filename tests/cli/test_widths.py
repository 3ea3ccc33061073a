"""Tables fit the terminal: no line is longer, no word broken, nothing left out without being said."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import netlynx.cli
from cli.test_terminal import ASKED, KERNEL
from command import Run
from netlynx.cli import layout, options
from netlynx.cli.app import run_all
from netlynx.cli.layout import laid_out, lines, width
from netlynx.cli.output import Column, phrases, write_table
from netlynx.cli.tables import ROUTES, Table
from terminal import on_terminal

V6 = "2001:db8:1234:5678:9abc:def0:1234:5678"
LONGEST = "verylongname015"  # IFNAMSIZ - 1
MAC = "02:00:00:00:00:01"
KEY = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="

# Values as there are, short and long, by the title of their column; what has none is a name, or a number.
VALUES = {
    ("ADDRESS", "DESTINATION", "VIA", "SRC", "SOURCE", "GROUP", "PEER"): ("192.0.2.1", V6, "ff02::1:ff00:1"),
    ("FROM", "TO", "PREFIX"): ("10.0.0.0/8", f"{V6}/128", "all"),
    ("LOCAL", "PEER", "ENDPOINT", "SERVICE"): ("192.0.2.1:443", f"[{V6}]%{LONGEST}:65535", "*:22"),
    ("PUBLIC KEY", "PRIVATE KEY", "PRESHARED KEY"): (KEY, KEY, KEY),
    ("FLAGS",): ("up", "UP,BROADCAST,RUNNING,MULTICAST,LOWER_UP,ALLMULTI,PROMISC", "permanent,nodad"),
    ("ENTRY",): ("192.0.2.1,tcp:80", f"{V6},udp:65535,{V6}", MAC),
    ("FUNCTION",): ("nf_confirm", "nf_conntrack_helper_of_a_long_name_indeed", "iptable_filter_hook"),
    ("PROCESS",): ("nginx(812,813)", " ".join(f"process-{at}(4194304)" for at in range(6)), ""),
}
BY_TITLE = {title: values for titles, values in VALUES.items() for title in titles}
WORDS = phrases(f"{name} {value}" for name, value in zip("abcdefghij", range(100000, 999999, 98765), strict=False))


def of_a_column(column: Column, at: int, row: int) -> str:
    if column.wrap:
        return ["", WORDS, " ".join(f"word{number}" for number in range(9)), f"see {V6}"][(row + at) % 4]
    if column.title in BY_TITLE:
        return BY_TITLE[column.title][row % 3]
    if column.right:
        return str((7, 65536, 18446744073709551615)[row % 3])
    return ("eth0", LONGEST, f"a-{LONGEST}-of-more-than-any-other", "lo")[row % 4]


def tables() -> Iterator[tuple[str, Sequence[Column]]]:
    """Every table of columns that there is, with the place where it is declared."""
    for module in pkgutil.walk_packages(netlynx.cli.__path__, "netlynx.cli."):
        if "outlines" in module.name:
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            columns = value.columns if isinstance(value, Table) else value
            if isinstance(columns, tuple | list) and columns and all(isinstance(each, Column) for each in columns):
                yield f"{module.name}.{name}", columns


def test_every_table_fits_every_terminal() -> None:
    """With long values and short ones, mixed and alone; each column is seen, or said to be left out."""
    found = list(tables())
    assert len(found) > 50
    wrong = []
    for name, columns in found:
        for rows in (range(12), range(0, 12, 3), range(1, 12, 3)):
            cells = [[of_a_column(column, at, row) for at, column in enumerate(columns)] for row in rows]
            filled = {at for at in range(len(columns)) if any(row[at] for row in cells)}
            for most in (80, 100, 200):
                made = laid_out(columns, cells, most)
                printed = [line for row in cells for line in lines(columns, row, made, most)]
                if any(piece.start + width(piece.text) > most for line in printed for piece in line):
                    wrong.append(f"{name} at {most}: a line is longer")
                if any(a.start + width(a.text) >= b.start for line in printed for a, b in pairwise(line)):
                    wrong.append(f"{name} at {most}: cells run into each other")
                seen = " ".join(piece.text for line in printed for piece in line)
                kept = filled - set(made.left_out)
                lost = {word for row in cells for at in kept for word in re.split(r"[ ,]", row[at])} - {
                    "",
                    *re.split(r"[ ,]", seen),
                }
                if lost:
                    wrong.append(f"{name} at {most}: broken or lost: {lost}")
                if filled != {*made.places, *made.below, *made.left_out}:
                    wrong.append(f"{name} at {most}: a column is neither shown nor left out")
                if any(not columns[at].spare for at in made.left_out):
                    wrong.append(f"{name} at {most}: {made.left_out} left out, which it is of no use without")
    assert wrong == []


def test_all_is_shown_where_no_terminal_is() -> None:
    for name, columns in tables():
        cells = [[of_a_column(column, at, row) for at, column in enumerate(columns)] for row in range(6)]
        made = laid_out(columns, cells, None)
        assert not made.left_out, name
        assert all(len(list(lines(columns, row, made, None))) <= 1 for row in cells), name


def test_a_column_that_tells_less_goes_first() -> None:
    columns = (Column("NAME"), Column("B", spare=1), Column("C", spare=3), Column("D", spare=2), Column("E"))
    cells = [["x" * 15] * 5]
    assert [laid_out(columns, cells, most).left_out for most in (83, 82, 65, 48)] == [[], [2], [2, 3], [1, 2, 3]]


@pytest.mark.parametrize(
    ("cells", "most", "expected"),
    [
        (["10.0.0.0/8", "192.0.2.1", "eth0"], 40, ["10.0.0.0/8    192.0.2.1  eth0"]),
        (["192.0.2.0/24", V6, "eth0"], 50, ["192.0.2.0/24             eth0", f"    via {V6}"]),
        ([f"{V6}/128", "192.0.2.1", "eth0"], 50, [f"{V6}/128", "              192.0.2.1  eth0"]),
        (["192.0.2.0/24", "", "d" * 15], 60, [f"192.0.2.0/24             {'d' * 15}"]),
    ],
)
def test_a_long_cell_goes_below_its_row(cells: list[str], most: int, expected: list[str]) -> None:
    columns = (Column("DESTINATION"), Column("VIA"), Column("DEV"))
    usual = [["192.0.2.0/24", "192.0.2.1", "eth0"]] * 3
    made = laid_out(columns, [*usual, cells], most)
    printed = []
    for line in lines(columns, cells, made, most):
        text = ""
        for piece in line:
            text = text.ljust(piece.start) + piece.text
        printed.append(text)
    assert printed == expected


def test_wide_characters_take_two_columns() -> None:
    assert [width(text) for text in ("abc", "grün", "日本", "e\u0301")] == [3, 4, 4, 1]


ON_A_TERMINAL = [
    asked
    for asked in (each[0][0] for each in ASKED.values())
    if not {"--json", "--lines", "--exits", "--statistics"} & {*asked}
    and asked[0] not in ("batch", "tc", "audit", "hello")
]


def of_a_listing(words: list[str]) -> bool:
    """Whether a command prints a table: it has --wide then."""
    from cli.test_words import command_of

    name = " ".join(words[:2]) if " ".join(words[:2]) in ASKED else words[0]
    return any("--wide" in each.opts for each in command_of(name).params)


def test_listings_fit_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command that prints tables, as it prints what a kernel with long names tells it."""
    monkeypatch.setattr(layout, "room", lambda: 80)
    monkeypatch.setattr(options, "kernel_in", cache(options.kernel_in))  # one for all
    found = [words for words in ON_A_TERMINAL if of_a_listing(words) and words[0] != "ynl"]
    assert len({words[0] for words in found}) > 40
    wrong, tables = [], 0
    for words in found:
        run_all([*words, *KERNEL])
        shown, _ = capsys.readouterr()
        tables += bool(shown)
        wrong += [f"{words}: {line}" for line in shown.splitlines() if width(line) > 80]
    assert wrong == []
    assert tables > 40


def test_wide_is_for_tables(run: Run) -> None:
    for form in ("--json", "--lines"):
        assert "--wide" in run("links", form, "--wide", *KERNEL, status=2).stderr


def test_what_is_piped_is_wide(run: Run) -> None:
    for listing in ("links", "routes", "sockets"):
        assert run(listing, *KERNEL, COLUMNS="20").stdout == run(listing, *KERNEL, COLUMNS="200").stdout
    assert run("links", *KERNEL).stdout == run("links", "--wide", *KERNEL).stdout


def test_what_is_left_out_is_said_beside_the_table_not_in_it() -> None:
    shown = on_terminal(["links", *KERNEL], COLUMNS="40", NO_COLOR="1").splitlines()
    assert shown[-1].startswith("not shown: ")
    assert shown[-1].endswith(" (--wide)")
    pale = on_terminal(["links", *KERNEL], COLUMNS="40").splitlines()
    assert pale[-1].startswith("\x1b[90mnot shown: ")


def test_the_page_shows_what_a_narrow_terminal_shows(monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    page = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text()
    shown = re.search(r"<!-- narrow -->\n```text\n(.*?)```", page, re.S)
    assert shown is not None
    usual = ["unicast", "main"]
    rows = [
        ["0.0.0.0/0", "", "192.0.2.1", "eth0", *usual, "static", "universe", "100", "192.0.2.10", "", ""],
        ["192.0.2.0/24", "", "", "eth0", *usual, "kernel", "link", "100", "192.0.2.10", "", ""],
        ["10.1.0.0/16", "", "2001:db8:7c1:2f00:8a2e:370:7334:1", "eth1", *usual, "static", "universe", "", "", "", ""],
        ["198.51.100.0/24", "", "192.0.2.7", "eth0", *usual, "bgp", "universe", "20", "", "", ""],
    ]
    monkeypatch.setattr(layout, "room", lambda: 60)
    write_table(ROUTES.columns, rows)
    told = capfd.readouterr()
    assert told.out + told.err == shown[1]

"""Names of routing tables, from files as iproute2 has them."""

from __future__ import annotations

from pathlib import Path

from netlynx.engine.named import USUAL_TABLES
from netlynx.route.table_names import table_name, table_names, table_number


def test_without_files_there_are_the_usual_names(tmp_path: Path) -> None:
    assert table_names((str(tmp_path),)) == USUAL_TABLES == {"default": 253, "main": 254, "local": 255}


def test_names_come_from_the_first_file_and_from_all_that_are_beside_it(tmp_path: Path) -> None:
    etc, usr = tmp_path / "etc", tmp_path / "usr"
    for folder in (etc, usr):
        (folder / "rt_tables.d").mkdir(parents=True)
    (usr / "rt_tables").write_text("# reserved\n255\tlocal\n7 seven\n")
    (usr / "rt_tables.d" / "a.conf").write_text("8 eight\n")
    (usr / "rt_tables.d" / "b.conf").write_text("0x1000 b\n")
    assert table_names((str(etc), str(usr))) == {**USUAL_TABLES, "seven": 7, "eight": 8, "b": 4096}
    (etc / "rt_tables").write_text("9 nine # nine\nnonsense\n-1 below\n4294967296 above\n10 two words\n254 head\n")
    (etc / "rt_tables.d" / "a.conf").write_text("18 eight\n")
    (etc / "rt_tables.d" / "skipped").write_text("19 skipped\n")
    assert table_names((str(etc), str(usr))) == {**USUAL_TABLES, "nine": 9, "eight": 18, "b": 4096, "head": 254}


def test_a_table_is_given_by_any_of_its_names_or_by_its_number(tmp_path: Path) -> None:
    (tmp_path / "rt_tables").write_text("100 hundred\n101 7\n")
    numbers = [table_number(text, (str(tmp_path),)) for text in ("hundred", "main", "254", "0x10", "7", "-1", "nope")]
    assert numbers == [100, 254, 254, 16, 101, None, None]


def test_a_table_is_shown_by_its_name_or_by_its_number() -> None:
    assert [table_name(number) for number in (253, 254, 255, 4_000_000_123)] == [
        "default",
        "main",
        "local",
        "4000000123",
    ]

"""Names of routing tables, from files as iproute2 has them."""

from __future__ import annotations

from pathlib import Path

from netlynx.route.table_names import USUAL, table_names


def test_without_files_there_are_the_usual_names(tmp_path: Path) -> None:
    assert table_names((str(tmp_path),)) == USUAL == {"default": 253, "main": 254, "local": 255}


def test_names_come_from_the_first_file_and_from_all_that_are_beside_it(tmp_path: Path) -> None:
    etc, usr = tmp_path / "etc", tmp_path / "usr"
    for folder in (etc, usr):
        (folder / "rt_tables.d").mkdir(parents=True)
    (usr / "rt_tables").write_text("# reserved\n255\tlocal\n7 seven\n")
    (usr / "rt_tables.d" / "a.conf").write_text("8 eight\n")
    (usr / "rt_tables.d" / "b.conf").write_text("0x1000 b\n")
    assert table_names((str(etc), str(usr))) == {**USUAL, "seven": 7, "eight": 8, "b": 4096}
    (etc / "rt_tables").write_text("9 nine # nine\nnonsense\n-1 below\n4294967296 above\n10 two words\n254 head\n")
    (etc / "rt_tables.d" / "a.conf").write_text("18 eight\n")
    (etc / "rt_tables.d" / "skipped").write_text("19 skipped\n")
    assert table_names((str(etc), str(usr))) == {**USUAL, "nine": 9, "eight": 18, "b": 4096, "head": 254}

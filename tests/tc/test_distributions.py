"""Distributions of delays: as tc's files have them."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

import pytest

from netlynx.errors import EncodeError
from netlynx.tc import Netem, Qdisc
from netlynx.tc.distributions import name_of, table

# Of the files of iproute2 6.1 as it sends them: 4096 times 16 bits, the lower byte first.
DIGESTS = {
    "normal": "ea496767068d0be9eb46cb69ee90470105525b9090a6d479dadf04db0f3d44a5",
    "pareto": "bb133e76721f7df4fd75dd647aad368fa8e9eaf9b9797fc8d208dde5f9ffbd2a",
    "paretonormal": "ca372e5f4871aa11f38e71c82bd18e074e068f0704291e8a859ebd1aaee2f9f1",
}


def digest(numbers: tuple[int, ...]) -> str:
    return hashlib.sha256(struct.pack(f"<{len(numbers)}h", *numbers)).hexdigest()


def test_what_is_computed_is_what_tc_has() -> None:
    assert {name: digest(table(name)) for name in DIGESTS} == DIGESTS
    for path in Path("/usr/lib").glob("*/tc/*.dist"):
        numbers = [int(each) for line in path.read_text().splitlines() if line[0] != "#" for each in line.split()]
        assert list(table(path.stem)) == numbers, path


def test_a_table_that_is_computed_is_known_again() -> None:
    for name in (*DIGESTS, "uniform"):
        assert name_of(table(name)) == name
    assert name_of((1, 2)) is None
    assert name_of(None) is None
    sent = Qdisc(index=1, data=Netem(delay="1s", jitter="1s", distribution_table=[1, 2, -3])).to_bytes()
    assert Qdisc.from_bytes(sent).data.distribution_table == (1, 2, -3)


def test_a_file_of_ones_own_is_found_where_tc_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table.cache_clear()
    monkeypatch.setenv("TC_LIB_DIR", str(tmp_path))
    (tmp_path / "ours.dist").write_text("# ours\n-5 6\n7\n")
    (tmp_path / "words.dist").write_text("many words\n")
    (tmp_path / "large.dist").write_text("40000\n")
    assert table("ours") == (-5, 6, 7)
    for name, said in {"words": "no table", "large": "from -32768", "none": "no distribution", "../ours": "no"}.items():
        with pytest.raises(EncodeError, match=said) as caught:
            Qdisc(index=1, data=Netem(delay="1s", jitter="1s", distribution=name)).to_bytes()
        assert caught.value.path == "Qdisc.data.distribution"
    table.cache_clear()

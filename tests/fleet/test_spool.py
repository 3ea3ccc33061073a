"""What waits on disk: nothing of it is lost but what is accounted for."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command import PATIENCE
from netlynx.fleet.losses import Loss, Losses
from netlynx.fleet.needed import FleetError
from netlynx.fleet.segments import Run
from netlynx.fleet.spool import LEAST, Spool


def run(first: int, count: int = 1, start: str = "a", size: int = 1000, tells: tuple[Loss, ...] = ()) -> Run:
    return Run("host", "_", "netlynx.host._.route.link", start, first, count, 1, 5, "", b"x" * size, tells)


def taken(spool: Spool) -> list[int]:
    """The sequences of all that waits, which is done then."""
    found = []
    while runs := spool.head(1):
        found += [each for run in runs for each in range(run.first, run.first + run.count)]
        spool.done()
    return found


def lost(spool: Spool) -> list[int]:
    return [each for loss in spool.losses() for each in range(loss.first, loss.last + 1)]


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 30), st.integers(0, 8)), max_size=30))
def test_account_of_losses_is_that_of_a_set(steps: list[tuple[bool, int, int]]) -> None:
    losses, model = Losses(), set[int]()
    for adds, first, more in steps:
        (losses.add if adds else losses.remove)([Loss("h", "_", "a", first, first + more)])
        model = (model.__or__ if adds else model.__sub__)({*range(first, first + more + 1)})
        ranges = list(losses)
        assert [each for loss in ranges for each in range(loss.first, loss.last + 1)] == sorted(model)
        assert all(one.last + 1 < other.first for one, other in pairwise(ranges))
        assert bool(losses) == bool(model)


def test_what_waits_is_handed_out_in_order_and_once(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for each in range(1, 11):
        spool.append([run(2 * each - 1), run(2 * each)])
    assert spool.waiting == 20
    assert [each.first for each in spool.head(1)] == [1, 2]
    assert [each.first for each in spool.head(1)] == [1, 2]  # until it is done
    spool.done()
    assert [each.first for each in spool.head(5000)] == [3, 4, 5, 6, 7, 8]  # whole rounds
    spool.done()
    assert spool.waiting == 12
    assert spool.close() == 0
    again = Spool(tmp_path)
    assert again.waiting == 12
    assert taken(again) == [*range(9, 21)]
    assert again.waiting == 0
    before = again.before()
    assert before is not None
    assert (before.start, before.last) == ("a", {"_": 20})
    again.close()
    assert taken(Spool(tmp_path)) == []


def test_many_files_are_read_as_one(tmp_path: Path) -> None:
    spool = Spool(tmp_path, limit=1 << 20)
    for each in range(1, 301):
        spool.append([run(each)])
    assert len([*tmp_path.glob("*.wait")]) > 3
    assert taken(spool) == [*range(1, 301)]
    assert len([*tmp_path.glob("*.wait")]) == 1
    assert spool.losses() == []


@given(st.integers(0, 3000), st.binary(max_size=40))
def test_the_end_of_a_file_may_be_anything(cut: int, garbage: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spool = Spool(folder)
        for each in range(1, 4):
            spool.append([run(each)])
        spool.close()
        (path,) = folder.glob("*.wait")
        whole = path.stat().st_size
        with open(path, "r+b") as file:
            file.truncate(whole - cut)
            file.seek(0, os.SEEK_END)
            file.write(garbage)
        again = Spool(folder)
        again.append([run(1, start="b")])
        found = taken(again)
        assert found == [*range(1, len(found)), 1]
        assert len(found) - 1 >= 3 - -(-cut // 1000)
        assert (again.torn > 0) == (cut not in (0, *(whole - size for size in ends(folder, whole)))) or garbage
        again.close()


def ends(folder: Path, whole: int) -> list[int]:
    """Where rounds of three alike end in a file of this size; its first bytes are no whole file."""
    one = (whole - 48) // 3
    return [whole - 3 * one, whole - 2 * one, whole - one]


def test_a_file_that_is_spoilt_within_is_accounted_for(tmp_path: Path) -> None:
    spool = Spool(tmp_path, limit=1 << 20)
    for each in range(1, 201):
        spool.append([run(each)])
    spool.close()
    first = min(tmp_path.glob("*.wait"))
    data = bytearray(first.read_bytes())
    data[len(data) // 2] ^= 1
    first.write_bytes(data)
    again = Spool(tmp_path)
    gone = lost(again)
    assert gone
    assert sorted(taken(again) + gone) == [*range(1, 201)]
    assert again.torn > 0


def test_of_a_full_folder_the_oldest_is_dropped_and_accounted_for(tmp_path: Path) -> None:
    spool = Spool(tmp_path, limit=LEAST * 4)
    for each in range(1, 1001):
        spool.append([run(each)])
        assert sum(path.stat().st_size for path in tmp_path.glob("*.wait")) <= LEAST * 4
    gone = lost(spool)
    assert gone == [*range(1, len(gone) + 1)]
    assert spool.dropped == len(gone)
    assert spool.waiting == 1000 - len(gone)
    spool.close()
    again = Spool(tmp_path)
    assert lost(again) == gone
    assert taken(again) == [*range(len(gone) + 1, 1001)]


def test_what_tells_of_a_loss_takes_it_over_and_gives_it_back_when_it_is_dropped(tmp_path: Path) -> None:
    spool = Spool(tmp_path, limit=LEAST)
    loss = Loss("host", "_", "z", 5, 9)
    spool.lose([loss])
    spool.append([run(1, tells=(loss,))])
    assert spool.losses() == []
    for each in range(2, 200):
        spool.append([run(each)])
    assert loss in spool.losses()


def test_what_is_dropped_while_it_is_sent_is_no_loss_once_it_is_stored(tmp_path: Path) -> None:
    spool = Spool(tmp_path, limit=LEAST)
    spool.append([run(1)])
    assert [each.first for each in spool.head(1)] == [1]
    for each in range(2, 200):
        spool.append([run(each)])
    assert 1 in lost(spool)
    spool.done()
    gone = lost(spool)
    assert 1 not in gone
    assert spool.dropped == len(gone)
    waiting = spool.waiting
    rest = taken(spool)
    assert len(rest) == waiting
    assert sorted(rest + gone) == [*range(2, 200)]


def test_a_disk_that_is_full_is_waited_for_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path, held=20_000)
    spool.append([run(1)])

    def full(*how: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        for each in range(2, 10):
            spool.append([run(each)])
        assert spool.full is not None
        assert [each.first for each in spool.head(3000)] == [1, 2, 3]
    spool.append([run(10)])
    spool.done()
    assert spool.full is None
    assert taken(spool) == [*range(4, 11)]
    assert spool.losses() == []
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        for each in range(11, 100):
            spool.append([run(each)])
    gone = lost(spool)
    assert gone == [*range(11, 11 + len(gone))]
    assert taken(spool) == [*range(11 + len(gone), 100)]


_ON_A_SMALL_DISK = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from test_spool import lost, run, taken
from netlynx.fleet.spool import Spool
spool = Spool(Path(sys.argv[1]), held=100_000)
for each in range(1, 1001):
    spool.append([run(each)])
assert spool.full is not None, "it was never full"
gone = lost(spool)
assert gone, "there is more than it holds"
assert sorted(taken(spool) + gone) == [*range(1, 1001)]
spool.append([run(1001)])
assert spool.full is None
spool.close()
again = Spool(Path(sys.argv[1]), held=100_000)
assert taken(again) == [1001]
for each in range(1002, 2001):
    again.append([run(each)])
assert again.full is not None, "it was never full"
assert again.close() == 0
last = Spool(Path(sys.argv[1]))
gone = [each for each in lost(last) if each > 1001]
kept = taken(last)
assert kept[-1:] == [2000], "what came last is kept"
assert sorted(kept + gone) == [*range(1002, 2001)]
print(len(gone))
"""


@pytest.mark.namespace
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    mount = f"mount -t tmpfs -o size=256k none {tmp_path}"
    if subprocess.run(["unshare", "-m", "sh", "-c", mount], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    program = [sys.executable, "-c", _ON_A_SMALL_DISK, str(tmp_path), str(Path(__file__).parent)]
    program.append(str(Path(__file__).parents[1]))
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", f'{mount} && exec "$@"', "-", *program],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0


def test_a_folder_is_one_publishers(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    with pytest.raises(FleetError, match="another publisher's at the moment"):
        Spool(tmp_path)
    spool.close()
    Spool(tmp_path).close()


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FleetError, match="nothing can wait there"):
        Spool(tmp_path / "file" / "below")
    with pytest.raises(ValueError, match="give at least 65536"):
        Spool(tmp_path, limit=1)

"""Quotas of a file system that are used up on purpose. In the guest. Source: fs/quota/dquot.c, setquota(8)."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import netlynx
from netlynx.families import quota
from support import PATIENCE, load

pytestmark = pytest.mark.guest
USER = 4711


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with a quota of 64 blocks of 1024 bytes, 32 of them soft, and 5 inodes, 3 of them soft."""
    for each in ("mkfs.ext4", "setquota", "quotaon"):
        if shutil.which(each) is None:
            pytest.skip(f"no `{each}`: apt-get install e2fsprogs quota")
    load("loop", "ext4", "quota_v2")
    image, where = tmp_path / "image", tmp_path / "disk"
    with image.open("wb") as file:
        file.truncate(16 << 20)
    where.mkdir()
    subprocess.run(["mkfs.ext4", "-q", "-O", "quota", "-E", "quotatype=usrquota", image], check=True)
    subprocess.run(["mount", "-o", "loop,usrquota", image, where], check=True)
    try:
        where.chmod(0o777)
        subprocess.run(["setquota", "-u", str(USER), "32", "64", "3", "5", where], check=True)
        yield where
    finally:
        subprocess.run(["umount", where], check=True)


def as_user(program: str, disk: Path) -> None:
    """What the user does there, whether it works or not: the folders around it are for others."""
    subprocess.run(["/bin/sh", "-c", program], user=USER, group=USER, cwd=disk, capture_output=True)


def test_limits_that_are_reached_are_told(disk: Path) -> None:
    with netlynx.connect() as nl, nl.subscribe(quota.WARNINGS) as events:
        as_user("head -c 40000 /dev/zero > soft", disk)
        as_user("head -c 80000 /dev/zero > hard", disk)
        as_user("rm soft hard", disk)
        as_user("for each in 1 2 3 4 5 6; do : > $each; done", disk)
        found = [events.get(timeout=PATIENCE).record]
        while found[-1].warning != quota.Warned.IHARDWARN:
            found.append(events.get(timeout=PATIENCE).record)
    told = [str(each.warning) for each in found]
    assert told[:2] == ["blocks-soft", "blocks-hard"]
    assert told[-2:] == ["inodes-soft", "inodes-hard"]
    assert "blocks-below-soft" in told[2:-2]
    assert {(str(each.kind), each.id, each.caused_by) for each in found} == {("user", USER, USER)}
    assert {each.device for each in found} == {os.stat(disk).st_dev}

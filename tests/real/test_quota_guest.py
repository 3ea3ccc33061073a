"""Quotas of a file system in the guest: what is told as limits are passed and kept again, beside `quota_nld`."""

from __future__ import annotations

import os
import pty
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import netlynx
from netlynx.families import quota
from netlynx.families.quota import QuotaKind, Warned
from support import IN_GUEST, PATIENCE, load, until

pytestmark = pytest.mark.guest

USER, GROUP = 4711, 4712
BLOCK = 1024


def run(*words: str | Path) -> str:
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


@pytest.fixture
def disk() -> Iterator[Path]:
    """A file system with quotas of users and groups, in a file."""
    if not IN_GUEST:
        pytest.skip("quotas are told to the whole machine: `make test-vm` has one of its own")
    for each, package in (("mkfs.ext4", "e2fsprogs"), ("setquota", "quota")):
        if shutil.which(each) is None:
            pytest.skip(f"no {each}: apt-get install {package}")
    load("loop", "ext4", "quota_v2")
    with tempfile.TemporaryDirectory() as folder:
        image, place = Path(folder, "image"), Path(folder, "disk")
        Path(folder).chmod(0o755)  # the user has to get there
        place.mkdir()
        image.touch()
        os.truncate(image, 16 << 20)
        run("mkfs.ext4", "-q", "-O", "quota", image)
        run("mount", "-o", "loop,usrquota,grpquota", image, place)
        try:
            place.chmod(0o777)
            yield place
        finally:
            run("umount", place)


def write(path: Path, size: int) -> str:
    """What comes of a program of the user that writes so many bytes."""
    program = f"head -c {size} /dev/zero >>{path} && echo written"
    words = ["setpriv", f"--reuid={USER}", f"--regid={GROUP}", "--clear-groups", "sh", "-c", program]
    return subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE).stdout


def told(events: netlynx.Subscription) -> quota.Warning:
    event = events.get(timeout=PATIENCE)
    assert isinstance(event, netlynx.Event)
    assert event.kind == "warned"
    assert isinstance(event.record, quota.Warning)
    return event.record


def test_limits_that_are_passed_and_kept_again_are_told(disk: Path) -> None:
    run("setquota", "-u", str(USER), "100", "200", "2", "4", disk)  # blocks of 1 KiB, then inodes: soft, hard
    run("setquota", "-g", str(GROUP), "0", "300", "0", "0", disk)
    with netlynx.connect() as nl, nl.subscribe(quota.WARNINGS) as events:

        def expect(warning: Warned, kind: QuotaKind = QuotaKind.USER, of: int = USER, by: int = USER) -> None:
            record = told(events)
            assert (record.warning, record.kind, record.id, record.caused_by) == (warning, kind, of, by)
            assert record.device == disk.stat().st_dev

        assert write(disk / "a", 50 * BLOCK) == "written\n"
        assert write(disk / "a", 100 * BLOCK) == "written\n"
        expect(Warned.BSOFTWARN)
        assert write(disk / "a", 100 * BLOCK) == ""
        expect(Warned.BHARDWARN)
        os.truncate(disk / "a", 150 * BLOCK)
        expect(Warned.BHARDBELOW, by=0)
        os.truncate(disk / "a", 50 * BLOCK)
        expect(Warned.BSOFTBELOW, by=0)
        for name in "bcd":
            assert write(disk / name, 0) == "written\n"
        expect(Warned.ISOFTWARN)
        assert write(disk / "e", 0) == ""
        expect(Warned.IHARDWARN)
        (disk / "d").unlink()
        expect(Warned.IHARDBELOW, by=0)
        (disk / "c").unlink()
        expect(Warned.ISOFTBELOW, by=0)
        run("setquota", "-u", str(USER), "0", "0", "0", "0", disk)
        write(disk / "a", 300 * BLOCK)
        expect(Warned.BHARDWARN, QuotaKind.GROUP, GROUP)


def test_quota_nld_hears_the_same(disk: Path) -> None:
    """It writes what it hears to the terminal of whoever caused it, as utmp names that."""
    if shutil.which("quota_nld") is None:
        pytest.skip("no quota_nld: apt-get install quota")
    run("setquota", "-u", str(USER), "100", "200", "0", "0", disk)
    ours, theirs = pty.openpty()
    line = os.ttyname(theirs).removeprefix("/dev/").encode()
    utmp = Path("/run/utmp")
    # struct utmp of <utmp.h>: type, process, line, id, user, host and the rest.
    utmp.write_bytes(struct.pack("hxxi32s4s32s256s52x", 7, os.getpid(), line, b"q", b"#%d" % USER, b""))
    listener = subprocess.Popen(["quota_nld", "-F", "-D", "-b"], stderr=subprocess.PIPE)
    try:
        until(lambda: hears(listener.pid))
        with netlynx.connect() as nl, nl.subscribe(quota.WARNINGS) as events:
            for size, words, warning in (
                (150, b"block quota exceeded", Warned.BSOFTWARN),
                (100, b"block limit reached", Warned.BHARDWARN),
            ):
                write(disk / "a", size * BLOCK)
                assert told(events).warning is warning
                said = b""
                while b"\n" not in said:
                    said += os.read(ours, 4096)
                assert b"user #%d " % USER + words in said
    finally:
        listener.terminate()
        listener.communicate(timeout=PATIENCE)
        utmp.unlink()
        os.close(ours)
        os.close(theirs)


def hears(process: int) -> bool:
    """Whether the process has a socket of generic netlink that is in a group."""
    rows = [line.split() for line in Path("/proc/net/netlink").read_text().splitlines()[1:]]
    return any(row[1] == "16" and int(row[2]) & 0x3FFFFF == process and int(row[3], 16) for row in rows)


def test_warnings_are_printed(disk: Path) -> None:
    run("setquota", "-u", str(USER), "100", "200", "0", "0", disk)
    with subprocess.Popen(
        [sys.executable, "-m", "netlynx", "monitor", "ynl:VFS_DQUOT"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as monitor:
        assert monitor.stdout is not None
        assert monitor.stderr is not None
        assert monitor.stderr.readline().startswith("listening")
        write(disk / "a", 150 * BLOCK)
        line = monitor.stdout.readline()
        monitor.terminate()
    assert f"kind=user id={USER} warning=blocks-soft" in line

"""What waits on disk until the server has stored it: a folder of bounded size, which the next start reads.

Every round is written here before it is sent, and is done when the server has stored it: so a server that goes away,
and a process that ends in whatever way, lose nothing that was written. Where the folder is full the oldest file is
dropped. Where the disk is full, rounds are held in memory, so many bytes of them, and then the oldest are dropped. What
is dropped is kept account of (`losses`) until a round that tells of it was taken in.
"""

from __future__ import annotations

import errno
import fcntl
import os
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from netlynx.fleet.losses import Loss, Losses
from netlynx.fleet.messages import Before
from netlynx.fleet.needed import FleetError
from netlynx.fleet.segments import SUFFIX, Run, Segment

LIMIT = 256 << 20
HELD = 8 << 20  # bytes of rounds in memory, where the disk takes none
LEAST = 64 << 10
_RENEWED = 1 << 20  # bytes of a file of which all is done, from which on it gives way to an empty one
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)


class Spool:
    """The folder, for one process at a time. Safe for threads: calls may wait for the disk.

    `full` says why the disk takes nothing at the moment; `torn` how many bytes writes had left that were cut short;
    `waiting` and `dropped` how many events wait, and were dropped. Raises FleetError where another process has the
    folder or it cannot be used, ValueError for a `limit` that is too small.
    """

    def __init__(self, folder: Path, limit: int = LIMIT, held: int = HELD) -> None:
        if limit < LEAST:
            raise ValueError(f"{limit} bytes of disk hold nothing that waits: give at least {LEAST}")
        self.folder = folder
        self.full: OSError | None = None
        self.torn = self.waiting = self.dropped = 0
        self._limit = limit
        self._most = max(LEAST // 2, limit // 16)  # bytes of one file
        self._most_held = held
        self._lock = threading.Lock()
        self._segments: deque[Segment] = deque()
        self._held: deque[list[Run]] = deque()  # behind all that is in files
        self._held_size = 0
        self._sent: tuple[Segment, int] | None = None  # where what was handed out ends, of what is in files
        self._sent_held = 0
        self._sent_runs: list[Run] = []
        self._dropped_while_sent = 0  # events of these
        self._start = ""
        self._known: dict[str, int] = {}
        self._number = 0
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lockfile = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise FleetError(f"{folder}: nothing can wait there: {error.strerror}") from None
        try:
            fcntl.flock(self._lockfile, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lockfile)
            raise FleetError(f"{folder} is another publisher's at the moment: give each a folder of its own") from None
        try:
            self._losses = Losses.kept(folder / "losses")
            self._read()
        except OSError as error:
            os.close(self._lockfile)
            raise FleetError(f"{folder}: what waits there cannot be read: {error.strerror}") from None

    def _read(self) -> None:
        """Take over what an earlier start left: what is not whole is left out, and accounted for where that is seen."""
        expected: dict[tuple[str, str, str], int] = {}  # the next sequence
        paths = (path for path in sorted(self.folder.glob(f"*{SUFFIX}")) if path.name.removesuffix(SUFFIX).isdigit())
        for path in paths:
            self._number = int(path.name.removesuffix(SUFFIX))
            segment = Segment.open(path)
            if segment is None:
                self.torn += path.stat().st_size
                path.unlink()
                continue
            self._start, self._known = segment.before.start, dict(segment.before.last)
            for key, following in expected.items():
                last = self._known.get(key[1], 0) if key[2] == self._start else 0
                if last >= following:
                    self._losses.add([Loss(*key, following, last)])
                    expected[key] = last + 1
            at = segment.begin
            for runs, behind in segment.rounds(at):
                for run in runs:
                    self._learn(run)
                    expected[run.host, run.namespace, run.start] = run.first + run.count
                if at >= segment.done:
                    self.waiting += _events(runs)
                at = behind
            self.torn += segment.shorten(at)
            self._segments.append(segment)
        self._purge()

    def _learn(self, run: Run) -> None:
        if run.start != self._start:
            self._start, self._known = run.start, {}
        self._known[run.namespace] = run.first + run.count - 1

    def before(self) -> Before | None:
        """The last start that wrote here, and the last sequences that it is known to have given."""
        return Before(self._start, dict(self._known)) if self._start else None

    # ----------------------------------------------------------------------------------------------- what comes

    def append(self, runs: list[Run]) -> None:
        """Take in a round, whose losses are told by it from now on. Raises OSError for what is no full disk."""
        with self._lock:
            told = [loss for run in runs for loss in run.tells]
            self._losses.remove(told)
            self._held.append(runs)
            self._held_size += _size(runs)
            self.waiting += _events(runs)
            self._write_held()
            while self._held_size > self._most_held and self._drop_oldest():
                self._write_held()
            if told:
                self._keep_losses()

    def lose(self, losses: Sequence[Loss]) -> None:
        """Keep account of what was never taken in."""
        with self._lock:
            self._lost(losses)

    def _write_held(self) -> None:
        """Write what is in memory, as far as the disk takes it. What is being sent from memory stays there."""
        while self._held and not self._sent_held:
            try:
                self._write(self._held[0])
            except OSError as error:
                if error.errno not in _FULL:
                    raise
                self.full = error
                return
            self.full = None
            self._held_size -= _size(self._held.popleft())

    def _write(self, runs: list[Run]) -> None:
        size = _size(runs)
        while self._segments and sum(each.size for each in self._segments) + size > self._limit:
            self._drop_segment()
        if not self._segments or self._segments[-1].size + size > self._most or self._start != runs[0].start:
            self._begin()
            self._purge()
        self._segments[-1].append(runs)
        for run in runs:
            self._learn(run)

    def _purge(self) -> None:
        """Remove files of which nothing is to be sent any more; the last one tells what was known."""
        while len(self._segments) > 1 and self._segments[0].done >= self._segments[0].size:
            self._segments.popleft().remove()
        last = self._segments[0] if self._segments else None
        if last is not None and last.done >= last.size and (last.size > _RENEWED or self.full is not None):
            self._segments.popleft().remove()
            with suppress(OSError):  # the next round makes one otherwise
                self._begin()

    def _begin(self) -> None:
        path = self.folder / f"{self._number + 1:08}{SUFFIX}"
        self._segments.append(Segment.make(path, Before(self._start, dict(self._known))))
        self._number += 1

    def _drop_oldest(self) -> bool:
        """Drop the oldest file, or the oldest round in memory; false where all that is left is being sent."""
        if self._segments:
            self._drop_segment()
            return True
        if len(self._held) <= self._sent_held:
            return False
        runs = self._held[self._sent_held]
        del self._held[self._sent_held]
        self._held_size -= _size(runs)
        self._dropped(runs)
        return True

    def _drop_segment(self) -> None:
        segment = self._segments.popleft()
        if self._sent is not None and self._sent[0] is segment:
            self._sent = None
        runs = [run for some, _ in segment.rounds(segment.done) for run in some]
        segment.remove()
        sent = {run.loss for run in self._sent_runs}
        self._dropped_while_sent += sum(run.count for run in runs if run.loss in sent)
        self._dropped(runs)

    def _dropped(self, runs: list[Run]) -> None:
        self.waiting -= _events(runs)
        self.dropped += _events(runs)
        self._lost([loss for run in runs for loss in (run.loss, *run.tells)])

    # ------------------------------------------------------------------------------------------------ what goes

    def head(self, most: int) -> list[Run]:
        """The oldest that waits, about so many bytes of it, or nothing: to be sent, and then `done`."""
        with self._lock:
            self._sent, self._sent_held, self._sent_runs, self._dropped_while_sent = None, 0, [], 0
            size = 0
            for segment in self._segments:
                for some, behind in segment.rounds(segment.done):
                    self._sent = (segment, behind)
                    self._sent_runs += some
                    size += _size(some)
                    if size >= most:
                        return self._sent_runs
            for some in self._held:
                self._sent_held += 1
                self._sent_runs += some
                size += _size(some)
                if size >= most:
                    break
            return self._sent_runs

    def done(self) -> None:
        """What `head` gave is stored elsewhere. Raises OSError."""
        with self._lock:
            if self._sent is not None:
                last, at = self._sent
                while self._segments[0] is not last:
                    self._segments.popleft().remove()
                last.finish(at)
            for _ in range(self._sent_held):
                self._held_size -= _size(self._held.popleft())
            self._sent, self._sent_held = None, 0
            self._losses.remove(loss for run in self._sent_runs for loss in (run.loss, *run.tells))  # dropped meanwhile
            self.waiting -= _events(self._sent_runs) - self._dropped_while_sent
            self.dropped -= self._dropped_while_sent
            self._sent_runs, self._dropped_while_sent = [], 0
            self._purge()
            self._write_held()

    def losses(self) -> list[Loss]:
        """What was lost and is told by nothing that waits."""
        with self._lock:
            return list(self._losses)

    def close(self) -> int:
        """Leave the folder to the next start, which is to know all that was lost.

        Where the disk is full the oldest make room for what is in memory, and for the account. Returns how many events
        the disk takes in no way: nothing will tell of them.
        """
        with self._lock:
            self._sent, self._sent_held, self._sent_runs = None, 0, []
            self._write_held()
            while self._held and self._drop_oldest():
                self._write_held()
            while not self._keep_losses() and self._segments:
                self._drop_segment()
            for segment in self._segments:
                segment.close()
            os.close(self._lockfile)
            return sum(_events(runs) for runs in self._held)

    def _lost(self, losses: Sequence[Loss]) -> None:
        self._losses.add(losses)
        self._keep_losses()

    def _keep_losses(self) -> bool:
        """Write the account; false where the disk does not take it: it is in memory, and written the next time."""
        try:
            self._losses.keep(self.folder / "losses")
        except OSError:
            return False
        return True


def _size(runs: Iterable[Run]) -> int:
    """About how many bytes a round takes."""
    return sum(len(run.payload) + len(run.subject) + 100 for run in runs)


def _events(runs: Iterable[Run]) -> int:
    return sum(run.count for run in runs)

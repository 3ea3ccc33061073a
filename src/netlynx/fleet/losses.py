"""Account of events that were given a sequence and will never be sent, until that is told itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec


class Loss(msgspec.Struct, frozen=True, array_like=True):
    """Sequences of a namespace (its token) and a start, from `first` to `last`, that will never be sent."""

    host: str
    namespace: str
    start: str
    first: int
    last: int


_LOSSES = msgspec.msgpack.Decoder(list[Loss])


class Losses:
    """What was lost and is told by nothing that waits; ranges that touch are one."""

    def __init__(self) -> None:
        self._ranges: dict[tuple[str, str, str], list[tuple[int, int]]] = {}

    def __iter__(self) -> Iterator[Loss]:
        return iter(Loss(*key, *each) for key, ranges in self._ranges.items() for each in ranges)

    def __bool__(self) -> bool:
        return any(self._ranges.values())

    def add(self, losses: Iterable[Loss]) -> None:
        """These are lost, too."""
        for loss in losses:
            ranges = self._ranges.setdefault((loss.host, loss.namespace, loss.start), [])
            apart = [each for each in ranges if each[1] < loss.first - 1 or each[0] > loss.last + 1]
            joined = [(loss.first, loss.last), *(each for each in ranges if each not in apart)]
            ranges[:] = sorted([*apart, (min(joined)[0], max(last for _, last in joined))])

    def remove(self, losses: Iterable[Loss]) -> None:
        """These are told, or not lost after all."""
        for loss in losses:
            key = (loss.host, loss.namespace, loss.start)
            left = []
            for first, last in self._ranges.pop(key, []):
                left += [(first, min(last, loss.first - 1)), (max(first, loss.last + 1), last)]
            if kept := [each for each in left if each[0] <= each[1]]:
                self._ranges[key] = kept

    def keep(self, path: Path) -> None:
        """Write them to a file. Raises OSError."""
        new = path.with_suffix(".new")
        new.write_bytes(msgspec.msgpack.encode(list(self)))
        new.rename(path)

    @classmethod
    def kept(cls, path: Path) -> Losses:
        """Those of a file; none where there is none, or no whole one. Raises OSError."""
        losses = cls()
        if path.exists():
            try:
                losses.add(_LOSSES.decode(path.read_bytes()))
            except msgspec.DecodeError:
                return losses
        return losses

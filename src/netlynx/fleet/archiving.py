"""Keeps what hosts publish in an archive, and goes on where it ended."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from types import MappingProxyType

from netlynx.fleet.archive import Archive
from netlynx.fleet.cursor import ALL, Begin, Cursor, Lost, Stream
from netlynx.fleet.server import STREAM, UNSAID, Security, connected
from netlynx.fleet.subjects import EVENTS
from netlynx.fleet.tasks import Stop
from netlynx.sql.needed import needed


class Archiving:
    """Writes Parquet files of all events into a folder, as `netlynx.fleet.archive` says.

    `counts` has how many ``events`` were kept, and what was not what it should be: ``again``, ``gap``, ``unreadable``.
    `lost` is what the stream dropped before it was archived. Raises FleetError for a folder that is another stream's.
    """

    def __init__(
        self,
        url: str,
        folder: str | os.PathLike[str],
        *,
        stream: str = STREAM,
        security: Security = UNSAID,
    ) -> None:
        needed()
        self._url, self._name, self._security = url, stream, security
        self._archive = Archive(folder)
        self._stop = Stop()
        self.lost: list[Lost] = []

    @property
    def counts(self) -> Mapping[str, int]:
        """What was kept so far."""
        return MappingProxyType(self._archive.counts)

    def stop(self) -> None:
        """Have `run` come to an end; from any thread."""
        self._stop.ask()

    async def run(self, *, follow: bool = True, begun: Callable[[], object] = lambda: None) -> None:
        """Keep what there is and, to `follow`, what comes until `stop`, or until it is cancelled; files are finished
        then. Raises FleetError, OSError.
        """
        self._stop.begin()
        async with connected(self._url, self._security) as client:
            stream = Stream(client, self._name)
            info = await stream.info()
            self._archive.of(self._name, "" if info.created is None else info.created.isoformat())
            position = self._archive.place.position
            begin = Begin(position=position + 1) if position else ALL
            if position and info.state.first_seq > position + 1:
                self.lost.append(Lost(position + 1, info.state.first_seq - 1))
            cursor = Cursor(stream, EVENTS, begin, patient=follow)
            begun()
            try:
                if follow:
                    async for messages in cursor.batches(self._stop):
                        for message in messages:
                            self._archive.add(message)
                else:
                    async for message in cursor.until(info.state.last_seq):
                        self._archive.add(message)
            finally:
                self.lost += cursor.lost
                self._archive.finish()
                await cursor.close()

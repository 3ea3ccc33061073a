"""Messages of a stream in their order, from a position on: each once, across restarts of the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from netlynx.fleet.needed import FleetError, Refused
from netlynx.fleet.server import STREAM, shown
from netlynx.fleet.tasks import Stop, end

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.js.api import StreamInfo

_BATCH = 256  # messages that are asked for at once
_WAIT = 1.0  # seconds for which the server waits for more of them
_PAUSE = 0.2  # seconds between attempts while a server is away
_ANSWER = 5.0  # seconds for the server to answer a question
_IDLE = 60.0  # seconds after which the server forgets a reader that went away
PATIENCE = 10.0  # seconds for a server that does not answer, where an end is waited for


class Message(NamedTuple):
    """A message as the stream has it: at which position, and when it got there by the server's clock, in ns of UTC.

    `waiting` is how many there are behind it.
    """

    position: int
    stamp: int
    waiting: int
    subject: str
    headers: dict[str, str] | None
    payload: bytes


class Lost(NamedTuple):
    """Positions `first` to `last` of the stream, which a reader did not come to before they were dropped."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Begin:
    """Where reading begins: at a position, at a time of the server's, or else with the last message of each subject."""

    position: int | None = None
    time: datetime | None = None


ALL = Begin(position=1)
LATEST = Begin()


class Away(FleetError):
    """A server does not answer, or not yet."""


class Stream:
    """A stream of a server, looked at."""

    def __init__(self, client: Client, name: str = STREAM) -> None:
        self.client = client
        self.name = name
        self.js: Any = client.jetstream(timeout=_ANSWER)

    @property
    def where(self) -> str:
        """The server, as errors call it."""
        url = self.client.connected_url
        return "the server" if url is None else shown(url.geturl())

    async def info(self) -> StreamInfo:
        """What the server says of the stream. Raises FleetError where there is none, or where it cannot be asked."""
        import nats.errors
        import nats.js.errors

        try:
            info: StreamInfo = await self.js.stream_info(self.name)
        except nats.js.errors.NotFoundError:
            raise FleetError(
                f"{self.where}: there is no stream {self.name!r}: `netlynx monitor --to` makes it when it publishes"
            ) from None
        except (nats.js.errors.ServiceUnavailableError, nats.errors.NoRespondersError):
            raise Away(f"{self.where}: the server has no JetStream: it is started with it by -js") from None
        except (nats.errors.Error, TimeoutError) as error:
            raise self._failed(error) from None
        return info

    def _failed(self, error: Exception) -> FleetError:
        said = str(self.client.last_error or "")
        if "permissions violation" in said.lower():
            return Refused(f"{self.where}: the server does not let this name read {self.name!r}: {said}")
        if isinstance(error, TimeoutError):
            return Away(f"{self.where}: the server does not answer")
        return FleetError(f"{self.where}: {str(error).removeprefix('nats: ')}")


class Cursor:
    """Reads a stream on, from where it was.

    `lost` is what was dropped before it was read. `is_idle` says whether the last `fetch` read all there was.
    """

    def __init__(
        self, stream: Stream, subject: str, begin: Begin, *, headers_only: bool = False, patient: bool = False
    ) -> None:
        self._stream = stream
        self._subject = subject
        self._begin = begin
        self._headers_only = headers_only
        self._patient = patient
        self._subscription: Any = None
        self._taken = 0  # messages of the subscription
        self._created: datetime | None = None
        self.position = 0
        self.lost: list[Lost] = []
        self.is_idle = False
        self._looked = time.monotonic()

    async def fetch(self, wait: float = _WAIT) -> list[Message]:
        """What is there, or comes within `wait` seconds; nothing while the server is away.

        Raises FleetError where the stream cannot be read at all, and unless `patient` Away for a server that is.
        """
        import nats.errors

        self.is_idle = False
        if not self._stream.client.is_connected:
            self._subscription = None
            await asyncio.sleep(min(wait, _PAUSE))
            return []
        try:
            if self._subscription is None:
                self._subscription, self._taken = await self._consume(), 0
            taken = await self._subscription.fetch(_BATCH, wait)
            self._taken += len(taken)
        except (Away, nats.errors.Error, TimeoutError, OSError) as error:
            if isinstance(error, Away) and not self._patient:
                raise
            waiting = await self._waiting() if isinstance(error, TimeoutError) else None
            self.is_idle = waiting == 0
            if waiting is not None:
                return []
            self._subscription = None
            await asyncio.sleep(min(wait, _PAUSE))
            return []
        messages = [_read(each) for each in taken]
        if messages:
            self.position = messages[-1].position
            self.is_idle = not messages[-1].waiting
            if messages[-1].waiting and time.monotonic() - self._looked > _WAIT:
                await self._look(await self._stream.info())
        return messages

    async def batches(self, stop: Stop) -> AsyncIterator[list[Message]]:
        """What comes, until that is to end. Raises as `fetch`."""
        tasks: list[asyncio.Task[Any]] = [stopping := asyncio.ensure_future(stop.wait())]
        try:
            while not stopping.done():
                tasks[1:] = [fetching := asyncio.ensure_future(self.fetch())]
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                if not fetching.done():
                    return
                yield fetching.result()
        finally:
            await end(*tasks)

    async def until(self, last: int) -> AsyncIterator[Message]:
        """The messages up to a position, or to the last of these. Raises FleetError where the server stays away."""
        deadline = time.monotonic() + PATIENCE
        while self.position < last:
            messages = await self.fetch(_PAUSE)
            for each in messages:
                if each.position > last:
                    return
                yield each
            if self.is_idle:
                return
            if messages:
                deadline = time.monotonic() + PATIENCE
            elif time.monotonic() > deadline:
                raise FleetError(f"{self._stream.where}: the server does not answer")

    async def close(self) -> None:
        """Have the server forget it."""
        subscription, self._subscription = self._subscription, None
        if subscription is not None and self._stream.client.is_connected:
            with suppress(Exception):  # it forgets it by itself after a while
                await subscription.unsubscribe()
                await self._stream.js.delete_consumer(self._stream.name, subscription._consumer)

    async def _consume(self) -> Any:
        from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

        info = await self._stream.info()
        await self._look(info)
        begin = self._begin
        how: dict[str, Any]
        if self.position or begin.position is not None:
            position = self.position + 1 if self.position else begin.position
            how = {"deliver_policy": DeliverPolicy.BY_START_SEQUENCE, "opt_start_seq": position}
        elif begin.time is not None:
            how = {"deliver_policy": DeliverPolicy.BY_START_TIME, "opt_start_time": begin.time}
        else:
            how = {"deliver_policy": DeliverPolicy.LAST_PER_SUBJECT}
        consumer = await self._stream.js.add_consumer(
            self._stream.name,
            ConsumerConfig(
                ack_policy=AckPolicy.NONE,
                filter_subject=self._subject,
                headers_only=self._headers_only or None,
                inactive_threshold=_IDLE,
                mem_storage=True,
                **how,
            ),
        )
        return await self._stream.js.pull_subscribe_bind(consumer=consumer.name, stream=self._stream.name)

    async def _look(self, info: StreamInfo) -> None:
        """See whether the stream still has what is to be read next, and is the same."""
        self._looked = time.monotonic()
        created, self._created = self._created, info.created
        if created is not None and created != info.created:
            self.lost.append(Lost(self.position + 1, 0))
            self.position = 0
            self._begin = ALL
        elif self.position and info.state.first_seq > self.position + 1:
            self.lost.append(Lost(self.position + 1, info.state.first_seq - 1))
            self.position = info.state.first_seq - 1

    async def _waiting(self) -> int | None:
        """How many messages wait for this reader; None where the server is away, or has forgotten it."""
        import nats.errors

        if not self._stream.client.is_connected or self._subscription is None:
            return None
        try:
            info = await self._subscription.consumer_info()
        except (nats.errors.Error, TimeoutError):
            return None
        # What the server has sent and was not taken is on its way, or lies here beside its words that nothing is there.
        sent = info.delivered.consumer_seq if info.delivered is not None else 0
        return int(info.num_pending or 0) + max(0, sent - self._taken)


def _read(message: Any) -> Message:
    """A message of nats-py's; where it stands in the stream is said by the address that it would be answered at:
    ``$JS.ACK.…stream.consumer.delivered.position.number.nanoseconds.waiting``."""
    tokens = message.reply.split(".")
    at = 5 if len(tokens) < 11 else 7
    return Message(
        int(tokens[at]), int(tokens[at + 2]), int(tokens[at + 3]), message.subject, message.headers, message.data
    )


def moment(nanoseconds: int) -> datetime:
    """A time of the server's or a publisher's, to the microsecond."""
    return datetime.fromtimestamp(nanoseconds // 1000 / 1_000_000, UTC)

"""How messages get to the server: a connection, and rounds of messages that it has stored, or refuses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from netlynx.fleet.messages import Headers
from netlynx.fleet.needed import FleetError, Refused
from netlynx.fleet.server import Security, connect, shown

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg

PATIENCE = 10.0  # seconds for the server to say that it has stored a round
_PING = 5.0
_NO_STREAM = 503
_TOO_BIG = 10054
_HEADERS = 1024  # bytes that headers of a message take at most, beside a record's and a table's names

Message = tuple[str, Headers, bytes]


class Gone(Exception):
    """The connection ended, or nothing comes over it any more."""


class Refusal(Exception):
    """The server does not store a message, and says why. `too_big`: never, as it is larger than the stream takes."""

    def __init__(self, subject: str, words: str, code: int = 0) -> None:
        super().__init__(f"{subject}: {words}")
        self.subject = subject
        self.words = words
        self.no_stream = code == _NO_STREAM
        self.too_big = code == _TOO_BIG


class Line:
    """A connection over which messages are stored. Its end is noticed by `gone`; it does not come back."""

    def __init__(self, client: Client, stream: str, gone: asyncio.Event, forbidden: list[str]) -> None:
        self.client = client
        self.stream = stream
        self.gone = gone
        self._forbidden = forbidden
        self._inbox = ""
        self._number = 0
        self._waiting: dict[str, int] = {}
        self._answers: list[Any] = []
        self._answered = asyncio.Event()

    @classmethod
    async def open(cls, url: str, security: Security, stream: str) -> Line:
        """Connect. Raises FleetError (`Refused` where the server does not take who asks)."""
        gone, forbidden = asyncio.Event(), list[str]()

        async def closed() -> None:
            gone.set()

        async def told(error: Exception) -> None:
            if "permissions violation" in str(error).lower():
                forbidden.append(str(error).removeprefix("nats: "))

        client = await connect(
            url,
            security,
            allow_reconnect=False,
            closed_cb=closed,
            error_cb=told,
            ping_interval=_PING,
            max_outstanding_pings=2,
            name="netlynx monitor",
        )
        line = cls(client, stream, gone, forbidden)
        inbox = client.new_inbox()
        line._inbox = f"{inbox}."
        try:
            await client.subscribe(f"{inbox}.*", cb=line._hear)
        except Exception as error:  # whatever nats-py says of a connection that ended meanwhile
            raise FleetError(f"{shown(url)}: {_said(error)}") from None
        return line

    @property
    def room(self) -> int:
        """Bytes that the payload of a message may have."""
        return max(1, self.client.max_payload - _HEADERS)

    async def close(self) -> None:
        """End it, in bounded time."""
        with suppress(Exception):  # it may be gone
            await asyncio.wait_for(self.client.close(), 2)

    async def _hear(self, message: Msg) -> None:
        at = self._waiting.pop(message.subject, None)
        if at is None:
            return
        self._answers[at] = message
        if not self._waiting:
            self._answered.set()

    async def store(self, messages: Sequence[Message]) -> list[Refusal | None]:
        """Have the server store messages, in this order; for each why it does not, or None.

        Raises Gone where the connection ends or is silent, and Refused where it may not be published to a subject.
        """
        self._forbidden.clear()
        self._answers = [None] * len(messages)
        self._waiting = {}
        self._answered.clear()
        if not messages:
            return []
        expected = {"Nats-Expected-Stream": self.stream}
        try:
            for at, (subject, headers, payload) in enumerate(messages):
                self._number += 1
                reply = f"{self._inbox}{self._number}"
                self._waiting[reply] = at
                await self.client.publish(subject, payload, reply=reply, headers=headers | expected)
            await asyncio.wait_for(self._either(), PATIENCE)
        except TimeoutError:
            self._check_forbidden()
            raise Gone("the server does not answer any more") from None
        except Exception as error:  # whatever nats-py says of a connection that ended
            if isinstance(error, FleetError | Gone):
                raise
            raise Gone(_said(error)) from None
        return [_refusal(subject, answer) for (subject, _, _), answer in zip(messages, self._answers, strict=True)]

    async def _either(self) -> None:
        """Until all is answered. Raises Gone, Refused."""
        tasks = [asyncio.ensure_future(each.wait()) for each in (self._answered, self.gone)]
        try:
            while not self._answered.is_set():
                if self.gone.is_set():
                    raise Gone("the server has gone away")
                self._check_forbidden()
                await asyncio.wait(tasks, timeout=0.2, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in tasks:
                each.cancel()

    def _check_forbidden(self) -> None:
        if self._forbidden:
            raise Refused(f"the server does not permit it: {self._forbidden[0]}")

    async def make_stream(self, subjects: str) -> None:
        """Make the stream, where there is none of its name. Raises FleetError, Refused, Gone."""
        import nats.errors
        import nats.js.errors

        try:
            await self.client.jetstream(timeout=5).add_stream(name=self.stream, subjects=[subjects], discard="new")
        except nats.js.errors.APIError as error:
            raise FleetError(f"there is no stream {self.stream}, and none is made: {error.description}") from None
        except (nats.errors.Error, TimeoutError, OSError) as error:
            self._check_forbidden()
            if self.gone.is_set():
                raise Gone("the server has gone away") from None
            without = isinstance(error, nats.errors.NoRespondersError)
            said = "the server does without JetStream" if without else _said(error)
            raise FleetError(f"there is no stream {self.stream}, and none is made: {said}") from None


def _said(error: Exception) -> str:
    return str(error).removeprefix("nats: ") or type(error).__name__


def _refusal(subject: str, answer: Any) -> Refusal | None:
    """Why a message was not stored; None where it was."""
    headers = answer.headers or {}
    if headers.get("Status") == "503":
        return Refusal(subject, "no stream of this server takes it", _NO_STREAM)
    try:
        said = json.loads(answer.data)
    except ValueError:
        return Refusal(subject, "what takes it is no stream")
    error = said.get("error")
    if error is None:
        return None
    return Refusal(subject, str(error.get("description")), int(error.get("err_code", 0)))


async def connected(
    url: str, security: Security, stream: str, once: bool, note: Callable[[str], object], stopping: asyncio.Event
) -> Line | None:
    """A connection, however long it takes to be one; None where it is to be given up before that.

    Raises FleetError where the server refuses who asks and has never taken them (`once`): that is not waited out.
    """
    pause, said = 0.1, ""
    while not stopping.is_set():
        try:
            return await Line.open(url, security, stream)
        except FleetError as error:
            if isinstance(error, Refused) and not once:
                raise
            if str(error) != said:
                said = str(error)
                note(f"{said}; what is to be sent waits on disk")
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), pause)
        pause = min(pause * 2, 5.0)
    return None

"""What peers do, whoever waits: said once for both, as conversations (`netlynx.engine.steps`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from netlynx import limits
from netlynx.engine.steps import Otherwise, Steps
from netlynx.errors import RequestTimeout
from netlynx.transport.netlink_socket import NetlinkSocket
from netlynx.wire.constants import NLM_F

from .letters import Content, Desk, Letter, check_address
from .post import PeerSocket
from .presence import Presence


class Correspondence:
    """The half of a peer that does not wait. Not for anybody else."""

    def __init__(self, desk: Desk, sock: PeerSocket) -> None:
        self._desk = desk
        self._socket = sock

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {'closed' if self._socket.closed else f'port={self.port}'}>"

    @property
    def port(self) -> int:
        """The port ID at which letters reach this peer."""
        return self._socket.port

    @property
    def socket(self) -> NetlinkSocket:
        """The socket, for its options and memberships (`join`, `leave`, `receive_buffer` …)."""
        return self._socket

    @property
    def strays(self) -> int:
        """How many answers came from others than those who were asked; they are ignored."""
        return self._desk.strays

    def _sending_all(
        self, post: Callable[..., Any], contents: Iterable[Content], to: int, group: int, type: int, each: float | None
    ) -> Steps[int]:
        """Letters, many to a datagram, for which `post` waits; returns how many. `each` is a datagram's timeout."""
        check_address(to, group)
        each = limits.optional_seconds("timeout", each)
        sent = 0
        for packet, count in self._desk.pack_all(contents, self.port, type):
            yield Otherwise(post, (packet, to, group, each))
            sent += count
        return sent

    def _requesting(
        self,
        post: Callable[..., Any],
        find: Callable[..., Any],
        seconds: Callable[[], float],
        content: Content,
        to: int,
        type: int,
        timeout: float | None,
    ) -> Steps[Letter]:
        """A letter, for which `post` waits, and its answer: `find` waits for that while who is to give it is there."""
        timeout = limits.optional_seconds("timeout", timeout)
        sequence = self._desk.expect(to)
        deadline = None if timeout is None else seconds() + timeout
        try:
            packet = self._desk.pack(content, self.port, type=type, flags=NLM_F.REQUEST, sequence=sequence)
            yield Otherwise(post, (packet, to, 0, timeout))
            answer = yield from self._answered(find, seconds, sequence, to, deadline)
        finally:
            self._desk.forget(sequence)
        if isinstance(answer, Letter):
            return answer
        raise answer

    def _answered(
        self, find: Callable[..., Any], seconds: Callable[[], float], sequence: int, to: int, deadline: float | None
    ) -> Steps[Any]:
        presence, what = Presence(self._socket, to), f"the answer of port {to}"
        look, gone = partial(self._desk.answer, sequence), None
        while True:
            now = seconds()
            if deadline is not None and now >= deadline:
                raise RequestTimeout(f"{what} did not come in time{self._desk.instead(to)}")
            pause = presence.pause if deadline is None else min(presence.pause, deadline - now)
            try:
                answer = yield Otherwise(find, (look, pause, what))
            except RequestTimeout:
                if gone is not None:  # and what it said before it went has been looked at
                    raise gone from None
                gone = presence.gone()
            else:
                return answer

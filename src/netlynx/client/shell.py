"""What both shells are made of, whoever waits: sockets, and the conversations that use them."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from netlynx import limits
from netlynx.engine.carrying import Carrier

if TYPE_CHECKING:
    from netlynx.client.statistics import Statistics
    from netlynx.engine.steps import Lines
    from netlynx.transport.pool import SocketPool


class Shell:
    """The half of a connection that does not wait. Not for anybody else."""

    def __init__(self, pool: SocketPool, lines: Lines, retries: int) -> None:
        self._pool = pool
        self._carrier = Carrier(lines, limits.whole("retries", retries), monotonic)

    @property
    def closed(self) -> bool:
        """Whether `close()` was called."""
        return self._pool.closed

    @property
    def timeout(self) -> float:
        """How long, in seconds, one answer may take. It may be set at any time."""
        return self._pool.patience.seconds

    @timeout.setter
    def timeout(self, seconds: float) -> None:
        self._pool.patience.seconds = limits.seconds("timeout", seconds)

    @property
    def retries(self) -> int:
        """How often an interrupted dump is read again. It may be set at any time."""
        return self._carrier.retries

    @retries.setter
    def retries(self, times: int) -> None:
        self._carrier.retries = limits.whole("retries", times)

    @property
    def statistics(self) -> Statistics:
        """What went over its sockets so far: messages, bytes, overruns, retries, and what was ignored."""
        from netlynx.client.statistics import Statistics

        return Statistics.of(self._pool.traffic)

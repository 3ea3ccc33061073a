"""What an error says of the request that was sent, and of what came instead of its answer."""

from __future__ import annotations

from typing import Any

from netlynx.engine.steps import Line
from netlynx.errors import DecodeError, NetlynxError, RequestTimeout
from netlynx.wire.constants import NETLINK


def note_sent(error: BaseException, line: Line, request: bytes, exchange: Any = None) -> None:
    """Have an error of netlynx's show the request that was sent; a timeout says what came that is no answer to it."""
    if isinstance(error, RequestTimeout) and exchange is not None and exchange.strays:
        from netlynx.engine.unanswered import explain

        explain(error, exchange, line.buffer, *line.last)
    if isinstance(error, NetlynxError):
        from netlynx.engine.messages import note_request  # once there is an error

        if isinstance(error, DecodeError) and line.protocol == NETLINK.ROUTE:
            _advise(error, line, request)
        note_request(error, line.protocol, request, getattr(exchange, "operation", None))


def _advise(error: DecodeError, line: Line, request: bytes) -> None:
    """Have an error say what to do about an answer about links that makes no sense, where that is known."""
    from netlynx.engine.messages import asked_by
    from netlynx.route import Link
    from netlynx.route.hints import unreadable
    from netlynx.route.stats import StatsRequest

    asked = asked_by(line.protocol, request, {})
    if asked and isinstance(asked[0].record, Link | StatsRequest):
        advice = unreadable(asked[0].record, line.buffer, error.offset)
        if advice and advice not in error.message:
            error.message = f"{error.message}. {advice}"
            error.args = (error.message, error.offset, error.path)

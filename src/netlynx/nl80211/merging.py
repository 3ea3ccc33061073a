"""Radios put together from the messages that tell of them: the kernel splits what does not fit into one.

Of a radio, each message says what no other does; bands come in pieces, channel by channel. Source:
nl80211_send_wiphy in net/wireless/nl80211.c.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from netlynx.schema import Record, fields_of, replace_fields

from .wiphy import Wiphy

R = TypeVar("R", bound=Record)


def merged(messages: Iterable[Wiphy]) -> list[Wiphy]:
    """The radios that messages are about, in the order in which they came."""
    found: dict[int | None, Wiphy] = {}
    for message in messages:
        known = found.get(message.wiphy)
        found[message.wiphy] = message if known is None else joined(known, message)
    return list(found.values())


def joined(one: R, other: R) -> R:
    """Two records as one: what only one says, lists behind each other, tables key by key."""
    changed: dict[str, Any] = {}
    for name, value in fields_of(other).items():
        before = getattr(one, name)
        if value is None or value is False or value == () or value == before:
            continue
        if before is None or before is False or before == ():
            changed[name] = value
        elif isinstance(value, dict):
            changed[name] = {**before, **{key: _both(before.get(key), each) for key, each in value.items()}}
        elif isinstance(value, tuple):
            changed[name] = (*before, *value)
        else:
            changed[name] = _both(before, value)
    return replace_fields(one, **changed)


def _both(before: Any, value: Any) -> Any:
    return joined(before, value) if isinstance(before, Record) and isinstance(value, Record) else value

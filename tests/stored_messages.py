"""What a server has stored, by a reader that knows of NATS and of messages only."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from command import PATIENCE
from netlynx.fleet.messages import Events, Part, Said, read
from netlynx.fleet.subjects import escape_namespace

Key = tuple[str, str, str]  # host, the namespace's token, start


def stored(url: str, stream: str = "netlynx", **how: Any) -> list[Events | Part]:
    """All messages of a stream, in its order."""
    return asyncio.run(_stored(url, stream, how))


async def _stored(url: str, stream: str, how: dict[str, Any]) -> list[Events | Part]:
    import nats
    from nats.js.errors import NotFoundError

    client = await nats.connect(url, **how)
    try:
        context = client.jetstream()
        try:
            count = (await context.stream_info(stream)).state.messages
        except NotFoundError:
            return []
        found: list[Events | Part] = []
        if count:
            subscription = await context.subscribe("netlynx.>", stream=stream, ordered_consumer=True)
            while len(found) < count:
                message = await subscription.next_msg(timeout=PATIENCE)
                found.append(read(message.subject, message.headers, message.data))
        return found
    finally:
        await client.close()


def by_start(messages: list[Events | Part]) -> dict[Key, dict[int, tuple[Events, Said]]]:
    """The events by sequence, of each host, namespace and start; where one came twice, the first of them."""
    found: dict[Key, dict[int, tuple[Events, Said]]] = defaultdict(dict)
    for message in messages:
        if isinstance(message, Events):
            key = (message.subject.host, escape_namespace(message.subject.namespace), message.start)
            for said in message.lines():
                found[key].setdefault(said.sequence, (message, said))
    return found


def missing(messages: list[Events | Part]) -> dict[Key, set[int]]:
    """Sequences that are neither stored nor told as lost, up to the highest of each start. It also sees to it that what
    headers say is settled is so."""
    lost: dict[Key, set[int]] = defaultdict(set)
    events = by_start(messages)
    for key, said in events.items():
        for _, each in said.values():
            if each.reason == "disk":
                assert each.start
                assert each.first
                assert each.last
                lost[key[0], key[1], each.start] |= {*range(each.first, each.last + 1)}
    have: dict[Key, set[int]] = defaultdict(set)
    for message in messages:
        if isinstance(message, Events):
            key = (message.subject.host, escape_namespace(message.subject.namespace), message.start)
            assert not {*range(1, message.settled)} - have[key] - lost[key], message.subject.text
            have[key] |= {*range(message.first, message.last + 1)}
    gone = {key: {*range(1, max(said) + 1)} - said.keys() - lost[key] for key, said in events.items()}
    return {key: each for key, each in gone.items() if each}


def counted(
    messages: list[Events | Part], wanted: Callable[[Said], bool] = lambda said: said.object is not None
) -> int:
    """How many events there are, each once, of those that are wanted: if nothing is said, those of a kernel."""
    return sum(wanted(said) for each in by_start(messages).values() for _, said in each.values())

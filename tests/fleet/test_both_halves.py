"""From kernels to mirrors: what hosts publish is what is read of them, whoever is restarted meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from command import PATIENCE
from fleet.test_publishing import until
from nats_server import NatsServer
from netlynx import fleet, route
from simulated_hosts import Host, publishing

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


async def heard(url: str) -> Counter[str]:
    """How many events of kernels the stream has of each host, by the reader that `netlynx fleet events` uses."""
    found: Counter[str] = Counter()
    async for told in fleet.Following(url, since=LONG_AGO).told(follow=False):
        assert isinstance(told, fleet.Events), told
        found[told.subject.host] += sum(each.object is not None for each in told.lines())
    return found


def test_mirrors_are_what_kernels_have_and_readers_read_what_was_said(nats: NatsServer, tmp_path: Path) -> None:
    hosts = [Host(f"host{number}.example") for number in range(4)]

    async def live(host: Host, begin: int, pause: float) -> None:
        async with publishing(host, nats.url, tmp_path / "spool", tables=True) as publisher:
            await until(lambda: publisher.rounds)
            for index in range(begin, begin + 20):
                host.link(index)
                host.route(index)
                await asyncio.sleep(pause)

    async def restart() -> None:
        await asyncio.sleep(0.2)
        await asyncio.to_thread(nats.kill)
        await asyncio.to_thread(nats.start)

    async def story() -> None:
        for begin in (2, 100):
            await asyncio.gather(restart(), *(live(host, begin, 0.02) for host in hosts))
        for host in hosts:  # what still waits
            async with publishing(host, nats.url, tmp_path / "spool", tables=True) as publisher:
                await until(lambda publisher=publisher: publisher.rounds and not publisher.waiting)
        async with fleet.mirror(nats.url) as mirror:
            await mirror.settle(PATIENCE)
            for host in hosts:
                copy = mirror[host.name][route.links()]
                assert {each.index: each.name for each in copy} == {
                    index: each.name for index, each in host.links.items()
                }
        assert await heard(nats.url) == {host.name: host.said for host in hosts}

    asyncio.run(story())

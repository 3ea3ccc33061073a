"""What kernels say is on the server, whole and in order, whatever happens to servers, disks, clocks and publishers."""

from __future__ import annotations

import asyncio
import io
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.ipc
import pytest

from command import PATIENCE
from nats_server import NatsServer
from netlynx import Overrun, aconnect, route
from netlynx.engine.operation import Event
from netlynx.fleet import sending
from netlynx.fleet.messages import Events, Part
from netlynx.fleet.needed import FleetError, Refused
from netlynx.fleet.publisher import Publisher
from netlynx.fleet.tasks import end
from simulated_hosts import HEARD, Host, publishing
from stored_messages import by_start, counted, missing, stored

pytestmark = pytest.mark.usefixtures("nats")


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


async def until(condition: Any) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)


def events_of(messages: list[Events | Part]) -> list[Events]:
    return [each for each in messages if isinstance(each, Events)]


def test_what_a_kernel_says_is_stored_in_order_with_its_start_and_its_end(nats: NatsServer, spool: Path) -> None:
    host = Host("db.example")

    async def main() -> None:
        async with publishing(host, nats.url, spool):
            for each in range(2, 6):
                host.link(each)
                host.route(each)
                host.route(each + 10)

    asyncio.run(main())
    messages = stored(nats.url)
    ((key, events),) = by_start(messages).items()
    assert key[:2] == ("db.example", "_")
    assert missing(messages) == {}
    said = [each for _, each in events.values()]
    assert [each.sequence for each in said] == [*range(1, 15)]
    assert [each.event for each in said] == ["start", *["new"] * 12, "stop"]
    assert [each.object for each in said[1:-1]] == ["link", "route", "route"] * 4
    message, first = events[2]
    link = message.record_of(first)
    assert isinstance(link, route.Link)
    assert (link.index, link.name) == (2, "v2")
    assert message.subject.text == "netlynx.db%2Eexample._.route.link"


def test_tables_are_stored_at_the_start_and_after_an_overrun(nats: NatsServer, spool: Path) -> None:
    host = Host("a")

    async def main() -> None:
        async with publishing(host, nats.url, spool, tables=True) as publisher:
            await until(lambda: publisher.rounds == 1)
            host.links[2] = route.Link(index=2, name="v2")
            publisher.put("", Overrun(1))
            host.link(3)
            await until(lambda: publisher.rounds == 2)

    asyncio.run(main())
    messages = stored(nats.url)
    first, second = [each for each in messages if isinstance(each, Part)]
    names = [
        pyarrow.ipc.open_stream(io.BytesIO(each.payload)).read_all().column("name").to_pylist()
        for each in (first, second)
    ]
    assert names == [["lo"], ["lo", "v2", "v3"]]
    assert (first.generation, second.generation) == (1, 2)
    assert (first.rows, second.rows, second.parts) == (1, 3, 1)
    said = [each for _, each in next(iter(by_start(messages).values())).values()]
    overrun = next(each for each in said if each.event == "overrun")
    assert overrun.reason == "kernel"
    assert second.sequence >= overrun.sequence
    held = messages[: messages.index(second)]
    assert max(each.last for each in events_of(held)) == second.sequence


def test_a_server_that_comes_later_gets_it_all(nats: NatsServer, spool: Path) -> None:
    nats.stop()
    host, notes = Host("a"), list[str]()

    async def main() -> None:
        async with publishing(host, nats.url, spool, note=notes.append) as publisher:
            for each in range(500):
                host.route(each)
            await until(lambda: publisher.waiting >= 500 and notes)
            await asyncio.to_thread(nats.start)
            await until(lambda: publisher.stored >= 501)

    asyncio.run(main())
    assert missing(stored(nats.url)) == {}
    assert counted(stored(nats.url)) == host.said == 500
    assert "no server answers" in notes[0]
    assert "waits on disk" in notes[0]


def test_a_server_that_is_killed_and_comes_back_in_a_flood_has_it_all(nats: NatsServer, spool: Path) -> None:
    host = Host("a")

    async def main() -> None:
        async with publishing(host, nats.url, spool) as publisher:
            for round in range(3):
                for each in range(1000):
                    host.route(each)
                    if each % 100 == 0:
                        await asyncio.sleep(0.005)
                await until(lambda: publisher.stored > 0)
                await asyncio.to_thread(nats.kill)
                for each in range(round * 100):
                    host.address(each)
                await asyncio.to_thread(nats.start)
            await until(lambda: not publisher.waiting)

    asyncio.run(main())
    messages = stored(nats.url)
    assert missing(messages) == {}
    assert counted(messages) == host.said


def test_a_publisher_that_is_killed_goes_on_where_it_was(nats: NatsServer, spool: Path) -> None:
    nats.stop()
    host = Host("a")

    async def first() -> None:
        async with aconnect(kernel=host.kernel) as nl, nl.subscribe(*HEARD) as events:
            publisher = Publisher(nats.url, spool, host="a", linger=0.01)
            await publisher.__aenter__()
            for each in range(100):
                host.route(each)
            for item in events.drain():
                assert isinstance(item, Event)
                publisher.put("route", item)
            await until(lambda: publisher.waiting == 101)
            for each in publisher._tasks:
                each.cancel()
            os.close(publisher._spool._lockfile)  # as the system does where a process is killed

    async def second() -> None:
        async with publishing(host, nats.url, spool) as publisher:
            assert publisher.waiting == 101
            host.route(1)

    asyncio.run(first())
    nats.start()
    asyncio.run(second())
    messages = stored(nats.url)
    assert missing(messages) == {}
    assert counted(messages) == host.said == 101
    old, new = by_start(messages).items()
    start = new[1][1][1]
    assert start.event == "start"
    assert start.before is not None
    assert (start.before.start, start.before.last) == (old[0][2], {"_": 101})


def test_a_stream_that_is_full_is_waited_for(nats: NatsServer, spool: Path) -> None:
    host, notes = Host("a"), list[str]()

    async def main() -> None:
        import nats as client
        from nats.js.api import DiscardPolicy

        connection = await client.connect(nats.url)
        context = connection.jetstream()
        await context.add_stream(
            name="netlynx", subjects=["netlynx.>"], max_msgs=3, discard=DiscardPolicy.NEW, duplicate_window=60
        )
        async with publishing(host, nats.url, spool, note=notes.append) as publisher:
            for each in range(2, 12):
                host.link(each)
                host.route(each)
            await until(lambda: any("exceeded" in each for each in notes))
            assert publisher.waiting > 0
            await context.update_stream(name="netlynx", subjects=["netlynx.>"], max_msgs=-1)
            await until(lambda: not publisher.waiting)
        await connection.close()

    asyncio.run(main())
    messages = stored(nats.url)
    assert missing(messages) == {}
    assert counted(messages) == host.said
    assert notes[-1] == "stream netlynx takes events again"


def secured(tmp_path: Path, permissions: str = "") -> NatsServer:
    user = f'{{ user: a, password: "right" {permissions} }}'
    return NatsServer(tmp_path / "secured", f'authorization {{ users = [ {user}, {{ user: b, password: "all" }} ] }}')


def test_who_is_refused_is_told_and_nothing_is_lost(tmp_path: Path, spool: Path) -> None:
    server = secured(tmp_path)
    server.start()
    host = Host("a")

    async def main(password: str) -> None:
        url = server.url.replace("//", f"//a:{password}@")
        async with publishing(host, url, spool) as publisher:
            host.route(1)
            await (until(lambda: publisher.stored >= 5) if password == "right" else publisher.failed())

    try:
        with pytest.raises(Refused, match="does not take this name, password or credential") as refused:
            asyncio.run(main("wrong"))
        assert "wrong" not in str(refused.value).replace("a wrong", "")
        asyncio.run(main("right"))
        messages = stored(server.url, user="a", password="right")
    finally:
        server.kill()
    assert missing(messages) == {}
    assert counted(messages) == 2


def test_a_subject_that_is_not_permitted_is_told_and_nothing_is_lost(tmp_path: Path, spool: Path) -> None:
    server = secured(tmp_path, ', permissions { publish: ["netlynx.other.>", "$JS.API.>"] }')
    server.start()
    host = Host("a")

    async def main(user: str) -> None:
        async with publishing(host, server.url.replace("//", f"//{user}@"), spool) as publisher:
            host.route(1)
            await (publisher.failed() if user == "a:right" else until(lambda: publisher.stored >= 5))

    try:
        with pytest.raises(FleetError, match=r"does not permit it: .*netlynx\.a\._\.fleet\.start"):
            asyncio.run(main("a:right"))
        asyncio.run(main("b:all"))
        messages = stored(server.url, user="b", password="all")
    finally:
        server.kill()
    assert missing(messages) == {}
    assert counted(messages) == 2


def test_messages_fit_the_server_and_an_event_that_none_holds_is_told(tmp_path: Path, spool: Path) -> None:
    server = NatsServer(tmp_path / "small", "max_payload: 4096")
    server.start()
    host = Host("a")

    async def main() -> None:
        async with publishing(host, server.url, spool) as publisher:
            for each in range(100):
                host.route(each)
            publisher.put("link", Event("new", route.Link(index=9)), said=b'"%b"' % (b"x" * 5000))
            host.route(7)

    try:
        asyncio.run(main())
        messages = stored(server.url)
    finally:
        server.kill()
    assert missing(messages) == {}
    assert all(len(each.payload) <= 4096 for each in messages)
    assert counted(messages) == 101
    (told,) = [each for _, each in next(iter(by_start(messages).values())).values() if each.event == "overrun"]
    assert (told.reason, told.of) == ("size", "link")
    assert told.bytes is not None
    assert told.bytes > 5000


def test_what_no_longer_fits_on_disk_is_told_with_its_range(nats: NatsServer, spool: Path) -> None:
    nats.stop()
    host = Host("a")

    async def main() -> None:
        async with publishing(host, nats.url, spool, limit=200_000) as publisher:
            for each in range(3000):
                host.route(each)
                if each % 200 == 0:
                    await asyncio.sleep(0.03)
            await until(lambda: publisher.dropped > 0 and publisher.waiting + publisher.dropped >= 3001)
            await asyncio.to_thread(nats.start)
            await until(lambda: not publisher.waiting and not publisher._spool.losses())

    asyncio.run(main())
    messages = stored(nats.url)
    assert missing(messages) == {}
    assert 0 < counted(messages) < host.said
    told = [each for _, each in next(iter(by_start(messages).values())).values() if each.reason == "disk"]
    assert told[0].first == 1
    assert told[0].last is not None
    assert counted(messages) + told[0].last - 1 == host.said  # the start was dropped, too


def test_a_clock_that_is_set_back_changes_no_order(nats: NatsServer, spool: Path) -> None:
    host = Host("a")
    times: Iterator[int] = iter([10**18, 10**18 + 1, 5, 6, 2 * 10**18, *range(7, 99)])

    async def main() -> None:
        async with publishing(host, nats.url, spool, clock=lambda: next(times)):
            for each in range(2, 8):
                host.link(each)

    asyncio.run(main())
    said = [each for _, each in next(iter(by_start(stored(nats.url)).values())).values()]
    assert [each.time for each in said[:5]] == [10**18, 10**18 + 1, 5, 6, 2 * 10**18]
    assert [each.sequence for each in said] == [*range(1, 9)]


def test_a_connection_that_is_silent_is_left(nats: NatsServer, spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host, notes = Host("a"), list[str]()
    monkeypatch.setattr(sending, "PATIENCE", 0.3)

    async def main() -> None:
        async with publishing(host, nats.url, spool, note=notes.append) as publisher:
            await until(lambda: publisher.stored)
            nats.signal(signal.SIGSTOP)
            try:
                host.route(1)
                await until(lambda: any("does not answer any more" in each for each in notes))
            finally:
                nats.signal(signal.SIGCONT)
            await until(lambda: publisher.stored >= 2)

    asyncio.run(main())
    messages = stored(nats.url)
    assert missing(messages) == {}
    assert counted(messages) == 1


def test_ending_takes_bounded_time_and_says_what_waits(nats: NatsServer, spool: Path) -> None:
    nats.stop()
    host, notes = Host("a"), list[str]()

    async def main() -> None:
        async with publishing(host, nats.url, spool, note=notes.append):
            host.route(1)

    asyncio.run(main())
    assert notes[-1] == f"3 events wait in {spool / 'a' / '_'} for the next start"


def test_fifty_hosts_and_a_server_that_come_and_go(nats: NatsServer, spool: Path) -> None:
    hosts = [Host(f"host{each}.example") for each in range(50)]

    async def life(host: Host, times: int) -> None:
        for _ in range(times):
            async with publishing(host, nats.url, spool, linger=0.1) as publisher:
                for each in range(20):
                    host.route(each)
                    host.link(each + 2)
                await until(lambda publisher=publisher: publisher.stored)

    async def main() -> None:
        lives = asyncio.gather(*(life(host, 1 + number % 3) for number, host in enumerate(hosts)))
        await asyncio.sleep(0.3)
        await asyncio.to_thread(nats.kill)
        await asyncio.sleep(0.2)
        await asyncio.to_thread(nats.start)
        await lives
        for host in hosts:  # what waits, if something does
            async with publishing(host, nats.url, spool, linger=0.01):
                pass

    asyncio.run(main())
    messages = stored(nats.url)
    assert missing(messages) == {}
    assert counted(messages) == sum(each.said for each in hosts) == 40 * sum(1 + each % 3 for each in range(50))
    assert {key[0] for key in by_start(messages)} == {each.name for each in hosts}


def test_tables_that_a_lost_connection_took_are_stored_over_the_next(
    nats: NatsServer, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, store = Host("web1"), sending.Line.store
    lost: list[int] = []

    async def loses(self: sending.Line, messages: Any) -> Any:
        if not lost and any(".snapshot." in subject for subject, _, _ in messages):
            lost.append(len(messages))
            raise sending.Gone("connection closed")
        return await store(self, messages)

    monkeypatch.setattr(sending.Line, "store", loses)

    async def main() -> None:
        async with publishing(host, nats.url, spool, tables=True) as publisher:
            await until(lambda: publisher.rounds)

    asyncio.run(main())
    assert lost
    assert [each.subject.table for each in stored(nats.url) if isinstance(each, Part)] == ["links"]


def test_a_task_that_takes_a_cancellation_for_something_else_is_ended() -> None:
    refused: list[int] = []

    async def stubborn() -> None:
        while True:
            try:
                await asyncio.sleep(PATIENCE)
            except asyncio.CancelledError:
                if len(refused) == 2:
                    raise
                refused.append(1)

    async def main() -> None:
        task = asyncio.create_task(stubborn())
        await asyncio.sleep(0)
        async with asyncio.timeout(PATIENCE):
            await end(task)
        assert task.cancelled()

    asyncio.run(main())
    assert len(refused) == 2

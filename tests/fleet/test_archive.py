"""Archives: every event is there once, however the archiver ended."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import duckdb
import pytest

from fleet_hosts import Host, a_host, a_link, a_route, with_stream
from nats_server import NatsServer
from netlynx import fleet
from netlynx.fleet.archive import Archive
from netlynx.fleet.cursor import ALL, Cursor, Stream
from netlynx.sql.history import tables_of


def asked(folder: Path, statement: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as database:
        for name, kept in tables_of(folder).items():
            database.execute(f"create view {name} as {kept}")
        return database.execute(statement).fetchall()


async def archive(nats: NatsServer, folder: Path) -> fleet.Archiving:
    kept = fleet.Archiving(nats.url, folder)
    await kept.run(follow=False)
    return kept


def test_each_event_is_there_once_and_what_did_not_come_is_told(nats: NatsServer, tmp_path: Path) -> None:
    folder = tmp_path / "kept"

    async def story(js: Any) -> None:
        host = await a_host(js, "web", 5)
        other = Host(js, "web", "blue")
        await other.begin()
        await other.change(("new", a_link(7)))
        assert (await archive(nats, folder)).counts["events"] == 9
        await host.change(("new", a_route(8)), lost=True)
        said = await host.change(("new", a_route(9)), ("delete", a_route(9)))
        await js.publish(said.subject.text, said.payload, headers={**said.headers(), "Nats-Msg-Id": "again"})
        await host.change(("new", a_route(10)), payload=b"damaged")
        await js.publish("netlynx.web._.route.link", b"")
        kept = await archive(nats, folder)
        assert dict(kept.counts) == {"events": 2, "again": 2, "gap": 1, "unreadable": 2}
        assert (await archive(nats, folder)).counts["events"] == 0

    with_stream(nats, story)
    assert asked(
        folder, "select host, namespace, count(*), count(distinct sequence) from history_route group by all"
    ) == [("web", "", 7, 7)]
    assert asked(folder, "select namespace, index, name from history_link order by 1") == [
        ("", 2, "eth2"),
        ("blue", 7, "eth7"),
    ]
    told = "select event, destination from history_route where sequence >= 8 order by sequence"
    assert asked(folder, told)[-2:] == [("new", "10.0.9.0/24"), ("delete", "10.0.9.0/24")]
    assert asked(folder, "select host, start, sequence, lost from history_gap") == [("web", "s1", 8, 1)]
    assert asked(folder, "select count(*) from history_unreadable") == [(2,)]
    assert len(asked(folder, "select * from history_start")) == 2
    counted = asyncio.run(fleet.sql(nats.url, "select count(*) from history_route", history=folder))
    assert counted.rows() == [(7,)]


def test_an_archiver_that_was_killed_leaves_nothing_twice(nats: NatsServer, tmp_path: Path) -> None:
    folder = tmp_path / "kept"

    async def story(js: Any) -> None:
        host = await a_host(js, "web", 3)
        await archive(nats, folder)
        await host.change(("new", a_route(8)), ("new", a_route(9)))
        async with fleet.server.connected(nats.url) as client:
            cursor = Cursor(Stream(client), "netlynx.>", ALL)
            killed = Archive(folder)
            async for message in cursor.until((await js.stream_info("netlynx")).state.last_seq):
                if message.position > killed.place.position:
                    killed.add(message)
        for each in killed._files.values():  # it is killed between finishing its files and saying so
            each.close()
            each.part.rename(each.path)
        (folder / "route" / f"2026-11-30T14-{999:020}.parquet.part").touch()
        assert asked(folder, "select count(*) from history_route") == [(5,)]
        assert (await archive(nats, folder)).counts["events"] == 2
        await js.delete_stream("netlynx")
        await js.add_stream(name="netlynx", subjects=["netlynx.>"])
        with pytest.raises(fleet.FleetError, match="is the archive of the stream 'netlynx' that was made at"):
            await archive(nats, folder)

    with_stream(nats, story)
    assert asked(folder, "select count(*), count(distinct sequence) from history_route") == [(5, 5)]
    assert [*folder.glob("*/*.part")] == []


def test_what_the_stream_dropped_before_it_was_archived_is_told(nats: NatsServer, tmp_path: Path) -> None:
    async def story(js: Any) -> None:
        host = await a_host(js, "web", 3)
        await archive(nats, tmp_path)
        for number in range(10):
            await host.change(("new", a_route(number)))
        await js.purge_stream("netlynx", keep=2)
        kept = await archive(nats, tmp_path)
        assert [(each.last - each.first + 1) for each in kept.lost] == [10]  # the two tables among them
        assert kept.counts["events"] == 2

    with_stream(nats, story)


def test_a_folder_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "position.json").write_text("[]")
    with pytest.raises(fleet.FleetError, match="does not say up to where the archive goes"):
        fleet.Archiving("nats://127.0.0.1:1", tmp_path)


def test_what_a_server_says_late_of_nothing_being_there_is_no_message(
    nats: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nats.js.client import JetStreamContext

    fetch = JetStreamContext.PullSubscription.fetch

    async def late(self: Any, *how: Any) -> Any:
        try:
            return await fetch(self, *how)
        finally:
            await asyncio.sleep(0.3)

    monkeypatch.setattr(JetStreamContext.PullSubscription, "fetch", late)

    async def story(js: Any) -> None:
        await a_host(js, "web", 3)
        await archive(nats, tmp_path / "kept")
        assert (await archive(nats, tmp_path / "kept")).counts["events"] == 0

    with_stream(nats, story)

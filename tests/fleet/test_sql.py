"""SQL over what hosts publish: the counts are the hosts' own."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fleet_hosts import Host, a_host, a_link, a_route, with_stream
from nats_server import NatsServer
from netlynx import fleet, sql

COUNTS = "select host, count(*) from routes group by host order by host"


def ask(nats: NatsServer, statement: str, *parameters: Any, **how: Any) -> fleet.FleetResult:
    return asyncio.run(fleet.sql(nats.url, statement, parameters or None, **how))


def test_counts_are_the_hosts_own_with_the_events_behind_their_tables(nats: NatsServer) -> None:
    hosts: list[Host] = []

    async def story(js: Any) -> None:
        for number, name in enumerate(("a.example", "b", "c")):
            hosts.append(await a_host(js, name, 10 * (number + 1)))
        await hosts[1].change(("delete", a_route(0)), ("delete", a_route(1)), ("new", a_route(77)))

    with_stream(nats, story)
    assert ask(nats, COUNTS).rows() == [(each.name, len(each.records["route"])) for each in hosts]
    told = ask(nats, "select * from routes where destination = ? order by host", "10.0.77.0/24")
    assert told.columns[:3] == ("host", "namespace", "family")
    assert [row[:2] for row in told] == [("b", "")]
    assert told.remarks == ()
    joined = (
        "select distinct r.host, l.name from routes r join links l on r.host = l.host and r.oif = l.index order by 1"
    )
    assert ask(nats, joined).rows() == [(each.name, "eth2") for each in hosts]
    assert ask(nats, COUNTS, hosts=["b"]).rows() == [("b", 19)]
    assert ask(nats, "select host, sequence, stopped from hosts order by host").rows()[1] == ("b", 25, False)
    assert asyncio.run(fleet.tables(nats.url)) == {
        "links": ("network interfaces", 3),
        "routes": ("routes of all tables", 3),
    }


def test_what_is_not_so_for_certain_is_remarked(nats: NatsServer) -> None:
    async def story(js: Any) -> None:
        host = await a_host(js, "web")
        await host.change(("new", a_route(20)), lost=True)
        await host.change(("new", a_route(21)))
        other = await a_host(js, "db")
        await other.change(("new", a_link(2, "renamed")))

    with_stream(nats, story)
    told = ask(nats, COUNTS)
    assert told.rows() == [("db", 5), ("web", 6)]
    assert told.remarks == (
        "db: what changed since its tables were read may have changed more than was told",
        "web: events lost since its tables were read: 1",
    )


def test_what_is_not_there_is_said(nats: NatsServer) -> None:
    async def story(js: Any) -> None:
        await a_host(js, "web")

    with_stream(nats, story)
    for statement, words in (
        ("select * from rules", "no host publishes rules: those that are published are hosts, links, routes"),
        ("select * from rautes", "there is no table 'rautes'; did you mean routes?"),
        ("select nothing from routes", "nothing"),
    ):
        with pytest.raises(sql.SqlError, match=words):
            ask(nats, statement)
    with pytest.raises(fleet.FleetError, match="nothing is there of a host 'wep'"):
        ask(nats, COUNTS, hosts=["wep"])

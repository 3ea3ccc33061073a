"""Statements: what is read for them, of which namespaces, and what is said of those that are wrong."""

from __future__ import annotations

from typing import Any

import duckdb
import polars
import pytest

from netlynx import netns, sql
from netlynx.client.connection import Connection
from netlynx.errors import NotFound, NotSupported
from netlynx.kernel import VirtualKernel
from netlynx.sql.conditions import conditions_of
from support import ip as ip_in
from support import named_namespace

pytestmark = pytest.mark.namespace

Asked = list[tuple[str, tuple[str, ...]]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What is asked of a kernel, and the columns that are made of it."""
    found: Asked = []
    table = Connection.table

    def noted(nl: Connection, operation: Any, **how: Any) -> Any:
        found.append((str(operation), tuple(how["columns"])))
        return table(nl, operation, **how)

    monkeypatch.setattr(Connection, "table", noted)
    return found


SIMPLE = ("VARCHAR", "UTINYINT", "USMALLINT", "UINTEGER", "INTEGER", "BOOLEAN")


NAMES = (
    *("links", "addresses", "routes", "neighbours", "rules", "qdiscs", "fdb", "netconf", "nexthops"),
    *("nft_rules", "nft_sets", "nft_objects", "nft_chains", "nft_tables", "netlink_sockets", "address_labels"),
)


@pytest.mark.parametrize("name", NAMES)
def test_a_condition_finds_the_rows_that_it_finds_among_all(db: sql.Session, name: str) -> None:
    """Of every column, each value that it has, and one that it has not: what is compared below is compared alike."""
    tried = 0
    for column, type in db.schema(name).items():
        if type not in SIMPLE or column in ("netns", "memory", "used", "confirmed", "updated"):
            continue
        asked = f'select count(*) from {name} where "{column}" = ?'
        whole = f'select "{column}", count(*) from {name} group by all'
        many = dict(db.execute(whole))
        for value in [*many, *(("none", "") if type == "VARCHAR" else (77, 0))]:
            if value is None or isinstance(value, bool):
                continue
            for _ in range(20):  # what the kernel adds by itself meanwhile, it adds once
                found = db.execute(asked, [value]).rows()
                if found == [(many.get(value, 0),)]:
                    break
                many = dict(db.execute(whole))
            assert found == [(many.get(value, 0),)], (column, value)
            tried += 1
    assert tried > 5


def test_only_the_columns_of_a_statement_are_read_and_the_kernel_chooses_rows(db: sql.Session, asked: Asked) -> None:
    found = db.execute("""select destination from routes where "table" = 100 and protocol = 'bgp'""").rows()
    assert found == [("10.1.0.0/16",)]
    [(operation, columns)] = asked
    assert operation.startswith("route.routes(")
    assert "table=100" in operation
    assert "protocol=bgp" in operation
    assert {*columns} == {"destination", "table", "protocol"}
    asked.clear()
    db.execute("select count(*) from links")
    assert len(asked[0][1]) <= 1
    asked.clear()
    db.execute("select name from links l where l.name in ('v0', 'lo') and mtu > 100")
    assert "name" in asked[0][0]
    assert set(asked[0][1]) == {"name", "mtu"}


def test_a_table_that_stands_twice_in_a_statement_is_read_once(db: sql.Session, asked: Asked) -> None:
    pairs = db.execute(
        "select a.name, b.name from links a join links b on a.master = b.index where a.netns = b.netns"
    ).rows()
    assert pairs == [("v1", "br0")]
    assert [operation.partition("(")[0] for operation, _ in asked] == ["route.links"]
    asked.clear()
    db.execute("with l as (select * from links) select * from l a, l b where a.index = 1 and b.name = 'v0'")
    assert len(asked) == 1


def test_rooms_are_joined(db: sql.Session) -> None:
    found = db.execute(
        """select l.name, n.address, r.destination from routes r
        join links l on l.index = r.oif join neighbours n on n.index = l.index and n.destination = '192.0.2.9'
        where r.protocol = 'static'"""
    ).rows()
    assert found == [("v0", "02:00:00:00:00:09", "10.0.0.0/8")]


def test_statements_over_namespaces(asked: Asked) -> None:
    with named_namespace() as blue, named_namespace() as red:
        ip_in(blue, "link", "add", "b0", "type", "bridge")
        ip_in(red, "link", "add", "r0", "type", "bridge")
        with sql.connect(netns=blue) as db:
            names = "select netns, name from links where name like '_0'"
            assert db.execute(names).rows() == [(blue, "b0")]
            assert db.execute(f"{names} and netns = '{red}'").rows() == [(red, "r0")]
            bridges = "select name from links where netns = ? and kind = 'bridge'"
            assert db.execute(bridges, [red]).rows() == [("r0",)]
            assert db.execute(bridges.replace("?", "$where"), {"where": red}).rows() == [("r0",)]
            both = sorted(db.execute(f"select name from links where netns in ('{red}', '{blue}') and name <> 'lo'"))
            assert [name for (name,) in both] == ["b0", "r0"]
            joined = f"""select l.name, a.address from links l left join addresses a using (netns, index)
                    where netns = '{red}' and l.name = 'lo'"""
            assert db.execute(joined).rows() == [("lo", None)]
            asked.clear()
            with pytest.raises(NotFound, match="nowhere"):
                db.execute("select * from links where netns = 'nowhere'")
            assert asked == []
        with sql.connect(netns=blue, all_namespaces=True) as db:
            found = db.execute("select netns, name from links where kind = 'bridge'").rows()
            assert {(blue, "b0"), (red, "r0")} <= {*found}
            assert len(found) == len({*found})
            asked.clear()
            db.execute(f"select count(*) from links where netns = '{blue}'")
            assert len(asked) == 1


def test_what_is_read_in_another_thread_is_of_the_namespace_of_the_session(namespace: netns.NetworkNamespace) -> None:
    """An engine reads in threads of its own, which may be elsewhere."""
    ip_in(namespace, "link", "add", "here0", "type", "bridge")
    with netns.inside(namespace):
        frame = sql.frame("links")
        db = sql.connect()
    with db:
        for found in (frame.collect()["name"].to_list(), [name for (name,) in db.execute("select name from links")]):
            assert "here0" in found


def test_wrong_statements_are_told_in_a_line(db: sql.Session) -> None:
    for statement, said in (
        ("select * from rotues", r"there is no table 'rotues'; did you mean routes"),
        ("select * from zzzzzz", r"there is no table 'zzzzzz': `netlynx sql .tables` lists all"),
        ("select nam from links", r'"nam" not found.*"name"'),
        ("selec 1", r"syntax error at or near \"selec\""),
        ("select 1 from", "syntax error at or near"),
        ("insert into links values (1)", "links is what the kernel lists, and is only read here"),
        ("update routes set metric = 1", "routes is what the kernel lists, and is only read here"),
        ("create or replace table links as select 1", "links is what the kernel lists: a table of one's own needs"),
        ("delete from nft_counters", "nft_counters is what the kernel lists, and is only read here"),
    ):
        with pytest.raises(sql.SqlError, match=said) as caught:
            db.execute(statement)
        assert "\n" not in str(caught.value)
    with pytest.raises(sql.SqlError, match="did you mean links"):
        db.schema("linkss")


def test_what_a_kernel_does_not_list_is_said_as_everywhere(db: sql.Session) -> None:
    with sql.connect(kernel=VirtualKernel()) as bare, pytest.raises(NotSupported):
        bare.execute("select * from conntrack")
    assert db.execute("select count(*) from sockets").rows() == [(0,)]


def test_results_are_arrow_and_values_of_python(db: sql.Session) -> None:
    result = db.execute(
        "select name, sum(mtu) as mtu, [1, 2] as many, {'a': 1} as one from links where name = 'v0' group by 1"
    )
    assert result.columns == ("name", "mtu", "many", "one")
    assert [*result] == [("v0", 1500, [1, 2], {"a": 1})]
    assert polars.DataFrame(result)["name"].to_list() == ["v0"]
    assert len(db.execute("create table kept as select * from links")) in (0, 1)
    assert db.execute("select count(*) from kept").rows() == [(4,)]


def test_a_connection_of_ones_own_knows_tables(namespace: netns.NetworkNamespace, db: sql.Session) -> None:
    own = duckdb.connect()
    sql.register(own, "links", "routes", netns=namespace)
    found = own.sql(
        "select l.name from routes r join links l on l.index = r.oif where r.protocol = 'static'"
    ).fetchall()
    assert found == [("v0",)]
    with pytest.raises(sql.SqlError, match="did you mean links"):
        sql.register(own, "link")


def test_a_frame_of_polars_reads_what_it_takes(
    namespace: netns.NetworkNamespace, db: sql.Session, asked: Asked
) -> None:
    frame = sql.frame("routes", netns=namespace)
    found = frame.filter(polars.col("table") == 100).select("destination").collect()
    assert found["destination"].to_list() == ["10.1.0.0/16"]
    [(operation, columns)] = asked
    assert "table=100" in operation
    assert set(columns) <= {"destination", "table"}


def test_filters_that_are_not_understood_narrow_nothing() -> None:
    from pyarrow.dataset import field

    assert conditions_of((field("a") == 1) & (field("b") == "x")) == {"a": (1,), "b": ("x",)}
    assert conditions_of((field("a") == 1) | (field("b") == "x")) == {}
    assert conditions_of(~(field("a") == 1)) == {}
    assert conditions_of((field("a") > 1) & (field("b") == "x")) == {"b": ("x",)}
    assert conditions_of((field("a") == 1) & (field("a") == 2)) == {"a": ()}
    assert conditions_of(field("a") == 'x" and (b == "y') == {}  # how pyarrow escapes, it does not promise
    assert conditions_of((field("b") == "p and q") & (field("c") == "(")) == {"b": ("p and q",), "c": ("(",)}

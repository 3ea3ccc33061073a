"""Every listing of every room is a table, with the columns of its records, on whatever kernel."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pyarrow
import pytest

import netlynx
from netlynx import netns, sql
from netlynx.errors import NetlinkError
from netlynx.generic.declaration import DumpCommand
from netlynx.sql.catalogue import LISTINGS, VIEWS
from netlynx.sql.reading import schema_of

# What gives a dump and is no table of its own, with the reason.
NO_TABLES = {
    "devlink.chunks": "what one region holds",
    "generic.policy_parts": "what one family takes",
    "ipvs.destinations": "of one service: `ipvs_destinations` has those of all",
    "netfilter.hooks.hooks": "of one hook: `hooks` has those of all",
    "rdma.raw_resources": "of one kind, and bytes of a driver",
    "nl80211.mesh_paths": "of one interface, which is in a mesh",
    "nftables.reset": "another listing, whose counters it sets to 0",
}
OF_OTHERS = ("make_dump", "generic_dump", "controller_dump", "netfilter_dump")  # what listings are made with
MAKERS = re.compile(r"\b(?:Dump|Sockets)\[")
ROOMS = sorted(
    module.name
    for module in pkgutil.iter_modules(netlynx.__path__)
    if module.ispkg and module.name not in ("cli", "codec", "engine", "schema", "sql", "testing", "client", "transport")
)


def makers(room: str) -> Iterator[str]:
    """The public functions of a room, and of the rooms within it, that give a dump of what the kernel has."""
    top = importlib.import_module(f"netlynx.{room}")
    homes = [top]
    if room == "netfilter":
        names = ("conntrack", "conntrack_statistics", "expectation", "timeouts", "helpers", "hooks", "accounting")
        homes = [importlib.import_module(f"netlynx.netfilter.{name}") for name in names]
    for home in homes:
        for name, found in vars(home).items():
            if name.startswith("_") or inspect.isclass(found) or inspect.ismodule(found):
                continue
            dumps = isinstance(found, DumpCommand)
            if not dumps and inspect.isfunction(found):
                dumps = bool(MAKERS.search(str(inspect.signature(found).return_annotation)))
            if dumps:
                yield f"{home.__name__.removeprefix('netlynx.')}.{name}"


def of(home: str) -> Any:
    module, _, name = home.rpartition(".")
    return getattr(importlib.import_module(f"netlynx.{module}"), name)


def test_every_listing_of_every_room_is_a_table() -> None:
    known = {id(of(each.home)) for each in LISTINGS.values()} | {id(of("diag.tcp"))}
    lacking = [home for room in ROOMS for home in makers(room) if id(of(home)) not in known]
    assert [each for each in lacking if each not in NO_TABLES and not each.endswith(OF_OTHERS)] == []


def test_a_table_without_rows_has_the_columns_of_its_records_and_none_that_is_secret() -> None:
    for name, listing in LISTINGS.items():
        schema = schema_of(listing)
        assert schema.names[0] == "netns", name
        assert len(set(schema.names)) == len(schema.names), name
        if not listing.texts:
            fields = listing.record.__declarations__
            hidden = {each for each, said in fields.items() if said.secret}
            assert [*schema.names[1:]] == [*(each for each in fields if each not in hidden), "unknown"], name
    assert "private_key" not in schema_of(LISTINGS["wireguard"]).names
    assert "password" not in schema_of(LISTINGS["ethtool_wol"]).names


@pytest.mark.namespace
def test_every_table_is_read_on_a_real_kernel_or_says_in_a_line_why_not(namespace: netns.NetworkNamespace) -> None:
    read, refused = 0, []
    with sql.connect(netns=namespace) as db:
        for name in (*LISTINGS, *VIEWS):
            try:
                table = db.execute(f'select * from "{name}"').table
            except NetlinkError as error:
                refused.append(str(error))
                continue
            read += 1
            if name in LISTINGS:
                wanted = schema_of(LISTINGS[name])
                assert table.column_names == wanted.names
                assert [plain(each.type) for each in table.schema] == [plain(each.type) for each in wanted]
    assert read > 40
    assert [each for each in refused if "\n" in each] == []


def plain(type: pyarrow.DataType) -> str:
    """A type as DuckDB hands it back: text is text, and the names of what lists hold do not matter."""
    words = re.sub(r"dictionary<values=(\w+), .*?>", r"\1", str(type))
    return re.sub(r"large_(?=\w)|\bitem: |element: |l: | not null", "", words)

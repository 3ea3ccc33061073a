"""Neighbour tables: captured bytes, what is sent, what is refused. The bytes are a Linux 6.18 kernel's."""

from __future__ import annotations

from typing import Any

import pytest

from netlynx.codec._codec import decode, encode, to_json
from netlynx.errors import EncodeError
from netlynx.route import NeighbourTable, add, append, change, delete, flush, neighbour_tables, replace
from netlynx.route.constants import RTM
from netlynx.schema.compile import plan_of

PLAN = plan_of(NeighbourTable)

# ip -s ntable show name arp_cache, in a new network namespace: the table …
TABLE = bytes.fromhex(
    "02000000"
    "0e0001006172705f6361636865000000"
    "0c0008003075000000000000"
    "080002008000000008000300000200000800040000040000"
    "240005000400500102000000c472910128a40000fbc53e4b3f0000000000000000000000"
    "5c000700162e000000000000142e0000000000000300000000000000af02000000000000bd65010000000000603100000000000000000000"
    "000000000000000000000000c70600000000000000000000000000000000000000000000"
    "b0000600"
    "0800020001000000"
    "08001000004003000800080065000000"
    "08000e0040000000080009000000000008000a000300000008000b00030000000800110000000000"
    "0c00030040a80000000000000c00040030750000000000000c00060060ea0000000000000c00070088130000000000000c000500e803"
    "0000000000000c000c00e8030000000000000c000d0020030000000000000c000f00e8030000000000000c0013008813000000000000"
)
# … and its parameters on an interface.
ON_INTERFACE = bytes.fromhex(
    "02000000"
    "0e0001006172705f6361636865000000"
    "b8000600"
    "08000100010000000800020001000000"
    "08001000004003000800080065000000"
    "08000e0040000000080009000000000008000a000300000008000b00030000000800110000000000"
    "0c000300687b0000000000000c00040030750000000000000c00060060ea0000000000000c00070088130000000000000c000500e803"
    "0000000000000c000c00e8030000000000000c000d0020030000000000000c000f00e8030000000000000c0013008813000000000000"
)

SETTABLE = {
    "base_reachable_time": (4, 8),
    "retransmit_time": (5, 8),
    "gc_stale_time": (6, 8),
    "delay_probe_time": (7, 8),
    "queue_length": (8, 4),
    "app_probes": (9, 4),
    "unicast_probes": (10, 4),
    "multicast_probes": (11, 4),
    "anycast_delay": (12, 8),
    "proxy_delay": (13, 8),
    "proxy_queue_length": (14, 4),
    "lock_time": (15, 8),
    "queue_length_bytes": (16, 4),
    "multicast_reprobes": (17, 4),
    "interval_probe_time": (19, 8),
}
OF_ALL = {"threshold1": (2, 4), "threshold2": (3, 4), "threshold3": (4, 4), "gc_interval": (8, 8)}
TOLD = ("references", "reachable_time", "config", "statistics")


def attribute(number: int, size: int, value: int) -> bytes:
    return (4 + size).to_bytes(2, "little") + number.to_bytes(2, "little") + value.to_bytes(size, "little")


def read(payload: bytes = ON_INTERFACE) -> Any:
    return decode(PLAN, payload)


def test_a_captured_table() -> None:
    table = read(TABLE)
    assert (table.family.label, table.name, table.index) == ("inet", "arp_cache", None)
    assert (table.threshold1, table.threshold2, table.threshold3, table.gc_interval) == (128, 512, 1024, 30000)
    assert (table.config.key_length, table.config.entries, table.config.hash_mask) == (4, 2, 63)
    assert (table.config.last_flush, table.config.last_rand) == (26_309_316, 42_024)
    assert (table.statistics.allocations, table.statistics.lookups, table.statistics.hits) == (11_798, 91_581, 12_640)
    assert (table.statistics.periodic_gc_runs, table.statistics.table_fulls) == (1735, 0)
    assert (table.reachable_time, table.base_reachable_time, table.lock_time) == (43_072, 30_000, 1000)
    assert not table.unknown


def test_captured_parameters() -> None:
    found = read()
    assert (found.name, found.index, found.threshold1, found.config) == ("arp_cache", 1, None, None)
    said = {name: getattr(found, name) for name in SETTABLE}
    assert said == {
        "base_reachable_time": 30_000,
        "retransmit_time": 1000,
        "gc_stale_time": 60_000,
        "delay_probe_time": 5000,
        "queue_length": 101,
        "app_probes": 0,
        "unicast_probes": 3,
        "multicast_probes": 3,
        "anycast_delay": 1000,
        "proxy_delay": 800,
        "proxy_queue_length": 64,
        "lock_time": 1000,
        "queue_length_bytes": 212_992,
        "multicast_reprobes": 0,
        "interval_probe_time": 5000,
    }
    assert (found.references, found.reachable_time) == (1, 31_592)


@pytest.mark.parametrize("captured", [TABLE, ON_INTERFACE], ids=["table", "interface"])
def test_what_was_captured_is_encoded_to_the_same_again(captured: bytes) -> None:
    record = read(captured)
    assert decode(PLAN, encode(PLAN, record)) == record
    assert len(encode(PLAN, record)) == len(captured)  # the kernel has another order


def test_json_says_which_one_it_is() -> None:
    assert to_json(NeighbourTable(name="arp_cache")) == b'{"family":"unspec","name":"arp_cache","index":null}'


def test_the_list_is_asked_for_by_family_alone() -> None:
    assert neighbour_tables().payload == bytes(4)
    assert neighbour_tables(family="inet6").payload == bytes.fromhex("0a000000")
    with pytest.raises(EncodeError, match="one of inet, inet6"):
        neighbour_tables(family="bridge")


@pytest.mark.parametrize(("name", "where"), SETTABLE.items())
def test_each_parameter_is_sent_in_its_place(name: str, where: tuple[int, int]) -> None:
    operation = change(NeighbourTable(name="arp_cache", index=7, **{name: 5}))
    assert (operation.message_type, operation.flags) == (RTM.SETNEIGHTBL, 0)
    nest = attribute(1, 4, 7) + attribute(*where, 5)
    head = bytes(4) + bytes.fromhex("0e0001006172705f6361636865000000")
    assert operation.payload == head + (4 + len(nest)).to_bytes(2, "little") + b"\x06\x80" + nest


@pytest.mark.parametrize(("name", "where"), OF_ALL.items())
def test_what_is_of_the_whole_table_is_sent_without_an_interface(name: str, where: tuple[int, int]) -> None:
    operation = change(NeighbourTable(name="arp_cache", **{name: 5}))
    assert operation.payload == bytes(4) + bytes.fromhex("0e0001006172705f6361636865000000") + attribute(*where, 5)
    with pytest.raises(EncodeError, match="leave out the index") as caught:
        change(NeighbourTable(name="arp_cache", index=7, lock_time=5, **{name: 5}))
    assert caught.value.path == f"NeighbourTable.{name}"


@pytest.mark.parametrize("name", [*SETTABLE, *OF_ALL])
def test_what_the_kernel_would_cut_is_refused(name: str) -> None:
    times = (SETTABLE | OF_ALL)[name][1] == 8
    most = 524_287 if name == "queue_length" else 2_147_483_000 if times else 0x7FFFFFFF
    change(NeighbourTable(name="arp_cache", **{name: most}))
    with pytest.raises(EncodeError, match=f"more than the kernel can keep .{most}") as caught:
        change(NeighbourTable(name="arp_cache", **{name: most + 1}))
    assert caught.value.path == f"NeighbourTable.{name}"


@pytest.mark.parametrize("name", TOLD)
def test_what_the_kernel_only_tells_is_refused(name: str) -> None:
    value = {"config": {"entries": 5}, "statistics": {"hits": 5}}.get(name, 5)
    with pytest.raises(EncodeError, match="the kernel tells this") as caught:
        change(NeighbourTable(name="arp_cache", index=7, lock_time=5, **{name: value}))
    assert caught.value.path == f"NeighbourTable.{name}"


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"index": 7, "lock_time": 5}, "NeighbourTable.name"),
        ({"name": "arp_cache", "index": 0, "lock_time": 5}, "NeighbourTable.index"),
        ({"name": "arp_cache", "index": 7}, "NeighbourTable"),
        ({"name": "arp_cache", "family": "inet"}, "NeighbourTable"),
        ({"name": "arp_cache", "index": 7, "interval_probe_time": 0}, "NeighbourTable.interval_probe_time"),
        (
            {"name": "arp_cache", "index": 7, "queue_length": 5, "queue_length_bytes": 5},
            "NeighbourTable.queue_length",
        ),
    ],
    ids=["no table", "index 0", "nothing of an interface", "nothing of a table", "no pause", "two lengths"],
)
def test_what_means_something_else_to_the_kernel_is_refused(fields: dict[str, Any], path: str) -> None:
    with pytest.raises(EncodeError) as caught:
        change(NeighbourTable(**fields))
    assert caught.value.path == path


@pytest.mark.parametrize("verb", [add, append, replace, delete])
def test_tables_are_changed_and_nothing_else(verb: Any) -> None:
    with pytest.raises(EncodeError, match="change them"):
        verb(NeighbourTable(name="arp_cache", lock_time=5))
    with pytest.raises(EncodeError, match="change them"):
        flush(neighbour_tables())


def sent(record: NeighbourTable) -> dict[str, Any]:
    request: Any = decode(PLAN, change(record).payload)
    return {name: getattr(request, name) for name in (*SETTABLE, *OF_ALL, *TOLD) if getattr(request, name) is not None}


@pytest.mark.parametrize("name", SETTABLE)
def test_of_what_was_read_what_was_replaced_is_sent(name: str) -> None:
    record = read().replace(**{name: 7})
    assert sent(record) == {name: 7}
    assert decode(PLAN, change(record).payload).index == 1


def test_what_was_read_goes_back_as_it_was() -> None:
    assert sent(read()) == {name: getattr(read(), name) for name in SETTABLE if name != "queue_length"}
    assert sent(read(TABLE)).keys() == {*SETTABLE, *OF_ALL} - {"queue_length"}


def test_another_is_made_like_the_one_that_was_read() -> None:
    assert sent(read().replace(index=2)) == sent(read())
    assert sent(read().replace(name="ndisc_cache", family="inet6")) == sent(read())
    assert sent(read().replace(index=2, queue_length=9)).items() >= {"queue_length": 9}.items()
    assert "queue_length_bytes" not in sent(read().replace(index=2, queue_length=9))
    with pytest.raises(EncodeError, match="beside queue_length_bytes"):
        change(read().replace(queue_length=9, queue_length_bytes=9))

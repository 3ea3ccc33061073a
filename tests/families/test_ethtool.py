"""ethtool: records there and back, a stand-in that has the hardware, the real kernel beside the tool."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netlynx
from conftest import Ip
from facts import book
from facts.walk import declared, title
from netlynx import ethtool, netns, route
from netlynx.codec._codec import decode, encode, to_json
from netlynx.ethtool import (
    Bits,
    CableCode,
    CableStatus,
    Channels,
    Ethtool,
    Features,
    LinkModes,
    ModuleFlash,
    Pair,
    PauseStatistics,
    RequestFlags,
    Rings,
    Rss,
    StringSetId,
)
from netlynx.kernel import VirtualKernel
from netlynx.schema import Record, replace_fields
from netlynx.schema.compile import plan_of
from netlynx.schema.from_json import from_json
from network_card import Card
from strategies import records
from support import PATIENCE

RECORDS: list[Any] = [cls for cls in declared(Record) if cls.__module__.startswith("netlynx.ethtool")]


@pytest.mark.parametrize("cls", RECORDS, ids=title)
@settings(max_examples=20)
@given(data=st.data())
def test_records_go_there_and_back(cls: Any, data: st.DataObject) -> None:
    record = data.draw(records(cls))
    assert decode(plan_of(cls), encode(plan_of(cls), record)) == record
    assert from_json(cls, json.loads(to_json(record))) == record


# ------------------------------------------------------------------------------- a stand-in with the hardware


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as made:
        yield made


@pytest.fixture
def card(kernel: VirtualKernel) -> Card:
    return Card(kernel)


@pytest.fixture
def virtual(kernel: VirtualKernel, card: Card) -> Iterator[netlynx.Connection]:
    with netlynx.connect(kernel=kernel, timeout=PATIENCE) as connection:
        yield connection


def test_rings_are_read_set_and_told(virtual: netlynx.Connection, card: Card) -> None:
    assert virtual.do(ethtool.rings("eth0")).rx == 256
    with virtual.subscribe(ethtool.EVENTS) as events:
        virtual.do(ethtool.set_rings(Rings(device="eth0", rx=512)))
        assert events.get(timeout=PATIENCE) == netlynx.Event("rings_changed", card.rings)
    assert card.asked == [Rings(device="eth0", rx=512)]
    assert virtual.dump(ethtool.all_rings()).all() == [card.rings] == [virtual.do(ethtool.rings(2))]


def test_the_answer_to_features_says_what_has_changed(virtual: netlynx.Connection, card: Card) -> None:
    wanted: Any = {"tx-scatter-gather": True, "rx-gro": False}
    changed = virtual.do(ethtool.set_features(Features(device="eth0", wanted=wanted)))
    assert changed.active == Bits(on=("tx-scatter-gather",), off=("rx-gro",)) == card.asked[0].wanted


def test_statistics_come_where_they_are_asked_for(virtual: netlynx.Connection, card: Card) -> None:
    assert virtual.do(ethtool.pause("eth0")).statistics is None
    found = virtual.do(ethtool.pause("eth0", request_flags=RequestFlags.STATS)).statistics
    assert found == PauseStatistics(tx_frames=1, rx_frames=2**40)


def test_counters_have_names(virtual: netlynx.Connection, card: Card) -> None:
    (group,) = virtual.do(ethtool.statistics("eth0", wanted=["eth-mac"])).groups
    assert group.named == {"tx-packets": 7, "rx-packets": 9, "99": 1}


def test_strings_are_told_by_number(virtual: netlynx.Connection, card: Card) -> None:
    (found,) = virtual.do(ethtool.string_sets([StringSetId.PRIV_FLAGS], "eth0")).sets
    assert found.names == {0: "loopback", 1: "legacy-rx"}


def test_a_cable_test_tells_of_its_beginning_and_its_end(virtual: netlynx.Connection, card: Card) -> None:
    with virtual.subscribe(Ethtool.cable_tested) as events:
        virtual.do(ethtool.test_cable("eth0"))
        first, second = events.get(timeout=PATIENCE), events.get(timeout=PATIENCE)
    assert isinstance(first, netlynx.Event)
    assert isinstance(second, netlynx.Event)
    assert (first.kind, first.record.status, first.record.results) == ("cable_tested", CableStatus.STARTED, ())
    assert {each.pair: each.code for each in second.record.results} == {Pair.A: CableCode.OK, Pair.B: CableCode.OPEN}
    assert [(each.pair, each.centimetres) for each in second.record.faults] == [(Pair.B, 4200)]


def test_a_page_of_a_module_is_read(virtual: netlynx.Connection, card: Card) -> None:
    asked = ethtool.eeprom("eth0", offset=128, length=4, page=1, i2c_address=0x50)
    assert virtual.do(asked).data == b"\x80\x81\x82\x83"


def test_a_new_context_is_told_its_number(virtual: netlynx.Connection, card: Card) -> None:
    assert virtual.do(ethtool.create_rss(Rss(device="eth0", indirection=(0, 1, 0, 1)))).context == 1


def test_the_password_of_a_module_is_not_shown(virtual: netlynx.Connection, card: Card) -> None:
    asked = ethtool.flash_module(ModuleFlash(device="eth0", file="module.bin", password=0xDEADBEEF))
    assert "password=(hidden)" in str(asked)
    virtual.do(asked)
    assert card.asked[0].password == 0xDEADBEEF
    with pytest.raises(netlynx.NetlinkError, match="file"):
        virtual.do(ethtool.flash_module(device="eth0"))


def test_a_field_that_there_is_not_names_the_nearest() -> None:
    with pytest.raises(TypeError, match="did you mean request_flags"):
        ethtool.pause("eth0", request_flag=1)


@pytest.mark.anyio
async def test_the_same_is_asked_set_and_told_in_an_event_loop(kernel: VirtualKernel, card: Card) -> None:
    async with netlynx.aconnect(kernel=kernel, timeout=PATIENCE) as nl:
        assert (await nl.do(ethtool.rings("eth0"))).rx == 256
        async with nl.subscribe(ethtool.EVENTS) as events:
            await nl.do(ethtool.set_rings(Rings(device="eth0", rx=512)))
            assert await events.get(timeout=PATIENCE) == netlynx.Event("rings_changed", card.rings)
        assert [each.rx async for each in nl.dump(ethtool.all_rings())] == [512]
        with pytest.raises(netlynx.NotSupported):
            await nl.do(ethtool.channels("eth0"))


# ----------------------------------------------------------------------------------------- on the real kernel


@pytest.fixture
def host(namespace: netns.NetworkNamespace) -> Iterator[netlynx.Connection]:
    with netlynx.connect(netns=namespace) as connection:
        far = route.Link(name="v1", num_rx_queues=2, num_tx_queues=2)
        near = route.Link(name="v0", kind="veth", data=route.Veth(peer=far), num_rx_queues=4, num_tx_queues=4)
        connection.do(route.add(near))
        try:
            connection.do(ethtool.linkstate("v0"))
        except netlynx.NotSupported as error:
            pytest.skip(str(error))
        yield connection


@pytest.fixture
def tool(ip: Ip) -> Any:
    """Runs ethtool in the namespace, and gives what it prints."""
    if shutil.which("ethtool") is None:
        pytest.skip("there is no ethtool to compare with: apt-get install ethtool")
    return lambda command: ip(command, tool="ethtool")


def lines(text: str) -> dict[str, list[str]]:
    """What ethtool prints as ``title: value``; a title may come twice."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip(), []).append(value.strip())
    return found


@pytest.mark.parametrize("device", ["v0", "lo"])
def test_features_are_those_that_the_tool_shows(host: netlynx.Connection, tool: Any, device: str) -> None:
    (shown,) = json.loads(tool(f"--json -k {device}"))
    found = host.do(ethtool.features(device))
    assert found.hardware is not None
    assert found.hardware.mask is not None
    assert found.wanted is not None
    assert found.active is not None
    assert found.fixed is not None
    compared = 0
    for name in found.hardware.mask & shown.keys():
        fixed = name in found.fixed or name not in found.hardware
        assert shown[name] == {"active": name in found.active, "fixed": fixed, "requested": name in found.wanted}, name
        compared += 1
    assert compared > 30


def test_a_feature_that_is_switched_off_is_off_for_the_tool(host: netlynx.Connection, tool: Any) -> None:
    wanted: Any = {"tx-tcp-segmentation": False}
    changed = host.do(ethtool.set_features(Features(device="v0", wanted=wanted)))
    assert changed.active is not None
    assert "tx-tcp-segmentation" in (changed.active.off or ())
    (shown,) = json.loads(tool("--json -k v0"))
    assert shown["tx-tcp-segmentation"]["active"] is False
    tool("-K v0 tx-tcp-segmentation on")
    found = host.do(ethtool.features("v0"))
    assert "tx-tcp-segmentation" in (found.active or ())


def test_both_forms_of_a_bitset_name_the_same_bits(host: netlynx.Connection) -> None:
    names = host.do(ethtool.string_sets([StringSetId.FEATURES])).sets[0].names
    plain = host.do(ethtool.features("v0"))
    compact = host.do(ethtool.features("v0", request_flags=RequestFlags.COMPACT_BITSETS))
    for field in ("hardware", "wanted", "active", "fixed"):
        assert getattr(compact, field) != getattr(plain, field)
        assert getattr(compact, field).named(names) == getattr(plain, field)


def test_what_a_driver_does_not_support_is_not_told_as_a_module_that_is_missing(host: netlynx.Connection) -> None:
    with pytest.raises(netlynx.NotSupported, match=r"Ethtool\.channels\(device=lo\)") as caught:
        host.do(ethtool.channels("lo"))
    assert "module" not in str(caught.value)


def test_channels_are_those_that_the_tool_shows_and_sets(host: netlynx.Connection, tool: Any) -> None:
    host.do(ethtool.set_channels(Channels(device="v0", rx=2, tx=3)))
    shown = lines(tool("-l v0"))
    found = host.do(ethtool.channels("v0"))
    assert [str(found.rx_max), str(found.rx)] == shown["RX"] == ["4", "2"]
    assert [str(found.tx_max), str(found.tx)] == shown["TX"] == ["4", "3"]
    assert (found.combined_max, shown["Combined"]) == (None, ["n/a", "n/a"])


def test_the_link_is_as_the_tool_shows_it(host: netlynx.Connection, tool: Any) -> None:
    host.do(route.up("v0"))
    host.do(route.up("v1"))
    shown = lines(tool("v0"))
    modes, info = host.do(ethtool.linkmodes("v0")), host.do(ethtool.linkinfo("v0"))
    assert shown["Speed"] == [f"{modes.speed}Mb/s"]
    assert shown["Duplex"] == [str(modes.duplex).capitalize()]
    assert shown["Auto-negotiation"] == ["on" if modes.autonegotiation else "off"]
    assert shown["Transceiver"] == [str(info.transceiver)]
    assert shown["PHYAD"] == [str(info.phy_address)]
    assert shown["Link detected"] == ["yes" if host.do(ethtool.linkstate("v0")).link else "no"] == ["yes"]
    assert modes.ours == Bits(off=())
    assert isinstance(modes, LinkModes)


def test_timestamps_are_those_that_the_tool_shows(host: netlynx.Connection, tool: Any) -> None:
    found = host.do(ethtool.tsinfo("v0"))
    shown = {line.strip().split()[0] for line in tool("-T v0").splitlines() if line.startswith("\t")}
    assert found.timestamping is not None
    assert found.timestamping.names == shown >= {"software-transmit", "software-receive"}


def test_the_names_of_statistics_are_those_that_the_tool_shows(host: netlynx.Connection, tool: Any) -> None:
    (found,) = host.do(ethtool.string_sets([StringSetId.STATS], "v0")).sets
    assert list(found.names.values()) == [name for name, values in lines(tool("-S v0")).items() if values != [""]]
    counted = host.do(ethtool.string_sets([StringSetId.STATS], "v0", counts_only=True)).sets[0]
    assert (counted.count, counted.strings) == (len(found.names), ())


def test_interrupts_of_a_tap_are_those_that_the_tool_shows_and_sets(
    host: netlynx.Connection, tool: Any, ip: Ip
) -> None:
    ip("tuntap add t0 mode tap")
    tool("-C t0 rx-frames 7")
    assert host.do(ethtool.coalesce("t0")).rx_max_frames == 7
    host.do(ethtool.set_coalesce(ethtool.Coalesce(device="t0", rx_max_frames=9)))
    assert lines(tool("-c t0"))["rx-frames"] == ["9"]


def test_changes_are_told_whoever_made_them(host: netlynx.Connection, tool: Any) -> None:
    with host.subscribe(ethtool.EVENTS) as events:
        tool("-L v0 rx 3 tx 2")
        told = events.get(timeout=PATIENCE)
        host.do(ethtool.set_features(Features(device="v0", wanted=Bits(off=("tx-tcp-segmentation",)))))
        changed = [events.get(timeout=PATIENCE)]
    assert isinstance(told, netlynx.Event)
    assert (told.kind, told.record.rx, told.record.tx) == ("channels_changed", 3, 2)
    assert [each.kind for each in changed if isinstance(each, netlynx.Event)] == ["features_changed"]


def test_all_devices_are_listed(host: netlynx.Connection) -> None:
    assert {each.device for each in host.dump(ethtool.linkstates())} >= {"lo", "v0", "v1"}
    assert {each.device for each in host.dump(ethtool.all_channels())} == {"v0", "v1"}
    index = host.do(route.link(name="v1")).index
    assert host.do(ethtool.channels(index)) == host.do(ethtool.channels("v1"))


def test_every_question_is_answered_or_refused_for_the_device(host: netlynx.Connection) -> None:
    """The kernel takes each request as it is put: what it may say is that a veth device lacks it."""
    refused, answered = set(), set()
    asked = {name: getattr(ethtool, name) for name in ethtool.__all__}
    questions = {name: each for name, each in asked.items() if isinstance(each, ethtool.operations.One)}
    questions |= {"statistics": ethtool.statistics, "eeprom": ethtool.eeprom}
    for name in questions.keys() - {"test_cable", "measure_cable"}:
        try:
            host.do(questions[name]("v0"))
            answered.add(name)
        except netlynx.NotSupported:
            refused.add(name)
    assert answered >= {"features", "channels", "linkinfo", "linkmodes", "linkstate", "tsinfo", "statistics"}
    assert refused >= {"rings", "wol", "pause", "eee", "eeprom"}


def test_all_groups_of_counters_are_asked_for(host: netlynx.Connection) -> None:
    (names,) = host.do(ethtool.string_sets([StringSetId.STATS_STD])).sets
    found = {each.id for each in host.do(ethtool.statistics("v0")).groups}
    assert found == set(names.names)
    every = host.dump(ethtool.all_statistics()).all()
    assert {"v0", "v1"} <= {each.device for each in every}
    (rmon,) = host.do(ethtool.statistics("v0", wanted=[ethtool.StatisticsGroup.RMON])).groups
    assert rmon.id is ethtool.StatisticsGroup.RMON
    with pytest.raises(TypeError, match="request_flags"):
        ethtool.statistics("v0", request_flag=1)


LISTINGS = {
    name: command
    for name, command in Ethtool.__family__.commands.items()
    if command.verb == "dump" and name != "all_eeproms"  # whose answers do not say of which device they are
}


@pytest.mark.parametrize("name", LISTINGS)
def test_a_listing_of_one_device_shows_no_other(host: netlynx.Connection, name: str) -> None:
    index = host.do(route.link(name="v0")).index
    values: dict[str, Any] = {"wanted": ["rmon"]} if name == "all_statistics" else {}
    values |= {"sets": [ethtool.strings.StringSet(id=StringSetId.FEATURES)]} if name == "all_string_sets" else {}

    def listed(**which: Any) -> list[Any]:
        try:
            return host.dump(getattr(Ethtool, name)(**which, **values)).all()
        except netlynx.NotSupported:
            return []

    one = [each for each in listed() if each.device == "v0"]
    assert listed(device="v0") == listed(device_index=index) == one


# What can be set of devices that any host makes; others are not read of them, or the driver cannot set them.
SET = {
    "v0": {"channels": {"rx": 2, "tx": 2}, "features": {}, "module": {}},
    "t0": {"coalesce": {"rx_max_frames": 3}, "debug": {}, "features": {}, "linkinfo": {}, "linkmodes": {"speed": 100}},
}


@pytest.mark.parametrize(("device", "what"), [(device, what) for device, each in SET.items() for what in each])
def test_what_was_read_can_be_sent_back(host: netlynx.Connection, ip: Ip, device: str, what: str) -> None:
    if device == "t0":
        ip("tuntap add dev t0 mode tap")
    ask, put = getattr(ethtool, what), getattr(ethtool, f"set_{what}")
    read = host.do(ask(device))
    host.do(put(read))
    assert host.do(ask(device)) == read
    changes = SET[device][what]
    if changes:
        host.do(put(replace_fields(read, **changes)))
        assert host.do(ask(device)) == replace_fields(read, **changes)


def test_a_list_of_features_is_this_and_no_others(host: netlynx.Connection) -> None:
    read = host.do(ethtool.features("v0"))
    names = read.wanted.names - {"tx-tcp-segmentation"}
    host.do(ethtool.set_features(device="v0", wanted=sorted(names)))
    assert host.do(ethtool.features("v0")).wanted.names == names
    host.do(ethtool.set_features(read.__class__(device="v0", wanted=read.wanted)))
    assert host.do(ethtool.features("v0")) == read


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (Channels(device="v0", rx_max=7), "Channels.rx_max"),
        (Features(device="v0", active=["rx-gro"]), "Features.active"),  # type: ignore[arg-type]
        (ethtool.LinkInfo(device="v0", crossover="mdi"), "LinkInfo.crossover"),  # type: ignore[arg-type]
    ],
)
def test_what_is_only_told_cannot_be_changed(host: netlynx.Connection, record: Any, field: str) -> None:
    verb: Any = {Channels: ethtool.set_channels, Features: ethtool.set_features}.get(type(record), ethtool.set_linkinfo)
    with pytest.raises(netlynx.EncodeError, match=rf"^{field}: is only told"):
        verb(record)


def test_what_was_read_and_is_only_told_is_compared_with_what_the_device_says(host: netlynx.Connection) -> None:
    read = host.do(ethtool.features("v0"))
    with pytest.raises(netlynx.EncodeError, match=r"^Features\.active: is only told: "):
        ethtool.set_features(read.replace(active=["rx-gro"]))
    stale = replace_fields(read, active=ethtool.Bits(on=("rx-gro",)))
    with pytest.raises(netlynx.EncodeError, match=r"^Features\.active: is only told, and the device says"):
        host.do(ethtool.set_features(stale))


SETTINGS = {name: each for name, each in vars(ethtool).items() if isinstance(each, ethtool.settings.Setting)}


@pytest.mark.parametrize("name", SETTINGS)
def test_the_kernel_takes_what_is_said_to_be_set(name: str) -> None:
    """The other way round than the declaration: from the kernel's policies to the fields that are only told."""
    if book.ABSENT:
        pytest.skip(book.ABSENT)
    cls = SETTINGS[name].command.request
    policies = cls.__facts__.policy
    (policy,) = [each for each in ([policies] if isinstance(policies, str) else policies) if "_set_" in each]
    attributes = book.FactBook().policies[policy]["attrs"].values()
    taken = {each["nr"] for each in attributes if each["type"] != "NLA_REJECT"}
    told = [field for field, each in cls.__declarations__.items() if each.path[0] not in taken]
    assert tuple(told) == ethtool.settings.TOLD.get(cls, ())


def test_a_device_that_is_not_there_is_told(host: netlynx.Connection) -> None:
    with pytest.raises(netlynx.NetlinkError, match="no device matches name"):
        host.do(ethtool.rings("nobody"))

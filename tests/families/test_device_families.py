"""Families of devices: temperatures, block devices, quotas, ACPI, vDPA, as their kernel side tells of them."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import netlynx
from netlynx.errors import EncodeError, NotFound
from netlynx.families import acpi_event, nbd, quota, thermal, vdpa
from netlynx.families.thermal import THERMAL_GENL_ATTR as A
from netlynx.kernel import VirtualKernel


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as made:
        yield made


def attribute(kind: int, payload: bytes | int | str) -> bytes:
    if isinstance(payload, int):
        payload = struct.pack("=i", payload)
    if isinstance(payload, str):
        payload = payload.encode() + b"\0"
    return struct.pack("=HH", 4 + len(payload), kind) + payload + bytes(-len(payload) % 4)


def message(*attributes: bytes) -> bytes:
    return struct.pack("=BBH", 1, 1, 0) + b"".join(attributes)


# As drivers/thermal/thermal_netlink.c fills lists: what belongs to one follows what belongs to the one before.
ZONES = (attribute(A.TZ_ID, 0), attribute(A.TZ_NAME, "acpitz"), attribute(A.TZ_ID, 2), attribute(A.TZ_NAME, "x86"))
TRIPS = tuple(
    attribute(kind, value)
    for trip in ((0, 3, 105000, 0), (1, 1, -5000, 2000))
    for kind, value in zip((A.TZ_TRIP_ID, A.TZ_TRIP_TYPE, A.TZ_TRIP_TEMP, A.TZ_TRIP_HYST), trip, strict=True)
)


def test_lists_without_nests_are_read_and_written() -> None:
    data = message(attribute(A.TZ, b"".join(ZONES)))
    zones = thermal.Listed.from_bytes(data)
    assert zones.zones == (thermal.Zone(id=0, name="acpitz"), thermal.Zone(id=2, name="x86"))
    assert zones.to_bytes()[4:] == data[4:]
    listed = thermal.Listed.from_bytes(message(attribute(A.TZ_ID, 2), attribute(A.TZ_TRIP, b"".join(TRIPS))))
    assert [(each.id, str(each.type), each.temperature, each.hysteresis) for each in listed.trips] == [
        (0, "critical", 105000, 0),
        (1, "passive", -5000, 2000),
    ]
    assert listed.zone == 2
    assert listed.to_dict()["trips"][1]["temperature"] == -5000


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_list_that_is_cut_off_stays_as_it_is(cut: int) -> None:
    whole = b"".join(ZONES)
    listed = thermal.Listed.from_bytes(message(attribute(A.TZ, whole[: len(whole) - cut])))
    assert (listed.zones is None) == bool(listed.unknown)
    assert listed.zones is None or len(listed.zones) <= 2  # it was cut between two of them


def test_zones_and_trips_are_asked_and_told(kernel: VirtualKernel) -> None:
    service = kernel.family(thermal.Thermal)
    zone, trip = thermal.Zone(id=0, name="acpitz"), thermal.Trip(id=0, type="hot", temperature=90000, hysteresis=0)
    service.handles(thermal.Thermal.zones)(lambda request: iter([thermal.Listed(zones=(zone, zone.replace(id=1)))]))
    service.handles(thermal.Thermal.trips)(lambda request: thermal.Listed(zone=request.record.zone, trips=(trip,)))
    service.handles(thermal.Thermal.temperature)(
        lambda request: thermal.Temperature(zone=request.record.zone, temperature=-1500)
    )
    asked: list[Any] = []
    service.handles(thermal.Thermal.add_threshold)(lambda request: asked.append(request.record))
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(thermal.EVENTS, thermal.SAMPLES) as events:
        assert [each.id for each in nl.do(thermal.zones())] == [0, 1]
        assert nl.do(thermal.trips(1)) == (trip,)
        assert nl.do(thermal.temperature(1)).celsius == -1.5
        nl.do(thermal.add_threshold(1, -2000, "up"))
        assert asked == [thermal.Threshold(zone=1, temperature=-2000, way="up")]
        service.multicast(thermal.Thermal.trip_up, thermal.Event(zone=1, trip=0, temperature=90500))
        service.multicast(thermal.Thermal.sampled, thermal.Temperature(zone=1, temperature=90500))
        found = [events.get(timeout=5) for _ in range(2)]
        assert {each.kind: each.record.temperature for each in found} == {"trip_up": 90500, "sampled": 90500}


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: nbd.connect([], size=1), "at least one connection"),
        (lambda: nbd.connect([-1], size=1), "-1 is no open file descriptor"),
        (lambda: nbd.connect([0], size=1, block_size=1000), "512, 1024, 2048 or 4096 bytes, not 1000"),
        (lambda: nbd.connect([0], size=0), "size"),
        (lambda: nbd.disconnect(1 << 20), "number"),
        (lambda: vdpa.add(vdpa.NewDevice(name="x")), "NewDevice.management"),
        (lambda: vdpa.add(vdpa.NewDevice(management="x")), "NewDevice.name"),
        (lambda: thermal.temperature(-1), "zone"),
    ],
)
def test_what_has_no_meaning_is_refused(call: Callable[[], Any], said: str) -> None:
    with pytest.raises((EncodeError, ValueError), match=said):
        call()


def test_block_devices_are_connected_and_listed(kernel: VirtualKernel) -> None:
    service = kernel.family(nbd.Nbd)
    asked: list[nbd.Settings] = []
    there = nbd.Device(number=3, connected=True)

    @service.handles(nbd.Nbd.connect)
    def connect(request: Any) -> nbd.Settings:
        asked.append(request.record)
        return nbd.Settings(number=3)

    @service.handles(nbd.Nbd.status)
    def status(request: Any) -> nbd.Settings:
        return nbd.Settings(devices=(there,) if request.record.number in (None, 3) else ())

    near, far = socket.socketpair()
    with near, far, netlynx.connect(kernel=kernel) as nl, nl.subscribe(nbd.DEAD_LINKS) as events:
        made = nl.do(nbd.connect([near, far.fileno()], size=4096, client_flags=["destroy_on_disconnect"]))
        assert made.number == 3
        assert [each.fd for each in asked[0].sockets] == [near.fileno(), far.fileno()]
        assert nl.do(nbd.devices()) == (there,)
        assert nl.do(nbd.device(3)) == there
        with pytest.raises(NotFound, match="there is no /dev/nbd4"):
            nl.do(nbd.device(4))
        service.multicast(nbd.Nbd.link_dead, nbd.Settings(number=3))
        assert events.get(timeout=5).record.number == 3


def test_warnings_of_quotas_are_told(kernel: VirtualKernel) -> None:
    service = kernel.family(quota.Quotas)
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(quota.WARNINGS) as events:
        said = quota.Warning(kind="group", id=7, warning="blocks-hard", major=8, minor=1, caused_by=1000)
        service.multicast(quota.Quotas.warned, said)
        record = events.get(timeout=5).record
        assert record == said
        assert (str(record.warning), record.device) == ("blocks-hard", 8 << 8 | 1)


# What Linux 6.12 told when a zone of ACPI came over 100 degrees, when its governor was changed to user_space, and when
# buttons and zones notified (tables of ACPI that QEMU was given).
UP = bytes.fromhex("00000000080002000000000008000300888a01000800050001000000")
GOVERNED = bytes.fromhex("0000000008000200000000000f001300757365725f73706163650000")
PRESSED = bytes.fromhex(
    "0000000030000100627574746f6e2f706f7765720000000000000000504e50304330433a30300000000000008000000001000000"
)
HOT = bytes.fromhex(
    "0000000030000100746865726d616c5f7a6f6e6500000000000000004c4e58544845524d3a30300000000000f100000001000000"
)


def test_what_the_kernel_says_is_read() -> None:
    assert thermal.Event.from_bytes(UP) == thermal.Event(zone=0, temperature=101000, trip=1)
    assert thermal.Event.from_bytes(GOVERNED) == thermal.Event(zone=0, governor="user_space")
    told = acpi_event.Told(device_class="button/power", bus_id="PNP0C0C:00", type=0x80, data=1)
    assert acpi_event.Event.from_bytes(PRESSED).event == told
    told = acpi_event.Told(device_class="thermal_zone", bus_id="LNXTHERM:00", type=0xF1, data=1)
    assert acpi_event.Event.from_bytes(HOT).event == told


def test_events_of_acpi_are_told(kernel: VirtualKernel) -> None:
    event = acpi_event.Event.from_bytes(PRESSED)
    service = kernel.family(acpi_event.Acpi)
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(acpi_event.EVENTS) as events:
        service.multicast(acpi_event.Acpi.told, event)
        assert events.get(timeout=5).record == event


def test_devices_of_vdpa(kernel: VirtualKernel) -> None:
    service = kernel.family(vdpa.Vdpa)
    service.handles(vdpa.Vdpa.management_devices)(
        lambda request: iter([vdpa.ManagementDevice(name="vduse", classes=1 << 1 | 1 << 2 | 1 << 40)])
    )
    service.handles(vdpa.Vdpa.statistics)(
        lambda request: vdpa.Statistics(
            name=request.record.name, queue=request.record.queue, names=("a", "b"), values=(1, 2)
        )
    )
    with netlynx.connect(kernel=kernel) as nl:
        (one,) = nl.dump(vdpa.management_devices())
        assert one.kinds == (vdpa.VirtioId.NET, vdpa.VirtioId.BLOCK, 40)
        assert nl.do(vdpa.statistics("x", 1)).counters == {"a": 1, "b": 2}

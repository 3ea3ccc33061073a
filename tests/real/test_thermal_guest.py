"""What the guest has that is warm and cools: beside /sys. Source: drivers/thermal/thermal_netlink.c."""

from __future__ import annotations

from pathlib import Path

import pytest

import netlynx
from netlynx.errors import NetlinkError
from netlynx.families import thermal

pytestmark = pytest.mark.guest
CLASS = Path("/sys/class/thermal")


def named(kind: str) -> list[tuple[int, str]]:
    found = (
        (int(each.name.removeprefix(kind)), (each / "type").read_text().strip()) for each in CLASS.glob(f"{kind}*")
    )
    return sorted(found)


def test_zones_and_what_cools_are_those_of_sys() -> None:
    with netlynx.connect() as nl:
        zones, coolers = nl.do(thermal.zones()), nl.do(thermal.cooling_devices())
        assert sorted((each.id, each.name) for each in zones) == named("thermal_zone")
        assert sorted((each.id, each.name) for each in coolers) == named("cooling_device")
        if not coolers:
            pytest.skip("nothing here can be made to cool: the guest has a processor that can run slower")
        for zone in zones:
            where = CLASS / f"thermal_zone{zone.id}"
            told = nl.do(thermal.temperature(zone.id or 0))
            assert (told.zone, told.temperature) == (zone.id, int((where / "temp").read_text()))
            assert nl.do(thermal.governor(zone.id or 0)).name == (where / "policy").read_text().strip()
            for trip in nl.do(thermal.trips(zone.id or 0)):
                assert trip.temperature == int((where / f"trip_point_{trip.id}_temp").read_text())
                assert str(trip.type) == (where / f"trip_point_{trip.id}_type").read_text().strip()


def test_a_zone_that_is_not_there_is_refused() -> None:
    with netlynx.connect() as nl:
        for asked in (thermal.temperature(77), thermal.trips(77), thermal.governor(77)):
            with pytest.raises(NetlinkError, match="EINVAL"):
                nl.do(asked)

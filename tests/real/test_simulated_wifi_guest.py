"""Simulated radios of 802.11 in the guest: beside `iw`, and with this test as the medium that hears their frames."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

import pytest

import netlynx
from modules import alone
from netlynx import route
from netlynx.families import wifi_hwsim
from support import PATIENCE

pytestmark = pytest.mark.guest

BEACON = 0x80  # the first byte of its frame control


@pytest.fixture
def nl() -> Iterator[netlynx.Connection]:
    if shutil.which("iw") is None:
        pytest.skip("no iw: apt-get install iw")
    with alone("mac80211_hwsim", "radios=0"), netlynx.connect(timeout=PATIENCE) as connection:
        yield connection


def iw(words: str) -> str:
    return subprocess.run(["iw", *words.split()], capture_output=True, text=True, check=True, timeout=PATIENCE).stdout


def test_radios_come_and_go(nl: netlynx.Connection) -> None:
    with nl.subscribe(wifi_hwsim.EVENTS) as events:
        first = nl.do(wifi_hwsim.new_radio(wifi_hwsim.NewRadio(name="first", channels=1)))
        second = nl.do(wifi_hwsim.new_radio(wifi_hwsim.NewRadio(name="second", channels=2, country="DE")))
        assert second == first + 1
        assert [(event.kind, event.record.radio) for event in (events.get(timeout=PATIENCE) for _ in range(2))] == [
            ("added", first),
            ("added", second),
        ]
        found = {each.radio: each for each in nl.dump(wifi_hwsim.radios())}
        assert {number: (each.name, each.channels) for number, each in found.items()} == {
            first: ("first", 1),
            second: ("second", 2),
        }
        assert nl.do(wifi_hwsim.radio(radio=second)) == found[second]
        listed = iw("list")
        assert "Wiphy first" in listed
        assert "Wiphy second" in listed
        nl.do(wifi_hwsim.delete_radio(name="second"))
        nl.do(wifi_hwsim.delete_radio(radio=first))
        assert [event.kind for event in (events.get(timeout=PATIENCE) for _ in range(2))] == ["deleted", "deleted"]
    assert nl.dump(wifi_hwsim.radios()).all() == []
    with pytest.raises(netlynx.NetlinkError):
        nl.do(wifi_hwsim.radio(radio=first))


def test_frames_are_told_to_the_medium(nl: netlynx.Connection) -> None:
    """A radio begins an IBSS: its beacons are heard by the medium."""
    nl.do(wifi_hwsim.new_radio(wifi_hwsim.NewRadio(name="left", channels=1)))
    (left,) = (line.split()[1] for line in iw("dev").splitlines() if line.strip().startswith("Interface"))
    iw(f"dev {left} set type ibss")
    nl.do(route.up(left))
    with nl.subscribe(wifi_hwsim.MEDIUM) as medium:
        iw(f"dev {left} ibss join test 2412 fixed-freq 02:00:00:00:00:aa")
        event = medium.get(timeout=PATIENCE)
        while event.kind != "frame" or event.record.frame[0] != BEACON:
            event = medium.get(timeout=PATIENCE)
        sent = event.record
        assert sent.frequency == 2412
        assert b"test" in sent.frame
        assert sent.rates is not None
        assert sent.rates[0].index >= 0

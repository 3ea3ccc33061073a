"""IEEE 802.15.4 in the guest: simulated radios, beside `iwpan`, with a scan that finds a coordinator's beacons."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator

import pytest

import netlynx
from forking import typed
from netlynx import route
from netlynx.families import mac802154, nl802154, wpan_hwsim
from support import IN_GUEST, PATIENCE

pytestmark = pytest.mark.guest


def iwpan(words: str) -> str:
    done = subprocess.run(["iwpan", *words.split()], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def nl() -> Iterator[netlynx.Connection]:
    """The initial namespace, in which there are two simulated radios, each with an interface."""
    if not IN_GUEST:
        pytest.skip("wpan0 may be a radio of this machine: `make test-vm` runs it where none is")
    if shutil.which("iwpan") is None:
        pytest.skip("no iwpan: apt-get install wpan-tools")
    done = subprocess.run(["modprobe", "mac802154_hwsim"], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no mac802154_hwsim: {done.stderr.strip()}")
    with netlynx.connect(timeout=PATIENCE) as connection:
        yield connection


def test_radios_beside_iwpan(nl: netlynx.Connection) -> None:
    assert {each.phy: each.name for each in nl.dump(nl802154.phys())} == {0: "phy0", 1: "phy1"}
    one = nl.do(nl802154.phy(phy=0))
    assert (one.page, one.channel) == (0, 13)
    assert one.abilities is not None
    assert one.abilities.channels is not None
    assert set(one.abilities.channels[0]) == set(range(27))
    assert nl802154.NL802154_CMD.SET_CHANNEL in (one.commands or ())
    listed = iwpan("phy phy0 info")
    assert "page: 0" in listed
    assert "channel: 13" in listed

    nl.do(nl802154.set_channel(phy=0, page=0, channel=15))
    assert "channel: 15" in iwpan("phy phy0 info")
    iwpan("phy phy0 set channel 0 16")
    assert nl.do(nl802154.phy(phy=0)).channel == 16


def test_interfaces_beside_iwpan(nl: netlynx.Connection) -> None:
    found = {(each.name, str(each.type), each.phy) for each in nl.dump(nl802154.interfaces())}
    assert found == {("wpan0", "node", 0), ("wpan1", "node", 1)}
    nl.do(nl802154.set_network(index="wpan0", network=0xBEEF))
    nl.do(nl802154.set_short_address(index="wpan0", short_address=0x1234))
    nl.do(nl802154.set_backoff(index="wpan0", min_be=3, max_be=5))
    nl.do(nl802154.set_backoffs(index="wpan0", backoffs=4))
    nl.do(nl802154.set_acknowledging(index="wpan0", acknowledged=True))
    said = " ".join(iwpan("dev wpan0 info").split())
    for words in (
        "pan_id 0xbeef",
        "short_addr 0x1234",
        "min_be 3",
        "max_be 5",
        "max_csma_backoffs 4",
        "ackreq_default 1",
    ):
        assert words in said
    iwpan("dev wpan0 set pan_id 0xabcd")
    now = nl.do(nl802154.interface(index="wpan0"))
    assert (now.network, now.short_address, now.min_be, now.acknowledged) == (0xABCD, 0x1234, 3, True)
    assert f"extended_addr 0x{now.address:016x}" in " ".join(iwpan("dev wpan0 info").split())

    nl.do(nl802154.new_interface(phy=1, name="mon0", type="monitor"))
    assert "mon0" in iwpan("dev")
    nl.do(nl802154.delete_interface(index="mon0"))
    assert "mon0" not in iwpan("dev")
    told = typed("family", "nl802154", "do", "get-interface", "index=wpan0")
    assert f'"network":{0xABCD}' in told.replace(" ", "")


def test_a_scan_finds_who_sends_beacons(nl: netlynx.Connection) -> None:
    """wpan1's radio becomes a coordinator, and wpan0 hears it."""
    nl.do(nl802154.delete_interface(index="wpan1"))
    nl.do(nl802154.new_interface(phy=1, name="coord0", type="coord"))
    for phy in (0, 1):
        nl.do(nl802154.set_channel(phy=phy, page=0, channel=15))
    nl.do(nl802154.set_network(index="coord0", network=0xBEEF))
    nl.do(nl802154.set_short_address(index="coord0", short_address=1))
    for name in ("coord0", "wpan0"):
        nl.do(route.up(name))
    nl.do(nl802154.send_beacons(index="coord0", interval=2))
    try:
        with nl.subscribe(nl802154.SCANS) as events:
            nl.do(nl802154.scan(index="wpan0", type="passive", channels=1 << 15, duration=6))
            told = []
            while not told or told[-1].kind != "scan_done":
                told.append(events.get(timeout=PATIENCE))
        assert told[0].kind == "scan_started"
        assert told[-1].record.end == nl802154.ScanEnd.FINISHED
        found = [each.record.coordinator for each in told if each.kind == "found"]
        assert [(each.network, each.channel, each.page) for each in found if each is not None][:1] == [(0xBEEF, 15, 0)]
    finally:
        nl.do(nl802154.stop_beacons(index="coord0"))
    assert nl.dump(nl802154.associations(index="coord0")).all() == []
    nl.do(nl802154.limit_associations(index="coord0", limit=3))
    nl.do(nl802154.associate(index="wpan0", network=0xBEEF, address=nl.do(nl802154.interface(index="coord0")).address))
    (parent,) = nl.dump(nl802154.associations(index="wpan0"))
    assert parent.type == nl802154.PeerType.PARENT
    (child,) = nl.dump(nl802154.associations(index="coord0"))
    assert child.type == nl802154.PeerType.CHILD
    nl.do(nl802154.disassociate(index="wpan0", address=parent.address))
    end = time.monotonic() + PATIENCE
    while nl.dump(nl802154.associations(index="coord0")).all():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_simulated_radios_and_their_edges(nl: netlynx.Connection) -> None:
    radios = {each.radio: each for each in nl.dump(wpan_hwsim.radios())}
    assert {0, 1} <= set(radios)
    assert [(each.endpoint, each.quality) for each in radios[0].edges] == [(1, 255)]
    with nl.subscribe(wpan_hwsim.EVENTS) as events:
        number = nl.do(wpan_hwsim.new_radio())
        event = events.get(timeout=PATIENCE)
        assert (event.kind, event.record.radio) == ("added", number)
    assert nl.do(wpan_hwsim.radio(radio=number)).edges == ()
    edge = wpan_hwsim.Edge(endpoint=0)
    nl.do(wpan_hwsim.new_edge(radio=number, edge=edge))
    nl.do(wpan_hwsim.set_edge(radio=number, edge=edge.replace(quality=100)))
    assert [(each.endpoint, each.quality) for each in nl.do(wpan_hwsim.radio(radio=number)).edges] == [(0, 100)]
    nl.do(wpan_hwsim.delete_edge(radio=number, edge=edge))
    assert nl.do(wpan_hwsim.radio(radio=number)).edges == ()
    nl.do(wpan_hwsim.delete_radio(radio=number))
    with pytest.raises(netlynx.NotFound):
        nl.do(wpan_hwsim.radio(radio=number))


def test_the_older_family_says_the_same(nl: netlynx.Connection) -> None:
    assert {each.name: (each.page, each.channel) for each in nl.dump(mac802154.phys())} == {
        each.name: (each.page, each.channel) for each in nl.dump(nl802154.phys())
    }
    assert nl.do(mac802154.phy(name="phy0")).channels
    newer = nl.do(nl802154.interface(index="wpan0"))
    older = nl.do(mac802154.device(index="wpan0"))
    assert (older.device, older.network, older.short_address) == ("wpan0", newer.network, newer.short_address)
    assert (older.min_be, older.max_be, older.retries) == (newer.min_be, newer.max_be, newer.retries)
    assert older.address is not None
    assert int(older.address.replace(":", ""), 16) == newer.address
    assert "wpan0" in {each.device for each in nl.dump(mac802154.devices())}


def test_security_by_the_older_family(nl: netlynx.Connection) -> None:
    nl.do(mac802154.add_key(index="wpan0", mode="index", key_index=1, frames=1 << 1, key=b"\x5a" * 16))
    (key,) = nl.dump(mac802154.keys())
    assert (key.device, key.mode, key.key_index, key.frames) == ("wpan0", mac802154.KeyMode.INDEX, 1, 2)
    assert key.key == b"\x5a" * 16
    assert "ZZZ" not in str(key)
    nl.do(mac802154.set_security(index="wpan0", enabled=True, level=5, mode="index", key_index=1))
    assert nl.do(mac802154.security(index="wpan0")).enabled is not None
    other = "02:00:00:00:00:00:00:01"
    nl.do(mac802154.add_peer(index="wpan0", address=other, counter=7, exempt=False, key_mode=0))
    (peer,) = nl.dump(mac802154.peers())
    assert (peer.address, peer.counter, peer.exempt) == (other, 7, False)
    nl.do(mac802154.add_level(index="wpan0", frame=1, levels=1 << 5, override=False))
    (level,) = nl.dump(mac802154.levels())
    assert (level.frame, level.levels, level.override) == (1, 1 << 5, False)
    with pytest.raises(netlynx.NetlinkError, match="EOPNOTSUPP"):
        nl.do(mac802154.scan(index="wpan0", type=0, channels=1 << 15, duration=3))

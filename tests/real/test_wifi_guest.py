"""Wireless in the guest: simulated radios beside `iw`, with hostapd's networks and a station of wpa_supplicant's."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import netlynx
from modules import alone
from netlynx import NetlinkError, nl80211, route
from support import PATIENCE

pytestmark = pytest.mark.guest

AP = """
interface={device}
driver=nl80211
ssid={ssid}
hw_mode=g
channel={channel}
ctrl_interface={folder}/{device}
"""
SECURED = """
ieee80211n=1
wmm_enabled=1
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wpa_passphrase=correct horse
ieee80211w=1
"""
STATION = """
ctrl_interface={folder}/station
network={{
 ssid="secured"
 psk="correct horse"
 scan_freq=2437
 ieee80211w=1
}}
"""


def iw(*arguments: str) -> str:
    return subprocess.run(["iw", *arguments], capture_output=True, text=True, check=True, timeout=PATIENCE).stdout


@pytest.fixture(scope="module")
def nl() -> Iterator[netlynx.Connection]:
    with netlynx.connect(timeout=PATIENCE) as connection:
        yield connection


@pytest.fixture(scope="module")
def air(nl: netlynx.Connection, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Any]]:
    """Four radios: two access points, a station that is connected, one that is free; what was told meanwhile."""
    for program in ("iw", "hostapd", "wpa_supplicant"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program}: apt-get install iw hostapd wpasupplicant")
    with alone("mac80211_hwsim", "radios=4"):
        yield from on_air(nl, tmp_path_factory.mktemp("air"))


def on_air(nl: netlynx.Connection, folder: Path) -> Iterator[list[Any]]:
    running = []

    def start(*command: str) -> None:
        running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    for device, ssid, channel, more in (("wlan0", "secured", 6, SECURED), ("wlan3", "open", 1, "")):
        file = folder / f"{device}.conf"
        file.write_text(AP.format(device=device, ssid=ssid, channel=channel, folder=folder) + more)
        start("hostapd", str(file))
    (folder / "station.conf").write_text(STATION.format(folder=folder))
    told: list[Any] = []
    try:
        with nl.subscribe(nl80211.EVENTS) as events:
            start("wpa_supplicant", "-i", "wlan1", "-c", str(folder / "station.conf"))
            while not told or told[-1].kind not in ("authorized", "connected"):
                told.append(events.get(timeout=PATIENCE))
            nl.do(route.up("wlan2"))
            wait_for(lambda: authorized(nl))
        yield told
    finally:
        for each in running:
            each.terminate()
            each.wait()


def authorized(nl: netlynx.Connection) -> bool:
    """Whether the handshake of the station is done."""
    return any(
        each.flags is not None and nl80211.StationFlags.AUTHORIZED in each.flags.flags
        for each in nl.dump(nl80211.stations("wlan0"))
    )


def wait_for(done: Callable[[], bool]) -> None:
    """Ask again and again for what no event tells."""
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def index_of(nl: netlynx.Connection, name: str) -> int:
    link = nl.do(route.link(name=name))
    assert link.index
    return link.index


def test_radios_are_as_iw_has_them(air: list[Any], nl: netlynx.Connection) -> None:
    for radio in nl.do(nl80211.wiphys()):
        assert radio.name is not None
        text = iw("phy", radio.name, "info")
        assert set(re.findall(r"\* [\w-]+ \((00-0f-ac:\d+)\)", text)) == {each.plain for each in radio.ciphers or ()}
        lines = re.findall(r"\* (\d+)(?:\.\d+)? MHz \[(-?\d+)\] \((disabled|[\d.]+ dBm)\)(.*)", text)
        channels = [each for band in (radio.bands or {}).values() for each in band.frequencies]
        assert [str(each.frequency) for each in channels] == [line[0] for line in lines]
        # Below 1 GHz (S1G) iw 5.19 counts channels as in 2.4 GHz: 902 MHz is -301 to it.
        assert [each.channel is None for each in channels] == [int(line[0]) < 1000 for line in lines]
        assert all(each.channel in (None, int(line[1])) for each, line in zip(channels, lines, strict=True))
        for each, (_, _, power, notes) in zip(channels, lines, strict=True):
            assert power == ("disabled" if each.disabled else f"{each.max_power:.1f} dBm")
            if not each.disabled:
                assert ("no IR" in notes, "radar" in notes) == (each.no_ir, each.radar)
        commands = re.search(r"Supported commands:\n((?:\t\t \* .*\n)+)", text)
        assert commands is not None
        theirs = re.findall(r"\* (\w+)$", commands[1], re.M)  # others are numbers to this iw
        named = {word.replace("_", "-").replace("probe-client", "probe-peer") for word in theirs}
        assert named <= {str(each) for each in radio.commands}
        assert len(radio.commands) == commands[1].count("*")
        assert set(re.findall(r"\* \[ (\w+) \]", text)) <= {each.name for each in radio.extended_features or ()}
        modes = re.search(r"Supported interface modes:\n((?:\t\t \* .*\n)+)", text)
        assert modes is not None
        assert len(radio.types or ()) == modes[1].count("*")
        rates = re.findall(r"\* ([\d.]+) Mbps", text)
        assert [
            f"{(each.bitrate or 0) / 1e6:.1f}" for band in (radio.bands or {}).values() for each in band.rates
        ] == rates
        assert f"retry short limit: {radio.retry_short}".lower() in text.lower()
        for band in (radio.bands or {}).values():
            if band.ht is not None:
                assert ("HT20/HT40" in text) == ("ht40" in band.ht)
                assert band.ht_mcs == tuple(range(16))
        assert radio.unknown == ()


def test_interfaces_are_as_iw_has_them(air: list[Any], nl: netlynx.Connection) -> None:
    blocks = re.split(r"\n\t(?=Interface|Unnamed)", iw("dev"))[1:]
    theirs = {}
    for block in blocks:
        said = dict(re.findall(r"^\t*(wdev|addr|ssid|type|ifindex) (.*)", block, re.M))
        channel = re.search(r"channel \d+ \((\d+) MHz\), width: (\d+)", block)
        power = re.search(r"txpower ([\d.-]+) dBm", block)
        theirs[int(said["wdev"], 16)] = (
            said.get("ifindex"),
            said["addr"],
            said.get("ssid"),
            channel and channel[1],
            power and float(power[1]),
        )
    ours = {
        each.wdev: (
            None if each.index is None else str(each.index),
            each.mac,
            each.ssid,
            None if each.frequency is None else str(each.frequency),
            each.power,
        )
        for each in nl.dump(nl80211.interfaces())
    }
    assert ours == theirs
    one = nl.do(nl80211.interface("wlan0"))
    assert (str(one.type), one.ssid, str(one.width)) == ("ap", "secured", "20")


def test_a_station_has_the_figures_that_iw_has(air: list[Any], nl: netlynx.Connection) -> None:
    for device in ("wlan0", "wlan1"):
        (before,) = nl.dump(nl80211.stations(device))
        text = iw("dev", device, "station", "dump")
        (after,) = nl.dump(nl80211.stations(device))
        said = {name: value.strip() for name, value in re.findall(r"^\t([\w /]+):[ \t]*(.*)$", text, re.M)}
        assert text.startswith(f"Station {before.mac} ")
        for name, field in (
            *(("rx bytes", "rx_bytes"), ("rx packets", "rx_packets"), ("tx bytes", "tx_bytes")),
            *(("tx packets", "tx_packets"), ("tx retries", "tx_retries"), ("tx failed", "tx_failed")),
            *(("connected time", "connected"), ("beacon loss", "beacon_loss"), ("beacon rx", "beacons")),
        ):
            if name in said:
                low, high = getattr(before, field), getattr(after, field)
                assert low <= int(said[name].split()[0]) <= high, name
        assert said["signal"].split()[0] == str(before.signal)
        assert said["DTIM period"] == str(before.dtim_period)
        assert said["beacon interval"] == str(before.beacon_interval)
        assert before.flags is not None
        flags = before.flags.flags
        for name, flag in (
            ("authorized", nl80211.StationFlags.AUTHORIZED),
            ("associated", nl80211.StationFlags.ASSOCIATED),
            ("MFP", nl80211.StationFlags.MFP),
            ("WMM/WME", nl80211.StationFlags.WME),
        ):
            assert (said[name] == "yes") == (flag in flags), name
        assert before.tx_rate is not None
        assert (
            said["tx bitrate"].split()[0] == f"{(before.tx_rate.bitrate or 0) / 1e6:.1f}"
            or before.tx_rate != after.tx_rate
        )
        assert len(before.tids) == 17
        assert before.unknown == ()


def test_surveys_are_as_iw_has_them(air: list[Any], nl: netlynx.Connection) -> None:
    nl.do(nl80211.scan("wlan2", frequencies=[2412, 2437]))
    ours = nl.dump(nl80211.surveys("wlan2")).all()
    text = iw("dev", "wlan2", "survey", "dump")
    theirs = re.findall(r"frequency:\s+(\d+) MHz.*\n\tnoise:\s+(-\d+) dBm", text)
    assert [(str(each.frequency), str(each.noise)) for each in ours] == theirs
    assert [str(each.active) for each in ours] == re.findall(r"active time:\s+(\d+) ms", text)
    assert [str(each.busy) for each in ours] == re.findall(r"busy time:\s+(\d+) ms", text)


def test_a_scan_finds_what_iw_finds(air: list[Any], nl: netlynx.Connection) -> None:
    found = nl.do(nl80211.scan("wlan2", frequencies=[2412, 2437], flush=True))
    blocks = re.split(r"^BSS (?=[\da-f]{2}:)", iw("dev", "wlan2", "scan", "dump", "-u"), flags=re.M)[1:]
    theirs = {block[:17]: block for block in blocks}
    assert {each.bssid for each in found} == set(theirs)
    assert sorted(each.ssid for each in found) == ["open", "secured"]
    for each in found:
        assert each.bssid is not None
        text = theirs[each.bssid]
        assert f"SSID: {each.ssid}\n" in text
        assert float(re.findall(r"freq: ([\d.]+)", text)[0]) == each.frequency
        assert re.findall(r"beacon interval: (\d+)", text) == [str(each.beacon_interval)]
        assert f"signal: {each.signal:.2f} dBm" in text
        said = each.elements
        assert said is not None
        theirs_basic = re.findall(r"([\d.]+)\*", re.findall(r"Supported rates: (.*)", text)[0])
        assert [f"{rate / 1e6:.1f}" for rate in said.basic_rates] == theirs_basic
        assert f"DS Parameter set: channel {said.channel}\n" in text
        if each.ssid == "open":
            assert (each.security, said.rsn) == ("open", None)
            continue
        assert said.rsn is not None
        assert [re.findall(rf"\* {name}: (.*)", text) for name in ("Group cipher", "Pairwise ciphers")] == [
            ["CCMP"],
            ["CCMP"],
        ]
        assert (str(said.rsn.group), [str(one) for one in said.rsn.pairwise]) == ("CCMP-128", ["CCMP-128"])
        assert re.findall(r"\* Authentication suites: (.*)", text) == [" ".join(map(str, said.rsn.akm))]
        assert ("MFP-capable" in text) == (said.rsn.mfp == "optional")
        assert said.ht is not None
        assert "HT TX/RX MCS rate indexes supported: 0-15" in text
        assert said.ht.rx_mcs == tuple(range(16))
        assert (f"* primary channel: {said.channel}" in text) == (said.ht_operation is not None)
    hidden = nl.do(nl80211.scan("wlan2", frequencies=[2412], flush=True, passive=True))
    assert [each.ssid for each in hidden] == ["open"]
    assert nl.dump(nl80211.scan_results("wlan2")).all()


def test_an_association_with_wpa_is_told(air: list[Any]) -> None:
    """Step by step: the scan, the frames, the connection."""
    steps = ["scan_started", "scan_done", "authenticated", "associated", "connected"]
    kinds = [each.kind for each in air]
    assert sorted(steps, key=kinds.index) == steps
    (associated,) = [each.record for each in air if each.kind == "associated"]
    assert (associated.frame.subtype, str(associated.frame.status)) == ("association-response", "success")
    (connected,) = [each.record for each in air if each.kind == "connected"]
    assert (str(connected.status), connected.mac) == ("success", associated.frame.sender)
    assert [str(each) for each in connected.request.rsn.akm] == ["PSK"]


def test_an_open_network_is_joined_and_left(air: list[Any], nl: netlynx.Connection) -> None:
    with nl.subscribe(nl80211.CONNECTIONS) as events:
        told = nl.do(nl80211.connect("wlan2", "open", frequency=2412))
        assert f"Connected to {told.mac} (on wlan2)" in iw("dev", "wlan2", "link")
        assert f"Station {nl.do(nl80211.interface('wlan2')).mac}" in iw("dev", "wlan3", "station", "dump")
        nl.do(nl80211.disconnect("wlan2"))
        while events.get(timeout=PATIENCE).kind != "disconnected":  # type: ignore[union-attr]
            pass
    assert "Not connected" in iw("dev", "wlan2", "link")
    with pytest.raises(NetlinkError, match="no network 'nobody' that fits this answered"):
        nl.do(nl80211.connect("wlan2", "nobody", frequency=2412))


def test_interfaces_are_made_here_and_there(air: list[Any], nl: netlynx.Connection) -> None:
    with nl.subscribe(nl80211.EVENTS) as events:
        made = nl.do(
            nl80211.add_interface(index="wlan2", name="mon0", type="monitor", monitor=[nl80211.MonitorFlag.OTHER_BSS])
        )
        assert (made.name, str(made.type)) == ("mon0", "monitor")
        assert "type monitor" in iw("dev", "mon0", "info")
        iw("dev", "wlan2", "interface", "add", "mesh0", "type", "mp")
        assert str(nl.do(nl80211.interface("mesh0")).type) == "mesh-point"
        nl.do(nl80211.delete_interface("mon0"))
        nl.do(nl80211.delete_interface("mesh0"))
        heard: list[tuple[str, str]] = []
        while len(heard) < 4:
            event = events.get(timeout=PATIENCE)
            if event.kind.startswith("interface"):  # type: ignore[union-attr]
                heard.append((event.kind, event.record.name))  # type: ignore[union-attr]
    assert heard == [(f"interface_{what}", name) for what in ("new", "gone") for name in ("mon0", "mesh0")]
    assert "mon0" not in iw("dev")


def test_a_mesh_is_joined_and_set(air: list[Any], nl: netlynx.Connection) -> None:
    nl.do(nl80211.add_interface(index="wlan2", name="mesh0", type="mesh-point"))
    nl.do(route.up("mesh0"))
    nl.do(nl80211.join_mesh(index="mesh0", mesh_id="netz", frequency=2412))
    nl.do(nl80211.set_mesh_config(index="mesh0", ttl=7))
    assert nl.do(nl80211.mesh_config("mesh0")).ttl == 7
    assert iw("dev", "mesh0", "get", "mesh_param", "mesh_ttl").split() == ["7"]
    nl.do(nl80211.leave_mesh("mesh0"))
    nl.do(nl80211.delete_interface("mesh0"))


def test_power_save_is_what_iw_says(air: list[Any], nl: netlynx.Connection) -> None:
    for state in ("off", "on"):
        nl.do(nl80211.set_power_save("wlan2", state))
        assert iw("dev", "wlan2", "get", "power_save").strip() == f"Power save: {state}"
        assert str(nl.do(nl80211.power_save("wlan2")).state) == state


def test_a_frame_goes_out_and_comes_in(air: list[Any], nl: netlynx.Connection) -> None:
    """A public action of a vendor, from the access point to a station that is not connected, on its channel."""
    body = b"\x04\x09\x00\x11\x22hello"
    index = index_of(nl, "wlan2")
    sender, receiver = (nl.do(nl80211.interface(each)).mac for each in ("wlan0", "wlan2"))
    assert sender is not None
    assert receiver is not None
    frame = nl80211.make_frame("action", receiver, sender, sender, body)
    with (
        nl.subscribe(nl80211.frames(index, 0xD0, body[:5])) as frames,
        nl.subscribe(nl80211.CONNECTIONS) as told,
    ):
        nl.do(nl80211.remain_on_channel(index=index, frequency=2437, duration=2000))
        while told.get(timeout=PATIENCE).kind != "on_channel":  # type: ignore[union-attr]
            pass
        cookie = nl.do(nl80211.send_frame("wlan0", frame)).cookie
        got = frames.get(timeout=PATIENCE).record  # type: ignore[union-attr]
        assert (got.index, got.frequency) == (index, 2437)
        assert got.frame is not None
        assert (got.frame.subtype, got.frame.category, got.frame.sender, got.frame.body) == (
            "action",
            4,
            sender,
            body[2:],
        )
        while (event := told.get(timeout=PATIENCE)).kind != "frame_sent" or event.record.cookie != cookie:  # type: ignore[union-attr]
            pass
        assert event.record.acknowledged  # type: ignore[union-attr]


def test_rules_are_as_iw_has_them_and_follow_the_country(air: list[Any], nl: netlynx.Connection) -> None:
    assert here(nl.do(nl80211.regulation())) == rules_of(iw("reg", "get"))
    if not Path("/lib/firmware/regulatory.db").exists():
        pytest.skip("no database of rules: apt-get install wireless-regdb")
    with nl.subscribe(nl80211.Nl80211.regulation_changed) as changes:
        nl.do(nl80211.set_country("US"))
        try:
            told = changes.get(timeout=PATIENCE / 3).record  # type: ignore[union-attr]
        except netlynx.RequestTimeout:
            pytest.skip("the guest's kernel finds no database of rules")
        assert (str(told.initiator), told.country) == ("user", "US")
    now = nl.do(nl80211.regulation())
    assert (now.country, str(now.dfs)) == ("US", "fcc")
    assert here(now) == rules_of(iw("reg", "get"))
    nl.do(nl80211.set_country("00"))


def here(rules: nl80211.Regulation) -> list[tuple[float, ...]]:
    return [
        (*(float(each or 0) / 1000 for each in (rule.start, rule.end, rule.width)), rule.power or 0.0)
        for rule in rules.rules
    ]


def rules_of(text: str) -> list[tuple[float, ...]]:
    """The first block that `iw reg get` prints: the host's."""
    block = text.split("\n\n")[0]
    return [
        tuple(map(float, found))
        for found in re.findall(r"\(([\d.]+) - ([\d.]+) @ ([\d.]+)\), \((?:N/A|[\d.]+), ([\d.]+)\)", block)
    ]


def test_a_radio_takes_another_name(air: list[Any], nl: netlynx.Connection) -> None:
    radio = nl.do(nl80211.wiphy(index="wlan2"))
    nl.do(nl80211.set_wiphy(wiphy=radio.wiphy, name="third", retry_short=5))
    changed = nl.do(nl80211.wiphy(radio.wiphy))
    assert (changed.name, changed.retry_short) == ("third", 5)
    assert "Wiphy third" in iw("phy")
    nl.do(nl80211.set_wiphy(wiphy=radio.wiphy, name=radio.name, retry_short=radio.retry_short))


def test_a_station_is_thrown_out(air: list[Any], nl: netlynx.Connection) -> None:
    (station,) = nl.dump(nl80211.stations("wlan0"))
    assert station.mac is not None
    key = nl.do(nl80211.key(index="wlan0", mac=station.mac, id=0))
    assert str(key.cipher) == "CCMP-128"
    assert key.data is None
    with nl.subscribe(nl80211.Nl80211.station_gone) as gone:
        nl.do(nl80211.delete_station("wlan0", station.mac, reason=5))
        while gone.get(timeout=PATIENCE).record.mac != station.mac:  # type: ignore[union-attr]
            pass

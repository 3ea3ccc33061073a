"""Wireless without a radio: what networks say of themselves, radios put together, scans and connections that end.

The bytes are those of a guest's kernel, with mac80211_hwsim and hostapd.
"""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

import netlynx
from netlynx import EncodeError, NetlinkError, nl80211
from netlynx.codec._codec import decode, encode_record
from netlynx.engine.operation import in_words
from netlynx.kernel import Request, VirtualKernel
from netlynx.kernel.family_service import FamilyService
from netlynx.nl80211 import (
    Akm,
    Band,
    Bss,
    Cipher,
    Connect,
    Elements,
    Frame,
    Frequency,
    InterfaceType,
    Key,
    LinkEvent,
    Nl80211,
    Rate,
    Scan,
    Station,
    Wiphy,
)
from netlynx.schema.compile import plan_of
from netlynx.testing import default_kernel

# hostapd's beacon: WPA2 PSK with CCMP, management frames protected where stations can, channel 6, HT.
BEACON = bytes.fromhex(
    "000a6e65746c796e782d6170010882848b960c1218240301060504010200002a010432043048606c30140100000fac040100000fac040100"
    "000fac028c003b0251002d1a0c001bffff0000000000000000000001000000000000000000003d1606000000000000000000000000000000"
    "0000000000007f080400400200000040dd180050f2020101010003a4000027a4000042435e0062322f00"
)
ASSOCIATED = bytes.fromhex(  # the answer to a request to associate, of a network that is open
    "10003a010200000002000200000003000200000003003000010400000100"
    "010882848b960c12182432043048606c7f0804004002000000405a03240100"
)


def test_what_a_network_says_is_read() -> None:
    said = Elements.of(BEACON)
    assert (said.ssid, said.channel, said.security) == ("netlynx-ap", 6, "WPA2 PSK")
    assert [int(rate) // 100_000 for rate in said.rates] == [10, 20, 55, 110, 60, 90, 120, 180, 240, 360, 480, 540]
    assert [int(rate) // 100_000 for rate in said.basic_rates] == [10, 20, 55, 110]
    assert said.tim is not None
    assert (said.tim.count, said.tim.period, said.tim.stations) == (1, 2, ())
    assert said.rsn is not None
    assert [str(each) for each in (said.rsn.group, *said.rsn.pairwise, *said.rsn.akm)] == [
        "CCMP-128",
        "CCMP-128",
        "PSK",
    ]
    assert said.rsn.mfp == "optional"
    assert said.ht is not None
    assert said.ht.rx_mcs == tuple(range(16))
    assert said.ht_operation is not None
    assert (said.ht_operation.primary, said.ht_operation.secondary) == (6, "none")
    assert said.extended is not None
    assert "extended-channel-switching" in said.extended
    assert said.others == ()
    assert said.data == BEACON
    told = json.loads(netlynx.to_json(said))
    assert told["rsn"]["akm"] == ["PSK"]


def test_what_is_malformed_stays_as_it_is() -> None:
    """No bytes end the reading of a network, and none are lost."""
    for end in range(len(BEACON)):
        said = Elements.of(BEACON[:end])
        assert said.data == BEACON[:end]
        json.loads(netlynx.to_json(said))
    broken = Elements.of(b"\x30\x03\x01\x00\x00" + b"\x00\x02\xff\xfe" + b"\xdd\x05\x01\x02\x03\x04\x05" + b"\xff\x00")
    assert [each.id for each in broken.others] == [0x30, 0xFF]
    assert broken.security == "RSN that cannot be read"
    assert broken.vendors[0].oui == "01:02:03"
    assert broken.ssid is not None
    assert broken.ssid.encode("utf-8", "surrogateescape") == b"\xff\xfe"


def test_elements_are_sent_as_the_bytes_that_they_are() -> None:
    bss = Bss(bssid="02:00:00:00:00:00", elements=BEACON, capability=["ess", "privacy"], signal=-30.25)
    read: Any = decode(plan_of(Bss), encode_record(bss))
    assert (read.elements.data, read.signal, read.capability) == (BEACON, -30.25, ("ess", "privacy"))
    assert (read.ssid, read.security) == ("netlynx-ap", "WPA2 PSK")
    with pytest.raises(EncodeError, match=r"Elements\.of"):
        encode_record(Bss(elements=Elements(ssid="made")))
    with pytest.raises(EncodeError, match=r"none of ess, ibss"):
        encode_record(Bss(capability=["privat"]))


def test_frames_are_read_by_their_subtypes() -> None:
    frame = Frame.of(bytes.fromhex("b0003a0102000000020002000000030002000000030020000000020000000"[:-1]))
    assert (frame.subtype, frame.sender, str(frame.status)) == ("authentication", "02:00:00:00:03:00", "success")
    made = nl80211.make_frame(
        "deauthentication", "02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:02", b"\x03\0"
    )
    said = Frame.of(made)
    assert (said.receiver, str(said.reason)) == ("02:00:00:00:00:01", "deauthenticated-leaving")
    whole = Frame.of(ASSOCIATED)
    assert (whole.subtype, str(whole.status), whole.aid) == ("association-response", "success", 1)
    for end in range(len(ASSOCIATED)):
        if end < 30:  # its fixed fields end there
            with pytest.raises(ValueError, match=r"too early|no management frame"):
                Frame.of(ASSOCIATED[:end])
        else:
            assert Frame.of(ASSOCIATED[:end]).aid == 1


@pytest.mark.parametrize(
    ("rate", "words", "width"),
    [
        (Rate(bitrate="13mbit", mcs=1), "13 Mbit/s, MCS 1", 20),
        (Rate(bitrate="866.7mbit", vht_mcs=9, vht_streams=2, mhz_80=True, short_gi=True),
         "866.7 Mbit/s, VHT MCS 9 NSS 2, 80 MHz, short GI", 80),
        (Rate(bitrate="54mbit"), "54 Mbit/s", 20),
    ],
)  # fmt: skip
def test_rates_are_told_in_a_line(rate: Rate, words: str, width: int) -> None:
    assert (rate.words, rate.width) == (words, width)


def test_suites_have_the_names_that_people_know() -> None:
    assert int(Cipher.of("ccmp-128")) == 0x000FAC04
    assert (str(Akm(0x000FAC08)), str(Akm(0x000FAC63)), int(Akm.of("00-0f-ac:99"))) == (
        "SAE",
        "00-0f-ac:99",
        0x000FAC63,
    )
    with pytest.raises(EncodeError, match="none of"):
        Cipher.of("rot13")


def served() -> tuple[VirtualKernel, FamilyService]:
    kernel = VirtualKernel()
    return kernel, kernel.family(Nl80211)


def test_a_radio_is_put_together_from_its_messages() -> None:
    kernel, service = served()

    @service.wiphys
    def told(request: Request) -> Any:
        assert request.record.split
        yield Wiphy(wiphy=0, name="phy0", types=[InterfaceType.STATION, InterfaceType.AP])
        yield Wiphy(wiphy=0, bands={0: Band(frequencies=[Frequency(frequency=2412)])})
        yield Wiphy(wiphy=0, bands={0: Band(frequencies=[Frequency(frequency=2417, no_ir=True)])})
        yield Wiphy(wiphy=1, name="phy1")
        yield Wiphy(wiphy=0, bands={1: Band(frequencies=[Frequency(frequency=5180, disabled=True)])}, roams=True)

    with kernel, netlynx.connect(kernel=kernel) as nl:
        one, other = nl.do(nl80211.wiphys())
        assert (one.name, one.frequencies, one.roams, other.name) == ("phy0", [2412, 2417], True, "phy1")
        assert one.bands is not None
        assert [each.words for each in one.bands[0].frequencies] == [[], ["no-ir"]]
        assert one.bands[1].frequencies[0].channel == 36


def test_a_scan_waits_for_its_own_end() -> None:
    kernel, service = served()
    asked: list[Any] = []

    @service.trigger_scan
    def trigger(request: Request) -> None:
        asked.append(request.record)
        if len(asked) == 1:  # somebody else's is under way, and ends
            service.scan_done(Scan(index=9))
            raise NetlinkError(16)
        service.scan_done(Scan(index=9))
        service.scan_done(Scan(index=3))

    @service.scan_results
    def results(request: Request) -> Any:
        yield Bss(index=3, bssid="02:00:00:00:00:01", elements=BEACON)

    with kernel, netlynx.connect(kernel=kernel, timeout=5) as nl:
        looking = nl80211.scan(3, ssids=["", "hidden"], frequencies=[2412], flush=True)
        threading.Timer(0.05, lambda: service.scan_done(Scan(index=9))).start()
        (found,) = nl.do(looking)
        assert found.ssid == "netlynx-ap"
        assert (asked[1].ssids, asked[1].frequencies, str(asked[1].flags)) == (("", "hidden"), (2412,), "flush")
    with pytest.raises(EncodeError, match="passive"):
        nl80211.scan(3, ssids=["x"], passive=True)


def test_a_scan_that_is_given_up_is_an_error() -> None:
    kernel, service = served()

    @service.trigger_scan
    def trigger(request: Request) -> None:
        service.scan_aborted(Scan(index=3))

    with (
        kernel,
        netlynx.connect(kernel=kernel, timeout=5) as nl,
        pytest.raises(NetlinkError, match="given up before its end"),
    ):
        nl.do(nl80211.scan(3))


@pytest.mark.anyio
async def test_a_connection_is_waited_for() -> None:
    kernel, service = served()

    @service.connect
    def connect(request: Request) -> None:
        status = {"full": 17, "guests": 0}.get(request.record.ssid)
        service.connected(LinkEvent(index=7, status=0))
        service.connected(
            LinkEvent(index=3, timed_out=True, timeout="auth")
            if status is None
            else LinkEvent(index=3, mac="02:00:00:00:00:01", status=status)
        )

    with kernel:
        async with netlynx.aconnect(kernel=kernel, timeout=5) as nl:
            told = await nl.do(nl80211.connect(3, "guests"))
            assert (told.mac, str(told.status)) == ("02:00:00:00:00:01", "success")
            with pytest.raises(NetlinkError, match="refused: too-many-stations"):
                await nl.do(nl80211.connect(3, "full"))
            with pytest.raises(NetlinkError, match=r"no network 'nobody' that fits this answered \(auth\)"):
                await nl.do(nl80211.connect(3, "nobody"))


def test_what_is_secret_is_shown_nowhere() -> None:
    secret = b"0123456789abcdef"
    key = Key(index=3, id=0, cipher="CCMP-128", data=secret)
    connecting = nl80211.connect(3, "x", pmk=secret * 2, sae_password=secret)
    record = Connect(index=3, ssid="x", pmk=secret * 2, sae_password=secret)
    kernel, service = served()

    @service.new_key
    def refuse(request: Request) -> None:
        raise NetlinkError(22)

    with kernel, default_kernel(kernel), netlynx.connect(kernel=kernel) as nl, pytest.raises(NetlinkError) as raised:
        nl.do(nl80211.add_key(key))
    for said in (
        str(raised.value),
        str(connecting),
        repr(connecting),
        repr(record),
        repr(key),
        str(key),
        in_words(record),
    ):
        assert secret.decode() not in said


def test_everything_the_kernel_lists_is_declared() -> None:
    declared = {int(each.number) for each in Nl80211.__family__.commands.values()}
    assert len(declared) >= 122
    assert {int(number) for number in (1, 33, 46, 59, 103)} <= declared


def test_a_station_is_told_in_units() -> None:
    station = Station(
        index=3,
        mac="02:00:00:00:00:01",
        flags={"flags": ["authorized", "wme"]},
        signal=-30,
        tx_rate={"bitrate": "13mbit"},
    )
    read: Any = decode(plan_of(Station), encode_record(station))
    assert (read.signal, str(read.tx_rate.bitrate)) == (-30, "13mbit")
    assert read.flags.flags.labels == ["authorized", "wme"]

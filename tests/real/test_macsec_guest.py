"""MACsec in the guest: read and made beside `ip macsec`, and packets that are encrypted on their way."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

import netlynx
from conftest import Ip
from forking import typed
from netlynx import macsec, netns, route
from netlynx.macsec import Association, Device, Offload, ReceiveChannel, ReceiveSa, TransmitSa
from netlynx.schema import Enumeration

pytestmark = [pytest.mark.guest, pytest.mark.namespace]

KEY, LONG = bytes(range(16)), bytes(range(32))
SCI = "0200000000090001"


@pytest.fixture(autouse=True)
def links(ip: Ip) -> None:
    done = subprocess.run(["modprobe", "macsec"], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no macsec: {done.stderr.strip()}")
    ip("link add v0 type veth peer name v1")
    ip("link set v0 up")
    ip("link set v1 up")


# What `ip -j -s macsec show` calls it, and its name here.
OF_DEVICE = {
    **{each: each for each in ("protect", "encrypt", "icv_length", "encoding_sa")},
    "send_sci": "include_sci",
    "end_station": "end_station",
    "scb": "single_copy_broadcast",
    "replay": "replay_protect",
    "ifindex": "index",
    "validate": "validation",
    "cipher_suite": "cipher_suite",
    "offload": "offload",
}
COUNTED = {
    "OutPktsUntagged": "out_untagged",
    "InPktsUntagged": "in_untagged",
    "OutPktsTooLong": "out_too_long",
    "InPktsNoTag": "in_no_tag",
    "InPktsBadTag": "in_bad_tag",
    "InPktsUnknownSCI": "in_unknown_sci",
    "InPktsNoSCI": "in_no_sci",
    "InPktsOverrun": "in_overrun",
}
SENT = {
    "OutPktsProtected": "protected",
    "OutPktsEncrypted": "encrypted",
    "OutOctetsProtected": "octets_protected",
    "OutOctetsEncrypted": "octets_encrypted",
}
RECEIVED = {
    "InOctetsValidated": "octets_validated",
    "InOctetsDecrypted": "octets_decrypted",
    "InPktsOK": "ok",
    "InPktsUnchecked": "unchecked",
    "InPktsDelayed": "delayed",
    "InPktsInvalid": "invalid",
    "InPktsLate": "late",
    "InPktsNotValid": "not_valid",
    "InPktsNotUsingSA": "not_using_sa",
    "InPktsUnusedSA": "unused_sa",
}
OUT_OF_SA = {"OutPktsProtected": "out_protected", "OutPktsEncrypted": "out_encrypted"}
IN_OF_SA = {
    "InPktsOK": "in_ok",
    "InPktsInvalid": "in_invalid",
    "InPktsNotValid": "in_not_valid",
    "InPktsNotUsingSA": "in_not_using_sa",
    "InPktsUnusedSA": "in_unused_sa",
}


def chosen(record: Any, names: dict[str, str]) -> dict[str, Any]:
    """These fields by their names there; of members of enumerations the text."""
    found = {name: getattr(record, field) for name, field in names.items()}
    return {name: str(value) if isinstance(value, Enumeration) else value for name, value in found.items()}


def association(each: Association, counted: dict[str, str]) -> dict[str, Any]:
    assert each.key_id is not None
    pn = (each.pn or 0) & 0xFFFF_FFFF  # of which `ip` of iproute2 6.1 shows so much in JSON
    said: dict[str, Any] = {"an": each.an, "pn": pn, "active": each.active, "key": each.key_id.hex()}
    said |= {} if each.ssci is None else {"ssci": each.ssci}
    return said | chosen(each.statistics, counted)


def as_ip_shows(device: Device, name: str | None) -> dict[str, Any]:
    """A device as `ip -j -s macsec show` has it."""
    said = chosen(device, OF_DEVICE) | chosen(device.statistics, COUNTED) | chosen(device.transmit_statistics, SENT)
    said |= {} if device.window is None else {"window": device.window}
    said |= {"ifname": name, "sci": int(device.sci or 0)}
    said["sa_list"] = [association(each, OUT_OF_SA) for each in device.associations]
    said["rx_sc"] = [
        {
            "sci": int(each.sci or 0),
            "active": each.active,
            **chosen(each.statistics, RECEIVED),
            "sa_list": [association(one, IN_OF_SA) for one in each.associations],
        }
        for each in device.channels
    ]
    return said


def in_numbers(said: Any) -> Any:
    """What `ip` shows, its channels as numbers; without whether there are any, which it says of devices besides."""
    if isinstance(said, list):
        return [in_numbers(each) for each in said]
    if isinstance(said, dict):
        return {name: in_numbers(each) for name, each in said.items() if name not in ("sc", "sa")}
    return int(said, 16) if isinstance(said, str) and said.startswith("0x") else said


def check(nl: netlynx.Connection, ip: Ip) -> list[Device]:
    """The devices, which `ip` shows as they are read here; the wire is in use, and so it is looked at again."""
    for _ in range(5):
        devices = nl.dump(macsec.devices()).all()
        shown = in_numbers(json.loads(ip("-j -s macsec show")))
        names = {each.index: each.name for each in nl.dump(route.links(kind="macsec"))}
        ours = [as_ip_shows(each, names[each.index or 0]) for each in devices]
        if shown == ours:
            break
    assert shown == ours
    return devices


def test_what_ip_made_is_read(nl: netlynx.Connection, ip: Ip) -> None:
    key, long = KEY.hex(), LONG.hex()
    for line in (
        "link add link v0 m0 type macsec port 7 cipher gcm-aes-128 encrypt on replay on window 32",
        f"macsec add m0 tx sa 0 pn 1 on key 01 {key}",
        f"macsec add m0 tx sa 3 pn 100 off key 02 {key}",
        "macsec add m0 rx port 1 address 02:00:00:00:00:09",
        f"macsec add m0 rx port 1 address 02:00:00:00:00:09 sa 0 pn 1 on key 03 {key}",
        "macsec add m0 rx sci 0200000000080001 off",
        "link add link v1 m1 type macsec cipher gcm-aes-xpn-256 protect on validate check end_station on send_sci off",
        f"macsec add m1 tx sa 1 xpn 5000000000 on ssci 9 salt {bytes(12).hex()} key 04 {long}",
    ):
        ip(line)
    first, second = check(nl, ip)
    assert [(each.an, each.pn, each.active) for each in first.associations] == [(0, 1, True), (3, 100, False)]
    assert [(str(each.sci), each.active) for each in first.channels] == [("0200000000080001", False), (SCI, True)]
    assert (second.associations[0].pn, second.associations[0].ssci) == (5_000_000_000, 9)
    assert nl.do(macsec.device("m1")) == second


def test_what_is_made_here_is_read_by_ip(nl: netlynx.Connection, ip: Ip) -> None:
    extended = route.Macsec(cipher_suite="GCM-AES-XPN-128", encrypt=True)
    nl.do(route.add(route.Link(name="m0", kind="macsec", parent="v0", data=route.Macsec(encrypt=True))))
    nl.do(route.add(route.Link(name="m1", kind="macsec", parent="v1", data=extended)))
    own = TransmitSa(index="m0", an=1, pn=7, key=KEY, key_id=b"\1", active=True)
    heard = ReceiveSa(index="m0", sci=SCI, an=2, pn=9, key=KEY, key_id=b"\2")
    wide = {"ssci": 5, "salt": bytes(12)}
    for each in (
        own,
        ReceiveChannel(index="m0", sci=SCI),
        ReceiveChannel(index="m0", sci="02:00:00:00:00:08/1", active=False),
        heard,
        TransmitSa(index="m1", an=0, pn=1, key=KEY, key_id=b"\3", active=True, **wide),
        ReceiveChannel(index="m1", sci=SCI),
        ReceiveSa(index="m1", sci=SCI, an=0, pn=1 << 33, key=KEY, key_id=b"\4", **wide),
    ):
        nl.do(macsec.add(each))
    first, second = check(nl, ip)
    assert [each.key_id for each in first.associations] == [b"\1" + bytes(15)]
    assert second.channels[0].associations[0].pn == 1 << 33

    nl.do(macsec.change(TransmitSa(index="m1", an=0, pn=9, active=False)))
    nl.do(macsec.change(ReceiveSa(index="m0", sci=SCI, an=2, active=True)))
    nl.do(macsec.change(ReceiveSa(index="m0", sci=SCI, an=2, pn=20)))
    nl.do(macsec.change(ReceiveChannel(index="m0", sci="0200000000080001", active=True)))
    first, second = check(nl, ip)
    assert [(each.pn, each.active) for each in second.associations] == [(9, False)]
    assert [each.active for each in first.channels] == [True, True]
    assert [(each.pn, each.active) for channel in first.channels for each in channel.associations] == [(20, True)]

    for operation, error, words in (
        (macsec.add(own), netlynx.Busy, "has an association of this number"),
        (macsec.add(ReceiveChannel(index="m0", sci=SCI)), netlynx.AlreadyExists, None),
        (macsec.add(own.replace(an=0, key=LONG)), netlynx.NetlinkError, "This is a key of GCM-AES-256"),
        (macsec.add(own.replace(an=0, **wide)), netlynx.NetlinkError, "This is a key of GCM-AES-XPN-128"),
        (macsec.add(own.replace(index="v0")), netlynx.NetlinkError, "is no MACsec device"),
        (macsec.add(heard.replace(sci="1")), netlynx.NetlinkError, "or has no such channel"),
        (macsec.delete(TransmitSa(index="m0", an=1)), netlynx.Busy, "make it inactive first"),
        (macsec.delete(TransmitSa(index="m0", an=3)), netlynx.NetlinkError, "has no such association"),
        (macsec.set_offload(Offload(index="m0", offload="mac")), netlynx.NetlinkError, None),
    ):
        with pytest.raises(error, match=words):
            nl.do(operation)
    nl.do(macsec.change(TransmitSa(index="m0", an=1, active=False)))
    nl.do(macsec.delete(TransmitSa(index="m0", an=1)))
    nl.do(macsec.delete(ReceiveChannel(index="m0", sci=SCI)))
    first, _ = check(nl, ip)
    assert first.associations == ()
    assert [str(each.sci) for each in first.channels] == ["0200000000080001"]


@pytest.mark.parametrize("suite", ["GCM-AES-128", "GCM-AES-XPN-256"])
def test_packets_are_encrypted_on_their_way(namespace: netns.NetworkNamespace, suite: str) -> None:
    key = LONG if "256" in suite else KEY
    wide: dict[str, Any] = {"ssci": 5, "salt": bytes(12)} if "XPN" in suite else {}
    with netns.anonymous() as there, netlynx.connect(netns=namespace) as here, netlynx.connect(netns=there) as other:
        here.do(route.change(route.Link(name="v1", netns_fd=there)))
        other.do(route.up("v1"))
        ends = {here: "v0", other: "v1"}
        for nl, below in ends.items():
            data = route.Macsec(cipher_suite=suite, encrypt=True)
            nl.do(route.add(route.Link(name="m0", kind="macsec", parent=below, data=data)))
        channels = {nl: nl.do(macsec.device("m0")).sci for nl in ends}
        for number, (nl, peer) in enumerate(((here, other), (other, here)), 1):
            nl.do(macsec.add(TransmitSa(index="m0", an=0, pn=1, key=key, key_id=b"\1", active=True, **wide)))
            nl.do(macsec.add(ReceiveChannel(index="m0", sci=channels[peer])))
            given = {"an": 0, "pn": 1, "key": key, "key_id": b"\1", "active": True, **wide}
            nl.do(macsec.add(ReceiveSa(index="m0", sci=channels[peer], **given)))
            nl.do(route.add(route.Address(index="m0", address=f"192.0.2.{number}/24")))
            nl.do(route.up("m0"))
        netns.run(namespace, ["ping", "-q", "-c", "2", "-i", "0.2", "-W", "20", "192.0.2.2"], check=True)
        device = here.do(macsec.device("m0"))
        assert device.transmit_statistics is not None
        assert (device.transmit_statistics.encrypted or 0) >= 2
        assert device.channels[0].statistics is not None
        assert (device.channels[0].statistics.ok or 0) >= 2
        assert (device.associations[0].pn or 0) > 2

        # With another key at one end nothing is heard.
        for nl in ends:
            nl.do(macsec.delete(ReceiveChannel(index="m0", sci=channels[here if nl is other else other])))
            nl.do(macsec.add(ReceiveChannel(index="m0", sci=channels[here if nl is other else other])))
        wrong = ReceiveSa(
            index="m0", sci=channels[here], an=0, pn=1, key=bytes(len(key)), key_id=b"\1", active=True, **wide
        )
        other.do(macsec.add(wrong))
        done = netns.run(namespace, ["ping", "-q", "-c", "1", "-W", "1", "192.0.2.2"], capture_output=True)
        assert done.returncode != 0
        (channel,) = other.do(macsec.device("m0")).channels
        assert channel.statistics is not None
        assert (channel.statistics.not_valid or 0) >= 1


def test_the_commands(nl: netlynx.Connection, namespace: netns.NetworkNamespace, ip: Ip) -> None:
    def netlynx_(words: str) -> str:
        return typed(*words.split(), where=namespace)

    ip("link add link v0 m0 type macsec encrypt on replay on window 64")
    key = f"key={KEY.hex()}"
    netlynx_(f"add macsec-transmit-sa index=m0 an=0 pn=1 {key} key_id=01 active=true")
    netlynx_("add macsec-channel index=m0 sci=02:00:00:00:00:09/1")
    assert KEY.hex() not in netlynx_(f"add macsec-receive-sa index=m0 sci={SCI} an=1 pn=5 {key} key_id=02 --dry-run")
    netlynx_(f"add macsec-receive-sa index=m0 sci={SCI} an=1 pn=5 {key} key_id=02")
    check(nl, ip)
    lines = netlynx_("macsec m0 --wide").splitlines()
    assert lines[0].split()[:2] == ["NAME", "CHANNEL"]
    assert "encrypt, replay window 64" in lines[1]
    assert "in use" in lines[2]
    assert f"from {SCI}" in lines[3]
    assert netlynx_("macsec m0 --stats").splitlines()[0].split() == ["NAME", "CHANNEL", "AN", "COUNTED"]
    netlynx_(f"delete macsec-channel index=m0 sci={SCI}")
    assert nl.do(macsec.device("m0")).channels == ()

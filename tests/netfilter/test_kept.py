"""Helpers, fingerprints and hooks: what is asked, and what is refused. On a real kernel they are tried in the guest:
`tests/real/test_netfilter_guest.py`."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest

import netlynx
from netlynx.codec._codec import decode
from netlynx.netfilter import fingerprints, helpers, hooks
from netlynx.netfilter.fingerprints import Finger, Fingerprint, Option, Size, TcpOption, Window
from netlynx.netfilter.helpers import ExpectPolicy, Helper
from netlynx.schema.compile import plan_of

LINE = "S4:64:1:60:M*,S,T,N,W7:Linux:2.6:20:Linux 2.6.20"
ONE = ExpectPolicy(name="one", timeout=5)
TNS = Helper(name="tns", family="ipv4", protocol="tcp", policies=[ONE])


def test_a_line_of_pf_os_is_read() -> None:
    finger = fingerprints.parsed(LINE)
    assert (finger.window, finger.ttl, finger.df, finger.length) == (Size(meaning=Window.MSS, value=4), 64, 1, 60)
    assert (finger.genre, finger.version, finger.subtype, finger.option_count) == ("Linux", "2.6", "20", 5)
    kinds = [TcpOption.MSS, TcpOption.SACKP, TcpOption.TS, TcpOption.NOP, TcpOption.WSO]
    assert [each.kind for each in finger.options] == kinds
    assert [each.length for each in finger.options] == [4, 2, 10, 1, 3]
    assert finger.options[-1].size == Size(meaning=Window.PLAIN, value=7)
    for window, size in (("T2", Size(meaning=2, value=2)), ("%8192", Size(meaning=3, value=8192)), ("*", Size())):
        assert fingerprints.parsed(LINE.replace("S4", window)).window == size


def test_a_fingerprint_is_sent_whole_and_the_same_again() -> None:
    payload = fingerprints.add(LINE).payload
    assert len(payload) == 4 + 4 + 592  # struct nf_osf_user_finger
    finger = decode(plan_of(Fingerprint), payload).finger
    assert fingerprints.remove(finger).payload == payload
    assert struct.unpack_from("=II", payload, 8) == (1, 4)
    assert payload.endswith(bytes(12 * 35))


def test_helpers_are_sent_whole() -> None:
    sent = helpers.add(TNS).request
    assert isinstance(sent, Helper)
    assert (sent.queue, sent.private_size, str(sent.status)) == (0, 0, "enabled")
    assert sent.policies == (ExpectPolicy(name="one", most=255, timeout=5),)
    number = struct.pack("=HH", 8, 1) + struct.pack(">I", 1)  # NFCTH_POLICY_SET_NUM
    assert number in helpers.add(TNS).payload


@pytest.mark.parametrize(
    ("ask", "path"),
    [
        (lambda: helpers.add(TNS.replace(name=None)), "Helper.name"),
        (lambda: helpers.add(TNS.replace(family=None)), "Helper.family"),
        (lambda: helpers.add(TNS.replace(family="arp")), "Helper.family"),
        (lambda: helpers.add(TNS.replace(protocol=None)), "Helper.protocol"),
        (lambda: helpers.add(TNS.replace(policies=())), "Helper.policies"),
        (lambda: helpers.add(TNS.replace(policies=[ONE] * 5)), "Helper.policies"),
        (lambda: helpers.add(TNS.replace(policies=[ONE.replace(name="")])), "Helper.policies[0].name"),
        (lambda: helpers.add(TNS.replace(policies=[ONE, ONE.replace(timeout=None)])), "Helper.policies[1].timeout"),
        (lambda: helpers.add(TNS.replace(policies=[ONE.replace(most=256)])), "Helper.policies[0].most"),
        (lambda: helpers.add(TNS.replace(policies=[ONE.replace(most=0)])), "Helper.policies[0].most"),
        (lambda: helpers.add(TNS.replace(queue=65536)), "Helper.queue"),
        (lambda: helpers.add(TNS.replace(private_size=33)), "Helper.private_size"),
        (lambda: helpers.change(TNS.replace(policies=())), "Helper.policies"),
        (lambda: helpers.change(TNS.replace(policies=None)), "Helper"),
        (lambda: helpers.change(TNS.replace(private_size=3)), "Helper.private_size"),
        (lambda: helpers.delete(TNS), "Helper.policies"),
        (lambda: fingerprints.add("S4:64:1"), "fingerprints.parsed(line)"),
        (lambda: fingerprints.add(LINE.replace("S4", "X4")), "fingerprints.parsed(line)"),
        (lambda: fingerprints.add(LINE.replace("M*", "Q")), "fingerprints.parsed(line)"),
        (lambda: fingerprints.add(LINE.replace(":64:", ":256:")), "fingerprints.parsed(line)"),
        (lambda: fingerprints.add(LINE.replace("Linux:2.6:", f"{'x' * 32}:2.6:")), "Finger.genre"),
        (lambda: fingerprints.add(Finger()), "Finger.genre"),
        (lambda: fingerprints.add(Finger(genre="x", options=[Option(length=1)] * 41)), "Finger.options"),
        (lambda: fingerprints.add(Finger(genre="x", options=[Option(length=41)])), "Finger.options"),
        (lambda: fingerprints.add(Finger(genre="x", option_count=2)), "Finger.option_count"),
        (lambda: hooks.hooks("dual", "input"), "hooks.hooks(family)"),
        (lambda: hooks.hooks("ipv4", "ingress"), "hooks.hooks(hook)"),
        (lambda: hooks.hooks("arp", "postrouting"), "hooks.hooks(hook)"),
        (lambda: hooks.hooks("netdev", "ingress"), "hooks.hooks(device)"),
        (lambda: hooks.hooks("ipv4", "input", device="eth0"), "hooks.hooks(device)"),
    ],
)
def test_what_would_mean_nothing_is_refused(ask: Callable[[], object], path: str) -> None:
    with pytest.raises(netlynx.EncodeError) as caught:
        ask()
    assert caught.value.path == path

"""Data Center Bridging beside `dcb`, on devices of a module of the tests, through the kernel's own. In the guest."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import netlynx
from forking import forked
from modules import alone
from netlynx import dcb
from netlynx.errors import AlreadyExists, EncodeError, NetlinkError, NotFound, NotSupported
from netlynx.route.constants import RTM
from support import PATIENCE

pytestmark = pytest.mark.guest


@pytest.fixture(scope="module", autouse=True)
def devices() -> Iterator[None]:
    """dcb0, whose driver has everything, and dcb1, whose driver tells its ETS and no more."""
    with alone("dcb_devices"):
        yield


def by_dcb(arguments: str) -> Any:
    """What `dcb -j` says."""
    if shutil.which("dcb") is None:
        pytest.skip("no `dcb` to compare with: apt-get install iproute2")
    done = patient(["dcb", "-j", *arguments.split()])
    return json.loads(done.stdout) if done.stdout.strip() else None


def patient(words: list[str]) -> subprocess.CompletedProcess[str]:
    """Run `dcb`, again where a second ends between its question and its change: it numbers messages by seconds, and
    takes the acknowledgement of the first, which it has not read, for an answer to the other then."""
    for _ in range(10):
        done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE)
        if "Protocol error" not in done.stderr:
            break
    assert done.returncode == 0, (words, done.stderr)
    return done


def on(bits: int) -> list[bool]:
    return [bool(bits >> at & 1) for at in range(8)]


def shown(found: dcb.Device) -> dict[str, Any]:
    """As `dcb -j OBJECT show` prints it, of all objects that Debian 12's knows."""
    ets, pfc, buffer, rates = found.ets, found.pfc, found.buffer, found.max_rates
    assert None not in (ets, pfc, buffer, rates, found.dcbx)
    lines = {each: [] for each in ("ethtype_prio", "stream_port_prio", "dgram_port_prio", "port_prio", "dscp_prio")}
    default: list[int] = []
    for each in found.applications or ():
        if each.selector is dcb.Selector.ETHERTYPE and each.protocol == 0:
            default.append(each.priority)
        elif each.selector is not dcb.Selector.PCP:
            lines[f"{each.selector.label.replace('-', '_')}_prio"].append([each.protocol, each.priority])
    words = {"strict": "strict", "cb-shaper": "cbs", "ets": "ets", "vendor": "vendor"}
    return {
        "ets": {
            "willing": ets.willing,
            "ets_cap": ets.capacity,
            "cbs": ets.credit_based,
            "tc_bw": list(ets.shares),
            "pg_bw": list(ets.receive_shares),
            "tc_tsa": [words[each.label] for each in ets.selection],
            "prio_tc": list(ets.priority_classes),
            "reco_tc_bw": list(ets.recommended_shares),
            "reco_tc_tsa": [words[each.label] for each in ets.recommended_selection],
            "reco_prio_tc": list(ets.recommended_priority_classes),
        },
        "pfc": {
            "pfc_cap": pfc.capacity,
            "prio_pfc": on(pfc.enabled),
            "macsec_bypass": pfc.macsec_bypass,
            "delay": pfc.delay,
            "requests": list(pfc.requests),
            "indications": list(pfc.indications),
        },
        "buffer": {
            "prio_buffer": list(buffer.priority_buffers),
            "buffer_size": list(buffer.sizes),
            "total_size": buffer.total_size,
        },
        # Debian 12's takes the kernel's kbit/s for bytes/s, when it reads them and when it sets them.
        "maxrate": {"tc_maxrate": list(rates.rates)},
        "dcbx": dict.fromkeys(found.dcbx.labels, True),
        "app": {
            **({"default_prio": sorted(default)} if default else {}),
            **{name: sorted(table) for name, table in lines.items() if table},
        },
    }


def compared(nl: netlynx.Connection, *objects: str) -> None:
    ours = shown(nl.do(dcb.ieee("dcb0")))
    for each in objects or ours:
        assert ours[each] == by_dcb(f"-s {each} show dev dcb0"), each


def test_dcb_and_netlynx_say_the_same_of_what_either_set() -> None:
    with netlynx.connect() as nl:
        compared(nl)
        for arguments in (
            "ets set dev dcb0 willing on tc-tsa all:strict 0:ets 1:ets tc-bw all:0 0:40 1:60 prio-tc 0:0 1:1 7:7",
            "ets set dev dcb0 pg-bw 2:10 reco-tc-tsa 3:ets reco-tc-bw 3:100 reco-prio-tc 4:5",
            "pfc set dev dcb0 prio-pfc all:off 1:on 3:on macsec-bypass on delay 0x1234",
            "buffer set dev dcb0 prio-buffer all:1 7:3 buffer-size 0:4096 3:65536",
            "maxrate set dev dcb0 tc-maxrate 0:1Gbit 5:10Mbit",
            "dcbx set dev dcb0 host ieee cee",
            "app add dev dcb0 ethtype-prio 0x8906:3 stream-port-prio 22:4 dgram-port-prio 53:5 default-prio 2",
            "app add dev dcb0 port-prio 3260:6 dscp-prio 46:7 46:1",
        ):
            by_dcb(arguments)
            compared(nl, arguments.split()[0])
        # What is set here is read by dcb.
        found = nl.do(dcb.ieee("dcb0"))
        assert found.ets is not None
        nl.do(dcb.change(found.replace(ets=found.ets.replace(shares=(100, 0, 0, 0, 0, 0, 0, 0)))))
        nl.do(
            dcb.change(
                dcb.Device(
                    name="dcb0",
                    pfc={"enabled": 0x0F, "delay": 7},
                    max_rates={"rates": (8000, 0, 0, 0, 0, 0, 0, 16000)},
                    buffer={"priority_buffers": (7,) * 8, "sizes": (1, 2, 3, 4, 5, 6, 7, 8)},
                    dcbx=["host", "ieee"],
                )
            )
        )
        nl.do(
            dcb.delete(
                dcb.Device(name="dcb0", applications=[dcb.Application(selector="dscp", protocol=46, priority=1)])
            )
        )
        nl.do(
            dcb.add(dcb.Device(name="dcb0", applications=[dcb.Application(selector="port", protocol=80, priority=1)]))
        )
        compared(nl)
        nl.do(dcb.delete(nl.do(dcb.ieee("dcb0"))))
        assert nl.do(dcb.ieee("dcb0")).applications == ()
        compared(nl, "app")


def line(selector: str, protocol: int, priority: int) -> dcb.Application:
    return dcb.Application(selector=selector, protocol=protocol, priority=priority)


def at(values: Any, **changes: Any) -> tuple[Any, ...]:
    """Values with some of them replaced: ``at(shares, _3=30)``."""
    made = list(values)
    for name, value in changes.items():
        made[int(name[1:])] = value
    return tuple(made)


# What `dcb` is told, and what says the same here, given what the device has.
WORDS: list[tuple[str, Any]] = [
    (
        "ets set dev dcb0 willing on tc-tsa all:strict 0:ets 1:ets tc-bw all:0 0:40 1:60 prio-tc 0:0 1:1 7:7",
        lambda has: dcb.change(
            dcb.Device(
                name="dcb0",
                ets=has.ets.replace(
                    willing=True,
                    selection=("ets", "ets", *("strict",) * 6),
                    shares=(40, 60, *(0,) * 6),
                    priority_classes=at(has.ets.priority_classes, _0=0, _1=1, _7=7),
                ),
            )
        ),
    ),
    (
        "pfc set dev dcb0 prio-pfc all:off 1:on 3:on macsec-bypass on delay 0x1234",
        lambda has: dcb.change(
            dcb.Device(name="dcb0", pfc=has.pfc.replace(enabled=10, macsec_bypass=True, delay=0x1234))
        ),
    ),
    (
        "buffer set dev dcb0 prio-buffer all:1 7:3 buffer-size 0:4096 3:65536",
        lambda has: dcb.change(
            dcb.Device(
                name="dcb0",
                buffer=has.buffer.replace(
                    priority_buffers=(*(1,) * 7, 3), sizes=at(has.buffer.sizes, _0=4096, _3=65536)
                ),
            )
        ),
    ),
    (
        "maxrate set dev dcb0 tc-maxrate 0:1Gbit 5:10Mbit",
        lambda has: dcb.change(
            # not 1_000_000 and 10_000 kbit/s: what Debian 12's sends are bytes/s
            dcb.Device(name="dcb0", max_rates={"rates": at(has.max_rates.rates, _0=125_000_000, _5=1_250_000)})
        ),
    ),
    (
        "dcbx set dev dcb0 host ieee static",
        lambda has: dcb.change(dcb.Device(name="dcb0", dcbx=["host", "ieee", "static"])),
    ),
    (
        "app add dev dcb0 ethtype-prio 0x8906:3 stream-port-prio 22:4 dscp-prio 46:5",
        lambda has: dcb.add(
            dcb.Device(
                name="dcb0", applications=[line("ethtype", 0x8906, 3), line("stream-port", 22, 4), line("dscp", 46, 5)]
            )
        ),
    ),
    (
        "app del dev dcb0 ethtype-prio 0x8906:3 stream-port-prio 22:4 dscp-prio 46:5",
        lambda has: dcb.delete(
            dcb.Device(
                name="dcb0", applications=[line("ethtype", 0x8906, 3), line("stream-port", 22, 4), line("dscp", 46, 5)]
            )
        ),
    ),
]


def set_by(operation: Any, has: dcb.Device) -> bytes:
    """The payload of the message that changes something."""
    steps = operation.steps()
    step = next(steps)
    while step.message_type != RTM.SETDCB:
        step = steps.send(has)
    return bytes(step.payload)


def test_what_is_sent_for_the_words_of_dcb_are_its_bytes() -> None:
    if shutil.which("strace") is None:
        pytest.skip("no `strace` to see what dcb sends: apt-get install strace")
    for arguments, meant in WORDS:
        with netlynx.connect() as nl:
            ours = set_by(meant(nl.do(dcb.ieee("dcb0"))), nl.do(dcb.ieee("dcb0")))
        watched = ["strace", "-e", "trace=sendmsg,sendto", "-e", "write=all", "dcb", *arguments.split()]
        done = patient(watched)
        messages: list[bytearray] = []
        for found in re.finditer(r"^ \| ([0-9a-f]+)  ((?:[0-9a-f]{2} +){1,16})", done.stderr, re.MULTILINE):
            if not int(found[1], 16):
                messages.append(bytearray())
            messages[-1] += bytes.fromhex(found[2])
        (theirs,) = (bytes(each[16:]) for each in messages if each[4] == RTM.SETDCB)
        assert ours.hex() == theirs.hex(), arguments


def test_what_dcb_of_debian_12_does_not_know_is_set_and_told() -> None:
    lines = [
        dcb.Application(selector="pcp", protocol=9, priority=1),
        dcb.Application(selector="dscp", protocol=8, priority=2),
    ]
    with netlynx.connect() as nl:
        nl.do(dcb.change(dcb.Device(name="dcb0", trust=["dscp", "pcp", "ethtype"], congestion={
            "enabled": (1,) * 8, "threshold": (5,) * 8, "state": ("edge",) * 8})))  # fmt: skip
        nl.do(dcb.add(dcb.Device(name="dcb0", rewrite=lines, applications=lines[:1])))
        found = nl.do(dcb.ieee("dcb0"))
        assert [each.label for each in found.trust] == ["dscp", "pcp", "ethtype"]
        assert sorted(found.rewrite, key=lambda each: each.protocol) == lines[::-1]
        assert found.applications == tuple(lines[:1])
        assert found.congestion.threshold == (5,) * 8
        assert {each.label for each in found.congestion.state} == {"edge"}
        assert found.congestion_statistics.created == tuple(range(2000, 2008))
        # What the module says of the other end, as it stands there.
        assert (found.peer_ets.willing, found.peer_ets.shares[1], found.peer_ets.priority_classes[7]) == (True, 100, 1)
        assert (found.peer_pfc.capacity, found.peer_pfc.enabled, found.peer_pfc.delay) == (4, 0x0A, 99)
        assert [(each.selector.label, each.protocol) for each in found.peer_applications] == [
            ("ethtype", 0x8906),
            ("port", 3260),
        ]
        assert found.unknown == ()
        nl.do(dcb.change(found.replace(trust=())))
        assert nl.do(dcb.ieee("dcb0")).trust == ()
        nl.do(dcb.delete(dcb.Device(name="dcb0", rewrite=lines, applications=lines[:1])))
        assert nl.do(dcb.ieee("dcb0")).rewrite == ()


def test_what_cee_has_is_set_and_told() -> None:
    with netlynx.connect() as nl, nl.subscribe(dcb.CHANGES) as events:
        nl.do(
            dcb.change(
                dcb.Device(
                    name="dcb0",
                    state=1,
                    flow_control_state=1,
                    flow_control={"up0": 1, "up7": 1},
                    class_counts={"groups": 4, "flow_control": 3},
                    features={"groups": ["enable", "willing"], "applications": "advertise"},
                    backward_congestion={"rp3": 9, "alpha": 77, "ri": 5},
                    application={"id_type": 0, "protocol": 0x8906, "priorities": 8},
                )
            )
        )
        nl.do(
            dcb.set_groups(
                "dcb0", "sent", {"class2": {"group": 1, "share": 50, "priorities": 4, "strict": 2}, "share1": 70}
            )
        )
        nl.do(dcb.set_groups("dcb0", "received", dcb.Groups(share0=30)))
        assert nl.do(dcb.commit("dcb0")) == 0
        assert {each.record.name for each in (events.get(timeout=20), events.get(timeout=20))} == {"dcb0"}
        found = nl.do(dcb.device("dcb0"))
        assert (found.state, found.flow_control_state) == (1, 1)
        assert (found.flow_control.up0, found.flow_control.up1, found.flow_control.up7) == (1, 0, 1)
        assert found.flow_control == found.cee_flow_control
        assert (found.class_counts.groups, found.class_counts.flow_control) == (4, 3)
        assert found.features.groups.labels == ["enable", "willing"]
        assert (found.backward_congestion.rp3, found.backward_congestion.alpha, found.backward_congestion.ri) == (
            9,
            77,
            5,
        )
        assert found.cee_sent == nl.do(dcb.groups("dcb0", "sent")).groups
        assert found.cee_received == nl.do(dcb.groups("dcb0", "received")).groups
        assert found.cee_sent.class2 == dcb.TrafficClass(group=1, share=50, priorities=4, strict=2)
        assert (found.cee_sent.share1, found.cee_received.share0) == (70, 30)
        assert [(each.protocol, each.priorities) for each in found.cee_applications] == [(0x8906, 8)]
        assert nl.do(dcb.application("dcb0", 0x8906)).application.priorities == 8
        assert (found.capabilities.dcbx.labels, found.capabilities.strict_groups) == (["host", "cee", "ieee"], None)
        assert (found.cee_peer.willing, found.cee_peer_flow_control.error, found.cee_peer_groups.shares[0]) == (
            True,
            True,
            100,
        )
        assert len(found.cee_peer_applications) == 2
        address = Path("/sys/class/net/dcb0/address").read_text().strip()
        assert found.permanent_address == f"{address}{':ff' * 26}"
        assert found.unknown == ()
        nl.do(dcb.change(dcb.Device(name="dcb0", application={"id_type": 0, "protocol": 0x8906, "priorities": 0})))
        assert nl.do(dcb.cee("dcb0")).cee_applications == ()
        assert [each.name for each in nl.do(dcb.devices())] == ["dcb0", "dcb1"]
        rows = forked(("dcb",)).stdout.splitlines()
        assert {row.split()[0] for row in rows} == {"DEV", "dcb0", "dcb1"}


def test_what_a_driver_refuses_or_has_not_is_told() -> None:
    line = dcb.Application(selector="dscp", protocol=1, priority=1)
    only = dcb.Device(name="dcb0", applications=[line])
    with netlynx.connect() as nl:
        with pytest.raises(NetlinkError, match="EINVAL") as caught:  # shares that do not make 100
            nl.do(dcb.change(dcb.Device(name="dcb0", dcbx=["host", "ieee"], ets={"selection": ("ets",) * 8})))
        assert (caught.value.attribute, caught.value.hint) == ("Device.ets", "Set before it: dcbx")
        nl.do(dcb.add(only))
        with pytest.raises(AlreadyExists):
            nl.do(dcb.add(only))
        nl.do(dcb.delete(only))
        with pytest.raises(NotFound):
            nl.do(dcb.delete(only))
        for fields, said in (
            ({"dcbx": "lld-managed"}, "says 1"),
            ({"state": 9}, "says 1"),
            ({"class_counts": {"groups": 9}}, "says 1"),
        ):
            with pytest.raises(NetlinkError, match=said):
                nl.do(dcb.change(dcb.Device(name="dcb0", **fields)))
        told = nl.do(dcb.ieee("dcb1")).ets
        assert told.capacity == 8
        with pytest.raises(NotSupported, match="takes nothing of it"):
            nl.do(dcb.change(dcb.Device(name="dcb1", ets={"willing": True})))
        with pytest.raises(NotSupported, match="nothing of the kind"):
            nl.do(dcb.change(dcb.Device(name="dcb1", pfc={"enabled": 1})))
        for operation in (
            dcb.state("dcb1"),
            dcb.dcbx("dcb1"),
            dcb.ieee("lo"),
            dcb.change(dcb.Device(name="dcb1", state=1)),
        ):
            with pytest.raises(NotSupported):
                nl.do(operation)
        with pytest.raises(NotFound):
            nl.do(dcb.ieee("nosuch"))
        with pytest.raises(EncodeError):
            dcb.add(dcb.Device(name="dcb0"))

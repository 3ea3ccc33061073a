"""What an nlmon device tells, recorded and read: requests and answers of all programs. In the guest."""

from __future__ import annotations

import shutil
import signal
import subprocess
from pathlib import Path

import pytest

import netlynx
from child import child, running
from netlynx import capture, netns, route
from support import load

pytestmark = [pytest.mark.guest, pytest.mark.namespace]


@pytest.fixture(autouse=True)
def modules() -> None:
    load("nlmon", "dummy")


def said_in(file: Path) -> list[netlynx.Decoded]:
    """The messages of a capture, behind what the controller says of families where netlynx wrote it."""
    decoder = netlynx.Decoder()
    said = [each.message for datagram in capture.read(file) for each in capture.messages(datagram, decoder)]
    found = [each for each in said if each is not None]
    assert len(found) == len(said)
    if found[0].name.startswith("nlctrl"):
        names = [each.name for each in found]
        return found[names.index("NLMSG_DONE") + 1 :]
    return found


def change_links(namespace: netns.NetworkNamespace) -> None:
    with netlynx.connect(netns=namespace) as nl:
        nl.do(route.add(route.Link(name="v0", kind="dummy")))
        nl.do(route.change(route.Link(name="v0", flags="up")))
        with pytest.raises(netlynx.NotFound):
            nl.do(route.link(name="v9"))
        nl.dump(route.links()).all()


def test_requests_answers_and_notifications_are_recorded(namespace: netns.NetworkNamespace, tmp_path: Path) -> None:
    file = tmp_path / "said.pcap"
    with running("capture", "write", str(file), where=namespace) as process:
        assert process.stderr is not None
        assert "recording from the nlmon device nlmon" in process.stderr.readline()
        change_links(namespace)
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
        assert "none was lost" in process.stderr.read()
    said = said_in(file)
    asked = [each for each in said if not each.answer and each.name == "RTM_NEWLINK"]
    assert [each.record.name for each in asked if "CREATE" in each.flags] == ["v0"]
    assert any(each.error is not None and each.error.name == "ENODEV" for each in said)
    assert any(each.name == "RTM_NEWLINK" and each.answer and each.record.name == "v0" for each in said)
    assert any(each.name == "NLMSG_DONE" for each in said)
    assert all(each.fault is None for each in said)
    with netlynx.connect(netns=namespace) as nl:  # the device is gone
        assert [link.name for link in nl.dump(route.links()) if link.kind == "nlmon"] == []


@pytest.mark.skipif(shutil.which("tcpdump") is None, reason="tcpdump is not installed")
def test_what_tcpdump_records_reads_the_same(namespace: netns.NetworkNamespace, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.pcap", tmp_path / "theirs.pcap"
    with netlynx.connect(netns=namespace) as nl:
        nl.do(route.add(route.Link(name="nlmon0", kind="nlmon", flags="up")))
    tcpdump = ["tcpdump", "-i", "nlmon0", "-U", "--immediate-mode", "-w", str(theirs)]
    with (
        child(tcpdump, where=namespace) as other,
        running("capture", "write", str(ours), "--dev", "nlmon0", where=namespace) as process,
    ):
        assert other.stderr is not None
        assert process.stderr is not None
        while "listening on nlmon0" not in other.stderr.readline():
            pass
        assert "recording from the nlmon device nlmon0" in process.stderr.readline()
        change_links(namespace)
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
        other.send_signal(signal.SIGINT)
        assert other.wait() == 0
    here, there = said_in(ours), said_in(theirs)
    # One may have begun before the other: what both have from there on is the same, message by message.
    both = min(len(here), len(there))
    assert both > 8
    assert [each.message for each in here[-both:]] == [each.message for each in there[-both:]]


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tshark_counts_the_same_messages(namespace: netns.NetworkNamespace, tmp_path: Path) -> None:
    file = tmp_path / "said.pcap"
    with running("capture", "write", str(file), where=namespace) as process:
        assert process.stderr is not None
        process.stderr.readline()
        change_links(namespace)
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
    command = ["tshark", "-r", str(file), "-T", "fields", "-e", "netlink-route.nltype"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    theirs = [int(number) for line in done.stdout.splitlines() for number in line.split(",") if number]
    assert theirs == [each.message.type for each in said_in(file) if each.name.startswith("RTM_")]

"""`capture write`: what goes on in a namespace, recorded and read again."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

import netlynx
from child import child, running
from command import Run
from netlynx import capture, netns, route

pytestmark = pytest.mark.namespace


def types_in(file: Path) -> list[str]:
    """What the messages of a capture are, behind what the controller says of families."""
    decoder = netlynx.Decoder()
    said = [each.message for datagram in capture.read(file) for each in capture.messages(datagram, decoder)]
    names = [each.name for each in said if each is not None]
    assert names[0] == "nlctrl.CTRL_CMD_NEWFAMILY"
    return names[names.index("NLMSG_DONE") + 1 :]


def test_what_is_told_is_recorded_until_it_is_enough(namespace: netns.NetworkNamespace, tmp_path: Path) -> None:
    file = tmp_path / "said.pcap"
    arguments = ("capture", "write", str(file), "--count", "1")
    with (
        child(["sleep", "infinity"], where=namespace) as holder,
        running(*arguments, "--netns", str(holder.pid)) as process,
    ):
        assert process.stderr is not None
        assert "netlynx: " in process.stderr.readline()
        with netlynx.connect(netns=namespace) as nl:
            nl.do(route.change(route.Link(name="lo", flags="up")))
        assert process.wait() == 0
        assert process.stderr.readline() == f"netlynx: 1 message went to {file}; none was lost\n"
    assert len(types_in(file)) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_all_that_came(namespace: netns.NetworkNamespace, tmp_path: Path, number: int) -> None:
    file = tmp_path / "said.pcap"
    with (
        running("capture", "write", str(file), where=namespace) as process,
        netlynx.connect(netns=namespace) as nl,
        nl.subscribe(route.LINKS) as heard,
    ):
        assert process.stderr is not None
        process.stderr.readline()
        nl.do(route.change(route.Link(name="lo", flags="up")))
        next(heard)
        process.send_signal(number)
        assert process.wait() == 0
        assert "none was lost" in process.stderr.read()
    assert "RTM_NEWLINK" in types_in(file)


def test_what_is_no_nlmon_device_is_refused(run: Run, tmp_path: Path) -> None:
    said = run("capture", "write", str(tmp_path / "said.pcap"), "--dev", "lo", status=1).stderr
    assert said.startswith("netlynx: lo is a link of kind none, not nlmon: ")
    assert not (tmp_path / "said.pcap").exists()


def test_a_capture_is_written_for_other_programs(namespace: netns.NetworkNamespace) -> None:
    with running("capture", "write", "-", "--seconds", "0", where=namespace) as process:
        assert process.stdout is not None
        magic = process.stdout.buffer.read(4)
        process.stdout.buffer.read()
        assert process.wait() == 0
    assert magic == (0xA1B23C4D).to_bytes(4, "little")

"""`uevents`: device events on their lines as they come, filtered, and a clean end."""

from __future__ import annotations

import json
import signal
import textwrap
from pathlib import Path

import pytest

from child import running
from forking import forked

# Whenever somebody joins the kernel's group, three things happen to devices.
SPEAKS = textwrap.dedent(
    r"""
    import threading
    from netlynx.kernel import ConfigFlag, VirtualKernel

    kernel = VirtualKernel()

    def joined(group):
        threading.Timer(0.2, speak).start()

    def speak():
        events = (("add", "net", "b0"), ("change", "block", "sd\x1b[2J"), ("remove", "net", "b0"))
        for action, subsystem, name in events:
            lines = [f"{action}@/devices/{name}", f"ACTION={action}", f"SUBSYSTEM={subsystem}", f"INTERFACE={name}"]
            sock._multicast("".join(line + "\0" for line in lines).encode(), 1, 0)

    sock = kernel.protocol(15, None, flags=ConfigFlag.NONROOT_RECV, join=joined)
    """
)


def lines(tmp_path: Path, count: int, *arguments: str) -> list[str]:
    """The first lines that the command prints; it is interrupted then."""
    speaks = tmp_path / "speaks.py"
    speaks.write_text(SPEAKS)
    with running("uevents", "--kernel", str(speaks), *arguments) as process:
        assert process.stdout is not None
        found = [process.stdout.readline().rstrip("\n") for _ in range(count)]
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
    return found


def test_ctrl_c_ends_it_though_the_thread_that_waits_is_not_interrupted(tmp_path: Path) -> None:
    """As when the signal comes just before that thread begins to wait."""
    speaks = tmp_path / "speaks.py"
    interrupts = """
        import signal, time
        time.sleep(0.2)
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
    """
    speaks.write_text(SPEAKS.replace("\nsock =", textwrap.indent(textwrap.dedent(interrupts), "    ") + "\nsock ="))
    with running("uevents", "--kernel", str(speaks)) as process:
        assert process.wait() == 0


def test_events_are_lines_of_text_that_steer_no_terminal(tmp_path: Path) -> None:
    assert lines(tmp_path, 3) == [
        "add      net /devices/b0 INTERFACE=b0",
        r"change   block /devices/sd\u001b[2J INTERFACE=sd\u001b[2J",
        "remove   net /devices/b0 INTERFACE=b0",
    ]


def test_events_are_objects(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, 1, "--json", "--subsystem", "block")
    assert json.loads(line) == {
        "event": "change",
        "object": "uevent",
        "source": "kernel",
        "devpath": "/devices/sd\x1b[2J",
        "properties": {"ACTION": "change", "SUBSYSTEM": "block", "INTERFACE": "sd\x1b[2J"},
    }


def test_only_what_is_asked_for_is_shown(tmp_path: Path) -> None:
    wanted = ("--action", "remove", "--action", "change", "--property", "INTERFACE=b0")
    assert lines(tmp_path, 1, *wanted) == ["remove   net /devices/b0 INTERFACE=b0"]


@pytest.mark.parametrize("given", ["INTERFACE", "=b0"])
def test_a_property_without_a_value_is_refused(given: str) -> None:
    done = forked(["uevents", "--property", given])
    assert done.returncode == 2
    assert "is not KEY=VALUE" in done.stderr

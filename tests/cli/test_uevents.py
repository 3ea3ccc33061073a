"""`uevents`: device events on their lines as they come, filtered, and a clean end."""

from __future__ import annotations

import json
import signal
import textwrap
import time
from pathlib import Path

import pytest

from child import running
from forking import forked
from support import until

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


def test_ctrl_c_is_not_raised_where_a_lock_is_taken(tmp_path: Path) -> None:
    """It would stay taken, and whoever closes wait for it."""
    speaks = tmp_path / "speaks.py"
    interrupts = """
        import signal

        class Interrupted(threading.Condition):
            def __enter__(self):
                taken = super().__enter__()
                if heard.is_set() and threading.current_thread() is threading.main_thread():
                    signal.raise_signal(signal.SIGINT)
                return taken

        heard = threading.Event()
        kernel.lock.__class__ = Interrupted
    """
    words = SPEAKS.replace("\ndef joined", textwrap.dedent(interrupts) + "\ndef joined")
    speaks.write_text(words.replace("\nsock =", "    heard.set()\n\nsock ="))
    with running("uevents", "--kernel", str(speaks)) as process:
        assert process.wait() == 0


def test_ctrl_c_twice_ends_it_though_nobody_takes_its_output(tmp_path: Path) -> None:
    speaks = tmp_path / "speaks.py"
    speaks.write_text(SPEAKS.replace("in events:", "in events * 2000:"))
    with running("uevents", "--kernel", str(speaks)) as process:
        assert process.stdout is not None
        until(lambda: writes_in_vain(process.pid))

        def ended() -> bool:
            process.send_signal(signal.SIGINT)  # once for what it writes, and once for what it has not written yet
            time.sleep(0.01)
            return process.poll() is not None

        until(ended)


def writes_in_vain(pid: int) -> bool:
    """Whether the process waits for its standard output, a pipe, to be read."""
    return Path(f"/proc/{pid}/syscall").read_text().startswith("1 0x1 ")


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

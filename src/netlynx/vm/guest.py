"""Running a command in a guest, as root, in the directory where one is; its output and exit status."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from netlynx.vm import apt
from netlynx.vm.cache import Cache, Kernel, MachineError, Say
from netlynx.vm.fetch import prepare

FAILED = 125
"""The exit status for a guest that did not come up, panicked or was ended."""

_BOOT_PATIENCE = 120  # seconds; a boot takes 3 to 6
_LAST_LINES = 25
_PANIC = "Kernel panic"
_ENDED = 124  # the status of timeout(1)

_PARAMETERS = (
    "console=ttyS0 quiet panic=-1 oops=panic hung_task_panic=1"  # of the kernel; NETLYNX_VM_PARAMETERS adds to
)

# What the guest does once it sees the files. /dev/vport0p1 carries the output as it is, unlike a terminal.
_MAIN = """\
exec </dev/null >/dev/vport0p1 2>&1
touch /run/vm/up
export HOME=/root LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
export {environment}
if cd {directory}; then
    {command}
fi
echo $? >/run/vm/status
exec >/dev/null 2>&1
echo o >/proc/sysrq-trigger
sleep infinity
"""


@dataclass(frozen=True)
class Limits:
    """What a guest may take: `timeout` in seconds, `memory` in MiB; files that are written live there too."""

    timeout: int = 900
    memory: int = 2048
    processors: int = 1

    @classmethod
    def of_environment(cls) -> Limits:
        """Those that NETLYNX_VM_TIMEOUT and NETLYNX_VM_MEMORY set. Raises MachineError."""
        return cls(
            _number("NETLYNX_VM_TIMEOUT", cls.timeout),
            _number("NETLYNX_VM_MEMORY", cls.memory),
            _number("NETLYNX_VM_PROCESSORS", cls.processors),
        )


def _number(variable: str, default: int) -> int:
    text = os.environ.get(variable, "")
    if text and not (text.isdecimal() and int(text)):
        raise MachineError(f"{variable} is {text!r}, which is no number of at least 1")
    return int(text or default)


def run(
    command: Sequence[str],
    cache: Cache,
    say: Say,
    *,
    directory: str | os.PathLike[str] = ".",
    share: str | os.PathLike[str] | None = None,
    output: IO[bytes] | None = None,
) -> int:
    """Prepare and boot a guest, run a command there in a directory, and return its exit status, or `FAILED`.

    The guest sees this machine's files; what it writes is gone with it, but for the folder `share`, which it has
    as NETLYNX_VM_SHARE in its environment. The output of the command, errors as well, goes to `output`
    (standard output). Raises MachineError.
    """
    limits = Limits.of_environment()
    kernel, initramfs = prepare(cache, say)
    with tempfile.TemporaryDirectory(prefix="run.", dir=cache.root) as scratch:
        work = Path(scratch)
        (work / "main").write_text(_main(command, Path(directory).resolve(), share is not None))
        (work / "kernel").write_text(f"{kernel.root.resolve()}\n")
        if share is not None:
            (work / "has-share").touch()
        qemu = _qemu(kernel, initramfs, work, share, limits)
        status = _boot(qemu, work, output)
        if not (work / "up").exists() and _PANIC in _console(work):
            # Two emulated processors now and then stumble over code that the kernel changes while it boots.
            say("the guest's kernel panicked before it was up: it is booted once more")
            status = _boot(qemu, work, output)
        answer = work / "status"
        if answer.exists() and (text := answer.read_text().strip()):
            return int(text)
        if not (work / "up").exists():
            say("the guest did not come up")
        elif status == _ENDED:
            say(f"the guest was ended after {limits.timeout} s (NETLYNX_VM_TIMEOUT)")
        else:
            say(f"the guest ended before the command did; QEMU's status is {status}")
        lines = _console(work).splitlines()
        if lines:
            say("the last lines of its console:")
        for line in lines[-_LAST_LINES:]:
            say(line)
    return FAILED


def _console(work: Path) -> str:
    """What the guest's kernel has logged."""
    console = work / "console"
    return console.read_text(errors="replace") if console.exists() else ""


def beside(module: Path, *commands: Sequence[str]) -> list[str]:
    """The command for `run` that loads a kernel module, runs commands until one fails, and unloads the module.

    Lines of the kernel's log are shown beside what the commands print; its status is that of the failed one.
    """
    words = [sys.executable, "-m", "netlynx.vm.inside", str(module)]
    for command in commands:
        words += ["--", *command]
    return words


def _main(command: Sequence[str], directory: Path, shared: bool) -> str:
    variables = {"PATH": apt.path(), "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    if shared:
        variables["NETLYNX_VM_SHARE"] = "/run/share"
    return _MAIN.format(
        environment=" ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items() if value),
        directory=shlex.quote(str(directory)),
        command=shlex.join(command),
    )


def _qemu(
    kernel: Kernel, initramfs: Path, work: Path, share: str | os.PathLike[str] | None, limits: Limits
) -> list[str]:
    files = [("host", "/", "readonly=on,multidevs=remap"), ("run", str(work), "")]
    if share is not None:
        files.append(("share", str(Path(share).resolve()), ""))
    command = ["timeout", "--kill-after=5", str(limits.timeout)]
    command += ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"]
    command += ["-accel", "tcg,thread=multi", "-cpu", "max", "-smp", str(limits.processors)]
    command += ["-m", str(limits.memory)]
    command += ["-kernel", str(kernel.image), "-initrd", str(initramfs)]
    command += ["-append", f"{_PARAMETERS} {os.environ.get('NETLYNX_VM_PARAMETERS', '')}".strip()]
    command += ["-serial", f"file:{work}/console"]
    command += ["-device", "virtio-serial-pci", "-chardev", "stdio,id=output,signal=off"]
    command += ["-device", "virtserialport,chardev=output"]
    for name, path, options in files:
        extra = f",{options}" if options else ""
        command += ["-fsdev", f"local,id={name},path={path},security_model=none{extra}"]
        command += ["-device", f"virtio-9p-pci,fsdev={name},mount_tag={name}"]
    return command


def _boot(qemu: list[str], work: Path, output: IO[bytes] | None) -> int:
    """Run QEMU to its end; its status."""
    # Its standard input is held open: at an end of file the guest's output port would be closed as well.
    with subprocess.Popen(qemu, stdin=subprocess.PIPE, stdout=output, env={**os.environ, "PATH": apt.path()}) as guest:
        try:
            deadline = time.monotonic() + _BOOT_PATIENCE
            while not (work / "up").exists():
                try:
                    return guest.wait(0.2)
                except subprocess.TimeoutExpired:
                    if time.monotonic() > deadline:
                        guest.terminate()
                        return guest.wait()
            return guest.wait()
        except BaseException:
            guest.terminate()
            raise

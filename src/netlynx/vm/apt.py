"""The machine's own apt: it knows where packages come from. Programs are installed, kernels only unpacked."""

from __future__ import annotations

import contextlib
import functools
import os
import pwd
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from netlynx.vm import signatures
from netlynx.vm.cache import MachineError, Say

_OPTIONS = (
    # Off: to see which addresses are configured, apt would wait for the very lock (RTNL) whose loss is one reason
    # to want a guest.
    "-oAcquire::Connect::AddrConfig=false",
    "-oAcquire::ForceIPv4=true",
    "-oAcquire::Retries=3",
    "-oDPkg::Lock::Timeout=300",
    # Whatever this machine's configuration says: nothing that is not signed.
    "-oAPT::Get::AllowUnauthenticated=false",
    "-oAcquire::AllowInsecureRepositories=false",
    "-oAcquire::AllowDowngradeToInsecureRepositories=false",
    "-oAcquire::AllowWeakRepositories=false",
)
_PATIENCE = 900  # seconds
_USER = "_apt"  # whom apt has fetch, when it is root: what comes from a network is not handled with its rights


def path() -> str:
    """The search path, with the system's programs in it, which not everybody has there."""
    return os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"


def program(name: str) -> str | None:
    """Where a program is."""
    return shutil.which(name, path=path())


def need(programs: dict[str, str], say: Say) -> None:
    """Install the packages of those programs that are missing; `programs` says which package each is in.

    Raises MachineError, with the command for those who may not.
    """
    packages = sorted({package for name, package in programs.items() if program(name) is None})
    if not packages:
        return
    command = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if program("apt-get") is None:
        raise MachineError(f"this machine lacks {', '.join(packages)} (as Debian calls them) and has no apt-get")
    if os.geteuid() != 0:
        raise MachineError(f"this machine lacks {', '.join(packages)}; first: sudo {command}")
    say(f"installing {' '.join(packages)}, with apt")
    install = ("install", "-y", "--no-install-recommends", *packages)
    if not _apt(*install) and not (update() and _apt(*install)):
        raise MachineError(f"cannot install {' '.join(packages)}: see what apt says, above, or try `{command}`")


@functools.cache
def update() -> bool:
    """Refresh what apt knows, once, where that is allowed; whether it was done."""
    return os.geteuid() == 0 and program("apt-get") is not None and _apt("update")


def dependencies(package: str, pattern: str) -> list[str]:
    """The names of those packages that a package depends on which a regular expression matches; [] if unknown."""
    if program("apt-cache") is None:
        return []
    done = subprocess.run(["apt-cache", "depends", package], capture_output=True, text=True, check=False)
    names = re.findall(r"Depends: (\S+)", done.stdout)
    return [name for name in names if re.fullmatch(pattern, name)]


def version(package: str, start: str) -> str:
    """The newest version of a package that begins so; "" where apt knows none."""
    if program("apt-cache") is None:
        return ""
    done = subprocess.run(["apt-cache", "madison", package], capture_output=True, text=True, check=False)
    versions = (line.split("|")[1].strip() for line in done.stdout.splitlines() if line.count("|") >= 2)
    return next((each for each in versions if each.startswith(start)), "")


def size(packages: list[str]) -> int:
    """How much is downloaded for packages, in bytes."""
    done = subprocess.run(
        ["apt-cache", "show", "--no-all-versions", *packages], capture_output=True, text=True, check=False
    )
    return sum(map(int, re.findall(r"^Size: (\d+)", done.stdout, re.M)))


def unpack(packages: list[str], into: Path) -> None:
    """Download packages and unpack them into a folder, if Debian has signed them; nothing is installed.

    Of a package the newest version is taken, or the one that stands behind its name and a "=". Raises MachineError.
    """
    with _downloads() as place, tempfile.TemporaryDirectory(dir=into.parent) as scratch:
        download = ("download", *packages)
        if not _apt(*download, directory=place) and not (update() and _apt(*download, directory=place)):
            raise MachineError(
                f"apt cannot download {' '.join(packages)}: see what it says, above; it takes a network, and "
                "lists that `apt-get update` makes"
            )
        # What is checked is what is unpacked: copies that nobody else can write to.
        archives = [Path(shutil.copyfile(each, Path(scratch, each.name))) for each in sorted(Path(place).glob("*.deb"))]
        signatures.check(archives, [each.partition("=")[0] for each in packages])
        for archive in archives:
            subprocess.run(["dpkg-deb", "-x", archive, into], check=True)


@contextlib.contextmanager
def _downloads() -> Iterator[str]:
    """A folder for what is downloaded, which belongs to whom apt has fetch it."""
    with tempfile.TemporaryDirectory(prefix="netlynx-vm.") as place:
        if os.geteuid() == 0:
            with contextlib.suppress(LookupError, OSError):  # no such user, or none in this user namespace
                shutil.chown(place, _USER)
        yield place


def _apt(*arguments: str, directory: str | None = None) -> bool:
    command = ["apt-get", "-qq", *_OPTIONS, *arguments]
    if not _has_others():
        command.insert(1, "-oAPT::Sandbox::User=root")
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=2,  # what it says is for people
            cwd=directory,
            timeout=_PATIENCE,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "PATH": path()},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise MachineError(f"apt did not end within {_PATIENCE} s: {shlex.join(command)}") from None
    return done.returncode == 0


def _has_others() -> bool:
    """Whether there are other users to have things done by: not in a user namespace that only knows its root."""
    with contextlib.suppress(OSError, LookupError):
        number = pwd.getpwnam(_USER).pw_uid
        ranges = [tuple(map(int, line.split())) for line in Path("/proc/self/uid_map").read_text().splitlines()]
        return any(first <= number < first + count for first, _, count in ranges)
    return True

"""Building a kernel module with Kbuild, outside its folder: objects for a guest's kernel are of no use there."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from netlynx.vm.cache import Cache, MachineError, Say
from netlynx.vm.fetch import headers_of

_SOURCES = ("*.c", "*.h", "Makefile", "Kbuild")


def build(folder: Path, name: str, release: str, cache: Cache, say: Say, *, settings: Sequence[str] = ()) -> Path:
    """Build the module of a folder for a kernel's release, what changed of it; the file that insmod takes.

    Warnings, W=1 among them, are said. `settings` are of Kbuild (``CONFIG_NETDEVSIM=m``). Raises MachineError with what
    the compiler says.
    """
    headers = headers_of(cache, release, say)
    identity = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:8]
    place = cache.modules(f"{name}-{identity}", release)
    for each in (place.parent.parent, place.parent, place):
        each.mkdir(mode=0o755, exist_ok=True)
    cache.check(place)  # objects of an earlier build are used again
    _copy_sources(folder, place)
    done = subprocess.run(
        # Without BTF and without the checks of comments that W=1 brings: they take programs (pahole, all of Perl)
        # that nothing else here needs.
        [
            "make",
            "-s",
            "-C",
            headers,
            f"M={place}",
            "W=1",
            "cmd_checkdoc=",
            "CONFIG_DEBUG_INFO_BTF_MODULES=",
            *settings,
            "modules",
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C"},
        umask=0o022,
        check=False,
    )
    said = (done.stdout + done.stderr).replace(f"{place}/", f"{folder}/").strip()
    if done.returncode:
        raise MachineError(f"{name} does not compile for {release}:\n{said}")
    for line in said.splitlines():
        say(line)
    return place / f"{name}.ko"


def _copy_sources(folder: Path, place: Path) -> None:
    """Bring the copies up to date; what has not changed keeps its time, so that it is not compiled again."""
    sources = {path.name: path for pattern in _SOURCES for path in folder.glob(pattern)}
    for pattern in _SOURCES:
        for copy in place.glob(pattern):
            if copy.name not in sources and not copy.name.endswith(".mod.c"):
                copy.unlink()
    for name, source in sources.items():
        copy = place / name
        if not copy.exists() or copy.read_bytes() != source.read_bytes():
            shutil.copyfile(source, copy)
            copy.chmod(0o644)

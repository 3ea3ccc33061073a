"""Whether packages are Debian's: from the keys of its archive down to the bytes that were downloaded.

Apt checks that too, but as it is configured: a source may be marked as trusted, whoever signs it. What is booted, or
run while something is compiled, has to be signed by Debian itself. The keys sign the file `InRelease` of a release,
that has the hash of the list of its packages, and that has the hash of each. Source: apt-secure(8), deb822(5).
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from netlynx.vm.cache import MachineError

KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")  # of the package debian-archive-keyring
_READER = "/usr/lib/apt/apt-helper"  # knows all compressions that apt's lists may have
_LISTED = re.compile(rb"^ ([0-9a-f]{64}) +\d+ (\S+)$", re.M)


def check(archives: list[Path], packages: list[str]) -> None:
    """Raises MachineError unless each file is one of these packages as Debian has signed it."""
    if not KEYS.exists():
        raise MachineError(
            f"{KEYS} is missing, by which packages are known as Debian's: install debian-archive-keyring"
        )
    wanted = {_hash(archive.read_bytes()): archive for archive in archives}
    for release in _releases():
        for listing in _listings(*release):
            for digest in _entries(listing, packages):
                wanted.pop(digest, None)
            if not wanted:
                return
    raise MachineError(
        f"not signed by Debian: {', '.join(sorted(archive.name for archive in wanted.values()))}; nothing of it was "
        "used. See which sources apt takes packages from (`apt-cache policy`), and whether `apt-get update` works"
    )


def _releases() -> Iterator[tuple[Path, list[tuple[str, Path]]]]:
    """The releases that apt has lists of: the signed file, and the lists by the names that it gives them."""
    done = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(FILENAME) $(METAKEY)", "Created-By: Packages"],
        capture_output=True,
        text=True,
        check=False,
    )
    found: dict[Path, list[tuple[str, Path]]] = {}
    for line in done.stdout.splitlines():
        path, _, key = line.partition(" ")
        before, same, _ = path.partition(key.replace("/", "_"))
        if same:
            found.setdefault(Path(before + "InRelease"), []).append((key, Path(path)))
    yield from found.items()


def _listings(release: Path, lists: list[tuple[str, Path]]) -> Iterator[bytes]:
    """The lists of packages of a release, if it is Debian's: those that have the hash that was signed."""
    signed = _signed(release)
    hashes = {name.decode(): digest.decode() for digest, name in _LISTED.findall(signed.partition(b"\nSHA256:")[2])}
    for key, path in lists:
        done = subprocess.run([_READER, "cat-file", path], capture_output=True, check=False)
        if done.returncode == 0 and hashes.get(key) == _hash(done.stdout):
            yield done.stdout


def _signed(release: Path) -> bytes:
    """What Debian has signed of a file, or nothing."""
    done = subprocess.run(
        ["gpgv", "--quiet", "--keyring", KEYS, "--output", "-", release], capture_output=True, check=False
    )
    return done.stdout if done.returncode == 0 else b""


def _entries(listing: bytes, packages: list[str]) -> Iterator[str]:
    """The hashes of the files of packages, as a list has them."""
    wanted = {f"Package: {name}".encode() for name in packages}
    for entry in listing.split(b"\n\n"):
        if entry.partition(b"\n")[0] in wanted and (digest := re.search(rb"^SHA256: ([0-9a-f]{64})$", entry, re.M)):
            yield digest[1].decode()


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

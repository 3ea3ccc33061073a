"""Fetching a kernel, and the headers that modules for it are compiled with: Debian's packages, unpacked."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from netlynx.vm import apt
from netlynx.vm.cache import Cache, Kernel, MachineError, Say, close_to_others
from netlynx.vm.initramfs import initramfs
from netlynx.vm.own import own_headers, own_kernel, own_tree

# The newest kernel of those that the tests were written for, else the distribution's own.
_IMAGES = ("linux-image-6.12-amd64", "linux-image-amd64")
_HEADERS = ("linux-headers-6.12-amd64", "linux-headers-amd64")

_RUN = {"qemu-system-x86_64": "qemu-system-x86", "modprobe": "kmod"}
_COMPILE = {"make": "make"}
_FETCH = {"gpgv": "gpgv"}


def prepare(cache: Cache, say: Say) -> tuple[Kernel, Path]:
    """The kernel that guests boot and its initial file system, fetched and made if they are not there yet.

    NETLYNX_VM_KERNEL has them boot one that somebody built (`netlynx.vm.own`). Raises MachineError.
    """
    apt.need(_RUN, say)
    with cache.lock():
        if not cache.kernel.root.exists():
            _fetch_kernel(cache, say)
            # Now, for apt forgets the headers of a kernel once there is a newer one.
            _fetch_headers(cache, cache.kernel.release, say)
        cache.check(cache.kernel.root)
        tree = own_tree()
        kernel = cache.kernel if tree is None else own_kernel(cache, tree, say)
        return kernel, initramfs(cache, kernel)


def headers_of(cache: Cache, release: str, say: Say) -> Path:
    """The folder that modules for a release are compiled with, fetched if it is not there yet. Raises MachineError."""
    if (tree := own_headers(release)) is not None:
        return tree
    headers = cache.headers(release)
    with cache.lock():
        if not headers.exists():
            _fetch_headers(cache, release, say)
        cache.check(cache.root / "headers" / release)
        compiler = re.search(r"\bgcc-\d+\b", (headers / ".kernelvariables").read_text())
    name = compiler[0] if compiler else "gcc"
    apt.need({**_COMPILE, name: name}, say)
    return headers


def source_of(cache: Cache, folder: str, say: Say) -> Path:
    """A folder of the source of the guest's kernel, such as a driver that Debian leaves out, fetched if it is not there
    yet. The rest of the source is not kept. Raises MachineError.
    """
    release = cache.kernel.release
    final = cache.source(folder, release)
    with cache.lock():
        if not final.exists():
            _fetch_source(cache, folder, final, say)
        cache.check(final)
    return final


def _fetch_source(cache: Cache, folder: str, final: Path, say: Say) -> None:
    _check_distribution(f"put {folder} of the kernel's source into {final}")
    apt.need({**_FETCH, "xz": "xz-utils"}, say)
    release = cache.kernel.release
    package, wanted = f"linux-source-{_series(release)}", f"{re.split('[+-]', release)[0]}-"
    version = apt.version(package, wanted) or (apt.update() and apt.version(package, wanted))
    if not version:
        raise MachineError(f"apt knows no {package} of version {wanted}*, the source of the guest's kernel")
    say(f"fetching {package} with apt ({apt.size([package]) >> 20} MB), once, for {folder}")
    final.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="new.", dir=cache.root) as scratch:
        new = Path(scratch, "source")
        apt.unpack([f"{package}={version}"], new)
        archive = new / "usr" / "src" / f"{package}.tar.xz"
        done = subprocess.run(["tar", "-xf", archive, "-C", scratch, f"{package}/{folder}"], check=False)
        if done.returncode:
            raise MachineError(f"{package} {version} has no {folder}")
        found = Path(scratch, package, folder)
        close_to_others(found)
        found.rename(final)


def releases_to_build_for(cache: Cache) -> list[str]:
    """The releases that modules should be compiled for: the guest's, and the distribution's own."""
    found = {cache.kernel.release: None}
    for meta in _HEADERS:
        for package in apt.dependencies(meta, r"linux-headers-\d\S+"):
            found[package.removeprefix("linux-headers-")] = None
    # Of the guest's series one is enough, the one that is booted.
    series = _series(cache.kernel.release)
    return [release for release in found if release == cache.kernel.release or _series(release) != series]


def _series(release: str) -> str:
    return ".".join(release.split(".")[:2])


def _fetch_kernel(cache: Cache, say: Say) -> None:
    _check_distribution(f"put a kernel with its modules and a static busybox into {cache.kernel.root}")
    apt.need(_FETCH, say)
    package = _newest(_IMAGES)
    packages = [package, "busybox-static"]
    say(f"fetching {' and '.join(packages)} with apt ({apt.size(packages) >> 20} MB), once, into {cache.root}")
    with tempfile.TemporaryDirectory(prefix="new.", dir=cache.root) as scratch:
        new = Path(scratch, "kernel")
        apt.unpack(packages, new)
        release = Kernel(new).release
        subprocess.run([apt.program("depmod") or "depmod", "-b", new, release], check=True)
        close_to_others(new)
        new.rename(cache.kernel.root)


def _newest(metapackages: tuple[str, ...]) -> str:
    for attempt in (1, 2):
        for meta in metapackages:
            if found := apt.dependencies(meta, r"linux-(image|headers)-\d\S+"):
                return found[0]
        if attempt == 1 and not apt.update():
            break
    raise MachineError(f"apt knows none of {', '.join(metapackages)}: `apt-get update` may help")


def _fetch_headers(cache: Cache, release: str, say: Say) -> None:
    _check_distribution(f"put the kernel's headers into {cache.headers(release)}")
    apt.need(_FETCH, say)
    package = f"linux-headers-{release}"
    pattern = r"linux-(headers-.*-common|kbuild-.*)"
    needed = apt.dependencies(package, pattern) or (apt.update() and apt.dependencies(package, pattern)) or []
    if not needed:
        raise MachineError(
            f"apt knows no {package}: a newer kernel has taken its place. Remove {cache.root}, so that both are "
            "fetched anew"
        )
    packages = [package, *needed]
    say(f"fetching {' '.join(packages)} with apt ({apt.size(packages) >> 20} MB), once, into {cache.root}")
    final = cache.root / "headers" / release
    final.parent.mkdir(mode=0o755, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="new.", dir=cache.root) as scratch:
        new = Path(scratch, "headers")
        apt.unpack(packages, new)
        makefile = new / "usr" / "src" / package / "Makefile"
        makefile.write_text(makefile.read_text().replace("include /usr/src/", f"include {final}/usr/src/"))
        shutil.rmtree(final, ignore_errors=True)
        close_to_others(new)
        new.rename(final)


def _check_distribution(otherwise: str) -> None:
    if apt.program("apt-get") is not None and apt.program("dpkg") is not None:
        done = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=False)
        if done.stdout.strip() == "amd64":
            return
    raise MachineError(f"the kernel comes from Debian for amd64, with apt: use such a machine, or {otherwise}")

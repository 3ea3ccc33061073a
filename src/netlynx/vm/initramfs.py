"""The initial file system of a guest: just enough to see this machine's files."""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import stat
import subprocess
from collections.abc import Iterable
from pathlib import Path

from netlynx.vm import apt
from netlynx.vm.cache import Cache, Kernel, MachineError

_MODULES = ("virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay")
_FOLDERS = ("bin", "dev", "proc", "sys", "modules", "host", "written", "root")

# The first program of the guest. It shows this machine's files, under a layer that takes what is written, and hands
# over with switch_root: a chroot would leave the kernel looking for modprobe in the initial file system.
_INIT = """\
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
while read -r module; do insmod "/modules/$module"; done </modules/order
mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=262144 host /host
mount -t tmpfs -o size=75% written /written
mkdir /written/upper /written/work
mount -t overlay -o lowerdir=/host,upperdir=/written/upper,workdir=/written/work root /root
for each in proc sys dev; do mount --move /$each /root/$each; done
mkdir -p /root/dev/pts /root/dev/shm /root/lib/modules
mount -t devpts devpts /root/dev/pts
mount -t tmpfs shm /root/dev/shm
mount -t tmpfs run /root/run
mkdir -p /root/run/vm /root/run/share
mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144 run /root/run/vm
[ ! -e /root/run/vm/has-share ] || mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144 share /root/run/share
mount --bind "/host$(cat /root/run/vm/kernel)/lib/modules" /root/lib/modules
hostname netlynx-vm
ip link set lo up
exec switch_root /root /bin/bash /run/vm/main
"""


def initramfs(cache: Cache, kernel: Kernel) -> Path:
    """The compressed archive for a kernel, made if it is not there yet. Raises MachineError."""
    content = "\n".join((str(kernel.root), kernel.release, *_MODULES, *_FOLDERS, _INIT))
    archive = cache.root / f"initramfs-{hashlib.sha256(content.encode()).hexdigest()[:12]}.gz"
    # The modules of a kernel that somebody builds may be others with the same names.
    if not archive.exists() or kernel != cache.kernel:
        new = archive.with_suffix(".new")
        new.unlink(missing_ok=True)
        new.touch(mode=0o600)
        new.write_bytes(gzip.compress(_archive(kernel, cache.kernel.root / "bin" / "busybox"), 1))
        new.rename(archive)
    cache.check(archive)
    return archive


def _archive(kernel: Kernel, busybox: Path) -> bytes:
    modules = {path.name.partition(".ko")[0] + ".ko": _uncompressed(path) for path in _needed(kernel)}
    archive = _Cpio()
    for folder in _FOLDERS:
        archive.add(folder, b"", stat.S_IFDIR | 0o755)
    archive.add("bin/busybox", busybox.read_bytes(), stat.S_IFREG | 0o755)
    archive.add("init", _INIT.encode(), stat.S_IFREG | 0o755)
    for name, data in modules.items():
        archive.add(f"modules/{name}", data)
    archive.add("modules/order", "".join(f"{name}\n" for name in modules).encode())
    return archive.finished()


def _needed(kernel: Kernel) -> Iterable[Path]:
    """The files of the modules and of those that they need, in the order in which they are loaded."""
    found: dict[Path, None] = {}
    modprobe = (apt.program("modprobe") or "modprobe", "-d", str(kernel.root), "-S", kernel.release, "--show-depends")
    for module in _MODULES:
        done = subprocess.run([*modprobe, module], capture_output=True, text=True, check=False)
        if done.returncode:
            raise MachineError(f"the kernel {kernel.release} lacks the module {module}: {done.stderr.strip()}")
        for line in done.stdout.splitlines():
            if line.startswith("insmod "):
                found[Path(line.split()[1])] = None
    return found


def _uncompressed(path: Path) -> bytes:
    if path.suffix == ".xz":
        return lzma.decompress(path.read_bytes())
    if path.suffix == ".zst":
        return subprocess.run(["zstd", "-qdc", path], capture_output=True, check=True).stdout
    return path.read_bytes()


class _Cpio:
    """An archive in the format `newc`. Source: Documentation/driver-api/early-userspace/buffer-format.rst."""

    def __init__(self) -> None:
        self._out = io.BytesIO()
        self._count = 0

    def add(self, name: str, data: bytes, mode: int = stat.S_IFREG | 0o644) -> None:
        """Add a file or a folder."""
        self._count += 1
        path = name.encode() + b"\0"
        # Of the 13 numbers, zero are: user, group, time, the two of the device, the two of a device file, checksum.
        numbers = (self._count, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(path), 0)
        self._out.write(b"070701" + "".join(f"{number:08X}" for number in numbers).encode())
        self._pad(path)
        self._pad(data)

    def finished(self) -> bytes:
        """The whole archive."""
        self.add("TRAILER!!!", b"", 0)
        return self._out.getvalue()

    def _pad(self, data: bytes) -> None:
        self._out.write(data)
        self._out.write(bytes(-self._out.tell() % 4))

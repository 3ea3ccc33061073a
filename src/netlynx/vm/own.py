"""A kernel that somebody built: booted in place of the distribution's, with modules that are built against it.

`NETLYNX_VM_KERNEL` names it: the tree in which `make` was run, or a folder as a kernel's package has it
(``boot/vmlinuz-RELEASE``, ``lib/modules/RELEASE``).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from netlynx.vm import apt
from netlynx.vm.cache import Cache, Kernel, MachineError, Say, close_to_others

VARIABLE = "NETLYNX_VM_KERNEL"

# Without one of these a guest would not come up, or not end, and few of them would be named by its console. What may
# be a module, the initial file system brings.
_BUILT_IN = (
    *("64BIT", "BINFMT_ELF", "BINFMT_SCRIPT", "FUTEX", "EPOLL", "MULTIUSER", "MODULES", "PRINTK", "NET", "UNIX"),
    *("BLK_DEV_INITRD", "RD_GZIP", "DEVTMPFS", "TMPFS", "PROC_FS", "SYSFS"),
    *("PCI", "TTY", "UNIX98_PTYS", "SERIAL_8250_CONSOLE", "MAGIC_SYSRQ"),
)
_EITHER = ("VIRTIO_PCI", "VIRTIO_CONSOLE", "NET_9P", "NET_9P_VIRTIO", "9P_FS", "OVERLAY_FS")


def own_tree() -> Path | None:
    """The folder that NETLYNX_VM_KERNEL names, if it does."""
    named = os.environ.get(VARIABLE)
    return Path(named).absolute() if named else None


def own_headers(release: str) -> Path | None:
    """What modules are compiled with for the kernel that NETLYNX_VM_KERNEL names, if that is of this release.

    Raises MachineError if it is, and there is nothing to compile them with.
    """
    tree = own_tree()
    if tree is None or _release(tree) != release:
        return None
    if not _is_built_tree(tree):
        raise MachineError(
            f"{VARIABLE} is {tree}, which has no headers for modules: name the tree in which it was built"
        )
    return tree


def own_kernel(cache: Cache, tree: Path, say: Say) -> Kernel:
    """The kernel of a folder, with its modules where a guest finds them. Call it with the cache's lock held.

    Raises MachineError.
    """
    release = _release(tree)
    if not _is_built_tree(tree):
        return Kernel(tree)
    _check_settings(tree)
    apt.need({"make": "make"}, say)
    root = cache.own(hashlib.sha256(os.fsencode(tree)).hexdigest()[:8])
    shutil.rmtree(root, ignore_errors=True)  # modules of what it was before
    (root / "boot").mkdir(mode=0o755, parents=True)
    shutil.copyfile(_image(tree), root / "boot" / f"vmlinuz-{release}")
    install = ["make", "-s", "-C", str(tree), f"INSTALL_MOD_PATH={root}", "INSTALL_MOD_STRIP=1", "modules_install"]
    done = subprocess.run(
        install, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C", "PATH": apt.path()}, check=False
    )
    if done.returncode:
        raise MachineError(f"the modules of {tree} cannot be installed for a guest:\n{done.stderr.strip()}")
    for link in ("build", "source"):  # to the tree: the guest sees it where it is, and its files are not the cache's
        (root / "lib" / "modules" / release / link).unlink(missing_ok=True)
    close_to_others(root)
    return Kernel(root)


def _is_built_tree(folder: Path) -> bool:
    return (folder / "include" / "config" / "kernel.release").exists()


def _image(tree: Path) -> Path:
    return tree / "arch" / "x86" / "boot" / "bzImage"


def _release(folder: Path) -> str:
    """The release of the kernel in there. Raises MachineError."""
    if _is_built_tree(folder):
        if not _image(folder).exists():
            raise MachineError(f"{VARIABLE} is {folder}, where no bzImage was made: run `make` there")
        return (folder / "include" / "config" / "kernel.release").read_text().strip()
    images = sorted((folder / "boot").glob("vmlinuz-*"))
    if len(images) != 1:
        has = f"{len(images)} kernels" if images else "no kernel"
        raise MachineError(
            f"{VARIABLE} is {folder}, which has {has}: it is to be a tree in which `make` was run, or a folder with "
            "one boot/vmlinuz-RELEASE and its lib/modules/RELEASE"
        )
    release = images[0].name.removeprefix("vmlinuz-")
    if not (folder / "lib" / "modules" / release).is_dir():
        raise MachineError(f"{VARIABLE} is {folder}, which has no lib/modules/{release}: run `make modules_install`")
    return release


def _check_settings(tree: Path) -> None:
    """See that the kernel has what a guest takes. Raises MachineError."""
    settings = dict(re.findall(r"^CONFIG_(\w+)=([ym])$", (tree / ".config").read_text(), re.MULTILINE))
    lacking = [f"{name}=y" for name in _BUILT_IN if settings.get(name) != "y"]
    lacking += [f"{name}=y" for name in _EITHER if name not in settings]
    if lacking:
        raise MachineError(
            f"the kernel of {tree} cannot be a guest's: in its .config set "
            + ", ".join(f"CONFIG_{name}" for name in lacking)
        )

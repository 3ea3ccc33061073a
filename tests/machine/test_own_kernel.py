"""A kernel that somebody built, in the distribution's place: which folders are one, what is put together of it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from netlynx import vm
from netlynx.vm import apt, initramfs
from netlynx.vm.own import _BUILT_IN, _EITHER, VARIABLE, own_headers, own_kernel

RELEASE = "6.12.1-mine"
# What `make modules_install` leaves, without make's work.
MAKEFILE = f"""\
modules_install:
\t@mkdir -p $(INSTALL_MOD_PATH)/lib/modules/{RELEASE}/kernel
\t@echo $(INSTALL_MOD_STRIP) > $(INSTALL_MOD_PATH)/lib/modules/{RELEASE}/kernel/toy.ko
\t@ln -s $(CURDIR) $(INSTALL_MOD_PATH)/lib/modules/{RELEASE}/build
"""

said: list[str] = []


@pytest.fixture(autouse=True)
def no_installing(monkeypatch: pytest.MonkeyPatch) -> None:
    said.clear()
    monkeypatch.setattr(apt, "need", lambda programs, say: None)


@pytest.fixture
def cache(tmp_path: Path) -> vm.Cache:
    made = vm.Cache(tmp_path / "cache")
    busybox = made.kernel.root / "bin" / "busybox"
    busybox.parent.mkdir(parents=True)
    busybox.write_bytes(b"busybox")
    return made


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree in which a kernel was built."""
    made = tmp_path / "linux"
    (made / "include" / "config").mkdir(parents=True)
    (made / "include" / "config" / "kernel.release").write_text(f"{RELEASE}\n")
    (made / "arch" / "x86" / "boot").mkdir(parents=True)
    (made / "arch" / "x86" / "boot" / "bzImage").write_bytes(b"image")
    settings = [f"CONFIG_{name}=y\n" for name in _BUILT_IN] + [f"CONFIG_{name}=m\n" for name in _EITHER]
    (made / ".config").write_text("".join(settings))
    (made / "Makefile").write_text(MAKEFILE)
    monkeypatch.setenv(VARIABLE, str(made))
    return made


def test_a_tree_that_was_built(cache: vm.Cache, tree: Path) -> None:
    kernel = own_kernel(cache, tree, said.append)
    assert kernel.release == RELEASE
    assert kernel.image.read_bytes() == b"image"
    modules = kernel.root / "lib" / "modules" / RELEASE
    assert (modules / "kernel" / "toy.ko").read_text() == "1\n"
    assert not (modules / "build").is_symlink()
    assert own_headers(RELEASE) == tree
    assert own_headers("6.12.1-another") is None
    cache.check(kernel.root)


def test_what_a_tree_was_before_is_not_left_beside_what_it_is(cache: vm.Cache, tree: Path) -> None:
    first = own_kernel(cache, tree, said.append)
    (tree / "include" / "config" / "kernel.release").write_text("6.13.0\n")
    (tree / "Makefile").write_text(MAKEFILE.replace(RELEASE, "6.13.0"))
    second = own_kernel(cache, tree, said.append)
    assert second.root == first.root
    assert [each.name for each in (second.root / "lib" / "modules").iterdir()] == ["6.13.0"]
    assert [each.name for each in (second.root / "boot").iterdir()] == ["vmlinuz-6.13.0"]


def test_a_folder_as_a_package_has_it(cache: vm.Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "package"
    (folder / "lib" / "modules" / RELEASE).mkdir(parents=True)
    (folder / "boot").mkdir()
    (folder / "boot" / f"vmlinuz-{RELEASE}").touch()
    monkeypatch.setenv(VARIABLE, str(folder))
    assert own_kernel(cache, folder, said.append) == vm.Kernel(folder)
    with pytest.raises(vm.MachineError, match="no headers for modules: name the tree"):
        own_headers(RELEASE)


@pytest.mark.parametrize("setting", [*_BUILT_IN, *_EITHER])
def test_a_kernel_that_could_be_no_guest_says_which_setting_it_lacks(cache: vm.Cache, tree: Path, setting: str) -> None:
    config = tree / ".config"
    without = [line for line in config.read_text().splitlines(True) if not line.startswith(f"CONFIG_{setting}=")]
    config.write_text("".join([*without, f"# CONFIG_{setting} is not set\n"]))
    with pytest.raises(vm.MachineError, match=rf"cannot be a guest's: in its \.config set CONFIG_{setting}=y$"):
        own_kernel(cache, tree, said.append)
    if setting in _BUILT_IN:  # before a module of it could be loaded
        config.write_text("".join([*without, f"CONFIG_{setting}=m\n"]))
        with pytest.raises(vm.MachineError, match=f"CONFIG_{setting}=y$"):
            own_kernel(cache, tree, said.append)


def test_what_is_no_kernel_is_refused_in_words(cache: vm.Cache, tree: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    with pytest.raises(vm.MachineError, match=f"NETLYNX_VM_KERNEL is {empty}, which has no kernel: it is to be"):
        own_kernel(cache, empty, said.append)
    (empty / "boot").mkdir(parents=True)
    (empty / "boot" / "vmlinuz-1").touch()
    with pytest.raises(vm.MachineError, match="no lib/modules/1: run `make modules_install`"):
        own_kernel(cache, empty, said.append)
    (empty / "boot" / "vmlinuz-2").touch()
    with pytest.raises(vm.MachineError, match="which has 2 kernels"):
        own_kernel(cache, empty, said.append)
    (tree / "arch" / "x86" / "boot" / "bzImage").unlink()
    with pytest.raises(vm.MachineError, match="no bzImage was made: run `make`"):
        own_kernel(cache, tree, said.append)


def test_modules_that_cannot_be_installed_say_what_make_says(cache: vm.Cache, tree: Path) -> None:
    (tree / "Makefile").write_text("modules_install:\n\t@echo no modules were built >&2; false\n")
    with pytest.raises(vm.MachineError, match="cannot be installed for a guest:\nno modules were built"):
        own_kernel(cache, tree, said.append)


def test_its_initial_file_system_is_made_anew(cache: vm.Cache, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules with the same names may be others: it is what was compiled last that is loaded."""
    kernel = own_kernel(cache, tree, said.append)
    module = kernel.root / "lib" / "modules" / RELEASE / "kernel" / "toy.ko"
    monkeypatch.setattr(initramfs, "_needed", lambda kernel: [module])
    archives = []
    for text in ("before", "after"):
        module.write_text(text)
        archives.append(gzip.decompress(initramfs.initramfs(cache, kernel).read_bytes()))
    assert b"before" in archives[0]
    assert b"after" in archives[1]
    assert all(b"busybox" in each for each in archives)

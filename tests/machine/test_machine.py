"""What surrounds a guest: where things are kept, what is missing and how that is said."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from netlynx import vm
from netlynx.vm import apt, fetch, guest, initramfs
from netlynx.vm.guest import Limits

said: list[str] = []


@pytest.fixture
def cache(tmp_path: Path) -> vm.Cache:
    said.clear()
    return vm.Cache(tmp_path / "cache")


def test_the_cache_is_where_it_is_said_to_be(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.delenv("NETLYNX_VM_CACHE", raising=False)
    assert vm.Cache.here().root == tmp_path / "caches" / "netlynx" / "vm"
    monkeypatch.setenv("NETLYNX_VM_CACHE", str(tmp_path / "mine"))
    assert vm.Cache.here().root == tmp_path / "mine"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("NETLYNX_VM_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert vm.Cache.here().root == tmp_path / ".cache" / "netlynx" / "vm"


# ---------------------------------------------------------------------------------------- what is missing


def test_who_may_not_install_is_told_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apt, "program", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(vm.MachineError) as error:
        apt.need({"qemu-system-x86_64": "qemu-system-x86", "modprobe": "kmod", "insmod": "kmod"}, said.append)
    assert str(error.value) == (
        "this machine lacks kmod, qemu-system-x86; first: "
        "sudo apt-get install --no-install-recommends kmod qemu-system-x86"
    )


def test_a_machine_without_apt(monkeypatch: pytest.MonkeyPatch, cache: vm.Cache) -> None:
    monkeypatch.setattr(apt, "program", lambda name: None)
    with pytest.raises(vm.MachineError, match=r"lacks kmod, qemu-system-x86 .* and has no apt-get"):
        vm.prepare(cache, said.append)
    monkeypatch.setattr(apt, "need", lambda programs, say: None)
    with pytest.raises(vm.MachineError, match="comes from Debian for amd64, with apt"):
        vm.prepare(cache, said.append)
    with pytest.raises(vm.MachineError, match="put the kernel's headers into"):
        vm.headers_of(cache, "6.1.0-1-amd64", said.append)


def test_a_kernel_that_apt_has_not_heard_of(monkeypatch: pytest.MonkeyPatch, cache: vm.Cache) -> None:
    monkeypatch.setattr(fetch, "_check_distribution", lambda otherwise: None)
    monkeypatch.setattr(apt, "need", lambda programs, say: None)
    monkeypatch.setattr(apt, "dependencies", lambda package, pattern: [])
    monkeypatch.setattr(apt, "update", lambda: False)
    with pytest.raises(vm.MachineError, match=r"apt knows none of linux-image-6\.12-amd64, linux-image-amd64"):
        vm.prepare(cache, said.append)
    with pytest.raises(vm.MachineError, match=r"apt knows no linux-headers-6\.1\.0-1-amd64: .* Remove"):
        vm.headers_of(cache, "6.1.0-1-amd64", said.append)


def test_what_is_fetched_is_said_and_where_it_goes(monkeypatch: pytest.MonkeyPatch, cache: vm.Cache) -> None:
    def unpack(packages: list[str], into: Path) -> None:
        if "busybox-static" in packages:
            (into / "lib" / "modules" / "6.12.1-amd64").mkdir(parents=True)
        else:
            makefile = into / "usr" / "src" / "linux-headers-6.12.1-amd64" / "Makefile"
            makefile.parent.mkdir(parents=True)
            makefile.write_text("include /usr/src/linux-headers-6.12.1-common/Makefile\n")

    def packages_of(package: str, pattern: str) -> list[str]:
        if package.startswith("linux-headers"):
            return ["linux-headers-6.12.1-common", "linux-kbuild-6.12.1"]
        return ["linux-image-6.12.1-amd64"]

    monkeypatch.setattr(fetch, "_check_distribution", lambda otherwise: None)
    monkeypatch.setattr(fetch, "initramfs", lambda cache: cache.root / "initramfs")
    monkeypatch.setattr(apt, "need", lambda programs, say: None)
    monkeypatch.setattr(apt, "dependencies", packages_of)
    monkeypatch.setattr(apt, "size", lambda packages: 100 << 20)
    monkeypatch.setattr(apt, "program", lambda name: "true")  # depmod
    monkeypatch.setattr(apt, "unpack", unpack)
    kernel, _ = vm.prepare(cache, said.append)
    assert kernel.release == "6.12.1-amd64"
    headers = "linux-headers-6.12.1-amd64 linux-headers-6.12.1-common linux-kbuild-6.12.1"
    assert said == [
        f"fetching linux-image-6.12.1-amd64 and busybox-static with apt (100 MB), once, into {cache.root}",
        f"fetching {headers} with apt (100 MB), once, into {cache.root}",
    ]
    makefile = cache.headers(kernel.release) / "Makefile"
    assert makefile.read_text() == (
        f"include {cache.root}/headers/6.12.1-amd64/usr/src/linux-headers-6.12.1-common/Makefile\n"
    )
    vm.prepare(cache, said.append)
    assert len(said) == 2  # once


def test_a_kernel_that_is_broken_says_what_to_remove(cache: vm.Cache) -> None:
    (cache.kernel.root / "lib" / "modules").mkdir(parents=True)
    with pytest.raises(vm.MachineError, match=r"holds no modules: remove .*kernel"):
        _ = cache.kernel.release


def test_modules_are_built_for_the_guest_and_for_the_distributions_own_kernel(
    monkeypatch: pytest.MonkeyPatch, cache: vm.Cache
) -> None:
    (cache.kernel.root / "lib" / "modules" / "6.12.1-amd64").mkdir(parents=True)
    known = {
        "linux-headers-6.12-amd64": ["linux-headers-6.12.9-amd64"],
        "linux-headers-amd64": ["linux-headers-6.1.0-5-amd64"],
    }
    monkeypatch.setattr(apt, "dependencies", lambda package, pattern: known[package])
    assert vm.releases_to_build_for(cache) == ["6.12.1-amd64", "6.1.0-5-amd64"]


# --------------------------------------------------------------------------------------------- the guest


def test_what_the_guest_runs_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "a folder; with 'quotes'"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", "/my packages")
    text = guest._main(["printf", r"%s\n", "$HOME; 'x'"], folder, shared=False)
    lines = text.splitlines()
    inner = "\n".join(lines[lines.index(next(line for line in lines if line.startswith("if cd"))) :][:3])
    done = subprocess.run(["bash", "-c", inner], capture_output=True, text=True, check=True)
    assert done.stdout == "$HOME; 'x'\n"
    assert "PYTHONPATH='/my packages'" in text
    assert "NETLYNX_VM_SHARE" not in text


def test_limits_that_are_no_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLYNX_VM_TIMEOUT", "soon")
    with pytest.raises(vm.MachineError, match="NETLYNX_VM_TIMEOUT is 'soon'"):
        Limits.of_environment()
    monkeypatch.setenv("NETLYNX_VM_TIMEOUT", "30")
    monkeypatch.setenv("NETLYNX_VM_MEMORY", "")
    assert Limits.of_environment() == Limits(timeout=30, memory=Limits.memory)


def test_the_archive_of_the_initial_file_system() -> None:
    archive = initramfs._Cpio()
    archive.add("bin", b"", 0o040755)
    archive.add("bin/tool", b"12345", 0o100755)
    data = archive.finished()
    assert len(data) % 4 == 0
    assert data.count(b"070701") == 3
    header, name = data[:110], data[110:114]
    assert (int(header[14:22], 16), int(header[54:62], 16), name) == (0o040755, 0, b"bin\0")
    assert data.endswith(b"TRAILER!!!\0\0\0\0")

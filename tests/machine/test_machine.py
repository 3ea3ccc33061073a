"""What surrounds a guest: where things are kept, what is missing and how that is said."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from netlynx import vm
from netlynx.vm import apt, fetch, guest, initramfs, signatures
from netlynx.vm.cache import Kernel, close_to_others
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


# ---------------------------------------------------------------------------------------- whose it is


def machine(cache: vm.Cache) -> dict[str, Path]:
    """A cache as it is once it was filled: everything in it that is booted or executed, by what does so."""
    release = "6.12.1-amd64"
    kernel, headers = cache.kernel.root, cache.root / "headers" / release
    files = {
        "prepare": (kernel / "boot" / f"vmlinuz-{release}", kernel / "bin" / "busybox"),
        "modules": (kernel / "lib" / "modules" / release / "veth.ko",),
        "headers": (headers / "usr" / "src" / f"linux-headers-{release}" / ".kernelvariables",),
    }
    for path in (each for group in files.values() for each in group):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    close_to_others(cache.root)
    return {str(path.relative_to(cache.root)): path for group in files.values() for path in group}


def use(cache: vm.Cache) -> None:
    """All that boots or executes what is in a cache."""
    vm.prepare(cache, said.append)
    vm.headers_of(cache, "6.12.1-amd64", said.append)


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch, cache: vm.Cache) -> vm.Cache:
    machine(cache)
    monkeypatch.setattr(apt, "need", lambda programs, say: None)
    monkeypatch.setattr(fetch, "initramfs", lambda cache, kernel: cache.root / "initramfs")
    return cache


def everything(cache: vm.Cache) -> list[Path]:
    """Every file and every folder that somebody else might have made, or may write to."""
    return [cache.root, *cache.root.rglob("*")]


def test_what_is_ours_is_used(filled: vm.Cache) -> None:
    use(filled)


@pytest.mark.parametrize("mode", [0o020, 0o002])
def test_nothing_is_booted_that_others_may_write_to(filled: vm.Cache, mode: int) -> None:
    for path in everything(filled):
        before = path.stat().st_mode
        path.chmod(before | mode)
        with pytest.raises(vm.MachineError, match="can be written to by others") as error:
            use(filled)
        assert str(error.value).startswith(f"{path} ")
        path.chmod(before)
    use(filled)


def test_nothing_is_booted_that_is_somebody_elses(monkeypatch: pytest.MonkeyPatch, filled: vm.Cache) -> None:
    paths, real = everything(filled), Path.lstat
    for foreign in paths:

        def lstat(path: Path, foreign: Path = foreign) -> os.stat_result:
            found = list(real(path))
            found[stat.ST_UID] = 1234 if path == foreign else found[stat.ST_UID]
            return os.stat_result(found)

        monkeypatch.setattr(Path, "lstat", lstat)
        with pytest.raises(vm.MachineError, match="belongs to user 1234, not to you") as error:
            use(filled)
        assert str(error.value).startswith(f"{foreign} ")


def test_the_initial_file_system_is_not_believed_either(monkeypatch: pytest.MonkeyPatch, filled: vm.Cache) -> None:
    monkeypatch.setattr(initramfs, "_archive", lambda kernel, busybox: b"")
    archive = initramfs.initramfs(filled, filled.kernel)
    archive.chmod(0o622)
    with pytest.raises(vm.MachineError, match="can be written to by others"):
        initramfs.initramfs(filled, filled.kernel)


def test_whatever_the_umask_is_the_folder_is_private(cache: vm.Cache) -> None:
    before = os.umask(0)
    try:
        with cache.lock():
            assert stat.S_IMODE(cache.root.stat().st_mode) == 0o700
        machine(cache)
        for path in everything(cache):
            cache.check(path)
    finally:
        os.umask(before)


# ------------------------------------------------------------------------------------ who has signed it


class Archive:
    """What apt knows of a release, in files: one package, its hash in the list, the list's in what is signed."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.package = folder / "tool_1_amd64.deb"
        self.package.write_bytes(b"a package")
        self.listing = folder / "example_Packages"
        self.release = folder / "example_InRelease"
        self.write_listing("tool", self.package.read_bytes())
        self.sign()
        monkeypatch.setattr(signatures, "KEYS", self.release)
        monkeypatch.setattr(
            signatures, "_releases", lambda: iter([(self.release, [("main/binary-amd64/Packages", self.listing)])])
        )
        monkeypatch.setattr(signatures, "_signed", Path.read_bytes)  # gpgv, which says what was signed
        monkeypatch.setattr(signatures, "_READER", "/bin/sh")
        real = subprocess.run

        def run(command: list[str], **how: Any) -> Any:  # Any: as subprocess.run
            assert command[1] == "cat-file"
            return real(["cat", command[2]], **how)

        monkeypatch.setattr("subprocess.run", run)

    def write_listing(self, name: str, data: bytes) -> None:
        digest = hashlib.sha256(data).hexdigest()
        self.listing.write_text(f"Package: other\nSHA256: {'0' * 64}\n\nPackage: {name}\nSHA256: {digest}\n")

    def sign(self) -> None:
        digest = hashlib.sha256(self.listing.read_bytes()).hexdigest()
        self.release.write_text(f"Origin: Debian\nSHA256:\n {digest} 99 main/binary-amd64/Packages\n")


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    return Archive(tmp_path, monkeypatch)


def test_a_package_is_known_by_its_hash_in_a_signed_list(archive: Archive) -> None:
    signatures.check([archive.package], ["tool"])


def refused(archive: Archive) -> bool:
    with pytest.raises(vm.MachineError, match=r"not signed by Debian: tool_1_amd64\.deb"):
        signatures.check([archive.package], ["tool"])
    return True


def test_a_package_that_was_changed(archive: Archive) -> None:
    archive.package.write_bytes(b"another package")
    assert refused(archive)


def test_a_list_that_was_changed(archive: Archive) -> None:
    archive.package.write_bytes(b"another package")
    archive.write_listing("tool", b"another package")
    assert refused(archive)


def test_another_package_under_its_name(archive: Archive) -> None:
    archive.write_listing("tool-that-is-old", archive.package.read_bytes())
    archive.sign()
    assert refused(archive)


def test_a_release_that_nobody_signed(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signatures, "_signed", lambda release: b"")
    assert refused(archive)


def test_a_machine_without_debians_keys(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signatures, "KEYS", archive.release.with_name("none"))
    with pytest.raises(vm.MachineError, match="install debian-archive-keyring"):
        signatures.check([archive.package], ["tool"])


@pytest.mark.skipif(
    not signatures.KEYS.exists() or apt.program("gpgv") is None, reason="it takes Debian's keys, and gpgv"
)
def test_the_lists_of_this_machine_are_signed(tmp_path: Path) -> None:
    releases = [each for each, _ in signatures._releases() if each.exists()]
    signed = [(each, text) for each in releases if (text := signatures._signed(each))]
    if not signed:
        pytest.skip("apt has no lists of Debian's here")
    for each, text in signed:
        assert b"SHA256:" in text
        forged = tmp_path / each.name
        forged.write_bytes(each.read_bytes().replace(b"Packages", b"packages"))
        assert signatures._signed(forged) == b""


def test_apt_fetches_as_the_user_it_has_for_that(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ran: list[list[str]] = []
    owners: list[tuple[str, object]] = []

    def run(command: list[str], **how: Any) -> Any:  # Any: as subprocess.run
        ran.append(command)
        if command[0] == "apt-get":
            assert how["cwd"] == owners[-1][0]
            Path(how["cwd"], "tool_1_amd64.deb").write_bytes(b"downloaded")
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr("subprocess.run", run)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.chown", lambda path, user: owners.append((path, user)))
    monkeypatch.setattr(apt, "_has_others", lambda: True)
    checked: list[bytes] = []
    monkeypatch.setattr(signatures, "check", lambda files, names: checked.extend(file.read_bytes() for file in files))
    apt.unpack(["tool"], tmp_path / "new")
    download, unpacked = ran
    assert not any("Sandbox" in word for word in download)
    assert "-oAPT::Get::AllowUnauthenticated=false" in download
    assert [user for _, user in owners] == ["_apt"]
    assert checked == [b"downloaded"]
    assert Path(unpacked[2]).parent != Path(owners[0][0])  # a copy of our own

    def refuse(files: list[Path], names: list[str]) -> None:
        raise vm.MachineError("not signed")

    monkeypatch.setattr(signatures, "check", refuse)
    with pytest.raises(vm.MachineError, match="not signed"):
        apt.unpack(["tool"], tmp_path / "new")
    assert [command[0] for command in ran] == ["apt-get", "dpkg-deb", "apt-get"]


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
    monkeypatch.setattr(fetch, "initramfs", lambda cache, kernel: cache.root / "initramfs")
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


@pytest.mark.parametrize("field", dataclasses.fields(Limits), ids=lambda field: field.name)
@pytest.mark.parametrize("text", ["soon", "0", "-1", "1.5"])
def test_limits_that_are_none(monkeypatch: pytest.MonkeyPatch, field: dataclasses.Field[int], text: str) -> None:
    variable = f"NETLYNX_VM_{field.name.upper()}"
    monkeypatch.setenv(variable, text)
    with pytest.raises(vm.MachineError, match=f"{variable} is '{text}', which is no number of at least 1"):
        Limits.of_environment()


@pytest.mark.parametrize(
    ("consoles", "boots", "status"),
    [
        (["fine"], 1, 0),
        (["Kernel panic - not syncing", "fine"], 2, 0),
        (["Kernel panic - not syncing", "Kernel panic - not syncing"], 2, guest.FAILED),
        (["no panic, and no end"], 1, guest.FAILED),
    ],
)
def test_a_kernel_that_panics_before_it_is_up_is_booted_once_more(
    cache: vm.Cache, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, consoles: list[str], boots: int, status: int
) -> None:
    left = list(consoles)

    def boot(qemu: list[str], work: Path, output: object) -> int:
        text = left.pop(0)
        (work / "console").write_text(text)
        if text == "fine":
            (work / "up").touch()
            (work / "status").write_text("0")
        return 0

    monkeypatch.setattr(guest, "prepare", lambda *_: (Kernel(tmp_path), tmp_path))
    monkeypatch.setattr(guest, "_qemu", lambda *_: [])
    monkeypatch.setattr(guest, "_boot", boot)
    cache.root.mkdir(parents=True)
    assert guest.run(["true"], cache, said.append) == status
    assert len(consoles) - len(left) == boots
    assert ("the guest did not come up" in said) == (status != 0)


def test_limits_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in dataclasses.fields(Limits):
        monkeypatch.delenv(f"NETLYNX_VM_{field.name.upper()}", raising=False)
    monkeypatch.setenv("NETLYNX_VM_TIMEOUT", "30")
    monkeypatch.setenv("NETLYNX_VM_MEMORY", "")
    monkeypatch.setenv("NETLYNX_VM_PROCESSORS", "2")
    assert Limits.of_environment() == Limits(timeout=30, memory=Limits.memory, processors=2)


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

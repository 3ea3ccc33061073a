"""Devices in sysfs: on a tree of files laid out like it, where anything can be there and nothing happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from netlynx import NotFound, PermissionDenied
from netlynx.uevent import Device, Uevent


@pytest.fixture
def sysfs(tmp_path: Path) -> Path:
    bridge = tmp_path / "devices" / "pci0" / "net" / "b0"
    bridge.mkdir(parents=True)
    (tmp_path / "devices" / "pci0" / "uevent").write_text("DRIVER=e1000\n")
    (bridge / "uevent").write_text("INTERFACE=b0\nIFINDEX=2\n")
    (bridge / "mtu").write_bytes(b"1500\n")
    (bridge / "label").write_bytes(b"caf\xff\n")
    (bridge / "queues").mkdir()
    (bridge / "queues" / "count").write_text("4\n")
    classes = tmp_path / "class" / "net"
    classes.mkdir(parents=True)
    (classes / "b0").symlink_to(bridge)
    (bridge / "subsystem").symlink_to(classes)
    return tmp_path


@pytest.mark.parametrize("named", ["/class/net/b0", "/devices/pci0/net/b0", "class/net/b0"])
def test_a_device_is_found_by_any_of_its_paths(sysfs: Path, named: str) -> None:
    found = Device(named, sysfs=sysfs)
    assert (found.devpath, found.subsystem, found.attribute("mtu")) == ("/devices/pci0/net/b0", "net", "1500")


def test_the_device_of_an_event(sysfs: Path) -> None:
    found = Device(Uevent("add", "/devices/pci0/net/b0"), sysfs=sysfs)
    assert found.attributes() == {"label": "caf\udcff", "mtu": "1500"}
    assert found.attribute("queues/count") == "4"
    assert found.properties() == {"INTERFACE": "b0", "IFINDEX": "2"}


def test_the_device_that_it_is_on(sysfs: Path) -> None:
    above = Device("/class/net/b0", sysfs=sysfs).parent
    assert above is not None
    assert (above.devpath, above.parent) == ("/devices/pci0", None)


def test_what_is_not_there_says_so(sysfs: Path) -> None:
    with pytest.raises(NotFound, match="find the device /class/net/b9"):
        Device("/class/net/b9", sysfs=sysfs)
    with pytest.raises(NotFound, match="read speed of /devices/pci0/net/b0"):
        Device("/class/net/b0", sysfs=sysfs).attribute("speed")


@pytest.mark.parametrize("named", ["/../../etc", "../.."])
def test_nothing_outside_is_read(sysfs: Path, named: str) -> None:
    with pytest.raises(ValueError, match="is not below"):
        Device(named, sysfs=sysfs)
    with pytest.raises(ValueError, match="leads out of"):
        Device("/class/net/b0", sysfs=sysfs).attribute("../../../../../etc/passwd")


def test_what_is_asked_for_is_written(sysfs: Path) -> None:
    identity = Device("/class/net/b0", sysfs=sysfs).trigger("add", colour="green")
    assert (sysfs / "devices/pci0/net/b0/uevent").read_text() == f"add {identity} colour=green"
    with pytest.raises(ValueError, match="badly formed"):
        Device("/class/net/b0", sysfs=sysfs).trigger("add", uuid="no UUID")


def test_who_may_not_is_told(sysfs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    device = Device("/class/net/b0", sysfs=sysfs)
    monkeypatch.setattr(Path, "write_text", refused)
    with pytest.raises(PermissionDenied, match="trigger 'change "):
        device.trigger()

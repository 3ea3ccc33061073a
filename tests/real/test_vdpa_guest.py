"""vDPA beside `vdpa -j`, on a device that a program makes (VDUSE), for Debian has no simulators. In the guest.

Source: linux/vdpa.h, linux/vduse.h, drivers/vdpa/vdpa_user/vduse_dev.c, vdpa-dev(8) of iproute2.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import netlynx
from netlynx.errors import AlreadyExists, NetlinkError, NotFound
from netlynx.families import vdpa
from netlynx.families.vdpa import NewDevice, VirtioId
from support import PATIENCE, load, until

pytestmark = pytest.mark.guest
NAME = "netlynx0"
MAC = "02:00:00:00:00:07"
# struct vduse_dev_config, and struct virtio_net_config behind it; features: a MAC, an MTU, a state, and virtio 1.
CONFIG = struct.pack("=6sHHH", bytes.fromhex(MAC.replace(":", "")), 1, 1, 1400)
FEATURES = 1 << 3 | 1 << 5 | 1 << 16 | 1 << 32 | 1 << 33
MADE = (
    struct.pack("=256sIIQII52sI", NAME.encode(), 0x1AF4, VirtioId.NET, FEATURES, 2, 4096, bytes(52), len(CONFIG))
    + CONFIG
)


def number(way: int, which: int, size: int) -> int:
    """The number of an ioctl, as _IOW and _IOR of asm-generic/ioctl.h make it."""
    return way << 30 | size << 16 | 0x81 << 8 | which


@pytest.fixture
def nl() -> Iterator[netlynx.Connection]:
    """A connection, and a network device that is there to be added."""
    load("vduse")
    control = os.open("/dev/vduse/control", os.O_RDWR)
    try:
        fcntl.ioctl(control, number(1, 1, 8), struct.pack("=Q", 0))
        fcntl.ioctl(control, number(1, 2, 336), MADE)
        path = Path("/dev/vduse", NAME)
        until(path.exists)
        device = os.open(path, os.O_RDWR)
        for queue in (0, 1):
            fcntl.ioctl(device, number(1, 0x14, 32), struct.pack("=IH26s", queue, 256, bytes(26)))
        try:
            with netlynx.connect() as nl:
                yield nl
                for each in nl.dump(vdpa.devices()).all():
                    nl.do(vdpa.delete(each.name or ""))
        finally:
            os.close(device)
            fcntl.ioctl(control, number(1, 3, 256), NAME.encode().ljust(256, b"\0"))
    finally:
        os.close(control)


def by_vdpa(*words: str) -> Any:
    """What vdpa(8) says."""
    if shutil.which("vdpa") is None:
        pytest.skip("no `vdpa` to compare with: apt-get install iproute2")
    done = subprocess.run(["vdpa", "-j", *words], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_makes_devices_is_listed(nl: netlynx.Connection) -> None:
    (ours,) = nl.dump(vdpa.management_devices())
    theirs = by_vdpa("mgmtdev", "show")["mgmtdev"][ours.name]
    assert [str(each) for each in ours.kinds] == theirs["supported_classes"]
    assert (ours.bus, ours.max_queues) == (None, theirs["max_supported_vqs"])
    assert nl.do(vdpa.management_device(ours.name or "")) == ours
    with pytest.raises(NotFound):
        nl.do(vdpa.management_device("east"))


def test_a_device_is_made_looked_at_and_removed(nl: netlynx.Connection) -> None:
    assert nl.dump(vdpa.devices()).all() == []
    nl.do(vdpa.add(NewDevice(name=NAME, management="vduse")))
    ours = nl.do(vdpa.device(NAME))
    theirs = by_vdpa("dev", "show")["dev"][NAME]
    assert (ours.kind, ours.management) == (VirtioId.NET, theirs["mgmtdev"])
    assert theirs["type"] == "network"
    assert (ours.vendor, ours.queues, ours.max_queue_size) == (
        theirs["vendor_id"],
        theirs["max_vqs"],
        theirs["max_vq_size"],
    )
    assert nl.dump(vdpa.devices()).all() == [ours]
    set_up = nl.do(vdpa.configuration(NAME))
    shown = by_vdpa("dev", "config", "show", NAME)["config"][NAME]
    assert (set_up.mac, set_up.mtu) == (MAC, 1400) == (shown["mac"], shown["mtu"])
    assert (set_up.features, set_up.kind) == (FEATURES, VirtioId.NET)
    assert nl.dump(vdpa.configurations()).all() == [set_up]
    with pytest.raises(AlreadyExists):
        nl.do(vdpa.add(NewDevice(name=NAME, management="vduse")))
    for refused in (vdpa.statistics(NAME, 0), vdpa.set_mac(NAME, MAC)):
        with pytest.raises(NetlinkError):  # of a program's device nothing is counted, and its address is its own
            nl.do(refused)
    by_vdpa_deleted = subprocess.run(["vdpa", "dev", "del", NAME], capture_output=True)
    assert by_vdpa_deleted.returncode == 0
    with pytest.raises(NotFound):
        nl.do(vdpa.device(NAME))
    with pytest.raises(NotFound):
        nl.do(vdpa.delete(NAME))

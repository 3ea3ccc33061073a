"""vDPA: devices whose data path is virtio's, and the management devices that make them. The family ``vdpa``.

    from netlynx.families import vdpa

    for each in nl.dump(vdpa.management_devices()):
        print(each.bus, each.name, each.kinds, each.max_queues)
    nl.do(vdpa.add(vdpa.NewDevice(name="foo", management="vdpasim_net", mac="00:11:22:33:44:55")))
    print(nl.do(vdpa.configuration("foo")).mac)

It is in the initial network namespace alone, and changes take CAP_NET_ADMIN. Source: linux/vdpa.h, drivers/vdpa/vdpa.c,
vdpa-dev(8).
"""

from __future__ import annotations

from netlynx.engine.operation import Do, Dump
from netlynx.errors import EncodeError
from netlynx.families.vdpa.constants import VDPA_ATTR, VDPA_CMD, VirtioId
from netlynx.families.vdpa.records import (
    Configuration,
    Device,
    ManagementDevice,
    NewDevice,
    Statistics,
)
from netlynx.generic import Family, do, dump
from netlynx.schema.arguments import record_of, text_of

__all__ = [
    "VDPA_ATTR",
    "VDPA_CMD",
    "Configuration",
    "Device",
    "ManagementDevice",
    "NewDevice",
    "Statistics",
    "Vdpa",
    "VirtioId",
    "add",
    "configuration",
    "configurations",
    "delete",
    "device",
    "devices",
    "management_device",
    "management_devices",
    "set_mac",
    "statistics",
]


class Vdpa(Family, name="vdpa", version=1, netnsok=False):
    """The family ``vdpa``."""

    management_device = do(
        VDPA_CMD.MGMTDEV_GET, request=ManagementDevice, reply=ManagementDevice, reply_number=VDPA_CMD.MGMTDEV_NEW
    )
    management_devices = dump(VDPA_CMD.MGMTDEV_GET, reply=ManagementDevice, reply_number=VDPA_CMD.MGMTDEV_NEW)
    add = do(VDPA_CMD.DEV_NEW, request=NewDevice, privileged=True)
    delete = do(VDPA_CMD.DEV_DEL, request=NewDevice, privileged=True)
    device = do(VDPA_CMD.DEV_GET, request=Device, reply=Device, reply_number=VDPA_CMD.DEV_NEW)
    devices = dump(VDPA_CMD.DEV_GET, reply=Device, reply_number=VDPA_CMD.DEV_NEW)
    configuration = do(VDPA_CMD.DEV_CONFIG_GET, request=Configuration, reply=Configuration)
    configurations = dump(VDPA_CMD.DEV_CONFIG_GET, reply=Configuration)
    statistics = do(VDPA_CMD.DEV_VSTATS_GET, request=Statistics, reply=Statistics, privileged=True)
    change = do(VDPA_CMD.DEV_ATTR_SET, request=NewDevice, privileged=True)


def management_devices() -> Dump[ManagementDevice]:
    """What can make devices."""
    return Vdpa.management_devices()


def management_device(name: str, *, bus: str | None = None) -> Do[ManagementDevice]:
    """One of them, on a bus where it has one; `NotFound` where there is none."""
    return Vdpa.management_device(ManagementDevice(bus=bus, name=text_of(name, "vdpa.management_device(name)")))


def devices() -> Dump[Device]:
    """All devices."""
    return Vdpa.devices()


def device(name: str) -> Do[Device]:
    """One device; `NotFound` where there is none."""
    return Vdpa.device(name=text_of(name, "vdpa.device(name)"))


def configurations() -> Dump[Configuration]:
    """How all devices are set up, as their drivers see it."""
    return Vdpa.configurations()


def configuration(name: str) -> Do[Configuration]:
    """How one device is set up; `NotFound` where there is none."""
    return Vdpa.configuration(name=text_of(name, "vdpa.configuration(name)"))


def statistics(name: str, queue: int) -> Do[Statistics]:
    """What a device has counted of a queue, by its vendor's names; `NotSupported` where it counts nothing."""
    return Vdpa.statistics(Statistics(name=text_of(name, "vdpa.statistics(name)"), queue=queue))


def add(device: NewDevice) -> Do[None]:
    """Make a device; `AlreadyExists` where there is one of its name. Raises EncodeError for one without its names."""
    record_of(NewDevice, device, "vdpa.add")
    for field in ("name", "management"):
        if getattr(device, field) is None:
            raise EncodeError("a device has a name, and the management device that makes it", f"NewDevice.{field}")
    return Vdpa.add(device)


def delete(name: str) -> Do[None]:
    """Remove a device, whatever uses it; `NotFound` where there is none."""
    return Vdpa.delete(NewDevice(name=text_of(name, "vdpa.delete(name)")))


def set_mac(name: str, mac: str) -> Do[None]:
    """Give a network device another hardware address. Linux 6.12 and newer."""
    return Vdpa.change(NewDevice(name=text_of(name, "vdpa.set_mac(name)"), mac=mac))

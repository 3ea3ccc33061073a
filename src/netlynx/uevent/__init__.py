"""Device events (NETLINK_KOBJECT_UEVENT): what the kernel says of devices that come, change and go.

    with netlynx.connect() as nl, nl.subscribe(uevent.events(subsystem="net", action="add")) as events:
        for event in events: ...

Source: lib/kobject_uevent.c, udev(7).
"""

from .event import ACTIONS, Uevent
from .sysfs import Device
from .wanted import KERNEL, UDEV, events

__all__ = ["ACTIONS", "KERNEL", "UDEV", "Device", "Uevent", "events"]

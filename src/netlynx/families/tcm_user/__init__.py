"""Devices of the SCSI target that a program serves (TCMU): they come, change and go; the program answers.

    from netlynx.families import tcm_user

    nl.do(tcm_user.set_features(answers=True))
    with nl.subscribe(tcm_user.EVENTS) as events:
        for event in events:
            if event.kind == "added":
                nl.do(tcm_user.added_done(device_id=event.record.device_id, status=0))

With `answers`, whoever makes, changes or removes a device waits until the program has said how it went. Source:
linux/target_core_user.h, drivers/target/target_core_user.c of the kernel.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Group
from netlynx.generic import Family, GenericHeader, do, event
from netlynx.schema import Constants, Record, attr, boolean, s32, string, u8, u32, u64
from netlynx.schema.facts import Facts

_POLICY = "tcmu_attr_policy"
_NOT_HERE = {"TCMU_ATTR_*": "not of this message"}


class TCMU_CMD(Constants):
    """Commands, and what the kernel tells."""

    UNSPEC = 0
    ADDED_DEVICE = 1
    REMOVED_DEVICE = 2
    RECONFIG_DEVICE = 3
    ADDED_DEVICE_DONE = 4
    REMOVED_DEVICE_DONE = 5
    RECONFIG_DEVICE_DONE = 6
    SET_FEATURES = 7


class TCMU_ATTR(Constants):
    """Attributes."""

    UNSPEC = 0
    DEVICE = 1
    MINOR = 2
    PAD = 3
    DEV_CFG = 4
    DEV_SIZE = 5
    WRITECACHE = 6
    CMD_STATUS = 7
    DEVICE_ID = 8
    SUPP_KERN_CMD_REPLY = 9


class Device(Record, header=GenericHeader):
    """A device: `name` is its UIO device's (``tcm-user/0/disk/…``), `minor` the number of that.

    What changed is one of `config`, `size` (in bytes) and `write_cache`.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCMU_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    name: str | None = attr(TCMU_ATTR.DEVICE, string)
    minor: int | None = attr(TCMU_ATTR.MINOR, u32)
    device_id: int | None = attr(TCMU_ATTR.DEVICE_ID, u32)
    config: str | None = attr(TCMU_ATTR.DEV_CFG, string)
    size: int | None = attr(TCMU_ATTR.DEV_SIZE, u64)  # bytes
    write_cache: int | None = attr(TCMU_ATTR.WRITECACHE, u8)


class Done(Record, header=GenericHeader):
    """How it went, 0 or an errno below it, with a device that the kernel told of."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCMU_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    device_id: int | None = attr(TCMU_ATTR.DEVICE_ID, u32)
    status: int | None = attr(TCMU_ATTR.CMD_STATUS, s32)


class Features(Record, header=GenericHeader):
    """Whether the program answers what the kernel tells."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCMU_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    answers: bool | None = attr(TCMU_ATTR.SUPP_KERN_CMD_REPLY, boolean)


_DONE = ("device_id", "status")


class TcmUser(Family, name="TCM-USER", version=2):
    """The family ``TCM-USER``."""

    set_features = do(TCMU_CMD.SET_FEATURES, request=Features, privileged=True)
    added_done = do(TCMU_CMD.ADDED_DEVICE_DONE, request=Done, required=_DONE, privileged=True)
    removed_done = do(TCMU_CMD.REMOVED_DEVICE_DONE, request=Done, required=_DONE, privileged=True)
    changed_done = do(TCMU_CMD.RECONFIG_DEVICE_DONE, request=Done, required=_DONE, privileged=True)
    added = event(TCMU_CMD.ADDED_DEVICE, Device, group="config")
    removed = event(TCMU_CMD.REMOVED_DEVICE, Device, group="config")
    changed = event(TCMU_CMD.RECONFIG_DEVICE, Device, group="config")


EVENTS: Group[Device] = TcmUser.notifications()
"""Devices that are made, removed or changed."""

set_features = TcmUser.set_features
added_done = TcmUser.added_done
removed_done = TcmUser.removed_done
changed_done = TcmUser.changed_done

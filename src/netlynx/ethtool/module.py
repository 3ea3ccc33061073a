"""Plug-in modules: power, firmware.

Source: linux/ethtool_netlink_generated.h, net/ethtool/module.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Enumeration, Record, attr, enum, interface, string, takes, u8, u32, uint
from netlynx.schema.facts import Facts

from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_MODULE(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    POWER_MODE_POLICY = 2
    POWER_MODE = 3


class ETHTOOL_A_MODULE_FW_FLASH(Constants):
    """Attributes of flashing."""

    UNSPEC = 0
    HEADER = 1
    FILE_NAME = 2
    PASSWORD = 3
    STATUS = 4
    STATUS_MSG = 5
    DONE = 6
    TOTAL = 7


class PowerPolicy(Enumeration, prefix="ETHTOOL_MODULE_POWER_MODE_POLICY_"):
    """When a module has full power."""

    HIGH = 1
    AUTO = 2


class PowerMode(Enumeration, prefix="ETHTOOL_MODULE_POWER_MODE_"):
    """What power a module has."""

    LOW = 1
    HIGH = 2


class FlashStatus(Enumeration, prefix="ETHTOOL_MODULE_FW_FLASH_STATUS_"):
    """How far flashing is."""

    STARTED = 1
    IN_PROGRESS = 2
    COMPLETED = 3
    ERROR = 4


class Module(Record, header=GenericHeader):
    """The module of a device. `power_policy` can be set."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_MODULE,
        policy=("ethnl_module_get_policy", "ethnl_module_set_policy"),
        spec=("ethtool", "module"),
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_MODULE.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_MODULE.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_MODULE.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    power_policy: takes.Member[PowerPolicy | None] = attr(ETHTOOL_A_MODULE.POWER_MODE_POLICY, enum(PowerPolicy, u8))
    power_mode: takes.Member[PowerMode | None] = attr(ETHTOOL_A_MODULE.POWER_MODE, enum(PowerMode, u8))


class ModuleFlash(Record, header=GenericHeader):
    """New firmware for a module: the request for it, and the events that tell how it goes."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_MODULE_FW_FLASH,
        policy="ethnl_module_fw_flash_act_policy",
        spec=("ethtool", "module-fw-flash"),
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_MODULE_FW_FLASH.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr(
        (ETHTOOL_A_MODULE_FW_FLASH.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface
    )
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_MODULE_FW_FLASH.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    file: str | None = attr(ETHTOOL_A_MODULE_FW_FLASH.FILE_NAME, string)  # below the folder of firmware
    password: int | None = attr(ETHTOOL_A_MODULE_FW_FLASH.PASSWORD, u32, secret=True)
    status: takes.Member[FlashStatus | None] = attr(ETHTOOL_A_MODULE_FW_FLASH.STATUS, enum(FlashStatus, u32))
    message: str | None = attr(ETHTOOL_A_MODULE_FW_FLASH.STATUS_MSG, string)
    done: int | None = attr(ETHTOOL_A_MODULE_FW_FLASH.DONE, uint)  # bytes
    total: int | None = attr(ETHTOOL_A_MODULE_FW_FLASH.TOTAL, uint)  # bytes

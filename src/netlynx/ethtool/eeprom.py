"""The EEPROM of a plug-in module, page by page.

Source: linux/ethtool_netlink_generated.h, net/ethtool/eeprom.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Record, attr, binary, enum, interface, string, takes, u8, u32
from netlynx.schema.facts import Facts

from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_MODULE_EEPROM(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    OFFSET = 2
    LENGTH = 3
    PAGE = 4
    BANK = 5
    I2C_ADDRESS = 6
    DATA = 7


class ModuleEeprom(Record, header=GenericHeader):
    """A part of a page, as asked for; the answer has `data` alone."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_MODULE_EEPROM, policy="ethnl_module_eeprom_get_policy", spec=("ethtool", "module-eeprom")
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_MODULE_EEPROM.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_MODULE_EEPROM.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_MODULE_EEPROM.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    offset: int | None = attr(ETHTOOL_A_MODULE_EEPROM.OFFSET, u32)  # 0 to 255; pages other than 0 begin at 128
    length: int | None = attr(ETHTOOL_A_MODULE_EEPROM.LENGTH, u32)  # 1 to 128, within one half of a page
    page: int | None = attr(ETHTOOL_A_MODULE_EEPROM.PAGE, u8)
    bank: int | None = attr(ETHTOOL_A_MODULE_EEPROM.BANK, u8)
    i2c_address: int | None = attr(
        ETHTOOL_A_MODULE_EEPROM.I2C_ADDRESS, u8
    )  # 0x50, or 0x51 for diagnostics of SFP modules
    data: bytes | None = attr(ETHTOOL_A_MODULE_EEPROM.DATA, binary)

"""The family ``psp``."""

from __future__ import annotations

from .generated import (
    MGMT,
    PSP_A_ASSOC,
    PSP_A_ASSOC_DEV_INFO,
    PSP_A_DEV,
    PSP_A_KEYS,
    PSP_A_STATS,
    PSP_CMD,
    USE,
    Assoc,
    AssocDevInfo,
    Dev,
    DevAssocRequest,
    DevGetRequest,
    DevSetRequest,
    GetStatsRequest,
    Keys,
    Psp,
    RxAssocRequest,
    Stats,
    TxAssocRequest,
    Version,
    VersionValues,
)

__all__ = [
    "MGMT",
    "PSP_A_ASSOC",
    "PSP_A_ASSOC_DEV_INFO",
    "PSP_A_DEV",
    "PSP_A_KEYS",
    "PSP_A_STATS",
    "PSP_CMD",
    "USE",
    "Assoc",
    "AssocDevInfo",
    "Dev",
    "DevAssocRequest",
    "DevGetRequest",
    "DevSetRequest",
    "GetStatsRequest",
    "Keys",
    "Psp",
    "RxAssocRequest",
    "Stats",
    "TxAssocRequest",
    "Version",
    "VersionValues",
    "dev_assoc",
    "dev_disassoc",
    "get_dev",
    "get_stats",
    "key_rotate",
    "list_dev",
    "list_stats",
    "rx_assoc",
    "set_dev",
    "tx_assoc",
]

get_dev = Psp.get_dev
list_dev = Psp.list_dev
set_dev = Psp.set_dev
key_rotate = Psp.key_rotate
rx_assoc = Psp.rx_assoc
tx_assoc = Psp.tx_assoc
get_stats = Psp.get_stats
list_stats = Psp.list_stats
dev_assoc = Psp.dev_assoc
dev_disassoc = Psp.dev_disassoc

"""MACsec (802.1AE): devices, their secure channels and associations with keys and statistics; what hardware does.

    from netlynx import macsec, route

    nl.do(route.add(route.Link(name="m0", kind="macsec", parent="eth0", data=route.Macsec(encrypt=True))))
    nl.do(macsec.add(macsec.TransmitSa(index="m0", an=0, pn=1, key=key, key_id=b"1", active=True)))
    nl.do(macsec.add(macsec.ReceiveChannel(index="m0", sci="02:00:00:00:00:09/1")))
    for device in nl.dump(macsec.devices()):
        print(device.index, device.sci, [channel.sci for channel in device.channels])

Source: linux/if_macsec.h, drivers/net/macsec.c, ip-macsec(8).
"""

from __future__ import annotations

from netlynx.route.macsec_names import MacsecCipher, MacsecOffload, MacsecSci, MacsecValidation

from .constants import MACSEC_CMD
from .device import (
    Association,
    AssociationStatistics,
    Channel,
    Device,
    DeviceStatistics,
    ReceiveStatistics,
    TransmitStatistics,
)
from .requests import Offload, ReceiveChannel, ReceiveSa, TransmitSa
from .verbs import MacSec, add, change, delete, device, devices, set_offload

__all__ = [
    "MACSEC_CMD",
    "Association",
    "AssociationStatistics",
    "Channel",
    "Device",
    "DeviceStatistics",
    "MacSec",
    "MacsecCipher",
    "MacsecOffload",
    "MacsecSci",
    "MacsecValidation",
    "Offload",
    "ReceiveChannel",
    "ReceiveSa",
    "ReceiveStatistics",
    "TransmitSa",
    "TransmitStatistics",
    "add",
    "change",
    "delete",
    "device",
    "devices",
    "set_offload",
]

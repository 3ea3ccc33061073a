"""Devices: what their drivers can do with XDP and AF_XDP."""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.netdev.constants import NETDEV_A_DEV, XdpFeatures, XdpMetadata, XskFeatures
from netlynx.schema import Record, attr, enum, interface, takes, u32, u64
from netlynx.schema.facts import Facts


class DeviceKey(Record, header=GenericHeader):
    """Which device."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=NETDEV_A_DEV, policy="netdev_dev_get_nl_policy", spec=("netdev", "dev")
    )
    __omitted__: ClassVar[dict[str, str]] = {"NETDEV_A_DEV_*": "what is told of it, not what it is found by: Device"}

    index: takes.Name[int | None] = attr(NETDEV_A_DEV.IFINDEX, interface)


class Device(Record, header=GenericHeader):
    """One device."""

    __facts__: ClassVar[Facts] = Facts(attributes=NETDEV_A_DEV, spec=("netdev", "dev"))

    index: takes.Name[int | None] = attr(NETDEV_A_DEV.IFINDEX, interface)  # of the interface
    xdp_features: takes.Flags[XdpFeatures | None] = attr(NETDEV_A_DEV.XDP_FEATURES, enum(XdpFeatures, u64))
    xdp_zc_max_segments: int | None = attr(NETDEV_A_DEV.XDP_ZC_MAX_SEGS, u32)  # of a packet, with zero copy
    xdp_metadata: takes.Flags[XdpMetadata | None] = attr(NETDEV_A_DEV.XDP_RX_METADATA_FEATURES, enum(XdpMetadata, u64))
    xsk_features: takes.Flags[XskFeatures | None] = attr(NETDEV_A_DEV.XSK_FEATURES, enum(XskFeatures, u64))

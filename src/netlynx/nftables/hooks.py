"""Where chains are hooked, by family. Source: linux/netfilter.h, linux/netfilter_arp.h, linux/netfilter_bridge.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Enumeration


class NetdevHook(Enumeration, prefix="NF_NETDEV_"):
    """Hooks of a device."""

    INGRESS = 0
    EGRESS = 1

    __omitted__: ClassVar[dict[str, str]] = {"NF_NETDEV_NUMHOOKS": "only marks the end"}


class ArpHook(Enumeration, prefix="NF_ARP_", renamed={"INPUT": "NF_ARP_IN", "OUTPUT": "NF_ARP_OUT"}):
    """Hooks of ARP."""

    INPUT = 0
    OUTPUT = 1
    FORWARD = 2

    __omitted__: ClassVar[dict[str, str]] = {"NF_ARP_NUMHOOKS": "only marks the end"}


class BridgeHook(
    Enumeration,
    prefix="NF_BR_",
    renamed={
        "PREROUTING": "NF_BR_PRE_ROUTING",
        "INPUT": "NF_BR_LOCAL_IN",
        "OUTPUT": "NF_BR_LOCAL_OUT",
        "POSTROUTING": "NF_BR_POST_ROUTING",
    },
):
    """Hooks of bridges."""

    PREROUTING = 0
    INPUT = 1
    FORWARD = 2
    OUTPUT = 3
    POSTROUTING = 4

    __omitted__: ClassVar[dict[str, str]] = {
        "NF_BR_BROUTING": "no chain can be hooked there",
        "NF_BR_NUMHOOKS": "only marks the end",
        "NF_BR_PRI_*": "priorities",
    }

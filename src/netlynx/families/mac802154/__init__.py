"""IEEE 802.15.4 by its older family, which `nl802154` took over from; security is still done here on most kernels.

    from netlynx.families import mac802154

    nl.do(mac802154.add_key(index="wpan0", mode="index", key_index=1, frames=1 << 1, key=b"sixteen bytes it"))
    nl.do(mac802154.set_security(index="wpan0", enabled=True, level=5, mode="index", key_index=1))

It is in the initial network namespace alone. Source: include/linux/nl802154.h, net/ieee802154/nl-mac.c, nl-phy.c.
"""

from __future__ import annotations

from netlynx.engine.operation import Group
from netlynx.generic import Family, do, dump, event
from netlynx.wire.constants import NLM_F

from .constants import IEEE802154, IEEE802154_ATTR, DeviceType, KeyMode
from .records import (
    Association,
    AssociationAnswer,
    Device,
    DeviceRequest,
    Disassociation,
    Key,
    Level,
    Made,
    NewInterface,
    Parameters,
    Peer,
    PeerKey,
    Phy,
    PhyRequest,
    Scan,
    Security,
    Start,
    Started,
)

__all__ = [
    "EVENTS",
    "IEEE802154",
    "IEEE802154_ATTR",
    "Association",
    "AssociationAnswer",
    "Device",
    "DeviceRequest",
    "DeviceType",
    "Disassociation",
    "Key",
    "KeyMode",
    "Level",
    "Mac802154",
    "Made",
    "NewInterface",
    "Parameters",
    "Peer",
    "PeerKey",
    "Phy",
    "PhyRequest",
    "Scan",
    "Security",
    "Start",
    "Started",
    "add_interface",
    "add_key",
    "add_level",
    "add_peer",
    "add_peer_key",
    "answer_association",
    "associate",
    "delete_interface",
    "delete_key",
    "delete_level",
    "delete_peer",
    "delete_peer_key",
    "device",
    "devices",
    "disassociate",
    "keys",
    "levels",
    "peer_keys",
    "peers",
    "phy",
    "phys",
    "scan",
    "security",
    "set_parameters",
    "set_security",
    "start",
]


_NEW = int(NLM_F.CREATE | NLM_F.EXCL)  # without, the kernel answers EINVAL


class Mac802154(Family, name="802.15.4 MAC", version=1, netnsok=False):
    """The family ``802.15.4 MAC``."""

    phy = do(IEEE802154.LIST_PHY, request=PhyRequest, reply=Phy, required=("name",))
    phys = dump(IEEE802154.LIST_PHY, reply=Phy)
    add_interface = do(IEEE802154.ADD_IFACE, request=NewInterface, reply=Made, required=("phy",), privileged=True)
    delete_interface = do(IEEE802154.DEL_IFACE, request=Made, reply=Made, required=("device",), privileged=True)
    device = do(IEEE802154.LIST_IFACE, request=DeviceRequest, reply=Device)
    devices = dump(IEEE802154.LIST_IFACE, reply=Device)
    set_parameters = do(IEEE802154.SET_MACPARAMS, request=Parameters, privileged=True)
    associate = do(
        IEEE802154.ASSOCIATE_REQ, request=Association, required=("channel", "network", "capability"), privileged=True
    )
    answer_association = do(
        IEEE802154.ASSOCIATE_RESP,
        request=AssociationAnswer,
        required=("status", "address", "short_address"),
        privileged=True,
    )
    disassociate = do(IEEE802154.DISASSOCIATE_REQ, request=Disassociation, required=("reason",), privileged=True)
    start = do(
        IEEE802154.START_REQ,
        request=Start,
        required=(
            "network",
            "short_address",
            "channel",
            "beacon_order",
            "superframe_order",
            "coordinator",
            "battery",
            "realign",
        ),
        privileged=True,
    )
    scan = do(IEEE802154.SCAN_REQ, request=Scan, required=("type", "channels", "duration"), privileged=True)
    security = do(IEEE802154.LLSEC_GETPARAMS, request=DeviceRequest, reply=Security, privileged=True)
    set_security = do(IEEE802154.LLSEC_SETPARAMS, request=Security, privileged=True)
    keys = dump(IEEE802154.LLSEC_LIST_KEY, reply=Key, privileged=True)
    add_key = do(IEEE802154.LLSEC_ADD_KEY, request=Key, required=("mode", "frames", "key"), privileged=True, flags=_NEW)
    delete_key = do(IEEE802154.LLSEC_DEL_KEY, request=Key, required=("mode",), privileged=True)
    peers = dump(IEEE802154.LLSEC_LIST_DEV, reply=Peer, privileged=True)
    add_peer = do(
        IEEE802154.LLSEC_ADD_DEV,
        request=Peer,
        required=("address", "counter", "exempt", "key_mode"),
        privileged=True,
        flags=_NEW,
    )
    delete_peer = do(IEEE802154.LLSEC_DEL_DEV, request=Peer, required=("address",), privileged=True)
    peer_keys = dump(IEEE802154.LLSEC_LIST_DEVKEY, reply=PeerKey, privileged=True)
    add_peer_key = do(
        IEEE802154.LLSEC_ADD_DEVKEY,
        request=PeerKey,
        required=("address", "counter", "mode"),
        privileged=True,
        flags=_NEW,
    )
    delete_peer_key = do(IEEE802154.LLSEC_DEL_DEVKEY, request=PeerKey, required=("address", "mode"), privileged=True)
    levels = dump(IEEE802154.LLSEC_LIST_SECLEVEL, reply=Level, privileged=True)
    add_level = do(
        IEEE802154.LLSEC_ADD_SECLEVEL,
        request=Level,
        required=("frame", "levels", "override"),
        privileged=True,
        flags=_NEW,
    )
    delete_level = do(
        IEEE802154.LLSEC_DEL_SECLEVEL, request=Level, required=("frame", "levels", "override"), privileged=True
    )

    started = event(IEEE802154.START_CONF, Started, group="coordinator")


EVENTS: Group[Started] = Mac802154.notifications()
"""Interfaces that begin a network."""

phy = Mac802154.phy
phys = Mac802154.phys
add_interface = Mac802154.add_interface
delete_interface = Mac802154.delete_interface
device = Mac802154.device
devices = Mac802154.devices
set_parameters = Mac802154.set_parameters
associate = Mac802154.associate
answer_association = Mac802154.answer_association
disassociate = Mac802154.disassociate
start = Mac802154.start
scan = Mac802154.scan
security = Mac802154.security
set_security = Mac802154.set_security
keys = Mac802154.keys
add_key = Mac802154.add_key
delete_key = Mac802154.delete_key
peers = Mac802154.peers
add_peer = Mac802154.add_peer
delete_peer = Mac802154.delete_peer
peer_keys = Mac802154.peer_keys
add_peer_key = Mac802154.add_peer_key
delete_peer_key = Mac802154.delete_peer_key
levels = Mac802154.levels
add_level = Mac802154.add_level
delete_level = Mac802154.delete_level

"""Radios of IEEE 802.15.4 (6LoWPAN, Zigbee and their like): what they can do, their interfaces, scans, associations.

    from netlynx.families import nl802154

    for phy in nl.dump(nl802154.phys()):
        print(phy.name, phy.page, phy.channel)
    nl.do(nl802154.set_channel(phy=0, page=0, channel=15))
    nl.do(nl802154.set_network(index="wpan0", network=0xBEEF))
    with nl.subscribe(nl802154.SCANS) as events:
        nl.do(nl802154.scan(index="wpan0", type="passive", channels=1 << 15, duration=3))

Source: include/net/nl802154.h, net/ieee802154/nl802154.c, iwpan(8).
"""

from __future__ import annotations

from netlynx.engine.operation import Group
from netlynx.generic import Family, do, dump, event

from .constants import (
    NL802154_ATTR,
    NL802154_CAP_ATTR,
    NL802154_CMD,
    NL802154_COORD,
    NL802154_DEV_ADDR_ATTR,
    NL802154_DEV_ATTR,
    NL802154_DEVKEY_ATTR,
    NL802154_KEY_ATTR,
    NL802154_KEY_ID_ATTR,
    NL802154_SECLEVEL_ATTR,
    AddressMode,
    BoolState,
    CcaMode,
    CcaOption,
    DeviceKeyMode,
    FrameType,
    InterfaceType,
    KeyIdMode,
    PeerType,
    ScanEnd,
    ScanType,
    SecurityLevel,
)
from .records import (
    Abilities,
    Acknowledging,
    Associated,
    Association,
    AssociationLimit,
    Backoff,
    Backoffs,
    BeaconRequest,
    Cca,
    CcaLevel,
    Channel,
    Coordinator,
    Disassociation,
    Interface,
    InterfaceRequest,
    Listening,
    Move,
    NetworkRequest,
    NewInterface,
    Phy,
    PhyRequest,
    Power,
    Retries,
    Scan,
    ScanRequest,
    ShortAddress,
)
from .security import Address, Device, DeviceKey, Key, KeyId, Level, LevelRequest, Security

__all__ = [
    "NL802154_ATTR",
    "NL802154_CAP_ATTR",
    "NL802154_CMD",
    "NL802154_COORD",
    "NL802154_DEVKEY_ATTR",
    "NL802154_DEV_ADDR_ATTR",
    "NL802154_DEV_ATTR",
    "NL802154_KEY_ATTR",
    "NL802154_KEY_ID_ATTR",
    "NL802154_SECLEVEL_ATTR",
    "SCANS",
    "Abilities",
    "Acknowledging",
    "Address",
    "AddressMode",
    "Associated",
    "Association",
    "AssociationLimit",
    "Backoff",
    "Backoffs",
    "BeaconRequest",
    "BoolState",
    "Cca",
    "CcaLevel",
    "CcaMode",
    "CcaOption",
    "Channel",
    "Coordinator",
    "Device",
    "DeviceKey",
    "DeviceKeyMode",
    "Disassociation",
    "FrameType",
    "Interface",
    "InterfaceRequest",
    "InterfaceType",
    "Key",
    "KeyId",
    "KeyIdMode",
    "Level",
    "LevelRequest",
    "Listening",
    "Move",
    "NetworkRequest",
    "NewInterface",
    "Nl802154",
    "PeerType",
    "Phy",
    "PhyRequest",
    "Power",
    "Retries",
    "Scan",
    "ScanEnd",
    "ScanRequest",
    "ScanType",
    "Security",
    "SecurityLevel",
    "ShortAddress",
    "abort_scan",
    "add_device",
    "add_device_key",
    "add_key",
    "add_level",
    "associate",
    "associations",
    "delete_device",
    "delete_device_key",
    "delete_interface",
    "delete_key",
    "delete_level",
    "device_keys",
    "devices",
    "disassociate",
    "interface",
    "interfaces",
    "keys",
    "levels",
    "limit_associations",
    "move",
    "new_interface",
    "phy",
    "phys",
    "scan",
    "send_beacons",
    "set_acknowledging",
    "set_backoff",
    "set_backoffs",
    "set_cca",
    "set_cca_level",
    "set_channel",
    "set_listening",
    "set_network",
    "set_power",
    "set_retries",
    "set_security",
    "set_short_address",
    "stop_beacons",
]


class Nl802154(Family, name="nl802154", version=1):
    """The family ``nl802154``."""

    phy = do(
        NL802154_CMD.GET_WPAN_PHY,
        request=PhyRequest,
        reply=Phy,
        reply_number=NL802154_CMD.NEW_WPAN_PHY,
        required=("phy",),
    )
    phys = dump(NL802154_CMD.GET_WPAN_PHY, reply=Phy, reply_number=NL802154_CMD.NEW_WPAN_PHY)
    interface = do(
        NL802154_CMD.GET_INTERFACE,
        request=InterfaceRequest,
        reply=Interface,
        reply_number=NL802154_CMD.NEW_INTERFACE,
        required=("index",),
    )
    interfaces = dump(NL802154_CMD.GET_INTERFACE, reply=Interface, reply_number=NL802154_CMD.NEW_INTERFACE)
    new_interface = do(NL802154_CMD.NEW_INTERFACE, request=NewInterface, required=("phy", "name"), privileged=True)
    delete_interface = do(NL802154_CMD.DEL_INTERFACE, request=InterfaceRequest, required=("index",), privileged=True)
    set_channel = do(NL802154_CMD.SET_CHANNEL, request=Channel, required=("phy", "page", "channel"), privileged=True)
    set_cca = do(NL802154_CMD.SET_CCA_MODE, request=Cca, required=("phy", "mode"), privileged=True)
    set_cca_level = do(NL802154_CMD.SET_CCA_ED_LEVEL, request=CcaLevel, required=("phy", "level"), privileged=True)
    set_power = do(NL802154_CMD.SET_TX_POWER, request=Power, required=("phy", "power"), privileged=True)
    move = do(NL802154_CMD.SET_WPAN_PHY_NETNS, request=Move, required=("phy",), privileged=True)
    set_network = do(NL802154_CMD.SET_PAN_ID, request=NetworkRequest, required=("index", "network"), privileged=True)
    set_short_address = do(
        NL802154_CMD.SET_SHORT_ADDR, request=ShortAddress, required=("index", "short_address"), privileged=True
    )
    set_backoff = do(
        NL802154_CMD.SET_BACKOFF_EXPONENT, request=Backoff, required=("index", "min_be", "max_be"), privileged=True
    )
    set_backoffs = do(
        NL802154_CMD.SET_MAX_CSMA_BACKOFFS, request=Backoffs, required=("index", "backoffs"), privileged=True
    )
    set_retries = do(
        NL802154_CMD.SET_MAX_FRAME_RETRIES, request=Retries, required=("index", "retries"), privileged=True
    )
    set_listening = do(NL802154_CMD.SET_LBT_MODE, request=Listening, required=("index", "listening"), privileged=True)
    set_acknowledging = do(
        NL802154_CMD.SET_ACKREQ_DEFAULT,
        request=Acknowledging,
        required=("index", "acknowledged"),
        privileged=True,
    )
    scan = do(NL802154_CMD.TRIGGER_SCAN, request=ScanRequest, required=("index", "type"), privileged=True)
    abort_scan = do(NL802154_CMD.ABORT_SCAN, request=InterfaceRequest, required=("index",), privileged=True)
    send_beacons = do(NL802154_CMD.SEND_BEACONS, request=BeaconRequest, required=("index",), privileged=True)
    stop_beacons = do(NL802154_CMD.STOP_BEACONS, request=InterfaceRequest, required=("index",), privileged=True)
    associate = do(
        NL802154_CMD.ASSOCIATE, request=Association, required=("index", "network", "address"), privileged=True
    )
    disassociate = do(NL802154_CMD.DISASSOCIATE, request=Disassociation, required=("index",), privileged=True)
    limit_associations = do(
        NL802154_CMD.SET_MAX_ASSOCIATIONS, request=AssociationLimit, required=("index", "limit"), privileged=True
    )
    associations = dump(NL802154_CMD.LIST_ASSOCIATIONS, request=InterfaceRequest, reply=Associated, required=("index",))
    set_security = do(NL802154_CMD.SET_SEC_PARAMS, request=Security, required=("index",), privileged=True)
    keys = dump(
        NL802154_CMD.GET_SEC_KEY,
        request=InterfaceRequest,
        reply=Key,
        reply_number=NL802154_CMD.NEW_SEC_KEY,
        required=("index",),
        privileged=True,
    )
    add_key = do(NL802154_CMD.NEW_SEC_KEY, request=Key, required=("index", "id", "key"), privileged=True)
    delete_key = do(NL802154_CMD.DEL_SEC_KEY, request=Key, required=("index", "id"), privileged=True)
    devices = dump(
        NL802154_CMD.GET_SEC_DEV,
        request=InterfaceRequest,
        reply=Device,
        reply_number=NL802154_CMD.NEW_SEC_DEV,
        required=("index",),
        privileged=True,
    )
    add_device = do(NL802154_CMD.NEW_SEC_DEV, request=Device, required=("index", "address"), privileged=True)
    delete_device = do(NL802154_CMD.DEL_SEC_DEV, request=Device, required=("index", "address"), privileged=True)
    device_keys = dump(
        NL802154_CMD.GET_SEC_DEVKEY,
        request=InterfaceRequest,
        reply=DeviceKey,
        reply_number=NL802154_CMD.NEW_SEC_DEVKEY,
        required=("index",),
        privileged=True,
    )
    add_device_key = do(
        NL802154_CMD.NEW_SEC_DEVKEY, request=DeviceKey, required=("index", "address", "id"), privileged=True
    )
    delete_device_key = do(
        NL802154_CMD.DEL_SEC_DEVKEY, request=DeviceKey, required=("index", "address", "id"), privileged=True
    )
    levels = dump(
        NL802154_CMD.GET_SEC_LEVEL,
        request=InterfaceRequest,
        reply=Level,
        reply_number=NL802154_CMD.NEW_SEC_LEVEL,
        required=("index",),
        privileged=True,
    )
    add_level = do(
        NL802154_CMD.NEW_SEC_LEVEL, request=LevelRequest, required=("index", "levels", "frame"), privileged=True
    )
    delete_level = do(
        NL802154_CMD.DEL_SEC_LEVEL, request=LevelRequest, required=("index", "levels", "frame"), privileged=True
    )

    scan_started = event(NL802154_CMD.TRIGGER_SCAN, Scan, group="scan")
    found = event(NL802154_CMD.SCAN_EVENT, Scan, group="scan")
    scan_done = event(NL802154_CMD.SCAN_DONE, Scan, group="scan")


SCANS: Group[Scan] = Nl802154.notifications()
"""Scans that begin and end, and each coordinator that is found."""

phy = Nl802154.phy
phys = Nl802154.phys
interface = Nl802154.interface
interfaces = Nl802154.interfaces
new_interface = Nl802154.new_interface
delete_interface = Nl802154.delete_interface
set_channel = Nl802154.set_channel
set_cca = Nl802154.set_cca
set_cca_level = Nl802154.set_cca_level
set_power = Nl802154.set_power
move = Nl802154.move
set_network = Nl802154.set_network
set_short_address = Nl802154.set_short_address
set_backoff = Nl802154.set_backoff
set_backoffs = Nl802154.set_backoffs
set_retries = Nl802154.set_retries
set_listening = Nl802154.set_listening
set_acknowledging = Nl802154.set_acknowledging
scan = Nl802154.scan
abort_scan = Nl802154.abort_scan
send_beacons = Nl802154.send_beacons
stop_beacons = Nl802154.stop_beacons
associate = Nl802154.associate
disassociate = Nl802154.disassociate
limit_associations = Nl802154.limit_associations
associations = Nl802154.associations
set_security = Nl802154.set_security
keys = Nl802154.keys
add_key = Nl802154.add_key
delete_key = Nl802154.delete_key
devices = Nl802154.devices
add_device = Nl802154.add_device
delete_device = Nl802154.delete_device
device_keys = Nl802154.device_keys
add_device_key = Nl802154.add_device_key
delete_device_key = Nl802154.delete_device_key
levels = Nl802154.levels
add_level = Nl802154.add_level
delete_level = Nl802154.delete_level

"""Near-field communication: devices, the targets that they find, links between two devices, secure elements.

    from netlynx.families import nfc

    for device in nl.dump(nfc.devices()):
        print(device.name, device.protocols, device.powered)
    nl.do(nfc.up(index=0))
    nl.do(nfc.start_poll(index=0, initiator_protocols="nfc-dep"))

Source: linux/nfc.h, net/nfc/netlink.c of the kernel.
"""

from __future__ import annotations

from netlynx.engine.operation import Group
from netlynx.generic import Family, do, dump, event

from .constants import NFC_ATTR as NFC_ATTR
from .constants import NFC_CMD as NFC_CMD
from .constants import NFC_EVENT as NFC_EVENT
from .constants import NFC_SDP_ATTR as NFC_SDP_ATTR
from .constants import CommunicationMode as CommunicationMode
from .constants import Protocols as Protocols
from .constants import RfMode as RfMode
from .constants import SecureElementType as SecureElementType
from .records import Activation as Activation
from .records import Apdu as Apdu
from .records import Device as Device
from .records import Discovery as Discovery
from .records import Firmware as Firmware
from .records import Key as Key
from .records import Link as Link
from .records import LlcParameters as LlcParameters
from .records import Lost as Lost
from .records import Poll as Poll
from .records import SecureElement as SecureElement
from .records import Service as Service
from .records import Target as Target
from .records import TargetKey as TargetKey
from .records import Vendor as Vendor

_INDEX = ("index",)
_TARGET = ("index", "target")
_ELEMENT = ("index", "element")


class Nfc(Family, name="nfc", version=1):
    """The family ``nfc``."""

    get_device = do(NFC_CMD.GET_DEVICE, request=Key, reply=Device, required=_INDEX)
    list_device = dump(NFC_CMD.GET_DEVICE, reply=Device)
    up = do(NFC_CMD.DEV_UP, request=Key, required=_INDEX, privileged=True)
    down = do(NFC_CMD.DEV_DOWN, request=Key, required=_INDEX, privileged=True)
    start_poll = do(NFC_CMD.START_POLL, request=Poll, required=_INDEX, privileged=True)
    stop_poll = do(NFC_CMD.STOP_POLL, request=Key, required=_INDEX, privileged=True)
    list_target = dump(NFC_CMD.GET_TARGET, request=Key, reply=Target, required=_INDEX)
    activate_target = do(NFC_CMD.ACTIVATE_TARGET, request=TargetKey, required=(*_TARGET, "protocols"), privileged=True)
    deactivate_target = do(NFC_CMD.DEACTIVATE_TARGET, request=TargetKey, required=_TARGET, privileged=True)
    link_up = do(NFC_CMD.DEP_LINK_UP, request=Link, required=("index", "communication"), privileged=True)
    link_down = do(NFC_CMD.DEP_LINK_DOWN, request=Key, required=_INDEX, privileged=True)
    get_llc = do(NFC_CMD.LLC_GET_PARAMS, request=Key, reply=LlcParameters, required=_INDEX)
    set_llc = do(NFC_CMD.LLC_SET_PARAMS, request=LlcParameters, required=_INDEX, privileged=True)
    discover = do(NFC_CMD.LLC_SDREQ, request=Discovery, required=("index", "services"), privileged=True)
    load_firmware = do(NFC_CMD.FW_DOWNLOAD, request=Firmware, required=_INDEX, privileged=True)
    list_element = dump(NFC_CMD.GET_SE, reply=SecureElement)
    enable_element = do(NFC_CMD.ENABLE_SE, request=SecureElement, required=_ELEMENT, privileged=True)
    disable_element = do(NFC_CMD.DISABLE_SE, request=SecureElement, required=_ELEMENT, privileged=True)
    ask_element = do(NFC_CMD.SE_IO, request=Apdu, required=(*_ELEMENT, "apdu"), privileged=True)
    vendor = do(NFC_CMD.VENDOR, request=Vendor, reply=Vendor, required=("index", "vendor", "command"), privileged=True)

    targets_found = event(NFC_EVENT.TARGETS_FOUND, Key, group="events")
    target_lost = event(NFC_EVENT.TARGET_LOST, Lost, group="events")
    device_added = event(NFC_EVENT.DEVICE_ADDED, Device, group="events")
    device_removed = event(NFC_EVENT.DEVICE_REMOVED, Key, group="events")
    activated = event(NFC_EVENT.TM_ACTIVATED, Activation, group="events")
    deactivated = event(NFC_EVENT.TM_DEACTIVATED, Activation, group="events")
    link_is_up = event(NFC_EVENT.DEP_LINK_UP, Link, group="events")
    link_is_down = event(NFC_EVENT.DEP_LINK_DOWN, Key, group="events")
    discovered = event(NFC_EVENT.LLC_SDRES, Discovery, group="events")
    firmware_loaded = event(NFC_EVENT.FW_DOWNLOAD, Firmware, group="events")
    element_added = event(NFC_EVENT.SE_ADDED, SecureElement, group="events")
    element_removed = event(NFC_EVENT.SE_REMOVED, SecureElement, group="events")
    element_connected = event(NFC_EVENT.SE_CONNECTIVITY, SecureElement, group="events")
    element_acts = event(NFC_EVENT.SE_TRANSACTION, SecureElement, group="events")
    element_answers = event(NFC_EVENT.SE_IO, Apdu, group="events")


EVENTS: Group[Key | Lost | Device | Activation | Link | Discovery | Firmware | SecureElement | Apdu] = (
    Nfc.notifications()
)
"""All that is told of near-field communication."""

device = Nfc.get_device
devices = Nfc.list_device
up = Nfc.up
down = Nfc.down
start_poll = Nfc.start_poll
stop_poll = Nfc.stop_poll
targets = Nfc.list_target
activate_target = Nfc.activate_target
deactivate_target = Nfc.deactivate_target
link_up = Nfc.link_up
link_down = Nfc.link_down
llc_parameters = Nfc.get_llc
set_llc_parameters = Nfc.set_llc
discover = Nfc.discover
load_firmware = Nfc.load_firmware
secure_elements = Nfc.list_element
enable_element = Nfc.enable_element
disable_element = Nfc.disable_element
ask_element = Nfc.ask_element
vendor = Nfc.vendor

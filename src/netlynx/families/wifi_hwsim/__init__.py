"""Simulated radios of 802.11 (mac80211_hwsim): make them, and be the medium that carries their frames.

    from netlynx.families import wifi_hwsim

    number = nl.do(wifi_hwsim.new_radio(wifi_hwsim.NewRadio(name="radio9", channels=1)))
    with nl.subscribe(wifi_hwsim.MEDIUM) as medium:  # from now on no frame arrives that this does not forward
        for event in medium:
            heard = wifi_hwsim.Reception(receiver=other, frame=event.record.frame, rate=0, signal=-40)
            medium.do(wifi_hwsim.receive(heard))

Source: drivers/net/wireless/virtual/mac80211_hwsim.c.
"""

from __future__ import annotations

from netlynx.engine.operation import Group, Talk
from netlynx.families.numbered import numbered
from netlynx.generic import Family, do, dump, event
from netlynx.schema.arguments import record_of
from netlynx.wire.constants import NETLINK

from .constants import HWSIM_ATTR, HWSIM_CMD, FrameFlags
from .records import (
    Address,
    Frame,
    Measurement,
    NewRadio,
    Outcome,
    Radio,
    RadioRequest,
    Rate,
    RateFlags,
    Reception,
)

__all__ = [
    "EVENTS",
    "HWSIM_ATTR",
    "HWSIM_CMD",
    "MEDIUM",
    "Address",
    "Frame",
    "FrameFlags",
    "Measurement",
    "NewRadio",
    "Outcome",
    "Radio",
    "RadioRequest",
    "Rate",
    "RateFlags",
    "Reception",
    "WifiHwsim",
    "delete_radio",
    "new_radio",
    "radio",
    "radios",
    "receive",
    "register",
    "report",
    "tell",
]


class WifiHwsim(Family, name="MAC80211_HWSIM", version=1):
    """The family ``MAC80211_HWSIM``."""

    register = do(HWSIM_CMD.REGISTER, privileged="namespace")
    receive = do(HWSIM_CMD.FRAME, request=Reception, required=("receiver", "frame", "rate", "signal"))
    tell = do(HWSIM_CMD.TX_INFO_FRAME, request=Outcome)
    new_radio = do(HWSIM_CMD.NEW_RADIO, request=NewRadio, privileged="namespace")
    delete_radio = do(HWSIM_CMD.DEL_RADIO, request=RadioRequest, privileged="namespace")
    radio = do(HWSIM_CMD.GET_RADIO, request=RadioRequest, reply=Radio, required=("radio",))
    radios = dump(HWSIM_CMD.GET_RADIO, reply=Radio)
    report = do(HWSIM_CMD.REPORT_PMSR, request=Measurement)

    added = event(HWSIM_CMD.NEW_RADIO, Radio, group="config")
    deleted = event(HWSIM_CMD.DEL_RADIO, Radio, group="config")


EVENTS: Group[Radio] = WifiHwsim.notifications()
"""Radios that are made, and that go."""

MEDIUM: Group[Frame | Address | Measurement] = Group(
    "wifi_hwsim.MEDIUM",
    NETLINK.GENERIC,
    (),
    {},
    family="MAC80211_HWSIM",
    commands={
        int(HWSIM_CMD.FRAME): ("frame", Frame),
        int(HWSIM_CMD.ADD_MAC_ADDR): ("address_added", Address),
        int(HWSIM_CMD.DEL_MAC_ADDR): ("address_deleted", Address),
        int(HWSIM_CMD.START_PMSR): ("measure", Measurement),
        int(HWSIM_CMD.ABORT_PMSR): ("abort", Measurement),
    },
    begin=(WifiHwsim.register(),),
)
"""All frames that radios of the network namespace send, until it is closed.

There is one medium at a time, and it is for radios with one channel. What they are to hear goes through the
subscription itself: `receive`, and `tell` for what became of a frame.
"""

register = WifiHwsim.register
receive = WifiHwsim.receive
tell = WifiHwsim.tell
delete_radio = WifiHwsim.delete_radio
radio = WifiHwsim.radio
radios = WifiHwsim.radios
report = WifiHwsim.report


def new_radio(radio: NewRadio) -> Talk[int]:
    """Make a radio, whose number the answer is. Raises EncodeError."""
    return numbered("wifi_hwsim.new_radio", WifiHwsim.new_radio(record_of(NewRadio, radio, "wifi_hwsim.new_radio")))

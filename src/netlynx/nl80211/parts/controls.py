"""Frames, channels that are visited, power save, vendors' commands. Source: net/wireless/nl80211.c."""

from __future__ import annotations

from typing import Any

from netlynx.engine.operation import Do, Group, Meaning
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.generic import Family, do, dump, event
from netlynx.wire.constants import NETLINK

from ..control import (
    ChannelChange,
    Cookie,
    CookieKey,
    FrameRegistration,
    FrameToSend,
    PowerSaving,
    Protocol,
    ReceivedFrame,
    StayOnChannel,
    Vendor,
)
from ..interface import InterfaceKey
from ..numbers.commands import NL80211_CMD as _C


class Controls(Family, name="nl80211", version=1):
    """Frames, channels that are visited, power save, vendors' commands."""

    register_frame = do(_C.REGISTER_FRAME, request=FrameRegistration, required=("match",), privileged="namespace")
    send_frame = do(
        _C.FRAME, request=FrameToSend, reply=Cookie, required=("frame",), privileged="namespace", omissible=True
    )
    cancel_frame_wait = do(_C.FRAME_WAIT_CANCEL, request=CookieKey, privileged="namespace")
    protocol_features = do(_C.GET_PROTOCOL_FEATURES, reply=Protocol)
    set_channel = do(_C.SET_CHANNEL, request=ChannelChange, privileged="namespace")
    remain_on_channel = do(_C.REMAIN_ON_CHANNEL, request=StayOnChannel, reply=Cookie, privileged="namespace")
    cancel_remain_on_channel = do(_C.CANCEL_REMAIN_ON_CHANNEL, request=CookieKey, privileged="namespace")
    power_save = do(_C.GET_POWER_SAVE, request=InterfaceKey, reply=PowerSaving)
    set_power_save = do(_C.SET_POWER_SAVE, request=PowerSaving, required=("state",), privileged="namespace")
    vendor = do(_C.VENDOR, request=Vendor, reply=Vendor, privileged="namespace", omissible=True)
    vendor_dump = dump(_C.VENDOR, request=Vendor, reply=Vendor, privileged="namespace")
    vendor_said = event(_C.VENDOR, Vendor, group="vendor")


set_channel = Controls.set_channel  # (index=…, frequency=…, width=…): of an interface that is not connected
remain_on_channel = Controls.remain_on_channel  # (index=…, frequency=…, duration=…): answers a cookie
cancel_remain_on_channel = Controls.cancel_remain_on_channel  # (index=…, cookie=…)
cancel_frame_wait = Controls.cancel_frame_wait  # (index=…, cookie=…)
vendor = Controls.vendor  # (wiphy=… or index=…, vendor=…, subcommand=…, data=…): answers what the driver says
protocol_features = Controls.protocol_features


def frames(index: int, type: int = 0xD0, match: bytes = b"", *, multicast: bool = False) -> Group[ReceivedFrame]:
    """Management frames that come to an interface, as a group to subscribe to: those of a type that begin so.

    `type` is as the first two bytes of a frame have it: 0xd0 are actions, 0x40 probe requests, 0xb0 authentications.
    `match` is how what is behind the header begins. One socket alone can have each of them; the kernel answers frames
    that nobody asked for itself. Raises EncodeError.
    """
    if isinstance(index, bool) or not isinstance(index, int):
        raise EncodeTypeError(f"give the interface's index, not {index!r}", "nl80211.frames(index)")
    if not isinstance(match, bytes):
        raise EncodeTypeError(f"expected bytes, not {match!r}", "nl80211.frames(match)")
    register = Controls.register_frame(index=index, type=type, match=match, multicast=multicast)
    if not isinstance(register, Do):
        raise EncodeError("give the interface's index", "nl80211.frames(index)")
    commands: dict[int, Meaning] = {int(_C.FRAME): ("frame", ReceivedFrame)}
    return Group("nl80211.frames", NETLINK.GENERIC, (), {}, family="nl80211", commands=commands, begin=(register,))


def send_frame(index: int | str, frame: Any, *, frequency: int | None = None, **values: Any) -> Do[Cookie]:
    """Send a management frame, a `Frame` or its bytes: `make_frame` makes them. Answers a cookie.

    `frequency` is the channel in MHz, for an interface that is on none; `values` are further fields of `FrameToSend`.
    Whether it was acknowledged is told to `CONNECTIONS`, with the cookie. Raises EncodeError.
    """
    return Controls.send_frame(index=index, frame=frame, frequency=frequency, **values)


def power_save(index: int | str) -> Do[PowerSaving]:
    """Whether an interface saves power."""
    return Controls.power_save(index=index)


def set_power_save(index: int | str, state: Any) -> Do[None]:
    """Have an interface save power, or not: `PowerSave`, ``on`` or ``off``."""
    return Controls.set_power_save(index=index, state=state)

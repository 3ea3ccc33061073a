"""How interfaces connect, and what is told of that; keys. Source: net/wireless/nl80211.c."""

from __future__ import annotations

import errno
from collections.abc import Generator
from typing import Any

from netlynx.engine.awaited import Awaited
from netlynx.engine.operation import Do, Event, Group, Talk
from netlynx.errors import from_errno
from netlynx.generic import Family, do, event

from ..connection import Associate, Authenticate, Connect, Disconnect, Leave, LinkEvent, Quality
from ..enums.reasons import Reason, Status
from ..key import Key, KeyFilter, KeyState
from ..numbers.commands import NL80211_CMD as _C


class Connections(Family, name="nl80211", version=1):
    """How interfaces connect, and what is told of that; keys."""

    connect = do(_C.CONNECT, request=Connect, required=("ssid",), privileged="namespace")
    update_connection = do(_C.UPDATE_CONNECT_PARAMS, request=Connect, privileged=True)
    disconnect = do(_C.DISCONNECT, request=Disconnect, privileged="namespace")
    authenticate = do(_C.AUTHENTICATE, request=Authenticate, required=("bssid", "ssid"), privileged="namespace")
    associate = do(_C.ASSOCIATE, request=Associate, required=("bssid", "ssid"), privileged="namespace")
    deauthenticate = do(_C.DEAUTHENTICATE, request=Leave, required=("mac", "reason"), privileged="namespace")
    disassociate = do(_C.DISASSOCIATE, request=Leave, required=("mac", "reason"), privileged="namespace")
    key = do(_C.GET_KEY, request=KeyFilter, reply=KeyState, reply_number=_C.NEW_KEY, privileged="namespace")
    new_key = do(_C.NEW_KEY, request=Key, privileged="namespace")
    set_key = do(_C.SET_KEY, request=Key, privileged="namespace")
    delete_key = do(_C.DEL_KEY, request=Key, privileged="namespace")
    set_quality = do(_C.SET_CQM, request=Quality, privileged="namespace")
    authenticated = event(_C.AUTHENTICATE, LinkEvent, group="mlme")
    associated = event(_C.ASSOCIATE, LinkEvent, group="mlme")
    deauthenticated = event(_C.DEAUTHENTICATE, LinkEvent, group="mlme")
    disassociated = event(_C.DISASSOCIATE, LinkEvent, group="mlme")
    unprotected_deauthenticate = event(_C.UNPROT_DEAUTHENTICATE, LinkEvent, group="mlme")
    unprotected_disassociate = event(_C.UNPROT_DISASSOCIATE, LinkEvent, group="mlme")
    unprotected_beacon = event(_C.UNPROT_BEACON, LinkEvent, group="mlme")
    connected = event(_C.CONNECT, LinkEvent, group="mlme")
    roamed = event(_C.ROAM, LinkEvent, group="mlme")
    authorized = event(_C.PORT_AUTHORIZED, LinkEvent, group="mlme")
    disconnected = event(_C.DISCONNECT, LinkEvent, group="mlme")
    ibss_joined = event(_C.JOIN_IBSS, LinkEvent, group="mlme")
    mic_failed = event(_C.MICHAEL_MIC_FAILURE, LinkEvent, group="mlme")
    on_channel = event(_C.REMAIN_ON_CHANNEL, LinkEvent, group="mlme")
    off_channel = event(_C.CANCEL_REMAIN_ON_CHANNEL, LinkEvent, group="mlme")
    frame_sent = event(_C.FRAME_TX_STATUS, LinkEvent, group="mlme")
    frame_wait_over = event(_C.FRAME_WAIT_CANCEL, LinkEvent, group="mlme")
    quality = event(_C.NOTIFY_CQM, LinkEvent, group="mlme")
    peer_candidate = event(_C.NEW_PEER_CANDIDATE, LinkEvent, group="mlme")
    connection_refused = event(_C.CONN_FAILED, LinkEvent, group="mlme")
    radar = event(_C.RADAR_DETECT, LinkEvent, group="mlme")
    channel_switch_begins = event(_C.CH_SWITCH_STARTED_NOTIFY, LinkEvent, group="mlme")
    channel_switched = event(_C.CH_SWITCH_NOTIFY, LinkEvent, group="mlme")
    ft = event(_C.FT_EVENT, LinkEvent, group="mlme")
    tdls = event(_C.TDLS_OPER, LinkEvent, group="mlme")


CONNECTIONS: Group[Any] = Connections.notifications("mlme")
"""How interfaces connect and part: each step, with the frames that made it."""

authenticate = Connections.authenticate  # (index=…, bssid=…, ssid=…, frequency=…, auth_type=…): a step of connecting
associate = Connections.associate  # (index=…, bssid=…, ssid=…, frequency=…, elements=…): the next one
deauthenticate = Connections.deauthenticate  # (index=…, mac=…, reason=…)
disassociate = Connections.disassociate  # (index=…, mac=…, reason=…)
key = Connections.key  # (index=…, id=…, mac=…): the sequence number of a key
add_key = Connections.new_key  # (index=…, id=…, cipher=…, data=…, mac=…)
set_key = Connections.set_key  # (index=…, id=…, default=True): the key to use
delete_key = Connections.delete_key  # (index=…, id=…, mac=…)
set_quality = Connections.set_quality  # (index=…, thresholds=…): when it is told that a connection got worse


def connect(index: int | str, ssid: str, **values: Any) -> Talk[LinkEvent]:
    """Connect an interface to a network, wait until it is, and return what was told of it.

    `values` are further fields of `Connect`. A network that is open needs none. Of one with WPA the kernel does what
    comes before the handshake; that, and its keys, is for a program such as wpa_supplicant, unless the device does it
    itself (`pmk`). Raises EncodeError for a value that a field cannot have, NetlinkError: ECONNREFUSED with the status
    that the access point gave, ETIMEDOUT where it, or any such network, did not answer.
    """
    asked = Connections.connect(index=index, ssid=ssid, **values)
    connecting = Awaited("nl80211.connect", asked, (Connections.connected,), _connected)

    def steps() -> Generator[Any, Any, LinkEvent]:
        told: LinkEvent = yield connecting
        return told

    return Talk("nl80211.connect", steps)


def disconnect(index: int | str, *, reason: Reason | str | int = Reason.DEAUTHENTICATED_LEAVING) -> Do[None]:
    """Have an interface leave its network; `reason` is what the access point is told."""
    return Connections.disconnect(index=index, reason=reason)


def _connected(asked: Do[Any], event: Event[Any]) -> LinkEvent | None:
    """What an event says of a request to connect. Raises NetlinkError where that failed."""
    request: Any = asked.request
    told: LinkEvent = event.record
    if told.index != request.index:
        return None
    if told.timed_out:
        step = "" if told.timeout is None else f" ({told.timeout})"
        raise from_errno(
            errno.ETIMEDOUT, f"no network {request.ssid!r} that fits this answered{step}", asked=str(asked)
        )
    if told.status != Status.SUCCESS:
        raise from_errno(errno.ECONNREFUSED, f"the access point refused: {told.status}", asked=str(asked))
    return told

"""Stations of interfaces. Source: net/wireless/nl80211.c."""

from __future__ import annotations

from netlynx.engine.operation import Do, Dump
from netlynx.generic import Family, do, dump, event

from ..numbers.commands import NL80211_CMD as _C
from ..station import Station, StationKey, StationRemoval, StationSettings


class Stations(Family, name="nl80211", version=1):
    """Stations of interfaces."""

    station = do(_C.GET_STATION, request=StationKey, reply=Station, reply_number=_C.NEW_STATION, required=("mac",))
    stations = dump(_C.GET_STATION, request=StationKey, reply=Station, reply_number=_C.NEW_STATION)
    new_station = do(_C.NEW_STATION, request=StationSettings, required=("mac",), privileged="namespace")
    set_station = do(_C.SET_STATION, request=StationSettings, required=("mac",), privileged="namespace")
    delete_station = do(_C.DEL_STATION, request=StationRemoval, privileged="namespace")
    station_new = event(_C.NEW_STATION, Station, group="mlme")
    station_gone = event(_C.DEL_STATION, Station, group="mlme")
    station_changed = event(_C.SET_STATION, Station, group="mlme")


add_station = Stations.new_station  # (index=…, mac=…, aid=…, listen_interval=…, rates=…)
set_station = Stations.set_station  # (index=…, mac=…, flags=… and so on): what is None stays


def stations(index: int | str) -> Dump[Station]:
    """The stations that an interface knows: of an access point those that are connected, else the access point."""
    return Stations.stations(index=index)


def station(index: int | str, mac: str) -> Do[Station]:
    """One station of an interface, by its address. `NotFound` for one that is not there."""
    return Stations.station(index=index, mac=mac)


def delete_station(index: int | str, mac: str | None = None, *, reason: int | None = None) -> Do[None]:
    """Throw a station out, or all of an interface; `reason` is what they are told (`Reason`)."""
    return Stations.delete_station(index=index, mac=mac, reason=reason)

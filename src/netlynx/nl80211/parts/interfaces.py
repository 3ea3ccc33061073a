"""Interfaces: listed, made, changed. Source: net/wireless/nl80211.c."""

from __future__ import annotations

from netlynx.engine.operation import Do, Dump
from netlynx.generic import Family, do, dump, event

from ..interface import Interface, InterfaceChange, InterfaceKey, NewInterface
from ..numbers.commands import NL80211_CMD as _C


class Interfaces(Family, name="nl80211", version=1):
    """Interfaces: listed, made, changed."""

    interface = do(_C.GET_INTERFACE, request=InterfaceKey, reply=Interface, reply_number=_C.NEW_INTERFACE)
    interfaces = dump(
        _C.GET_INTERFACE, request=InterfaceKey, reply=Interface, reply_number=_C.NEW_INTERFACE, match=("wiphy",)
    )
    new_interface = do(
        _C.NEW_INTERFACE,
        request=NewInterface,
        reply=Interface,
        reply_number=_C.NEW_INTERFACE,
        required=("name",),
        privileged="namespace",
    )
    set_interface = do(_C.SET_INTERFACE, request=InterfaceChange, privileged="namespace")
    delete_interface = do(_C.DEL_INTERFACE, request=InterfaceKey, privileged="namespace")
    interface_new = event(_C.NEW_INTERFACE, Interface, group="config")
    interface_gone = event(_C.DEL_INTERFACE, Interface, group="config")
    interface_changed = event(_C.SET_INTERFACE, Interface, group="config")


add_interface = Interfaces.new_interface  # (wiphy=…, name=…, type=…): answers what was made
change_interface = Interfaces.set_interface  # (index=…, type=… and so on): what is None stays


def interfaces(*, wiphy: int | None = None) -> Dump[Interface]:
    """Wireless interfaces: all, or those of one radio. Those without a network device are among them."""
    return Interfaces.interfaces(wiphy=wiphy)


def interface(index: int | str) -> Do[Interface]:
    """One interface, by its index or name. NetlinkError with ENODEV for one that is not wireless."""
    return Interfaces.interface(index=index)


def delete_interface(index: int | str | None = None, *, wdev: int | None = None) -> Do[None]:
    """Take an interface away, by its index or name, or by the `wdev` of one that has neither."""
    return Interfaces.delete_interface(index=index, wdev=wdev)

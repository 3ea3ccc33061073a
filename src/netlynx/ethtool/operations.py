"""What can be asked: of one device by its name or index, and of all; and what can be set.

Fields of the request beyond the device are given by name: ``pause("eth0", request_flags=RequestFlags.STATS)``. What
sets something takes a record, or its fields; those that are None stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from netlynx.generic.declaration import DoCommand
from netlynx.operation import Do, Group

from .family import Ethtool
from .header import RequestFlags
from .strings import StringSet, StringSetId, StringSets

T = TypeVar("T")

EVENTS: Group[Any] = Ethtool.notifications()  # Any: of as many records as there are notifications
"""All that changes through this interface, and what cable tests, flashing and power controllers say."""


class One(Generic[T]):
    """A question about one device: ``rings("eth0")``."""

    def __init__(self, command: DoCommand[..., Any, T]) -> None:
        self.command = command

    def __call__(self, device: str | int, **values: Any) -> Do[T]:
        """The operation, of a device by name or index; `values` are further fields of the request.

        Raises EncodeError for a value that a field cannot have, TypeError for a field that there is not.
        """
        which: dict[str, Any] = {"device_index": device} if isinstance(device, int) else {"device": device}
        return self.command(**which, **values)


linkinfo = One(Ethtool.linkinfo)  # (device): port, transceiver and crossover
linkinfos = Ethtool.linkinfos
set_linkinfo = Ethtool.set_linkinfo
linkmodes = One(Ethtool.linkmodes)  # (device): speed, duplex and link modes
all_linkmodes = Ethtool.all_linkmodes
set_linkmodes = Ethtool.set_linkmodes
linkstate = One(Ethtool.linkstate)  # (device): whether there is a link
linkstates = Ethtool.linkstates
debug = One(Ethtool.debug)  # (device): what the driver logs
all_debug = Ethtool.all_debug
set_debug = Ethtool.set_debug
wol = One(Ethtool.wol)  # (device): what wakes the machine
all_wol = Ethtool.all_wol
set_wol = Ethtool.set_wol
features = One(Ethtool.features)  # (device): what it does in place of the kernel
all_features = Ethtool.all_features
set_features = Ethtool.set_features  # the answer: `active` has what changed, `wanted` what was not granted
privflags = One(Ethtool.privflags)  # (device): the driver's own flags
all_privflags = Ethtool.all_privflags
set_privflags = Ethtool.set_privflags
rings = One(Ethtool.rings)  # (device): sizes of rings
all_rings = Ethtool.all_rings
set_rings = Ethtool.set_rings
channels = One(Ethtool.channels)  # (device): numbers of channels
all_channels = Ethtool.all_channels
set_channels = Ethtool.set_channels
coalesce = One(Ethtool.coalesce)  # (device): when the device interrupts
all_coalesce = Ethtool.all_coalesce
set_coalesce = Ethtool.set_coalesce
pause = One(Ethtool.pause)  # (device): pause frames
all_pause = Ethtool.all_pause
set_pause = Ethtool.set_pause
eee = One(Ethtool.eee)  # (device): energy-efficient Ethernet
all_eee = Ethtool.all_eee
set_eee = Ethtool.set_eee
tsinfo = One(Ethtool.tsinfo)  # (device): what timestamps can be had; `provider` says of which clock
all_tsinfo = Ethtool.all_tsinfo
tsconfig = One(Ethtool.tsconfig)  # (device): what timestamps are made
all_tsconfig = Ethtool.all_tsconfig
set_tsconfig = Ethtool.set_tsconfig  # the answer: what the device made of it
tunnels = One(Ethtool.tunnels)  # (device): UDP ports of tunnels
all_tunnels = Ethtool.all_tunnels
fec = One(Ethtool.fec)  # (device): forward error correction
all_fec = Ethtool.all_fec
set_fec = Ethtool.set_fec
statistics = One(Ethtool.statistics)  # (device): counters that standards define; `wanted` names their groups
all_statistics = Ethtool.all_statistics  # (wanted=): the kernel wants the groups named
phc_vclocks = One(Ethtool.phc_vclocks)  # (device): virtual clocks
all_phc_vclocks = Ethtool.all_phc_vclocks
module = One(Ethtool.module)  # (device): the plug-in module
modules = Ethtool.modules
set_module = Ethtool.set_module
pse = One(Ethtool.pse)  # (device): power over Ethernet
all_pse = Ethtool.all_pse
set_pse = Ethtool.set_pse
mm = One(Ethtool.mm)  # (device): MAC merge
all_mm = Ethtool.all_mm
set_mm = Ethtool.set_mm
phy = One(Ethtool.phy)  # (device): the PHY, or the one of a `phy_index`
phys = Ethtool.phys
mse = One(Ethtool.mse)  # (device): mean square errors of the signal
all_mse = Ethtool.all_mse
rss = One(Ethtool.rss)  # (device): receive-side scaling of the device, or of its `context`
all_rss = Ethtool.all_rss  # (): of all contexts of all devices, or of one `device`
set_rss = Ethtool.set_rss
create_rss = Ethtool.create_rss  # (Rss): a further context, whose number the answer has
delete_rss = Ethtool.delete_rss
plca = One(Ethtool.plca)  # (device): PLCA as it is configured
all_plca = Ethtool.all_plca
set_plca = Ethtool.set_plca
plca_status = One(Ethtool.plca_status)  # (device): whether PLCA works
plca_statuses = Ethtool.plca_statuses
eeprom = One(Ethtool.eeprom)  # (device, offset=, length=, page=, i2c_address=): a part of a page of a module's EEPROM
flash_module = Ethtool.flash_module  # (device=, file=): new firmware; how it goes are events
test_cable = One(Ethtool.test_cable)  # (device): what is the matter with the cable are events
measure_cable = One(Ethtool.measure_cable)  # (device, config=): how the cable reflects are events


def string_sets(
    sets: Sequence[StringSetId | int], device: str | int | None = None, *, counts_only: bool = False
) -> Do[StringSets]:
    """Sets of strings by their numbers; those that are a device's own want the device."""
    which: dict[str, Any] = {"device_index": device} if isinstance(device, int) else {"device": device}
    if device is None:
        which = {"request_flags": RequestFlags(0)}  # the kernel wants a header, if an empty one
    wanted = tuple(StringSet(id=each) for each in sets)  # type: ignore[arg-type]  # numbers will do
    return Ethtool.string_sets(sets=wanted, counts_only=counts_only, **which)

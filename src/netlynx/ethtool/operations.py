"""What can be asked: of one device by its name or index, and of all; and what can be set.

Fields of the request beyond the device are given by name: ``pause("eth0", request_flags=RequestFlags.STATS)``. What
sets something takes a record, or its fields; those that are None stay. A listing of all takes a `device` (by its proper
name) or `device_index` too, and shows what it has of that one.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, Generic, TypeVar

from netlynx.engine.operation import Do, Dump, Group, Talk
from netlynx.generic.declaration import DoCommand
from netlynx.schema.arguments import several_of

from .bitset import Bits
from .eeprom import ModuleEeprom
from .family import Ethtool
from .header import RequestFlags
from .settings import Setting
from .statistics import EVERYWHERE, Statistics
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
set_linkinfo = Setting(Ethtool.set_linkinfo, Ethtool.linkinfo)
linkmodes = One(Ethtool.linkmodes)  # (device): speed, duplex and link modes
all_linkmodes = Ethtool.all_linkmodes
set_linkmodes = Setting(Ethtool.set_linkmodes, Ethtool.linkmodes)
linkstate = One(Ethtool.linkstate)  # (device): whether there is a link
linkstates = Ethtool.linkstates
debug = One(Ethtool.debug)  # (device): what the driver logs
all_debug = Ethtool.all_debug
set_debug = Setting(Ethtool.set_debug, Ethtool.debug)
wol = One(Ethtool.wol)  # (device): what wakes the machine
all_wol = Ethtool.all_wol
set_wol = Setting(Ethtool.set_wol, Ethtool.wol)
features = One(Ethtool.features)  # (device): what it does in place of the kernel
all_features = Ethtool.all_features
set_features = Setting(
    Ethtool.set_features, Ethtool.features
)  # the answer: `active` has what changed, `wanted` what was not granted
privflags = One(Ethtool.privflags)  # (device): the driver's own flags
all_privflags = Ethtool.all_privflags
set_privflags = Setting(Ethtool.set_privflags, Ethtool.privflags)
rings = One(Ethtool.rings)  # (device): sizes of rings
all_rings = Ethtool.all_rings
set_rings = Setting(Ethtool.set_rings, Ethtool.rings)
channels = One(Ethtool.channels)  # (device): numbers of channels
all_channels = Ethtool.all_channels
set_channels = Setting(Ethtool.set_channels, Ethtool.channels)
coalesce = One(Ethtool.coalesce)  # (device): when the device interrupts
all_coalesce = Ethtool.all_coalesce
set_coalesce = Setting(Ethtool.set_coalesce, Ethtool.coalesce)
pause = One(Ethtool.pause)  # (device): pause frames
all_pause = Ethtool.all_pause
set_pause = Setting(Ethtool.set_pause, Ethtool.pause)
eee = One(Ethtool.eee)  # (device): energy-efficient Ethernet
all_eee = Ethtool.all_eee
set_eee = Setting(Ethtool.set_eee, Ethtool.eee)
tsinfo = One(Ethtool.tsinfo)  # (device): what timestamps can be had; `provider` says of which clock
all_tsinfo = Ethtool.all_tsinfo
tsconfig = One(Ethtool.tsconfig)  # (device): what timestamps are made
all_tsconfig = Ethtool.all_tsconfig
set_tsconfig = Setting(Ethtool.set_tsconfig, Ethtool.tsconfig)  # the answer: what the device made of it
tunnels = One(Ethtool.tunnels)  # (device): UDP ports of tunnels
all_tunnels = Ethtool.all_tunnels
fec = One(Ethtool.fec)  # (device): forward error correction
all_fec = Ethtool.all_fec
set_fec = Setting(Ethtool.set_fec, Ethtool.fec)
phc_vclocks = One(Ethtool.phc_vclocks)  # (device): virtual clocks
all_phc_vclocks = Ethtool.all_phc_vclocks
module = One(Ethtool.module)  # (device): the plug-in module
modules = Ethtool.modules
set_module = Setting(Ethtool.set_module, Ethtool.module)
pse = One(Ethtool.pse)  # (device): power over Ethernet
all_pse = Ethtool.all_pse
set_pse = Setting(Ethtool.set_pse, Ethtool.pse)
mm = One(Ethtool.mm)  # (device): MAC merge
all_mm = Ethtool.all_mm
set_mm = Setting(Ethtool.set_mm, Ethtool.mm)
phy = One(Ethtool.phy)  # (device): the PHY, or the one of a `phy_index`
phys = Ethtool.phys
mse = One(Ethtool.mse)  # (device): mean square errors of the signal
all_mse = Ethtool.all_mse
rss = One(Ethtool.rss)  # (device): receive-side scaling of the device, or of its `context`
all_rss = Ethtool.all_rss  # (): of all contexts of all devices, or of one `device`
set_rss = Setting(Ethtool.set_rss, Ethtool.rss)
create_rss = Ethtool.create_rss  # (Rss): a further context, whose number the answer has
delete_rss = Ethtool.delete_rss
plca = One(Ethtool.plca)  # (device): PLCA as it is configured
all_plca = Ethtool.all_plca
set_plca = Setting(Ethtool.set_plca, Ethtool.plca)
plca_status = One(Ethtool.plca_status)  # (device): whether PLCA works
plca_statuses = Ethtool.plca_statuses
flash_module = Ethtool.flash_module  # (device=, file=): new firmware; how it goes are events
test_cable = One(Ethtool.test_cable)  # (device): what is the matter with the cable are events
measure_cable = One(Ethtool.measure_cable)  # (device, config=): how the cable reflects are events


def statistics(device: str | int, *, wanted: Any = None, **values: Any) -> Do[Statistics] | Talk[Statistics]:
    """Counters that standards define, of a device by name or index: in all groups that the kernel has.

    `wanted` names groups instead: eth-phy, eth-mac, eth-ctrl, rmon, phydev. `values` are further fields of the request.
    Raises EncodeError for a value that a field cannot have, TypeError for a field that there is not.
    """
    which: dict[str, Any] = {"device_index": device} if isinstance(device, int) else {"device": device}
    if wanted is not None:
        return Ethtool.statistics(**which, wanted=wanted, **values)
    asking = string_sets([StringSetId.STATS_STD])
    Ethtool.statistics(**which, **values)  # refused now, if at all

    def steps() -> Generator[Do[Any], Any, Statistics]:
        groups = yield asking  # a kernel refuses one that it does not have
        names = Bits(on=tuple(name for each in groups.sets for name in each.names.values()))
        answer: Statistics = yield Ethtool.statistics(**which, wanted=names, **values)
        return answer

    return Talk("Ethtool.statistics", steps)


def all_statistics(**values: Any) -> Dump[Statistics]:
    """The same of all devices, in the groups `wanted`: in those that every kernel has, unless given (not phydev).

    Raises as `statistics`.
    """
    return Ethtool.all_statistics(**{"wanted": EVERYWHERE, **values})


def eeprom(
    device: str | int,
    *,
    offset: int = 0,
    length: int = 128,
    page: int = 0,
    bank: int | None = None,
    i2c_address: int = 0x50,
    **values: Any,
) -> Do[ModuleEeprom]:
    """A part of a page of a plug-in module's EEPROM: of at most 128 bytes, which may not go on over byte 128.

    What is not given is as ethtool(8) has it. Raises EncodeError for a value that a field cannot have.
    """
    which: dict[str, Any] = {"device_index": device} if isinstance(device, int) else {"device": device}
    return Ethtool.eeprom(
        **which, offset=offset, length=length, page=page, bank=bank, i2c_address=i2c_address, **values
    )


def string_sets(
    sets: Sequence[StringSetId | int], device: str | int | None = None, *, counts_only: bool = False
) -> Do[StringSets]:
    """Sets of strings by their numbers; those that are a device's own want the device."""
    which: dict[str, Any] = {"device_index": device} if isinstance(device, int) else {"device": device}
    if device is None:
        which = {"request_flags": RequestFlags(0)}  # the kernel wants a header, if an empty one
    sets = several_of(sets, "ethtool.string_sets(sets)")
    wanted = tuple(StringSet(id=each) for each in sets)
    return Ethtool.string_sets(sets=wanted, counts_only=counts_only, **which)

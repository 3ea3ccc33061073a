"""Requests about datapaths, ports, meters and limits: what the kernel wants, and what it would not look at.

Source: net/openvswitch/datapath.c, vport.c, vport-*.c, meter.c, conntrack.c.
"""

from __future__ import annotations

from typing import Any

from netlynx.errors import EncodeError
from netlynx.ovs.ct_limit import DEFAULT_ZONE, CtLimits, ZoneLimit
from netlynx.ovs.datapath import Datapath
from netlynx.ovs.meter import Meter
from netlynx.ovs.values import BandType, DatapathFeatures, VportType
from netlynx.ovs.vport import Vport
from netlynx.schema.record import replace_fields, was_read
from netlynx.schema.sending import changed, is_set, settable

_PER_CPU = DatapathFeatures.DISPATCH_UPCALL_PER_CPU
_TUNNELS = (VportType.VXLAN, VportType.GENEVE)  # which have options
_MOST_ZONES = 0xFFFF
_MOST_PORTS = 0xFFFF  # DP_MAX_PORTS is one more
_LARGEST_CACHE = 4096  # masks: PCPU_MIN_UNIT_SIZE / sizeof(struct mask_cache_entry)


def datapath_key(datapath: Datapath) -> Datapath:
    """What a datapath is found by. Raises EncodeError without."""
    if datapath.name is not None:
        return Datapath(name=datapath.name)
    if not datapath.index:
        raise EncodeError("say which datapath: its name, or the index of its link", "Datapath.name")
    return Datapath(index=datapath.index)


def _check_datapath(datapath: Datapath, features: DatapathFeatures) -> None:
    size = datapath.masks_cache_size
    if size is not None and (size & (size - 1) or size > _LARGEST_CACHE):
        raise EncodeError(f"it is 0 or a power of 2 up to {_LARGEST_CACHE}, not {size}", "Datapath.masks_cache_size")
    if datapath.per_cpu_pids is not None:
        if not datapath.per_cpu_pids:
            raise EncodeError("give the port ID of a socket for each processor", "Datapath.per_cpu_pids")
        if not features & _PER_CPU:
            raise EncodeError("they take the feature dispatch_upcall_per_cpu", "Datapath.per_cpu_pids")


def datapath_made(datapath: Datapath) -> Datapath:
    """A datapath as the kernel takes a new one; without an `upcall_pid` nobody is asked. Raises EncodeError."""
    read = was_read(datapath)
    datapath = settable(datapath, "Datapath")
    if not datapath.name:
        raise EncodeError("a datapath has a name, which its link has too", "Datapath.name")
    if datapath.index and not read:
        raise EncodeError("the kernel chooses it: wanted_index says what it is to be", "Datapath.index")
    features = datapath.features or DatapathFeatures(0)
    _check_datapath(datapath, features)
    pid = 0 if datapath.upcall_pid is None else datapath.upcall_pid
    return replace_fields(datapath, index=0, upcall_pid=pid, features=features)


def datapath_changed(datapath: Datapath) -> Datapath:
    """What is to be different of a datapath, with what it is found by. Raises EncodeError where nothing is."""
    key = datapath_key(datapath)
    sent = settable(datapath, "Datapath", ("name", "index"))
    for name, why in (
        ("upcall_pid", "it is that of its local port, which is a Vport: change that"),
        ("wanted_index", "it is for new datapaths: leave it out"),
    ):
        if is_set(sent, name):
            raise EncodeError(why, f"Datapath.{name}")
    names = ("features", "masks_cache_size", "per_cpu_pids")
    wanted = {name: getattr(sent, name) for name in names if getattr(sent, name) is not None}
    if was_read(datapath) and not changed(datapath):
        wanted = {}
    if not wanted:
        raise EncodeError(f"say what it is to be: {', '.join(names)} can be changed", "Datapath")
    made = replace_fields(key, **wanted)
    if made.features is not None:
        _check_datapath(made, made.features)
    else:
        _check_datapath(made, _PER_CPU)  # whether it has that feature is seen when it is asked
    return made


def check_features(datapath: Datapath) -> None:
    """Raises EncodeError for what the features, which are known by now, do not go with."""
    _check_datapath(datapath, datapath.features or DatapathFeatures(0))


def vport_key(vport: Vport) -> Vport:
    """What a port is found by: its name, in the datapath if that is said, or the datapath and its number."""
    if vport.name is not None:
        return Vport(datapath=vport.datapath, name=vport.name)
    if vport.number is None or not vport.datapath:
        raise EncodeError("say which port: its name, or its datapath and its number", "Vport.name")
    return Vport(datapath=vport.datapath, number=vport.number)


def vport_made(vport: Vport) -> Vport:
    """A port as the kernel takes a new one; without `upcall_pids` nobody is asked. Raises EncodeError."""
    read = was_read(vport)
    vport = settable(vport, "Vport")
    if not vport.datapath:
        raise EncodeError("say in which datapath", "Vport.datapath")
    if not vport.name:
        raise EncodeError("a port has the name of its link", "Vport.name")
    kind = vport.type
    if kind is None or kind == VportType.UNSPEC:
        raise EncodeError("say what it is: netdev for a link that is there, internal, gre, vxlan, geneve", "Vport.type")
    if vport.number is not None and not 0 < vport.number <= _MOST_PORTS:
        why = "is the local port's" if vport.number == 0 else "is more than there are"
        raise EncodeError(
            f"{vport.number} {why}: 1 to {_MOST_PORTS}, or leave it out for one that is free", "Vport.number"
        )
    _check_options(vport, kind)
    if vport.index is not None and kind != VportType.INTERNAL:
        if not read:
            raise EncodeError("it is for internal ports: leave it out", "Vport.index")
        vport = replace_fields(vport, index=None)
    pids = (0,) if vport.upcall_pids is None else vport.upcall_pids
    return replace_fields(vport, upcall_pids=pids)


def _check_options(vport: Vport, kind: Any) -> None:
    options = vport.options
    if kind not in _TUNNELS:
        if options is not None:
            raise EncodeError(f"{kind!s} ports have none: leave it out", "Vport.options")
        return
    if options is None or not options.port:
        raise EncodeError("say the UDP port where the tunnel hears", "Vport.options.port")
    if options.extensions is not None and kind != VportType.VXLAN:
        raise EncodeError(f"{kind!s} has none: leave it out", "Vport.options.extensions")


def vport_changed(vport: Vport) -> Vport:
    """What changes a port: of those that are there, who is asked. Raises EncodeError for all else."""
    key = vport_key(vport)
    for name in ("type", "options", "index"):
        if name in changed(vport) or (not was_read(vport) and is_set(vport, name)):
            raise EncodeError("it cannot be changed: delete the port and add another", f"Vport.{name}")
    if was_read(vport) and "upcall_pids" not in changed(vport):
        raise EncodeError("say who is asked: upcall_pids can be changed", "Vport.upcall_pids")
    settable(vport, "Vport", ("name", "number"))
    if not vport.upcall_pids:
        raise EncodeError("give the port IDs of the sockets that are asked, or 0 for none", "Vport.upcall_pids")
    return replace_fields(key, upcall_pids=vport.upcall_pids)


def meter_made(meter: Meter) -> Meter:
    """A meter as the kernel takes it. Raises EncodeError."""
    if was_read(meter):
        raise EncodeError("the kernel tells no rates: say anew what it is to be", "Meter.bands")
    meter = settable(meter, "Meter")
    _check_meter(meter)
    if not meter.bands:
        raise EncodeError("a meter without bands limits nothing: give one", "Meter.bands")
    if meter.clear and meter.statistics is not None:
        raise EncodeError("a meter that keeps none begins with none: leave them, or clear, out", "Meter.statistics")
    bands = []
    for i, band in enumerate(meter.bands):
        if not band.rate:
            raise EncodeError("a band has a rate, from 1", f"Meter.bands[{i}].rate")
        if band.type not in (None, BandType.DROP):
            raise EncodeError("kernels drop packets above the rate, and know no other band", f"Meter.bands[{i}].type")
        burst = band.rate if band.burst is None else band.burst
        bands.append(replace_fields(band, type=BandType.DROP, burst=burst))
    return replace_fields(meter, bands=tuple(bands))


def meter_key(meter: Meter) -> Meter:
    """What a meter is found by. Raises EncodeError without."""
    _check_meter(meter)
    return Meter(datapath=meter.datapath, id=meter.id)


def _check_meter(meter: Meter) -> None:
    if not meter.datapath:
        raise EncodeError("say of which datapath", "Meter.datapath")
    if meter.id is None:
        raise EncodeError("say which meter", "Meter.id")


def limits_of(limits: tuple[ZoneLimit, ...], path: str) -> CtLimits:
    """Limits in one request. Raises EncodeError for a zone that there cannot be, which the kernel would pass over."""
    if not limits:
        raise EncodeError("give a limit", path)
    for limit in limits:
        if not DEFAULT_ZONE <= limit.zone <= _MOST_ZONES:
            raise EncodeError(f"zones are 0 to {_MOST_ZONES}, and -1 for all others, not {limit.zone}", f"{path}.zone")
    return CtLimits(zones=limits)

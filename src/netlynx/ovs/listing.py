"""What is asked of Open vSwitch: lists, and single objects.

Source: net/openvswitch/datapath.c, meter.c, conntrack.c.
"""

from __future__ import annotations

from netlynx.engine.operation import Do, Dump
from netlynx.errors import EncodeError
from netlynx.ovs.ct_limit import CtLimits, ZoneLimit
from netlynx.ovs.datapath import Datapath
from netlynx.ovs.family import OvsCtLimit, OvsDatapath, OvsFlow, OvsMeter, OvsVport
from netlynx.ovs.flow import Flow
from netlynx.ovs.key import Key
from netlynx.ovs.meter import Meter
from netlynx.ovs.values import UfidFlags
from netlynx.ovs.vport import Vport
from netlynx.schema.arguments import flags_of, record_of, text_of


def datapaths() -> Dump[Datapath]:
    """All datapaths of the network namespace."""
    return OvsDatapath.list()


def datapath(which: int | str) -> Do[Datapath]:
    """One datapath, by its name or the index of its link; `NotFound` where there is none."""
    return OvsDatapath.get(Datapath(name=which) if isinstance(which, str) else Datapath(index=which))


def vports(datapath: int | str) -> Dump[Vport]:
    """The ports of a datapath."""
    return OvsVport.list(datapath=datapath)


def vport(name: str | None = None, *, datapath: int | str | None = None, number: int | None = None) -> Do[Vport]:
    """One port, by its name, or by its datapath and number; `NotFound` where there is none.

    Raises EncodeError for neither of these, and for both.
    """
    if (name is None) == (number is None):
        raise EncodeError("give a name, or a datapath and the number of a port in it", "ovs.vport")
    if number is not None and datapath is None:
        raise EncodeError("say in which datapath", "ovs.vport(datapath)")
    name = None if name is None else text_of(name, "ovs.vport(name)")
    return OvsVport.get(datapath=0 if datapath is None else datapath, name=name, number=number)


def flows(datapath: int | str, *, leave_out: UfidFlags | str | int | tuple[str, ...] = 0) -> Dump[Flow]:
    """The flows of a datapath, in no order.

    `leave_out` is what is not told of them: ``omit_key`` (of those that have a UFID), ``omit_mask``, ``omit_actions``.
    Raises EncodeError.
    """
    flags = flags_of(UfidFlags, leave_out, "ovs.flows(leave_out)")
    return OvsFlow.list(datapath=datapath, ufid_flags=flags or None)


def flow(which: Flow) -> Do[Flow]:
    """One flow, by its datapath and its UFID or its whole key (``Flow(datapath=5, key="in_port(1),…")``).

    The key is compared with that of the flow, all of it, without a mask; `NotFound` where there is none. Raises
    EncodeError.
    """
    from netlynx.ovs.flow_requests import flow_key

    return OvsFlow.get(flow_key(record_of(Flow, which, "ovs.flow(which)")))


def meter_features(datapath: int | str) -> Do[Meter]:
    """How many meters a datapath may have (`most_meters`), how many bands each, and of which types."""
    return OvsMeter.features(datapath=datapath)


def meter(datapath: int | str, id: int) -> Do[Meter]:
    """What a meter counted; `NotFound` where there is none."""
    return OvsMeter.get(datapath=datapath, id=id)


def ct_limits(*zones: int) -> Do[CtLimits]:
    """The limits of zones and how many connections those have; without any, of all that have one.

    The limit of all others stands first, as that of zone -1.
    """
    return OvsCtLimit.get(zones=[ZoneLimit(zone=zone) for zone in zones] or None)


def match(text: str) -> tuple[Key, Key]:
    """The key and the mask that words say, as `Flow(match=…)` has them. Raises EncodeError."""
    from netlynx.ovs.words.key_reading import match_of

    return match_of(text_of(text, "ovs.match(text)"))

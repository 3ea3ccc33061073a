"""The families of Open vSwitch: single messages. Source: net/openvswitch/datapath.c, meter.c, conntrack.c."""

from __future__ import annotations

from netlynx.engine.operation import Group
from netlynx.generic import Family, do, dump, event
from netlynx.ovs.constants import (
    OVS_CT_LIMIT_CMD,
    OVS_DP_CMD,
    OVS_FLOW_CMD,
    OVS_METER_CMD,
    OVS_PACKET_CMD,
    OVS_VPORT_CMD,
)
from netlynx.ovs.ct_limit import CtLimits
from netlynx.ovs.datapath import Datapath
from netlynx.ovs.flow import Flow
from netlynx.ovs.header import OvsHeader
from netlynx.ovs.meter import Meter
from netlynx.ovs.packet import Packet
from netlynx.ovs.vport import Vport


class OvsDatapath(Family, name="ovs_datapath", version=2, header=OvsHeader):
    """The family ``ovs_datapath``."""

    add = do(OVS_DP_CMD.NEW, request=Datapath, privileged="namespace")
    delete = do(OVS_DP_CMD.DEL, request=Datapath, privileged="namespace")
    get = do(OVS_DP_CMD.GET, request=Datapath, reply=Datapath)
    list = dump(OVS_DP_CMD.GET, request=Datapath, reply=Datapath)
    change = do(OVS_DP_CMD.SET, request=Datapath, privileged="namespace")

    added = event(OVS_DP_CMD.NEW, Datapath, group="ovs_datapath")
    changed = event(OVS_DP_CMD.SET, Datapath, group="ovs_datapath")
    deleted = event(OVS_DP_CMD.DEL, Datapath, group="ovs_datapath")


class OvsVport(Family, name="ovs_vport", version=1, header=OvsHeader):
    """The family ``ovs_vport``."""

    add = do(OVS_VPORT_CMD.NEW, request=Vport, privileged="namespace")
    delete = do(OVS_VPORT_CMD.DEL, request=Vport, privileged="namespace")
    get = do(OVS_VPORT_CMD.GET, request=Vport, reply=Vport)
    list = dump(OVS_VPORT_CMD.GET, request=Vport, reply=Vport)
    change = do(OVS_VPORT_CMD.SET, request=Vport, privileged="namespace")

    added = event(OVS_VPORT_CMD.NEW, Vport, group="ovs_vport")
    changed = event(OVS_VPORT_CMD.SET, Vport, group="ovs_vport")
    deleted = event(OVS_VPORT_CMD.DEL, Vport, group="ovs_vport")


class OvsFlow(Family, name="ovs_flow", version=1, header=OvsHeader, checked_from=OVS_FLOW_CMD.SET + 1):
    """The family ``ovs_flow``."""

    add = do(OVS_FLOW_CMD.NEW, request=Flow, privileged="namespace")
    delete = do(OVS_FLOW_CMD.DEL, request=Flow, privileged="namespace")
    get = do(OVS_FLOW_CMD.GET, request=Flow, reply=Flow)
    list = dump(OVS_FLOW_CMD.GET, request=Flow, reply=Flow)
    change = do(OVS_FLOW_CMD.SET, request=Flow, privileged="namespace")

    added = event(OVS_FLOW_CMD.NEW, Flow, group="ovs_flow")
    changed = event(OVS_FLOW_CMD.SET, Flow, group="ovs_flow")
    deleted = event(OVS_FLOW_CMD.DEL, Flow, group="ovs_flow")


class OvsPacket(Family, name="ovs_packet", version=1, header=OvsHeader):
    """The family ``ovs_packet``."""

    execute = do(OVS_PACKET_CMD.EXECUTE, request=Packet, privileged="namespace")


class OvsMeter(Family, name="ovs_meter", version=1, header=OvsHeader):
    """The family ``ovs_meter``."""

    features = do(OVS_METER_CMD.FEATURES, request=Meter, reply=Meter)
    set = do(OVS_METER_CMD.SET, request=Meter, reply=Meter, privileged="namespace")
    delete = do(OVS_METER_CMD.DEL, request=Meter, reply=Meter, privileged="namespace")
    get = do(OVS_METER_CMD.GET, request=Meter, reply=Meter)


class OvsCtLimit(Family, name="ovs_ct_limit", version=1, header=OvsHeader):
    """The family ``ovs_ct_limit``."""

    set = do(OVS_CT_LIMIT_CMD.SET, request=CtLimits, reply=CtLimits, privileged="namespace")
    delete = do(OVS_CT_LIMIT_CMD.DEL, request=CtLimits, reply=CtLimits, privileged="namespace")
    get = do(OVS_CT_LIMIT_CMD.GET, request=CtLimits, reply=CtLimits)


DATAPATHS: Group[Datapath] = OvsDatapath.notifications()
"""Datapaths that somebody makes, changes or removes."""

VPORTS: Group[Vport] = OvsVport.notifications()
"""Ports that are added, changed and removed, also because their link went."""

FLOWS: Group[Flow] = OvsFlow.notifications()
"""Flows that somebody adds, changes or removes."""

UPCALLS: Group[Packet] = Group(
    "ovs.UPCALLS",
    OvsDatapath.added.protocol,
    (),
    {},
    family="ovs_packet",
    commands={OVS_PACKET_CMD.MISS: ("miss", Packet), OVS_PACKET_CMD.ACTION: ("action", Packet)},
)
"""Packets that the kernel asks about: no flow is for them (``miss``), or an action sent them up (``action``).

They come to the socket that a datapath, a port or an action names by its port ID: `Subscription.portid`.
"""

"""The header of all of Open vSwitch's families: the datapath, by the index of its local port."""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Layout, interface, member, takes, u64
from netlynx.schema.facts import NoFacts


class OvsHeader(GenericHeader, c="ovs_header"):
    """The datapath that a message is about: the index or the name of the link that it has."""

    __facts__: ClassVar[NoFacts] = NoFacts("struct ovs_header, behind the generic header")

    dp_ifindex: takes.Name[int] = member(interface)


class FlowCounters(Layout, c="ovs_flow_stats"):
    """What a flow, a meter or a band of it counts."""

    packets: int = member(u64, c="n_packets")
    bytes: int = member(u64, c="n_bytes")

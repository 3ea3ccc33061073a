"""The family ``ovs_packet``."""

from __future__ import annotations

from .generated import OVS_PACKET_ATTR, OVS_PACKET_CMD, ExecuteRequest, OvsHeader, OvsPacket, Packet

__all__ = ["OVS_PACKET_ATTR", "OVS_PACKET_CMD", "ExecuteRequest", "OvsHeader", "OvsPacket", "Packet", "execute"]

execute = OvsPacket.execute

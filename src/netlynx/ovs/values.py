"""What fields of Open vSwitch's messages have names for. Source: linux/openvswitch.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Enumeration, FlagSet


class DatapathFeatures(FlagSet, prefix="OVS_DP_F_"):
    """What whoever made a datapath understands.

    `unaligned`: packets of upcalls need no padding. `vport_pids`: a port sends upcalls to several sockets.
    `tc_recirc_sharing`: packets that tc's chains sent on go on in flows of that `recirc_id`.
    `dispatch_upcall_per_cpu`: upcalls go to one socket for each processor, whatever the port.
    """

    UNALIGNED = 1
    VPORT_PIDS = 2
    TC_RECIRC_SHARING = 4
    DISPATCH_UPCALL_PER_CPU = 8


class VportType(Enumeration, prefix="OVS_VPORT_TYPE_"):
    """What a port is: a device that was there, one of the datapath's own, or a tunnel of all ends."""

    UNSPEC = 0
    NETDEV = 1
    INTERNAL = 2
    GRE = 3
    VXLAN = 4
    GENEVE = 5


class FragmentType(Enumeration, prefix="OVS_FRAG_TYPE_"):
    """Whether an IP packet is a fragment, and the first one."""

    NONE = 0
    FIRST = 1
    LATER = 2


class CtState(FlagSet, prefix="OVS_CS_F_"):
    """What connection tracking says of a packet."""

    NEW = 1
    ESTABLISHED = 2
    RELATED = 4
    REPLY_DIR = 8
    INVALID = 0x10
    TRACKED = 0x20
    SRC_NAT = 0x40
    DST_NAT = 0x80


class UfidFlags(FlagSet, prefix="OVS_UFID_F_"):
    """What the kernel is to leave out of flows that it tells."""

    OMIT_KEY = 1
    OMIT_MASK = 2
    OMIT_ACTIONS = 4


class HashAlgorithm(Enumeration, prefix="OVS_HASH_ALG_"):
    """What the hash of a packet is made of; `sym_l4` is the same both ways, and of newer kernels."""

    L4 = 0
    SYM_L4 = 1


class BandType(Enumeration, prefix="OVS_METER_BAND_TYPE_"):
    """What becomes of packets above the rate."""

    UNSPEC = 0
    DROP = 1


class MplsPlace(FlagSet):
    """Where an MPLS header goes: with `l3` before the network header, else before all of the packet."""

    __not_in_headers__: ClassVar[dict[str, str]] = {}

    L3 = 1

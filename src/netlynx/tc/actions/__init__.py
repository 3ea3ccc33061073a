"""What actions of one kind have of their own: TCA_ACT_OPTIONS by TCA_ACT_KIND. One line a kind, a file each."""

from __future__ import annotations

from typing import Final

from netlynx.schema import Kind, simpler
from netlynx.tc.actions.bpf import ActionInstruction, BpfAction, BpfAttributes
from netlynx.tc.actions.common import COUNTED
from netlynx.tc.actions.connmark import Connmark, ConnmarkAttributes
from netlynx.tc.actions.csum import Checksum, Csum, CsumAttributes
from netlynx.tc.actions.ct import Ct, CtAttributes, CtNat
from netlynx.tc.actions.ctinfo import Ctinfo, CtinfoAttributes
from netlynx.tc.actions.gact import Gact, GactAttributes, GactRandom
from netlynx.tc.actions.gate import Gate, GateAttributes, GateEntry
from netlynx.tc.actions.ife import Ife, IfeAttributes, IfeDirection, IfeMetadata
from netlynx.tc.actions.mirred import Mirred, MirredAttributes
from netlynx.tc.actions.mpls import Mpls, MplsAction, MplsAttributes
from netlynx.tc.actions.nat import Nat, NatAttributes
from netlynx.tc.actions.pedit import Pedit, PeditAttributes
from netlynx.tc.actions.police import POLICE, Police
from netlynx.tc.actions.sample import Sample, SampleAttributes
from netlynx.tc.actions.simple import Simple, SimpleAttributes
from netlynx.tc.actions.skbedit import PacketType, Skbedit, SkbeditAttributes
from netlynx.tc.actions.skbmod import Skbmod, SkbmodAttributes
from netlynx.tc.actions.tunnel_key import (
    KeyErspan,
    KeyGeneve,
    KeyOptions,
    KeyVxlan,
    TunnelKey,
    TunnelKeyAction,
    TunnelKeyAttributes,
)
from netlynx.tc.actions.vlan import Vlan, VlanAction, VlanAttributes

__all__ = [
    "ACTION_OPTIONS",
    "POLICE",
    "ActionInstruction",
    "BpfAction",
    "Checksum",
    "Connmark",
    "Csum",
    "Ct",
    "CtNat",
    "Ctinfo",
    "Gact",
    "GactRandom",
    "Gate",
    "GateEntry",
    "Ife",
    "IfeDirection",
    "IfeMetadata",
    "KeyErspan",
    "KeyGeneve",
    "KeyOptions",
    "KeyVxlan",
    "Mirred",
    "Mpls",
    "MplsAction",
    "Nat",
    "PacketType",
    "Pedit",
    "Police",
    "Sample",
    "Simple",
    "Skbedit",
    "Skbmod",
    "TunnelKey",
    "TunnelKeyAction",
    "Vlan",
    "VlanAction",
]

ACTION_OPTIONS: Final[dict[str, Kind]] = {
    "bpf": simpler(BpfAction, BpfAttributes, carried=COUNTED),
    "connmark": simpler(Connmark, ConnmarkAttributes, carried=COUNTED),
    "csum": simpler(Csum, CsumAttributes, carried=COUNTED),
    "ct": simpler(Ct, CtAttributes, carried=COUNTED),
    "ctinfo": simpler(Ctinfo, CtinfoAttributes, carried=COUNTED),
    "gact": simpler(Gact, GactAttributes, carried=COUNTED),
    "gate": simpler(Gate, GateAttributes, carried=COUNTED),
    "ife": simpler(Ife, IfeAttributes, carried=COUNTED),
    "mirred": simpler(Mirred, MirredAttributes, carried=COUNTED),
    "mpls": simpler(Mpls, MplsAttributes, carried=COUNTED),
    "nat": simpler(Nat, NatAttributes, carried=COUNTED),
    "pedit": simpler(Pedit, PeditAttributes),
    "police": POLICE,
    "sample": simpler(Sample, SampleAttributes, carried=COUNTED),
    "simple": simpler(Simple, SimpleAttributes, carried=COUNTED),
    "skbedit": simpler(Skbedit, SkbeditAttributes, carried=COUNTED),
    "skbmod": simpler(Skbmod, SkbmodAttributes, carried=COUNTED),
    "tunnel_key": simpler(TunnelKey, TunnelKeyAttributes, carried=COUNTED),
    "vlan": simpler(Vlan, VlanAttributes, carried=COUNTED),
}
"""TCA_ACT_OPTIONS by TCA_ACT_KIND."""

"""What `flower` says in parts: options of tunnels, label stacks, flags. Source: net/sched/cls_flower.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.schema import (
    FlagSet,
    Kind,
    Record,
    attr,
    be16,
    be32,
    be64,
    between,
    binary,
    boolean,
    multi,
    nest,
    simpler,
    takes,
    u8,
    u32,
)
from netlynx.schema.facts import Facts, NoFacts
from netlynx.tc.filters.flower_attributes import (
    TCA_FLOWER_KEY_CFM,
    TCA_FLOWER_KEY_ENC_OPT_ERSPAN,
    TCA_FLOWER_KEY_ENC_OPT_GENEVE,
    TCA_FLOWER_KEY_ENC_OPT_GTP,
    TCA_FLOWER_KEY_ENC_OPT_PFCP,
    TCA_FLOWER_KEY_ENC_OPT_VXLAN,
    TCA_FLOWER_KEY_ENC_OPTS,
    TCA_FLOWER_KEY_MPLS_OPT_LSE,
)


class ConntrackFlag(
    FlagSet,
    prefix="TCA_FLOWER_KEY_CT_FLAGS_",
    labels={
        "ESTABLISHED": "est",
        "RELATED": "rel",
        "TRACKED": "trk",
        "INVALID": "inv",
        "REPLY": "rpl",
    },
):
    """What connection tracking has found out of a packet."""

    NEW = 1
    ESTABLISHED = 2
    RELATED = 4
    TRACKED = 8
    INVALID = 16
    REPLY = 32


class FlowerFlag(
    FlagSet,
    prefix="TCA_FLOWER_KEY_FLAGS_",
    labels={
        "IS_FRAGMENT": "frag",
        "FRAG_IS_FIRST": "firstfrag",
        "TUNNEL_CSUM": "csum",
        "TUNNEL_DONT_FRAGMENT": "df",
        "TUNNEL_OAM": "oam",
        "TUNNEL_CRIT_OPT": "crit",
    },
):
    """A packet is a fragment, and the first one; a tunnel's header has a checksum, forbids fragments, and the like."""

    IS_FRAGMENT = 1
    FRAG_IS_FIRST = 2
    TUNNEL_CSUM = 4
    TUNNEL_DONT_FRAGMENT = 8
    TUNNEL_OAM = 16
    TUNNEL_CRIT_OPT = 32


class GeneveAttributes(Record):
    """Options of Geneve as a message has them: in a request one, in what the kernel tells all of them in a row."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=TCA_FLOWER_KEY_ENC_OPT_GENEVE,
        policy="geneve_opt_policy@net/sched/cls_flower.c",
        spec=("tc", "flower-key-enc-opt-geneve-attrs"),
    )
    __differs__: ClassVar[dict[str, str]] = {
        "classes": "in network byte order: fl_set_geneve_opt in net/sched/cls_flower.c",
    }

    classes: takes.Several[int] = attr(TCA_FLOWER_KEY_ENC_OPT_GENEVE.CLASS, multi(be16))
    types: takes.Several[int] = attr(TCA_FLOWER_KEY_ENC_OPT_GENEVE.TYPE, multi(u8))
    data: takes.Several[bytes] = attr(TCA_FLOWER_KEY_ENC_OPT_GENEVE.DATA, multi(binary(127)))


class GeneveOption(Record):
    """An option of Geneve: its class and type, and its data, a multiple of four bytes."""

    __facts__: ClassVar[NoFacts] = NoFacts("what people write of GeneveAttributes")

    class_: int | None = attr(1, be16)
    type: int | None = attr(2, u8)
    data: bytes | None = attr(3, binary(127))


class VxlanOption(Record):
    """The group policy of VXLAN."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=TCA_FLOWER_KEY_ENC_OPT_VXLAN,
        policy="vxlan_opt_policy@net/sched/cls_flower.c",
        spec=("tc", "flower-key-enc-opt-vxlan-attrs"),
    )

    gbp: int | None = attr(TCA_FLOWER_KEY_ENC_OPT_VXLAN.GBP, u32)


class ErspanOption(Record):
    """`version` 1 has an `index`; version 2 a `direction` and a `hardware_id`."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=TCA_FLOWER_KEY_ENC_OPT_ERSPAN,
        policy="erspan_opt_policy@net/sched/cls_flower.c",
        spec=("tc", "flower-key-enc-opt-erspan-attrs"),
    )
    __differs__: ClassVar[dict[str, str]] = {
        "index": "in network byte order: fl_set_erspan_opt in net/sched/cls_flower.c",
    }

    version: int | None = attr(TCA_FLOWER_KEY_ENC_OPT_ERSPAN.VER, u8)
    index: int | None = attr(TCA_FLOWER_KEY_ENC_OPT_ERSPAN.INDEX, be32)
    direction: int | None = attr(TCA_FLOWER_KEY_ENC_OPT_ERSPAN.DIR, u8)
    hardware_id: int | None = attr(TCA_FLOWER_KEY_ENC_OPT_ERSPAN.HWID, u8)


class GtpOption(Record):
    """The type of a GTP packet and the identifier of its flow's quality of service."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=TCA_FLOWER_KEY_ENC_OPT_GTP,
        policy="gtp_opt_policy",
        spec=("tc", "flower-key-enc-opt-gtp-attrs"),
    )

    pdu_type: int | None = attr(TCA_FLOWER_KEY_ENC_OPT_GTP.PDU_TYPE, u8)
    qfi: int | None = attr(TCA_FLOWER_KEY_ENC_OPT_GTP.QFI, u8)


class PfcpOption(Record):
    """The type of a PFCP message and its session."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_FLOWER_KEY_ENC_OPT_PFCP, policy="pfcp_opt_policy")

    type: int | None = attr(TCA_FLOWER_KEY_ENC_OPT_PFCP.TYPE, u8)
    seid: int | None = attr(TCA_FLOWER_KEY_ENC_OPT_PFCP.SEID, be64)


class TunnelAttributes(Record):
    """Options of a tunnel as a message has them."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=TCA_FLOWER_KEY_ENC_OPTS,
        policy="enc_opts_policy@net/sched/cls_flower.c",
        spec=("tc", "flower-key-enc-opts-attrs"),
    )

    geneve: takes.Records[GeneveAttributes] = attr(TCA_FLOWER_KEY_ENC_OPTS.GENEVE, multi(nest(GeneveAttributes)))
    vxlan: takes.Nested[VxlanOption | None] = attr(TCA_FLOWER_KEY_ENC_OPTS.VXLAN, nest(VxlanOption))
    erspan: takes.Nested[ErspanOption | None] = attr(TCA_FLOWER_KEY_ENC_OPTS.ERSPAN, nest(ErspanOption))
    gtp: takes.Nested[GtpOption | None] = attr(TCA_FLOWER_KEY_ENC_OPTS.GTP, nest(GtpOption))
    pfcp: takes.Nested[PfcpOption | None] = attr(TCA_FLOWER_KEY_ENC_OPTS.PFCP, nest(PfcpOption))


class TunnelOptions(Record):
    """Options of a tunnel's header, of one kind; those of Geneve may be several."""

    __facts__: ClassVar[NoFacts] = NoFacts("what people write of TunnelAttributes")

    geneve: takes.Records[GeneveOption] = attr(1, multi(nest(GeneveOption)))
    vxlan: takes.Nested[VxlanOption | None] = attr(2, nest(VxlanOption))
    erspan: takes.Nested[ErspanOption | None] = attr(3, nest(ErspanOption))
    gtp: takes.Nested[GtpOption | None] = attr(4, nest(GtpOption))
    pfcp: takes.Nested[PfcpOption | None] = attr(5, nest(PfcpOption))

    @classmethod
    def __read__(cls, wire: TunnelAttributes) -> TunnelOptions:
        found = []
        for each in wire.geneve:
            if not len(each.classes) == len(each.types) == len(each.data):
                raise ValueError("options of Geneve that are not whole")
            found += [
                GeneveOption(class_=one, type=type_, data=data)
                for one, type_, data in zip(each.classes, each.types, each.data, strict=True)
            ]
        return cls(geneve=found, vxlan=wire.vxlan, erspan=wire.erspan, gtp=wire.gtp, pfcp=wire.pfcp)

    def __write__(self) -> TunnelAttributes:
        said = [name for name in self.__declarations__ if getattr(self, name) not in (None, ())]
        if len(said) != 1:
            raise EncodeError(f"options are of one kind of tunnel, not of {' and '.join(said) or 'none'}")
        made = []
        for i, each in enumerate(self.geneve):
            if each.class_ is None or each.type is None or each.data is None:
                raise EncodeError("an option has a class, a type and data", f"geneve[{i}]")
            if len(each.data) % 4 or not each.data:
                raise EncodeError(f"its data are a multiple of 4 bytes, not {len(each.data)}", f"geneve[{i}].data")
            made.append(GeneveAttributes(classes=[each.class_], types=[each.type], data=[each.data]))
        return TunnelAttributes(geneve=made, vxlan=self.vxlan, erspan=self.erspan, gtp=self.gtp, pfcp=self.pfcp)


class LabelEntry(Record):
    """An entry of a label stack, `depth` 1 is the outermost."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=TCA_FLOWER_KEY_MPLS_OPT_LSE,
        policy="mpls_stack_entry_policy",
    )

    depth: int | None = attr(TCA_FLOWER_KEY_MPLS_OPT_LSE.DEPTH, u8)
    ttl: int | None = attr(TCA_FLOWER_KEY_MPLS_OPT_LSE.TTL, u8)
    bottom: bool | None = attr(TCA_FLOWER_KEY_MPLS_OPT_LSE.BOS, boolean)
    traffic_class: int | None = attr(TCA_FLOWER_KEY_MPLS_OPT_LSE.TC, u8)
    label: int | None = attr(TCA_FLOWER_KEY_MPLS_OPT_LSE.LABEL, u32)


class FaultManagement(Record):
    """The level of a maintenance domain, and what a message of it is."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=TCA_FLOWER_KEY_CFM, policy="cfm_opt_policy", spec=("tc", "flower-key-cfm-attrs")
    )

    level: int | None = attr(TCA_FLOWER_KEY_CFM.MD_LEVEL, between(u8, high=7))
    opcode: int | None = attr(TCA_FLOWER_KEY_CFM.OPCODE, u8)


TUNNEL_OPTIONS: Kind = simpler(TunnelOptions, TunnelAttributes)

"""Actions: what becomes of a packet, one after the other. Source: linux/openvswitch.h, net/openvswitch/actions.c."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from msgspec.structs import replace

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.ovs.key import Key, NshKey
from netlynx.ovs.key_constants import (
    OVS_ACTION_ATTR,
    OVS_CHECK_PKT_LEN_ATTR,
    OVS_CT_ATTR,
    OVS_DEC_TTL_ATTR,
    OVS_KEY_ATTR,
    OVS_NAT_ATTR,
    OVS_PSAMPLE_ATTR,
    OVS_SAMPLE_ATTR,
    OVS_USERSPACE_ATTR,
)
from netlynx.ovs.layouts import EthernetKey
from netlynx.ovs.masked import (
    MaskedCtLabels,
    MaskedEthernet,
    MaskedIpv4,
    MaskedIpv6,
    MaskedLabel,
    MaskedNumber,
    MaskedSctp,
    MaskedTcp,
    MaskedUdp,
)
from netlynx.ovs.values import HashAlgorithm, MplsPlace
from netlynx.schema import (
    Layout,
    Record,
    attr,
    be16,
    be32,
    binary,
    enum,
    flag,
    ip,
    member,
    nest,
    sequence,
    string,
    struct,
    takes,
    u16,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.schema.masks import Form
from netlynx.schema.record import RecordMeta
from netlynx.schema.settle import forget_class

_A = OVS_ACTION_ATTR
_K = OVS_KEY_ATTR


class PushVlan(Layout, c="ovs_action_push_vlan"):
    """A VLAN tag: its protocol, and its TCI: the ID in the low 12 bits, 0x1000 that there is a tag, the priority."""

    tpid: int = member(be16, default=0x8100, c="vlan_tpid")
    tci: int = member(be16, c="vlan_tci")


class PushMpls(Layout, c="ovs_action_push_mpls"):
    """An entry of a label stack (see `Key`), and the protocol of packets with one: 0x8847 or 0x8848."""

    lse: int = member(be32, c="mpls_lse")
    eth_type: int = member(be16, default=0x8847, c="mpls_ethertype")


class AddMpls(Layout, c="ovs_action_add_mpls"):
    """The same, and where it goes."""

    lse: int = member(be32, c="mpls_lse")
    eth_type: int = member(be16, default=0x8847, c="mpls_ethertype")
    place: takes.Flags[MplsPlace] = member(enum(MplsPlace, u16), c="tun_flags")


class Hash(Layout, c="ovs_action_hash"):
    """How a packet's hash is made, which `dp_hash` of keys is."""

    algorithm: takes.Member[HashAlgorithm] = member(enum(HashAlgorithm, u32), c="hash_alg")
    basis: int = member(u32, c="hash_basis")


class Userspace(Record):
    """Send a packet up to a socket; `data` goes along, with `actions` also those that the packet's flow has.

    `tunnel_out_port`: also say in which tunnel the packet would go out of that port. Of a datapath that asks one socket
    for each processor, `pid` does not count.
    """

    __facts__: ClassVar[Facts] = Facts(
        attributes=OVS_USERSPACE_ATTR, policy="userspace_policy", spec=("ovs_flow", "userspace-attrs")
    )

    pid: int | None = attr(OVS_USERSPACE_ATTR.PID, u32)
    data: bytes | None = attr(OVS_USERSPACE_ATTR.USERDATA, binary)
    tunnel_out_port: int | None = attr(OVS_USERSPACE_ATTR.EGRESS_TUN_PORT, u32)
    actions: bool = attr(OVS_USERSPACE_ATTR.ACTIONS, flag)


class Nat(Record):
    """Have addresses translated: of the source or the destination of new connections, to one of a range.

    Without either, only packets of connections that were committed with one are translated.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=OVS_NAT_ATTR, spec=("ovs_flow", "nat-attrs"))

    source: bool = attr(OVS_NAT_ATTR.SRC, flag)
    destination: bool = attr(OVS_NAT_ATTR.DST, flag)
    first: takes.Ip[str | None] = attr(OVS_NAT_ATTR.IP_MIN, ip)
    last: takes.Ip[str | None] = attr(OVS_NAT_ATTR.IP_MAX, ip)
    first_port: int | None = attr(OVS_NAT_ATTR.PROTO_MIN, u16)
    last_port: int | None = attr(OVS_NAT_ATTR.PROTO_MAX, u16)
    persistent: bool = attr(OVS_NAT_ATTR.PERSISTENT, flag)
    hash: bool = attr(OVS_NAT_ATTR.PROTO_HASH, flag)
    random: bool = attr(OVS_NAT_ATTR.PROTO_RANDOM, flag)


class Ct(Record):
    """Track the connection of a packet, in a zone; `commit` has it kept, with a mark, labels, a helper, timeouts.

    `force_commit` does so even where one is kept in the other direction. `event_mask` are the events that are told of.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=OVS_CT_ATTR, spec=("ovs_flow", "ct-attrs"))

    commit: bool = attr(OVS_CT_ATTR.COMMIT, flag)
    zone: int | None = attr(OVS_CT_ATTR.ZONE, u16)
    mark: takes.Nested[MaskedNumber | None] = attr(OVS_CT_ATTR.MARK, struct(MaskedNumber))
    label: takes.Nested[MaskedCtLabels | None] = attr(OVS_CT_ATTR.LABELS, struct(MaskedCtLabels))
    helper: str | None = attr(OVS_CT_ATTR.HELPER, string(15))
    nat: takes.Nested[Nat | None] = attr(OVS_CT_ATTR.NAT, nest(Nat))
    force_commit: bool = attr(OVS_CT_ATTR.FORCE_COMMIT, flag)
    event_mask: int | None = attr(OVS_CT_ATTR.EVENTMASK, u32)
    timeout: str | None = attr(OVS_CT_ATTR.TIMEOUT, string(31))


class Psample(Record):
    """Send a sample of a packet to whoever listens to a group of `psample`; newer kernels do."""

    __facts__: ClassVar[Facts] = Facts(attributes=OVS_PSAMPLE_ATTR, spec=("ovs_flow", "psample-attrs"))

    group: int | None = attr(OVS_PSAMPLE_ATTR.GROUP, u32)
    cookie: bytes | None = attr(OVS_PSAMPLE_ATTR.COOKIE, binary(16))


class MaskedKey(Record):
    """One header to write to a packet: of it the bits that the mask says."""

    __facts__: ClassVar[Facts] = Facts(attributes=_K, spec=("ovs_flow", "key-attrs"))
    __omitted__: ClassVar[dict[str, str]] = {"OVS_KEY_ATTR_*": "the kernel writes no part of them"}
    __differs__: ClassVar[dict[str, str]] = dict.fromkeys(
        ("priority", "ethernet", "ipv4", "ipv6", "tcp", "udp", "mark", "sctp", "mpls", "ct_mark"),
        "a key and its mask",
    )

    priority: takes.Nested[MaskedNumber | None] = attr(_K.PRIORITY, struct(MaskedNumber))
    ethernet: takes.Nested[MaskedEthernet | None] = attr(_K.ETHERNET, struct(MaskedEthernet))
    ipv4: takes.Nested[MaskedIpv4 | None] = attr(_K.IPV4, struct(MaskedIpv4))
    ipv6: takes.Nested[MaskedIpv6 | None] = attr(_K.IPV6, struct(MaskedIpv6))
    tcp: takes.Nested[MaskedTcp | None] = attr(_K.TCP, struct(MaskedTcp))
    udp: takes.Nested[MaskedUdp | None] = attr(_K.UDP, struct(MaskedUdp))
    mark: takes.Nested[MaskedNumber | None] = attr(_K.SKB_MARK, struct(MaskedNumber))
    sctp: takes.Nested[MaskedSctp | None] = attr(_K.SCTP, struct(MaskedSctp))
    mpls: takes.Nested[MaskedLabel | None] = attr(_K.MPLS, struct(MaskedLabel))
    ct_mark: takes.Nested[MaskedNumber | None] = attr(_K.CT_MARK, struct(MaskedNumber))
    ct_label: takes.Nested[MaskedCtLabels | None] = attr(_K.CT_LABELS, struct(MaskedCtLabels))


class _Actions(Form):
    """Actions in words, or one by one: each an `Action`, its fields, or its words."""

    spoken = True

    def settle(self, value: Any) -> tuple[Action, ...]:
        if isinstance(value, str):
            return _read(value)
        if isinstance(value, (bytes, Mapping)) or not isinstance(value, Iterable):
            raise EncodeTypeError(f"expected actions such as '2' or 'pop_vlan,3', not {type(value).__name__} {value!r}")
        made: list[Action] = []
        for i, each in enumerate(value):
            try:
                made.extend(_read(each) if isinstance(each, str) else (_one(each),))
            except EncodeError as error:
                forget_class(error, Action)
                raise error.within(f"[{i}]") from error.__cause__
        return tuple(made)


def _read(text: str) -> tuple[Action, ...]:
    from netlynx.ovs.words.action_reading import actions_of

    return actions_of(text)


def _one(value: Any) -> Action:
    if isinstance(value, Mapping):
        return Action(**value)
    if not isinstance(value, Action):
        shown = value if isinstance(type(value), RecordMeta) else f"{type(value).__name__} {value!r}"
        raise EncodeTypeError(f"expected an Action, its fields, or words such as '2', not {shown}")
    return value


ACTIONS = replace(sequence(lambda: Action), form=_Actions())
"""The kind of a field that has actions, in order; none drop the packet."""


class Sample(Record):
    """Carry actions out for some packets: of 2**32, as many as `probability` says."""

    __facts__: ClassVar[Facts] = Facts(attributes=OVS_SAMPLE_ATTR, spec=("ovs_flow", "sample-attrs"))

    probability: int | None = attr(OVS_SAMPLE_ATTR.PROBABILITY, u32)
    actions: takes.Takes[tuple[Action, ...] | None, Any] = attr(OVS_SAMPLE_ATTR.ACTIONS, ACTIONS)


class CheckLength(Record):
    """Carry some actions out for packets above a length, others for those that are not."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=OVS_CHECK_PKT_LEN_ATTR, policy="cpl_policy", spec=("ovs_flow", "check-pkt-len-attrs")
    )

    length: int | None = attr(OVS_CHECK_PKT_LEN_ATTR.PKT_LEN, u16)
    greater: takes.Takes[tuple[Action, ...] | None, Any] = attr(OVS_CHECK_PKT_LEN_ATTR.ACTIONS_IF_GREATER, ACTIONS)
    less_equal: takes.Takes[tuple[Action, ...] | None, Any] = attr(
        OVS_CHECK_PKT_LEN_ATTR.ACTIONS_IF_LESS_EQUAL, ACTIONS
    )


class DecTtl(Record):
    """Take one from a packet's TTL or hop limit; what becomes of a packet that has none left."""

    __facts__: ClassVar[Facts] = Facts(attributes=OVS_DEC_TTL_ATTR, spec=("ovs_flow", "dec-ttl-attrs"))

    actions: takes.Takes[tuple[Action, ...] | None, Any] = attr(OVS_DEC_TTL_ATTR.ACTION, ACTIONS)


class Action(Record):
    """One action: exactly one field is set. Lists of them are also given in words: ``"set(ipv4(ttl=5)),2"``.

    `output` is the number of a port, `recirc` the `recirc_id` with which the packet is looked up again, `trunc` the
    bytes of it that the next output sends. `set` replaces a header, of tunnels the one that it goes out in;
    `set_masked` some bits of it. `pop_mpls` is the protocol of what is below. `clone` does actions with a copy. `drop`
    ends them: a reason, 0 for none; on newer kernels.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=_A, spec=("ovs_flow", "action-attrs"))

    output: int | None = attr(_A.OUTPUT, u32)
    userspace: takes.Nested[Userspace | None] = attr(_A.USERSPACE, nest(Userspace))
    set: takes.Natural[Key | None] = attr(_A.SET, nest(Key))
    push_vlan: takes.Nested[PushVlan | None] = attr(_A.PUSH_VLAN, struct(PushVlan))
    pop_vlan: bool = attr(_A.POP_VLAN, flag)
    sample: takes.Nested[Sample | None] = attr(_A.SAMPLE, nest(Sample))
    recirc: int | None = attr(_A.RECIRC, u32)
    hash: takes.Nested[Hash | None] = attr(_A.HASH, struct(Hash))
    push_mpls: takes.Nested[PushMpls | None] = attr(_A.PUSH_MPLS, struct(PushMpls))
    pop_mpls: int | None = attr(_A.POP_MPLS, be16)
    set_masked: takes.Nested[MaskedKey | None] = attr(_A.SET_MASKED, nest(MaskedKey))
    ct: takes.Nested[Ct | None] = attr(_A.CT, nest(Ct))
    trunc: int | None = attr(_A.TRUNC, u32)
    push_eth: takes.Nested[EthernetKey | None] = attr(_A.PUSH_ETH, struct(EthernetKey))
    pop_eth: bool = attr(_A.POP_ETH, flag)
    ct_clear: bool = attr(_A.CT_CLEAR, flag)
    push_nsh: takes.Nested[NshKey | None] = attr(_A.PUSH_NSH, nest(NshKey))
    pop_nsh: bool = attr(_A.POP_NSH, flag)
    meter: int | None = attr(_A.METER, u32)
    clone: takes.Takes[tuple[Action, ...] | None, Any] = attr(_A.CLONE, ACTIONS)
    check_pkt_len: takes.Nested[CheckLength | None] = attr(_A.CHECK_PKT_LEN, nest(CheckLength))
    add_mpls: takes.Nested[AddMpls | None] = attr(_A.ADD_MPLS, struct(AddMpls))
    dec_ttl: takes.Nested[DecTtl | None] = attr(_A.DEC_TTL, nest(DecTtl))
    drop: int | None = attr(_A.DROP, u32)
    psample: takes.Nested[Psample | None] = attr(_A.PSAMPLE, nest(Psample))

    @property
    def words(self) -> str:
        """The same in words, as `ovs-dpctl` has them."""
        from netlynx.ovs.words.action_writing import action_words

        return action_words(self)

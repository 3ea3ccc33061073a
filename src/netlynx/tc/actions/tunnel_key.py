"""`tunnel_key`: what the device of a tunnel writes around a packet.

Source: linux/tc_act/tc_tunnel_key.h, net/sched/act_tunnel_key.c, tc-tunnel_key(8).
"""

from __future__ import annotations

import struct as structs
from collections.abc import Iterator
from typing import ClassVar, Self

from netlynx.errors import EncodeError
from netlynx.schema import (
    Constants,
    Enumeration,
    Record,
    attr,
    be16,
    be32,
    binary,
    boolean,
    enum,
    flag,
    ip,
    member,
    multi,
    nest,
    s32,
    simpler,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.tc.actions.common import SIMPLE, Controlled, Parms, Times, lacks, needs, parms_of, refers, said


class TCA_TUNNEL_KEY(Constants):
    """Attributes of `tunnel_key`."""

    __omitted__: ClassVar[dict[str, str]] = {
        "TCA_TUNNEL_KEY_ACT_*": "what is done: TunnelKeyAction",
        "TCA_TUNNEL_KEY_ENC_OPT*": "sets of their own",
    }

    UNSPEC = 0
    TM = 1
    PARMS = 2
    ENC_IPV4_SRC = 3
    ENC_IPV4_DST = 4
    ENC_IPV6_SRC = 5
    ENC_IPV6_DST = 6
    ENC_KEY_ID = 7
    PAD = 8
    ENC_DST_PORT = 9
    NO_CSUM = 10
    ENC_OPTS = 11
    ENC_TOS = 12
    ENC_TTL = 13
    NO_FRAG = 14


class TCA_TUNNEL_KEY_ENC_OPTS(Constants):
    """Attributes of the options."""

    UNSPEC = 0
    GENEVE = 1
    VXLAN = 2
    ERSPAN = 3


class TCA_TUNNEL_KEY_ENC_OPT_GENEVE(Constants):
    """Attributes of an option of Geneve."""

    UNSPEC = 0
    CLASS = 1
    TYPE = 2
    DATA = 3


class TCA_TUNNEL_KEY_ENC_OPT_VXLAN(Constants):
    """Attributes of the options of VXLAN."""

    UNSPEC = 0
    GBP = 1


class TCA_TUNNEL_KEY_ENC_OPT_ERSPAN(Constants):
    """Attributes of the options of ERSPAN."""

    UNSPEC = 0
    VER = 1
    INDEX = 2
    DIR = 3
    HWID = 4


class TunnelKeyAction(Enumeration, prefix="TCA_TUNNEL_KEY_ACT_", renamed={"UNSET": "TCA_TUNNEL_KEY_ACT_RELEASE"}):
    """Whether a packet gets what is to be written around it, or loses what it had."""

    SET = 1
    UNSET = 2


class TunnelKeyParms(Parms, c="tc_tunnel_key"):
    """The struct of `tunnel_key`."""

    action: takes.Member[TunnelKeyAction] = member(enum(TunnelKeyAction, s32), c="t_action")


class KeyGeneve(Record):
    """An option of Geneve: whose it is (`class_`), its `type`, and `data` of a multiple of 4 bytes."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=TCA_TUNNEL_KEY_ENC_OPT_GENEVE, policy="geneve_opt_policy@net/sched/act_tunnel_key.c"
    )

    class_: int | None = attr(TCA_TUNNEL_KEY_ENC_OPT_GENEVE.CLASS, be16)
    type: int | None = attr(TCA_TUNNEL_KEY_ENC_OPT_GENEVE.TYPE, u8)
    data: bytes | None = attr(TCA_TUNNEL_KEY_ENC_OPT_GENEVE.DATA, binary(127))


class KeyVxlan(Record):
    """The options of VXLAN: its group policy."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=TCA_TUNNEL_KEY_ENC_OPT_VXLAN, policy="vxlan_opt_policy@net/sched/act_tunnel_key.c"
    )

    gbp: int | None = attr(TCA_TUNNEL_KEY_ENC_OPT_VXLAN.GBP, u32)


class KeyErspan(Record):
    """The options of ERSPAN: of version 1 an `index`, of version 2 a `direction` (1: out) and a hardware's number."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=TCA_TUNNEL_KEY_ENC_OPT_ERSPAN, policy="erspan_opt_policy@net/sched/act_tunnel_key.c"
    )

    version: int | None = attr(TCA_TUNNEL_KEY_ENC_OPT_ERSPAN.VER, u8)
    index: int | None = attr(TCA_TUNNEL_KEY_ENC_OPT_ERSPAN.INDEX, be32)
    direction: int | None = attr(TCA_TUNNEL_KEY_ENC_OPT_ERSPAN.DIR, u8)
    hardware: int | None = attr(TCA_TUNNEL_KEY_ENC_OPT_ERSPAN.HWID, u8)


class KeyOptionsAttributes(Record):
    """Options of one sort of tunnels. Those of Geneve stand in a nest each where they are set, and in one behind each
    other where the kernel tells them."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=TCA_TUNNEL_KEY_ENC_OPTS, policy="enc_opts_policy@net/sched/act_tunnel_key.c"
    )
    __differs__: ClassVar[dict[str, str]] = {"geneve": "a nest, of as many options as the kernel likes"}

    geneve: takes.Several[bytes] = attr(TCA_TUNNEL_KEY_ENC_OPTS.GENEVE, multi(binary))
    vxlan: takes.Nested[KeyVxlan | None] = attr(TCA_TUNNEL_KEY_ENC_OPTS.VXLAN, nest(KeyVxlan))
    erspan: takes.Nested[KeyErspan | None] = attr(TCA_TUNNEL_KEY_ENC_OPTS.ERSPAN, nest(KeyErspan))


class KeyOptions(Record):
    """Options of one sort of tunnels: those of Geneve, of which there may be several, or VXLAN's, or ERSPAN's."""

    __facts__ = SIMPLE

    geneve: takes.Records[KeyGeneve] = attr(1, multi(nest(KeyGeneve)))
    vxlan: takes.Nested[KeyVxlan | None] = attr(2, nest(KeyVxlan))
    erspan: takes.Nested[KeyErspan | None] = attr(3, nest(KeyErspan))

    @classmethod
    def __read__(cls, wire: KeyOptionsAttributes) -> Self:
        options = [KeyGeneve.from_bytes(each) for payload in wire.geneve for each in _split(payload)]
        return cls(geneve=tuple(options), vxlan=wire.vxlan, erspan=wire.erspan)

    def __write__(self) -> KeyOptionsAttributes:
        return KeyOptionsAttributes(
            geneve=tuple(each.to_bytes() for each in self.geneve), vxlan=self.vxlan, erspan=self.erspan
        )


def _split(payload: bytes) -> Iterator[bytes]:
    """The options that stand in a nest: each begins with its class."""
    start = at = 0
    while at < len(payload):
        length, number = _HEAD.unpack_from(payload, at)
        if number & _TYPE == TCA_TUNNEL_KEY_ENC_OPT_GENEVE.CLASS and at > start:
            yield payload[start:at]
            start = at
        if length < _HEAD.size:
            raise ValueError(f"an attribute of {length} bytes")
        at += length + 3 & ~3
    yield payload[start:]


_HEAD = structs.Struct("=HH")  # struct nlattr
_TYPE = 0x3FFF
OPTIONS = simpler(KeyOptions, KeyOptionsAttributes)


class TunnelKeyAttributes(Record):
    """The attributes of `tunnel_key`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_TUNNEL_KEY, policy="tunnel_key_policy")

    source: takes.Ip[str | None] = attr(TCA_TUNNEL_KEY.ENC_IPV4_SRC, ip, ip6=TCA_TUNNEL_KEY.ENC_IPV6_SRC)
    destination: takes.Ip[str | None] = attr(TCA_TUNNEL_KEY.ENC_IPV4_DST, ip, ip6=TCA_TUNNEL_KEY.ENC_IPV6_DST)
    id: int | None = attr(TCA_TUNNEL_KEY.ENC_KEY_ID, be32)
    destination_port: int | None = attr(TCA_TUNNEL_KEY.ENC_DST_PORT, be16)
    options: takes.Nested[KeyOptions | None] = attr(TCA_TUNNEL_KEY.ENC_OPTS, OPTIONS)
    tos: int | None = attr(TCA_TUNNEL_KEY.ENC_TOS, u8)
    ttl: int | None = attr(TCA_TUNNEL_KEY.ENC_TTL, u8)
    no_checksum: int | None = attr(TCA_TUNNEL_KEY.NO_CSUM, u8)
    no_fragments: bool = attr(TCA_TUNNEL_KEY.NO_FRAG, flag)
    parms: takes.Nested[TunnelKeyParms | None] = attr(TCA_TUNNEL_KEY.PARMS, struct(TunnelKeyParms))
    times: takes.Nested[Times | None] = attr(TCA_TUNNEL_KEY.TM, struct(Times), read_only=True)


class TunnelKey(Controlled):
    """`tunnel_key`: a device that carries tunnels whose ends each packet says (``Tunnel(external=True)``) is told them:
    ``TunnelKey(action="set", source="192.0.2.1", destination="192.0.2.2", id=42)``; ``unset`` takes that off.

    `destination_port`, `tos`, `ttl` and `options` are of the outer packet, which has a checksum unless `checksum` is
    False, and may not be cut into pieces with `no_fragments`. Source: tunnel_key_init in net/sched/act_tunnel_key.c,
    tc-tunnel_key(8).
    """

    action: takes.Member[TunnelKeyAction | None] = attr(6, enum(TunnelKeyAction, s32))
    source: takes.Ip[str | None] = attr(7, ip)
    destination: takes.Ip[str | None] = attr(8, ip)
    id: int | None = attr(9, u32)
    destination_port: int | None = attr(10, u16)
    options: takes.Nested[KeyOptions | None] = attr(11, OPTIONS)
    tos: int | None = attr(12, u8)
    ttl: int | None = attr(13, u8)
    checksum: bool | None = attr(14, boolean)
    no_fragments: bool | None = attr(15, boolean)

    @classmethod
    def __read__(cls, wire: TunnelKeyAttributes) -> Self:
        parms = wire.parms or TunnelKeyParms()
        sets = parms.action != TunnelKeyAction.UNSET
        return cls(
            **said(parms, wire.times),
            action=parms.action or None,
            checksum=None if wire.no_checksum is None or not sets else not wire.no_checksum,
            no_fragments=wire.no_fragments or None,
            **{name: getattr(wire, name) for name in _SAME},
        )

    def __write__(self) -> TunnelKeyAttributes:
        if self.action is None and self.index is None:
            raise EncodeError("say set or unset", "action")
        if self.action is TunnelKeyAction.UNSET:
            lacks(self, *_SAME, "checksum", "no_fragments", what="unset")
        elif self.action is not None:
            needs(self, "source", "destination", what="set")
            if (":" in str(self.source)) != (":" in str(self.destination)):
                raise EncodeError(f"it is of another family than the source, {self.source}", "destination")
            if self.options is not None:
                _check_options(self.options)
        unsaid = refers(self) or self.action is None
        return TunnelKeyAttributes(
            parms=parms_of(TunnelKeyParms, self, action=self.action or 0),
            no_checksum=None if unsaid else int(self.checksum is False),
            no_fragments=bool(self.no_fragments),
            times=self.times,
            **{name: getattr(self, name) for name in _SAME},
        )


_SAME = ("source", "destination", "id", "destination_port", "options", "tos", "ttl")


def _check_options(options: KeyOptions) -> None:
    """Raises EncodeError for options of several sorts of tunnels, and for what an option lacks."""
    sorts = [name for name in ("geneve", "vxlan", "erspan") if getattr(options, name)]
    if len(sorts) > 1:
        raise EncodeError(f"a packet has options of one sort of tunnels: {sorts[0]} already", f"options.{sorts[1]}")
    for i, each in enumerate(options.geneve):
        where = f"options.geneve[{i}]"
        if None in (each.class_, each.type, each.data):
            raise EncodeError("an option has a class, a type and data", where)
        if not each.data or len(each.data) % 4:
            raise EncodeError(f"{len(each.data or b'')} bytes are no multiple of 4", f"{where}.data")
    erspan = options.erspan
    if erspan is not None:
        wanted = {1: ("index",), 2: ("direction", "hardware")}.get(erspan.version or 0)
        if wanted is None:
            raise EncodeError("it is 1 or 2", "options.erspan.version")
        for name in wanted:
            if getattr(erspan, name) is None:
                raise EncodeError(f"version {erspan.version} needs it", f"options.erspan.{name}")

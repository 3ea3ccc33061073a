"""States (security associations): how packets of a flow are transformed, and what was counted of it.

Source: linux/xfrm.h, copy_to_user_state_extra and xfrm_state_construct in net/xfrm/xfrm_user.c; ip-xfrm(8).
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.errors import EncodeError
from netlynx.route.constants import AddressFamily
from netlynx.schema import (
    Layout,
    Record,
    attr,
    enum,
    flag,
    head,
    ip6,
    ip_of,
    member,
    spelt,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts
from netlynx.schema.kinds import be32
from netlynx.schema.spelling import Spelt
from netlynx.xfrm.algorithms import AeadAlgorithm, Algorithm, AuthAlgorithm, Replay, ReplayWindow, SecurityContext
from netlynx.xfrm.constants import (
    XFRMA,
    ExtraFlags,
    Mode,
    Protocol,
    StateDirection,
    StateFlags,
)
from netlynx.xfrm.parts import Encapsulation, Limits, Mark, Offload, Selector, Used, address_beside, family_of


class Spi(Spelt):
    """The number that packets of a state have in their header (SPI): ``0xc0ffee01``. Of IPComp it is the CPI."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> int:
        """See `Spelt.parse`."""
        try:
            return int(text, 0)
        except ValueError:
            raise EncodeError(f"{text!r} is no SPI such as 0x1000") from None

    @property
    def label(self) -> str:
        """In hexadecimal, eight digits."""
        return f"0x{int(self):08x}"


spi = spelt(Spi, be32)


class StateHeader(Layout, c="xfrm_usersa_info"):
    """The fixed header of a state's message."""

    selector: takes.Nested[Selector | None] = member(struct(Selector), c="sel")
    destination: takes.Ip[str | None] = member(ip_of("family"), c="daddr")
    spi: takes.Member[Spi] = member(spi, default=Spi(0), c="spi")
    protocol: takes.Member[Protocol] = member(enum(Protocol, u8), c="proto")
    source: takes.Ip[str | None] = member(ip_of("family"), c="saddr", align=4)
    limits: takes.Nested[Limits | None] = member(struct(Limits), c="lft")
    used: takes.Nested[Used | None] = member(struct(Used), c="curlft")
    window_errors: int = member(u32, c="replay_window")
    replay_errors: int = member(u32, c="replay")
    integrity_errors: int = member(u32, c="integrity_failed")
    sequence: int = member(u32, c="seq")
    reqid: int = member(u32, c="reqid")
    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u16), c="family")
    mode: takes.Member[Mode] = member(enum(Mode, u8), c="mode")
    replay_window: int = member(u8, c="replay_window")
    flags: takes.Flags[StateFlags] = member(enum(StateFlags, u8), c="flags")


class StateIdHeader(Layout, c="xfrm_usersa_id"):
    """What a state is known by: the fixed header of requests for one."""

    destination: takes.Ip[str | None] = member(ip_of("family"), c="daddr")
    spi: takes.Member[Spi] = member(spi, default=Spi(0), c="spi")
    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u16), c="family")
    protocol: takes.Member[Protocol] = member(enum(Protocol, u8), c="proto")


OF_POLICIES = "of policies: Policy"
_OF_REQUESTS = "of requests: StateId, Wanted"
_OF_EVENTS = "of replay events: ReplayEvent"

NOT_OF_STATES: dict[str, str] = {
    "XFRMA_TMPL": OF_POLICIES,
    "XFRMA_POLICY": OF_POLICIES,
    "XFRMA_POLICY_TYPE": OF_POLICIES,
    "XFRMA_MIGRATE": "of migrations: Migration",
    "XFRMA_KMADDRESS": "of migrations: Migration",
    "XFRMA_SRCADDR": _OF_REQUESTS,
    "XFRMA_PROTO": _OF_REQUESTS,
    "XFRMA_ADDRESS_FILTER": _OF_REQUESTS,
    "XFRMA_LTIME_VAL": _OF_EVENTS,
    "XFRMA_REPLAY_THRESH": _OF_EVENTS,
    "XFRMA_ETIMER_THRESH": _OF_EVENTS,
    "XFRMA_SA": "of what tells of one that goes: GoneState",
}


class StateAttributes(Record):
    """What all messages that tell of a state have, behind different headers."""

    __behind__: ClassVar[bool] = True

    __facts__: ClassVar[Facts] = Facts(attributes=XFRMA, policy="xfrma_policy")
    __omitted__: ClassVar[dict[str, str]] = NOT_OF_STATES

    aead: takes.Nested[AeadAlgorithm | None] = attr(XFRMA.ALG_AEAD, struct(AeadAlgorithm))
    auth: takes.Nested[Algorithm | None] = attr(XFRMA.ALG_AUTH, struct(Algorithm))
    auth_truncated: takes.Nested[AuthAlgorithm | None] = attr(XFRMA.ALG_AUTH_TRUNC, struct(AuthAlgorithm))
    encryption: takes.Nested[Algorithm | None] = attr(XFRMA.ALG_CRYPT, struct(Algorithm))
    compression: takes.Nested[Algorithm | None] = attr(XFRMA.ALG_COMP, struct(Algorithm))
    encapsulation: takes.Nested[Encapsulation | None] = attr(XFRMA.ENCAP, struct(Encapsulation))
    padding: int | None = attr(XFRMA.TFCPAD, u32)  # bytes that packets are padded to
    mark: takes.Natural[Mark | None] = attr(XFRMA.MARK, struct(Mark))
    output_mark: int | None = attr(XFRMA.SET_MARK, u32)
    output_mark_mask: int | None = attr(XFRMA.SET_MARK_MASK, u32)
    if_id: int | None = attr(XFRMA.IF_ID, u32)
    direction: takes.Member[StateDirection | None] = attr(XFRMA.SA_DIR, enum(StateDirection, u8))
    cpu: int | None = attr(XFRMA.SA_PCPU, u32)
    replay: takes.Nested[Replay | None] = attr(XFRMA.REPLAY_VAL, struct(Replay))
    window: takes.Nested[ReplayWindow | None] = attr(XFRMA.REPLAY_ESN_VAL, struct(ReplayWindow))
    extra_flags: takes.Flags[ExtraFlags | None] = attr(XFRMA.SA_EXTRA_FLAGS, enum(ExtraFlags, u32))
    offload: takes.Nested[Offload | None] = attr(XFRMA.OFFLOAD_DEV, struct(Offload))
    security: takes.Natural[SecurityContext | None] = attr(XFRMA.SEC_CTX, struct(SecurityContext))
    care_of: takes.Ip[str | None] = attr(XFRMA.COADDR, ip6)
    last_used: int | None = attr(XFRMA.LASTUSED, u64, read_only=True)
    mapping_seconds: int | None = attr(XFRMA.MTIMER_THRESH, u32)
    keepalive: int | None = attr(XFRMA.NAT_KEEPALIVE_INTERVAL, u32)
    iptfs_drop_time: int | None = attr(XFRMA.IPTFS_DROP_TIME, u32)
    iptfs_reorder_window: int | None = attr(XFRMA.IPTFS_REORDER_WINDOW, u16)
    iptfs_no_fragments: bool = attr(XFRMA.IPTFS_DONT_FRAG, flag)
    iptfs_delay: int | None = attr(XFRMA.IPTFS_INIT_DELAY, u32)
    iptfs_queue_size: int | None = attr(XFRMA.IPTFS_MAX_QSIZE, u32)
    iptfs_packet_size: int | None = attr(XFRMA.IPTFS_PKT_SIZE, u32)


class State(StateAttributes, header=StateHeader):
    """A state (`xfrm_usersa_info` + `XFRMA_*`).

    It is known by `destination`, `spi`, `protocol` (esp, ah, comp) and `mark`. To add one takes these, `source`, and
    what it does: ESP takes `aead`, or `encryption` with `auth` or `auth_truncated`; AH one of the two last; IPComp
    `compression`. `mode` is transport unless given. `selector` is what packets inside a tunnel may be, all of the
    addresses' family unless given. `reqid` and `if_id` tie it to the templates of policies.

    | field | meaning |
    |---|---|
    | `limits`, `used` | how long it lives, and what of that is used; unlimited unless given |
    | `window_errors`, `replay_errors`, `integrity_errors` | packets too old, that came twice, that are forged |
    | `sequence` | the number of the acquire that it answers |
    | `replay_window`, `replay` | packets that may come late, 32 at most, and which came |
    | `window` | the same for more of them, and with the flag esn |
    | `encapsulation`, `keepalive`, `mapping_seconds` | ESP in UDP or TCP; seconds between two of each |
    | `mark`, `output_mark`, `output_mark_mask` | of packets that come; which they get, in which bits |
    | `direction`, `cpu` | whether it is for packets in or out; the CPU that alone uses it |
    | `padding` | bytes that packets are padded to (TFC) |
    | `offload` | the device that does the work |
    | `last_used` | when a packet last used it, in seconds since 1970 |
    | `care_of` | of Mobile IPv6 |
    | `iptfs_drop_time`, `iptfs_delay` | microseconds until a lost packet is given up, until the first is sent |
    | `iptfs_reorder_window`, `iptfs_queue_size`, `iptfs_packet_size` | packets, bytes, bytes: 0 is the path's MTU |

    Keys stand in its algorithms, and in no text of it.
    """

    selector: takes.Nested[Selector | None] = head(default=None)
    destination: takes.Ip[str | None] = head(default=None, always=True)
    spi: takes.Member[Spi] = head(default=Spi(0), always=True)
    protocol: takes.Member[Protocol] = head(default=Protocol.ANY, always=True)
    source: takes.Ip[str | None] = head(default=None, always=True)
    limits: takes.Nested[Limits | None] = head(default=None)
    used: takes.Nested[Used | None] = head(default=None, read_only=True)
    window_errors: int = head(read_only=True)
    replay_errors: int = head(read_only=True)
    integrity_errors: int = head(read_only=True)
    sequence: int = head()
    reqid: int = head()
    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC)
    mode: takes.Member[Mode] = head(default=Mode.TRANSPORT, always=True)
    replay_window: int = head()
    flags: takes.Flags[StateFlags] = head(default=StateFlags(0))

    @classmethod
    def __settle__(cls, values: dict[str, Any]) -> dict[str, Any]:
        if not values.get("family"):
            return {**values, "family": family_of(values.get("destination"), values.get("source"))}
        return values


class StateId(Record, header=StateIdHeader):
    """A state as requests name it."""

    __facts__: ClassVar[Facts] = Facts(attributes=XFRMA, policy="xfrma_policy")
    __omitted__: ClassVar[dict[str, str]] = {"XFRMA_*": "not what a state is known by: State"}

    destination: takes.Ip[str | None] = head(default=None)
    spi: takes.Member[Spi] = head(default=Spi(0))
    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC)
    protocol: takes.Member[Protocol] = head(default=Protocol.ANY)
    source: takes.Ip[str | None] = attr(XFRMA.SRCADDR, address_beside)
    mark: takes.Natural[Mark | None] = attr(XFRMA.MARK, struct(Mark))


class GoneState(StateAttributes, header=StateIdHeader):
    """A state that was deleted: what it was known by, what it was (`state`), and its attributes."""

    __omitted__: ClassVar[dict[str, str]] = {name: why for name, why in NOT_OF_STATES.items() if name != "XFRMA_SA"}

    destination: takes.Ip[str | None] = head(default=None, always=True)
    spi: takes.Member[Spi] = head(default=Spi(0), always=True)
    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC)
    protocol: takes.Member[Protocol] = head(default=Protocol.ANY, always=True)
    state: takes.Nested[StateHeader | None] = attr(XFRMA.SA, struct(StateHeader))

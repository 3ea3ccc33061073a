"""What is said of radios and interfaces of IEEE 802.15.4. Source: net/ieee802154/nl802154.c.

Identifiers of networks and addresses are of 2 and 8 bytes, the lowest first on every machine: numbers here are those
of little-endian ones. Powers and levels are in hundredths of a dBm.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import (
    Record,
    attr,
    binary,
    boolean,
    enum,
    flag,
    indexed,
    interface,
    keyed,
    multi,
    namespace,
    nest,
    s8,
    s32,
    string,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts

from .constants import (
    NL802154_ATTR,
    NL802154_CAP_ATTR,
    NL802154_COORD,
    NL802154_DEV_ADDR_ATTR,
    AddressMode,
    BoolState,
    CcaMode,
    CcaOption,
    InterfaceType,
    PeerType,
    ScanEnd,
    ScanType,
)

_FACTS = Facts(attributes=NL802154_ATTR, policy="nl802154_policy")
_OTHER = {"NL802154_ATTR_*": "not of this message"}
_PHY_NAME, _NAME = 19, 15


class Abilities(Record):
    """What a radio can be set to. Of sets, the members are the keys."""

    __facts__: ClassVar[Facts] = Facts(attributes=NL802154_CAP_ATTR)

    types: dict[int, bool] | None = attr(NL802154_CAP_ATTR.IFTYPES, keyed(flag))  # by `InterfaceType`
    channels: dict[int, dict[int, bool]] | None = attr(NL802154_CAP_ATTR.CHANNELS, keyed(keyed(flag)))  # by page
    powers: takes.MaybeSeveral[int] = attr(NL802154_CAP_ATTR.TX_POWERS, indexed(s32, first=0))
    cca_levels: takes.MaybeSeveral[int] = attr(NL802154_CAP_ATTR.CCA_ED_LEVELS, indexed(s32, first=0))
    cca_modes: dict[int, bool] | None = attr(NL802154_CAP_ATTR.CCA_MODES, keyed(flag))  # by `CcaMode`
    cca_options: dict[int, bool] | None = attr(NL802154_CAP_ATTR.CCA_OPTS, keyed(flag))  # by `CcaOption`
    min_be_min: int | None = attr(NL802154_CAP_ATTR.MIN_MINBE, u8)
    min_be_max: int | None = attr(NL802154_CAP_ATTR.MAX_MINBE, u8)
    max_be_min: int | None = attr(NL802154_CAP_ATTR.MIN_MAXBE, u8)
    max_be_max: int | None = attr(NL802154_CAP_ATTR.MAX_MAXBE, u8)
    backoffs_min: int | None = attr(NL802154_CAP_ATTR.MIN_CSMA_BACKOFFS, u8)
    backoffs_max: int | None = attr(NL802154_CAP_ATTR.MAX_CSMA_BACKOFFS, u8)
    retries_min: int | None = attr(NL802154_CAP_ATTR.MIN_FRAME_RETRIES, s8)
    retries_max: int | None = attr(NL802154_CAP_ATTR.MAX_FRAME_RETRIES, s8)
    listening: takes.Member[BoolState | None] = attr(NL802154_CAP_ATTR.LBT, enum(BoolState, u32))


class Phy(Record, header=GenericHeader):
    """A radio, as it is told."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    phy: int | None = attr(NL802154_ATTR.WPAN_PHY, u32)
    name: str | None = attr(NL802154_ATTR.WPAN_PHY_NAME, string(_PHY_NAME))
    generation: int | None = attr(NL802154_ATTR.GENERATION, u32)
    page: int | None = attr(NL802154_ATTR.PAGE, u8)
    channel: int | None = attr(NL802154_ATTR.CHANNEL, u8)
    channels: takes.Several[int] = attr(
        (NL802154_ATTR.CHANNELS_SUPPORTED, NL802154_ATTR.SUPPORTED_CHANNEL), multi(u32)
    )  # a bit for each channel, page after page
    cca_mode: takes.Member[CcaMode | None] = attr(NL802154_ATTR.CCA_MODE, enum(CcaMode, u32))
    cca_option: takes.Member[CcaOption | None] = attr(NL802154_ATTR.CCA_OPT, enum(CcaOption, u32))
    cca_level: int | None = attr(NL802154_ATTR.CCA_ED_LEVEL, s32)
    power: int | None = attr(NL802154_ATTR.TX_POWER, s32)
    abilities: takes.Nested[Abilities | None] = attr(NL802154_ATTR.WPAN_PHY_CAPS, nest(Abilities))
    commands: takes.MaybeSeveral[int] = attr(NL802154_ATTR.SUPPORTED_COMMANDS, indexed(u32))  # `NL802154_CMD`


class PhyRequest(Record, header=GenericHeader):
    """Which radio."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    phy: int | None = attr(NL802154_ATTR.WPAN_PHY, u32)


class Channel(Record, header=GenericHeader):
    """The channel that a radio is to be on."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    phy: int | None = attr(NL802154_ATTR.WPAN_PHY, u32)
    page: int | None = attr(NL802154_ATTR.PAGE, u8)
    channel: int | None = attr(NL802154_ATTR.CHANNEL, u8)


class Cca(Record, header=GenericHeader):
    """How a radio is to tell that nobody is sending; `option` is of the mode ENERGY_CARRIER."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    phy: int | None = attr(NL802154_ATTR.WPAN_PHY, u32)
    mode: takes.Member[CcaMode | None] = attr(NL802154_ATTR.CCA_MODE, enum(CcaMode, u32))
    option: takes.Member[CcaOption | None] = attr(NL802154_ATTR.CCA_OPT, enum(CcaOption, u32))


class CcaLevel(Record, header=GenericHeader):
    """From which energy on somebody is sending."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    phy: int | None = attr(NL802154_ATTR.WPAN_PHY, u32)
    level: int | None = attr(NL802154_ATTR.CCA_ED_LEVEL, s32)


class Power(Record, header=GenericHeader):
    """The power that a radio is to send with."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    phy: int | None = attr(NL802154_ATTR.WPAN_PHY, u32)
    power: int | None = attr(NL802154_ATTR.TX_POWER, s32)


class Move(Record, header=GenericHeader):
    """The network namespace that a radio is to be in: of a process, or one that is open."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    phy: int | None = attr(NL802154_ATTR.WPAN_PHY, u32)
    pid: int | None = attr(NL802154_ATTR.PID, u32)
    netns_fd: takes.Natural[int | None] = attr(NL802154_ATTR.NETNS_FD, namespace)


class Interface(Record, header=GenericHeader):
    """An interface of a radio, as it is told; what secures it is of kernels built with security."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)
    name: str | None = attr(NL802154_ATTR.IFNAME, string(_NAME))
    phy: int | None = attr(NL802154_ATTR.WPAN_PHY, u32)
    type: takes.Member[InterfaceType | None] = attr(NL802154_ATTR.IFTYPE, enum(InterfaceType, u32))
    device: int | None = attr(NL802154_ATTR.WPAN_DEV, u64)
    generation: int | None = attr(NL802154_ATTR.GENERATION, u32)
    address: int | None = attr(NL802154_ATTR.EXTENDED_ADDR, u64)
    short_address: int | None = attr(NL802154_ATTR.SHORT_ADDR, u16)
    network: int | None = attr(NL802154_ATTR.PAN_ID, u16)
    retries: int | None = attr(NL802154_ATTR.MAX_FRAME_RETRIES, s8)
    max_be: int | None = attr(NL802154_ATTR.MAX_BE, u8)
    min_be: int | None = attr(NL802154_ATTR.MIN_BE, u8)
    backoffs: int | None = attr(NL802154_ATTR.MAX_CSMA_BACKOFFS, u8)
    listening: bool | None = attr(NL802154_ATTR.LBT_MODE, boolean)  # before it sends
    acknowledged: bool | None = attr(NL802154_ATTR.ACKREQ_DEFAULT, boolean)  # is asked for
    secured: bool | None = attr(NL802154_ATTR.SEC_ENABLED, boolean)


class InterfaceRequest(Record, header=GenericHeader):
    """Which interface."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)


class NewInterface(Record, header=GenericHeader):
    """An interface to be made, of which radio; its address is random unless given."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    phy: int | None = attr(NL802154_ATTR.WPAN_PHY, u32)
    name: str | None = attr(NL802154_ATTR.IFNAME, string(_NAME))
    type: takes.Member[InterfaceType | None] = attr(NL802154_ATTR.IFTYPE, enum(InterfaceType, u32))
    address: int | None = attr(NL802154_ATTR.EXTENDED_ADDR, u64)


class NetworkRequest(Record, header=GenericHeader):
    """The network that an interface, which is down, is to be in: PAN."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)
    network: int | None = attr(NL802154_ATTR.PAN_ID, u16)


class ShortAddress(Record, header=GenericHeader):
    """The short address that an interface, which is down, is to have."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)
    short_address: int | None = attr(NL802154_ATTR.SHORT_ADDR, u16)


class Backoff(Record, header=GenericHeader):
    """How long an interface, which is down, is to wait before it tries again: exponents of 2."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)
    min_be: int | None = attr(NL802154_ATTR.MIN_BE, u8)
    max_be: int | None = attr(NL802154_ATTR.MAX_BE, u8)


class Backoffs(Record, header=GenericHeader):
    """How often an interface, which is down, is to wait for a free channel."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)
    backoffs: int | None = attr(NL802154_ATTR.MAX_CSMA_BACKOFFS, u8)


class Retries(Record, header=GenericHeader):
    """How often an interface, which is down, is to send a frame again; -1: no acknowledgement is asked for."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)
    retries: int | None = attr(NL802154_ATTR.MAX_FRAME_RETRIES, s8)


class Listening(Record, header=GenericHeader):
    """Whether an interface, which is down, is to listen before it sends."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)
    listening: bool | None = attr(NL802154_ATTR.LBT_MODE, boolean)


class Acknowledging(Record, header=GenericHeader):
    """Whether an interface, which is down, is to ask for acknowledgements."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)
    acknowledged: bool | None = attr(NL802154_ATTR.ACKREQ_DEFAULT, boolean)


class Coordinator(Record):
    """Who sends the beacons of a network; addresses are bytes, the lowest first: 2 of them or 8."""

    __facts__: ClassVar[Facts] = Facts(attributes=NL802154_COORD)

    network: int | None = attr(NL802154_COORD.PANID, u16)
    address: bytes | None = attr(NL802154_COORD.ADDR, binary)
    channel: int | None = attr(NL802154_COORD.CHANNEL, u8)
    page: int | None = attr(NL802154_COORD.PAGE, u8)
    preamble_code: int | None = attr(NL802154_COORD.PREAMBLE_CODE, u8)
    mean_prf: int | None = attr(NL802154_COORD.MEAN_PRF, u8)
    superframe: int | None = attr(NL802154_COORD.SUPERFRAME_SPEC, u16)  # its fields as they are on the air
    quality: int | None = attr(NL802154_COORD.LINK_QUALITY, u8)  # 255 is best
    gts: bool = attr(NL802154_COORD.GTS_PERMIT, flag)  # guaranteed time slots are to be had
    payload: bytes | None = attr(NL802154_COORD.PAYLOAD_DATA, binary)


class Scan(Record, header=GenericHeader):
    """What is told of a scan: that it begins, a coordinator that was found, and its `end`."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    phy: int | None = attr(NL802154_ATTR.WPAN_PHY, u32)
    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)
    device: int | None = attr(NL802154_ATTR.WPAN_DEV, u64)
    coordinator: takes.Nested[Coordinator | None] = attr(NL802154_ATTR.COORDINATOR, nest(Coordinator))
    end: takes.Member[ScanEnd | None] = attr(NL802154_ATTR.SCAN_DONE_REASON, enum(ScanEnd, u8))


class ScanRequest(Record, header=GenericHeader):
    """A scan to be made: the page that the radio is on, all its channels and the longest time unless given.

    Kernels do ACTIVE and PASSIVE ones. A channel takes ``960 * (2 ** duration + 1)`` symbols.
    """

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)
    type: takes.Member[ScanType | None] = attr(NL802154_ATTR.SCAN_TYPE, enum(ScanType, u8))
    page: int | None = attr(NL802154_ATTR.PAGE, u8)
    channels: int | None = attr(NL802154_ATTR.SCAN_CHANNELS, u32)  # a bit for each
    duration: int | None = attr(NL802154_ATTR.SCAN_DURATION, u8)  # 0 to 14


class BeaconRequest(Record, header=GenericHeader):
    """How often a coordinator is to send beacons: every ``960 * 2 ** interval`` symbols; 15: when it is asked."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)
    interval: int | None = attr(NL802154_ATTR.BEACON_INTERVAL, u8)


class Association(Record, header=GenericHeader):
    """The network and the coordinator that an interface is to join."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)
    network: int | None = attr(NL802154_ATTR.PAN_ID, u16)
    address: int | None = attr(NL802154_ATTR.EXTENDED_ADDR, u64)


class Disassociation(Record, header=GenericHeader):
    """Which device an interface is to part from, by either address."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)
    address: int | None = attr(NL802154_ATTR.EXTENDED_ADDR, u64)
    short_address: int | None = attr(NL802154_ATTR.SHORT_ADDR, u16)


class AssociationLimit(Record, header=GenericHeader):
    """How many devices may join a coordinator."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(NL802154_ATTR.IFINDEX, interface)
    limit: int | None = attr(NL802154_ATTR.MAX_ASSOCIATIONS, u32)


class Associated(Record, header=GenericHeader):
    """A device that an interface has joined, or that joined it."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_FACTS, Facts(attributes=NL802154_DEV_ADDR_ATTR))
    __omitted__: ClassVar[dict[str, str]] = {**_OTHER, "NL802154_DEV_ADDR_ATTR_PAN_ID": "of addresses of keys"}

    type: takes.Member[PeerType | None] = attr(
        (NL802154_ATTR.PEER, NL802154_DEV_ADDR_ATTR.PEER_TYPE), enum(PeerType, u8)
    )
    mode: takes.Member[AddressMode | None] = attr(
        (NL802154_ATTR.PEER, NL802154_DEV_ADDR_ATTR.MODE), enum(AddressMode, u8)
    )
    short_address: int | None = attr((NL802154_ATTR.PEER, NL802154_DEV_ADDR_ATTR.SHORT), u16)
    address: int | None = attr((NL802154_ATTR.PEER, NL802154_DEV_ADDR_ATTR.EXTENDED), u64)

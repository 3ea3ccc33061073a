"""MACsec devices as they are listed: what they are, their secure channels and associations, and what these counted.

Source: linux/if_macsec.h; dump_secy in drivers/net/macsec.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.macsec.constants import (
    MACSEC_ATTR,
    MACSEC_OFFLOAD_ATTR,
    MACSEC_RXSC_ATTR,
    MACSEC_RXSC_STATS_ATTR,
    MACSEC_SA_ATTR,
    MACSEC_SA_STATS_ATTR,
    MACSEC_SECY_ATTR,
    MACSEC_SECY_STATS_ATTR,
    MACSEC_TXSC_STATS_ATTR,
)
from netlynx.route.macsec_names import MacsecCipher, MacsecOffload, MacsecSci, MacsecValidation
from netlynx.schema import (
    Record,
    attr,
    be32,
    be64,
    binary,
    boolean,
    enum,
    indexed,
    interface,
    nest,
    spelt,
    takes,
    u8,
    u32,
    u64,
    uint,
)
from netlynx.schema.facts import Facts

_SECY = MACSEC_SECY_ATTR
_OUT, _IN, _SA = MACSEC_TXSC_STATS_ATTR, MACSEC_RXSC_STATS_ATTR, MACSEC_SA_STATS_ATTR
_DEV = MACSEC_SECY_STATS_ATTR

XPN = frozenset((MacsecCipher.GCM_AES_XPN_128, MacsecCipher.GCM_AES_XPN_256))
"""The cipher suites whose packet numbers have 64 bits."""


class AssociationStatistics(Record):
    """What a secure association counted: packets, those that go out or those that come in."""

    __facts__: ClassVar[Facts] = Facts(attributes=MACSEC_SA_STATS_ATTR)

    in_ok: int | None = attr(_SA.IN_PKTS_OK, u32)
    in_invalid: int | None = attr(_SA.IN_PKTS_INVALID, u32)  # and let through all the same
    in_not_valid: int | None = attr(_SA.IN_PKTS_NOT_VALID, u32)  # and dropped
    in_not_using_sa: int | None = attr(_SA.IN_PKTS_NOT_USING_SA, u32)
    in_unused_sa: int | None = attr(_SA.IN_PKTS_UNUSED_SA, u32)
    out_protected: int | None = attr(_SA.OUT_PKTS_PROTECTED, u32)
    out_encrypted: int | None = attr(_SA.OUT_PKTS_ENCRYPTED, u32)


class TransmitStatistics(Record):
    """What the transmit channel counted."""

    __facts__: ClassVar[Facts] = Facts(attributes=MACSEC_TXSC_STATS_ATTR)

    protected: int | None = attr(_OUT.OUT_PKTS_PROTECTED, u64)  # packets that were authenticated only
    encrypted: int | None = attr(_OUT.OUT_PKTS_ENCRYPTED, u64)  # packets
    octets_protected: int | None = attr(_OUT.OUT_OCTETS_PROTECTED, u64)
    octets_encrypted: int | None = attr(_OUT.OUT_OCTETS_ENCRYPTED, u64)


class ReceiveStatistics(Record):
    """What a receive channel counted."""

    __facts__: ClassVar[Facts] = Facts(attributes=MACSEC_RXSC_STATS_ATTR)

    octets_validated: int | None = attr(_IN.IN_OCTETS_VALIDATED, u64)
    octets_decrypted: int | None = attr(_IN.IN_OCTETS_DECRYPTED, u64)
    unchecked: int | None = attr(_IN.IN_PKTS_UNCHECKED, u64)  # packets; validation is off
    delayed: int | None = attr(_IN.IN_PKTS_DELAYED, u64)  # packets behind the window, let through
    ok: int | None = attr(_IN.IN_PKTS_OK, u64)
    invalid: int | None = attr(_IN.IN_PKTS_INVALID, u64)  # and let through all the same
    late: int | None = attr(_IN.IN_PKTS_LATE, u64)  # behind the window, and dropped
    not_valid: int | None = attr(_IN.IN_PKTS_NOT_VALID, u64)  # and dropped
    not_using_sa: int | None = attr(_IN.IN_PKTS_NOT_USING_SA, u64)  # of no association, and dropped
    unused_sa: int | None = attr(_IN.IN_PKTS_UNUSED_SA, u64)  # of no association, and let through


class DeviceStatistics(Record):
    """What a device counted beside its channels: packets."""

    __facts__: ClassVar[Facts] = Facts(attributes=MACSEC_SECY_STATS_ATTR)

    out_untagged: int | None = attr(_DEV.OUT_PKTS_UNTAGGED, u64)
    in_untagged: int | None = attr(_DEV.IN_PKTS_UNTAGGED, u64)  # let through
    out_too_long: int | None = attr(_DEV.OUT_PKTS_TOO_LONG, u64)
    in_no_tag: int | None = attr(_DEV.IN_PKTS_NO_TAG, u64)  # dropped
    in_bad_tag: int | None = attr(_DEV.IN_PKTS_BAD_TAG, u64)
    in_unknown_sci: int | None = attr(_DEV.IN_PKTS_UNKNOWN_SCI, u64)  # let through
    in_no_sci: int | None = attr(_DEV.IN_PKTS_NO_SCI, u64)  # of no known channel, and dropped
    in_overrun: int | None = attr(_DEV.IN_PKTS_OVERRUN, u64)


class Association(Record):
    """A secure association of a channel, as it is listed: without its key, which the kernel tells nobody."""

    __facts__: ClassVar[Facts] = Facts(attributes=MACSEC_SA_ATTR, policy="macsec_genl_sa_policy")
    __omitted__: ClassVar[dict[str, str]] = {
        "MACSEC_SA_ATTR_KEY": "not told: TransmitSa, ReceiveSa",
        "MACSEC_SA_ATTR_SALT": "not told: TransmitSa, ReceiveSa",
    }

    an: int | None = attr(MACSEC_SA_ATTR.AN, u8)  # association number, 0 to 3
    active: bool | None = attr(MACSEC_SA_ATTR.ACTIVE, boolean)
    pn: int | None = attr(MACSEC_SA_ATTR.PN, uint)  # the next packet number, or the lowest that is accepted
    key_id: bytes | None = attr(MACSEC_SA_ATTR.KEYID, binary(16))
    ssci: int | None = attr(MACSEC_SA_ATTR.SSCI, be32)  # of suites with extended packet numbers alone
    statistics: takes.Nested[AssociationStatistics | None] = attr(MACSEC_SA_ATTR.STATS, nest(AssociationStatistics))


class Channel(Record):
    """A receive channel, as it is listed: somebody who sends."""

    __facts__: ClassVar[Facts] = Facts(attributes=MACSEC_RXSC_ATTR, policy="macsec_genl_rxsc_policy")

    sci: takes.Member[MacsecSci | None] = attr(MACSEC_RXSC_ATTR.SCI, spelt(MacsecSci, be64))
    active: bool | None = attr(MACSEC_RXSC_ATTR.ACTIVE, boolean)
    statistics: takes.Nested[ReceiveStatistics | None] = attr(MACSEC_RXSC_ATTR.STATS, nest(ReceiveStatistics))
    associations: takes.Records[Association] = attr(MACSEC_RXSC_ATTR.SA_LIST, indexed(nest(Association)), default=())


class Device(Record, header=GenericHeader):
    """A MACsec device: its transmit channel with the associations of that, and its receive channels with theirs.

    It is made, and what of it can be changed is changed, as a link (`route.Macsec`). Source: dump_secy in
    drivers/net/macsec.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=MACSEC_ATTR, policy="macsec_genl_policy"),
        Facts(attributes=MACSEC_SECY_ATTR),
        Facts(attributes=MACSEC_OFFLOAD_ATTR, policy="macsec_genl_offload_policy"),
    )
    __omitted__: ClassVar[dict[str, str]] = {
        "MACSEC_ATTR_RXSC_CONFIG": "of requests: ReceiveChannel, ReceiveSa",
        "MACSEC_ATTR_SA_CONFIG": "of requests: TransmitSa, ReceiveSa",
    }

    index: takes.Name[int | None] = attr(MACSEC_ATTR.IFINDEX, interface)
    sci: takes.Member[MacsecSci | None] = attr(  # of the transmit channel
        (MACSEC_ATTR.SECY, _SECY.SCI), spelt(MacsecSci, be64)
    )
    cipher_suite: takes.Member[MacsecCipher | None] = attr(
        (MACSEC_ATTR.SECY, _SECY.CIPHER_SUITE), enum(MacsecCipher, u64)
    )
    icv_length: int | None = attr((MACSEC_ATTR.SECY, _SECY.ICV_LEN), u8)  # bytes, 8 to 16
    encoding_sa: int | None = attr((MACSEC_ATTR.SECY, _SECY.ENCODING_SA), u8)  # the association that packets leave by
    encrypt: bool | None = attr((MACSEC_ATTR.SECY, _SECY.ENCRYPT), boolean)
    protect: bool | None = attr((MACSEC_ATTR.SECY, _SECY.PROTECT), boolean)
    include_sci: bool | None = attr((MACSEC_ATTR.SECY, _SECY.INC_SCI), boolean)
    end_station: bool | None = attr((MACSEC_ATTR.SECY, _SECY.ES), boolean)
    single_copy_broadcast: bool | None = attr((MACSEC_ATTR.SECY, _SECY.SCB), boolean)
    replay_protect: bool | None = attr((MACSEC_ATTR.SECY, _SECY.REPLAY), boolean)
    window: int | None = attr((MACSEC_ATTR.SECY, _SECY.WINDOW), u32)  # packets; with replay protection alone
    validation: takes.Member[MacsecValidation | None] = attr(
        (MACSEC_ATTR.SECY, _SECY.VALIDATE), enum(MacsecValidation, u8)
    )
    operational: bool | None = attr((MACSEC_ATTR.SECY, _SECY.OPER), boolean)
    offload: takes.Member[MacsecOffload | None] = attr(
        (MACSEC_ATTR.OFFLOAD, MACSEC_OFFLOAD_ATTR.TYPE), enum(MacsecOffload, u8)
    )
    statistics: takes.Nested[DeviceStatistics | None] = attr(MACSEC_ATTR.SECY_STATS, nest(DeviceStatistics))
    transmit_statistics: takes.Nested[TransmitStatistics | None] = attr(
        MACSEC_ATTR.TXSC_STATS, nest(TransmitStatistics)
    )
    associations: takes.Records[Association] = attr(  # of the transmit channel
        MACSEC_ATTR.TXSA_LIST, indexed(nest(Association)), default=()
    )
    channels: takes.Records[Channel] = attr(  # receive channels
        MACSEC_ATTR.RXSC_LIST, indexed(nest(Channel)), default=()
    )

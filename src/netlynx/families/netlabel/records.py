"""What is said of labels: domains, domains of interpretation, static labels. Source: net/netlabel/."""

from __future__ import annotations

from socket import AF_INET, AF_INET6
from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.generic import GenericHeader
from netlynx.schema import Record, attr, boolean, enum, ip, multi, nest, string, takes, u8, u16, u32
from netlynx.schema.facts import Facts

from .constants import (
    NLBL_CALIPSO_A,
    NLBL_CIPSOV4_A,
    NLBL_MGMT_A,
    NLBL_UNLABEL_A,
    Mapping,
    Protocol,
    Tag,
)

_MGMT = Facts(attributes=NLBL_MGMT_A, policy="netlbl_mgmt_genl_policy")
_CIPSO = Facts(attributes=NLBL_CIPSOV4_A, policy="netlbl_cipsov4_genl_policy")
_CALIPSO = Facts(attributes=NLBL_CALIPSO_A)
_UNLABEL = Facts(attributes=NLBL_UNLABEL_A, policy="netlbl_unlabel_genl_policy")
_FAMILIES: dict[Protocol | None, int] = {  # of packets that a protocol labels
    Protocol.CIPSOV4: int(AF_INET),
    Protocol.CALIPSO: int(AF_INET6),
}
_OTHER_MGMT = {"NLBL_MGMT_A_*": "not of this message"}
_OTHER_CIPSO = {"NLBL_CIPSOV4_A_*": "not of this message"}
_OTHER_UNLABEL = {"NLBL_UNLABEL_A_*": "not of this message"}


class Selector(Record):
    """What is done with packets of an address, and all of its `mask`."""

    __facts__: ClassVar[Facts] = _MGMT
    __omitted__: ClassVar[dict[str, str]] = _OTHER_MGMT

    address: takes.Ip[str | None] = attr(NLBL_MGMT_A.IPV4ADDR, ip, ip6=NLBL_MGMT_A.IPV6ADDR)
    mask: takes.Ip[str | None] = attr(NLBL_MGMT_A.IPV4MASK, ip, ip6=NLBL_MGMT_A.IPV6MASK)
    protocol: takes.Member[Protocol | None] = attr(NLBL_MGMT_A.PROTOCOL, enum(Protocol, u32))
    cipso: int | None = attr(NLBL_MGMT_A.CV4DOI, u32)  # the number of its domain of interpretation
    calipso: int | None = attr(NLBL_MGMT_A.CLPDOI, u32)


class Domain(Record, header=GenericHeader):
    """How packets of a domain of the security module are labelled: all of them, or by address (`selectors`)."""

    __facts__: ClassVar[Facts] = _MGMT
    __omitted__: ClassVar[dict[str, str]] = _OTHER_MGMT

    domain: str | None = attr(NLBL_MGMT_A.DOMAIN, string)  # of the default, None
    family: int | None = attr(NLBL_MGMT_A.FAMILY, u16)  # 2 IPv4, 10 IPv6, 0 both
    protocol: takes.Member[Protocol | None] = attr(NLBL_MGMT_A.PROTOCOL, enum(Protocol, u32))
    cipso: int | None = attr(NLBL_MGMT_A.CV4DOI, u32)
    calipso: int | None = attr(NLBL_MGMT_A.CLPDOI, u32)
    selectors: takes.Records[Selector] = attr(
        (NLBL_MGMT_A.SELECTORLIST, NLBL_MGMT_A.ADDRSELECTOR), multi(nest(Selector))
    )


class DomainRequest(Record, header=GenericHeader):
    """A domain to be labelled: with which protocol, and which domain of interpretation where that has some.

    With `address` and `mask`, that is for these alone. The default is told by no `domain`.
    """

    __facts__: ClassVar[Facts] = _MGMT
    __omitted__: ClassVar[dict[str, str]] = _OTHER_MGMT

    domain: str | None = attr(NLBL_MGMT_A.DOMAIN, string)
    family: int | None = attr(NLBL_MGMT_A.FAMILY, u16)  # 2 IPv4, 10 IPv6; both unless given
    protocol: takes.Member[Protocol | None] = attr(NLBL_MGMT_A.PROTOCOL, enum(Protocol, u32))
    cipso: int | None = attr(NLBL_MGMT_A.CV4DOI, u32)
    calipso: int | None = attr(NLBL_MGMT_A.CLPDOI, u32)
    address: takes.Ip[str | None] = attr(NLBL_MGMT_A.IPV4ADDR, ip, ip6=NLBL_MGMT_A.IPV6ADDR)
    mask: takes.Ip[str | None] = attr(NLBL_MGMT_A.IPV4MASK, ip, ip6=NLBL_MGMT_A.IPV6MASK)

    def __check__(self, path: str) -> None:
        """Raises EncodeError for what netlbl_mgmt_add_common would not look at."""
        for name, protocol in (("cipso", Protocol.CIPSOV4), ("calipso", Protocol.CALIPSO)):
            if getattr(self, name) is not None and self.protocol != protocol:
                raise EncodeError(f"it is of the protocol {protocol.label} alone", f"{path}.{name}")
        family = _FAMILIES.get(self.protocol)
        if family is not None and self.family not in (None, family):
            raise EncodeError(f"with this protocol it is {family}, whatever is said", f"{path}.family")


class DomainName(Record, header=GenericHeader):
    """Which domain."""

    __facts__: ClassVar[Facts] = _MGMT
    __omitted__: ClassVar[dict[str, str]] = _OTHER_MGMT

    domain: str | None = attr(NLBL_MGMT_A.DOMAIN, string)


class DefaultRequest(Record, header=GenericHeader):
    """Of which address family the default is asked: 2 IPv4, 10 IPv6."""

    __facts__: ClassVar[Facts] = _MGMT
    __omitted__: ClassVar[dict[str, str]] = _OTHER_MGMT

    family: int | None = attr(NLBL_MGMT_A.FAMILY, u16)


class Known(Record, header=GenericHeader):
    """A protocol that the kernel has."""

    __facts__: ClassVar[Facts] = _MGMT
    __omitted__: ClassVar[dict[str, str]] = _OTHER_MGMT

    protocol: takes.Member[Protocol | None] = attr(NLBL_MGMT_A.PROTOCOL, enum(Protocol, u32))


class Version(Record, header=GenericHeader):
    """The version of NetLabel's messages."""

    __facts__: ClassVar[Facts] = _MGMT
    __omitted__: ClassVar[dict[str, str]] = _OTHER_MGMT

    version: int | None = attr(NLBL_MGMT_A.VERSION, u32)


class Level(Record):
    """A sensitivity level here, and what it is in packets."""

    __facts__: ClassVar[Facts] = _CIPSO
    __omitted__: ClassVar[dict[str, str]] = _OTHER_CIPSO

    local: int | None = attr(NLBL_CIPSOV4_A.MLSLVLLOC, u32)
    remote: int | None = attr(NLBL_CIPSOV4_A.MLSLVLREM, u32)


class Category(Record):
    """A category here, and what it is in packets."""

    __facts__: ClassVar[Facts] = _CIPSO
    __omitted__: ClassVar[dict[str, str]] = _OTHER_CIPSO

    local: int | None = attr(NLBL_CIPSOV4_A.MLSCATLOC, u32)
    remote: int | None = attr(NLBL_CIPSOV4_A.MLSCATREM, u32)


class CipsoDomain(Record, header=GenericHeader):
    """A domain of interpretation of CIPSO, by its number `doi`; `levels` and `categories` are of Mapping.TRANS.

    A listing tells the number and the mapping, `cipso` of one the rest, without the number.
    """

    __facts__: ClassVar[Facts] = _CIPSO
    __omitted__: ClassVar[dict[str, str]] = _OTHER_CIPSO

    doi: int | None = attr(NLBL_CIPSOV4_A.DOI, u32)
    mapping: takes.Member[Mapping | None] = attr(NLBL_CIPSOV4_A.MTYPE, enum(Mapping, u32))
    tags: takes.Several[Tag] = attr((NLBL_CIPSOV4_A.TAGLST, NLBL_CIPSOV4_A.TAG), multi(enum(Tag, u8)))  # best first
    levels: takes.Records[Level] = attr((NLBL_CIPSOV4_A.MLSLVLLST, NLBL_CIPSOV4_A.MLSLVL), multi(nest(Level)))
    categories: takes.Records[Category] = attr((NLBL_CIPSOV4_A.MLSCATLST, NLBL_CIPSOV4_A.MLSCAT), multi(nest(Category)))


class CipsoRequest(Record, header=GenericHeader):
    """Which domain of interpretation."""

    __facts__: ClassVar[Facts] = _CIPSO
    __omitted__: ClassVar[dict[str, str]] = _OTHER_CIPSO

    doi: int | None = attr(NLBL_CIPSOV4_A.DOI, u32)


class CalipsoDomain(Record, header=GenericHeader):
    """A domain of interpretation of CALIPSO, by its number; its mapping can be PASS alone."""

    __facts__: ClassVar[Facts] = _CALIPSO

    doi: int | None = attr(NLBL_CALIPSO_A.DOI, u32)
    mapping: takes.Member[Mapping | None] = attr(NLBL_CALIPSO_A.MTYPE, enum(Mapping, u32))


class CalipsoRequest(Record, header=GenericHeader):
    """Which domain of interpretation."""

    __facts__: ClassVar[Facts] = _CALIPSO
    __omitted__: ClassVar[dict[str, str]] = {"NLBL_CALIPSO_A_MTYPE": "not of this message"}

    doi: int | None = attr(NLBL_CALIPSO_A.DOI, u32)


class Acceptance(Record, header=GenericHeader):
    """Whether packets without a label are let in."""

    __facts__: ClassVar[Facts] = _UNLABEL
    __omitted__: ClassVar[dict[str, str]] = _OTHER_UNLABEL

    accepted: bool | None = attr(NLBL_UNLABEL_A.ACPTFLG, boolean)


class StaticLabel(Record, header=GenericHeader):
    """The label that packets without one get: those of an interface, or of any, from an address and all of its mask."""

    __facts__: ClassVar[Facts] = _UNLABEL
    __omitted__: ClassVar[dict[str, str]] = _OTHER_UNLABEL

    interface: str | None = attr(NLBL_UNLABEL_A.IFACE, string(15))
    address: takes.Ip[str | None] = attr(NLBL_UNLABEL_A.IPV4ADDR, ip, ip6=NLBL_UNLABEL_A.IPV6ADDR)
    mask: takes.Ip[str | None] = attr(NLBL_UNLABEL_A.IPV4MASK, ip, ip6=NLBL_UNLABEL_A.IPV6MASK)
    context: str | None = attr(NLBL_UNLABEL_A.SECCTX, string)  # of the security module


class StaticDefault(Record, header=GenericHeader):
    """The label that packets of any interface get, unless theirs has one for them."""

    __facts__: ClassVar[Facts] = _UNLABEL
    __omitted__: ClassVar[dict[str, str]] = _OTHER_UNLABEL

    address: takes.Ip[str | None] = attr(NLBL_UNLABEL_A.IPV4ADDR, ip, ip6=NLBL_UNLABEL_A.IPV6ADDR)
    mask: takes.Ip[str | None] = attr(NLBL_UNLABEL_A.IPV4MASK, ip, ip6=NLBL_UNLABEL_A.IPV6MASK)
    context: str | None = attr(NLBL_UNLABEL_A.SECCTX, string)


class StaticKey(Record, header=GenericHeader):
    """Which static label."""

    __facts__: ClassVar[Facts] = _UNLABEL
    __omitted__: ClassVar[dict[str, str]] = _OTHER_UNLABEL

    interface: str | None = attr(NLBL_UNLABEL_A.IFACE, string(15))
    address: takes.Ip[str | None] = attr(NLBL_UNLABEL_A.IPV4ADDR, ip, ip6=NLBL_UNLABEL_A.IPV6ADDR)
    mask: takes.Ip[str | None] = attr(NLBL_UNLABEL_A.IPV4MASK, ip, ip6=NLBL_UNLABEL_A.IPV6MASK)


class StaticDefaultKey(Record, header=GenericHeader):
    """Which label of any interface."""

    __facts__: ClassVar[Facts] = _UNLABEL
    __omitted__: ClassVar[dict[str, str]] = _OTHER_UNLABEL

    address: takes.Ip[str | None] = attr(NLBL_UNLABEL_A.IPV4ADDR, ip, ip6=NLBL_UNLABEL_A.IPV6ADDR)
    mask: takes.Ip[str | None] = attr(NLBL_UNLABEL_A.IPV4MASK, ip, ip6=NLBL_UNLABEL_A.IPV6MASK)

"""NetLabel: the labels of security modules that packets carry (CIPSO, CALIPSO), or get when they arrive without.

    from netlynx.families import netlabel

    nl.do(netlabel.add_cipso(doi=5, mapping="pass", tags=["rbitmap"]))
    nl.do(netlabel.add_domain(domain="secret_t", protocol="cipsov4", cipso=5))
    for each in nl.dump(netlabel.domains()):
        print(each.domain, each.protocol, each.cipso)

It is four families, and the whole machine's: they are in the initial network namespace alone. Source:
net/netlabel/, netlabelctl(8).
"""

from __future__ import annotations

from netlynx.generic import Family, do, dump

from .constants import (
    NLBL_CALIPSO_A,
    NLBL_CALIPSO_C,
    NLBL_CIPSOV4_A,
    NLBL_CIPSOV4_C,
    NLBL_MGMT_A,
    NLBL_MGMT_C,
    NLBL_UNLABEL_A,
    NLBL_UNLABEL_C,
    Mapping,
    Protocol,
    Tag,
)
from .records import (
    Acceptance,
    CalipsoDomain,
    CalipsoRequest,
    Category,
    CipsoDomain,
    CipsoRequest,
    DefaultRequest,
    Domain,
    DomainName,
    DomainRequest,
    Known,
    Level,
    Selector,
    StaticDefault,
    StaticDefaultKey,
    StaticKey,
    StaticLabel,
    Version,
)

__all__ = [
    "NLBL_CALIPSO_A",
    "NLBL_CALIPSO_C",
    "NLBL_CIPSOV4_A",
    "NLBL_CIPSOV4_C",
    "NLBL_MGMT_A",
    "NLBL_MGMT_C",
    "NLBL_UNLABEL_A",
    "NLBL_UNLABEL_C",
    "Acceptance",
    "Calipso",
    "CalipsoDomain",
    "CalipsoRequest",
    "Category",
    "Cipso",
    "CipsoDomain",
    "CipsoRequest",
    "DefaultRequest",
    "Domain",
    "DomainName",
    "DomainRequest",
    "Known",
    "Level",
    "Management",
    "Mapping",
    "Protocol",
    "Selector",
    "StaticDefault",
    "StaticDefaultKey",
    "StaticKey",
    "StaticLabel",
    "Tag",
    "Unlabelled",
    "Version",
    "acceptance",
    "add_calipso",
    "add_cipso",
    "add_domain",
    "add_static",
    "add_static_default",
    "calipso",
    "calipsos",
    "cipso",
    "cipsos",
    "default",
    "delete_calipso",
    "delete_cipso",
    "delete_default",
    "delete_domain",
    "delete_static",
    "delete_static_default",
    "domains",
    "protocols",
    "set_acceptance",
    "set_default",
    "static_defaults",
    "statics",
    "version",
]
_VERSION = 3  # NETLBL_PROTO_VERSION


class Management(Family, name="NLBL_MGMT", version=_VERSION, netnsok=False):
    """The family ``NLBL_MGMT``: what is labelled, and how."""

    add_domain = do(NLBL_MGMT_C.ADD, request=DomainRequest, required=("domain", "protocol"), privileged=True)
    delete_domain = do(NLBL_MGMT_C.REMOVE, request=DomainName, required=("domain",), privileged=True)
    domains = dump(NLBL_MGMT_C.LISTALL, reply=Domain)
    set_default = do(NLBL_MGMT_C.ADDDEF, request=DomainRequest, required=("protocol",), privileged=True)
    delete_default = do(NLBL_MGMT_C.REMOVEDEF, privileged=True)
    default = do(NLBL_MGMT_C.LISTDEF, request=DefaultRequest, reply=Domain)
    protocols = dump(NLBL_MGMT_C.PROTOCOLS, reply=Known)
    version = do(NLBL_MGMT_C.VERSION, reply=Version)


class Cipso(Family, name="NLBL_CIPSOv4", version=_VERSION, netnsok=False):
    """The family ``NLBL_CIPSOv4``: domains of interpretation of the labels of IPv4."""

    add_cipso = do(NLBL_CIPSOV4_C.ADD, request=CipsoDomain, required=("doi", "mapping", "tags"), privileged=True)
    delete_cipso = do(NLBL_CIPSOV4_C.REMOVE, request=CipsoRequest, required=("doi",), privileged=True)
    cipso = do(NLBL_CIPSOV4_C.LIST, request=CipsoRequest, reply=CipsoDomain, required=("doi",))
    cipsos = dump(NLBL_CIPSOV4_C.LISTALL, reply=CipsoDomain)


class Calipso(Family, name="NLBL_CALIPSO", version=_VERSION, netnsok=False):
    """The family ``NLBL_CALIPSO``: domains of interpretation of the labels of IPv6."""

    add_calipso = do(NLBL_CALIPSO_C.ADD, request=CalipsoDomain, required=("doi", "mapping"), privileged=True)
    delete_calipso = do(NLBL_CALIPSO_C.REMOVE, request=CalipsoRequest, required=("doi",), privileged=True)
    calipso = do(NLBL_CALIPSO_C.LIST, request=CalipsoRequest, reply=CalipsoDomain, required=("doi",))
    calipsos = dump(NLBL_CALIPSO_C.LISTALL, reply=CalipsoDomain)


class Unlabelled(Family, name="NLBL_UNLBL", version=_VERSION, netnsok=False):
    """The family ``NLBL_UNLBL``: packets that carry no label."""

    set_acceptance = do(NLBL_UNLABEL_C.ACCEPT, request=Acceptance, required=("accepted",), privileged=True)
    acceptance = do(NLBL_UNLABEL_C.LIST, reply=Acceptance)
    add_static = do(
        NLBL_UNLABEL_C.STATICADD,
        request=StaticLabel,
        required=("interface", "address", "mask", "context"),
        privileged=True,
    )
    delete_static = do(
        NLBL_UNLABEL_C.STATICREMOVE, request=StaticKey, required=("interface", "address", "mask"), privileged=True
    )
    statics = dump(NLBL_UNLABEL_C.STATICLIST, reply=StaticLabel)
    add_static_default = do(
        NLBL_UNLABEL_C.STATICADDDEF,
        request=StaticDefault,
        required=("address", "mask", "context"),
        privileged=True,
    )
    delete_static_default = do(
        NLBL_UNLABEL_C.STATICREMOVEDEF, request=StaticDefaultKey, required=("address", "mask"), privileged=True
    )
    static_defaults = dump(NLBL_UNLABEL_C.STATICLISTDEF, reply=StaticDefault)


add_domain = Management.add_domain
delete_domain = Management.delete_domain
domains = Management.domains
set_default = Management.set_default
delete_default = Management.delete_default
default = Management.default
protocols = Management.protocols
version = Management.version
add_cipso = Cipso.add_cipso
delete_cipso = Cipso.delete_cipso
cipso = Cipso.cipso
cipsos = Cipso.cipsos
add_calipso = Calipso.add_calipso
delete_calipso = Calipso.delete_calipso
calipso = Calipso.calipso
calipsos = Calipso.calipsos
set_acceptance = Unlabelled.set_acceptance
acceptance = Unlabelled.acceptance
add_static = Unlabelled.add_static
delete_static = Unlabelled.delete_static
statics = Unlabelled.statics
add_static_default = Unlabelled.add_static_default
delete_static_default = Unlabelled.delete_static_default
static_defaults = Unlabelled.static_defaults

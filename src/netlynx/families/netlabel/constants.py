"""Numbers of NetLabel. Source: net/netlabel/, include/net/netlabel.h, which the kernel does not show to programs."""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.schema import Constants, Enumeration


class _Numbers(Constants):
    """Numbers of headers that the kernel keeps to itself."""

    __not_in_headers__: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.__not_in_headers__ = dict.fromkeys(cls.__c_names__, "net/netlabel/netlabel_*.h")


class NLBL_MGMT_C(_Numbers):
    """Commands of the management."""

    UNSPEC = 0
    ADD = 1
    REMOVE = 2
    LISTALL = 3
    ADDDEF = 4
    REMOVEDEF = 5
    LISTDEF = 6
    PROTOCOLS = 7
    VERSION = 8


class NLBL_MGMT_A(_Numbers):
    """Attributes of the management."""

    UNSPEC = 0
    DOMAIN = 1
    PROTOCOL = 2
    VERSION = 3
    CV4DOI = 4
    IPV6ADDR = 5
    IPV6MASK = 6
    IPV4ADDR = 7
    IPV4MASK = 8
    ADDRSELECTOR = 9
    SELECTORLIST = 10
    FAMILY = 11
    CLPDOI = 12


class NLBL_CIPSOV4_C(_Numbers):
    """Commands of CIPSO."""

    UNSPEC = 0
    ADD = 1
    REMOVE = 2
    LIST = 3
    LISTALL = 4


class NLBL_CIPSOV4_A(_Numbers):
    """Attributes of CIPSO."""

    UNSPEC = 0
    DOI = 1
    MTYPE = 2
    TAG = 3
    TAGLST = 4
    MLSLVLLOC = 5
    MLSLVLREM = 6
    MLSLVL = 7
    MLSLVLLST = 8
    MLSCATLOC = 9
    MLSCATREM = 10
    MLSCAT = 11
    MLSCATLST = 12


class NLBL_CALIPSO_C(_Numbers):
    """Commands of CALIPSO."""

    UNSPEC = 0
    ADD = 1
    REMOVE = 2
    LIST = 3
    LISTALL = 4


class NLBL_CALIPSO_A(_Numbers):
    """Attributes of CALIPSO."""

    UNSPEC = 0
    DOI = 1
    MTYPE = 2


class NLBL_UNLABEL_C(_Numbers):
    """Commands of what has no label."""

    UNSPEC = 0
    ACCEPT = 1
    LIST = 2
    STATICADD = 3
    STATICREMOVE = 4
    STATICLIST = 5
    STATICADDDEF = 6
    STATICREMOVEDEF = 7
    STATICLISTDEF = 8


class NLBL_UNLABEL_A(_Numbers):
    """Attributes of what has no label."""

    UNSPEC = 0
    ACPTFLG = 1
    IPV6ADDR = 2
    IPV6MASK = 3
    IPV4ADDR = 4
    IPV4MASK = 5
    IFACE = 6
    SECCTX = 7


class Protocol(Enumeration):
    """What a label is carried by."""

    NONE = 0
    MGMT = 1
    RIPSO = 2
    CIPSOV4 = 3
    CIPSOV6 = 4
    UNLABELED = 5
    ADDRSELECT = 6  # it depends on the address
    CALIPSO = 7


class Mapping(Enumeration):
    """How levels and categories of this host become those of a packet: by a table, as they are, or with the whole
    label, which is not to leave the host."""

    TRANS = 1
    PASS = 2
    LOCAL = 3


class Tag(Enumeration):
    """How categories are written in a packet."""

    RBITMAP = 1
    ENUM = 2
    RANGE = 5
    PBITMAP = 6
    FREEFORM = 7
    LOCAL = 128

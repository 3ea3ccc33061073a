"""What routes and mappings of identifier-locator addressing have in common. Source: linux/ila.h."""

from __future__ import annotations

from netlynx.schema import Constants, Enumeration


class ILA_ATTR(Constants):
    """Attributes of identifier-locator addressing."""

    UNSPEC = 0
    LOCATOR = 1
    IDENTIFIER = 2
    LOCATOR_MATCH = 3
    IFINDEX = 4
    DIR = 5
    PAD = 6
    CSUM_MODE = 7
    IDENT_TYPE = 8
    HOOK_TYPE = 9


class IlaChecksum(Enumeration, prefix="ILA_CSUM_"):
    """How the transport checksum is kept right when an address changes."""

    ADJUST_TRANSPORT = 0
    NEUTRAL_MAP = 1
    NO_ACTION = 2
    NEUTRAL_MAP_AUTO = 3


class IlaIdentifier(Enumeration, prefix="ILA_ATYPE_"):
    """Type of an ILA identifier."""

    IID = 0
    LUID = 1
    VIRT_V4 = 2
    VIRT_UNI_V6 = 3
    VIRT_MULTI_V6 = 4
    NONLOCAL_ADDR = 5
    RSVD_1 = 6
    RSVD_2 = 7
    USE_FORMAT = 32


class IlaHook(Enumeration, prefix="ILA_HOOK_ROUTE_"):
    """Where the address is translated."""

    OUTPUT = 0
    INPUT = 1

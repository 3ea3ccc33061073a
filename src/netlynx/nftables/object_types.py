"""The types of objects. Source: linux/netfilter/nf_tables.h."""

from __future__ import annotations

from netlynx.schema import Enumeration


class ObjectType(Enumeration, prefix="NFT_OBJECT_"):
    """What an object is; its data is of that sort."""

    UNSPEC = 0
    COUNTER = 1
    QUOTA = 2
    CT_HELPER = 3
    LIMIT = 4
    CONNLIMIT = 5
    TUNNEL = 6
    CT_TIMEOUT = 7
    SECMARK = 8
    CT_EXPECT = 9
    SYNPROXY = 10

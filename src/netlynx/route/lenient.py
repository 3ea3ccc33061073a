"""Dumps that the kernel takes almost any request for, on a socket that asks for no strict checking.

Of the older tables it looked at nothing but the first byte, the family. So programs send `struct rtgenmsg`, a byte,
where a longer header belongs: glibc does for `if_nameindex` and `getifaddrs`, and busybox. Strict checking
(NETLINK_GET_STRICT_CHK) made that an error, for those that want it.
Source: net/core/rtnetlink.c (`rtnl_valid_dump_ifinfo_req`), net/core/neighbour.c, net/core/fib_rules.c,
net/ipv4/devinet.c, net/ipv4/fib_frontend.c, net/ipv6/addrconf.c, net/ipv6/addrlabel.c.
"""

from __future__ import annotations

from netlynx.route.constants import RTM, AddressFamily
from netlynx.wire.constants import NLM_F

_GENMSG = 4  # struct rtgenmsg, a byte, and what aligns the attributes behind it

_TABLES = frozenset(
    {
        RTM.GETLINK,
        RTM.GETADDR,
        RTM.GETROUTE,
        RTM.GETNEIGH,
        RTM.GETRULE,
        RTM.GETMULTICAST,
        RTM.GETANYCAST,
        RTM.GETNEIGHTBL,
        RTM.GETADDRLABEL,
        RTM.GETNETCONF,
        RTM.GETMDB,
    }
)


def is_lenient(kind: int, flags: int) -> bool:
    """Whether a request of this message type and these flags is a dump of which so little is checked."""
    return kind in _TABLES and flags & NLM_F.DUMP == NLM_F.DUMP


def completed(kind: int, payload: bytes, size: int) -> bytes:
    """The payload of such a dump's request, with zeros for what its header of `size` bytes lacks.

    Behind a short header there is nothing more; but a request for links may have attributes there. A payload that the
    kernel does not take so is left as it is.
    """
    if not payload or len(payload) >= size:
        return payload
    if kind == RTM.GETNEIGH and payload[0] == AddressFamily.BRIDGE:  # forwarding tables came later
        return payload
    attributes = payload[_GENMSG:] if kind == RTM.GETLINK else b""
    return payload[:1].ljust((size + 3) & ~3, b"\0") + attributes

"""HSR and PRP: the nodes of a ring, or of two networks side by side, that a link hears of.

    from netlynx import route
    from netlynx.families import hsr

    nl.do(route.add(route.Link(name="hsr0", kind="hsr", data=route.Hsr(port1="v1", port2="v2"))))
    for part in nl.dump(hsr.nodes("hsr0")):
        for address in part.addresses:
            print(nl.do(hsr.status(index="hsr0", address=address)).age1)

The kernel answers EINVAL for a link that there is not, and for one of another kind. Source: linux/hsr_netlink.h,
net/hsr/hsr_netlink.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Dump, Group
from netlynx.engine.unresolved import by_record
from netlynx.generic import Family, GenericHeader, do, event
from netlynx.generic.message import generic_dump
from netlynx.schema import Constants, Record, attr, interface, mac, multi, takes, u16, u32
from netlynx.schema.facts import Facts
from netlynx.wire.constants import NLM_F

__all__ = [
    "EVENTS",
    "HSR_A",
    "HSR_C",
    "LONG_AGO",
    "Hsr",
    "NodeList",
    "NodeRequest",
    "NodeStatus",
    "RingRequest",
    "nodes",
    "status",
]

LONG_AGO = 2**31 - 1
"""The age of frames that never came, or so long ago that it is not told any more."""


class HSR_C(Constants):
    """Commands and notifications."""

    UNSPEC = 0
    RING_ERROR = 1
    NODE_DOWN = 2
    GET_NODE_STATUS = 3
    SET_NODE_STATUS = 4
    GET_NODE_LIST = 5
    SET_NODE_LIST = 6


class HSR_A(Constants):
    """Attributes."""

    UNSPEC = 0
    NODE_ADDR = 1
    IFINDEX = 2
    IF1_AGE = 3
    IF2_AGE = 4
    NODE_ADDR_B = 5
    IF1_SEQ = 6
    IF2_SEQ = 7
    IF1_IFINDEX = 8
    IF2_IFINDEX = 9
    ADDR_B_IFINDEX = 10


_OTHER = {"HSR_A_*": "of another message"}


class RingRequest(Record, header=GenericHeader):
    """Which link of the kind ``hsr`` is asked."""

    __facts__: ClassVar[Facts] = Facts(attributes=HSR_A, policy="hsr_genl_policy")
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(HSR_A.IFINDEX, interface)


class NodeRequest(Record, header=GenericHeader):
    """Which link is asked, and for which node: the address that a `NodeList` has of it."""

    __facts__: ClassVar[Facts] = Facts(attributes=HSR_A, policy="hsr_genl_policy")
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(HSR_A.IFINDEX, interface)
    address: str | None = attr(HSR_A.NODE_ADDR, mac)


class NodeList(Record, header=GenericHeader):
    """Nodes that a link has heard of lately; only the first part of a long list says of which link."""

    __facts__: ClassVar[Facts] = Facts(attributes=HSR_A, policy="hsr_genl_policy")
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(HSR_A.IFINDEX, interface)
    addresses: takes.Several[str] = attr(HSR_A.NODE_ADDR, multi(mac))


class NodeStatus(Record, header=GenericHeader):
    """What a link has heard of a node on its two ports, A (1) and B (2).

    A node whose ports have different addresses has the other one in `address_b`, and `index_b` is the port here on
    which it is heard. In events only `address` and `index` are told.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=HSR_A, policy="hsr_genl_policy")

    index: takes.Name[int | None] = attr(HSR_A.IFINDEX, interface)  # of the link; of `ring_error`, of the port
    address: str | None = attr(HSR_A.NODE_ADDR, mac)
    address_b: str | None = attr(HSR_A.NODE_ADDR_B, mac)
    index_b: takes.Name[int | None] = attr(HSR_A.ADDR_B_IFINDEX, interface)
    age1: int | None = attr(HSR_A.IF1_AGE, u32)  # ms since its latest frame; LONG_AGO
    sequence1: int | None = attr(HSR_A.IF1_SEQ, u16)  # of its latest frame
    index1: takes.Name[int | None] = attr(HSR_A.IF1_IFINDEX, interface)
    age2: int | None = attr(HSR_A.IF2_AGE, u32)  # ms
    sequence2: int | None = attr(HSR_A.IF2_SEQ, u16)
    index2: takes.Name[int | None] = attr(HSR_A.IF2_IFINDEX, interface)


class Hsr(Family, name="HSR", version=1):
    """The family ``HSR``. A long list of nodes comes in several messages: `node_list` reads the first, `nodes` all."""

    node_status = do(
        HSR_C.GET_NODE_STATUS,
        request=NodeRequest,
        reply=NodeStatus,
        reply_number=HSR_C.SET_NODE_STATUS,
        required=("index", "address"),
    )
    node_list = do(
        HSR_C.GET_NODE_LIST,
        request=RingRequest,
        reply=NodeList,
        reply_number=HSR_C.SET_NODE_LIST,
        required=("index",),
    )

    ring_error = event(HSR_C.RING_ERROR, NodeStatus, group="hsr-network")
    node_down = event(HSR_C.NODE_DOWN, NodeStatus, group="hsr-network")


EVENTS: Group[NodeStatus] = Hsr.notifications()
"""A node that is heard on one port alone (``ring_error``: the ring is open), one that is not heard any more."""

status = Hsr.node_status


def nodes(index: int | str) -> Dump[NodeList]:
    """The addresses of all nodes that a link of the kind ``hsr`` has heard of, its own among them."""
    request = RingRequest(index=index)
    return by_record("hsr.nodes", _nodes, request) or _nodes(request)


def _nodes(request: RingRequest) -> Dump[NodeList]:
    # It is no dump of the kernel's: several plain messages, ended by the acknowledgement.
    number, flags = HSR_C.GET_NODE_LIST, NLM_F.ACK
    return generic_dump("hsr.nodes", "HSR", number, request, NodeList, version=1, flags=flags, once=True)

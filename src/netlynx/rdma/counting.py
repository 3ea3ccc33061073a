"""What can be asked of statistics, and of what drivers keep for themselves: raw resources, pools of memory regions.

Source: drivers/infiniband/core/nldev.c.
"""

from __future__ import annotations

from netlynx.engine.operation import Do, Dump
from netlynx.errors import EncodeError
from netlynx.rdma.constants import CountedResource, CounterMode
from netlynx.rdma.listing import C, Which, asking, listed
from netlynx.rdma.parts import A
from netlynx.rdma.request import Wanted
from netlynx.rdma.resource import FrmrPool, RawResource
from netlynx.rdma.statistics import Countables, Counter, Counting, RegionStatistics, Statistics
from netlynx.schema.arguments import member_of
from netlynx.schema.names import Enumeration


class RawKind(Enumeration):
    """What drivers tell raw."""

    QP = 1
    CQ = 2
    MR = 3
    SRQ = 4


_RAW = {
    RawKind.QP: (C.RES_QP_GET_RAW, A.RES_QP),
    RawKind.CQ: (C.RES_CQ_GET_RAW, A.RES_CQ),
    RawKind.MR: (C.RES_MR_GET_RAW, A.RES_MR),
    RawKind.SRQ: (C.RES_SRQ_GET_RAW, A.RES_SRQ),
}


def raw_resources(
    kind: RawKind | str | int, device: Which | None = None, *, port: int | None = None
) -> Dump[RawResource]:
    """All resources of a kind ("qp", "cq", "mr", "srq") as the hardware has them. It takes CAP_NET_ADMIN.

    Few drivers tell. Raises EncodeError for another kind, and for a port of what has none.
    """
    path = "rdma.raw_resources"
    which = member_of(RawKind, kind, f"{path}(kind)")
    if port is not None and which is not RawKind.QP:
        raise EncodeError("only queue pairs are of a port: leave it out", f"{path}(port)")
    command, rows = _RAW[which]
    return listed("raw_resources", command, RawResource, rows, device, port=port)


def raw_resource(kind: RawKind | str | int, device: Which, number: int, *, port: int | None = None) -> Do[RawResource]:
    """One resource as the hardware has it; a queue pair's port is the first, unless it is said.

    It takes CAP_NET_ADMIN. Raises EncodeError as `raw_resources`.
    """
    path = "rdma.raw_resource"
    which = member_of(RawKind, kind, f"{path}(kind)")
    if port is not None and which is not RawKind.QP:
        raise EncodeError("only queue pairs are of a port: leave it out", f"{path}(port)")
    wanted = {
        RawKind.QP: Wanted(device=device, port=port or 1, qp=number),
        RawKind.CQ: Wanted(device=device, cq=number),
        RawKind.MR: Wanted(device=device, mr=number),
        RawKind.SRQ: Wanted(device=device, srq=number),
    }[which]
    made: Do[RawResource] = asking("raw_resource", _RAW[which][0], wanted, RawResource)
    return made


def statistics(device: Which, port: int = 1) -> Do[Statistics]:
    """What was counted of a port."""
    made: Do[Statistics] = asking("statistics", C.STAT_GET, Wanted(device=device, port=port), Statistics)
    return made


def counters(device: Which | None = None, *, port: int | None = None) -> Dump[Counter]:
    """Counters that queue pairs are bound to, of a device or of all, of a port."""
    return listed("counters", C.STAT_GET, Counter, A.STAT_COUNTER, device, port=port, counted=CountedResource.QP)


def counter(device: Which, number: int, port: int = 1) -> Do[Counter]:
    """One counter of a port."""
    wanted = Wanted(device=device, port=port, counted=CountedResource.QP, counter=number)
    made: Do[Counter] = asking("counter", C.STAT_GET, wanted, Counter)
    return made


def region_statistics(device: Which | None = None) -> Dump[RegionStatistics]:
    """What was counted of memory regions, of a device or of all."""
    return listed("region_statistics", C.STAT_GET, RegionStatistics, A.RES_MR, device, counted=CountedResource.MR)


def counting(device: Which, port: int = 1) -> Do[Counting]:
    """How queue pairs of a port are bound to counters."""
    wanted = Wanted(device=device, port=port, counted=CountedResource.QP, mode=CounterMode.NONE)
    made: Do[Counting] = asking("counting", C.STAT_GET, wanted, Counting)
    return made


def countables(device: Which, port: int = 1) -> Do[Countables]:
    """All that can be counted of a port, and whether it is."""
    made: Do[Countables] = asking("countables", C.STAT_GET_STATUS, Wanted(device=device, port=port), Countables)
    return made


def frmr_pools(device: Which | None = None) -> Dump[FrmrPool]:
    """Pools of fast memory regions, of a device or of all (Linux 7.3)."""
    return listed("frmr_pools", C.FRMR_POOLS_GET, FrmrPool, A.FRMR_POOLS, device)

"""What the messages of RDMA are called and what they carry: see `netlynx.engine.lexicon`."""

from __future__ import annotations

from typing import Any

from netlynx.engine.lexicon import Entry, Said, of_constants
from netlynx.rdma import mapper, request, services
from netlynx.rdma.device import Device, Link, Notification
from netlynx.rdma.numbers import RDMA_NL, RDMA_NL_IWPM, RDMA_NL_LS_OP, RDMA_NLDEV_CMD
from netlynx.rdma.parts import A
from netlynx.rdma.request import Wanted
from netlynx.rdma.resource import (
    CmId,
    CompletionQueue,
    Context,
    FrmrPool,
    MemoryRegion,
    ProtectionDomain,
    QueuePair,
    RawResource,
    Resources,
    SharedReceiveQueue,
)
from netlynx.rdma.statistics import Bound, Countables, Counter, Counting, RegionStatistics, Statistics
from netlynx.rdma.system import CharacterDevice, System
from netlynx.wire.constants import NLM_F

C = RDMA_NLDEV_CMD
_NESTED = 0x3FFF

# Of a listing, and of one.
_RESOURCES: dict[int, tuple[Any, Any]] = {
    C.RES_QP_GET: (request.QueuePairs, QueuePair),
    C.RES_CM_ID_GET: (request.CmIds, CmId),
    C.RES_CQ_GET: (request.CompletionQueues, CompletionQueue),
    C.RES_MR_GET: (request.MemoryRegions, MemoryRegion),
    C.RES_PD_GET: (request.ProtectionDomains, ProtectionDomain),
    C.RES_CTX_GET: (request.Contexts, Context),
    C.RES_SRQ_GET: (request.SharedReceiveQueues, SharedReceiveQueue),
    C.RES_QP_GET_RAW: (request.RawQueuePairs, RawResource),
    C.RES_CQ_GET_RAW: (request.RawCompletionQueues, RawResource),
    C.RES_MR_GET_RAW: (request.RawMemoryRegions, RawResource),
    C.RES_SRQ_GET_RAW: (request.RawSharedReceiveQueues, RawResource),
    C.FRMR_POOLS_GET: (request.FrmrPools, FrmrPool),
}
_ONE = {
    C.PORT_GET: Link,
    C.SYS_GET: System,
    C.RES_GET: Resources,
    C.GET_CHARDEV: CharacterDevice,
    C.STAT_GET_STATUS: Countables,
    C.MONITOR: Notification,
    **{command: one for command, (_, one) in _RESOURCES.items()},
}
_DEVICES = (C.SET, C.NEWLINK, C.DELLINK, C.NEWDEV, C.DELDEV)
_REQUESTS = of_constants(
    C,
    {
        **dict.fromkeys(map(int, C.__c_names__.values()), Wanted),
        **dict.fromkeys(_DEVICES, Device),
        C.SYS_SET: System,
        C.FRMR_POOLS_SET: FrmrPool,
    },
    RDMA_NL.NLDEV << 10,
)
_ANSWERS = of_constants(C, _ONE, RDMA_NL.NLDEV << 10)
_TABLES = of_constants(C, {**_ONE, **{command: many for command, (many, _) in _RESOURCES.items()}}, RDMA_NL.NLDEV << 10)
_LS = of_constants(
    RDMA_NL_LS_OP,
    {RDMA_NL_LS_OP.RESOLVE: services.PathRequest, RDMA_NL_LS_OP.IP_RESOLVE: services.AddressRequest},
    RDMA_NL.LS << 10,
)
_LS_SAID = of_constants(
    RDMA_NL_LS_OP,
    {
        RDMA_NL_LS_OP.RESOLVE: services.PathAnswer,
        RDMA_NL_LS_OP.IP_RESOLVE: services.AddressAnswer,
        RDMA_NL_LS_OP.SET_TIMEOUT: services.Timeout,
    },
    RDMA_NL.LS << 10,
)
_MAPPER = of_constants(
    RDMA_NL_IWPM,
    {
        RDMA_NL_IWPM.REG_PID: mapper.MapperRequest,
        RDMA_NL_IWPM.ADD_MAPPING: mapper.MappingRequest,
        RDMA_NL_IWPM.REMOVE_MAPPING: mapper.MappingRequest,
        RDMA_NL_IWPM.QUERY_MAPPING: mapper.PeerMappingRequest,
        RDMA_NL_IWPM.MAPINFO: mapper.Mapping,
        RDMA_NL_IWPM.MAPINFO_NUM: mapper.MappingCount,
        RDMA_NL_IWPM.HELLO: mapper.MapperHello,
    },
    RDMA_NL.IWCM << 10,
)
_MAPPER_SAID = of_constants(
    RDMA_NL_IWPM,
    {
        RDMA_NL_IWPM.REG_PID: mapper.MapperAnswer,
        RDMA_NL_IWPM.ADD_MAPPING: mapper.MappingAnswer,
        RDMA_NL_IWPM.QUERY_MAPPING: mapper.PeerMapping,
        RDMA_NL_IWPM.REMOTE_INFO: mapper.PeerMapping,
        RDMA_NL_IWPM.HANDLE_ERR: mapper.MapperError,
        RDMA_NL_IWPM.MAPINFO: mapper.MappingsRequest,
        RDMA_NL_IWPM.MAPINFO_NUM: mapper.MappingCount,
        RDMA_NL_IWPM.HELLO: mapper.MapperHello,
    },
    RDMA_NL.IWCM << 10,
)


def entry(said: Said) -> Entry | None:
    """See `netlynx.engine.lexicon.look_up`."""
    kind = said.message.type
    client = kind >> 10
    if client != RDMA_NL.NLDEV:
        by_kernel, by_daemon = (_LS, _LS_SAID) if client == RDMA_NL.LS else (_MAPPER, _MAPPER_SAID)
        return (by_kernel if said.answer else by_daemon).get(kind)
    if not said.answer:
        return _REQUESTS.get(kind)
    found = (_TABLES if said.message.flags & NLM_F.MULTI else _ANSWERS).get(kind)
    if found is None or found.record is not None:
        return found
    return Entry(found.name, _by_what_it_says(kind & 0x3FF, said.message.payload))


def _by_what_it_says(command: int, payload: bytes) -> Any:
    """What answers a message that answers several requests, by which attributes there are."""
    there = set(_numbers(payload))
    if command == C.GET:
        return Link if A.PORT_STATE in there else Device
    if command not in (C.STAT_GET, C.STAT_SET):
        return None
    for number, record in (
        (A.STAT_COUNTER, request.Counters),
        (A.RES_MR, request.RegionsStatistics),
        (A.RES_MRN, RegionStatistics),
        (A.RES_QP, Counter),
        (A.STAT_MODE, Counting),
        (A.STAT_COUNTER_ID, Bound),
    ):
        if number in there:
            return record
    return Statistics


def _numbers(payload: bytes) -> Any:
    at = 0
    while at + 4 <= len(payload):
        length = int.from_bytes(payload[at : at + 2], "little")
        yield int.from_bytes(payload[at + 2 : at + 4], "little") & _NESTED
        at += max(4, length + 3 & ~3)

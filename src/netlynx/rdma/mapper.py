"""What the kernel and the port mapper of iWARP say to each other (`IWCM`): who maps, which ports, for which peers.

The kernel asks: who answers says in `sequence` the number of the request's message. Addresses have their ports.
Source: drivers/infiniband/core/iwpm_msg.c, drivers/infiniband/core/iwpm_util.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.rdma.constants import MapFlags
from netlynx.rdma.numbers import (
    IWPM_NLA_ERR,
    IWPM_NLA_HELLO,
    IWPM_NLA_MANAGE,
    IWPM_NLA_MAPINFO,
    IWPM_NLA_MAPINFO_NUM,
    IWPM_NLA_MAPINFO_REQ,
    IWPM_NLA_QUERY,
    IWPM_NLA_REG,
    IWPM_NLA_RMANAGE,
    IWPM_NLA_RQUERY,
    IWPM_NLA_RREG,
)
from netlynx.schema import Record, attr, enum, string, takes, u16, u32
from netlynx.schema.endpoint import stored_endpoint
from netlynx.schema.facts import Facts


class MapperRequest(Record):
    """The kernel asks who maps ports, for a device that has come."""

    __facts__: ClassVar[Facts] = Facts(attributes=IWPM_NLA_REG)

    sequence: int | None = attr(IWPM_NLA_REG.PID_SEQ, u32)
    netdev: str | None = attr(IWPM_NLA_REG.IF_NAME, string)
    device: str | None = attr(IWPM_NLA_REG.IBDEV_NAME, string)
    library: str | None = attr(IWPM_NLA_REG.ULIB_NAME, string)


class MapperAnswer(Record):
    """A port mapper answers that it does."""

    __facts__: ClassVar[Facts] = Facts(attributes=IWPM_NLA_RREG, policy="resp_reg_policy")

    sequence: int | None = attr(IWPM_NLA_RREG.PID_SEQ, u32)
    device: str | None = attr(IWPM_NLA_RREG.IBDEV_NAME, string(31))
    library: str | None = attr(IWPM_NLA_RREG.ULIB_NAME, string(31))
    version: int | None = attr(IWPM_NLA_RREG.ULIB_VER, u16)
    error: int | None = attr(IWPM_NLA_RREG.PID_ERR, u16)


class MappingRequest(Record):
    """The kernel asks for a port in the place of that of an address, or has no need of it any more."""

    __facts__: ClassVar[Facts] = Facts(attributes=IWPM_NLA_MANAGE)

    sequence: int | None = attr(IWPM_NLA_MANAGE.MAPPING_SEQ, u32)
    address: str | None = attr(IWPM_NLA_MANAGE.ADDR, stored_endpoint)
    flags: takes.Flags[MapFlags | None] = attr(IWPM_NLA_MANAGE.FLAGS, enum(MapFlags, u32))


class MappingAnswer(Record):
    """The address that another one was mapped to."""

    __facts__: ClassVar[Facts] = Facts(attributes=IWPM_NLA_RMANAGE, policy="resp_add_policy")

    sequence: int | None = attr(IWPM_NLA_RMANAGE.MAPPING_SEQ, u32)
    address: str | None = attr(IWPM_NLA_RMANAGE.ADDR, stored_endpoint)
    mapped: str | None = attr(IWPM_NLA_RMANAGE.MAPPED_LOC_ADDR, stored_endpoint)
    error: int | None = attr(IWPM_NLA_RMANAGE.MAPPING_ERR, u16)


class PeerMappingRequest(Record):
    """The kernel asks for a port in the place of that of an address, and what a peer has mapped its own to."""

    __facts__: ClassVar[Facts] = Facts(attributes=IWPM_NLA_QUERY)

    sequence: int | None = attr(IWPM_NLA_QUERY.MAPPING_SEQ, u32)
    local: str | None = attr(IWPM_NLA_QUERY.LOCAL_ADDR, stored_endpoint)
    remote: str | None = attr(IWPM_NLA_QUERY.REMOTE_ADDR, stored_endpoint)
    flags: takes.Flags[MapFlags | None] = attr(IWPM_NLA_QUERY.FLAGS, enum(MapFlags, u32))


class PeerMapping(Record):
    """Which addresses both ends of a connection were mapped to: an answer, or told of a peer that connects."""

    __facts__: ClassVar[Facts] = Facts(attributes=IWPM_NLA_RQUERY, policy="resp_query_policy")

    sequence: int | None = attr(IWPM_NLA_RQUERY.MAPPING_SEQ, u32)
    local: str | None = attr(IWPM_NLA_RQUERY.LOCAL_ADDR, stored_endpoint)
    remote: str | None = attr(IWPM_NLA_RQUERY.REMOTE_ADDR, stored_endpoint)
    mapped_local: str | None = attr(IWPM_NLA_RQUERY.MAPPED_LOC_ADDR, stored_endpoint)
    mapped_remote: str | None = attr(IWPM_NLA_RQUERY.MAPPED_REM_ADDR, stored_endpoint)
    error: int | None = attr(IWPM_NLA_RQUERY.MAPPING_ERR, u16)


class MapperError(Record):
    """A port mapper could not do what a request asked for."""

    __facts__: ClassVar[Facts] = Facts(attributes=IWPM_NLA_ERR, policy="map_error_policy")

    sequence: int | None = attr(IWPM_NLA_ERR.SEQ, u32)
    code: int | None = attr(IWPM_NLA_ERR.CODE, u16)


class MappingsRequest(Record):
    """A port mapper that has begun asks for all mappings that the kernel knows."""

    __facts__: ClassVar[Facts] = Facts(attributes=IWPM_NLA_MAPINFO_REQ, policy="resp_mapinfo_policy")

    library: str | None = attr(IWPM_NLA_MAPINFO_REQ.ULIB_NAME, string(31))
    version: int | None = attr(IWPM_NLA_MAPINFO_REQ.ULIB_VER, u16)


class Mapping(Record):
    """A mapping that the kernel knows."""

    __facts__: ClassVar[Facts] = Facts(attributes=IWPM_NLA_MAPINFO)

    address: str | None = attr(IWPM_NLA_MAPINFO.LOCAL_ADDR, stored_endpoint)
    mapped: str | None = attr(IWPM_NLA_MAPINFO.MAPPED_ADDR, stored_endpoint)
    flags: takes.Flags[MapFlags | None] = attr(IWPM_NLA_MAPINFO.FLAGS, enum(MapFlags, u32))


class MappingCount(Record):
    """How many mappings the kernel told, and how many arrived."""

    __facts__: ClassVar[Facts] = Facts(attributes=IWPM_NLA_MAPINFO_NUM, policy="ack_mapinfo_policy")

    sequence: int | None = attr(IWPM_NLA_MAPINFO_NUM.SEQ, u32)
    sent: int | None = attr(IWPM_NLA_MAPINFO_NUM.SEND_NUM, u32)
    arrived: int | None = attr(IWPM_NLA_MAPINFO_NUM.ACK_NUM, u32)


class MapperHello(Record):
    """Which versions of the kernel's side, or of a port mapper's, there are."""

    __facts__: ClassVar[Facts] = Facts(attributes=IWPM_NLA_HELLO, policy="hello_policy")

    version: int | None = attr(IWPM_NLA_HELLO.ABI_VERSION, u16)

"""What is said of SMC: groups of links, links, devices, identifiers. Source: smc_core.c, smc_ib.c, … of net/smc/."""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Record, attr, boolean, enum, hook, interface, nest, string, takes, u8, u16, u32, u64, uint
from netlynx.schema.facts import Facts

from .constants import (
    SMC_GEN,
    SMC_NLA_DEV,
    SMC_NLA_DEV_PORT,
    SMC_NLA_EID_TABLE,
    SMC_NLA_HS_LIMITATION,
    SMC_NLA_LGR_D,
    SMC_NLA_LGR_R,
    SMC_NLA_LGR_R_V2,
    SMC_NLA_LGR_V2,
    SMC_NLA_LINK,
    SMC_NLA_SEID,
    SMC_NLA_SYS,
    SMC_PNETID,
    BufferType,
    GroupType,
    LinkState,
    Role,
)

_LONGEST = 32  # SMC_MAX_EID_LEN


def _ueid_text(data: bytes) -> str:
    return data.rstrip(b"\0").decode("ascii").rstrip(" ")


def _ueid_bytes(text: str) -> bytes:
    """The kernel takes 32 bytes and a NUL, and no others."""
    data = text.encode("ascii")
    if not 0 < len(data) <= _LONGEST:
        raise ValueError(f"an identifier has 1 to {_LONGEST} characters, {text!r} has {len(data)}")
    return data.ljust(_LONGEST) + b"\0"


_UEID = hook(_ueid_text, _ueid_bytes, pure=True)

_TOP = Facts(attributes=SMC_GEN)
_OTHER = {"SMC_GEN_*": "not of this message"}


class System(Record, header=GenericHeader):
    """What this host has of SMC."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, Facts(attributes=SMC_NLA_SYS))
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    version: int | None = attr((SMC_GEN.SYS_INFO, SMC_NLA_SYS.VER), u8)
    release: int | None = attr((SMC_GEN.SYS_INFO, SMC_NLA_SYS.REL), u8)
    ism_v2: bool | None = attr((SMC_GEN.SYS_INFO, SMC_NLA_SYS.IS_ISM_V2), boolean)
    rdma_v2: bool | None = attr((SMC_GEN.SYS_INFO, SMC_NLA_SYS.IS_SMCR_V2), boolean)
    host: str | None = attr((SMC_GEN.SYS_INFO, SMC_NLA_SYS.LOCAL_HOST), string)
    seid: str | None = attr((SMC_GEN.SYS_INFO, SMC_NLA_SYS.SEID), string)  # the system's identifier


class GroupV2(Record):
    """What a group of links of version 2 has besides."""

    __facts__: ClassVar[Facts] = Facts(attributes=SMC_NLA_LGR_V2)

    version: int | None = attr(SMC_NLA_LGR_V2.VER, u8)
    release: int | None = attr(SMC_NLA_LGR_V2.REL, u8)  # of the peer
    os: int | None = attr(SMC_NLA_LGR_V2.OS, u8)  # of the peer
    eid: str | None = attr(SMC_NLA_LGR_V2.NEG_EID, string)  # that both agreed upon
    host: str | None = attr(SMC_NLA_LGR_V2.PEER_HOST, string)


class RdmaV2(Record):
    """What a group of links of version 2 over RDMA has besides."""

    __facts__: ClassVar[Facts] = Facts(attributes=SMC_NLA_LGR_R_V2)

    direct: bool | None = attr(SMC_NLA_LGR_R_V2.DIRECT, boolean)  # not by a gateway
    max_connections: int | None = attr(SMC_NLA_LGR_R_V2.MAX_CONNS, u8)
    max_links: int | None = attr(SMC_NLA_LGR_R_V2.MAX_LINKS, u8)


class RdmaGroup(Record, header=GenericHeader):
    """A group of links to a peer over RDMA (SMC-R)."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, Facts(attributes=SMC_NLA_LGR_R))
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    id: int | None = attr((SMC_GEN.LGR_SMCR, SMC_NLA_LGR_R.ID), u32)
    role: takes.Member[Role | None] = attr((SMC_GEN.LGR_SMCR, SMC_NLA_LGR_R.ROLE), enum(Role, u8))
    type: takes.Member[GroupType | None] = attr((SMC_GEN.LGR_SMCR, SMC_NLA_LGR_R.TYPE), enum(GroupType, u8))
    pnetid: str | None = attr((SMC_GEN.LGR_SMCR, SMC_NLA_LGR_R.PNETID), string)
    vlan: int | None = attr((SMC_GEN.LGR_SMCR, SMC_NLA_LGR_R.VLAN_ID), u8)  # its lowest eight bits
    connections: int | None = attr((SMC_GEN.LGR_SMCR, SMC_NLA_LGR_R.CONNS_NUM), u32)
    v2: takes.Nested[GroupV2 | None] = attr((SMC_GEN.LGR_SMCR, SMC_NLA_LGR_R.V2_COMMON), nest(GroupV2))
    rdma_v2: takes.Nested[RdmaV2 | None] = attr((SMC_GEN.LGR_SMCR, SMC_NLA_LGR_R.V2), nest(RdmaV2))
    cookie: int | None = attr((SMC_GEN.LGR_SMCR, SMC_NLA_LGR_R.NET_COOKIE), u64)  # of the network namespace
    buffers: takes.Member[BufferType | None] = attr((SMC_GEN.LGR_SMCR, SMC_NLA_LGR_R.BUF_TYPE), enum(BufferType, u8))
    sending: int | None = attr((SMC_GEN.LGR_SMCR, SMC_NLA_LGR_R.SNDBUF_ALLOC), uint)  # bytes of buffers
    receiving: int | None = attr((SMC_GEN.LGR_SMCR, SMC_NLA_LGR_R.RMB_ALLOC), uint)


class RdmaLink(Record, header=GenericHeader):
    """A link of a group; a listing has these behind the group that they are of."""

    __facts__: ClassVar[tuple[Facts, ...]] = (
        _TOP,
        Facts(attributes=SMC_NLA_LINK),
        Facts(attributes=SMC_NLA_LGR_R),
    )
    __omitted__: ClassVar[dict[str, str]] = {**_OTHER, "SMC_NLA_LGR_R_*": "of the group: RdmaGroup"}

    group: int | None = attr((SMC_GEN.LGR_SMCR, SMC_NLA_LGR_R.ID), u32)  # of a message that is about the group
    id: int | None = attr((SMC_GEN.LINK_SMCR, SMC_NLA_LINK.ID), u8)
    device: str | None = attr((SMC_GEN.LINK_SMCR, SMC_NLA_LINK.IB_DEV), string)
    port: int | None = attr((SMC_GEN.LINK_SMCR, SMC_NLA_LINK.IB_PORT), u8)
    gid: str | None = attr((SMC_GEN.LINK_SMCR, SMC_NLA_LINK.GID), string)
    peer_gid: str | None = attr((SMC_GEN.LINK_SMCR, SMC_NLA_LINK.PEER_GID), string)
    connections: int | None = attr((SMC_GEN.LINK_SMCR, SMC_NLA_LINK.CONN_CNT), u32)
    index: takes.Name[int | None] = attr((SMC_GEN.LINK_SMCR, SMC_NLA_LINK.NET_DEV), interface)
    uid: int | None = attr((SMC_GEN.LINK_SMCR, SMC_NLA_LINK.UID), u32)
    peer_uid: int | None = attr((SMC_GEN.LINK_SMCR, SMC_NLA_LINK.PEER_UID), u32)
    state: takes.Member[LinkState | None] = attr((SMC_GEN.LINK_SMCR, SMC_NLA_LINK.STATE), enum(LinkState, u32))


class IsmGroup(Record, header=GenericHeader):
    """A group of connections to a peer in the same machine (SMC-D), or within this host (loopback)."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, Facts(attributes=SMC_NLA_LGR_D))
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    id: int | None = attr((SMC_GEN.LGR_SMCD, SMC_NLA_LGR_D.ID), u32)
    gid: int | None = attr((SMC_GEN.LGR_SMCD, SMC_NLA_LGR_D.GID), u64)
    gid_rest: int | None = attr((SMC_GEN.LGR_SMCD, SMC_NLA_LGR_D.EXT_GID), u64)
    peer_gid: int | None = attr((SMC_GEN.LGR_SMCD, SMC_NLA_LGR_D.PEER_GID), u64)
    peer_gid_rest: int | None = attr((SMC_GEN.LGR_SMCD, SMC_NLA_LGR_D.PEER_EXT_GID), u64)
    vlan: int | None = attr((SMC_GEN.LGR_SMCD, SMC_NLA_LGR_D.VLAN_ID), u8)  # its lowest eight bits
    connections: int | None = attr((SMC_GEN.LGR_SMCD, SMC_NLA_LGR_D.CONNS_NUM), u32)
    pnetid: str | None = attr((SMC_GEN.LGR_SMCD, SMC_NLA_LGR_D.PNETID), string)
    channel: int | None = attr((SMC_GEN.LGR_SMCD, SMC_NLA_LGR_D.CHID), u32)
    v2: takes.Nested[GroupV2 | None] = attr((SMC_GEN.LGR_SMCD, SMC_NLA_LGR_D.V2_COMMON), nest(GroupV2))
    sending: int | None = attr((SMC_GEN.LGR_SMCD, SMC_NLA_LGR_D.SNDBUF_ALLOC), uint)  # bytes of buffers
    receiving: int | None = attr((SMC_GEN.LGR_SMCD, SMC_NLA_LGR_D.DMB_ALLOC), uint)


class Port(Record):
    """A port of a device, and the network that it is in by name."""

    __facts__: ClassVar[Facts] = Facts(attributes=SMC_NLA_DEV_PORT)

    by_user: bool | None = attr(SMC_NLA_DEV_PORT.PNET_USR, boolean)  # who named the network
    pnetid: str | None = attr(SMC_NLA_DEV_PORT.PNETID, string)
    index: takes.Name[int | None] = attr(SMC_NLA_DEV_PORT.NETDEV, interface)
    active: bool | None = attr(SMC_NLA_DEV_PORT.STATE, boolean)
    valid: bool | None = attr(SMC_NLA_DEV_PORT.VALID, boolean)
    links: int | None = attr(SMC_NLA_DEV_PORT.LNK_CNT, u32)


class Device(Record, header=GenericHeader):
    """A device for RDMA that SMC can use; `critical` says that links would break without it."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, Facts(attributes=SMC_NLA_DEV))
    __omitted__: ClassVar[dict[str, str]] = {**_OTHER, "SMC_NLA_DEV_USE_CNT": "of ISM: IsmDevice"}

    name: str | None = attr((SMC_GEN.DEV_SMCR, SMC_NLA_DEV.IB_NAME), string)
    critical: bool | None = attr((SMC_GEN.DEV_SMCR, SMC_NLA_DEV.IS_CRIT), boolean)
    function: int | None = attr((SMC_GEN.DEV_SMCR, SMC_NLA_DEV.PCI_FID), u32)
    channel: int | None = attr((SMC_GEN.DEV_SMCR, SMC_NLA_DEV.PCI_CHID), u16)
    vendor: int | None = attr((SMC_GEN.DEV_SMCR, SMC_NLA_DEV.PCI_VENDOR), u16)
    product: int | None = attr((SMC_GEN.DEV_SMCR, SMC_NLA_DEV.PCI_DEVICE), u16)
    pci: str | None = attr((SMC_GEN.DEV_SMCR, SMC_NLA_DEV.PCI_ID), string)
    port1: takes.Nested[Port | None] = attr((SMC_GEN.DEV_SMCR, SMC_NLA_DEV.PORT), nest(Port))
    port2: takes.Nested[Port | None] = attr((SMC_GEN.DEV_SMCR, SMC_NLA_DEV.PORT2), nest(Port))


class IsmDevice(Record, header=GenericHeader):
    """A device for connections within a machine, or of the loopback, that SMC can use."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, Facts(attributes=SMC_NLA_DEV))
    __omitted__: ClassVar[dict[str, str]] = {
        **_OTHER,
        "SMC_NLA_DEV_PORT2": "it has one port",
        "SMC_NLA_DEV_IB_NAME": "of RDMA: Device",
    }

    used: int | None = attr((SMC_GEN.DEV_SMCD, SMC_NLA_DEV.USE_CNT), u32)  # groups
    critical: bool | None = attr((SMC_GEN.DEV_SMCD, SMC_NLA_DEV.IS_CRIT), boolean)
    function: int | None = attr((SMC_GEN.DEV_SMCD, SMC_NLA_DEV.PCI_FID), u32)
    channel: int | None = attr((SMC_GEN.DEV_SMCD, SMC_NLA_DEV.PCI_CHID), u16)
    vendor: int | None = attr((SMC_GEN.DEV_SMCD, SMC_NLA_DEV.PCI_VENDOR), u16)
    product: int | None = attr((SMC_GEN.DEV_SMCD, SMC_NLA_DEV.PCI_DEVICE), u16)
    pci: str | None = attr((SMC_GEN.DEV_SMCD, SMC_NLA_DEV.PCI_ID), string)
    port: takes.Nested[Port | None] = attr((SMC_GEN.DEV_SMCD, SMC_NLA_DEV.PORT), nest(Port))


class UserId(Record, header=GenericHeader):
    """An identifier that users gave: hosts that share one speak SMC. It has up to 32 of ``A-Z0-9.-``."""

    __facts__: ClassVar[Facts] = Facts(attributes=SMC_NLA_EID_TABLE, policy="smc_gen_ueid_policy")

    ueid: str | None = attr(SMC_NLA_EID_TABLE.ENTRY, _UEID)


class SystemId(Record, header=GenericHeader):
    """The identifier that the machine has, and whether it is offered."""

    __facts__: ClassVar[Facts] = Facts(attributes=SMC_NLA_SEID)

    seid: str | None = attr(SMC_NLA_SEID.ENTRY, string)
    enabled: bool | None = attr(SMC_NLA_SEID.ENABLED, boolean)


class Limitation(Record, header=GenericHeader):
    """Whether few handshakes are made at a time: what is too many goes on over TCP."""

    __facts__: ClassVar[Facts] = Facts(attributes=SMC_NLA_HS_LIMITATION)

    enabled: bool | None = attr(SMC_NLA_HS_LIMITATION.ENABLED, boolean)


class Pnetid(Record, header=GenericHeader):
    """The name of a physical network, and what is in it: a link, or a port of a device for RDMA (0: of another one)."""

    __facts__: ClassVar[Facts] = Facts(attributes=SMC_PNETID, policy="smc_pnet_policy")

    name: str | None = attr(SMC_PNETID.NAME, string(16))
    link: str | None = attr(SMC_PNETID.ETHNAME, string(15))
    device: str | None = attr(SMC_PNETID.IBNAME, string(63))
    port: int | None = attr(SMC_PNETID.IBPORT, u8)


class PnetidName(Record, header=GenericHeader):
    """Which physical network."""

    __facts__: ClassVar[Facts] = Facts(attributes=SMC_PNETID, policy="smc_pnet_policy")
    __omitted__: ClassVar[dict[str, str]] = {"SMC_PNETID_*": "not of this message"}

    name: str | None = attr(SMC_PNETID.NAME, string(16))

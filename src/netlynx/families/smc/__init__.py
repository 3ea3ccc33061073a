"""SMC: connections of TCP that go on in shared memory, over RDMA (SMC-R) or within a machine (SMC-D).

    from netlynx.families import smc

    for group in nl.dump(smc.rdma_groups()):
        print(group.id, group.role, group.connections)
    for each in nl.dump(smc.fallbacks()):
        print(each.reason, each.count)
    nl.do(smc.add_ueid(ueid="EXAMPLE.ID"))
    nl.do(smc.add_pnetid(name="NET1", link="eth0"))

It is two families, of which ``SMC_PNETID`` names networks. Source: linux/smc.h, net/smc/, smcr(8), smc_pnet(8).
"""

from __future__ import annotations

from netlynx.generic import Family, do, dump, parts

from .constants import (
    SMC_GEN,
    SMC_NETLINK,
    SMC_NLA_DEV,
    SMC_NLA_DEV_PORT,
    SMC_NLA_EID_TABLE,
    SMC_NLA_FBACK_STATS,
    SMC_NLA_HS_LIMITATION,
    SMC_NLA_LGR_D,
    SMC_NLA_LGR_R,
    SMC_NLA_LGR_R_V2,
    SMC_NLA_LGR_V2,
    SMC_NLA_LINK,
    SMC_NLA_SEID,
    SMC_NLA_STATS,
    SMC_NLA_STATS_PLOAD,
    SMC_NLA_STATS_RMB,
    SMC_NLA_STATS_T,
    SMC_NLA_SYS,
    SMC_PNETID,
    SMC_PNETID_CMD,
    BufferType,
    GroupType,
    LinkState,
    Role,
)
from .records import (
    Device,
    GroupV2,
    IsmDevice,
    IsmGroup,
    Limitation,
    Pnetid,
    PnetidName,
    Port,
    RdmaGroup,
    RdmaLink,
    RdmaV2,
    System,
    SystemId,
    UserId,
)
from .statistics import Buffers, Fallback, Sizes, Statistics, Technology

__all__ = [
    "SMC_GEN",
    "SMC_NETLINK",
    "SMC_NLA_DEV",
    "SMC_NLA_DEV_PORT",
    "SMC_NLA_EID_TABLE",
    "SMC_NLA_FBACK_STATS",
    "SMC_NLA_HS_LIMITATION",
    "SMC_NLA_LGR_D",
    "SMC_NLA_LGR_R",
    "SMC_NLA_LGR_R_V2",
    "SMC_NLA_LGR_V2",
    "SMC_NLA_LINK",
    "SMC_NLA_SEID",
    "SMC_NLA_STATS",
    "SMC_NLA_STATS_PLOAD",
    "SMC_NLA_STATS_RMB",
    "SMC_NLA_STATS_T",
    "SMC_NLA_SYS",
    "SMC_PNETID",
    "SMC_PNETID_CMD",
    "BufferType",
    "Buffers",
    "Device",
    "Fallback",
    "GroupType",
    "GroupV2",
    "IsmDevice",
    "IsmGroup",
    "Limitation",
    "LinkState",
    "Pnetid",
    "PnetidName",
    "Port",
    "RdmaGroup",
    "RdmaLink",
    "RdmaV2",
    "Role",
    "Sizes",
    "Smc",
    "SmcPnetids",
    "Statistics",
    "System",
    "SystemId",
    "Technology",
    "UserId",
    "add_pnetid",
    "add_ueid",
    "delete_pnetid",
    "delete_ueid",
    "devices",
    "disable_limitation",
    "disable_seid",
    "enable_limitation",
    "enable_seid",
    "fallbacks",
    "flush_pnetids",
    "flush_ueids",
    "ism_devices",
    "ism_groups",
    "limitations",
    "pnetid",
    "pnetids",
    "rdma_groups",
    "rdma_links",
    "seids",
    "statistics",
    "system",
    "ueids",
]


class Smc(Family, name="SMC_GEN_NETLINK", version=1):
    """The family ``SMC_GEN_NETLINK``."""

    system = dump(SMC_NETLINK.GET_SYS_INFO, reply=System)
    rdma_groups = dump(SMC_NETLINK.GET_LGR_SMCR, reply=RdmaGroup)
    rdma_links = dump(SMC_NETLINK.GET_LINK_SMCR, reply=RdmaLink)
    ism_groups = dump(SMC_NETLINK.GET_LGR_SMCD, reply=IsmGroup)
    ism_devices = dump(SMC_NETLINK.GET_DEV_SMCD, reply=IsmDevice)
    devices = dump(SMC_NETLINK.GET_DEV_SMCR, reply=Device)
    statistics = dump(SMC_NETLINK.GET_STATS, reply=Statistics)
    fallbacks = dump(SMC_NETLINK.GET_FBACK_STATS, reply=Fallback)
    ueids = dump(SMC_NETLINK.DUMP_UEID, reply=UserId)
    add_ueid = do(SMC_NETLINK.ADD_UEID, request=UserId, required=("ueid",), privileged=True)
    delete_ueid = do(SMC_NETLINK.REMOVE_UEID, request=UserId, required=("ueid",), privileged=True)
    flush_ueids = do(SMC_NETLINK.FLUSH_UEID, privileged=True)
    seids = dump(SMC_NETLINK.DUMP_SEID, reply=SystemId)
    enable_seid = do(SMC_NETLINK.ENABLE_SEID, privileged=True)
    disable_seid = do(SMC_NETLINK.DISABLE_SEID, privileged=True)
    limitations = dump(SMC_NETLINK.DUMP_HS_LIMITATION, reply=Limitation)
    enable_limitation = do(SMC_NETLINK.ENABLE_HS_LIMITATION, privileged=True)
    disable_limitation = do(SMC_NETLINK.DISABLE_HS_LIMITATION, privileged=True)


class SmcPnetids(Family, name="SMC_PNETID", version=1):
    """The family ``SMC_PNETID``."""

    pnetid = parts(SMC_PNETID_CMD.GET, request=PnetidName, reply=Pnetid, required=("name",))
    pnetids = dump(SMC_PNETID_CMD.GET, reply=Pnetid)
    add_pnetid = do(SMC_PNETID_CMD.ADD, request=Pnetid, required=("name",), privileged=True)
    delete_pnetid = do(SMC_PNETID_CMD.DEL, request=PnetidName, required=("name",), privileged=True)
    flush_pnetids = do(SMC_PNETID_CMD.FLUSH, privileged=True)


pnetid = SmcPnetids.pnetid
system = Smc.system
rdma_groups = Smc.rdma_groups
rdma_links = Smc.rdma_links
ism_groups = Smc.ism_groups
ism_devices = Smc.ism_devices
devices = Smc.devices
statistics = Smc.statistics
fallbacks = Smc.fallbacks
ueids = Smc.ueids
add_ueid = Smc.add_ueid
delete_ueid = Smc.delete_ueid
flush_ueids = Smc.flush_ueids
seids = Smc.seids
enable_seid = Smc.enable_seid
disable_seid = Smc.disable_seid
limitations = Smc.limitations
enable_limitation = Smc.enable_limitation
disable_limitation = Smc.disable_limitation
pnetids = SmcPnetids.pnetids
add_pnetid = SmcPnetids.add_pnetid
delete_pnetid = SmcPnetids.delete_pnetid
flush_pnetids = SmcPnetids.flush_pnetids

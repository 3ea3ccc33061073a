"""The family ``dev-energymodel``."""

from __future__ import annotations

from .generated import (
    DEV_ENERGYMODEL_A_PERF_DOMAIN,
    DEV_ENERGYMODEL_A_PERF_STATE,
    DEV_ENERGYMODEL_A_PERF_TABLE,
    DEV_ENERGYMODEL_CMD,
    EVENT,
    DevEnergymodel,
    GetPerfDomainsRequest,
    GetPerfTableRequest,
    PerfDomain,
    PerfDomainFlags,
    PerfState,
    PerfStateFlags,
    PerfTable,
)

__all__ = [
    "DEV_ENERGYMODEL_A_PERF_DOMAIN",
    "DEV_ENERGYMODEL_A_PERF_STATE",
    "DEV_ENERGYMODEL_A_PERF_TABLE",
    "DEV_ENERGYMODEL_CMD",
    "EVENT",
    "DevEnergymodel",
    "GetPerfDomainsRequest",
    "GetPerfTableRequest",
    "PerfDomain",
    "PerfDomainFlags",
    "PerfState",
    "PerfStateFlags",
    "PerfTable",
    "get_perf_domains",
    "get_perf_table",
    "list_perf_domains",
]

get_perf_domains = DevEnergymodel.get_perf_domains
list_perf_domains = DevEnergymodel.list_perf_domains
get_perf_table = DevEnergymodel.get_perf_table

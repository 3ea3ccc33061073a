"""The family ``sunrpc``."""

from __future__ import annotations

from .generated import (
    EXPORTD,
    NONE,
    SUNRPC_A_CACHE_FLUSH,
    SUNRPC_A_CACHE_NOTIFY,
    SUNRPC_A_IP_MAP,
    SUNRPC_A_IP_MAP_REQS,
    SUNRPC_A_UNIX_GID,
    SUNRPC_A_UNIX_GID_REQS,
    SUNRPC_CMD,
    CacheFlush,
    CacheNotify,
    CacheType,
    IpMap,
    IpMapReqs,
    Sunrpc,
    UnixGid,
    UnixGidReqs,
)

__all__ = [
    "EXPORTD",
    "NONE",
    "SUNRPC_A_CACHE_FLUSH",
    "SUNRPC_A_CACHE_NOTIFY",
    "SUNRPC_A_IP_MAP",
    "SUNRPC_A_IP_MAP_REQS",
    "SUNRPC_A_UNIX_GID",
    "SUNRPC_A_UNIX_GID_REQS",
    "SUNRPC_CMD",
    "CacheFlush",
    "CacheNotify",
    "CacheType",
    "IpMap",
    "IpMapReqs",
    "Sunrpc",
    "UnixGid",
    "UnixGidReqs",
    "flush_cache",
    "ip_map_set_reqs",
    "list_ip_map_get_reqs",
    "list_unix_gid_get_reqs",
    "unix_gid_set_reqs",
]

list_ip_map_get_reqs = Sunrpc.list_ip_map_get_reqs
ip_map_set_reqs = Sunrpc.ip_map_set_reqs
list_unix_gid_get_reqs = Sunrpc.list_unix_gid_get_reqs
unix_gid_set_reqs = Sunrpc.unix_gid_set_reqs
flush_cache = Sunrpc.flush_cache

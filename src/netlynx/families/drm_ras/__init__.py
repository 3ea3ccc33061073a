"""The family ``drm-ras``."""

from __future__ import annotations

from .generated import (
    DRM_RAS_A_ERROR_COUNTER_ATTRS,
    DRM_RAS_A_NODE_ATTRS,
    DRM_RAS_CMD,
    DrmRas,
    ErrorCounterAttrs,
    GetErrorCounterDoRequest,
    GetErrorCounterDumpRequest,
    NodeAttrs,
    NodeType,
)

__all__ = [
    "DRM_RAS_A_ERROR_COUNTER_ATTRS",
    "DRM_RAS_A_NODE_ATTRS",
    "DRM_RAS_CMD",
    "DrmRas",
    "ErrorCounterAttrs",
    "GetErrorCounterDoRequest",
    "GetErrorCounterDumpRequest",
    "NodeAttrs",
    "NodeType",
    "clear_error_counter",
    "get_error_counter",
    "list_error_counter",
    "list_list_nodes",
]

list_list_nodes = DrmRas.list_list_nodes
get_error_counter = DrmRas.get_error_counter
list_error_counter = DrmRas.list_error_counter
clear_error_counter = DrmRas.clear_error_counter

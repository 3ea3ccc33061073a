"""Meshes: joined, set, the paths through them. Source: net/wireless/nl80211.c."""

from __future__ import annotations

from netlynx.engine.operation import Do, Dump
from netlynx.generic import Family, do, dump

from ..interface import InterfaceKey
from ..mesh import MeshConfig, MeshJoin, MeshPath, MeshPathKey
from ..numbers.commands import NL80211_CMD as _C


class Meshes(Family, name="nl80211", version=1):
    """Meshes: joined, set, the paths through them."""

    mesh_config = do(_C.GET_MESH_CONFIG, request=InterfaceKey, reply=MeshConfig)
    set_mesh_config = do(_C.SET_MESH_CONFIG, request=MeshConfig, privileged="namespace")
    join_mesh = do(_C.JOIN_MESH, request=MeshJoin, required=("mesh_id",), privileged="namespace")
    leave_mesh = do(_C.LEAVE_MESH, request=InterfaceKey, privileged="namespace")
    mesh_path = do(_C.GET_MPATH, request=MeshPathKey, reply=MeshPath, reply_number=_C.NEW_MPATH, privileged="namespace")
    mesh_paths = dump(
        _C.GET_MPATH, request=InterfaceKey, reply=MeshPath, reply_number=_C.NEW_MPATH, privileged="namespace"
    )
    mesh_proxy = do(_C.GET_MPP, request=MeshPathKey, reply=MeshPath, reply_number=_C.NEW_MPATH, privileged="namespace")
    mesh_proxies = dump(
        _C.GET_MPP, request=InterfaceKey, reply=MeshPath, reply_number=_C.NEW_MPATH, privileged="namespace"
    )
    new_mesh_path = do(_C.NEW_MPATH, request=MeshPathKey, privileged="namespace")
    set_mesh_path = do(_C.SET_MPATH, request=MeshPathKey, privileged="namespace")
    delete_mesh_path = do(_C.DEL_MPATH, request=MeshPathKey, privileged="namespace")


join_mesh = Meshes.join_mesh  # (index=…, mesh_id=…, frequency=…)
set_mesh_config = Meshes.set_mesh_config  # (index=…, ttl=… and so on): what is None stays
add_mesh_path = Meshes.new_mesh_path  # (index=…, destination=…, next_hop=…)
set_mesh_path = Meshes.set_mesh_path  # (index=…, destination=…, next_hop=…)
delete_mesh_path = Meshes.delete_mesh_path  # (index=…, destination=…); all, without one


def leave_mesh(index: int | str) -> Do[None]:
    """Have an interface leave its mesh."""
    return Meshes.leave_mesh(index=index)


def mesh_config(index: int | str) -> Do[MeshConfig]:
    """How the mesh of an interface works."""
    return Meshes.mesh_config(index=index)


def mesh_paths(index: int | str) -> Dump[MeshPath]:
    """The paths through the mesh that an interface knows."""
    return Meshes.mesh_paths(index=index)

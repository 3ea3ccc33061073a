"""Kernel modules for protocols and families of one's own: folders of C that build, with a client and a test."""

from __future__ import annotations

from netlynx.module.family import new_family, regenerate
from netlynx.module.folder import Folder, ModuleError
from netlynx.module.protocol import new_protocol

__all__ = ["Folder", "ModuleError", "new_family", "new_protocol", "regenerate"]

"""The module of a raw protocol: the classical exchange, and messages to a group on a timer."""

from __future__ import annotations

from pathlib import Path

from netlynx.module.folder import Folder, ModuleError, render
from netlynx.module.names import check_name
from netlynx.wire.constants import MAX_PROTOCOLS, NETLINK

_FILES = {  # what is written: its template
    "{name}.h": "protocol/NAME.h.in",
    "{name}.c": "protocol/NAME.c.in",
    "Makefile": "Makefile.in",
    "dkms.conf": "dkms.conf.in",
    "{name}_client.py": "protocol/NAME_client.py.in",
    "test_{name}.py": "protocol/test_NAME.py.in",
}


def new_protocol(name: str, protocol: int, at: Path) -> Folder:
    """Write the folder of a module that serves a netlink protocol number. Raises ModuleError, OSError."""
    check_name(name)
    if not 0 <= protocol < MAX_PROTOCOLS:
        raise ModuleError(f"netlink protocols are numbered 0 to {MAX_PROTOCOLS - 1}, not {protocol}; 25 is free")
    taken = {int(number): c_name for c_name, number in NETLINK.__c_names__.items()}
    if protocol in taken:
        raise ModuleError(f"protocol {protocol} is the kernel's own {taken[protocol]}; 25 is free")
    folder = Folder.create(at, name)
    values = {"name": name, "NAME": name.upper(), "protocol": protocol, "objects": ""}
    for file, template in _FILES.items():
        folder.write(file.format(name=name), render(template, values))
    return folder

"""Any family through its kernel spec: records, operations and groups made at run time from its YAML.

    from netlynx import ynl

    netdev = ynl.load("netdev")                        # or the path of a .yaml or .yaml.gz file
    for device in nl.dump(netdev.dump("dev-get")):
        print(device.ifindex, device.xdp_features)
    with nl.subscribe(netdev.group("mgmt")) as events: ...

The specs are the kernel's (Documentation/netlink/specs), of the kinds genetlink, genetlink-c, genetlink-legacy and
netlink-raw. They are looked for in the folders of NETLYNX_SPECS, then where distributions put them. PyYAML reads them:
``pip install "netlynx[ynl]"``.
"""

from __future__ import annotations

import os
from threading import Lock

from netlynx.ynl.family import Operation, Spec
from netlynx.ynl.find import available, contents, find, folders
from netlynx.ynl.read import MissingPackage, read
from netlynx.ynl.text import SpecError

__all__ = ["MissingPackage", "Operation", "Spec", "SpecError", "available", "find", "folders", "load"]

_loaded: dict[tuple[str, int, int], Spec] = {}
_loading = Lock()


def load(name: str | os.PathLike[str]) -> Spec:
    """The family of a spec: `name` is the path of its file, or its name in one of the `folders`.

    A file is read once in a process, and anew when it has changed. Raises SpecError for a spec that is not found or
    makes no sense, with its file and the line or path in it; MissingPackage where PyYAML is not installed.
    """
    path = find(name)
    try:
        status = path.stat()
    except OSError as error:
        raise SpecError(f"it cannot be read: {error.strerror}", str(path)) from None
    key = (os.path.abspath(path), status.st_mtime_ns, status.st_size)
    with _loading:
        if key not in _loaded:
            _loaded[key] = Spec(read(contents(path), str(path)), str(path))
        return _loaded[key]

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
from netlynx.ynl.finder import available, contents, find, folders
from netlynx.ynl.raw import RawDo, RawDump
from netlynx.ynl.reader import MissingPackage, read
from netlynx.ynl.store import Stamp, keep, kept, stamp
from netlynx.ynl.text import SpecError

__all__ = [
    "MissingPackage",
    "Operation",
    "RawDo",
    "RawDump",
    "Spec",
    "SpecError",
    "available",
    "find",
    "folders",
    "load",
]

_loaded: dict[str, tuple[Stamp, Spec]] = {}
_loading = Lock()


def load(name: str | os.PathLike[str]) -> Spec:
    """The family of a spec: `name` is the path of its file, or its name in one of the `folders`.

    A file is read once, and anew when it has changed: what was read is kept in this process, and as plain data in
    ``~/.cache/netlynx/specs``. Raises SpecError for a spec that is not found or makes no sense, with its file and the
    line or path in it; MissingPackage where PyYAML is not installed.
    """
    path = os.path.abspath(find(name))
    try:
        when = stamp(os.stat(path))
    except OSError as error:
        raise SpecError(f"it cannot be read: {error.strerror}", path) from None
    with _loading:
        known = _loaded.get(path)
        if known is not None and known[0] == when:
            return known[1]
        text = kept(path, when)
        try:
            if text is None:
                text = read(contents(path), path)
                keep(path, when, text)
            spec = Spec(text, path)
        except OverflowError:
            raise SpecError("it has a number of more than 64 bits: netlink has none", path) from None
        _loaded[path] = (when, spec)
        return spec

"""What is done to devices: they are made of network interfaces, renamed, moved, removed; and what holds for all is set.

All of it takes CAP_NET_ADMIN. Source: nldev_set_doit, nldev_newlink, nldev_dellink, nldev_newdev, nldev_deldev and
nldev_set_sys_set_doit of drivers/infiniband/core/nldev.c.
"""

from __future__ import annotations

import errno
from collections.abc import Generator
from typing import Any

from netlynx.engine.operation import Do, Talk
from netlynx.errors import EncodeError, NotFound
from netlynx.rdma.device import Device
from netlynx.rdma.listing import C, asking
from netlynx.rdma.listing import device as one
from netlynx.rdma.resource import FrmrPool
from netlynx.rdma.system import System
from netlynx.schema.arguments import record_of
from netlynx.schema.record import replace_fields
from netlynx.schema.sending import given, settable

_LONGEST = 63  # bytes of a name: IB_DEVICE_NAME_MAX
_SETTINGS = ("name", "dim", "netns_fd")


def add(record: Device) -> Do[None]:
    """Make a device of a network interface: `name`, `driver` ("rxe" or "siw") and `netdev`; or of another device.

    A sub-device has a `name`, a `type` ("smi") and a `parent`. Raises EncodeError for what is missing, and for what
    nothing looks at.
    """
    path = "Device"
    said = settable(record_of(Device, record, "rdma.add(record)"), path)
    if said.type is None and said.parent is None:
        _only(said, ("name", "driver", "netdev"), path)
        _needed(said, ("name", "driver", "netdev"), path)
        _named(said.name, path)
        made: Do[None] = asking("add", C.NEWLINK, said)
        return made
    _only(said, ("name", "type", "parent"), path)
    _needed(said, ("name", "type", "parent"), path)
    _named(said.name, path)
    request = replace_fields(said, index=said.parent, parent=None)
    sub: Do[None] = asking("add", C.NEWDEV, request, path=f"{path}.parent")
    return sub


def change(record: Device) -> Do[None]:
    """Rename a device, moderate its completions or not (`dim`), or move it to another network namespace (`netns_fd`).

    `index` says which, by its number or its name; then `name` is what it is to be called. Without an `index` it is
    found by `name`. The kernel does one of these at a time. Raises EncodeError for several, and for none.
    """
    path = "Device"
    said = settable(record_of(Device, record, "rdma.change(record)"), path, ("index",))
    _only(said, ("index", *_SETTINGS), path)
    if said.index is None:
        _needed(said, ("name",), path)
        said = replace_fields(said, index=said.name, name=None)
    wanted = [name for name in _SETTINGS if getattr(said, name) is not None]
    if len(wanted) != 1:
        why = "the kernel does one at a time" if wanted else "say what is to change"
        raise EncodeError(f"{why}: {', '.join(_SETTINGS)}", f"{path}.{wanted[1]}" if wanted else path)
    if said.name is not None:
        _named(said.name, path)
    made: Do[None] = asking("change", C.SET, said, path=f"{path}.{'name' if record.index is None else 'index'}")
    return made


def delete(record: Device) -> Talk[None]:
    """Remove a device that was added, or a sub-device, by its `index` or its `name`; `NotFound` without it.

    What a record says of it besides is compared with what is there first.
    """
    path = "Device"
    said = record_of(Device, record, "rdma.delete(record)")
    told = [name for name in given(said) if name not in ("index", "unknown", "ports")]
    for name in ("driver", "netdev", "netns_fd"):
        if name in told:
            raise EncodeError("nothing tells this of a device: leave it out", f"{path}.{name}")
    if said.index is None and said.name is None:
        raise EncodeError("say which: index or name", path)
    which = said.name if said.index is None else said.index
    looking = one(which or 0)

    def steps() -> Generator[Any, Any, None]:
        found = yield looking
        for name in told:
            if getattr(found, name) != getattr(said, name):
                is_now = getattr(found, name)
                raise NotFound(
                    errno.ENODEV, f"its {name} is {is_now}, not {getattr(said, name)}", asked=f"rdma.delete({which})"
                )
        command = C.DELLINK if found.parent is None else C.DELDEV
        yield asking("delete", command, Device(index=found.index))

    return Talk("rdma.delete", steps)


def set_system(record: System) -> Do[None]:
    """Set whether network namespaces share devices (`netns`), or who may choose a controlled QKey (`privileged_qkey`).

    The kernel sets one of both, and the former only while there is no other network namespace. Raises EncodeError.
    """
    path = "System"
    said = settable(record_of(System, record, "rdma.set_system(record)"), path, ())
    wanted = [name for name in ("netns", "privileged_qkey") if getattr(said, name) is not None]
    if len(wanted) != 1:
        why = "the kernel sets one at a time" if wanted else "say what is to be set"
        raise EncodeError(f"{why}: netns or privileged_qkey", f"{path}.privileged_qkey" if wanted else path)
    made: Do[None] = asking("set_system", C.SYS_SET, said)
    return made


def set_frmr_pool(record: FrmrPool) -> Do[None]:
    """Set how many of a pool are kept (`pinned`), or for how many seconds all others are (`aging`); Linux 7.3.

    Raises EncodeError for both, and for neither.
    """
    path = "FrmrPool"
    said = settable(record_of(FrmrPool, record, "rdma.set_frmr_pool(record)"), path)
    said = replace_fields(said, name=None)
    if said.index is None:
        raise EncodeError("say which device", f"{path}.index")
    if (said.pinned is None) is (said.aging is None):
        raise EncodeError("say one of pinned and aging", path)
    made: Do[None] = asking("set_frmr_pool", C.FRMR_POOLS_SET, said, path=f"{path}.index")
    return made


def _only(record: Device, names: tuple[str, ...], path: str) -> None:
    for name in given(record):
        if name not in names:
            raise EncodeError("the kernel does not look at it here: leave it out", f"{path}.{name}")


def _needed(record: Device, names: tuple[str, ...], path: str) -> None:
    for name in names:
        if getattr(record, name) is None:
            raise EncodeError("it is needed", f"{path}.{name}")


def _named(name: str | None, path: str) -> None:
    """Refuse a name that the kernel would cut, or refuse without a word."""
    said = (name or "").encode("utf-8", "surrogateescape")
    if not said or len(said) > _LONGEST or b"%" in said or b"/" in said:
        raise EncodeError(f"a name has 1 to {_LONGEST} bytes, and no % or / in it: not {name!r}", f"{path}.name")

"""Where specs are found: in folders that the user names, and where distributions put them."""

from __future__ import annotations

import glob
import gzip
import os
from collections.abc import Iterator
from pathlib import Path

from netlynx.generic.rooms import ROOMS as DECLARED
from netlynx.wire.nearest import nearest
from netlynx.ynl.reader import MAX_BYTES
from netlynx.ynl.text import SpecError

VARIABLE = "NETLYNX_SPECS"  # folders, separated by colons

# Where to get them: Documentation/netlink/specs of the kernel's source.
WHENCE = (
    "The source of Linux 6.3 and newer has them in Documentation/netlink/specs; Debian's linux-source packages bring "
    "that as an archive in /usr/src, to be unpacked"
)


def _named(family: str) -> str:
    """The name of a family's spec, as names of Python are: the kernel's specs say some otherwise."""
    known = {"sunrpc": "sunrpc_cache", "802.15.4 MAC": "n802_15_4_mac"}
    return known.get(family, family.lower().replace("-", "_"))


# Families, by the names that specs have or would have, that netlynx has a room for.
ROOMS = {
    "conntrack": "netlynx.netfilter.conntrack",
    "nlctrl": "netlynx.generic",
    **dict.fromkeys(("rt_addr", "rt_link", "rt_neigh", "rt_route", "rt_rule"), "netlynx.route"),
    **{
        _named(family): f"netlynx.{room.removesuffix('.family')}"
        for family, room in DECLARED.items()
        if family != "TASKSTATS"  # older than specs, and not among the names that are completed
    },
}

_FOLDERS = (
    "/usr/share/ynl/specs",
    "/usr/lib/python3*/site-packages/pyynl/specs",
    "/usr/lib/python3/dist-packages/pyynl/specs",
    "/usr/share/doc/linux-doc*/html/netlink/specs",
    "/usr/share/doc/linux-doc*/Documentation/netlink/specs",
    "/usr/share/doc/kernel-doc*/Documentation/netlink/specs",
    "/usr/src/linux*/Documentation/netlink/specs",
    "/lib/modules/*/source/Documentation/netlink/specs",
)
_ENDINGS = (".yaml", ".yaml.gz")


def folders() -> list[Path]:
    """The folders that are searched, in their order: those of NETLYNX_SPECS, then what distributions have here."""
    return list(_folders())


def _folders() -> Iterator[Path]:
    yield from (Path(folder) for folder in os.environ.get(VARIABLE, "").split(":") if folder)
    for pattern in _FOLDERS:
        yield from map(Path, sorted(glob.glob(pattern), reverse=True))


def find(name: str | os.PathLike[str]) -> Path:
    """The file of a spec: `name` is a path, or the name of a file in one of the `folders`, without its ending.

    Dashes and underscores are one. Raises SpecError, which tells the nearest name, or where it was looked for.
    """
    if not isinstance(name, str | os.PathLike):
        raise TypeError(f"name is that of a spec, or the path of its file, not {name!r}")
    path = Path(name).expanduser()
    text = os.fspath(name)
    if "/" in text or text.endswith(_ENDINGS):
        if path.is_file():
            return path
        raise SpecError("there is no such file", text)
    spellings = dict.fromkeys((text, text.replace("-", "_"), text.replace("_", "-")))
    for folder in _folders():  # most are found in the first, and the others need not be looked for
        for ending in _ENDINGS:
            for spelling in spellings:
                if (path := folder / (spelling + ending)).is_file():
                    return path
    specs = available()
    if (found := specs.get(_plain(text))) is not None:
        return found
    known = {**{name: name.replace("_", "-") for name in ROOMS}, **{name: specs[name].name for name in specs}}
    hint = nearest(text, sorted({name.split(".")[0] for name in known.values()}), listed="")
    if hint and _plain(text) not in known:
        raise SpecError(f"there is no spec of that name{hint}", text)
    room = ROOMS.get(_plain(text))
    typed = "" if room is None else f"; {room} has it without a spec, typed"
    looked = ", ".join(map(str, folders()))
    where = f"there is no spec of that name in {looked}" if looked else f"no kernel specs are here. {WHENCE}"
    raise SpecError(f"{where}. Give the path of its .yaml file, or its folder in {VARIABLE}{typed}", text)


def available() -> dict[str, Path]:
    """The specs in all `folders`: the first of each name counts."""
    found: dict[str, Path] = {}
    for folder in folders():
        for ending in _ENDINGS:
            for path in sorted(folder.glob(f"*{ending}")):
                found.setdefault(_plain(path.name.removesuffix(ending)), path)
    return found


def contents(path: str) -> bytes:
    """What a spec's file holds, unpacked. Raises SpecError for one that cannot be read or is far too large."""
    try:
        with gzip.open(path) if path.endswith(".gz") else open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, EOFError) as error:
        raise SpecError(f"it cannot be read: {getattr(error, 'strerror', None) or error}", path) from None
    if len(data) > MAX_BYTES:
        raise SpecError(f"it is larger than {MAX_BYTES >> 20} MiB: no spec is", path)
    return data


def _plain(name: str) -> str:
    return name.replace("-", "_")

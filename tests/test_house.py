"""The plan of the house: which room may use which, and no two files in a circle.

What is imported while checkers look (`TYPE_CHECKING`) does not count: it is not there when the program runs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import netlynx
from netlynx import errors

SOURCES = Path(__file__).parents[1] / "src"

FAMILIES = ("devlink", "drop_monitor", "ethtool", "fou", "gtp", "ila", "ioam6", "ipvs", "l2tp", "macsec", "mptcp")
FAMILIES += ("netdev", "nl80211", "ovs", "psample", "seg6", "taskstats", "tcp_metrics", "wireguard")
GROUND = {"errors", "limits", "late", "wire", "netns", "codec", "schema", "engine"}

# Each room with those that stand below it. This table is the architecture.
ROOMS: dict[str, set[str]] = {
    "errors": set(),
    "limits": set(),
    "late": set(),
    "wire": {"errors", "limits"},
    "netns": {"errors", "limits"},
    "tun": {"errors", "limits", "netns"},
    "codec": {"errors", "wire"},
    "schema": {"errors", "wire", "codec"},
    "engine": {"errors", "limits", "wire", "netns", "codec", "schema"},
    "transport": {"errors", "limits", "wire", "netns", "codec", "engine"},
    "generic": GROUND,
    "classical": GROUND,
    "route": GROUND,
    "netfilter": GROUND,
    "diag": GROUND,
    "uevent": GROUND,
    "crypto": GROUND,
    "selinux": GROUND,
    "scsi": GROUND,
    "iscsi": GROUND,
    "fib_lookup": GROUND | {"route"},
    "dcb": GROUND | {"route"},
    "tc": GROUND | {"route"},
    "firewall": GROUND | {"netfilter"},
    "nftables": GROUND | {"netfilter"},
    "ipset": GROUND | {"netfilter"},
    "connector": GROUND,
    "audit": GROUND,
    "xfrm": GROUND | {"route"},
    "rdma": GROUND,
    **dict.fromkeys(FAMILIES, GROUND | {"generic", "route"}),
    "client": GROUND | {"transport", "generic", "route", "netfilter", "firewall"},
    "capture": GROUND | {"client"},
    "usersock": GROUND | {"transport", "client"},
    "families": GROUND | {"generic"},
    "ynl": GROUND | {"generic"},
    "generate": GROUND | {"generic", "ynl"},
    "kernel": GROUND | {"transport", "generic", "route", "netfilter", "firewall", "connector", "audit"},
    "module": {"errors", "wire", "generic"},
    "vm": {"errors", "wire"},
    "testing": GROUND | {"transport", "client", "kernel"},
    "sql": GROUND | {"transport", "client", "generic", "route", "tc", "nftables", "ipvs", "diag", "nl80211", "ovs"},
    "trace": GROUND | {"transport"},
}
ROOMS["devlink"] = GROUND | {"generic", "tc"}
ROOMS["topology"] = GROUND | {"transport", "client", "route", "diag", "wireguard"}
ROOMS["fleet"] = GROUND | {"transport", "client", "sql"}
ROOMS["metrics"] = GROUND | {
    "transport",
    "client",
    "route",
    "tc",
    "netfilter",
    "nftables",
    "ethtool",
    "diag",
    "_version",
}
ROOMS["cli"] = {*ROOMS, "_version"}
ROOMS["__main__"] = {"cli"}

# What is used from below all the same, within a function and when it comes to that, with the reason.
LATE = {
    ("engine", "route"): "what asks for names of interfaces, and tells messages in words, is declared there",
    ("engine", "rdma"): "what asks for names of RDMA devices is declared there",
    ("engine", "generic"): "what asks for numbers of families, and tells their messages in words, is declared there",
    ("schema", "netns"): "a namespace is opened when a field is given its name",
    ("firewall", "client"): "`open` waits for packets on a connection of its own",
    ("cli", ""): "what the package offers",
}


# What goes round between files all the same, within a function, with the reason.
ROUND = {
    ("netlynx.route.kinds.veth", "netlynx.route.link"): "the peer of a link is a link",
    ("netlynx.nftables.set", "netlynx.nftables.element"): "a set makes elements of its own",
    ("netlynx.ovs.key", "netlynx.ovs.words.key_reading"): "a key may be given in words",
    ("netlynx.ovs.key", "netlynx.ovs.words.key_writing"): "a key says itself in words",
    ("netlynx.ovs.action", "netlynx.ovs.words.action_reading"): "actions may be given in words, also those in others",
    ("netlynx.ovs.action", "netlynx.ovs.words.action_writing"): "an action says itself in words",
    ("netlynx.route.unsaid", "netlynx.route.link"): "what changes with links is told beside them",
    ("netlynx.route.unsaid", "netlynx.route.address"): "what changes with addresses is told beside them",
    ("netlynx.route.unsaid", "netlynx.route.nexthop"): "what changes with next hops is told beside them",
}


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(SOURCES).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(path): path for path in sorted(SOURCES.rglob("*.py"))}


def imports(module: str) -> Iterator[tuple[str, bool]]:
    """Each module of ours that a module imports, and whether only when a function comes to it."""
    path = MODULES[module]

    def within(node: ast.AST, late: bool) -> Iterator[tuple[str, bool]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and ast.unparse(child.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
                continue
            if isinstance(child, ast.Import):
                yield from ((each.name, late) for each in child.names if each.name in MODULES)
            elif isinstance(child, ast.ImportFrom):
                base = child.module or ""
                if child.level:
                    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
                    base = ".".join([*package[: len(package) - child.level + 1], *filter(None, [child.module])])
                for each in child.names:
                    inner = f"{base}.{each.name}"
                    if inner in MODULES or base in MODULES:
                        yield (inner if inner in MODULES else base), late
            yield from within(child, late or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))

    return within(ast.parse(path.read_text()), False)


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


@cache
def uses() -> list[tuple[str, str, bool]]:
    """Which module uses which, and whether only when a function comes to it."""
    return [
        (module, used, late) for module in MODULES for used, late in dict.fromkeys(imports(module)) if used != module
    ]


def test_only_the_front_errors_limits_late_and_rooms_stand_at_the_top() -> None:
    files = {path.name for path in (SOURCES / "netlynx").iterdir() if path.is_file()}
    assert files == {"__init__.py", "__main__.py", "_version.py", "errors.py", "late.py", "limits.py", "py.typed"}


def test_the_plan_on_paper_has_every_room() -> None:
    page = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text()
    tree = re.search(r"^src/netlynx/\n(.*?)^```", page, re.S | re.M)
    assert tree is not None
    named = {name for line in tree[1].splitlines() for name in re.findall(r"(\w+)(?:/|\.py)(?= |$)", line)}
    assert ROOMS.keys() - named == {"__main__"}


def test_every_room_has_its_place() -> None:
    assert {room_of(module) for module in MODULES} - {"", "_version"} == ROOMS.keys()
    for room, below in ROOMS.items():
        assert room not in {each for lower in below - {"_version"} for each in ROOMS[lower]}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_uses_only_what_stands_below_it(room: str) -> None:
    wrong = [
        f"{module} uses {used}"
        for module, used, late in uses()
        if room_of(module) == room
        and room_of(used) not in {room, *ROOMS[room]}
        and not (late and (room, room_of(used)) in LATE)
    ]
    assert wrong == []


def test_what_is_allowed_is_used() -> None:
    """A line of the table that says more than is so is no plan."""
    used = {(room_of(module), room_of(used)) for module, used, _ in uses()}
    assert [pair for pair in LATE if pair not in used] == []


def circles(edges: set[tuple[str, str]]) -> list[list[str]]:
    """What can be walked back to itself: left over when whatever nobody, or nothing, leads to was taken away."""
    while True:
        starts, ends = {start for start, _ in edges}, {end for _, end in edges}
        kept = {(start, end) for start, end in edges if start in ends and end in starts}
        if kept == edges:
            return [sorted(starts)] if starts else []
        edges = kept


def fronts(module: str, used: str) -> Iterator[str]:
    """The packages that are loaded before what a module uses: those around it that are not around the module itself."""
    parts = used.split(".")
    around = (".".join(parts[:length]) for length in range(1, len(parts)))
    return (each for each in around if each in MODULES and module != each and not module.startswith(f"{each}."))


def test_no_files_import_each_other_when_they_are_loaded() -> None:
    """Whichever is loaded first."""
    loaded = {(module, used) for module, used, late in uses() if not late}
    assert circles(loaded | {(module, front) for module, used in loaded for front in fronts(module, used)}) == []


def test_what_is_loaded_before_a_module_is_seen() -> None:
    assert [*fronts("netlynx.tc.ematches.tree", "netlynx.tc.filters.u32")] == ["netlynx.tc.filters"]


def test_no_files_go_round_through_functions_but_those_that_say_why() -> None:
    edges = {(module, used) for module, used, _ in uses()}
    assert ROUND.keys() <= {(module, used) for module, used, late in uses() if late}
    assert circles(edges - ROUND.keys()) == []


def test_a_circle_would_be_seen() -> None:
    assert circles({("a", "b"), ("b", "c"), ("c", "a"), ("x", "a"), ("c", "y")}) == [["a", "b", "c"]]


def test_every_error_has_a_public_name() -> None:
    """Who is to handle it has to be able to name it."""
    raised = {name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, Exception)}
    assert raised - set(netlynx.__all__) == set()


def test_modules_that_two_files_may_want_are_loaded_by_one_helper() -> None:
    """Files run at the same time: who needs a module with options, or its devices, alone, waits for others there."""
    does = re.compile(
        r"""["'](insmod|rmmod)["']|["']modprobe["'], ["']-r["']|["']modprobe["'], ["']\w+["'], ["']\w+="""
    )
    real = Path(__file__).parent / "real"
    assert [path.name for path in real.rglob("*.py") if does.search(path.read_text())] == []
    assert does.search((real.parent / "modules.py").read_text())

"""Tables of pairs in docs/from: what is written elsewhere, what is written here, and what both have to leave behind.

A table is one of pairs where a comment stands before it, one word or more a line:

    <!-- pairs
    before: ip link add v0 type veth peer name v1     (what is there when the table begins; any number of them)
    shown: ip -j -d link show                         (what has to be the same after every row; any number of them)
    but: protocol                                     (what may differ in it, since the page says so)
    guest                                             (this machine's kernel may lack it)
    -->

The rows of a table are a session: they run one after the other, every code span of every cell. Each column has a
network namespace of its own. Where both cells of a row are expressions, what they give is compared, too: as many, or
the same.

As a program (`run`) it runs all tables of a page, where nothing of this machine can be reached: other libraries enter
namespaces by ways of their own.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import netlynx
from netlynx import netns

PATIENCE = 60.0  # seconds that a command may take

DOCS = Path(__file__).parents[1] / "docs"
IP = ("ip -j -d address show", "ip -j route show table all")  # links, too
CHANGES = re.compile(
    r"(add|append|change|create|configure|del|delete|down|flush|impair|put|remove|replace|set|up)\w*\W"
)
QUIET = (
    "/proc/sys/net/ipv6/conf/default/addr_gen_mode=1",  # no addresses that are made of random ones of hardware
    "/proc/sys/net/ipv6/conf/default/accept_dad=0",
    "/proc/sys/net/ipv6/conf/default/router_solicitations=0",
)
# What is by chance, by the clock, or by when the kernel comes to it.
BY_CHANCE = {
    *("operstate", "permaddress", "valid_life_time", "preferred_life_time", "stats64", "ifindex", "link_index"),
    *("tentative", "expires", "used", "confirmed", "updated", "probes", "gc_timer", "hello_timer", "tcn_timer"),
    *("topology_change_timer", "bridge_id", "root_id", "designated_root", "designated_bridge", "handle", "age"),
    *("linkdown", "perm_hwaddr", "timer", "new_netnsid", "link_netnsid", "inet6_addr_gen_mode", "min_mtu", "max_mtu"),
}
LINE_BY_CHANCE = re.compile(r" initval \S+|\b\d+(?= src=)")  # of ipset; of conntrack the seconds that are left
FALLBACKS = {"gre0", "gretap0", "erspan0", "tunl0", "sit0", "ip6tnl0", "ip6gre0", "ip_vti0", "ip6_vti0"}
LIBRARIES = (
    "pyroute2",
    "vishvananda/netlink",
    "vishvananda/netlink, netns",
)  # what stands in the first column where no commands do
BY_CHANCE_FLAGS = {"LOWER_UP", "NO-CARRIER", "M-DOWN", "linkdown"}


@dataclass(frozen=True)
class Row:
    """A line of a table: what stands in each of its columns, code span by code span."""

    line: int
    cells: tuple[tuple[str, ...], ...]


@dataclass
class Table:
    """A table of pairs."""

    page: str
    heading: str
    columns: tuple[str, ...] = ()
    before: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    but: set[str] = field(default_factory=set)
    guest: bool = False
    rows: list[Row] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.page}: {self.heading}"


def tables(page: str) -> list[Table]:
    """All tables of pairs of a page of docs/from."""
    found: list[Table] = []
    heading, said, current = "", None, None
    lines = iter(enumerate((DOCS / "from" / page).read_text().splitlines(), 1))
    for number, line in lines:
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line == "<!-- pairs":
            said = Table(page, heading)
            for _, word in _until(lines, "-->"):
                _told(said, word)
        elif line.startswith("|"):
            if current is None:
                assert said is not None or not _is_pairs(line), f"{page}:{number}: say what these pairs begin with"
                current = said or Table(page, heading)
                current.columns = tuple(cells(line))
                next(lines)
                if said is not None:
                    found.append(said)
                said = None
            else:
                current.rows.append(Row(number, tuple(tuple(codes(cell)) for cell in cells(line))))
        else:
            current = None
    return found


def runnable(page: str, *, guest: bool) -> list[Table]:
    """Those to run here, or in the guest, of which the programs are there that they name."""
    return [each for each in tables(page) if each.guest == guest and not missing(each)]


def missing(table: Table) -> list[str]:
    """The programs of a table that are not installed here."""
    lines = [*table.before, *table.shown]
    if table.columns[0] not in LIBRARIES:
        lines += [code for row in table.rows for code in row.cells[0]]
    return sorted({name for line in lines if shutil.which(name := line.split()[0]) is None})


def _until(lines: Iterator[tuple[int, str]], end: str) -> Iterator[tuple[int, str]]:
    for number, line in lines:
        if line == end:
            return
        yield number, line


def _told(table: Table, word: str) -> None:
    key, _, value = word.partition(": ")
    match key:
        case "before":
            table.before.append(value)
        case "shown":
            table.shown.append(value)
        case "but":
            table.but |= set(value.split())
        case "guest":
            table.guest = True
        case _:
            raise AssertionError(f"{table}: {word!r} is not known")


def _is_pairs(header: str) -> bool:
    first, *others = cells(header)
    return first != "" and "netlynx" in others


def cells(line: str) -> list[str]:
    return [each.replace("\\|", "|").strip() for each in re.split(r"(?<!\\)\|", line)[1:-1]]


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def python(scope: dict[str, Any]) -> Callable[[str], Any]:
    """What runs a cell as Python, in one scope with those before it; it returns the value of an expression."""

    def run(code: str) -> Any:
        try:
            expression = compile(code, code, "eval")
        except SyntaxError:
            exec(compile(code, code, "exec"), scope)
            return None
        return measured(eval(expression, scope))

    return run


def shell(code: str) -> Any:
    """What runs a cell as a command of other programs; where they print a list in JSON, it returns how many."""
    done = subprocess.run(["sh", "-ec", code], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, f"{code}: {done.stderr or done.stdout}"
    return _listed(done.stdout) if " -j " in code else None


def command(code: str) -> Any:
    """What runs a cell as a command of netlynx's; of --json it returns how many. To start one each takes longer."""
    import typer.main

    from netlynx.cli.app import run_all
    from netlynx.cli.quick import run as run_quickly

    if not hasattr(
        typer.main.get_command, "cache_info"
    ):  # of the whole command line, once: half of the time went there
        typer.main.get_command = functools.cache(typer.main.get_command)
    words = shlex.split(code)[1:]
    kept = os.dup(1), os.dup(2)
    with tempfile.TemporaryFile("w+") as said:
        for stream in (1, 2):
            os.dup2(said.fileno(), stream)
        try:
            status = run_quickly(words)
            status = run_all(words) if status is None else status
        finally:
            for stream, before in enumerate(kept, 1):
                os.dup2(before, stream)
                os.close(before)
        said.seek(0)
        printed = said.read()
    assert status == 0, f"{code}: {printed}"
    return _listed(printed) if " --json" in code else None


def _listed(printed: str) -> Any:
    listed = json.loads(printed or "[]")
    return {"many": sum(each != {} for each in listed)} if isinstance(listed, list) else None


def measured(value: Any) -> Any:
    """What can be compared of a value: text and numbers as they are, of many how many."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, bytes):
        return value.decode(errors="backslashreplace")
    if hasattr(value, "__iter__") and not isinstance(value, dict) and not hasattr(value, "to_dict"):
        return {"many": len(list(value))}
    return None


def state(table: Table) -> dict[str, Any]:
    """What the programs show of the network namespace that this thread is in."""
    return {command: _shown(command, BY_CHANCE | table.but) for command in table.shown or IP}


def _shown(command: str, but: set[str]) -> Any:
    done = subprocess.run(shlex.split(command), capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    if " -j" not in command:
        return sorted(LINE_BY_CHANCE.sub("", line) for line in done.stdout.splitlines())
    return steady(json.loads(done.stdout or "[]"), but)


def steady(shown: Any, but: set[str]) -> Any:
    """Without what is by chance; lists in an order of their own."""
    if isinstance(shown, dict):
        kept = {key: steady(value, but) for key, value in shown.items() if key not in but}
        chosen = str(kept.get("address", "")).startswith(("02:00:00:", "00:00:00:"))
        return kept if chosen or ":" not in str(kept.get("address")) else {**kept, "address": "by chance"}
    if isinstance(shown, list):
        kept_ = [steady(each, but) for each in shown if each not in ({}, *BY_CHANCE_FLAGS) and not _late(each)]
        return sorted(kept_, key=str)
    return shown


def _late(shown: Any) -> bool:
    """What the kernel makes by itself, when it comes to it: routes of own addresses, devices for kinds of tunnels."""
    return isinstance(shown, dict) and (shown.get("table") == "local" or shown.get("ifname") in FALLBACKS)


def quiet() -> None:
    """Have this thread's namespace do nothing by itself."""
    for each in QUIET:
        path, _, value = each.partition("=")
        if Path(path).exists():
            Path(path).write_text(value)


def python_of_netlynx() -> Callable[[str], Any]:
    scope: dict[str, Any] = {"nl": netlynx.connect()}
    exec(IMPORTS, scope)
    return python(scope)


def python_of_pyroute2() -> Callable[[str], Any]:
    from pyroute2 import IPRoute

    return python({"ipr": IPRoute()})


IMPORTS = """
import netlynx
from netlynx import audit, connector, diag, ethtool, generic, ipset, mptcp, netns, nftables, route, tc, tun, uevent
from netlynx import wireguard
from netlynx.netfilter import conntrack, queue
"""
THERE = {"pyroute2": python_of_pyroute2}  # all else is commands


def _codes(row: Row, side: str) -> tuple[str, ...]:
    """What a side runs of a row: of netlynx its commands, or Python, which stands in where there is no command."""
    if side == "there":
        return row.cells[0]
    commands = tuple(code for code in row.cells[1] if code.startswith("netlynx "))
    others = tuple(code for code in row.cells[1] if code not in commands)
    return commands or others if side == "command" else others


def _session(table: Table, side: str) -> list[Any]:
    """What each row gave on one side, and what was shown then; it ends with the first that failed."""
    outcomes: list[Any] = []
    for name in netns.list():
        netns.remove(name)
    with netns.inside(netns.anonymous()):
        quiet()
        for line in ("ip link set lo up", *table.before):
            shell(line)
        there = THERE.get(table.columns[0], lambda: shell)
        run = there() if side == "there" else python_of_netlynx()
        for row in table.rows:
            value = None
            changes = any(CHANGES.search(code) for cell in row.cells for code in cell)
            for code in _codes(row, side):
                try:
                    value = command(code) if code.startswith("netlynx ") else run(code)
                except Exception as error:
                    where = f"docs/from/{table.page}:{row.line}: {code}"
                    outcomes.append({"failed": f"{where}\n{type(error).__name__}: {error}"})
                    return outcomes
            outcomes.append({"value": value, "state": state(table) if changes else {}})
    return outcomes


def run(page: str, sides: list[str], *, guest: bool) -> list[list[list[Any]]]:
    """Of each table of a page, of each side that is asked for, what its rows came to.

    The sides are `there`, `python` and `command`.
    """
    words = ["unshare", "--net", "--mount", "sh", "-ec", 'mount -t tmpfs none /run; exec "$@"', "sh"]
    words += [sys.executable, "-W", "ignore", __file__, page, str(int(guest)), *sides]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(words, capture_output=True, text=True, timeout=8 * PATIENCE, env=environment)
    assert done.returncode == 0, done.stderr
    outcomes: list[list[list[Any]]] = json.loads(done.stdout.splitlines()[-1])
    return outcomes


def different(page: str, outcomes: list[list[list[Any]]], *, guest: bool) -> list[str]:
    """Where columns of a page's tables failed, or did not do the same, each in words."""
    wrong: list[str] = []
    for table, columns in zip(runnable(page, guest=guest), outcomes, strict=True):
        wrong += [each["failed"] for column in columns for each in column if "failed" in each]
        for row, first, *others in zip(table.rows, *columns, strict=False):
            where = f"docs/from/{page}:{row.line}"
            for other in others:
                if "failed" in first or "failed" in other:
                    continue
                if type(first["value"]) is type(other["value"]) and first["value"] != other["value"]:
                    wrong.append(f"{where}: {first['value']!r} on one side, {other['value']!r} on another")
                wrong += [
                    f"{where}: {command} shows of one side: {_less(said, other['state'][command])}"
                    f", of another: {_less(other['state'][command], said)}"
                    for command, said in first["state"].items()
                    if said != other["state"][command]
                ]
    return wrong


def _less(many: list[Any], others: list[Any]) -> list[Any]:
    return [each for each in many if each not in others]


if __name__ == "__main__":
    page, guest, *wanted = sys.argv[1:]
    chosen = runnable(page, guest=guest == "1")
    print(json.dumps([[_session(each, side) for side in wanted] for each in chosen]))

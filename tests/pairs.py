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

import json
import os
import re
import shlex
import subprocess
import sys
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
    *("linkdown", "timer", "new_netnsid", "link_netnsid", "inet6_addr_gen_mode", "min_mtu", "max_mtu"),
}
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
    """What runs a cell as a command; it returns nothing."""
    done = subprocess.run(["sh", "-ec", code], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, f"{code}: {done.stderr or done.stdout}"


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
        return sorted(re.sub(r" initval \S+", "", line) for line in done.stdout.splitlines())
    return _steady(json.loads(done.stdout or "[]"), but)


def _steady(shown: Any, but: set[str]) -> Any:
    """Without what is by chance; lists in an order of their own."""
    if isinstance(shown, dict):
        kept = {key: _steady(value, but) for key, value in shown.items() if key not in but}
        chosen = str(kept.get("address", "")).startswith(("02:00:00:", "00:00:00:"))
        return kept if chosen or ":" not in str(kept.get("address")) else {**kept, "address": "by chance"}
    if isinstance(shown, list):
        kept_ = [_steady(each, but) for each in shown if each not in ({}, *BY_CHANCE_FLAGS)]
        return sorted(kept_, key=str)
    return shown


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
RUNS: dict[str, Callable[[], Callable[[str], Any]]] = {
    "netlynx": python_of_netlynx,
    "pyroute2": python_of_pyroute2,
    "ip": lambda: shell,
}


def _session(table: Table, column: int) -> list[Any]:
    """What each row of a column gave, and what was shown then; ends with the first that failed."""
    outcomes: list[Any] = []
    for name in netns.list():
        netns.remove(name)
    with netns.inside(netns.anonymous()):
        quiet()
        for command in ("ip link set lo up", *table.before):
            shell(command)
        run = RUNS[table.columns[column]]()
        for row in table.rows:
            value = None
            changes = any(CHANGES.search(code) for cell in row.cells for code in cell)
            for code in row.cells[column]:
                try:
                    value = run(code)
                except Exception as error:
                    where = f"docs/from/{table.page}:{row.line}: {code}"
                    outcomes.append({"failed": f"{where}\n{type(error).__name__}: {error}"})
                    return outcomes
            outcomes.append({"value": value, "state": state(table) if changes else {}})
    return outcomes


def run(page: str, *, guest: bool, columns: list[str]) -> list[list[list[Any]]]:
    """Of each table of a page, of each of its columns that are asked for, what its rows came to."""
    words = ["unshare", "--net", "--mount", "sh", "-ec", 'mount -t tmpfs none /run; exec "$@"', "sh"]
    words += [sys.executable, "-W", "ignore", __file__, page, str(int(guest)), *columns]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(words, capture_output=True, text=True, timeout=4 * PATIENCE, env=environment)
    assert done.returncode == 0, done.stderr
    outcomes: list[list[list[Any]]] = json.loads(done.stdout.splitlines()[-1])
    return outcomes


def different(page: str, outcomes: list[list[list[Any]]], *, guest: bool) -> list[str]:
    """Where columns of a page's tables failed, or did not do the same, each in words."""
    wrong: list[str] = []
    chosen = [table for table in tables(page) if not table.guest or guest]
    for table, columns in zip(chosen, outcomes, strict=True):
        wrong += [each["failed"] for column in columns for each in column if "failed" in each]
        for row, first, *others in zip(table.rows, *columns, strict=False):
            where = f"docs/from/{page}:{row.line}"
            for other in others:
                if "failed" in first or "failed" in other:
                    continue
                if type(first["value"]) is type(other["value"]) and first["value"] != other["value"]:
                    wrong.append(f"{where}: {first['value']!r} there, {other['value']!r} here")
                wrong += [
                    f"{where}: {command} shows there: {_less(said, other['state'][command])}"
                    f", here: {_less(other['state'][command], said)}"
                    for command, said in first["state"].items()
                    if said != other["state"][command]
                ]
    return wrong


def _less(many: list[Any], others: list[Any]) -> list[Any]:
    return [each for each in many if each not in others]


if __name__ == "__main__":
    page, guest, *wanted = sys.argv[1:]
    chosen = [table for table in tables(page) if not table.guest or int(guest)]
    print(json.dumps([[_session(each, each.columns.index(name)) for name in wanted] for each in chosen]))

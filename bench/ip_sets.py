"""Sets of ipset: many entries added, and listed, beside ipset(8)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable

import netlynx
from netlynx import ipset

from . import namespace
from .measure import Contestant, Samples, Served, Whole, python, take_turns
from .options import Options
from .routes import COLUMNS, KEPT
from .set_elements import addresses

ADDED = "netlynx: add_all"
BATCH = "netlynx: batch"
RESTORE = "ipset restore"
SAVE = "ipset save"

SET = "s"


def _made(count: int) -> None:
    """A new namespace with a set that has room for so many."""
    namespace.enter()
    with netlynx.connect() as nl:
        nl.do(ipset.create(ipset.Set(name=SET, type="hash:ip", maxelem=2 * count, hashsize=count)))


@namespace.kept
def empty_set(count: int) -> None:
    """A new namespace with a set without entries, that has room for so many."""
    _made(count)


@namespace.kept
def filled_set(count: int) -> None:
    """A new namespace with a set of so many entries."""
    _made(count)
    with netlynx.connect() as nl:
        nl.do(ipset.add_all(ipset.Entry(set=SET, address=each) for each in addresses(count)))


def run_added(options: Options) -> Samples:
    count = options.elements
    empty_set(count)
    samples = Samples("ipset", f"{count:,} entries added to a set of ipset", "ns/entry", RESTORE, "entry")
    expected = sorted(addresses(count))

    def there(_: str) -> Iterable[str]:
        with netlynx.connect() as nl:
            return sorted(each.address or "" for each in nl.dump(ipset.entries(SET)))

    def clear() -> None:
        with netlynx.connect() as nl:
            nl.do(ipset.flush(SET))

    with tempfile.NamedTemporaryFile("w", suffix=".ipset") as lines:
        lines.writelines(f"add {SET} {each}\n" for each in addresses(count))
        lines.flush()
        contestants: list[Contestant] = [
            Served(ADDED, lambda: python("contestants", "add-entries", count), lambda: expected),
            Served(BATCH, lambda: python("contestants", "batch-entries", count), lambda: expected),
            Whole(RESTORE, ("ipset", "-file", lines.name, "restore"), there, lambda: expected, clear),
        ]
        take_turns(samples, contestants, options.few_rounds, 1e9 / count)
    samples.notes.append("IPv4 addresses into a hash:ip, made on the way; ipset reads them from a file")
    return samples


def run_listed(options: Options) -> Samples:
    count = options.elements
    filled_set(count)
    samples = Samples("ipset-list", f"List of {count:,} entries of a set of ipset", "ns/entry", SAVE, "entry")
    expected = sorted(addresses(count))

    def worker(name: str) -> list[str]:
        return python("contestants", name, count)

    def saved(printed: str) -> Iterable[str]:
        return sorted(line.split()[2] for line in printed.splitlines() if line.startswith("add "))

    contestants: list[Contestant] = [
        Served(COLUMNS, lambda: worker("entry-columns"), lambda: expected),
        Served(KEPT, lambda: worker("entry-records"), lambda: expected),
        Whole(SAVE, ("ipset", "save", SET), saved, lambda: expected),
    ]
    take_turns(samples, contestants, options.rounds, 1e9 / count)
    samples.notes.append("IPv4 addresses in a hash:ip; a message has as many entries as a part of a dump holds")
    return samples

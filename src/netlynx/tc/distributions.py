"""How delays are distributed: tables of `netem`, the inverse of a distribution's cumulative function.

Names and numbers are tc's; what it generates when it is built, in tc/normal.c, tc/pareto.c and tc/paretonormal.c, is
computed here, and what else it has as a file is read where it reads it. Source: linux/pkt_sched.h, tc-netem(8).
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import NormalDist
from typing import Final

from netlynx.errors import EncodeError

SCALE: Final = 8192  # NETEM_DIST_SCALE: one deviation
MOST: Final = 16384  # NETEM_DIST_MAX: entries of a table
_ENTRIES, _FINE = 4096, 16384
_LOW, _HIGH = -32768, 32767
_STEP = 5e-5  # of what tc sums up to find each entry


@cache
def table(name: str) -> tuple[int, ...]:
    """The table of a distribution: normal, pareto, paretonormal, uniform, or one that tc has a file of.

    Raises EncodeError for a name of neither, and for a file that is no table.
    """
    if name in _COMPUTED:
        return tuple(min(max(each, _LOW), _HIGH) for each in _COMPUTED[name]())
    for folder in _folders():
        path = folder / f"{name}.dist"
        if "/" not in name and path.is_file():
            return _read(path)
    raise EncodeError(f"there is no distribution {name!r}: {', '.join(_COMPUTED)}, or a file {name}.dist of tc's")


def name_of(values: tuple[int, ...] | None) -> str | None:
    """Which of the distributions that are computed a table is of, if of any."""
    return None if values is None else next((name for name in _COMPUTED if table(name) == values), None)


def _folders() -> Iterator[Path]:
    """Where tc has them: said in its environment, or as it was built."""
    said = os.environ.get("TC_LIB_DIR")
    if said:
        yield Path(said)
    yield from (Path("/usr/share/tc"), Path("/usr/lib/tc"))
    yield from sorted(Path("/usr/lib").glob("*/tc"))


def _read(path: Path) -> tuple[int, ...]:
    try:
        made = tuple(int(word) for line in path.read_text().splitlines() if line[:1] != "#" for word in line.split())
    except (OSError, ValueError) as error:
        raise EncodeError(f"{path} is no table of numbers: {error}") from None
    if not 0 < len(made) <= MOST or not all(_LOW <= each <= _HIGH for each in made):
        raise EncodeError(f"{path} has to have 1 to {MOST} numbers from {_LOW} to {_HIGH}")
    return made


def _normal() -> Iterator[int]:
    inverse = NormalDist().inv_cdf
    for entry in range(0, _FINE, _FINE // _ENTRIES):
        steps = math.floor((inverse((entry + 0.5) / _FINE) + 10) / _STEP + 1e-9)
        yield round((steps * _STEP - 10) * SCALE)


def _pareto() -> Iterator[int]:
    for part in range(16 * _ENTRIES, 0, -16):
        yield min(round(((part / 65536) ** (-1 / 3) - 1.5) * 4 / 3 * SCALE), _HIGH)


def _paretonormal() -> Iterator[int]:
    for normal, pareto in zip(_normal(), _pareto(), strict=True):
        yield int((normal + 3 * pareto) / 4)


def _uniform() -> Iterator[int]:
    """What the kernel does without a table: all within a deviation are as probable."""
    for entry in range(_ENTRIES):
        yield round((entry + 0.5) * 2 * SCALE / _ENTRIES) - SCALE


_COMPUTED = {"normal": _normal, "pareto": _pareto, "paretonormal": _paretonormal, "uniform": _uniform}

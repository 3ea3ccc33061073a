"""Which part of a condition the kernel compares, and which is compared here.

The kernel knows the ports, the addresses, the interface that a socket is bound to, its mark and its cgroup, and whether
it was bound automatically. Of an `Every` it is given what it knows; of a `Some` all, or nothing. What it was given is
compared here once more, but for what its answer does not tell.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, NamedTuple

from netlynx.diag import bytecode
from netlynx.diag.bytecode import Program
from netlynx.diag.cgroups import cgroup_number
from netlynx.diag.conditions import Automatic, Comparison, Condition, Every, Not, Some, every, leaves, plain
from netlynx.errors import EncodeError
from netlynx.schema.either import WHOLE, AnyOf, Masked

Pairs = tuple[tuple[str, Any], ...]  # as `Dump.match`

_PORTS, _INDEXES, _MARKS, _CGROUPS = 1 << 16, 1 << 32, 1 << 32, 1 << 64
_MAPPED = 96  # bits before an IPv4 address in an IPv6 one: ::ffff:0:0/96
_MANY = 48  # conditions side by side; a filter has room for 64


class Split(NamedTuple):
    """The two parts of a condition, None for nothing: what the kernel compares, and what is left to be done here."""

    kernel: Condition | None
    here: Condition | None


def split(condition: Condition | None) -> Split:
    """Which part goes where. Raises EncodeError for what neither side could settle."""
    if condition is None:
        return Split(None, None)
    condition = plain(condition)
    kernel, here = _split(condition)
    if kernel is not None and program(kernel).size > bytecode.LONGEST:
        kernel, here = None, condition
    if here is not None and any(isinstance(each, Automatic) for each in leaves(here)):
        raise EncodeError(
            f"automatic is compared by the kernel alone, which does not know what stands beside it: {here}", "condition"
        )
    return Split(kernel, here)


def _split(condition: Condition) -> Split:
    if isinstance(condition, Every):
        found = [_split(each) for each in condition.parts]
        kernel = every([each.kernel for each in found if each.kernel is not None])
        return Split(kernel, every([each.here for each in found if each.here is not None]))
    if isinstance(condition, Some):
        found = [_split(each) for each in condition.parts]
        known = tuple(each.kernel for each in found if each.kernel is not None)
        if len(known) < len(found):
            return Split(None, condition)
        return Split(Some(known), condition if any(each.here is not None for each in found) else None)
    return Split(condition, None) if _program_of(condition) is not None else Split(None, condition)


# -- for the kernel ----------------------------------------------------------------------------------------------


def program(condition: Condition) -> Program:
    """The program of a condition of which the kernel knows all."""
    if isinstance(condition, Every | Some):
        join = operator.and_ if isinstance(condition, Every) else operator.or_
        return _balanced(join, [program(each) for each in condition.parts])
    made = _program_of(condition)
    assert made is not None  # that is what `split` looked at
    return made


def _balanced(join: Callable[[Program, Program], Program], programs: list[Program]) -> Program:
    """All of them joined, without the work of doing so from one end to the other."""
    while len(programs) > 1:
        pairs = zip(programs[::2], programs[1::2], strict=False)
        odd = programs[-1:] if len(programs) % 2 else []
        programs = [join(one, other) for one, other in pairs] + odd
    return programs[0]


def _program_of(condition: Condition) -> Program | None:
    """The program of a comparison or its opposite; None where the kernel does not know it."""
    if isinstance(condition, Not):
        inner = _program_of(condition.part)
        return None if inner is None else ~inner
    if isinstance(condition, Automatic):
        return bytecode.automatic()
    assert isinstance(condition, Comparison)
    make = _KNOWN.get(condition.path[0]) if len(condition.path) == 1 else None
    if make is None:
        return None
    value = condition.value
    if isinstance(value, set | frozenset):
        programs = [make(each) for each in _sorted(value)]
        known = [each for each in programs if each is not None]
        return _balanced(operator.or_, known) if known and len(known) == len(programs) else None
    return make(value)


def _sorted(values: Any) -> list[Any]:
    return sorted(values, key=lambda each: (type(each).__name__, str(each)))


def _number(value: Any, stop: int) -> int | None:
    known = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < stop
    return int(value) if known else None


def _port(end: str, value: Any) -> Program | None:
    if isinstance(value, range):
        if value.step != 1:
            return None
        ports = range(max(value.start, 0), min(value.stop, _PORTS))
        return bytecode.port(end, ports) if ports else bytecode.never()
    number = _number(value, _PORTS)
    return None if number is None else bytecode.port(end, range(number, number + 1))


def _address(end: str, value: Any) -> Program | None:
    network = network_of(value)
    return None if network is None else bytecode.address(end, network)


def network_of(value: Any) -> IPv4Network | IPv6Network | None:
    """The network that an address, or a subnet, is; None for what is neither."""
    if isinstance(value, int | bytes) or value is None or "%" in str(value):
        return None
    try:
        return ip_network(str(value))
    except ValueError:
        return None


def _index(value: Any) -> Program | None:
    number = _number(value, _INDEXES)
    return None if number is None else bytecode.interface(number)


def _mark(value: Any) -> Program | None:
    if isinstance(value, Masked):
        number, mask = _number(value.masked, _MARKS), _number(value.mask, _MARKS)
        return None if number is None or mask is None else bytecode.mark(number, mask)
    number = _number(value, _MARKS)
    return None if number is None else bytecode.mark(number, _MARKS - 1)


def _cgroup(value: Any) -> Program | None:
    number = _number(value, _CGROUPS)
    return None if number is None else bytecode.cgroup(number)


_KNOWN: dict[str, Callable[[Any], Program | None]] = {
    "source_port": functools.partial(_port, "source"),
    "destination_port": functools.partial(_port, "destination"),
    "source": functools.partial(_address, "source"),
    "destination": functools.partial(_address, "destination"),
    "index": _index,
    "mark": _mark,
    "cgroup": _cgroup,
}


def resolved(condition: Condition) -> Condition:
    """The condition with numbers for cgroups. Raises EncodeError for one that is not there."""
    if isinstance(condition, Not):
        return Not(resolved(condition.part))
    if isinstance(condition, Every | Some):
        return type(condition)(tuple(map(resolved, condition.parts)))
    if isinstance(condition, Comparison) and condition.path == ("cgroup",):
        value = condition.value
        if isinstance(value, set | frozenset):
            return Comparison(condition.path, frozenset(map(_cgroup_number, value)))
        return Comparison(condition.path, _cgroup_number(value))
    return condition


def _cgroup_number(value: Any) -> Any:
    return cgroup_number(value, "cgroup") if isinstance(value, str) else value


# -- here ----------------------------------------------------------------------------------------------------------


def pairs(condition: Condition | None, told: bool = False) -> Pairs:
    """The condition as `Dump.match` has it.

    With `told` the kernel compared it too: then what its answer does not tell of a socket (the mark of one in
    time-wait, whether a port was chosen by itself) is believed.
    """
    if condition is None:
        return ()
    if isinstance(condition, Every):
        found = tuple(pair for each in condition.parts for pair in pairs(each, told))
        return found if len(found) <= _MANY else _heaped(found)
    if isinstance(condition, Some):
        alternatives = tuple(pairs(each, told) for each in condition.parts)
        return ((WHOLE, AnyOf(alternatives)),) if all(alternatives) else ()
    if isinstance(condition, Not):
        inner = pairs(condition.part)
        return ((WHOLE, AnyOf((inner,), negated=True)),) if inner else ()
    if isinstance(condition, Automatic):
        return ()
    assert isinstance(condition, Comparison)
    name, *within = condition.path
    value = condition.value
    for inner_name in reversed(within):
        value = {inner_name: value}
    if not within and name in ("source", "destination"):
        value = _mapped(value)
    elif not within and told and name in ("mark", "cgroup"):
        value = frozenset((*value, None)) if isinstance(value, set | frozenset) else frozenset((value, None))
    return ((name, value),)


def _heaped(found: Pairs) -> Pairs:
    """Conditions in heaps of as many as a filter has room for."""
    while len(found) > _MANY:
        found = tuple((WHOLE, AnyOf((found[at : at + _MANY],))) for at in range(0, len(found), _MANY))
    return found


def _mapped(value: Any) -> Any:
    """An IPv4 address or subnet, and beside it the same as IPv6 sockets have it: as the kernel compares."""
    values = value if isinstance(value, set | frozenset) else (value,)
    found: list[Any] = []
    for each in values:
        found.append(each)
        network = network_of(each)
        if network is not None and network.version == 4:
            whole = network.prefixlen == network.max_prefixlen
            start = f"::ffff:{network.network_address}"
            found.append(start if whole else f"{start}/{_MAPPED + network.prefixlen}")
    return frozenset(found) if isinstance(value, set | frozenset) or len(found) > 1 else value

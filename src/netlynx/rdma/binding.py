"""Which queue pairs are bound to which counters, and what is counted on demand.

All of it takes CAP_NET_ADMIN. Source: nldev_stat_set_doit and nldev_stat_del_doit of drivers/infiniband/core/nldev.c,
drivers/infiniband/core/counters.c.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any

from netlynx.engine.operation import Do, Talk
from netlynx.errors import EncodeError
from netlynx.rdma.constants import CountedResource, CounterCriteria, CounterMode
from netlynx.rdma.counting import countables
from netlynx.rdma.listing import C, Which, asking
from netlynx.rdma.request import Wanted
from netlynx.rdma.statistics import Bound, Counting, Statistics
from netlynx.schema.arguments import record_of, texts_of


def set_counting(record: Counting) -> Talk[None]:
    """Have the kernel bind queue pairs of a port to counters by `criteria`, or not any more (mode "none").

    `index` says which device, by its number or its name. Of mode "manual" a port gets when a queue pair is bound by
    `bind`. The kernel refuses it while queue pairs are bound. Raises EncodeError.
    """
    path = "Counting"
    said = record_of(Counting, record, "rdma.set_counting(record)")
    if said.index is None and said.name is None:
        raise EncodeError("say which device", f"{path}.index")
    if said.mode is CounterMode.MANUAL:
        raise EncodeError("bind a queue pair: its port is in this mode then", f"{path}.mode")
    if said.mode is None and said.criteria is None:
        raise EncodeError("say how: auto or none", f"{path}.mode")
    criteria = said.criteria or CounterCriteria(0)
    if said.mode is CounterMode.NONE and criteria:
        raise EncodeError("nothing is bound by them in this mode: leave them out", f"{path}.criteria")
    if said.mode is CounterMode.AUTO and not criteria:
        raise EncodeError("say by what: type, pid, or both", f"{path}.criteria")
    wanted = Wanted(
        device=said.name if said.index is None else said.index,
        port=1 if said.port is None else said.port,
        counted=CountedResource.QP,
        mode=CounterMode.AUTO,
        criteria=criteria,
        optional=said.optional,
    )
    setting = asking("set_counting", C.STAT_SET, wanted, Statistics, path=f"{path}.index")

    def steps() -> Generator[Any, Any, None]:
        yield setting  # what answers says which port it is, and no more

    return Talk("rdma.set_counting", steps)


def bind(device: Which, qp: int, counter: int | None = None, *, port: int = 1) -> Do[Bound]:
    """Bind a queue pair to a counter, or to a new one; the answer says to which."""
    wanted = Wanted(
        device=device,
        port=port,
        counted=CountedResource.QP,
        mode=CounterMode.MANUAL,
        qp=qp,
        counter=counter,
    )
    made: Do[Bound] = asking("bind", C.STAT_SET, wanted, Bound)
    return made


def unbind(device: Which, qp: int, counter: int, *, port: int = 1) -> Do[Bound]:
    """Take a queue pair from its counter, which goes with the last of them."""
    wanted = Wanted(device=device, port=port, counted=CountedResource.QP, counter=counter, qp=qp)
    made: Do[Bound] = asking("unbind", C.STAT_DEL, wanted, Bound, C.STAT_SET)
    return made


def set_optional_counters(device: Which, names: str | Iterable[str], *, port: int = 1) -> Talk[None]:
    """Count these of what a driver counts on demand, and none of the others: `countables` tells which there are.

    Raises EncodeError for a name that there is not, and for one of what is counted always.
    """
    path = "rdma.set_optional_counters"
    wanted = texts_of(names, f"{path}(names)")
    looking = countables(device, port)

    def steps() -> Generator[Any, Any, None]:
        found = yield looking
        known = {each.name: each for each in found.each}
        optional = [each.name for each in found.each if each.enabled is not None]
        for name in wanted:
            if name not in optional:
                why = "is counted always" if name in known else "is none of what it counts"
                raise EncodeError(f"{name!r} {why}; on demand: {', '.join(optional) or 'nothing'}", f"{path}(names)")
        indexes = tuple(sorted(known[name].index for name in wanted))
        request = Wanted(device=found.index, port=port, counters=indexes)
        yield asking("set_optional_counters", C.STAT_SET, request, Statistics)

    return Talk(path, steps)

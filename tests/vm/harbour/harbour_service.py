"""The family of the tests in a virtual kernel: does what `harbour_handlers.c` does in a real one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from netlynx.kernel import VirtualKernel

QUAYS = 300


def serve(kernel: VirtualKernel, declaration: Any) -> None:
    """Register the family that `harbour.py` declares."""
    harbour, crate, buoy = declaration.Harbour, declaration.Crate, declaration.Buoy
    service = kernel.family(harbour)

    @service.handles(harbour.echo)
    def echo(request: Any) -> Any:
        return request.record

    @service.handles(harbour.example)
    def example(request: Any) -> Any:
        asked = request.record
        rope = crate(name="rope", weights=(7, 8), marks=("frail", "dry"))
        return harbour.Load(
            quay=asked.quay,
            cookie=asked.cookie,
            depths=(3, 4, 5),
            tags=("one", "two"),
            piers=(10, 20),
            names=("north", "south"),
            lights={7: 70, 3: 30},
            crates=(rope, crate(name="tar")),
            loose=(rope,),
            buoys=(buoy(number=1, depth=20), buoy(number=2, depth=30)),
            hosts=("192.0.2.1",),
            nets=("2001:db8::1", "2001:db8::2"),
            sums=(2**40, 1),
            owners={9: rope},
            counts=(5, 6),
            wide=(1, 2**40),
            first=rope,
        )

    @service.handles(harbour.quays)
    def quays(request: Any) -> Iterator[Any]:
        for number in range(QUAYS):
            yield harbour.Load(quay=number, cookie=request.record.cookie, counts=(number, number + 1))

    @service.handles(harbour.add)
    def add(request: Any) -> Any:
        load = request.record
        crates = [
            *(load.crates or ()),
            *load.loose,
            *(load.owners or {}).values(),
            *([load.first] if load.first is not None else []),
        ]
        numbers = [load.depths, load.piers, load.sums, load.counts, load.wide, *(each.weights for each in crates)]
        numbers += [tuple(load.lights or {}), tuple((load.lights or {}).values()), tuple(load.owners or {})]
        numbers += [tuple(each.depth for each in load.buoys or ())]
        texts = [*load.tags, *(load.names or ()), *(mark for each in crates for mark in each.marks)]
        return harbour.Total(
            quay=load.quay,
            cookie=load.cookie,
            numbers=sum(sum(each or ()) for each in numbers),
            texts=sum(len(text) for text in texts),
        )

    @service.handles(harbour.ring)
    def ring(request: Any) -> None:
        service.multicast(harbour.tide, harbour.Load(quay=request.record.quay, cookie=1, depths=(9, 8)))

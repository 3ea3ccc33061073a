"""`netlynx impair`: a bad network on purpose."""

from __future__ import annotations

from typing import Annotated, Any

from netlynx.cli.declare import Argument, Option
from netlynx.cli.form import misused
from netlynx.cli.listed import show
from netlynx.cli.options import Json, Kernel, Netns, SameDev, connection, one_device
from netlynx.cli.output import form_of
from netlynx.cli.stdout import note
from netlynx.cli.traffic import QDISCS


def impair(
    name: Annotated[str | None, Argument("NAME", help="What leaves this device.")] = None,
    dev: SameDev = None,
    delay: Annotated[str | None, Option("--delay", metavar="TIME", help="So much later: 100ms")] = None,
    jitter: Annotated[str | None, Option("--jitter", metavar="TIME", help="Up to so much more or less.")] = None,
    distribution: Annotated[
        str | None, Option("--distribution", metavar="NAME", help="Of the delays: normal, pareto, paretonormal …")
    ] = None,
    loss: Annotated[str | None, Option("--loss", metavar="SHARE", help="So many of them are lost: 1%")] = None,
    duplicate: Annotated[str | None, Option("--duplicate", metavar="SHARE", help="So many go twice.")] = None,
    corrupt: Annotated[str | None, Option("--corrupt", metavar="SHARE", help="So many have a bit turned.")] = None,
    reorder: Annotated[
        str | None, Option("--reorder", metavar="SHARE", help="So many overtake those that are delayed.")
    ] = None,
    rate: Annotated[str | None, Option("--rate", metavar="RATE", help="So much a second: 10mbit")] = None,
    limit: Annotated[str | None, Option("--limit", metavar="PACKETS", help="So many wait at most: 1000")] = None,
    undo: Annotated[bool, Option("--undo", help="End it.")] = False,
    json: Json = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Impair what leaves a device: delay, lose, duplicate, corrupt, reorder packets, or slow them down.

    One command is one impairment: another one takes the place of the former. No other qdisc is replaced.
    """
    from netlynx import tc

    device = one_device(name, dev)
    if device is None:
        raise misused("say which device: NAME, or --dev NAME")
    words = {
        "delay": delay,
        "jitter": jitter,
        "distribution": distribution,
        "loss": loss,
        "duplicate": duplicate,
        "corrupt": corrupt,
        "reorder": reorder,
        "rate": rate,
    }
    given: dict[str, Any] = {name: value for name, value in words.items() if value is not None}
    if limit is not None:
        if not (limit.isascii() and limit.isdecimal()):
            raise misused(f"{limit!r} is no number of packets", "--limit")
        given["limit"] = int(limit)
    if undo and given:
        raise misused("it ends all of it: leave the others out", "--undo")
    if not undo and not given.keys() - {"limit"}:
        raise misused("say what is to happen to packets: --delay 100ms, --loss 1%, --rate 10mbit …; or --undo")
    form = form_of(json, False, None)
    with connection(netns, kernel) as nl:
        if not undo:
            show(nl, form, QDISCS, [nl.do(tc.impair(device, **given))])
            return
        ended = nl.do(tc.unimpair(device))
        if ended is None:
            note(f"{device} was not impaired")
        else:
            show(nl, form, QDISCS, [ended])

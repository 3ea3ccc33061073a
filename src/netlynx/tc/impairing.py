"""A bad network on purpose: what leaves a device is delayed, lost, slowed down; and the same undone.

It is one qdisc, `netem` at the root, in one call. Source: net/sched/sch_netem.c, tc-netem(8).
"""

from __future__ import annotations

import errno
from collections.abc import Generator
from typing import Any, TypeAlias

from netlynx.engine.operation import Do, Dump, Talk
from netlynx.errors import AlreadyExists, EncodeError, NotFound
from netlynx.route.link import link
from netlynx.schema.sending import given
from netlynx.tc.handle import ROOT
from netlynx.tc.qdisc import Qdisc, qdisc, qdiscs
from netlynx.tc.qdiscs.netem import Netem
from netlynx.tc.units import Rate, Share, Time
from netlynx.tc.verbs import add, delete, replace

Steps: TypeAlias = Generator[Do[Any] | Dump[Any], Any, Any]

FIRST_OF_KERNEL = 0x8001_0000  # it gives handles from here on itself (qdisc_alloc_handle)
_MISFORTUNES = {*Netem.__declarations__} - {"limit", "seed"}


def impair(
    index: int | str,
    netem: Netem | None = None,
    /,
    *,
    delay: Time | str | float | None = None,
    jitter: Time | str | float | None = None,
    distribution: str | None = None,
    loss: Share | str | float | None = None,
    duplicate: Share | str | float | None = None,
    corrupt: Share | str | float | None = None,
    reorder: Share | str | float | None = None,
    rate: Rate | str | int | None = None,
    limit: int | None = None,
) -> Talk[Qdisc]:
    """Impair what leaves a device (an index, or its name); the answer is the qdisc, as the kernel tells it.

        nl.do(tc.impair("v0", delay="100ms", jitter="10ms", loss="1%", rate="10mbit"))

    `delay` and `jitter` are times, `loss`, `duplicate`, `corrupt` and `reorder` shares of the packets (``"1%"``, 0.01),
    `rate` is a rate; `limit` packets wait at most, 1000 unless told. A `Netem` says all else that can be said, and then
    all of it. What arrives is not impaired: do it where it is sent.

    An impairment that is there is replaced by this one, all of it at once. Any other qdisc at the root would go with
    all its classes and filters: then `AlreadyExists` says which, and nothing is changed. What a device begins with is
    no such thing, and comes back with `unimpair`.

    Raises EncodeError and EncodeTypeError for what is no time, share or rate, and for an impairment of nothing;
    `NotFound` for a device that is not there.
    """
    words: dict[str, Any] = {
        "delay": delay,
        "jitter": jitter,
        "distribution": distribution,
        "loss": loss,
        "duplicate": duplicate,
        "corrupt": corrupt,
        "reorder": reorder,
        "rate": rate,
        "limit": limit,
    }
    said = {name: value for name, value in words.items() if value is not None}
    if netem is not None and said:
        raise EncodeError("a Netem says all of it: give it or words, not both", f"tc.impair({next(iter(said))})")
    try:
        made = Netem(**said) if netem is None else netem
    except EncodeError as error:
        raise error.unwrapped().within("tc.impair") from error.__cause__
    if _MISFORTUNES.isdisjoint(given(made)):
        raise EncodeError("say what is to happen to packets: a delay, a loss, a rate …", "tc.impair")
    replace(Qdisc(index=1, data=made))  # refuses here what cannot be sent
    return Talk("tc.impair", lambda: _impair(index, made))


def unimpair(index: int | str) -> Talk[Qdisc | None]:
    """Remove what `impair` put at the root of a device; the answer is what was removed, None where there was none.

    Another qdisc stays: `AlreadyExists` says which is there. Raises `NotFound` for a device that is not there.
    """
    return Talk("tc.unimpair", lambda: _unimpair(index))


def _impair(index: int | str, netem: Netem) -> Steps:
    number = yield from _number(index, "tc.impair")
    there, used = yield from _root(number, "tc.impair", index)
    if there is None:
        yield add(Qdisc(index=number, data=netem))
    else:
        # With a handle that no qdisc has, one of the same kind is not changed, but another one takes its place
        # (tc_modify_qdisc): nothing of the former is left.
        free = next(handle for handle in range(FIRST_OF_KERNEL, ROOT, 1 << 16) if handle not in used)
        yield replace(Qdisc(index=number, handle=free, data=netem))
    return (yield qdisc(number))


def _unimpair(index: int | str) -> Steps:
    number = yield from _number(index, "tc.unimpair")
    there, _ = yield from _root(number, "tc.unimpair", index)
    if there is not None:
        yield delete(Qdisc(index=number, handle=there.handle, kind="netem"))
    return there


def _number(index: int | str, asked: str) -> Generator[Do[Any], Any, int]:
    if not isinstance(index, str):
        return index
    try:
        found: int = (yield link(name=index)).index
    except NotFound:
        raise NotFound(errno.ENODEV, f"there is no device {index!r}", asked=f"{asked}({index!r})") from None
    return found


def _root(number: int, asked: str, index: int | str) -> Generator[Dump[Any], Any, tuple[Qdisc | None, set[int]]]:
    """The impairment at the root, None for what the device began with; the handles of all qdiscs that it has.

    Raises AlreadyExists for another qdisc.
    """
    found = [*(yield qdiscs(index=number))]
    used = {int(each.handle) for each in found if each.handle}
    for each in found:
        if each.parent == ROOT and each.handle:
            if each.kind == "netem":
                impaired: Qdisc = each
                return impaired, used
            raise AlreadyExists(
                errno.EEXIST,
                f"{index} has a qdisc at its root already: {each.kind} {each.handle}",
                asked=f"{asked}({index!r})",
                hint="Nothing was changed. Delete it before, or put a netem below one of its classes",
            )
    return None, used

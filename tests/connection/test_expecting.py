"""Every verb says in words what it takes, whatever it is given instead, sync and async."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import anyio
import pytest

import netlynx
from netlynx import route, taskstats
from netlynx.kernel import VirtualKernel

KINDS: dict[str, Any] = {
    "text": "x",
    "number": 5,
    "nothing": None,
    "object": object(),
    "record": route.Link(name="x"),
    "group": route.LINKS,
    "family group": taskstats.exits("0"),
    "dump": route.links(),
    "named dump": route.routes(oif="lo"),
    "do": route.link(name="lo"),
    "family do": taskstats.process(1),
    "named do": route.delete(route.Route(destination="192.0.2.0/24", oif="lo")),
    "flush": route.flush(route.addresses()),
    "list": [5],
    "tuple": (route.LINKS,),
    "function": route.links,
}
DUMPS = {"dump", "named dump"}
GROUPS = {"group", "family group"}
DOS = {"do", "family do", "named do"}

# What each takes of these, which is left out here: carrying things out is others' matter.
VERBS: dict[str, tuple[Callable[[Any, Any], Any], set[str]]] = {
    "do": (lambda nl, given: nl.do(given), DOS | {"flush"}),
    "do with a deadline": (lambda nl, given: nl.do(given, deadline=5), DOS | {"flush"}),
    "dump": (lambda nl, given: nl.dump(given), DUMPS),
    "count": (lambda nl, given: nl.count(given), DUMPS),
    "table": (lambda nl, given: nl.table(given), DUMPS),
    "batch": (lambda nl, given: nl.batch(given), set()),
    "batch of one": (lambda nl, given: nl.batch([given]), DOS),
    "subscribe": (lambda nl, given: nl.subscribe(given), GROUPS),
    "subscribe to a second": (lambda nl, given: nl.subscribe(route.LINKS, given), GROUPS),
    "mirror": (lambda nl, given: nl.mirror(given), DUMPS),
    "mirror a second": (lambda nl, given: nl.mirror(route.links(), given), DUMPS),
}
CASES = [(verb, kind) for verb, (_, taken) in VERBS.items() for kind in KINDS if kind not in taken]


def said(verb: str) -> str:
    return rf"^(a )?{re.escape(verb.split()[0])} takes .* such as .*, not "


@pytest.mark.parametrize(("verb", "kind"), CASES)
def test_what_a_verb_does_not_take_is_told_in_words(verb: str, kind: str) -> None:
    call, _ = VERBS[verb]

    async def meet() -> None:
        async with netlynx.aconnect(kernel=kernel) as nl:
            answer = call(nl, KINDS[kind])
            if hasattr(answer, "__await__"):
                await answer

    with VirtualKernel() as kernel:
        with netlynx.connect(kernel=kernel) as nl, pytest.raises(TypeError, match=said(verb)):
            call(nl, KINDS[kind])
        with pytest.raises(TypeError, match=said(verb)):
            anyio.run(meet)


def test_it_names_the_verb_that_takes_it() -> None:
    with VirtualKernel() as kernel, netlynx.connect(kernel=kernel) as nl:
        nothing: Any = nl
        for call, given, other in [
            (nothing.do, route.links(), "dump"),
            (nothing.do, route.LINKS, "subscribe"),
            (nothing.subscribe, route.link(name="lo"), "do"),
        ]:
            with pytest.raises(TypeError, match=f"`{other}`"):
                call(given)
        with pytest.raises(TypeError, match=r"\[operation\]"):
            nothing.batch(route.link(name="lo"))
        with pytest.raises(TypeError, match=r"call it, links\("):
            nothing.dump(route.links)

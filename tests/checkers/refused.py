"""What a type checker must refuse, each line for the reason beside it; checked by mypy, never run."""

from __future__ import annotations

import netlynx
from netlynx import route


def sync(nl: netlynx.Connection) -> None:
    route.Route(destination="10.0.0.0/8", gatewya="192.0.2.1")  # call-arg
    route.Link(name=7)  # arg-type
    route.Route(oif=1.5)  # arg-type
    route.Route(type=b"blackhole")  # arg-type
    route.Route(multipath=7)  # arg-type
    route.Route(metrics="mtu")  # arg-type
    nl.dump(route.link(name="eth0"))  # arg-type
    nl.do(route.links())  # call-overload
    nl.do(route.link(name="eth0")).nmae  # attr-defined

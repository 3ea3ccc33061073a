"""`route`: the realm of the route that a packet takes. Source: net/sched/cls_route.c, tc-route(8)."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Record, attr, between, interface, takes, u32
from netlynx.schema.facts import Facts
from netlynx.tc.action import ACTIONS_OF_A_FILTER, Action
from netlynx.tc.actions.police import POLICE, Police
from netlynx.tc.handle import HANDLE, Handle


class TCA_ROUTE4(Constants):
    """Attributes of `route`."""

    UNSPEC = 0
    CLASSID = 1
    TO = 2
    FROM = 3
    IIF = 4
    POLICE = 5
    ACT = 6


class RouteFilter(Record):
    """`route`: packets whose route has a realm (1 to 255), `to` where they go or `from_realm` where they come from.

    `iif` is the device that they came in by; it excludes `from_realm`. Realms are those of `route.Route.flow`. The
    kernel makes the handle of them.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_ROUTE4, policy="route4_policy", spec=("tc", "route-attrs"))

    classid: takes.Member[Handle | None] = attr(TCA_ROUTE4.CLASSID, HANDLE)
    to: int | None = attr(TCA_ROUTE4.TO, between(u32, high=0xFF))
    from_realm: int | None = attr(TCA_ROUTE4.FROM, between(u32, high=0xFF))
    iif: takes.Name[int | None] = attr(TCA_ROUTE4.IIF, between(interface, high=0x7FFF))
    actions: takes.MaybeSeveral[Action] = attr(TCA_ROUTE4.ACT, ACTIONS_OF_A_FILTER)
    police: takes.Nested[Police | None] = attr(TCA_ROUTE4.POLICE, POLICE)  # as filters had it before actions

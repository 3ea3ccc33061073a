"""Qdiscs that are told nothing: where filters stand, and one queue for each of a device's."""

from __future__ import annotations

from netlynx.schema import Record


class Ingress(Record):
    """`ingress`: packets that arrive, for filters at ``ffff:``. Source: net/sched/sch_ingress.c."""


class Clsact(Record):
    """`clsact`: packets that arrive and those that leave, for filters at ``ingress`` and ``egress``.

    Source: net/sched/sch_ingress.c.
    """

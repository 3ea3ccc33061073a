"""`police` in filters themselves, as it was before there were actions. Source: tc-u32(8), tc-fw(8), tc-basic(8)."""

from __future__ import annotations

from typing import Any

from netlynx import tc
from tc.both_ways import Case
from tc.tables.actions import SHARED
from tc.tables.police import TABLE

APART = {"2.4.2": TABLE, "2.6.2": TABLE}


def of_filter(words: str, data: Any, handle: int = 0) -> Case:
    """A filter that has it as filters did before there were actions."""
    made = tc.Filter(index=10, parent="ffff:", protocol="ip", priority=1, handle=handle, data=data)
    return Case(f"filter add dev v0 parent ffff: protocol ip prio 1 {words}", made, only_sent=SHARED)


POLICED = tc.Police(rate="1mbit", burst="10k", exceed="drop")
CASES = [
    of_filter(
        "u32 match ip src 192.0.2.1 police rate 1mbit burst 10k drop flowid :1",
        tc.U32(matches=["ip src 192.0.2.1"], police=POLICED, classid=":1"),
    ),
    of_filter("handle 5 fw police mtu 100 drop", tc.Fw(police=tc.Police(mtu=100, exceed="drop")), 5),
    of_filter("handle 1 basic police rate 1mbit burst 10k drop", tc.Basic(police=POLICED), 1),
]

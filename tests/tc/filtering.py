"""Cases of filters, for the tables: where they stand, and what lists them."""

from __future__ import annotations

from typing import Any

from netlynx import tc
from tc.both_ways import DEVICE, INDEX, Case

PRIORITY = 10


def rule(words: str, data: Any, protocol: str = "ip", **more: Any) -> Case:
    """A filter of what arrives, of the kind and with the options that the words say."""
    made = tc.Filter(
        index=INDEX, parent="ingress", protocol=protocol, priority=PRIORITY, handle=more.pop("handle", 0), data=data
    )
    handle = f"handle {more.pop('spelt')} " if "spelt" in more else ""
    return Case(
        f"filter add dev {DEVICE} ingress protocol {protocol} pref {PRIORITY} {handle}{words}",
        made,
        **{
            "before": (f"qdisc add dev {DEVICE} clsact",),
            "listing": f"filter show dev {DEVICE} ingress",
            "read": lambda index: tc.filters(index=index, parent="ingress"),
            **more,
        },
    )

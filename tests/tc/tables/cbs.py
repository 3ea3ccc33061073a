"""`cbs`. Source: tc-cbs(8)."""

from __future__ import annotations

from typing import Any

from netlynx.tc import Cbs
from tc.both_ways import at_root, shown_qdisc

CASES = [
    at_root(
        "cbs idleslope 98688 sendslope -901312 hicredit 153 locredit -1389",
        Cbs(idleslope=98688, sendslope=-901312, hicredit=153, locredit=-1389),
    ),
    at_root(
        "cbs idleslope 20000 sendslope -980000 hicredit 30 locredit -1470 offload 0",
        Cbs(idleslope=20000, sendslope=-980000, hicredit=30, locredit=-1470, offload=False),
    ),
    at_root(
        "cbs idleslope 1 sendslope -1 hicredit 1 locredit -1 offload 1",
        Cbs(idleslope=1, sendslope=-1, hicredit=1, locredit=-1, offload=True),
    ),
    at_root(
        "cbs idleslope 2147483647 sendslope -2147483648 hicredit 2147483647 locredit -2147483648",
        Cbs(idleslope=2**31 - 1, sendslope=-(2**31), hicredit=2**31 - 1, locredit=-(2**31)),
    ),
]


def shown(record: dict[str, Any]) -> dict[str, Any]:
    """The same names."""
    data = record["data"]
    names = ("hicredit", "locredit", "sendslope", "idleslope")
    return shown_qdisc(record, {**{name: data[name] for name in names}, "offload": int(data.get("offload", False))})

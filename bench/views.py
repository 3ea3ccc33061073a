"""How the results of different contestants are brought to the same lines."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from functools import cache
from itertools import islice, pairwise
from typing import Any  # of what other programs print

from netlynx.schema.kinds import Kind
from netlynx.schema.record import Record

from .reference import Plain, as_line, plain

BRIEF = ("destination", "gateway", "oif", "metric", "mtu", "hops", "encap_type")


def brief(values: Plain) -> str:
    """What every contestant can say of a route: the fields of BRIEF, with - for what it does not have."""
    shown = {
        **values,
        "mtu": values.get("metrics", {}).get("mtu"),
        "hops": len(values.get("multipath", ())),
    }
    return " ".join(str(shown.get(name) or "-") for name in BRIEF)


def ip_text(printed: str) -> Iterator[str]:
    """`ip route show` of plain routes."""
    for line in printed.splitlines():
        destination, *words = line.split()
        said = dict(pairwise(words))
        yield brief({"destination": destination, "gateway": said.get("via"), "oif": _index(said.get("dev"))})


def ip_json(printed: str) -> Iterator[str]:
    """`ip -j route show` of plain routes."""
    for found in json.loads(printed):
        yield brief(
            {
                "destination": found["dst"],
                "gateway": found.get("gateway"),
                "oif": _index(found.get("dev")),
                "metric": found.get("metric"),
            }
        )


def netlynx_json(printed: str) -> Iterator[str]:
    """`netlynx routes --json`."""
    return map(brief, json.loads(printed))


def ip_links(printed: str) -> Iterator[str]:
    """`ip -d -j link`."""
    for found in json.loads(printed):
        kind = found.get("linkinfo", {}).get("info_kind")
        yield link_line(found["ifindex"], found["ifname"], kind, found["mtu"])


def link_line(index: Any, name: Any, kind: Any, mtu: Any) -> str:
    return f"{index} {name} {kind or '-'} {mtu}"


def _index(device: str | None) -> int | None:
    return None if device is None else socket.if_nametoindex(device)


# ----------------------------------------------------------------------------------------------- columns


def of_columns(table: Any, cls: type[Record], every: int) -> Iterator[str]:
    """The rows of an Arrow table, one of so many, as the reference decoder has the records."""
    import nanoarrow

    rows = (row for chunk in nanoarrow.ArrayStream(table) for row in chunk.iter_py())
    return (as_line(_row(row, cls)) for row in islice(rows, None, None, every))


def _row(row: dict[str, Any], cls: Any) -> Plain:
    values: Plain = {}
    for name, declaration in cls.__declarations__.items():
        kind = declaration.kind or cls.__header__.__declarations__[declaration.header or name].kind
        value = _cell(row.get(name), kind)
        if value is not None and value != plain(declaration.default):
            values[name] = value
    return values


def _cell(value: Any, kind: Kind) -> Any:
    if isinstance(value, dict) and kind.target is not None:
        return _row(value, kind.target())
    if isinstance(value, list):
        return [_cell(item, kind.item or kind) for item in value]
    values: Any = kind.values
    if values is not None and isinstance(value, str):
        return _number(values, value)
    return plain(value)


@cache
def _number(values: Any, labels: str) -> int:
    """The number of an enum's label, or of a set of flags, whose labels are joined by commas."""
    members = {member.label: int(member) for member in values}
    return sum(members[label] if label in members else int(label, 0) for label in labels.split(",") if label)

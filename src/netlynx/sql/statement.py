"""What a statement is about, from the tree that DuckDB's parser makes of it: tables, and namespaces that it names."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple  # the nodes of the tree

from netlynx.sql.catalogue import LISTINGS, VIEWS

Parameters = Sequence[Any] | Mapping[str, Any] | None

_NETNS = "netns"


class About(NamedTuple):
    """Tables that are meant, those of them that are read more than once, and namespaces that are named."""

    tables: frozenset[str]
    repeated: frozenset[str]
    namespaces: tuple[str, ...]


def about(connection: Any, statement: str, parameters: Parameters) -> About:
    """What a statement is about; where it is no query, and has no tree, all its tables count as repeated."""
    tables = tables_in(statement)
    said = connection.execute("select json_serialize_sql(?)", [statement]).fetchall()[0]
    tree = json.loads(said[0])
    if tree.get("error"):
        return About(tables, tables, ())
    counts: Counter[str] = Counter()
    named = set()
    shared = False  # a part of the statement is used twice, and with it the tables in it
    for node in _nodes(tree):
        if node.get("type") == "BASE_TABLE":
            counts[str(node.get("table_name", "")).lower()] += 1
        named |= {str(each["key"]).lower() for each in (node.get("cte_map") or {}).get("map", ())}
    for name in named | VIEWS.keys():
        shared = shared or counts[name] > 1
    for name in VIEWS.keys() & counts.keys():
        counts.update(dict.fromkeys(tables_in(VIEWS[name][1]), counts[name]))
    repeated = tables if shared else frozenset(name for name in tables if counts[name] > 1)
    return About(tables, repeated, tuple(dict.fromkeys(_namespaces(tree, parameters))))


def tables_in(statement: str) -> frozenset[str]:
    """The tables whose names stand in a statement, and those that views among them are made of."""
    words = {word.lower() for word in re.findall(r"\w+", statement)}
    tables = {name for name in (*LISTINGS, *VIEWS) if name in words}
    for name in tables & VIEWS.keys():
        tables |= tables_in(VIEWS[name][1])
    return frozenset(tables)


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def _namespaces(tree: Any, parameters: Parameters) -> Iterator[str]:
    """What a column `netns` is compared with by = or IN."""
    for node in _nodes(tree):
        if node.get("type") in ("COMPARE_EQUAL", "COMPARE_IN"):
            sides = [node.get("left"), node.get("right"), *node.get("children", ())]
            if any(_is_netns(each) for each in sides):
                yield from (name for each in sides if (name := _text(each, parameters)) is not None)


def _is_netns(node: Any) -> bool:
    return isinstance(node, dict) and bool(node.get("column_names")) and node["column_names"][-1].lower() == _NETNS


def _text(node: Any, parameters: Parameters) -> str | None:
    if not isinstance(node, dict):
        return None
    if node.get("class") == "CONSTANT":
        literal = node.get("literal") or {}
        return str(literal["text"]) if literal.get("kind") == "STRING" else None
    if node.get("class") == "PARAMETER" and parameters is not None:
        which = str(node.get("identifier", ""))
        if isinstance(parameters, Mapping):
            value = parameters.get(which)
        else:
            at = int(which) - 1 if which.isdecimal() else -1
            value = parameters[at] if 0 <= at < len(parameters) else None
        return value if isinstance(value, str) else None
    return None

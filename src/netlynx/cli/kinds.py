"""Which kinds of objects can be changed from the command line, by which verbs, and what each is called.

What there is stands in `KINDS` and `FUNCTIONS` of `netlynx.cli.operations`; whether a verb is for a kind, the room's
own function says, which refuses it as a whole (``route.append(Link)``) where it is not.
"""

from __future__ import annotations

from functools import cache

from netlynx.cli.operations import FUNCTIONS, KINDS, VERBS, declared, function_of
from netlynx.errors import EncodeError
from netlynx.wire.nearest import nearest

DONE = {
    "add": "added",
    "append": "appended",
    "insert": "inserted",
    "replace": "replaced",
    "change": "changed",
    "set": "set",
    "delete": "deleted",
    "destroy": "destroyed",
    "flush": "flushed",
}
LISTINGS = {  # what a listing is called whose objects `flush` removes
    "link": "links",
    "address": "addresses",
    "route": "routes",
    "neighbour": "neighbours",
    "rule": "rules",
    "nexthop": "nexthops",
    "address-label": "address_labels",
    "can-gateway": "can_gateways",
    "mctp-address": "mctp_addresses",
    "mctp-route": "mctp_routes",
    "mctp-neighbour": "mctp_neighbours",
    "phonet-address": "phonet_addresses",
    "phonet-route": "phonet_routes",
    "qdisc": "qdiscs",
    "class": "classes",
    "filter": "filters",
    "chain": "chains",
    "action": "actions",
    "port-vlan": "port_vlans",
    "mdb-entry": "mdb",
    "vni": "vnis",
    "flow": "flows",
    "expectation": "expectations",
    "ovs-flow": "flows",
}
_OTHERWISE = {"nsid": "namespace-id", "neighbor": "neighbour", "addr": "address", "conntrack": "flow", "set": "ipset"}


def kind_of(word: str) -> str:
    """The kind that a word names, in the singular or the plural. Raises ValueError for none, with the nearest."""
    plain = word.lower().replace("_", "-")
    for name in (plain, plain.removesuffix("s"), plain.removesuffix("es"), plain.removesuffix("ies") + "y"):
        found = _OTHERWISE.get(name, name)
        if found in KINDS:
            return found
    raise ValueError(f"{word!r} is not a kind of object{nearest(plain, KINDS, listed='there are')}")


def room_of(kind: str) -> str:
    """The room that a kind is of."""
    return KINDS[kind].partition(".")[0] if "." in KINDS[kind] else "route"


@cache
def verbs_of(kind: str) -> tuple[str, ...]:
    """The verbs that there are for a kind. Its room is loaded."""
    return tuple(verb for verb in VERBS if _takes(verb, kind))


def _takes(verb: str, kind: str) -> bool:
    if verb == "flush" and kind in LISTINGS:
        return True
    make = function_of(verb, kind)
    if make is None or kind in FUNCTIONS:
        return make is not None
    _, cls = declared(kind)
    try:
        make(cls())
    except EncodeError as error:
        return not refuses_all(error, verb, cls)
    except TypeError:
        return False  # it takes something else
    return True


def refuses_all(error: EncodeError, verb: str, cls: type) -> bool:
    """Whether a verb is not for records of a class at all, whatever they say."""
    return error.path.endswith(f".{verb}({cls.__name__})") or (isinstance(error, TypeError) and not error.path)


def missing(verb: str, kind: str) -> ValueError:
    """The error for a verb that a kind does not have."""
    has = ", ".join(verbs_of(kind))
    return ValueError(f"{verb}: there is no such request for {kind}: it has {has}")

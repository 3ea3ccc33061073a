"""What changes Open vSwitch's datapaths, ports, flows, meters and limits; packets that are carried out.

Source: net/openvswitch/datapath.c, meter.c, conntrack.c.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Generator, Iterable
from functools import partial
from typing import Any, Literal, TypeAlias, TypeVar, overload

import msgspec

from netlynx.engine.named import NamedDump
from netlynx.engine.operation import Do, Dump, Flush, Talk, in_words
from netlynx.engine.unresolved import by_record
from netlynx.errors import EncodeError, EncodeTypeError, NotFound
from netlynx.generic.told import difference
from netlynx.ovs import flow_requests, requests
from netlynx.ovs.ct_limit import CtLimits, ZoneLimit
from netlynx.ovs.datapath import Datapath
from netlynx.ovs.family import OvsCtLimit, OvsDatapath, OvsFlow, OvsMeter, OvsPacket, OvsVport
from netlynx.ovs.flow import Flow
from netlynx.ovs.key import Key
from netlynx.ovs.meter import Meter
from netlynx.ovs.packet import Packet
from netlynx.ovs.vport import Vport
from netlynx.schema.arguments import record_of
from netlynx.schema.record import replace_fields, was_read
from netlynx.schema.sending import is_set, own
from netlynx.wire.constants import NLM_F

Object: TypeAlias = Datapath | Vport | Flow
T = TypeVar("T")
O = TypeVar("O", bound=Object)  # noqa: E741  # one of them, and the same comes back

_MADE: dict[type, Callable[[Any], Any]] = {
    Datapath: requests.datapath_made,
    Vport: requests.vport_made,
    Flow: flow_requests.flow_made,
}
_FAMILY: dict[type, Any] = {Datapath: OvsDatapath, Vport: OvsVport, Flow: OvsFlow}
_KEY: dict[type, Callable[[Any], Any]] = {
    Datapath: requests.datapath_key,
    Vport: requests.vport_key,
    Flow: flow_requests.flow_key,
}
# What tells them apart, or is compared with what is there before they are deleted.
_SEEN: dict[type, tuple[str, ...]] = {
    Datapath: ("name", "index", "features", "masks_cache_size", "per_cpu_pids"),
    Vport: ("datapath", "name", "number", "type", "options", "upcall_pids", "index"),
    Flow: ("datapath", "ufid", "key", "mask", "actions"),
}


@overload
def add(record: Object, *, echo: Literal[False] = ...) -> Do[None]: ...
@overload
def add(record: O, *, echo: Literal[True]) -> Do[O]: ...
def add(record: Any, *, echo: bool = False) -> Do[Any]:
    """Make a datapath, add a port to one, or a flow; `AlreadyExists` (of ports `Busy`) where it is there.

    With `echo` the kernel tells what it made: the index of a datapath, the number of a port. Raises EncodeError, with
    the path of the field, for what is missing and for what the kernel would not look at.
    """
    _class(record, _MADE, "add")
    return _by_record("ovs.add", partial(_new, flags=NLM_F.CREATE, echo=echo), record)


def replace(record: Flow) -> Do[None]:
    """Add a flow, or give the one that is there with this key, or UFID, these actions. Raises EncodeError.

    `NotFound` where a flow has the UFID and another key, or where one is there for the packets that has another mask.
    """
    _class(record, (Flow,), "replace")
    return _by_record("ovs.replace", partial(_new, flags=0, echo=False), record)


def _new(record: Any, *, flags: int, echo: bool) -> Do[Any]:
    cls = type(record)
    operation: Do[Any] = _FAMILY[cls].add(_MADE[cls](record))
    flags = flags if cls is Flow else 0
    if echo:
        return msgspec.structs.replace(operation, flags=flags | NLM_F.ECHO, reply=cls)
    return msgspec.structs.replace(operation, flags=flags)


def change(record: Object) -> Do[None] | Talk[None]:
    """Change a datapath (features, cache of masks, who is asked), who is asked about a port, or a flow's actions.

    Of a record that was read, what was replaced since. What is not said stays as it is: the kernel takes the features
    away that a request leaves out, so those are asked first. `NotFound` where there is none, or where a record that has
    a name and a number, say, is of two. Raises EncodeError for what cannot be changed.
    """
    _class(record, _MADE, "change")
    return _by_record("ovs.change", _change, record)


def _change(record: Any) -> Do[None] | Talk[None]:
    if isinstance(record, Vport):
        return _where_it_is("change", record, OvsVport.change(requests.vport_changed(record)), ("number",))
    if isinstance(record, Flow):
        return _where_it_is("change", record, OvsFlow.change(flow_requests.flow_changed(record)), ("match",))
    made = requests.datapath_changed(record)
    if made.features is not None:
        return _where_it_is("change", record, OvsDatapath.change(made), ("index",))
    key = requests.datapath_key(record)
    asking = OvsDatapath.get(key)
    beside = ("index",) if record.index and not key.index else ()

    def steps() -> Generator[Do[Any] | Dump[Any], Any, None]:
        found = yield asking
        _check(record, found, beside, "change")
        whole = replace_fields(made, features=found.features)
        requests.check_features(whole)
        yield OvsDatapath.change(whole)

    return Talk("ovs.change", steps)


def delete(record: Object | Meter) -> Do[None] | Talk[None]:
    """Remove a datapath with all that is in it, a port, a flow, or a meter, by a record that says which.

    The kernel looks at what tells it from others alone. What else the record says is compared with what is there first:
    `NotFound` where it differs. Raises EncodeError for a record that does not say which, and for the local port, which
    goes with its datapath.
    """
    _class(record, (*_MADE, Meter), "delete")
    return _by_record("ovs.delete", _delete, record)


def _delete(record: Any) -> Do[None] | Talk[None]:
    if isinstance(record, Meter):
        return _delete_meter(record)
    cls = type(record)
    if isinstance(record, Vport) and record.number == 0:
        raise EncodeError("the local port goes with its datapath: delete that", "Vport.number")
    for name in sorted(own(record) - {*_SEEN[cls]}):
        raise EncodeError("the kernel does not look at it when it deletes: leave it out", f"{cls.__name__}.{name}")
    compared = ("match", "words") if cls is Flow else _SEEN[cls]
    return _where_it_is("delete", record, _FAMILY[cls].delete(_KEY[cls](record)), compared)


def _where_it_is(verb: str, record: Any, operation: Do[None], fields: tuple[str, ...]) -> Do[None] | Talk[None]:
    """The operation, once what the record says in these fields, besides what it is found by, is seen to be so."""
    cls = type(record)
    key = _KEY[cls](record)
    beside = tuple(name for name in fields if _says(record, name) and not _says(key, name))
    if not beside:
        return operation
    asking: Do[Any] = _FAMILY[cls].get(key)

    def steps() -> Generator[Do[Any] | Dump[Any], Any, None]:
        _check(record, (yield asking), beside, verb)
        yield operation

    return Talk(f"ovs.{verb}", steps)


def _says(record: Any, name: str) -> bool:
    """Whether a record says something in a field; of a flow's words, in what they are of."""
    field = {"match": "mask", "words": "actions"}.get(name, name)
    return getattr(record, field) is not None if field != name else is_set(record, name)


def _check(record: Any, found: Any, fields: tuple[str, ...], verb: str) -> None:
    """Raises NotFound where what is there is another. Of flows their words are compared: the kernel tells masks of all
    that there is, and what it made of actions."""
    worded = [name for name in fields if name in ("match", "words")]
    field = difference(record, found, [name for name in fields if name not in worded])
    field = field or next((name for name in worded if getattr(record, name) != getattr(found, name)), None)
    if field is not None:
        raise NotFound(
            errno.ENOENT,
            f"the one that is called so has another {'actions' if field == 'words' else field} by now",
            asked=f"ovs.{verb}({in_words(record)})",
        )


def _delete_meter(meter: Meter) -> Talk[None]:
    operation = OvsMeter.delete(requests.meter_key(meter))
    for name in ("bands", "kbps", "clear"):
        if is_set(meter, name):
            raise EncodeError("the kernel does not tell it, so it cannot be compared: leave it out", f"Meter.{name}")

    def steps() -> Generator[Do[Any] | Dump[Any], Any, None]:
        found = yield operation
        if found.id is None:  # which is all that the kernel says of it
            raise NotFound(errno.ENOENT, "there is no such meter", asked=str(operation))

    return Talk("ovs.delete", steps)


def flush(which: int | str | Dump[Flow]) -> Do[None] | Flush[Flow]:
    """Remove all flows of a datapath, in one request, or those that a listing finds, which are counted.

    ``nl.do(ovs.flush("dp0"))``, ``nl.do(ovs.flush(ovs.flows("dp0").where(key={"in_port": 1})))``. Raises EncodeError.
    """
    if isinstance(which, Dump | NamedDump):
        listed: Any = getattr(which, "model", which)
        if listed.reply is not Flow:
            raise EncodeTypeError(f"takes a listing of flows, not {which}", "ovs.flush(which)")
        return Flush("ovs.flush", which, lambda flow: OvsFlow.delete(flow_requests.flow_key(flow)))
    if not which:
        raise EncodeError("say of which datapath", "ovs.flush(which)")
    return OvsFlow.delete(datapath=which)


def set_meter(meter: Meter) -> Do[Meter]:
    """Make a meter, or put it in place of the one that has its ID: what that counted comes back.

    A band without a `burst` has one as large as its rate. `Busy` where a meter is in the way that has another ID: the
    kernel keeps them by the ID's remainder. Raises EncodeError.
    """
    record_of(Meter, meter, "ovs.set_meter(meter)")
    return _by_record("ovs.set_meter", _set_meter, meter)


def _set_meter(meter: Meter) -> Do[Meter]:
    return OvsMeter.set(requests.meter_made(meter))


def set_ct_limit(*limits: ZoneLimit) -> Do[CtLimits]:
    """Limit the connections of zones; 0 is no limit, and zone -1 stands for all that have none of their own.

    What flows commit above that is refused, and the packet dropped. The answer says nothing. Raises EncodeError.
    """
    made = tuple(record_of(ZoneLimit, each, "ovs.set_ct_limit(limit)") for each in limits)
    for each in made:
        if each.count:
            raise EncodeError("the kernel counts itself: leave it out", "ZoneLimit.count")
    return OvsCtLimit.set(requests.limits_of(made, "ZoneLimit"))


def delete_ct_limit(*limits: ZoneLimit) -> Do[CtLimits]:
    """Have zones be limited as all others are; of zone -1, have those not be limited at all.

    The answer says nothing. Raises EncodeError.
    """
    made = tuple(record_of(ZoneLimit, each, "ovs.delete_ct_limit(limit)") for each in limits)
    for each in made:
        for name in ("limit", "count"):
            if getattr(each, name):
                raise EncodeError("the zone alone counts: leave it out", f"ZoneLimit.{name}")
    return OvsCtLimit.delete(requests.limits_of(made, "ZoneLimit"))


def execute(packet: Packet) -> Do[None]:
    """Carry actions out for a packet, which begins with its Ethernet header, in a datapath.

    The kernel reads the key from the packet, and takes from the one that is given what is not in there: the port that
    it came in, say. One that was asked about is carried out so: ``ovs.execute(event.record.replace(actions="2"))``.
    Raises EncodeError.
    """
    record_of(Packet, packet, "ovs.execute(packet)")
    for name, why in (("datapath", "say in which datapath"), ("packet", "give the packet")):
        if not getattr(packet, name):
            raise EncodeError(why, f"Packet.{name}")
    if packet.actions is None:
        raise EncodeError("say what becomes of it: actions, or drop", "Packet.actions")
    if packet.length is not None and packet.length > len(packet.packet or b""):
        raise EncodeError("the kernel told a part of the packet alone: leave it out to have that sent", "Packet.length")
    for name in ("data", "tunnel", "length"):
        if getattr(packet, name) is not None and not was_read(packet):
            raise EncodeError("it is of packets that the kernel asks about: leave it out", f"Packet.{name}")
    key = Key() if packet.key is None else packet.key
    packet = replace_fields(packet, key=key, data=None, tunnel=None, length=None)
    return OvsPacket.execute(packet)


def _by_record(name: str, make: Callable[[Any], T], record: Any) -> T:
    return by_record(name, make, record) or make(record)


def _class(record: object, known: Iterable[type], verb: str) -> None:
    for cls in known:
        if isinstance(record, cls):
            record_of(cls, record, f"ovs.{verb}(record)")
            return
    names = ", ".join(each.__name__ for each in known)
    raise EncodeTypeError(f"takes a record ({names}), not a {type(record).__name__}", f"ovs.{verb}(record)")

"""Requests about one connection: what of a record the kernel takes, and what it would take and forget in silence.

A field that is set is in the request, or the request is refused with its name. A record that was read comes with what
the kernel alone decides: that is left out, unless it was replaced since.

Source: ctnetlink_new_conntrack, ctnetlink_del_conntrack and ctnetlink_glue_parse_ct in
net/netfilter/nf_conntrack_netlink.c.
"""

from __future__ import annotations

from typing import Any

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.netfilter.constants import TransportProtocol
from netlynx.netfilter.flow import Flow, FlowStatus, Nat
from netlynx.netfilter.protocols import TcpFlagChange, TcpInfo
from netlynx.netfilter.tuples import Tuple, family_of, protocol_of, whole_family
from netlynx.schema import fields_of, replace_fields
from netlynx.schema.arguments import record_of
from netlynx.schema.record import was_read
from netlynx.schema.sending import own

_TOLD = (
    "original_packets",
    "original_bytes",
    "reply_packets",
    "reply_bytes",
    "start",
    "stop",
    "use",
    "security_context",
    "security_mark",
    "event_time",
)
"""What the kernel alone decides: no request can say it."""

_ASKED = ("status_mask", "selection")
"""What only requests that list or flush can say."""

_VERDICT = ("timeout", "status", "mark", "mark_mask", "labels", "labels_mask", "helper", "helper_info")
"""What a verdict can change of a packet's connection."""

_SETTABLE = FlowStatus.SEEN_REPLY | FlowStatus.ASSURED | FlowStatus.FIXED_TIMEOUT | FlowStatus.HELPER

_LABELS_SIZE = 16  # bytes, NF_CT_LABELS_MAX_SIZE

_WHOLE = {
    "sctp": ("state", "verification_tag", "reply_verification_tag"),
    "dccp": ("state", "role"),
    "sequence_shift": ("position", "before", "after"),
    "reply_sequence_shift": ("position", "before", "after"),
    "synproxy": ("initial_sequence", "initial_timestamp", "timestamp_offset"),
}
"""Nests of which the kernel wants these fields together."""

_PROTOCOLS = {"tcp": TransportProtocol.TCP, "sctp": TransportProtocol.SCTP, "dccp": TransportProtocol.DCCP}


def looked_up(name: str, original: Tuple | None, reply: Tuple | None, zone: int | None) -> Flow:
    """What says which connection is meant, by exactly one of its directions."""
    if (original is None) == (reply is None):
        raise EncodeError(
            "give one direction of the connection", f"{name}(original)" if original is None else f"{name}(reply)"
        )
    return _identified(name, record_of(Flow, Flow(original=original, reply=reply, zone=zone), name))


def deleted(name: str, record: Flow) -> Flow:
    """What ends the tracking of this connection and of no other."""
    others = _own(record) - {"family", "original", "reply", "zone", "id"}
    _refuse(record, others, "the kernel compares no such thing when it deletes: give one direction and the zone")
    identified = _identified(name, record)
    return Flow(
        family=identified.family,
        original=identified.original,
        reply=identified.reply,
        zone=record.zone,
        id=record.id,
    )


def changed(name: str, record: Flow) -> Flow:
    """What changes a connection that is there."""
    _refuse(
        record, ("nat_source", "nat_destination"), "the translation of a connection that is there cannot be changed"
    )
    said = _own(record)
    _refuse(record, said & {"master"}, "who announced a connection cannot be changed")
    _refuse(record, said & {"id"}, "the kernel looks at a direction alone when it changes: leave it out")
    request = _without_told(_identified(name, record))
    return replace_fields(_settled(request, record), master=None, status=_status(record))


def made(name: str, record: Flow, *, anew: bool) -> Flow:
    """What makes a connection; `anew`: one that is there already is an error."""
    original, reply = record.original, record.reply
    if original is None:
        raise EncodeError("set the original direction", "Flow.original")
    if record.timeout is None:
        raise EncodeError("set for how many seconds it lives without packets", "Flow.timeout")
    _refuse(
        record,
        ("labels", "labels_mask"),
        "where no rule uses labels, the kernel would make the connection without them and not say so: make it without, "
        "then set them by conntrack.change, which is told",
    )
    _refuse(record, _own(record) & {"id"}, "the kernel alone gives connections their numbers: leave it out")
    family = whole_family(original, "Flow.original", record.family, "Flow.family")
    if reply is not None:
        whole_family(reply, "Flow.reply", family)
        if protocol_of(reply, "Flow.reply") != protocol_of(original, "Flow.original"):
            raise EncodeError("both directions of a connection are of one protocol", "Flow.reply.protocol")
    if reply is None or _is_translated_anew(record, anew):
        reply = original.reversed()
    if record.master is not None:
        whole_family(record.master, "Flow.master", family)
    _check_zones(record)
    made_of = replace_fields(
        _without_told(record), family=family, reply=reply, status=_status(record, making=True), **_nat(record)
    )
    for side in ("nat_source", "nat_destination"):
        _check_nat(getattr(made_of, side), family, f"Flow.{side}")
    return _settled(made_of, record)


def of_packet(record: Flow) -> Flow:
    """What a verdict changes of the packet's connection. Raises EncodeError for what it cannot."""
    record_of(Flow, record, "queue.accept(flow)")
    others = _own(record) - set(_VERDICT)
    _refuse(record, others, f"a verdict changes {', '.join(_VERDICT)} of a connection and nothing else")
    kept = {field: getattr(record, field) for field in _VERDICT}
    return _settled(Flow(**kept), record)


# -- parts -------------------------------------------------------------------------------------------------------


def _own(record: Flow) -> set[str]:
    """The fields that somebody set: of a record that was read those that were replaced since."""
    return {name for name in own(record) if getattr(record, name) not in (None, ())}


def _refuse(record: Flow, fields: Any, why: str) -> None:
    for name in fields_of(record):
        if name in fields and getattr(record, name) not in (None, ()):
            raise EncodeError(why, f"Flow.{name}")


def _without_told(record: Flow) -> Flow:
    _refuse(record, _ASKED, "selects connections where they are listed: it is no field of one")
    _refuse(record, _own(record) & {*_TOLD}, "the kernel alone says it: it cannot be set")
    return replace_fields(record, **dict.fromkeys(_TOLD), id=None)


def _identified(name: str, record: Flow) -> Flow:
    """The record with its family; its original direction says which connection is meant, or else its reply."""
    if record.original is None and record.reply is None:
        raise EncodeError("give one direction of the connection", f"{name}(original)")
    if record.original is not None and "reply" in _own(record) and record.reply is not None:
        raise EncodeError("the kernel looks at the original direction alone: leave the reply out", "Flow.reply")
    _check_zones(record)
    if record.original is not None:
        family = whole_family(record.original, "Flow.original", record.family, "Flow.family")
        return replace_fields(record, family=family, reply=None)
    assert record.reply is not None
    return replace_fields(record, family=whole_family(record.reply, "Flow.reply", record.family, "Flow.family"))


def _check_zones(record: Flow) -> None:
    zones = [
        path
        for path, each in (("Flow.original", record.original), ("Flow.reply", record.reply))
        if each is not None and each.zone is not None
    ]
    if zones and (record.zone or len(zones) > 1):
        raise EncodeError("the zone of both directions is Flow.zone", f"{zones[-1]}.zone")


def _settled(request: Flow, record: Flow) -> Flow:
    """A request in which bits count as documented, and nests are as the kernel wants them."""
    if record.mark is None and record.mark_mask is not None:
        raise EncodeError("says which bits of the mark are changed: set mark too", "Flow.mark_mask")
    if record.labels is None and record.labels_mask is not None:
        raise EncodeError("says which bits of the labels are changed: set labels too", "Flow.labels_mask")
    if record.helper is None and record.helper_info is not None:
        raise EncodeError("is the helper's: set helper too", "Flow.helper_info")
    if request.mark is not None and request.mark_mask is not None:
        request = replace_fields(request, mark=request.mark & request.mark_mask)  # the kernel would XOR the others
    if request.labels is not None:
        request = replace_fields(request, **_labels(request))
    for field, wanted in _WHOLE.items():
        nest = getattr(request, field)
        for each in wanted if nest is not None else ():
            if getattr(nest, each) is None:
                raise EncodeError(f"the kernel takes {', '.join(wanted)} together", f"Flow.{field}.{each}")
    side = request.original or request.reply
    for field, protocol in _PROTOCOLS.items():
        if side is not None and getattr(request, field) is not None and protocol_of(side, "Flow") != protocol:
            raise EncodeError(f"the connection is not {protocol.name}'s", f"Flow.{field}")
    return request if request.tcp is None else replace_fields(request, tcp=_tcp(request.tcp))


def _labels(request: Flow) -> dict[str, bytes]:
    """Labels and their mask in full length: the kernel takes whole words, and clears what is not given."""
    whole = {}
    for name in ("labels", "labels_mask"):
        value = getattr(request, name)
        if value is None:
            continue
        if not isinstance(value, (bytes, bytearray)):
            raise EncodeTypeError(f"expected bytes, not {type(value).__name__}", f"Flow.{name}")
        if len(value) > _LABELS_SIZE:
            raise EncodeError(f"there are {8 * _LABELS_SIZE} labels: {_LABELS_SIZE} bytes at most", f"Flow.{name}")
        whole[name] = bytes(value).ljust(_LABELS_SIZE, b"\0")
    if "labels_mask" in whole:
        counted = zip(whole["labels"], whole["labels_mask"], strict=True)
        whole["labels"] = bytes(value & mask for value, mask in counted)  # the kernel would XOR the others
    return whole


def _tcp(info: TcpInfo) -> TcpInfo:
    scales = [name for name in ("window_scale", "reply_window_scale") if getattr(info, name) is not None]
    if len(scales) == 1:
        raise EncodeError("the kernel takes the scales of both directions together", f"Flow.tcp.{scales[0]}")
    return replace_fields(info, flags=_masked(info.flags), reply_flags=_masked(info.reply_flags))


def _masked(change: TcpFlagChange | None) -> TcpFlagChange | None:
    """Flags with a mask: without one they would have no effect. What is read has none."""
    if change is None or change.mask or not change.flags:
        return change
    return TcpFlagChange(flags=change.flags, mask=change.flags)


def _status(record: Flow, *, making: bool = False) -> FlowStatus | None:
    """The status to send: a request without CONFIRMED would unset it, which the kernel refuses with EBUSY."""
    if record.status is None:
        return None
    given = record.status
    if not was_read(record) and given & ~(_SETTABLE | FlowStatus.CONFIRMED):
        raise EncodeError(f"of the flags, {_SETTABLE.label} can be set", "Flow.status")
    return (given & _SETTABLE if making else given) | FlowStatus.CONFIRMED


def _is_translated_anew(record: Flow, anew: bool) -> bool:
    """Whether the kernel is to translate a connection that was read, which it does to the mirror of its original."""
    if _was_translated(record) and not anew:
        raise EncodeError(
            "a connection that is translated is changed by conntrack.change and made by conntrack.add: to the kernel, "
            "no request is both",
            "Flow.reply",
        )
    return _was_translated(record)


def _was_translated(record: Flow) -> bool:
    if not was_read(record) or record.status is None:
        return False
    return bool(record.status & (FlowStatus.SRC_NAT | FlowStatus.DST_NAT))


def _nat(record: Flow) -> dict[str, Nat | None]:
    """The translation to ask for: the one given, or that of the connection that was read."""
    status, reply = record.status, record.reply
    if status is None or reply is None or not _was_translated(record):
        return {}
    found: dict[str, Nat | None] = {}
    if status & FlowStatus.SRC_NAT and record.nat_source is None:
        found["nat_source"] = _to(reply.destination, reply.destination_port)
    if status & FlowStatus.DST_NAT and record.nat_destination is None:
        found["nat_destination"] = _to(reply.source, reply.source_port)
    return found


def _to(address: str | None, port: int | None) -> Nat:
    return Nat(first=address, last=address, first_port=port, last_port=port)


def _check_nat(nat: Nat | None, family: int, path: str) -> None:
    if nat is None:
        return
    if nat.first is None and nat.first_port is None:
        raise EncodeError("set first, first_port or both", path)
    for first, last in (("first", "last"), ("first_port", "last_port")):
        if getattr(nat, first) is None and getattr(nat, last) is not None:
            raise EncodeError(f"ends a range: set {first} too", f"{path}.{last}")
    if nat.first is not None:
        ends = Tuple(source=nat.first, destination=nat.first if nat.last is None else nat.last)
        if family_of(ends, path) != family:
            raise EncodeError("the connection's addresses are of the other family", f"{path}.first")

"""IPv6 in-situ OAM: namespaces, the data that this host adds to packets of each, and traces that arrived.

    from netlynx import ioam6

    nl.do(ioam6.add(ioam6.Namespace(id=5, data=0xBEEF)))
    nl.do(ioam6.add(ioam6.Schema(id=3, data=b"east")))
    nl.do(ioam6.set_schema(ioam6.Attachment(namespace=5, schema=3)))
    with nl.subscribe(ioam6.EVENTS) as events:
        print(events.get().record.data)

Routes that add traces are `route.Ioam6Encap`. Source: linux/ioam6_genl.h, net/ipv6/ioam6.c, ip-ioam(8).
"""

from __future__ import annotations

from typing import ClassVar, TypeAlias, TypeVar

from netlynx.engine.operation import Do, Dump, Group
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.generic import Family, GenericHeader, do, dump, event
from netlynx.schema import Constants, Record, attr, binary, flag, u8, u16, u32, u64
from netlynx.schema.arguments import record_of
from netlynx.schema.facts import Facts
from netlynx.schema.sending import own, settable


class IOAM6_CMD(Constants):
    """Commands."""

    UNSPEC = 0
    ADD_NAMESPACE = 1
    DEL_NAMESPACE = 2
    DUMP_NAMESPACES = 3
    ADD_SCHEMA = 4
    DEL_SCHEMA = 5
    DUMP_SCHEMAS = 6
    NS_SET_SCHEMA = 7


class IOAM6_EVENT(Constants):
    """Notifications."""

    __omitted__: ClassVar[dict[str, str]] = {"IOAM6_EVENT_ATTR_*": "attributes: IOAM6_EVENT_ATTR"}

    UNSPEC = 0
    TRACE = 1


class IOAM6_ATTR(Constants):
    """Attributes of namespaces and schemas."""

    UNSPEC = 0
    NS_ID = 1
    NS_DATA = 2
    NS_DATA_WIDE = 3
    SC_ID = 4
    SC_DATA = 5
    SC_NONE = 6
    PAD = 7


class IOAM6_EVENT_ATTR(Constants):
    """Attributes of a trace."""

    UNSPEC = 0
    TRACE_NAMESPACE = 1
    TRACE_NODELEN = 2
    TRACE_TYPE = 3
    TRACE_DATA = 4


_MOST = 1020  # IOAM6_MAX_SCHEMA_DATA_LEN
_OTHER = {"IOAM6_ATTR_*": "of another record: Namespace, Schema, Attachment"}


class Namespace(Record, header=GenericHeader):
    """A namespace of traces, and what this host adds to packets of it. `id` tells which.

    `schema` is told of one that has one: `set_schema` gives it.
    """

    __facts__: ClassVar[Facts] = Facts(
        attributes=IOAM6_ATTR, policy=("ioam6_genl_policy_addns", "ioam6_genl_policy_delns")
    )
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    id: int | None = attr(IOAM6_ATTR.NS_ID, u16)
    data: int | None = attr(IOAM6_ATTR.NS_DATA, u32)
    data_wide: int | None = attr(IOAM6_ATTR.NS_DATA_WIDE, u64)
    schema: int | None = attr(IOAM6_ATTR.SC_ID, u32, read_only=True)


class Schema(Record, header=GenericHeader):
    """Opaque data of up to 1020 bytes that is added to packets. `id` tells which.

    The kernel fills it with zeros to words of 4 bytes. `namespace` is told of one that is in use.
    """

    __facts__: ClassVar[Facts] = Facts(
        attributes=IOAM6_ATTR, policy=("ioam6_genl_policy_addsc", "ioam6_genl_policy_delsc")
    )
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    id: int | None = attr(IOAM6_ATTR.SC_ID, u32)
    data: bytes | None = attr(IOAM6_ATTR.SC_DATA, binary(_MOST))
    namespace: int | None = attr(IOAM6_ATTR.NS_ID, u16, read_only=True)


class Attachment(Record, header=GenericHeader):
    """Which schema a namespace is to have: `schema`, or `none`."""

    __facts__: ClassVar[Facts] = Facts(attributes=IOAM6_ATTR, policy="ioam6_genl_policy_ns_sc")
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    namespace: int | None = attr(IOAM6_ATTR.NS_ID, u16)
    schema: int | None = attr(IOAM6_ATTR.SC_ID, u32)
    none: bool = attr(IOAM6_ATTR.SC_NONE, flag)


class Trace(Record, header=GenericHeader):
    """What the hosts on its way have added to a packet that ended here (RFC 9197)."""

    __facts__: ClassVar[Facts] = Facts(attributes=IOAM6_EVENT_ATTR)

    namespace: int | None = attr(IOAM6_EVENT_ATTR.TRACE_NAMESPACE, u16)
    node_length: int | None = attr(IOAM6_EVENT_ATTR.TRACE_NODELEN, u8)  # of each host's part, in words of 4 bytes
    type: int | None = attr(IOAM6_EVENT_ATTR.TRACE_TYPE, u32)  # what each part has: bits, from the highest
    data: bytes | None = attr(IOAM6_EVENT_ATTR.TRACE_DATA, binary)  # the parts, the last host's first


class Ioam6(Family, name="IOAM6", version=1, joining={"ioam6_events": "net_admin"}):
    """The family ``IOAM6``."""

    add_namespace = do(IOAM6_CMD.ADD_NAMESPACE, request=Namespace, privileged=True)
    delete_namespace = do(IOAM6_CMD.DEL_NAMESPACE, request=Namespace, privileged=True)
    namespaces = dump(IOAM6_CMD.DUMP_NAMESPACES, reply=Namespace, privileged=True)
    add_schema = do(IOAM6_CMD.ADD_SCHEMA, request=Schema, privileged=True)
    delete_schema = do(IOAM6_CMD.DEL_SCHEMA, request=Schema, privileged=True)
    schemas = dump(IOAM6_CMD.DUMP_SCHEMAS, reply=Schema, privileged=True)
    set_schema = do(IOAM6_CMD.NS_SET_SCHEMA, request=Attachment, privileged=True)

    traced = event(IOAM6_EVENT.TRACE, Trace, group="ioam6_events")


EVENTS: Group[Trace] = Ioam6.notifications()
"""Traces of packets that end here; joining takes CAP_NET_ADMIN."""

Either: TypeAlias = Namespace | Schema
"""What can be made and removed."""
R = TypeVar("R", Namespace, Schema)


def namespaces() -> Dump[Namespace]:
    """All namespaces of traces."""
    return Ioam6.namespaces()


def schemas() -> Dump[Schema]:
    """All schemas."""
    return Ioam6.schemas()


def add(record: Either) -> Do[None]:
    """Make a namespace or a schema; `AlreadyExists` where there is one with this ID. Raises EncodeError."""
    if isinstance(record, Namespace):
        made = settable(record_of(Namespace, record, "ioam6.add(record)"), "Namespace")
        return Ioam6.add_namespace(_with_id(made))
    if isinstance(record, Schema):
        schema = _with_id(settable(record_of(Schema, record, "ioam6.add(record)"), "Schema"))
        if not schema.data:
            raise EncodeError("a schema is data", "Schema.data")
        return Ioam6.add_schema(schema)
    raise _neither(record, "add")


def delete(record: Either) -> Do[None]:
    """Remove a namespace or a schema, by its ID; `NotFound` where there is none.

    Raises EncodeError for a record that was made and says more, at which the kernel does not look.
    """
    if isinstance(record, Namespace):
        return Ioam6.delete_namespace(_only_id(record_of(Namespace, record, "ioam6.delete(record)")))
    if isinstance(record, Schema):
        return Ioam6.delete_schema(_only_id(record_of(Schema, record, "ioam6.delete(record)")))
    raise _neither(record, "delete")


def set_schema(attachment: Attachment) -> Do[None]:
    """Give a namespace a schema, or none; `NotFound` where there is no such one. Raises EncodeError."""
    record_of(Attachment, attachment, "ioam6.set_schema")
    if attachment.namespace is None:
        raise EncodeError("say which namespace", "Attachment.namespace")
    if attachment.none == (attachment.schema is not None):
        raise EncodeError("give a schema, or none", "Attachment.none" if attachment.none else "Attachment.schema")
    return Ioam6.set_schema(attachment)


def _with_id(record: R) -> R:
    if record.id is None:
        raise EncodeError("say which ID it has", f"{type(record).__name__}.id")
    return record


def _only_id(record: R) -> R:
    cls = type(record)
    _with_id(record)
    for name in sorted(own(record) - {"id"}):
        raise EncodeError("the kernel does not look at it to delete: leave it out", f"{cls.__name__}.{name}")
    return cls(id=record.id)


def _neither(record: object, verb: str) -> EncodeTypeError:
    return EncodeTypeError(f"takes a Namespace or a Schema, not a {type(record).__name__}", f"ioam6.{verb}(record)")

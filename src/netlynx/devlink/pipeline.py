"""The pipeline of a device (dpipe): tables that packets go through, the headers that they look at, their entries.

Source: net/devlink/dpipe.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.devlink.attributes import DEVLINK_ATTR
from netlynx.devlink.constants import ActionType, FieldMapping, MatchType
from netlynx.devlink.handle import OTHERS, OfDevice
from netlynx.schema import Record, attr, binary, boolean, enum, multi, nest, string, takes, u32, u64
from netlynx.schema.facts import Facts

_A, _SPEC = DEVLINK_ATTR, ("devlink", "devlink")


class TableKey(OfDevice):
    """Which table; a request that lists them may leave its name out."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_A,
        policy=("devlink_dpipe_table_get_nl_policy", "devlink_dpipe_entries_get_nl_policy"),
        spec=_SPEC,
    )

    name: str | None = attr(_A.DPIPE_TABLE_NAME, string)


class TableSettings(OfDevice):
    """Whether the entries of a table are counted."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_dpipe_table_counters_set_nl_policy", spec=_SPEC)

    name: str | None = attr(_A.DPIPE_TABLE_NAME, string)
    counters: bool | None = attr(_A.DPIPE_TABLE_COUNTERS_ENABLED, boolean)


class Match(Record):
    """A field that is matched. `header` is the number of its header: `HeaderId` where that is global."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, spec=("devlink", "dl-dpipe-match"))
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    type: takes.Member[MatchType | None] = attr(_A.DPIPE_MATCH_TYPE, enum(MatchType, u32))
    header: int | None = attr(_A.DPIPE_HEADER_ID, u32)
    is_global: bool | None = attr(_A.DPIPE_HEADER_GLOBAL, boolean)
    header_index: int | None = attr(_A.DPIPE_HEADER_INDEX, u32)  # 0: the outermost of its kind
    field: int | None = attr(_A.DPIPE_FIELD_ID, u32)


class Action(Record):
    """A field that is changed: see `Match`."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, spec=("devlink", "dl-dpipe-action"))
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    type: takes.Member[ActionType | None] = attr(_A.DPIPE_ACTION_TYPE, enum(ActionType, u32))
    header: int | None = attr(_A.DPIPE_HEADER_ID, u32)
    is_global: bool | None = attr(_A.DPIPE_HEADER_GLOBAL, boolean)
    header_index: int | None = attr(_A.DPIPE_HEADER_INDEX, u32)
    field: int | None = attr(_A.DPIPE_FIELD_ID, u32)


class Table(Record):
    """A table. `resource` is the number of the resource that its entries take, `units` how much each does."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, spec=("devlink", "dl-dpipe-table"))
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    name: str | None = attr(_A.DPIPE_TABLE_NAME, string)
    size: int | None = attr(_A.DPIPE_TABLE_SIZE, u64)  # entries
    matches: takes.Records[Match] = attr((_A.DPIPE_TABLE_MATCHES, _A.DPIPE_MATCH), multi(nest(Match)))
    actions: takes.Records[Action] = attr((_A.DPIPE_TABLE_ACTIONS, _A.DPIPE_ACTION), multi(nest(Action)))
    counters: bool | None = attr(_A.DPIPE_TABLE_COUNTERS_ENABLED, boolean)
    resource: int | None = attr(_A.DPIPE_TABLE_RESOURCE_ID, u64)
    units: int | None = attr(_A.DPIPE_TABLE_RESOURCE_UNITS, u64)


class Tables(OfDevice):
    """Some of a device's tables."""

    tables: takes.Records[Table] = attr((_A.DPIPE_TABLES, _A.DPIPE_TABLE), multi(nest(Table)))


class MatchValue(Record):
    """What an entry matches: `value`, in the bits of `mask`; `mapping` is what that stands for (`Field.mapping`)."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, spec=("devlink", "dl-dpipe-match-value"))
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    match: takes.Records[Match] = attr(_A.DPIPE_MATCH, multi(nest(Match)))
    value: bytes | None = attr(_A.DPIPE_VALUE, binary)
    mask: bytes | None = attr(_A.DPIPE_VALUE_MASK, binary)
    mapping: int | None = attr(_A.DPIPE_VALUE_MAPPING, u32)


class ActionValue(Record):
    """What an entry sets a field to: see `MatchValue`."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, spec=("devlink", "dl-dpipe-action-value"))
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    action: takes.Records[Action] = attr(_A.DPIPE_ACTION, multi(nest(Action)))
    value: bytes | None = attr(_A.DPIPE_VALUE, binary)
    mask: bytes | None = attr(_A.DPIPE_VALUE_MASK, binary)
    mapping: int | None = attr(_A.DPIPE_VALUE_MAPPING, u32)


class Entry(Record):
    """An entry of a table. `counter` is how many packets it met, where the table counts."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, spec=("devlink", "dl-dpipe-entry"))
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    index: int | None = attr(_A.DPIPE_ENTRY_INDEX, u64)
    matches: takes.Records[MatchValue] = attr(
        (_A.DPIPE_ENTRY_MATCH_VALUES, _A.DPIPE_MATCH_VALUE), multi(nest(MatchValue))
    )
    actions: takes.Records[ActionValue] = attr(
        (_A.DPIPE_ENTRY_ACTION_VALUES, _A.DPIPE_ACTION_VALUE), multi(nest(ActionValue))
    )
    counter: int | None = attr(_A.DPIPE_ENTRY_COUNTER, u64)


class Entries(OfDevice):
    """Some of a table's entries."""

    entries: takes.Records[Entry] = attr((_A.DPIPE_ENTRIES, _A.DPIPE_ENTRY), multi(nest(Entry)))


class Field(Record):
    """A field of a header. `mapping` "ifindex": its values stand for interfaces, too."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, spec=("devlink", "dl-dpipe-field"))
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    name: str | None = attr(_A.DPIPE_FIELD_NAME, string)
    id: int | None = attr(_A.DPIPE_FIELD_ID, u32)
    bits: int | None = attr(_A.DPIPE_FIELD_BITWIDTH, u32)
    mapping: takes.Member[FieldMapping | None] = attr(_A.DPIPE_FIELD_MAPPING_TYPE, enum(FieldMapping, u32))


class Header(Record):
    """A header that tables look at. `id` is one of `HeaderId` where it is global, else a number of the driver's."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, spec=("devlink", "dl-dpipe-header"))
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    name: str | None = attr(_A.DPIPE_HEADER_NAME, string)
    id: int | None = attr(_A.DPIPE_HEADER_ID, u32)
    is_global: bool | None = attr(_A.DPIPE_HEADER_GLOBAL, boolean)
    fields: takes.Records[Field] = attr((_A.DPIPE_HEADER_FIELDS, _A.DPIPE_FIELD), multi(nest(Field)))


class Headers(OfDevice):
    """Some of the headers that a device's tables look at."""

    headers: takes.Records[Header] = attr((_A.DPIPE_HEADERS, _A.DPIPE_HEADER), multi(nest(Header)))

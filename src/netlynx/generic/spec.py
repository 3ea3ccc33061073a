"""A declared family as plain data: what generates code, policies and documents from it reads.

Names are those of the declaration, types those of `struct nla_policy` (NLA_U32 is ``u32``, NLA_NUL_STRING
``nul-string``). Everything here is a frozen `msgspec.Struct`: it compares, prints and becomes JSON as it is.
"""

from __future__ import annotations

import msgspec


class AttributeSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One attribute, and what its kernel side takes in it."""

    name: str  # of the record's field
    number: int
    type: str  # of its policy: u8 … u64, s8 … s64, be16, be32, uint, sint, flag, nul-string, binary, bitfield32,
    # nested, nested-array
    kind: str  # of the declaration: ip4, mac, struct, boolean … (see `netlynx.schema.kinds`)
    c_name: str = ""  # of the constant that the declaration gives as its number, if it gives one
    minimum: int | None = None  # of an integer's value, where it is narrower than the type
    maximum: int | None = None
    mask: int | None = None  # bits that an integer or a bitfield32 may have
    min_length: int | None = None  # bytes; of strings, without the NUL
    max_length: int | None = None
    multi: bool = False  # the attribute repeats
    paired: bool = False  # one of two that stand for one field: an address of either family
    nested: str = ""  # the set of attributes inside a nest, or inside each element of an array of nests
    first: int = 1  # the number of the first element of an array that is a nest
    item: str = ""  # the kind of the elements of an array
    element: AttributeSpec | None = None  # what its elements must look like, where the array's policy cannot say it
    keyed: bool = False  # the numbers of its elements are keys
    enum: str = ""  # the enumeration that it stands for
    struct: str = ""  # the C struct that it holds


class SetSpec(msgspec.Struct, frozen=True, kw_only=True):
    """The attributes of one record, by number: a message's or a nest's."""

    name: str  # of the record class
    attributes: tuple[AttributeSpec, ...]

    @property
    def highest(self) -> int:
        """The highest number (the `maxattr` of a policy), 0 without attributes."""
        return max((attribute.number for attribute in self.attributes), default=0)

    def find(self, name: str) -> AttributeSpec:
        """The attribute of a field; raises KeyError."""
        for attribute in self.attributes:
            if attribute.name == name:
                return attribute
        raise KeyError(name)


class OperationSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one command does as a `do`, or as a `dump`."""

    name: str
    request: str = ""  # the set of its request's attributes; empty: it takes none
    reply: str = ""  # the set of its answer's attributes; empty: a plain acknowledgement
    reply_number: int = 0  # the command in its answers' headers
    required: tuple[str, ...] = ()  # fields that a request must have
    parts: bool = False  # its answer is several messages
    privilege: str = ""  # "admin" (GENL_ADMIN_PERM), "namespace" (GENL_UNS_ADMIN_PERM), or none


class CommandSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One command number: a `do`, a `dump`, or both."""

    number: int
    do: OperationSpec | None = None
    dump: OperationSpec | None = None


class EventSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One notification."""

    name: str
    number: int  # the command in its header
    group: str
    record: str  # the set of its attributes


class EnumSpec(msgspec.Struct, frozen=True, kw_only=True):
    """An enumeration or a set of flags."""

    name: str
    flags: bool
    members: dict[str, int]


class MemberSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One member of a C struct."""

    name: str
    kind: str
    offset: int  # bytes
    size: int


class StructSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A C struct: the payload of an attribute, or what a family has between the generic header and the attributes."""

    name: str
    size: int  # bytes
    members: tuple[MemberSpec, ...]


class FamilySpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A whole family. Commands are in the order of their numbers, all else in the order of its declaration."""

    name: str
    version: int
    doc: str = ""
    netnsok: bool = True  # it is in every network namespace, else in the initial one alone
    header: StructSpec | None = None  # the family's own header, behind the generic one
    sets: tuple[SetSpec, ...] = ()
    commands: tuple[CommandSpec, ...] = ()
    events: tuple[EventSpec, ...] = ()
    groups: tuple[str, ...] = ()
    joining: dict[str, str] = {}  # groups that it takes a capability to join: "net_admin" or "sys_admin"
    enums: tuple[EnumSpec, ...] = ()
    structs: tuple[StructSpec, ...] = ()

    def set(self, name: str) -> SetSpec:
        """The set of that name; raises KeyError."""
        for each in self.sets:
            if each.name == name:
                return each
        raise KeyError(name)

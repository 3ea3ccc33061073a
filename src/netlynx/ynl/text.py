"""A spec as plain data: what its YAML says, checked for names and types, not yet for meaning.

Only what a client needs is kept; keys that steer the kernel's code generation are passed over. Names are the spec's
own. Everything here is a frozen `msgspec.Struct`: it compares, prints, and can be stored and read back as it is.

Source: Documentation/userspace-api/netlink/specs.rst and the schemas in Documentation/netlink.
"""

from __future__ import annotations

import msgspec

from netlynx.errors import NetlynxError


class SpecError(NetlynxError, ValueError):
    """A spec that cannot be used: where it stands (file, and line or path in it) and what is wrong there."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(message, where)
        self.message = message
        self.where = where

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class _Text(msgspec.Struct, frozen=True, rename="kebab", omit_defaults=True, gc=False):
    """What all parts of a spec share: keys with dashes, keys that do not matter here passed over."""


class Entry(_Text, frozen=True):
    """One entry of an enum, or one flag of a set of flags (then `value` is the number of its bit)."""

    name: str
    value: int | None = None


class Member(_Text, frozen=True):
    """One member of a struct."""

    name: str
    type: str
    len: str | None = None  # bytes: a number, the name of a constant, or such a name minus one
    struct: str | None = None
    enum: str | None = None
    enum_as_flags: bool = False
    byte_order: str | None = None
    display_hint: str | None = None


class Definition(_Text, frozen=True):
    """A constant, an enum, a set of flags or a C struct."""

    name: str
    type: str
    value: int | str | None = None
    value_start: int | None = None
    entries: tuple[Entry | str, ...] | None = None
    members: tuple[Member, ...] | None = None
    doc: str | None = None
    name_prefix: str | None = None


class Checks(_Text, frozen=True):
    """What the kernel takes in an attribute: numbers, or names of constants."""

    min: str | None = None
    max: str | None = None
    flags_mask: str | None = None
    max_len: str | None = None
    exact_len: str | None = None


class AttributeText(_Text, frozen=True):
    """One attribute of a set; in a subset, what differs from the attribute of that name in the whole set."""

    name: str
    type: str | None = None
    value: int | None = None
    nested_attributes: str | None = None
    sub_type: str | None = None
    type_value: tuple[str, ...] | None = None
    struct: str | None = None
    enum: str | None = None
    enum_as_flags: bool | None = None
    byte_order: str | None = None
    display_hint: str | None = None
    multi_attr: bool | None = None
    sub_message: str | None = None
    selector: str | None = None
    checks: Checks | None = None
    name_prefix: str | None = None


class SetText(_Text, frozen=True):
    """A set of attributes."""

    name: str
    attributes: tuple[AttributeText, ...] | None = None
    subset_of: str | None = None
    doc: str | None = None
    name_prefix: str | None = None


class Format(_Text, frozen=True):
    """What a sub-message is for one value of its selector."""

    value: str | int
    attribute_set: str | None = None
    fixed_header: str | None = None


class SubMessage(_Text, frozen=True):
    """A sub-message: what it is, for each value of its selector."""

    name: str
    formats: tuple[Format, ...]


class Half(_Text, frozen=True):
    """One direction of an operation."""

    value: int | None = None
    attributes: tuple[str, ...] | None = None


class Mode(_Text, frozen=True):
    """An operation as a `do` or as a `dump`."""

    request: Half | None = None
    reply: Half | None = None


class OperationText(_Text, frozen=True):
    """One operation, or one notification."""

    name: str
    value: int | None = None
    attribute_set: str | None = None
    fixed_header: str | None = None
    do: Mode | None = None
    dump: Mode | None = None
    notify: str | None = None
    event: Half | None = None
    mcgrp: str | None = None
    doc: str | None = None
    flags: tuple[str, ...] = ()


class Operations(_Text, frozen=True):
    """All operations, and what they share."""

    list: tuple[OperationText, ...]
    enum_model: str = "unified"
    fixed_header: str | None = None
    name_prefix: str | None = None
    async_prefix: str | None = None


class GroupText(_Text, frozen=True):
    """One multicast group; only those of raw protocols have numbers of their own."""

    name: str
    value: int | None = None


class Groups(_Text, frozen=True):
    """All multicast groups."""

    list: tuple[GroupText, ...]


class SpecText(_Text, frozen=True):
    """A whole spec."""

    name: str
    operations: Operations
    protocol: str = "genetlink"
    doc: str | None = None
    version: int = 1
    protonum: int | None = None
    definitions: tuple[Definition, ...] | None = None
    attribute_sets: tuple[SetText, ...] | None = None
    sub_messages: tuple[SubMessage, ...] | None = None
    mcast_groups: Groups | None = None

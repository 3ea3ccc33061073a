"""Records from sets of attributes, made when they are first needed, in the same language as those of declared rooms.

A set becomes one record for each fixed header that stands before it; a nest, a record without a header. What the
language has no field for (padding, unused numbers) is left out, and is in a record's `unknown` where it arrives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import RLock
from typing import Any

import msgspec

from netlynx.generic.constants import GenericHeader
from netlynx.schema.common import bitfield32
from netlynx.schema.kinds import (
    Code,
    Kind,
    array,
    between,
    binary,
    flag,
    indexed,
    ip,
    ip4,
    keyed,
    mac,
    masked,
    multi,
    nest,
    select,
    string,
    struct,
)
from netlynx.schema.record import Layout, Record, RecordMeta, attr, head
from netlynx.wire.nearest import nearest
from netlynx.ynl.corrections import byte_order, corrected, lacking, repeats, secret
from netlynx.ynl.define import MODULE, Definitions, carries, class_name, python_name
from netlynx.ynl.interfaces import with_interfaces
from netlynx.ynl.text import AttributeText, SetText, SpecError, SpecText, SubMessage

_ADDRESSES = ("ipv4", "ipv6", "ipv4-or-v6")
_NOTHING = ("pad", "unused")


@dataclass(frozen=True, slots=True)
class Numbered:
    """An attribute of a set, and its number."""

    number: int
    text: AttributeText


class Sets(Mapping[str, type[Record]]):
    """The records of a spec, by the names of its attribute sets (as they stand in nests: without a header)."""

    def __init__(self, text: SpecText, definitions: Definitions, generic: bool) -> None:
        self.where = definitions.where
        self._spec = text.name
        self._definitions = definitions
        self._generic = generic
        self._making = RLock()  # two threads must not make two records of one set
        self.text: dict[str, SetText] = {each.name: each for each in text.attribute_sets or ()}
        self._messages: dict[str, SubMessage] = {each.name: each for each in text.sub_messages or ()}
        self._attributes: dict[str, dict[str, Numbered]] = {}
        self._made: dict[tuple[str | None, type[Layout] | None, frozenset[str] | None], type[Record]] = {}
        self._set_of: dict[type[Record], str] = {}
        self._headers: dict[str | None, type[Layout] | None] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self.text)

    def __len__(self) -> int:
        return len(self.text)

    def __getitem__(self, name: str) -> type[Record]:
        """The record of a set. Raises KeyError; SpecError for what makes no sense in it."""
        if name not in self.text:
            raise KeyError(name)
        return self.record(name, None, "")

    # -- attributes and their numbers

    def attributes(self, name: str, place: str, within: tuple[str, ...] = ()) -> dict[str, Numbered]:
        """The attributes of a set by name, with their numbers: those of a subset are those of the whole set."""
        if name in self._attributes:
            return self._attributes[name]
        text = self.text.get(name)
        if text is None:
            raise SpecError(f"there is no attribute set {name!r}{nearest(name, self.text)}", place)
        if name in within:
            raise SpecError("the attribute set is a subset of itself", self._place(name))
        found: dict[str, Numbered] = {}
        if text.subset_of is None:
            number = 1
            for each in text.attributes or ():
                number = number if each.value is None else each.value
                if not 0 <= number <= 0x3FFF:
                    raise SpecError(f"attribute {each.name!r} has the number {number} (0 to 16383)", self._place(name))
                order = byte_order(self._spec, name, each.name, each.byte_order)
                many = repeats(self._spec, name, each.name, each.multi_attr)
                right = msgspec.structs.replace(each, byte_order=order, multi_attr=many)
                found[each.name] = Numbered(corrected(self._spec, name, each.name, number), right)
                number += 1
            for each in lacking(self._spec, name):
                if each.name not in found:
                    found[each.name] = Numbered(each.value or 0, each)
        else:
            whole = self.attributes(text.subset_of, self._place(name), (*within, name))
            for each in text.attributes or ():
                if each.name not in whole:
                    problem = f"{text.subset_of!r}, of which it is a subset, has no attribute {each.name!r}"
                    raise SpecError(problem + nearest(each.name, whole), self._place(name))
                inherited = whole[each.name]
                changes = {key: value for key, value in msgspec.structs.asdict(each).items() if value is not None}
                found[each.name] = Numbered(inherited.number, msgspec.structs.replace(inherited.text, **changes))
        self._attributes[name] = found
        return found

    def set_of(self, record: type[Record]) -> str:
        """The set that a record is made of, the whole one where that is a subset; empty for one without attributes."""
        name = self.own_set_of(record)
        while name and (around := self.text[name].subset_of) is not None:
            name = around
        return name

    def own_set_of(self, record: type[Record]) -> str:
        """The set that a record is made of, be it a subset or not; empty for one without attributes."""
        return self._set_of.get(record, "")

    # -- headers

    def header(self, name: str | None, place: str) -> type[Layout] | None:
        """The header of messages with this fixed header: that of generic netlink comes before it."""
        with self._making:
            if name not in self._headers:
                self._headers[name] = self._header(name, place)
            return self._headers[name]

    def _header(self, name: str | None, place: str) -> type[Layout] | None:
        if not self._generic:
            return None if name is None else self._definitions.layout(name, place)
        if name is None:
            return GenericHeader
        return self._definitions.layout_of(self._definitions.find(name, ("struct",), place), (GenericHeader,))

    # -- records

    def record(self, name: str | None, header: type[Layout] | None, place: str) -> type[Record]:
        """The record of a set (of none: an empty one) behind a header. Raises SpecError."""
        return self._kept(name, header, None, "", place)

    def part(
        self, name: str | None, header: type[Layout] | None, listed: tuple[str, ...], title: str, place: str
    ) -> type[Record]:
        """The record of some attributes of a set, called `title`; the set's own where those are all. Raises SpecError
        for one that the set has not."""
        if name is None:
            return self.record(None, header, place)
        known = self.attributes(name, place)
        for each in listed:
            if each not in known:
                raise SpecError(f"{name!r} has no attribute {each!r}{nearest(each, known)}", place)
        whole = {each for each, numbered in known.items() if numbered.text.type not in _NOTHING} <= {*listed}
        return self.record(name, header, place) if whole else self._kept(name, header, frozenset(listed), title, place)

    def _kept(
        self, name: str | None, header: type[Layout] | None, listed: frozenset[str] | None, title: str, place: str
    ) -> type[Record]:
        key = (name, header, listed)
        with self._making:
            if key not in self._made:
                self._made[key] = self._record(name, header, listed, title, place)
                self._set_of[self._made[key]] = name or ""
            return self._made[key]

    def _record(
        self, name: str | None, header: type[Layout] | None, listed: frozenset[str] | None, title: str, place: str
    ) -> type[Record]:
        attributes = {} if name is None else self.attributes(name, place)
        if listed is not None:
            attributes = {each: numbered for each, numbered in attributes.items() if each in listed}
        names = self._names(attributes)
        kinds = {names[each]: self._attribute(name or "", attributes[each], names) for each in names}
        fields: dict[str, Any] = {}
        shared = set()
        for inner in () if header is None else self._shown(header):
            declared = header.__declarations__[inner]  # type: ignore[union-attr]  # not None in this loop
            if inner not in kinds:
                fields[inner] = head(default=declared.default)
            elif carries(kinds[inner], declared.kind):
                shared.add(inner)  # it says the same as the attribute, which has more room (a rule's table)
            else:
                fields[python_name(f"header_{inner}", kinds)] = head(inner, default=declared.default)
        for each, field in names.items():
            number = attributes[each].number
            if field in shared:
                fields[field] = attr(number, kinds[field], header=field, overflow=-1)
            else:
                fields[field] = attr(number, kinds[field], secret=secret(self._spec, name or "", each))
        space = {
            "__module__": MODULE,
            "__doc__": None if name is None else self.text[name].doc,
            "__annotations__": dict.fromkeys(fields, object),
            **fields,
        }
        title = title or class_name(name or (header.__name__ if header not in (None, GenericHeader) else "Nothing"))
        return RecordMeta(title, (Record,), space, header=header)  # type: ignore[return-value]  # a class

    def _shown(self, header: type[Layout]) -> list[str]:
        """The members of a header that say something: not padding, nor what every message of a family has."""
        own = GenericHeader.__declarations__ if issubclass(header, GenericHeader) else {}
        return [member for member in header.__declarations__ if member not in own and not member.startswith("pad")]

    def _names(self, attributes: dict[str, Numbered]) -> dict[str, str]:
        """The fields of a set's attributes."""
        names: dict[str, str] = {}
        taken = {"unknown"}
        for name, each in attributes.items():
            if each.text.type not in _NOTHING:
                names[name] = python_name(name, taken)
                taken.add(names[name])
        return names

    # -- kinds

    def _attribute(self, owner: str, each: Numbered, names: dict[str, str]) -> Kind:
        place = f"{self._place(owner)}, attribute {each.text.name!r}"
        try:
            kind = with_interfaces(self._kind(each.text, place, names, owner), self._spec, each.text.name)
            return multi(kind) if each.text.multi_attr and kind.code is not Code.FLAG else kind
        except SpecError:
            raise
        except (TypeError, ValueError) as error:  # the schema language has no such kind
            raise SpecError(str(error), place) from None

    def _kind(self, text: AttributeText, place: str, names: dict[str, str], owner: str) -> Kind:
        type = text.type
        if type == "flag":
            return flag
        if type == "string":
            length = self._length(text)
            return string(length) if length else string
        if type == "binary":
            return self._binary(text, place)
        if type == "bitfield32":
            if text.enum is None:
                return bitfield32
            values: Any = self._definitions.stands_for(text.enum, True, place)
            return struct(self._definitions.bitfield(values))
        if type == "nest":
            return self._nest(text, place)
        if type in ("indexed-array", "array-nest"):
            if text.sub_type in (None, "nest"):
                return indexed(self._nest(text, place))
            return indexed(
                self._kind(msgspec.structs.replace(text, type=text.sub_type, sub_type=None), place, {}, owner)
            )
        if type == "nest-type-value":
            kind = self._nest(text, place)
            for _ in text.type_value or ("",):
                kind = keyed(kind)
            return kind
        if type == "sub-message":
            return self._select(text, place, names, owner)
        if type is None:
            raise SpecError("the attribute has no type", place)
        return self._integer(text, type, place)

    def _integer(self, text: AttributeText, type: str, place: str) -> Kind:
        kind = self._definitions.integer(type, text.byte_order, place)
        if text.display_hint == "ipv4" and kind.width == 4:
            return ip4
        kind = self._definitions.named(kind, text.enum, bool(text.enum_as_flags), place)
        if text.checks is not None:
            low = self._definitions.number_if_known(text.checks.min)
            high = self._definitions.number_if_known(text.checks.max)
            bits = self._definitions.number_if_known(text.checks.flags_mask)
            if low is not None or high is not None:
                kind = between(kind, low, high)
            if bits is not None:
                kind = masked(kind, bits)
        return kind

    def _binary(self, text: AttributeText, place: str) -> Kind:
        if text.struct is not None:
            return struct(self._definitions.layout(text.struct, place))
        if text.sub_type is not None:
            return array(self._integer(text, text.sub_type, place))
        if text.display_hint in _ADDRESSES:
            return ip
        if text.display_hint == "mac":
            return mac
        length = self._length(text)
        return binary(length) if length else binary

    def _length(self, text: AttributeText) -> int | None:
        """The most bytes that an attribute has, where the spec says so in numbers."""
        if text.checks is None:
            return None
        return self._definitions.number_if_known(text.checks.exact_len or text.checks.max_len)

    def _nest(self, text: AttributeText, place: str) -> Kind:
        inner = text.nested_attributes
        if inner is None:
            return binary
        if inner not in self.text:
            raise SpecError(f"there is no attribute set {inner!r}{nearest(inner, self.text)}", place)
        return nest(lambda: self.record(inner, None, place))

    def _select(self, text: AttributeText, place: str, names: dict[str, str], owner: str) -> Kind:
        message = self._messages.get(text.sub_message or "")
        if message is None:
            unknown = f"there is no sub-message {text.sub_message!r}"
            raise SpecError(unknown + nearest(text.sub_message or "", self._messages), place)
        if text.selector is None:
            raise SpecError("a sub-message needs a `selector`", place)
        values = self._selected_by(text.selector, owner)
        choices: dict[Any, Kind] = {}
        for each in message.formats:
            key: Any = each.value
            if values is not None and not isinstance(key, int):
                key = next((int(m) for m in values if m.label == key), None)
                if key is None:
                    raise SpecError(f"{each.value!r} is no entry of the enum of {text.selector!r}", place)
            elif values is None and isinstance(key, int) and not self._is_integer(text.selector, owner):
                key = str(key)
            choices[key] = self._format(each, f"{place}, format {each.value!r}")
        return select(names.get(text.selector) or python_name(text.selector, {"unknown"}), choices)

    def _format(self, each: Any, place: str) -> Kind:
        if each.attribute_set is None:
            if each.fixed_header is None:
                return binary
            return struct(self._definitions.layout(each.fixed_header, place))
        if each.attribute_set not in self.text:
            problem = f"there is no attribute set {each.attribute_set!r}"
            raise SpecError(problem + nearest(each.attribute_set, self.text), place)
        header = None if each.fixed_header is None else self._definitions.layout(each.fixed_header, place)
        return nest(lambda: self.record(each.attribute_set, header, place))

    def _selector(self, name: str, owner: str) -> AttributeText | None:
        """The attribute that selects: of the same set, or of the first one around it that has it."""
        inside = self.attributes(owner, "").get(name)
        if inside is not None:
            return inside.text
        for other in self.text:
            found = self.attributes(other, "").get(name)
            if found is not None:
                return found.text
        return None

    def _selected_by(self, name: str, owner: str) -> Any:
        found = self._selector(name, owner)
        if found is None or found.enum is None:
            return None
        return self._definitions.stands_for(found.enum, bool(found.enum_as_flags), self._place(owner))

    def _is_integer(self, name: str, owner: str) -> bool:
        found = self._selector(name, owner)
        return found is not None and (found.type or "")[1:].isdecimal()

    def _place(self, name: str) -> str:
        return f"{self.where}, attribute set {name!r}"

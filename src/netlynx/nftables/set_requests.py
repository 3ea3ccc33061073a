"""What is sent for a set: to make it, with all that follows from its types, to change or to remove it.

Source: nf_tables_newset, nf_tables_delset in net/netfilter/nf_tables_api.c, nft's src/mnl.c.
"""

from __future__ import annotations

from typing import Any

from netlynx.errors import EncodeError
from netlynx.nftables.constants import NFT_MSG
from netlynx.nftables.datatypes import VERDICT_LENGTH, Order
from netlynx.nftables.element import ElementList
from netlynx.nftables.keys import KeyType
from netlynx.nftables.set import Set, SetField, SetFlags
from netlynx.nftables.set_type import SetType
from netlynx.nftables.userdata import SetUserdata, concatenation
from netlynx.nftables.verbs import NEW, Verbs, register
from netlynx.schema import Record, replace_fields
from netlynx.schema.record import was_read
from netlynx.schema.sending import only, settable


def new_set(given: Set, path: str = "nftables.add(Set)") -> Set:
    """The request that makes a set, or changes one that is there. Raises EncodeError, with `path` before the field."""
    made = settable(given, path)
    for name in ("table", "name", "key_type"):
        if getattr(made, name) is None:
            raise EncodeError("a set needs it", f"{path}.{name}")
    if made.handle is not None and not was_read(given):
        raise EncodeError("the kernel gives it: leave it out", f"{path}.handle")
    content = made.content
    flags = SetFlags(made.flags or 0)
    _check(made, content, flags, path)
    if made.data_type is not None:
        flags |= SetFlags.MAP
    if made.object_type is not None:
        flags |= SetFlags.OBJECT
    expression, expressions = made.expression, made.expressions
    if len(expressions) == 1 and expression is None:
        expression, expressions = expressions[0], ()
    if expressions:
        flags |= SetFlags.EXPR
    fields = made.fields
    if content.ranges and not content.paired:
        flags |= SetFlags.CONCAT
        fields = fields or tuple(SetField(length=each.size) for each in content.key.fields)
    changes: dict[str, Any] = {
        "handle": None,
        "flags": flags,
        "fields": fields,
        "expression": expression,
        "expressions": expressions,
        "key_len": content.key.length,
        "id": made.id or 0,
        "userdata": _userdata(made, content, flags),
    }
    if content.special == "verdict":
        changes["data_len"] = VERDICT_LENGTH
    elif content.data is not None:
        changes["data_len"] = content.data.length * (2 if content.data_ranges else 1)
    return replace_fields(made, **changes)


def _check(made: Set, content: SetType, flags: SetFlags, path: str) -> None:
    """Refuse what the kernel would, and what it would take for something else."""
    if flags & SetFlags.MAP and made.data_type is None:
        raise EncodeError("a map needs it: a type, or 'verdict'", f"{path}.data_type")
    if flags & SetFlags.OBJECT and made.object_type is None:
        raise EncodeError("a map of objects needs it", f"{path}.object_type")
    if made.expression is not None and made.expressions:
        raise EncodeError("say one expression, or several: leave one of the two out", f"{path}.expression")
    if made.object_type is not None and made.data_type is not None:
        raise EncodeError("objects are in place of data: leave one of the two out", f"{path}.data_type")
    if made.timeout is not None and not flags & SetFlags.TIMEOUT:
        raise EncodeError("without the flag TIMEOUT elements do not end", f"{path}.timeout")
    if made.gc_interval is not None and not flags & SetFlags.TIMEOUT:
        raise EncodeError("without the flag TIMEOUT elements do not end", f"{path}.gc_interval")
    if made.key_len is not None and made.key_len != content.key.length:
        raise EncodeError(f"a key of {content.key} has {content.key.length} bytes", f"{path}.key_len")
    if flags & SetFlags.ANONYMOUS and made.id is None:
        raise EncodeError("nothing but it names an anonymous set to a rule: give it a number", f"{path}.id")


def _userdata(made: Set, content: SetType, flags: SetFlags) -> SetUserdata:
    """What nft has beside a set of these types, and what was said."""
    said = made.userdata or SetUserdata()
    changes: dict[str, Any] = {}
    if said.key_order is None:
        changes["key_order"] = content.key.order
    if said.key_typeof is None:
        changes["key_typeof"] = _typeof(content.key)
    if flags & (SetFlags.MAP | SetFlags.OBJECT) and said.data_interval is None:
        changes["data_interval"] = False
    if flags & SetFlags.MAP and said.data_order is None:
        changes["data_order"] = Order.ANY if content.data is None else content.data.order
    if content.data is not None and said.data_typeof is None:
        changes["data_typeof"] = _typeof(content.data)
    return replace_fields(said, **changes)


def _typeof(kind: KeyType) -> bytes | None:
    return concatenation() if len(kind.fields) > 1 else None


def _prepare(given: Set, verb: str) -> Record:
    path = f"nftables.{verb}(Set)"
    if verb in ("add", "change"):
        return new_set(given, path)
    for name in ("table", "name"):
        if getattr(given, name) is None and (name == "table" or given.handle is None or verb == "flush"):
            raise EncodeError("it is needed to find the set", f"{path}.{name}")
    if verb == "flush":
        # What else the record says is of the set itself, as it is for who lists its elements.
        return ElementList(family=given.family, table=given.table, set=given.name)
    only(_own(given), _NAMING, path, "the kernel does not look at it when it deletes: leave it out")
    handle = given.handle
    return Set(family=given.family, table=given.table, name=None if handle is not None else given.name, handle=handle)


_NAMING = ("family", "table", "name", "handle")


def _own(given: Set) -> Set:
    """What somebody said of a set; of one that was read no more than what tells it from others."""
    return given if not was_read(given) else Set(family=given.family, table=given.table, name=given.name)


register(
    Set,
    Verbs(
        {
            "add": (NFT_MSG.NEWSET, NEW),
            "change": (NFT_MSG.NEWSET, 0),
            "delete": (NFT_MSG.DELSET, 0),
            "destroy": (NFT_MSG.DESTROYSET, 0),
            "flush": (NFT_MSG.DELSETELEM, 0),
        },
        told=NFT_MSG.NEWSET,
        prepare=_prepare,
    ),
)

"""A rule in words as the records that make it: its sets without a name, their elements, and the rule."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from netlynx.errors import EncodeError
from netlynx.nftables.comments import comment as comment_of
from netlynx.nftables.constants import Family
from netlynx.nftables.data import Data, VerdictCode
from netlynx.nftables.data import Verdict as VerdictRecord
from netlynx.nftables.datatypes import VERDICT_LENGTH
from netlynx.nftables.element import ElementFlags, ElementList, WireElement
from netlynx.nftables.rule import Rule
from netlynx.nftables.set import Set, SetField, SetFlags
from netlynx.nftables.userdata import ElementUserdata, SetUserdata
from netlynx.schema import Record
from netlynx.schema.arguments import member_of, text_of

from .anonymous import Anonymous, Element
from .compiler import compiled
from .context import FAMILIES
from .layout import swapped
from .nodes import Joined, Looked, Verdict
from .typeof import typeof, verdicts

_numbers = count(1)


def rule(
    table: str,
    chain: str,
    *words: Any,  # Any: the words of `netlynx.nftables.words`, and expressions of the kernel as they are
    family: Family | str | int = Family.IP,
    comment: str | None = None,
) -> tuple[Record, ...]:
    """What makes a rule, in this order: sets that are written out in it (`Set`, `ElementList`), and the `Rule` itself.

        ssh = rule("filter", "input", match(tcp.dport, {22, 80}), accept, family="inet")
        nl.do(nftables.transaction(nftables.add(each) for each in ssh))

    All of it goes in one transaction: sets without a name are known there by a number. Raises EncodeError with the
    word's place, and what is wrong with it.
    """
    which = member_of(Family, family, "words.rule(family)")
    if int(which) not in FAMILIES:
        raise EncodeError("say which family: inet, ip, ip6, arp, bridge or netdev", "words.rule(family)")
    where: dict[str, Any] = {"family": which, "table": text_of(table, "words.rule(table)")}
    expressions, sets = compiled(words, FAMILIES[int(which)], numbers=_numbers)
    made: list[Record] = []
    for each in sets:
        made += records_of(each, **where)
    userdata = None if comment is None else comment_of(comment)
    made.append(Rule(**where, chain=chain, expressions=expressions, userdata=userdata))
    return tuple(made)


def records_of(given: Anonymous, *, family: Family, table: str) -> Iterator[Record]:
    """The set and its elements."""
    flags = SetFlags.ANONYMOUS | SetFlags.CONSTANT
    if given.interval:
        flags |= SetFlags.INTERVAL
    fields: tuple[SetField, ...] = ()
    if given.interval and given.fields:
        flags |= SetFlags.CONCAT
        fields = tuple(SetField(length=each) for each in given.fields)
    if given.is_map:
        flags |= SetFlags.MAP
    if given.objects is not None:
        flags |= SetFlags.OBJECT
    verdict = given.is_map and given.data is None
    data_type: Any = None if not given.is_map else "verdict" if verdict else _type_words(given.data)
    yield Set(
        family=family,
        table=table,
        name=given.name,
        flags=flags,
        key_type=_type_words(given.looked),
        key_len=given.key_length,
        data_type=data_type,
        data_len=VERDICT_LENGTH if verdict else given.data_length or None,
        object_type=given.objects,
        size=given.size,
        fields=fields,
        id=given.id,
        userdata=_userdata(given),
    )
    yield ElementList(
        family=family,
        table=table,
        set=given.name,
        set_id=given.id,
        elements=tuple(_element(each) for each in given.elements),
    )


def _type_words(looked: Looked | None) -> str:
    assert looked is not None
    parts = looked.parts if isinstance(looked, Joined) else (looked,)
    return " . ".join(each.type.name for each in parts)


def _order(looked: Looked) -> int:
    return 0 if isinstance(looked, Joined) else 2 if looked.order == "big" else 1


def _userdata(given: Anonymous) -> SetUserdata:
    looked, said = given.looked, None
    if isinstance(looked, Joined):
        turned = given.interval and any(swapped(part) for part in looked.parts)
        said = typeof(Joined(())) if turned else typeof(looked)
    elif not given.is_map and given.objects is None:
        said = typeof(looked)
    data_order = None if not given.is_map else 0 if given.data is None else _order(given.data)
    merges = given.interval and not given.is_map and given.objects is None
    return SetUserdata(
        key_order=_order(looked),
        data_order=data_order,
        auto_merge=True if merges else None,
        key_typeof=said,
        data_typeof=verdicts() if given.is_map and given.data is None else None,
        data_interval=given.data_interval if given.is_map or given.objects is not None else None,
    )


def _element(given: Element) -> WireElement:
    flags = ElementFlags(0)
    if given.end:
        flags |= ElementFlags.INTERVAL_END
    if given.key is None:
        flags |= ElementFlags.CATCHALL
    data, named = None, None
    if isinstance(given.data, Verdict):
        code = VerdictCode[given.data.code.upper()]
        data = Data(verdict=VerdictRecord(code=code, chain=given.data.chain or None))
    elif isinstance(given.data, bytes):
        data = Data(value=given.data)
    elif given.data is not None:
        named = given.data
    said = given.comment or given.open
    return WireElement(
        key=None if given.key is None else Data(value=given.key),
        key_end=None if given.last is None else Data(value=given.last),
        data=data,
        object=named,
        flags=flags or None,
        userdata=ElementUserdata(comment=given.comment or None, open=given.open or None) if said else None,
    )

"""A rule as nft lists it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from netlynx.nftables.element import ElementFlags, ElementList, WireElement
from netlynx.nftables.set import SetFlags
from netlynx.nftables.set_type import verdict_text

from .comments import comment_in
from .contents import Contents, Row
from .context import FAMILIES
from .keys import OBJECTS
from .nodes import Joined, Looked, Plain
from .reading import words_of
from .statements import Shown
from .text import Text, quoted
from .types import TYPES
from .word_text import word_text

if TYPE_CHECKING:
    from netlynx.nftables.rule import Rule
    from netlynx.nftables.set import Set


def text_of_rule(
    rule: Rule, *, sets: Mapping[str, Contents] | None = None, interfaces: Mapping[int, str] | None = None
) -> str:
    """A rule in nft's syntax. What nft could not have written is in brackets, as the kernel has it.

    `sets` are the table's, by name, as `contents_of` has them: those without a name are then written out, as
    ``@__set0`` otherwise. `interfaces` are names by index; without them indexes are numbers.
    """
    family = FAMILIES.get(int(rule.family))
    text = Text(family or "", interfaces)
    words = words_of(rule.expressions, family, sets) if family else [Shown(tuple(rule.expressions))]
    said = [word_text(text, each) for each in words]
    comment = comment_in(rule.userdata)
    if comment is not None:
        said.append(f"comment {quoted(comment)}")
    return " ".join(said)


def contents_of(given: Set, elements: Iterable[WireElement | ElementList] = ()) -> Contents:
    """What a set has, of itself and of its elements as the kernel lists them."""
    rows: list[Row] = []
    for each in elements:
        rows += [_row(one) for one in (each.elements if isinstance(each, ElementList) else (each,))]
    flags = SetFlags(given.flags or 0)
    data = None
    ranged = bool(given.userdata is not None and given.userdata.data_interval)
    if flags & SetFlags.MAP and isinstance(given.data_type, str) and given.data_type != "verdict":
        length = (given.data_len or 0) // (2 if ranged else 1)
        data = plain_of(given.data_type, length, None if given.userdata is None else given.userdata.data_order)
    kind = next((name for name, number in OBJECTS.items() if number == int(given.object_type or 0)), "")
    anonymous = bool(flags & SetFlags.ANONYMOUS)
    meter = anonymous and bool(flags & SetFlags.EVAL)
    return Contents(
        tuple(rows),
        bool(flags & SetFlags.INTERVAL),
        data,
        ranged,
        kind,
        named=not anonymous or meter,
        meter=(given.size or 0xFFFF) if meter else None,
    )


def plain_of(types: str, length: int, order: int | None, sizes: tuple[int, ...] = ()) -> Looked:
    """Values of the types that a set says: of one, or several one after the other. `length` and `sizes` are bytes."""
    parts = [TYPES.get(each.strip(), TYPES["integer"]) for each in types.split(".")]
    if len(parts) == 1:
        byte_order = "host" if order == 1 or (order is None and parts[0].order == "host") else "big"
        return Plain(parts[0].name, length * 8, byte_order)
    left = length - sum(-(-each.bits // 32) * 4 for each in parts)
    made: list[Looked] = []
    for place, each in enumerate(parts):
        bits = each.bits or (sizes[place] * 8 if place < len(sizes) else max(left, 1) * 8)
        made.append(Plain(each.name, -(-bits // 8) * 8, "host" if each.order == "host" else "big"))
    return Joined(tuple(made))


def _row(given: WireElement) -> Row:
    flags = ElementFlags(given.flags or 0)
    data: Any = given.object
    is_verdict = False
    if given.data is not None and given.data.verdict is not None:
        code = given.data.verdict.code
        data = verdict_text(int(code if code is not None else 0), given.data.verdict.chain)
        is_verdict = True
    elif given.data is not None:
        data = given.data.value
    return Row(
        None if given.key is None else given.key.value,
        None if given.key_end is None else given.key_end.value,
        bool(flags & ElementFlags.INTERVAL_END),
        data,
        is_verdict,
        (given.userdata.comment or "") if given.userdata is not None else "",
    )

"""A rule as nft lists it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from netlynx.nftables.comments import comment_in
from netlynx.nftables.data import VerdictCode
from netlynx.nftables.element import ElementFlags, ElementList, WireElement
from netlynx.nftables.expressions.computing import Immediate
from netlynx.nftables.set import SetFlags
from netlynx.nftables.set_type import verdict_text

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
    return "\n".join(lines_of_rule(rule, sets=sets, interfaces=interfaces))


def lines_of_rule(
    rule: Rule,
    *,
    sets: Mapping[str, Contents] | None = None,
    interfaces: Mapping[int, str] | None = None,
    inner: Callable[[str], list[str] | None] | None = None,
) -> Iterator[str]:
    """A rule, in several lines where it leads to a chain that has no name: `inner` has those of a chain by its name."""
    family = FAMILIES.get(int(rule.family))
    text = Text(family or "", interfaces)
    words = words_of(rule.expressions, family, sets) if family else [Shown(tuple(rule.expressions))]
    said = []
    for each in words:
        within = None if inner is None else _within(each, inner)
        if within is None:
            said.append(word_text(text, each))
        else:
            code, lines = within
            yield " ".join([*said, f"{code} {{"])
            yield from lines
            said = ["}"]
    comment = comment_in(rule.userdata)
    if comment is not None:
        said.append(f"comment {quoted(comment)}")
    yield " ".join(said)


def _within(word: Any, inner: Callable[[str], list[str] | None]) -> tuple[str, list[str]] | None:  # Any: a word
    """The rules of the chain that a word leads to, if that has no name."""
    verdict = word.data.verdict if isinstance(word, Immediate) and word.data is not None else None
    if verdict is None or verdict.chain is None:
        return None
    lines = inner(verdict.chain)
    return None if lines is None else ("goto" if verdict.code == VerdictCode.GOTO else "jump", lines)


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

"""Which element of a list it was that the kernel refused, in words: the request has nothing but its bytes."""

from __future__ import annotations

import errno
import re
from typing import Any

from netlynx.codec._codec import decode
from netlynx.engine.operation import Do
from netlynx.nftables.element import Element, ElementFlags, ElementList, WireElement
from netlynx.nftables.set_type import SetType, set_type
from netlynx.schema.compile import plan_of
from netlynx.schema.locate import locate
from netlynx.wire.constants import NLMSG_HDRLEN
from netlynx.wire.message import Acknowledgement

_PLACE = re.compile(r"\.elements\[(\d+)\]")


def element_at(operation: Any, answer: Acknowledgement) -> str:
    """The key of the element that a refusal is about; "" where it is about something else."""
    request = operation.request
    if isinstance(request, Element):
        return _there(request.key) if answer.errno == errno.EEXIST and request.key is not None else ""
    if (
        not isinstance(operation, Do)
        or not isinstance(request, ElementList)
        or not request.type
        or answer.offset is None
    ):
        return ""
    place = _PLACE.search(locate(request, operation.payload, answer.offset - NLMSG_HDRLEN))
    if place is None:
        return ""
    told: ElementList = decode(plan_of(ElementList), operation.payload)
    key = _key(set_type(request.type), told.elements, int(place[1]))
    if answer.errno == errno.EEXIST:
        return _there(key)
    return f"It is about the element {key}"


def _there(key: object) -> str:
    return f"{key} is there already, or something that overlaps it"


def _key(content: SetType, elements: tuple[WireElement, ...], at: int) -> object:
    """The key of an element; of a range that has two, whichever of these was refused."""
    if at and _ends(elements[at]):
        at -= 1
    first = _bytes(elements[at].key)
    if first is None:
        return "for all other keys"
    if not content.paired:
        last = _bytes(elements[at].key_end)
        return content.key.decode(first) if last is None else content.read_key(first + last)
    behind = _bytes(elements[at + 1].key) if at + 1 < len(elements) else None
    ended = behind is not None and _ends(elements[at + 1]) and behind > first
    number = int.from_bytes(behind, "big") - 1 if ended and behind is not None else (1 << 8 * len(first)) - 1
    return content.read_key(first + number.to_bytes(len(first), "big"))


def _ends(element: WireElement) -> bool:
    return bool(ElementFlags(element.flags or 0) & ElementFlags.INTERVAL_END)


def _bytes(datum: Any) -> bytes | None:
    return None if datum is None else datum.value

"""Which element of a list it was that the kernel refused, in words: the request has nothing but its bytes."""

from __future__ import annotations

import errno
import re
from typing import Any

from netlynx.codec._codec import decode
from netlynx.engine.operation import Do
from netlynx.nftables.constants import NFT_MSG
from netlynx.nftables.element import Element, ElementFlags, ElementList, WireElement
from netlynx.nftables.set_type import SetType, set_type
from netlynx.schema.compile import plan_of
from netlynx.schema.locate import locate
from netlynx.wire.constants import NLMSG_HDRLEN
from netlynx.wire.message import Acknowledgement

_OTHERS = "for all other keys"
_PLACE = re.compile(r"\.elements\[(\d+)\]")


def element_at(operation: Any, answer: Acknowledgement) -> str:
    """The key of the element that a refusal is about; "" where it is about something else."""
    request = operation.request
    if isinstance(request, Element):
        return _about_one(operation, request, answer)
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
    wanting = ""
    if _adds(operation) and answer.errno == errno.ENOENT:
        refused = told.elements[int(place[1])]
        verdict = None if refused.data is None else refused.data.verdict
        wanting = _wanting(told, refused.object, None if verdict is None else verdict.chain)
    return f"It is about the element {key}" + (f". {wanting}" if wanting else "")


def _about_one(operation: Do[Any], request: Element, answer: Acknowledgement) -> str:
    if answer.errno == errno.EEXIST:
        return _there(_OTHERS if request.key is None else request.key)
    if _adds(operation) and answer.errno == errno.EINVAL and request.data == "queue" and not _besides(request):
        return "A map leads to no queue: newer kernels refuse that verdict in one, and nft has no words for it"
    if _adds(operation) and answer.errno == errno.EINVAL and (request.timeout or request.expiration):
        place = f"{request.table}/{request.set}"
        return f"Whether elements of {place} may end was not looked at: it is so where the set has the flag timeout"
    at = -1 if answer.offset is None else answer.offset - NLMSG_HDRLEN
    if not _adds(operation) or answer.errno != errno.ENOENT or not _PLACE.search(_path(operation, at)):
        return ""
    word, _, chain = request.data.partition(" ") if isinstance(request.data, str) else ("", "", "")
    return _wanting(request, request.object, chain if word in ("jump", "goto") else None)


def _besides(request: Element) -> bool:
    """Whether an element says more than its key and data."""
    names = ("object", "flags", "timeout", "expiration", "expression", "expressions")
    return any(getattr(request, name) for name in names)


def _path(operation: Do[Any], at: int) -> str:
    """Where in a list of elements a refusal points."""
    told: ElementList = decode(plan_of(ElementList), operation.payload)
    return locate(told, operation.payload, at)


def _adds(operation: Do[Any]) -> bool:
    return operation.message_type & 0xFF == NFT_MSG.NEWSETELEM


def _wanting(where: Element | ElementList, object_name: str | None, chain: str | None) -> str:
    """What an element names that is not there: of one that is added the kernel looks for nothing else."""
    if chain is None and object_name is None:
        return ""
    what = f"chain {chain}" if chain is not None else f"object {object_name} of the map's type"
    family = where.family.label
    first = "make it before, in the same transaction if you like"
    return f"There is no {what} in the table {where.table} of the family {family}: {first}"


def _there(key: object) -> str:
    if key == _OTHERS:
        return "There is an element for all other keys already"
    return f"{key} is there already, or something that overlaps it"


def _key(content: SetType, elements: tuple[WireElement, ...], at: int) -> object:
    """The key of an element; of a range that has two, whichever of these was refused."""
    if at and _ends(elements[at]):
        at -= 1
    first = _bytes(elements[at].key)
    if first is None:
        return _OTHERS
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

"""What is sent for an element: to add it to its set, or to delete it.

Source: nf_tables_newsetelem, nf_tables_delsetelem in net/netfilter/nf_tables_api.c.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from netlynx.engine.operation import Bound
from netlynx.errors import EncodeError
from netlynx.netfilter.constants import NFNL_SUBSYS
from netlynx.netfilter.nfnetlink import netfilter_change
from netlynx.nftables.constants import NFT_MSG, NFTA_LIST
from netlynx.nftables.data import Data, Verdict
from netlynx.nftables.element import NFTA_SET_ELEM_LIST, Element, ElementFlags, ElementList, WireElement
from netlynx.nftables.intervals import marks_of
from netlynx.nftables.set_type import OBJECT, VERDICT, SetType, set_type, verdict
from netlynx.nftables.userdata import ElementUserdata
from netlynx.nftables.verbs import NEW, Verbs, register
from netlynx.schema import replace_fields
from netlynx.schema.record import was_read
from netlynx.schema.sending import given

_IN = (int(NFTA_SET_ELEM_LIST.ELEMENTS), int(NFTA_LIST.ELEM))


def list_of(element: Element, *, deleting: bool = False, path: str = "Element") -> ElementList:
    """The request for one element. Raises EncodeError and EncodeTypeError with the path of the field."""
    for name in ("table", "set"):
        if getattr(element, name) is None and (name == "table" or element.set_id is None):
            raise EncodeError("an element needs it", f"{path}.{name}")
    return ElementList(
        family=element.family,
        table=element.table,
        set=element.set,
        set_id=element.set_id,
        elements=tuple(wire(element, deleting=deleting, path=path)),
    )


def wire(element: Element, *, deleting: bool = False, path: str = "Element") -> Iterator[WireElement]:
    """An element as the kernel has it: one, or two for where a range begins and is over. Raises EncodeError."""
    content = None if element.type is None else set_type(element.type)
    flags = ElementFlags(element.flags or 0)
    if flags & ElementFlags.INTERVAL_END and content is not None:
        raise EncodeError("a range is one element: give it as the key", f"{path}.flags")
    if element.key_end is not None and (content is not None or element.key is None):
        raise EncodeError("of a set whose type is known a range is one key, such as '10.0.0.0/8'", f"{path}.key_end")
    if (element.key is None) != bool(flags & ElementFlags.CATCHALL):
        wrong = "an element for all other keys has none" if element.key is not None else "an element needs it, or '*'"
        raise EncodeError(wrong, f"{path}.key")
    base = _without_data(element, path) if deleting else _with_data(element, content, path)
    try:
        yield from keyed(content, element.key, base, flags or None, element.key_end)
    except EncodeError as error:
        raise error.within("key").within(path) from error.__cause__


def keyed(
    content: SetType | None, key: Any, base: WireElement, flags: ElementFlags | None = None, last: bytes | None = None
) -> Iterator[WireElement]:
    """An element with a key: `base` has all else. Raises EncodeError, EncodeTypeError."""
    if key is None:
        yield replace_fields(base, flags=flags)
    elif content is None:
        end = None if last is None else Data(value=last)
        yield replace_fields(base, key=Data(value=key), key_end=end, flags=flags)
    elif not content.ranges:
        yield replace_fields(base, key=Data(value=content.key.encode(key)), flags=flags)
    elif not content.paired:
        ends = content.key.encode_range(key)
        yield replace_fields(base, key=Data(value=ends[0]), key_end=Data(value=ends[1]), flags=flags)
    else:
        begin, *behind = marks_of(*content.key.encode_range(key))
        yield replace_fields(base, key=Data(value=begin.key), flags=flags, userdata=_opened(base.userdata, begin.open))
        for mark in behind:
            yield WireElement(key=Data(value=mark.key), flags=ElementFlags.INTERVAL_END)


def _opened(said: ElementUserdata | None, is_open: bool) -> ElementUserdata | None:
    """Userdata that says whether a range goes to the highest value."""
    if said is None:
        return ElementUserdata(open=True) if is_open else None
    made = replace_fields(said, open=True if is_open else None)
    return made if given(made) else None


def _with_data(element: Element, content: SetType | None, path: str) -> WireElement:
    data = None
    if content is not None and element.data is not None and content.special != VERDICT and content.data is None:
        raise EncodeError(f"the set has no data ({content})", f"{path}.data")
    if content is not None and content.special == OBJECT and element.object is None:
        raise EncodeError("a map of objects has the name of one for each key", f"{path}.object")
    if content is not None and content.special != OBJECT and element.object is not None:
        raise EncodeError(f"the set has no objects ({content})", f"{path}.object")
    if content is not None and (content.data is not None or content.special == VERDICT) and element.data is None:
        raise EncodeError(f"a map has something for each key ({content})", f"{path}.data")
    if element.data is not None:
        try:
            data = datum(content, element.data)
        except EncodeError as error:
            raise error.within("data").within(path) from error.__cause__
    return WireElement(
        data=data,
        timeout=element.timeout,
        expiration=element.expiration,
        userdata=element.userdata,
        object=element.object,
        expression=element.expression,
        expressions=element.expressions,
        unknown=tuple(
            replace(each, within=each.within[len(_IN) :]) for each in element.unknown if each.within[: len(_IN)] == _IN
        ),
    )


def _without_data(element: Element, path: str) -> WireElement:
    """Of an element that is to be deleted: the kernel looks at its key and no more."""
    if not was_read(element):
        for name in ("data", "object", "timeout", "expiration", "userdata", "expression", "expressions"):
            if getattr(element, name):
                raise EncodeError("the kernel does not look at it when it deletes: leave it out", f"{path}.{name}")
    return WireElement()


def datum(content: SetType | None, value: Any) -> Data:
    """What a map has for a key. Raises EncodeError, EncodeTypeError."""
    if (content is None and isinstance(value, str)) or (content is not None and content.special == VERDICT):
        code, chain = verdict(value)
        return Data(verdict=Verdict(code=code, chain=chain))
    return Data(value=value if content is None else content.data_bytes(value))


_MESSAGES = {
    "add": (int(NFT_MSG.NEWSETELEM), int(NEW)),
    "delete": (int(NFT_MSG.DELSETELEM), 0),
    "destroy": (int(NFT_MSG.DESTROYSETELEM), 0),
}


def _prepare(element: Element, verb: str) -> ElementList:
    return list_of(element, deleting=verb != "add", path=f"nftables.{verb}(Element)")


def _make(element: Element, verb: str, echo: bool) -> Bound[Any]:
    """The change for one element: what it says in errors is the element's key as its set has it."""
    if echo:
        raise EncodeError("the kernel tells nothing that it does not say", f"nftables.{verb}(Element).echo")
    message, flags = _MESSAGES[verb]
    made = netfilter_change(f"nftables.{verb}", NFNL_SUBSYS.NFTABLES, message, _prepare(element, verb), flags=flags)
    return replace(made, request=element)


register(
    Element,
    Verbs(
        _MESSAGES,
        told=NFT_MSG.NEWSETELEM,
        prepare=_prepare,
        without={"change": "nothing of an element can be changed: delete it and add it again, in one transaction"},
        reset=NFT_MSG.GETSETELEM_RESET,
        make=_make,
    ),
)


def _as_it_is(given: ElementList, verb: str) -> ElementList:
    """Elements as the kernel has them: of a set without a name, which is known by its number."""
    path = f"nftables.{verb}(ElementList)"
    for name in ("table", "elements"):
        if not getattr(given, name):
            raise EncodeError("it is needed: set it", f"{path}.{name}")
    if given.set is None and given.set_id is None:
        raise EncodeError("it is needed to find the set", f"{path}.set")
    return given


register(ElementList, Verbs(_MESSAGES, told=NFT_MSG.NEWSETELEM, prepare=_as_it_is))

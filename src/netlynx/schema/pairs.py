"""Keys and masks: two attributes that are written, read and shown as one field.

    class Flower(Record):
        dst_ip = attr(KEY_IPV4_DST, pair(AddressKey(), (KEY_IPV4_DST, …_MASK), (KEY_IPV6_DST, …_MASK)))

    select("kind", {"flower": paired(Flower)})

The value is text: the key, and behind a slash the mask, unless that is all of it (``192.0.2.0/24``, ``0x10/0x3f``). A
field may have several pairs, one for each family of addresses, say: its form tells which one a text is of. A nest with
such fields is `paired`, as two attributes make one value there: `netlynx.codec` joins them before it is decoded.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import cache, cached_property, lru_cache
from typing import Any, TypeVar

from netlynx.codec._codec import Pairs, decode, encode, plan_for
from netlynx.errors import EncodeTypeError
from netlynx.schema.kinds import Code, Kind, Option, nest
from netlynx.schema.masks import MaskedForm
from netlynx.schema.record import Attribute, Record, class_of, replace_fields

R = TypeVar("R", bound=Record)

_MASKED = 0x80  # beside a variant: there is a mask


def pair(form: MaskedForm, *pairs: tuple[int, int]) -> Kind:
    """A key and its mask, of which `form` says how they are written; the numbers of both, for each variant.

    The first key is the number of the field. Only in a nest that is `paired`.
    """

    @lru_cache(1024)
    def decoder(payload: bytes) -> Any:
        variant, key, mask = _halves(payload)
        if variant >= len(pairs) or len(key) != form.sizes[variant]:
            return NotImplemented
        return form.read(variant, key, mask)

    def encoder(value: Any, record: Any) -> bytes:
        variant, key, mask = form.write(value, record)
        alone, both = _attributes(len(key))
        number, number_of_mask = pairs[variant]
        size = 4 + len(key)
        return alone(size, number, key) if mask is None else both(size, number, key, size, number_of_mask, mask)

    return Kind(Code.HOOK, "pair", decoder=decoder, encoder=encoder, form=form, pairs=pairs, options=Option.PAIR)


def paired(cls: type[R]) -> Kind:
    """A nest of a record that has pairs among its fields."""
    nested = _Paired(cls)
    return Kind(
        Code.HOOK,
        "paired",
        decoder=nested.read,
        encoder=nested.write,
        target=lambda: cls,
        shown=nest(cls),
        is_shown=True,
        options=Option.NESTED,
    )


class _Paired:
    """What reads and writes such a nest."""

    def __init__(self, cls: Any) -> None:
        self.cls = cls

    @cached_property
    def pairs(self) -> Pairs:
        """What joins the fields that are pairs."""
        kinds = [declaration.kind for declaration in self.cls.__declarations__.values()]
        return Pairs([(int(kind.pairs[0][0]), kind.pairs) for kind in kinds if kind is not None and kind.pairs])

    def read(self, payload: bytes) -> Any:
        """The record of a nest; NotImplemented where its pairs contradict each other."""
        folded = self.pairs.fold(payload)
        if folded is None:
            return NotImplemented
        record = decode(plan_for(self.cls), folded, strict=True)
        return self._as_they_were(record) if record.unknown else record

    def write(self, value: Any) -> bytes:
        """The nest of a record. Raises EncodeError and EncodeTypeError with the field's name."""
        if class_of(value) is not self.cls:
            raise EncodeTypeError(f"expected {self.cls.__name__}, not {type(value).__name__} {value!r}")
        return encode(plan_for(self.cls), value)

    def _as_they_were(self, record: Any) -> Any:
        """The record with the attributes that it does not know as the message has them, not joined."""
        kept: list[Attribute] = []
        for each in record.unknown:
            pairs = self.pairs.variants.get(each.type)
            if pairs is None or each.within or not each.payload:
                kept.append(each)
                continue
            variant, key, mask = _halves(each.payload)
            kept.append(Attribute(pairs[variant][0], key, problem=each.problem))
            if mask is not None:
                kept.append(Attribute(pairs[variant][1], mask, problem=each.problem))
        return replace_fields(record, unknown=type(record.unknown)(kept))


def _halves(payload: bytes) -> tuple[int, bytes, bytes | None]:
    """The variant, the key and the mask of a pair that was joined."""
    if not payload:
        return _MASKED, b"", None
    half = 1 + (len(payload) - 1) // 2
    masked = payload[0] & _MASKED
    return payload[0] & ~_MASKED, payload[1:half] if masked else payload[1:], payload[half:] if masked else None


@cache
def _attributes(size: int) -> tuple[Callable[..., bytes], Callable[..., bytes]]:
    """What writes a key of so many bytes alone, and what writes a key and a mask."""
    one = f"HH{size}s{-size % 4}x"
    return struct.Struct(f"={one}").pack, struct.Struct(f"={one}{one}").pack

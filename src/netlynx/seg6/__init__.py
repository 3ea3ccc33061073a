"""IPv6 segment routing: the keys that sign segment lists, and the address that encapsulated packets come from.

    from netlynx import seg6

    nl.do(seg6.set_key(seg6.Key(id=17, algorithm="sha256", secret=b"…")))
    nl.do(seg6.set_source("2001:db8::1"))

Routes that do it are `route.Seg6Encap` and `route.Seg6LocalEncap`.
Source: linux/seg6_genl.h, linux/seg6_hmac.h, net/ipv6/seg6.c, ip-sr(8).
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.engine.operation import Do, Dump
from netlynx.errors import EncodeError
from netlynx.generic import Family, GenericHeader, do, dump
from netlynx.schema import Constants, Enumeration, Record, attr, binary, enum, ip6, takes, u8, u32
from netlynx.schema.arguments import record_of
from netlynx.schema.facts import Facts
from netlynx.schema.record import replace_fields
from netlynx.schema.sending import own


class SEG6_CMD(Constants):
    """Commands."""

    UNSPEC = 0
    SETHMAC = 1
    DUMPHMAC = 2
    SET_TUNSRC = 3
    GET_TUNSRC = 4


class SEG6_ATTR(Constants):
    """Attributes of keys and of the source."""

    UNSPEC = 0
    DST = 1
    DSTLEN = 2
    HMACKEYID = 3
    SECRET = 4
    SECRETLEN = 5
    ALGID = 6
    HMACINFO = 7


class Algorithm(Enumeration, prefix="SEG6_HMAC_ALGO_"):
    """How a segment list is signed."""

    SHA1 = 1
    SHA256 = 2


_UNHEEDED = {
    "SEG6_ATTR_DSTLEN": "no kernel looks at it, or tells it",
    "SEG6_ATTR_HMACINFO": "no kernel looks at it, or tells it",
}
_LONGEST = 64  # SEG6_HMAC_SECRET_LEN


class Key(Record, header=GenericHeader):
    """A key that segment lists are signed with. The kernel tells its `secret` to who may change it."""

    __facts__: ClassVar[Facts] = Facts(attributes=SEG6_ATTR, policy="seg6_genl_policy")
    __omitted__: ClassVar[dict[str, str]] = {**_UNHEEDED, "SEG6_ATTR_DST": "of the source: Source"}

    id: int | None = attr(SEG6_ATTR.HMACKEYID, u32)  # from 1
    algorithm: takes.Member[Algorithm | None] = attr(SEG6_ATTR.ALGID, enum(Algorithm, u8))
    length: int | None = attr(SEG6_ATTR.SECRETLEN, u8)  # of the secret; follows from it
    secret: bytes | None = attr(SEG6_ATTR.SECRET, binary(_LONGEST), secret=True)  # 1 to 64 bytes


class Source(Record, header=GenericHeader):
    """The address that packets come from which are encapsulated with a segment list; ``::``: the outgoing link's."""

    __facts__: ClassVar[Facts] = Facts(attributes=SEG6_ATTR, policy="seg6_genl_policy")
    __omitted__: ClassVar[dict[str, str]] = {"SEG6_ATTR_*": "of keys: Key"}

    address: takes.Ip[str | None] = attr(SEG6_ATTR.DST, ip6)


class Seg6(Family, name="SEG6", version=1):
    """The family ``SEG6``."""

    set_key = do(SEG6_CMD.SETHMAC, request=Key, privileged=True)
    keys = dump(SEG6_CMD.DUMPHMAC, reply=Key, privileged=True)
    set_source = do(SEG6_CMD.SET_TUNSRC, request=Source, required=("address",), privileged=True)
    source = do(SEG6_CMD.GET_TUNSRC, reply=Source, privileged=True)


def keys() -> Dump[Key]:
    """All keys, with their secrets."""
    return Seg6.keys()


def set_key(key: Key) -> Do[None]:
    """Have a key, in the place of one with the same ID. Raises EncodeError for one without ID, algorithm or secret."""
    record_of(Key, key, "seg6.set_key")
    _check_id(key)
    if key.algorithm is None:
        raise EncodeError(f"say how: {', '.join(each.label for each in Algorithm)}", "Key.algorithm")
    if not key.secret or len(key.secret) > _LONGEST:
        raise EncodeError(f"a secret has 1 to {_LONGEST} bytes", "Key.secret")
    return Seg6.set_key(replace_fields(key, length=_length(key, len(key.secret))))


def delete_key(key: Key) -> Do[None]:
    """Remove a key, by its ID; `NotFound` where there is none.

    Raises EncodeError without ID, and for a record that was made and says more, at which the kernel does not look.
    """
    record_of(Key, key, "seg6.delete_key")
    _check_id(key)
    for name in sorted(own(key) - {"id"}):
        raise EncodeError("the kernel does not look at it to delete: leave it out", f"Key.{name}")
    return Seg6.set_key(id=key.id, length=0, algorithm=Algorithm.SHA1)  # no length is what deletes


def source() -> Do[Source]:
    """The address that encapsulated packets come from."""
    return Seg6.source()


def set_source(source: Source | str) -> Do[None]:
    """Set it; ``::`` is the outgoing link's. Raises EncodeError for no address of IPv6."""
    given: Any = Source(address=source) if not isinstance(source, Source) else source
    record_of(Source, given, "seg6.set_source")
    if given.address is None:
        raise EncodeError("say which address", "Source.address")
    return Seg6.set_source(given)


def _check_id(key: Key) -> None:
    if not key.id:
        raise EncodeError("say which one, from 1", "Key.id")


def _length(key: Key, length: int) -> int:
    if key.length not in (None, length):
        raise EncodeError(f"the secret has {length} bytes", "Key.length")
    return length

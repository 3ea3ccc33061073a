"""Identifier-locator addressing: which locators (upper halves of IPv6 addresses) are replaced by which.

    from netlynx import ila

    nl.do(ila.add(ila.Mapping(match="2001:db8:0:1", locator="2001:db8:0:2")))
    for mapping in nl.dump(ila.mappings()):
        print(mapping.match, mapping.locator)

Routes that do it are `route.IlaEncap`. Source: linux/ila.h, net/ipv6/ila/ila_xlat.c, ip-ila(8).
"""

from __future__ import annotations

import errno
from collections.abc import Generator
from typing import Any, ClassVar

from netlynx.engine.operation import Do, Dump, Talk, in_words
from netlynx.engine.unresolved import by_record
from netlynx.errors import EncodeError, EncodeTypeError, NotFound
from netlynx.generic import Family, GenericHeader, do, dump
from netlynx.generic.told import difference
from netlynx.route.ila_names import ILA_ATTR, IlaChecksum, IlaIdentifier
from netlynx.schema import Constants, Record, Spelt, attr, be64, enum, interface, spelt, takes, u8
from netlynx.schema.arguments import record_of
from netlynx.schema.facts import Facts
from netlynx.schema.sending import is_set


class ILA_CMD(Constants):
    """Commands."""

    UNSPEC = 0
    ADD = 1
    DEL = 2
    GET = 3
    FLUSH = 4


class Locator(Spelt):
    """The upper half of an IPv6 address: ``2001:db8:0:1``, four groups."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> int:
        """The number of a locator's text. Raises EncodeError for what is none."""
        groups = text.strip().split(":")
        try:
            numbers = [int(each, 16) for each in groups if len(each) <= _DIGITS]
        except ValueError:
            numbers = []
        if len(numbers) != _GROUPS or len(groups) != _GROUPS:
            raise EncodeError(f"{text!r} is no locator such as 2001:db8:0:1: four groups of hexadecimal digits")
        return sum(number << 16 * (_GROUPS - 1 - place) for place, number in enumerate(numbers))

    @property
    def label(self) -> str:
        """As ip-ila(8) prints it."""
        return ":".join(f"{self >> 16 * place & 0xFFFF:x}" for place in reversed(range(_GROUPS)))


_GROUPS = _DIGITS = 4


class Mapping(Record, header=GenericHeader):
    """Addresses of locator `match` get another `locator`, where they come in. `match` and `index` tell which.

    Without `index` it is for what comes in on any interface. A new one has ``no-action`` as `checksum_mode`, and
    identifiers that say themselves of which type they are (``use-format``).
    """

    __facts__: ClassVar[Facts] = Facts(attributes=ILA_ATTR, policy="ila_nl_policy@net/ipv6/ila/ila_main.c")
    __omitted__: ClassVar[dict[str, str]] = {
        "ILA_ATTR_IDENTIFIER": "no kernel looks at it, or tells it",
        "ILA_ATTR_DIR": "no kernel since 4.5 looks at it, or tells it",
        "ILA_ATTR_HOOK_TYPE": "of routes: route.IlaEncap",
    }

    match: takes.Member[Locator | None] = attr(ILA_ATTR.LOCATOR_MATCH, spelt(Locator, be64))
    locator: takes.Member[Locator | None] = attr(ILA_ATTR.LOCATOR, spelt(Locator, be64))
    index: takes.Name[int | None] = attr(ILA_ATTR.IFINDEX, interface)
    checksum_mode: takes.Member[IlaChecksum | None] = attr(ILA_ATTR.CSUM_MODE, enum(IlaChecksum, u8))
    identifier_type: takes.Member[IlaIdentifier | None] = attr(ILA_ATTR.IDENT_TYPE, enum(IlaIdentifier, u8))


class Ila(Family, name="ila", version=1):
    """The family ``ila``."""

    add = do(ILA_CMD.ADD, request=Mapping, privileged=True)
    delete = do(ILA_CMD.DEL, request=Mapping, privileged=True)
    get = do(ILA_CMD.GET, request=Mapping, reply=Mapping)
    list = dump(ILA_CMD.GET, reply=Mapping)
    flush = do(ILA_CMD.FLUSH, privileged=True)


def mappings() -> Dump[Mapping]:
    """All mappings of the network namespace."""
    return Ila.list()


def mapping(match: Locator | str | int, *, index: int | str | None = None) -> Do[Mapping]:
    """One mapping, by what it matches. Raises EncodeError."""
    number = Locator.of(match)
    if not isinstance(number, Locator):
        raise EncodeTypeError(f"expected a locator such as 2001:db8:0:1, not {match!r}", "ila.mapping(match)")
    return Ila.get(match=number, index=index)


def add(mapping: Mapping) -> Do[None]:
    """Make a mapping; `AlreadyExists` where that matches already. Raises EncodeError for one without its locators."""
    record_of(Mapping, mapping, "ila.add")
    return by_record("ila.add", _add, mapping) or _add(mapping)


def _add(mapping: Mapping) -> Do[None]:
    for name in ("match", "locator"):
        if getattr(mapping, name) is None:
            raise EncodeError("a mapping has the locator that it matches and the new one", f"Mapping.{name}")
    values = {name: getattr(mapping, name) for name in mapping.__declarations__}
    values["checksum_mode"] = IlaChecksum.NO_ACTION if mapping.checksum_mode is None else mapping.checksum_mode
    return Ila.add(Mapping(**{**values, "index": mapping.index or None}))


def delete(mapping: Mapping) -> Do[None] | Talk[None]:
    """Remove a mapping, by `match` and `index`, at which alone the kernel looks.

    What else the record says is compared with what is there first: `NotFound` where it differs. Raises EncodeError
    without `match`.
    """
    record_of(Mapping, mapping, "ila.delete")
    return by_record("ila.delete", _delete, mapping) or _delete(mapping)


def _delete(mapping: Mapping) -> Do[None] | Talk[None]:
    if mapping.match is None:
        raise EncodeError("say which one", "Mapping.match")
    which = Mapping(match=mapping.match, index=mapping.index or None)
    beside = [name for name in ("locator", "checksum_mode", "identifier_type") if is_set(mapping, name)]
    if not beside:
        return Ila.delete(which)
    asking = Ila.get(which)

    def steps() -> Generator[Do[Any] | Dump[Any], Any, None]:
        found = yield asking
        field = difference(mapping, found, beside)
        if field is not None:
            raise NotFound(
                errno.ENOENT,
                f"the mapping of this locator has {field} {getattr(found, field)!s} by now",
                asked=f"ila.delete({in_words(mapping)})",
            )
        yield Ila.delete(which)

    return Talk("ila.delete", steps)


def flush() -> Do[None]:
    """Remove all mappings."""
    return Ila.flush()

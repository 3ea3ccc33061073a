"""Tables of priorities, whose lines stand in attributes of two numbers, and the order in which they are trusted.

Source: dcbnl_app_attr_type_get, dcbnl_app_table_setdel and dcbnl_getapptrust in net/dcb/dcbnl.c.
"""

from __future__ import annotations

import sys
from typing import ClassVar

from netlynx.dcb.constants import DCB_ATTR_IEEE_APP
from netlynx.dcb.structs import Application, Selector
from netlynx.errors import EncodeError
from netlynx.schema import Record, array, attr, enum, multi, struct, takes, u8
from netlynx.schema.facts import NoFacts
from netlynx.schema.kinds import hook, translated

_HEADER = 4  # of an attribute
_TYPE = 0x3FFF  # without its flags


class ApplicationTable(Record):
    """The lines of a table: those of standard selectors, and the others."""

    __facts__: ClassVar[NoFacts] = NoFacts("a nest without a policy: see dcbnl_app_table_setdel")

    standard: takes.Records[Application] = attr(DCB_ATTR_IEEE_APP.IEEE_APP, multi(struct(Application)))
    others: takes.Records[Application] = attr(DCB_ATTR_IEEE_APP.DCB_APP, multi(struct(Application)))


def _lines(table: ApplicationTable) -> tuple[Application, ...]:
    return *table.standard, *table.others


def _table(lines: object) -> ApplicationTable:
    if not isinstance(lines, (tuple, list)):
        raise EncodeError(f"expected a list of lines, not {type(lines).__name__}")
    made = [Application(**each) if isinstance(each, dict) else each for each in lines]
    for at, each in enumerate(made):
        if not isinstance(each, Application):
            raise EncodeError(f"expected an Application, not {type(each).__name__}", f"[{at}]")
    return ApplicationTable(
        standard=[each for each in made if each.selector != Selector.PCP],
        others=[each for each in made if each.selector == Selector.PCP],
    )


application_table = translated(ApplicationTable, _lines, _table, array(struct(Application)))


def _read_trust(payload: bytes) -> tuple[Selector | int, ...]:
    found: list[Selector | int] = []
    at = 0
    while at + _HEADER <= len(payload):
        length = int.from_bytes(payload[at : at + 2], sys.byteorder)
        if length != _HEADER + 1 or int.from_bytes(payload[at + 2 : at + 4], sys.byteorder) & _TYPE not in (1, 2):
            raise ValueError("an attribute of one byte was expected")
        number = payload[at + _HEADER]
        found.append(Selector(number) if number in Selector.__members__.values() else number)
        at += (length + 3) & ~3
    return tuple(found)


def _write_trust(selectors: object) -> bytes:
    if not isinstance(selectors, (tuple, list)):
        raise EncodeError(f"expected a list of selectors, not {type(selectors).__name__}")
    made = b""
    for at, each in enumerate(selectors):
        try:
            selector = next(one for one in Selector if each in (one, one.label))
        except StopIteration:
            known = ", ".join(one.label for one in Selector)
            raise EncodeError(f"{each!r} is no selector: there are {known}", f"[{at}]") from None
        of_none = selector is Selector.PCP
        number = DCB_ATTR_IEEE_APP.DCB_APP if of_none else DCB_ATTR_IEEE_APP.IEEE_APP
        made += (_HEADER + 1).to_bytes(2, sys.byteorder) + int(number).to_bytes(2, sys.byteorder)
        made += bytes([selector, 0, 0, 0])
    return made


trust_order = hook(_read_trust, _write_trust, array(enum(Selector, u8)), pure=True)

"""The comparison of declarations with facts finds what is wrong: each mistake here is one that it must report."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from facts.attributes import wrong_record
from facts.book import same_number
from facts.layouts import wrong_layout
from facts.registries import wrong_data
from facts.values import missing_members, missing_numbers, wrong_globals, wrong_numbers
from facts.zoo import Zoo
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Kind,
    Layout,
    Record,
    array,
    attr,
    be16,
    be32,
    bitfield32,
    boolean,
    chars,
    enum,
    flag,
    ip,
    ip4,
    mac,
    member,
    multi,
    nest,
    raw,
    s32,
    string,
    struct,
    u8,
    u16,
    u32,
    u64,
    uint,
)
from netlynx.schema.facts import Facts, NoFacts

BOOK = Zoo()


class ZOO(Constants):
    UNSPEC = 0
    ID = 1
    NAME = 2
    PORT = 3
    ADDRESS = 4
    MAC = 5
    CAGE = 6
    INFO = 7
    FEED = 8
    OPEN = 9
    BITS = 10
    SIZE = 11
    PAD = 12


class CAGE(Constants):
    UNSPEC = 0
    DOOR = 1


SETS: list[Any] = [ZOO, CAGE]
FACTS = Facts(attributes=ZOO, policy="zoo_policy", spec=("zoo", "zoo"))


class Animal(Layout, c="animal"):
    legs: int = member(u8)
    port: int = member(be16)
    age: int = member(s32)
    home: str | None = member(ip4)
    name: str = member(chars(4))
    table: tuple[int, ...] = member(array(u32, 2))


class Cage(Record):
    __facts__: ClassVar[Facts] = Facts(attributes=CAGE, policy="cage_policy", spec=("zoo", "cage"))
    door: bool | None = attr(CAGE.DOOR, boolean)


RIGHT: dict[str, Any] = {
    "id": attr(ZOO.ID, u32),
    "name": attr(ZOO.NAME, string(15)),
    "port": attr(ZOO.PORT, be16),
    "address": attr(ZOO.ADDRESS, ip4),
    "mac": attr(ZOO.MAC, mac),
    "cage": attr(ZOO.CAGE, nest(Cage)),
    "info": attr(ZOO.INFO, struct(Animal)),
    "feed": attr(ZOO.FEED, multi(u8)),
    "open": attr(ZOO.OPEN, flag),
    "bits": attr(ZOO.BITS, bitfield32),
    "size": attr(ZOO.SIZE, uint),
}


def record(**changes: Any) -> Any:
    """The right record with other declarations; None leaves a field out, dunder names are class attributes."""
    namespace = {"__facts__": FACTS} | RIGHT | changes
    namespace = {name: value for name, value in namespace.items() if value is not None}
    fields = {name: Any for name in namespace if not name.startswith("__")}
    return type(Record)("Made", (Record,), namespace | {"__annotations__": fields})


def layout(c: str = "animal", **members: Any) -> Any:
    """A layout of these members; dunder names are class attributes."""
    fields = {name: Any for name in members if not name.startswith("__")}
    return type(Layout)("Made", (Layout,), {**members, "__annotations__": fields}, c=c)


def found(cls: Any) -> str:
    """The differences of a record, as one text."""
    return "\n".join(wrong_record(cls, BOOK, SETS))


def test_what_is_right_gives_no_difference() -> None:
    assert wrong_record(record(), BOOK, SETS) == []
    assert wrong_record(Cage, BOOK, SETS) == []
    assert wrong_layout(Animal, BOOK) == []
    assert wrong_numbers(ZOO, BOOK) == []
    assert missing_numbers(ZOO, BOOK) == []


def test_wrong_and_unknown_numbers() -> None:
    class WRONG(Constants, prefix="ZOO_"):
        ID = 2
        LION = 3

    assert wrong_numbers(WRONG, BOOK) == [
        "ZOO_ID is 1 in zoo.h, declared as 2",
        "ZOO_LION: no header has it (if it is right, say why in __not_in_headers__)",
    ]


def test_numbers_from_elsewhere_need_a_reason() -> None:
    class OTHER(Constants, prefix="ZOO_"):
        __not_in_headers__: ClassVar[dict[str, str]] = {"ZOO_LION": "zoo/internal.h", "ZOO_ID": "", "ZOO_APE": ""}
        ID = 1
        LION = 3

    assert wrong_numbers(OTHER, BOOK) == [
        "ZOO_ID: listed in __not_in_headers__, but zoo.h has it",
        "ZOO_APE: in __not_in_headers__, but not declared",
    ]


def test_numbers_of_modules() -> None:
    module = type("module", (), {"ZOO_ID": 7, "ZOO_NAME": 2, "HUGE": 1 << 31, "OTHER": 3})
    assert wrong_globals(module, BOOK) == ["ZOO_ID is [1], declared as 7"]


@pytest.mark.parametrize(("python", "c", "same"), [(1 << 31, -(1 << 31), True), (5, 5, True), (5, -5, False)])
def test_c_numbers_are_signed(python: int, c: int, same: bool) -> None:
    assert same_number(python, c) is same


def test_attribute_sets_with_gaps() -> None:
    class GAP(Constants, prefix="CAGE_"):
        UNSPEC = 0

    class EXCUSED(Constants, prefix="CAGE_"):
        __omitted__: ClassVar[dict[str, str]] = {"CAGE_*": "cages have no doors any more"}
        UNSPEC = 0

    assert missing_numbers(EXCUSED, BOOK) == []
    assert missing_numbers(GAP, BOOK) == ["lacks CAGE_DOOR = 1 of zoo.h"]


def test_enumerations() -> None:
    class Wrong(Enumeration, prefix="DIET_"):
        MEAT = 2

    class Renamed(Enumeration, prefix="DIET_", renamed={"STRAW": "DIET_HAY"}):
        STRAW = 3

    assert wrong_numbers(Wrong, BOOK) == ["DIET_MEAT is 1 in zoo.h, declared as 2"]
    assert wrong_numbers(Renamed, BOOK) == ["DIET_HAY is 2 in zoo.h, declared as 3"]


def test_members_that_are_missing_or_omitted() -> None:
    class Short(Enumeration, prefix="DIET_"):
        MEAT = 1

    class Complete(Enumeration, prefix="DIET_"):
        __omitted__: ClassVar[dict[str, str]] = {"DIET_A*": "a union of others"}
        MEAT = 1
        HAY = 2

    class Careless(Enumeration, prefix="DIET_"):
        __omitted__: ClassVar[dict[str, str]] = {"DIET_ALL": "", "DIET_FISH": "none is left"}
        MEAT = 1
        HAY = 2

    assert missing_members(Short, BOOK, [Short]) == [
        "lacks DIET_HAY = 2, DIET_ALL = 3 of zoo.h (or a reason in __omitted__)"
    ]
    assert missing_members(Complete, BOOK, [Complete]) == []
    assert missing_members(Careless, BOOK, [Careless]) == [
        "__omitted__['DIET_ALL'] gives no reason",
        "__omitted__['DIET_FISH'] omits nothing",
    ]


def test_flags_need_no_name_for_their_unions() -> None:
    class Diet(FlagSet, prefix="DIET_"):
        MEAT = 1
        HAY = 2

    assert missing_members(Diet, BOOK, [Diet]) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"age": member(u32)}, "age: at offset 4: s32 age has another sign than u32"),
        ({"port": member(u16)}, "port: at offset 2: u16 port has another byte order than u16 (specification)"),
        ({"home": member(u32)}, "home: at offset 8: union (unnamed) is declared as u32 or be32 home has another byte"),
        ({"legs": member(u16)}, "legs: at offset 0: u8 legs has 1 bytes, u16 2"),
        ({"legs": member(u32)}, "table: the C struct has no member at offset 20"),
        ({"age": member(s32, c="years")}, "age: the C struct has no member years at offset 4"),
        ({"name": member(u32)}, "name: at offset 12: char[] name[4] is text, declared as u32"),
        ({"table": member(array(u16, 4))}, "table: at offset 16: u32 table[2] has 2 elements, not of 2 bytes"),
        ({"table": None}, "struct animal has 24 bytes, the layout 16"),
        ({"table": None}, "lacks u32 table at offset 16"),
        ({"home": member(raw(2))}, "home: at offset 8:"),
    ],
)
def test_layouts(change: dict[str, Any], says: str) -> None:
    members = {
        "legs": member(u8),
        "port": member(be16),
        "age": member(s32),
        "home": member(be32),
        "name": member(chars(4)),
        "table": member(array(u32, 2)),
    }
    assert wrong_layout(layout(**members), BOOK) == []
    changed = {name: value for name, value in (members | change).items() if value is not None}
    assert says in "\n".join(wrong_layout(layout(**changed), BOOK))


def test_layouts_of_no_known_struct() -> None:
    assert wrong_layout(layout("cat", legs=member(u8)), BOOK) == ["no header has struct cat"]
    assert "names no C struct" in wrong_layout(layout("", legs=member(u8)), BOOK)[0]
    excused = layout("", legs=member(u8), __facts__=NoFacts("zoo/internal.h"))
    assert wrong_layout(excused, BOOK) == []


def test_what_layouts_begin_with_is_compared_as_a_part_of_them() -> None:
    beginning = layout("", legs=member(be16))
    whole = type(Layout)("Whole", (beginning,), {}, c="animal")
    assert wrong_layout(beginning, BOOK) == []
    assert "legs" in wrong_layout(whole, BOOK)[1]


@pytest.mark.parametrize(
    ("field", "kind", "says"),
    [
        ("id", u16, "id: u16 has 2 bytes, NLA_U32 4 (policy zoo_policy)"),
        ("id", s32, "id: s32 has another sign than NLA_U32"),
        ("id", be32, "id: be32 has another byte order than u32 (specification zoo)"),
        ("id", string(4), "id: string is not NLA_U32"),
        ("id", uint, "id: uint is not NLA_U32"),
        ("id", ip4, "id: ip4 is not u32 (specification zoo)"),
        ("name", string, "name: string has no limit, NLA_NUL_STRING of 15 (policy zoo_policy): string(15)"),
        ("name", string(16), "name: string has a limit of 16, NLA_NUL_STRING of 15"),
        ("port", u16, "port: u16 has another byte order than u16 big-endian (specification zoo)"),
        ("mac", ip, "mac: ip is not binary (mac) (specification zoo)"),
        ("mac", raw(4), "mac: raw has 4 bytes, NLA_BINARY of 6 to 6 bytes"),
        ("cage", u32, "cage: u32 is not NLA_NESTED"),
        ("info", u64, "info: u64 has 8 bytes, NLA_UNSPEC of 24 to any bytes"),
        ("feed", u8, "feed: u8 does not repeat, specification zoo says multi-attr"),
        ("feed", multi(u16), "feed: multi has 2 bytes, u8 1 (specification zoo)"),
        ("open", u8, "open: u8 is not NLA_FLAG"),
        ("id", flag, "id: flag is not NLA_U32"),
        ("bits", u64, "bits: u64 is not NLA_BITFIELD32"),
        ("bits", struct(Animal), "bits: struct is struct animal, not struct nla_bitfield32"),
        ("size", u64, "size: u64 is not NLA_UINT"),
    ],
)
def test_attributes_of_the_wrong_kind(field: str, kind: Kind, says: str) -> None:
    number = RIGHT[field].path[0]
    assert says in found(record(**{field: attr(number, kind)}))


def test_a_difference_can_be_explained() -> None:
    excused = {"__differs__": {"port": "old drivers keep the host's byte order"}}
    assert found(record(port=attr(ZOO.PORT, u16), **excused)) == ""
    assert found(record(**excused)) == "__differs__['port']: nothing differs"


def test_a_missing_attribute_needs_a_reason() -> None:
    assert found(record(feed=None)) == "lacks ZOO_FEED = 8 (or a reason in __omitted__)"
    assert found(record(feed=None, __omitted__={"ZOO_FEED": "not used"})) == ""
    assert found(record(feed=None, __omitted__={"ZOO_*": "all the others"})) == ""
    assert "__omitted__['ZOO_FEED'] gives no reason" in found(record(feed=None, __omitted__={"ZOO_FEED": " "}))
    assert found(record(__omitted__={"ZOO_FEED": "not used"})) == "__omitted__['ZOO_FEED']: it is declared"
    assert found(record(__omitted__={"ZOO_APE": "gone"})) == "__omitted__['ZOO_APE']: the set has no such attribute"


def test_an_attribute_of_another_set() -> None:
    assert "CAGE_DOOR is not of ZOO" in found(record(id=attr(CAGE.DOOR, u32)))
    assert "id: 1 is a bare number: name it in a set of constants" in found(record(id=attr(1, u32)))


def test_a_nest_of_another_set() -> None:
    assert "nests Made (zoo), the specification cage" in found(record(cage=attr(ZOO.CAGE, nest(record()))))
    assert "the kernel's policy zoo_policy nests cage_policy" in found(record(cage=attr(ZOO.CAGE, nest(record()))))


def test_the_attributes_of_an_inline_nest() -> None:
    assert found(record(cage=attr((ZOO.CAGE, CAGE.DOOR), boolean))) == ""
    assert "u32 has 4 bytes, u8 1" in found(record(cage=attr((ZOO.CAGE, CAGE.DOOR), u32)))


def test_records_say_what_they_are_compared_with() -> None:
    assert "names no facts" in found(record(__facts__=None))
    assert found(record(__facts__=NoFacts("decoded by hand"))) == ""
    assert found(record(__facts__=NoFacts(""))) == "NoFacts gives no reason"
    assert "the kernel has no policy 'ape'" in found(record(__facts__=Facts(ZOO, policy="ape")))
    assert "is about other attributes" in found(record(__facts__=Facts(ZOO, policy="cage_policy")))
    assert "no specification or set 'apes'" in found(record(__facts__=Facts(ZOO, spec=("zoo", "apes"))))


def test_the_data_of_a_kind() -> None:
    assert wrong_data(None, "zoo_policy", 12, BOOK) == "no record for zoo_policy"
    assert wrong_data(record(), "zoo_policy", 12, BOOK) == ""
    assert wrong_data(nest(record()), "zoo_policy", 12, BOOK) == ""
    assert wrong_data(nest(record(feed=None)), "zoo_policy", 12, BOOK) == "Made lacks ZOO_FEED"
    assert wrong_data(record(), "cage_policy", 1, BOOK) == "Made does not name cage_policy in its __facts__"


def test_an_enum_counts_as_its_integer() -> None:
    class Diet(Enumeration, prefix="DIET_"):
        MEAT = 1

    assert found(record(id=attr(ZOO.ID, enum(Diet, u32)))) == ""
    assert "id: u8 has 1 bytes, NLA_U32 4" in found(record(id=attr(ZOO.ID, enum(Diet, u8))))

"""Rooms made of C: enumerations of headers, policies and tables of their kernel side, and what cannot be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from facts.book import ABSENT, FOLDER
from netlynx import generate, ynl
from netlynx.ynl.c_names import attribute_name

HEADER = """
/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TOY_H
#define _TOY_H
#define TOY_GENL_NAME "toy"
#define TOY_GENL_VERSION 0x2
#define TOY_NAME_MAX 16

enum {
	TOY_CMD_UNSPEC,
	TOY_CMD_GET,	/* one, or all */
	TOY_CMD_SET,
	TOY_CMD_NOTED = 7,

	__TOY_CMD_MAX,
};
#define TOY_CMD_MAX (__TOY_CMD_MAX - 1)

enum toy_attr {
	TOY_ATTR_UNSPEC,
	TOY_ATTR_IFINDEX,		/* u32 */
	TOY_ATTR_NAME,
	TOY_ATTR_PAD,
	TOY_ATTR_LEVEL = 1 << 3,	/* u8, behind a number */
	TOY_ATTR_INNER,
	TOY_ATTR_MAC,
	TOY_ATTR_ADDRESS,
	TOY_ATTR_ON,			/* flag */
	TOY_ATTR_MYSTERY,
	__TOY_ATTR_MAX
};

enum { TOY_INNER_ATTR_PORT = 1, TOY_INNER_ATTR_MODE, };

enum toy_mode { TOY_MODE_CALM, TOY_MODE_MERRY = 4 };
#endif
"""
KERNEL = """
#include "toy.h"
static const struct nla_policy toy_inner_policy[] = {
	[TOY_INNER_ATTR_PORT]	= { .type = NLA_BE16 },
	[TOY_INNER_ATTR_MODE]	= NLA_POLICY_MASK(NLA_U32, BIT(0) | BIT(2)),
};
// { not a brace that counts
static const struct nla_policy toy_policy[TOY_ATTR_MAX + 1] = {
	[TOY_ATTR_IFINDEX]	= NLA_POLICY_MIN(NLA_S32, 1),
	[TOY_ATTR_NAME]		= { .type = NLA_NUL_STRING, .len = TOY_NAME_MAX - 1 },
	[TOY_ATTR_LEVEL]	= NLA_POLICY_RANGE(NLA_U8, 1, 9),
	[TOY_ATTR_INNER]	= NLA_POLICY_NESTED_ARRAY(toy_inner_policy),
	[TOY_ATTR_MAC]		= NLA_POLICY_ETH_ADDR,
	[TOY_ATTR_ADDRESS]	= { .len = sizeof(struct in6_addr) },
};

static const struct nla_policy toy_name_policy[] = { [TOY_ATTR_NAME] = { .type = NLA_NUL_STRING, .len = 15 } };

static const struct genl_small_ops toy_ops[] = {
	{ .cmd = TOY_CMD_GET, .doit = toy_get, .dumpit = toy_dump, .policy = toy_name_policy },
	{
		.cmd	= TOY_CMD_SET,
		.flags	= GENL_UNS_ADMIN_PERM,
		.doit	= toy_set,
	},
};

static const struct genl_multicast_group toy_groups[] = {
	[0] = { .name = "news" },
};

static struct genl_family toy_family __ro_after_init = {
	.name = TOY_GENL_NAME, .version = TOY_GENL_VERSION, .policy = toy_policy, .small_ops = toy_ops,
	.mcgrps = toy_groups,
};
"""


@pytest.fixture
def header(tmp_path: Path) -> Path:
    path = tmp_path / "toy.h"
    path.write_text(HEADER)
    return path


@pytest.fixture
def kernel(tmp_path: Path) -> Path:
    path = tmp_path / "toy.c"
    path.write_text(KERNEL)
    return path


def room(found: generate.Description) -> str:
    (text,) = generate.room(found.spec, whence="C").files.values()
    return text


def test_a_header_and_its_kernel_side_are_a_room(header: Path, kernel: Path) -> None:
    found = generate.from_c(header, kernel)
    assert found.remarks == ("nothing tells of which type these are, they are bytes: TOY_ATTR_MYSTERY",)
    spec = found.spec
    assert (spec.name, spec.version, [*spec.groups]) == ("toy", 2, ["news"])
    assert {name: (each.verbs, each.flags) for name, each in spec.operations.items()} == {
        "get": (("do", "dump"), ()),
        "set": (("do",), ("uns-admin-perm",)),
    }
    assert [numbers.do for numbers in spec.numbers.values()] == [1, 2]
    text = room(found)
    for line in (
        "    ifindex: takes.Name[int | None] = attr(",
        '        TOY_ATTR.IFINDEX, between(named(s32, "interface"), 1)',
        "    name: str | None = attr(TOY_ATTR.NAME, string(15))",
        "    level: int | None = attr(TOY_ATTR.LEVEL, between(u8, 1, 9))",
        "    mac: str | None = attr(TOY_ATTR.MAC, schema.mac)",
        "    address: bytes | None = attr(TOY_ATTR.ADDRESS, binary(16))",
        "    on: bool = attr(TOY_ATTR.ON, flag)",
        "    mystery: bytes | None = attr(TOY_ATTR.MYSTERY, binary)",
        "    LEVEL = 8",
        "    PAD = 3",
        "    port: int | None = attr(TOY_INNER_ATTR.PORT, be16)",
        "    mode: int | None = attr(TOY_INNER_ATTR.MODE, masked(u32, 0x5))",
        "    MERRY = 4",
    ):
        assert line in text.splitlines(), line
    assert "indexed(nest(ToyInnerAttr))" in text


def test_a_header_alone_has_its_comments(header: Path) -> None:
    found = generate.from_c(header)
    assert "there is no table of operations" in found.remarks[0]
    assert found.spec.operations["get"].verbs == ("do", "dump")
    assert found.spec.operations["set"].verbs == ("do",)
    fields = found.spec.request_record("set").__declarations__
    assert {name: each.kind.name for name, each in fields.items() if each.kind is not None} == {
        "ifindex": "u32",
        "name": "binary",
        "level": "u8",
        "inner": "binary",
        "mac": "binary",
        "address": "binary",
        "on": "flag",
        "mystery": "binary",
    }


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("TOY_CMD_NOTED = 7", "TOY_CMD_NOTED = OTHER + 1", "TOY_CMD_NOTED = OTHER + 1 cannot be read, nor what comes"),
        (
            "	TOY_ATTR_NAME,",
            "#ifdef X\n	TOY_ATTR_NAME,\n#endif",
            "within an enumeration toy_attr are read as if all held",
        ),
        ("TOY_MODE_CALM,", "TOY MODE,", "'TOY' is no member of an enumeration that can be read"),
        ('#define TOY_GENL_NAME "toy"', "", "the family is called toy for want of a"),
    ],
)
def test_what_cannot_be_read_is_said(header: Path, before: str, after: str, said: str) -> None:
    header.write_text(HEADER.replace(before, after, 1))
    assert any(said in each for each in generate.from_c(header).remarks)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("NLA_POLICY_ODD(1)", "name: the policy NLA_POLICY_ODD(1) cannot be read"),
        ("{ .type = NLA_ODD }", "name: the policy { .type = NLA_ODD } cannot be read"),
        ("NLA_POLICY_RANGE(NLA_ODD, X, 2)", "cannot be read"),
    ],
)
def test_policies_that_cannot_be_read_are_said(header: Path, kernel: Path, entry: str, said: str) -> None:
    kernel.write_text(KERNEL.replace("{ .type = NLA_NUL_STRING, .len = TOY_NAME_MAX - 1 }", entry))
    assert any(said in each for each in generate.from_c(header, kernel).remarks)


@pytest.mark.parametrize(
    ("entry", "mask", "said"),
    [
        ("{ NLA_U8 }", None, []),  # without the name of the member
        ("NLA_POLICY_MASK(NLA_U8, GENMASK(3, 1))", 0b1110, []),
        (
            "NLA_POLICY_RANGE(NLA_U8, X, 2)",
            None,
            ["name: the limits of NLA_POLICY_RANGE(NLA_U8, X, 2) cannot be read: its field has none"],
        ),
    ],
)
def test_types_are_read_where_more_is_not(
    header: Path, kernel: Path, entry: str, mask: int | None, said: list[str]
) -> None:
    kernel.write_text(KERNEL.replace("{ .type = NLA_NUL_STRING, .len = TOY_NAME_MAX - 1 }", entry))
    found = generate.from_c(header, kernel)
    kind = found.spec.request_record("set").__declarations__["name"].kind
    assert kind is not None
    assert (kind.name, kind.mask) == ("u8", mask)
    assert [each for each in found.remarks if each.startswith("name:")] == said


@pytest.mark.parametrize(
    "text", ["", "enum { A, B };", "int x;", "enum {", "/* */ enum { TOY_CMD_GET };", "\x00\xff{{{{"]
)
def test_what_is_no_family_is_refused(header: Path, text: str) -> None:
    header.write_text(text)
    with pytest.raises(ynl.SpecError, match="has no enumeration of"):
        generate.from_c(header)


def test_numbers_are_those_of_c(header: Path) -> None:
    values = {"0x10": 16, "010": 8, "1U << 4": 16, "-1": -1, "(2 + 3) * 4": 20, "BIT(3) | 1": 9, "~0 & 0xff": 255}
    values["(__u32)5 + (u8) 2"] = 7
    members = "".join(f"	TOY_MODE_V{i} = {text},\n" for i, text in enumerate(values))
    header.write_text(HEADER.replace("TOY_MODE_CALM,", members))
    enum = generate.from_c(header).spec.enums["toy-mode"]
    assert [int(enum[f"V{i}"]) for i in range(len(values))] == [*values.values()]


def test_a_file_that_is_not_there_is_said() -> None:
    with pytest.raises(ynl.SpecError, match=r"nowhere\.h: it cannot be read: No such file"):
        generate.from_c("nowhere.h")


NAMES = ("fou", "ila", "psample", "thermal", "taskstats", "vdpa", "l2tp", "batman_adv", "devlink", "nl80211")
HERE = [path for name in NAMES if (path := Path(f"/usr/include/linux/{name}.h")).exists()]


@pytest.mark.skipif(not HERE, reason="no headers of the kernel in /usr/include/linux")
@pytest.mark.parametrize("path", HERE, ids=lambda path: path.stem)
def test_the_kernels_own_headers_are_rooms(path: Path) -> None:
    """With the numbers that the specs of the same families have, where there are specs."""
    found = generate.from_c(path)
    made = generate.room(found.spec, whence="C", omissible=True)
    for name, text in made.files.items():
        compile(text, name, "exec")
    spec = FOLDER / "specs" / f"{path.stem}.yaml"
    if not ABSENT and spec.is_file():
        known, ours = numbers(ynl.load(spec)), numbers(found.spec)
        shared = known.keys() & ours.keys()
        assert {name: ours[name] for name in shared} == {name: known[name] for name in shared}
        assert len(shared) > 3


def numbers(spec: ynl.Spec) -> dict[str, Any]:
    """C's names of attributes with their numbers."""
    sets = {name: text for name, text in spec.records.text.items() if text.subset_of is None}
    return {
        attribute_name(spec.text, text, each.text): each.number
        for name, text in sets.items()
        for each in spec.records.attributes(name, "").values()
    }

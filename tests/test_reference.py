"""The reference has every public name, says something of each, and its mentions lead to what they mean."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import netlynx
from netlynx import route, tc
from scripts import reference

SOURCES = Path(netlynx.__file__).parent


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return reference.all_pages()


def test_every_room_is_in_it_or_says_why_not() -> None:
    folders = {path.parent.name for path in SOURCES.glob("*/*.py")}
    listed = {room.split(".")[1] for room in reference.rooms() if "." in room}
    assert folders - listed == {*reference.INNER}


def test_it_sees_what_rooms_load_when_it_is_used() -> None:
    assert {each.name for each in reference.public("netlynx")} == {*netlynx.__all__} - {"__version__"}
    assert {each.name for each in reference.public("netlynx.route")} == {*route.__all__}
    assert {each.name for each in reference.public("netlynx.tc")} == {*tc.__all__}


def test_every_public_name_says_what_it_is() -> None:
    silent = [
        each.path
        for room in reference.rooms()
        for each in reference.public(room)
        if len(reference.what_it_says(each)) < 8
    ]
    assert silent == []


def test_every_public_name_has_its_place(pages: dict[str, str]) -> None:
    wrong = []
    for room in reference.rooms():
        for each in reference.public(room):
            page, _, anchor = reference.pages()[each.path].partition("#")
            if f"{{ #{anchor} " not in pages[page]:
                wrong.append(each.path)
    assert wrong == []


def test_fields_have_their_types_and_meaning(pages: dict[str, str]) -> None:
    link = pages["reference/route/link.md"].partition("{ #Link ")[2].partition("\n### ")[0]
    assert "<code>mtu</code>" in link
    assert "only told" in link
    assert re.search(r'<code>operstate</code></td><td><code[^>]*><a href="#OperState">OperState</a> \| None', link)
    assert "where a link went that left this namespace" in link


def test_a_text_means_its_own_fields_by_their_names(pages: dict[str, str]) -> None:
    link = pages["reference/route/link.md"].partition("{ #Link ")[2].partition("\n### ")[0]
    assert "unless <code>change</code> says" in link  # not the verb `route.change`
    assert '<a href="verbs.html#change"><code>route.change(' in link


def test_a_type_is_what_its_file_means_by_the_name(pages: dict[str, str]) -> None:
    """`Kernel` is an inner class for `connect`, and a public one of `vm`."""
    connect = pages["reference/netlynx.md"].partition("<b>connect</b>")[2].partition("</pre>")[0]
    assert "kernel: Kernel | str" in connect
    assert 'netns: <a href="netns.html#Where">Where</a>' in connect
    assert '<a href="#Kernel">Kernel</a>' in pages["reference/vm.md"]


def test_code_in_docstrings_is_code(pages: dict[str, str]) -> None:
    assert "```python\nkernel.pernet(" in pages["reference/kernel.md"]
    assert "```python\nimport netlynx\n" in pages["reference/netlynx.md"]
    prose = {page: re.sub(r"^```.*?^```", "", text, flags=re.S | re.M) for page, text in pages.items()}
    looks = re.compile(r"^(import \w+$|from [\w.]+ import |(with|for) .*:$|nl\.\w+\()", re.M)
    assert {page: found[0] for page, text in prose.items() if (found := looks.search(text))} == {}


def test_mentions_are_found() -> None:
    for text, page in {
        "route.Link": "reference/route/link.md#Link",
        "netlynx.route.Link": "reference/route/link.md#Link",
        'route.Link(name="v0")': "reference/route/link.md#Link",
        "Link.mtu": None,
        "route.Link.mtu": "reference/route/link.md#Link",
        "netlynx.NotFound": "reference/netlynx.md#NotFound",
        "nftables": "reference/nftables/index.md",
        "nl.do": None,
        "route/link.py": None,
    }.items():
        assert reference.mentioned(text) == page, text
    assert reference.mentioned("Link.mtu", "netlynx.route") == "reference/route/link.md#Link"


def test_every_link_leads_to_a_page_and_an_anchor(pages: dict[str, str]) -> None:
    wrong = []
    for page, text in pages.items():
        for link in re.findall(r'<a href="([^"]+)"', text):
            where, _, anchor = link.partition("#")
            goal = page if not where else _resolved(page, where)
            if goal not in pages or (anchor and f"{{ #{anchor} " not in pages[goal]):
                wrong.append(f"{page}: {link}")
    assert wrong == []


def _resolved(page: str, address: str) -> str:
    parts = page.split("/")[:-1]
    for part in address.removesuffix(".html").split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts) + ".md"

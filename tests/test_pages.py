"""The pages hang together: each is found from the site's list of them, and each link leads to something."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCED = re.compile(r"^(?:```|~~~).*?^(?:```|~~~)$", re.S | re.M)
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?\s*\)")
HEADING = re.compile(r"^#{1,6} +(.+?)\s*#*$", re.M)


def listed() -> list[str]:
    """The pages of mkdocs.yml's `nav`, which is the last thing in that file."""
    nav = (ROOT / "mkdocs.yml").read_text().partition("\nnav:\n")[2]
    assert re.search(r"^\w", nav, re.M) is None, "nav is to be the last key of mkdocs.yml"
    return re.findall(r"([\w./-]+\.md)$", nav, re.M)


def test_every_page_is_in_the_list_once_and_the_list_has_no_other() -> None:
    pages = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")}
    top = {f"project/{page.stem.lower()}.md" for page in ROOT.glob("*.md")} - {"project/readme.md"}
    names = Counter(listed())
    assert pages - names.keys() == set(), "not in nav of mkdocs.yml"
    assert names.keys() - pages - top == set(), "in nav of mkdocs.yml, but not there"
    assert [name for name, count in names.items() if count > 1] == []


@cache
def anchors(page: Path) -> frozenset[str]:
    """What can be linked to within a page: its headings, spelt as GitHub and the site do."""
    seen: Counter[str] = Counter()
    found = set(re.findall(r'<a (?:id|name)="([^"]+)"', page.read_text()))
    for heading in HEADING.findall(FENCED.sub("", page.read_text())):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "").lower()
        slug = re.sub(r"[^\w\- ]", "", plain).strip().replace(" ", "-")
        found.add(f"{slug}_{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return frozenset(found)


def links(page: Path) -> list[str]:
    return LINK.findall(FENCED.sub("", page.read_text()))


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    wrong = []
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            if not re.fullmatch(r"https://[\w-]+(\.[\w-]+)+(/\S*)?|mailto:\S+@\S+", link):
                wrong.append(link)
            continue
        path, _, anchor = link.partition("#")
        goal = (page.parent / path).resolve() if path else page
        there = goal.is_relative_to(ROOT) and goal.exists()
        if not there or (anchor and (goal.suffix != ".md" or anchor not in anchors(goal))):
            wrong.append(link)
    assert wrong == []


def test_every_page_says_at_once_what_it_is_about() -> None:
    """What follows the title is a sentence: no table, no picture, no program."""
    wrong = []
    for page in PAGES:
        title, _, rest = page.read_text().partition("\n\n")
        if re.fullmatch(r"# \S.+", title) is None or re.match(r"[A-Z`*\[]", rest) is None:
            wrong.append(page.name)
    assert wrong == []


def test_no_page_is_a_dead_end() -> None:
    """A reader comes to each but the entrance from another page, and goes on from it to another."""
    leads = {page: {(page.parent / link.partition("#")[0]).resolve() for link in links(page)} for page in PAGES}
    docs = [page for page in PAGES if page.parent != ROOT]
    assert [page.name for page in docs if not (leads[page] & {*PAGES}) - {page}] == []
    reached = {goal for page in PAGES for goal in leads[page] - {page}}
    assert [page.name for page in docs if page not in reached and page.name != "index.md"] == []


def test_a_link_that_leads_nowhere_would_be_seen() -> None:
    architecture = ROOT / "docs" / "architecture.md"
    assert "a-conversation-is-written-once" in anchors(architecture)
    assert "a-conversation-is-written-twice" not in anchors(architecture)
    assert "contributing/add-a-family.md" in links(architecture)

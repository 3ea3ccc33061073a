"""What the documentation site has beyond the pages in docs/: hooks of MkDocs (mkdocs.yml names this file).

Pages link to files of the repository as GitHub shows them. In the site, prose at the top of the repository and programs
of examples/ are pages. A link to any other file outside docs/ is an error.
"""

from __future__ import annotations

import posixpath
import re
import sys
from pathlib import Path
from urllib.parse import unquote

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
from scripts import reference  # noqa: E402  # MkDocs loads this file by its path

# Prose at the top of the repository, and which page of the site it is.
TOP = {"README.md": "index.md", "CHANGELOG.md": "project/changelog.md", "CONTRIBUTING.md": "project/contributing.md"}
PAGES = {where: name for name, where in TOP.items() if not (ROOT / "docs" / where).exists()}

_FENCED = re.compile(r"(^(?:```|~~~).*?^(?:```|~~~)$)", re.S | re.M)
_LINK = re.compile(r"(?<=\]\()(?P<path>[^)\s:#]+)(?P<anchor>#[^)\s]*)?(?=\))")


def page_of(path: str) -> str | None:
    """The page of the site that a file of the repository is, by its path from the top."""
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    if path in TOP:
        return TOP[path]
    if path.startswith("examples/") and path.endswith(".py"):
        return path.removesuffix(".py") + ".md"
    return None


def moved(text: str, source: str, page: str) -> str:
    """The text of a page, with links that lead from its file in the repository turned into such of the site."""

    def link(found: re.Match[str]) -> str:
        goal = posixpath.normpath(posixpath.join(posixpath.dirname(source), found["path"]))
        where = page_of(goal)
        if where is None or not (ROOT / goal).exists():
            raise PluginError(f"{source}: there is no page for {found['path']} (a file outside docs/?)")
        return posixpath.relpath(where, posixpath.dirname(page) or ".") + (found["anchor"] or "")

    parts = _FENCED.split(text)  # what is code is at the odd places
    return "".join(part if number % 2 else _LINK.sub(link, part) for number, part in enumerate(parts))


def program(path: Path) -> str:
    return f"# {path.name}\n\n```python\n{path.read_text()}```\n"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the reference where `nav` has its empty place."""
    for entry in config.nav or []:
        if isinstance(entry, dict) and "Reference" in entry:
            entry["Reference"] = reference.navigation()
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    for page, name in PAGES.items():
        if (ROOT / name).exists():
            files.append(File.generated(config, page, content=(ROOT / name).read_text()))
    for path in sorted((ROOT / "examples").glob("*.py")):
        files.append(File.generated(config, f"examples/{path.stem}.md", content=program(path)))
    for page, text in reference.all_pages().items():
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    name = page.file.src_uri
    if name.startswith("reference/"):
        return markdown
    return moved(markdown, PAGES.get(name, f"docs/{name}"), name)


SHORT = 26  # letters of code that stays in one line within a table
_CODE = re.compile(r"(<pre.*?</pre>|<a\b.*?</a>|<h\d.*?</h\d>)|<code>([^<]+)</code>", re.S)


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Have what pages mention in code (`route.Link`, `tc.impair(…)`) lead to the reference."""
    name = page.file.src_uri
    if name.startswith("reference/"):
        return html

    def link(found: re.Match[str]) -> str:
        if found[1]:
            return found[0]
        goal = reference.mentioned(found[2]) if "." in found[2] else None
        code = f'<code class="short">{found[2]}</code>' if len(found[2]) < SHORT else found[0]
        return code if goal is None else f'<a href="{reference.relative(goal, name)}">{code}</a>'

    return _CODE.sub(link, html)


def on_post_build(*, config: MkDocsConfig) -> None:
    """Links in HTML, which MkDocs does not look at: each has to lead to a page, and to an anchor in it.

    Nothing that a page shows may come from elsewhere.
    """
    site = Path(config.site_dir)
    anchors = {path: set(re.findall(r'\bid="?([^"\s>]+)', path.read_text())) for path in site.rglob("*.html")}
    wrong = []
    for path in anchors:
        for fetched in re.findall(
            r'<(?:script|img|link|iframe)\b[^>]*\b(?:src|href)="?(https?:[^"\s>]+)', path.read_text()
        ):
            if not config.site_url or not fetched.startswith(config.site_url):  # which `mkdocs serve` gives it
                wrong.append(f"{path.relative_to(site)} fetches {fetched}")
        for link in set(re.findall(r'<a\b[^>]*\bhref="([^"]+)"', path.read_text())):
            where, _, anchor = link.partition("#")
            if re.match(r"[a-z]+:|/", link) or path.name == "404.html":
                continue
            goal = (path.parent / where).resolve() if where else path
            if goal not in anchors or (anchor and unquote(anchor) not in anchors[goal] | {"__skip", "__tabbed"}):
                wrong.append(f"{path.relative_to(site)}: {link}")
    if wrong:
        raise PluginError("links that lead nowhere:\n" + "\n".join(sorted(wrong)[:40]))

"""What the documentation site has beyond the pages in docs/: hooks of MkDocs (mkdocs.yml names this file).

Pages link to files of the repository as GitHub shows them. In the site, prose at the top of the repository and programs
of examples/ are pages. A link to any other file outside docs/ is an error.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]

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


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    for page, name in PAGES.items():
        if (ROOT / name).exists():
            files.append(File.generated(config, page, content=(ROOT / name).read_text()))
    for path in sorted((ROOT / "examples").glob("*.py")):
        files.append(File.generated(config, f"examples/{path.stem}.md", content=program(path)))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    name = page.file.src_uri
    return moved(markdown, PAGES.get(name, f"docs/{name}"), name)

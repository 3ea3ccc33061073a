"""A module's folder: what netlynx writes into it, and what it remembers there."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import Template

from netlynx.errors import NetlynxError

MANIFEST = "netlynx.toml"


class ModuleError(NetlynxError, ValueError):
    """There can be no such module, or the folder is not one: what is wrong, and what to do about it."""


@dataclass(frozen=True)
class Folder:
    """A folder that holds a module: its name, and the file of the family that it was generated from, if any."""

    path: Path
    name: str
    family: str = ""

    @classmethod
    def at(cls, path: Path) -> Folder:
        """The module that a folder holds. Raises ModuleError."""
        manifest = path / MANIFEST
        try:
            known = tomllib.loads(manifest.read_text())["module"]
            return cls(path, str(known["name"]), str(known.get("family", "")))
        except (FileNotFoundError, NotADirectoryError):
            raise ModuleError(
                f"{path} is no module's folder: it has no {MANIFEST}, which `netlynx module new` writes"
            ) from None
        except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
            raise ModuleError(f"{manifest}: {error}; it has to say [module] and name = …") from None

    @classmethod
    def create(cls, path: Path, name: str, family: str = "") -> Folder:
        """A new folder, with nothing but the note of what it is. Raises ModuleError if there is something already."""
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise ModuleError(f"{path} is there already, and not empty: give another folder with --at")
        path.mkdir(parents=True, exist_ok=True)
        lines = ["# What `netlynx module` knows of this folder.", "[module]", f'name = "{name}"']
        if family:
            lines.append(f'family = "{family}"')
        (path / MANIFEST).write_text("\n".join(lines) + "\n")
        return cls(path, name, family)

    def write(self, name: str, text: str) -> bool:
        """Write a file unless it is there with the same text; whether it was written."""
        file = self.path / name
        if file.exists() and file.read_text() == text:
            return False
        file.write_text(text)
        return True


def render(template: str, values: Mapping[str, object]) -> str:
    """The text of a template (a file below `templates`), with values in the place of their names."""
    text = resources.files(__package__).joinpath("templates", template).read_text()
    return Template(text).substitute(values)

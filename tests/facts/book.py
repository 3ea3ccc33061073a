"""The tables of facts, read once: numbers, structs, policies, kinds, families, specifications."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(os.environ.get("NETLYNX_FACTS") or Path(__file__).resolve().parents[3] / "shared")
ABSENT = "" if (FOLDER / "facts" / "constants.json").is_file() else f"no tables of facts in {FOLDER} (NETLYNX_FACTS)"


def same_number(python: int, c: int) -> bool:
    """Whether both are the same bits: the tables hold C's signed values, of 16 bits or more on the wire."""
    return python == c or (c < 0 and python in (c % 2**16, c % 2**32, c % 2**64))


@dataclass(frozen=True, slots=True)
class SpecAttribute:
    """One attribute of a YAML attribute set; `c_name` is empty where the set gives no rule for it."""

    name: str
    number: int
    c_name: str
    about: dict[str, Any]


class FactBook:
    """Lookups in the tables."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder

    def _table(self, name: str) -> Any:
        return json.loads((self.folder / "facts" / f"{name}.json").read_text())

    @cached_property
    def headers(self) -> dict[str, dict[str, int]]:
        """Header → name → value."""
        return self._table("constants")

    @cached_property
    def numbers(self) -> dict[str, dict[str, int]]:
        """Name → header → value."""
        table: dict[str, dict[str, int]] = {}
        for header, names in self.headers.items():
            for name, value in names.items():
                table.setdefault(name, {})[header] = value
        return table

    @cached_property
    def structs(self) -> dict[str, Any]:
        """``struct NAME``, ``union NAME`` or a typedef's name → size and members."""
        return self._table("structs")

    @cached_property
    def policies(self) -> dict[str, Any]:
        """Policy table → its attributes by C name."""
        return self._table("policies")

    @cached_property
    def kinds(self) -> dict[str, Any]:
        """Registry (``link``, ``lwtunnel``, …) → kind → what the kernel registers for it."""
        return self._table("kinds")

    @cached_property
    def families(self) -> dict[str, Any]:
        """Message types with their handlers, by protocol."""
        return self._table("families")

    def home(self, names: list[str]) -> str:
        """The header that defines most of `names`; empty when none does."""
        count: dict[str, int] = {}
        for name in names:
            for header in self.numbers.get(name, ()):
                count[header] = count.get(header, 0) + 1
        return max(count, key=lambda header: (count[header], not header.startswith("kernel:")), default="")

    def struct(self, name: str) -> dict[str, Any] | None:
        """A C struct by its tag or typedef."""
        for key in (f"struct {name}", name, f"union {name}"):
            if key in self.structs:
                return self.structs[key]
        return None

    @cache  # noqa: B019  one book lives as long as the tests
    def spec(self, name: str) -> Any:
        """A YAML specification; a KeyError when there is none of that name."""
        path = self.folder / "specs" / f"{name}.yaml"
        if not path.is_file():
            raise KeyError(name)
        return yaml.load(path.read_text(), yaml.CSafeLoader)

    @cache  # noqa: B019
    def attribute_set(self, spec: str, name: str) -> tuple[SpecAttribute, ...]:
        """The attributes of a set; a subset takes numbers and types from the set that it is a part of."""
        document = self.spec(spec)
        sets = {each["name"]: each for each in document["attribute-sets"]}
        found = sets[name]
        if "subset-of" in found:
            whole = {each.name: each for each in self.attribute_set(spec, found["subset-of"])}
            return tuple(
                SpecAttribute(each.name, each.number, each.c_name, each.about | entry)
                for entry in found["attributes"]
                for each in [whole[entry["name"]]]
            )
        prefix = found.get("name-prefix", "")
        number = 0
        table = []
        for entry in found["attributes"]:
            number = entry.get("value", number + 1)
            start = entry.get("name-prefix", prefix)
            c_name = (start + entry["name"]).upper().replace("-", "_") if start else ""
            table.append(SpecAttribute(entry["name"], number, c_name, entry))
        return tuple(table)

    @cached_property
    def spec_structs(self) -> dict[str, list[dict[str, Any]]]:
        """Struct definitions of all specifications by C name."""
        table: dict[str, list[dict[str, Any]]] = {}
        for path in sorted((self.folder / "specs").glob("*.yaml")):
            for each in self.spec(path.stem).get("definitions", ()):
                if each["type"] == "struct":
                    table.setdefault(each["name"].replace("-", "_"), []).append(each)
        return table

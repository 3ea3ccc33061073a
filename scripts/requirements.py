"""Prints requirements that pyproject.toml states, one a line, in the form `pip install -r` reads.

usage: requirements.py build-system | EXTRA
"""

import sys
import tomllib
from pathlib import Path


def requirements(name: str) -> list[str]:
    project = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text("utf-8"))
    if name == "build-system":
        return list(project["build-system"]["requires"])
    return list(project["project"]["optional-dependencies"][name])


if __name__ == "__main__":
    print("\n".join(requirements(sys.argv[1])))

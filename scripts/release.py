"""Makes a release: `make release VERSION=1.2.3`, and with DRY_RUN=1 everything of it but the last step.

Everything is done in a clone (build/release): version and changelog set, committed, tagged, archives built, checked and
installed. Only when all of it holds does the checkout get commit, tag and archives. Nothing is sent anywhere:
the line to do that with is printed at the end (docs/project/releasing.md).

usage: release.py make VERSION [--dry-run] [--no-archives] [--pythons "PATH …"]
       release.py notes VERSION       what the changelog says of a version
       release.py tagged TAG          fails unless the tag is that of this version
       release.py names               what the package offers; a release writes it to tests/public_names.txt
"""

from __future__ import annotations

import argparse
import datetime
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
VERSION_FILE = "src/netlynx/_version.py"
CHANGELOG = "CHANGELOG.md"
NAMES = "tests/public_names.txt"
UNRELEASED = "## [Unreleased]"

# What is released in this order: 1.2.0a1, 1.2.0b1, 1.2.0rc1, 1.2.0
VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:(a|b|rc)(\d+))?")


class Refused(Exception):
    """Why there is no release; nothing was changed."""


def order(version: str) -> tuple[int, int, int, str, int]:
    """What versions are sorted by. Raises Refused for what is none."""
    found = VERSION.fullmatch(version)
    if found is None:
        raise Refused(f"{version!r} is no version: it is to be like 1.2.3, or 1.2.3rc1 before it")
    return int(found[1]), int(found[2]), int(found[3]), found[4] or "release", int(found[5] or 0)


def stated(text: str) -> str:
    """The version that the text of `_version.py` states."""
    found = re.search(r'^__version__ = "(.*)"$', text, re.M)
    if found is None:
        raise Refused(f"{VERSION_FILE} states no version")
    return found[1]


def notes(changelog: str, version: str) -> str:
    """What the changelog says of a version, or of "Unreleased"."""
    found = re.search(rf"^## \[{re.escape(version)}\][^\n]*\n(.*?)(?=^## |\Z)", changelog, re.S | re.M)
    if found is None:
        raise Refused(f"{CHANGELOG} has no section [{version}]")
    return found[1].strip()


def released(changelog: str, version: str, day: str) -> str:
    """The changelog with what was unreleased under the version and the day. Raises Refused where nothing was."""
    said = notes(changelog, "Unreleased")
    if re.search(r"^- ", said, re.M) is None:
        raise Refused(f"{CHANGELOG} says nothing under [Unreleased]: what would users get?")
    if f"## [{version}]" in changelog:
        raise Refused(f"{CHANGELOG} has a section [{version}] already")
    return changelog.replace(UNRELEASED, f"{UNRELEASED}\n\n## [{version}] - {day}", 1)


# ------------------------------------------------------------------------------------------------------ git


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise Refused(f"git {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout.strip()


def check(root: Path, version: str) -> None:
    """Whether the checkout is one that this version can be made of. Raises Refused."""
    order(version)
    if changed := git(root, "status", "--porcelain"):
        raise Refused(f"there are changes that are not committed:\n{changed}")
    if (branch := git(root, "rev-parse", "--abbrev-ref", "HEAD")) != "main":
        raise Refused(f"releases are made of main, and this is {branch}")
    tags = [tag[1:] for tag in git(root, "tag", "--list", "v*").splitlines() if VERSION.fullmatch(tag[1:])]
    if version in tags:
        raise Refused(f"{version} has been released: there is a tag v{version}")
    if later := [tag for tag in tags if order(tag) > order(version)]:
        raise Refused(f"{max(later, key=order)} has been released, which is later than {version}")
    if order(stated((root / VERSION_FILE).read_text())) > order(version):
        raise Refused(f"{VERSION_FILE} states a later version than {version}")


def prepare(clone: Path, version: str, day: str, names: list[str]) -> None:
    """Set version, changelog and the list of public names, commit and tag, in a clone."""
    changelog = clone / CHANGELOG
    changelog.write_text(released(changelog.read_text(), version, day))
    file = clone / VERSION_FILE
    file.write_text(file.read_text().replace(f'"{stated(file.read_text())}"', f'"{version}"'))
    (clone / NAMES).write_text("".join(f"{name}\n" for name in names))
    git(clone, "commit", "--quiet", "--all", "--message", f"Release {version}")
    message = f"netlynx {version}\n\n{notes(changelog.read_text(), version)}"
    git(clone, "tag", "--annotate", "--cleanup=verbatim", f"v{version}", "--message", message)


def public_names() -> list[str]:
    """What this checkout promises (docs/project/stability.md): every name that the reference describes."""
    sys.path.insert(0, str(ROOT))
    from scripts.reference import public, rooms  # loads the package, which other commands of this file do without

    return sorted({f"{room}.{each.name}" for room in rooms() for each in public(room)})


# ------------------------------------------------------------------------------------------------- archives


def run(folder: Path, *words: str | Path, **variables: str) -> None:
    """A program, whose output is shown. Raises Refused."""
    print("release:", *words, flush=True)
    if status := subprocess.run(words, cwd=folder, env={**os.environ, **variables}).returncode:
        raise Refused(f"{' '.join(map(str, words))} ended with status {status}")


def archives(clone: Path, tools: Path, pythons: str) -> None:
    """Make sdist and wheels of a clone, and try them where there is no compiler."""
    clone.joinpath(".venv").symlink_to(tools.parent)  # the tools; the package is the clone's
    run(clone, tools / "python", "scripts/man", "build/man")  # which both archives take along
    run(clone, tools / "python", "-m", "build", "--outdir", "dist")
    run(clone, ".ci/check-package")
    run(clone, "scripts/wheels", *pythons.split())
    dist = clone / "dist"
    dist.glob("*.whl").__next__().unlink()  # of this machine alone; those for all are in dist/wheels
    for wheel in (dist / "wheels").iterdir():
        shutil.move(wheel, dist)
    (dist / "wheels").rmdir()
    run(clone, tools / "python", "-m", "twine", "check", "--strict", *sorted(dist.iterdir()))


def make(root: Path, version: str, day: str, names: list[str], *, dry: bool, pythons: str | None = "") -> Path:
    """A release of a checkout, in a clone; without `dry`, the checkout has it too. `pythons` of None: no archives."""
    check(root, version)
    clone = root / "build" / "release"
    shutil.rmtree(clone, ignore_errors=True)
    clone.parent.mkdir(exist_ok=True)
    git(root, "clone", "--quiet", "--branch", "main", str(root), str(clone))
    for name in ("user.name", "user.email"):
        git(clone, "config", name, git(root, "config", name))
    prepare(clone, version, day, names)
    if pythons is not None:
        archives(clone, root / ".venv" / "bin", pythons)
    if not dry:
        git(root, "pull", "--quiet", "--ff-only", str(clone), "main")
        git(root, "fetch", "--quiet", str(clone), f"refs/tags/v{version}:refs/tags/v{version}")
        if pythons is not None:
            shutil.rmtree(root / "dist", ignore_errors=True)
            shutil.copytree(clone / "dist", root / "dist")
    return clone


def main() -> None:
    parser = argparse.ArgumentParser(prog="release.py")
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    making.add_argument("version")
    making.add_argument("--dry-run", action="store_true")
    making.add_argument("--no-archives", action="store_true")
    making.add_argument("--pythons", default="")
    commands.add_parser("notes").add_argument("version")
    commands.add_parser("tagged").add_argument("tag")
    commands.add_parser("names")
    asked = parser.parse_args()
    try:
        if asked.command == "notes":
            print(notes((ROOT / CHANGELOG).read_text(), asked.version))
        elif asked.command == "tagged":
            if asked.tag != (tag := f"v{stated((ROOT / VERSION_FILE).read_text())}"):
                raise Refused(f"the tag is {asked.tag}, and this is {tag}")
        elif asked.command == "names":
            print("\n".join(public_names()))
        else:
            pythons = None if asked.no_archives else asked.pythons
            day = datetime.datetime.now(datetime.UTC).date().isoformat()
            clone = make(ROOT, asked.version, day, public_names(), dry=asked.dry_run, pythons=pythons)
            where = clone if asked.dry_run else ROOT
            print(*sorted(map(str, (where / "dist").glob("*"))), sep="\n")
            if asked.dry_run:
                print(f"release: {asked.version} could be released; nothing was changed here (look into {clone})")
            else:
                print(f"release: {asked.version} is committed and tagged. To publish it:")
                print(f"    git push --atomic origin main v{asked.version}")
    except Refused as refused:
        sys.exit(f"release: {refused}")


if __name__ == "__main__":
    main()

"""A release: what is looked at, what is written, and that nothing changes where it is refused or only tried."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from scripts import release

ROOT = Path(__file__).parents[1]
NAMES = ["netlynx.connect"]
CHANGES = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [0.1.0] - 2020-01-01\n\n- The first.\n"


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project on main, whose last release was 0.1.0."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "checkout"
    package = root / "src" / "netlynx"
    package.mkdir(parents=True)
    (root / "tests").mkdir()
    (root / "tests" / "public_names.txt").write_text("")
    (package / "_version.py").write_text('"""The version."""\n\n__version__ = "0.1.0"\n')
    (root / "CHANGELOG.md").write_text(CHANGES)
    (root / ".gitignore").write_text("build/\n")
    git(root, "init", "--quiet", "--initial-branch", "main")
    git(root, "config", "user.name", "Somebody")
    git(root, "config", "user.email", "somebody@example.org")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Begin")
    git(root, "tag", "v0.1.0")
    return root


def make(checkout: Path, version: str, *, dry: bool = False) -> Path:
    clone: Path = release.make(checkout, version, "2021-02-03", NAMES, dry=dry, pythons=None)
    return clone


def test_a_release_is_a_commit_and_a_tag_with_version_changelog_and_names(checkout: Path) -> None:
    make(checkout, "0.2.0")
    assert git(checkout, "log", "-1", "--format=%s") == "Release 0.2.0"
    assert git(checkout, "rev-parse", "v0.2.0^{commit}") == git(checkout, "rev-parse", "HEAD")
    assert git(checkout, "for-each-ref", "--format=%(contents)", "refs/tags/v0.2.0").splitlines() == [
        "netlynx 0.2.0",
        "",
        "### Added",
        "",
        "- A thing.",
    ]
    assert (checkout / "src/netlynx/_version.py").read_text() == '"""The version."""\n\n__version__ = "0.2.0"\n'
    assert (checkout / "tests/public_names.txt").read_text() == "netlynx.connect\n"
    changelog = (checkout / "CHANGELOG.md").read_text()
    assert re.findall(r"^## (.*)$", changelog, re.M) == ["[Unreleased]", "[0.2.0] - 2021-02-03", "[0.1.0] - 2020-01-01"]
    assert release.notes(changelog, "Unreleased") == ""
    assert release.notes(changelog, "0.2.0") == "### Added\n\n- A thing."
    assert git(checkout, "status", "--porcelain") == ""


def test_a_trial_changes_nothing_but_the_clone(checkout: Path) -> None:
    before = git(checkout, "for-each-ref")
    clone = make(checkout, "0.2.0", dry=True)
    assert git(checkout, "for-each-ref") == before
    assert git(checkout, "status", "--porcelain") == ""
    assert git(clone, "log", "-1", "--format=%s") == "Release 0.2.0"
    make(checkout, "0.2.0")  # the clone that is there is no hindrance


def test_the_checkout_gets_the_archives_when_all_of_it_held(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def archives(clone: Path, tools: Path, pythons: str) -> None:
        assert tools == checkout / ".venv" / "bin"
        assert git(clone, "describe") == "v0.2.0"  # they are built of what is tagged
        (clone / "dist").mkdir()
        (clone / "dist" / "netlynx-0.2.0.tar.gz").write_text(pythons)

    monkeypatch.setattr(release, "archives", archives)
    (checkout / "dist").mkdir()
    (checkout / "dist" / "netlynx-0.1.0.tar.gz").write_text("an older one")
    (checkout / ".git" / "info" / "exclude").write_text("dist/\n")
    release.make(checkout, "0.2.0", "2021-02-03", NAMES, dry=True, pythons="python3")
    assert [each.name for each in (checkout / "dist").iterdir()] == ["netlynx-0.1.0.tar.gz"]
    release.make(checkout, "0.2.0", "2021-02-03", NAMES, dry=False, pythons="python3")
    assert [each.read_text() for each in (checkout / "dist").iterdir()] == ["python3"]


def test_archives_that_do_not_hold_leave_the_checkout_as_it_was(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def archives(clone: Path, tools: Path, pythons: str) -> None:
        release.run(clone, "false")

    monkeypatch.setattr(release, "archives", archives)
    before = git(checkout, "for-each-ref")
    with pytest.raises(release.Refused, match="false ended with status 1"):
        release.make(checkout, "0.2.0", "2021-02-03", NAMES, dry=False, pythons="")
    assert git(checkout, "for-each-ref") == before


def dirty(checkout: Path) -> None:
    (checkout / "new.txt").write_text("not yet")


def elsewhere(checkout: Path) -> None:
    git(checkout, "checkout", "--quiet", "-b", "work")


def silent(checkout: Path) -> None:
    (checkout / "CHANGELOG.md").write_text(CHANGES.replace("- A thing.\n", ""))
    git(checkout, "commit", "--quiet", "--all", "--message", "Say nothing")


def nothing(checkout: Path) -> None:
    pass


REFUSALS = {
    "changes that are not committed": (dirty, "0.2.0", "not committed"),
    "another branch": (elsewhere, "0.2.0", "made of main, and this is work"),
    "an empty changelog": (silent, "0.2.0", "says nothing under"),
    "a version that is there": (nothing, "0.1.0", "there is a tag v0.1.0"),
    "an earlier version": (nothing, "0.0.9", "which is later than 0.0.9"),
    "a candidate of what is there": (nothing, "0.1.0rc1", "which is later than 0.1.0rc1"),
    "no version": (nothing, "v0.2", "is no version"),
    "no version at all": (nothing, "", "is no version"),
}


@pytest.mark.parametrize("why", REFUSALS)
def test_what_no_release_is_made_of(checkout: Path, why: str) -> None:
    change, version, words = REFUSALS[why]
    change(checkout)
    before = git(checkout, "for-each-ref")
    with pytest.raises(release.Refused, match=re.escape(words)):
        make(checkout, version)
    assert git(checkout, "for-each-ref") == before


def test_versions_come_in_their_order() -> None:
    row = ["0.1.0a1", "0.1.0b1", "0.1.0rc1", "0.1.0rc2", "0.1.0", "0.1.1", "0.2.0a1", "0.10.0", "1.0.0"]
    assert sorted(set(row), key=release.order) == row


def test_this_changelog_can_be_released() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text()
    changed = release.released(changelog, "999.0.0", "2021-02-03")
    assert release.notes(changed, "999.0.0") == release.notes(changelog, "Unreleased")
    said = re.findall(r"^### (.*)$", changelog, re.M)
    assert set(said) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Known"}


# ------------------------------------------------------------------------------------------- what is published


def test_nothing_is_published_that_was_not_checked_and_nothing_else_may_publish() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())
    jobs = workflow["jobs"]
    assert workflow[True] == {"push": {"tags": ["v[0-9]*"]}}  # `on`, as YAML reads it
    assert set(jobs["publish"]["needs"]) == jobs.keys() - {"publish", "announce"}
    assert jobs["announce"]["needs"] == ["publish"]
    assert workflow["permissions"] == {"contents": "read"}
    may = {name: job.get("permissions") for name, job in jobs.items()}
    assert may["publish"] == {"id-token": "write", "attestations": "write"}
    assert {name for name, allowed in may.items() if allowed} == {"publish", "announce"}


def test_wheels_are_built_of_the_archive_of_sources_that_is_published() -> None:
    """It has the manual pages, which are made and not kept: so have they."""
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())["jobs"]
    assert "make build" in [step.get("run") for step in jobs["sdist"]["steps"]]
    assert jobs["wheels"]["needs"] == ["sdist"]
    assert [step for step in jobs["wheels"]["steps"] if "dist/*.tar.gz" in step.get("run", "")]


def test_what_comes_before_a_release_is_not_announced_as_one() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())
    run = workflow["jobs"]["announce"]["steps"][-1]["run"]
    choice = next(line for line in run.splitlines() if line.startswith("case"))
    for tag, word in (
        ("v1.2.3", ""),
        ("v1.2.3a1", "--prerelease"),
        ("v1.2.3b2", "--prerelease"),
        ("v1.2.3rc10", "--prerelease"),
    ):
        told = subprocess.run(
            ["sh", "-c", f"{choice}; echo $early"], env={"GITHUB_REF_NAME": tag}, capture_output=True, text=True
        )
        assert told.stdout.strip() == word, tag


def test_what_the_workflow_runs_is_there() -> None:
    workflow = (ROOT / ".github" / "workflows" / "release.yml").read_text()
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M)
    asked = [word for line in re.findall(r"run: make ([^#\n]*)", workflow) for word in line.split()]
    assert asked
    assert [each for each in asked if each not in targets] == []
    commands = set(re.findall(r"scripts/release\.py (\w+)", workflow))
    assert commands == {"tagged", "notes"}

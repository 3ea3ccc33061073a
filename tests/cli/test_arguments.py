"""All commands take their arguments alike, and help says so: names by place or by option, other names, the nearest."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest
import typer

from cli.test_terminal import ASKED, KERNEL, REGISTERED
from cli.test_words import NEEDED, command_of, commands
from command import Run
from netlynx.cli import quick
from netlynx.cli.aliases import OTHERS, meant
from netlynx.cli.app import run_all
from netlynx.cli.quick import CHANGES, LISTINGS

GROUPS = sorted({name.split()[0] for name in REGISTERED if " " in name})
# What takes the name of an interface, and not as the object that is listed or as one of several.
WITHOUT_NAME = {
    "routes": "its place is the address to look up",
    "nexthops": "its place is an ID",
    "nexthop-buckets": "its place is an ID",
    "address-labels": "its place is the address to look up",
    "capture write": "its place is the file",
}


def params(name: str) -> list[Any]:  # Any: of the command-line library
    found: list[Any] = command_of(name).params
    return found


def has(name: str, option: str) -> bool:
    return any(option in each.opts for each in params(name))


def helped(name: str) -> str:
    """The help of a command, made without carrying any out."""
    command, parent = commands(), None
    context = typer.Context(command, info_name="netlynx")
    for word in name.split():
        parent, command = context, command.get_command(context, meant(word))
        context = typer.Context(command, info_name=word, parent=parent)
    return str(command.get_help(context)) + "\n"


def test_help_fits_and_says_of_each_option_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    wrong = []
    for name in [*REGISTERED, *GROUPS, ""]:
        text = helped(name)
        if re.search(r"<\w+>|<list|\bTrue\b|\bFalse\b|\[default|env var", text):
            wrong.append(f"{name}: {text}")
        wrong += [f"{name}: {line}" for line in text.splitlines() if len(line) > 80]
        wrong += [f"{name}: {each.opts} has no help" for each in command_of(name).params if not each.help]
    assert wrong == []


def test_a_kernel_may_be_named_by_the_variable_everywhere() -> None:
    named = [each for name in REGISTERED for each in params(name) if "--kernel" in each.opts]
    assert len(named) > 60
    assert {str(each.envvar) for each in named} == {"NETLYNX_KERNEL"}


WITHOUT_KERNEL = ("netns list", "fleet hosts", "fleet sql")  # which ask none over netlink


def test_no_flag_has_a_second_spelling() -> None:
    assert [(name, each.opts) for name in REGISTERED for each in params(name) if each.secondary_opts] == []


def test_what_lists_has_all_options_of_listings() -> None:
    tables = [name for name in REGISTERED if has(name, "--wide")]
    assert len(tables) > 45
    for name in tables:
        assert has(name, "--lines"), name
        assert has(name, "--json") or name in ("ynl", "top"), name  # rounds are no array: there is no last one
        assert has(name, "--kernel") or name in ("netns list", "fleet hosts", "fleet sql"), (
            name
        )  # which ask none over netlink


def test_an_interface_is_given_by_its_place_or_by_its_option(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever there is `--dev`, its name may stand alone; both are one too many."""
    monkeypatch.setattr("typer.main.get_command", lambda app: commands())  # made once
    found = [name for name in REGISTERED if has(name, "--dev")]
    assert {"links", "addresses", "qdiscs", "ethtool", "wireguard", "dcb", "hooks", "impair", "bridge vlan"} <= {*found}
    for name in found:
        places = [each.metavar for each in params(name) if each.param_type_name == "argument"]
        assert (places[:1] == ["NAME"]) is (name not in WITHOUT_NAME), name
        if name not in WITHOUT_NAME:
            more = [] if name != "impair" else NEEDED[name][1:]
            assert run_all([*name.split(), "x", "--dev", "x", *more, *KERNEL]) == 2, name
            assert "NAME and --dev say the same" in capsys.readouterr().err, name


@pytest.mark.parametrize("words", [["ethtool", "{}"], ["wireguard", "{}"], ["dcb", "{}"]])
def test_place_and_option_list_the_same(words: list[str], run: Run) -> None:
    by_place = run(*(word.format("x") for word in words), *KERNEL).stdout
    by_option = run(*(word for word in words if word != "{}"), "--dev", "x", *KERNEL).stdout
    assert by_place == by_option != ""


def test_other_names_mean_commands_and_nothing_else() -> None:
    others = [other for each in OTHERS.values() for other in each]
    assert len(others) == len({*others})
    assert {*OTHERS} <= {*REGISTERED}
    assert not {*others} & {*REGISTERED, *GROUPS}
    for name in (*LISTINGS, *CHANGES):
        assert meant(name) == name
    for listing in LISTINGS:
        assert any(len(other) == 1 for other in OTHERS[listing]) or listing == "rules"


def test_other_names_are_said_in_help_and_are_in_no_list() -> None:
    for name, others in OTHERS.items():
        assert f"Also called: {', '.join(others)}." in helped(name)
        assert f"Also called: {', '.join(others)}." in helped(others[-1])
    listed = re.findall(r"^  (\S+)", helped(""), re.MULTILINE)
    assert not {*listed} & {other for each in OTHERS.values() for other in each}


def test_other_names_list_the_same_whichever_way(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("n", *KERNEL).stdout == run("neighbours", *KERNEL).stdout  # by the whole command line
    assert run("rule", "--json").stdout == run("rules", "--json").stdout  # by the quick way
    asked: list[str] = []
    monkeypatch.setattr(quick, "_command", lambda name: asked.append(name) or sys.exit)
    monkeypatch.setattr(quick, "understood", lambda command, words: None)
    for name in LISTINGS:
        for other in OTHERS[name]:
            assert quick.run([other]) is None
            assert asked.pop() == name


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("lin", "did you mean links"),
        ("rou", "did you mean routes"),
        ("mon", "did you mean monitor"),
        ("adresses", "did you mean addresses"),
        ("neihg", "did you mean neighbours"),
        ("qdsic", "did you mean qdiscs"),
        ("zzz", "there is no command 'zzz'"),
        ("bridge vla", "did you mean vlan"),
        ("nft mon", "did you mean monitor"),
    ],
)
def test_what_is_no_command_names_the_nearest(word: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The beginning of a name is none: another command may begin like it tomorrow."""
    assert run_all(word.split()) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


def test_every_command_of_the_table_is_registered() -> None:
    assert {*ASKED} == {*REGISTERED}
    assert commands() is not None

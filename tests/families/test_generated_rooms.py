"""The rooms of `netlynx.families`: as their specs make them, served and asked in every operation, keys hidden."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import netlynx
from facts.book import ABSENT, FOLDER
from netlynx import families, generate, generic, ynl
from netlynx.families import cifs, drbd, ovpn, psp, smbd, team
from netlynx.generic import Family
from netlynx.kernel import VirtualKernel
from netlynx.schema import Kind
from netlynx.schema.kinds import Code, Option
from support import PATIENCE

HERE = Path(families.__file__).parent
NAMES = sorted(
    each.name for each in pkgutil.iter_modules(families.__path__) if [*(HERE / each.name).glob("generated*")]
)
SPECS = {"dev_energymodel": "dev-energymodel", "sunrpc": "sunrpc_cache"}

BY_HAND = ("cifs", "drbd", "ncsi", "nfc", "pmcraid", "reg_event", "smbd", "tcm_user")  # which have no spec


def family_of(name: str) -> Any:
    room = importlib.import_module(f"netlynx.families.{name}")
    (found,) = (
        each
        for each in vars(room).values()
        if isinstance(each, type) and issubclass(each, Family) and each is not Family
    )
    return found


@pytest.mark.skipif(bool(ABSENT), reason=ABSENT)
@pytest.mark.parametrize("name", NAMES)
def test_they_are_what_their_specs_make_now(name: str) -> None:
    """Who changes the generator writes them anew: `netlynx family generate` with --facts."""
    spec = ynl.load(FOLDER / "specs" / f"{SPECS.get(name, name)}.yaml")
    assert str(generate.write(generate.room(spec, width=120, facts=True), HERE / name, dry=True)) == ""


@pytest.mark.parametrize("name", [*NAMES, *BY_HAND])
def test_each_is_served_and_known_by_name(name: str) -> None:
    family = family_of(name)
    kernel = VirtualKernel()
    kernel.family(family)
    with netlynx.connect(kernel=kernel, timeout=PATIENCE) as nl:
        told = nl.do(generic.family(family.__family__.name))
        assert {each.id for each in told.operations} == {
            int(each.number) for each in family.__family__.commands.values()
        }


def test_a_team_says_each_of_its_options() -> None:
    kernel = VirtualKernel()
    served = kernel.family(team.Team)
    options = (team.AttrOption(name="mode", type=3, data=b"loadbalance\0"), team.AttrOption(name="count", type=0))

    @served.handles(team.Team.get_options)
    def answer(request: Any) -> team.TeamRecord:
        return team.TeamRecord(team_ifindex=request.record.team_ifindex, list_option=team.ItemOption(option=options))

    with netlynx.connect(kernel=kernel, timeout=PATIENCE) as nl:
        told = nl.do(team.get_options(team_ifindex=7))
    assert [each.name for each in told.list_option.option] == ["mode", "count"]


def filled(cls: Any) -> Any:
    """A record with a value in each field that has an attribute of its own."""
    values = {name: value(each.kind) for name, each in cls.__declarations__.items() if each.role != "constant"}
    return cls(**{name: each for name, each in values.items() if each is not None})


def value(kind: Kind | None) -> Any:
    if kind is None:
        return 1
    if kind.options & Option.MULTI or kind.code in (Code.ARRAY, Code.INDEXED):
        assert kind.item is not None
        return (value(kind.item),) * (kind.width // kind.item.width if kind.width and kind.item.width else 1)
    if kind.target is not None:
        return filled(kind.target())
    if kind.code is Code.INTEGER:
        return 1 if kind.values is None or kind.values is bool else max(kind.values.__members__.values())
    return {Code.FLAG: True, Code.STRING: "x", Code.BINARY: b"\1" * (kind.width or 3)}[kind.code]


@pytest.mark.parametrize("name", BY_HAND)
def test_what_is_asked_answered_and_told_arrives_as_it_was_said(name: str) -> None:
    """Every operation and every event of the rooms that no spec made."""
    declared = family_of(name).__family__
    kernel = VirtualKernel()
    served = kernel.family(family_of(name))
    with netlynx.connect(kernel=kernel, timeout=PATIENCE) as nl:
        for command in declared.commands.values():
            asked, told = (cls and filled(cls) for cls in (command.request, command.reply))
            dumped = command.verb == "dump"
            seen = []

            def answer(request: Any, told: Any = told, seen: Any = seen, dumped: bool = dumped) -> Any:
                seen.append(request.record)
                return iter((told,)) if dumped else told

            served.handles(command)(answer)
            made = command() if asked is None else command(asked)
            assert (nl.dump(made).all() if dumped else nl.do(made)) == ([told] if dumped else told), command.name
            assert seen == [asked], command.name
        for kind, group in declared.events.items():
            (cls,) = (record for _, record in group.commands.values())
            with nl.subscribe(group) as events:
                getattr(served, kind)(filled(cls))
                heard = events.get(timeout=PATIENCE)
            assert isinstance(heard, netlynx.Event)
            assert (heard.kind, heard.record) == (kind, filled(cls))


def test_keys_are_in_no_error() -> None:
    half = ovpn.Keydir(cipher_key=b"\x55" * 32, nonce_tail=b"\x66" * 8)
    asked = str(ovpn.new_key(keyconf=ovpn.Keyconf(peer_id=1, encrypt_dir=half)))
    assert "hidden" in asked
    assert "UUUU" not in asked
    assert "fff" not in asked
    assert psp.Keys.__declarations__["key"].secret
    for record in (
        cifs.Registration(password="hunter2"),
        drbd.NetOptions(shared_secret="hunter2"),
        smbd.LoginResponse(hash=b"hunter2" + bytes(11)),
        smbd.SpnegoResponse(payload=b"hunter2"),
    ):
        assert "hidden" in str(record)
        assert "hunter2" not in str(record)


def test_none_is_loaded_before_it_is_used() -> None:
    program = "import sys, netlynx; import netlynx.generic; print([n for n in sys.modules if 'families.' in n])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

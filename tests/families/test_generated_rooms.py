"""The rooms of `netlynx.families`: as their specs make them, served and asked, keys hidden."""

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
from netlynx.families import ovpn, ovs_datapath, ovs_vport, psp, team
from netlynx.generic import Family
from netlynx.kernel import VirtualKernel
from support import PATIENCE

HERE = Path(families.__file__).parent
NAMES = sorted(
    each.name for each in pkgutil.iter_modules(families.__path__) if [*(HERE / each.name).glob("generated*")]
)
SPECS = {"dev_energymodel": "dev-energymodel", "sunrpc": "sunrpc_cache"}


def family_of(name: str) -> Any:
    room = importlib.import_module(f"netlynx.families.{name}")
    (found,) = (
        each
        for each in vars(room).values()
        if isinstance(each, type) and issubclass(each, Family) and each is not Family
    )
    return found


def test_there_are_as_many_as_the_page_says() -> None:
    assert len(NAMES) == 16


@pytest.mark.skipif(bool(ABSENT), reason=ABSENT)
@pytest.mark.parametrize("name", NAMES)
def test_they_are_what_their_specs_make_now(name: str) -> None:
    """Who changes the generator writes them anew: `netlynx family generate` with --facts."""
    spec = ynl.load(FOLDER / "specs" / f"{SPECS.get(name, name)}.yaml")
    assert str(generate.write(generate.room(spec, width=120, facts=True), HERE / name, dry=True)) == ""


@pytest.mark.parametrize("name", NAMES)
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


def test_a_datapath_has_its_own_header() -> None:
    kernel = VirtualKernel()
    served = kernel.family(ovs_vport.OvsVport)

    @served.handles(ovs_vport.OvsVport.list_all)
    def rows(request: Any) -> Any:
        yield ovs_vport.Vport(dp_ifindex=request.record.dp_ifindex, name="p0", type="netdev", port_no=1)

    with netlynx.connect(kernel=kernel, timeout=PATIENCE) as nl:
        (seen,) = nl.dump(ovs_vport.list_all(ovs_vport.GetRequest(dp_ifindex=5)))
    assert (seen.dp_ifindex, seen.name, seen.type) == (5, "p0", ovs_vport.VportType.NETDEV)
    assert ovs_datapath.new(ovs_datapath.NewRequest(name="d", upcall_pid=0)).payload[:8] == bytes(
        [1, 2, 0, 0, 0, 0, 0, 0]
    )


def test_keys_are_in_no_error() -> None:
    half = ovpn.Keydir(cipher_key=b"\x55" * 32, nonce_tail=b"\x66" * 8)
    asked = str(ovpn.new_key(keyconf=ovpn.Keyconf(peer_id=1, encrypt_dir=half)))
    assert "hidden" in asked
    assert "UUUU" not in asked
    assert "fff" not in asked
    assert psp.Keys.__declarations__["key"].secret


def test_none_is_loaded_before_it_is_used() -> None:
    program = "import sys, netlynx; import netlynx.generic; print([n for n in sys.modules if 'families.' in n])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

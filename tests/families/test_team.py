"""Options and ports of a team on a virtual kernel: values as they are meant, both ways, in answers of several parts."""

from __future__ import annotations

import errno
import struct
from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.families import team
from netlynx.families.team import AttrOption, AttrPort, ItemOption, ItemPort, OptionsGetRequest, TeamRecord
from netlynx.generic import Family, do, event, parts
from netlynx.kernel import VirtualKernel
from support import PATIENCE

TOLD = (
    AttrOption(name="mode", type=5, data=b"loadbalance\0"),
    AttrOption(name="notify_peers_count", type=3, data=struct.pack("=I", 1 << 31)),
    AttrOption(name="enabled", type=6, data=b"", port_ifindex=4, changed=True),
    AttrOption(name="enabled", type=6, port_ifindex=5),
    AttrOption(name="priority", type=14, data=struct.pack("=i", -7), port_ifindex=4),
    AttrOption(name="bpf_hash_func", type=11, data=b""),
    AttrOption(name="lb_tx_hash_to_port_mapping", type=3, data=struct.pack("=I", 5), array_index=255),
    AttrOption(name="gone", type=3, data=bytes(4), removed=True),
    AttrOption(name="of another kernel", type=99, data=b"xy"),
)
MEANT = {
    ("mode", None, None): "loadbalance",
    ("notify_peers_count", None, None): 1 << 31,
    ("enabled", 4, None): True,
    ("enabled", 5, None): False,
    ("priority", 4, None): -7,
    ("bpf_hash_func", None, None): b"",
    ("lb_tx_hash_to_port_mapping", None, 255): 5,
    ("gone", None, None): 0,
    ("of another kernel", None, None): b"xy",
}


class Teams(Family, name="team", version=1):
    """What the kernel has, as it answers."""

    set = do(1, request=team.OptionsSetRequest, privileged=True)
    options = parts(2, request=OptionsGetRequest, reply=TeamRecord, privileged=True)
    ports = parts(3, request=OptionsGetRequest, reply=TeamRecord, privileged=True)
    changed = event(2, TeamRecord, group="change_event")
    ports_changed = event(3, TeamRecord, group="change_event")


@pytest.fixture
def asked() -> list[AttrOption]:
    return []


@pytest.fixture
def deaf() -> list[bool]:
    """Something where nobody listens to the group: the kernel sets an option then, and answers ESRCH."""
    return []


@pytest.fixture
def kernel() -> VirtualKernel:
    return VirtualKernel()


@pytest.fixture(autouse=True)
def served(kernel: VirtualKernel, asked: list[AttrOption], deaf: list[bool]) -> Any:
    served = kernel.family(Teams)

    @served.handles(Teams.options)
    def options(request: Any) -> Iterator[TeamRecord]:
        for at in range(0, len(TOLD), 4):
            yield TeamRecord(team_ifindex=7, list_option=ItemOption(option=TOLD[at : at + 4]))

    @served.handles(Teams.ports)
    def ports(request: Any) -> Iterator[TeamRecord]:
        yield TeamRecord(team_ifindex=7, list_port=ItemPort(port=(AttrPort(ifindex=4, linkup=True, speed=10000),)))

    @served.handles(Teams.set)
    def change(request: Any) -> None:
        (option,) = request.record.list_option.option
        asked.append(option)
        if deaf:
            raise netlynx.NotFound(errno.ESRCH)

    return served


@pytest.fixture
def nl(kernel: VirtualKernel) -> Iterator[netlynx.Connection]:
    with netlynx.connect(kernel=kernel, timeout=PATIENCE) as nl:
        yield nl


def test_options_have_values_as_they_are_meant(nl: netlynx.Connection) -> None:
    told = nl.do(team.options(7))
    assert {(each.name, each.port, each.index): each.value for each in told} == MEANT
    assert [each.name for each in told if each.changed] == ["enabled"]
    assert [each.name for each in told if each.removed] == ["gone"]
    assert told[0].type is team.OptionType.STRING
    assert told[-1].type == 99
    assert str(told[0]) == "Option(name='mode', value='loadbalance', type=OptionType.STRING)"
    assert nl.do(team.ports(7)) == (AttrPort(ifindex=4, linkup=True, speed=10000),)


@pytest.mark.parametrize(
    ("name", "value", "place", "data"),
    [
        ("mode", "activebackup", {}, b"activebackup\0"),
        ("notify_peers_count", 3, {}, struct.pack("=I", 3)),
        ("enabled", True, {"port": 4}, b""),
        ("enabled", False, {"port": 4}, None),
        ("priority", -1, {"port": 4}, b"\xff" * 4),
        ("bpf_hash_func", b"abc", {}, b"abc"),
        ("lb_tx_hash_to_port_mapping", 4, {"index": 255}, struct.pack("=I", 4)),
    ],
)
def test_an_option_is_set_as_the_type_that_it_has(
    nl: netlynx.Connection, asked: list[AttrOption], name: str, value: Any, place: dict[str, int], data: bytes | None
) -> None:
    nl.do(team.set_option(7, name, value, **place))
    (option,) = asked
    (known,) = {each.type for each in TOLD if each.name == name}
    assert (option.name, option.type, option.data) == (name, known, data)
    assert (option.port_ifindex, option.array_index) == (place.get("port"), place.get("index"))


@pytest.mark.parametrize(
    ("name", "value", "place", "error", "words"),
    [
        ("moed", "x", {}, EncodeError, r"set_option\(name\): the team has no option 'moed'; it has mode, notify_peers"),
        ("gone", 1, {}, EncodeError, "has no option 'gone'"),
        ("mode", 1, {}, EncodeTypeError, r"set_option\(value\): the option takes a text, not 1"),
        ("mode", "x" * 32, {}, EncodeError, r"set_option\(value\): text of 31 bytes"),
        ("mode", "x", {"port": 4}, EncodeError, r"set_option\(port\): mode has no port"),
        ("enabled", True, {}, EncodeError, r"set_option\(port\): the team has it for each port"),
        ("enabled", 1, {"port": 4}, EncodeTypeError, "takes True or False, not 1"),
        ("notify_peers_count", True, {}, EncodeTypeError, "takes a number, not True"),
        ("notify_peers_count", -1, {}, EncodeError, r"-1 is not from 0 to 4294967295"),
        ("priority", 1 << 31, {"port": 4}, EncodeError, r"is not from -2147483648"),
        ("lb_tx_hash_to_port_mapping", 1, {}, EncodeError, r"set_option\(index\): the team has it for each index"),
        ("bpf_hash_func", "x", {}, EncodeTypeError, "takes bytes"),
    ],
)
def test_what_a_team_would_not_take_is_said_in_words(
    nl: netlynx.Connection, asked: list[AttrOption], name: str, value: Any, place: Any, error: Any, words: str
) -> None:
    with pytest.raises(error, match=words):
        nl.do(team.set_option(7, name, value, **place))
    assert asked == []


def test_that_nobody_listens_is_no_error_where_it_is_set(nl: netlynx.Connection, deaf: list[bool]) -> None:
    deaf.append(True)
    nl.do(team.set_option(7, "mode", "loadbalance"))
    with pytest.raises(netlynx.NotFound):
        nl.do(team.set_option(7, "mode", "broadcast"))


def test_changes_are_heard(served: Any, nl: netlynx.Connection) -> None:
    with nl.subscribe(team.EVENTS) as events:
        served.changed(TeamRecord(team_ifindex=7, list_option=ItemOption(option=TOLD[:1])))
        event = events.get(timeout=PATIENCE)
    assert event.kind == "options_changed"
    assert [each.value for each in team.options_of(event.record)] == ["loadbalance"]
    assert team.ports_of(event.record) == ()

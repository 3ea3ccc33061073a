"""A value may be a member, its number, its name or its label: what is asked is the same, whatever function asks it."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from enum import IntEnum, IntFlag
from importlib import import_module
from typing import Any

import pytest

import netlynx
from netlynx import ethtool, firewall, netdev
from netlynx.engine.operation import Do, Group
from netlynx.netfilter import conntrack, log, queue
from netlynx.netfilter.conntrack import Expectation, Flow, TcpInfo, TcpState, Tuple
from netlynx.netfilter.conntrack import TransportProtocol as P
from netlynx.netfilter.log import LogCopy, LogFlags
from netlynx.netfilter.queue import CopyMode, QueueFlags
from netlynx.schema.arguments import flags_of, member_of, number_of
from netlynx.schema.kinds import Code
from netlynx.schema.record import class_of
from test_filters import spellings
from test_nothing_is_lost import MASK, VERBS, WEB, outcome, two_values

# Functions with an argument that is one of an enumeration, or flags: what else they take, and a value for it.
ARGUMENTS: dict[tuple[str, str], tuple[Callable[..., Any], dict[str, Any], Any]] = {
    ("queue.packets", "copy"): (queue.packets, {"queue": 5}, CopyMode.META),
    ("queue.packets", "flags"): (queue.packets, {"queue": 5}, QueueFlags.UID_GID),
    ("queue.configure", "copy"): (queue.configure, {"queue": 5}, CopyMode.META),
    ("queue.configure", "flags"): (queue.configure, {"queue": 5}, QueueFlags.FAIL_OPEN),
    ("log.packets", "copy"): (log.packets, {"group": 5}, LogCopy.META),
    ("log.packets", "flags"): (log.packets, {"group": 5}, LogFlags.SEQ_GLOBAL),
    ("log.configure", "copy"): (log.configure, {"group": 5}, LogCopy.META),
    ("log.configure", "flags"): (log.configure, {"group": 5}, LogFlags.SEQ_GLOBAL),
    ("firewall.packets", "copy"): (firewall.packets, {}, firewall.Copy.META),
    ("firewall.mode", "copy"): (firewall.mode, {}, firewall.Copy.META),
    ("conntrack.flush", "family"): (conntrack.flush, {}, netlynx.netfilter.NetfilterFamily.IPV6),
    ("conntrack.flush", "status"): (conntrack.flush, {}, conntrack.FlowStatus.SEEN_REPLY),
    ("netdev.queue", "type"): (netdev.queue, {"index": 1, "id": 0}, netdev.QueueType.TX),
    ("netdev.set_napi", "threaded"): (netdev.set_napi, {"id": 1}, netdev.Threaded.ENABLED),
    ("ethtool.pause", "request_flags"): (ethtool.pause, {"device": "v0"}, ethtool.RequestFlags.STATS),
}


def asked(made: Do[Any] | Group[Any]) -> list[bytes]:
    return [each.payload for each in (made.begin if isinstance(made, Group) else (made,))]


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS)
def test_an_argument_has_any_of_its_spellings(name: str, argument: str) -> None:
    function, beside, value = ARGUMENTS[name, argument]
    meant = asked(function(**beside, **{argument: value}))
    for spelled in spellings(value):
        assert asked(function(**beside, **{argument: spelled})) == meant, spelled
    with pytest.raises(netlynx.EncodeError, match=argument):
        function(**beside, **{argument: "no-such"})


def test_the_table_has_every_such_argument() -> None:
    rooms = {"queue": queue, "log": log, "firewall": firewall, "conntrack": conntrack}
    for room, module in rooms.items():
        for name, each in vars(module).items():
            if not inspect.isfunction(each) or name.startswith("_") or each.__module__ != module.__name__:
                continue
            for argument, hint in typing.get_type_hints(each, vars(import_module(each.__module__))).items():
                kinds = [one for one in typing.get_args(hint) if inspect.isclass(one)]
                if any(issubclass(one, (IntEnum, IntFlag)) for one in kinds) and "Dump" not in str(hint):
                    listed = argument == "return" or f"{room}.{name}" in ("conntrack.flows",)  # in test_filters
                    assert listed or (f"{room}.{name}", argument) in ARGUMENTS, f"{room}.{name}({argument})"


FIELDS = [
    (name, field)
    for name, (_, base, _) in VERBS.items()
    for field, declaration in class_of(base).__declarations__.items()
    if declaration.kind is not None
    and declaration.kind.code is Code.INTEGER
    and declaration.kind.values not in (None, bool)
]


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_a_field_has_any_of_its_spellings(name: str, field: str) -> None:
    """What a function makes of a record does not depend on how its values are spelled."""
    verb, base, there = VERBS[name]
    for value in two_values(class_of(base), field):
        meant = outcome(lambda value=value: verb(base.replace(**{field: value})), there)
        for spelled in spellings(value):
            if isinstance(value, IntFlag) and "," in str(spelled):
                continue  # a label of several is not a name
            found = outcome(lambda spelled=spelled: verb(base.replace(**{field: spelled})), there)
            assert found == meant, spelled


@pytest.mark.parametrize("spelled", spellings(P.TCP))
def test_a_protocol_has_any_of_its_spellings(spelled: Any) -> None:
    """It says which fields a tuple has to have, and which connection a state is of."""
    meant, given = WEB, WEB.replace(protocol=spelled)
    state = TcpInfo(state=TcpState.CLOSE)
    for make in (
        lambda each: conntrack.add(Flow(original=each, timeout=1, tcp=state)),
        lambda each: conntrack.change(Flow(original=each, tcp=state)),
        lambda each: conntrack.delete(Flow(original=each)),
        conntrack.flow,
        lambda each: conntrack.flows(family="inet", original=each),
        lambda each: conntrack.flush(family="inet", original=each),
        lambda each: conntrack.add(Expectation(master=each, expected=each, mask=MASK)),
    ):
        assert make(given).payload == make(meant).payload
    with pytest.raises(netlynx.EncodeError, match="connections of TCP have no icmp_id"):
        conntrack.flows(original=Tuple(protocol=spelled, icmp_id=1))


ENUMERATIONS = [CopyMode, LogCopy, P, netlynx.route.AddressFamily, netlynx.route.BondMode]
FLAG_SETS = [QueueFlags, LogFlags, conntrack.FlowStatus, netlynx.route.LinkFlags]


@pytest.mark.parametrize("values", ENUMERATIONS)
def test_every_member_is_known_by_all_its_names(values: Any) -> None:
    for member in values:
        for spelled in spellings(member):
            assert member_of(values, spelled, "here") is member
            assert number_of(values, spelled, "here") is member
    with pytest.raises(netlynx.EncodeTypeError, match="here: expected one of"):
        member_of(values, 1.5, "here")


@pytest.mark.parametrize("values", FLAG_SETS)
def test_every_flag_is_known_by_all_its_names(values: Any) -> None:
    for member in values:
        for spelled in spellings(member):
            assert flags_of(values, spelled, "here") == member
    both = sorted(values)[:2]
    assert flags_of(values, [both[0].name.lower(), int(both[1])], "here") == both[0] | both[1]

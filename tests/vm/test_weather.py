"""A module generated from a declared family, in a kernel of its own: what it does is in `weather/`."""

from __future__ import annotations

import dataclasses
import errno
import importlib
import os
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

import netlynx
from netlynx import Connection, generic
from netlynx.schema import Bitfield32
from support import PATIENCE
from vm.conftest import KernelLog, command, loaded

pytestmark = pytest.mark.guest

STATIONS = 1000
NOBODY = 65534


@pytest.fixture(scope="module")
def declaration() -> Iterator[Any]:
    with loaded("weather", "interval=100"):
        yield importlib.import_module("weather")


@pytest.fixture
def weather(declaration: Any) -> Any:
    return declaration.Weather


@pytest.fixture
def nl(declaration: Any) -> Iterator[Connection]:
    with netlynx.connect(timeout=PATIENCE) as nl:
        yield nl


def refused(nl: Connection, operation: Any) -> netlynx.NetlinkError:
    with pytest.raises(netlynx.NetlinkError) as error:
        nl.dump(operation).all() if isinstance(operation, netlynx.Dump) else nl.do(operation)
    return error.value


# ------------------------------------------------------------------------------------------- as declared


def test_the_kernel_knows_the_family_as_it_was_declared(nl: Connection, weather: Any) -> None:
    family = nl.do(generic.family("weather"))
    flags = generic.OperationFlags
    assert (family.version, family.header_size) == (2, 0)
    assert [group.name for group in family.groups] == ["changes"]
    assert {each.id: each.flags for each in family.operations} == {
        1: flags.CMD_CAP_DO | flags.CMD_CAP_DUMP | flags.CMD_CAP_HASPOL,
        2: flags.CMD_CAP_DO | flags.CMD_CAP_HASPOL | flags.ADMIN_PERM,
        3: flags.CMD_CAP_DO | flags.CMD_CAP_HASPOL,
        4: flags.CMD_CAP_DO | flags.CMD_CAP_HASPOL,
    }


def test_its_policies_are_those_that_the_kinds_of_the_fields_mean(nl: Connection, weather: Any) -> None:
    policy = nl.do(generic.policy("weather"))
    spec = weather.spec()
    for each in spec.commands:
        if each.do is None or not each.do.request:
            continue
        known = policy.of(each.number)
        # Of integers in network byte order a kernel tells nothing.
        told = [attribute for attribute in spec.set(each.do.request).attributes if attribute.type != "be16"]
        assert known.keys() == {attribute.number for attribute in told}
        for attribute in told:
            check_policy(attribute, known[attribute.number])
            if attribute.nested:
                inside = policy.inside(known[attribute.number])
                assert inside.keys() == {nested.number for nested in spec.set(attribute.nested).attributes}


def check_policy(declared: generic.AttributeSpec, known: generic.AttributePolicy) -> None:
    assert known.type is not None
    assert known.type.name.lower().replace("_", "-") == declared.type
    if declared.minimum is not None:
        assert known.minimum == declared.minimum
    if declared.maximum is not None:
        assert known.maximum == declared.maximum
    if declared.mask is not None:
        assert (known.mask if known.bitfield_mask is None else known.bitfield_mask) == declared.mask
    if declared.min_length and declared.max_length:  # a kernel tells no lower end alone
        assert known.min_length == declared.min_length
    if declared.max_length is not None:
        assert known.max_length == declared.max_length


# ------------------------------------------------------------------------------------------- operations


def test_a_do_that_answers(nl: Connection, weather: Any, declaration: Any) -> None:
    report = nl.do(weather.get(station="s401"))
    assert report == weather.Report(
        station="s401",
        temperature=401,
        sky=declaration.Sky.RAIN,
        place=declaration.Place(latitude=520000000, longitude=-130000000, height=-3, tail=report.place.tail),
        readings=(
            declaration.Reading(at=1700000000, value=400),
            declaration.Reading(at=3400000000, value=399),
        ),
        alert=True,
    )


def test_a_dump_in_many_datagrams(nl: Connection, weather: Any) -> None:
    reports = nl.dump(weather.all()).all()
    assert [report.station for report in reports] == [f"s{number}" for number in range(STATIONS)]


def test_a_dump_that_skips_rows(nl: Connection, weather: Any) -> None:
    reports = nl.dump(weather.all(temperature=77)).all()
    assert [report.station for report in reports] == ["s77", "s577"]


def test_a_do_that_changes_and_tells(nl: Connection, weather: Any, declaration: Any) -> None:
    with nl.subscribe(weather.changed) as events:
        nl.do(weather.set(station="s1", temperature=-123, sky=declaration.Sky.CLEAR))
        event = next(event for event in events if event.record.station != "timer")
    assert event.kind == "changed"
    assert event.record == weather.Report(station="s1", temperature=-123, sky=declaration.Sky.CLEAR)
    assert nl.do(weather.get(station="s1")).temperature == -123


def test_the_multicast_of_the_timer_arrives_unasked(nl: Connection, weather: Any) -> None:
    with nl.subscribe(weather.changed) as events:
        first, second = events.get(timeout=PATIENCE), events.get(timeout=PATIENCE)
    assert first.record.station == second.record.station == "timer"
    assert second.record.temperature == first.record.temperature + 1


def everything(declaration: Any, **values: Any) -> dict[str, Any]:
    return {
        "small": 200,
        "port": 8080,
        "far": 100000,
        "cookie": 0x0102030405060708,
        "auto": 2**40,
        "signed": -(2**40),
        "deep": -100000,
        "tiny": -128,
        "hazards": declaration.Hazard.WIND | declaration.Hazard.ICE,
        "bits": 0x90,
        "switches": Bitfield32(value=5, selector=7),
        "yes": True,
        "blob": bytes(range(64)),
        "address": "2001:db8::1",
        "gateway": "192.0.2.1",
        "hardware": "02:00:00:00:00:01",
        "names": ("one",),
        "reading": declaration.Reading(at=2**60, value=-5),
        "default": 4094,
        "flagged": True,
        "low": 2**63,
        **values,
    }


def test_every_kind_goes_there_and_back(nl: Connection, weather: Any, declaration: Any, kernel_log: KernelLog) -> None:
    sent = weather.Everything(**everything(declaration))
    assert nl.do(weather.echo(sent)) == sent
    assert "weather: a reading of -5" in kernel_log.lines()


def test_integers_of_either_size(nl: Connection, weather: Any) -> None:
    for value in (0, 2**32 - 1, 2**32, 2**64 - 1):
        assert nl.do(weather.echo(auto=value)).auto == value
    for value in (0, -1, 2**31 - 1, -(2**31), 2**31, -(2**63)):
        assert nl.do(weather.echo(signed=value)).signed == value


def test_a_do_without_attributes(nl: Connection, weather: Any, kernel_log: KernelLog) -> None:
    assert nl.do(weather.forget()) is None
    assert "weather: all is forgotten" in kernel_log.lines()


# ------------------------------------------------------------------------------------------- refusals


@dataclasses.dataclass
class Violation:
    values: dict[str, Any]
    attribute: str
    policy: str = ""
    errno: int = errno.ERANGE


VIOLATIONS = [
    Violation({"far": 0}, "Everything.far", "u32 from 1 to 100000"),
    Violation({"far": 100001}, "Everything.far", "u32 from 1 to 100000"),
    Violation({"deep": -100001}, "Everything.deep", "s64 from -100000 to 5"),
    Violation({"deep": 6}, "Everything.deep", "s64 from -100000 to 5"),
    Violation({"hazards": 8}, "Everything.hazards", "", errno.EINVAL),
    Violation({"bits": 0xFF}, "Everything.bits", "", errno.EINVAL),
    Violation({"default": 4095}, "Everything.default", "u16 from 1 to 4094"),
    Violation({"low": 4}, "Everything.low", "u64 from 5 to 18446744073709551615"),
]


@pytest.mark.parametrize("broken", VIOLATIONS, ids=lambda broken: next(iter(broken.values)))
def test_a_policy_that_is_broken_is_told_with_the_attribute(nl: Connection, weather: Any, broken: Violation) -> None:
    error = refused(nl, weather.echo(**broken.values))
    assert (error.errno, error.attribute, error.policy) == (broken.errno, broken.attribute, broken.policy)


def test_a_dump_checks_its_requests_by_its_own_policy(nl: Connection, weather: Any) -> None:
    error = refused(nl, weather.all(temperature=601))
    assert (error.errno, error.attribute) == (errno.ERANGE, "Report.temperature")
    assert error.policy == "s32 from -900 to 600"


def test_an_attribute_of_a_nest_is_named_with_its_path(nl: Connection, weather: Any, declaration: Any) -> None:
    bad = declaration.Reading(unknown=(netlynx.Attribute(type=2, payload=b"\x01"),))
    error = refused(nl, weather.echo(reading=bad))
    assert (error.errno, error.message) == (errno.EINVAL, "invalid attribute length")
    assert error.attribute == "Everything.reading.value"
    assert error.policy == "s32 from -2147483648 to 2147483647"


def test_an_attribute_that_nobody_declared(nl: Connection, weather: Any) -> None:
    error = refused(nl, weather.echo(weather.Everything(unknown=(netlynx.Attribute(type=99, payload=b"1234"),))))
    assert (error.errno, error.message) == (errno.EINVAL, "Unknown attribute type")
    assert "99" in error.attribute


def test_an_attribute_where_none_is_taken(nl: Connection, weather: Any) -> None:
    echo = weather.echo(small=1)
    forget = msgspec.structs.replace(echo, payload=bytes((weather.forget().payload[0],)) + echo.payload[1:])
    assert refused(nl, forget).errno == errno.EINVAL


def test_what_is_missing_is_named(nl: Connection, weather: Any) -> None:
    error = refused(nl, weather.get())
    assert (error.errno, error.missing, error.message) == (errno.EINVAL, "Station.station", "get takes station")


def test_the_handlers_own_words(nl: Connection, weather: Any) -> None:
    error = refused(nl, weather.get(station="nowhere"))
    assert isinstance(error, netlynx.NotFound)
    assert (error.message, error.attribute) == ("there is no such station", "Station.station")


def test_what_takes_a_privilege_is_refused_without_it(nl: Connection, weather: Any) -> None:
    set = weather.set(station="s7", temperature=8)
    os.seteuid(NOBODY)
    try:
        with netlynx.connect() as theirs:  # the kernel asks who opened a socket, too
            assert theirs.do(weather.get(station="s7")).temperature == 7
            assert isinstance(refused(theirs, set), netlynx.PermissionDenied)
    finally:
        os.seteuid(0)
    nl.do(set)
    assert nl.do(weather.get(station="s7")).temperature == 8


# ------------------------------------------------------------------------------------------- its end


def test_without_the_module_there_is_no_such_family(nl: Connection, weather: Any) -> None:
    nl.do(weather.forget())
    command("rmmod", "weather")
    assert isinstance(refused(nl, weather.forget()), netlynx.NotSupported)
    with loaded("weather"):
        nl.do(weather.forget())  # by its new number

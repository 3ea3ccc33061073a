"""Conditions on what a field holds that may be one of several records: each takes what it can have."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from facts.walk import declared, title
from fuzz.strange import Strange
from netlynx import tc
from netlynx.codec import _codec
from netlynx.errors import EncodeError
from netlynx.route import Ip6Encap, IpEncap, MplsEncap, Route
from netlynx.schema import Record
from netlynx.schema.compile import plan_of
from netlynx.schema.kinds import Code, Kind

ROUTE = plan_of(Route)


def _records(kind: Kind) -> list[Any]:
    """The records that may be chosen."""
    choices = [each.shown if each.is_shown and each.shown else each for each in (kind.choices or {}).values()]
    targets = [each.target() for each in choices if each.code is Code.NEST and each.target]
    return list(dict.fromkeys(targets))


def _choices() -> list[Any]:
    found = []
    for cls in declared(Record):
        for name, declaration in cls.__declarations__.items():  # type: ignore[attr-defined]
            if declaration.kind is not None and declaration.kind.code is Code.SELECT:
                found += [pytest.param(cls, name, id=f"{title(cls)}.{name}")]
    return found


@pytest.mark.parametrize(("cls", "field"), _choices())
def test_each_value_that_one_of_them_has_can_be_asked_for(cls: Any, field: str) -> None:
    plan = plan_of(cls)
    random = Random(7)
    for chosen in _records(cls.__declarations__[field].kind):
        for _ in range(5):
            record = _codec.decode(plan_of(chosen), Strange(random, 0.0).message(chosen))
            for name in chosen.__declarations__:
                value = getattr(record, name)
                try:
                    alone = _codec.Filter(plan_of(chosen), ((name, value),))
                except EncodeError:
                    continue  # what a kernel alone can make
                within = _codec.Filter(plan, ((field, {name: value}),))
                assert alone.matches(record)
                assert within.matches(cls(**{field: record})), (chosen, name, value)


def _fits(route: Route, **wanted: Any) -> bool:
    return _codec.Filter(ROUTE, (("encap", wanted),)).matches(route)


def test_what_one_cannot_have_is_left_to_the_others() -> None:
    four, six = (Route(encap=IpEncap(source="192.0.2.1")), Route(encap=Ip6Encap(source="2001:db8::1")))
    neither = Route(encap=MplsEncap(ttl=9))
    for wanted, fitting in [
        ("192.0.2.1", [four]),
        ("2001:db8::1", [six]),
        ({"192.0.2.1", "2001:db8::1"}, [four, six]),
        ({"192.0.2.1", "2001:db8::2"}, [four]),
        ("192.0.2.0/24", [four]),
        ({"2001:db8::/32", "192.0.2.0/24"}, [four, six]),
    ]:
        assert [route for route in (four, six, neither) if _fits(route, source=wanted)] == fitting
    assert not _fits(four, source={"2001:db8::1", None})
    assert _fits(Route(encap=IpEncap(ttl=9)), source={"2001:db8::1", None}, ttl=9)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"source": "here"}, "not an IPv4 or IPv6 address"),
        ({"source": {"192.0.2.1", "here"}}, "not an IPv4 or IPv6 address"),
        ({"sauce": 1}, "sauce"),
        ({"source": "192.0.2.1", "sauce": 1}, "sauce"),
        ({"source": "192.0.2.1", "labels": "100"}, "none of what can be here has 'source', 'labels' at once"),
    ],
)
def test_what_none_can_have_is_refused(wanted: dict[str, Any], said: str) -> None:
    with pytest.raises(TypeError if "sauce" in wanted else EncodeError, match=said):
        _codec.Filter(ROUTE, (("encap", wanted),))


FLOWER = tc.Flower(eth_type="ip", dst_ip="192.0.2.0/24", ip_proto="tcp", src_port="80")


@pytest.mark.parametrize(
    ("record", "field", "wanted", "met"),
    [
        (tc.Filter(data=FLOWER), "data", {"eth_type": "ip", "src_port": 80}, True),
        (tc.Filter(data=FLOWER), "data", {"dst_ip": "192.0.2.0/255.255.255.0"}, True),
        (tc.Filter(data=FLOWER), "data", {"dst_ip": {"192.0.2.0/25", None}}, False),
        (tc.Filter(data=FLOWER), "data", FLOWER, True),
        (tc.Filter(data=FLOWER), "data", tc.Flower(eth_type="ip"), False),
        (tc.Chain(data=FLOWER), "data", {"dst_ip": "192.0.2.0/24"}, True),
        (tc.Qdisc(data=tc.Tbf(rate="1mbit", burst=1600, limit=3000)), "data", {"rate": "1mbit"}, True),
        (tc.Qdisc(data=tc.Tbf(rate="1mbit", burst=1600, limit=3000)), "data", {"rate": "2mbit"}, False),
        (tc.Qdisc(data=tc.Netem(limit=10)), "data", {"limit": 10}, True),
        (tc.Action(data=tc.Mirred(mirror=7)), "data", {"mirror": 7}, True),
    ],
)
def test_records_that_functions_make_are_among_them(record: Any, field: str, wanted: Any, met: bool) -> None:
    plan = plan_of(type(record))
    read = _codec.decode(plan, _codec.encode(plan, record))
    assert _codec.Filter(plan, ((field, wanted),)).matches(read) is met


def test_a_pair_is_asked_for_as_it_is_given() -> None:
    with pytest.raises(EncodeError, match=r"Filter\.data\.dst_ip: 'here'"):
        tc.filters(index=1).where(data={"dst_ip": "here"})

"""What is shown of a listing is all that was asked of it, secrets aside: whoever reads it in a log may act upon it."""

from __future__ import annotations

import pytest

from facts.walk import declared, title
from netlynx import route
from netlynx.engine.conditions import in_words
from netlynx.schema import Record
from netlynx.schema.wanted import records_in


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (route.links().where(name="x"), "route.links().where(name=x)"),
        (route.links(kind="veth").where(mtu={1500, 1400}), "route.links(kind=veth).where(mtu={1400, 1500})"),
        (route.links().where(flags=["up"]).where(mtu=1400), "route.links().where(flags=[up], mtu=1400)"),
        (
            route.routes().where(metrics={"mtu": 1400}, gateway=None),
            "route.routes().where(metrics=(mtu=1400), gateway=None)",
        ),
        (route.routes().where(table=range(200, 256)), "route.routes().where(table=range(200, 256))"),
        (route.routes(oif="v0").where(table=254), "route.routes(oif=v0).where(table=254)"),
        (
            route.routes().where(oif={"v1", "v0"}).where(table=254),
            "route.routes().where(oif={v0, v1}).where(table=254)",
        ),
        (route.routes().where(table=254).where(oif="v0"), "route.routes().where(table=254).where(oif=v0)"),
        (route.links(), "route.links()"),
    ],
    ids=str,
)
def test_what_was_asked_is_shown(asked: object, text: str) -> None:
    assert str(asked) == text
    assert text in repr(asked)


def test_who_removes_what_fits_says_what_that_is() -> None:
    assert str(route.flush(route.links().where(name="x"))) == "route.flush(route.links().where(name=x))"
    named = route.flush(route.routes().where(oif="v0"))
    assert str(named) == "route.flush(route.routes().where(oif=v0))"


def test_no_secret_is_shown() -> None:
    secret = [(cls, name) for cls in declared(Record) for name, each in cls.__declarations__.items() if each.secret]
    assert len(secret) > 5
    shown = [
        f"{title(cls)}.{name}" for cls, name in secret if in_words(cls, [(name, "key")]) != f".where({name}=(hidden))"
    ]
    assert shown == []
    holding = [
        (cls, name, inner)
        for cls in declared(Record)
        for name, each in cls.__declarations__.items()
        if each.kind is not None and not each.secret
        for record in records_in(each.kind)
        for inner, found in record.__declarations__.items()
        if found.secret
    ]
    assert holding
    for cls, name, inner in holding:
        assert in_words(cls, [(name, {inner: "key"})]) == f".where({name}=({inner}=(hidden)))"

"""A family may call its commands and notifications as it likes: none of its kernel's side's own names is in the way."""

from __future__ import annotations

from types import new_class
from typing import Any

import pytest

import netlynx
from netlynx import generic
from netlynx.generic import Family, do, event
from netlynx.generic.constants import GenericHeader
from netlynx.kernel import VirtualKernel
from netlynx.kernel.family_service import FamilyService
from netlynx.schema import Record, attr, u32


class Number(Record, header=GenericHeader):
    value: int | None = attr(1, u32)


class Plain(Family, name="plain"):
    ask = do(1, request=Number, reply=Number)


OWN = sorted({name for name in dir(VirtualKernel().family(Plain)) if not name.startswith("_")} - {"ask"})


def family(**body: Any) -> type[Family]:
    return new_class("Named", (Family,), {"name": "named"}, lambda namespace: namespace.update(body))


def test_a_service_has_names_of_its_own() -> None:
    assert {"changed", "id", "handles", "unregister"} <= set(OWN)


def test_whatever_a_command_is_called_it_is_served_and_whatever_a_notification_is_called_it_is_told() -> None:
    for name in OWN:
        kernel = VirtualKernel()
        asked = family(**{name: do(1, request=Number, reply=Number)})
        getattr(kernel.family(asked), name)(lambda request: Number(value=request.record.value + 1))
        with netlynx.connect(kernel=kernel) as nl:
            assert nl.do(getattr(asked, name)(value=1)).value == 2, name

        kernel = VirtualKernel()
        told = family(**{name: event(1, Number, group="news")})
        service = kernel.family(told)
        with netlynx.connect(kernel=kernel) as nl, nl.subscribe(getattr(told, name)) as news:
            assert getattr(service, name)(Number(value=3)) == 1, name
            assert news.get(timeout=5) == netlynx.Event(name, Number(value=3))


def test_the_service_s_own_is_still_there() -> None:
    kernel = VirtualKernel()
    service = kernel.family(family(changed=event(1, Number, group="news"), unregister=do(2, reply=Number)))
    FamilyService.changed(service)
    FamilyService.unregister(service)
    with netlynx.connect(kernel=kernel) as nl, pytest.raises(netlynx.NotFound):
        nl.do(generic.family("named"))

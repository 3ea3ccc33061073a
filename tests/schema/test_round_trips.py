"""Every record of rtnetlink and netfilter, with any values in its fields, comes back from its bytes as it was."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.walk import declared, title
from netlynx.codec._codec import decode, encode
from netlynx.schema import Layout, Record
from netlynx.schema.compile import plan_of
from strategies import layouts, records
from worth import examples


def of_rooms(base: type) -> list[Any]:
    return [cls for cls in declared(base) if cls.__module__.startswith(("netlynx.route", "netlynx.netfilter"))]


thorough = examples(4)


@pytest.mark.parametrize("cls", of_rooms(Record), ids=title)
@thorough
@given(data=st.data())
def test_a_record_comes_back_from_its_bytes(cls: Any, data: st.DataObject) -> None:
    record = data.draw(records(cls))
    payload = encode(plan_of(cls), record)
    assert decode(plan_of(cls), payload) == record
    assert encode(plan_of(cls), decode(plan_of(cls), payload)) == payload


@pytest.mark.parametrize("cls", of_rooms(Layout), ids=title)
@thorough
@given(data=st.data())
def test_a_struct_comes_back_from_its_bytes(cls: Any, data: st.DataObject) -> None:
    layout = data.draw(layouts(cls))
    assert decode(plan_of(cls), encode(plan_of(cls), layout)) == layout

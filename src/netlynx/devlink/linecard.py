"""Line cards: parts of a modular switch that ports are on.

Source: net/devlink/linecard.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.devlink.attributes import DEVLINK_ATTR
from netlynx.devlink.constants import LineCardState
from netlynx.devlink.handle import NestedDevice, OfDevice
from netlynx.schema import attr, enum, multi, nest, string, takes, u8, u32
from netlynx.schema.facts import Facts

_A, _SPEC = DEVLINK_ATTR, ("devlink", "devlink")


class LineCardKey(OfDevice):
    """Which line card."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_linecard_get_do_nl_policy", spec=_SPEC)

    index: int | None = attr(_A.LINECARD_INDEX, u32)


class LineCard(OfDevice):
    """A line card: the `type` that its slot is made ready for, of those that it `supports`; `nested` is its device."""

    index: int | None = attr(_A.LINECARD_INDEX, u32)
    state: takes.Member[LineCardState | None] = attr(_A.LINECARD_STATE, enum(LineCardState, u8), read_only=True)
    type: str | None = attr(_A.LINECARD_TYPE, string)
    supports: tuple[str, ...] = attr((_A.LINECARD_SUPPORTED_TYPES, _A.LINECARD_TYPE), multi(string), read_only=True)
    nested: takes.Nested[NestedDevice | None] = attr(_A.NESTED_DEVLINK, nest(NestedDevice), read_only=True)


class LineCardSettings(OfDevice):
    """What type a slot is made ready for; "" takes that back."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_linecard_set_nl_policy", spec=_SPEC)

    index: int | None = attr(_A.LINECARD_INDEX, u32)
    type: str | None = attr(_A.LINECARD_TYPE, string)

"""Rates: what leaves by a port, and by groups of ports (nodes), which may be in groups themselves.

Source: net/devlink/rate.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.devlink.attributes import DEVLINK_ATTR, DEVLINK_RATE_TC_ATTR
from netlynx.devlink.constants import RateType
from netlynx.devlink.handle import OTHERS, OfPort
from netlynx.schema import Record, attr, enum, multi, nest, quantity, string, takes, u8, u16, u32, u64
from netlynx.schema.facts import Facts
from netlynx.tc.units import Rate as BitRate

_A, _T, _SPEC = DEVLINK_ATTR, DEVLINK_RATE_TC_ATTR, ("devlink", "devlink")
_bit_rate = quantity(BitRate, u64, each=8)  # the kernel's are bytes a second


class RateKey(OfPort):
    """Which rate: that of a port, or a node by its name."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_A, policy=("devlink_rate_get_do_nl_policy", "devlink_rate_del_nl_policy"), spec=_SPEC
    )

    name: str | None = attr(_A.RATE_NODE_NAME, string)


class ClassShare(Record):
    """What a traffic class gets: its part of the sum of all classes' shares."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_T, policy="devlink_dl_rate_tc_bws_nl_policy", spec=("devlink", "dl-rate-tc-bws")
    )

    traffic_class: int | None = attr(_T.INDEX, u8)
    share: int | None = attr(_T.BW, u32)


class RateParent(Record):
    """The device that a node is of which rates of another one are in. Since Linux 7.2."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_A, policy="devlink_dl_parent_dev_nl_policy", spec=("devlink", "dl-parent-dev")
    )
    __omitted__: ClassVar[dict[str, str]] = {**OTHERS, "DEVLINK_ATTR_INDEX": "bus and device tell it"}

    bus: str | None = attr(_A.BUS_NAME, string)
    device: str | None = attr(_A.DEV_NAME, string)


class Rate(OfPort):
    """A rate: a leaf, that of `port`, or a node called `name`. What is set of one that is there; None stays.

    `share` is what it gets at least, `maximum` what it gets at most (0: anything), in bits a second: `tc.Rate`, or text
    such as "10mbit". Among those of the same parent a higher `priority` comes first, and those of the same priority
    divide what there is by `weight`. `parent` is the name of a node; "" takes it out of the one that it is in.
    """

    __facts__: ClassVar[Facts] = Facts(
        attributes=_A, policy=("devlink_rate_set_nl_policy", "devlink_rate_new_nl_policy"), spec=_SPEC
    )

    type: takes.Member[RateType | None] = attr(_A.RATE_TYPE, enum(RateType, u16), read_only=True)
    name: str | None = attr(_A.RATE_NODE_NAME, string)
    share: BitRate | str | None = attr(_A.RATE_TX_SHARE, _bit_rate)
    maximum: BitRate | str | None = attr(_A.RATE_TX_MAX, _bit_rate)
    priority: int | None = attr(_A.RATE_TX_PRIORITY, u32)
    weight: int | None = attr(_A.RATE_TX_WEIGHT, u32)
    parent: str | None = attr(_A.RATE_PARENT_NODE_NAME, string)
    parent_device: takes.Nested[RateParent | None] = attr(_A.PARENT_DEV, nest(RateParent))
    classes: takes.Records[ClassShare] = attr(_A.RATE_TC_BWS, multi(nest(ClassShare)))

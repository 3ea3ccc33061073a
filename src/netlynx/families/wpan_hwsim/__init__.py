"""Simulated radios of IEEE 802.15.4 (mac802154_hwsim): make them, and say which hears which, and how well.

    from netlynx.families import wpan_hwsim

    number = nl.do(wpan_hwsim.new_radio())
    nl.do(wpan_hwsim.new_edge(radio=number, edge=wpan_hwsim.Edge(endpoint=0)))
    nl.do(wpan_hwsim.set_edge(radio=number, edge=wpan_hwsim.Edge(endpoint=0, quality=100)))

Source: drivers/net/ieee802154/mac802154_hwsim.c.
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.engine.operation import Group, Talk
from netlynx.families.numbered import numbered
from netlynx.generic import Family, GenericHeader, do, dump, event
from netlynx.schema import Constants, Record, attr, multi, nest, takes, u8, u32
from netlynx.schema.facts import Facts

__all__ = [
    "EVENTS",
    "MAC802154_HWSIM_ATTR",
    "MAC802154_HWSIM_CMD",
    "MAC802154_HWSIM_EDGE_ATTR",
    "Edge",
    "EdgeRequest",
    "Radio",
    "RadioRequest",
    "WpanHwsim",
    "delete_edge",
    "delete_radio",
    "new_edge",
    "new_radio",
    "radio",
    "radios",
    "set_edge",
]


class _Numbers(Constants):
    """Numbers of a header that the kernel keeps to itself."""

    __not_in_headers__: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.__not_in_headers__ = dict.fromkeys(cls.__c_names__, "drivers/net/ieee802154/mac802154_hwsim.h")


class MAC802154_HWSIM_CMD(_Numbers):
    """Commands and notifications."""

    UNSPEC = 0
    GET_RADIO = 1
    SET_RADIO = 2
    NEW_RADIO = 3
    DEL_RADIO = 4
    GET_EDGE = 5
    SET_EDGE = 6
    DEL_EDGE = 7
    NEW_EDGE = 8


class MAC802154_HWSIM_ATTR(_Numbers):
    """Attributes of a radio."""

    UNSPEC = 0
    RADIO_ID = 1
    RADIO_EDGE = 2
    RADIO_EDGES = 3


class MAC802154_HWSIM_EDGE_ATTR(_Numbers):
    """Attributes of an edge."""

    UNSPEC = 0
    ENDPOINT_ID = 1
    LQI = 2


_FACTS = Facts(attributes=MAC802154_HWSIM_ATTR, policy="hwsim_genl_policy@drivers/net/ieee802154/mac802154_hwsim.c")
_OTHER = {"MAC802154_HWSIM_ATTR_*": "not of this message"}


class Edge(Record):
    """Whom a radio is heard by, and with which link quality: 255 unless it is set."""

    __facts__: ClassVar[Facts] = Facts(attributes=MAC802154_HWSIM_EDGE_ATTR, policy="hwsim_edge_policy")

    endpoint: int | None = attr(MAC802154_HWSIM_EDGE_ATTR.ENDPOINT_ID, u32)  # the number of a radio
    quality: int | None = attr(MAC802154_HWSIM_EDGE_ATTR.LQI, u8)


class Radio(Record, header=GenericHeader):
    """A simulated radio, by its number, and the radios that hear it."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    radio: int | None = attr(MAC802154_HWSIM_ATTR.RADIO_ID, u32)
    edges: takes.Records[Edge] = attr(
        (MAC802154_HWSIM_ATTR.RADIO_EDGES, MAC802154_HWSIM_ATTR.RADIO_EDGE), multi(nest(Edge))
    )


class RadioRequest(Record, header=GenericHeader):
    """Which radio."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    radio: int | None = attr(MAC802154_HWSIM_ATTR.RADIO_ID, u32)


class EdgeRequest(Record, header=GenericHeader):
    """Of which radio which edge; its `quality` is for `set_edge` alone."""

    __facts__: ClassVar[Facts] = _FACTS
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    radio: int | None = attr(MAC802154_HWSIM_ATTR.RADIO_ID, u32)
    edge: takes.Nested[Edge | None] = attr(MAC802154_HWSIM_ATTR.RADIO_EDGE, nest(Edge))


class WpanHwsim(Family, name="MAC802154_HWSIM", version=1):
    """The family ``MAC802154_HWSIM``."""

    radio = do(MAC802154_HWSIM_CMD.GET_RADIO, request=RadioRequest, reply=Radio, required=("radio",))
    radios = dump(MAC802154_HWSIM_CMD.GET_RADIO, reply=Radio)
    new_radio = do(MAC802154_HWSIM_CMD.NEW_RADIO, privileged="namespace")
    delete_radio = do(MAC802154_HWSIM_CMD.DEL_RADIO, request=RadioRequest, required=("radio",), privileged="namespace")
    new_edge = do(MAC802154_HWSIM_CMD.NEW_EDGE, request=EdgeRequest, required=("radio", "edge"), privileged="namespace")
    delete_edge = do(
        MAC802154_HWSIM_CMD.DEL_EDGE, request=EdgeRequest, required=("radio", "edge"), privileged="namespace"
    )
    set_edge = do(MAC802154_HWSIM_CMD.SET_EDGE, request=EdgeRequest, required=("radio", "edge"), privileged="namespace")

    added = event(MAC802154_HWSIM_CMD.NEW_RADIO, Radio, group="config")


EVENTS: Group[Radio] = WpanHwsim.notifications()
"""Radios that are made. Of those that go, nothing is told."""

radio = WpanHwsim.radio
radios = WpanHwsim.radios
delete_radio = WpanHwsim.delete_radio
new_edge = WpanHwsim.new_edge
delete_edge = WpanHwsim.delete_edge
set_edge = WpanHwsim.set_edge


def new_radio() -> Talk[int]:
    """Make a radio, whose number the answer is; no other one hears it yet."""
    return numbered("wpan_hwsim.new_radio", WpanHwsim.new_radio())

"""Virtual routing tables and their members; xfrm interfaces.

Source: linux/if_link.h, drivers/net/vrf.c, net/xfrm/xfrm_interface_core.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Record, attr, flag, interface, routing_table, takes, u32
from netlynx.schema.facts import Facts


class IFLA_VRF(Constants):
    """Attributes of a VRF link."""

    UNSPEC = 0
    TABLE = 1


class IFLA_VRF_PORT(Constants):
    """Attributes of a VRF's member."""

    UNSPEC = 0
    TABLE = 1


class IFLA_XFRM(Constants):
    """Attributes of an xfrm interface."""

    UNSPEC = 0
    LINK = 1
    IF_ID = 2
    COLLECT_METADATA = 3


class Vrf(Record):
    """A VRF: links enslaved to it use its routing table. Source: linux/if_link.h, drivers/net/vrf.c."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=IFLA_VRF, policy="vrf_nl_policy", spec=("rt-link", "linkinfo-vrf-attrs")
    )

    table: takes.Name[int | None] = attr(IFLA_VRF.TABLE, routing_table)


class VrfMember(Record):
    """A link enslaved to a VRF (slave data). Source: linux/if_link.h, drivers/net/vrf.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_VRF_PORT)

    table: takes.Name[int | None] = attr(IFLA_VRF_PORT.TABLE, routing_table)


class XfrmInterface(Record):
    """An xfrm interface: packets through it meet the IPsec policies of its id.

    Source: linux/if_link.h, net/xfrm/xfrm_interface_core.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_XFRM, policy="xfrmi_policy")

    link: takes.Name[int | None] = attr(IFLA_XFRM.LINK, interface)  # interface index
    id: int | None = attr(IFLA_XFRM.IF_ID, u32)
    collect_metadata: bool = attr(IFLA_XFRM.COLLECT_METADATA, flag)  # "external"

"""Resources of a device's hardware: a tree of what is limited, how much of it there is and is in use.

Source: net/devlink/resource.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.devlink.attributes import DEVLINK_ATTR
from netlynx.devlink.constants import ResourceScope, ResourceUnit
from netlynx.devlink.handle import OTHERS, OfDevice, OfPort
from netlynx.schema import Record, attr, boolean, enum, multi, nest, string, takes, u8, u32, u64
from netlynx.schema.facts import Facts

_A, _SPEC = DEVLINK_ATTR, ("devlink", "devlink")
UNLIMITED = (1 << 64) - 1
"""The size of a resource that nothing limits."""


class Resource(Record):
    """A resource, with those that it is divided into. Sizes are in its `unit`; `UNLIMITED` is none.

    `new_size` counts from the next reload on; `valid` says whether the parts will fit into the whole then.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=_A, spec=("devlink", "dl-resource"))
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    name: str | None = attr(_A.RESOURCE_NAME, string)
    id: int | None = attr(_A.RESOURCE_ID, u64)
    size: int | None = attr(_A.RESOURCE_SIZE, u64)
    new_size: int | None = attr(_A.RESOURCE_SIZE_NEW, u64)
    valid: bool | None = attr(_A.RESOURCE_SIZE_VALID, boolean)
    minimum: int | None = attr(_A.RESOURCE_SIZE_MIN, u64)
    maximum: int | None = attr(_A.RESOURCE_SIZE_MAX, u64)
    granularity: int | None = attr(_A.RESOURCE_SIZE_GRAN, u64)
    unit: takes.Member[ResourceUnit | None] = attr(_A.RESOURCE_UNIT, enum(ResourceUnit, u8))
    used: int | None = attr(_A.RESOURCE_OCC, u64)
    parts: takes.Records[Resource] = attr((_A.RESOURCE_LIST, _A.RESOURCE), multi(nest(lambda: Resource)))


class Resources(OfPort):
    """Some of a device's resources: a long tree comes in several messages."""

    resources: takes.Records[Resource] = attr((_A.RESOURCE_LIST, _A.RESOURCE), multi(nest(Resource)))


class ResourceFilter(OfDevice):
    """Whose resources: those of devices, of ports. Since Linux 7.1, as listing those of all."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_resource_dump_dump_nl_policy", spec=_SPEC)

    scope: takes.Flags[ResourceScope | None] = attr(_A.RESOURCE_SCOPE_MASK, enum(ResourceScope, u32))


class ResourceSize(OfDevice):
    """The size that a resource, by its `id`, is to have from the next reload on."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_resource_set_nl_policy", spec=_SPEC)

    id: int | None = attr(_A.RESOURCE_ID, u64)
    size: int | None = attr(_A.RESOURCE_SIZE, u64)

"""Regions of a device's memory, and snapshots of them.

Source: net/devlink/region.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.devlink.attributes import DEVLINK_ATTR
from netlynx.devlink.handle import OTHERS, OfPort
from netlynx.schema import Record, attr, binary, flag, multi, nest, string, takes, u32, u64
from netlynx.schema.facts import Facts
from netlynx.schema.kinds import translated

_A, _SPEC = DEVLINK_ATTR, ("devlink", "devlink")


class SnapshotId(Record):
    """The number of a snapshot."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, spec=("devlink", "dl-region-snapshot"))
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    id: int | None = attr(_A.REGION_SNAPSHOT_ID, u32)


class RegionKey(OfPort):
    """Which region."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_region_get_do_nl_policy", spec=_SPEC)

    name: str | None = attr(_A.REGION_NAME, string)


_snapshot = translated(SnapshotId, lambda read: read.id or 0, lambda number: SnapshotId(id=number), u32)


class Region(OfPort):
    """A region. `size` is in bytes, `snapshots` are the numbers of those that there are."""

    name: str | None = attr(_A.REGION_NAME, string)
    size: int | None = attr(_A.REGION_SIZE, u64)
    max_snapshots: int | None = attr(_A.REGION_MAX_SNAPSHOTS, u32)
    snapshots: tuple[int, ...] = attr((_A.REGION_SNAPSHOTS, _A.REGION_SNAPSHOT), multi(_snapshot))


class Snapshot(OfPort):
    """A snapshot of a region; its number is chosen by the kernel where a request leaves it out."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_A, policy=("devlink_region_new_nl_policy", "devlink_region_del_nl_policy"), spec=_SPEC
    )

    name: str | None = attr(_A.REGION_NAME, string)  # of the region
    id: int | None = attr(_A.REGION_SNAPSHOT_ID, u32)


class RegionEvent(OfPort):
    """What became of a region, or of the snapshot `id` of it."""

    name: str | None = attr(_A.REGION_NAME, string)
    size: int | None = attr(_A.REGION_SIZE, u64)
    max_snapshots: int | None = attr(_A.REGION_MAX_SNAPSHOTS, u32)
    snapshots: tuple[int, ...] = attr((_A.REGION_SNAPSHOTS, _A.REGION_SNAPSHOT), multi(_snapshot))
    id: int | None = attr(_A.REGION_SNAPSHOT_ID, u32)


class RegionRead(OfPort):
    """What is read: of a snapshot, or of the memory as it is now (`direct`), all or `length` bytes from `address`."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_region_read_nl_policy", spec=_SPEC)

    name: str | None = attr(_A.REGION_NAME, string)
    snapshot: int | None = attr(_A.REGION_SNAPSHOT_ID, u32)
    direct: bool = attr(_A.REGION_DIRECT, flag)
    address: int | None = attr(_A.REGION_CHUNK_ADDR, u64)
    length: int | None = attr(_A.REGION_CHUNK_LEN, u64)


class Chunk(Record):
    """Bytes of a region, and where they are."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, spec=("devlink", "dl-region-chunk"))
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    address: int | None = attr(_A.REGION_CHUNK_ADDR, u64)
    data: bytes | None = attr(_A.REGION_CHUNK_DATA, binary)


class RegionData(OfPort):
    """Several chunks of a region, in order."""

    name: str | None = attr(_A.REGION_NAME, string)
    chunks: takes.Records[Chunk] = attr((_A.REGION_CHUNKS, _A.REGION_CHUNK), multi(nest(Chunk)))

    @property
    def data(self) -> bytes:
        """The bytes of all of them."""
        return b"".join(each.data or b"" for each in self.chunks)

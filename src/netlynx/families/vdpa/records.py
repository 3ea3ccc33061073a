"""Devices of vDPA. Source: linux/vdpa.h, drivers/vdpa/vdpa.c, linux/virtio_net.h, linux/virtio_blk.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.families.vdpa.constants import VDPA_ATTR as A
from netlynx.families.vdpa.constants import VirtioId
from netlynx.generic import GenericHeader
from netlynx.schema import Record, attr, boolean, enum, mac, multi, string, takes, u8, u16, u32, u64
from netlynx.schema.facts import Facts

_POLICY = "vdpa_nl_policy"
_OTHER = {"VDPA_ATTR_*": "of another record"}


class ManagementDevice(Record, header=GenericHeader):
    """What makes devices: a function of a network card, or a simulator, which is on no bus."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    bus: str | None = attr(A.MGMTDEV_BUS_NAME, string)
    name: str | None = attr(A.MGMTDEV_DEV_NAME, string)
    classes: int | None = attr(A.MGMTDEV_SUPPORTED_CLASSES, u64, read_only=True)  # a bit for each kind: see `kinds`
    max_queues: int | None = attr(A.DEV_MGMTDEV_MAX_VQS, u32, read_only=True)
    features: int | None = attr(A.DEV_SUPPORTED_FEATURES, u64, read_only=True)  # bits, as virtio numbers them

    @property
    def kinds(self) -> tuple[VirtioId | int, ...]:
        """The kinds of devices that it makes."""
        known = {int(each): each for each in VirtioId}
        return tuple(known.get(bit, bit) for bit in range(64) if (self.classes or 0) >> bit & 1)


class Device(Record, header=GenericHeader):
    """A device."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    name: str | None = attr(A.DEV_NAME, string)
    bus: str | None = attr(A.MGMTDEV_BUS_NAME, string)  # of what made it
    management: str | None = attr(A.MGMTDEV_DEV_NAME, string)  # what made it
    kind: takes.Member[VirtioId | None] = attr(A.DEV_ID, enum(VirtioId, u32))
    vendor: int | None = attr(A.DEV_VENDOR_ID, u32)
    queues: int | None = attr(A.DEV_MAX_VQS, u32)
    max_queue_size: int | None = attr(A.DEV_MAX_VQ_SIZE, u16)
    min_queue_size: int | None = attr(A.DEV_MIN_VQ_SIZE, u16)


class NewDevice(Record, header=GenericHeader):
    """A device that is to be made: its name, and what makes it; of a network device how it is set up."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    name: str | None = attr(A.DEV_NAME, string)
    bus: str | None = attr(A.MGMTDEV_BUS_NAME, string)
    management: str | None = attr(A.MGMTDEV_DEV_NAME, string)
    mac: str | None = attr(A.DEV_NET_CFG_MACADDR, mac)
    mtu: int | None = attr(A.DEV_NET_CFG_MTU, u16)  # bytes, 68 at least
    max_queue_pairs: int | None = attr(A.DEV_NET_CFG_MAX_VQP, u16)
    features: int | None = attr(A.DEV_FEATURES, u64)  # those that it has, of all that it could


class Configuration(Record, header=GenericHeader):
    """How a device is set up, as its driver sees it: of network devices, and of block devices."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    name: str | None = attr(A.DEV_NAME, string)
    kind: takes.Member[VirtioId | None] = attr(A.DEV_ID, enum(VirtioId, u32))
    negotiated: int | None = attr(A.DEV_NEGOTIATED_FEATURES, u64)  # bits, once a driver has them
    features: int | None = attr(A.DEV_FEATURES, u64)  # bits that the device has
    mac: str | None = attr(A.DEV_NET_CFG_MACADDR, mac)
    status: int | None = attr(A.DEV_NET_STATUS, u16)  # 1: it has a carrier, 2: it wants to be announced
    max_queue_pairs: int | None = attr(A.DEV_NET_CFG_MAX_VQP, u16)
    mtu: int | None = attr(A.DEV_NET_CFG_MTU, u16)  # bytes
    capacity: int | None = attr(A.DEV_BLK_CFG_CAPACITY, u64)  # sectors of 512 bytes
    max_segment_size: int | None = attr(A.DEV_BLK_CFG_SIZE_MAX, u32)  # bytes
    block_size: int | None = attr(A.DEV_BLK_CFG_BLK_SIZE, u32)  # bytes
    max_segments: int | None = attr(A.DEV_BLK_CFG_SEG_MAX, u32)
    queues: int | None = attr(A.DEV_BLK_CFG_NUM_QUEUES, u16)
    physical_block_exponent: int | None = attr(A.DEV_BLK_CFG_PHY_BLK_EXP, u8)  # blocks of a physical one, as 2^N
    alignment_offset: int | None = attr(A.DEV_BLK_CFG_ALIGN_OFFSET, u8)  # blocks
    min_io_size: int | None = attr(A.DEV_BLK_CFG_MIN_IO_SIZE, u16)  # blocks
    optimal_io_size: int | None = attr(A.DEV_BLK_CFG_OPT_IO_SIZE, u32)  # blocks
    max_discard_sectors: int | None = attr(A.DEV_BLK_CFG_MAX_DISCARD_SEC, u32)
    max_discard_segments: int | None = attr(A.DEV_BLK_CFG_MAX_DISCARD_SEG, u32)
    discard_alignment: int | None = attr(A.DEV_BLK_CFG_DISCARD_SEC_ALIGN, u32)  # sectors
    max_zeroes_sectors: int | None = attr(A.DEV_BLK_CFG_MAX_WRITE_ZEROES_SEC, u32)
    max_zeroes_segments: int | None = attr(A.DEV_BLK_CFG_MAX_WRITE_ZEROES_SEG, u32)
    blocks_read_only: bool | None = attr(A.DEV_BLK_READ_ONLY, boolean)
    flush: bool | None = attr(A.DEV_BLK_FLUSH, boolean)


class Statistics(Record, header=GenericHeader):
    """What a device has counted of a queue: see `counters`."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    name: str | None = attr(A.DEV_NAME, string)
    queue: int | None = attr(A.DEV_QUEUE_INDEX, u32)
    kind: takes.Member[VirtioId | None] = attr(A.DEV_ID, enum(VirtioId, u32), read_only=True)
    negotiated: int | None = attr(A.DEV_NEGOTIATED_FEATURES, u64, read_only=True)
    max_queue_pairs: int | None = attr(A.DEV_NET_CFG_MAX_VQP, u16, read_only=True)
    names: takes.Several[str] = attr(A.DEV_VENDOR_ATTR_NAME, multi(string), read_only=True)
    values: takes.Several[int] = attr(A.DEV_VENDOR_ATTR_VALUE, multi(u64), read_only=True)

    @property
    def counters(self) -> dict[str, int]:
        """What was counted, by the vendor's names: ``received_desc``."""
        return dict(zip(self.names, self.values, strict=False))

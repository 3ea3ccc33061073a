"""Numbers of vDPA. Source: linux/vdpa.h, linux/virtio_ids.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Enumeration


class VDPA_CMD(Constants):
    """Commands."""

    UNSPEC = 0
    MGMTDEV_NEW = 1
    MGMTDEV_GET = 2
    DEV_NEW = 3
    DEV_DEL = 4
    DEV_GET = 5
    DEV_CONFIG_GET = 6
    DEV_VSTATS_GET = 7
    DEV_ATTR_SET = 8


class VDPA_ATTR(Constants):
    """Attributes."""

    PAD = 0
    MGMTDEV_BUS_NAME = 1
    MGMTDEV_DEV_NAME = 2
    MGMTDEV_SUPPORTED_CLASSES = 3
    DEV_NAME = 4
    DEV_ID = 5
    DEV_VENDOR_ID = 6
    DEV_MAX_VQS = 7
    DEV_MAX_VQ_SIZE = 8
    DEV_MIN_VQ_SIZE = 9
    DEV_NET_CFG_MACADDR = 10
    DEV_NET_STATUS = 11
    DEV_NET_CFG_MAX_VQP = 12
    DEV_NET_CFG_MTU = 13
    DEV_NEGOTIATED_FEATURES = 14
    DEV_MGMTDEV_MAX_VQS = 15
    DEV_SUPPORTED_FEATURES = 16
    DEV_QUEUE_INDEX = 17
    DEV_VENDOR_ATTR_NAME = 18
    DEV_VENDOR_ATTR_VALUE = 19
    DEV_FEATURES = 20
    DEV_BLK_CFG_CAPACITY = 21
    DEV_BLK_CFG_SIZE_MAX = 22
    DEV_BLK_CFG_BLK_SIZE = 23
    DEV_BLK_CFG_SEG_MAX = 24
    DEV_BLK_CFG_NUM_QUEUES = 25
    DEV_BLK_CFG_PHY_BLK_EXP = 26
    DEV_BLK_CFG_ALIGN_OFFSET = 27
    DEV_BLK_CFG_MIN_IO_SIZE = 28
    DEV_BLK_CFG_OPT_IO_SIZE = 29
    DEV_BLK_CFG_MAX_DISCARD_SEC = 30
    DEV_BLK_CFG_MAX_DISCARD_SEG = 31
    DEV_BLK_CFG_DISCARD_SEC_ALIGN = 32
    DEV_BLK_CFG_MAX_WRITE_ZEROES_SEC = 33
    DEV_BLK_CFG_MAX_WRITE_ZEROES_SEG = 34
    DEV_BLK_READ_ONLY = 35
    DEV_BLK_FLUSH = 36


class VirtioId(Enumeration, prefix="VIRTIO_ID_", labels={"NINEP": "9p"}, renamed={"NINEP": "VIRTIO_ID_9P"}):
    """What kind of device it is."""

    __omitted__: ClassVar[dict[str, str]] = {"VIRTIO_ID_*": "no vDPA device is one: they stay numbers"}

    NET = 1
    BLOCK = 2
    CONSOLE = 3
    RNG = 4
    SCSI = 8
    NINEP = 9
    GPU = 16
    INPUT = 18
    VSOCK = 19
    CRYPTO = 20
    FS = 26

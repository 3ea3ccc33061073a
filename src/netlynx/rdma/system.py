"""What holds for all devices, and the device files that belong to them.

Source: nldev_sys_get_doit and nldev_get_chardev of drivers/infiniband/core/nldev.c; rdma-system(8).
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.rdma.constants import NetnsMode
from netlynx.rdma.parts import OTHERS, TOLD, A
from netlynx.rdma.resource import FACTS
from netlynx.schema import Record, attr, boolean, enum, string, takes, u8, u32, u64
from netlynx.schema.facts import Facts


class System(Record):
    """Whether network namespaces share devices, and whether who is not root may choose a controlled QKey.

    `copy_on_fork` and `monitor` are what this kernel can: leave memory to its device in a process that forks, and
    tell of devices that come and go.
    """

    __facts__: ClassVar[Facts] = FACTS
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    netns: takes.Member[NetnsMode | None] = attr(A.SYS_NETNS_MODE, enum(NetnsMode, u8), always=True)
    privileged_qkey: bool | None = attr(A.SYS_PRIVILEGED_QKEY_MODE, boolean)
    monitor: bool | None = attr(A.SYS_MONITOR_MODE, boolean, read_only=True)
    copy_on_fork: bool | None = attr(A.SYS_COPY_ON_FORK, boolean, read_only=True)


class CharacterDevice(Record):
    """A file under /dev/infiniband: its name, the version of what is spoken there, and its number."""

    __facts__: ClassVar[Facts] = FACTS
    __omitted__: ClassVar[dict[str, str]] = OTHERS
    __differs__: ClassVar[dict[str, str]] = {"name": TOLD}

    name: str | None = attr(A.CHARDEV_NAME, string, always=True)
    abi: int | None = attr(A.CHARDEV_ABI, u64)
    number: int | None = attr(A.CHARDEV, u64)
    driver: int | None = attr(A.UVERBS_DRIVER_ID, u32)

    @property
    def major(self) -> int | None:
        """The major number of the file."""
        return None if self.number is None else self.number >> 8 & 0xFFF

    @property
    def minor(self) -> int | None:
        """The minor number of the file."""
        return None if self.number is None else self.number & 0xFF | self.number >> 12 & 0xFFF00

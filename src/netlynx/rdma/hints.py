"""What RDMA means where the number of its error says little: it says EINVAL of most, and no word.

Requests are checked before they are sent: what is left has the causes that are named here, all of them.
Source: drivers/infiniband/core/nldev.c, device.c, counters.c; drivers/infiniband/sw.
"""

from __future__ import annotations

import errno
from typing import Any

from netlynx.engine.operation import Do, Dump
from netlynx.errors import AlreadyExists, NetlinkError, NotFound
from netlynx.netns import privileges
from netlynx.rdma.numbers import RDMA_NL, RDMA_NLDEV_CMD
from netlynx.wire.message import Acknowledgement

C = RDMA_NLDEV_CMD
_NLDEV = RDMA_NL.NLDEV << 10
_NO_DEVICE = "There is no such device here: rdma.devices() lists those that there are"
_NO_PORT = "There is no such device here, or it has no such port: rdma.links() lists those that there are"
_NO_COUNTER = "There is no such device or port here, or its driver counts nothing there"
_NOT_RAW = "There is no such device here, or its driver does not tell this raw"
_NO_PAIR = "There is no such queue pair, or no such counter, on the device"
_NO_SUCH = "There is no such one on this device: rdma.resources() tells how many there are"

_MEANINGS = {
    (C.GET, errno.EINVAL): _NO_DEVICE,
    (C.PORT_GET, errno.EINVAL): _NO_PORT,
    (C.RES_GET, errno.EINVAL): _NO_DEVICE,
    (C.SET, errno.EINVAL): _NO_DEVICE,
    (C.SET, errno.EEXIST): "There is a device of this name, here or in another network namespace",
    (C.SET, errno.EOPNOTSUPP): (
        "Devices are shared between network namespaces (rdma.system()), or its driver cannot leave one"
    ),
    (C.NEWLINK, errno.EINVAL): "There is no such driver, or it makes no device of such an interface: rxe and siw do",
    (C.NEWLINK, errno.ENFILE): "There is a device of this name, here or in another network namespace",
    (C.NEWLINK, errno.EEXIST): "The driver has made a device of this network interface",
    (C.NEWLINK, errno.ENODEV): "There is no such network interface here",
    (C.DELLINK, errno.EINVAL): "It was not added, and stays as long as its driver and its hardware",
    (C.DELDEV, errno.EOPNOTSUPP): "It is no sub-device",
    (C.NEWDEV, errno.EOPNOTSUPP): "The driver of its parent makes no sub-devices",
    (C.SYS_SET, errno.EBUSY): "There are other network namespaces, which have to go first",
    (C.GET_CHARDEV, errno.EOPNOTSUPP): "There is no such file, or not of this device",
    (C.GET_CHARDEV, errno.EINVAL): (
        "There is no such device or port here; umad and issm are of a port, uverbs is of a device without one"
    ),
    (C.FRMR_POOLS_GET, errno.EINVAL): "There is no such device here, or this kernel has no such pools",
    (C.FRMR_POOLS_SET, errno.EINVAL): "There is no such device or pool here, or this kernel has none",
    (C.STAT_GET, errno.EINVAL): _NO_COUNTER,
    (C.STAT_GET, errno.ENOENT): _NO_SUCH,
    (C.STAT_GET_STATUS, errno.EINVAL): _NO_COUNTER,
    (C.STAT_SET, errno.EOPNOTSUPP): "The driver cannot do that: it counts of whole ports alone, or always",
    (C.STAT_SET, errno.ENOENT): _NO_PAIR,
    (C.STAT_SET, errno.EBUSY): "Queue pairs are bound to counters: unbind them first",
    (C.STAT_DEL, errno.ENOENT): _NO_PAIR,
    (C.STAT_DEL, errno.EOPNOTSUPP): "The driver binds no queue pairs to counters",
    **{(command, errno.EINVAL): _NO_PORT for command in range(C.RES_QP_GET, C.GET_CHARDEV)},
    **{(command, errno.ENOENT): _NO_SUCH for command in range(C.RES_QP_GET, C.GET_CHARDEV)},
    **dict.fromkeys(((C.RES_CTX_GET, errno.ENOENT), (C.RES_SRQ_GET, errno.ENOENT)), _NO_SUCH),
    **dict.fromkeys(((C.RES_CTX_GET, errno.EINVAL), (C.RES_SRQ_GET, errno.EINVAL)), _NO_DEVICE),
    **{
        (command, number): why
        for command in (C.RES_QP_GET_RAW, C.RES_CQ_GET_RAW, C.RES_MR_GET_RAW, C.RES_SRQ_GET_RAW)
        for number, why in ((errno.EINVAL, _NOT_RAW), (errno.ENOENT, _NO_SUCH))
    },
}
_ABSENT = ((C.GET, errno.EINVAL), (C.RES_GET, errno.EINVAL), (C.PORT_GET, errno.EINVAL), (C.NEWLINK, errno.ENODEV))


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about a refusal, or "" where no more is known than its number tells."""
    what = (operation.message_type - _NLDEV, answer.errno)
    if what == (C.NEWLINK, errno.EPERM) and not privileges.lacking():
        return "The driver makes no device of such an interface: rxe makes none of a VLAN"
    return "" if answer.text else _MEANINGS.get(what, "")


def meaning(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> type[NetlinkError] | None:
    """The class of an error where its number says another thing: what is not there, the kernel calls invalid."""
    what = (operation.message_type - _NLDEV, answer.errno)
    return AlreadyExists if what == (C.NEWLINK, errno.ENFILE) else NotFound if what in _ABSENT else None

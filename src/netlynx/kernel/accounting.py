"""How much of a receive queue a message takes: the kernel counts its own bookkeeping, not only the bytes.

What is queued costs `struct sk_buff` (256 bytes) and the block that holds data and `struct skb_shared_info` (320
bytes), rounded up to the allocator's sizes: 576 for up to 256 bytes of data, then powers of two. Only a large
unicast from user space is exact: it lies in pages of its own. The sizes are those that SO_MEMINFO shows on
x86_64 with pages of 4096 bytes. Source: net/netlink/af_netlink.c, net/core/skbuff.c.
"""

from __future__ import annotations

BUFFER_DEFAULT = 212992  # net.core.rmem_default and wmem_default
BUFFER_MAX = 4194304  # net.core.rmem_max and wmem_max, since Linux 6.17
RECEIVE_BUFFER_MIN = 2304  # SOCK_MIN_RCVBUF
SEND_BUFFER_MIN = 4608  # SOCK_MIN_SNDBUF
SEND_OVERHEAD = 32  # the largest message is this much less than the send buffer

DUMP_PART_MIN = 3776  # NLMSG_GOODSIZE: a page without skb_shared_info
DUMP_PART_MAX = 32448  # 32 KiB without skb_shared_info

_BUFFER_MAX = 0x7FFFFFFF
_SK_BUFF = 256
_SHARED_INFO = 320
_SMALL_BLOCK = 576


def block_cost(length: int) -> int:
    """What a queued datagram of `length` bytes counts when the allocator's sizes apply (`skb->truesize`)."""
    needed = -(-length // 64) * 64 + _SHARED_INFO
    block = _SMALL_BLOCK if needed <= _SMALL_BLOCK else 1 << (needed - 1).bit_length()
    return _SK_BUFF + block


def unicast_cost(length: int) -> int:
    """What a queued unicast of `length` bytes from user space counts."""
    if length <= DUMP_PART_MIN:
        return block_cost(length)
    return _SK_BUFF + _SHARED_INFO + -(-length // 64) * 64


def granted(asked: int, least: int, limit: int | None = None) -> int:
    """The buffer that a program gets which asks for `asked` bytes: twice that, for the bookkeeping (socket(7)).

    With a `limit` a negative number counts as a large one, as 32 bits without a sign; else as 0.
    """
    if limit is not None:
        asked = min(asked & 0xFFFFFFFF, limit)
    return max(least, 2 * min(max(asked, 0), _BUFFER_MAX // 2))

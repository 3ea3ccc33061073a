"""Who a socket belongs to and what its owner may do: the capabilities that netlink asks for.

Source: linux/capability.h, capabilities(7), `netlink_allowed` and `netlink_capable` in net/netlink/af_netlink.c.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import IntEnum, IntFlag


class Capability(IntEnum):
    """The capabilities that sockets of netlink are asked for. Source: linux/capability.h."""

    SETGID = 6  # send group IDs that are not the own
    SETUID = 7  # send user IDs that are not the own
    NET_BROADCAST = 11  # hear other namespaces
    NET_ADMIN = 12  # change the network, listen and send where it is restricted, go beyond the buffer limits
    SYS_ADMIN = 21  # send process IDs that are not the own
    AUDIT_CONTROL = 30  # see and change what is audited
    AUDIT_READ = 37  # hear the log of auditing


class ConfigFlag(IntFlag):
    """What a protocol allows to sockets without `Capability.NET_ADMIN` (NL_CFG_F_*, include/linux/netlink.h)."""

    NONROOT_RECV = 1  # join multicast groups
    NONROOT_SEND = 2  # send to other ports than the kernel's, and to groups


ADMINISTRATORS_ONLY = ConfigFlag(0)  # others may but talk to the kernel
ALL_CAPABILITIES = frozenset(Capability)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The owner of a socket: process, user, group, and the capabilities in the namespace that the socket is in.

    `user` makes an ordinary user of it. `pid` is the port ID that the first socket gets.
    """

    pid: int
    uid: int = 0
    gid: int = 0
    capabilities: frozenset[Capability] = ALL_CAPABILITIES

    def may(self, capability: Capability) -> bool:
        """Whether the owner has a capability."""
        return capability in self.capabilities

    def user(self, uid: int = 1000, gid: int | None = None) -> Credentials:
        """The same process as an ordinary user's, who has no capability."""
        return Credentials(self.pid, uid, uid if gid is None else gid, frozenset())


def own_credentials() -> Credentials:
    """This process as it is, but with every capability: in a kernel of its own it may do everything."""
    return Credentials(os.getpid(), os.getuid(), os.getgid())

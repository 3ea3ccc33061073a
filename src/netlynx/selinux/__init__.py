"""What SELinux tells unasked (NETLINK_SELINUX): that it begins or ceases to enforce its policy, and of new policies.

    from netlynx import selinux

    with nl.subscribe(selinux.EVENTS) as events:
        for event in events:
            print(event.kind, event.record)  # enforcement Enforcement(enforcing=True)

Nothing can be asked here: what is in force now stands in /sys/fs/selinux. Source: linux/selinux_netlink.h,
security/selinux/netlink.c.
"""

from __future__ import annotations

from netlynx.engine.operation import Group, Needed
from netlynx.schema import Constants, Layout, enum, member, s32, u32
from netlynx.wire.constants import NETLINK

__all__ = ["EVENTS", "Enforcement", "PolicyLoad"]


class SELNL_MSG(Constants):
    """Message types."""

    SETENFORCE = 16
    POLICYLOAD = 17


class SELNLGRP(Constants):
    """Groups."""

    NONE = 0
    AVC = 1


class Enforcement(Layout, c="selnl_msg_setenforce"):
    """Whether the policy is enforced from now on, or what it forbids is only logged (setenforce(8))."""

    enforcing: bool = member(enum(bool, s32), c="val")


class PolicyLoad(Layout, c="selnl_msg_policyload"):
    """A policy was loaded, or booleans of it were set; `sequence` counts how often that was done."""

    sequence: int = member(u32, c="seqno")


EVENTS: Group[Enforcement | PolicyLoad] = Group(
    "selinux.EVENTS",
    NETLINK.SELINUX,
    (SELNLGRP.AVC,),
    {SELNL_MSG.SETENFORCE: ("enforcement", Enforcement), SELNL_MSG.POLICYLOAD: ("policy-load", PolicyLoad)},
    initial_only=True,  # netlink_kernel_create(&init_net, …)
    needs=Needed("selinuxfs", "SELinux is not in use on this machine: it has to be chosen when the kernel starts"),
)
"""Each is an event of kind ``"enforcement"`` or ``"policy-load"``. Anybody may listen, in the first network namespace.

Where SELinux is built into the kernel and not in use, it could be listened to for ever: a subscription is refused
(`NotSupported`)."""

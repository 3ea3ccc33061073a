"""Quotas of disks that are used up: the family ``VFS_DQUOT``, which tells and is asked nothing.

    from netlynx.families import quota

    with nl.subscribe(quota.WARNINGS) as events:
        warning = events.get().record
        print(warning.kind, warning.id, warning.warning)

A file system of any quota tells it when a write goes over a limit, or falls below one again, in the initial network
namespace. Source: linux/quota.h, fs/quota/netlink.c, fs/quota/dquot.c.
"""

from __future__ import annotations

import os
from typing import ClassVar

from netlynx.engine.operation import Group
from netlynx.generic import Family, GenericHeader, event
from netlynx.schema import Constants, Enumeration, Record, attr, enum, takes, u32, u64
from netlynx.schema.facts import Facts

__all__ = ["QUOTA_NL_A", "QUOTA_NL_C", "WARNINGS", "QuotaKind", "Quotas", "Warned", "Warning"]


class QUOTA_NL_C(Constants):
    """Commands."""

    UNSPEC = 0
    WARNING = 1


class QUOTA_NL_A(Constants):
    """Attributes of a warning."""

    UNSPEC = 0
    QTYPE = 1
    EXCESS_ID = 2
    WARNING = 3
    DEV_MAJOR = 4
    DEV_MINOR = 5
    CAUSED_ID = 6
    PAD = 7


class QuotaKind(Enumeration):
    """Whose quota it is (USRQUOTA, GRPQUOTA, PRJQUOTA)."""

    USER = 0
    GROUP = 1
    PROJECT = 2


class Warned(
    Enumeration,
    prefix="QUOTA_NL_",
    labels={
        "IHARDWARN": "inodes-hard",
        "ISOFTLONGWARN": "inodes-grace-over",
        "ISOFTWARN": "inodes-soft",
        "BHARDWARN": "blocks-hard",
        "BSOFTLONGWARN": "blocks-grace-over",
        "BSOFTWARN": "blocks-soft",
        "IHARDBELOW": "inodes-below-hard",
        "ISOFTBELOW": "inodes-below-soft",
        "BHARDBELOW": "blocks-below-hard",
        "BSOFTBELOW": "blocks-below-soft",
    },
):
    """Which limit was reached, or is no more: of inodes or blocks, the hard or soft one, or the time of grace."""

    __omitted__: ClassVar[dict[str, str]] = {
        "QUOTA_NL_A_*": "attributes: QUOTA_NL_A",
        "QUOTA_NL_C_*": "commands: QUOTA_NL_C",
        "QUOTA_NL_NOWARN": "is not told",
    }

    IHARDWARN = 1
    ISOFTLONGWARN = 2
    ISOFTWARN = 3
    BHARDWARN = 4
    BSOFTLONGWARN = 5
    BSOFTWARN = 6
    IHARDBELOW = 7
    ISOFTBELOW = 8
    BHARDBELOW = 9
    BSOFTBELOW = 10


class Warning(Record, header=GenericHeader):
    """A limit of a quota that was reached, or is kept again."""

    __facts__: ClassVar[Facts] = Facts(attributes=QUOTA_NL_A)

    kind: takes.Member[QuotaKind | None] = attr(QUOTA_NL_A.QTYPE, enum(QuotaKind, u32))
    id: int | None = attr(QUOTA_NL_A.EXCESS_ID, u64)  # of the user, group or project
    warning: takes.Member[Warned | None] = attr(QUOTA_NL_A.WARNING, enum(Warned, u32))
    major: int | None = attr(QUOTA_NL_A.DEV_MAJOR, u32)  # of the device that the file system is on
    minor: int | None = attr(QUOTA_NL_A.DEV_MINOR, u32)
    caused_by: int | None = attr(QUOTA_NL_A.CAUSED_ID, u64)  # the user who wrote

    @property
    def device(self) -> int | None:
        """The device that the file system is on, as `os.stat_result.st_dev` has it."""
        return None if self.major is None or self.minor is None else os.makedev(self.major, self.minor)


class Quotas(Family, name="VFS_DQUOT", version=1, netnsok=False):
    """The family ``VFS_DQUOT``."""

    warned = event(QUOTA_NL_C.WARNING, Warning, group="events")


WARNINGS: Group[Warning] = Quotas.notifications()
"""Limits that are reached, and that are kept again."""

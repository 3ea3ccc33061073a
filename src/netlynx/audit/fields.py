"""What rules are made of: lists, actions, fields, operators, machines. Source: linux/audit.h."""

from __future__ import annotations

import errno
import platform
import stat
from typing import ClassVar, NamedTuple

from netlynx.schema import Constants, Enumeration

UNSET = 0xFFFF_FFFF  # AUDIT_UID_UNSET, AUDIT_SID_UNSET: no login user ID, no session


class Filter(Enumeration, prefix="AUDIT_FILTER_", labels={"FS": "filesystem", "URING_EXIT": "io_uring"}):
    """The list that a rule stands in: which events it is asked about."""

    __omitted__: ClassVar[dict[str, str]] = {
        "AUDIT_FILTER_ENTRY": "the kernel takes no such rules any more",
        "AUDIT_FILTER_WATCH": "no list of its own: watches are rules of `exit`",
        "AUDIT_FILTER_TYPE": "an old name of AUDIT_FILTER_EXCLUDE",
        "AUDIT_FILTER_PREPEND": "a flag beside the list",
    }

    USER = 0
    TASK = 1
    EXIT = 4
    EXCLUDE = 5
    FS = 6
    URING_EXIT = 7


PREPEND = 0x10  # AUDIT_FILTER_PREPEND


class Action(Enumeration):
    """What becomes of an event that a rule fits: AUDIT_NEVER, AUDIT_ALWAYS."""

    NEVER = 0
    ALWAYS = 2


class AUDIT_ARCH(Constants):
    """Machines, by the ELF header of their programs."""

    AARCH64 = 0xC00000B7
    ALPHA = 0xC0009026
    ARCOMPACT = 0x4000005D
    ARCOMPACTBE = 0x0000005D
    ARCV2 = 0x400000C3
    ARCV2BE = 0x000000C3
    ARM = 0x40000028
    ARMEB = 0x00000028
    C6X = 0x4000008C
    C6XBE = 0x0000008C
    CRIS = 0x4000004C
    CSKY = 0x400000FC
    FRV = 0x00005441
    H8300 = 0x0000002E
    HEXAGON = 0x000000A4
    I386 = 0x40000003
    IA64 = 0xC0000032
    LOONGARCH32 = 0x40000102
    LOONGARCH64 = 0xC0000102
    M32R = 0x00000058
    M68K = 0x00000004
    MICROBLAZE = 0x000000BD
    MIPS = 0x00000008
    MIPS64 = 0x80000008
    MIPS64N32 = 0xA0000008
    MIPSEL = 0x40000008
    MIPSEL64 = 0xC0000008
    MIPSEL64N32 = 0xE0000008
    NDS32 = 0x400000A7
    NDS32BE = 0x000000A7
    NIOS2 = 0x40000071
    OPENRISC = 0x0000005C
    PARISC = 0x0000000F
    PARISC64 = 0x8000000F
    PPC = 0x00000014
    PPC64 = 0x80000015
    PPC64LE = 0xC0000015
    RISCV32 = 0x400000F3
    RISCV64 = 0xC00000F3
    S390 = 0x00000016
    S390X = 0x80000016
    SH = 0x0000002A
    SH64 = 0x8000002A
    SHEL = 0x4000002A
    SHEL64 = 0xC000002A
    SPARC = 0x00000002
    SPARC64 = 0x8000002B
    TILEGX = 0xC00000BF
    TILEGX32 = 0x400000BF
    TILEPRO = 0x400000BC
    UNICORE = 0x4000006E
    X86_64 = 0xC000003E
    XTENSA = 0x0000005E


OPERATORS = {
    "=": 0x4000_0000,
    "!=": 0x3000_0000,
    "<": 0x1000_0000,
    "<=": 0x5000_0000,
    ">": 0x2000_0000,
    ">=": 0x6000_0000,
    "&": 0x0800_0000,
    "&=": 0x4800_0000,
}
"""AUDIT_EQUAL and so on; ``&``: any of these bits, ``&=``: all of them."""

SYMBOLS = {number: symbol for symbol, number in OPERATORS.items()}


class Field(NamedTuple):
    """A field of a rule: its number, and how its values are given."""

    number: int
    kind: str


TEXT, USER, GROUP, SIGNED, UNSIGNED, HEX = "text", "user", "group", "signed", "unsigned", "hex"
ARCH, EXIT, PERM, TYPE, FILETYPE, FSTYPE, SUCCESS = "arch", "exit", "perm", "type", "filetype", "fstype", "success"

FIELDS = {
    "pid": Field(0, SIGNED),
    "uid": Field(1, USER),
    "euid": Field(2, USER),
    "suid": Field(3, USER),
    "fsuid": Field(4, USER),
    "gid": Field(5, GROUP),
    "egid": Field(6, GROUP),
    "sgid": Field(7, GROUP),
    "fsgid": Field(8, GROUP),
    "auid": Field(9, USER),
    "pers": Field(10, SIGNED),
    "arch": Field(11, ARCH),
    "msgtype": Field(12, TYPE),
    "subj_user": Field(13, TEXT),
    "subj_role": Field(14, TEXT),
    "subj_type": Field(15, TEXT),
    "subj_sen": Field(16, TEXT),
    "subj_clr": Field(17, TEXT),
    "ppid": Field(18, SIGNED),
    "obj_user": Field(19, TEXT),
    "obj_role": Field(20, TEXT),
    "obj_type": Field(21, TEXT),
    "obj_lev_low": Field(22, TEXT),
    "obj_lev_high": Field(23, TEXT),
    "loginuid_set": Field(24, SIGNED),
    "sessionid": Field(25, USER),  # which may be unset too
    "fstype": Field(26, FSTYPE),
    "devmajor": Field(100, SIGNED),
    "devminor": Field(101, SIGNED),
    "inode": Field(102, UNSIGNED),
    "exit": Field(103, EXIT),
    "success": Field(104, SUCCESS),
    "path": Field(105, TEXT),
    "perm": Field(106, PERM),
    "dir": Field(107, TEXT),
    "filetype": Field(108, FILETYPE),
    "obj_uid": Field(109, USER),
    "obj_gid": Field(110, GROUP),
    "exe": Field(112, TEXT),
    "saddr_fam": Field(113, SIGNED),
    "a0": Field(200, HEX),
    "a1": Field(201, HEX),
    "a2": Field(202, HEX),
    "a3": Field(203, HEX),
    "key": Field(210, TEXT),
}
"""By the name that auditctl(8) has for it: ``auid`` is the login user ID, ``path`` the watched file."""

COMPARE = 111  # AUDIT_FIELD_COMPARE: the value says which two fields

NAMES = {field.number: name for name, field in FIELDS.items()}

# AUDIT_COMPARE_UID_TO_OBJ_UID = 1 and so on
COMPARISONS = {
    pair: number
    for number, pair in enumerate(
        (
            ("uid", "obj_uid"),
            ("gid", "obj_gid"),
            ("euid", "obj_uid"),
            ("egid", "obj_gid"),
            ("auid", "obj_uid"),
            ("suid", "obj_uid"),
            ("sgid", "obj_gid"),
            ("fsuid", "obj_uid"),
            ("fsgid", "obj_gid"),
            ("uid", "auid"),
            ("uid", "euid"),
            ("uid", "fsuid"),
            ("uid", "suid"),
            ("auid", "fsuid"),
            ("auid", "suid"),
            ("auid", "euid"),
            ("euid", "suid"),
            ("euid", "fsuid"),
            ("suid", "fsuid"),
            ("gid", "egid"),
            ("gid", "fsgid"),
            ("gid", "sgid"),
            ("egid", "fsgid"),
            ("egid", "sgid"),
            ("sgid", "fsgid"),
        ),
        1,
    )
}
COMPARED = {number: pair for pair, number in COMPARISONS.items()}

PERMISSIONS = {"r": 4, "w": 2, "x": 1, "a": 8}  # AUDIT_PERM_*; in the order in which they are shown
FILETYPES = {
    "file": stat.S_IFREG,
    "dir": stat.S_IFDIR,
    "socket": stat.S_IFSOCK,
    "link": stat.S_IFLNK,
    "character": stat.S_IFCHR,
    "block": stat.S_IFBLK,
    "fifo": stat.S_IFIFO,
}
FSTYPES = {"debugfs": 0x64626720, "tracefs": 0x74726163}  # linux/magic.h
ERRNOS = {name: number for number, name in errno.errorcode.items()}

_WORDS = {"x86_64": ("X86_64", "I386"), "aarch64": ("AARCH64", "ARM"), "ppc64le": ("PPC64LE", "PPC")}
_WORDS |= {"s390x": ("S390X", "S390"), "riscv64": ("RISCV64", "RISCV32")}


def machines() -> dict[str, int]:
    """What ``b64`` and ``b32`` are on this machine; nothing where that is not known."""
    words = _WORDS.get(platform.machine())
    if words is None:
        return {}
    return {f"b{size}": int(getattr(AUDIT_ARCH, name)) for size, name in zip((64, 32), words, strict=True)}


ARCHES = {name.removeprefix("AUDIT_ARCH_").lower(): int(number) for name, number in AUDIT_ARCH.__c_names__.items()}
"""Machines by name, as `platform.machine` has them."""

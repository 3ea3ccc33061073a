"""`bpf`: programs. Source: linux/pkt_cls.h, net/sched/cls_bpf.c, tc-bpf(8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from netlynx.schema import (
    Constants,
    FlagSet,
    Layout,
    Record,
    array,
    attr,
    binary,
    enum,
    member,
    string,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.tc.action import ACTIONS_OF_A_FILTER, Action
from netlynx.tc.actions.police import POLICE, Police
from netlynx.tc.filters.common import ClassifierFlag
from netlynx.tc.handle import HANDLE, Handle

NAME_LIMIT = 255  # CLS_BPF_NAME_LEN, with the NUL


class TCA_BPF(Constants):
    """Attributes of `bpf`."""

    UNSPEC = 0
    ACT = 1
    POLICE = 2
    CLASSID = 3
    OPS_LEN = 4
    OPS = 5
    FD = 6
    NAME = 7
    FLAGS = 8
    FLAGS_GEN = 9
    TAG = 10
    ID = 11


class BpfFlag(FlagSet, prefix="TCA_BPF_FLAG_"):
    """`act_direct`: what the program returns is what becomes of the packet."""

    ACT_DIRECT = 1


class Instruction(Layout, c="sock_filter"):
    """One instruction of classic BPF; `jt` and `jf` are how many to skip where a condition is true, or is not."""

    code: int = member(u16)
    jt: int = member(u8)
    jf: int = member(u8)
    k: int = member(u32)


class Bpf(Record):
    """`bpf`: packets that a program takes.

    The program is `fd`, the descriptor of one that is loaded (a number, or an object that has `fileno`; `tc.program`
    opens one by the path at which it is pinned, by its name or number), or `instructions` of classic BPF. `name` is
    what it is called in listings, where `tag` and `id` tell which one it is. Without `act_direct` among the
    `program_flags` the program returns a class, or -1 for that of `classid`.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_BPF, policy="bpf_policy", spec=("tc", "bpf-attrs"))

    classid: takes.Member[Handle | None] = attr(TCA_BPF.CLASSID, HANDLE)
    actions: takes.MaybeSeveral[Action] = attr(TCA_BPF.ACT, ACTIONS_OF_A_FILTER)
    police: takes.Nested[Police | None] = attr(TCA_BPF.POLICE, POLICE)  # as filters had it before actions
    count: int | None = attr(TCA_BPF.OPS_LEN, u16)  # of the instructions; it need not be given
    instructions: takes.MaybeSeveral[Instruction] = attr(TCA_BPF.OPS, array(struct(Instruction)))
    fd: takes.Takes[int | None, Any] = attr(TCA_BPF.FD, u32)
    name: str | None = attr(TCA_BPF.NAME, string(NAME_LIMIT))
    program_flags: takes.Flags[BpfFlag | None] = attr(TCA_BPF.FLAGS, enum(BpfFlag, u32))
    flags: takes.Flags[ClassifierFlag | None] = attr(TCA_BPF.FLAGS_GEN, enum(ClassifierFlag, u32))
    tag: bytes | None = attr(TCA_BPF.TAG, binary, read_only=True)
    id: int | None = attr(TCA_BPF.ID, u32, read_only=True)

    @classmethod
    def __spelt__(cls, values: dict[str, Any]) -> Mapping[str, Any]:
        fileno = getattr(values.get("fd"), "fileno", None)
        return {**values, "fd": fileno()} if fileno is not None else values

"""`bpf`: a program says what becomes of a packet. Source: linux/tc_act/tc_bpf.h, net/sched/act_bpf.c, tc-bpf(8)."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from netlynx.errors import EncodeError
from netlynx.schema import Constants, Layout, Record, array, attr, binary, member, string, struct, takes, u8, u16, u32
from netlynx.schema.facts import Facts
from netlynx.tc.actions.common import Controlled, Parms, Times, parms_of, refers, said
from netlynx.tc.descriptors import check_program

NAME_LIMIT = 255  # ACT_BPF_NAME_LEN, with the NUL
MOST_INSTRUCTIONS = 4096  # BPF_MAXINSNS


class TCA_ACT_BPF(Constants):
    """Attributes of `bpf`."""

    UNSPEC = 0
    TM = 1
    PARMS = 2
    OPS_LEN = 3
    OPS = 4
    FD = 5
    NAME = 6
    PAD = 7
    TAG = 8
    ID = 9


class BpfParms(Parms, c="tc_act_bpf"):
    """The struct of `bpf`."""


class ActionInstruction(Layout, c="sock_filter"):
    """An instruction of classic BPF; `jt` and `jf` are how many to skip where a condition is true, or is not."""

    code: int = member(u16)
    jt: int = member(u8)
    jf: int = member(u8)
    k: int = member(u32)

    @classmethod
    def __natural__(cls, value: Any) -> Any:
        """Four numbers are one, too."""
        names = [*cls.__declarations__]
        if isinstance(value, list | tuple) and len(value) == len(names):
            return cls(**dict(zip(names, value, strict=True)))
        return value


class BpfAttributes(Record):
    """The attributes of `bpf`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_ACT_BPF, policy="act_bpf_policy")

    count: int | None = attr(TCA_ACT_BPF.OPS_LEN, u16)
    instructions: takes.MaybeSeveral[ActionInstruction] = attr(TCA_ACT_BPF.OPS, array(struct(ActionInstruction)))
    fd: int | None = attr(TCA_ACT_BPF.FD, u32)
    name: str | None = attr(TCA_ACT_BPF.NAME, string(NAME_LIMIT))
    tag: bytes | None = attr(TCA_ACT_BPF.TAG, binary, read_only=True)
    id: int | None = attr(TCA_ACT_BPF.ID, u32, read_only=True)
    parms: takes.Nested[BpfParms | None] = attr(TCA_ACT_BPF.PARMS, struct(BpfParms))
    times: takes.Nested[Times | None] = attr(TCA_ACT_BPF.TM, struct(Times), read_only=True)


class BpfAction(Controlled):
    """`bpf`: what a program returns says what becomes of a packet; `control` is for those of which it returns -1.

    The program is `fd`, the descriptor of one that is loaded (a number, or an object that has `fileno`), with a `name`
    for listings, or the `instructions` of one of classic BPF: a list of four numbers each (code, jt, jf, k). The kernel
    tells the `tag` and `id` of the first. Source: tcf_bpf_init in net/sched/act_bpf.c, tc-bpf(8).
    """

    fd: takes.Takes[int | None, Any] = attr(6, u32)
    name: str | None = attr(7, string(NAME_LIMIT))
    instructions: takes.Natural[tuple[ActionInstruction, ...] | None] = attr(8, array(struct(ActionInstruction)))
    tag: bytes | None = attr(9, binary, read_only=True)
    id: int | None = attr(10, u32, read_only=True)

    @classmethod
    def __spelt__(cls, values: dict[str, Any]) -> dict[str, Any]:
        made = values
        fileno = getattr(values.get("fd"), "fileno", None)
        if fileno is not None:
            made = {**made, "fd": fileno()}
        return made

    @classmethod
    def __read__(cls, wire: BpfAttributes) -> Self:
        if wire.instructions is not None and wire.count != len(wire.instructions):
            raise ValueError(f"{wire.count} instructions are told, and {len(wire.instructions)} are there")
        return cls(
            **said(wire.parms or BpfParms(), wire.times),
            **{name: getattr(wire, name) for name in _SAME},
        )

    def __write__(self) -> BpfAttributes:
        if self.fd is not None:
            if self.instructions is not None:
                raise EncodeError("it is the program that fd is already: one of both", "instructions")
            check_program(self.fd, "fd")
        elif self.instructions is None and self.name is not None and self.id is None:
            raise EncodeError("it is the name of a program, which fd has to say", "name")
        elif self.instructions is None and not refers(self) and self.index is None:
            raise EncodeError("say which program: fd or instructions", "fd")
        count = None if self.instructions is None else len(self.instructions)
        if count is not None and not 0 < count <= MOST_INSTRUCTIONS:
            raise EncodeError(f"a program has 1 to {MOST_INSTRUCTIONS} instructions, not {count}", "instructions")
        return BpfAttributes(
            parms=parms_of(BpfParms, self),
            count=count,
            times=self.times,
            **{name: getattr(self, name) for name in _SAME},
        )


_SAME = ("fd", "name", "instructions", "tag", "id")

"""Classic BPF: the packet filters of SO_ATTACH_FILTER, checked and run as the kernel does.

Source: linux/filter.h, linux/bpf_common.h, net/core/filter.c.
"""

from __future__ import annotations

import errno
import operator
from collections.abc import Callable, Sequence

from netlynx.errors import refuse

Instruction = tuple[int, int, int, int]  # struct sock_filter: code, jt, jf, k

_WORD = 0xFFFFFFFF
_CELLS = 16  # BPF_MEMWORDS
_LONGEST = 4096  # BPF_MAXINSNS

_LD, _LDX, _ST, _STX, _ALU, _JMP, _RET, _MISC = range(8)  # BPF_CLASS
_IMM, _ABS, _IND, _MEM, _LEN, _MSH = (mode << 5 for mode in range(6))  # BPF_MODE
_SIZES = {0x00: 4, 0x08: 2, 0x10: 1}  # BPF_W, BPF_H, BPF_B
_X = 0x08  # the operand is X, not k
_A = 0x10  # BPF_RET returns A
_DIV, _MOD, _NEG = 0x30, 0x90, 0x80
_TXA = 0x80

_ALU_OPERATIONS: dict[int, Callable[[int, int], int]] = {
    0x00: operator.add,
    0x10: operator.sub,
    0x20: operator.mul,
    _DIV: operator.floordiv,
    0x40: operator.or_,
    0x50: operator.and_,
    0x60: lambda a, b: a << (b & 31),
    0x70: lambda a, b: a >> (b & 31),
    _NEG: lambda a, _: -a,
    _MOD: operator.mod,
    0xA0: operator.xor,
}
_JUMPS: dict[int, Callable[[int, int], bool]] = {
    0x00: lambda a, b: True,  # BPF_JA: the target is k
    0x10: operator.eq,
    0x20: operator.gt,
    0x30: operator.ge,
    0x40: lambda a, b: bool(a & b),
}


def compile_filter(program: Sequence[Instruction]) -> Callable[[bytes], int]:
    """A function that runs a program on a datagram and gives how many bytes to keep, 0 to drop it.

    Raises:
        OSError: EINVAL, what the kernel's checker refuses too.
    """
    steps = list(program)
    if not 0 < len(steps) <= _LONGEST or steps[-1][0] & 7 != _RET:
        raise refuse(errno.EINVAL)
    for at, step in enumerate(steps):
        if not _sound(step, len(steps) - at - 1):
            raise refuse(errno.EINVAL)
    return lambda data: _run(steps, data)


def _sound(step: Instruction, after: int) -> bool:
    code, jt, jf, k = step
    kind, mode, operation = code & 7, code & 0xE0, code & 0xF0
    if kind == _LD:
        return mode <= _LEN and code & 0x18 in _SIZES and (mode != _MEM or k < _CELLS)
    if kind == _LDX:
        return mode in (_IMM, _LEN, _MSH) or (mode == _MEM and k < _CELLS)
    if kind in (_ST, _STX):
        return k < _CELLS
    if kind == _ALU:
        return operation in _ALU_OPERATIONS and (operation not in (_DIV, _MOD) or bool(code & _X or k))
    if kind == _JMP:
        return operation in _JUMPS and (k < after if operation == 0 else max(jt, jf) < after)
    return True


def _run(steps: Sequence[Instruction], data: bytes) -> int:
    a = x = at = 0
    cells = [0] * _CELLS
    while True:
        code, jt, jf, k = steps[at]
        at += 1
        kind, mode, operation = code & 7, code & 0xE0, code & 0xF0
        operand = x if code & _X else k
        if kind == _RET:
            return a if code & _A else k
        if kind in (_LD, _LDX):
            value = _load(data, code, mode, k, x, cells)
            if value is None:
                return 0  # a load beyond the end drops the datagram
            if kind == _LD:
                a = value
            else:
                x = value
        elif kind == _ST:
            cells[k] = a
        elif kind == _STX:
            cells[k] = x
        elif kind == _ALU:
            if operation in (_DIV, _MOD) and not operand:
                return 0
            a = _ALU_OPERATIONS[operation](a, operand) & _WORD
        elif kind == _JMP:
            at += k if operation == 0 else jt if _JUMPS[operation](a, operand) else jf
        elif code & 0xF8 == _TXA:
            a = x
        else:
            x = a


def _load(data: bytes, code: int, mode: int, k: int, x: int, cells: list[int]) -> int | None:
    if mode == _IMM:
        return k
    if mode == _LEN:
        return len(data)
    if mode == _MEM:
        return cells[k]
    if mode == _MSH:
        return (data[k] & 0xF) * 4 if k < len(data) else None
    start = k if mode == _ABS else (k + x) & _WORD
    end = start + _SIZES[code & 0x18]
    return int.from_bytes(data[start:end], "big") if end <= len(data) else None

"""Which system calls stop: filters of seccomp(2), so that all others cost nothing.

Sources: linux/seccomp.h, linux/filter.h; a filter reads `struct seccomp_data`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import NamedTuple

from netlynx.trace.numbers import COPIES, FILES, SOCKETS, Machine

AF_NETLINK = 16

_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
_NUMBER, _ARCH, _ARGS = 0, 4, 16  # offsets in struct seccomp_data
_TRACE, _ALLOW = 0x7FF00000, 0x7FFF0000  # SECCOMP_RET_*
_DUPFD = (0, 1030)  # F_DUPFD, F_DUPFD_CLOEXEC: linux/fcntl.h
_SOL_SOCKET, _SO_ERROR = 1, 4  # asm-generic/socket.h


class Rule(NamedTuple):
    """A call that stops, where each of these arguments is one of these values."""

    call: str
    arguments: tuple[tuple[int, tuple[int, ...]], ...] = ()


def of_start(machine: Machine, *, files: bool, descriptors: Iterable[int] = ()) -> bytes:
    """The filter that a program starts with: the calls of all sockets. With `files` also whatever gives it a socket
    of netlink, and what it does with those that it has already."""
    rules = [Rule(call) for call in SOCKETS]
    rules.append(Rule("getsockopt", ((1, (_SOL_SOCKET,)), (2, (_SO_ERROR,)))))
    rules.append(Rule("io_uring_setup"))
    if files:
        rules.append(Rule("socket", ((0, (AF_NETLINK,)),)))
        rules.append(Rule("pidfd_getfd"))
        rules += [rule for each in descriptors for rule in _rules(each)]
    return assembled(machine, rules)


def of_descriptor(machine: Machine, descriptor: int | None) -> bytes:
    """The filter that is added for a descriptor that is a socket of netlink; None for whatever descriptor."""
    return assembled(machine, _rules(descriptor))


def _rules(descriptor: int | None) -> list[Rule]:
    this = () if descriptor is None else ((0, (descriptor,)),)
    return [*(Rule(call, this) for call in (*FILES, *COPIES)), Rule("fcntl", (*this, (1, _DUPFD)))]


def assembled(machine: Machine, rules: Iterable[Rule]) -> bytes:
    """The rules as instructions: one behind the other, of which the first whose call it is decides."""
    code = [
        _instruction(_LOAD, 0, 0, _ARCH),
        _instruction(_EQUAL, 1, 0, machine.audit),
        _instruction(_RETURN, 0, 0, _ALLOW),
    ]
    for call, arguments in rules:
        if call not in machine.numbers:
            continue
        body: list[bytes] = []
        for at, (argument, values) in enumerate(arguments):
            left = sum(1 + len(others) for _, others in arguments[at + 1 :]) + 1  # instructions until it is allowed
            body.append(_instruction(_LOAD, 0, 0, _ARGS + 8 * argument))
            for place, value in enumerate(values):
                others = len(values) - place - 1
                body.append(_instruction(_EQUAL, others, 0 if others else left, value))
        body += [_instruction(_RETURN, 0, 0, _TRACE)]
        if arguments:
            body += [_instruction(_RETURN, 0, 0, _ALLOW)]
        code.append(_instruction(_LOAD, 0, 0, _NUMBER))
        code.append(_instruction(_EQUAL, 0, len(body), machine.numbers[call]))
        code += body
    code.append(_instruction(_RETURN, 0, 0, _ALLOW))
    return b"".join(code)


def _instruction(operation: int, if_so: int, if_not: int, value: int) -> bytes:
    """struct sock_filter"""
    return struct.pack("=HBBI", operation, if_so, if_not, value & 0xFFFFFFFF)

"""Conditions as programs of the kernel: INET_DIAG_REQ_BYTECODE.

An operation has a code, how far it is to the next one where it is met (`yes`), and where it is not (`no`), in bytes
from its own start. A program that is run to its very end lets the socket through; a jump to 4 bytes behind that does
not. What stands behind the first 4 bytes of an operation belongs to it. The kernel looks at all of that before it
runs one: jumps lead forwards, to where an operation begins that is reached by way of `yes`.

Source: linux/inet_diag.h, inet_diag_bc_run and inet_diag_bc_audit in net/ipv4/inet_diag.c.
"""

from __future__ import annotations

import socket
import struct
from ipaddress import IPv4Network, IPv6Network

from netlynx.schema import Constants

_OPERATION = struct.Struct("=BBH")  # struct inet_diag_bc_op
_HOST = struct.Struct("=BBxxi")  # struct inet_diag_hostcond, but for the address
_ANY_PORT = -1
_REFUSE = -1  # a jump out of the program
_STEP = _OPERATION.size

LONGEST = 60_000
"""Bytes of a program that are sent: distances have 16 bits, and so has the size of an attribute."""


class INET_DIAG_BC(Constants):
    """Codes of operations."""

    NOP = 0
    JMP = 1
    S_GE = 2
    S_LE = 3
    D_GE = 4
    D_LE = 5
    AUTO = 6
    S_COND = 7
    D_COND = 8
    DEV_COND = 9
    MARK_COND = 10
    S_EQ = 11
    D_EQ = 12
    CGROUP_COND = 13


class Program:
    """Operations one behind the other: each with its bytes, and where it leads to when it is not met.

    That is an offset in the program, or `_REFUSE`.
    """

    def __init__(self, operations: tuple[tuple[int, bytes, int], ...]) -> None:
        self.operations = operations
        self.size = sum(_STEP + len(data) for _, data, _ in operations)

    def __and__(self, other: Program) -> Program:
        return Program((*self.operations, *other._moved(self.size, _REFUSE)))

    def __or__(self, other: Program) -> Program:
        behind = self.size + _STEP
        jump = (int(INET_DIAG_BC.JMP), b"", behind + other.size)
        return Program((*self._moved(0, behind), jump, *other._moved(behind, _REFUSE)))

    def __invert__(self) -> Program:
        return Program((*self._moved(0, self.size + _STEP), (int(INET_DIAG_BC.JMP), b"", _REFUSE)))

    def _moved(self, by: int, refuse: int) -> tuple[tuple[int, bytes, int], ...]:
        """The operations so many bytes further on; what they refuse leads to `refuse`."""
        return tuple((code, data, refuse if no == _REFUSE else no + by) for code, data, no in self.operations)

    def to_bytes(self) -> bytes:
        """The program as the kernel takes it."""
        made = bytearray()
        for code, data, no in self.operations:
            target = self.size + _STEP if no == _REFUSE else no
            made += _OPERATION.pack(code, _STEP + len(data), target - len(made)) + data
        return bytes(made)


def _single(code: int, data: bytes = b"") -> Program:
    return Program(((int(code), data, _REFUSE),))


def _compared(code: int, port: int) -> Program:
    return _single(code, _OPERATION.pack(0, 0, port))


def port(end: str, ports: range) -> Program:
    """The port of an end lies in a range that has one at least."""
    equal, least, most = (
        (INET_DIAG_BC.S_EQ, INET_DIAG_BC.S_GE, INET_DIAG_BC.S_LE)
        if end == "source"
        else (INET_DIAG_BC.D_EQ, INET_DIAG_BC.D_GE, INET_DIAG_BC.D_LE)
    )
    if len(ports) == 1:
        return _compared(equal, ports[0])
    return _compared(least, ports[0]) & _compared(most, ports[-1])


def address(end: str, network: IPv4Network | IPv6Network) -> Program:
    """The address of an end lies in a network; in one of IPv4 also as an IPv6 socket has it (``::ffff:192.0.2.1``)."""
    code = INET_DIAG_BC.S_COND if end == "source" else INET_DIAG_BC.D_COND
    family = socket.AF_INET if network.version == 4 else socket.AF_INET6
    return _single(code, _HOST.pack(family, network.prefixlen, _ANY_PORT) + network.network_address.packed)


def interface(index: int) -> Program:
    """The socket is bound to this interface, or to none (0)."""
    return _single(INET_DIAG_BC.DEV_COND, struct.pack("=I", index))


def mark(value: int, mask: int) -> Program:
    """The mark is this one in the bits of the mask. Takes CAP_NET_ADMIN."""
    return _single(INET_DIAG_BC.MARK_COND, struct.pack("=II", value, mask))


def cgroup(number: int) -> Program:
    """The socket belongs to this cgroup, of version 2."""
    return _single(INET_DIAG_BC.CGROUP_COND, struct.pack("=Q", number))


def never() -> Program:
    """No socket."""
    return _single(INET_DIAG_BC.JMP)


def automatic() -> Program:
    """Nobody bound the socket to its port."""
    return _single(INET_DIAG_BC.AUTO)

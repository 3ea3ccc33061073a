"""Classic BPF on virtual sockets."""

from __future__ import annotations

import pytest

from netlynx.kernel import VirtualKernel
from netlynx.kernel.filters import Instruction, compile_filter
from netlynx.wire.constants import NETLINK
from virtual import readable

RETURN_K, RETURN_A = 0x06, 0x16
LOAD_BYTE, LOAD_HALF, LOAD_WORD, LOAD_LENGTH = 0x30, 0x28, 0x20, 0x80
EQUAL = 0x15


@pytest.mark.parametrize(
    ("program", "data", "kept"),
    [
        ([(RETURN_K, 0, 0, 7)], b"", 7),
        ([(LOAD_LENGTH, 0, 0, 0), (RETURN_A, 0, 0, 0)], b"abc", 3),
        ([(LOAD_BYTE, 0, 0, 1), (RETURN_A, 0, 0, 0)], b"\x01\x02", 2),
        ([(LOAD_HALF, 0, 0, 0), (RETURN_A, 0, 0, 0)], b"\x01\x02", 0x0102),
        ([(LOAD_WORD, 0, 0, 0), (RETURN_A, 0, 0, 0)], b"\x01\x02", 0),
        ([(LOAD_BYTE, 0, 0, 0), (EQUAL, 0, 1, 65), (RETURN_K, 0, 0, 1), (RETURN_K, 0, 0, 0)], b"A", 1),
        ([(LOAD_BYTE, 0, 0, 0), (EQUAL, 0, 1, 65), (RETURN_K, 0, 0, 1), (RETURN_K, 0, 0, 0)], b"B", 0),
        ([(0x00, 0, 0, 5), (0x14, 0, 0, 7), (RETURN_A, 0, 0, 0)], b"", 0xFFFFFFFE),  # 5 - 7
        ([(0x01, 0, 0, 0), (0x00, 0, 0, 8), (0x3C, 0, 0, 0), (RETURN_K, 0, 0, 9)], b"", 0),  # 8 / 0
        ([(0x00, 0, 0, 5), (0x02, 0, 0, 3), (0x61, 0, 0, 3), (0x87, 0, 0, 0), (RETURN_A, 0, 0, 0)], b"", 5),
        ([(0x00, 0, 0, 6), (0x07, 0, 0, 0), (0x0C, 0, 0, 0), (RETURN_A, 0, 0, 0)], b"", 12),
        ([(0xB1, 0, 0, 0), (0x50, 0, 0, 0), (RETURN_A, 0, 0, 0)], b"\x01\0\0\0\x2a", 42),
    ],
)
def test_a_program_says_how_much_to_keep(program: list[Instruction], data: bytes, kept: int) -> None:
    assert compile_filter(program)(data) == kept


@pytest.mark.parametrize(
    "program",
    [
        [],
        [(LOAD_BYTE, 0, 0, 0)],
        [(EQUAL, 0, 1, 65), (RETURN_K, 0, 0, 1)],
        [(0x05, 0, 0, 1), (RETURN_K, 0, 0, 1)],
        [(0x34, 0, 0, 0), (RETURN_K, 0, 0, 1)],
        [(0x02, 0, 0, 16), (RETURN_K, 0, 0, 1)],
        [(0xF4, 0, 0, 1), (RETURN_K, 0, 0, 1)],
    ],
)
def test_an_unsound_program_is_refused(program: list[Instruction]) -> None:
    with pytest.raises(OSError, match="Invalid argument"):
        compile_filter(program)


def test_what_a_filter_drops_looks_delivered_to_its_sender(kernel: VirtualKernel) -> None:
    usersock = int(NETLINK.USERSOCK)
    alice, bob = kernel.open(usersock), kernel.open(usersock)
    bob.filter = compile_filter([(LOAD_BYTE, 0, 0, 0), (EQUAL, 0, 1, 65), (RETURN_K, 0, 0, 1), (RETURN_K, 0, 0, 0)])
    assert alice.send(b"B", bob.portid) == 1
    assert not readable(bob)
    alice.send(b"A", bob.portid)
    assert readable(bob)

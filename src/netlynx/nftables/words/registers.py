"""Which registers nft takes: 16 bytes for each thing, of something longer as many as it needs, four for each part."""

from __future__ import annotations

from netlynx.errors import EncodeError
from netlynx.nftables.registers import Register

_SLOTS = 16  # of 4 bytes each
_UNIT = 4


class Registers:
    """The slots of four bytes that are in use."""

    def __init__(self) -> None:
        self.next = 0

    def take(self, length: int, path: str) -> int:
        """A slot where so many bytes have room."""
        slot = self.next
        self.next += -(-length // 16) * _UNIT
        if self.next > _SLOTS:
            raise EncodeError("that is more than registers have room for (64 bytes)", path)
        return slot

    def give_back(self, slot: int) -> None:
        """Free what was taken from a slot on."""
        self.next = slot


def register_of(slot: int) -> Register:
    """The register that begins at a slot, by the name that nft has for it."""
    return Register(1 + slot // _UNIT) if slot % _UNIT == 0 else Register(Register.REG32_00 + slot)


def slot_of(register: int) -> int:
    """The slot where a register begins."""
    return register - Register.REG32_00 if register >= Register.REG32_00 else (register - 1) * _UNIT

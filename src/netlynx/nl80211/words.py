"""Bits in words: capabilities of which some are bits, some choices of a few bits, some numbers.

A table has an entry for each: ``Bit(3, "ldpc")``; ``Choice(2, 2, {0: "static-smps"})`` for two bits from bit 2 on;
``Number(5, 3, "max-nc")``, which is read as ``max-nc=7``, and left out where it is 0. Bits that no table knows are
read as ``bit-12``. What is read can be sent again: it means the same bits.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Bit(NamedTuple):
    """One bit."""

    low: int
    word: str

    @property
    def mask(self) -> int:
        """The bits that it is made of."""
        return 1 << self.low

    def read(self, number: int) -> str:
        """What a number says of it; nothing where it is off."""
        return self.word if number & self.mask else ""


class Choice(NamedTuple):
    """Bits of which each number has a word, or none."""

    low: int
    width: int
    words: dict[int, str]

    @property
    def mask(self) -> int:
        """The bits that it is made of."""
        return (1 << self.width) - 1 << self.low

    def read(self, number: int) -> str:
        """What a number says of it."""
        return self.words.get((number & self.mask) >> self.low, "")


class Number(NamedTuple):
    """Bits that count something."""

    low: int
    width: int
    word: str

    @property
    def mask(self) -> int:
        """The bits that it is made of."""
        return (1 << self.width) - 1 << self.low

    def read(self, number: int) -> str:
        """What a number says of it; nothing where it is 0."""
        found = (number & self.mask) >> self.low
        return f"{self.word}={found}" if found else ""


Table = tuple[Bit | Choice | Number, ...]


def read_words(table: Table, number: int) -> tuple[str, ...]:
    """The words that a number stands for, the bits that no entry explains as ``bit-12``."""
    said, left = [], number
    for entry in table:
        word = entry.read(number)
        if word:
            said.append(word)
        if word or not isinstance(entry, Choice):
            left &= ~entry.mask
    return (*said, *(f"bit-{bit}" for bit in range(left.bit_length()) if left >> bit & 1))


def write_words(table: Table, words: Iterable[str]) -> int:
    """The number that words stand for. Raises ValueError for a word that the table does not have."""
    number = 0
    for word in words:
        number |= _bits_of(table, word)
    return number


def _bits_of(table: Table, word: str) -> int:
    name, _, value = word.partition("=")
    for entry in table:
        if isinstance(entry, Choice):
            for number, each in entry.words.items():
                if each == word:
                    return number << entry.low
        elif entry.word == name and isinstance(entry, Number) == bool(value):
            return int(value) << entry.low if value else entry.mask
    if word.startswith("bit-") and word[4:].isdecimal():
        return 1 << int(word[4:])
    raise ValueError(f"{word!r} is none of {', '.join(known_words(table))}")


def known_words(table: Table) -> list[str]:
    """The words of a table."""
    found: list[str] = []
    for entry in table:
        found += entry.words.values() if isinstance(entry, Choice) else [entry.word]
    return found

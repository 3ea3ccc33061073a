"""Handles of traffic control: ``1:10``. Source: linux/pkt_sched.h, tc(8)."""

from __future__ import annotations

from typing import ClassVar, Final

from netlynx.errors import EncodeError
from netlynx.schema import Kind, Spelt, spelt, u32

UNSPEC: Final = 0
ROOT: Final = 0xFFFF_FFFF  # TC_H_ROOT
INGRESS: Final = 0xFFFF_FFF1  # TC_H_INGRESS, TC_H_CLSACT
INGRESS_HOOK: Final = 0xFFFF_FFF2  # TC_H_CLSACT with TC_H_MIN_INGRESS
EGRESS_HOOK: Final = 0xFFFF_FFF3  # the same with TC_H_MIN_EGRESS


class Handle(Spelt):
    """Which qdisc or class: ``1:10``, both numbers hexadecimal. ``1:`` is qdisc 1 itself, ``:10`` has no qdisc.

    ``root`` is the place of a device's outermost qdisc, ``none`` is no handle at all. `major` and `minor` are the two
    numbers. As a parent, ``ingress`` and ``clsact`` are the place of those qdiscs, ``ffff:fff1``.
    """

    __slots__ = ()
    names: ClassVar[dict[str, int]] = {"root": ROOT, "none": UNSPEC, "ingress": INGRESS, "clsact": INGRESS}
    shown: ClassVar[dict[int, str]] = {ROOT: "root", UNSPEC: "none"}

    @property
    def major(self) -> int:
        """The number of the qdisc."""
        return self >> 16

    @property
    def minor(self) -> int:
        """The number within the qdisc: that of a class; 0: the qdisc."""
        return self & 0xFFFF

    @classmethod
    def parse(cls, text: str) -> int:
        """The number of a handle's text. Raises EncodeError for what is no handle."""
        given = text.strip().lower()
        if given in cls.names:
            return cls.names[given]
        major, colon, minor = given.partition(":")
        try:
            numbers = [int(part or "0", 16) for part in (major, minor)]
        except ValueError:
            numbers = []
        if not colon or not numbers or not (major or minor) or not all(0 <= each <= 0xFFFF for each in numbers):
            known = ", ".join(cls.names)
            raise EncodeError(f"{text!r} is no handle such as 1:10 (hexadecimal, up to ffff:ffff), and none of {known}")
        return numbers[0] << 16 | numbers[1]

    @property
    def label(self) -> str:
        """As tc prints it."""
        name = self.shown.get(self)
        if name is not None:
            return name
        major, minor = f"{self.major:x}" if self.major else "", f"{self.minor:x}" if self.minor else ""
        return f"{major}:{minor}"


class FilterParent(Handle):
    """Where filters stand: at a qdisc or class, or at one of the two hooks of `clsact`: ``ingress``, ``egress``.

    Filters that several devices share are of a block in place of one: ``b7``. No qdisc has 0 for its number, so that
    what would be one without is a block; what is no text of either is a block of more than 65535.
    """

    __slots__ = ()
    names: ClassVar[dict[str, int]] = {"root": ROOT, "none": UNSPEC, "ingress": INGRESS_HOOK, "egress": EGRESS_HOOK}
    shown: ClassVar[dict[int, str]] = {number: name for name, number in names.items()}

    @classmethod
    def parse(cls, text: str) -> int:
        """The number of a parent's text. Raises EncodeError for what is none."""
        given = text.strip().lower()
        if given[:1] == "b" and given[1:].isdecimal():
            return block_of(int(given[1:]))
        return super().parse(text)

    @property
    def label(self) -> str:
        """As tc prints it; blocks with a b before their number."""
        return f"b{int(self)}" if 0 < self <= 0xFFFF else super().label


def block_of(number: int) -> int:
    """A block's number. Raises EncodeError for what is none."""
    if not 0 < number <= 0xFFFF_FFFF:
        raise EncodeError(f"{number} is no block (1 to 4294967295)")
    return number


class FilterHandle(Spelt):
    """Which filter of a priority: a number, or with `u32` a table, a bucket and a filter in it: ``800:1:801``.

    All three of them are hexadecimal, up to fff, ff and fff: ``800:`` is a table, ``800::801`` the filter 801 in its
    bucket 0. A number may be hexadecimal, too: ``0x1``.
    """

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> int:
        """The number of a handle's text. Raises EncodeError for what is none."""
        parts = text.strip().lower().split(":")
        limits = (0xFFF, 0xFF, 0xFFF)
        try:
            if len(parts) == 1:
                number = int(parts[0]) if parts[0].isdecimal() else int(parts[0], 0)
                if 0 <= number <= 0xFFFF_FFFF:
                    return number
            elif len(parts) <= 3 and any(parts):
                numbers = [int(part or "0", 16) for part in (*parts, "")[:3]]
                if all(0 <= each <= most for each, most in zip(numbers, limits, strict=True)):
                    return numbers[0] << 20 | numbers[1] << 12 | numbers[2]
        except ValueError:
            pass
        raise EncodeError(f"{text!r} is no handle of a filter, such as 1, or 800:1:801 (hexadecimal, up to fff:ff:fff)")

    @property
    def label(self) -> str:
        """As tc prints it."""
        table, bucket, node = self >> 20, self >> 12 & 0xFF, self & 0xFFF
        if not table:
            return str(int(self))
        return f"{table:x}:{bucket:x}:{node:x}" if bucket else f"{table:x}::{node:x}" if node else f"{table:x}:"


class Minor(Handle):
    """A class of the qdisc that says it: ``:20``, without the qdisc's own number, of which nothing is told."""

    __slots__ = ()
    names: ClassVar[dict[str, int]] = {"none": UNSPEC}
    shown: ClassVar[dict[int, str]] = {UNSPEC: "none"}

    def checked(self, name: str) -> Minor:
        """The same. Raises EncodeError, with a field's name, for one with a qdisc's number in it."""
        if self.major:
            raise EncodeError(
                f"{self} is said without the number of the qdisc, whose class it is: :{self.minor:x}", name
            )
        return self


HANDLE: Kind = spelt(Handle, u32)
FILTER_PARENT: Kind = spelt(FilterParent, u32)
MINOR: Kind = spelt(Minor, u32)
FILTER_HANDLE: Kind = spelt(FilterHandle, u32)

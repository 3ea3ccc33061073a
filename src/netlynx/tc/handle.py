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
    """Where filters stand: at a qdisc or class, or at one of the two hooks of `clsact`: ``ingress``, ``egress``."""

    __slots__ = ()
    names: ClassVar[dict[str, int]] = {"root": ROOT, "none": UNSPEC, "ingress": INGRESS_HOOK, "egress": EGRESS_HOOK}
    shown: ClassVar[dict[int, str]] = {number: name for name, number in names.items()}


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

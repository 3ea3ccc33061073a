"""Which events are wanted: what to listen to, checked here and, as far as it can, by a socket filter in the kernel.

Source: linux/filter.h, linux/bpf_common.h; the groups from lib/kobject_uevent.c (1, the kernel), libudev (2, udev).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from netlynx.engine.operation import Group
from netlynx.errors import EncodeTypeError
from netlynx.schema.arguments import text_of, texts_of
from netlynx.wire.constants import NETLINK

from . import udev
from .event import Source, Uevent
from .feed import UeventFeed

_GROUPS: dict[Source, int] = {"kernel": 1, "udev": 2}

_LOAD_WORD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_LOAD_HALF = 0x28
_LOAD_BYTE = 0x30
_JUMP_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_AND = 0x54  # BPF_ALU | BPF_AND | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K
_FARTHEST = 255  # what a jump skips at most

Instruction = tuple[int, int, int, int]
_Check = tuple[int, int, int, int]  # load, offset, mask, value


class Wanted(Group[Uevent], frozen=True):
    """Notifications of devices; made by `events`. Of several properties, all have to fit."""

    source: Source = "kernel"
    subsystems: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    devtypes: frozenset[str] = frozenset()
    properties: tuple[tuple[str, str], ...] = ()
    tags: frozenset[str] = frozenset()

    def fits(self, event: Uevent) -> bool:
        """Whether an event is one of those."""
        return (
            event.source == self.source
            and (not self.subsystems or event.subsystem in self.subsystems)
            and (not self.actions or event.action in self.actions)
            and (not self.devtypes or event.devtype in self.devtypes)
            and all(event.properties.get(key) == value for key, value in self.properties)
            and (not self.tags or not self.tags.isdisjoint(event.properties.get("TAGS", "").split(":")))
        )

    def program(self) -> list[Instruction]:
        """A packet filter that drops what does not fit, as far as it sees; empty for one that would drop nothing.

        Of the kernel's messages it sees the action, of udev's the hashes of subsystem, device type and tags.
        """
        if self.source == "kernel":
            choices = [[_text(f"{action}@") for action in sorted(self.actions)]]
        else:
            choices = [
                [[(_LOAD_WORD, udev.SUBSYSTEM_HASH, 0, udev.text_hash(text))] for text in sorted(self.subsystems)],
                [[(_LOAD_WORD, udev.DEVTYPE_HASH, 0, udev.text_hash(text))] for text in sorted(self.devtypes)],
                [_tag(tag) for tag in sorted(self.tags)],
            ]
        return _assembled([alternatives for alternatives in choices if alternatives])


def _several(given: str | Iterable[str] | None, name: str) -> frozenset[str]:
    return frozenset() if given is None else texts_of(given, f"uevent.events({name})")


def _pairs(given: Mapping[str, str] | None, path: str = "uevent.events(properties)") -> tuple[tuple[str, str], ...]:
    if given is None:
        return ()
    if not isinstance(given, Mapping):
        raise EncodeTypeError(f"expected a mapping of texts, not {type(given).__name__} {given!r}", path)
    return tuple((text_of(key, path), text_of(value, path)) for key, value in given.items())


def events(
    source: Source = "kernel",
    *,
    subsystem: str | Iterable[str] | None = None,
    action: str | Iterable[str] | None = None,
    devtype: str | Iterable[str] | None = None,
    properties: Mapping[str, str] | None = None,
    tag: str | Iterable[str] | None = None,
) -> Group[Uevent]:
    """Device events to subscribe to: the kernel's own, or those that udev sends on when its rules are carried out.

    One value or several, of which any will do; `properties` must all be there with these values. What a packet
    filter can see is dropped by the kernel already: the kernel's actions; udev's subsystems, device types and tags.

    Raises EncodeTypeError for what is no text; ValueError for a source that is neither, and for tags of the kernel's
    events, which have none.
    """
    if text_of(source, "uevent.events(source)") not in _GROUPS:
        raise ValueError(f"events come from the kernel or from udev, not from {source!r}")
    tags = _several(tag, "tag")
    if tags and source == "kernel":
        raise ValueError("only udev's events have tags: events('udev', tag=…)")
    return Wanted(
        name=f"uevent.{source}",
        protocol=NETLINK.KOBJECT_UEVENT,
        numbers=(_GROUPS[source],),
        messages={},
        feed=UeventFeed,
        source=source,
        subsystems=_several(subsystem, "subsystem"),
        actions=_several(action, "action"),
        devtypes=_several(devtype, "devtype"),
        properties=_pairs(properties),
        tags=tags,
    )


KERNEL = events()  # what the kernel says of devices
UDEV = events("udev")  # what udev says of them, once it has done its part


def _text(text: str) -> list[_Check]:
    """Checks that a message begins with a text, by words as far as they go."""
    data = text.encode()
    checks: list[_Check] = []
    at = 0
    for load, size in ((_LOAD_WORD, 4), (_LOAD_HALF, 2), (_LOAD_BYTE, 1)):
        while len(data) - at >= size:
            checks.append((load, at, 0, int.from_bytes(data[at : at + size], "big")))
            at += size
    return checks


def _tag(tag: str) -> list[_Check]:
    bits = udev.tag_bits(tag)
    halves = ((udev.TAGS_HIGH, bits >> 32), (udev.TAGS_LOW, bits & 0xFFFFFFFF))
    return [(_LOAD_WORD, offset, half, half) for offset, half in halves if half]


def _assembled(choices: list[list[list[_Check]]]) -> list[Instruction]:
    """A program that keeps what passes, in every choice, all checks of one alternative."""
    program: list[Instruction] = []
    for alternatives in choices:
        blocks = [_block(checks) for checks in alternatives]
        rest = sum(map(len, blocks)) + 1  # the last alternative is followed by what drops the message
        if rest > _FARTHEST:
            continue  # too far to jump: settled when the message is read
        for block in blocks:
            rest -= len(block)
            # A block ends with the check that, if it holds, jumps over all other alternatives.
            code, _, _, value = block[-1]
            program += [*block[:-1], (code, rest, 0, value)]
        program.append((_RETURN, 0, 0, 0))
    return [*program, (_RETURN, 0, 0, 0xFFFFFFFF)] if program else []


def _block(checks: list[_Check]) -> list[Instruction]:
    """Checks in a row; a failing one jumps behind the last."""
    parts: list[list[Instruction]] = []
    for load, offset, mask, value in checks:
        part: list[Instruction] = [(load, 0, 0, offset)]
        if mask:
            part.append((_AND, 0, 0, mask))
        parts.append([*part, (_JUMP_EQUAL, 0, 0, value)])
    after = 0
    block: list[Instruction] = []
    for part in reversed(parts):
        code, _, _, value = part[-1]
        block = [*part[:-1], (code, 0, after, value), *block]
        after = len(block)
    return block

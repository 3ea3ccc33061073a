"""Text as a terminal, or a log that is read on one, may have it: nothing in it is obeyed, and nothing is hidden."""

from __future__ import annotations

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# What Python calls printable and nobody sees: Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties.txt, and
# the pattern of Braille without a dot.
_RANGES = (
    (0x34F, 0x34F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xE0100, 0xE01EF),
)


def shown(text: str) -> str:
    r"""The text with escapes, those of JSON, for whatever a terminal would obey or not show: ``\u001b``, ``\u202e``.

    These are control characters (C0, DEL, C1; line ends too), what turns the direction of writing, what is invisible,
    and what is no character: bytes that were not UTF-8, code points that nobody has assigned.
    """
    if text.isprintable() and (text.isascii() or not any(map(_is_blank, text))):
        return text
    return "".join([letter if _is_seen(letter) else escape(letter) for letter in text])


def escape(text: str) -> str:
    r"""Every character of a text as an escape of JSON; one beyond U+FFFF is two of them."""
    if text in _SHORT:
        return _SHORT[text]
    units = text.encode("utf-16-be", "surrogatepass")
    return "".join([f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)])


def one_spelling(text: str) -> str:
    r"""A text in which Python's escapes, which come with the `repr` of a value, are those of `shown`: ``\x1b`` becomes
    ``\u001b``. A backslash that is one itself is doubled in a `repr`, and stays."""
    if "\\" not in text:
        return text
    import re  # which takes longer to load than a listing to be printed

    return re.sub(_OF_PYTHON, lambda found: found[1] + escape(chr(int(found[2] or found[3], 16))), text)


_OF_PYTHON = r"(?<!\\)((?:\\\\)*)\\(?:x([0-9a-f]{2})|U(000[0-9a-f]{5}|0010[0-9a-f]{4}))"


def _is_seen(letter: str) -> bool:
    return letter.isprintable() and not _is_blank(letter)


def _is_blank(letter: str) -> bool:
    return letter > "\u034e" and any(low <= ord(letter) <= high for low, high in _RANGES)

"""JSON that goes to a terminal steers nothing: what would not be seen, or would be obeyed, is an escape."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable

import pytest

from codec.records import Leaf, attribute
from codec.test_json_sink import check
from netlynx.codec._codec import to_json, to_json_lines

TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
MARKS = "\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}\N{ARABIC LETTER MARK}"
# Default_Ignorable_Code_Point that unicodedata has no word for: joiners, fillers, variation selectors.
IGNORED = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10)}
IGNORED |= {*range(0xE0100, 0xE01F0)}


def is_unseen(letter: str) -> bool:
    kind, turns = unicodedata.category(letter), unicodedata.bidirectional(letter)
    controls = kind in ("Cc", "Zl", "Zp") or (kind == "Cf" and turns == "BN")
    return controls or turns in TURNING or letter in MARKS or ord(letter) in IGNORED


# Planes 4 to 13 have no characters, 15 and 16 those of nobody's.
UNSEEN = [chr(code) for code in (*range(1, 0x40000), *range(0xE0000, 0xF0000)) if is_unseen(chr(code))]
PLAIN = [
    "aé",
    "€",
    "日本",
    "😀",
    "ß",
    "\N{NO-BREAK SPACE}",
    "\N{ARABIC LETTER ALEF}",
    "߿",
    "ࠀ",
    "\N{REPLACEMENT CHARACTER}",
]


def test_there_are_many_of_them() -> None:
    assert {"\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\u200b", "\ufeff", "\U000e0041", "\u061c"} <= set(UNSEEN)


@pytest.mark.parametrize("form", [str, lambda letter: f"a{letter}", lambda letter: f"{letter}é€😀"])
def test_whatever_is_unseen_is_escaped_and_comes_back(form: Callable[[str], str]) -> None:
    texts = [form(letter) for letter in UNSEEN]
    encoded = to_json(texts)
    assert encoded.decode().isprintable()
    assert not set(encoded.decode()) & set(UNSEEN)
    assert json.loads(encoded) == texts


def test_straight_from_messages_too() -> None:
    for letter in UNSEEN:
        text = check(Leaf, attribute(2, f"x{letter}".encode() + b"\0"))
        assert text.isascii(), letter
        assert json.loads(text) == [{"text": f"x{letter}"}]


def test_in_keys_and_in_what_is_no_record() -> None:
    encoded = to_json({"\x1b\x7f\u202e": {"\x9b": "\u2028"}})
    assert encoded == b'{"\\u001b\\u007f\\u202e":{"\\u009b":"\\u2028"}}'
    assert to_json_lines([Leaf(text="\x7f")], b"\n") == b'{"text":"\\u007f"}'


@pytest.mark.parametrize("text", PLAIN)
def test_other_text_is_itself(text: str) -> None:
    encoded = to_json(Leaf(text=text))
    assert encoded.decode() == f'{{"text":"{text}"}}'
    assert check(Leaf, attribute(2, text.encode() + b"\0")) == b"[" + encoded + b"]"

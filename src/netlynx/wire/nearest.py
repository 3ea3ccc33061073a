"""What somebody may have meant by a word that is none of those that are known."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], *, most: int = 1, listed: str = "it has") -> str:
    """The end of a refusal: ``; did you mean X?`` with what is spelt most alike, else all that is known, `listed` so.

    Nothing where nothing is alike and `listed` is empty, for who knows too much to list it.
    """
    import difflib  # takes milliseconds, which nobody spends who spells well

    names = list(known)
    near = difflib.get_close_matches(word, names, most)
    if near:
        return f"; did you mean {' or '.join(near)}?"
    return f"; {listed} {', '.join(names) or 'none'}" if listed else ""

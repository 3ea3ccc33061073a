"""Comments on tables, chains, rules and objects: nft keeps them in userdata, of which the kernel makes nothing.

Source: libnftnl's udata.h.
"""

from __future__ import annotations

from netlynx.errors import EncodeError
from netlynx.nftables.userdata import joined, parts
from netlynx.schema.arguments import text_of

_COMMENT = 0  # NFTNL_UDATA_RULE_COMMENT and the like


def comment(text: str) -> bytes:
    """The userdata of a table, a chain, a rule or an object with this comment: ``userdata=nftables.comment("…")``.

    Raises EncodeError for one of more than 254 bytes, and for one with a NUL in it.
    """
    raw = text_of(text, "nftables.comment(text)").encode("utf-8", "surrogateescape")
    if len(raw) > 254 or b"\0" in raw:
        raise EncodeError("a comment has at most 254 bytes, none of them 0", "nftables.comment(text)")
    return joined([(_COMMENT, raw + b"\0")])


def comment_in(userdata: bytes | None) -> str | None:
    """The comment in userdata; None where there is none, or where another program keeps something else there."""
    try:
        found = dict(parts(userdata or b"")).get(_COMMENT)
    except ValueError:
        return None
    return None if found is None or found[-1:] != b"\0" else found[:-1].decode("utf-8", "surrogateescape")

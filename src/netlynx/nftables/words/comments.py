"""Comments of rules: nft keeps them in userdata, of which the kernel makes nothing. Source: libnftnl's udata.h."""

from __future__ import annotations

from netlynx.errors import EncodeError
from netlynx.schema.arguments import text_of

_MOST = 128  # bytes of a comment, as nft has it
_COMMENT = 0  # NFTNL_UDATA_RULE_COMMENT


def comment_bytes(comment: str) -> bytes:
    """A rule's comment as nft keeps it. Raises EncodeError for one that is longer than nft takes."""
    said = text_of(comment, "words.rule(comment)").encode()
    if len(said) > _MOST:
        raise EncodeError(f"{len(said)} bytes: nft takes {_MOST}", "words.rule(comment)")
    return bytes((_COMMENT, len(said) + 1)) + said + b"\0"


def comment_in(userdata: bytes | None) -> str | None:
    """The comment in a rule's userdata, if there is one."""
    at, data = 0, userdata or b""
    while at + 2 <= len(data):
        kind, length = data[at], data[at + 1]
        if kind == _COMMENT:
            return data[at + 2 : at + 2 + length].rstrip(b"\0").decode("utf-8", "surrogateescape")
        at += 2 + length
    return None

"""Which declared kinds fit a kernel policy entry or a specification's attribute."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from netlynx.schema import Bitfield32, Kind
from netlynx.schema.compile import size_and_alignment
from netlynx.schema.kinds import Code, Option

from .book import FactBook, SpecAttribute

_SIZEOF = re.compile(r"sizeof\(struct (\w+)\)")
_ANY_BYTES = frozenset(Code) - {Code.FLAG, Code.INLINE}
_NESTED = frozenset({Code.NEST, Code.INDEXED, Code.SELECT, Code.HOOK, Code.SEQUENCE})
_ADDRESSES = frozenset({Code.IP, Code.PREFIX})


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one source says of an attribute. None: it does not say."""

    source: str
    says: str
    codes: frozenset[Code]
    width: int | None = None  # of an integer, in bytes
    signed: bool | None = None
    big: bool | None = None
    auto: bool = False  # 4 or 8 bytes
    least: int | None = None  # payload, in bytes
    most: int | None = None
    limited: bool = False  # `most` is a limit that the kernel enforces on text and bytes
    struct: str = ""
    multi: bool = False
    item: Expectation | None = field(default=None)


def policy_expects(policy: str, entry: dict[str, Any]) -> Expectation:
    """A policy entry (`struct nla_policy`) as an expectation."""
    type_ = entry["type"].removeprefix("NLA_")
    source, says = f"policy {policy}", entry["type"]
    if match := re.fullmatch(r"(U|S|BE)(8|16|32|64)|(MSECS)", type_):
        width = int(match[2]) // 8 if match[2] else 8
        codes = {Code.INTEGER, Code.HOOK} | (_ADDRESSES if width == 4 and match[1] != "S" else set())
        big = True if match[1] == "BE" else None
        return Expectation(source, says, frozenset(codes), width, match[1] == "S", big)
    if type_ in ("UINT", "SINT"):
        return Expectation(source, says, frozenset({Code.INTEGER}), signed=type_ == "SINT", auto=True)
    if type_ == "FLAG":
        return Expectation(source, says, frozenset({Code.FLAG}))
    if type_ in ("STRING", "NUL_STRING"):
        limit = entry.get("len", entry.get("max"))
        return Expectation(
            source,
            f"{says} of {limit}" if limit else says,
            frozenset({Code.STRING, Code.HOOK}),
            most=limit,
            limited=True,
        )
    if type_ in ("NESTED", "NESTED_ARRAY"):
        return Expectation(source, says, _NESTED)
    if type_ == "BITFIELD32":
        return Expectation(source, says, frozenset({Code.STRUCT}), struct="nla_bitfield32")
    if type_ == "REJECT":
        return Expectation(source, says, frozenset(Code))
    return _bytes(source, type_, entry)


def _bytes(source: str, type_: str, entry: dict[str, Any]) -> Expectation:
    """NLA_BINARY has a largest length, or a range; NLA_UNSPEC a smallest one."""
    text = entry.get("len_expr") or next(iter(entry.get("args", ())), "")
    struct = _SIZEOF.fullmatch(text)
    least, most = entry.get("min"), entry.get("max")
    if "len" in entry:
        least, most = (entry["len"], None) if type_ == "UNSPEC" else (None, entry["len"])
    limits = f" of {least or 0} to {'any' if most is None else most} bytes" if (least, most) != (None, None) else ""
    return Expectation(
        source,
        f"NLA_{type_}{limits}",
        _ANY_BYTES,
        least=least,
        most=most,
        limited=True,
        struct=struct[1] if struct else "",
    )


def spec_expects(spec: str, entry: SpecAttribute) -> Expectation:
    """An attribute of a YAML specification as an expectation."""
    about = entry.about
    type_ = about.get("type", "")
    source, multi = f"specification {spec}", bool(about.get("multi-attr"))
    hint = about.get("display-hint", "")
    if match := re.fullmatch(r"(u|s)(8|16|32|64)", type_):
        width, big = int(match[2]) // 8, about.get("byte-order") == "big-endian"
        address = width == 4 and (big or hint.startswith("ipv4"))
        codes = {Code.INTEGER, Code.HOOK} | (_ADDRESSES if address else set())
        says = f"{type_}{' big-endian' if big else ''}{f' ({hint})' if hint else ''}"
        return Expectation(source, says, frozenset(codes), width, match[1] == "s", big, multi=multi)
    if type_ in ("uint", "sint"):
        return Expectation(source, type_, frozenset({Code.INTEGER}), signed=type_ == "sint", auto=True, multi=multi)
    if type_ == "binary":
        return _spec_bytes(source, about, hint, multi)
    codes = {
        "flag": frozenset({Code.FLAG}),
        "string": frozenset({Code.STRING, Code.HOOK}),
        "nest": _NESTED,
        "nest-type-value": _NESTED,
        "indexed-array": frozenset({Code.INDEXED, Code.HOOK}),
        "sub-message": frozenset({Code.SELECT, Code.HOOK}),
        "bitfield32": frozenset({Code.STRUCT}),
    }.get(type_, frozenset(Code))
    item = None
    if type_ == "indexed-array" and "sub-type" in about:
        inner = {
            "type": about["sub-type"],
            **{key: about[key] for key in ("byte-order", "display-hint") if key in about},
        }
        item = spec_expects(spec, SpecAttribute(entry.name, entry.number, entry.c_name, inner))
    struct = "nla_bitfield32" if type_ == "bitfield32" else ""
    return Expectation(source, type_, codes, multi=multi, item=item, struct=struct)


def _spec_bytes(source: str, about: dict[str, Any], hint: str, multi: bool) -> Expectation:
    checks = about.get("checks", {})
    size = checks.get("exact-len")
    numeric = size if isinstance(size, int) else None
    codes = frozenset(Code) if not (hint or checks or about.get("struct")) else _ANY_BYTES
    if hint == "mac":
        codes = frozenset({Code.MAC, Code.HOOK})
    elif hint in ("ipv4", "ipv6", "ipv4-or-v6"):
        codes = _ADDRESSES | {Code.HOOK}
    struct = about.get("struct", "").replace("-", "_")
    says = f"binary{f' ({hint})' if hint else ''}{f' struct {struct}' if struct else ''}"
    return Expectation(source, says, codes, least=numeric, most=numeric, struct=struct, multi=multi)


def plain(kind: Kind | None) -> Kind:
    """The kind of one instance of an attribute that repeats."""
    assert kind is not None
    return kind.item if kind.options & Option.MULTI and kind.item is not None else kind


def disagreement(kind: Kind, one: Expectation, all_: list[Expectation], book: FactBook) -> str:
    """Why a kind does not fit what one source says; empty when it does.

    The sign of an integer may follow any source: policies often call unsigned what the driver takes as signed.
    """
    if one.multi and not kind.options & Option.MULTI:
        return f"does not repeat, {one.source} says multi-attr"
    kind = plain(kind)
    if kind.code not in one.codes:
        return f"is not {one.says} ({one.source})"
    if kind.code is Code.INTEGER:
        return _integer(kind, one, all_)
    if kind.code is Code.INDEXED and one.item is not None and kind.item is not None:
        return disagreement(kind.item, one.item, [one.item], book)
    if kind.code is Code.STRUCT:
        return _struct(kind, one, book)
    return _length(kind, one)


def _integer(kind: Kind, one: Expectation, all_: list[Expectation]) -> str:
    if bool(kind.options & Option.AUTO) != one.auto and (one.auto or one.width is not None):
        return f"is not {one.says} ({one.source})"
    if one.width is not None and kind.width != one.width:
        return f"has {kind.width} bytes, {one.says} {one.width} ({one.source})"
    signed = bool(kind.options & Option.SIGNED)
    if one.signed is not None and signed != one.signed and not any(each.signed == signed for each in all_):
        return f"has another sign than {one.says} ({one.source})"
    big = bool(kind.options & Option.BIG)
    if one.big is not None and big != one.big and kind.width > 1 and not (big and _else_big(one, all_)):
        return f"has another byte order than {one.says} ({one.source})"
    return _length(kind, one) if one.width is None and not one.auto else ""


def _else_big(one: Expectation, all_: list[Expectation]) -> bool:
    return any(each.big for each in all_ if each is not one)


def _struct(kind: Kind, one: Expectation, book: FactBook) -> str:
    assert kind.target is not None
    target = kind.target()
    if target is Bitfield32 and "BITFIELD32" not in one.says.upper():
        return f"is not {one.says} ({one.source})"
    name = target.__c__ or target.__name__
    if one.struct and one.struct != name and not _same_struct(one.struct, name, book):
        return f"is struct {name}, not struct {one.struct} ({one.source})"
    return _length(kind, one)


def _same_struct(one: str, other: str, book: FactBook) -> bool:
    """Whether two names stand for structs of one size, one of them not in the headers under that name."""
    if book.struct(one) is None:
        return True
    return one.removeprefix("tc_") == other.removeprefix("tc_")


def _length(kind: Kind, one: Expectation) -> str:
    """Whether a fixed size lies within the source's limits, and a limit of text or bytes not beyond them."""
    if kind.code in (Code.STRING, Code.BINARY, Code.MAC) and not kind.options & Option.FIXED:
        if one.most is None or not one.limited or kind.code is Code.MAC:
            return ""
        if not kind.width or kind.width > one.most:
            limit = f"a limit of {kind.width}" if kind.width else "no limit"
            return f"has {limit}, {one.says} ({one.source}): {kind.code.name.lower()}({one.most})"
        return ""
    size = _size(kind)
    if size is None:
        return ""
    if size < (one.least or 0) or (one.most is not None and size > one.most):
        return f"has {size} bytes, {one.says} ({one.source})"
    return ""


def _size(kind: Kind) -> int | None:
    """The size of a fixed kind; None when it has no one size."""
    if kind.code in (Code.ARRAY, Code.IP) and not kind.width:
        return None
    try:
        return size_and_alignment(kind)[0]
    except TypeError:
        return None

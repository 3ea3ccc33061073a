"""Entries of `struct nla_policy`, as C writes them, as attributes of a spec. Source: include/net/netlink.h."""

from __future__ import annotations

import re
from collections.abc import Callable

from netlynx.generate.c_source import Source, fields, parts
from netlynx.ynl.text import AttributeText, Checks

_INTEGERS = {f"NLA_{sign}{bits}": f"{sign}{bits}".lower() for sign in "US" for bits in (8, 16, 32, 64)}
_TYPES = _INTEGERS | {
    "NLA_UINT": "uint",
    "NLA_SINT": "sint",
    "NLA_MSECS": "u64",
    "NLA_FLAG": "flag",
    "NLA_BINARY": "binary",
    "NLA_STRING": "string",
    "NLA_NUL_STRING": "string",
    "NLA_NESTED": "nest",
    "NLA_NESTED_ARRAY": "indexed-array",
    "NLA_BITFIELD32": "bitfield32",
    "NLA_UNSPEC": "binary",
    "NLA_BE16": "u16",
    "NLA_BE32": "u32",
}
_LIMITS = ("RANGE", "MIN", "MAX", "MASK")
_MACRO = re.compile(r"(NLA_POLICY_\w+)\s*(?:\((.*)\))?", re.S)


def attribute_of(
    name: str,
    number: int,
    entry: str,
    source: Source,
    set_of: Callable[[str], str | None],
    remarks: list[str],
) -> AttributeText | None:
    """The attribute that an entry of a policy says; None, and a remark, for one that cannot be read.

    `set_of` gives the set of attributes of another policy.
    """
    macro = _MACRO.fullmatch(entry.strip())
    if macro is not None:
        found = _of_macro(name, number, macro[1], parts(macro[2] or ""), source, set_of)
    elif entry.strip().startswith("{"):
        first = parts(entry.strip()[1:-1])[:1]  # the type is the first member, with its name or without
        given = fields(entry) or ({"type": first[0].strip()} if first else {})
        found = _of_fields(name, number, given, source)
    else:
        found = None
    said = " ".join(entry.split())
    if found is None and macro is not None and macro[2] and macro[1].removeprefix("NLA_POLICY_") in _LIMITS:
        found = _made(name, number, parts(macro[2])[0].strip())
        if found is not None:
            remarks.append(f"{name}: the limits of {said} cannot be read: its field has none")
    if found is None and "reject" not in entry.lower():
        remarks.append(f"{name}: the policy {said} cannot be read")
    return found


def _made(name: str, number: int, kind: str, **more: object) -> AttributeText | None:
    plain = _TYPES.get(kind)
    if plain is None:
        return None
    order = "big-endian" if kind.startswith("NLA_BE") else None
    return AttributeText(name, type=plain, value=number, byte_order=order, **more)  # type: ignore[arg-type]  # by name


def _of_fields(name: str, number: int, given: dict[str, str], source: Source) -> AttributeText | None:
    kind = given.get("type", "NLA_UNSPEC" if "len" in given else "")
    if kind == "NLA_REJECT":
        return None
    length = source.number(given["len"]) if "len" in given else None
    if length is None or _TYPES.get(kind) not in ("string", "binary"):
        return _made(name, number, kind)
    # Without a type, it is the least that there has to be: mostly a struct or an address.
    checks = Checks(exact_len=str(length)) if kind == "NLA_UNSPEC" else Checks(max_len=str(length))
    return _made(name, number, kind, checks=checks)


def _of_macro(
    name: str, number: int, macro: str, given: list[str], source: Source, set_of: Callable[[str], str | None]
) -> AttributeText | None:
    word = macro.removeprefix("NLA_POLICY_")
    if word in ("NESTED", "NESTED_ARRAY") and given:
        inner = set_of(given[0])
        sub = "nest" if word == "NESTED_ARRAY" else None
        return _made(name, number, f"NLA_{word}", nested_attributes=inner, sub_type=sub)
    if word in ("ETH_ADDR", "ETH_ADDR_COMPAT"):
        return _made(name, number, "NLA_BINARY", display_hint="mac", checks=Checks(exact_len="6"))
    numbers = [source.number(each) for each in given]
    if word in ("EXACT_LEN", "EXACT_LEN_WARN", "MIN_LEN") and numbers and numbers[0] is not None:
        exact = Checks(exact_len=str(numbers[0])) if word != "MIN_LEN" else None
        return _made(name, number, "NLA_BINARY", checks=exact)
    if word == "MAX_LEN" and numbers and numbers[0] is not None:
        return _made(name, number, "NLA_BINARY", checks=Checks(max_len=str(numbers[0])))
    if word == "BITFIELD32":
        return _made(name, number, "NLA_BITFIELD32")
    if word in _LIMITS and given and None not in numbers[1:] and len(numbers) > 1:
        low = numbers[1] if word in ("RANGE", "MIN") else None
        high = numbers[-1] if word in ("RANGE", "MAX") else None
        mask = numbers[1] if word == "MASK" else None
        if given[0] in ("NLA_BINARY", "NLA_STRING", "NLA_NUL_STRING"):
            return _made(name, number, given[0], checks=None if high is None else Checks(max_len=str(high)))
        return _made(
            name, number, given[0], checks=Checks(*(None if each is None else str(each) for each in (low, high, mask)))
        )
    if word in ("FULL_RANGE", "FULL_RANGE_SIGNED", "VALIDATE_FN", "BINARY_RANGE") and given:
        return _made(name, number, given[0] if given[0] in _TYPES else "NLA_BINARY")
    return None

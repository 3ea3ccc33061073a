"""Policies: what the kernel checks of a request before a handler sees it. Source: include/net/netlink.h."""

from __future__ import annotations

from netlynx.generic.spec import AttributeSpec, FamilySpec, OperationSpec, SetSpec
from netlynx.module.c_names import CNames, verbs

_SHORT = (-(2**15), 2**15 - 1)  # what the limits inside of struct nla_policy can be (s16)


# Left without a policy, an operation takes any attribute (seen on Linux 6.12).
_NO_ATTRIBUTES = """\
static const struct nla_policy {name}_no_attributes[] = {{
	[1] = {{ .type = NLA_REJECT }},
}};"""


def checked_sets(spec: FamilySpec) -> list[SetSpec]:
    """The sets that requests are made of, in the order of the declaration: those that need a policy."""
    waiting = [operation.request for command in spec.commands for _, operation in verbs(command) if operation.request]
    found = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [attribute.nested for attribute in spec.set(name).attributes if attribute.nested]
    return [each for each in spec.sets if each.name in found]


def takes_none(spec: FamilySpec, operation: OperationSpec) -> bool:
    """Whether an operation's requests have no attributes."""
    return not operation.request or not spec.set(operation.request).attributes


def policies(names: CNames) -> str:
    """The definitions of all policies; those that others nest are declared first, for they may nest each other."""
    spec = names.spec
    sets = checked_sets(spec)
    nested = {attribute.nested for each in sets for attribute in each.attributes}
    parts = [
        f"static const struct nla_policy {names.policy(each.name)}[{names.highest(each)} + 1];"
        for each in sets
        if each.name in nested
    ]
    for each in sets:
        if not each.attributes and each.name not in nested:
            continue
        ranges: list[str] = []
        lines = [_entry(names, each, attribute, ranges) for attribute in each.attributes]
        start = f"static const struct nla_policy {names.policy(each.name)}[{names.highest(each)} + 1] = {{"
        parts.append("\n".join([*ranges, start, *lines, "};"]))
    if any(takes_none(spec, operation) for command in spec.commands for _, operation in verbs(command)):
        parts.append(_NO_ATTRIBUTES.format(name=names.module))
    return "\n\n".join(parts)


def _entry(names: CNames, each: SetSpec, attribute: AttributeSpec, ranges: list[str]) -> str:
    number = names.attribute(each, attribute)
    policy = _policy(names, each, attribute, ranges)
    if attribute.type not in ("uint", "sint"):
        return f"\t[{number}] = {policy},"
    # Integers of 4 or 8 bytes have a policy of their own since Linux 6.7.
    return (
        "#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)\n"
        f"\t[{number}] = {policy},\n"
        "#else\n"
        f"\t[{number}] = NLA_POLICY_RANGE(NLA_BINARY, sizeof(u32), sizeof(u64)),\n"
        "#endif"
    )


def element_policy(names: CNames, name: str, element: AttributeSpec) -> str:
    """The definition of the policy of an element, as a refusal of it tells."""
    start = f"static const struct nla_policy {name} ="
    if element.type not in ("uint", "sint"):
        return f"{start} {_element(element)};"
    return (
        "#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)\n"
        f"{start} {_element(element)};\n"
        "#else\n"
        f"{start} NLA_POLICY_RANGE(NLA_BINARY, sizeof(u32), sizeof(u64));\n"
        "#endif"
    )


def _element(element: AttributeSpec) -> str:
    if element.type == "nul-string":
        return _text(element)
    return _binary(element) if element.type == "binary" else f"{{ .type = NLA_{element.type.upper()} }}"


def _text(attribute: AttributeSpec) -> str:
    limit = f", .len = {attribute.max_length}" if attribute.max_length else ""
    return f"{{ .type = NLA_NUL_STRING{limit} }}"


def _policy(names: CNames, each: SetSpec, attribute: AttributeSpec, ranges: list[str]) -> str:
    kind = attribute.type
    if kind == "flag":
        return "{ .type = NLA_FLAG }"
    if kind == "nul-string":
        return _text(attribute)
    if kind == "binary":
        return _binary(attribute)
    if kind == "bitfield32":
        return f"NLA_POLICY_BITFIELD32({0xFFFFFFFF if attribute.mask is None else attribute.mask:#x})"
    if kind in ("nested", "nested-array"):
        if not attribute.nested:
            return "{ .type = NLA_NESTED }"
        macro = "NLA_POLICY_NESTED" if kind == "nested" else "NLA_POLICY_NESTED_ARRAY"
        return f"{macro}({names.policy(attribute.nested)})"
    return _integer(f"{names.policy(each.name)}_{attribute.name}", attribute, ranges)


def _binary(attribute: AttributeSpec) -> str:
    low, high = attribute.min_length, attribute.max_length
    if low and low == high:
        return f"NLA_POLICY_EXACT_LEN({low})"
    if low and high:
        return f"NLA_POLICY_RANGE(NLA_BINARY, {low}, {high})"
    if low:
        return f"NLA_POLICY_MIN_LEN({low})"
    return f"{{ .type = NLA_BINARY, .len = {high} }}" if high else "{ .type = NLA_BINARY }"


def _integer(name: str, attribute: AttributeSpec, ranges: list[str]) -> str:
    kind = f"NLA_{attribute.type.upper()}"
    signed = attribute.type.startswith("s")
    bits = int("".join(filter(str.isdigit, attribute.type)) or 64)
    lowest, highest = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    low = attribute.minimum if attribute.minimum is not None and attribute.minimum > lowest else None
    high = attribute.maximum if attribute.maximum is not None and attribute.maximum < highest else None
    if attribute.mask is not None and not signed and attribute.mask < 1 << 32:
        return f"NLA_POLICY_MASK({kind}, {attribute.mask:#x})"
    if low is None and high is None:
        return f"{{ .type = {kind} }}"
    if all(limit is None or _SHORT[0] <= limit <= _SHORT[1] for limit in (low, high)):
        if high is None:
            return f"NLA_POLICY_MIN({kind}, {low})"
        if low is None:
            return f"NLA_POLICY_MAX({kind}, {high})"
        return f"NLA_POLICY_RANGE({kind}, {low}, {high})"
    maybe = "__maybe_unused " if attribute.type in ("uint", "sint") else ""
    # Not const: until Linux 6.5 a policy takes a pointer to what could be changed.
    ranges.append(
        f"static struct netlink_range_validation{'_signed' if signed else ''} {maybe}{name} = {{\n"
        f"\t.min = {_number(lowest if low is None else low, signed)},\n"
        f"\t.max = {_number(highest if high is None else high, signed)},\n"
        "};\n"
    )
    return f"NLA_POLICY_FULL_RANGE{'_SIGNED' if signed else ''}({kind}, &{name})"


def _number(value: int, signed: bool) -> str:
    if value == -(1 << 63):
        return "S64_MIN"
    return f"{value}LL" if signed else f"{value}ULL"

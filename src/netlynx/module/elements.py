"""Arrays in C: going through what repeats or holds elements, putting it, and checking what no policy can check of it.

A policy knows nothing of the values inside a packed array, or inside a nest whose attribute types are indices or keys.
The generated check refuses what the virtual kernel refuses there (`netlynx.kernel.policy`), in the same words.
"""

from __future__ import annotations

from netlynx.generic.spec import AttributeSpec, FamilySpec, SetSpec
from netlynx.module.c_names import CNames, declaration, field
from netlynx.module.folder import ModuleError
from netlynx.module.policies import checked_sets, element_policy

_NUMBERS = {
    **{name: name for name in ("u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64")},
    **{name: f"__{name}" for name in ("be16", "be32")},
    "uint": "u64",
    "sint": "s64",
}
_KINDS = {"be64": "__be64", "ip4": "__be32"}
_AUTOMATIC = ("uint", "sint")
_CHECKED = (*_NUMBERS, "nul-string", "binary")


def c_type(names: CNames, element: AttributeSpec) -> str:
    """The C type of a value of one size, "" for one of any size."""
    if element.struct:
        return names.struct(element.struct)
    return _KINDS.get(element.kind) or _NUMBERS.get(element.type, "")


def packed(names: CNames, element: AttributeSpec) -> str:
    """The declaration of a pointer to the elements of a packed array, with {x}."""
    known = c_type(names, element)
    return f"const {known} *{{x}};" if known else f"const u8 (*{{x}})[{element.max_length}];"


def size_of(names: CNames, element: AttributeSpec) -> str:
    """The bytes of an element, as an expression."""
    known = c_type(names, element)
    return f"sizeof({known})" if known else str(element.max_length)


def is_list(attribute: AttributeSpec) -> bool:
    """Whether an attribute is gone through: it repeats, or is a nest of elements."""
    return attribute.multi or attribute.type == "nested-array" or _is_nest(attribute)


def _is_nest(attribute: AttributeSpec) -> bool:
    """Whether an attribute is a nest of elements that have no attributes themselves."""
    return attribute.type == "nested" and attribute.element is not None


# ------------------------------------------------------------------------------------------- going through


def iterators(names: CNames, each: SetSpec) -> list[str]:
    """The macros that go through the elements of each list of a set."""
    return [_iterator(names, each, attribute) for attribute in each.attributes if is_list(attribute)]


def _iterator(names: CNames, each: SetSpec, attribute: AttributeSpec) -> str:
    head = f"#define {names.function('for_each', each.name)}_{attribute.name}(attr, rest, values)"
    if attribute.multi:
        lines = [
            head,
            "\tnla_for_each_attr(attr, (values)->attributes, (values)->attributes_len, rest)",
            f"\t\tif (nla_type(attr) != {names.attribute(each, attribute)}) {{",
            "\t\t} else",
        ]
    else:
        lines = [head, f"\tnla_for_each_nested(attr, (values)->{field(attribute.name)}, rest)"]
    return " \\\n".join(lines)


# ------------------------------------------------------------------------------------------------- putting


def putters(names: CNames, each: SetSpec) -> dict[str, str]:
    """The functions that put elements of a set's lists: declarations and bodies."""
    found: dict[str, str] = {}
    for attribute in each.attributes:
        value = _value(names, attribute)
        if is_list(attribute) and value is not None:
            name = f"{names.function('put', each.name)}_{field(attribute.name)}"
            found.update([_putter(names, each, attribute, name, *value)])
    return found


def _value(names: CNames, attribute: AttributeSpec) -> tuple[str, str] | None:
    """How C is given the value of an element, and the expression that puts it as attribute {t}, from {v}."""
    element = attribute if attribute.multi else attribute.element
    if attribute.nested:
        put = names.function("put_nested", attribute.nested)
        return f"const {names.values(attribute.nested)} *", f"{put}(skb, {{t}}, &{{v}})"
    if element is None or (attribute.multi and attribute.element is not None):
        return None
    if element.type == "nul-string":
        return "const char *const *", "nla_put_string(skb, {t}, {v})"
    known = c_type(names, element)
    if not known:
        return None
    if element.type in _AUTOMATIC:
        sign = known[0]
        small = f"nla_put_{sign}32(skb, {{t}}, {{v}})"
        return f"const {known} *", f"({{v}} == ({sign}32){{v}} ? {small} : nla_put(skb, {{t}}, sizeof({{v}}), &{{v}}))"
    return f"const {known} *", "nla_put(skb, {t}, sizeof({v}), &{v})"


def _putter(
    names: CNames, each: SetSpec, attribute: AttributeSpec, name: str, values: str, put: str
) -> tuple[str, str]:
    number = names.attribute(each, attribute)
    parameters = ["struct sk_buff *skb"]
    key = number if attribute.multi else f"at + {attribute.first}"
    if attribute.keyed:
        parameters.append("const u16 *keys")
        key = "keys[at]"
    parameters += [f"{values}{'' if values.endswith('*') else ' '}values", "unsigned int count"]
    head = declaration("int", name, *parameters)
    lines = [head, "{"]
    if attribute.multi:
        lines += ["\tunsigned int at;", ""]
    else:
        lines += [
            f"\tstruct nlattr *nest = nla_nest_start(skb, {number});",
            "\tunsigned int at;",
            "",
            "\tif (!nest)",
            "\t\treturn -EMSGSIZE;",
        ]
    lines += [
        "\tfor (at = 0; at < count; at++)",
        f"\t\tif ({put.format(t=key, v='values[at]')})",
        "\t\t\treturn -EMSGSIZE;",
    ]
    if not attribute.multi:
        lines.append("\tnla_nest_end(skb, nest);")
    return head, "\n".join([*lines, "\treturn 0;", "}"])


# ------------------------------------------------------------------------------------------------ checking


def to_check(spec: FamilySpec) -> list[SetSpec]:
    """The sets of requests in which there is something to check besides the policy, in them or in their nests."""
    sets = checked_sets(spec)
    found = {each.name for each in sets if any(attribute.element for attribute in each.attributes)}
    while True:
        around = {each.name for each in sets if any(attribute.nested in found for attribute in each.attributes)}
        if around <= found:
            return [each for each in sets if each.name in found]
        found |= around


def refuse(spec: FamilySpec) -> None:
    """Raises ModuleError for elements of requests that no check can be generated for."""
    for each in to_check(spec):
        for attribute in each.attributes:
            element = attribute.element
            if element is not None and element.type not in _CHECKED:
                raise ModuleError(
                    f"{each.name}.{attribute.name}: no C can be generated that checks elements of the kind "
                    f"{element.kind}: put them into a record of their own, as in indexed(nest(…))"
                )


def checks(names: CNames) -> str:
    """The definitions of the functions that check; they are declared first, for they may call each other."""
    sets = to_check(names.spec)
    inner = {attribute.nested for each in sets for attribute in each.attributes}
    parts = [f"{_check_prototype(names, each.name)};" for each in sets if each.name in inner]
    for each in sets:
        for attribute in each.attributes:
            if attribute.element is not None and _is_nest(attribute):
                parts.append(_element_check(names, each, attribute, attribute.element))
        parts.append(_check(names, each, {each.name for each in sets}))
    return "".join(f"{part}\n\n" for part in parts)


def _check_prototype(names: CNames, name: str) -> str:
    return declaration(
        "static int",
        names.function("check", name),
        "const struct nlattr *head",
        "int length",
        "struct netlink_ext_ack *extack",
    )


def _check(names: CNames, each: SetSpec, checked: set[str]) -> str:
    cases = []
    nests = False
    for attribute in each.attributes:
        if attribute.element is None and attribute.nested not in checked:
            continue
        cases.append(f"\t\tcase {names.attribute(each, attribute)}:")
        if attribute.type == "nested" and attribute.nested:
            call = f"{names.function('check', attribute.nested)}(nla_data(attr), nla_len(attr), extack)"
            cases += [f"\t\t\terr = {call};", "\t\t\tif (err)", "\t\t\t\treturn err;"]
        elif attribute.nested or _is_nest(attribute):
            nests = True
            if attribute.nested:
                call = f"{names.function('check', attribute.nested)}(nla_data(each), nla_len(each), extack)"
            else:
                call = f"{names.function('check', each.name)}_{attribute.name}(each, extack)"
            cases += [
                "\t\t\tnla_for_each_nested(each, attr, left) {",
                f"\t\t\t\terr = {call};",
                "\t\t\t\tif (err)",
                "\t\t\t\t\treturn err;",
                "\t\t\t}",
            ]
        elif attribute.element is not None:
            policy = f"{names.policy(each.name)}[{names.attribute(each, attribute)}]"
            cases += [
                f"\t\t\tif (nla_len(attr) % {size_of(names, attribute.element)}) {{",
                f"\t\t\t\tNL_SET_ERR_MSG_ATTR_POL(extack, attr, &{policy},",
                '\t\t\t\t\t\t\t"invalid attribute length");',
                "\t\t\t\treturn -EINVAL;",
                "\t\t\t}",
            ]
        cases.append("\t\t\tbreak;")
    calls = any("err = " in line for line in cases)
    return "\n".join(
        [
            _check_prototype(names, each.name),
            "{",
            f"\tconst struct nlattr *attr{', *each' if nests else ''};",
            f"\tint rest{', left' if nests else ''}{', err' if calls else ''};",
            "",
            "\tnla_for_each_attr(attr, head, length, rest) {",
            "\t\tswitch (nla_type(attr)) {",
            *cases,
            "\t\t}",
            "\t}",
            "\treturn 0;",
            "}",
        ]
    )


def _element_check(names: CNames, each: SetSpec, attribute: AttributeSpec, element: AttributeSpec) -> str:
    """The function that checks one element, with its policy, which is for the refusal to tell."""
    function = f"{names.function('check', each.name)}_{attribute.name}"
    policy = f"{names.policy(each.name)}_{attribute.name}_element"
    lines = [
        element_policy(names, policy, element),
        "",
        declaration("static int", function, "const struct nlattr *each", "struct netlink_ext_ack *extack"),
        "{",
    ]
    flagged = ("each->nla_type & NLA_F_NESTED", "NLA_F_NESTED not expected", "EINVAL")
    tests = [flagged, *_tests(element)]
    if element.type in _NUMBERS:
        size = f"sizeof({c_type(names, element)})"
        wrong = f"nla_len(each) != {size}"
        if element.type in _AUTOMATIC:
            wrong = f"nla_len(each) != sizeof(u32) && {wrong}"
        tests = [(wrong, "invalid attribute length", "EINVAL"), flagged]
    for condition, words, number in tests:
        lines += [
            f"\tif ({condition}) {{",
            f"\t\tNL_SET_ERR_MSG_ATTR_POL(extack, each, &{policy},",
            f'\t\t\t\t\t"{words}");',
            f"\t\treturn -{number};",
            "\t}",
        ]
    return "\n".join([*lines, "\treturn 0;", "}"])


def _tests(element: AttributeSpec) -> list[tuple[str, str, str]]:
    """What is wrong with text or bytes: condition, words, errno."""
    failed = "Attribute failed policy validation"
    low, high = element.min_length, element.max_length
    if element.type == "nul-string":
        room = f"min_t(int, nla_len(each), {high + 1})" if high else "nla_len(each)"
        return [(f"!nla_len(each) || !memchr(nla_data(each), 0, {room})", failed, "EINVAL")]
    if low:
        limits = f"nla_len(each) < {low}" + (f" || nla_len(each) > {high}" if high else "")
        limits = f"nla_len(each) != {low}" if low == high else limits
        return [(limits, "binary attribute size out of range", "ERANGE")]
    return [(f"nla_len(each) > {high}", failed, "ERANGE")] if high else []

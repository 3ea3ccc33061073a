"""Values of a set of attributes as a C struct: parsed from a request, put into a message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from netlynx.generic.spec import AttributeSpec, SetSpec
from netlynx.module import elements
from netlynx.module.c_names import CNames, declaration, field
from netlynx.module.folder import render
from netlynx.module.policies import checked_sets


class _Access(NamedTuple):
    """How C holds, gets and puts a value: `a` is the attribute, `t` its number, `x` the struct's member."""

    members: tuple[str, ...]  # declarations, with {x}
    get: str  # statement, with {a} and {x}
    put: str  # expression, not 0 when the message is full


def _number(c_type: str, name: str) -> _Access:
    return _Access(
        (f"{c_type} {{x}};",), f"into->{{x}} = nla_get_{name}({{a}});", f"nla_put_{name}(skb, {{t}}, from->{{x}})"
    )


def _whole(c_type: str, get: str) -> _Access:
    return _Access((f"{c_type} {{x}};",), get, "nla_put(skb, {t}, sizeof(from->{x}), &from->{x})")


def _automatic(prefix: str) -> _Access:
    return _Access(
        (f"{prefix}64 {{x}};",),
        f"into->{{x}} = nla_len({{a}}) == sizeof({prefix}64) ? nla_get_{prefix}64({{a}}) : nla_get_{prefix}32({{a}});",
        f"(from->{{x}} == ({prefix}32)from->{{x}} ?\n"
        f"\t     nla_put_{prefix}32(skb, {{t}}, from->{{x}}) :\n"
        "\t     nla_put(skb, {t}, sizeof(from->{x}), &from->{x}))",
    )


_TYPES = {
    **{name: _number(name, name) for name in ("u8", "u16", "u32", "s8", "s16", "s32")},
    **{name: _number(f"__{name}", name) for name in ("be16", "be32")},
    **{name: _whole(name, f"into->{{x}} = nla_get_{name}({{a}});") for name in ("u64", "s64")},
    "uint": _automatic("u"),
    "sint": _automatic("s"),
    "flag": _Access((), "", "nla_put_flag(skb, {t})"),
    "nul-string": _Access(("const char *{x};",), "into->{x} = nla_data({a});", "nla_put_string(skb, {t}, from->{x})"),
    "binary": _Access(
        ("const void *{x};", "u16 {x}_len;"),
        "into->{x} = nla_data({a});\n\t\tinto->{x}_len = nla_len({a});",
        "nla_put(skb, {t}, from->{x}_len, from->{x})",
    ),
    "bitfield32": _Access(
        ("struct nla_bitfield32 {x};",),
        "into->{x} = nla_get_bitfield32({a});",
        "nla_put_bitfield32(skb, {t},\n\t\t\t       from->{x}.value, from->{x}.selector)",
    ),
}
_KINDS = {
    "be64": _whole("__be64", "into->{x} = nla_get_be64({a});"),
    "ip4": _number("__be32", "be32"),
}
_AS_IT_IS = _Access(  # nests: the attribute itself
    ("const struct nlattr *{x};",),
    "into->{x} = {a};",
    "nla_put(skb, {t} | (from->{x}->nla_type & NLA_F_NESTED),\n\t\t    nla_len(from->{x}), nla_data(from->{x}))",
)


def _access(names: CNames, attribute: AttributeSpec) -> _Access:
    if attribute.multi:
        repeated = f"{names.module}_put_repeated(skb, {{t}}, from->attributes,\n\t\t\t\tfrom->attributes_len)"
        return _Access((), "", repeated)
    if attribute.type in ("nested", "nested-array"):
        return _AS_IT_IS
    if attribute.element is not None:
        return _Access(
            (elements.packed(names, attribute.element), "u16 {x}_count;"),
            "into->{x} = nla_data({a});\n\t\tinto->{x}_count = nla_len({a}) / sizeof(*into->{x});",
            "nla_put(skb, {t}, from->{x}_count * sizeof(*from->{x}), from->{x})",
        )
    if attribute.struct:
        return _whole(names.struct(attribute.struct), "nla_memcpy(&into->{x}, {a}, sizeof(into->{x}));")
    return _KINDS.get(attribute.kind) or _TYPES[attribute.type]


def structs(names: CNames) -> str:
    """The definitions of the structs, and the declarations of what is done with them."""
    nested = _nested(names.spec.sets)
    known = [f"{names.values(each.name)};" for each in names.spec.sets if each.name in nested]
    return "\n\n".join([*(["\n".join(known)] if known else []), *(_struct(names, each) for each in names.spec.sets)])


def functions(names: CNames) -> str:
    """The definitions of the functions that parse and put."""
    checked = [each.name for each in checked_sets(names.spec)]
    parts = []
    if any(map(_repeats, names.spec.sets)):
        parts.append(render("family/put_repeated.c.in", {"name": names.module}).rstrip())
    for each in names.spec.sets:
        if each.name in checked:
            parts.append(_parse(names, each))
            if each.name in _nested(checked_sets(names.spec)):
                parts.append(_parse_nested(names, each))
        parts.append(_put(names, each))
        if each.name in _nested(names.spec.sets):
            parts.append(_put_nested(names, each))
        parts += elements.putters(names, each).values()
    return "\n\n".join(parts)


def _nested(sets: Iterable[SetSpec]) -> set[str]:
    return {attribute.nested for each in sets for attribute in each.attributes}


def _repeats(each: SetSpec) -> bool:
    return any(attribute.multi for attribute in each.attributes)


def _prototypes(names: CNames, each: SetSpec) -> dict[str, str]:
    values = names.values(each.name)
    return {
        "parse": declaration(
            "void",
            names.function("parse", each.name),
            f"{values} *into",
            "struct nlattr **attrs",
            *(["const struct nlattr *head", "int length"] if _repeats(each) else []),
        ),
        "parse_nested": declaration(
            "int",
            names.function("parse_nested", each.name),
            f"{values} *into",
            "const struct nlattr *nest",
            "struct netlink_ext_ack *extack",
        ),
        "put": declaration("int", names.function("put", each.name), "struct sk_buff *skb", f"const {values} *from"),
        "put_nested": declaration(
            "int", names.function("put_nested", each.name), "struct sk_buff *skb", "int type", f"const {values} *from"
        ),
    }


def _struct(names: CNames, each: SetSpec) -> str:
    bits = [f"\t\tbool {field(attribute.name)} : 1;" for attribute in each.attributes]
    members = []
    if _repeats(each):
        members += ["\tconst struct nlattr *attributes;\t/* all of them: among them those that repeat */"]
        members += ["\tint attributes_len;"]
    for attribute in each.attributes:
        inside = attribute.nested or attribute.item
        about = f"\t/* {attribute.type} of {inside} */" if inside else ""
        members += [
            f"\t{member.format(x=field(attribute.name))}{about}" for member in _access(names, attribute).members
        ]
    prototypes = _prototypes(names, each)
    checked = [checked.name for checked in checked_sets(names.spec)]
    wanted = ["put", *(["put_nested"] if each.name in _nested(names.spec.sets) else [])]
    if each.name in checked:
        wanted = ["parse", *(["parse_nested"] if each.name in _nested(checked_sets(names.spec)) else []), *wanted]
    return "\n".join(
        [
            f"/* {each.name}; `has` says which are there. */",
            f"{names.values(each.name)} {{",
            *(["\tstruct {", *bits, "\t} has;"] if bits else []),
            *members,
            "};",
            "",
            *(f"{prototypes[key]};" for key in wanted),
            *(f"{prototype};" for prototype in elements.putters(names, each)),
            *elements.iterators(names, each),
        ]
    )


def _parse(names: CNames, each: SetSpec) -> str:
    lines = [_prototypes(names, each)["parse"], "{", "\tmemset(into, 0, sizeof(*into));"]
    if _repeats(each):
        lines += ["\tinto->attributes = head;", "\tinto->attributes_len = length;"]
    for attribute in each.attributes:
        number, member = names.attribute(each, attribute), field(attribute.name)
        get = _access(names, attribute).get.format(a=f"attrs[{number}]", x=member)
        if get:
            lines += [f"\tif (attrs[{number}]) {{", f"\t\tinto->has.{member} = true;", f"\t\t{get}", "\t}"]
        else:
            lines.append(f"\tinto->has.{member} = attrs[{number}];")
    return "\n".join([*lines, "}"])


def _parse_nested(names: CNames, each: SetSpec) -> str:
    stream = ", nla_data(nest), nla_len(nest)" if _repeats(each) else ""
    return "\n".join(
        [
            _prototypes(names, each)["parse_nested"],
            "{",
            f"\tstruct nlattr *attrs[{names.highest(each)} + 1];",
            f"\tint err = nla_parse_nested(attrs, {names.highest(each)}, nest,",
            f"\t\t\t\t   {names.policy(each.name)}, extack);",
            "",
            "\tif (!err)",
            f"\t\t{names.function('parse', each.name)}(into, attrs{stream});",
            "\treturn err;",
            "}",
        ]
    )


def parse_call(names: CNames, name: str, into: str, attrs: str, head: str, length: str) -> str:
    """The statement that parses a message, of which `attrs` is a table."""
    more = f",\n\t\t{head}, {length}" if _repeats(names.spec.set(name)) else ""
    return f"\t{names.function('parse', name)}({into}, {attrs}{more});\n"


def _put_nested(names: CNames, each: SetSpec) -> str:
    return "\n".join(
        [
            _prototypes(names, each)["put_nested"],
            "{",
            "\tstruct nlattr *nest = nla_nest_start(skb, type);",
            "",
            f"\tif (!nest || {names.function('put', each.name)}(skb, from))",
            "\t\treturn -EMSGSIZE;",
            "\tnla_nest_end(skb, nest);",
            "\treturn 0;",
            "}",
        ]
    )


def _put(names: CNames, each: SetSpec) -> str:
    lines = [_prototypes(names, each)["put"], "{"]
    for attribute in each.attributes:
        number, member = names.attribute(each, attribute), field(attribute.name)
        put = _access(names, attribute).put.format(t=number, x=member)
        lines += [f"\tif (from->has.{member} &&", f"\t    {put})", "\t\treturn -EMSGSIZE;"]
    return "\n".join([*lines, "\treturn 0;", "}"])

"""Operations, groups and notifications in C: what lies between generic netlink and the developer's handlers."""

from __future__ import annotations

from netlynx.generic.spec import CommandSpec, EventSpec, OperationSpec
from netlynx.module import elements, values
from netlynx.module.c_names import CNames, declaration, verbs
from netlynx.module.folder import render
from netlynx.module.policies import takes_none

_PRIVILEGES = {"admin": "GENL_ADMIN_PERM", "namespace": "GENL_UNS_ADMIN_PERM"}
_CHECKS = {
    "admin": "netlink_capable({skb}, CAP_NET_ADMIN)",
    "namespace": "netlink_ns_capable({skb}, sock_net({skb}->sk)->user_ns, CAP_NET_ADMIN)",
}


def handlers(names: CNames) -> dict[str, str]:
    """The developer's functions: name and declaration, in the order of the commands."""
    found = {}
    for command in names.spec.commands:
        if command.do is not None:
            found[names.handler("do", command.do)] = _do_prototype(names, command.do)
        if command.dump is not None:
            found[names.handler("dump", command.dump)] = _dump_prototype(names, command.dump)
    return found


def _do_prototype(names: CNames, operation: OperationSpec) -> str:
    arguments = _asked(names, operation)
    arguments += [*_answer(names), "struct sk_buff *reply"] if operation.reply else []
    return declaration("int", names.handler("do", operation), *arguments, "struct genl_info *info")


def _dump_prototype(names: CNames, operation: OperationSpec) -> str:
    arguments = [*_asked(names, operation), "unsigned long at", *_answer(names)]
    arguments += ["struct sk_buff *row", "struct netlink_callback *cb"]
    return declaration("int", names.handler("dump", operation), *arguments)


def _asked(names: CNames, operation: OperationSpec) -> list[str]:
    """What a handler is asked: the family's own header, if it has one, and the values of the attributes."""
    header = [f"const {names.header} *header"] if names.header else []
    return header + ([f"const {names.values(operation.request)} *request"] if operation.request else [])


def _answer(names: CNames) -> list[str]:
    """The family's own header of an answer, to be filled in by the handler; it is zeroed."""
    return [f"{names.header} *answer"] if names.header else []


def notify_prototype(names: CNames, event: EventSpec) -> str:
    """The declaration of the function that sends a notification."""
    record = f"const {names.values(event.record)} *record"
    own = [f"const {names.header} *own"] if names.header else []
    return declaration("int", names.notify(event), "struct net *net", *own, record, "gfp_t gfp")


def operations(names: CNames) -> str:
    """The definitions: a function for each `do` and `dump`, the tables, the family, the notifications."""
    commands = names.spec.commands
    parts = [_do(names, command, command.do) for command in commands if command.do is not None]
    parts += [_dump(names, command, command.dump) for command in commands if command.dump is not None]
    return "\n".join([*parts, _tables(names), *(_event(names, event) for event in names.spec.events)]).rstrip("\n")


def _number_of_answers(names: CNames, command: CommandSpec, operation: OperationSpec) -> str:
    other = operation.reply_number != command.number
    return names.command(f"{operation.name}_reply" if other else operation.name)


def _shared_privilege(command: CommandSpec) -> str:
    """The privilege of both verbs, for a flag of the operation; "" where they differ or take none."""
    privileges = {each.privilege for each in (command.do, command.dump) if each is not None}
    return privileges.pop() if len(privileges) == 1 else ""


def _own_check(command: CommandSpec, operation: OperationSpec, skb: str) -> str:
    """The statement for a privilege that only one of two verbs takes."""
    if not operation.privilege or _shared_privilege(command):
        return ""
    return f"\tif (!{_CHECKS[operation.privilege].format(skb=skb)})\n\t\treturn -EPERM;\n"


def _required(names: CNames, operation: OperationSpec, check: str, refuse: str) -> str:
    lines = []
    for name in operation.required:
        each = names.spec.set(operation.request)
        number = names.attribute(each, each.find(name))
        lines.append(
            f"\tif ({check.format(number)}) {{\n"
            f"\t\t{refuse.format(f'{operation.name} takes {name}')}\n"
            "\t\treturn -EINVAL;\n"
            "\t}\n"
        )
    return "".join(lines)


def _do(names: CNames, command: CommandSpec, operation: OperationSpec) -> str:
    required = _required(names, operation, "GENL_REQ_ATTR_CHECK(info, {})", 'GENL_SET_ERR_MSG(info, "{}");')
    head = f"nlmsg_attrdata(info->nlhdr, {_header_size(names)})"
    length = f"nlmsg_attrlen(info->nlhdr, {_header_size(names)})"
    parse = (
        values.parse_call(names, operation.request, "&request", "info->attrs", head, length)
        if operation.request
        else ""
    )
    checks = _element_checks(names, operation, head, length, "info->extack")
    plain = not operation.reply
    return render(
        f"family/{'do_reply' if operation.reply else 'do'}.c.in",
        {
            "name": names.module,
            "operation": operation.name,
            "handler": names.handler("do", operation),
            "request": _variable(names, operation, last=plain and not checks)
            + ("\tint err;\n\n" if plain and checks else ""),
            "argument": _own_header(names, "info->genlhdr") + ("&request, " if operation.request else ""),
            "own_answer": "header, " if names.header else "",
            "zeroed": f"\tif (header)\n\t\tmemset(header, 0, sizeof({names.header}));\n" if names.header else "",
            "checks": _own_check(command, operation, "skb") + checks + required + parse,
            "answer": _number_of_answers(names, command, operation),
        },
    )


def _variable(names: CNames, operation: OperationSpec, *, last: bool = False) -> str:
    """The declaration of a request's values; the last one of a function has an empty line behind it."""
    if not operation.request:
        return ""
    return f"\t{names.values(operation.request)} request;\n" + ("\n" if last else "")


def _header_size(names: CNames) -> str:
    """The bytes before the attributes, as C has it."""
    return f"GENL_HDRLEN + sizeof({names.header})" if names.header else "GENL_HDRLEN"


def _own_header(names: CNames, genlhdr: str) -> str:
    return f"genlmsg_data({genlhdr}), " if names.header else ""


def _element_checks(names: CNames, operation: OperationSpec, head: str, length: str, extack: str) -> str:
    """The statements that check the elements of arrays in a request, where there are any."""
    if operation.request not in [each.name for each in elements.to_check(names.spec)]:
        return ""
    check = names.function("check", operation.request)
    return f"\terr = {check}({head},\n\t\t{length}, {extack});\n\tif (err)\n\t\treturn err;\n"


def _dump(names: CNames, command: CommandSpec, operation: OperationSpec) -> str:
    highest, policy, parse = "1", f"{names.module}_no_attributes", ""
    head = f"nlmsg_attrdata(cb->nlh, {_header_size(names)})"
    length = f"nlmsg_attrlen(cb->nlh, {_header_size(names)})"
    if not takes_none(names.spec, operation):
        each = names.spec.set(operation.request)
        highest, policy = names.highest(each), names.policy(each.name)
    if operation.request:
        parse = values.parse_call(names, operation.request, "request", "attrs", head, length)
    checks = _element_checks(names, operation, head, length, "cb->extack")
    required = _required(
        names, operation, "NL_REQ_ATTR_CHECK(cb->extack, NULL, attrs, {})", 'NL_SET_ERR_MSG(cb->extack, "{}");'
    )
    request = names.values(operation.request) if operation.request else ""
    return render(
        "family/dump.c.in",
        {
            "name": names.module,
            "NAME": names.upper,
            "operation": operation.name,
            "handler": names.handler("dump", operation),
            "parameter": f",\n\t\t\t\t{request} *request" if request else "",
            "request": _variable(names, operation),
            "only_request": _variable(names, operation, last=True),
            "given": ", &request" if request else "",
            "argument": _own_header(names, "nlmsg_data(cb->nlh)") + ("&request, " if request else ""),
            "own_answer": "header, " if names.header else "",
            "zeroed": f"\t\tmemset(header, 0, sizeof({names.header}));\n" if names.header else "",
            "size": _header_size(names),
            "highest": highest,
            "policy": policy,
            "privilege": _own_check(command, operation, "cb->skb"),
            "checks": checks + required + parse,
            "answer": _number_of_answers(names, command, operation),
        },
    )


def _tables(names: CNames) -> str:
    spec = names.spec
    parts = [_operation_table(names)] if spec.commands else []
    if spec.groups:
        lines = [f"\t[{names.group(group)}_INDEX] = {{ {_group(names, group)} }}," for group in spec.groups]
        start = f"static const struct genl_multicast_group {names.module}_groups[] = {{"
        parts.append("\n".join([start, *lines, "};", ""]))
    lines = [
        f"struct genl_family {names.module}_family __ro_after_init = {{",
        f"\t.name\t\t= {names.upper}_FAMILY_NAME,",
        f"\t.version\t= {names.upper}_FAMILY_VERSION,",
        *([f"\t.hdrsize\t= sizeof({names.header}),"] if names.header else []),
        "\t.module\t\t= THIS_MODULE,",
    ]
    if spec.netnsok:
        lines.append("\t.netnsok\t= true,")
    if spec.commands and not _differ(names):
        lines += [f"\t.ops\t\t= {names.module}_ops,", f"\t.n_ops\t\t= ARRAY_SIZE({names.module}_ops),"]
    elif spec.commands:
        lines += [
            "#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)",
            f"\t.split_ops\t= {names.module}_ops,",
            f"\t.n_split_ops\t= ARRAY_SIZE({names.module}_ops),",
            "#else",
            f"\t.ops\t\t= {names.module}_ops,",
            f"\t.n_ops\t\t= ARRAY_SIZE({names.module}_ops),",
            f"\t.resv_start_op\t= {spec.commands[-1].number + 1},\t/* lets .validate be given */",
            "#endif",
        ]
    if spec.groups:
        lines += [f"\t.mcgrps\t\t= {names.module}_groups,", f"\t.n_mcgrps\t= ARRAY_SIZE({names.module}_groups),"]
    return "\n".join([*parts, *lines, "};", ""])


def _group(names: CNames, group: str) -> str:
    capability = names.spec.joining.get(group)
    flags = f", .flags = GENL_MCAST_CAP_{capability.upper()}" if capability else ""
    return f".name = {names.group(group)}{flags}"


def _differ(names: CNames) -> bool:
    """Whether a command's `do` and `dump` take different attributes or privileges: since Linux 6.2 they may."""
    return any(
        command.do is not None
        and command.dump is not None
        and (command.do.request, command.do.privilege) != (command.dump.request, command.dump.privilege)
        for command in names.spec.commands
    )


def _operation_table(names: CNames) -> str:
    commands = names.spec.commands
    whole = [f"static const struct genl_ops {names.module}_ops[] = {{"]
    whole += [_entry(names, command) for command in commands]
    if not _differ(names):
        return "\n".join([*whole, "};", ""])
    split = [f"static const struct genl_split_ops {names.module}_ops[] = {{"]
    split += [_split_entry(names, verb, command) for command in commands for verb, _ in verbs(command)]
    condition = "#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)"
    return "\n".join([condition, *split, "};", "#else", *whole, "};", "#endif", ""])


def _callbacks(names: CNames, verb: str, operation: OperationSpec) -> list[str]:
    function = f"{names.module}_{operation.name}"
    if verb == "do":
        return [f"\t\t.doit\t\t= {function}_doit,"]
    return [f"\t\t.start\t\t= {function}_start,", f"\t\t.dumpit\t\t= {function}_dumpit,"]


def _checked_by(names: CNames, operation: OperationSpec) -> list[str]:
    if takes_none(names.spec, operation):
        return [f"\t\t.policy\t\t= {names.module}_no_attributes,", "\t\t.maxattr\t= 1,"]
    each = names.spec.set(operation.request)
    return [f"\t\t.policy\t\t= {names.policy(each.name)},", f"\t\t.maxattr\t= {names.highest(each)},"]


def _entry(names: CNames, command: CommandSpec) -> str:
    (_, first), *_ = verbs(command)
    lines = ["\t{", f"\t\t.cmd\t\t= {names.command(first.name)},"]
    for verb, operation in verbs(command):
        lines += _callbacks(names, verb, operation)
    lines += _checked_by(names, first)
    if command.do is not None and command.dump is not None and command.do.request != command.dump.request:
        lines.append("\t\t.validate\t= GENL_DONT_VALIDATE_DUMP,\t/* .start does */")
    if privilege := _shared_privilege(command):
        lines.append(f"\t\t.flags\t\t= {_PRIVILEGES[privilege]},")
    return "\n".join([*lines, "\t},"])


def _split_entry(names: CNames, verb: str, command: CommandSpec) -> str:
    operation = dict(verbs(command))[verb]
    flags = [f"GENL_CMD_CAP_{verb.upper()}"]
    if operation.privilege:
        flags.append(_PRIVILEGES[operation.privilege])
    lines = ["\t{", f"\t\t.cmd\t\t= {names.command(operation.name)},", *_callbacks(names, verb, operation)]
    return "\n".join([*lines, *_checked_by(names, operation), f"\t\t.flags\t\t= {' | '.join(flags)},", "\t},"])


def _event(names: CNames, event: EventSpec) -> str:
    return render(
        "family/event.c.in",
        {
            "name": names.module,
            "prototype": notify_prototype(names, event),
            "command": names.command(event.name),
            "group": f"{names.group(event.group)}_INDEX",
            "put": names.function("put", event.record),
            "own": "\tif (header)\n\t\tmemcpy(header, own, sizeof(*own));\n" if names.header else "",
        },
    )

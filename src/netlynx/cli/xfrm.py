"""`netlynx xfrm`: states and policies of IPsec, and what is known of both databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netlynx.cli.commands import App
from netlynx.cli.form import Form
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listed import show_listed
from netlynx.cli.options import Format, Json, Kernel, Lines, Netns, Wide, connection
from netlynx.cli.output import Column, Row, form_of, write_json, write_rows, write_table
from netlynx.cli.tables import Table, text

if TYPE_CHECKING:
    from netlynx.xfrm import Limits, Policy, Selector, State, Template, Used

commands = App()

_ALGORITHMS = ("aead", "encryption", "auth_truncated", "auth", "compression")
_NONE = (0, 0xFFFF_FFFF_FFFF_FFFF)
_UNITS = (("bytes", "B"), ("packets", "packets"), ("seconds", "s"), ("used_seconds", "s of use"))


@commands.callback()
def about() -> None:
    """List states and policies of IPsec, and what becomes of packets that no policy is about."""


@commands.command()
def states(
    protocol: Annotated[
        str | None, typer.Option(metavar="PROTOCOL", help="Only those of esp, ah, comp, hao or route2.")
    ] = None,
    source: Annotated[str | None, typer.Option(metavar="PREFIX", help="Only those from addresses within.")] = None,
    destination: Annotated[str | None, typer.Option(metavar="PREFIX", help="Only those to addresses within.")] = None,
    keys: Annotated[bool, typer.Option("--show-keys", help="Show their keys, too.")] = False,
    json: Json = False,
    lines: Lines = False,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List states: who sends to whom with which SPI, by which algorithms, how much of that, and until when."""
    from netlynx import xfrm
    from netlynx.schema.secrets import without_secrets

    form = form_of(json, lines, wide=wide)
    with connection(netns, kernel) as nl:
        found = nl.dump(xfrm.states(protocol=protocol, source=source, destination=destination)).all()
    shown = found if keys else [without_secrets(each) for each in found]
    if form is Form.TABLE:
        columns = (*STATES.columns, Column("KEYS", wrap=True)) if keys else STATES.columns
        write_table(columns, ([*_state(each), *([_keys(each)] if keys else [])] for each in shown), wide=wide)
    else:
        write_json(shown, form)


@commands.command()
def policies(
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List policies: which packets have to be transformed, and by which states; which pass or are dropped."""
    from netlynx import xfrm

    with connection(netns, kernel) as nl:
        show_listed(nl, form_of(json, lines, format, wide=wide), POLICIES, xfrm.policies(), wide=wide)


@commands.command()
def info(
    json: Json = False,
    lines: Lines = False,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Tell how many states and policies there are, how they are hashed, and what becomes of all other packets."""
    from netlynx import xfrm
    from netlynx.errors import NotSupported

    form = form_of(json, lines, wide=wide)
    with connection(netns, kernel) as nl:
        held, ruled = nl.do(xfrm.state_database()), nl.do(xfrm.policy_database())
        try:
            others: Any = nl.do(xfrm.defaults())
        except NotSupported:  # before Linux 5.14 they pass
            others = None
    said = {
        "states": held.to_dict(),
        "policies": ruled.to_dict(),
        **({} if others is None else {"defaults": others.to_dict()}),
    }
    if form is not Form.TABLE:
        write_rows([said], form)
        return
    rows = [
        [f"{part} {name.replace('_', ' ')}", _plain(value)] for part, of in said.items() for name, value in of.items()
    ]
    write_table((Column("WHAT"), Column("VALUE", wrap=True)), rows, wide=wide)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {each}" for name, each in value.items())
    return text(value)


# -- tables --------------------------------------------------------------------------------------------------------


def _state(state: State) -> Row:
    return [
        f"{text(state.source)} > {text(state.destination)}",
        text(state.protocol),
        text(state.spi),
        text(state.mode),
        text(state.reqid or ""),
        ", ".join(_algorithms(state)),
        _used(state.used),
        ", ".join(_state_words(state)),
    ]


def _keys(state: State) -> str:
    found = (getattr(state, name) for name in _ALGORITHMS)
    return ", ".join(dict.fromkeys(each.key.hex() for each in found if each is not None and each.key))


def _algorithms(state: State) -> Iterator[str]:
    for name in _ALGORITHMS:
        found = getattr(state, name)
        if found is not None and not (name == "auth" and state.auth_truncated is not None):
            yield found.name


def _state_words(state: State) -> Iterator[str]:
    """What is not usual of a state."""
    yield from _limits(state.limits)
    if state.selector is not None and (state.selector.source_length or state.selector.destination_length):
        yield _selector(state.selector)
    if state.mark is not None:
        yield f"mark {state.mark}"
    if state.if_id:
        yield f"if_id {state.if_id}"
    if state.direction is not None:
        yield str(state.direction)
    if state.encapsulation is not None:
        ports = f"{state.encapsulation.source_port} > {state.encapsulation.destination_port}"
        yield f"{text(state.encapsulation.type)} {ports}"
    if state.offload is not None:
        yield "offload"
    yield from state.flags.labels
    yield from state.extra_flags.labels if state.extra_flags is not None else ()
    for name in ("window", "replay", "integrity"):
        if errors := getattr(state, f"{name}_errors"):
            yield f"{errors} {name} errors"


def _used(used: Used | None) -> str:
    return "" if used is None else f"{used.bytes} B, {used.packets} packets"


def _limits(limits: Limits | None) -> Iterator[str]:
    if limits is None:
        return
    for name, unit in _UNITS:
        for kind in ("soft", "hard"):
            if (value := getattr(limits, f"{kind}_{name}")) not in _NONE:
                yield f"{kind} {value} {unit}"


def _selector(selector: Selector | None) -> str:
    if selector is None:
        return ""
    words = [f"{selector.source_prefix} > {selector.destination_prefix}"]
    if selector.protocol:
        words.append(text(selector.protocol))
    if selector.source_port_mask or selector.destination_port_mask:
        words.append(f"{_port(selector, 'source')} > {_port(selector, 'destination')}")
    return " ".join(words)


def _port(selector: Selector, which: str) -> str:
    number, mask = getattr(selector, f"{which}_port"), getattr(selector, f"{which}_port_mask")
    return "any" if not mask else str(number) if mask == 0xFFFF else f"{number}/{mask:#x}"


def _template(template: Template) -> str:
    words = [text(template.protocol), text(template.mode)]
    if template.source is not None and template.source.strip("0.:"):
        words.append(f"{template.source} > {text(template.destination)}")
    if template.spi:
        words.append(f"spi {template.spi}")
    if template.reqid:
        words.append(f"reqid {template.reqid}")
    if template.optional:
        words.append("optional")
    return " ".join(words)


def _policy(policy: Policy, interfaces: Interfaces) -> list[Row]:
    words = [*_limits(policy.limits), *policy.flags.labels]
    if policy.selector is not None and policy.selector.interface:
        words.insert(0, f"dev {interfaces.name(policy.selector.interface)}")
    if policy.mark is not None:
        words.append(f"mark {policy.mark}")
    if policy.if_id:
        words.append(f"if_id {policy.if_id}")
    return [
        [
            text(policy.direction),
            _selector(policy.selector),
            text(policy.priority),
            text(policy.action),
            "; ".join(map(_template, policy.templates)),
            ", ".join(words),
        ]
    ]


STATES = Table(
    (
        Column("FROM > TO"),
        Column("PROTOCOL", spare=3),
        Column("SPI"),
        Column("MODE", spare=2),
        Column("REQID", right=True, spare=4),
        Column("ALGORITHMS", spare=1),
        Column("USED", spare=5),
        Column("OPTIONS", wrap=True),
    ),
    lambda state, _: [_state(state)],
)
POLICIES = Table(
    (
        Column("DIRECTION"),
        Column("PACKETS"),
        Column("PRIORITY", right=True, spare=2),
        Column("ACTION", spare=1),
        Column("TEMPLATES", wrap=True),
        Column("OPTIONS", spare=3),
    ),
    _policy,
)

"""`netlynx audit`: the state of auditing, its rules, and its log."""

from __future__ import annotations

import shlex
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netlynx.cli.commands import App
from netlynx.cli.form import Form, json_text
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listening import heard, label, listening
from netlynx.cli.options import Json, JsonLines, Kernel, Lines, connection
from netlynx.cli.output import Column, Row, coloured, form_of, row_as_text, write_rows
from netlynx.cli.stdout import write
from netlynx.cli.tables import Table

if TYPE_CHECKING:
    from netlynx.audit import LogEvent, LogRecord, Rule
    from netlynx.engine.operation import Event

commands = App()

# What a line says of an event of system calls, where it is known; of others it has the text of their records.
_TOLD = ("success", "exit", "pid", "uid", "auid", "comm", "exe")
_NAMED = "name"


@commands.callback()
def about() -> None:
    """Show the state of auditing, its rules, and what it logs; add rules, and delete them."""


@commands.command()
def status(json: JsonLines = False, kernel: Kernel = "host") -> None:
    """Show the state of auditing: its limits, how many records were lost, its features."""
    from netlynx import audit

    with connection(None, kernel) as nl:
        state, features = nl.do(audit.status()), nl.do(audit.features())
    said: dict[str, Any] = {name: value for name, value in state.to_dict().items() if name != "mask"}
    said["features"] = {
        flag.name.lower().replace("_", "-"): {"on": bool(features.on & flag), "locked": bool(features.locked & flag)}
        for flag in audit.FeatureSet
        if flag.name
    }
    if json:
        write(json_text(said))
        return
    for name, value in said.items():
        words = name.replace("_", " ")
        if isinstance(value, dict):
            for feature, how in value.items():
                write(f"{feature:<20}  {'on' if how['on'] else 'off'}{', locked' if how['locked'] else ''}")
        else:
            write(f"{words:<20}  {', '.join(value) if isinstance(value, list) else value}")


@commands.command()
def rules(
    key: Annotated[str | None, typer.Option("--key", metavar="KEY", help="Only those that have this key.")] = None,
    json: Json = False,
    lines: Lines = False,
    kernel: Kernel = "host",
) -> None:
    """List the rules, each on a line that makes it, as `auditctl -l` does."""
    from netlynx import audit

    form = form_of(json, lines)
    with connection(None, kernel) as nl:
        found = [rule for rule in nl.do(audit.rules()) if key is None or key in rule.key.split(",")]
    if form is not Form.TABLE:
        write_rows(map(_rule, found), form)
        return
    for rule in found:
        write(str(rule))


_Words = Annotated[list[str], typer.Argument(metavar="RULE…", help="The rule in the words of auditctl(8).")]
_AS_THEY_ARE = {"ignore_unknown_options": True}  # -a, -w and their like are the rule's


@commands.command(context_settings=_AS_THEY_ARE)
def add(rule: _Words, kernel: Kernel = "host") -> None:
    """Have the kernel log what a rule says: `netlynx audit add -w /etc/passwd -p wa`. It takes CAP_AUDIT_CONTROL."""
    from netlynx import audit

    with connection(None, kernel) as nl:
        nl.do(audit.add(shlex.join(rule)))
    write(f"added {shlex.join(rule)}")


@commands.command(context_settings=_AS_THEY_ARE)
def delete(rule: _Words, kernel: Kernel = "host") -> None:
    """Take away the rule that says all of this: `netlynx audit rules` prints such words. It takes CAP_AUDIT_CONTROL."""
    from netlynx import audit

    with connection(None, kernel) as nl:
        nl.do(audit.delete(shlex.join(rule)))
    write(f"deleted {shlex.join(rule)}")


def _rule(rule: Rule) -> dict[str, Any]:
    from netlynx.audit import Condition

    return {
        "rule": str(rule),
        "list": str(rule.list),
        "action": str(rule.action),
        "first": rule.first,
        "syscalls": rule.syscalls,
        "conditions": [
            {"field": each.field, "operator": each.operator, "value": each.value}
            if isinstance(each, Condition)
            else {"field": each.left, "operator": each.operator, "other": each.right}
            for each in rule.conditions
        ],
        "key": rule.key or None,
    }


@commands.command()
def log(
    key: Annotated[str | None, typer.Option("--key", metavar="KEY", help="Only events of rules with this key.")] = None,
    types: Annotated[
        list[str] | None, typer.Option("--type", metavar="NAME", help="Only events with such a record: SYSCALL …")
    ] = None,
    records: Annotated[bool, typer.Option("--records", help="Print every record of an event, below it.")] = False,
    count: Annotated[
        int | None, typer.Option("--count", metavar="N", min=1, help="Stop behind so many events.")
    ] = None,
    json: JsonLines = False,
    kernel: Kernel = "host",
) -> None:
    """Print what is audited as it is logged, an event a line, until Ctrl-C. It takes CAP_AUDIT_READ.

    The daemon that keeps the log is not disturbed, nor needed. A line that says `overrun` says how many records were
    lost.
    """
    from netlynx import audit
    from netlynx.audit.types import NUMBERS

    wanted = {name.upper() for name in types or ()}
    for name in wanted - NUMBERS.keys():
        raise typer.BadParameter(f"{name!r} is no type of a record", param_hint="--type")
    colours, seen = coloured(), 0
    with connection(None, kernel) as nl, nl.subscribe(audit.LOG) as events, listening(nl, "listening to the audit log"):
        for event in heard(events, json, colours):
            told = event.record
            if (key is not None and key not in told.keys) or (wanted and wanted.isdisjoint(told.types)):
                continue
            if json:
                write(as_json("audit", event), flush=True)
            else:
                parts = row_as_text(COLUMNS, _row(told, None)[0], colours=colours)
                write(label("audit", colours), "  ", *parts, flush=True)
                for record in told.records if records else ():
                    write(f"    {record.name}  {_fields(record)}", flush=True)
            seen += 1
            if seen == count:
                return


def as_json(name: str, event: Event[Any]) -> str:
    """One object: when it was, and each record with its fields, decoded."""
    told: LogEvent = event.record
    return json_text(
        {
            "event": event.kind,
            "object": name,
            "timestamp": told.timestamp,
            "serial": told.serial,
            "complete": told.complete,
            "records": [{"type": each.name, "number": each.type, "fields": each.fields} for each in told.records],
        },
        compact=True,
    )


def _row(event: LogEvent, _: Interfaces | None) -> list[Row]:
    """What a line says of an event, by `COLUMNS`."""
    seconds, milliseconds = divmod(event.timestamp, 1000)
    when = f"{time.strftime('%Y-%m-%d %H:%M:%S', time.localtime(seconds))}.{milliseconds:03}"
    call = next((record for record in event.records if record.name == "SYSCALL"), None)
    said = " ".join(_fields(each) for each in event.records) if call is None else _call(call, event)
    unfinished = "" if event.complete else "unfinished"
    return [[when, str(event.serial), " ".join(event.types), unfinished, said, " ".join(event.keys)]]


def _call(call: LogRecord, event: LogEvent) -> str:
    from netlynx.audit.calls import syscall_name

    names = [each.fields[_NAMED] for each in event.records if each.fields.get(_NAMED, "(null)") != "(null)"]
    told = [(name, call.fields[name]) for name in _TOLD if name in call.fields]
    pairs = [("syscall", syscall_name(call)), *told, *((_NAMED, name) for name in names)]
    return " ".join(f"{name}={value}" for name, value in pairs)


def _fields(record: LogRecord) -> str:
    said = (f"{name}={' '.join(value.split(chr(0)))}" for name, value in record.fields.items())
    return " ".join(said) or record.text


COLUMNS = (
    Column("TIME", bare=True),
    Column("SERIAL", right=True),
    Column("RECORDS", bare=True),
    Column("STATE", bare=True),
    Column("SAID", bare=True),
    Column("KEY"),
)

TABLE = Table(COLUMNS, _row)

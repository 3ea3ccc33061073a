"""`audit`: the state, the rules as auditctl has them, and the log an event a line."""

from __future__ import annotations

import json
import signal
import textwrap
from pathlib import Path

import pytest

from child import running
from command import Run

AUDITS = textwrap.dedent(
    """
    import threading
    from netlynx import audit
    from netlynx.kernel import SteppedClock, VirtualKernel
    from netlynx.kernel.audit import Audit

    kernel = VirtualKernel(clock=SteppedClock())
    for _ in range(2):
        kernel.clock.advance(850000000.125)
    auditing = Audit(kernel)
    auditing.status = audit.Status(enabled=1, failure=1, backlog_limit=8192, lost=3, abilities=3)
    auditing.features = audit.Features(version=1, known=3, on=1, locked=1)
    auditing.rules = [
        audit.watch("/etc/passwd", "wa", key="identity", directory=False),
        audit.parse("-a always,exit -F arch=b64 -S openat -C uid!=euid -k a -k b"),
    ]

    def joined(group):
        threading.Timer(0.2, speak).start()

    def speak():
        call = 'arch=c000003e syscall=59 success=yes exit=0 pid=7 auid=1000 uid=0 comm="ls" exe="/bin/ls" key="x"'
        auditing.log(("SYSCALL", call), ("PATH", "name=2F746D702F612062"), ("PROCTITLE", "proctitle=6C73002D6C"))
        auditing.log(("USER_LOGIN", "pid=9 msg='op=login acct=\\"root\\" res=success'"))
        auditing.log(("SYSCALL", call.replace('"x"', "(null)")), ("PATH", 'name="/"'))

    kernel.tables[9].on_join = joined
    """
)


@pytest.fixture
def kernel(tmp_path: Path) -> str:
    path = tmp_path / "audits.py"
    path.write_text(AUDITS)
    return str(path)


def lines(kernel: str, count: int, *arguments: str) -> list[str]:
    """The first lines that the command prints; it is interrupted then."""
    with running(*arguments, "--kernel", kernel, variables={"TZ": "UTC"}) as process:
        assert process.stdout is not None
        found = [process.stdout.readline().rstrip("\n") for _ in range(count)]
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
    return found


def test_the_state_and_its_features(run: Run, kernel: str) -> None:
    said = dict(line.split(None, 1) for line in run("audit", "status", "--kernel", kernel).stdout.splitlines())
    assert said["enabled"] == "on"
    assert said["lost"] == "3"
    assert said["abilities"] == "backlog-limit, backlog-wait-time"
    assert said["only-unset-loginuid"] == "on, locked"
    assert said["loginuid-immutable"] == "off"
    told = json.loads(run("audit", "status", "--json", "--kernel", kernel).stdout)
    assert (told["enabled"], told["failure"], told["backlog_limit"], told["lost"]) == ("on", "printk", 8192, 3)
    assert told["features"]["only-unset-loginuid"] == {"on": True, "locked": True}


RULES = [
    "-w /etc/passwd -p wa -k identity",
    "-a always,exit -F arch=b64 -S openat -C uid!=euid -F key=a -F key=b",
]


def test_rules_are_listed_as_auditctl_lists_them(run: Run, kernel: str) -> None:
    assert run("audit", "rules", "--kernel", kernel).stdout.splitlines() == RULES
    assert run("audit", "rules", "--key", "b", "--kernel", kernel).stdout.splitlines() == RULES[1:]
    watched, call = json.loads(run("audit", "rules", "--json", "--kernel", kernel).stdout)
    assert watched == {
        "rule": RULES[0],
        "list": "exit",
        "action": "always",
        "first": False,
        "syscalls": None,
        "conditions": [
            {"field": "path", "operator": "=", "value": "/etc/passwd"},
            {"field": "perm", "operator": "=", "value": 10},
            {"field": "key", "operator": "=", "value": "identity"},
        ],
        "key": "identity",
    }
    assert call["syscalls"] == ["openat"]
    assert {"field": "uid", "operator": "!=", "other": "euid"} in call["conditions"]
    assert call["key"] == "a,b"


LOGGED = [
    "audit    2023-11-14 22:13:20.250 serial 1 SYSCALL PATH PROCTITLE syscall=execve success=yes exit=0 pid=7 uid=0 "
    "auid=1000 comm=ls exe=/bin/ls name=/tmp/a b key x",
    "audit    2023-11-14 22:13:20.250 serial 2 USER_LOGIN pid=9 op=login acct=root res=success",
    "audit    2023-11-14 22:13:20.250 serial 3 SYSCALL PATH syscall=execve success=yes exit=0 pid=7 uid=0 auid=1000 "
    "comm=ls exe=/bin/ls name=/",
]


def test_an_event_is_a_line(kernel: str) -> None:
    assert lines(kernel, 3, "audit", "log") == LOGGED
    assert lines(kernel, 1, "audit", "log", "--type", "user_login") == LOGGED[1:2]
    assert lines(kernel, 1, "audit", "log", "--key", "x") == LOGGED[:1]
    assert lines(kernel, 1, "monitor", "audit")[0].startswith("audit    audit      2023-11-14")


def test_so_many_are_shown_and_no_more(run: Run, kernel: str) -> None:
    said = run("audit", "log", "--count", "2", "--json", "--kernel", kernel).stdout
    assert [json.loads(line)["serial"] for line in said.splitlines()] == [1, 2]


def test_its_records_stand_below_it(kernel: str) -> None:
    head, *records = lines(kernel, 4, "audit", "log", "--records")
    assert head == LOGGED[0]
    assert records[1:] == ["    PATH  name=/tmp/a b", "    PROCTITLE  proctitle=ls -l"]


def test_an_event_is_an_object(kernel: str) -> None:
    first, second = map(json.loads, lines(kernel, 2, "audit", "log", "--json"))
    keys = ("event", "object", "timestamp", "serial")
    assert [first[key] for key in keys] == ["audit", "audit", 1700000000250, 1]
    assert [each["type"] for each in first["records"]] == ["SYSCALL", "PATH", "PROCTITLE"]
    assert first["records"][1] == {"type": "PATH", "number": 1302, "fields": {"name": "/tmp/a b"}}
    assert second["complete"]


def test_a_type_that_there_is_not_is_refused(run: Run, kernel: str) -> None:
    done = run("audit", "log", "--type", "SYSTEM_CALL", "--kernel", kernel, status=2)
    assert "'SYSTEM_CALL' is no type of a record" in done.stderr

"""Auditing on a real kernel. What this host's tells is read, and nothing of it changed; the guest's is changed at will.

auditctl, where it is there (of the Debian package auditd, unpacked and not installed: its daemon is not wanted), lists
what was added here, and adds what is listed here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import netlynx
from audit.test_rules import CAPTURED
from netlynx import audit
from netlynx.audit import Condition, Rule
from support import IN_GUEST, PATIENCE

AUDITCTL = shutil.which("auditctl", path=f"{os.environ['PATH']}:/sbin:/usr/sbin")
in_guest = pytest.mark.skipif(not IN_GUEST, reason="changes what is audited: for a kernel of its own")


@pytest.fixture
def nl() -> Iterator[netlynx.Connection]:
    """A connection in the namespaces of this process, where auditing can be looked at."""
    with netlynx.connect() as connection:
        try:
            connection.do(audit.status())
        except (netlynx.NotSupported, netlynx.PermissionDenied) as error:
            pytest.skip(str(error))
        yield connection


@pytest.fixture
def auditing(nl: netlynx.Connection) -> Iterator[netlynx.Connection]:
    """The guest's auditing, without rules, and as it was in the end."""
    before = nl.do(audit.status())
    nl.do(audit.flush())
    yield nl
    nl.do(audit.flush())
    nl.do(audit.set_status(enabled=before.enabled, failure=before.failure, backlog_limit=before.backlog_limit))


def auditctl(*arguments: str) -> str:
    """What auditctl says. Raises RuntimeError where it fails."""
    if AUDITCTL is None:
        pytest.skip("needs auditctl, of the Debian package auditd")
    done = subprocess.run([AUDITCTL, *arguments], capture_output=True, text=True, timeout=PATIENCE)
    if done.returncode:
        raise RuntimeError(f"auditctl {arguments}: {done.stdout}{done.stderr}")
    return done.stdout


def test_the_state_is_read_and_left_as_it_is(nl: netlynx.Connection) -> None:
    status, features, rules = nl.do(audit.status()), nl.do(audit.features()), nl.do(audit.rules())
    assert status.abilities & audit.Abilities.LOST_RESET  # since Linux 4.9
    assert status.backlog_limit
    assert features.version == 1
    assert [str(audit.parse(str(rule))) for rule in rules] == [str(rule) for rule in rules]
    assert (nl.do(audit.features()), nl.do(audit.rules())) == (features, rules)


@pytest.mark.every_kernel
@pytest.mark.anyio
async def test_it_is_read_asynchronously_and_at_once(nl: netlynx.Connection) -> None:
    async with netlynx.aconnect() as anl:
        assert (await anl.do(audit.features())) == nl.do(audit.features())
        assert (await anl.do(audit.rules())) == nl.do(audit.rules())


@pytest.mark.parametrize(("unshare", "which"), [(["-pf"], "PID"), (["-U"], "user")], ids=["pid", "user"])
def test_elsewhere_it_is_not_to_be_had_and_that_is_said(nl: netlynx.Connection, unshare: list[str], which: str) -> None:
    code = textwrap.dedent(
        """
        import netlynx
        from netlynx import audit
        for ask in (audit.status(), audit.rules()):
            try:
                netlynx.connect().do(ask)
            except netlynx.NotSupported as error:
                print(error)
        """
    )
    done = subprocess.run(["unshare", *unshare, sys.executable, "-c", code], capture_output=True, text=True)
    if "unshare" in done.stderr:
        pytest.skip(done.stderr)
    assert done.stdout.count(f"this one is in another {which} namespace") == 2, done


@pytest.mark.parametrize(("unshare", "which"), [(["-n"], "network"), (["-U"], "user")], ids=["network", "user"])
def test_nor_is_its_log(nl: netlynx.Connection, unshare: list[str], which: str) -> None:
    code = textwrap.dedent(
        """
        import netlynx
        from netlynx import audit
        try:
            netlynx.connect().subscribe(audit.LOG)
        except netlynx.NotSupported as error:
            print(error)
        """
    )
    done = subprocess.run(["unshare", *unshare, sys.executable, "-c", code], capture_output=True, text=True)
    if "unshare" in done.stderr:
        pytest.skip(done.stderr)
    assert f"initial {which} namespace alone" in done.stdout, done


def test_without_the_privilege_the_error_names_it(nl: netlynx.Connection) -> None:
    code = textwrap.dedent(
        """
        import netlynx
        from netlynx import audit
        with netlynx.connect() as nl:
            for use in (lambda: nl.do(audit.status()), lambda: nl.subscribe(audit.LOG)):
                try:
                    use()
                except netlynx.PermissionDenied as error:
                    print(error)
        """
    )
    command = ["setpriv", "--bounding-set", "-audit_control,-audit_read", sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(done.stderr)
    first, second = done.stdout.splitlines()
    assert "It takes CAP_AUDIT_CONTROL" in first
    assert "It takes CAP_AUDIT_READ" in second


@pytest.mark.guest
@in_guest
def test_only_what_is_set_is_changed(auditing: netlynx.Connection) -> None:
    before = auditing.do(audit.status())
    auditing.do(audit.set_status(backlog_limit=123, failure="silent"))
    changed = auditing.do(audit.status())
    assert (changed.backlog_limit, changed.failure) == (123, audit.Failure.SILENT)
    assert (changed.enabled, changed.rate_limit, changed.pid) == (before.enabled, before.rate_limit, before.pid)
    assert changed.backlog_wait_time == before.backlog_wait_time
    if AUDITCTL:
        said = dict(line.split(maxsplit=1) for line in auditctl("-s").splitlines())
        assert (said["backlog_limit"], said["failure"], said["pid"]) == ("123", "0", "0")
    auditing.do(audit.reset_lost())
    assert auditing.do(audit.status()).lost == 0


@pytest.mark.guest
@in_guest
def test_what_is_added_here_auditctl_lists_and_what_it_adds_is_listed_here(auditing: netlynx.Connection) -> None:
    if AUDITCTL is None:
        pytest.skip("needs auditctl, of the Debian package auditd")
    for words, listed, _ in CAPTURED:
        auditing.do(audit.add(words))
        assert auditctl("-l").splitlines() == [listed]
        (rule,) = auditing.do(audit.rules())
        auditing.do(audit.delete(rule))
        assert auditctl("-l") == "No rules\n"
        auditctl(*words.split())
        (theirs,) = auditing.do(audit.rules())
        assert (theirs, str(theirs)) == (rule, listed)
        auditing.do(audit.delete(theirs))
    for number in (2, 13, 0, -2):
        auditing.do(audit.add(Rule(conditions=(Condition("exit", "=", number),))))
        (rule,) = auditing.do(audit.rules())
        assert auditctl("-l").splitlines() == [str(rule)]
        assert auditing.do(audit.flush()) == 1


@pytest.mark.guest
@in_guest
def test_rules_of_all_kinds_come_back_as_they_were(auditing: netlynx.Connection) -> None:
    for words, _, _ in CAPTURED:
        auditing.do(audit.add(words))
    with pytest.raises(netlynx.AlreadyExists):
        auditing.do(audit.add("-a never,task -F uid=33"))
    found = auditing.do(audit.rules())
    assert sorted(map(str, found)) == sorted(listed for _, listed, _ in CAPTURED)
    with pytest.raises(netlynx.NotFound, match="all that it says"):
        auditing.do(audit.delete("-w /etc/passwd -p w -k identity"))
    assert auditing.do(audit.flush()) == len(CAPTURED)
    assert auditing.do(audit.rules()) == []


@pytest.mark.guest
@in_guest
def test_an_event_is_logged_whole_and_says_what_was_done(auditing: netlynx.Connection, tmp_path: Path) -> None:
    """By processes that were made since auditing was switched on: of others the kernel keeps no account."""
    watched = tmp_path / 'a file of "mine" ä'
    watched.write_text("x")
    events: list[Any] = []

    def having(**fields: str) -> list[Any]:
        """The events of which some record has each of these."""
        said = fields.items()
        return [event for event in events if all(any(r.fields.get(n) == v for r in event.records) for n, v in said)]

    with auditing.subscribe(audit.LOG) as log:
        auditing.do(audit.set_status(enabled="on"))
        auditing.do(audit.add(audit.watch(str(watched), "wa", key=["two", "keys"])))
        auditing.do(audit.add("-a always,exit -F arch=b64 -S execve -k started"))
        echo = subprocess.Popen(["/bin/echo", "one arg", 'a "b"', ""], stdout=subprocess.DEVNULL)
        echo.wait()
        writer = subprocess.Popen(["sh", "-c", 'echo y > "$0"', str(watched)])
        writer.wait()
        key = "two\x01keys"
        while not (having(key=key, name=str(watched)) and having(op="add_rule", key=key)):
            item = log.get(PATIENCE)
            assert isinstance(item, netlynx.Event)
            events.append(item.record)
    assert all(event.complete for event in events if "SYSCALL" in event.types)
    (made,) = having(op="add_rule", key=key)
    assert (made.get("res"), made.keys) == ("1", ("two", "keys"))
    (started,) = (event for event in having(key="started", pid=str(echo.pid)) if "EXECVE" in event.types)
    execve = next(record for record in started.records if record.name == "EXECVE")
    assert execve.arguments == ("/bin/echo", "one arg", 'a "b"', "")
    assert (started.get("success"), started.get("comm")) == ("yes", "echo")
    title = next(record for record in started.records if record.name == "PROCTITLE")
    assert title.arguments[:3] == ("/bin/echo", "one arg", 'a "b"')
    written = having(key=key, name=str(watched))[0]
    assert (written.get("pid"), written.get("uid")) == (str(writer.pid), str(os.getuid()))


@pytest.mark.guest
@in_guest
def test_records_that_are_lost_are_counted(auditing: netlynx.Connection) -> None:
    """Nobody reads while processes start, and the queue is small; each makes an event of so many records."""
    with auditing.subscribe(audit.LOG, receive_buffer=16 * 1024) as log:
        auditing.do(audit.set_status(enabled="on"))
        auditing.do(audit.add("-a always,exit -F arch=b64 -S execve -k started"))
        for _ in range(10):
            subprocess.run(["true"], check=True)
        first = log.drain()
        lost = sum(each.lost or 0 for each in first if isinstance(each, netlynx.Overrun))
        assert lost > 20
        subprocess.run(["true"], check=True)
        event = log.get(PATIENCE)
        assert isinstance(event, netlynx.Event)
        assert event.record.complete

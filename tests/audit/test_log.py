"""The log: records of one event put together, decoded, told when the end does not come; losses in number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from netlynx import audit
from netlynx.audit import record
from netlynx.audit.log import WAIT, LogFeed
from netlynx.audit.types import NUMBERS
from netlynx.kernel import VirtualKernel
from netlynx.kernel.audit import Audit
from netlynx.wire.message import Message
from support import PATIENCE

CALL = 'arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=7 auid=4294967295 uid=0 comm="ls" exe="/bin/ls" key="x"'


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as made:
        yield made


@pytest.fixture
def auditing(kernel: VirtualKernel) -> Audit:
    return Audit(kernel)


def told(type: str, text: str, head: str = "audit(1700000000.123:456): ") -> audit.LogRecord:
    return record.read(NUMBERS[type], (head + text).encode())[2]


@pytest.mark.parametrize(
    ("type", "text", "fields"),
    [
        ("SYSCALL", "a0=7ffe syscall=59 key=(null)", {"a0": "7ffe", "syscall": "59", "key": "(null)"}),
        ("PATH", 'item=0 name="/tmp/a" inode=12', {"item": "0", "name": "/tmp/a", "inode": "12"}),
        ("PATH", "name=2F746D702F6120C3A4", {"name": "/tmp/a ä"}),
        ("PATH", "name=2F746D702FFF", {"name": "/tmp/\udcff"}),
        ("PATH", "name=(null) nametype=DELETE", {"name": "(null)", "nametype": "DELETE"}),
        ("PATH", "name=2f74", {"name": "2f74"}),  # the kernel writes capital letters
        ("EXECVE", 'argc=2 a0="echo" a1=612062', {"argc": "2", "a0": "echo", "a1": "a b"}),
        ("SYSCALL", "a1=6120", {"a1": "6120"}),  # a number
        (
            "CONFIG_CHANGE",
            'op=add_rule key="a b" list=4 res=1',
            {"op": "add_rule", "key": "a b", "list": "4", "res": "1"},
        ),
        (
            "USER_LOGIN",
            'pid=9 uid=0 msg=\'op=login acct="root" exe="/bin/login" hostname=? res=success\'',
            {
                "pid": "9",
                "uid": "0",
                "op": "login",
                "acct": "root",
                "exe": "/bin/login",
                "hostname": "?",
                "res": "success",
            },
        ),
        ("AVC", 'avc:  denied  { read } for  pid=4 comm="x" dev="sda1"', {"pid": "4", "comm": "x", "dev": "sda1"}),
        ("USER", "text of somebody's", {}),
        ("SYSCALL", "pid=1 pid=2", {"pid": "1"}),
    ],
)
def test_what_a_record_says(type: str, text: str, fields: dict[str, str]) -> None:
    found = told(type, text)
    assert found.fields == fields
    assert (found.name, found.text) == (type, text)


def test_the_arguments_of_a_program() -> None:
    assert told("PROCTITLE", "proctitle=6C73002D6C002F746D70").arguments == ("ls", "-l", "/tmp")
    assert told("PROCTITLE", 'proctitle="bash"').arguments == ("bash",)
    assert told("EXECVE", 'argc=3 a0="echo" a1_len=6 a1[0]="ab" a1[1]=6364 a2=""').arguments == ("echo", "abcd", "")
    assert told("EXECVE", 'argc=9 a0="echo"').arguments == ("echo",)
    assert told("PATH", 'name="/"').arguments == ()


def test_a_type_that_nobody_knows_is_a_number() -> None:
    found = record.read(1399, b"audit(1.002:3): x=1")
    assert found == (1002, 3, audit.LogRecord(1399, "x=1", {"x": "1"}))
    assert found[2].name == "UNKNOWN[1399]"


@pytest.mark.parametrize("payload", [b"", b"no head", b"audit(1.2:3): x=1", b"audit(1.234:x): "])
def test_what_has_no_head_is_malformed(payload: bytes) -> None:
    with pytest.raises(netlynx.DecodeError, match="begins with"):
        record.read(1300, payload)


def test_records_of_one_event_come_together(kernel: VirtualKernel, auditing: Audit) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(audit.LOG) as log:
        first = auditing.log(("SYSCALL", CALL), end=False)
        second = auditing.log(("SYSCALL", CALL), end=False)
        auditing.log(("CWD", 'cwd="/"'), end=False, serial=first)
        alone = auditing.log(("USER_CMD", "pid=1 msg='cmd=6C73'"))
        auditing.log(("PATH", 'name="/a"'), ("PROCTITLE", "proctitle=6C73"), serial=second)
        auditing.log(("PATH", 'name="/b"'), serial=first)
        events = [each.record for each in log.drain() if isinstance(each, netlynx.Event)]
    assert [(event.serial, event.types, event.complete) for event in events] == [
        (alone, ("USER_CMD",), True),
        (second, ("SYSCALL", "PATH", "PROCTITLE"), True),
        (first, ("SYSCALL", "CWD", "PATH"), True),
    ]
    assert events[0].get("cmd") == "ls"
    assert (events[1].get("name"), events[1].get("cwd"), events[1].keys) == ("/a", "", ("x",))


def test_an_event_without_an_end_is_told_when_its_time_is_up(kernel: VirtualKernel, auditing: Audit) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(audit.LOG) as log:
        auditing.log(("AVC", 'pid=1 comm="x"'), end=False)
        assert log.drain() == []
        event = log.get(PATIENCE)  # though nothing arrives any more
        assert isinstance(event, netlynx.Event)
        assert (event.record.types, event.record.complete) == (("AVC",), False)


@pytest.mark.anyio
async def test_it_is_told_asynchronously_too(kernel: VirtualKernel, auditing: Audit) -> None:
    async with netlynx.aconnect(kernel=kernel) as nl, nl.subscribe(audit.LOG) as log:
        auditing.log(("AVC", 'pid=1 comm="x"'), end=False)
        event = await log.get(PATIENCE)
        assert isinstance(event, netlynx.Event)
        assert not event.record.complete


def test_waiting_for_an_end_does_not_outlast_the_time_to_wait(kernel: VirtualKernel, auditing: Audit) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(audit.LOG) as log:
        auditing.log(("AVC", 'pid=1 comm="x"'), end=False)
        with pytest.raises(netlynx.RequestTimeout):
            log.get(WAIT / 20)


def fed(feed: LogFeed, *records: tuple[str, int]) -> list[Any]:
    events: list[Any] = []
    for type, serial in records:
        payload = f"audit(1.000:{serial}): x=1".encode()
        data = bytearray(Message(NUMBERS[type], payload=payload).pack())
        feed.feed(data, len(data), 0, events)
    return [(event.record.serial, event.record.types, event.record.complete) for event in events]


def test_time_is_up_for_each_event_by_itself() -> None:
    now = 100.0
    feed = LogFeed([], lambda: now)
    assert feed.due() is None
    assert fed(feed, ("AVC", 1)) == []
    now = 101.0
    assert fed(feed, ("AVC", 2), ("SYSCALL", 1)) == []
    assert feed.due() == 102.0
    events: list[Any] = []
    feed.expire(101.9, events)
    assert events == []
    feed.expire(102.0, events)
    assert [event.record.serial for event in events] == [1]
    assert feed.due() == 103.0
    assert fed(feed, ("SYSCALL", 2), ("EOE", 2)) == [(2, ("AVC", "SYSCALL"), True)]
    assert feed.due() is None


def test_an_end_without_a_beginning_is_none() -> None:
    assert fed(LogFeed([]), ("EOE", 4), ("USER_LOGIN", 5)) == [(5, ("USER_LOGIN",), True)]


def test_events_that_never_end_take_no_more_memory_than_so_much() -> None:
    feed = LogFeed([])
    told = fed(feed, *(("AVC", serial) for serial in range(1100)))
    assert told == [(serial, ("AVC",), False) for serial in range(1100 - 1024)]


def test_lost_records_are_counted_and_what_had_begun_is_told(kernel: VirtualKernel, auditing: Audit) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(audit.LOG, receive_buffer=4 * 832) as log:
        for _ in range(10):
            auditing.log(("AVC", "pid=1"), end=False)
        *begun, overrun = log.drain()
        assert isinstance(overrun, netlynx.Overrun)
        assert overrun.lost == 10 - len(begun)
        assert all(isinstance(each, netlynx.Event) and not each.record.complete for each in begun)
        auditing.log(("USER_CMD", "pid=1"))
        assert [each.kind for each in log.drain() if isinstance(each, netlynx.Event)] == ["audit"]


def test_a_malformed_record_is_an_error_in_its_place(kernel: VirtualKernel, auditing: Audit) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(audit.LOG) as log:
        auditing._service.sock.multicast(Message(1300, payload=b"nonsense"))
        auditing.log(("USER_CMD", "pid=1"))
        with pytest.raises(netlynx.DecodeError, match="nonsense"):
            log.get(PATIENCE)
        assert isinstance(log.get(PATIENCE), netlynx.Event)

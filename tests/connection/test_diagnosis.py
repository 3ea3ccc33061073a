"""What a connection tells of itself: numbers, messages as they pass, the request with an error."""

from __future__ import annotations

import logging
import os
import subprocess
import sys

import pytest

import netlynx
from netlynx import netns, route
from netlynx.kernel import VirtualKernel
from netlynx.transport import watching
from support import PATIENCE
from toy import ENTRIES, NEW, PROTOCOL, SILENT, Entry, Silent, Table, add, entries, entry

REQUEST = 28  # bytes of a request with a number, and of the record that answers it


# ---------------------------------------------------------------------------------------------------- numbers


def test_nothing_was_said_at_first(nl: netlynx.Connection) -> None:
    assert nl.statistics == netlynx.Statistics(0, 0, 0, 0, 0, 0, 0, 0)


def test_messages_and_bytes_are_counted_both_ways(nl: netlynx.Connection, table: Table) -> None:
    table.rows = {1: Entry(number=1)}
    nl.do(entry(1))
    assert nl.statistics == netlynx.Statistics(1, REQUEST, 1, REQUEST, 0, 0, 0, 0)
    nl.batch(add(Entry(number=number)) for number in range(10, 300))
    said = nl.statistics
    assert (said.sent_messages, said.sent_bytes) == (291, 291 * REQUEST)
    assert said.received_messages == 1 + 2  # an acknowledgement for each datagram: 128 and 162 operations


def test_a_dump_is_counted_message_by_message_and_its_end_too(nl: netlynx.Connection, table: Table) -> None:
    table.rows = {number: Entry(number=number) for number in range(1000)}
    assert len(nl.dump(entries()).all()) == 1000
    said = nl.statistics
    assert (said.sent_messages, said.received_messages, said.received_bytes) == (1, 1001, 1000 * REQUEST + 20)


@pytest.mark.anyio
async def test_the_async_shell_counts_the_same(anl: netlynx.AsyncConnection, table: Table) -> None:
    table.rows = {number: Entry(number=number) for number in range(1000)}
    assert len(await anl.dump(entries()).all()) == 1000
    assert len([each async for each in anl.dump(entries())]) == 1000
    await anl.do(entry(1))
    said = anl.statistics
    assert (said.sent_messages, said.received_messages) == (3, 2 * 1001 + 1)
    assert said.received_bytes == 2 * (1000 * REQUEST + 20) + REQUEST


def test_a_dump_that_is_read_again_counts_as_a_retry(
    kernel: VirtualKernel, nl: netlynx.Connection, table: Table
) -> None:
    table.rows = {number: Entry(number=number) for number in range(3)}
    kernel.faults.interrupt_dump(2)
    assert len(nl.dump(entries()).all()) == 3
    assert nl.statistics.retries == 2


def test_what_nobody_asked_for_is_counted_and_ignored(nl: netlynx.Connection, silent: Silent, table: Table) -> None:
    with nl.subscribe(ENTRIES) as events:
        table.tell(1, 0x77)
        table.tell(2)
        table.tell(3, 0x77)
        events.get(PATIENCE)
        assert events.drain() == []
    assert nl.statistics.strays == 2
    assert nl.statistics.received_messages == 3


def test_overruns_are_counted_and_the_messages_that_were_dropped(nl: netlynx.Connection, table: Table) -> None:
    with nl.subscribe(ENTRIES, receive_buffer=2304) as events:
        for number in range(100):
            table.tell(number)
        heard = events.drain()
        told = sum(isinstance(each, netlynx.Event) for each in heard)
        assert told < 100
        assert nl.statistics.overruns == 1
        assert nl.statistics.dropped == 100 - told
        table.tell(5)
        events.get(PATIENCE)
    assert nl.statistics.dropped == 100 - told


@pytest.mark.namespace
def test_the_real_kernel_says_how_much_it_dropped(namespace: netns.NetworkNamespace) -> None:
    with netlynx.connect(netns=namespace) as nl, netlynx.connect(netns=namespace) as writer:
        with nl.subscribe(route.ROUTES, receive_buffer=2304) as events:
            writer.do(route.up("lo"))
            writer.batch(route.add(route.Route(destination=f"10.0.{n}.0/24", type="blackhole")) for n in range(100))
            told = sum(isinstance(each, netlynx.Event) for each in events.drain())
            said = nl.statistics
        assert said.overruns == 1
        assert told + said.dropped >= 100
        assert nl.statistics.dropped == said.dropped
        nl.table(route.routes())  # received natively
        whole = nl.statistics
        rows = nl.count(route.routes())
        assert nl.statistics.received_messages - whole.received_messages == rows + 1
        assert nl.statistics.received_bytes > whole.received_bytes + 40 * rows


# --------------------------------------------------------------------------------------------- messages as they pass


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    monkeypatch.delenv(watching.VARIABLE, raising=False)
    caplog.set_level(logging.DEBUG, watching.LOGGER)
    return caplog


def test_every_message_is_told_with_its_direction_and_its_socket(
    watched: pytest.LogCaptureFixture, nl: netlynx.Connection, table: Table, kernel: VirtualKernel
) -> None:
    table.rows = {1: Entry(number=1), 2: Entry(number=2)}
    nl.dump(entries()).all()
    (port,) = [sock.portid for sock in kernel.sockets()]
    with pytest.raises(netlynx.NotFound):
        nl.do(entry(9))
    head = f"{PROTOCOL}:{port}"
    lines = watched.messages
    assert lines[0].startswith(f"> {head} 18 REQUEST|DUMP seq=")
    assert [line.split()[:4] for line in lines[1:3]] == [["<", head, str(NEW), "MULTI"]] * 2
    assert lines[3].startswith(f"< {head} NLMSG_DONE MULTI seq=")
    assert lines[5].endswith("ENOENT: no such entry")
    assert nl.statistics.received_messages == 4  # they are counted as well


@pytest.mark.anyio
async def test_tasks_are_watched_too(
    watched: pytest.LogCaptureFixture, anl: netlynx.AsyncConnection, table: Table
) -> None:
    async with anl.subscribe(ENTRIES) as events:
        await anl.do(add(Entry(number=7)))
        await events.get(PATIENCE)
    assert [line[0] for line in watched.messages] == [">", "<", "<"]
    assert anl.statistics.sent_messages == 1


def test_routes_and_families_are_decoded(watched: pytest.LogCaptureFixture, namespace: netns.NetworkNamespace) -> None:
    from netlynx import ethtool

    with netlynx.connect(netns=namespace) as nl:
        assert nl.do(route.link(name="lo")).index == 1
        nl.table(route.links())
        nl.do(ethtool.features("lo"))
    text = "\n".join(watched.messages)
    assert "RTM_GETLINK REQUEST seq=1 Link(name=lo)" in text or "Link(name=lo" in text
    assert "RTM_NEWLINK MULTI" in text
    assert "nlctrl.CTRL_CMD_NEWFAMILY" in text
    assert "ethtool.features" in text


def test_overruns_and_strays_are_told(watched: pytest.LogCaptureFixture, nl: netlynx.Connection, table: Table) -> None:
    with nl.subscribe(ENTRIES, receive_buffer=2304) as events:
        table.tell(1, 0x77)
        for number in range(100):
            table.tell(number)
        events.drain()
    text = "\n".join(watched.messages)
    assert "ENOBUFS: messages were lost" in text
    assert "ignored 1 messages" in text


def test_a_program_that_logs_everything_of_others_is_not_slowed_down(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, nl: netlynx.Connection, table: Table
) -> None:
    monkeypatch.delenv(watching.VARIABLE, raising=False)
    caplog.set_level(logging.DEBUG)  # of the root
    nl.dump(entries()).all()
    assert caplog.messages == []


PROGRAM = """
import netlynx
from netlynx import route
with netlynx.connect() as nl:
    nl.do(route.link(index=1))
"""


@pytest.mark.parametrize(("value", "said"), [("1", True), ("0", False), ("", False)])
def test_the_variable_alone_writes_to_standard_error(value: str, said: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, watching.VARIABLE: value},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == ""
    assert ("> route:" in done.stderr) is said


# ------------------------------------------------------------------------------------------------ the request


def test_a_refusal_carries_the_request_as_it_was_sent(nl: netlynx.Connection, table: Table) -> None:
    with pytest.raises(netlynx.NotFound) as caught:
        nl.do(entry(9))
    (note,) = caught.value.__notes__
    assert note.startswith("sent on protocol 25: 18 REQUEST, sequence ")
    assert note.endswith(", 28 bytes: 1c000000 12000100 " + note[-44:])
    assert note.endswith(" 00000000 08000100 09000000")


def test_each_refusal_of_a_batch_carries_its_own(nl: netlynx.Connection, table: Table) -> None:
    table.rows = {3: Entry(number=3), 7: Entry(number=7)}
    result = nl.batch((add(Entry(number=number)) for number in range(10)), on_error="continue")
    notes = {number: error.__notes__ for number, error in result.errors.items()}
    assert {number: note[0][-8:] for number, note in notes.items()} == {3: "03000000", 7: "07000000"}


def test_a_timeout_carries_it_once(kernel: VirtualKernel, silent: Silent) -> None:
    with netlynx.connect(kernel=kernel, timeout=0.05) as nl:
        for ask in (
            lambda: nl.do(entry(1, protocol=SILENT)),
            lambda: nl.dump(entries(protocol=SILENT)).all(),
            lambda: nl.batch([add(Entry(number=1), protocol=SILENT)]),
        ):
            with pytest.raises(netlynx.RequestTimeout) as caught:
                ask()
            assert [note[:20] for note in caught.value.__notes__ if note.startswith("sent on")] == [
                "sent on protocol 26:"
            ]


@pytest.mark.anyio
async def test_an_async_timeout_carries_it_once(kernel: VirtualKernel, silent: Silent) -> None:
    async with netlynx.aconnect(kernel=kernel, timeout=0.05) as anl:
        with pytest.raises(netlynx.RequestTimeout) as caught:
            await anl.do(entry(1, protocol=SILENT))
        assert [note[:20] for note in caught.value.__notes__] == ["sent on protocol 26:"]
        with pytest.raises(netlynx.RequestTimeout) as caught:
            await anl.dump(entries(protocol=SILENT)).all()
        assert [note[:20] for note in caught.value.__notes__] == ["sent on protocol 26:"]


def test_a_long_request_is_shown_in_part(nl: netlynx.Connection, table: Table) -> None:
    table.rows = {1: Entry(number=1)}
    with pytest.raises(netlynx.AlreadyExists) as caught:
        nl.do(add(Entry(number=1, filler=bytes(10_000))))
    (note,) = caught.value.__notes__
    assert note.endswith("00000000 …")
    assert len(note) < 800

"""What all commands that listen have in common: how they begin and end, and what their lines have alike."""

from __future__ import annotations

import contextlib
import json as plain
import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from netlynx.cli.form import json_text
from netlynx.cli.output import paint
from netlynx.cli.stdout import check_output, note, write
from netlynx.cli.terminal import Paint
from netlynx.errors import ConnectionClosed

if TYPE_CHECKING:
    from types import FrameType

    from netlynx.client.connection import Connection
    from netlynx.engine.operation import Event, Overrun
    from netlynx.usersock import Peer

T = TypeVar("T")

_WRITERS = ("netlynx.cli.stdout", "netlynx.cli.terminal")  # in no lock that closing would wait for
_OWN_KEYS = ("event", "object")
_COLOURS = {
    **dict.fromkeys(("new", "add", "new-group"), "green"),
    **dict.fromkeys(("delete", "remove", "delete-group"), "red"),
    "update": "blue",
    "overrun": "yellow",
}


def write_overrun(overrun: Overrun, json: bool, colours: bool) -> None:
    """Print that notifications were lost: as one object, like an event's, or as a line."""
    if json:
        said = {"event": "overrun", "object": None, "count": overrun.count}
        write(json_text(said if overrun.lost is None else {**said, "lost": overrun.lost}, compact=True), flush=True)
    else:
        many = "" if overrun.lost is None else f"{overrun.lost} "
        lost = f"  {many}notifications were lost ({overrun.count}): list anew what matters"
        write(label("overrun", colours), lost, flush=True)


def heard(items: Iterable[Event[T] | Overrun], json: bool, colours: bool) -> Iterator[Event[T]]:
    """The events among what is heard; that some were lost is printed where they would have stood."""
    from netlynx.engine.operation import Event

    for item in items:
        if isinstance(item, Event):
            yield item
        else:
            write_overrun(item, json, colours)


def label(kind: str, colours: bool) -> str | Paint:
    """The word that a line begins with, painted by what it says."""
    return paint(f"{kind:<7}", _COLOURS.get(kind), colours)


@contextlib.contextmanager
def listening(nl: Connection, title: str, *others: Peer) -> Iterator[None]:
    """Say what is going on; inside, Ctrl-C and a reader of the output that goes away are an end like any other.

    All that listens is closed then: the connection and `others`. Raises OSError where there is no standard output.
    """
    check_output()

    def close() -> None:
        nl.close()
        for each in others:
            each.close()

    with closed_from_elsewhere(close):
        note(title)
        with contextlib.suppress(KeyboardInterrupt, ConnectionClosed):
            yield


@contextlib.contextmanager
def closed_from_elsewhere(close: Callable[[], None]) -> Iterator[None]:
    """Call `close` when whoever reads the output goes away, even if nothing is there to be written, and at Ctrl-C."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):  # no file: output that a test captures
        yield
        return
    signals, signalled = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    poll = select.poll()
    poll.register(descriptor, 0)  # hang-ups and errors are reported unasked
    poll.register(signals, select.POLLIN)
    over = threading.Event()

    def wait() -> None:
        poll.poll()
        if not over.is_set():
            close()

    thread = threading.Thread(target=wait, name="netlynx-output", daemon=True)
    thread.start()
    try:
        with _interrupts_told(signalled):
            yield
    finally:
        over.set()
        os.close(signalled)  # which wakes the thread
        thread.join()
        os.close(signals)


@contextlib.contextmanager
def _interrupts_told(signalled: int) -> Iterator[None]:
    """Tell signals to a descriptor; that Ctrl-C was typed is told and not raised, but where output is being written.

    Raised where the main thread happens to be, it may leave a lock taken (a virtual kernel's: `threading.Condition`
    takes it in Python) that closing waits for; and one that comes just before that thread begins to wait does not keep
    it from waiting. A reader that takes no output does keep it, which only raising ends.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    woken = signal.set_wakeup_fd(signalled, warn_on_full_buffer=False)
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:  # and not ignored, as by `nohup` or a shell's `&`
        signal.signal(signal.SIGINT, _raised_while_writing)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        signal.set_wakeup_fd(woken)


def _raised_while_writing(_: int, frame: FrameType | None) -> None:
    if frame is not None and frame.f_globals.get("__name__") in _WRITERS:
        raise KeyboardInterrupt


def event_as_json(name: str, event: Event[Any]) -> str:
    """One object: `event` and `object`, then the record's keys; a key of the same name becomes `record_event`."""
    from netlynx.codec._codec import to_json

    record = to_json(event.record).decode()
    if any(getattr(event.record, key, None) is not None for key in _OWN_KEYS):
        renamed = {f"record_{k}" if k in _OWN_KEYS else k: v for k, v in plain.loads(record).items()}
        record = json_text(renamed, compact=True)
    between = "" if record == "{}" else ","
    said = json_text({"event": str(event.kind), "object": name}, compact=True)
    return f"{said[:-1]}{between}{record[1:]}"

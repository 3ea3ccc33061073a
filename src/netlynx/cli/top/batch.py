"""What `netlynx top` prints: tables, or JSON, a round every so many seconds."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from itertools import count
from typing import Any

from netlynx.cli.form import json_text
from netlynx.cli.output import Column, write_table
from netlynx.cli.stdout import check_output, remark, write
from netlynx.cli.top.feed import Feed
from netlynx.cli.top.log import EVENTS, logged
from netlynx.cli.top.places import Place
from netlynx.cli.top.rows import Entry, Rounds
from netlynx.cli.top.view import View


def run(place: Place, view: View, seconds: float, rounds: int | None, *, lines: bool, wide: bool) -> None:
    """Print so many rounds, or go on until Ctrl-C. Raises NetlynxError, OSError."""
    check_output()
    with contextlib.suppress(KeyboardInterrupt), place.open() as feed:
        for number in _rounds(feed, view, seconds, rounds):
            if lines:
                _write_lines(view)
            else:
                _write_table(view, number, wide)
            sys.stdout.flush()


def _rounds(feed: Feed, view: View, seconds: float, rounds: int | None) -> Iterator[int]:
    """Have the view take round after round: each has the rates since the one before it."""
    compared = Rounds()
    if view.pane is not EVENTS:
        compared.take(feed.read(view.pane))
    due = time.monotonic()
    for number in count() if rounds is None else range(rounds):
        due = max(due + seconds, time.monotonic())
        time.sleep(max(0.0, due - time.monotonic()))
        heard = feed.hear()
        view.take(compared.take(logged(heard, due) if view.pane is EVENTS else feed.read(view.pane)))
        yield number


def _write_table(view: View, number: int, wide: bool) -> None:
    if number:
        write("")
    write(view.said())
    columns = view.pane.columns
    titles = [Column(each.title, right=each.number, spare=each.spare, wrap=each.name == "said") for each in columns]
    write_table(titles, ([each.cell(entry) for each in columns] for entry in view.entries), wide=wide)
    if not view.entries:
        remark(view.instead())


def _write_lines(view: View) -> None:
    now, pane = view.round, view.pane
    if now is None:
        return
    told = {"time": round(time.time(), 3), "pane": pane.name, "object": pane.noun, "seconds": round(now.seconds, 3)}
    if pane is EVENTS:
        told = {"pane": pane.name}
    if whole := pane.whole(now):
        write(
            json_text(
                {**told, "object": "whole", **{name: _value(value) for name, value in whole.items()}}, compact=True
            )
        )
    for entry in view.entries:
        write(json_text({**told, **_values(view, entry)}, compact=True))


def _values(view: View, entry: Entry) -> dict[str, Any]:
    return {column.name: _value(column.value(entry)) for column in view.pane.columns}


def _value(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value

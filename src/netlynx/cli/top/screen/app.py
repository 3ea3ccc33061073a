"""The program on the screen: keys, and what comes from the thread that reads."""

from __future__ import annotations

import asyncio
import signal
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from netlynx.cli.stdout import words
from netlynx.cli.top.figures import many
from netlynx.cli.top.log import EVENTS, KEPT, LOST, Heard, logged
from netlynx.cli.top.panes import PANES
from netlynx.cli.top.places import Place
from netlynx.cli.top.reader import Reader, Update
from netlynx.cli.top.rows import Rounds
from netlynx.cli.top.screen.dialogs import Choose, Help
from netlynx.cli.top.screen.widgets import BAR, BOLD, MARKED, PLAIN, Bar, Listing, Part
from netlynx.cli.top.view import View
from netlynx.errors import NetlynxError
from netlynx.wire.shown import shown

_KEYS = "q quit  h help  / filter  < > sort  r reverse  p pause  n namespace"
_NAMES = list(PANES)


class Top(App[None]):
    """The screen. `places` finds namespaces to choose from; None where that cannot be."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { background: ansi_default; color: ansi_default; }
    Listing { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; background: ansi_default; }
    #seek { display: none; height: 1; }
    #seek Static { width: auto; text-style: bold; }
    Input { width: 1fr; height: 1; border: none; padding: 0; background: ansi_default; color: ansi_default; }
    Input:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit"),
        Binding("ctrl+c", "quit", priority=True),
        Binding("ctrl+z", "suspend_process", priority=True),
        Binding("h,question_mark,f1", "about"),
        Binding("slash", "seek", priority=True),  # before what is typed next finds its way to the table
        Binding("escape", "all"),
        Binding("less_than_sign,left", "beside(-1)", priority=False),
        Binding("greater_than_sign,right", "beside(1)"),
        Binding("r", "turn"),
        Binding("p,space", "pause"),
        Binding("n", "places"),
        Binding("tab", "pane(1)", priority=True),
        Binding("shift+tab", "pane(-1)", priority=True),
        *(Binding(str(number), f"show({name!r})") for number, name in enumerate(PANES, 1)),
    ]

    class Found(Message):
        """What a reader has found."""

        def __init__(self, reader: Reader, update: Update) -> None:
            super().__init__()
            self.reader = reader
            self.update = update

    def __init__(
        self,
        place: Place,
        view: View,
        seconds: float,
        places: Callable[[], Sequence[Place]] | None = None,
    ) -> None:
        super().__init__()
        self.theme = "ansi-dark"  # no colours but the terminal's own: so it is for light ones, too
        self.view = view
        self.lost = 0
        self.paused = False
        self._place = place
        self._places = places
        self._seconds = seconds
        self._every = seconds
        self._rounds = Rounds()
        self._heard: deque[Heard] = deque(maxlen=KEPT)
        self._reader: Reader | None = None
        self._note = ""
        self._title, self._keys = Bar(id="title", style=BAR), Bar(id="keys", style=BAR)
        self._panes, self._said = Bar(id="panes"), Bar(id="said")
        self.listing = Listing(view, id="table")
        self._seek = Horizontal(id="seek")
        self._field = Input(placeholder="words that a row has; Enter keeps them, Esc shows all", compact=True)
        self.failure: NetlynxError | OSError | None = None

    def draw(self) -> None:
        """Draw until it is quit. Raises what the first namespace cannot be opened for: NetlynxError, OSError."""
        self.run()
        if self.failure is not None:
            raise self.failure

    def compose(self) -> ComposeResult:
        """The lines of the screen."""
        yield from (self._title, self._panes, self._said, self.listing, self._keys)
        with self._seek:
            yield Static(" filter: ")
            yield self._field

    def on_mount(self) -> None:
        """Begin to read."""
        for number in (signal.SIGTERM, signal.SIGHUP):  # the terminal is left as it was
            with suppress(NotImplementedError, RuntimeError, ValueError):  # not in the main thread
                asyncio.get_running_loop().add_signal_handler(number, self.exit)
        self.app_resume_signal.subscribe(self, lambda _: self.screen.refresh())  # somebody else has drawn meanwhile
        self.listing.focus()
        self._look_at(self._place)

    def on_unmount(self) -> None:
        """End reading."""
        if self._reader is not None:
            self._reader.close()

    # -- what is read ----------------------------------------------------------------------------------------------

    def _look_at(self, place: Place) -> None:
        """Read there from now on; where that cannot be, why is said, and all stays as it is, or ends at the start."""
        try:
            feed = place.open()
        except (NetlynxError, OSError) as error:
            if self._reader is None:
                self.failure = error
                self.exit()
                return
            self._tell(f"{place.name}: {words(error)}")
            return
        if self._reader is not None:
            self._reader.close()
        self._place = place
        self._heard.clear()
        self.lost = 0
        self._reader = Reader(feed, self.view.pane, self._seconds, self._post)
        self._begin_anew()
        self._reader.start()
        self._go_on()

    def _post(self, reader: Reader, update: Update) -> None:
        self.post_message(self.Found(reader, update))

    def on_top_found(self, message: Found) -> None:
        """Show it, but what is of a pane, or a place, that is shown no more."""
        update = message.update
        if message.reader is not self._reader:
            return
        for line in update.heard:
            self._heard.append(line)
            self.lost += line.kind == LOST
        if self.paused:
            self._draw_bars()
            return
        if update.pane == self.view.pane.name:
            self._every = update.every
            if update.reading is None:
                self.view.take(None, update.problem)
                self._rounds.restart()
            else:
                self.view.take(self._rounds.take(update.reading))
        elif self.view.pane is EVENTS:
            self._take_log()
        self._draw()

    def _take_log(self) -> None:
        self.view.take(Rounds().take(logged(self._heard, 0.0)))

    def _begin_anew(self) -> None:
        """Nothing that was read before is compared with what will be."""
        self.view.clear()
        self._rounds.restart()
        self._every = self._seconds
        self.listing.reset()
        if self.view.pane is EVENTS:
            self._take_log()
        self._draw()

    # -- what is drawn ---------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        self.listing.draw()
        self._draw_bars()

    def _draw_bars(self) -> None:
        view = self.view
        marks: list[Part] = [(f" every {self._every:.3g} s ", PLAIN)]
        if self.lost:
            marks.append((f" LOST {self.lost} ", BOLD))
        if self.paused:
            marks.append((" PAUSED ", BOLD))
        self._title.show([(f" netlynx top  {shown(self._place.name)}", BOLD)], marks)
        self._panes.show(
            [
                (f" {number} {name} ", MARKED if name == view.pane.name else PLAIN)
                for number, name in enumerate(_NAMES, 1)
            ]
        )
        sought = f" /{shown(view.sought.strip())}/ {len(view.entries):,} of them " if view.sought.strip() else ""
        self._said.show([(f" {shown(view.said())}", PLAIN)], [(sought, BOLD)] if sought else [])
        more = self.listing.left_out
        left = f" +{many(len(more), 'column')} " if more else ""
        self._keys.show([(f" {self._note or _KEYS}", PLAIN)], [(left, PLAIN)] if left else [])

    def _tell(self, text: str) -> None:
        """Say something in the place of the keys, until the next key."""
        self._note = shown(text)
        self._draw_bars()

    def on_key(self) -> None:
        """What was said has been read."""
        self._note = ""

    # -- keys ------------------------------------------------------------------------------------------------------

    def action_about(self) -> None:
        """Say what the keys do."""
        self.push_screen(Help())

    def action_show(self, name: str) -> None:
        """Another pane."""
        pane = PANES[name]
        if pane is self.view.pane or self._reader is None:
            return
        self.view.show(pane)
        self._reader.show(pane)
        self._go_on()
        self._begin_anew()

    def action_pane(self, steps: int) -> None:
        """The next pane, or the one before."""
        at = _NAMES.index(self.view.pane.name)
        self.action_show(_NAMES[(at + steps) % len(_NAMES)])

    def action_pause(self) -> None:
        """Stand still, or go on: with what is counted from then on."""
        if self._reader is None:
            return
        if self.paused:
            self._go_on()
            self._rounds.restart()
            if self.view.pane is EVENTS:
                self._take_log()
        else:
            self.paused = True
            self._reader.pause(True)
        self._draw()

    def _go_on(self) -> None:
        if self.paused and self._reader is not None:
            self._reader.pause(False)
        self.paused = False

    def action_beside(self, steps: int) -> None:
        """Sort by another column."""
        self.view.sort_beside(steps)
        self._draw()

    def action_turn(self) -> None:
        """Sort the other way round."""
        self.view.turn()
        self._draw()

    def on_listing_fitted(self) -> None:
        """Say how many columns have no room."""
        self._draw_bars()

    def on_listing_sort(self, message: Listing.Sort) -> None:
        """Sort by the column that was clicked at."""
        self.view.sort(message.name)
        self._draw()

    def action_seek(self) -> None:
        """Ask for words."""
        self._field.value = self.view.sought
        self._show_field(True)
        self.screen.set_focus(self._field)  # at once: what is typed next belongs there

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key means this now: within words that are typed, and over a dialog, ``/`` is a letter."""
        return action != "seek" or not (self._seek.display or len(self.screen_stack) > 1)

    def action_all(self) -> None:
        """Show all rows."""
        self._field.value = ""
        self._sought()
        self.view.seek("")
        self._draw()

    def on_input_changed(self, message: Input.Changed) -> None:
        """Find what has been typed by now."""
        self.view.seek(message.value)
        self._draw()

    def on_input_submitted(self) -> None:
        """Keep the words."""
        self._sought()
        self._draw()

    def _sought(self) -> None:
        self._show_field(False)
        self.screen.set_focus(self.listing)

    def _show_field(self, shown: bool) -> None:
        self._seek.display, self._keys.display = shown, not shown

    def action_places(self) -> None:
        """Choose another namespace."""
        if self._places is None:
            self._tell("namespaces of this kernel are not known here: start with --netns NAME")
            return
        found = list(self._places())
        names = [each.name for each in found]
        at = next((at for at, each in enumerate(found) if each.name == self._place.name), 0)

        def chosen(at: int | None) -> None:
            if at is not None:
                self._look_at(found[at])

        self.push_screen(Choose("network namespaces", names, at), chosen)

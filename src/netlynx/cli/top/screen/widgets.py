"""Lines and the table, drawn as lines: only what is seen is made, however long the table is.

Nothing depends on colours: what stands out is bold, underlined, or dark on light where all else is light on dark. So it
is in a terminal of any colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from rich.segment import Segment
from rich.style import Style
from textual.events import Click, Resize
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from netlynx.cli.layout import width
from netlynx.cli.top.fitting import GAP, Fit, cells, fitted, titles
from netlynx.cli.top.rows import Column, Entry
from netlynx.cli.top.view import View

PLAIN = Style()
BOLD = Style(bold=True)
TITLE = Style(bold=True, underline=True)
MARKED = Style(bold=True, reverse=True)
BAR = Style(reverse=True)

Part = tuple[str, Style]


class Bar(Widget):
    """One line: some parts from the left, and some that end at the right, which stay where room is short."""

    DEFAULT_CSS = "Bar { height: 1; }"

    def __init__(self, *, id: str, style: Style = PLAIN) -> None:
        super().__init__(id=id)
        self._style = style
        self._parts: tuple[Sequence[Part], Sequence[Part]] = ((), ())

    def show(self, left: Sequence[Part], right: Sequence[Part] = ()) -> None:
        """Draw these, if they are others than before."""
        if (left, right) != self._parts:
            self._parts = (left, right)
            self.refresh()

    @property
    def text(self) -> str:
        """What stands there."""
        return " ".join("".join(text for text, _ in parts) for parts in self._parts).strip()

    def render_line(self, y: int) -> Strip:
        """The line."""
        left, right = (Strip([Segment(text, self._style + style) for text, style in parts]) for parts in self._parts)
        room = max(0, self.size.width - right.cell_length)
        return Strip.join([left.adjust_cell_length(room, self._style), right]).crop(0, self.size.width)


class Listing(ScrollView, can_focus=True):
    """The table under its titles, or what is said in its place."""

    class Fitted(Message):
        """Other columns have room than before."""

    class Sort(Message):
        """Somebody clicked at the title of a column."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, view: View, *, id: str) -> None:
        super().__init__(id=id)
        self._view = view
        self._fit = Fit([], [], [])
        self._widths: dict[
            str, int
        ] = {}  # as wide as each column has been: it does not shrink with every row that goes
        self._instead: list[str] = []

    def reset(self) -> None:
        """Begin anew, at the top: with another pane, say."""
        self._widths.clear()
        self.scroll_to(0, 0, animate=False, immediate=True)

    def draw(self) -> None:
        """Draw what the view has now."""
        height = max(1, len(self._view.entries)) + 1
        if self.virtual_size.height != height or self.virtual_size.width != self.size.width:
            self.virtual_size = Size(self.size.width, height)
        self.fit()
        self.refresh()

    def fit(self) -> None:
        """Choose the columns and their widths by what is seen."""
        view = self._view
        columns: list[Column] = [
            column._replace(width=max(column.width, self._widths.get(column.name, 0))) for column in view.pane.columns
        ]
        rows = [[column.cell(entry) for column in columns] for entry in self._seen()]
        for at, column in enumerate(columns):
            self._widths[column.name] = max([column.width, *(width(row[at]) for row in rows)])
        before, self._fit = self._fit, fitted(columns, rows, self.size.width, view.order.column)
        if len(before.left_out) != len(self._fit.left_out):
            self.post_message(self.Fitted())
        self._instead = wrap(view.instead(), max(10, self.size.width - 4))

    @property
    def left_out(self) -> list[str]:
        """The titles of the columns for which there is no room."""
        return [column.title for column in self._fit.left_out]

    def _seen(self) -> list[Entry]:
        top = round(self.scroll_y)
        return self._view.entries[top : top + max(0, self.size.height - 1)]

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Other rows are seen, which may be wider."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.fit()

    def action_page_down(self) -> None:
        """On by as many rows as are seen: the titles stay."""
        self.scroll_relative(y=max(1, self.size.height - 1), animate=False)

    def action_page_up(self) -> None:
        """Back by as many."""
        self.scroll_relative(y=-max(1, self.size.height - 1), animate=False)

    def on_resize(self, event: Resize) -> None:
        """Fit it to the new size."""
        self.draw()

    def on_click(self, event: Click) -> None:
        """Sort by the column whose title was clicked at."""
        at = 0
        for column, size in zip(self._fit.columns, self._fit.widths, strict=True):
            if event.y == 0 and at <= event.x < at + size + GAP:
                self.post_message(self.Sort(column.name))
                return
            at += size + GAP

    def render_line(self, y: int) -> Strip:
        """The titles, or a row."""
        room = self.size.width
        if y == 0:
            return self._titles().adjust_cell_length(room)
        if self._instead:
            text = self._instead[y - 2] if 0 <= y - 2 < len(self._instead) else ""
            return Strip([Segment(f"  {text}", BOLD)]).adjust_cell_length(room)
        at = y - 1 + round(self.scroll_y)
        if at >= len(self._view.entries):
            return Strip.blank(room)
        return self._row(self._view.entries[at]).adjust_cell_length(room)

    def _titles(self) -> Strip:
        order = self._view.order
        parts: list[Segment] = []
        for text, column in zip(titles(self._fit, order), self._fit.columns, strict=True):
            parts += (Segment(text, MARKED if column.name == order.column else TITLE), Segment(" " * GAP, TITLE))
        return Strip(parts)

    def _row(self, entry: Entry) -> Strip:
        parts: list[Segment] = []
        plain = ""
        for text, alarm in cells(self._fit, entry):
            if alarm:
                parts += (Segment(plain, PLAIN), Segment(text, MARKED))
                plain = " " * GAP
            else:
                plain += text + " " * GAP
        return Strip([*parts, Segment(plain, PLAIN)])

    def text_of(self, y: int) -> str:
        """What stands in a line of the table, the titles at 0."""
        return self.render_line(y).text

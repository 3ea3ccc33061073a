"""What of a round is to be seen, and how it was chosen: the state of the screen, without the screen."""

from __future__ import annotations

from netlynx.cli.top.figures import many
from netlynx.cli.top.pane import Pane
from netlynx.cli.top.rows import Entry, Order, Round, found, ordered


class View:
    """A pane with its order, the filter, and the entries that are left of the last round."""

    def __init__(self, pane: Pane, sought: str = "", order: Order | None = None) -> None:
        self.pane = pane
        self.sought = sought
        self.round: Round | None = None
        self.problem = ""
        self.entries: list[Entry] = []
        self._orders: dict[str, Order] = {pane.name: order or pane.order}

    @property
    def order(self) -> Order:
        """By what this pane is sorted: each remembers its own."""
        return self._orders.get(self.pane.name, self.pane.order)

    def show(self, pane: Pane) -> None:
        """Another pane: of it nothing has been read yet."""
        self.pane = pane
        self.clear()

    def clear(self) -> None:
        """Nothing is known any more."""
        self.round, self.problem, self.entries = None, "", []

    def take(self, now: Round | None, problem: str = "") -> None:
        """A new round, or why there is none."""
        self.round, self.problem = now, problem
        self.choose()

    def choose(self) -> None:
        """The entries that are found, in their order."""
        if self.round is None:
            self.entries = []
            return
        column = self.pane.column(self.order.column)
        left = found(self.round.entries, self.pane.columns, self.sought)
        self.entries = ordered(left, column, self.order.reversed)

    def sort(self, name: str) -> None:
        """By this column; the other way round, if it is that already."""
        order = self.order
        self._orders[self.pane.name] = Order(name, name == order.column and not order.reversed)
        self.choose()

    def turn(self) -> None:
        """The other way round."""
        self.sort(self.order.column)

    def sort_beside(self, steps: int) -> None:
        """By the column so many further to the right, and round."""
        names = [column.name for column in self.pane.columns]
        self._orders[self.pane.name] = Order(names[(names.index(self.order.column) + steps) % len(names)])
        self.choose()

    def seek(self, text: str) -> None:
        """Only what this is found in; nothing: all."""
        self.sought = text
        self.choose()

    def said(self) -> str:
        """The line above the table."""
        if self.problem or self.round is None:
            return ""
        return self.pane.said(self.round)

    def instead(self) -> str:
        """What stands in the place of the table when nothing is in it."""
        noun = self.pane.noun
        if self.problem:
            return self.problem
        if self.round is None:
            return "reading …"
        if self.entries:
            return ""
        if self.round.entries:
            looked = ", ".join(column.title for column in self.pane.columns if column.sought)
            return f"{self.sought.strip()!r} is found in none of {many(len(self.round.entries), noun)} (in {looked})"
        return f"there is no {noun}" if noun != "event" else "nothing was said yet"

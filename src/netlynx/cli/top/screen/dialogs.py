"""What stands over the table for a while: help, and the choice of a namespace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from netlynx.wire.shown import shown

_CSS = """
{name} {{ align: center middle; }}
{name} > * {{ width: {width}; max-width: 100%; max-height: 100%; height: auto; border: solid ansi_default;
    background: ansi_default; color: ansi_default; padding: 0 1; }}
"""

HELP = """\
1 … 6, Tab      another pane
<  >  or ← →    sort by the column to the left, to the right
r               sort the other way round
/               show only rows with these words; Esc: all rows
p or space      stand still; go on
n               another network namespace
↑ ↓ PgUp PgDn Home End   scroll
q or Ctrl-C     quit

b/s: bits in a second; p/s: packets; k, M, G: thousands of them.
-   not known: there is no earlier reading to compare with yet,
    or the counter began anew.
What is dark on light in the table wants attention: errors, drops.
LOST in the top line: the kernel said more than could be heard;
    the events pane shows when. All is read anew then.
+3 columns: a wider terminal shows them; sort by one to see it here."""


class Help(ModalScreen[None]):
    """What the keys do, and what the signs mean."""

    CSS = _CSS.format(name="Help", width=72)
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,h,question_mark,enter,space", "dismiss(None)")]

    def compose(self) -> ComposeResult:
        """The text."""
        with VerticalScroll():
            yield Static(HELP, markup=False)


class Choose(ModalScreen[int | None]):
    """One of several; None for none of them."""

    CSS = _CSS.format(name="Choose", width=60)
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,n", "dismiss(None)")]

    def __init__(self, title: str, names: Sequence[str], at: int) -> None:
        super().__init__()
        self._title = title
        self._names = names
        self._at = at

    def compose(self) -> ComposeResult:
        """The list."""
        listed = OptionList(*(shown(name) for name in self._names), markup=False)
        listed.border_title = self._title
        listed.highlighted = self._at
        yield listed

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """It is this one."""
        self.dismiss(event.option_index)

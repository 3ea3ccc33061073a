"""The list of cases in the documentation."""

from __future__ import annotations

from conformance.table import DOCUMENT, document, listing


def test_the_documentation_lists_every_case() -> None:
    written = DOCUMENT.read_text()
    assert written == document(written), "run: PYTHONPATH=src:tests python -m conformance.table"


def test_there_are_at_least_150_cases() -> None:
    assert int(listing().split()[0]) >= 150

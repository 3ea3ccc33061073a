"""Who changes the real kernel's tables in rounds, and rests in between."""

from __future__ import annotations

import threading

import netlynx


class Worker:
    """Works on while `go` is set; `rests` is set once it has noticed that it is not."""

    def __init__(self) -> None:
        self.go, self.rests = threading.Event(), threading.Event()

    def run(self, stop: threading.Event) -> None:
        """In a thread, until told to stop."""
        with netlynx.connect() as nl:
            while not stop.is_set():
                if self.go.is_set():
                    self.work(nl, stop)
                else:
                    self.rests.set()
                    self.go.wait(0.1)
        self.rests.set()

    def work(self, nl: netlynx.Connection, stop: threading.Event) -> None:
        """Do a little."""
        raise NotImplementedError

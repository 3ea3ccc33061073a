"""What gives out metrics in a thread of its own until it is closed."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Self


class Running(ABC):
    """A thread that is begun when all is there, as its last step; leaving the block closes what it works for."""

    def _run(self, work: Callable[[], None], name: str) -> None:
        self._thread = threading.Thread(target=work, name=name, daemon=True)
        self._thread.start()

    @abstractmethod
    def close(self) -> None:
        """Have it end."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def wait(self) -> None:
        """Return when it is closed: from another thread, or by what is raised here, such as KeyboardInterrupt."""
        while self._thread.is_alive():
            self._thread.join(1.0)

"""Fixtures of the tests on a real kernel."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from netlynx import netns
from socket_maker import Maker, sockets_in


@pytest.fixture
def maker(namespace: netns.NetworkNamespace) -> Iterator[Maker]:
    """What makes sockets in the test's namespace, and closes them with it."""
    with sockets_in(namespace) as made:
        yield made

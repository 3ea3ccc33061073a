"""Sockets of this process are counted as this process's."""

from __future__ import annotations

import os
import re
import socket
from contextlib import ExitStack

import pytest

import netlynx
from netlynx import netns, route
from programs import run, started

pytestmark = pytest.mark.namespace


def test_sockets_are_counted_by_process(nl: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    nl.do(route.up("lo"))
    with ExitStack() as stack:

        def listening() -> None:
            sock = stack.enter_context(netns.socket_in(namespace, socket.AF_INET, socket.SOCK_STREAM))
            sock.listen()

        for _ in range(3):
            listening()
        status, out, err = run(namespace, "watch_sockets", "--protocol", "tcp", "--top", "1")
        assert (status, err) == (0, "")
        assert re.match(rf" +3 +{os.getpid()} \S+ +inet listen\nlooked into ", out)

        with started(namespace, "watch_sockets", "--protocol", "tcp", "--every", "0.2") as program:
            assert program.stdout is not None
            program.stdout.readline()
            listening()
            assert any(re.match(rf" +4 +\+1 +{os.getpid()} ", line) for line in program.stdout)


def test_a_protocol_that_there_is_not_is_told(namespace: netns.NetworkNamespace) -> None:
    status, _, err = run(namespace, "watch_sockets", "--protocol", "tpc")
    assert status == 1
    assert "tpc" in err

"""Hosts that reach each other through the router; nothing is left of them."""

from __future__ import annotations

import shutil

import pytest

import netlynx
from netlynx import netns, route
from programs import started

pytestmark = pytest.mark.namespace


@pytest.mark.skipif(shutil.which("ping") is None, reason="needs ping (iputils-ping)")
def test_a_packet_goes_through_the_router(namespace: netns.NetworkNamespace) -> None:
    with started(namespace, "lab", "client", "ping", "-c", "1", "10.0.2.2") as program:
        out, err = program.communicate()
    assert (program.returncode, err) == (0, "")
    assert "ttl=63" in out  # one hop


def test_the_status_is_the_commands_and_nothing_is_made_here(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace
) -> None:
    with started(namespace, "lab", "server", "sh", "-c", "readlink /proc/self/ns/net; exit 3") as program:
        out, err = program.communicate()
    assert (program.returncode, err) == (3, "")
    assert out.strip() != f"net:[{namespace.inode}]"
    assert [link.name for link in nl.dump(route.links())] == ["lo"]


def test_bad_words_are_refused(namespace: netns.NetworkNamespace) -> None:
    for words, told in ((["attic", "true"], "invalid choice: 'attic'"), (["client"], "which command?")):
        with started(namespace, "lab", *words) as program:
            _, err = program.communicate()
        assert program.returncode == 2
        assert told in err
    with started(namespace, "lab", "client", "no-such-program") as program:
        _, err = program.communicate()
    assert (program.returncode, err) == (1, "[Errno 2] No such file or directory: 'no-such-program'\n")

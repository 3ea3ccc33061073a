"""How a subscription listens, on the real kernel."""

from __future__ import annotations

import select
from contextlib import ExitStack

import pytest

import netlynx
from netlynx import netns, route
from support import PATIENCE

pytestmark = pytest.mark.namespace


def test_one_subscription_hears_all_namespaces_that_have_an_id_here(namespace: netns.NetworkNamespace) -> None:
    with ExitStack() as stack:
        near = stack.enter_context(netlynx.connect(netns=namespace))
        others = [stack.enter_context(netns.anonymous()) for _ in range(3)]
        for number, other in enumerate(others[:2], 7):
            near.do(route.add(route.NamespaceId(fd=other.fileno(), nsid=number)))
        heard = stack.enter_context(near.subscribe(route.LINKS, all_namespaces=True))
        deaf = stack.enter_context(near.subscribe(route.LINKS))
        for where in (*others, namespace):
            with netlynx.connect(netns=where) as far:
                far.do(route.up("lo"))
        for nsid in (7, 8, None):
            event = heard.get(timeout=PATIENCE)
            assert isinstance(event, netlynx.Event)
            assert (event.nsid, event.record.name) == (nsid, "lo")
        assert [getattr(each, "nsid", 0) for each in deaf.drain()] == [None]


def test_a_descriptor_is_for_other_loops(nl: netlynx.Connection) -> None:
    with nl.subscribe(route.LINKS, route.ADDRESSES) as events, select.epoll() as loop:
        loop.register(events, select.EPOLLIN)
        assert not loop.poll(0)
        nl.do(route.up("lo"))
        assert loop.poll(PATIENCE)
        assert len(events.drain()) >= 2  # the link, and its addresses
        assert not loop.poll(0)
        events.close()
        assert loop.poll(0)


def test_options_of_reliable_receivers(nl: netlynx.Connection) -> None:
    with nl.subscribe(route.LINKS, overruns=False, broadcast_errors=True, receive_buffer=1) as events:
        nl.do(route.add(route.Link(name="v0", kind="veth")))
        for _ in range(40):
            nl.batch([route.up("v0"), route.down("v0")])
        heard = events.drain()
    assert heard
    assert all(isinstance(each, netlynx.Event) for each in heard)
    assert nl.statistics.dropped

"""Namespace IDs on a real kernel."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest

import netlynx
from forking import forked
from netlynx import netns
from netlynx.engine.operation import EventKind
from netlynx.route.netns_id import (
    NAMESPACE_IDS,
    NOT_ASSIGNED,
    NamespaceId,
    namespace_id,
    namespace_ids,
    namespace_names,
)
from netlynx.route.verbs import add
from support import PATIENCE, named_namespace, unique

pytestmark = pytest.mark.namespace


@pytest.fixture
def other() -> Iterator[netns.NetworkNamespace]:
    with netns.anonymous() as own:
        yield own


def test_an_id_is_assigned_found_and_listed(nl: netlynx.Connection, other: netns.NetworkNamespace) -> None:
    fd = other.fileno()
    assert nl.do(namespace_id(fd=fd)).nsid == NOT_ASSIGNED
    nl.do(add(NamespaceId(fd=fd, nsid=5)))
    assert nl.do(namespace_id(fd=fd)).nsid == 5
    assert nl.do(namespace_id(nsid=5)).nsid == 5
    assert [each.nsid for each in nl.dump(namespace_ids())] == [5]
    with pytest.raises(netlynx.AlreadyExists):
        nl.do(add(NamespaceId(fd=fd, nsid=6)))
    with pytest.raises(netlynx.NotFound):
        nl.do(namespace_id(nsid=6))


def test_the_kernel_chooses_an_id(nl: netlynx.Connection, other: netns.NetworkNamespace) -> None:
    nl.do(add(NamespaceId(fd=other.fileno())))
    found = nl.do(namespace_id(fd=other.fileno())).nsid
    assert found is not None
    assert found >= 0


def test_a_process_stands_for_its_namespace(nl: netlynx.Connection) -> None:
    nl.do(add(NamespaceId(pid=os.getpid(), nsid=9)))
    assert nl.do(namespace_id(pid=os.getpid())).nsid == 9


def test_another_view_shows_both_ids(nl: netlynx.Connection, other: netns.NetworkNamespace) -> None:
    nl.do(add(NamespaceId(fd=other.fileno(), nsid=5)))
    found = nl.do(namespace_id(fd=other.fileno(), target_nsid=5))
    assert found.current_nsid == 5
    assert nl.dump(namespace_ids(target_nsid=5)).all() == []


def test_assignments_are_heard_of(nl: netlynx.Connection, other: netns.NetworkNamespace) -> None:
    with nl.subscribe(NAMESPACE_IDS) as events:
        nl.do(add(NamespaceId(fd=other.fileno(), nsid=5)))
        made = events.get(timeout=PATIENCE)
    assert isinstance(made, netlynx.Event)
    assert (made.kind, made.record.nsid) == (EventKind.NEW, 5)


@pytest.mark.parametrize("backend", ["sync", "asyncio", "trio"])
def test_ids_have_the_names_of_their_namespaces(
    backend: str, namespace: netns.NetworkNamespace, nl: netlynx.Connection, other: netns.NetworkNamespace
) -> None:
    def ask() -> dict[int, tuple[str, ...]]:
        if backend == "sync":
            return nl.do(namespace_names())

        async def asked() -> dict[int, tuple[str, ...]]:
            async with netlynx.aconnect(netns=namespace) as anl:
                return await anl.do(namespace_names())

        return anyio.run(asked, backend=backend)

    name = f"nx-{uuid.uuid4().hex[:8]}"
    netns.create(name)
    try:
        assert ask() == {}
        with nl.subscribe(NAMESPACE_IDS) as events:
            nl.do(add(NamespaceId(fd=name, nsid=7)))
            nl.do(add(NamespaceId(fd=other.fileno(), nsid=8)))  # it has no name
            told = events.get(timeout=PATIENCE)
        assert isinstance(told, netlynx.Event)
        assert ask() == {7: (name,)}
        assert ask()[told.record.nsid] == (name,)
    finally:
        netns.remove(name)
    assert ask() == {}


def test_a_name_that_no_namespace_has_hides_no_other(nl: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    with named_namespace() as name:
        nl.do(add(NamespaceId(fd=name, nsid=7)))
        left = Path(netns.DIRECTORY, unique("left"))  # as a mount that is gone leaves it
        left.touch(0o000)
        try:
            assert nl.do(namespace_names())[7] == (name,)
            with netns.inside(namespace):
                done = forked(["nsids", "--json"])
            assert {row["nsid"]: row["fd"] for row in json.loads(done.stdout)}[7] == name
        finally:
            left.unlink()

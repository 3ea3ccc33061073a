"""Fields that tell a network namespace: the one that was meant when the record was made, whatever its number became."""

from __future__ import annotations

import inspect
import os
import pickle
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest

import netlynx
from netlynx import netns, route
from netlynx.engine.naming import Names
from netlynx.errors import EncodeError, NotFound
from netlynx.route import Link, NamespaceId
from support import descriptors, named_namespace

pytestmark = pytest.mark.namespace

Carry = Callable[[Callable[[Any], Any]], Any]


@pytest.fixture
def blue() -> Iterator[str]:
    with named_namespace() as name:
        yield name


@pytest.fixture(params=["sync", "asyncio", "trio"])
def carry(request: pytest.FixtureRequest, namespace: netns.NetworkNamespace) -> Carry:
    """What has a connection of each sort do something in `namespace`, and gives the answer."""

    def sync(ask: Callable[[Any], Any]) -> Any:
        with netlynx.connect(netns=namespace) as nl:
            return ask(nl)

    async def asynchronous(ask: Callable[[Any], Any]) -> Any:
        async with netlynx.aconnect(netns=namespace) as nl:
            answer = ask(nl)
            return await answer if inspect.isawaitable(answer) else answer

    if request.param == "sync":
        return sync
    return lambda ask: anyio.run(asynchronous, ask, backend=request.param)


def _do(operation: Any, nl: Any) -> Any:
    return nl.do(operation)


SPELLINGS: dict[str, Callable[[str, netns.NetworkNamespace], Any]] = {
    "name": lambda name, _: name,
    "text": lambda name, _: f"/run/netns/{name}",
    "path": lambda name, _: Path("/run/netns", name),
    "open": lambda _, opened: opened,
    "Fd": lambda _, opened: netns.Fd(opened.fileno()),
    "number": lambda _, opened: opened.fileno(),
}


def names(where: Any) -> set[str | None]:
    with netlynx.connect(netns=where) as there:
        return {each.name for each in there.dump(route.links())}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_namespace_is_told_in_every_way(carry: Carry, blue: str, spelling: str) -> None:
    with netns.open(blue) as opened:
        before = descriptors()
        told = SPELLINGS[spelling](blue, opened)
        moved = route.add(Link(name="v0", kind="ifb", netns_fd=told))
        peer = Link(name="far", netns_fd=told)
        pair = route.add(Link(name="near", kind="veth", data=route.Veth(peer=peer)))
        identified = route.add(NamespaceId(fd=told, nsid=5))
        found = route.namespace_id(fd=told)
    operations = [identified, moved, pair, found]
    del moved, pair, peer, identified, found, told
    answers = [carry(partial(_do, operation)) for operation in operations]
    assert {"v0", "far"} <= names(blue)
    assert answers[-1].nsid == 5
    operations.clear()
    assert descriptors() < before  # nobody holds any of them


def test_an_operation_goes_where_it_was_meant_to_though_another_has_taken_the_number(carry: Carry, blue: str) -> None:
    with named_namespace() as red:
        number = netns.open(blue).fileno  # of an object that is gone with this line's end
        opened = number.__self__  # type: ignore[attr-defined]
        operations = [
            route.add(Link(name="v0", kind="ifb", netns_fd=number())),
            route.add(Link(name="v1", kind="ifb", netns_fd=opened)),
        ]
        taken = number()
        opened.close()
        there = netns.open(red)
        os.dup2(there.fileno(), taken)
        try:
            carry(lambda nl: nl.do(operations[0]))
            carry(lambda nl: nl.batch(operations[1:]))
        finally:
            if there.fileno() != taken:
                os.close(taken)
            there.close()
        assert {"v0", "v1"} <= names(blue)
        assert names(red) == {"lo"}


def test_the_namespace_of_an_object_that_is_gone_is_held(carry: Carry, blue: str) -> None:
    operation = route.add(Link(name="v0", kind="ifb", netns_fd=netns.open(blue)))
    carry(lambda nl: nl.do(operation))
    carry(lambda nl: nl.do(route.add(Link(name="v1", kind="ifb", netns_fd=netns.anonymous()))))
    assert "v0" in names(blue)


def test_a_batch_opens_what_its_operations_tell_and_holds_a_bounded_number(carry: Carry, blue: str) -> None:
    others = [netns.anonymous() for _ in range(Names._OPEN * 2)]
    held = []

    def operations() -> Iterator[Any]:
        for n in range(260):  # several datagrams of one name
            yield route.add(Link(name=f"v{n}", kind="ifb", netns_fd=blue))
        for other in others:
            yield route.add(Link(name="own", kind="ifb", netns_fd=other))
            held.append(descriptors())
        yield route.add(Link(name="last", kind="ifb", netns_fd=blue))

    before = descriptors()
    result = carry(lambda nl: nl.batch(operations()))
    assert (len(result), result.errors) == (261 + len(others), {})
    assert {"last", *(f"v{n}" for n in range(260))} <= names(blue)
    assert all("own" in names(other) for other in others)
    assert max(held) < before + Names._OPEN + 32
    for other in others:
        other.close()


def test_a_batch_goes_on_behind_a_name_that_nothing_has(carry: Carry, blue: str) -> None:
    operations = [route.add(Link(name=f"v{n}", kind="ifb", netns_fd=where)) for n, where in enumerate([blue, "no"])]
    operations.append(route.add(Link(name="v2", kind="ifb", netns_fd=blue)))
    result = carry(lambda nl: nl.batch(operations, on_error="continue"))
    assert list(result.errors) == [1]
    assert isinstance(result.errors[1], NotFound)
    assert "no namespace is called 'no'" in str(result.errors[1])
    assert "Link.netns_fd" in result.errors[1].__notes__[0]
    assert {"v0", "v2"} <= names(blue)


def test_ensure_makes_it_there(carry: Carry, blue: str) -> None:
    assert carry(lambda nl: nl.do(route.ensure(route.add(NamespaceId(fd=blue, nsid=6))))).made
    assert carry(lambda nl: nl.do(route.namespace_id(fd=blue))).nsid == 6


@pytest.mark.parametrize("wrong", [-1, 2**40, 2**70, True, 1.5, b"blue", "", "..", "x" * 256, "/a\0b", object()])
@pytest.mark.parametrize("make", [lambda w: Link(netns_fd=w), lambda w: NamespaceId(fd=w)])
def test_what_tells_no_namespace_is_refused_at_once(make: Callable[[Any], Any], wrong: Any) -> None:
    with pytest.raises(EncodeError) as caught:
        make(wrong)
    assert caught.value.path in ("Link.netns_fd", "NamespaceId.fd")


def test_an_open_file_that_is_no_namespace_is_refused_at_once(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w") as file:
        for wrong in (file, file.fileno()):
            with pytest.raises(EncodeError, match="not a network namespace"):
                Link(netns_fd=wrong)
    with pytest.raises(EncodeError, match="Bad file descriptor"):
        Link(netns_fd=-1)


def test_records_of_namespaces_are_values(namespace: netns.NetworkNamespace) -> None:
    record = Link(name="v0", netns_fd=namespace)
    same = Link(name="v0", netns_fd=namespace.fileno())
    assert record == same
    assert hash(record) == hash(same)
    assert record.replace(mtu=1400).replace(mtu=None) == record
    assert record.netns_fd is not namespace
    with netns.anonymous() as other:
        assert record != Link(name="v0", netns_fd=other)
    with pytest.raises(TypeError, match="cannot be copied or pickled"):
        pickle.dumps(record)
    named = Link(name="v0", netns_fd="blue")
    assert pickle.loads(pickle.dumps(named)) == named
    assert Link.from_bytes(Link(index=3).to_bytes()[:16] + b"\x08\0\x1c\0\x07\0\0\0").netns_fd == 7  # another's number

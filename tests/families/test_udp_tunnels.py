"""Foo over UDP, identifier-locator addressing and GTP: what each verb sends, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import netlynx
from netlynx import EncodeError, fou, gtp, ila
from netlynx.fou import Fou, Port
from netlynx.gtp import Context, GtpTunnels
from netlynx.ila import Ila, Locator, Mapping
from netlynx.kernel import VirtualKernel
from netlynx.wire.constants import NLM_F

CONTEXT = Context(index=5, peer="192.0.2.2", subscriber="10.9.0.1", local_tei=100, peer_tei=200)
OLD = Context(index=5, peer="192.0.2.2", subscriber="10.9.0.1", tunnel_id=7, flow=1)
MAPPING = Mapping(match="2001:db8:0:1", locator="2001:db8:0:2")
PEER: dict[str, Any] = {"peer": "192.0.2.2", "peer_port": 7}


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as made:
        yield made


def test_a_port_says_of_which_family_it_is_and_what_is_in_it() -> None:
    assert fou.add(Port(port=5555, protocol="ipip")).request == Port(
        port=5555, family="inet", protocol=4, type="direct"
    )
    six = fou.add(Port(port=5555, type="gue", local="2001:db8::1")).request
    assert six == Port(port=5555, family="inet6", type="gue", local="2001:db8::1")
    assert fou.delete(Port(port=5555, **PEER)).request == Port(port=5555, family="inet", **PEER)


def test_a_port_that_was_read_goes_and_comes_back(kernel: VirtualKernel) -> None:
    said = Port(
        port=5555, family="inet", protocol="gre", type="direct", peer_port=0, index=0, local="0.0.0.0", peer="0.0.0.0"
    )
    asked: list[Any] = []
    service = kernel.family(Fou)
    service.handles(Fou.list)(lambda request: iter([said]))
    for command in (Fou.add, Fou.delete):
        service.handles(command)(lambda request: asked.append(request.record))
    with netlynx.connect(kernel=kernel) as nl:
        (read,) = nl.dump(fou.ports())
        nl.do(fou.delete(read))
        nl.do(fou.add(read))
        with pytest.raises(EncodeError, match=r"Port.protocol: the kernel does not look at it to delete"):
            nl.do(fou.delete(read.replace(protocol="ipip")))
    which = Port(port=5555, family="inet")
    assert asked == [which, which.replace(protocol="gre", type="direct")]


def test_a_locator_is_half_an_address() -> None:
    locator = Locator.of("2001:db8:0:1")
    assert (int(locator), str(locator)) == (0x20010DB800000001, "2001:db8:0:1")
    for wrong in ("2001:db8::1", "2001:db8:0", "2001:db8:0:1:2", "2001:db8:0:10000", "x:0:0:0", ""):
        with pytest.raises(EncodeError, match="is no locator such as 2001:db8:0:1"):
            Locator.of(wrong)
    payload = ila.add(MAPPING).payload  # type: ignore[union-attr]
    assert bytes.fromhex("0c000300 20010db800000001") in payload  # in network byte order


def test_a_mapping_is_looked_at_before_it_goes(kernel: VirtualKernel) -> None:
    asked: list[Any] = []
    service = kernel.family(Ila)
    service.handles(Ila.get)(lambda request: MAPPING.replace(checksum_mode="no-action"))
    service.handles(Ila.delete)(lambda request: asked.append(request.record))
    with netlynx.connect(kernel=kernel) as nl:
        there = nl.do(ila.mapping("2001:db8:0:1"))
        nl.do(ila.delete(there))
        with pytest.raises(netlynx.NotFound, match="has locator 2001:db8:0:2 by now"):
            nl.do(ila.delete(there.replace(locator="1:2:3:4")))
    assert asked == [Mapping(match="2001:db8:0:1")]


def test_contexts_are_of_one_version_or_the_other(kernel: VirtualKernel) -> None:
    made, old = gtp.add(CONTEXT), gtp.add(OLD)
    assert (made.request.version, made.flags) == (1, NLM_F.EXCL)  # type: ignore[union-attr]
    assert (old.request.version, old.flags) == (0, NLM_F.EXCL)  # type: ignore[union-attr]
    six = gtp.add(CONTEXT.replace(subscriber="2001:db8::1")).request
    assert str(six.family) == "inet6"  # type: ignore[union-attr]
    asked: list[Any] = []
    service = kernel.family(GtpTunnels)
    service.handles(GtpTunnels.get)(lambda request: CONTEXT.replace(version=1))
    service.handles(GtpTunnels.delete)(lambda request: asked.append(request.record))
    with netlynx.connect(kernel=kernel) as nl:
        found = nl.do(gtp.context(5, subscriber="10.9.0.1"))
        nl.do(gtp.delete(found))
        with pytest.raises(netlynx.NotFound, match="the context has peer_tei 200 by now"):
            nl.do(gtp.delete(found.replace(peer_tei=9)))
    assert asked == [Context(index=5, version=1, subscriber="10.9.0.1")]


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: fou.add(Port(protocol=4)), r"Port.port: say which port"),
        (lambda: fou.add(Port(port=1)), r"Port.protocol: say what is in its packets"),
        (lambda: fou.add(Port(port=1, type="gue", protocol=4)), r"Port.protocol: packets of GUE say so themselves"),
        (lambda: fou.add(Port(port=1, protocol=4, peer="192.0.2.2")), r"Port.peer_port: packets of a peer come from"),
        (lambda: fou.add(Port(port=1, protocol=4, peer_port=2)), r"Port.peer_port: it is a port of a peer"),
        (
            lambda: fou.add(Port(port=1, protocol=4, local="::1", **PEER)),
            r"Port.peer: both addresses are",
        ),
        (lambda: fou.add(Port(port=1, protocol=4, local="::1", family="inet")), r"Port.family: ::1 is of inet6"),
        (lambda: fou.add(Port(port=1, protocol=4, family="mpls")), r"Port.family: ports are of inet and of inet6"),
        (lambda: fou.delete(Port(port=1, type="gue")), r"Port.type: the kernel does not look at it to delete"),
        (lambda: ila.add(Mapping(match=1)), r"Mapping.locator: a mapping has the locator"),
        (lambda: ila.delete(Mapping(locator=1)), r"Mapping.match: say which one"),
        (lambda: ila.mapping(1.5), r"ila.mapping\(match\): expected a locator"),  # type: ignore[arg-type]
        (lambda: gtp.add(CONTEXT.replace(peer_tei=None)), r"Context.peer_tei: a context of version 1 has one"),
        (lambda: gtp.add(OLD.replace(version=1)), r"Context.tunnel_id: version 1 has none: leave it out"),
        (lambda: gtp.add(CONTEXT.replace(version=2)), r"Context.version: there are versions 0 and 1, not 2"),
        (lambda: gtp.add(CONTEXT.replace(family="inet6")), r"Context.family: 10.9.0.1 is of inet"),
        (lambda: gtp.delete(Context(index=5)), r"Context.subscriber: say which one"),
        (lambda: gtp.delete(Context(subscriber="10.9.0.1")), r"Context.index: say of which link"),
        (lambda: gtp.echo(Context(index=5, peer="192.0.2.2")), r"Context.subscriber: it takes the link, the peer"),
        (lambda: gtp.echo(CONTEXT), r"Context.local_tei: an echo is of no tunnel"),
        (lambda: gtp.context(5), r"give the subscriber, local_tei, or tunnel_id"),
    ],
)
def test_what_cannot_be_sent_says_why(made: Callable[[], Any], words: str) -> None:
    with pytest.raises(EncodeError, match=words):
        made()

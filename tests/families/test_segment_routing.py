"""Keys of segment routing, and in-situ OAM: what is sent, what is heard, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import netlynx
from netlynx import EncodeError, ioam6, seg6
from netlynx.ioam6 import Attachment, Ioam6, Namespace, Schema, Trace
from netlynx.kernel import Request, VirtualKernel
from netlynx.seg6 import Key, Seg6
from support import PATIENCE

KEY = Key(id=17, algorithm="sha256", secret=b"left hand")


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as made:
        yield made


def test_a_key_says_how_long_it_is_and_one_that_goes_has_no_length() -> None:
    assert seg6.set_key(KEY).request == KEY.replace(length=9)
    assert seg6.set_key(KEY.replace(length=9)).request == KEY.replace(length=9)
    gone = seg6.delete_key(Key(id=17)).request
    assert (gone.id, gone.length, gone.secret) == (17, 0, None)  # type: ignore[union-attr]


def test_secrets_are_not_told(kernel: VirtualKernel) -> None:
    service = kernel.family(Seg6)

    @service.handles(Seg6.set_key)
    def refuse(request: Request) -> None:
        raise netlynx.NetlinkError(22)

    with netlynx.connect(kernel=kernel) as nl, pytest.raises(netlynx.NetlinkError) as refused:
        nl.do(seg6.set_key(KEY))
    assert "secret=(hidden)" in str(refused.value)
    for said in (str(refused.value), str(seg6.set_key(KEY)), repr(KEY)):
        assert "left hand" not in said
        assert b"left hand".hex() not in said


def test_traces_are_heard(kernel: VirtualKernel) -> None:
    service = kernel.family(Ioam6)
    trace = Trace(namespace=5, node_length=3, type=0xF0000000, data=bytes(24))
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(ioam6.EVENTS) as events:
        service.multicast(Ioam6.traced, trace)
        event = events.get(timeout=PATIENCE)
    assert (event.kind, event.record) == ("traced", trace)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: seg6.set_key(KEY.replace(id=0)), r"Key.id: say which one, from 1"),
        (lambda: seg6.set_key(KEY.replace(algorithm=None)), r"Key.algorithm: say how: sha1, sha256"),
        (lambda: seg6.set_key(KEY.replace(secret=b"")), r"Key.secret: a secret has 1 to 64 bytes"),
        (lambda: seg6.set_key(KEY.replace(length=3)), r"Key.length: the secret has 9 bytes"),
        (lambda: seg6.delete_key(KEY), r"Key.algorithm: the kernel does not look at it to delete"),
        (lambda: seg6.set_source("192.0.2.1"), r"Source.address: 192.0.2.1 is not an IPv6 address"),
        (lambda: seg6.set_source(seg6.Source()), r"Source.address: say which address"),
        (lambda: ioam6.add(Namespace()), r"Namespace.id: say which ID it has"),
        (lambda: ioam6.add(Namespace(id=1, schema=3)), r"Namespace.schema: the kernel tells this"),
        (lambda: ioam6.add(Schema(id=1)), r"Schema.data: a schema is data"),
        (lambda: ioam6.delete(Schema(id=1, data=b"x")), r"Schema.data: the kernel does not look at it to delete"),
        (lambda: ioam6.delete(KEY), r"takes a Namespace or a Schema, not a Key"),  # type: ignore[arg-type]
        (lambda: ioam6.set_schema(Attachment(schema=1)), r"Attachment.namespace: say which namespace"),
        (lambda: ioam6.set_schema(Attachment(namespace=1)), r"Attachment.schema: give a schema, or none"),
        (lambda: ioam6.set_schema(Attachment(namespace=1, schema=1, none=True)), r"Attachment.none: give a schema"),
    ],
)
def test_what_cannot_be_sent_says_why(made: Callable[[], Any], words: str) -> None:
    with pytest.raises(EncodeError, match=words):
        made()

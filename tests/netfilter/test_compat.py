"""Extensions of iptables that this kernel has, beside what `iptables` is told of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

import netlynx
from netlynx import netns
from netlynx.netfilter import compat
from netlynx.netfilter.compat import ExtensionType
from support import PATIENCE


@pytest.fixture
def nl(namespace: netns.NetworkNamespace) -> Iterator[netlynx.Connection]:
    with netlynx.connect(netns=namespace, timeout=PATIENCE) as connection:
        try:
            connection.do(compat.match("tcp"))
        except netlynx.NetlinkError as error:
            if "nft_compat" not in str(error):
                raise
            pytest.skip(str(error))
        yield connection


def test_the_highest_revision_is_told(nl: netlynx.Connection) -> None:
    """Those of net/netfilter/xt_conntrack.c (1 to 3) and xt_mark.c (1 and 2): the same in all kernels since 2.6.39."""
    found = nl.do(compat.match("conntrack", revision=1))
    assert (found.name, found.revision, found.type) == ("conntrack", 3, ExtensionType.MATCH)
    assert nl.do(compat.match("conntrack", family="ipv6", revision=3)).revision == 3
    mark = nl.do(compat.target("MARK", revision=2))
    assert (mark.revision, mark.type) == (2, ExtensionType.TARGET)


def test_what_there_is_not_is_told(nl: netlynx.Connection) -> None:
    with pytest.raises(netlynx.NotSupported):
        nl.do(compat.match("conntrack", revision=200))
    for asked in (compat.match("nonesuch"), compat.target("conntrack")):
        with pytest.raises(netlynx.NotFound):
            nl.do(asked)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: compat.match(""), "say what it is called"),
        (lambda: compat.match("tcp", family="netdev"), "extensions are of"),
        (lambda: compat.target("MARK", revision=256), "revision"),
        (lambda: compat.target("x" * 32), "31"),
    ],
)
def test_what_cannot_be_asked_is_refused(ask: Callable[[], object], words: str) -> None:
    with pytest.raises((netlynx.EncodeError, ValueError), match=words):
        ask()

"""Raw sockets that are to be closed: the kernel looks at no cookie of theirs, and takes the first that fits."""

from __future__ import annotations

from typing import Any

import pytest

import netlynx
from netlynx import diag
from netlynx.diag.inet import InetRequest


def raw(cookie: int, **bound: Any) -> diag.RawSocket:
    anywhere = {"source": "0.0.0.0", "destination": "0.0.0.0"}
    return diag.RawSocket(
        **{"family": "inet", "source_port": 1, "cookie": cookie, "inode": cookie, **anywhere, **bound}
    )


def closed(there: list[diag.RawSocket], which: list[diag.RawSocket]) -> tuple[diag.Destruction, list[InetRequest]]:
    """What comes of closing them where these are there, and what was sent for it."""
    talk, sent = diag.destroy(which).steps(), []
    answer: Any = None
    try:
        operation = next(talk)
        while True:
            if isinstance(operation, netlynx.Dump):
                answer = there
            else:
                sent.append(operation.request)
                answer = None
            operation = talk.send(answer)
    except StopIteration as end:
        return end.value, sent


BOUND = {"source": "127.0.0.1"}
FARTHER = {"source": "127.0.0.1", "destination": "127.0.0.2", "index": 3}


@pytest.mark.parametrize("less", [{}, BOUND, FARTHER], ids=["any", "bound", "same"])
def test_nothing_is_sent_where_another_one_would_be_taken(less: dict[str, Any]) -> None:
    meant, other = raw(1, **FARTHER), raw(2, **less)
    done, sent = closed([other, meant], [meant])
    assert (done.closed, done.gone, sent) == ((), (), [])
    ((refused, why),) = done.refused
    assert refused is meant
    assert isinstance(why, netlynx.Ambiguous)
    assert "inode 2" in str(why)


@pytest.mark.parametrize(
    "other",
    [
        {"source_port": 2},
        {"source": "127.0.0.9"},
        {"index": 4},
        {"family": "inet6", "source": "::", "destination": "::"},
    ],
    ids=["protocol", "address", "interface", "family"],
)
def test_others_are_in_nobodys_way(other: dict[str, Any]) -> None:
    meant = raw(1, **FARTHER)
    done, sent = closed([raw(2, **other), meant], [meant])
    assert done.closed == (meant,)
    assert [(each.source, each.raw_protocol, each.index) for each in sent] == [("127.0.0.1", 1, 3)]


def test_what_is_bound_to_less_goes_first() -> None:
    most, some, least = raw(1, **FARTHER), raw(2, **BOUND), raw(3)
    done, sent = closed([least, some, most], [most, some, least])
    assert done.closed == (least, some, most)
    assert [each.source for each in sent] == ["0.0.0.0", "127.0.0.1", "127.0.0.1"]


def test_one_that_may_not_go_leaves_those_beside_it() -> None:
    most, some, stranger = raw(1, **FARTHER), raw(2, source="127.0.0.7"), raw(3, **BOUND)
    done, _ = closed([stranger, some, most], [most, some])
    assert done.closed == (some,)
    assert [each for each, _ in done.refused] == [most]

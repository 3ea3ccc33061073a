"""The network namespaces that `netlynx sockets` lists, and the sockets of one."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from netlynx.cli.form import misused
from netlynx.cli.options import connection
from netlynx.cli.stdout import note, tell, words

if TYPE_CHECKING:
    from netlynx import diag
    from netlynx.client.connection import Connection
    from netlynx.errors import NotSupported

ALL = "all"
"""In the place of a namespace: each of this host."""


class Place(NamedTuple):
    """A namespace to list: what it is called in the output (None: only one is listed), and its connection."""

    name: str | None
    nl: Connection


@contextlib.contextmanager
def namespaces(netns: str | None, kernel: str) -> Iterator[Iterator[Place]]:
    """The namespaces to list, one after the other."""
    if netns != ALL:
        with connection(netns, kernel) as nl:
            yield iter([Place(None, nl)])
        return
    if kernel not in ("", "host"):
        raise misused("--netns all is of this host's namespaces: name one of that kernel's", "--netns")
    places = _every_namespace()
    try:
        yield places
    finally:
        places.close()


def _every_namespace() -> Generator[Place, None, None]:
    from netlynx import netns
    from netlynx.client.connection import connect
    from netlynx.errors import NetlynxError

    everywhere = netns.find()
    for found in everywhere.namespaces:
        try:
            nl = connect(netns=found.where, kernel="host")
        except NetlynxError as error:
            tell(f"network namespace {found}: {words(error)}")
            continue
        with nl:
            yield Place(str(found), nl)
    if everywhere.unseen:
        note(f"the network namespaces of {everywhere.unseen} processes could not be seen")


def read(place: Place, asked: diag.AllSockets[Any], skipped: dict[str, str]) -> list[Any]:
    """The sockets of one namespace, each once."""
    listed = place.nl.dump(asked)
    found = [*once(listed.all())]
    skipped.update(map(skip, listed.skipped))
    return found


def once(records: Any) -> Iterator[Any]:
    """Every socket once: netlink sockets that listen to groups are listed twice."""
    seen = set()
    for record in records:
        if (record.family, record.cookie) not in seen:
            seen.add((record.family, record.cookie))
            yield record


def skip(error: NotSupported) -> tuple[str, str]:
    """The kind of sockets that is not listed, and why."""
    return error.asked.partition("(")[0].removeprefix("diag."), error.hint or words(error)

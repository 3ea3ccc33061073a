"""SQL over what the kernel knows: every listing of every room is a table, read when a statement asks for it.

    from netlynx import sql

    with sql.connect() as db:
        for device, count in db.execute(
            "select links.name, count(*) from routes join links on links.index = routes.oif group by 1"
        ):
            print(device, count)

The engine is DuckDB. Of a table it is told which columns and which rows a statement takes: only these columns are read,
and what netlynx or the kernel can compare is compared there. The column `netns` says of which network namespace a row
is: of the connection's own (``""`` where it has no name), unless the statement names others, as in
``where netns = 'blue'``, or all are asked for.

What it takes: ``pip install 'netlynx[sql]'``. Nothing can be changed so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any  # DuckDB's and polars's

from netlynx.sql.catalogue import LISTINGS, VIEWS
from netlynx.sql.needed import SqlError, needed
from netlynx.sql.places import Places
from netlynx.sql.result import Result
from netlynx.sql.session import Reading, Session
from netlynx.wire.nearest import nearest

if TYPE_CHECKING:
    import os

    from netlynx.netns import Where
    from netlynx.transport.base import Kernel

__all__ = ["Result", "Session", "SqlError", "connect", "frame", "register"]


def connect(
    *,
    netns: Where | None = None,
    kernel: Kernel | str | None = None,
    all_namespaces: bool = False,
    timeout: float = 30.0,
    history: str | os.PathLike[str] | None = None,
) -> Session:
    """A session with a database of its own, in memory, over the tables of a kernel.

    `netns`, `kernel` and `timeout` are as for `netlynx.connect`. With `all_namespaces` a table has the rows of all
    network namespaces of this host that a process is in or that have a name, as far as they are seen. `history` is the
    folder that ``netlynx monitor --parquet`` writes to: what it has of links is the table ``history_link``, and so on.

    Raises SqlError without DuckDB or pyarrow, NetlinkError when the namespace cannot be opened, and FileNotFoundError
    for a folder that there is not.
    """
    return Session(netns, kernel, all_namespaces, timeout, history)


def register(
    connection: Any,
    *tables: str,
    netns: Where | None = None,
    kernel: Kernel | str | None = None,
    all_namespaces: bool = False,
    timeout: float = 30.0,
) -> None:
    """Have a DuckDB connection of one's own know these tables, or all; they are read whenever they are scanned.

    Here a table that a statement has twice is read twice, and each reading is of the namespaces that are conditions on
    that table. The rest is as for `connect`. Raises SqlError for a table that there is not.
    """
    from netlynx.sql.dataset import ListingDataset

    needed()
    reading = Reading(Places(netns, kernel, timeout), all_namespaces)
    for name in tables or LISTINGS:
        connection.register(name, ListingDataset(_listing(name), reading))
    if not tables:
        for name, (_, statement) in VIEWS.items():
            connection.execute(f'create or replace temp view "{name}" as {statement}')


def frame(
    table: str,
    *,
    netns: Where | None = None,
    kernel: Kernel | str | None = None,
    all_namespaces: bool = False,
    timeout: float = 30.0,
) -> Any:
    """A table as a polars.LazyFrame, which is read when it is collected: only the columns and the rows that it takes.

    The rest is as for `register`. Raises SqlError for a table that there is not, and without polars.
    """
    from netlynx.sql.dataset import ListingDataset

    needed()
    try:
        import polars
    except ImportError:
        raise SqlError("frames are of polars, which is not installed: pip install 'netlynx[table]'") from None
    reading = Reading(Places(netns, kernel, timeout), all_namespaces)
    return polars.scan_pyarrow_dataset(ListingDataset(_listing(table), reading))


def _listing(name: str) -> Any:
    if name not in LISTINGS:
        raise SqlError(f"there is no table {name!r}{nearest(name, LISTINGS)}")
    return LISTINGS[name]

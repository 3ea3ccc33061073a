"""Which netlink protocols the kernel has: what socket() says of each number."""

from __future__ import annotations

from typing import Any

from netlynx.cli.form import Form
from netlynx.cli.options import Format, Json, Kernel, Lines, Netns, Wide, target
from netlynx.cli.output import Column, Row, form_of, write_rows, write_table
from netlynx.errors import NotSupported
from netlynx.wire.constants import MAX_PROTOCOLS, PROTOCOLS

_UNNAMED = "no protocol of linux/netlink.h: a module's own"


def protocols(
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List netlink protocols, what each is for, whether this kernel opens it, and which room of netlynx speaks it.

    A socket of each is opened and closed, which may load the module that provides it.
    """
    from netlynx.transport.netlink_socket import NetlinkSocket

    form = form_of(json, lines, format, wide=wide)
    asked = target(kernel, netns)
    found = []
    for number in range(MAX_PROTOCOLS):
        try:
            NetlinkSocket(number, **asked).close()
            opens = True
        except NotSupported:
            opens = False
        known = PROTOCOLS.get(number)
        if known is not None or opens:
            name = None if known is None else known.name
            what = _UNNAMED if known is None else known.description
            gone = (known.gone or None) if known is not None else None
            room = (known.room or None) if known is not None else None
            found.append(
                {"number": number, "name": name, "opens": opens, "room": room, "description": what, "gone": gone}
            )
    if form is Form.TABLE:
        columns = (
            Column("NUMBER", right=True),
            Column("NAME"),
            Column("OPENS", colours={"yes": "green"}),
            Column("ROOM", spare=1),
            Column("WHAT IT IS FOR", wrap=True),
        )
        write_table(columns, (_row(entry) for entry in found), wide=wide)
    else:
        write_rows(found, form)


def _row(entry: dict[str, Any]) -> Row:  # Any: what stands in JSON
    what = entry["description"] if entry["gone"] is None else f"{entry['description']} ({entry['gone']})"
    return (str(entry["number"]), entry["name"] or "", "yes" if entry["opens"] else "no", entry["room"] or "", what)

"""How the links of a host hang together, over its network namespaces, as a model and as pictures of it.

    from netlynx import topology

    seen = topology.snapshot()
    print(topology.text(seen))
    open("host.svg", "w").write(topology.svg(seen))

`snapshot` (`asnapshot` for asyncio and trio) looks; what it gives is a `Topology` of plain values: namespaces with
their links, addresses, default routes and listening sockets, and edges between links. `text`, `svg`, `dot`, `mermaid`
and `as_json` draw it. `listings` and `build` are the two halves of `snapshot`, for connections of one's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlynx.late import names_of

if TYPE_CHECKING:
    from netlynx.topology.building import Seen as Seen
    from netlynx.topology.building import build as build
    from netlynx.topology.flowchart import mermaid as mermaid
    from netlynx.topology.folding import FOLD as FOLD
    from netlynx.topology.graphviz import dot as dot
    from netlynx.topology.looking import Listed as Listed
    from netlynx.topology.looking import listings as listings
    from netlynx.topology.model import SCHEMA as SCHEMA
    from netlynx.topology.model import Address as Address
    from netlynx.topology.model import Basis as Basis
    from netlynx.topology.model import DefaultRoute as DefaultRoute
    from netlynx.topology.model import Edge as Edge
    from netlynx.topology.model import EdgeKind as EdgeKind
    from netlynx.topology.model import Link as Link
    from netlynx.topology.model import Listener as Listener
    from netlynx.topology.model import Namespace as Namespace
    from netlynx.topology.model import PortVlans as PortVlans
    from netlynx.topology.model import Topology as Topology
    from netlynx.topology.model import as_json as as_json
    from netlynx.topology.picture import svg as svg
    from netlynx.topology.serving import Live as Live
    from netlynx.topology.snapshots import asnapshot as asnapshot
    from netlynx.topology.snapshots import snapshot as snapshot
    from netlynx.topology.tree import text as text

# Where each public name lives. Loaded on first use: a page that is live, say, takes longer to load than all else.
_HOMES = {
    "building": "build Seen",
    "flowchart": "mermaid",
    "folding": "FOLD",
    "graphviz": "dot",
    "looking": "Listed listings",
    "model": "Address as_json Basis DefaultRoute Edge EdgeKind Link Listener Namespace PortVlans SCHEMA Topology",
    "picture": "svg",
    "serving": "Live",
    "snapshots": "asnapshot snapshot",
    "tree": "text",
}

__all__ = names_of(__name__, _HOMES)

"""What pictures of all forms say in the same words."""

from __future__ import annotations

from collections.abc import Iterator

from netlynx.route import RT_TABLE
from netlynx.topology.folding import Box, Drawing, Row
from netlynx.topology.model import Basis, DefaultRoute, EdgeKind, Link, Listener, Topology

EDGES = {
    EdgeKind.PORT: "port of a bridge",
    EdgeKind.MEMBER: "member of a bond",
    EdgeKind.VRF: "member of a VRF",
    EdgeKind.PAIR: "two ends of a pair",
    EdgeKind.ABOVE: "stands on it",
    EdgeKind.UNDERLAY: "its packets leave by it",
}
_ROLE = {EdgeKind.PORT: "port", EdgeKind.MEMBER: "member", EdgeKind.VRF: "in the VRF"}


def count(number: int, what: str) -> str:
    """A number of things."""
    plural = f"{what}es" if what.endswith("s") else f"{what}s"
    return f"{number:,} {what if number == 1 else plural}"


def title(topology: Topology) -> str:
    """What is in the whole picture."""
    many = sum(len(space.links) for space in topology.namespaces)
    return f"{count(len(topology.namespaces), 'namespace')}, {count(many, 'link')}"


def folded(drawing: Drawing) -> str:
    """What is not drawn one by one, and how it would be; nothing where all is."""
    if not drawing.folded:
        return ""
    return f"{count(drawing.folded, 'link')} alike are folded: `netlynx topology --unfold` draws each"


def role(row: Row) -> str:
    """What a row is to the one above it."""
    if row.edge is None:
        return ""
    if row.edge.kind is EdgeKind.UNDERLAY:
        return over(row.edge.basis, row.edge.remote)
    return _ROLE.get(row.edge.kind, "")


def over(basis: Basis | None, remote: str | None) -> str:
    """How it is known by which link a tunnel's packets leave."""
    return "bound to it" if basis is Basis.DEVICE else f"route to {remote}"


def span(names: list[str]) -> str:
    """The first and the last of several names."""
    return names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}"


def more_links(row: Row) -> str:
    """What a row of folded ones stands for."""
    return f"{row.folded:,} more: {span([link.name for link in row.links if link.kind == row.link.kind])}"


def more_namespaces(box: Box) -> str:
    """What a box of folded ones stands for."""
    return f"{box.folded:,} more like these: {span([space.label for space in box.namespaces])}"


def about(box: Box) -> str:
    """What is said of a namespace beside its label."""
    space = box.namespace
    others = [name for name in space.names if name != space.label]
    return ", ".join(
        filter(
            None,
            (
                "the caller's" if space.own else "",
                f"also {' '.join(others)}" if others else "",
                count(space.processes, "process") if space.processes else "",
            ),
        )
    )


def vlans(link: Link, bridge: Link | None) -> str:
    """The VLANs of a port, or of a bridge, where these matter."""
    filters = link.filters_vlans or (bridge is not None and bridge.filters_vlans)
    return f"vlans {' '.join(map(str, link.vlans))}" if filters and link.vlans else ""


def way_out(route: DefaultRoute, links: dict[str, Link]) -> str:
    """A default route."""
    words = ["default"]
    if route.type != "unicast":
        words.append(route.type)
    if route.gateway is None:
        words.append(route.family)
    if route.gateway is not None:
        words.append(f"via {route.gateway}")
    if route.link is not None:
        found = links.get(route.link)
        words.append(f"dev {found.name if found is not None else route.link.rpartition('/')[2]}")
    if route.table != RT_TABLE.MAIN:
        words.append(f"table {route.table}")
    if route.metric:
        words.append(f"metric {route.metric}")
    return " ".join(words)


def listening(listener: Listener, links: dict[str, Link]) -> str:
    """A socket that waits for whoever comes, and who holds it."""
    bound = links.get(listener.link) if listener.link is not None else None
    place = f"%{bound.name}" if bound is not None else ""
    return " ".join((f"{listener}{place}", *listener.processes))


def rows_of(rows: list[Row], above: Link | None = None) -> Iterator[tuple[Row, Link | None]]:
    """All rows in their order, each with the link that it stands below."""
    for row in rows:
        yield row, above
        yield from rows_of(row.children, row.link)


def box_lines(box: Box, links: dict[str, Link]) -> Iterator[str]:
    """What is said of a namespace: what it is called, its ways out, who listens."""
    if box.folded:
        yield more_namespaces(box)
        return
    space = box.namespace
    yield space.label
    if space.unseen is not None:
        yield f"not looked into: {space.unseen}"
    yield from (way_out(each, links) for each in space.routes)
    yield from (f"listens: {listening(each, links)}" for each in space.listeners)


def row_lines(row: Row, above: Link | None) -> Iterator[str]:
    """What is said of a link: what it is, its addresses, its VLANs."""
    link = row.link
    if row.folded:
        yield more_links(row)
        return
    yield f"{link.name} ({link.kind})" if link.up else f"{link.name} ({link.kind}, {link.state})"
    yield from filter(None, (link.detail, *map(str, link.addresses), vlans(link, above)))

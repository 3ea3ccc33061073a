"""Listings: one command for each kind of object of NETLINK_ROUTE, and for what other protocols list as plainly.

What is filtered, the kernel filters where it can.
"""

from __future__ import annotations

from typing import Annotated, Any

from netlynx.cli.declare import Argument, Interface, Option
from netlynx.cli.form import Form, misused
from netlynx.cli.listed import Asked, listing
from netlynx.cli.options import (
    Dev,
    Family,
    Format,
    Json,
    Kernel,
    Lines,
    LinkFamily,
    NeighbourFamily,
    Netns,
    RouteFamily,
    Wide,
    connection,
    table_number,
)
from netlynx.cli.output import form_of, write_rows, write_table

_Above = Annotated[str | None, Interface("--master", metavar="NAME", help="Only those on ports of this bridge or VRF.")]


@listing("LINKS", single="dev")
def links(
    dev: Annotated[
        str | None, Option("--dev", metavar="NAME", help="Only this one: a name, or an alternative name.")
    ] = None,
    kind: Annotated[str | None, Option("--kind", metavar="KIND", help="Only these: veth, bridge …")] = None,
    master: Annotated[
        str | None,
        Interface("--master", metavar="NAME", none=True, help="Only ports of this one; `none`: of no other."),
    ] = None,
    family: LinkFamily = None,
) -> Asked:
    """List network interfaces."""
    from netlynx import route

    if dev is not None:
        return route.link(name=dev)
    return route.links(kind=kind, master=master, family=family)


@listing("ADDRESSES")
def addresses(dev: Dev = None, family: Family = None) -> Asked:
    """List addresses of interfaces."""
    from netlynx import route

    return route.addresses(family=family, index=dev)


_LOOKS_UP = ("source", "iif", "mark", "tos", "uid", "ip_proto", "sport", "dport", "fibmatch")


@listing("ROUTES", single="to", beside=("dev", *_LOOKS_UP), cause="route_lookup:cause")
def routes(
    to: Annotated[str | None, Argument("ADDRESS", help="Ask which way a packet to this address would go.")] = None,
    dev: Dev = None,
    family: RouteFamily = None,
    table: Annotated[
        str | None, Option("--table", metavar="TABLE", help="Only this one: main, a name of rt_tables, a number.")
    ] = None,
    protocol: Annotated[
        str | None, Option("--protocol", metavar="PROTOCOL", help="Only those made by: static, kernel, bgp …")
    ] = None,
    type: Annotated[
        str | None, Option("--type", metavar="TYPE", help="Only these: unicast, local, blackhole …")
    ] = None,
    source: Annotated[
        str | None, Option("--source", metavar="ADDRESS", help="With ADDRESS: for packets from this one.")
    ] = None,
    iif: Annotated[
        str | None, Interface("--iif", metavar="NAME", help="With ADDRESS: for packets that come in there.")
    ] = None,
    mark: Annotated[str | None, Option("--mark", metavar="MARK", help="With ADDRESS: with this mark.")] = None,
    tos: Annotated[str | None, Option("--tos", metavar="TOS", help="With ADDRESS: with this type of service.")] = None,
    uid: Annotated[str | None, Option("--uid", metavar="ID", help="With ADDRESS: of this user.")] = None,
    ip_proto: Annotated[
        str | None, Option("--ip-proto", metavar="PROTOCOL", help="With ADDRESS: of icmp, tcp, udp or icmpv6.")
    ] = None,
    sport: Annotated[str | None, Option("--sport", metavar="PORT", help="With ADDRESS: from this port.")] = None,
    dport: Annotated[str | None, Option("--dport", metavar="PORT", help="With ADDRESS: to this port.")] = None,
    fibmatch: Annotated[
        bool, Option("--fibmatch", help="With ADDRESS: show the route that is taken as its table has it.")
    ] = False,
) -> Asked:
    """List routes of all tables, or look one up: what becomes of a packet, as far as it is described."""
    from netlynx import route

    if to is not None:
        return route.route(
            to,
            oif=dev,
            source=source,
            iif=iif,
            mark=_number(mark, "--mark"),
            tos=_number(tos, "--tos"),
            uid=_number(uid, "--uid"),
            ip_proto=int(ip_proto) if ip_proto is not None and ip_proto.isdecimal() else ip_proto,
            sport=_number(sport, "--sport"),
            dport=_number(dport, "--dport"),
            fibmatch=fibmatch,
        )
    about = dict(zip(_LOOKS_UP, (source, iif, mark, tos, uid, ip_proto, sport, dport, fibmatch or None), strict=True))
    for name, value in about.items():
        if value is not None:
            raise misused("it is for a look-up: give an ADDRESS too", f"--{name.replace('_', '-')}")
    number = None if table is None else table_number(table)
    origin = int(protocol) if protocol is not None and protocol.isdecimal() else protocol
    return route.routes(family=family, table=number, oif=dev, protocol=origin, type=type)


@listing("NEIGHBOURS")
def neighbours(
    dev: Dev = None,
    family: NeighbourFamily = None,
    master: _Above = None,
    proxy: Annotated[bool, Option("--proxy", help="List the addresses that this host answers for.")] = False,
) -> Asked:
    """List neighbours: which hardware address an IP address is at, or behind which port of a bridge one is."""
    from netlynx import route

    if family == "bridge":
        if proxy:
            raise misused("a forwarding database has no addresses that this host answers for", "--proxy")
        return route.fdb(bridge=master, index=dev)
    return route.neighbours(family=family, index=dev, master=master, proxy=proxy)


@listing("RULES")
def rules(family: Family = None) -> Asked:
    """List routing policy rules: which table is asked for which packets."""
    from netlynx import route

    return route.rules(family=family)


@listing("NEXTHOPS", single="id")
def nexthops(
    id: Annotated[str | None, Argument("ID", help="Only this one.")] = None,
    dev: Dev = None,
    family: Family = None,
    master: _Above = None,
    groups: Annotated[bool, Option("--groups", help="Only groups of others.")] = False,
) -> Asked:
    """List nexthop objects, which routes refer to by their IDs: single ones and groups."""
    from netlynx import route

    if id is None:
        return route.nexthops(family=family, oif=dev, master=master, groups=groups)
    return route.nexthop(_id(id, "ID"))


@listing("NEXTHOP_BUCKETS")
def nexthop_buckets(
    id: Annotated[str | None, Argument("ID", help="Only those of this group.")] = None,
    dev: Annotated[str | None, Interface("--dev", metavar="NAME", help="Only those that lead out of this one.")] = None,
    nexthop: Annotated[
        str | None, Option("--nexthop", metavar="ID", help="Only those that lead to this nexthop.")
    ] = None,
) -> Asked:
    """List the buckets of resilient groups of nexthops: which of a group's nexthops each leads to."""
    from netlynx import route

    return route.nexthop_buckets(
        id=None if id is None else _id(id, "ID"),
        oif=dev,
        nexthop_id=None if nexthop is None else _id(nexthop, "--nexthop"),
    )


@listing("FDB")
def fdb(
    dev: Dev = None,
    bridge: Annotated[
        str | None, Interface("--bridge", metavar="NAME", help="Only those of this bridge and its ports.")
    ] = None,
) -> Asked:
    """List forwarding databases: behind which port of a bridge, or which tunnel end of a VXLAN, an address is."""
    from netlynx import route

    return route.fdb(bridge=bridge, index=dev)


@listing("ADDRESS_LABELS", single="address", beside="dev")
def address_labels(
    address: Annotated[str | None, Argument("ADDRESS", help="Ask which label this address has.")] = None,
    dev: Dev = None,
) -> Asked:
    """List the labels of IPv6 addresses, by which one is chosen to send from, or look one up."""
    from netlynx import route

    if address is not None:
        return route.address_label(address, index=dev or 0)
    return route.address_labels() if dev is None else route.address_labels().where(index=dev)


@listing("NEIGHBOUR_TABLES")
def neighbour_tables(dev: Dev = None, family: Family = None) -> Asked:
    """List the tables of neighbours, and their parameters on each interface (times in milliseconds)."""
    from netlynx import route

    tables = route.neighbour_tables(family=family)
    return tables if dev is None else tables.where(index=dev)


@listing("ALGORITHMS", single="driver")
def crypto(
    algorithm: Annotated[str | None, Argument("NAME", help="Only those that do this: sha256, cbc(aes) …")] = None,
    driver: Annotated[
        str | None, Option("--driver", metavar="DRIVER", help="Only this one, which the kernel looks up.")
    ] = None,
) -> Asked:
    """List the algorithms of the kernel's crypto layer; of one name, that with the highest priority is used."""
    from netlynx import crypto as room

    if driver is not None:
        return room.algorithm(driver=driver)
    return room.algorithms() if algorithm is None else room.algorithms().where(name=algorithm)


def nsids(
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List the IDs by which this network namespace knows others, with the names that those have on this host."""
    from netlynx import route
    from netlynx.cli.namespaces import first_names, have_names

    form = form_of(json, lines, format, wide=wide)
    with connection(netns, kernel) as nl:
        found = nl.dump(route.namespace_ids()).all()
        names: dict[Any, str] = first_names(nl) if found and have_names(kernel) else {}
        rows: list[dict[str, Any]] = [{"nsid": each.nsid, "fd": names.get(each.nsid)} for each in found]
    if form is Form.TABLE:
        from netlynx.cli.tables import NAMESPACES

        write_table(NAMESPACES.columns, ([str(row["nsid"]), row["fd"] or ""] for row in rows), wide=wide)
    else:
        write_rows(rows, form)


def _id(word: str, where: str) -> int:
    if not (word.isascii() and word.isdecimal()):
        raise misused(f"{word!r} is no ID: they are numbers from 1 on", where)
    return int(word)


def _number(given: str | None, option: str) -> int | None:
    try:
        return None if given is None else int(given, 0)
    except ValueError:
        raise misused(f"{given!r} is no number", option) from None

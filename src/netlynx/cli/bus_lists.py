"""What has addresses and routes of its own beside IP: gateways between CAN buses, MCTP, Phonet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listed import Asked, listing
from netlynx.cli.options import Dev
from netlynx.cli.output import Column, Row
from netlynx.cli.tables import Table, text

if TYPE_CHECKING:
    from netlynx.route.can_gateway import CanGateway
    from netlynx.route.mctp import MctpAddress, MctpNeighbour, MctpRoute
    from netlynx.route.phonet import PhonetAddress, PhonetRoute


def _can_gateway(job: CanGateway, interfaces: Interfaces) -> list[Row]:
    from netlynx.route.can_gateway import CLASSICAL, FD

    changes = [
        f"{name.partition('_')[2]} {part} {_operand(change, part)}"
        for name in (*CLASSICAL, *FD)
        if (change := getattr(job, name)) is not None
        for part in change.parts.labels
    ]
    changes += [name for name in ("crc8", "xor") if getattr(job, name) is not None]
    fits = "" if job.filter is None else f"{job.filter.id:x}:{job.filter.mask:x}"
    first = [
        interfaces.name(job.source),
        interfaces.name(job.destination),
        text(job.flags),
        fits,
        text(job.hops),
        text(job.uid),
        *(text(each) for each in (job.handled, job.dropped, job.deleted)),
    ]
    return [[*(first if not at else [""] * len(first)), words] for at, words in enumerate(changes or [""])]


def _operand(change: Any, part: str) -> str:  # Any: of classical frames or of CAN FD's
    value = {"id": change.id, "len": change.length, "data": change.data}.get(part, getattr(change, "flags", 0))
    return value.hex() if isinstance(value, bytes) else f"{value:x}"


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:#04x}"


def _mctp_address(address: MctpAddress, interfaces: Interfaces) -> list[Row]:
    return [[text(address.address), interfaces.name(address.index)]]


def _mctp_route(route: MctpRoute, interfaces: Interfaces) -> list[Row]:
    last = "" if route.destination is None or not route.extent else f"-{route.destination + route.extent}"
    gateway = "" if route.gateway is None else f"{route.gateway.address} (network {route.gateway.network})"
    ids = f"{text(route.destination)}{last}"
    return [[ids, gateway, interfaces.name(route.oif), text(route.type), text(route.mtu)]]


def _mctp_neighbour(neighbour: MctpNeighbour, interfaces: Interfaces) -> list[Row]:
    who = (text(neighbour.destination), interfaces.name(neighbour.index), text(neighbour.address))
    return [[*who, text(neighbour.state)]]


def _phonet_address(address: PhonetAddress, interfaces: Interfaces) -> list[Row]:
    return [[_number(address.address), interfaces.name(address.index)]]


def _phonet_route(route: PhonetRoute, interfaces: Interfaces) -> list[Row]:
    return [[_number(route.destination), interfaces.name(route.oif)]]


CAN_GATEWAYS = Table(
    (
        Column("FROM", bare=True),
        Column("TO"),
        Column("FLAGS", spare=4),
        Column("FILTER", wrap=True),
        Column("HOPS", right=True, spare=5),
        Column("UID", right=True, spare=6),
        Column("HANDLED", right=True, spare=1),
        Column("DROPPED", right=True, spare=2),
        Column("DELETED", right=True, spare=3),
        Column("CHANGES", wrap=True),
    ),
    _can_gateway,
)
MCTP_ADDRESSES = Table((Column("ADDRESS", right=True, bare=True), Column("DEV")), _mctp_address)
MCTP_ROUTES = Table(
    (Column("DESTINATION", bare=True), Column("VIA"), Column("DEV"), Column("TYPE"), Column("MTU", right=True)),
    _mctp_route,
)
MCTP_NEIGHBOURS = Table(
    (Column("DESTINATION", right=True, bare=True), Column("DEV"), Column("ADDRESS"), Column("STATE")),
    _mctp_neighbour,
)
PHONET_ADDRESSES = Table((Column("ADDRESS", bare=True), Column("DEV")), _phonet_address)
PHONET_ROUTES = Table((Column("DESTINATION", bare=True), Column("DEV")), _phonet_route)


@listing(CAN_GATEWAYS)
def can_gateways(dev: Dev = None) -> Asked:
    """List the jobs of the CAN gateway: which frames go on to which interface, and how they are changed."""
    from netlynx import route

    jobs = route.can_gateways()
    return jobs if dev is None else jobs.where(source=dev)


@listing(MCTP_ADDRESSES)
def mctp_addresses(dev: Dev = None) -> Asked:
    """List the addresses that interfaces have as endpoints of MCTP."""
    from netlynx import route

    return route.mctp_addresses(index=dev)


@listing(MCTP_ROUTES)
def mctp_routes(dev: Dev = None) -> Asked:
    """List routes of MCTP."""
    from netlynx import route

    return route.mctp_routes() if dev is None else route.mctp_routes().where(oif=dev)


@listing(MCTP_NEIGHBOURS)
def mctp_neighbours(dev: Dev = None) -> Asked:
    """List neighbours of MCTP: where on a link an endpoint is."""
    from netlynx import route

    return route.mctp_neighbours(index=dev)


@listing(PHONET_ADDRESSES)
def phonet_addresses(dev: Dev = None) -> Asked:
    """List the addresses that interfaces have in Phonet."""
    from netlynx import route

    return route.phonet_addresses() if dev is None else route.phonet_addresses().where(index=dev)


@listing(PHONET_ROUTES)
def phonet_routes(dev: Dev = None) -> Asked:
    """List routes of Phonet."""
    from netlynx import route

    return route.phonet_routes() if dev is None else route.phonet_routes().where(oif=dev)

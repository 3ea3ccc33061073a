"""What IPVS means where the number of its error says little: only where the request leaves no other cause.

Source: net/netfilter/ipvs/ip_vs_ctl.c; requests are checked before they are sent (`requests`).
"""

from __future__ import annotations

import errno
from typing import Any

from netlynx.engine.operation import Do, Dump
from netlynx.wire.message import Acknowledgement

_NO_SERVICE = "There is no such service: ipvs.services() lists those that there are"
_ON_SERVICES = frozenset(
    ("set_service", "delete_service", "service", "zero", *(f"{verb}_destination" for verb in ("new", "set", "delete")))
)


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about a refusal, or "" where no more is known than its number tells."""
    command = operation.name.rpartition(".")[2]
    number, request = answer.errno, operation.request
    if number == errno.ESRCH and command in _ON_SERVICES:
        return _NO_SERVICE
    if number == errno.ESRCH and command == "delete_daemon":
        return "No such daemon runs: ipvs.daemons() lists those that do"
    if number == errno.ENOENT and command in ("new_service", "set_service"):
        return _of_modules(request)
    if number == errno.ENOENT and command in ("set_destination", "delete_destination"):
        return "The service has no such destination"
    if number == errno.EINVAL and command == "new_destination":
        return _of_address(request)
    if number == errno.EEXIST and command == "new_daemon":
        return "There is one of each state at most, and it runs: ipvs.daemons() shows it"
    if number == errno.ENODEV and command == "new_daemon":
        return f"This network namespace has no interface {getattr(request, 'interface', '')!r}"
    return ""


def _of_modules(request: Any) -> str:
    scheduler = f"scheduler {request.scheduler!r} (a module ip_vs_{request.scheduler} would have it)"
    if not request.persistence_engine:
        return f"This kernel has no {scheduler}"
    engine = f"persistence engine {request.persistence_engine!r} (ip_vs_pe_{request.persistence_engine})"
    return f"This kernel has either no {scheduler} or no {engine}"


def _of_address(request: Any) -> str:
    if request.family != request.service.family:
        return "While a daemon runs, no destination is of another family than its service"
    return (
        f"{request.address} is neither an address of this host nor one of a single other; where a namespace has no "
        "address yet, not even that of its loopback interface, no address is"
    )

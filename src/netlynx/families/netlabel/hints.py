"""What NetLabel means where the number of its error says little, which is all that it ever tells.

Source: net/netlabel/netlabel_mgmt.c (netlbl_mgmt_add, netlbl_mgmt_add_common), netlabel_domainhash.c.
"""

from __future__ import annotations

import errno
from ipaddress import ip_address
from typing import Any

from netlynx.engine.operation import Do, Dump
from netlynx.wire.message import Acknowledgement

from .constants import Protocol

_LISTED = {
    "Management": "netlabel.domains() lists those that there are",
    "Cipso": "netlabel.cipsos() lists those that there are",
    "Calipso": "netlabel.calipsos() lists those that there are",
}
# By protocol: the field of its domain of interpretation, the version of IP that carries it.
_INTERPRETED = {Protocol.CIPSOV4: ("cipso", 4), Protocol.CALIPSO: ("calipso", 6)}


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about a refusal, or "" where no more is known than its number tells."""
    family, _, command = operation.name.partition(".")
    if answer.errno in (errno.ENOENT, errno.EEXIST):
        return _LISTED.get(family, "")
    if answer.errno == errno.EINVAL and command in ("add_domain", "set_default"):
        return _of_mapping(operation.request)
    return ""


def _of_mapping(request: Any) -> str:
    address, mask = (None if each is None else ip_address(each) for each in (request.address, request.mask))
    if address is not None and (mask is None or mask.version != address.version):
        return f"An address has a mask of its family: {request.address} has none"
    if mask is not None and address is None:
        return f"A mask has an address: {request.mask} has none"
    if request.protocol == Protocol.UNLABELED:
        return ""
    if request.protocol not in _INTERPRETED:
        return "What packets are labelled with is unlabeled, cipsov4 or calipso"
    field, version = _INTERPRETED[request.protocol]
    number = getattr(request, field)
    if number is None:
        return f"It has a domain of interpretation: `{field}`, its number"
    if address is not None and address.version != version:
        return f"It labels packets of IPv{version} alone, and {request.address} is none of these"
    return f"There may be no domain of interpretation {number}: netlabel.{field}s() lists those that there are"

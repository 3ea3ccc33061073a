"""What MACsec means where the number of its error says little: only where the request leaves no other cause.

Source: drivers/net/macsec.c; requests are checked before they are sent (`requests`).
"""

from __future__ import annotations

import errno
from typing import Any

from netlynx.engine.operation import Do, Dump
from netlynx.wire.message import Acknowledgement

_LISTED = "macsec.devices() lists what there is"
_EXISTS = {
    "add_transmit_sa": "The device has an association of this number",
    "add_receive_sa": "The channel has an association of this number",
    "delete_transmit_sa": "The association is in use: make it inactive first",
    "delete_receive_sa": "The association is in use: make it inactive first",
    "set_offload": "The device has to be down, and without receive channels and associations",
}
_ABSENT = {
    "add_channel": "It is no MACsec device",
    "add_transmit_sa": "It is no MACsec device",
    "set_offload": "It is no MACsec device",
    "add_receive_sa": f"It is no MACsec device, or has no such channel: {_LISTED}",
    "change_channel": f"It is no MACsec device, or has no such channel: {_LISTED}",
    "delete_channel": f"It is no MACsec device, or has no such channel: {_LISTED}",
    "change_transmit_sa": f"It is no MACsec device, or has no such association: {_LISTED}",
    "delete_transmit_sa": f"It is no MACsec device, or has no such association: {_LISTED}",
    "change_receive_sa": f"It is no MACsec device, or has no such channel or association: {_LISTED}",
    "delete_receive_sa": f"It is no MACsec device, or has no such channel or association: {_LISTED}",
}


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about a refusal, or "" where no more is known than its number tells."""
    command = operation.name.rpartition(".")[2]
    if answer.errno == errno.ENODEV:
        return _ABSENT.get(command, "")
    if answer.errno == errno.EBUSY:
        return _EXISTS.get(command, "")
    if answer.errno == errno.EINVAL and command in ("add_transmit_sa", "add_receive_sa"):
        return _of_suite(operation.request)
    if answer.errno == errno.EOPNOTSUPP and command == "set_offload":
        return "The hardware below the device does not do that"
    return ""


def _of_suite(request: Any) -> str:
    extended = "XPN-" if request.ssci is not None else ""
    suite = f"GCM-AES-{extended}{8 * len(request.key)}"
    return f"This is a key of {suite}, and the device has another cipher suite: {_LISTED}"

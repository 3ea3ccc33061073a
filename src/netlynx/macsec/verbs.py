"""What is asked of MACsec: devices listed; channels and associations made, changed and removed; offloading.

Source: drivers/net/macsec.c.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Generator
from typing import Any, TypeAlias

from netlynx.engine.operation import Do, Dump, Talk
from netlynx.engine.unresolved import by_name, by_record
from netlynx.errors import EncodeError, EncodeTypeError, NotFound
from netlynx.generic import Family, do, dump
from netlynx.macsec import requests
from netlynx.macsec.constants import MACSEC_CMD
from netlynx.macsec.device import XPN, Device
from netlynx.macsec.requests import Offload, ReceiveChannel, ReceiveSa, TransmitSa
from netlynx.schema.arguments import record_of

Changeable: TypeAlias = ReceiveChannel | TransmitSa | ReceiveSa


class MacSec(Family, name="macsec", version=1):
    """The family ``macsec``: single messages."""

    list = dump(MACSEC_CMD.GET_TXSC, reply=Device)
    add_channel = do(MACSEC_CMD.ADD_RXSC, request=ReceiveChannel, privileged=True)
    change_channel = do(MACSEC_CMD.UPD_RXSC, request=ReceiveChannel, privileged=True)
    delete_channel = do(MACSEC_CMD.DEL_RXSC, request=ReceiveChannel, privileged=True)
    add_transmit_sa = do(MACSEC_CMD.ADD_TXSA, request=TransmitSa, privileged=True)
    change_transmit_sa = do(MACSEC_CMD.UPD_TXSA, request=TransmitSa, privileged=True)
    delete_transmit_sa = do(MACSEC_CMD.DEL_TXSA, request=TransmitSa, privileged=True)
    add_receive_sa = do(MACSEC_CMD.ADD_RXSA, request=ReceiveSa, privileged=True)
    change_receive_sa = do(MACSEC_CMD.UPD_RXSA, request=ReceiveSa, privileged=True)
    delete_receive_sa = do(MACSEC_CMD.DEL_RXSA, request=ReceiveSa, privileged=True)
    set_offload = do(MACSEC_CMD.UPD_OFFLOAD, request=Offload, privileged=True)


_ADD: dict[type, Callable[[Any], Do[None]]] = {
    ReceiveChannel: MacSec.add_channel,
    TransmitSa: MacSec.add_transmit_sa,
    ReceiveSa: MacSec.add_receive_sa,
}
_CHANGE: dict[type, Callable[[Any], Do[None]]] = {
    ReceiveChannel: MacSec.change_channel,
    TransmitSa: MacSec.change_transmit_sa,
    ReceiveSa: MacSec.change_receive_sa,
}
_DELETE: dict[type, Callable[[Any], Do[None]]] = {
    ReceiveChannel: MacSec.delete_channel,
    TransmitSa: MacSec.delete_transmit_sa,
    ReceiveSa: MacSec.delete_receive_sa,
}


def devices() -> Dump[Device]:
    """All MACsec devices of the network namespace, with their channels and associations."""
    return MacSec.list()


@by_name(index="interface")
def device(index: int | str) -> Talk[Device]:
    """One of them, by its index or name; `NotFound` where that is no MACsec device."""
    record_of(Device, Device(index=index), "macsec.device")
    listing = MacSec.list()
    number = _whole(index, "macsec.device(index)")

    def steps() -> Generator[Do[Any] | Dump[Any], Any, Device]:
        return _of((yield listing), number)

    return Talk("macsec.device", steps)


def add(record: Changeable) -> Do[None]:
    """Have a device hear a channel, or give a channel an association; `AlreadyExists`, or `Busy`, where it is there.

    A channel is heard from then on, an association is not used before it is active. Raises EncodeError, with the path
    of the field, for what is missing and for what the kernel would not take.
    """
    cls = _class(record, "add")
    made = record_of(cls, record, "macsec.add(record)")
    if isinstance(made, ReceiveChannel):
        requests.check_key(made)
    else:
        made = requests.association_made(made)
    return _ADD[cls](made)


def change(record: Changeable) -> Do[None] | Talk[None]:
    """Have a channel or an association be used or not (`active`), or go on from another packet number (`pn`).

    A packet number is sent as the device's cipher suite has them, so the device is looked at first. `NotFound` where
    there is none. Raises EncodeError for what cannot be changed.
    """
    cls = _class(record, "change")
    record_of(cls, record, "macsec.change(record)")
    return by_record("macsec.change", _change, record) or _change(record)


def _change(record: Any) -> Do[None] | Talk[None]:
    requests.check_change(record)
    cls = type(record)
    if getattr(record, "pn", None) is None:
        return _CHANGE[cls](record)
    requests.check_number(record, extended=True)
    listing = MacSec.list()
    _CHANGE[cls](record)  # what cannot be sent is refused here

    def steps() -> Generator[Do[Any] | Dump[Any], Any, None]:
        extended = _of((yield listing), record.index).cipher_suite in XPN
        requests.check_number(record, extended)
        yield _CHANGE[cls](requests.extended_of(record) if extended else record)

    return Talk("macsec.change", steps)


def delete(record: Changeable) -> Do[None]:
    """Have a device hear a channel no more, or remove an association, which must not be active (`Busy`).

    `NotFound` where there is none. A channel goes with its associations. Raises EncodeError for a record that says more
    than which one it is.
    """
    cls = _class(record, "delete")
    requests.only_key(record_of(cls, record, "macsec.delete(record)"))
    return _DELETE[cls](record)


def set_offload(offload: Offload) -> Do[None]:
    """Say what hardware does of a device's work. Raises EncodeError without device or `offload`."""
    record_of(Offload, offload, "macsec.set_offload(offload)")
    requests.check_key(offload)
    if offload.offload is None:
        raise EncodeError("say what hardware does: off, phy or mac", "Offload.offload")
    return MacSec.set_offload(offload)


def _class(record: object, verb: str) -> Any:
    for cls in _ADD:
        if type(record) is cls:
            return cls
    known = ", ".join(each.__name__ for each in _ADD)
    raise EncodeTypeError(f"takes one of {known}, not a {type(record).__name__}", f"macsec.{verb}(record)")


def _whole(index: Any, path: str) -> int:
    if isinstance(index, bool) or not hasattr(index, "__index__"):
        raise EncodeTypeError(f"expected the index or the name of an interface, not {index!r}", path)
    return int(index)


def _of(devices: list[Device], index: Any) -> Device:
    for each in devices:
        if each.index == index:
            return each
    raise NotFound(errno.ENODEV, f"interface {index} is no MACsec device")

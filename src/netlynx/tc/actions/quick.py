"""`gact` and `mirred` as kernels tell them, read without a record of their attributes between.

There may be one for each of many thousand filters. What is not as it mostly is, the declarations read.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import Any, Final, TypeVar

from netlynx.schema import Record
from netlynx.schema.record import READ
from netlynx.tc.actions.common import Times
from netlynx.tc.actions.gact import TCA_GACT, Gact
from netlynx.tc.actions.mirred import TCA_MIRRED, Mirred, MirredAction
from netlynx.tc.control import Control

R = TypeVar("R", bound=Record)

_HEAD: Final = 4  # of an attribute
_TIMES: Final = 32  # struct tcf_t
_GACT: Final = Struct("=HHIIiiiHH32s")  # an attribute of struct tc_gact, one of struct tcf_t
_MIRRED: Final = Struct("=HHIIiiiiIHH32s")  # of struct tc_mirred
_GACT_HEADS: Final = (_GACT.size - _TIMES - 2 * _HEAD + _HEAD, int(TCA_GACT.PARMS), _TIMES + _HEAD, int(TCA_GACT.TM))
_MIRRED_HEADS: Final = (
    _MIRRED.size - _TIMES - 2 * _HEAD + _HEAD,
    int(TCA_MIRRED.PARMS),
    _TIMES + _HEAD,
    int(TCA_MIRRED.TM),
)


class _Kept:
    """The last value that a payload stood for: that of one filter is mostly that of the next."""

    __slots__ = ("payload", "read", "value")

    def __init__(self, read: Callable[[bytes], Any]) -> None:
        self.read = read
        self.payload, self.value = b"", None

    def of(self, payload: bytes) -> Any:
        """What the payload stands for."""
        kept, value = self.payload, self.value
        if kept == payload:
            return value
        value = self.read(payload)
        self.payload, self.value = payload, value
        return value


_times = _Kept(Times.from_bytes)
_controls: Final = {number: Control(number) for number in range(-1, 9)}


def gact(payload: bytes) -> Gact | None:
    """The options, or None for the declarations to read."""
    if len(payload) != _GACT.size:
        return None
    length, number, index, _, control, references, bindings, size, other, times = _GACT.unpack(payload)
    if (length, number, size, other) != _GACT_HEADS or references <= 0:
        return None
    return Gact(
        index=index or None,
        control=_controls.get(control) or Control(control),
        references=references,
        bindings=bindings,
        times=_times.of(times),
        unknown=READ,
    )


def mirred(payload: bytes) -> Mirred | None:
    """The options, or None for the declarations to read."""
    if len(payload) != _MIRRED.size:
        return None
    fields = _MIRRED.unpack(payload)
    length, number, index, _, control, references, bindings, action, device, size, other, times = fields
    if (length, number, size, other) != _MIRRED_HEADS or references <= 0 or not 0 < action <= _LAST:
        return None
    redirects = action in _REDIRECTS
    return Mirred(
        index=index or None,
        control=_controls.get(control) or Control(control),
        references=references,
        bindings=bindings,
        times=_times.of(times),
        redirect=device if redirects else None,
        mirror=None if redirects else device,
        ingress=action >= _INGRESS,
        unknown=READ,
    )


_REDIRECTS: Final = (int(MirredAction.EGRESS_REDIR), int(MirredAction.INGRESS_REDIR))
_INGRESS: Final = int(MirredAction.INGRESS_REDIR)
_LAST: Final = int(MirredAction.INGRESS_MIRROR)

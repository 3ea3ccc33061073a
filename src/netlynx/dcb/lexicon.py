"""What the messages of Data Center Bridging are called and what they carry: see `netlynx.engine.lexicon`."""

from __future__ import annotations

from typing import Any

from netlynx.dcb.constants import DCB_CMD
from netlynx.dcb.records import Answer, Device, Query
from netlynx.engine.lexicon import Entry, Said
from netlynx.route.constants import RTM

_NAMES = {int(number): name for name, number in DCB_CMD.__c_names__.items()}
# Of what is told unasked, all of a device, the command is one of these (dcbnl_notify in net/dcb/dcbnl.c).
_TOLD = (int(DCB_CMD.IEEE_SET), int(DCB_CMD.CEE_GET), int(DCB_CMD.IEEE_DEL))
_COMMAND = 1  # where it stands in struct dcbmsg


def entry(said: Said) -> Entry | None:
    """See `netlynx.engine.lexicon.look_up`."""
    message = said.message
    if message.type not in (RTM.GETDCB, RTM.SETDCB):
        return None
    asks = message.type == RTM.GETDCB
    command = message.payload[_COMMAND] if len(message.payload) > _COMMAND else 0
    record: Any = Query if asks else Device
    if said.answer:
        record = Device if asks or (said.asked is None and command in _TOLD) else Answer
    return Entry(f"{'RTM_GETDCB' if asks else 'RTM_SETDCB'}.{_NAMES.get(command, command)}", record)

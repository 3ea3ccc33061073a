"""What the messages of auditing are called and what they carry: see `netlynx.engine.lexicon`."""

from __future__ import annotations

from typing import Any

from netlynx.audit.record import LogRecord, read
from netlynx.audit.rule_data import RuleData
from netlynx.audit.status import Features, Nothing, Status
from netlynx.audit.types import AUDIT, type_name
from netlynx.engine.lexicon import Entry, Said

_REQUESTS: dict[int, Any] = {
    AUDIT.GET: Nothing,
    AUDIT.SET: Status,
    AUDIT.LIST_RULES: Nothing,
    AUDIT.ADD_RULE: RuleData,
    AUDIT.DEL_RULE: RuleData,
    AUDIT.GET_FEATURE: Nothing,
    AUDIT.SET_FEATURE: Features,
}
_ANSWERS: dict[int, Any] = {AUDIT.GET: Status, AUDIT.LIST_RULES: RuleData, AUDIT.GET_FEATURE: Features}
_FIRST_RECORD = 1100  # types of records of the log, from AUDIT_FIRST_USER_MSG on


def entry(said: Said) -> Entry | None:
    """See `netlynx.engine.lexicon.look_up`."""
    kind = said.message.type
    record = (_ANSWERS if said.answer else _REQUESTS).get(kind)
    if said.answer and kind >= _FIRST_RECORD:
        return Entry(f"AUDIT_{type_name(kind)}", lambda payload: _logged(kind, payload))
    return Entry(f"AUDIT_{type_name(kind)}", record)


def _logged(kind: int, payload: bytes) -> LogRecord:
    return read(kind, payload)[2]

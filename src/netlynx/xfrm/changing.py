"""States and policies as they are sent: what the kernel takes, and what it would not look at, refused.

Source: verify_newsa_info, xfrm_state_construct and xfrm_policy_construct in net/xfrm/xfrm_user.c, xfrm_state_update in
net/xfrm/xfrm_state.c.
"""

from __future__ import annotations

import errno
from typing import Any

from netlynx.errors import EncodeError, NotFound, NotSupported
from netlynx.schema.arguments import record_of
from netlynx.schema.record import replace_fields, was_read
from netlynx.schema.sending import given, own, settable
from netlynx.xfrm.constants import Direction, Protocol, StateFlags
from netlynx.xfrm.listing import BY_ADDRESS, policy_id, state_id
from netlynx.xfrm.parts import Limits, Selector, family_of
from netlynx.xfrm.policy import Policy, PolicyId
from netlynx.xfrm.state import State, StateId

_WINDOW = 32  # packets that the bitmap of a replay state has room for
_TEMPLATES = 6  # XFRM_MAX_DEPTH
_COMPRESSION_IDS = 0x10000
_MATERIAL = ("aead", "auth", "auth_truncated", "encryption", "compression")
STATE_KEY = ("destination", "spi", "protocol", "family", "mark")
"""What the kernel finds a state by."""
_CHANGEABLE = ("limits", "encapsulation", "output_mark", "output_mark_mask", "if_id", "care_of")
_DIRECTIONS = tuple(Direction)


def state_sent(record: State, verb: str) -> State:
    """A state as the kernel takes it. Raises EncodeError, with the path of the field at fault."""
    record_of(State, record, f"xfrm.{verb}(record)")
    said = settable(record, "State")
    _known(said)
    if said.output_mark_mask is not None and said.output_mark is None:
        raise EncodeError("the kernel looks at it beside output_mark alone: set that too", "State.output_mark_mask")
    if said.replay_window > _WINDOW:
        raise EncodeError(f"the kernel would make {_WINDOW} of it: say window for more", "State.replay_window")
    if said.replay is not None and said.window is not None:
        raise EncodeError("window says the same: the kernel looks at no more", "State.replay")
    if said.auth is not None and said.auth_truncated is not None and _differ(said.auth, said.auth_truncated):
        raise EncodeError("auth_truncated is another, and the kernel looks at that alone", "State.auth")
    family = said.family or family_of(said.destination, said.source)
    selector = said.selector
    if selector is None:
        selector = Selector(family=0 if said.flags & StateFlags.AF_UNSPEC else family)
    return replace_fields(said, family=family, selector=selector, limits=said.limits or Limits(), unknown=())


def _known(said: State) -> None:
    if said.destination is None:
        raise EncodeError("say where its packets go to", "State.destination")
    if said.protocol is Protocol.ANY:
        raise EncodeError("say what it does: esp, ah, comp", "State.protocol")
    if not said.spi and said.protocol not in BY_ADDRESS:
        raise EncodeError("0 is none: say which, or have the kernel choose one (xfrm.allocate)", "State.spi")
    if said.protocol is Protocol.COMP and said.spi >= _COMPRESSION_IDS:
        raise EncodeError("of IPComp it has 16 bits", "State.spi")


def _differ(auth: Any, truncated: Any) -> bool:
    return (auth.name, auth.key) != (truncated.name, truncated.key)


def known_state(record: State, verb: str) -> tuple[StateId, list[str]]:
    """By what a state is found, and what else its record says, which has to be so. Raises EncodeError."""
    record_of(State, record, f"xfrm.{verb}(record)")
    _known(record)
    by_address = record.protocol in BY_ADDRESS
    source = record.source if by_address else None
    spi = None if by_address else record.spi
    asked = state_id(f"xfrm.{verb}", record.destination, spi, record.protocol, source, record.mark, record.family)
    rest = () if was_read(record) else given(settable(record, "State"))
    return asked, [name for name in rest if name not in STATE_KEY and not (by_address and name == "source")]


def state_changed(record: State, there: State) -> State | None:
    """A state that is there with what a record says of it; None where that changes nothing.

    One that is there without algorithms waits for somebody to say what it is: then the record is all of that. Raises
    NotSupported for what the kernel does not change.
    """
    if all(getattr(there, name) is None for name in _MATERIAL):
        return state_sent(record, "change")
    mine = own(record) - {*STATE_KEY}
    changes = {name: getattr(record, name) for name in mine if getattr(record, name) != getattr(there, name)}
    for name in changes:
        if name not in _CHANGEABLE:
            raise NotSupported(
                errno.EOPNOTSUPP,
                f"State.{name}: the kernel leaves it as it is; it changes {', '.join(_CHANGEABLE)}, and all else takes "
                "another state",
            )
    if (there.encapsulation is None) is not (changes.get("encapsulation", there.encapsulation) is None):
        raise NotSupported(errno.EOPNOTSUPP, "State.encapsulation: the kernel neither adds it nor takes it away")
    if not changes:
        return None
    for name in ("output_mark", "if_id"):
        if name in changes and not changes[name]:
            raise NotSupported(errno.EOPNOTSUPP, f"State.{name}: the kernel takes 0 for nothing said, and leaves it")
    return state_sent(replace_fields(there, **changes), "change")


def compare(record: Any, there: Any, names: list[str], what: str) -> None:
    """Raises NotFound where what is there is not what a record says."""
    for name in names:
        if getattr(record, name) != getattr(there, name):
            raise NotFound(errno.ESRCH, f"{what} is another: {name} is not what the record says; nothing was sent")


def policy_sent(record: Policy, verb: str) -> Policy:
    """A policy as the kernel takes it. Raises EncodeError, with the path of the field at fault."""
    record_of(Policy, record, f"xfrm.{verb}(record)")
    said = settable(record, "Policy")
    _of_no_socket(said)
    if said.selector is None:
        raise EncodeError("say which packets it is about: of a family at least", "Policy.selector")
    if not said.selector.family:
        raise EncodeError("say of which family it is: give addresses, or family", "Policy.selector")
    if len(said.templates) > _TEMPLATES:
        raise EncodeError(f"{_TEMPLATES} are the most", "Policy.templates")
    index = said.index
    if was_read(record) and verb == "add":
        index = 0  # of the one that it was read from
    return replace_fields(said, limits=said.limits or Limits(), index=index, unknown=())


def _of_no_socket(said: Policy) -> None:
    if said.direction not in _DIRECTIONS:
        raise EncodeError("such policies are made and removed by their sockets alone", "Policy.direction")


def known_policy(record: Policy, verb: str) -> tuple[PolicyId, list[str]]:
    """By what a policy is found, and what else its record says, which has to be so. Raises EncodeError."""
    record_of(Policy, record, f"xfrm.{verb}(record)")
    _of_no_socket(record)
    by_index = bool(record.index)
    asked = policy_id(
        f"xfrm.{verb}",
        record.direction,
        None if by_index else record.selector,
        record.index,
        record.type,
        record.mark,
        record.if_id,
        None if by_index else record.security,
    )
    if was_read(record):
        return asked, []
    found_by = {"direction", "index", "type", "mark", "if_id", *(() if by_index else ("selector", "security"))}
    return asked, [name for name in given(settable(record, "Policy")) if name not in found_by]

"""Requests about flows: what the kernel wants, and what it would ignore or do more than is said.

Source: ovs_flow_cmd_new, _set and _del of net/openvswitch/datapath.c.
"""

from __future__ import annotations

from netlynx.errors import EncodeError
from netlynx.ovs.completing import completed
from netlynx.ovs.flow import Flow
from netlynx.ovs.key import Key
from netlynx.schema.record import replace_fields, was_read
from netlynx.schema.sending import settable

_ANSWERS = "it says what the kernel tells: give it to ovs.flows"


def _checked(flow: Flow) -> Flow:
    flow = settable(flow, "Flow")
    if not flow.datapath:
        raise EncodeError("say of which datapath", "Flow.datapath")
    if flow.ufid == b"":
        raise EncodeError("a UFID has 1 to 16 bytes", "Flow.ufid")
    if flow.ufid_flags is not None and not was_read(flow):
        raise EncodeError(_ANSWERS, "Flow.ufid_flags")
    return flow


def flow_key(flow: Flow) -> Flow:
    """What a flow is found by: its UFID, or its key. Raises EncodeError for one that says neither."""
    flow = _checked(flow)
    if flow.ufid is not None:
        return Flow(datapath=flow.datapath, ufid=flow.ufid)
    if flow.key is None:
        raise EncodeError("say which one: its key, or its UFID", "Flow.key")
    return Flow(datapath=flow.datapath, key=completed(flow.key))


def flow_made(flow: Flow) -> Flow:
    """A flow as the kernel takes a new one. Raises EncodeError."""
    flow = _checked(flow)
    if flow.key is None:
        raise EncodeError("say which packets: a match, or a key", "Flow.match")
    if flow.actions is None:
        raise EncodeError("say what becomes of them: actions, or drop", "Flow.actions")
    if flow.clear:
        raise EncodeError("it is for flows that are there: leave it out", "Flow.clear")
    return replace_fields(flow, key=_key(flow))


def _key(flow: Flow) -> Key:
    assert flow.key is not None
    try:
        return completed(flow.key, exact=flow.mask is None)
    except EncodeError as error:
        raise error.within("Flow.key") from None


def flow_changed(flow: Flow) -> Flow:
    """What changes a flow. Raises EncodeError where nothing does.

    Of a flow without a UFID the kernel compares the key; it takes actions with a key alone.
    """
    checked = _checked(flow)
    key = flow_key(flow)
    if checked.actions is None and not checked.clear:
        raise EncodeError("say what is to be different: actions, or clear for counters that begin anew", "Flow.actions")
    if checked.actions is not None and checked.key is None:
        raise EncodeError("the kernel looks at actions with the key: give that, too", "Flow.key")
    return replace_fields(
        key,
        key=None if checked.key is None else _key(checked),
        mask=checked.mask,
        actions=checked.actions,
        clear=checked.clear,
        probe=checked.probe,
    )

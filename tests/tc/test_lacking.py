"""A kind of traffic control that the kernel lacks is `NotSupported`, and named."""

from __future__ import annotations

import errno

import pytest

from netlynx import tc
from netlynx.engine.refusal import refusal
from netlynx.errors import NotFound, NotSupported
from netlynx.wire.constants import NLM_F, NLMSGERR_ATTR
from netlynx.wire.message import Acknowledgement, Attribute, RequestHeader

QDISC = tc.Qdisc(index=1, data=tc.Netem(delay="5ms"))
FILTER = tc.Filter(
    index=1, parent="ingress", priority=1, protocol="ip", data=tc.Flower(actions=[tc.Gact(control="drop")])
)
CASES = [
    (tc.add(QDISC), "Specified qdisc kind is unknown", "no qdisc of kind 'netem'.*sch_netem"),
    (tc.add(FILTER), "TC classifier not found", "no filter of kind 'flower'.*cls_flower"),
    (tc.add(FILTER), "Failed to load TC action module", "no action of kind 'gact'.*act_gact"),
    (tc.add(tc.Action(data=tc.Gact(control="drop"))), "Failed to load TC action module", "kind 'gact'.*act_gact"),
]


def words(said: str) -> tuple[Attribute, ...]:
    """The kernel's own words, as an acknowledgement has them."""
    return (Attribute(int(NLMSGERR_ATTR.MSG), said.encode() + b"\0"),)


def test_a_kind_that_is_lacking_is_named() -> None:
    for operation, said, told in CASES:
        header = RequestHeader(16, operation.message_type, 1, 1, 0)
        error = refusal(
            operation, Acknowledgement(errno.ENOENT, header, None, words(said), int(NLM_F.ACK_TLVS)).message(1, 0), b""
        )
        with pytest.raises(NotSupported, match=told):
            raise error or AssertionError("no error")
        other = refusal(operation, Acknowledgement(errno.ENOENT, header, None, (), 0).message(1, 0), b"")
        assert isinstance(other, NotFound)

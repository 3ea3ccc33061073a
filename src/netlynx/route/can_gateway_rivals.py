"""Jobs of the CAN gateway that have a `uid`: whether what the kernel takes for one by that is what is meant.

Source: cgw_create_job and cgw_remove_job in net/can/gw.c. By its uid a job is found for a deletion whatever its changes
are; and one that is there is given the changes of a request, and nothing else of it.
"""

from __future__ import annotations

import errno
from collections.abc import Hashable
from typing import Any

from netlynx.engine.operation import Do, Dump, Guarded, bare, in_words
from netlynx.errors import AlreadyExists
from netlynx.route.can_gateway import CHANGES, KEPT, CanGateway, can_gateways, differing
from netlynx.route.rivals import ByKey


class _CanGateways(ByKey):
    record = CanGateway

    def needed(self, record: Any, pattern: Any) -> bool:
        return record.uid is not None

    def domain(self, operation: Guarded[Any]) -> Hashable:
        return "CAN gateways"

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        return can_gateways()

    def around(self, operation: Guarded[Any]) -> Dump[Any]:
        return can_gateways().where(uid=operation.pattern.uid)

    def key_of(self, record: Any) -> Hashable:
        uid: int | None = record.uid
        return uid

    def taken(self, pattern: Any, rivals: list[Any]) -> list[Any]:
        return [each for each in rivals if not differing(pattern, each, KEPT)]

    def means(self, operation: Guarded[Any], rival: Any) -> bool:
        return not differing(operation.pattern, rival, (*KEPT, *CHANGES))


class _Replaced(_CanGateways):
    def choose(self, operation: Guarded[Any], rivals: list[Any]) -> tuple[Do[Any], list[Any]]:
        for there in rivals:
            if names := differing(operation.pattern, there, KEPT):
                raise AlreadyExists(
                    errno.EEXIST,
                    "another job has this uid, or this one is to be other than by its changes",
                    asked=str(operation),
                    attribute=f"CanGateway.{names[0]}",
                    hint=f"Nothing was sent: the kernel changes nothing but what is done with frames, and there is "
                    f"{in_words(there)}. Delete that first, or take another uid",
                )
        return bare(operation), [operation.pattern]


CAN_GATEWAYS = _CanGateways()
REPLACED = _Replaced()

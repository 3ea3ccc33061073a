"""Whether the label that the kernel takes for a deletion, by its prefix and interface, is the one that is meant.

Source: ip6addrlbl_del in net/ipv6/addrlabel.c, which does not look at the label.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from netlynx.engine.operation import Dump, Guarded
from netlynx.route.address_label import AddressLabel, address_labels, place_of
from netlynx.route.rivals import ByKey


class _AddressLabels(ByKey):
    record = AddressLabel

    def needed(self, record: Any, pattern: Any) -> bool:
        return record.label is not None

    def domain(self, operation: Guarded[Any]) -> Hashable:
        return "address labels"

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        return address_labels()

    def around(self, operation: Guarded[Any]) -> Dump[Any]:
        index, prefix = place_of(operation.pattern)
        return address_labels().where(index=index, prefix=prefix)

    def key_of(self, record: Any) -> Hashable:
        return place_of(record)

    def means(self, operation: Guarded[Any], rival: Any) -> bool:
        return bool(operation.record.label == rival.label)


ADDRESS_LABELS = _AddressLabels()

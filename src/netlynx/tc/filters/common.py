"""What filters of several kinds have. Source: linux/pkt_cls.h, include/net/pkt_cls.h."""

from __future__ import annotations

from netlynx.schema import FlagSet


class ClassifierFlag(FlagSet, prefix="TCA_CLS_FLAGS_"):
    """Where a filter is carried out: `skip_hw` not by the device, `skip_sw` by nothing else.

    `in_hw` and `not_in_hw` the kernel tells; `verbose` has it say why a device refused.
    """

    SKIP_HW = 1
    SKIP_SW = 2
    IN_HW = 4
    NOT_IN_HW = 8
    VERBOSE = 16

    @property
    def asked(self) -> ClassifierFlag:
        """Those that a request can say."""
        return self & ~(ClassifierFlag.IN_HW | ClassifierFlag.NOT_IN_HW)

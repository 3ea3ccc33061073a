"""Tests of a copper cable: faults, and its reflection along its length.

Source: linux/ethtool_netlink_generated.h, linux/ethtool_netlink.h, net/ethtool/cabletest.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import (
    Constants,
    Enumeration,
    Record,
    attr,
    enum,
    interface,
    multi,
    nest,
    s16,
    string,
    takes,
    u8,
    u32,
)
from netlynx.schema.facts import Facts

from .header import ETHTOOL_A_HEADER, RequestFlags


class ETHTOOL_A_CABLE_TEST(Constants):
    """Attributes of the request for a test."""

    UNSPEC = 0
    HEADER = 1


class ETHTOOL_A_CABLE_TEST_TDR(Constants):
    """Attributes of the request for a reflection."""

    UNSPEC = 0
    HEADER = 1
    CFG = 2


class ETHTOOL_A_CABLE_TEST_TDR_CFG(Constants):
    """Where and how finely reflection is measured."""

    UNSPEC = 0
    FIRST = 1
    LAST = 2
    STEP = 3
    PAIR = 4


class ETHTOOL_A_CABLE_TEST_NTF(Constants):
    """Attributes of what a test says."""

    UNSPEC = 0
    HEADER = 1
    STATUS = 2
    NEST = 3


class ETHTOOL_A_CABLE_NEST(Constants):
    """Attributes of its results."""

    UNSPEC = 0
    RESULT = 1
    FAULT_LENGTH = 2


class ETHTOOL_A_CABLE_RESULT(Constants):
    """Attributes of one result."""

    UNSPEC = 0
    PAIR = 1
    CODE = 2
    SRC = 3


class ETHTOOL_A_CABLE_FAULT_LENGTH(Constants):
    """Attributes of the place of a fault."""

    UNSPEC = 0
    PAIR = 1
    CM = 2
    SRC = 3


class ETHTOOL_A_CABLE_TEST_TDR_NTF(Constants):
    """Attributes of what a measurement says."""

    UNSPEC = 0
    HEADER = 1
    STATUS = 2
    NEST = 3


class ETHTOOL_A_CABLE_TDR_NEST(Constants):
    """Attributes of its results."""

    UNSPEC = 0
    STEP = 1
    AMPLITUDE = 2
    PULSE = 3


class ETHTOOL_A_CABLE_STEP(Constants):
    """Attributes of what was measured where."""

    UNSPEC = 0
    FIRST_DISTANCE = 1
    LAST_DISTANCE = 2
    STEP_DISTANCE = 3


class ETHTOOL_A_CABLE_AMPLITUDE(Constants):
    """Attributes of what came back."""

    UNSPEC = 0
    PAIR = 1
    mV = 2


class ETHTOOL_A_CABLE_PULSE(Constants):
    """Attributes of what was sent."""

    UNSPEC = 0
    mV = 1


class Pair(Enumeration, prefix="ETHTOOL_A_CABLE_PAIR_"):
    """The pairs of a cable."""

    A = 0
    B = 1
    C = 2
    D = 3


class CableCode(Enumeration, prefix="ETHTOOL_A_CABLE_RESULT_CODE_"):
    """What is the matter with a pair."""

    UNSPEC = 0
    OK = 1
    OPEN = 2
    SAME_SHORT = 3
    CROSS_SHORT = 4
    IMPEDANCE_MISMATCH = 5
    NOISE = 6
    RESOLUTION_NOT_POSSIBLE = 7


class CableMethod(Enumeration, prefix="ETHTOOL_A_CABLE_INF_SRC_"):
    """How it was found out."""

    UNSPEC = 0
    TDR = 1
    ALCD = 2


class CableStatus(Enumeration, prefix="ETHTOOL_A_CABLE_TEST_NTF_STATUS_"):
    """How far a test is."""

    UNSPEC = 0
    STARTED = 1
    COMPLETED = 2


class CableTest(Record, header=GenericHeader):
    """The request for a test; its results are events."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_CABLE_TEST, policy="ethnl_cable_test_act_policy", spec=("ethtool", "cable-test")
    )

    device: str | None = attr((ETHTOOL_A_CABLE_TEST.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_CABLE_TEST.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_CABLE_TEST.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    phy_index: int | None = attr((ETHTOOL_A_CABLE_TEST.HEADER, ETHTOOL_A_HEADER.PHY_INDEX), u32)


class TdrConfig(Record):
    """Where a measurement begins and ends, and how far its points are apart."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_CABLE_TEST_TDR_CFG,
        policy="cable_test_tdr_act_cfg_policy",
        spec=("ethtool", "cable-test-tdr-cfg"),
    )

    first: int | None = attr(ETHTOOL_A_CABLE_TEST_TDR_CFG.FIRST, u32)  # centimetres
    last: int | None = attr(ETHTOOL_A_CABLE_TEST_TDR_CFG.LAST, u32)  # centimetres
    step: int | None = attr(ETHTOOL_A_CABLE_TEST_TDR_CFG.STEP, u32)  # centimetres
    pair: takes.Member[Pair | None] = attr(ETHTOOL_A_CABLE_TEST_TDR_CFG.PAIR, enum(Pair, u8))


class CableTdr(Record, header=GenericHeader):
    """The request for a measurement; its results are events."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_CABLE_TEST_TDR,
        policy="ethnl_cable_test_tdr_act_policy",
        spec=("ethtool", "cable-test-tdr"),
    )

    device: str | None = attr((ETHTOOL_A_CABLE_TEST_TDR.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr(
        (ETHTOOL_A_CABLE_TEST_TDR.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface
    )
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_CABLE_TEST_TDR.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    phy_index: int | None = attr((ETHTOOL_A_CABLE_TEST_TDR.HEADER, ETHTOOL_A_HEADER.PHY_INDEX), u32)
    config: takes.Nested[TdrConfig | None] = attr(ETHTOOL_A_CABLE_TEST_TDR.CFG, nest(TdrConfig))


class PairResult(Record):
    """What is the matter with a pair."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_CABLE_RESULT, spec=("ethtool", "cable-result"))

    pair: takes.Member[Pair | None] = attr(ETHTOOL_A_CABLE_RESULT.PAIR, enum(Pair, u8))
    code: takes.Member[CableCode | None] = attr(ETHTOOL_A_CABLE_RESULT.CODE, enum(CableCode, u8))
    method: takes.Member[CableMethod | None] = attr(ETHTOOL_A_CABLE_RESULT.SRC, enum(CableMethod, u32))


class FaultPlace(Record):
    """How far away a fault is."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_CABLE_FAULT_LENGTH, spec=("ethtool", "cable-fault-length"))

    pair: takes.Member[Pair | None] = attr(ETHTOOL_A_CABLE_FAULT_LENGTH.PAIR, enum(Pair, u8))
    centimetres: int | None = attr(ETHTOOL_A_CABLE_FAULT_LENGTH.CM, u32)
    method: takes.Member[CableMethod | None] = attr(ETHTOOL_A_CABLE_FAULT_LENGTH.SRC, enum(CableMethod, u32))


class CableReport(Record, header=GenericHeader):
    """What a test says: that it has begun, then what it found."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_CABLE_TEST_NTF, spec=("ethtool", "cable-test-ntf"))

    device: str | None = attr((ETHTOOL_A_CABLE_TEST_NTF.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr(
        (ETHTOOL_A_CABLE_TEST_NTF.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface
    )
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_CABLE_TEST_NTF.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    phy_index: int | None = attr((ETHTOOL_A_CABLE_TEST_NTF.HEADER, ETHTOOL_A_HEADER.PHY_INDEX), u32)
    status: takes.Member[CableStatus | None] = attr(ETHTOOL_A_CABLE_TEST_NTF.STATUS, enum(CableStatus, u8))
    results: takes.Records[PairResult] = attr(
        (ETHTOOL_A_CABLE_TEST_NTF.NEST, ETHTOOL_A_CABLE_NEST.RESULT), multi(nest(PairResult))
    )
    faults: takes.Records[FaultPlace] = attr(
        (ETHTOOL_A_CABLE_TEST_NTF.NEST, ETHTOOL_A_CABLE_NEST.FAULT_LENGTH), multi(nest(FaultPlace))
    )


class TdrRange(Record):
    """Where was measured."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_CABLE_STEP)

    first: int | None = attr(ETHTOOL_A_CABLE_STEP.FIRST_DISTANCE, u32)  # centimetres
    last: int | None = attr(ETHTOOL_A_CABLE_STEP.LAST_DISTANCE, u32)  # centimetres
    step: int | None = attr(ETHTOOL_A_CABLE_STEP.STEP_DISTANCE, u32)  # centimetres


class TdrAmplitude(Record):
    """What came back at one point, the points in order."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_CABLE_AMPLITUDE)

    pair: takes.Member[Pair | None] = attr(ETHTOOL_A_CABLE_AMPLITUDE.PAIR, enum(Pair, u8))
    millivolts: int | None = attr(ETHTOOL_A_CABLE_AMPLITUDE.mV, s16)


class TdrPulse(Record):
    """The pulse that was sent."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_CABLE_PULSE)

    millivolts: int | None = attr(ETHTOOL_A_CABLE_PULSE.mV, s16)


class TdrReport(Record, header=GenericHeader):
    """What a measurement says."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_CABLE_TEST_TDR_NTF, spec=("ethtool", "cable-test-tdr-ntf"))

    device: str | None = attr((ETHTOOL_A_CABLE_TEST_TDR_NTF.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr(
        (ETHTOOL_A_CABLE_TEST_TDR_NTF.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface
    )
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_CABLE_TEST_TDR_NTF.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    phy_index: int | None = attr((ETHTOOL_A_CABLE_TEST_TDR_NTF.HEADER, ETHTOOL_A_HEADER.PHY_INDEX), u32)
    status: takes.Member[CableStatus | None] = attr(ETHTOOL_A_CABLE_TEST_TDR_NTF.STATUS, enum(CableStatus, u8))
    ranges: takes.Records[TdrRange] = attr(
        (ETHTOOL_A_CABLE_TEST_TDR_NTF.NEST, ETHTOOL_A_CABLE_TDR_NEST.STEP), multi(nest(TdrRange))
    )
    amplitudes: takes.Records[TdrAmplitude] = attr(
        (ETHTOOL_A_CABLE_TEST_TDR_NTF.NEST, ETHTOOL_A_CABLE_TDR_NEST.AMPLITUDE), multi(nest(TdrAmplitude))
    )
    pulses: takes.Records[TdrPulse] = attr(
        (ETHTOOL_A_CABLE_TEST_TDR_NTF.NEST, ETHTOOL_A_CABLE_TDR_NEST.PULSE), multi(nest(TdrPulse))
    )

"""CAN controllers. Source: linux/can/netlink.h, drivers/net/can/dev/netlink.c.

They are made by their drivers; rtnetlink shows and configures them while they are down.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Layout,
    Record,
    array,
    attr,
    chars,
    enum,
    member,
    nest,
    struct,
    takes,
    u16,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.schema.natural import Masked


class IFLA_CAN(Constants):
    """Attributes of a CAN link."""

    UNSPEC = 0
    BITTIMING = 1
    BITTIMING_CONST = 2
    CLOCK = 3
    STATE = 4
    CTRLMODE = 5
    RESTART_MS = 6
    RESTART = 7
    BERR_COUNTER = 8
    DATA_BITTIMING = 9
    DATA_BITTIMING_CONST = 10
    TERMINATION = 11
    TERMINATION_CONST = 12
    BITRATE_CONST = 13
    DATA_BITRATE_CONST = 14
    BITRATE_MAX = 15
    TDC = 16
    CTRLMODE_EXT = 17
    XL_DATA_BITTIMING = 18
    XL_DATA_BITTIMING_CONST = 19
    XL_DATA_BITRATE_CONST = 20
    XL_TDC = 21
    XL_PWM = 22


class IFLA_CAN_CTRLMODE(Constants):
    """Attributes of what a controller can do."""

    UNSPEC = 0
    SUPPORTED = 1


class IFLA_CAN_TDC(Constants):
    """Attributes of transmitter delay compensation."""

    UNSPEC = 0
    TDCV_MIN = 1
    TDCV_MAX = 2
    TDCO_MIN = 3
    TDCO_MAX = 4
    TDCF_MIN = 5
    TDCF_MAX = 6
    TDCV = 7
    TDCO = 8
    TDCF = 9


class IFLA_CAN_PWM(Constants):
    """Attributes of pulse width modulation (CAN XL)."""

    UNSPEC = 0
    PWMS_MIN = 1
    PWMS_MAX = 2
    PWML_MIN = 3
    PWML_MAX = 4
    PWMO_MIN = 5
    PWMO_MAX = 6
    PWMS = 7
    PWML = 8
    PWMO = 9


class CanState(
    Enumeration,
    prefix="CAN_STATE_",
    upper=True,
    labels={
        "ERROR_ACTIVE": "ERROR-ACTIVE",
        "ERROR_WARNING": "ERROR-WARNING",
        "ERROR_PASSIVE": "ERROR-PASSIVE",
        "BUS_OFF": "BUS-OFF",
    },
):
    """State of a controller."""

    ERROR_ACTIVE = 0  # fewer than 96 errors
    ERROR_WARNING = 1  # fewer than 128
    ERROR_PASSIVE = 2  # fewer than 256
    BUS_OFF = 3
    STOPPED = 4
    SLEEPING = 5


class CanMode(
    FlagSet,
    prefix="CAN_CTRLMODE_",
    upper=True,
    renamed={"TRIPLE_SAMPLING": "CAN_CTRLMODE_3_SAMPLES"},
    labels={
        "LISTENONLY": "LISTEN-ONLY",
        "TRIPLE_SAMPLING": "TRIPLE-SAMPLING",
        "ONE_SHOT": "ONE-SHOT",
        "BERR_REPORTING": "BERR-REPORTING",
        "PRESUME_ACK": "PRESUME-ACK",
        "FD_NON_ISO": "FD-NON-ISO",
        "CC_LEN8_DLC": "CC-LEN8-DLC",
        "TDC_AUTO": "TDC-AUTO",
        "TDC_MANUAL": "TDC-MANUAL",
        "XL_TDC_AUTO": "XL-TDC-AUTO",
        "XL_TDC_MANUAL": "XL-TDC-MANUAL",
        "XL_TMS": "XL-TMS",
    },
):
    """Ways a controller can work."""

    LOOPBACK = 0x1
    LISTENONLY = 0x2
    TRIPLE_SAMPLING = 0x4
    ONE_SHOT = 0x8
    BERR_REPORTING = 0x10
    FD = 0x20
    PRESUME_ACK = 0x40
    FD_NON_ISO = 0x80
    CC_LEN8_DLC = 0x100
    TDC_AUTO = 0x200
    TDC_MANUAL = 0x400
    RESTRICTED = 0x800
    XL = 0x1000
    XL_TDC_AUTO = 0x2000
    XL_TDC_MANUAL = 0x4000
    XL_TMS = 0x8000


class CanBitTiming(Layout, c="can_bittiming"):
    """Bit timing. A request gives the bit rate (and sample point), or the segments; the kernel works out the rest."""

    bitrate: int = member(u32)  # bits per second
    sample_point: int = member(u32)  # tenths of a percent
    time_quantum: int = member(u32, c="tq")  # nanoseconds
    propagation_segment: int = member(u32, c="prop_seg")  # time quanta, as those below
    phase_segment1: int = member(u32, c="phase_seg1")
    phase_segment2: int = member(u32, c="phase_seg2")
    jump_width: int = member(u32, c="sjw")
    prescaler: int = member(u32, c="brp")


class CanBitTimingLimits(Layout, c="can_bittiming_const"):
    """What the hardware allows of a bit timing."""

    name: str = member(chars(16))
    segment1_min: int = member(u32, c="tseg1_min")
    segment1_max: int = member(u32, c="tseg1_max")
    segment2_min: int = member(u32, c="tseg2_min")
    segment2_max: int = member(u32, c="tseg2_max")
    jump_width_max: int = member(u32, c="sjw_max")
    prescaler_min: int = member(u32, c="brp_min")
    prescaler_max: int = member(u32, c="brp_max")
    prescaler_step: int = member(u32, c="brp_inc")


class CanClock(Layout, c="can_clock"):
    """The controller's clock."""

    frequency: int = member(u32, c="freq")  # Hz


class CanModes(Layout, Masked, c="can_ctrlmode"):
    """Ways of working: which are on, and in a request which of them count."""

    mask: takes.Flags[CanMode] = member(enum(CanMode, u32))
    flags: takes.Flags[CanMode] = member(enum(CanMode, u32))


class CanErrors(Layout, c="can_berr_counter"):
    """The controller's error counters."""

    transmit: int = member(u16, c="txerr")
    receive: int = member(u16, c="rxerr")


class CanStatistics(Layout, c="can_device_stats"):
    """How often things happened since the device was made (IFLA_INFO_XSTATS)."""

    bus_error: int = member(u32)
    error_warning: int = member(u32)
    error_passive: int = member(u32)
    bus_off: int = member(u32)
    arbitration_lost: int = member(u32)
    restarts: int = member(u32)


class CanDelayCompensation(Record):
    """Transmitter delay compensation: limits of the hardware, then what is set, in clock periods.

    Source: linux/can/netlink.h.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_CAN_TDC, policy="can_tdc_policy")

    value_min: int | None = attr(IFLA_CAN_TDC.TDCV_MIN, u32)
    value_max: int | None = attr(IFLA_CAN_TDC.TDCV_MAX, u32)
    offset_min: int | None = attr(IFLA_CAN_TDC.TDCO_MIN, u32)
    offset_max: int | None = attr(IFLA_CAN_TDC.TDCO_MAX, u32)
    filter_min: int | None = attr(IFLA_CAN_TDC.TDCF_MIN, u32)
    filter_max: int | None = attr(IFLA_CAN_TDC.TDCF_MAX, u32)
    value: int | None = attr(IFLA_CAN_TDC.TDCV, u32)
    offset: int | None = attr(IFLA_CAN_TDC.TDCO, u32)
    filter: int | None = attr(IFLA_CAN_TDC.TDCF, u32)


class CanPulseWidth(Record):
    """Pulse width modulation of CAN XL: limits of the hardware, then what is set, in clock periods.

    Source: linux/can/netlink.h.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_CAN_PWM, policy="can_pwm_policy")

    short_min: int | None = attr(IFLA_CAN_PWM.PWMS_MIN, u32)
    short_max: int | None = attr(IFLA_CAN_PWM.PWMS_MAX, u32)
    long_min: int | None = attr(IFLA_CAN_PWM.PWML_MIN, u32)
    long_max: int | None = attr(IFLA_CAN_PWM.PWML_MAX, u32)
    offset_min: int | None = attr(IFLA_CAN_PWM.PWMO_MIN, u32)
    offset_max: int | None = attr(IFLA_CAN_PWM.PWMO_MAX, u32)
    short: int | None = attr(IFLA_CAN_PWM.PWMS, u32)
    long: int | None = attr(IFLA_CAN_PWM.PWML, u32)
    offset: int | None = attr(IFLA_CAN_PWM.PWMO, u32)


class Can(Record):
    """A CAN controller. Source: linux/can/netlink.h, drivers/net/can/dev/netlink.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_CAN, policy="can_policy")

    bit_timing: takes.Nested[CanBitTiming | None] = attr(IFLA_CAN.BITTIMING, struct(CanBitTiming))
    bit_timing_limits: takes.Nested[CanBitTimingLimits | None] = attr(
        IFLA_CAN.BITTIMING_CONST, struct(CanBitTimingLimits)
    )
    clock: takes.Nested[CanClock | None] = attr(IFLA_CAN.CLOCK, struct(CanClock))
    state: takes.Member[CanState | None] = attr(IFLA_CAN.STATE, enum(CanState, u32))
    modes: takes.Natural[CanModes | None] = attr(IFLA_CAN.CTRLMODE, struct(CanModes))
    restart_delay: int | None = attr(IFLA_CAN.RESTART_MS, u32)  # milliseconds after bus-off; 0: never
    restart: bool | None = attr(IFLA_CAN.RESTART, enum(bool, u32))  # requests only: now
    errors: takes.Nested[CanErrors | None] = attr(IFLA_CAN.BERR_COUNTER, struct(CanErrors))
    data_bit_timing: takes.Nested[CanBitTiming | None] = attr(IFLA_CAN.DATA_BITTIMING, struct(CanBitTiming))
    data_bit_timing_limits: takes.Nested[CanBitTimingLimits | None] = attr(
        IFLA_CAN.DATA_BITTIMING_CONST, struct(CanBitTimingLimits)
    )
    termination: int | None = attr(IFLA_CAN.TERMINATION, u16)  # ohm, 0: off
    termination_values: takes.MaybeSeveral[int] = attr(IFLA_CAN.TERMINATION_CONST, array(u16), read_only=True)
    bitrates: takes.MaybeSeveral[int] = attr(IFLA_CAN.BITRATE_CONST, array(u32), read_only=True)
    data_bitrates: takes.MaybeSeveral[int] = attr(IFLA_CAN.DATA_BITRATE_CONST, array(u32), read_only=True)
    bitrate_max: int | None = attr(IFLA_CAN.BITRATE_MAX, u32, read_only=True)
    delay_compensation: takes.Nested[CanDelayCompensation | None] = attr(IFLA_CAN.TDC, nest(CanDelayCompensation))
    supported_modes: takes.Flags[CanMode | None] = attr(
        (IFLA_CAN.CTRLMODE_EXT, IFLA_CAN_CTRLMODE.SUPPORTED), enum(CanMode, u32), read_only=True
    )
    xl_bit_timing: takes.Nested[CanBitTiming | None] = attr(IFLA_CAN.XL_DATA_BITTIMING, struct(CanBitTiming))
    xl_bit_timing_limits: takes.Nested[CanBitTimingLimits | None] = attr(
        IFLA_CAN.XL_DATA_BITTIMING_CONST, struct(CanBitTimingLimits)
    )
    xl_bitrates: takes.MaybeSeveral[int] = attr(IFLA_CAN.XL_DATA_BITRATE_CONST, array(u32), read_only=True)
    xl_delay_compensation: takes.Nested[CanDelayCompensation | None] = attr(IFLA_CAN.XL_TDC, nest(CanDelayCompensation))
    xl_pulse_width: takes.Nested[CanPulseWidth | None] = attr(IFLA_CAN.XL_PWM, nest(CanPulseWidth))

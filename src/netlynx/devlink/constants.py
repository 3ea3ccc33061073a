"""Numbers of devlink: commands, and what fields can have. Source: linux/devlink.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Enumeration, FlagSet


class DEVLINK_CMD(Constants):
    """Commands, answers and notifications."""

    __omitted__: ClassVar[dict[str, str]] = {
        "DEVLINK_CMD_ESWITCH_MODE_GET": "an old name of DEVLINK_CMD_ESWITCH_GET",
        "DEVLINK_CMD_ESWITCH_MODE_SET": "an old name of DEVLINK_CMD_ESWITCH_SET",
    }

    UNSPEC = 0
    GET = 1
    SET = 2
    NEW = 3
    DEL = 4
    PORT_GET = 5
    PORT_SET = 6
    PORT_NEW = 7
    PORT_DEL = 8
    PORT_SPLIT = 9
    PORT_UNSPLIT = 10
    SB_GET = 11
    SB_SET = 12
    SB_NEW = 13
    SB_DEL = 14
    SB_POOL_GET = 15
    SB_POOL_SET = 16
    SB_POOL_NEW = 17
    SB_POOL_DEL = 18
    SB_PORT_POOL_GET = 19
    SB_PORT_POOL_SET = 20
    SB_PORT_POOL_NEW = 21
    SB_PORT_POOL_DEL = 22
    SB_TC_POOL_BIND_GET = 23
    SB_TC_POOL_BIND_SET = 24
    SB_TC_POOL_BIND_NEW = 25
    SB_TC_POOL_BIND_DEL = 26
    SB_OCC_SNAPSHOT = 27
    SB_OCC_MAX_CLEAR = 28
    ESWITCH_GET = 29
    ESWITCH_SET = 30
    DPIPE_TABLE_GET = 31
    DPIPE_ENTRIES_GET = 32
    DPIPE_HEADERS_GET = 33
    DPIPE_TABLE_COUNTERS_SET = 34
    RESOURCE_SET = 35
    RESOURCE_DUMP = 36
    RELOAD = 37
    PARAM_GET = 38
    PARAM_SET = 39
    PARAM_NEW = 40
    PARAM_DEL = 41
    REGION_GET = 42
    REGION_SET = 43
    REGION_NEW = 44
    REGION_DEL = 45
    REGION_READ = 46
    PORT_PARAM_GET = 47
    PORT_PARAM_SET = 48
    PORT_PARAM_NEW = 49
    PORT_PARAM_DEL = 50
    INFO_GET = 51
    HEALTH_REPORTER_GET = 52
    HEALTH_REPORTER_SET = 53
    HEALTH_REPORTER_RECOVER = 54
    HEALTH_REPORTER_DIAGNOSE = 55
    HEALTH_REPORTER_DUMP_GET = 56
    HEALTH_REPORTER_DUMP_CLEAR = 57
    FLASH_UPDATE = 58
    FLASH_UPDATE_END = 59
    FLASH_UPDATE_STATUS = 60
    TRAP_GET = 61
    TRAP_SET = 62
    TRAP_NEW = 63
    TRAP_DEL = 64
    TRAP_GROUP_GET = 65
    TRAP_GROUP_SET = 66
    TRAP_GROUP_NEW = 67
    TRAP_GROUP_DEL = 68
    TRAP_POLICER_GET = 69
    TRAP_POLICER_SET = 70
    TRAP_POLICER_NEW = 71
    TRAP_POLICER_DEL = 72
    HEALTH_REPORTER_TEST = 73
    RATE_GET = 74
    RATE_SET = 75
    RATE_NEW = 76
    RATE_DEL = 77
    LINECARD_GET = 78
    LINECARD_SET = 79
    LINECARD_NEW = 80
    LINECARD_DEL = 81
    SELFTESTS_GET = 82
    SELFTESTS_RUN = 83
    NOTIFY_FILTER_SET = 84


class PortType(Enumeration, prefix="DEVLINK_PORT_TYPE_"):
    """What a port is."""

    NOTSET = 0
    AUTO = 1
    ETH = 2
    IB = 3


class PortFlavour(Enumeration, prefix="DEVLINK_PORT_FLAVOUR_"):
    """What is behind a port."""

    PHYSICAL = 0  # it faces the network
    CPU = 1  # of a switch, to the host
    DSA = 2  # of a switch, to another one
    PCI_PF = 3  # a physical function
    PCI_VF = 4  # a virtual function
    VIRTUAL = 5
    UNUSED = 6  # no use of it is made
    PCI_SF = 7  # a subfunction


class FunctionState(Enumeration, prefix="DEVLINK_PORT_FN_STATE_"):
    """Whether the function behind a port is to be active."""

    INACTIVE = 0
    ACTIVE = 1


class FunctionOperation(Enumeration, prefix="DEVLINK_PORT_FN_OPSTATE_"):
    """Whether a driver has the function behind a port."""

    DETACHED = 0
    ATTACHED = 1


class FunctionCapabilities(FlagSet, prefix="DEVLINK_PORT_FN_CAP_"):
    """What the function behind a port may do."""

    ROCE = 1
    MIGRATABLE = 2
    IPSEC_CRYPTO = 4
    IPSEC_PACKET = 8


class RateType(Enumeration, prefix="DEVLINK_RATE_TYPE_"):
    """Whether a rate is that of a port, or of a group of others."""

    LEAF = 0
    NODE = 1


class PoolType(Enumeration, prefix="DEVLINK_SB_POOL_TYPE_"):
    """Which way the packets of a pool go."""

    INGRESS = 0
    EGRESS = 1


class ThresholdType(Enumeration, prefix="DEVLINK_SB_THRESHOLD_TYPE_"):
    """Whether a threshold is a number of bytes, or follows what is free."""

    STATIC = 0
    DYNAMIC = 1


class EswitchMode(Enumeration, prefix="DEVLINK_ESWITCH_MODE_"):
    """What the embedded switch does."""

    LEGACY = 0
    SWITCHDEV = 1
    SWITCHDEV_INACTIVE = 2


class InlineMode(Enumeration, prefix="DEVLINK_ESWITCH_INLINE_MODE_"):
    """Which headers of packets virtual functions have to hand to the device themselves."""

    NONE = 0
    LINK = 1
    NETWORK = 2
    TRANSPORT = 3


class EncapMode(Enumeration, prefix="DEVLINK_ESWITCH_ENCAP_MODE_"):
    """Whether the switch encapsulates packets."""

    NONE = 0
    BASIC = 1


class HeaderId(Enumeration, prefix="DEVLINK_DPIPE_HEADER_"):
    """Headers that all drivers call the same."""

    ETHERNET = 0
    IPV4 = 1
    IPV6 = 2


class MatchType(Enumeration, prefix="DEVLINK_DPIPE_MATCH_TYPE_"):
    """How a field is matched."""

    FIELD_EXACT = 0


class ActionType(Enumeration, prefix="DEVLINK_DPIPE_ACTION_TYPE_"):
    """What is done to a field."""

    FIELD_MODIFY = 0


class FieldMapping(Enumeration, prefix="DEVLINK_DPIPE_FIELD_MAPPING_TYPE_"):
    """What the value of a field stands for, too."""

    NONE = 0
    IFINDEX = 1


class ResourceUnit(Enumeration, prefix="DEVLINK_RESOURCE_UNIT_"):
    """What a resource is counted in."""

    ENTRY = 0


class ResourceScope(FlagSet, prefix="DEVLINK_RESOURCE_SCOPE_"):
    """Whose resources are listed."""

    __omitted__: ClassVar[dict[str, str]] = {"DEVLINK_RESOURCE_SCOPE_*_BIT": "numbers of the bits"}

    DEV = 1
    PORT = 2


class ReloadAction(Enumeration, prefix="DEVLINK_RELOAD_ACTION_"):
    """What a reload does."""

    UNSPEC = 0
    DRIVER_REINIT = 1  # the driver begins anew, with the parameters of that time
    FW_ACTIVATE = 2  # the firmware that was flashed is used from now on


class ReloadLimit(Enumeration, prefix="DEVLINK_RELOAD_LIMIT_"):
    """What a reload keeps from doing."""

    UNSPEC = 0
    NO_RESET = 1  # no reset, no lost link, no lost configuration


class ParamMode(Enumeration, prefix="DEVLINK_PARAM_CMODE_"):
    """When the value of a parameter counts."""

    RUNTIME = 0  # at once
    DRIVERINIT = 1  # from the next reload on
    PERMANENT = 2  # from the next start of the device on; it is stored there


class ValueType(Enumeration, prefix="DEVLINK_VAR_ATTR_TYPE_"):
    """What the value of a parameter, or one in a formatted message, is."""

    U8 = 1
    U16 = 2
    U32 = 3
    U64 = 4
    STRING = 5
    FLAG = 6
    NUL_STRING = 10
    BINARY = 11
    U64_ARRAY = 129


class TrapAction(Enumeration, prefix="DEVLINK_TRAP_ACTION_"):
    """What becomes of a trapped packet."""

    DROP = 0
    TRAP = 1  # the processor gets it
    MIRROR = 2  # the processor gets a copy


class TrapType(Enumeration, prefix="DEVLINK_TRAP_TYPE_"):
    """Why packets are trapped."""

    DROP = 0
    EXCEPTION = 1
    CONTROL = 2


class LineCardState(Enumeration, prefix="DEVLINK_LINECARD_STATE_"):
    """How far a line card is."""

    UNSPEC = 0
    UNPROVISIONED = 1
    UNPROVISIONING = 2
    PROVISIONING = 3
    PROVISIONING_FAILED = 4
    PROVISIONED = 5
    ACTIVE = 6


class SelftestStatus(Enumeration, prefix="DEVLINK_SELFTEST_STATUS_"):
    """What a selftest has shown."""

    SKIP = 0
    PASS = 1
    FAIL = 2


class FlashOverwrite(FlagSet, prefix="DEVLINK_FLASH_OVERWRITE_"):
    """What of a device is overwritten along with its firmware."""

    __omitted__: ClassVar[dict[str, str]] = {"DEVLINK_FLASH_OVERWRITE_*_BIT": "numbers of the bits"}

    SETTINGS = 1
    IDENTIFIERS = 2


class ReloadActions(FlagSet):
    """Several of `ReloadAction`, one bit each."""

    DRIVER_REINIT = 1 << ReloadAction.DRIVER_REINIT
    FW_ACTIVATE = 1 << ReloadAction.FW_ACTIVATE


class ReloadLimits(FlagSet):
    """Several of `ReloadLimit`, one bit each."""

    NO_RESET = 1 << ReloadLimit.NO_RESET


class ReporterState(Enumeration):
    """Whether all is well with what a reporter looks at."""

    HEALTHY = 0
    ERROR = 1

"""Devices: what is told of one, its versions, its embedded switch, reloads, selftests, flashing.

Source: net/devlink/dev.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from netlynx.devlink.attributes import DEVLINK_ATTR, DEVLINK_ATTR_SELFTEST_ID, DEVLINK_ATTR_SELFTEST_RESULT
from netlynx.devlink.constants import (
    EncapMode,
    EswitchMode,
    FlashOverwrite,
    InlineMode,
    ReloadAction,
    ReloadActions,
    ReloadLimit,
    ReloadLimits,
    SelftestStatus,
)
from netlynx.devlink.handle import OTHERS, NestedDevice, OfDevice
from netlynx.schema import (
    Layout,
    Record,
    attr,
    boolean,
    enum,
    flag,
    member,
    multi,
    namespace,
    nest,
    s32,
    string,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts
from netlynx.schema.natural import Masked

if TYPE_CHECKING:
    from netlynx.netns import Where

_A, _R, _SPEC = DEVLINK_ATTR, DEVLINK_ATTR_SELFTEST_RESULT, ("devlink", "devlink")
_STATS = (_A.DEV_STATS, _A.RELOAD_STATS, _A.RELOAD_ACTION_INFO)
_REMOTE = (_A.DEV_STATS, _A.REMOTE_RELOAD_STATS, _A.RELOAD_ACTION_INFO)


class DeviceKey(OfDevice):
    """Which device."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_A,
        policy=(
            "devlink_get_nl_policy",
            "devlink_info_get_nl_policy",
            "devlink_eswitch_get_nl_policy",
            "devlink_dpipe_headers_get_nl_policy",
            "devlink_selftests_get_nl_policy",
        ),
        spec=_SPEC,
    )


class ReloadCount(Record):
    """How often a device was reloaded with one limit; "unspec": with none."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, spec=("devlink", "dl-reload-stats-entry"))
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    limit: takes.Member[ReloadLimit | None] = attr(_A.RELOAD_STATS_LIMIT, enum(ReloadLimit, u8))
    count: int | None = attr(_A.RELOAD_STATS_VALUE, u32)


class ReloadStatistics(Record):
    """How often a device was reloaded by one action."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, spec=_SPEC)
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    action: takes.Member[ReloadAction | None] = attr(_A.RELOAD_ACTION, enum(ReloadAction, u8))
    counts: takes.Records[ReloadCount] = attr((_A.RELOAD_ACTION_STATS, _A.RELOAD_STATS_ENTRY), multi(nest(ReloadCount)))


class Device(OfDevice):
    """A device. `reloads` were asked for here, `remote_reloads` by other hosts that share it."""

    reload_failed: bool | None = attr(_A.RELOAD_FAILED, boolean)
    reloads: takes.Records[ReloadStatistics] = attr(_STATS, multi(nest(ReloadStatistics)))
    remote_reloads: takes.Records[ReloadStatistics] = attr(_REMOTE, multi(nest(ReloadStatistics)))
    nested: takes.Records[NestedDevice] = attr(_A.NESTED_DEVLINK, multi(nest(NestedDevice)))


class Version(Record):
    """A version of a component: ``fw.mgmt``, ``10.20.30``."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, spec=("devlink", "dl-info-version"))
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    name: str | None = attr(_A.INFO_VERSION_NAME, string)
    value: str | None = attr(_A.INFO_VERSION_VALUE, string)


class Info(OfDevice):
    """Driver, serial numbers, versions: those of the hardware, of what runs, and of what is stored for later."""

    driver: str | None = attr(_A.INFO_DRIVER_NAME, string)
    serial_number: str | None = attr(_A.INFO_SERIAL_NUMBER, string)
    board_serial_number: str | None = attr(_A.INFO_BOARD_SERIAL_NUMBER, string)
    fixed: takes.Records[Version] = attr(_A.INFO_VERSION_FIXED, multi(nest(Version)))
    running: takes.Records[Version] = attr(_A.INFO_VERSION_RUNNING, multi(nest(Version)))
    stored: takes.Records[Version] = attr(_A.INFO_VERSION_STORED, multi(nest(Version)))


class Eswitch(OfDevice):
    """The embedded switch of a device; of a request, what is None stays."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_eswitch_set_nl_policy", spec=_SPEC)

    mode: takes.Member[EswitchMode | None] = attr(_A.ESWITCH_MODE, enum(EswitchMode, u16))
    inline_mode: takes.Member[InlineMode | None] = attr(_A.ESWITCH_INLINE_MODE, enum(InlineMode, u8))
    encap_mode: takes.Member[EncapMode | None] = attr(_A.ESWITCH_ENCAP_MODE, enum(EncapMode, u8))


class ReloadActionSet(Masked, Layout, c="nla_bitfield32"):
    """Several actions."""

    value: takes.Flags[ReloadActions] = member(enum(ReloadActions, u32))
    selector: takes.Flags[ReloadActions] = member(enum(ReloadActions, u32))


class ReloadLimitSet(Masked, Layout, c="nla_bitfield32"):
    """Several limits."""

    value: takes.Flags[ReloadLimits] = member(enum(ReloadLimits, u32))
    selector: takes.Flags[ReloadLimits] = member(enum(ReloadLimits, u32))


class ReloadRequest(OfDevice):
    """A reload: what it does and what it must not do, and the network namespace that the device is in afterwards.

    `netns` takes the name or path of one, or an open one; `netns_pid` a process in it, `netns_id` its ID here.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_reload_nl_policy", spec=_SPEC)
    __differs__: ClassVar[dict[str, str]] = {
        "netns_id": "declared unsigned; net/core/net_namespace.c reads an int",
    }

    action: takes.Member[ReloadAction | None] = attr(_A.RELOAD_ACTION, enum(ReloadAction, u8))
    limits: takes.Natural[ReloadLimitSet | None] = attr(_A.RELOAD_LIMITS, struct(ReloadLimitSet))
    netns: Where | int | None = attr(_A.NETNS_FD, namespace)
    netns_pid: int | None = attr(_A.NETNS_PID, u32)
    netns_id: int | None = attr(_A.NETNS_ID, s32)


class Reloaded(OfDevice):
    """What a reload has done."""

    performed: takes.Natural[ReloadActionSet | None] = attr(_A.RELOAD_ACTIONS_PERFORMED, struct(ReloadActionSet))


class Overwrite(Masked, Layout, c="nla_bitfield32"):
    """What is overwritten along with firmware, of what `selector` says; of all that is given, if it says nothing."""

    value: takes.Flags[FlashOverwrite] = member(enum(FlashOverwrite, u32))
    selector: takes.Flags[FlashOverwrite] = member(enum(FlashOverwrite, u32))


class FlashRequest(OfDevice):
    """New firmware: the name of a file below /lib/firmware, of the whole device or of a `component` that `Info` has."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_flash_update_nl_policy", spec=_SPEC)

    file: str | None = attr(_A.FLASH_UPDATE_FILE_NAME, string)
    component: str | None = attr(_A.FLASH_UPDATE_COMPONENT, string)
    overwrite: takes.Natural[Overwrite | None] = attr(_A.FLASH_UPDATE_OVERWRITE_MASK, struct(Overwrite))


class FlashProgress(OfDevice):
    """How far flashing is: what is done now, and how much of it, out of 0 where that is not known.

    `timeout` is how many seconds that takes at most, 0 where that is not known.
    """

    message: str | None = attr(_A.FLASH_UPDATE_STATUS_MSG, string)
    component: str | None = attr(_A.FLASH_UPDATE_COMPONENT, string)
    done: int | None = attr(_A.FLASH_UPDATE_STATUS_DONE, u64)
    total: int | None = attr(_A.FLASH_UPDATE_STATUS_TOTAL, u64)
    timeout: int | None = attr(_A.FLASH_UPDATE_STATUS_TIMEOUT, u64)


class Selftests(OfDevice):
    """The selftests that a device has; of a request, those that are run."""

    __facts__: ClassVar[Facts | tuple[Facts, ...]] = (
        Facts(attributes=_A, policy="devlink_selftests_run_nl_policy", spec=_SPEC),
        Facts(
            attributes=DEVLINK_ATTR_SELFTEST_ID, policy="devlink_selftest_nl_policy", spec=("devlink", "dl-selftest-id")
        ),
    )

    flash: bool = attr((_A.SELFTESTS, DEVLINK_ATTR_SELFTEST_ID.FLASH), flag)


class SelftestResult(Record):
    """What one selftest has shown. `test` is its number, 1: that of the flash memory."""

    __facts__: ClassVar[Facts] = Facts(attributes=_R)
    __omitted__: ClassVar[dict[str, str]] = {"DEVLINK_ATTR_SELFTEST_RESULT": "what holds this: SelftestResults"}

    test: int | None = attr(_R.ID, u32)
    status: takes.Member[SelftestStatus | None] = attr(_R.STATUS, enum(SelftestStatus, u8))


class SelftestResults(OfDevice):
    """What selftests have shown."""

    __facts__: ClassVar[Facts | tuple[Facts, ...]] = (Facts(attributes=_A, spec=_SPEC), Facts(attributes=_R))
    __omitted__: ClassVar[dict[str, str]] = {**OTHERS, "DEVLINK_ATTR_SELFTEST_RESULT_*": "of each: SelftestResult"}

    results: takes.Records[SelftestResult] = attr((_A.SELFTESTS, _R.RESULT), multi(nest(SelftestResult)))

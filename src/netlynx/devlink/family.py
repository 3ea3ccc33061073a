"""The family ``devlink`` as the kernel has it: requests, answers, notifications.

Source: net/devlink/netlink_gen.c; for the numbers of answers and notifications the other files of net/devlink.
"""

from __future__ import annotations

from netlynx.devlink.buffer import (
    Binding,
    BindingKey,
    BindingSettings,
    Buffer,
    BufferKey,
    Pool,
    PoolKey,
    PoolSettings,
    PortPool,
    PortPoolKey,
    PortPoolSettings,
)
from netlynx.devlink.constants import DEVLINK_CMD
from netlynx.devlink.device import (
    Device,
    DeviceKey,
    Eswitch,
    FlashProgress,
    FlashRequest,
    Info,
    Reloaded,
    ReloadRequest,
    SelftestResults,
    Selftests,
)
from netlynx.devlink.health import FormattedMessage, Reporter, ReporterKey, ReporterSettings
from netlynx.devlink.linecard import LineCard, LineCardKey, LineCardSettings
from netlynx.devlink.param import Param, ParamKey, ParamRequest
from netlynx.devlink.pipeline import Entries, Headers, TableKey, Tables, TableSettings
from netlynx.devlink.port import NewPort, Port, PortKey, PortSettings, PortSplit
from netlynx.devlink.rate import Rate, RateKey
from netlynx.devlink.region import Region, RegionData, RegionEvent, RegionKey, RegionRead, Snapshot
from netlynx.devlink.resource import ResourceFilter, Resources, ResourceSize
from netlynx.devlink.trap import (
    Trap,
    TrapGroup,
    TrapGroupKey,
    TrapGroupSettings,
    TrapKey,
    TrapPolicer,
    TrapPolicerKey,
    TrapPolicerSettings,
    TrapSettings,
)
from netlynx.generic import Family, do, dump, event, parts

_C = DEVLINK_CMD
_DEVICE = ("bus", "device")
_PORT = (*_DEVICE, "port")
_GROUP = "config"


class Devlink(Family, name="devlink", version=1):
    """The family ``devlink``. What lists is asked for all devices, or for one; what changes takes CAP_NET_ADMIN."""

    device = do(_C.GET, request=DeviceKey, reply=Device, reply_number=_C.NEW, required=_DEVICE)
    devices = dump(_C.GET, reply=Device, reply_number=_C.NEW)
    info = do(_C.INFO_GET, request=DeviceKey, reply=Info, required=_DEVICE)
    infos = dump(_C.INFO_GET, reply=Info)
    eswitch = do(_C.ESWITCH_GET, request=DeviceKey, reply=Eswitch, required=_DEVICE, privileged=True)
    set_eswitch = do(_C.ESWITCH_SET, request=Eswitch, required=_DEVICE, privileged=True)
    reload = do(_C.RELOAD, request=ReloadRequest, reply=Reloaded, required=_DEVICE, privileged=True, omissible=True)
    flash = do(_C.FLASH_UPDATE, request=FlashRequest, required=(*_DEVICE, "file"), privileged=True)
    selftests = do(_C.SELFTESTS_GET, request=DeviceKey, reply=Selftests, required=_DEVICE)
    all_selftests = dump(_C.SELFTESTS_GET, reply=Selftests)
    run_selftests = do(_C.SELFTESTS_RUN, request=Selftests, reply=SelftestResults, required=_DEVICE, privileged=True)

    port = do(_C.PORT_GET, request=PortKey, reply=Port, reply_number=_C.PORT_NEW, required=_PORT)
    # The kernel numbers these as if they were devices.
    ports = dump(_C.PORT_GET, request=DeviceKey, reply=Port, reply_number=_C.NEW, match=_DEVICE)
    set_port = do(_C.PORT_SET, request=PortSettings, required=_PORT, privileged=True)
    new_port = do(_C.PORT_NEW, request=NewPort, reply=Port, required=(*_DEVICE, "flavour", "pf"), privileged=True)
    delete_port = do(_C.PORT_DEL, request=PortKey, required=_PORT, privileged=True)
    split_port = do(_C.PORT_SPLIT, request=PortSplit, required=(*_PORT, "count"), privileged=True)
    unsplit_port = do(_C.PORT_UNSPLIT, request=PortKey, required=_PORT, privileged=True)

    param = do(_C.PARAM_GET, request=ParamKey, reply=Param, required=(*_DEVICE, "name"))
    params = dump(_C.PARAM_GET, request=DeviceKey, reply=Param, match=_DEVICE)
    set_param = do(_C.PARAM_SET, request=ParamRequest, required=(*_DEVICE, "name", "type"), privileged=True)

    reporter = do(_C.HEALTH_REPORTER_GET, request=ReporterKey, reply=Reporter, required=(*_DEVICE, "name"))
    reporters = dump(_C.HEALTH_REPORTER_GET, request=PortKey, reply=Reporter, match=_PORT)
    set_reporter = do(_C.HEALTH_REPORTER_SET, request=ReporterSettings, required=(*_DEVICE, "name"), privileged=True)
    recover = do(_C.HEALTH_REPORTER_RECOVER, request=ReporterKey, required=(*_DEVICE, "name"), privileged=True)
    diagnose = parts(
        _C.HEALTH_REPORTER_DIAGNOSE,
        request=ReporterKey,
        reply=FormattedMessage,
        required=(*_DEVICE, "name"),
        privileged=True,
    )
    dump_of = dump(
        _C.HEALTH_REPORTER_DUMP_GET,
        request=ReporterKey,
        reply=FormattedMessage,
        required=(*_DEVICE, "name"),
        privileged=True,
    )
    clear_dump = do(_C.HEALTH_REPORTER_DUMP_CLEAR, request=ReporterKey, required=(*_DEVICE, "name"), privileged=True)
    test_reporter = do(_C.HEALTH_REPORTER_TEST, request=ReporterKey, required=(*_DEVICE, "name"), privileged=True)

    region = do(_C.REGION_GET, request=RegionKey, reply=Region, required=(*_DEVICE, "name"))
    regions = dump(_C.REGION_GET, request=DeviceKey, reply=Region, match=_DEVICE)
    new_snapshot = do(
        _C.REGION_NEW,
        request=Snapshot,
        reply=Snapshot,
        required=(*_DEVICE, "name"),
        privileged=True,
        omissible=True,
    )
    delete_snapshot = do(_C.REGION_DEL, request=Snapshot, required=(*_DEVICE, "name", "id"), privileged=True)
    read_region = dump(
        _C.REGION_READ, request=RegionRead, reply=RegionData, required=(*_DEVICE, "name"), privileged=True
    )

    rate = do(_C.RATE_GET, request=RateKey, reply=Rate, reply_number=_C.RATE_NEW, required=_DEVICE)
    rates = dump(_C.RATE_GET, request=DeviceKey, reply=Rate, reply_number=_C.RATE_NEW, match=_DEVICE)
    set_rate = do(_C.RATE_SET, request=Rate, required=_DEVICE, privileged=True)
    new_rate = do(_C.RATE_NEW, request=Rate, required=(*_DEVICE, "name"), privileged=True)
    delete_rate = do(_C.RATE_DEL, request=RateKey, required=(*_DEVICE, "name"), privileged=True)

    trap = do(_C.TRAP_GET, request=TrapKey, reply=Trap, reply_number=_C.TRAP_NEW, required=(*_DEVICE, "name"))
    traps = dump(_C.TRAP_GET, request=DeviceKey, reply=Trap, reply_number=_C.TRAP_NEW, match=_DEVICE)
    set_trap = do(_C.TRAP_SET, request=TrapSettings, required=(*_DEVICE, "name"), privileged=True)
    trap_group = do(
        _C.TRAP_GROUP_GET,
        request=TrapGroupKey,
        reply=TrapGroup,
        reply_number=_C.TRAP_GROUP_NEW,
        required=(*_DEVICE, "name"),
    )
    trap_groups = dump(
        _C.TRAP_GROUP_GET, request=DeviceKey, reply=TrapGroup, reply_number=_C.TRAP_GROUP_NEW, match=_DEVICE
    )
    set_trap_group = do(_C.TRAP_GROUP_SET, request=TrapGroupSettings, required=(*_DEVICE, "name"), privileged=True)
    trap_policer = do(
        _C.TRAP_POLICER_GET,
        request=TrapPolicerKey,
        reply=TrapPolicer,
        reply_number=_C.TRAP_POLICER_NEW,
        required=(*_DEVICE, "id"),
    )
    trap_policers = dump(
        _C.TRAP_POLICER_GET, request=DeviceKey, reply=TrapPolicer, reply_number=_C.TRAP_POLICER_NEW, match=_DEVICE
    )
    set_trap_policer = do(_C.TRAP_POLICER_SET, request=TrapPolicerSettings, required=(*_DEVICE, "id"), privileged=True)

    resources = parts(_C.RESOURCE_DUMP, request=PortKey, reply=Resources, required=_DEVICE)
    all_resources = dump(_C.RESOURCE_DUMP, request=ResourceFilter, reply=Resources)
    set_resource = do(_C.RESOURCE_SET, request=ResourceSize, required=(*_DEVICE, "id", "size"), privileged=True)

    buffer = do(_C.SB_GET, request=BufferKey, reply=Buffer, reply_number=_C.SB_NEW, required=(*_DEVICE, "index"))
    buffers = dump(_C.SB_GET, request=DeviceKey, reply=Buffer, reply_number=_C.SB_NEW, match=_DEVICE)
    pool = do(
        _C.SB_POOL_GET, request=PoolKey, reply=Pool, reply_number=_C.SB_POOL_NEW, required=(*_DEVICE, "buffer", "pool")
    )
    pools = dump(_C.SB_POOL_GET, request=DeviceKey, reply=Pool, reply_number=_C.SB_POOL_NEW, match=_DEVICE)
    set_pool = do(_C.SB_POOL_SET, request=PoolSettings, required=(*_DEVICE, "buffer", "pool"), privileged=True)
    port_pool = do(
        _C.SB_PORT_POOL_GET,
        request=PortPoolKey,
        reply=PortPool,
        reply_number=_C.SB_PORT_POOL_NEW,
        required=(*_PORT, "buffer", "pool"),
    )
    port_pools = dump(
        _C.SB_PORT_POOL_GET, request=DeviceKey, reply=PortPool, reply_number=_C.SB_PORT_POOL_NEW, match=_DEVICE
    )
    set_port_pool = do(
        _C.SB_PORT_POOL_SET, request=PortPoolSettings, required=(*_PORT, "buffer", "pool", "threshold"), privileged=True
    )
    binding = do(
        _C.SB_TC_POOL_BIND_GET,
        request=BindingKey,
        reply=Binding,
        reply_number=_C.SB_TC_POOL_BIND_NEW,
        required=(*_PORT, "buffer", "type", "traffic_class"),
    )
    bindings = dump(
        _C.SB_TC_POOL_BIND_GET, request=DeviceKey, reply=Binding, reply_number=_C.SB_TC_POOL_BIND_NEW, match=_DEVICE
    )
    set_binding = do(
        _C.SB_TC_POOL_BIND_SET,
        request=BindingSettings,
        required=(*_PORT, "buffer", "type", "traffic_class", "pool", "threshold"),
        privileged=True,
    )
    take_occupancy = do(_C.SB_OCC_SNAPSHOT, request=BufferKey, required=(*_DEVICE, "index"), privileged=True)
    clear_occupancy = do(_C.SB_OCC_MAX_CLEAR, request=BufferKey, required=(*_DEVICE, "index"), privileged=True)

    tables = parts(_C.DPIPE_TABLE_GET, request=TableKey, reply=Tables, required=_DEVICE)
    entries = parts(_C.DPIPE_ENTRIES_GET, request=TableKey, reply=Entries, required=(*_DEVICE, "name"))
    headers = parts(_C.DPIPE_HEADERS_GET, request=DeviceKey, reply=Headers, required=_DEVICE)
    set_counters = do(_C.DPIPE_TABLE_COUNTERS_SET, request=TableSettings, required=(*_DEVICE, "name"), privileged=True)

    linecard = do(
        _C.LINECARD_GET,
        request=LineCardKey,
        reply=LineCard,
        reply_number=_C.LINECARD_NEW,
        required=(*_DEVICE, "index"),
    )
    linecards = dump(_C.LINECARD_GET, request=DeviceKey, reply=LineCard, reply_number=_C.LINECARD_NEW, match=_DEVICE)
    set_linecard = do(_C.LINECARD_SET, request=LineCardSettings, required=(*_DEVICE, "index"), privileged=True)

    filter_events = do(_C.NOTIFY_FILTER_SET, request=PortKey)

    device_changed = event(_C.NEW, Device, group=_GROUP)
    device_deleted = event(_C.DEL, Device, group=_GROUP)
    port_changed = event(_C.PORT_NEW, Port, group=_GROUP)
    port_deleted = event(_C.PORT_DEL, Port, group=_GROUP)
    param_changed = event(_C.PARAM_NEW, Param, group=_GROUP)
    param_deleted = event(_C.PARAM_DEL, Param, group=_GROUP)
    region_changed = event(_C.REGION_NEW, RegionEvent, group=_GROUP)
    region_deleted = event(_C.REGION_DEL, RegionEvent, group=_GROUP)
    health = event(_C.HEALTH_REPORTER_RECOVER, Reporter, group=_GROUP)
    flash_begun = event(_C.FLASH_UPDATE, FlashProgress, group=_GROUP)
    flash_status = event(_C.FLASH_UPDATE_STATUS, FlashProgress, group=_GROUP)
    flash_ended = event(_C.FLASH_UPDATE_END, FlashProgress, group=_GROUP)
    trap_changed = event(_C.TRAP_NEW, Trap, group=_GROUP)
    trap_deleted = event(_C.TRAP_DEL, Trap, group=_GROUP)
    trap_group_changed = event(_C.TRAP_GROUP_NEW, TrapGroup, group=_GROUP)
    trap_group_deleted = event(_C.TRAP_GROUP_DEL, TrapGroup, group=_GROUP)
    trap_policer_changed = event(_C.TRAP_POLICER_NEW, TrapPolicer, group=_GROUP)
    trap_policer_deleted = event(_C.TRAP_POLICER_DEL, TrapPolicer, group=_GROUP)
    rate_changed = event(_C.RATE_NEW, Rate, group=_GROUP)
    rate_deleted = event(_C.RATE_DEL, Rate, group=_GROUP)
    linecard_changed = event(_C.LINECARD_NEW, LineCard, group=_GROUP)
    linecard_deleted = event(_C.LINECARD_DEL, LineCard, group=_GROUP)

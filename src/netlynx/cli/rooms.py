"""Families of which netlynx has a room, by the names that their kernel specs use: what `netlynx ynl` has without specs.

Operations and groups are called as in a spec. Fields are the room's; in requests, what the kernel calls an attribute is
understood too (``ifindex`` for `index`).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple  # of whatever records a room has

from netlynx.engine.operation import Do, Dump, Group
from netlynx.errors import EncodeError
from netlynx.generic.declaration import PartsCommand
from netlynx.schema.from_json import from_json
from netlynx.schema.from_words import plain
from netlynx.schema.record import Record
from netlynx.wire.constants import NETLINK, NLM_F
from netlynx.wire.nearest import nearest
from netlynx.ynl.define import python_name
from netlynx.ynl.family import Operation, Spec
from netlynx.ynl.raw import Flags, flags_of
from netlynx.ynl.text import SpecError

Values = Mapping[str, Any]


class _Family(NamedTuple):
    """Where a family of generic netlink is declared, and the constants that number its commands and events."""

    module: str
    name: str
    commands: str
    events: str


_FAMILIES = {
    "devlink": _Family("netlynx.devlink.family", "Devlink", "DEVLINK_CMD", "DEVLINK_CMD"),
    "net_dm": _Family("netlynx.drop_monitor", "DropMonitor", "NET_DM_CMD", "NET_DM_CMD"),
    "ethtool": _Family("netlynx.ethtool.family", "Ethtool", "ASK", "SAY"),
    "fou": _Family("netlynx.fou", "Fou", "FOU_CMD", "FOU_CMD"),
    "gtp": _Family("netlynx.gtp", "GtpTunnels", "GTP_CMD", "GTP_CMD"),
    "ila": _Family("netlynx.ila", "Ila", "ILA_CMD", "ILA_CMD"),
    "ioam6": _Family("netlynx.ioam6", "Ioam6", "IOAM6_CMD", "IOAM6_EVENT"),
    "ipvs": _Family("netlynx.ipvs.family", "Ipvs", "IPVS_CMD", "IPVS_CMD"),
    "l2tp": _Family("netlynx.l2tp", "L2tp", "L2TP_CMD", "L2TP_CMD"),
    "macsec": _Family("netlynx.macsec", "MacSec", "MACSEC_CMD", "MACSEC_CMD"),
    "mptcp_pm": _Family("netlynx.mptcp", "MptcpPathManager", "MPTCP_PM_CMD", "MPTCP_EVENT"),
    "netdev": _Family("netlynx.netdev.family", "Netdev", "NETDEV_CMD", "NETDEV_CMD"),
    "nl80211": _Family("netlynx.nl80211", "Nl80211", "NL80211_CMD", "NL80211_CMD"),
    "nlctrl": _Family("netlynx.kernel.generic", "Controller", "CTRL_CMD", "CTRL_CMD"),
    "ovs_ct_limit": _Family("netlynx.ovs.family", "OvsCtLimit", "OVS_CT_LIMIT_CMD", "OVS_CT_LIMIT_CMD"),
    "ovs_datapath": _Family("netlynx.ovs.family", "OvsDatapath", "OVS_DP_CMD", "OVS_DP_CMD"),
    "ovs_flow": _Family("netlynx.ovs.family", "OvsFlow", "OVS_FLOW_CMD", "OVS_FLOW_CMD"),
    "ovs_meter": _Family("netlynx.ovs.family", "OvsMeter", "OVS_METER_CMD", "OVS_METER_CMD"),
    "ovs_packet": _Family("netlynx.ovs.family", "OvsPacket", "OVS_PACKET_CMD", "OVS_PACKET_CMD"),
    "ovs_vport": _Family("netlynx.ovs.family", "OvsVport", "OVS_VPORT_CMD", "OVS_VPORT_CMD"),
    "psample": _Family("netlynx.psample", "Psample", "PSAMPLE_CMD", "PSAMPLE_CMD"),
    "seg6": _Family("netlynx.seg6", "Seg6", "SEG6_CMD", "SEG6_CMD"),
    "tcp_metrics": _Family("netlynx.tcp_metrics", "TcpMetrics", "TCP_METRICS_CMD", "TCP_METRICS_CMD"),
    "binder": _Family("netlynx.families.binder.generated", "Binder", "BINDER_CMD", "BINDER_CMD"),
    "dev_energymodel": _Family(
        "netlynx.families.dev_energymodel.generated", "DevEnergymodel", "DEV_ENERGYMODEL_CMD", "DEV_ENERGYMODEL_CMD"
    ),
    "dpll": _Family("netlynx.families.dpll.generated", "Dpll", "DPLL_CMD", "DPLL_CMD"),
    "drm_ras": _Family("netlynx.families.drm_ras.generated", "DrmRas", "DRM_RAS_CMD", "DRM_RAS_CMD"),
    "handshake": _Family("netlynx.families.handshake.generated", "Handshake", "HANDSHAKE_CMD", "HANDSHAKE_CMD"),
    "lockd": _Family("netlynx.families.lockd.generated", "Lockd", "LOCKD_CMD", "LOCKD_CMD"),
    "net_shaper": _Family("netlynx.families.net_shaper.generated", "NetShaper", "NET_SHAPER_CMD", "NET_SHAPER_CMD"),
    "nfsd": _Family("netlynx.families.nfsd.generated", "Nfsd", "NFSD_CMD", "NFSD_CMD"),
    "ovpn": _Family("netlynx.families.ovpn.generated", "Ovpn", "OVPN_CMD", "OVPN_CMD"),
    "psp": _Family("netlynx.families.psp.generated", "Psp", "PSP_CMD", "PSP_CMD"),
    "sunrpc_cache": _Family("netlynx.families.sunrpc.generated", "Sunrpc", "SUNRPC_CMD", "SUNRPC_CMD"),
    "team": _Family("netlynx.families.team.generated", "Team", "TEAM_CMD", "TEAM_CMD"),
    "batadv": _Family("netlynx.families.batadv", "Batadv", "BATADV_CMD", "BATADV_CMD"),
    "hsr": _Family("netlynx.families.hsr", "Hsr", "HSR_C", "HSR_C"),
    "tipcv2": _Family("netlynx.families.tipc", "Tipc", "TIPC_NL", "TIPC_NL"),
    "nl802154": _Family("netlynx.families.nl802154", "Nl802154", "NL802154_CMD", "NL802154_CMD"),
    "mac802154_hwsim": _Family(
        "netlynx.families.wpan_hwsim", "WpanHwsim", "MAC802154_HWSIM_CMD", "MAC802154_HWSIM_CMD"
    ),
    "nlbl_mgmt": _Family("netlynx.families.netlabel", "Management", "NLBL_MGMT_C", "NLBL_MGMT_C"),
    "nlbl_cipsov4": _Family("netlynx.families.netlabel", "Cipso", "NLBL_CIPSOV4_C", "NLBL_CIPSOV4_C"),
    "nlbl_calipso": _Family("netlynx.families.netlabel", "Calipso", "NLBL_CALIPSO_C", "NLBL_CALIPSO_C"),
    "nlbl_unlbl": _Family("netlynx.families.netlabel", "Unlabelled", "NLBL_UNLABEL_C", "NLBL_UNLABEL_C"),
    "smc_gen_netlink": _Family("netlynx.families.smc", "Smc", "SMC_NETLINK", "SMC_NETLINK"),
    "smc_pnetid": _Family("netlynx.families.smc", "SmcPnetids", "SMC_PNETID_CMD", "SMC_PNETID_CMD"),
    "mac80211_hwsim": _Family("netlynx.families.wifi_hwsim", "WifiHwsim", "HWSIM_CMD", "HWSIM_CMD"),
    "n802_15_4_mac": _Family("netlynx.families.mac802154", "Mac802154", "IEEE802154", "IEEE802154"),
    "cifs": _Family("netlynx.families.cifs", "Cifs", "CIFS_GENL_CMD", "CIFS_GENL_CMD"),
    "drbd": _Family("netlynx.families.drbd", "Drbd", "DRBD_ADM", "DRBD_ADM"),
    "ncsi": _Family("netlynx.families.ncsi", "Ncsi", "NCSI_CMD", "NCSI_CMD"),
    "nfc": _Family("netlynx.families.nfc", "Nfc", "NFC_CMD", "NFC_EVENT"),
    "pmcraid": _Family("netlynx.families.pmcraid", "Pmcraid", "PMCRAID_AEN_CMD", "PMCRAID_AEN_CMD"),
    "reg_event": _Family("netlynx.families.reg_event", "RegEvent", "REG_GENL_CMD", "REG_GENL_CMD"),
    "smbd_genl": _Family("netlynx.families.smbd", "Smbd", "KSMBD_EVENT", "KSMBD_EVENT"),
    "tcm_user": _Family("netlynx.families.tcm_user", "TcmUser", "TCMU_CMD", "TCMU_CMD"),
    "acpi_event": _Family("netlynx.families.acpi_event", "Acpi", "ACPI_GENL_CMD", "ACPI_GENL_CMD"),
    "nbd": _Family("netlynx.families.nbd", "Nbd", "NBD_CMD", "NBD_CMD"),
    "vfs_dquot": _Family("netlynx.families.quota", "Quotas", "QUOTA_NL_C", "QUOTA_NL_C"),
    "thermal": _Family("netlynx.families.thermal", "Thermal", "THERMAL_GENL_CMD", "THERMAL_GENL_EVENT"),
    "vdpa": _Family("netlynx.families.vdpa", "Vdpa", "VDPA_CMD", "VDPA_CMD"),
    "wireguard": _Family("netlynx.wireguard.talks", "WireGuard", "WG_CMD", "WG_CMD"),
}


class _Table(NamedTuple):
    """What a listing of NETLINK_ROUTE is called: in a spec's operations, in `netlynx.route`; and its groups there."""

    word: str
    record: str
    listing: str
    single: str
    group: str
    groups: tuple[str, ...]


_TABLES = {
    "rt_addr": _Table("addr", "Address", "addresses", "", "ADDRESSES", ("ipv4-ifaddr", "ipv6-ifaddr")),
    "rt_link": _Table("link", "Link", "links", "link", "LINKS", ("link",)),
    "rt_neigh": _Table("neigh", "Neighbour", "neighbours", "neighbour", "NEIGHBOURS", ("neigh",)),
    "rt_route": _Table("route", "Route", "routes", "route", "ROUTES", ("ipv4-route", "ipv6-route")),
    "rt_rule": _Table("rule", "Rule", "rules", "", "RULES", ("ipv4-rule", "ipv6-rule")),
}
_CONNTRACK = "conntrack"
_SPECS = {"sunrpc": "sunrpc_cache"}  # families that their specs' files are not called as
NAMES = (*_FAMILIES, *_TABLES, _CONNTRACK)


class _Known(NamedTuple):
    """One operation: how it is made of values and flags, and what it takes and answers."""

    verb: str
    make: Callable[[Values, int], Any]
    asked: tuple[str, ...]
    told: tuple[str, ...]
    cls: type[Record] | None  # whose fields the values are


class Room:
    """What `netlynx ynl` and `netlynx family` ask of a spec, of a room instead: operations and groups by name."""

    def __init__(self, name: str) -> None:
        self.name = name.replace("_", "-") if name in _TABLES else name
        self.where = "without a spec"
        self._known: dict[tuple[str, str], _Known] = {}
        self._notifications: dict[str, str] = {}  # by name, and what each tells of
        self._groups: dict[str, Callable[[], Group[Any]]] = {}
        if name in _FAMILIES:
            self._take_family(_FAMILIES[name])
        elif name in _TABLES:
            self._take_table(_TABLES[name])
        else:
            self._take_conntrack()

    @property
    def operations(self) -> dict[str, Operation]:
        """What there is, in the order of the room."""
        found = {}
        for name in dict.fromkeys([*(name for name, _ in self._known), *self._notifications]):
            verbs = tuple(verb for verb in ("do", "dump") if (name, verb) in self._known)
            known = {verb: self._known[name, verb] for verb in verbs}
            asked = {verb: each.asked for verb, each in known.items()}
            told = {verb: each.told for verb, each in known.items()}
            found[name] = Operation(name, "", verbs, asked, told, self._notifications.get(name, ""), "")
        return found

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups to subscribe to."""
        return tuple(self._groups)

    def do(self, operation: str, values: Values, /, *, netlink_flags: Flags = 0) -> Do[Any]:
        """The operation as a `do`. Raises SpecError for one that there is not, EncodeError for a value."""
        made: Do[Any] = self._made(operation, "do", values, netlink_flags)
        return made

    def dump(self, operation: str, values: Values, /, *, netlink_flags: Flags = 0) -> Dump[Any]:
        """The operation as a `dump`; otherwise as `do`."""
        made: Dump[Any] = self._made(operation, "dump", values, netlink_flags)
        return made

    def _made(self, operation: str, verb: str, values: Values, netlink_flags: Flags) -> Any:
        return self._find(operation, verb).make(values, flags_of(netlink_flags))

    def _find(self, operation: str, verb: str) -> _Known:
        name = operation.replace("_", "-")
        known = self._known.get((name, verb))
        if known is not None:
            return known
        if name in self.operations:
            verbs = self.operations[name].verbs
            can = f"it is a {' and a '.join(verbs)}" if verbs else "it is a notification: subscribe to its group"
            raise SpecError(f"{self.name}.{name} is no {verb}; {can}", self.where)
        names = [each for each, can in self._known if can == verb]
        raise SpecError(
            f"{self.name} has no operation {operation!r}{nearest(name, names)}",
            self.where,
        )

    def request_record(self, operation: str, verb: str) -> type[Record] | None:
        """The class whose fields the values of an operation are, None where it takes none. Raises SpecError."""
        return self._find(operation, verb).cls

    def said(self, operation: str, verb: str, words: Iterable[str]) -> Values:
        """The values of an operation that words such as ``index=lo`` say. Raises SpecError, EncodeError."""
        known = self._find(operation, verb)
        cls: Any = known.cls
        fields, others = [], {}
        for word in words:
            if cls is None:
                raise EncodeError("requests of this operation have no attributes", word.partition("=")[0])
            given, name = _field_of(cls, word)
            if name not in cls.__declarations__ and name in known.asked and "=" in word:
                others[name] = word.partition("=")[2]
            else:
                fields.append(name + word.removeprefix(given))
        return others if cls is None else {**plain(cls, fields), **others}

    def subscribe(self, *groups: str) -> tuple[Group[Any], ...]:
        """The groups of these names, all of them without one. Raises SpecError for one that there is not."""
        found = []
        for name in groups or self._groups:
            if (make := self._groups.get(name)) is None:
                raise SpecError(
                    f"{self.name} has no group {name!r}{nearest(name, self._groups)}",
                    self.where,
                )
            found.append(make())
        return tuple({str(each): each for each in found}.values())  # NETLINK_ROUTE's are of both families

    def _take_family(self, where: _Family) -> None:
        room = import_module(where.module)
        declared = getattr(room, where.name).__family__
        plain = python_name(declared.name).lower()
        if _SPECS.get(plain, plain) == self.name:
            self.name = declared.name
        commands, events = (_members(getattr(room, each)) for each in (where.commands, where.events))
        for command in declared.commands.values():
            if isinstance(command, PartsCommand):  # neither a `do` nor a `dump` as those go here
                continue
            name = commands[command.number]
            asked = () if command.request is None else _fields(command.request)
            told = () if command.reply is None else _fields(command.reply)
            make = partial(_of_command, getattr(getattr(room, where.name), command.name), command.request)
            self._known[name, command.verb] = _Known(command.verb, make, asked, told, command.request)
        for group in declared.groups():
            said = {
                number: (events[number], record)
                for each in declared.events.values()
                if group in each.groups
                for number, (_, record) in each.commands.items()
            }
            self._notifications |= {name: record.__name__ for name, record in said.values()}
            self._groups[group] = partial(
                Group, f"{declared.name}.{group}", NETLINK.GENERIC, (), {}, declared.name, (group,), said
            )

    def _take_table(self, table: _Table) -> None:
        from netlynx import route

        cls = getattr(route, table.record)
        fields = _fields(cls)
        self._add_call(f"get{table.word}", "dump", getattr(route, table.listing), cls)
        if table.single:
            self._add_call(f"get{table.word}", "do", getattr(route, table.single), cls)
        self._known[f"new{table.word}", "do"] = _Known("do", partial(_new, cls), fields, (), cls)
        self._known[f"del{table.word}", "do"] = _Known("do", partial(_delete, cls), fields, (), cls)
        for group in table.groups:
            self._groups[f"rtnlgrp-{group}"] = lambda: getattr(route, table.group)

    def _take_conntrack(self) -> None:
        from netlynx.netfilter import conntrack

        self._add_call("get", "dump", conntrack.flows, conntrack.Flow)
        self._add_call("get-stats", "dump", conntrack.cpu_statistics, conntrack.CpuStatistics)

    def _add_call(self, name: str, verb: str, call: Callable[..., Any], cls: type[Record]) -> None:
        """An operation that a function of the room makes of its arguments."""
        asked = tuple(inspect.signature(call).parameters)
        self._known[name, verb] = _Known(verb, partial(_of_call, call, name, asked, cls), asked, _fields(cls), cls)


def _members(constants: Any) -> dict[int, str]:
    """Names by number, as specs write them."""
    return {
        int(number): name.lower().replace("_", "-")
        for name, number in vars(constants).items()
        if isinstance(number, int) and name.isupper()
    }


def _fields(cls: Any) -> tuple[str, ...]:
    return tuple(cls.__declarations__)


def _named(cls: Any, values: Values, known: tuple[str, ...] = ()) -> dict[str, Any]:
    """The values by the room's names of fields, where the kernel's names of attributes were given."""
    found = {}
    for given, value in values.items():
        name = python_name(given)
        if name not in cls.__declarations__ and name not in known:
            ours = _of_kernel(cls, name.upper())
            name = ours if ours and (not known or ours in known) else name
        if name in found:
            raise EncodeError(f"is given twice, once as {given!r}", name)
        found[name] = value
    return found


def _field_of(cls: Any, word: str) -> tuple[str, str]:
    """What a word begins with, and the field of the room that it means."""
    given = re.match(r"[\w-]*", word)
    said = "" if given is None else given[0]
    name = python_name(said)
    return said, name if not said or name in cls.__declarations__ else _of_kernel(cls, name.upper()) or name


def _of_kernel(cls: Any, name: str) -> str:
    """The field of the attribute that the kernel calls so, behind the prefix that its constants have; "" for none."""
    found = [
        (len(each.path), len(constant), field)
        for field, each in cls.__declarations__.items()
        if each.path and (constant := str(getattr(each.path[-1], "c_name", ""))).endswith(f"_{name}")
    ]
    return min(found, default=(0, 0, ""))[2]  # IFLA_IFNAME, not IFLA_ALT_IFNAME


def _of_command(command: Callable[..., Any], request: Any, values: Values, flags: int) -> Any:
    if flags:
        raise EncodeError("operations of this family take no flags", "netlink_flags")
    if request is None:
        if values:
            raise EncodeError("requests of this operation have no attributes", next(iter(values)))
        return command()
    return command(from_json(request, _named(request, values)))


def _of_call(
    call: Callable[..., Any], name: str, known: tuple[str, ...], cls: type[Record], values: Values, flags: int
) -> Any:
    if flags:
        raise EncodeError("what is only asked takes no flags", "netlink_flags")
    given = _named(cls, values, known)
    for each in given:
        if each not in known:
            raise EncodeError(f"is not asked by this{nearest(each, known)}", each)
        if isinstance(given[each], dict) and each in cls.__declarations__:
            given[each] = getattr(from_json(cls, {each: given[each]}), each)
    try:
        return call(**given)
    except TypeError:
        needed = [
            each.name for each in inspect.signature(call).parameters.values() if each.default is inspect.Parameter.empty
        ]
        if missing := [each for each in needed if each not in given]:
            raise EncodeError(f"{name} wants {missing[0]}") from None
        raise


# Which verb has these flags.
_VERBS = {
    NLM_F.CREATE | NLM_F.EXCL: "add",
    NLM_F.CREATE | NLM_F.REPLACE: "replace",
    NLM_F.CREATE | NLM_F.APPEND: "append",
    0: "change",
}


def _new(cls: type[Record], values: Values, flags: int) -> Any:
    from netlynx import route

    verb = _VERBS.get(flags)
    if verb is None:
        raise EncodeError("give create and excl, create and replace, create and append, or none", "--flag")
    return getattr(route, verb)(from_json(cls, _named(cls, values)))


def _delete(cls: type[Record], values: Values, flags: int) -> Any:
    from netlynx import route

    if flags:
        raise EncodeError("a deletion takes no flags", "--flag")
    return route.delete(from_json(cls, _named(cls, values)))


def room(name: str) -> Room | None:
    """The room of a family by its spec's name, None where there is none."""
    plain = python_name(name).lower()
    plain = _SPECS.get(plain, plain)
    return Room(plain) if plain in NAMES else None


def name_of(name: str) -> str:
    """What the kernel calls a family of generic netlink that has a room, by its name here; other names as they are."""
    plain = python_name(name).lower()
    return Room(plain).name if plain in _FAMILIES else name


def described(name: str) -> Spec | Room | None:
    """A family by its room or its spec, None where there is neither. Raises SpecError for a spec without sense."""
    from netlynx import ynl

    found = room(name)
    if found is not None:
        return found
    try:
        ynl.find(name)
    except SpecError:
        return None
    return ynl.load(name)

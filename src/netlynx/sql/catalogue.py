"""Which tables there are: every listing of every room, by the name that it has on the command line where it has one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any  # operations, of whatever record a room has

if TYPE_CHECKING:
    from netlynx.client.connection import Connection
    from netlynx.schema.record import Record

Conditions = Mapping[str, tuple[Any, ...]]
"""By the name of a column, the values any of which it must have."""


@dataclass(frozen=True, eq=False)
class Listing:
    """A table: which function of which room lists it (``route.routes``), and what it is.

    `asks` are columns by which the kernel itself chooses: arguments of that function. What is no dump without arguments
    has in `sweep` the function of `netlynx.sql.sweeps` that makes it, and its `record` by name; with `skips`, what a
    kernel does not have of it is passed over. Where there is no record, its columns are `texts`. With `once` it is the
    same in all network namespaces.
    """

    name: str
    home: str
    about: str
    asks: tuple[str, ...] = ()
    sweep: str = ""
    record_home: str = ""
    texts: tuple[str, ...] = ()
    skips: bool = False
    once: bool = False

    @cached_property
    def function(self) -> Any:
        """What makes the operation."""
        return _named(self.home)

    @cached_property
    def record(self) -> type[Record]:
        """What a row is."""
        found = _named(self.record_home) if self.record_home else self.function().reply
        return found  # type: ignore[no-any-return]  # by its name

    def parts(self, nl: Connection, asked: Mapping[str, Any]) -> Iterator[Any]:
        """What it consists of: dumps, or lists of records. `asked` are the values of columns in `asks`.

        Raises as a connection, and EncodeError.
        """
        if self.sweep:
            sweep = getattr(import_module("netlynx.sql.sweeps"), self.sweep)
            yield from sweep(nl, self.function)
        else:
            yield self.function(**asked)


def _named(home: str) -> Any:
    module, _, name = home.rpartition(".")
    return getattr(import_module(f"netlynx.{module}"), name)


_TABLES: tuple[tuple[str, str, str, str], ...] = (
    # name, function, columns that the kernel filters by, what it is
    ("links", "route.links", "kind master", "network interfaces"),
    ("addresses", "route.addresses", "family index", "addresses of interfaces"),
    ("routes", "route.routes", "family table oif protocol type", "routes of all tables"),
    ("neighbours", "route.neighbours", "family index", "which hardware address an IP address is at"),
    ("rules", "route.rules", "family", "routing policy rules"),
    ("nexthops", "route.nexthops", "family oif", "next hop objects: single ones and groups"),
    ("nexthop_buckets", "route.nexthop_buckets", "", "buckets of resilient groups of next hops"),
    ("fdb", "route.fdb", "index", "forwarding databases of bridges and VXLAN devices"),
    ("nsids", "route.namespace_ids", "", "IDs by which a namespace knows others"),
    ("address_labels", "route.address_labels", "", "labels of IPv6 addresses"),
    ("neighbour_tables", "route.neighbour_tables", "", "tables of neighbours and their parameters"),
    ("netconf", "route.netconfs", "family", "how interfaces forward"),
    ("stats", "route.stats", "", "what interfaces count"),
    ("anycast_addresses", "route.anycast_addresses", "", "anycast addresses of interfaces"),
    ("multicast_routes", "route.multicast_routes", "", "multicast routes"),
    ("multicast_tables", "route.multicast_tables", "", "tables of multicast routing"),
    ("can_gateways", "route.can_gateways", "", "gateways between CAN buses"),
    ("mctp_addresses", "route.mctp_addresses", "", "MCTP addresses"),
    ("mctp_routes", "route.mctp_routes", "", "MCTP routes"),
    ("mctp_neighbours", "route.mctp_neighbours", "", "MCTP neighbours"),
    ("phonet_addresses", "route.phonet_addresses", "", "Phonet addresses"),
    ("phonet_routes", "route.phonet_routes", "", "Phonet routes"),
    ("bridge_vlans", "route.port_vlans", "", "VLANs of bridges' ports"),
    ("bridge_vlan_options", "route.vlan_options", "", "options of VLANs of bridges and their ports"),
    ("bridge_mdb", "route.mdb", "", "multicast groups of bridges"),
    ("bridge_mdb_routers", "route.mdb_routers", "", "ports of bridges behind which multicast routers are"),
    ("bridge_mst", "route.mst_states", "", "states of ports by spanning tree instance"),
    ("bridge_vnis", "route.vnis", "", "networks of VXLAN devices"),
    ("qdiscs", "tc.qdiscs", "index", "queueing disciplines"),
    ("tcp_sockets", "diag.tcp", "", "TCP sockets"),
    ("udp_sockets", "diag.udp", "", "UDP sockets"),
    ("udplite_sockets", "diag.udplite", "", "UDP-Lite sockets"),
    ("raw_sockets", "diag.raw", "", "raw sockets"),
    ("mptcp_sockets", "diag.mptcp", "", "MPTCP sockets"),
    ("sctp_sockets", "diag.sctp", "", "SCTP sockets"),
    ("dccp_sockets", "diag.dccp", "", "DCCP sockets"),
    ("unix_sockets", "diag.unix", "", "Unix sockets"),
    ("packet_sockets", "diag.packet", "", "packet sockets"),
    ("vsock_sockets", "diag.vsock", "", "vsock sockets"),
    ("xdp_sockets", "diag.xdp", "", "XDP sockets"),
    ("tipc_sockets", "diag.tipc", "", "TIPC sockets"),
    ("smc_sockets", "diag.smc", "", "SMC sockets"),
    ("conntrack", "netfilter.conntrack.flows", "", "tracked connections"),
    ("conntrack_dying", "netfilter.conntrack.dying", "", "tracked connections that are going away"),
    ("conntrack_unconfirmed", "netfilter.conntrack.unconfirmed", "", "connections not yet confirmed"),
    ("conntrack_statistics", "netfilter.conntrack_statistics.cpu_statistics", "", "what tracking counts, by processor"),
    ("expectations", "netfilter.expectation.expectations", "", "connections that are expected"),
    ("expectation_statistics", "netfilter.conntrack_statistics.expectation_statistics", "", "what expecting counts"),
    ("conntrack_timeouts", "netfilter.timeouts.policies", "", "policies of timeouts"),
    ("conntrack_helpers", "netfilter.helpers.helpers", "", "helpers in processes"),
    ("accounting", "netfilter.accounting.accounts", "", "objects that count packets"),
    ("nft_tables", "nftables.tables", "", "tables of the firewall"),
    ("nft_chains", "nftables.chains", "", "chains of the firewall"),
    ("nft_rules", "nftables.rules", "", "rules of the firewall"),
    ("nft_sets", "nftables.sets", "", "sets of the firewall"),
    ("nft_objects", "nftables.objects", "", "counters, quotas and other objects of the firewall"),
    ("nft_flowtables", "nftables.flowtables", "", "flow tables of the firewall"),
    ("ipsets", "ipset.sets", "", "sets that rules look packets up in"),
    ("ipset_entries", "ipset.entries", "", "what is in these sets"),
    ("devlink_devices", "devlink.devices", "", "devices beyond their interfaces"),
    ("devlink_ports", "devlink.ports", "", "ports of devices, and what is behind them"),
    ("devlink_params", "devlink.params", "", "parameters of devices"),
    ("devlink_reporters", "devlink.reporters", "", "health of devices"),
    ("devlink_regions", "devlink.regions", "", "regions of devices' memory"),
    ("devlink_rates", "devlink.rates", "", "rates of ports, and of groups of them"),
    ("devlink_traps", "devlink.traps", "", "packets that devices drop or trap"),
    ("devlink_trap_groups", "devlink.trap_groups", "", "groups of traps"),
    ("devlink_trap_policers", "devlink.trap_policers", "", "policers of traps"),
    ("devlink_infos", "devlink.infos", "", "drivers, serial numbers and versions of devices"),
    ("devlink_buffers", "devlink.buffers", "", "shared buffers of devices"),
    ("devlink_pools", "devlink.pools", "", "pools of shared buffers"),
    ("devlink_port_pools", "devlink.port_pools", "", "what ports may have of pools, and have"),
    ("devlink_bindings", "devlink.bindings", "", "which pools traffic classes of ports use"),
    ("devlink_linecards", "devlink.linecards", "", "line cards"),
    ("rdma_devices", "rdma.devices", "", "devices of RDMA"),
    ("rdma_links", "rdma.links", "", "ports of these devices, and the interfaces behind them"),
    ("rdma_resources", "rdma.resources", "", "how many resources these devices have"),
    ("rdma_queue_pairs", "rdma.queue_pairs", "", "queue pairs, and whose they are"),
    ("rdma_cm_ids", "rdma.cm_ids", "", "identifiers of the connection manager"),
    ("rdma_completion_queues", "rdma.completion_queues", "", "completion queues"),
    ("rdma_memory_regions", "rdma.memory_regions", "", "memory that devices read and write"),
    ("rdma_protection_domains", "rdma.protection_domains", "", "what of these may work together"),
    ("rdma_contexts", "rdma.contexts", "", "processes that have opened devices"),
    ("rdma_shared_receive_queues", "rdma.shared_receive_queues", "", "receive queues that queue pairs share"),
    ("rdma_counters", "rdma.counters", "", "what was counted of queue pairs"),
    ("rdma_region_statistics", "rdma.region_statistics", "", "what was counted of memory regions"),
    ("rdma_frmr_pools", "rdma.frmr_pools", "", "pools of memory regions of drivers"),
    ("xfrm_policies", "xfrm.policies", "", "policies of IPsec"),
    ("ipvs_services", "ipvs.services", "", "services that are balanced"),
    ("ipvs_daemons", "ipvs.daemons", "", "daemons that synchronise connections"),
    ("fou_ports", "fou.ports", "", "ports whose packets are taken out of UDP"),
    ("ila_mappings", "ila.mappings", "", "locators that are replaced in addresses"),
    ("gtp_contexts", "gtp.contexts", "", "whose packets travel in which tunnel of GTP"),
    ("seg6_keys", "seg6.keys", "", "keys of segment routing, without what is secret"),
    ("ioam6_namespaces", "ioam6.namespaces", "", "namespaces of in-situ OAM"),
    ("ioam6_schemas", "ioam6.schemas", "", "data that is added to packets of these"),
    ("l2tp_tunnels", "l2tp.tunnels", "", "tunnels of L2TP"),
    ("l2tp_sessions", "l2tp.sessions", "", "sessions in these tunnels"),
    ("sample_groups", "psample.groups", "", "groups of sampled packets"),
    ("macsec", "macsec.devices", "", "MACsec devices, their channels and associations"),
    ("ovs_datapaths", "ovs.datapaths", "", "datapaths of Open vSwitch"),
    ("mptcp_endpoints", "mptcp.endpoints", "", "addresses that MPTCP uses"),
    ("tcp_metrics", "tcp_metrics.entries", "", "what TCP remembers of hosts"),
    ("netdev_devices", "netdev.devices", "", "what drivers can do: XDP"),
    ("netdev_queues", "netdev.queues", "", "queues of devices"),
    ("netdev_napis", "netdev.napis", "", "NAPI instances"),
    ("netdev_page_pools", "netdev.page_pools", "", "page pools"),
    ("netdev_page_pool_statistics", "netdev.page_pool_statistics", "", "what page pools count"),
    ("netdev_statistics", "netdev.statistics", "", "what queues count"),
    ("wifi_interfaces", "nl80211.interfaces", "", "wireless interfaces"),
    ("wifi_regulations", "nl80211.regulations", "", "what regulators allow"),
    ("ethtool_channels", "ethtool.all_channels", "", "numbers of channels"),
    ("ethtool_coalesce", "ethtool.all_coalesce", "", "when devices interrupt"),
    ("ethtool_debug", "ethtool.all_debug", "", "what drivers log"),
    ("ethtool_eee", "ethtool.all_eee", "", "energy-efficient Ethernet"),
    ("ethtool_features", "ethtool.all_features", "", "what devices do in place of the kernel"),
    ("ethtool_fec", "ethtool.all_fec", "", "forward error correction"),
    ("ethtool_linkinfo", "ethtool.linkinfos", "", "port, transceiver and crossover"),
    ("ethtool_linkmodes", "ethtool.all_linkmodes", "", "speed, duplex and link modes"),
    ("ethtool_linkstate", "ethtool.linkstates", "", "whether there is a link"),
    ("ethtool_mm", "ethtool.all_mm", "", "MAC merge"),
    ("ethtool_modules", "ethtool.modules", "", "plug-in modules"),
    ("ethtool_mse", "ethtool.all_mse", "", "mean square errors of signals"),
    ("ethtool_pause", "ethtool.all_pause", "", "pause frames"),
    ("ethtool_phc_vclocks", "ethtool.all_phc_vclocks", "", "virtual clocks"),
    ("ethtool_phys", "ethtool.phys", "", "PHYs"),
    ("ethtool_plca", "ethtool.all_plca", "", "PLCA as it is configured"),
    ("ethtool_plca_status", "ethtool.plca_statuses", "", "whether PLCA works"),
    ("ethtool_privflags", "ethtool.all_privflags", "", "drivers' own flags"),
    ("ethtool_pse", "ethtool.all_pse", "", "power over Ethernet"),
    ("ethtool_rings", "ethtool.all_rings", "", "sizes of rings"),
    ("ethtool_rss", "ethtool.all_rss", "", "receive-side scaling"),
    ("ethtool_statistics", "ethtool.all_statistics", "", "standard counters of devices"),
    ("ethtool_tsconfig", "ethtool.all_tsconfig", "", "what timestamps are made"),
    ("ethtool_tsinfo", "ethtool.all_tsinfo", "", "what timestamps can be had"),
    ("ethtool_tunnels", "ethtool.all_tunnels", "", "UDP ports of tunnels"),
    ("ethtool_wol", "ethtool.all_wol", "", "what wakes the machine"),
)

_OTHERS = (
    Listing(
        "sockets",
        "diag.tcp",
        "sockets of all protocols on IP that this kernel lists",
        sweep="of_protocols",
        record_home="diag.InetSocket",
        skips=True,
    ),
    Listing(
        "netlink_sockets",
        "diag.netlink",
        "netlink sockets",
        sweep="each_once",
        record_home="diag.NetlinkSocket",
    ),
    Listing(
        "proxies",
        "route.neighbours",
        "addresses that this host answers for",
        sweep="of_proxies",
        record_home="route.Neighbour",
    ),
    Listing(
        "multicast_addresses",
        "route.multicast_addresses",
        "groups that interfaces listen to",
        sweep="both_families",
        record_home="route.Address",
    ),
    Listing("classes", "tc.classes", "traffic classes", sweep="of_qdiscs", record_home="tc.Class"),
    Listing("filters", "tc.filters", "filters of traffic", sweep="of_qdiscs", record_home="tc.Filter"),
    Listing("chains", "tc.chains", "chains of filters", sweep="of_qdiscs", record_home="tc.Chain"),
    Listing("actions", "tc.actions", "actions of traffic control", sweep="of_kinds", record_home="tc.Action"),
    Listing("nft_elements", "nftables.elements", "what is in sets", sweep="of_sets", record_home="nftables.Element"),
    Listing(
        "hooks",
        "netfilter.hooks.everything",
        "functions that packets go through at each hook",
        sweep="answered",
        record_home="netfilter.hooks.HookFunction",
    ),
    Listing(
        "ipvs_destinations",
        "ipvs.pools",
        "where services' connections go",
        sweep="of_pools",
        record_home="ipvs.Destination",
    ),
    Listing(
        "wireguard",
        "wireguard.devices",
        "WireGuard devices and peers, without secret keys",
        sweep="of_wireguard",
        record_home="wireguard.Device",
    ),
    Listing("wifi_radios", "nl80211.wiphys", "wireless radios", sweep="answered", record_home="nl80211.Wiphy"),
    Listing(
        "wifi_stations",
        "nl80211.stations",
        "stations that wireless interfaces know",
        sweep="of_wireless",
        record_home="nl80211.Station",
    ),
    Listing(
        "wifi_networks",
        "nl80211.scan_results",
        "networks that wireless interfaces have seen of late",
        sweep="of_wireless",
        record_home="nl80211.Bss",
    ),
    Listing(
        "wifi_surveys",
        "nl80211.surveys",
        "what wireless interfaces measured on channels",
        sweep="of_wireless",
        record_home="nl80211.Survey",
    ),
    Listing(
        "xfrm_states",
        "xfrm.states",
        "states of IPsec, without their keys",
        sweep="of_xfrm",
        record_home="xfrm.State",
    ),
    Listing("ovs_vports", "ovs.vports", "ports of these datapaths", sweep="of_datapaths", record_home="ovs.Vport"),
    Listing("ovs_flows", "ovs.flows", "flows of these datapaths", sweep="of_datapaths", record_home="ovs.Flow"),
    Listing("dcb", "dcb.devices", "Data Center Bridging of devices", sweep="answered", record_home="dcb.Device"),
    Listing(
        "audit_rules",
        "audit.rules",
        "what is audited, in auditctl's words",
        sweep="of_audit",
        texts=("list", "action", "rule"),
        once=True,
    ),
    Listing("crypto", "crypto.algorithms", "algorithms of the kernel's crypto layer", once=True),
    Listing("families", "generic.families", "families of generic netlink", once=True),
)


def _all() -> dict[str, Listing]:
    plain = (Listing(name, home, about, tuple(asks.split())) for name, home, asks, about in _TABLES)
    return {each.name: each for each in (*plain, *_OTHERS)}


LISTINGS: dict[str, Listing] = _all()
"""By the names of their tables."""

VIEWS: dict[str, tuple[str, str]] = {
    "nft_counters": (
        "named counters of the firewall",
        """select netns, family, "table", name, data.counter.packets as packets, data.counter.bytes as bytes
        from nft_objects where type = 'counter'""",
    ),
}
"""Tables that are made of others: what each is, and the statement that makes it."""

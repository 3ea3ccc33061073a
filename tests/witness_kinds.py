"""Tables of `info_data` and `info_slave_data` in `ip -d link`: one for each kind of link. See `witness`."""

from __future__ import annotations

from typing import Any

from netlynx.route import BridgeOption, IpvlanFlag, MacvlanFlag
from witness import ABSENT, Names, Table, attribute, given, hexadecimal, interface, label, nonzero, number, true_if
from witness_tunnels import TUNNELS

# Of these kinds rtnetlink says no more than the name.
SILENT = ("dummy", "ifb", "nlmon", "team", "vcan", "veth", "vxcan", "wireguard")


def seconds(path: str) -> Any:
    """Clock ticks that `ip` prints as seconds."""
    return attribute(path, lambda ticks: ABSENT if ticks is None else ticks / 100)


def mask(path: str) -> Any:
    """A mask as the C format %#x has it: 0 without 0x."""
    return attribute(path, lambda bits: ABSENT if bits is None else f"{bits:#x}" if bits else "0")


# -- bridges -----------------------------------------------------------------------------------------------------


def _bridge_id(name: str) -> Any:
    def say(record: Any, names: Names) -> Any:
        value = getattr(record, name)
        if value is None:
            return ABSENT
        octets = [f"{int(octet, 16):x}" for octet in value.address.split(":")]  # `ip` does not fill them with zeros
        return f"{value.priority:04x}.{':'.join(octets)}"

    return say


def _option(bit: BridgeOption) -> Any:
    return attribute("options", lambda options: ABSENT if options is None else int(bit in options.values))


BRIDGE: Table = {
    "forward_delay": attribute("forward_delay"),
    "hello_time": attribute("hello_time"),
    "max_age": attribute("max_age"),
    "ageing_time": attribute("ageing"),
    "stp_state": number("stp"),
    "priority": attribute("priority"),
    "vlan_filtering": number("vlan_filtering"),
    "vlan_protocol": attribute("vlan_protocol", label),
    "bridge_id": _bridge_id("bridge_id"),
    "root_id": _bridge_id("root_id"),
    "root_port": attribute("root_port"),
    "root_path_cost": attribute("root_path_cost"),
    "topology_change": number("topology_change"),
    "topology_change_detected": number("topology_change_detected"),
    "hello_timer": seconds("hello_timer"),
    "tcn_timer": seconds("tcn_timer"),
    "topology_change_timer": seconds("topology_change_timer"),
    "gc_timer": seconds("gc_timer"),
    "vlan_default_pvid": attribute("vlan_default_pvid"),
    "vlan_stats_enabled": number("vlan_stats_enabled"),
    "vlan_stats_per_port": number("vlan_stats_per_port"),
    "group_fwd_mask": mask("group_forward_mask"),
    "group_addr": attribute("group_address"),
    "mcast_snooping": number("multicast_snooping"),
    "no_linklocal_learn": _option(BridgeOption.NO_LL_LEARN),
    "mcast_vlan_snooping": _option(BridgeOption.MCAST_VLAN_SNOOPING),
    "mcast_router": number("multicast_router"),
    "mcast_query_use_ifaddr": number("multicast_query_use_address"),
    "mcast_querier": number("multicast_querier"),
    "mcast_hash_elasticity": attribute("multicast_hash_elasticity"),
    "mcast_hash_max": attribute("multicast_hash_max"),
    "mcast_last_member_cnt": attribute("multicast_last_member_count"),
    "mcast_startup_query_cnt": attribute("multicast_startup_query_count"),
    "mcast_last_member_intvl": attribute("multicast_last_member_interval"),
    "mcast_membership_intvl": attribute("multicast_membership_interval"),
    "mcast_querier_intvl": attribute("multicast_querier_interval"),
    "mcast_query_intvl": attribute("multicast_query_interval"),
    "mcast_query_response_intvl": attribute("multicast_query_response_interval"),
    "mcast_startup_query_intvl": attribute("multicast_startup_query_interval"),
    "mcast_stats_enabled": number("multicast_stats_enabled"),
    "mcast_igmp_version": attribute("multicast_igmp_version"),
    "mcast_mld_version": attribute("multicast_mld_version"),
    "nf_call_iptables": number("nf_call_iptables"),
    "nf_call_ip6tables": number("nf_call_ip6tables"),
    "nf_call_arptables": number("nf_call_arptables"),
}

BRIDGE_PORT: Table = {
    "state": attribute("state", label),
    "priority": attribute("priority"),
    "cost": attribute("cost"),
    "hairpin": attribute("hairpin"),
    "guard": attribute("guard"),
    "root_block": attribute("root_block"),
    "fastleave": attribute("fast_leave"),
    "learning": attribute("learning"),
    "flood": attribute("unicast_flood"),
    "id": attribute("id", hexadecimal),
    "no": attribute("number", hexadecimal),
    "designated_port": attribute("designated_port"),
    "designated_cost": attribute("designated_cost"),
    "bridge_id": _bridge_id("bridge_id"),
    "root_id": _bridge_id("root_id"),
    "hold_timer": seconds("hold_timer"),
    "message_age_timer": seconds("message_age_timer"),
    "forward_delay_timer": seconds("forward_delay_timer"),
    "topology_change_ack": number("topology_change_ack"),
    "config_pending": number("config_pending"),
    "proxy_arp": attribute("proxy_arp"),
    "proxy_arp_wifi": attribute("proxy_arp_wifi"),
    "multicast_router": number("multicast_router"),
    "mcast_flood": attribute("multicast_flood"),
    "bcast_flood": attribute("broadcast_flood"),
    "mcast_to_unicast": attribute("multicast_to_unicast"),
    "neigh_suppress": attribute("neighbour_suppress"),
    "group_fwd_mask": mask("group_forward_mask"),
    "group_fwd_mask_str": attribute("group_forward_mask", hexadecimal),
    "vlan_tunnel": attribute("vlan_tunnel"),
    "isolated": attribute("isolated"),
    "locked": attribute("locked"),
    "backup_port": interface("backup_port"),
}


# -- links over links, links of programs -------------------------------------------------------------------------


def _vlan_flags(record: Any, names: Names) -> Any:
    return (
        ABSENT if record.flags is None else sorted(each.upper().replace("-", "_") for each in record.flags.flags.labels)
    )


def _qos(name: str) -> Any:
    return attribute(name, lambda map: [{"from": each.source, "to": each.target} for each in map] or ABSENT)


VLAN: Table = {
    "protocol": attribute("protocol", label),
    "id": attribute("id"),
    "flags": _vlan_flags,
    "ingress_qos": _qos("ingress_qos"),
    "egress_qos": _qos("egress_qos"),
}

MACVLAN: Table = {
    "mode": attribute("mode", label),
    "nopromisc": attribute("flags", lambda flags: true_if(MacvlanFlag.NOPROMISC in flags)),
    "nodst": attribute("flags", lambda flags: true_if(MacvlanFlag.NODST in flags)),
    "bcqueuelen": attribute("broadcast_queue_length"),
    "usedbcqueuelen": attribute("broadcast_queue_length_used"),
    "macaddr_count": attribute("source_count", nonzero),
    "macaddr_data": attribute("sources", lambda sources: given(list(sources) or None)),
}

IPVLAN: Table = {
    "mode": attribute("mode", label),
    "private": attribute("flags", lambda flags: true_if(IpvlanFlag.PRIVATE in flags)),
    "vepa": attribute("flags", lambda flags: true_if(IpvlanFlag.VEPA in flags)),
    "bridge": attribute("flags", lambda flags: true_if(not flags)),
}

MACSEC: Table = {
    "sci": attribute("sci", lambda sci: f"{sci:016x}"),
    "protect": attribute("protect"),
    "cipher_suite": attribute("cipher_suite", label),
    "icv_len": attribute("icv_length"),
    "encoding_sa": attribute("encoding_sa"),
    "validation": attribute("validation", label),
    "offload": attribute("offload", label),
    "encrypt": attribute("encrypt"),
    "inc_sci": attribute("include_sci"),
    "es": attribute("end_station"),
    "scb": attribute("single_copy_broadcast"),
    "replay_protect": attribute("replay_protect"),
    "window": lambda record, names: given(record.window) if record.replay_protect else ABSENT,
}

HSR: Table = {
    "slave1": interface("port1"),
    "slave2": interface("port2"),
    "seq_nr": attribute("sequence"),
    "supervision_addr": attribute("supervision_address"),
    "proto": number("protocol"),
}

VRF: Table = {"table": attribute("table")}

XFRM: Table = {
    "external": lambda record, names: true_if(record.collect_metadata),
    "if_id": attribute("id", hexadecimal),
}

TUN: Table = {
    "type": attribute("type", label),
    "pi": attribute("packet_information"),
    "vnet_hdr": attribute("vnet_header"),
    "multi_queue": attribute("multi_queue"),
    "numqueues": lambda record, names: given(record.queues) if record.multi_queue else ABSENT,
    "numdisabled": lambda record, names: given(record.disabled_queues) if record.multi_queue else ABSENT,
    "persist": attribute("persist"),
    "user": attribute("owner", lambda uid: {None: ABSENT, 0: "root"}.get(uid, str(uid))),
    "group": attribute("group", lambda gid: {None: ABSENT, 0: "root"}.get(gid, str(gid))),
}

GTP: Table = {
    "role": attribute("role", label),
    "hsize": attribute("hash_size"),
    "restart_count": attribute("restart_count"),
}


# -- bonds -------------------------------------------------------------------------------------------------------

# The names of bits of the port state that `ip` uses.
LACP_STATES = [
    "active",
    "short_timeout",
    "aggregating",
    "in_sync",
    "collecting",
    "distributing",
    "defaulted",
    "expired",
]


def _lacp_names(path: str) -> Any:
    return attribute(
        path,
        lambda state: ABSENT if state is None else [name for bit, name in enumerate(LACP_STATES) if state >> bit & 1],
    )


def _ad_info(record: Any, names: Names) -> Any:
    info = record.ad_info
    if info is None:
        return ABSENT
    return {
        "aggregator": info.aggregator,
        "num_ports": info.ports,
        "actor_key": info.actor_key,
        "partner_key": info.partner_key,
        "partner_mac": info.partner_address,
    }


def _targets(name: str) -> Any:
    return attribute(name, lambda targets: given(list(targets or ()) or None))


BOND: Table = {
    "mode": attribute("mode", label),
    "active_slave": interface("active_member"),
    "miimon": attribute("miimon"),
    "updelay": attribute("up_delay"),
    "downdelay": attribute("down_delay"),
    "peer_notify_delay": attribute("peer_notify_delay"),
    "use_carrier": number("use_carrier"),
    "arp_interval": attribute("arp_interval"),
    "arp_missed_max": attribute("missed_max"),
    "arp_ip_target": _targets("arp_targets"),
    "ns_ip6_target": _targets("ns_targets"),
    "arp_validate": attribute("arp_validate", lambda value: label(value) if value else None),
    "arp_all_targets": attribute("arp_all_targets", label),
    "primary": interface("primary"),
    "primary_reselect": attribute("primary_reselect", label),
    "fail_over_mac": attribute("fail_over_mac", label),
    "xmit_hash_policy": attribute("xmit_hash_policy", label),
    "resend_igmp": attribute("resend_igmp"),
    "num_peer_notif": attribute("peer_notifications"),
    "all_slaves_active": number("all_members_active"),
    "min_links": attribute("min_links"),
    "lp_interval": attribute("lp_interval"),
    "packets_per_slave": attribute("packets_per_member"),
    "ad_lacp_active": attribute("lacp_active", lambda value: {None: ABSENT, True: "on", False: "off"}[value]),
    "ad_lacp_rate": attribute("lacp_rate", label),
    "ad_select": attribute("ad_select", label),
    "ad_info": _ad_info,
    "ad_actor_sys_prio": attribute("ad_actor_system_priority"),
    "ad_user_port_key": attribute("ad_user_port_key"),
    "ad_actor_system": attribute("ad_actor_system"),
    "tlb_dynamic_lb": number("tlb_dynamic"),
}

BOND_MEMBER: Table = {
    "state": attribute("state", label),
    "mii_status": attribute("mii_status", label),
    "link_failure_count": attribute("link_failures"),
    "perm_hwaddr": attribute("permanent_address"),
    "queue_id": attribute("queue"),
    "prio": attribute("priority"),
    "ad_aggregator_id": attribute("ad_aggregator"),
    "ad_actor_oper_port_state": number("ad_actor_state"),
    "ad_actor_oper_port_state_str": _lacp_names("ad_actor_state"),
    "ad_partner_oper_port_state": number("ad_partner_state"),
    "ad_partner_oper_port_state_str": _lacp_names("ad_partner_state"),
}


KINDS: dict[str, Table] = {
    **TUNNELS,
    **{kind: {} for kind in SILENT},
    "bond": BOND,
    "bridge": BRIDGE,
    "gtp": GTP,
    "hsr": HSR,
    "ipvlan": IPVLAN,
    "ipvtap": IPVLAN,
    "macsec": MACSEC,
    "macvlan": MACVLAN,
    "macvtap": MACVLAN,
    "tun": TUN,
    "vlan": VLAN,
    "vrf": VRF,
    "xfrm": XFRM,
}
"""`info_data` by `info_kind`."""

PORTS: dict[str, Table] = {"bond": BOND_MEMBER, "bridge": BRIDGE_PORT, "vrf": VRF}
"""`info_slave_data` by `info_slave_kind`."""

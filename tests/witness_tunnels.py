"""Tables of `info_data` of tunnels in `ip -d link`. See `witness`."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address
from typing import Any

from netlynx.route import EncapsulationType, Ip6TunnelFlag, SitFlag, TunnelProtocol
from netlynx.route.kinds.gre import GreFlag
from witness import (
    ABSENT,
    Names,
    Say,
    Table,
    attribute,
    given,
    hexadecimal,
    interface,
    label,
    nonzero,
    true_if,
)


def _plain_tos(record: Any, names: Names) -> Any:
    return hexadecimal(record.tos or None)


def _external(record: Any, names: Names) -> Any:
    return true_if(record.collect_metadata)


# -- VXLAN and GENEVE --------------------------------------------------------------------------------------------


def _far_end(name: str, multicast: bool) -> Say:
    """`group` and `remote` are one attribute: which of them depends on the address."""

    def say(record: Any, names: Names) -> Any:
        address = getattr(record, name)
        return ABSENT if address is None or ip_address(address).is_multicast is not multicast else address

    return say


def _outer_ttl(record: Any, names: Names) -> Any:
    return ABSENT if record.ttl_inherit else given(record.ttl)


def _port_range(record: Any, names: Names) -> Any:
    return {"low": record.port_range.low, "high": record.port_range.high}


VXLAN: Table = {
    "external": _external,
    "id": attribute("id"),
    "remote": _far_end("group", multicast=False),
    "remote6": _far_end("group6", multicast=False),
    "group": _far_end("group", multicast=True),
    "group6": _far_end("group6", multicast=True),
    "local": attribute("local"),
    "local6": attribute("local6"),
    "link": interface("link"),
    "port_range": _port_range,
    "port": attribute("port"),
    "learning": attribute("learning"),
    "proxy": attribute("proxy", true_if),
    "rsc": attribute("rsc", true_if),
    "l2miss": attribute("l2miss", true_if),
    "l3miss": attribute("l3miss", true_if),
    "tos": _plain_tos,
    "ttl": _outer_ttl,
    "df": attribute("df", label),
    "label": attribute("label", lambda value: hexadecimal(value or None)),
    "ageing": attribute("ageing"),
    "limit": attribute("limit", nonzero),
    "udp_csum": attribute("udp_checksum"),
    "udp_zero_csum6_tx": attribute("udp_zero_checksum6_tx"),
    "udp_zero_csum6_rx": attribute("udp_zero_checksum6_rx"),
    "remcsum_tx": attribute("remote_checksum_tx", true_if),
    "remcsum_rx": attribute("remote_checksum_rx", true_if),
    "gbp": attribute("gbp", true_if),
    "gpe": attribute("gpe", true_if),
    "vnifilter": attribute("vni_filter", true_if),
}

GENEVE: Table = {
    "external": _external,
    "id": attribute("id"),
    "remote": attribute("remote"),
    "remote6": attribute("remote6"),
    "ttl": _outer_ttl,
    "tos": _plain_tos,
    "df": attribute("df", label),
    "label": attribute("label", lambda value: hexadecimal(value or None)),
    "port": attribute("port"),
    "udp_csum": attribute("udp_checksum"),
    "udp_zero_csum6_tx": attribute("udp_zero_checksum6_tx"),
    "udp_zero_csum6_rx": attribute("udp_zero_checksum6_rx"),
    "inner_proto_inherit": attribute("inner_proto_inherit", true_if),
}


# -- over IP -----------------------------------------------------------------------------------------------------


def any_address(path: str) -> Say:
    return attribute(path, lambda text: "any" if text in (None, "0.0.0.0", "::") else text)


def _dotted(flags: str, name: str) -> Say:
    """A key, which `ip` writes like an IPv4 address, where the flags say that there is one."""

    def say(record: Any, names: Names) -> Any:
        return str(IPv4Address(getattr(record, name))) if GreFlag.KEY in getattr(record, flags) else ABSENT

    return say


def _key(name: str) -> Say:
    return attribute(name, lambda key: str(IPv4Address(key)) if key else ABSENT)


def _has(flags: str, flag: GreFlag) -> Say:
    return attribute(flags, lambda bits: true_if(flag in bits))


def _encapsulation(record: Any, names: Names) -> Any:
    if record.encapsulation in (None, EncapsulationType.NONE):
        return ABSENT
    labels = record.encapsulation_flags.labels
    return {
        "type": record.encapsulation.label,
        "sport": record.encapsulation_source_port,
        "dport": record.encapsulation_port,
        "csum": "csum" in labels,
        "csum6": "csum6" in labels,
        "remcsum": "remcsum" in labels,
    }


def _traffic_class(record: Any, names: Names) -> Any:
    if Ip6TunnelFlag.USE_ORIG_TCLASS in record.flags:
        return ABSENT
    return f"0x{record.flow_info >> 20 & 0xFF:02x}"


def _flow_label(record: Any, names: Names) -> Any:
    if Ip6TunnelFlag.USE_ORIG_FLOWLABEL in record.flags:
        return ABSENT
    return f"0x{record.flow_info & 0xFFFFF:05x}"


def _tunnel_flag(flag: Ip6TunnelFlag) -> Say:
    return lambda record, names: true_if(flag in record.flags)


def _encap_limit(record: Any, names: Names) -> Any:
    return ABSENT if Ip6TunnelFlag.IGN_ENCAP_LIMIT in record.flags else given(record.encapsulation_limit)


def _protocol(words: dict[TunnelProtocol, str]) -> Say:
    return attribute("protocol", lambda protocol: ABSENT if protocol is None else words[protocol])


ENDS: Table = {
    "external": _external,
    "remote": any_address("remote"),
    "local": any_address("local"),
    "link": interface("link"),
    "ttl": attribute("ttl"),
    "fwmark": attribute("fwmark", lambda mark: hexadecimal(mark or None)),
    "encap": _encapsulation,
}
OVER_IPV4: Table = {**ENDS, "tos": _plain_tos, "pmtudisc": attribute("path_mtu_discovery")}
OVER_IPV6: Table = {
    **ENDS,
    "encap_limit": _encap_limit,
    "tclass": _traffic_class,
    "flowlabel": _flow_label,
    "ip6_tnl_f_ign_encap_limit": _tunnel_flag(Ip6TunnelFlag.IGN_ENCAP_LIMIT),
    "ip6_tnl_f_use_orig_tclass": _tunnel_flag(Ip6TunnelFlag.USE_ORIG_TCLASS),
    "ip6_tnl_f_use_orig_flowlabel": _tunnel_flag(Ip6TunnelFlag.USE_ORIG_FLOWLABEL),
    "ip6_tnl_f_rcv_dscp_copy": _tunnel_flag(Ip6TunnelFlag.RCV_DSCP_COPY),
    "ip6_tnl_f_mip6_dev": _tunnel_flag(Ip6TunnelFlag.MIP6_DEV),
    "ip6_tnl_f_allow_local_remote": _tunnel_flag(Ip6TunnelFlag.ALLOW_LOCAL_REMOTE),
}

GRE_KEYS: Table = {
    "ikey": _dotted("input_flags", "input_key"),
    "okey": _dotted("output_flags", "output_key"),
    "iseq": _has("input_flags", GreFlag.SEQ),
    "oseq": _has("output_flags", GreFlag.SEQ),
    "icsum": _has("input_flags", GreFlag.CSUM),
    "ocsum": _has("output_flags", GreFlag.CSUM),
}
GRE: Table = {**OVER_IPV4, **GRE_KEYS, "ignore_df": attribute("ignore_df", true_if)}
ERSPAN: Table = {
    **GRE,
    "erspan_ver": attribute("erspan_version"),
    "erspan_index": lambda record, names: given(record.erspan_index) if record.erspan_version == 1 else ABSENT,
    "erspan_dir": attribute("erspan_direction", label),
    "erspan_hwid": attribute("erspan_hardware_id", hexadecimal),
}
GRE6: Table = {**OVER_IPV6, **GRE_KEYS}

IPIP: Table = {
    **OVER_IPV4,
    "proto": _protocol({TunnelProtocol.IPIP: "ipip", TunnelProtocol.MPLS: "mplsip", TunnelProtocol.ANY: "any"}),
}
SIT: Table = {
    **OVER_IPV4,
    "proto": _protocol(
        {
            TunnelProtocol.IPIP: "ipip",
            TunnelProtocol.IPV6: "ip6ip",
            TunnelProtocol.MPLS: "mplsip",
            TunnelProtocol.ANY: "any",
        }
    ),
    "external": lambda record, names: ABSENT,
    "isatap": lambda record, names: true_if(record.flags is not None and SitFlag.ISATAP in record.flags),
    "prefix": attribute("sixrd_prefix"),
    "prefixlen": attribute("sixrd_prefix_length", nonzero),
    "relay_prefix": attribute("sixrd_relay_prefix", lambda text: ABSENT if text == "0.0.0.0" else given(text)),
    "relay_prefixlen": attribute("sixrd_relay_prefix_length", nonzero),
}
IP6TNL: Table = {
    **OVER_IPV6,
    "proto": _protocol(
        {
            TunnelProtocol.IPIP: "ipip6",
            TunnelProtocol.IPV6: "ip6ip6",
            TunnelProtocol.MPLS: "mplsip6",
            TunnelProtocol.ANY: "any",
        }
    ),
}
VTI: Table = {
    "remote": any_address("remote"),
    "local": any_address("local"),
    "link": interface("link"),
    "ikey": _key("input_key"),
    "okey": _key("output_key"),
    "fwmark": attribute("fwmark", lambda mark: hexadecimal(mark or None)),
}

TUNNELS: dict[str, Table] = {
    "erspan": ERSPAN,
    "geneve": GENEVE,
    "gre": GRE,
    "gretap": GRE,
    "ip6erspan": GRE6,
    "ip6gre": GRE6,
    "ip6gretap": GRE6,
    "ip6tnl": IP6TNL,
    "ipip": IPIP,
    "sit": SIT,
    "vti": VTI,
    "vti6": VTI,
    "vxlan": VXLAN,
}

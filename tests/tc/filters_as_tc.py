"""What ``tc -j -s -d filter`` says of a filter, of the record's own JSON. Source: tc/f_*.c in iproute2 6.1.

Of `fw`, `route`, `flow`, `cgroup` and of the conditions of `basic` tc 6.1 prints text alone, and no JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from netlynx import tc
from tc.actions_as_tc import Json, bpf, named, shown_action, together, tunnel_options


def shown_filter(record: Mapping[str, Any]) -> Json | None:
    """One of those rows in which tc says more than that a priority is there; None where that is no JSON."""
    data, kind = record["data"], record["kind"]
    if kind not in OPTIONS or data.get("match"):
        return None
    made = {"protocol": record["protocol"], "pref": record["priority"], "kind": kind, "chain": record.get("chain", 0)}
    options = OPTIONS[kind](data, record["handle"])
    flags = data.get("flags", ())
    options |= {name: True for name in ("skip_hw", "skip_sw", "in_hw", "not_in_hw") if name.replace("_", "-") in flags}
    if data.get("in_hw_count"):
        options["in_hw_count"] = data["in_hw_count"]
    if data.get("actions"):
        options["actions"] = [
            shown_action(each, order, of_filter=True) for order, each in enumerate(data["actions"], 1)
        ]
    return {**made, "options": options}


def matchall(data: Mapping[str, Any], handle: str) -> Json:
    return {"handle": int(handle, 16), **named(data, classid="flowid"), "rule_hit": data["hits"]["hits"]}


def bpf_filter(data: Mapping[str, Any], handle: str) -> Json:
    made = {"handle": f"{int(handle, 16):#x}", **named(data, classid="flowid"), **bpf(data)}
    return made | ({"direct-action": True} if "act-direct" in data.get("program_flags", ()) else {})


def u32(data: Mapping[str, Any], handle: str) -> Json:
    """A rule, or a table of them."""
    if "divisor" in data:
        return {"fh": handle, "ht_divisor": data["divisor"]}
    table, rule = tc.FilterHandle.of(data["hash"]), tc.FilterHandle.of(handle)
    made: Json = {"fh": handle, "order": rule & 0xFFF, "key_ht": f"{table >> 20:x}", "bkt": f"{table >> 12 & 0xFF:x}"}
    made |= named(data, classid="flowid", link="link", indev="input_dev")
    if hits := data.get("hits"):  # of kernels that count them
        made |= {"rule_hit": hits["looked_at"], "success": together([hits["hits"], *hits["matches"]])}
    matches = [
        {
            "value": f"{each['value']:x}",
            "mask": f"{each['mask']:x}",
            "offmask": "nexthdr+" if each["next_header"] else "",
            "off": each["offset"],
        }
        for each in data["selector"]["matches"]
    ]
    return made | ({"match": together(matches)} if matches else {})


ETHER_TYPES = {"ip": "ipv4", "ipv6": "ipv6", "arp": "arp", "mpls_uc": "8847"}
PROTOCOLS = ("tcp", "udp", "sctp", "icmp", "icmpv6", "l2tp")
NUMBERS = {"gre": "2f"}
AS_THEY_ARE = (
    *("dst_mac", "src_mac", "num_of_vlans", "vlan_id", "vlan_prio", "vlan_ethtype", "cvlan_id", "cvlan_prio"),
    *("cvlan_ethtype", "pppoe_sid", "mpls_label", "src_ip", "dst_ip", "arp_op", "arp_sip", "arp_tip", "arp_sha"),
    *("arp_tha", "enc_key_id", "enc_src_ip", "enc_dst_ip", "ct_label"),
)
MASKED = ("ip_tos", "ip_ttl", "enc_tos", "enc_ttl", "ct_zone", "ct_mark")
PORTS = ("src_port", "dst_port", "enc_src_port", "enc_dst_port")
STATES = ("trk", "new", "est", "rel", "inv", "rpl")
NOT_SHOWN = ("gtp",)


def flower(data: Mapping[str, Any], handle: str) -> Json:
    keys = {name: data[name] for name in AS_THEY_ARE if name in data}
    if "eth_type" in data:
        keys["eth_type"] = ETHER_TYPES[data["eth_type"]]
    if "ip_proto" in data:
        keys["ip_proto"] = data["ip_proto"] if data["ip_proto"] in PROTOCOLS else NUMBERS[data["ip_proto"]]
    keys |= {name: str(int(data[name])) for name in ("mpls_tc", "mpls_bos", "mpls_ttl") if name in data}
    if "ppp_proto" in data:
        keys["ppp_proto"] = {0x21: "ip"}[data["ppp_proto"]]
    for name in MASKED:
        if name in data:
            keys |= masked(name, data[name])
    for name in PORTS:
        if name in data:
            first, last, _ = (*data[name].split("-"), "", "")[:3]
            keys |= {name: {"start": int(first), "end": int(last)}} if last else masked(name, data[name])
    for name in ("icmp_type", "icmp_code"):
        if name in data:
            keys[name] = "/".join(str(int(each, 0)) for each in data[name].split("/"))
    if "tcp_flags" in data:
        key, _, mask = data["tcp_flags"].partition("/")
        keys["tcp_flags"] = f"{key}/{int(mask or '0xfff', 0):x}"
    if "ip_flags" in data:
        keys["ip_flags"] = {name: sign == "+" for sign, name in signs(data["ip_flags"])}
    if "ct_state" in data:
        said = {name: sign for sign, name in signs(data["ct_state"])}
        keys["ct_state"] = "".join(f"{said[name]}{name}" for name in STATES if name in said)
    if data.get("mpls"):
        names = {"depth": "depth", "label": "label", "traffic_class": "tc", "ttl": "ttl", "bottom": "bos"}
        keys["mpls"] = [named(each, **names) for each in data["mpls"]]
    for ours, end in (("enc_options", "key"), ("enc_options_mask", "mask")):
        for kind, of in data.get(ours, {}).items():
            if kind not in NOT_SHOWN:
                keys[f"{kind}_opt_{end}"] = tunnel_options(kind, of)
    return {"handle": int(handle, 16), **named(data, classid="classid", indev="indev"), "keys": keys}


def signs(text: str) -> list[tuple[str, str]]:
    """Flags that are wanted, and not."""
    return re.findall(r"([+-])([a-z0-9_]+)", text)


def masked(name: str, text: str) -> Json:
    """A number, and a mask where it is not all of it."""
    key, _, mask = text.partition("/")
    return {name: int(key, 0), **({f"{name}_mask": f"{int(mask, 0):x}"} if mask else {})}


OPTIONS: Mapping[str, Callable[[Mapping[str, Any], str], Json]] = {
    "matchall": matchall,
    "bpf": bpf_filter,
    "u32": u32,
    "flower": flower,
    "basic": lambda data, handle: {"handle": handle, **named(data, classid="flowid")},
}

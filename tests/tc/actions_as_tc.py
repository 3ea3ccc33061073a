"""What ``tc -j -s -d actions`` says of an action, of the record's own JSON. Source: tc/m_*.c in iproute2 6.1.

What tc 6.1 leaves out of its JSON, and prints in text alone, is not here: the rates of `police` and all of
`skbmod`. `test_actions_shown.py` looks at those.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from netlynx.tc.actions.pedit_words import keys_of

Json = dict[str, Any]


def shown_action(record: Mapping[str, Any], order: int = 0, *, of_filter: bool = False) -> Json | None:
    """The action in this place of a listing, or of a filter; None where tc prints no JSON."""
    kind, data = record["kind"], record["data"]
    if kind not in OPTIONS:
        return None
    made: Json = {"order": order, **OPTIONS[kind](data)}
    if kind != "gate":
        made["type" if kind == "nat" else "kind"] = kind
    made["control_action"] = together([control(each) for each in controls(kind, data)])
    made |= {"index": data["index"], "ref": data["references"], "bind": data["bindings"]}
    times = data["times"]
    made |= {name: int(times[name]) for name in ("installed", "last_used", "first_used") if times[name]}
    basic, queue = record["statistics"]["basic"], record["statistics"]["queue"]
    made["stats"] = {**basic, **{key: queue[key] for key in ("drops", "overlimits", "requeues", "backlog", "qlen")}}
    if "cookie" in record:
        made["cookie"] = record["cookie"]
    flags = record.get("flags", {}).get("value", ())
    made |= {name: True for flag, name in FLAGS.items() if flag in flags and not of_filter}
    if "skip-hw" not in flags and "in_hardware" in record and not of_filter:
        made["in_hw" if record["in_hardware"] else "not_in_hw"] = True
    for ours, name in (("hardware_statistics", "hw_stats"), ("used_hardware_statistics", "used_hw_stats")):
        if ours in record:
            made[name] = record[ours]["value"] or ["disabled"]
    return made


FLAGS = {"no-percpu-stats": "no_percpu", "skip-hw": "skip_hw", "skip-sw": "skip_sw"}


def control(words: str) -> Json:
    """What becomes of a packet."""
    kind, _, rest = words.partition(" ")
    if kind == "goto":
        return {"type": "goto", "chain": int(rest.split()[1])}
    return {"type": kind, **({kind: int(rest)} if rest else {})}


def controls(kind: str, data: Mapping[str, Any]) -> list[str]:
    """What becomes of packets: of `police`, of those beyond the rate, and of the others where they do not just pass."""
    if kind != "police":
        return [data["control"]]
    return [data["exceed"], *([data["conform"]] if data["conform"] != "pass" else [])]


def together(values: list[Any]) -> Any:
    """What tc says several times by one name, as `both_ways.listings` reads it."""
    return values if len(values) > 1 else values[0]


def named(data: Mapping[str, Any], **names: str) -> Json:
    """Of each field that is there, what tc has as NAME."""
    return {theirs: data[ours] for ours, theirs in names.items() if ours in data}


def gact(data: Mapping[str, Any]) -> Json:
    random = data.get("random", {"type": "none", "control": "pass", "every": 0})
    said = {"random_type": random["type"], "control_action": control(random["control"]), "val": random["every"]}
    return {"prob": said}


def mirred(data: Mapping[str, Any]) -> Json:
    what = "redirect" if "redirect" in data else "mirror"
    assert data[what] == 10
    return {"mirred_action": what, "direction": "ingress" if data["ingress"] else "egress", "to_dev": "v0"}


def skbedit(data: Mapping[str, Any]) -> Json:
    made = named(data, mark="mark", priority="priority", queue_mapping="queue_mapping", packet_type="ptype")
    if "mask" in data:
        made["mask"] = f"{data['mask']:x}"
    return made | ({"inheritdsfield": None} if data.get("inherit_dsfield") else {})


def vlan(data: Mapping[str, Any]) -> Json:
    names = {"action": "vlan_action", "destination": "dst_mac", "source": "src_mac"}
    return named(data, **names, id="id", protocol="protocol", priority="priority")


def mpls(data: Mapping[str, Any]) -> Json:
    names = {"action": "mpls_action", "traffic_class": "tc", "bottom": "bos", "label": "label", "ttl": "ttl"}
    # Where no protocol is changed the kernel tells one all the same, and tc does not.
    return named(data, **names) | ({} if data["action"] in ("modify", "dec_ttl") else named(data, protocol="protocol"))


def nat(data: Mapping[str, Any]) -> Json:
    address, _, _ = data["old"].partition("/")
    # tc 6.1 counts the bits of the mask from the wrong end: of any it says 32.
    made = {"old_addr": f"{address}/32", "new_addr": data["new"]}
    return {"direction": "egress" if data["egress"] else "ingress", **made}


def csum(data: Mapping[str, Any]) -> Json:
    return {"csum": ", ".join(data["update"])}


def ctinfo(data: Mapping[str, Any]) -> Json:
    made = {"zone": data["zone"]}
    names = {"dscp_mask": "dscpmask", "dscp_state": "dscpstatemask", "cpmark_mask": "cpmark"}
    made |= {theirs: f"{data[ours]:#x}" if data[ours] else "0" for ours, theirs in names.items() if ours in data}
    counts = {"dscp_set": "dscpset", "dscp_errors": "dscperror", "cpmark_set": "cpmarkset"}
    return made | {theirs: data[ours] for ours, theirs in counts.items() if ours in data}


def ife(data: Mapping[str, Any]) -> Json:
    made = {"mode": data["direction"], "type": f"{data['type']:#x}" if data["type"] else "0"}
    made |= {{"priority": "prio"}.get(name, name): "allow" for name in data.get("allow", ())}
    return made | named(data, mark="mark", priority="prio", tcindex="tcindex", destination="dst", source="src")


def bpf(data: Mapping[str, Any]) -> Json:
    return {"bytecode": {"length": len(data["instructions"]), "insns": data["instructions"]}}


def ct(data: Mapping[str, Any]) -> Json:
    words = [word for word in ("commit", "force", "clear") if data.get(word)]
    made: Json = {"action": " ".join(words)} if words else {}
    made |= named(data, mark="mark", zone="zone", labels="label")
    if "mark_mask" in data:
        made["mark_mask"] = f"{data['mark_mask']:x}"
    if "labels_mask" in data:
        made["label"] += f"/{data['labels_mask']}"
    if "nat" in data:
        where = [] if data["nat"] == "restore" else [data["nat"]]
        for word, first in (("addr", "nat_address"), ("port", "nat_port")):
            ends = [str(data[each]) for each in (first, f"{first}_last") if each in data]
            where += [word, "-".join(ends)] if ends else []
        made["nat"] = " ".join(where)
    return made


def tunnel_key(data: Mapping[str, Any]) -> Json:
    names = {"action": "mode", "source": "src_ip", "destination": "dst_ip", "id": "key_id"}
    made = named(data, **names, destination_port="dst_port", tos="tos", ttl="ttl")
    if "checksum" in data:
        made["flag"] = "csum" if data["checksum"] else "nocsum"
    return made | {f"{kind}_opts": tunnel_options(kind, of) for kind, of in data.get("options", {}).items()}


def tunnel_options(kind: str, of: Any) -> list[Json]:
    """Options of a tunnel of a kind."""
    if kind == "geneve":
        return [{"class": e["class_"], "type": e["type"], "data": [*bytes.fromhex(e["data"])]} for e in of]
    if kind == "erspan":
        hardware = of.get("hardware", of.get("hardware_id", 0))
        return [{"ver": of["version"], "index": of.get("index", 0), "dir": of.get("direction", 0), "hwid": hardware}]
    return [of]


def gate(data: Mapping[str, Any]) -> Json:
    made = {"priority": data["priority"], "clockid": data["clock"], "flags": f"{data['flags'] or 0:x}"}
    made |= {"base_time": data["base_time"], "cycle_time": nano(data["cycle_time"])}
    made |= {"cycle_time_ext": nano(data["cycle_time_extension"])}
    made["schedule"] = [
        {
            "number": each["index"],
            "gate_state": "open" if each.get("open") else "close",
            "interval": nano(each["interval"]),
            "ipv": each["priority"],
            "max_octets": each["octets"],
        }
        for each in data["entries"]
    ]
    return made


def nano(seconds: float) -> int:
    """Nanoseconds."""
    return round(seconds * 1e9)


def pedit(data: Mapping[str, Any]) -> Json:
    keys = [key for words in data["keys"] for key in keys_of(words)]
    said = [
        {
            "htype": HEADERS[key.header],
            "offset": key.offset,
            "cmd": "add" if key.command else "set",
            "val": f"{key.value:x}",
            "mask": f"{key.mask:x}",
        }
        for key in keys
    ]
    return {"nkeys": len(keys), "keys": said}


HEADERS = ("network", "eth", "ipv4", "ipv6", "tcp", "udp")


def police(data: Mapping[str, Any]) -> Json:
    made = named(data, packet_rate="pkts_rate", packet_burst="pkts_burst")
    return made | {"overhead": data.get("overhead", 0), "linklayer": data.get("linklayer", "unspec")}


OPTIONS: Mapping[str, Callable[[Mapping[str, Any]], Json]] = {
    **{each.__name__: each for each in (gact, mirred, skbedit, vlan, mpls, nat, csum, ctinfo, ife)},
    **{each.__name__: each for each in (bpf, ct, tunnel_key, gate, police)},
    "connmark": lambda data: {"zone": data["zone"]},
    "sample": lambda data: named(data, every="rate", group="group", truncate="trunc_size"),
    "pedit": pedit,
    "simple": lambda data: {},
}
